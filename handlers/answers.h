/* What answers.c, guide.c and feedback.c say to each other about a question put to the cards.
 * The tables asked and outdated are theirs alone; structs and texts live in the turn's arena. */
#ifndef LEARND_ANSWERS_H
#define LEARND_ANSWERS_H

#include "cards.h"

/* ---- answers.c -------------------------------------------------------------------------------------------------- */
struct asked {        /* a question as it was asked */
    int64_t id, card; /* card: shown or chosen; 0: none */
    const char *text, *outcome, *platform, *thing;
};
/* Their own; NULL: somebody else's, or no longer kept. */
const struct asked *asked_get(struct turn *t, int64_t id);
/* Up to three cards as buttons, without one; false: there is none to offer, nothing was said. */
bool answers_offer(struct turn *t, const struct asked *a, const struct search_result *r, int64_t without);
void human_reply(struct turn *t, const struct org_sensitive *human); /* the fixed text, and whom to turn to */

/* ---- asked.c ---------------------------------------------------------------------------------------------------- */
int answers_health(struct turn *t, struct message *m);
void answers_pilot(struct turn *t, struct message *m, int64_t since);

/* ---- guide.c ---------------------------------------------------------------------------------------------------- */
void card_say(struct turn *t, struct message *m, const struct card *c); /* title, body, who keeps it, since when */
/* The same as an answer, with its buttons. */
void card_show(struct turn *t, struct message *m, const struct card *c, int64_t asked);
const char *card_keeper(struct turn *t, const struct card *c); /* "Omar", "Dana's team", "the learning team" */

#endif
