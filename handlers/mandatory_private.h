/* What mandatory*.c, assign.c and compliance.c say to each other; they own the tables of 0064_mandatory.sql.
 * Nobody else includes it; structs live in the turn's arena. */
#ifndef LEARND_MANDATORY_PRIVATE_H
#define LEARND_MANDATORY_PRIVATE_H

#include "mandatory.h"
#include "paths.h"

/* The distances to the due day, in days, at which a person hears of it; 14, 7, 1 and 0 between them. */
enum { TOLD_NOTHING = 999, TOLD_NOTICE = 99, TOLD_OVERDUE = -1 };

struct assignment {
    int64_t id, person, requirement, path, giver; /* requirement 0: somebody assigned it */
    const char *state;                            /* open | done | waived | void */
    int64_t base, due, heard, opens, next_base, message;
    int told;
    bool moved;
};

/* ---- mandatory.c: the rules of the folder ------------------------------------------------------------------------ */
const struct requirement *requirement_get(struct turn *t, int64_t id); /* NULL: 0, or none */

void requirement_switch(struct turn *t, int64_t id, bool on); /* who it concerns is told within their hours */

/* Whom it is for and who may not read all of it, as a line; false: nobody. */
bool requirement_say_left_out(struct turn *t, struct message *m, const struct requirement *r);

/* ---- mandatory_due.c: until when --------------------------------------------------------------------------------- */
int64_t due_moved(struct turn *t, int64_t person,
                  int64_t base); /* past days off and absences, as rules of due days say */
/* The working days an absence takes of the two weeks before. */
int due_days_taken(struct turn *t, int64_t person, int64_t base);
int64_t due_late_at(struct turn *t, int64_t person, int64_t due); /* the instant that day ends where they are */
int64_t due_today(struct turn *t, int64_t person);
/* The first moment from an instant on at which a reminder may go out: at work, and past 09:30. INT64_MAX: none in sight. */
int64_t due_moment(struct turn *t, int64_t person, int64_t at);
int due_stage(int64_t distance); /* of TOLD_NOTICE, 14, 7, 1, 0, TOLD_OVERDUE */

/* ---- mandatory_state.c: one assignment --------------------------------------------------------------------------- */
const struct assignment *assignment_get(struct turn *t, int64_t id); /* NULL: none */
const struct assignment *assignment_find(struct turn *t, int64_t person, int64_t requirement, int64_t path);
const struct assignment *assignments_of(struct turn *t, int64_t person, int *count); /* of every state, by id */
bool assignment_is(const struct assignment *a, const char *state);
int assignment_pass(struct turn *t, const struct assignment *a);
/* Asked of them from now on (giver 0: by the requirement), with that due day, moved where it must be. The id. */
int64_t assignment_open(struct turn *t, int64_t person, const struct requirement *r, int64_t path, int64_t giver,
                        int64_t base);
void assignment_set_base(struct turn *t, const struct assignment *a, int64_t base); /* another day was set */
void assignments_move(struct turn *t, int64_t who); /* hours or absences may have changed */
/* As far as it does not count any more; why: the title of a text that changed. */
void assignment_reopen(struct turn *t, const struct assignment *a, int64_t base, const char *why);
void assignment_refresh(struct turn *t, const struct assignment *a); /* all of it, until its next day */
void assignment_waive(struct turn *t, const struct assignment *a, const char *reason);
void assignment_unwaive(struct turn *t, const struct assignment *a);
void assignments_set_pass(struct turn *t, int64_t person, int64_t path); /* the highest mark that anybody asks */
void assignment_void(struct turn *t, const struct assignment *a, const char *why);
void assignment_told(struct turn *t, const struct assignment *a, int stage, int64_t message);

/* ---- mandatory_remind.c: what they hear -------------------------------------------------------------------------- */
void remind_plan(struct turn *t, int64_t person); /* after whatever changes when something is to be said */
void remind_due(struct turn *t);                  /* the timer; t->object: the person */
void remind_elsewhere(struct turn *t);            /* the action; t->object: the assignment */
void remind_hear_elsewhere(struct turn *t);       /* the dialog */
void remind_talk(struct turn *t);                 /* the action of a manager; t->object: the assignment */
void remind_manager_sees(struct turn *t, int64_t person, struct facts *f);

#endif
