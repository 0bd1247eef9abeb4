/* What cards.c and cards_folder.c say to each other; both own the tables of 0010_cards.sql.
 * Nobody else includes it. */
#ifndef LEARND_CARDS_PRIVATE_H
#define LEARND_CARDS_PRIVATE_H

#include "cards.h"

void card_set_state(struct turn *t, int64_t id, const char *state); /* audited; the index is made anew */
void card_keep_version(struct turn *t, int64_t id, int64_t reviewer);
void cards_watch_expiry(struct turn *t); /* the index is made anew when the next card expires */

/* ---- cards_care.c ----------------------------------------------------------------------------------------------- */
int cards_health(struct turn *t, struct message *m);
void cards_pilot(struct turn *t, struct message *m, int64_t since);

/* ---- cards_folder.c --------------------------------------------------------------------------------------------- */
void cards_load(struct turn *t);   /* the organisation folder was read */
void cards_import(struct turn *t); /* t->argument: "dry-run", "folder": what is missing of it retires */

#endif
