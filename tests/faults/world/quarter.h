/* A quarter of a year of a large organisation: who works there, as its files say, what they did, and what each has seen.
 * One quarter a seed; it owns its world. What it promises is counted from this alone, never from the core's own tables. */
#ifndef LEARND_TEST_QUARTER_H
#define LEARND_TEST_QUARTER_H

#include "world.h"

enum {
    SPANS = 12,         /* absences of one person */
    RECENT = 6,         /* messages of theirs that somebody may still press */
    LINES = 16,         /* of rules, seen by one person on one day */
    RULES = 11,         /* in the folder */
    REPORTS = 9,        /* of a manager */
    AGAIN = 64,         /* events that may come once more */
    SETTLING_MS = 60000 /* what was on its way when somebody changed their mind */
};

struct span { /* days, both included */
    int64_t starts, ends;
    bool chat; /* they said so */
};

struct wishes { /* what a person asked for */
    bool stopped, nudges_off;
    int budget_day, quiet_from, quiet_to;
};

struct place_of_work {
    const char *location, *country, *timezone, *calendar, *work_days;
    int from, to;            /* minutes */
    const struct zone *zone; /* from here on: worked out from the above */
    unsigned weekdays;
    int64_t holidays[64];
    int holiday_count;
};

struct colleague {
    const char *handle, *platform;
    int number, manager, reports; /* manager -1: nobody */
    struct place_of_work *at;
    int64_t starts, ends; /* days worked, both included */
    struct span away[SPANS];
    int away_count;
    struct wishes wishes, before; /* before: until changed_ms + SETTLING_MS either may hold */
    int64_t changed_ms;
    bool talking; /* a dialog may be open: what they write next may be its answer */
    const struct copy *recent[RECENT];
    int recent_count;
    /* seen */
    int64_t day, monday;
    int halves_today, halves_week, mandatory_today, line_count;
    unsigned long long lines[LINES]; /* today's, of rules */
    int64_t line_messages[LINES];
};

struct secret { /* the word zqNNNNN in what somebody wrote for themselves */
    int owner;
    bool shared; /* with their manager, by their own press */
};

struct rule_seen {
    const char *slug;
    long messages;                 /* ever */
    long window;                   /* since the dry run */
    unsigned char *whom;           /* by person, since the dry run */
    long dry_messages, dry_people; /* what it foretold; -1: nothing */
};

struct asked { /* compliance at that day */
    const char *day, *text, *file;
};

struct quarter {
    struct world *w;
    uint64_t seed, random;
    struct colleague *people;
    int count, days, acts;      /* acts: a day */
    int64_t first_day, dry_day; /* dry_day INT64_MAX: too short for one */
    struct secret *secrets;
    int secret_count, secret_max;
    struct rule_seen rules[RULES];
    struct event again[AGAIN];
    int again_count;
    struct asked *asked;
    int asked_count;
    void *watch;              /* the database, read: quarter_check.c's */
    unsigned char *seen_once; /* by message */
    int64_t seen_max;
    bool calm; /* nothing fails any more */
    long acted, restarts, crashes, redeliveries, failed_sends, shared;
    long classes[9]; /* by class: messages seen */
};

/* ---- quarter_org.c ----------------------------------------------------------------------------------------------- */
/* The folder for q->count people is written; the people are as it says. Its path. */
const char *quarter_write_organisation(struct quarter *q, struct arena *a);
bool quarter_rule_is_measured(const char *slug); /* dry = real: no managers and no experts are in it */
extern const char *const quarter_rules[RULES];

/* ---- quarter.c --------------------------------------------------------------------------------------------------- */
uint64_t quarter_random(struct quarter *q, uint64_t below);
bool quarter_chance(struct quarter *q, int percent);
int64_t quarter_today(const struct quarter *q, const struct colleague *c);
bool quarter_works_here(const struct quarter *q, const struct colleague *c);

/* ---- quarter_act.c ----------------------------------------------------------------------------------------------- */
void quarter_act(struct quarter *q); /* somebody does something */
void quarter_say(struct quarter *q, struct colleague *c, const char *text);

/* ---- quarter_check.c --------------------------------------------------------------------------------------------- */
void quarter_look(struct world *w, const struct copy *c, const char *text); /* a hook of the world */
void quarter_ask_compliance(struct quarter *q, int64_t day);                /* once that day is over */
void quarter_ask_dry(struct quarter *q);
void quarter_check_end(struct quarter *q);
void quarter_stop_looking(struct quarter *q);

#endif
