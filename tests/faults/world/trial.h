/* A conversation played while each call, file operation or allocation of SQLite fails in turn.
 * A trial owns its world while it runs; what it compares with is the undisturbed run of the same conversation. */
#ifndef LEARND_TEST_TRIAL_H
#define LEARND_TEST_TRIAL_H

#include "failing.h"
#include "talks.h"

enum trial_how {
    TRIAL_UNDISTURBED,
    TRIAL_ENVIRONMENT, /* each that may fail, in each run of the core: nothing happened, and it is given again */
    TRIAL_BEHIND,      /* the nth behind the commit of each run of the core */
    TRIAL_STATEMENT,   /* each call of a person's event ends in a constraint: an apology, and they say it again */
    TRIAL_OTHERS       /* the nth call of what nobody said (answers of platforms, what is due) ends in a constraint */
};

struct trial {
    enum trial_how how;
    enum failing kind;
    long first, stride;          /* of the nth; BEHIND and OTHERS: first is the nth */
    bool one_process;            /* no restarts */
    bool greeted;                /* everybody said hello before */
    long failed, restarts, most; /* what came of it: faults that struck; most: operations in one run of the core */
    char *dump, *visible;        /* in the end */
    const char *wrong;           /* NULL: all is well */
    struct arena *arena;         /* the caller's: of the results */
    /* while it runs */
    struct world *w;
    void *watch;
    long nth, tried;
    const char *renamed[64]; /* things that were said again: by their last name */
    int renamed_count;
    int turn;
};

void trial_run(struct trial *t, const struct org *org, const struct talk *talk);
/* Run it and compare; prints what differs, with name. */
bool trial_holds(struct trial *t, const struct org *org, const struct talk *talk, const struct trial *undisturbed,
                 const char *name);
/* Starts of the process on a new database, each operation failing in turn; in the end it is as if none had. */
bool trial_start_holds(struct trial *t, const struct org *org);

#endif
