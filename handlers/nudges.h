/* Nudges as other capabilities see them: who tells that something happened need not know which rule waits for it. */
#ifndef LEARND_NUDGES_H
#define LEARND_NUDGES_H

#include "learnd/rare.h"

/* joined | enrolled | completed | asked | answered: for rules with `after: {event: ...}`. object: what it was about. */
void nudge_event(struct turn *t, int64_t person, const char *event, int64_t object);

#endif
