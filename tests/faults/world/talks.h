/* Ten conversations as lists of steps, for tests that play them while something fails.
 * Steps and talks are constants; playing them belongs to talks.c. */
#ifndef LEARND_TEST_TALKS_H
#define LEARND_TEST_TALKS_H

#include "world.h"

struct step {
    enum { STEP_END, STEP_SAYS, STEP_PRESSES, STEP_EDITS, STEP_WITHDRAWS, STEP_REACTS, STEP_PASS, STEP_SEES } what;
    const char *who, *text; /* SEES: a part of what is shown to them in the end or meanwhile */
    const char *room;
    int minutes; /* PASS */
};

struct talk {
    const char *name;
    struct step steps[24];
    bool tells_all; /* all that was ever said, apologies too */
    bool ephemeral; /* what one person sees in a room may be lost with the process: then it is said elsewhere */
};

extern const struct talk talks[];
extern const size_t talk_count;

/* Where it begins: Tuesday 24 November 2026, 10:00 in London. */
int64_t talk_begins_ms(void);
/* Everybody in it says hello first, so that the greeting is behind them. */
void talk_greet(struct world *w, const struct talk *t);
/* The whole of it; what is wrong is in w->wrong. again: called before each step; may be NULL. */
void talk_play(struct world *w, const struct talk *t, void (*between)(struct world *w, size_t step));

#endif
