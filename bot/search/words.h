/* The words of a bank, to which slips of the pen are repaired.
 * Filled from texts, sealed once; the words live in the arena they are sealed into. */
#ifndef SEARCH_WORDS_H
#define SEARCH_WORDS_H

#include "tokens.h"

struct words {
    struct words_item {
        const char *word;
        size_t length;
        size_t uses;
    } * item; /* sorted */
    size_t count, room;
};

void words_add(struct words *w, struct arena *scratch, const struct tokens *t);
void words_seal(struct words *w, struct arena *a);
/* The most used word one slip away (a letter missing, doubled, wrong or swapped; never the first); NULL if none. */
const char *words_repair(const struct words *w, const char *word);

#endif
