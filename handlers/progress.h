/* What people did, as every capability that counts it sees it; the table is that of handlers/progress.c alone.
 * Rows are only ever added: to take one back is a row, too. Structs live in the turn's arena. */
#ifndef LEARND_PROGRESS_H
#define LEARND_PROGRESS_H

#include "learnd/rare.h"

#define NO_VALUE INT64_MIN

struct progress {
    int64_t id, person, object, at;
    int64_t value; /* NO_VALUE: none */
    const char *kind, *event;
    const char *note; /* NULL: none */
};

/* kind: goal | result | milestone | card | step | log; note: the person's own words, or NULL. The row's id. */
int64_t progress_add(struct turn *t, int64_t person, const char *kind, int64_t object, const char *event, int64_t value,
                     const char *note);
void progress_take_back(struct turn *t, int64_t id);
/* What counts of a thing for a person, oldest first: what was taken back is left out. person 0: of everybody. until: an instant
 * (INT64_MAX: now), what was taken back later counts. */
const struct progress *progress_of(struct turn *t, int64_t person, const char *kind, int64_t object, int64_t until,
                                   int *count);
/* The newest event of that name that counts; NULL: none. */
const struct progress *progress_last(struct turn *t, int64_t person, const char *kind, int64_t object,
                                     const char *event);
/* When they did something last, whatever it was, up to an instant; 0: never. */
int64_t progress_newest(struct turn *t, int64_t person, int64_t until);

#endif
