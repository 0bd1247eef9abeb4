/* What capture and review say to each other about a draft.
 * The tables capture and wording are those of capture.c, review is that of review.c. */
#ifndef LEARND_CAPTURE_H
#define LEARND_CAPTURE_H

#include "learnd/turn.h"

void capture_published(struct turn *t, int64_t card); /* wordings their askers let us keep become phrasings */
void review_begin(struct turn *t, int64_t card);      /* asks the first reviewer; tells the author who it is */
void review_close(struct turn *t, int64_t card, const char *state, const char *line_for_others);
void capture_ask_edit(struct turn *t, int64_t card); /* "Write it as you want it": what is written next is the draft */

#endif
