/* What paths.c, path_count.c, plan.c, steps.c, swap.c and suggest.c say to each other; they own the tables of 0061_paths.sql.
 * Nobody else includes it. */
#ifndef LEARND_PATHS_PRIVATE_H
#define LEARND_PATHS_PRIVATE_H

#include "cards.h"
#include "paths.h"

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

/* ---- path_count.c ------------------------------------------------------------------------------------------------ */
const struct step *step_get(struct turn *t, int64_t id); /* as the newest version has it that has it; NULL: none */
/* The steps of a version, in order. */
const struct step *path_steps(struct turn *t, int64_t path, int64_t version, int *count);
int64_t step_card(struct turn *t, int64_t person, const struct step *s); /* the card it is now, after a swap; 0: none */
int64_t step_done_at(struct turn *t, int64_t person, const struct step *s); /* 0: not yet */
/* Kept in progress; whoever waits for a path that is complete by it is told. The row's id. */
int64_t path_event(struct turn *t, int64_t person, const char *kind, int64_t object, const char *event, int64_t value,
                   const char *note);
bool step_is_skipped(struct turn *t, int64_t person, const struct step *s);

#endif
