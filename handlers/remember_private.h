/* What remember.c and recall.c know of each other: the rows of memory, and when they are asked.
 * Nobody else includes it; structs and texts live in the turn's arena. */
#ifndef LEARND_REMEMBER_PRIVATE_H
#define LEARND_REMEMBER_PRIVATE_H

#include "checks.h"
#include "learnd/fsrs.h"
#include "remember.h"

#define ROUND_MAX 3 /* questions in one message */

struct item { /* a check question somebody wants to keep in mind */
    int64_t id, person, card, lapses, answered, message;
    const char *question, *state;
    struct memory memory;
};
struct rows *memory_items(struct turn *t, int64_t who); /* all but those that ended, longest unasked first */
bool memory_next(struct rows *r, struct item *i);

int64_t memory_today(struct turn *t, int64_t who); /* the day number where they are */
bool memory_off(struct turn *t, int64_t who);      /* they switched it off */
/* NULL: the card is gone, not theirs to read any more, or asks something else by now. */
const struct card_check *memory_check(struct turn *t, const struct item *i);
int64_t memory_due_day(struct turn *t, const struct item *i); /* on which it is worth asking again */
/* The first working day on which something is worth asking, not before the one given; INT64_MAX: none in sight. */
int64_t memory_next_day(struct turn *t, int64_t who, int64_t from);
void memory_plan(struct turn *t, int64_t who); /* the next message; after whatever changes when it comes */

#endif
