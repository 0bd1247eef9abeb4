/* What cards from files and cards from JSON lines have in common.
 * Owns nothing. */
#ifndef LEARND_ORG_CARD_H
#define LEARND_ORG_CARD_H

#include "reading.h"

#define TITLE_MAX 80
#define PHRASING_MAX 500 /* what people really ask can be a paragraph */
#define BODY_MAX_WORDS 120

/* Split Markdown at its line "## More" (outside of code). text: lines end with \n. line: of its first line in the file.
 * A second such line and an answer of more than 120 words are faults. */
void card_body_take(struct reading *r, struct org_card *card, const char *text, int line);
/* Line ends of every kind become \n. */
char *lines_unify(struct arena *a, const char *text);

#endif
