/* Any cards, any question: no reader learns of a card she may not read, and the same input gives the same output. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "learnd/search.h"

enum { CARDS_MAX = 12, PARTS = 3 }; /* of a card: title, body, a phrasing */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_even(void *context, int64_t card)
{
    (void)context;
    return card % 2 == 0;
}

/* Lines: a question, then title, body, phrasing of card after card. */
static size_t cards_read(struct arena *a, char *text, struct search_card *cards, const char **question)
{
    size_t n = 0;
    *question = strsep(&text, "\n");
    while (text && n < CARDS_MAX) {
        const char **part = arena_array(a, const char *, PARTS);
        for (int i = 0; i < PARTS; i++) {
            part[i] = text ? strsep(&text, "\n") : "";
        }
        cards[n] = (struct search_card){ (int64_t)n + 1, part[0], part[1], part + 2, 1 };
        n++;
    }
    return n;
}

static void demand_same(const struct search_result *a, const struct search_result *b)
{
    if (a->decision != b->decision || a->confidence != b->confidence || a->count != b->count ||
        !(a->confidence >= 0 && a->confidence <= 1)) {
        abort();
    }
    for (size_t i = 0; i < a->count; i++) {
        if (a->hits[i].card != b->hits[i].card || a->hits[i].score != b->hits[i].score ||
            strcmp(a->hits[i].matched, b->hits[i].matched) != 0) {
            abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_open();
    struct search_card cards[CARDS_MAX], even[CARDS_MAX];
    const char *question;
    size_t n = cards_read(a, arena_copy_n(a, (const char *)data, size), cards, &question), n_even = 0;
    for (size_t i = 0; i < n; i++) {
        if (is_even(NULL, cards[i].id)) {
            even[n_even++] = cards[i];
        }
    }
    struct search *whole = search_open(cards, n, NULL, 0), *part = search_open(even, n_even, NULL, 0);
    struct search_result first, again, filtered, absent;
    struct search_hit hits[CARDS_MAX];
    search_ask(whole, a, question, NULL, NULL, &first);
    search_ask(whole, a, question, is_even, NULL, &filtered);
    search_ask(part, a, question, NULL, NULL, &absent);
    search_learn(whole, 1, question);
    search_ask(whole, a, question, is_even, NULL, &again);
    demand_same(&first, &first);
    demand_same(&filtered, &absent);
    demand_same(&again, &absent);
    search_similar(whole, a, question, question, hits, CARDS_MAX);
    search_close(whole);
    search_close(part);
    arena_close(a);
    return 0;
}
