/* Check questions of cards: put, answered, judged; the result stands in progress (kind card, event passed | failed, value
 * the score in percent) and is shown to nobody else. The table of tries is that of handlers/checks.c alone. */
#ifndef LEARND_CHECKS_H
#define LEARND_CHECKS_H

#include "cards.h"

/* The first question of a card under a message of ours, its options as buttons; the others follow answer by answer.
 * False: it has none, or it is to be tried again only tomorrow (then a line says so), or is passed already. */
bool check_put(struct turn *t, struct message *m, int64_t card);
/* The same as a message of its own. False: it has none, and nothing was said. */
bool check_begin(struct turn *t, int64_t card);

/* For who puts questions in other ways: the question with its options as buttons of an action; the argument of each is
 * "CARD POSITION OPTION". */
void check_say(struct turn *t, struct message *m, const struct card_check *q, const char *action, int64_t object);
/* What such an argument means: the question, and the option chosen (from 1). NULL: it has changed meanwhile. */
const struct card_check *check_chosen(struct turn *t, const char *argument, int *option);
/* "Right." or "Not quite: it is X.", and why. Begins a message. */
struct message *check_verdict(struct turn *t, const struct card_check *q, int option);

#endif
