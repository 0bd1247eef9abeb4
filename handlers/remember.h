/* Remembering as other capabilities see it; the tables are those of handlers/remember.c alone.
 * Who remembers what, and how well, is told to nobody but that person. */
#ifndef LEARND_REMEMBER_H
#define LEARND_REMEMBER_H

#include "learnd/turn.h"

/* Below a check question that who speaks has passed: [Remember this], unless they do already. */
void remember_offer(struct turn *t, struct message *m, int64_t card);

#endif
