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

/* Presses the button of that action on the newest message with buttons here; false: it has none. */
bool press_standing(struct turn *t, const char *action);

/* ---- The gate, for who thinks ahead ------------------------------------------------------------------------------- */
/* As held_back(), at t->now, as if so many more messages had gone out unasked today and this week; where there is no
 * conversation with them yet, that is a reason, too. */
const char *held_back_beside(struct turn *t, int64_t person, enum message_class class, int today, int week);

/* ---- Undo, audit, files, secrets ---------------------------------------------------------------------------------------- */
/* Undo the newest of this person; false: there is nothing to undo. */
bool undo_newest(struct turn *t);
/* A people file that somebody sent, read and checked as the folder's is: with faults nothing else of it may be used. */
const struct org *read_people(struct turn *t, const char *name, const char *text);
/* The salted hash that stands for a person in the table audit; '' for the machine. */
const char *audit_actor(struct turn *t, int64_t who);
const char *new_salt(struct turn *t); /* random, as text: for what must be past guessing. Nothing shown depends on it */

#endif
