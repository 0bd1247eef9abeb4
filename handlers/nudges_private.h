/* What the files of nudges share: a rule, a reminder that is due to somebody, and one judgement of it, for real and dry.
 * Structs live in the turn's arena; the tables are those of schema/0063. */
#ifndef LEARND_NUDGES_PRIVATE_H
#define LEARND_NUDGES_PRIVATE_H

#include "nudges.h"

#define NUDGE_AHEAD 28 /* days a dry run looks ahead */
#define NUDGE_FEW 5    /* of fewer people nothing is counted where others see it */

#define HELD_OUT "some people never get it, so that its effect can be seen"

struct rule {
    int64_t id;
    const char *slug, *kind, *spec, *event, *first_day, *subject, *who;
    int window_from, window_to, per_item, per_week, pause_after, holdout;
    bool pauses, stop_completed, stop_declined, core, enabled;
    int64_t since, spread, spread_to, spread_person, keeper;
    int64_t *days; /* rule_with_days(): those that are not planned yet */
    int day_count;
};

struct nudge {
    int64_t id; /* 0: in a dry run */
    const struct rule *rule;
    int64_t person;
    const char *kind; /* goal | path | requirement | "" */
    int64_t object;
    int64_t day;         /* whose reminder it is: that local day's */
    int64_t try_day, at; /* on which it is tried, and when */
    bool done;           /* in a dry run: it was judged */
};

struct standing { /* how a person takes a rule; nudge_standing tells what each is */
    int64_t sent_at, snoozed;
    int ignored, skip, less;
    bool paused;
    int64_t asked_at; /* not kept: what falls together is one reminder; what it was answered then */
    const char *choice;
};

enum verdict {
    NUDGE_GOES,
    NUDGE_PAUSES, /* goes, as the question whether it should go on */
    NUDGE_DROPPED,
    NUDGE_LATER /* tried again at ->at */
};

struct judged {
    struct nudge *nudge;
    struct standing *standing;
    enum verdict verdict;
    const char *reason; /* a sentence for `why`; NULL: it became needless */
};

struct sent { /* in a dry run: what would have gone out */
    struct nudge nudge;
    int64_t day; /* the person's */
    bool first;  /* of its message: others were merged into it */
};

/* One person's reminders, one after the other. The real run keeps nothing; the dry one remembers what it would do. */
struct course {
    struct turn *turn;
    int64_t person;
    const struct rule **rules; /* whose standings are known */
    struct standing *standings;
    int rule_count;
    struct sent *sent;
    int sent_count;
};

/* ---- nudges_rules.c ---------------------------------------------------------------------------------------------- */
const struct rule *rule_get(struct turn *t, int64_t id);
const struct rule *rule_named(struct turn *t, const char *slug); /* NULL: none */
/* The enabled ones of a kind, or (NULL) all, by id. */
const struct rule **rules_enabled(struct turn *t, const char *kind, int *count);
const char *rule_text(struct turn *t, const struct rule *r, int64_t reader);
const char *rule_when(struct turn *t, const struct rule *r); /* "every FREQ=..., 09:30-11:30" for people */
const char *rule_keeper(struct turn *t, const struct rule *r);
void rules_load(struct turn *t); /* from the organisation folder */
bool rule_held_out(struct turn *t, const struct rule *r, int64_t person);

/* ---- nudges_plan.c: what is due when ------------------------------------------------------------------------------ */
/* Where what is planned goes: into the table, or into a dry run. */
struct plan {
    struct turn *turn;
    struct nudge *list; /* of a dry run */
    int count, room;
    bool dry;
};
const char *nudge_timer_key(struct turn *t, int64_t nudge); /* each has its own */
void plan_add(struct plan *p, const struct nudge *n);
/* All that a rule plans for a person, of an rrule for its days; t->now moves in a dry run. */
void plan_person(struct plan *p, const struct rule *r, int64_t person);
/* The rule with the days of its recurrence, after spread and through that day. */
const struct rule *rule_with_days(struct turn *t, const struct rule *r, int64_t until);
void rule_spread(struct turn *t); /* the timer; t->object: the rule */
void rule_switch(struct turn *t, const struct rule *r, bool on);
void rule_replan(struct turn *t, const struct rule *r); /* its hours changed */
int64_t nudge_window_at(struct turn *t, const struct rule *r, int64_t person, int64_t day);
int64_t nudge_window_end(struct turn *t, const struct rule *r, int64_t person, int64_t day);
void nudge_store(struct turn *t, const struct nudge *n); /* planned, once */
/* Were it switched on now: what its recurrence counts from, and up to which day nothing is planned any more. */
void rule_starts(struct turn *t, const struct rule *r, int64_t *since, int64_t *spread);

/* ---- nudges_judge.c: whether it goes ------------------------------------------------------------------------------ */
struct course course_begin(struct turn *t, int64_t person);
struct standing *course_standing(struct course *c, const struct rule *r);
void course_store(struct course *c); /* the standings, into the table */
/* Those that fall together for one person, now. True: the gate held some of them back. */
bool nudges_judge(struct course *c, struct judged *all, int count);
/* What follows a reminder that went or was dropped, of a rule that waits for silence. False: nothing. */
bool nudge_follow(struct turn *t, const struct nudge *n, struct nudge *next);

/* ---- nudges_fire.c, nudges_dry.c, nudges_effect.c, nudges_new.c --------------------------------------------------- */
struct message *nudge_dry_reply(struct turn *t, const struct rule *r);
void nudge_effect_say(struct turn *t, struct message *m, const struct rule *r);
void nudge_new(struct turn *t);

#endif
