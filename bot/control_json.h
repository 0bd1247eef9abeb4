/* The control socket's lines: read into and written from plain structs. Private to bot/.
 * What is read lives in the arena given. */
#ifndef LEARND_CONTROL_JSON_H
#define LEARND_CONTROL_JSON_H

#include <stdbool.h>

#include "learnd/arena.h"
#include "learnd/event.h"

struct control_request { /* what is missing or no text is NULL */
    const char *op, *as, *text, *value, *target, *path, *argument, *owner;
};

bool control_read_request(struct arena *a, const char *line,
                          struct control_request *r); /* false: no object with an op */
const char *control_write_line(struct arena *a, const char *text);
const char *control_write_done(struct arena *a, int status);
const char *control_write_delivery(struct arena *a, const struct delivery *d, const char *id);
bool control_read_done(const char *line, int *status); /* false: not the last line */

#endif
