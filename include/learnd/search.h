/* From a question to cards with a probability that means what it says.
 * An index is built from cards, asked, taught and closed; it lives in memory and knows no database and no rights:
 * the caller says which cards the asker may read, and no other card takes part in scoring. */
#ifndef LEARND_SEARCH_H
#define LEARND_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "learnd/arena.h"

#define SEARCH_HITS_MAX 10

struct search;

struct search_card {
    int64_t id;
    const char *title;
    const char *body; /* may be NULL */
    const char *const *phrasings;
    size_t phrasing_count;
};

struct search_synonym { /* of the glossary: a term and what means the same, ended by NULL */
    const char *term;
    const char *const *same;
};

enum search_decision {
    SEARCH_ANSWER,  /* the first hit answers */
    SEARCH_CHOICES, /* one of the first three may */
    SEARCH_ROUTE    /* no card: ask a person */
};

struct search_hit {
    int64_t card;
    double score;        /* rounded to 1e-6; equal scores are ordered by id */
    const char *matched; /* the phrasing (or title) that matched best; lives with the index */
    bool matched_title;
};

struct search_result {
    enum search_decision decision;
    double confidence; /* probability that the first hit is right, 0 where there is none; rounded to 1e-6 */
    bool too_short;    /* for an answer, however sure of the first hit one is */
    struct search_hit hits[SEARCH_HITS_MAX];
    size_t count;
};

/* The cards and synonyms are copied. Never fails (out of memory aborts). */
struct search *search_open(const struct search_card *cards, size_t n, const struct search_synonym *synonyms,
                           size_t synonym_count);
void search_close(struct search *s);

/* A confirmed question becomes a phrasing of the card; false if the id is unknown. */
bool search_learn(struct search *s, int64_t card, const char *question);

/* may_read(context, card) is asked before anything is scored. NULL: everything may be read. Same input, same output. */
void search_ask(struct search *s, struct arena *a, const char *question, bool (*may_read)(void *context, int64_t card),
                void *context, struct search_result *result);

/* Title and phrasing similarity of a draft to the cards there are (0..1), best first: for reviewers and duplicates. */
size_t search_similar(struct search *s, struct arena *a, const char *title, const char *body, struct search_hit *hits,
                      size_t max);

const char *search_decision_name(enum search_decision d); /* "answer", "choices", "route" */

#endif
