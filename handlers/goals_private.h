/* What goals*.c, milestones.c and reminders.c share; nobody else includes it. Structs live in the turn's arena.
 * They own the tables goal, goal_part and reminder together. */
#ifndef LEARND_GOALS_PRIVATE_H
#define LEARND_GOALS_PRIVATE_H

#include "nudges.h"
#include "progress.h"

#define GOAL_TITLE_MAX 120 /* characters */

struct goal {
    int64_t id, person, number;
    int64_t due; /* day number; INT64_MIN: none */
    const char *scope, *title, *state;
    bool shared;
    int64_t told, message, agreed, aligned; /* 0: none */
};

struct part { /* a milestone or a key result */
    int64_t id, goal, number;
    const char *kind, *title, *origin;
    int64_t due, low, high; /* INT64_MIN: none */
};

/* ---- goals.c */
const struct goal *goal_get(struct turn *t, int64_t id); /* NULL: gone */
/* Their goal of that number; NULL: answered. */
const struct goal *goal_numbered(struct turn *t, int64_t number);
/* The same, and it is open. number INT64_MIN: their only open one; of several they choose, and then `form`, with its # as
 * the number, goes on. NULL: answered. */
const struct goal *goal_open(struct turn *t, int64_t number, const char *form);
bool goal_is(const struct goal *g, const char *state);
/* ", by Tuesday 30 June 2026"; "" without a day. */
const char *goal_by(struct turn *t, int64_t day);
bool goal_is_own(const struct goal *g); /* not a team's or the company's */
/* A row in the audit, which others read: of a goal that nobody else sees there is none. */
void goal_audit(struct turn *t, const struct goal *g, const char *verb, const char *kind, int64_t id);
void goal_say_closed(struct turn *t, const struct goal *g);
/* What can be done with it next: aligned, broken up, shared. */
void goal_offer(struct turn *t, struct message *m, const struct goal *g);
int64_t *goals_to_serve(struct turn *t, int *count); /* open goals of the team and the company, ids */
/* Five are open: answered; when one of them is parked, the text `then` goes on. */
bool goals_too_many(struct turn *t, const char *then);
/* Is it a title? false: answered, and nothing of it is kept. */
bool goal_title_fits(struct turn *t, const char *title);

/* ---- goals_deeds.c */
/* Its day was set, moved or is of no interest any more: rules of nudges hear of a person's own goals. */
void goal_tell_day(struct turn *t, int64_t id);
void goal_move(struct turn *t, const struct goal *g, int64_t day); /* to another day; nobody has agreed to that */
void goal_park(struct turn *t, const struct goal *g);

/* ---- goals_show.c: how far it is, from what was done alone */
int goal_percent(struct turn *t, const struct goal *g);
int64_t goal_done_at(struct turn *t, const struct goal *g); /* 0: it is not */
void goal_say_line(struct turn *t, struct message *m,
                   const struct goal *g); /* title, day, percentage, next milestone */

/* ---- goals_share.c */
void goal_share(struct turn *t, const struct goal *g);
void goal_unshare(struct turn *t, const struct goal *g);
void goal_hide(struct turn *t, const struct goal *g); /* unshared, and what the manager has of it goes */
void goal_say_seen_by(struct turn *t, struct message *m, const struct goal *g); /* who sees it, as part of a sentence */

/* ---- goals_tell.c */
int64_t goal_manager(struct turn *t, int64_t person); /* who is here; 0: nobody */
/* The manager is told of it, now or when they are at work: that instant; 0: now. */
int64_t goal_tell(struct turn *t, const struct goal *g, int64_t manager);
void goal_tell_not(struct turn *t, const struct goal *g);
void goal_tell_due(struct turn *t); /* the timer; t->object: the goal */

/* ---- milestones.c */
const struct part *part_get(struct turn *t, int64_t id); /* NULL: gone */
int64_t *parts_of(struct turn *t, int64_t goal, int *count);
bool part_is_milestone(const struct part *p);
int part_percent(struct turn *t, const struct goal *g, const struct part *p);
int64_t part_done_at(struct turn *t, const struct goal *g, const struct part *p); /* of a milestone; 0: it is not */
const char *part_progress_kind(const struct part *p);                             /* milestone | result */
const char *part_what(struct turn *t,
                      const struct part *p); /* "reach 20 calls", "first report, by Friday 27 November" */
const char *part_name(struct turn *t, const struct part *p); /* the same after "milestone 1, " or "key result 1, " */
int64_t milestone_insert(struct turn *t, const struct goal *g, const char *title, int64_t day, const char *origin);

/* ---- reminders.c */
int64_t goal_checkpoint(struct turn *t, int64_t goal); /* when the next one is; 0: none */

#endif
