/* A world around the core for tests of faults: platforms that remember what people see, a clock, a process that dies.
 * The world owns the core, its database and all that was shown, in one arena; the organisation is borrowed. */
#ifndef LEARND_TEST_WORLD_H
#define LEARND_TEST_WORLD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "learnd/core.h"
#include "learnd/date.h"
#include "learnd/nodes.h"
#include "learnd/text.h"

enum fate { /* of a request on its way to a platform */
            FATE_WELL,
            FATE_SLOW,        /* applied, and the answer comes later */
            FATE_RETRY,       /* refused before it was written: 429 */
            FATE_LOST_ANSWER, /* applied, its answer is lost */
            FATE_NEVER,       /* lost, and nobody can say so */
            FATE_LATE         /* given up, and lands after that */
};

struct copy { /* a message as people see it; the newest first */
    const char *platform, *conversation, *id, *key;
    const char *user; /* an ephemeral one: who alone sees it */
    int64_t message, row, person;
    const char *body, *text; /* as it is now: JSON, neutral */
    int64_t at_ms;
    bool deleted; /* also: it vanished */
    int revisions;
    struct copy *older;
};

struct pending { /* an event of a person, until it is acknowledged; or an answer of a platform */
    struct event event;
    int64_t at_ms; /* not before */
    bool acknowledged;
    int given; /* how often the core got it */
    struct pending *next;
};

struct landing { /* a request that was given up and lands all the same */
    struct delivery d;
    int64_t at_ms;
    struct landing *next;
};

struct place { /* a transport's self */
    struct world *world;
    struct transport traits;
};

struct world {
    struct arena *arena;
    const char *database, *poison;
    const struct org *org;
    struct core *core;
    int64_t now_ms;
    struct place places[3];
    struct copy *copies;
    struct pending *events, *results;
    struct landing *landings;
    int ids, things;
    int64_t acknowledged, handed_over; /* how many, ever */
    const char *wrong;                 /* the first thing that may never be */
    void *context;                     /* of the hooks; each may be NULL */
    enum fate (*fate)(struct world *w, const struct delivery *d);
    void (*shown)(struct world *w, const struct copy *c, const char *text); /* somebody sees this now */
    void (*answered)(struct world *w, const struct event *e);               /* it was acknowledged */
    int (*run)(struct world *w, const struct event *events, size_t n);      /* in place of core_run */
};

/* 0 .. below - 1, as the state has it, which goes on: a seed is played again exactly. */
uint64_t world_random(uint64_t *state, uint64_t below);
void world_complain(struct world *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- platform.c -------------------------------------------------------------------------------------------------- */
void world_add_transports(struct world *w);
void world_land(struct world *w); /* what was late and is due */
/* The newest copy that this person sees and that has a button of this label (NULL: any); value: what a press brings. */
const struct copy *world_find_button(struct world *w, const char *user, const char *label, const char **value);
bool world_sees(struct world *w, const char *user, const char *part); /* now, somewhere */
#define WORLD_APOLOGY "that went wrong on my side"
long world_apologies(struct world *w); /* how often that was said */
/* All else that is to be seen now, by place, in order. */
char *world_visible(struct world *w, struct arena *a);

/* ---- play.c ------------------------------------------------------------------------------------------------------ */
/* A folder for databases, in memory where there is some; removed at exit. NULL: none could be made. */
const char *world_folder(void);
/* A file there: the people of tests/scenarios/org, and forty more. */
const char *world_more_people(struct arena *a);
struct world *world_open(const struct org *org, const char *name, int64_t now_ms); /* no process runs yet */
void world_close(struct world *w);
bool world_start(struct world *w); /* false: it could not; wrong says why */
bool world_restart(struct world *w);
void world_die(struct world *w); /* close the process; answers under way are lost, requests are not */
/* Give the core what is waiting, until it rests. */
void world_settle(struct world *w);
void world_pass(struct world *w, int64_t until_ms); /* and settle whenever something is due */
int64_t world_next_ms(struct world *w);             /* when a platform has something to say or to apply */
/* An event of a person, copied; thing is made where it is NULL. */
struct pending *world_add(struct world *w, const struct event *e);
struct event world_event(struct world *w, enum event_kind kind, const char *platform, const char *user,
                         const char *text);
void world_forget_done(struct world *w); /* acknowledged events */

/* ---- dump.c ------------------------------------------------------------------------------------------------------ */
enum dump { DUMP_ALL, DUMP_WITHOUT_FAILED /* events that failed, and what was said about them; ids of messages */ };
/* The whole database as sorted lines, without random values and the times and numbers of tries. */
char *world_dump(struct world *w, struct arena *a, enum dump how);
/* The first lines that only one of them has, for people. */
void world_print_difference(const char *expected, const char *got);

#endif
