/* An event as JSON text and back: what the table of held events keeps.
 * Texts live in the arena. */
#ifndef LEARND_EVENT_JSON_H
#define LEARND_EVENT_JSON_H

#include "learnd/arena.h"
#include "learnd/event.h"

char *event_to_json(struct arena *a, const struct event *e);
bool event_from_json(struct arena *a, const char *json, struct event *e); /* false: not an event of ours */

#endif
