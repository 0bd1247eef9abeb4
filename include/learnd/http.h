/* HTTP out, on the loop: a few kept connections, time-outs, bounded answers, and whether a failed request may have
 * arrived. A call belongs to this room until done was called; a request is copied. Loop's thread only. */
#ifndef LEARND_HTTP_H
#define LEARND_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "learnd/loop.h"

#define HTTP_CONNECTIONS 8

struct http_options {
    const char *proxy;   /* for everything but loopback; NULL: none */
    const char *ca_file; /* PEM; NULL: the system's */
};

struct http_request {
    const char *method, *url;
    const char *bearer; /* NULL: no Authorization */
    const char *type;   /* of the body; NULL: application/json */
    const void *body;   /* NULL: none */
    size_t body_size;
    int64_t timeout_ms;  /* of the whole; connecting has 10 s of it. 0: 30 s */
    size_t answer_limit; /* bytes; 0: 1 MiB */
    bool once;           /* over a new connection: curl repeats by itself what met a kept one that had died */
};

enum http_end {
    HTTP_ANSWERED, /* status and body are there */
    HTTP_NOT_SENT, /* not a byte of the request left: it certainly did nothing */
    HTTP_UNKNOWN   /* reset, time-out, answer too long: it may have been carried out */
};

struct http_answer { /* lives until done returns */
    enum http_end end;
    int status;
    const char *body; /* ended by NUL, never NULL */
    size_t size;
    int64_t retry_after_ms; /* of the header; -1: none */
    const char *why;        /* of a failure, for the log */
};

struct http;
struct http_call;

/* NULL: libcurl is not there, and the log says so. */
struct http *http_open(struct loop *l, const struct http_options *options);
void http_close(struct http *h); /* calls under way are dropped without done */
/* done is called once, from the loop, never from inside this function. */
struct http_call *http_start(struct http *h, const struct http_request *r,
                             void (*done)(void *context, const struct http_answer *a), void *context);
void http_cancel(struct http_call *c); /* done is not called any more */

#endif
