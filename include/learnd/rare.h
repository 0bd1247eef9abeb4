/* What only few capabilities need of the machine: the search, personal data, undo, files of people.
 * As in turn.h, all that is given out lives as long as the turn. */
#ifndef LEARND_RARE_H
#define LEARND_RARE_H

#include "learnd/turn.h"

/* ---- The search: cards.c fills it, answers.c asks it -------------------------------------------------------------- */
/* Cards the person may read, best first. */
void ask_cards(struct turn *t, const char *question, struct search_result *result);
/* Cards whose titles or texts are much alike, readable or not: for reviewers only. How many. */
size_t similar_cards(struct turn *t, const char *title, const char *body, struct search_hit *hits, size_t max);
void cards_changed(struct turn *t); /* the index is made anew at the next question */
/* For .index: one card. audience: who may read it (NULL: everybody); team: an owner whose people alone read it, or
 * NULL. */
void index_add(struct turn *t, struct index_builder *b, const struct search_card *card, const char *audience,
               const char *team);

/* ---- Personal data: the .data rows of all capabilities ----------------------------------------------------------- */
char *personal_export(struct turn *t, int64_t person); /* as JSON text: a list a table */
void personal_delete(struct turn *t, int64_t person);  /* for good: rows, words in messages to others, the name */
void purge_old(struct turn *t, int days);              /* what came in and what was said, older than so many days */

/* ---- Undo, files, secrets ---------------------------------------------------------------------------------------- */
bool undo_newest(struct turn *t); /* of this person; false: there is nothing to undo */
/* A people file that somebody sent, read and checked as the folder's is: with faults nothing else of it may be used. */
const struct org *read_people(struct turn *t, const char *name, const char *text);
const char *new_salt(struct turn *t); /* random, as text: for what must be past guessing. Nothing shown depends on it */

#endif
