/* HTTP in, on the loop: GET requests of monitoring, on loopback only. An answer may be given later.
 * A request belongs to this room; it may be answered once, also when the other side has gone. */
#ifndef LEARND_SERVER_H
#define LEARND_SERVER_H

#include <stddef.h>

#include "learnd/loop.h"

struct server;
struct server_request;

/* address: "127.0.0.1:8080", "localhost:8080" or "[::1]:8080"; port 0 takes a free one. NULL on failure, the reason in
 * error. */
struct server *server_open(struct loop *l, const char *address,
                           void (*asked)(void *context, struct server_request *r, const char *path), void *context,
                           char *error, size_t size);
/* Outside of loop_run. Requests that are not answered yet must not be answered any more. NULL is taken. */
void server_close(struct server *s);
int server_port(const struct server *s);
void server_answer(struct server_request *r, int status, const char *type, const char *body);

#endif
