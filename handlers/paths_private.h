/* What paths.c, journeys.c, path_count.c, step_text.c, plan.c, steps.c, own_steps.c, coach.c and next.c say to each other; they
 * own the tables of 0061_paths.sql.
 * Nobody else includes it. */
#ifndef LEARND_PATHS_PRIVATE_H
#define LEARND_PATHS_PRIVATE_H

#include "cards.h"
#include "paths.h"

#define PATH_DEEP 8 /* so far a path may lie within another */

struct step {
    int64_t id, path, ref; /* ref: the card or path meant; 0: none */
    const char *kind, *text;
    int block, need, day;
};

struct enrolment {
    int64_t id, person, path, version, at;
    enum path_origin origin;
    int pass;
};

/* ---- paths.c ----------------------------------------------------------------------------------------------------- */
const struct enrolment *path_enrolment(struct turn *t, int64_t person, int64_t path); /* NULL: none */
int64_t *path_enrolments(struct turn *t, int64_t person, int *count); /* paths, in the order of enrolling */
bool path_is_locked(const struct enrolment *e);

/* ---- journeys.c -------------------------------------------------------------------------------------------------- */
void journeys_join_all(struct turn *t); /* the folder was read: there may be new ones */

/* ---- path_count.c ------------------------------------------------------------------------------------------------ */
const struct step *step_get(struct turn *t, int64_t id); /* as the newest version has it that has it; NULL: none */
/* The steps of a version, in order. */
const struct step *path_steps(struct turn *t, int64_t path, int64_t version, int *count);
int64_t step_card(struct turn *t, int64_t person, const struct step *s); /* the card it is now, after a swap; 0: none */
int64_t step_done_at(struct turn *t, int64_t person, const struct step *s); /* 0: not yet */
int path_percent(const struct path_state *s);
void path_dues_set(struct turn *t, int64_t person); /* the next dated step of each of their paths, for reminders */
/* Kept in progress; whoever waits for a path that is complete by it is told. The row's id. */
int64_t path_event(struct turn *t, int64_t person, const char *kind, int64_t object, const char *event, int64_t value,
                   const char *note);
const struct step *path_open_steps(struct turn *t, int64_t person, int64_t path, int *count); /* that would count */
/* What they did of it that a newer version holds no more: it counts on. */
const struct step *path_carried(struct turn *t, int64_t person, int64_t path, int *count);
bool step_is_skipped(struct turn *t, int64_t person, const struct step *s);

/* ---- path_asked.c ------------------------------------------------------------------------------------------------- */
/* When a step, or any step of a path, was asked for again the last time until an instant; 0: never. */
int64_t step_reopened_at(struct turn *t, int64_t person, int64_t step, int64_t until);
int64_t path_reopened_at(struct turn *t, int64_t person, int64_t path, int64_t until);

/* ---- step_text.c: as people read them; all for who speaks -------------------------------------------------------------- */
const char *step_title(struct turn *t, int64_t person, const struct step *s);
const char *card_form_say(struct turn *t, const struct card *c);        /* "video, 6 min" */
int64_t step_day(struct turn *t, int64_t person, const struct step *s); /* it is meant for; INT64_MIN: none */
void step_say(struct turn *t, struct message *m, const struct step *s, int number); /* "1. SQL joins (card, 4 min)" */
void step_buttons(struct turn *t, struct message *m, const struct step *s);
/* What `done 2` means: the newest list. Position 0 is the step shown last by itself. */
void step_list_clear(struct turn *t);
void step_list_set(struct turn *t, int position, int64_t step);
int step_list_number(struct turn *t, int64_t step); /* 0: it is not in the list */

/* ---- plan.c ------------------------------------------------------------------------------------------------------ */
const char *path_say_state(struct turn *t, int64_t path); /* "2 of 5 (40%)", "complete since Monday 3 March" */
int64_t *paths_underway(struct turn *t,
                        int *count); /* begun and not complete: what is asked of them first, then by day */
bool path_say_next(struct turn *t, struct message *m, int64_t path); /* with its buttons; false: nothing is left */

/* ---- steps.c ----------------------------------------------------------------------------------------------------- */
void path_say_after(struct turn *t, struct message *m, int64_t path); /* something was done: how far it is now */
const struct step *step_numbered(struct turn *t,
                                 int64_t number);           /* of the list shown last; NULL: none, which was said */
bool step_is_done(struct turn *t, const struct step *s);    /* by who speaks, which was said */
bool step_is_checked(struct turn *t, const struct step *s); /* of them it counts by its check questions alone */
int64_t step_record(struct turn *t, int64_t who, const struct step *s, const char *event); /* its row in progress */
bool step_refuses(struct turn *t, const struct step *s); /* locked, which was answered: who owns it, how to ask */

#endif
