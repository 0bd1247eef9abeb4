/* Paths and steps as other capabilities see them; the tables are those of handlers/paths.c alone.
 * A path one may not read is as if it were not there. Structs live in the turn's arena. */
#ifndef LEARND_PATHS_H
#define LEARND_PATHS_H

#include "progress.h"

struct path {
    int64_t id;                               /* the same over all versions */
    const char *slug, *title, *owner, *class; /* owner: HANDLE or team:HANDLE */
    const char *audience;                     /* NULL: everybody */
    int64_t version;
};

enum path_origin { ORIGIN_OWN, ORIGIN_SUGGESTED, ORIGIN_ASSIGNED, ORIGIN_REQUIRED, ORIGIN_JOURNEY };

/* By slug or title; only what that person may read. NULL: none. */
const struct path *path_named(struct turn *t, const char *name, int64_t who);
const struct path *path_any(struct turn *t, int64_t id);     /* no rights: for owners and the machine. NULL: none */
bool path_may_read(struct turn *t, int64_t id, int64_t who); /* the path and every card of it */
const char *path_unreadable(struct turn *t, int64_t id,
                            int64_t who); /* the first thing in it they may not read; NULL: none */

/* Enrols who is not yet; the enrolment's id. */
int64_t path_enrol(struct turn *t, int64_t person, int64_t path, enum path_origin origin);
/* How far they are at an instant (INT64_MAX: now), right without anyone having looked. */
struct path_state {
    int done, of; /* counted steps of what is required */
    bool complete;
    int64_t completed_at; /* 0: not complete */
};
struct path_state path_state(struct turn *t, int64_t person, int64_t path, int64_t until);

#endif
