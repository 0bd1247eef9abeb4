/* From what was found to a probability that means what it says, and what follows from it. Pure functions. */
#ifndef SEARCH_CONFIDENCE_H
#define SEARCH_CONFIDENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "learnd/search.h"

struct evidence {
    size_t words;   /* of the question */
    double value;   /* of the first hit, by its titles and phrasings */
    double margin;  /* its score less that of the second */
    double covered; /* share of the question's weight that stands anywhere in the first card */
    double texts;   /* titles and phrasings a card, on average */
    bool trained;   /* value comes from train_cards, not from nearness alone */
    bool known;     /* a word with a topic of its own is known to the bank */
    unsigned equal; /* cards that have the very question as a title or phrasing */
};

/* Sets the confidence (rounded to 1e-6) and the decision. */
void confidence_judge(const struct evidence *e, struct search_result *result);

#endif
