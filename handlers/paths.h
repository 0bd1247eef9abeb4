/* Paths and steps as other capabilities see them; the tables are those of handlers/paths.c and its neighbours alone.
 * A path one may not read is as if it were not there. Structs live in the turn's arena. */
#ifndef LEARND_PATHS_H
#define LEARND_PATHS_H

#include "progress.h"

struct path {
    int64_t id;                               /* the same over all versions */
    const char *slug, *title, *owner, *class; /* owner: HANDLE or team:HANDLE */
    const char *audience, *outcome;           /* NULL: everybody; nothing said */
    int64_t version;
    bool listed;    /* the folder has it still */
    int64_t person; /* whose own steps it is; 0: the organisation's */
};

enum path_origin {
    ORIGIN_OWN,
    ORIGIN_SUGGESTED,
    ORIGIN_JOURNEY,
    ORIGIN_ASSIGNED,
    ORIGIN_REQUIRED
}; /* later ones win */

/* By slug or title; only what that person may read. NULL: none. */
const struct path *path_named(struct turn *t, const char *name, int64_t who);
const struct path *path_any(struct turn *t, int64_t id);       /* no rights: for owners and the machine. NULL: none */
const char *path_keeper(struct turn *t, const struct path *p); /* a name; "the learning team" where its owner left */
bool path_may_read(struct turn *t, int64_t id, int64_t who);   /* the path and every card of it */
/* The first thing in it they may not read; NULL: none. */
const char *path_unreadable(struct turn *t, int64_t id, int64_t who);

/* Enrols who is not yet; who is already keeps the stronger origin. The enrolment's id. From assigned on its steps are
 * locked: neither skipped nor swapped. */
int64_t path_enrol(struct turn *t, int64_t person, int64_t path, enum path_origin origin);
/* The mark its check questions need of this person, in percent (0: the usual one): who fails tries again at once. */
void path_set_pass(struct turn *t, int64_t person, int64_t path, int pass);
/* It is not asked of them any more (waived, withdrawn): it is their own again, with all that was done. */
void path_release(struct turn *t, int64_t person, int64_t path);
bool path_enrolled(struct turn *t, int64_t person, int64_t path);

/* ---- path_asked.c: what those need who ask for a path ------------------------------------------------------------- */
const struct path *path_of_slug(struct turn *t, const char *slug);             /* no rights. NULL: none */
int64_t *path_cards(struct turn *t, int64_t person, int64_t path, int *count); /* of what is required, after swaps */
/* That its cards take, as far as said; of a choice its share: any 2 of 4 take half. */
int64_t path_minutes(struct turn *t, int64_t person, int64_t path);
/* It is to be done again: what was done of it before does not count any more. */
void path_reopen(struct turn *t, int64_t person, int64_t path);
/* What they did with a card counts from then on, for all that is asked of them; 0: always did. */
int64_t path_card_since(struct turn *t, int64_t person, int64_t card);
/* What is open and required of it was done elsewhere, in their own words; not what its check questions must show. */
void path_done_elsewhere(struct turn *t, int64_t person, int64_t path, const char *where);

/* How far they are at an instant (INT64_MAX: now), right without anyone having looked, by the version that stood then.
 * Once complete is complete, whatever a later version adds. */
struct path_state {
    int done, of; /* counted steps of what is required */
    int extra;    /* done beyond that */
    bool complete;
    int64_t completed_at; /* 0: not complete */
};
struct path_state path_state(struct turn *t, int64_t person, int64_t path, int64_t until);
/* The same on the terms of a requirement: what was done before since does not count (0: everything does); with pass > 0 a
 * card with check questions counts only with that mark; asked: nothing is left out by skipping, and a card whose newer
 * version asks for it (reassign: yes) is to be done anew. */
struct path_terms {
    int64_t since, until;
    int pass;
    bool asked;
};
struct path_state path_state_under(struct turn *t, int64_t person, int64_t path, const struct path_terms *terms);

/* What a person did with a card, wherever it was: event done | passed | failed, value: the score in percent or
 * NO_VALUE. Whoever waits for a path that is complete by it is told. The row's id in progress. */
int64_t path_card_event(struct turn *t, int64_t person, int64_t card, const char *event, int64_t value);
/* How far the paths of who speaks are that have this card, and what comes next. */
void path_say_card(struct turn *t, struct message *m, int64_t card);
/* Is it a step of what is asked of that person? pass (may be NULL): the highest mark it needs, 0: the usual one. */
bool path_asks_for_card(struct turn *t, int64_t person, int64_t card, int *pass);

/* A button [Start] under a path has the action "path start" and the path's id; argument "suggested": so it came. */

#endif
