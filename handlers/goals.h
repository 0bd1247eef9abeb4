/* Goals as a manager's page sees them: facts of what a person shares, never of anything else; the tables are those of
 * handlers/goals.c alone. Structs live in the turn's arena. */
#ifndef LEARND_GOALS_H
#define LEARND_GOALS_H

#include "learnd/turn.h"

struct shared_goal {
    int64_t number; /* the person's own: `goal unshare 1` */
    const char *title;
    int64_t due; /* day number; INT64_MIN: none */
    int percent;
    bool agreed;     /* with a manager, as it is now */
    int64_t done_at; /* 0: open */
};
/* What this person shares with whoever is manager now: open goals and those done in the last seven days, by number. None
 * of people who left or are hidden. It is the same for the manager's pages and for what the person reads of them. */
const struct shared_goal *goals_shared(struct turn *t, int64_t person, int *count);

#endif
