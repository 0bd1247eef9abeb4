/* The pages of monitoring: /healthz and /metrics, on loopback. What they show is asked for at each request.
 * Belongs to the net thread. */
#ifndef LEARND_WEB_H
#define LEARND_WEB_H

#include <stdbool.h>
#include <stdint.h>

#include "learnd/core.h"
#include "learnd/loop.h"
#include "learnd/matrix.h"

struct web_figures {
    struct core_figures core;
    bool matrix_used;
    struct matrix_figures matrix;
};

struct web;
struct web_page; /* a request that waits for figures */

/* ask is called at each request and answered by web_give, once, sooner or later. After 5 s the page says 503 by itself.
 * address as in server.h. NULL on failure, the reason in error. */
struct web *web_open(struct loop *l, const char *address, void (*ask)(void *context, struct web_page *p), void *context,
                     char *error, size_t size);
void web_give(struct web_page *p, const struct web_figures *figures);
void web_close(struct web *w); /* outside of loop_run; no page may be given any more */

#endif
