/* The index of what one asker may read. It knows of no other card, so nothing it says can tell of one.
 * A view owns its memory; ids and texts of cards are borrowed from the search it belongs to. */
#ifndef SEARCH_VIEW_H
#define SEARCH_VIEW_H

#include "space.h"
#include "tokens.h"
#include "words.h"

struct card { /* as the search keeps it */
    int64_t id;
    const char *title;
    const char **phrasing;
    size_t phrasing_count, phrasing_room;
    uint64_t *body; /* tokens_topics of the body */
    size_t body_count;
};

struct view_text { /* a title or a phrasing */
    const char *text;
    uint64_t key; /* of tokens_key: the same for texts that ask the same */
    uint32_t card;
    bool title;
};

struct view_card {
    const struct card *card;
    uint32_t first, end; /* its texts */
};

struct view {
    struct arena *arena;
    struct view_card *card; /* by id */
    size_t card_count;
    struct view_text *text; /* by card */
    size_t text_count;
    struct space words, grams; /* of texts */
    struct space whole;        /* of cards: words of titles, phrasings and body; only those with a topic */
    struct words known;
    float *trained; /* train_cards, or NULL where there are too many texts */
};

/* cards by id. */
struct view *view_open(const struct card *const *cards, size_t n, const struct glossary *glossary);
void view_close(struct view *v);

/* The question's misspelt words are repaired in place. */
void view_ask(struct view *v, struct arena *a, const struct tokens *question, struct search_result *result);
/* search_similar. */
size_t view_similar(struct view *v, struct arena *a, const struct tokens *title, const struct tokens *body,
                    struct search_hit *hits, size_t max);

/* The features of tokens in the two spaces of texts. */
struct features {
    uint64_t *word, *gram;
    size_t word_count, gram_count;
};
struct features view_features(struct arena *a, const struct tokens *t);

#endif
