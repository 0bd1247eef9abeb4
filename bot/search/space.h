/* Texts as vectors: features (hashed) weighed by how rare they are, compared by cosine through an inverted index.
 * A space owns nothing but memory of the arena it was opened in; filled once, sealed, then compared. */
#ifndef SEARCH_SPACE_H
#define SEARCH_SPACE_H

#include <stddef.h>
#include <stdint.h>

#include "learnd/arena.h"

#define SPACE_NONE UINT32_MAX

struct posting { /* small, as there are many: a text (of at most 2^24) and how often the feature stands in it */
    uint32_t doc : 24;
    uint32_t times : 8;
};

struct space {
    uint64_t *key;         /* hash table: feature -> number */
    uint32_t *number;      /* SPACE_NONE: free */
    size_t mask, features; /* slots - 1 */
    uint32_t *start;       /* the postings of a feature are [start[f], start[f + 1]) */
    struct posting *posting;
    float *scale; /* 1 / length of a text */
    float *seen;  /* how often a feature stands in the question at hand; all 0 between questions */
    size_t docs;
};

struct space_row { /* one feature of one text, while the space is filled */
    uint32_t feature;
    struct posting posting;
};

struct space_draft {
    struct arena *arena; /* closed when the space is sealed */
    struct space_row *row;
    size_t count, room;
    uint64_t *key;
    uint32_t *number, *df, *last; /* last: the row in which the feature stood last */
    size_t mask, features;
};

/* Features of text doc; texts come in ascending order. */
void space_draft_open(struct space_draft *d);
void space_draft_add(struct space_draft *d, uint32_t doc, const uint64_t *feature, size_t n);
/* The space of docs texts; the draft is closed. */
void space_seal(struct space *s, struct arena *a, struct space_draft *d, size_t docs);

/* Number of a feature, SPACE_NONE if no text has it. */
uint32_t space_find(const struct space *s, uint64_t feature);
/* How rare a feature is: ln((1 + texts) / (1 + texts that have it)) + 1; of SPACE_NONE: in no text. */
float space_idf(const struct space *s, uint32_t number);
/* The texts that have it, ascending; none for SPACE_NONE. */
const struct posting *space_postings(const struct space *s, uint32_t number, size_t *n);
/* Adds share * cosine(question, text) to sum[text]. */
void space_compare(struct space *s, struct arena *a, const uint64_t *feature, size_t n, float share, float *sum);
/* Adds share * cosine of texts i and j to gram[i * docs + j], for j <= i. */
void space_gram(const struct space *s, float share, float *gram);

#endif
