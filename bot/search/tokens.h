/* A question as words that can be compared: folded, stemmed, synonyms read as one.
 * Tokens live in the arena they were read into; a glossary in the arena it was built in. */
#ifndef SEARCH_TOKENS_H
#define SEARCH_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "learnd/arena.h"
#include "learnd/search.h"

#define TOKENS_MAX 256       /* of a question or phrasing; what comes after is not looked at */
#define TOKENS_MAX_BODY 2048 /* of a card's body */

struct token {
    const char *word; /* folded: "expenses" */
    const char *stem; /* "expens" */
    uint64_t hash;    /* of the stem */
    bool plain;       /* "how", "the": carries no topic of its own */
    bool silent;      /* plain, and the same question without it */
};

struct tokens {
    struct token *item;
    size_t count;
};

struct glossary;

/* Each synonym is read as the term from then on, on both sides. */
struct glossary *glossary_build(struct arena *a, const struct search_synonym *synonyms, size_t n);

/* glossary may be NULL. At most max tokens. */
struct tokens tokens_read(struct arena *a, const char *text, const struct glossary *glossary, size_t max);
struct token token_of(struct arena *a, const char *word); /* of a folded word, which must live as long */
/* The stems that matter, joined: two texts with the same key ask the same. Empty where there are no words. */
char *tokens_key(struct arena *a, const struct tokens *t);
/* The stems of the words that are not plain. */
uint64_t *tokens_topics(struct arena *a, const struct tokens *t, size_t *n);
/* "expenses", "expense" -> "expens". A light English stemmer: other languages lose nothing but its help. */
const char *tokens_stem(struct arena *a, const char *word);

#endif
