/* Goals as other capabilities see them; the tables are those of goals.c and its neighbours alone.
 * A goal is its owner's: who shows its title to somebody else does so by that person's own word. */
#ifndef LEARND_GOALS_H
#define LEARND_GOALS_H

#include "learnd/turn.h"

/* The open goal of that number of who speaks, as its id; 0: there is none, and they were told so. */
int64_t goal_own_open(struct turn *t, int64_t number);
const char *goal_open_title(struct turn *t, int64_t id); /* NULL: gone, or no longer open */

#endif
