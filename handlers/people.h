/* What the files of the directory know of each other: people.c takes a file in, people_row.c writes one row of it,
 * presence.c knows who is here. Nobody else includes it; texts live in the turn's arena. */
#ifndef LEARND_PEOPLE_H
#define LEARND_PEOPLE_H

#include "learnd/rare.h"

/* ---- people_row.c ----------------------------------------------------------------------------------------------- */
struct known {  /* what is there of a row's person */
    int64_t id; /* 0: nobody yet */
    bool here, unchanged;
};
struct known row_known(struct turn *t, const struct org_person *p);
void row_write(struct turn *t, const struct org_person *p); /* all but who the manager is */
/* When every row is written: the manager may stand below. True if the place changed. */
bool row_write_employment(struct turn *t, const struct org_person *p);
const char *row_zone(struct turn *t, const struct org_person *p);

/* ---- presence.c ------------------------------------------------------------------------------------------------- */
enum presence { COMING, HERE, GONE };
enum presence row_presence(struct turn *t, const struct org_person *p, int64_t id); /* as the row will have it now */
void presence_set(struct turn *t, int64_t id); /* here or not, and when that changes next */
void presence_due(struct turn *t);
void presence_away_due(struct turn *t);
void presence_load(struct turn *t); /* with another tzdata all is computed anew */
void absences_take(struct turn *t, const struct org *org);
bool holidays_take(struct turn *t, const struct org *org); /* true if they changed */

/* ---- people.c --------------------------------------------------------------------------------------------------- */
struct tally {
    int added, changed, retired, unchanged;
    bool dry;       /* count only */
    int64_t here;   /* how many were here before */
    struct buf who; /* handles with + ~ or -, of those who are not unchanged */
    int named;
};
void people_take(struct turn *t, const struct org *org, struct tally *tally);
bool tally_retires_many(const struct tally *tally); /* more than a fifth: only by name of the exact number */
const char *tally_say(struct turn *t, const struct tally *tally); /* "added N, changed N, retired N, unchanged N" */

#endif
