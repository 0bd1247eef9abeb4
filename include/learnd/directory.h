/* Who there is: people as the directory has them, when they work, what they may.
 * A person lives in the turn's arena; look-ups are remembered for the turn. Every function takes the turn. */
#ifndef LEARND_DIRECTORY_H
#define LEARND_DIRECTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "learnd/date.h"

struct turn;

struct person {
    int64_t id;
    const char *handle, *name, *email, *title, *role, *department, *division, *location, *country, *language;
    int64_t manager; /* 0: none */
    bool active;     /* false: has left (or is not here any more) */
    const struct zone *zone;
    int weekly_cap;
    int64_t start_day, end_day; /* day numbers; INT64_MIN: none */
};

const struct person *person(struct turn *t, int64_t id); /* never NULL; id 0 or unknown: an empty one */
const struct person *person_of_handle(struct turn *t, const char *handle); /* "@bo", "bo"; NULL: unknown */
void people_changed(struct turn *t); /* after writing person, employment, absence, holiday: forget what was looked up */
/* Someone left, went away, came back or changed hours: every capability that cares is told (.availability). */
void availability_changed(struct turn *t, int64_t id);
const char *first_name(struct turn *t, int64_t id);

/* When they work, with the holidays and absences from 40 days back to 400 ahead. */
const struct hours *person_hours(struct turn *t, int64_t id);
bool person_away(struct turn *t, int64_t id, int64_t at); /* absent (not merely off work) at that instant */
/* They asked for their data to be deleted: until it is gone nobody else sees anything of them. Searches, routing and
 * owners leave them out; their own conversations go on. */
bool person_hidden(struct turn *t, int64_t id);
bool evaluations_off(struct turn *t, int64_t id); /* where they work nobody is evaluated: settings, off_in */
bool person_in_audience(struct turn *t, int64_t id, const char *audience); /* NULL or "": everybody active */
bool person_in_scope(struct turn *t, int64_t id, const char *scope);       /* also who has left, as they last were */
/* The people an owner means: HANDLE, or team:HANDLE (the manager first, then the direct reports by handle); active
 * ones, no hidden ones. */
int64_t *owner_people(struct turn *t, const char *owner, int *count);
bool owner_includes(struct turn *t, const char *owner, int64_t id);
int64_t *reports_of(struct turn *t, int64_t manager, int *count); /* direct, active, not hidden, by handle */
bool is_manager_of(struct turn *t, int64_t manager, int64_t id);  /* at any height */

/* Rights: verb x scope. Verbs and who has them by role are the table in bot/rights.c; grants come from people.csv and
 * `allow`. */
enum role {
    ROLE_EVERYONE,
    ROLE_EXPERT, /* listed for a topic, owner of one, or of the learning queue */
    ROLE_MANAGER,
    ROLE_CURATOR,
    ROLE_ADMIN,
    ROLE_AUDITOR,  /* or admin */
    ROLE_STEWARD,  /* curator or admin */
    ROLE_LEADER,   /* manager or curator */
    ROLE_OWNER,    /* of a path of the folder, alone or with a team */
    ROLE_OVERSEER, /* owner of a path, curator, admin or auditor */
    ROLE_REVIEWER  /* curator, or of those who look after the learning queue */
};
/* Who has it, in words: "everybody", "experts", "curators and admins". */
const char *role_people(enum role role);
#define EVERYBODY (-1) /* as a subject: the scope is all people */
bool has_role(struct turn *t, int64_t id, enum role role,
              int64_t subject); /* subject 0: anywhere; else that person is in the scope */
/* Was who speaks given this right ("curator", a verb) for all whom the audience ("*": everybody) can ever hold for? */
bool right_covers(struct turn *t, const char *right, const char *audience);
/* By role, or because `allow` gave them this verb. */
bool may_use(struct turn *t, int64_t id, const char *verb, enum role role, int64_t subject);
bool may(struct turn *t, const char *verb, int64_t subject); /* may who speaks use the verb on this person's things */
int64_t *people_with_role(struct turn *t, enum role role, int64_t subject, int *count); /* by handle; no hidden ones */

/* Preferences: small texts by name, a person's own. NULL: never set. */
const char *pref(struct turn *t, int64_t id, const char *name);
int pref_number(struct turn *t, int64_t id, const char *name, int otherwise); /* otherwise: where it was never set */
void pref_set(struct turn *t, int64_t id, const char *name, const char *value);

#endif
