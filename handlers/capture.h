/* What capture.c, draft.c, teach.c and review.c say to each other about a draft.
 * The tables capture and wording are those of capture.c, review is that of review.c. */
#ifndef LEARND_CAPTURE_H
#define LEARND_CAPTURE_H

#include "cards.h"

#define CARD_WORDS_MAX 120
#define CARD_TITLE_MAX 80

/* ---- draft.c ---------------------------------------------------------------------------------------------------- */
/* The first sentence or line, or the first clause of a long one: short titles are read, and found. */
const char *draft_title(struct turn *t, const char *words);
/* What somebody should look at before it is published. reader: sees no title they may not read. */
void draft_say_checks(struct turn *t, struct message *m, const struct card *c, int64_t reader);
/* Who asks the same again should find it: words of the question that the draft does not have; NULL: it has most. They are the
 * asker's, for nobody but whom the question was put to. */
const char *draft_missing(struct turn *t, const struct card *c, const char *question);

/* ---- capture.c -------------------------------------------------------------------------------------------------- */
/* A new draft of who speaks, shown with its buttons; question 0: nobody asked. */
void capture_show(struct turn *t, struct message *m, int64_t card, int64_t question);
/* To the reviewer, who is not to read the question: whether it says what the draft does not. */
void capture_say_missing(struct turn *t, struct message *m, const struct card *c);
void capture_published(struct turn *t, int64_t card); /* wordings their askers let us keep become phrasings */
/* "Write it as you want it": what is written next is the draft. Or how it stands, if it is not to be changed now. */
void capture_edit(struct turn *t, int64_t card);
/* Who speaks changed an answer, or took it back (now: NULL): so is the draft made of it, if nobody has touched it. */
void capture_answer_changed(struct turn *t, int64_t question, const char *was, const char *now);
/* The button under an expert's answer, unless the asker's wording is kept already. */
void capture_offer_wording(struct turn *t, struct message *m, int64_t question);

/* ---- review.c --------------------------------------------------------------------------------------------------- */
void review_begin(struct turn *t, int64_t card); /* asks the first reviewer; tells the author who it is */
bool review_waits(struct turn *t, int64_t card); /* somebody is to look at it */
/* Nobody need look at it any more (state: approved, returned, done): other requests are settled, the watch ends. */
void review_close(struct turn *t, int64_t card, const char *state);

#endif
