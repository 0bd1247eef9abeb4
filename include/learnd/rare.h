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

/* For what no card answers: a few words that begin like a command of those who look after others are answered with how
 * it is written, and the way to ask them all the same; false: they are none. */
bool reply_usage(struct turn *t, const char *text);

/* ---- Personal data: the .data rows of all capabilities ----------------------------------------------------------- */
char *personal_export(struct turn *t, int64_t person); /* as JSON text: a list a table */
void personal_delete(struct turn *t, int64_t person);  /* for good: rows, words in messages to others, the name */
void purge_old(struct turn *t, int days);              /* what came in and what was said, older than so many days */

/* Presses the button of that action on the newest message with buttons here; false: it has none. */
bool press_standing(struct turn *t, const char *action);
/* The handle that stands in the account of who wrote, by the platform's format; NULL: none. */
const char *account_handle(struct turn *t);

/* ---- What the gate goes by --------------------------------------------------------------------------------------- */
/* Their own, else the organisation's: minutes of the day. */
void quiet_hours(struct turn *t, int64_t person, int *from, int *to);
int64_t quiet_ends(struct turn *t, int64_t person, int64_t at); /* of those that hold at an instant; 0: none do */
int64_t halted_until(struct turn *t);                           /* `quiet all until DATE`; 0: nothing is halted */
bool expert_consents(struct turn *t, int64_t person);           /* false: not asked yet, or said no */
/* How much unasked reached them since a day (theirs), in halves of a message. */
int64_t unasked_halves(struct turn *t, int64_t person, int64_t day);
/* As held_back(), at t->now, as if so many more messages had gone out unasked today and this week; where there is no
 * conversation with them yet, that is a reason, too. */
const char *held_back_beside(struct turn *t, int64_t person, enum message_class class, int today, int week);
bool must_wait_beside(struct turn *t, int64_t person, enum message_class class, int today, int week);

/* ---- Undo, audit, files, secrets ---------------------------------------------------------------------------------- */
bool undo_newest(struct turn *t); /* of this person; false: there is nothing to undo */
/* A people file that somebody sent, read and checked as the folder's is: with faults nothing else of it may be used. */
const struct org *read_people(struct turn *t, const char *name, const char *text);
/* Cards that somebody sent, likewise: one (NAME.md), or JSON lines, which become owner's. */
const struct org *read_cards(struct turn *t, const char *name, const char *text, const char *owner);
/* The salted hash that stands for a person in the table audit; '' for the machine. */
const char *audit_actor(struct turn *t, int64_t who);
const char *new_salt(struct turn *t); /* random, as text: for what must be past guessing. Nothing shown depends on it */

#endif
