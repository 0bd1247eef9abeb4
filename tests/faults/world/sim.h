/* The simulator's state: who is who, what was said, what has been checked. One sim a seed; it owns its world.
 * Everything random comes from its seed, so that a seed is played again exactly. */
#ifndef LEARND_TEST_SIM_H
#define LEARND_TEST_SIM_H

#include "world.h"

enum { ACTORS = 16, TOLD = 60, SAID = 65536 };

struct actor {
    const char *handle, *name; /* NULL: a stranger */
    const char *first;         /* name */
    int64_t id;                /* of person */
    const char *favourite;     /* platform */
    const char *answering;     /* what they will write next: NULL: anything */
    bool deleting;             /* said `mydata delete` once: what is theirs may go */
};

struct said { /* an event of a person that was given to the core */
    struct event event;
    int actor;
    bool edited, withdrawn; /* or will be: nothing is promised about a reply */
    bool presses;           /* a number or a label: it may press a button, which may need no words */
};

struct person_state { /* what the gate goes by, as it stood after a run of the core */
    bool active, stopped, nudges_off, deleting;
    const struct zone *zone;
    unsigned weekdays;
    int from, to, quiet_from, quiet_to, cap, budget_day, budget_week;
    bool free_day; /* today: absence or holiday */
};

struct right { /* this message rightly showed this word */
    int64_t message;
    int word;
};

struct sim {
    struct world *w;
    uint64_t seed, random;
    struct actor actors[ACTORS];
    struct said *said;
    int said_count;
    void *watch; /* the database, read: sim_look.c's */
    int64_t last_message, checked_runs;
    int *revision_checked; /* by message */
    size_t revision_max;
    struct person_state before[ACTORS], now[ACTORS];
    struct right *rights;
    size_t right_count, right_max;
    bool halted_before, halted;
    int tokens;
    int willing; /* how hard people look for what keeps things going, 0 to 12 */
    long runs;
    bool calm; /* nothing fails any more */
    int crashes, kills, database_faults, redeliveries, actions;
    const char *told[TOLD]; /* the last events, for people */
    int told_count;
};

/* ---- sim_act.c --------------------------------------------------------------------------------------------------- */
uint64_t sim_random(struct sim *s, uint64_t below); /* 0 .. below - 1 */
bool sim_chance(struct sim *s, int percent_of_percent);
void sim_tell(struct sim *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
void sim_act(struct sim *s); /* somebody does something */
const struct said *sim_said(const struct sim *s, const char *platform, const char *thing);

/* ---- sim_words.c: what people write ------------------------------------------------------------------------------ */
#define ONE_OF(list) (list)[sim_random(s, sizeof(list) / sizeof *(list))]
const char *sim_card_question(struct sim *s);
const char *sim_unknown_question(struct sim *s);
const char *sim_statement(struct sim *s);
const char *sim_command(struct sim *s);
const char *sim_garbage(struct sim *s);

/* ---- sim_look.c: the database, read ------------------------------------------------------------------------------ */
/* sql is a literal. ?1, ?2; first column, 0 without a row */
int64_t sim_int(struct sim *s, const char *sql, int64_t a, const char *b);
void sim_each(struct sim *s, const char *sql, int64_t a, void (*f)(struct sim *s, void *row));
int64_t sim_column(void *row, int column);
const char *sim_column_text(void *row, int column); /* as long as the row */
void sim_stop_looking(struct sim *s);

/* ---- sim_check.c ------------------------------------------------------------------------------------------------- */
void sim_check_run(struct sim *s); /* after each run of the core that committed */
void sim_check_end(struct sim *s);
void sim_look_at_people(struct sim *s, struct person_state *into, bool *halted);

/* ---- sim_rights.c ------------------------------------------------------------------------------------------------ */
void sim_check_shown(struct world *w, const struct copy *c, const char *text); /* a hook of the world */
/* May the person this message is for read all that it says, as things stand now? */
void sim_check_words(struct sim *s, int64_t message, int64_t person, const char *room, const char *text);

#endif
