/* Nudges as other capabilities see them: who tells that something happened need not know which rule waits for it.
 * The tables are those of handlers/nudges*.c alone. */
#ifndef LEARND_NUDGES_H
#define LEARND_NUDGES_H

#include "learnd/rare.h"

/* joined | enrolled | completed | declined | asked | answered | done: for rules with `after: {event: ...}`, and for what a
 * rule brought about. object: what it was about (of enrolled, completed, declined: the path); 0: nothing. */
void nudge_event(struct turn *t, int64_t person, const char *event, int64_t object);

/* Somebody's due day was set or moved, or is of no interest any more (day INT64_MIN): for rules `before_due`. kind: goal |
 * path | requirement; slug: of the path or requirement (NULL: it has none); title: as it is shown; day: its number. */
void nudge_due(struct turn *t, int64_t person, const char *kind, int64_t object, const char *slug, const char *title,
               int64_t day);

#endif
