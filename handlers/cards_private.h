/* What cards.c, cards_folder.c and card_sheet.c say to each other; they own the tables of 0010_cards.sql.
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

struct card_tally {
    const char *folder; /* where the cards come from; NULL: a file that was sent */
    bool whole;         /* all cards of the folder: what came from it and is gone retires */
    bool dry;           /* count only */
    bool of_folder;     /* the organisation folder is read; else it is an import */
    int added, changed, retired, unchanged;
    struct buf which; /* the first ids with + ~ or -, of those that are not unchanged */
    int named;
    const struct org_card *taken; /* one whose id has a card made in chat: nothing may be imported */
};
void cards_take(struct turn *t, const struct org *given, struct card_tally *tally);
const char *card_tally_say(struct turn *t, const struct card_tally *tally); /* "added N, changed N, ..." */

#endif
