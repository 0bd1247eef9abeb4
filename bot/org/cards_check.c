/* What only all cards together can show. */
#include <stdlib.h>
#include <string.h>

#include "reading.h"

static int card_order(const void *a, const void *b)
{
    const struct org_card *x = *(const struct org_card *const *)a, *y = *(const struct org_card *const *)b;
    int order = strcmp(x->id, y->id);
    return order ? order : (x > y) - (x < y); /* as they were read */
}

void cards_check(struct reading *r)
{
    const struct org *org = r->org;
    const struct org_card **cards = arena_array(r->arena, const struct org_card *, org->card_count + 1);
    size_t n = 0;
    for (size_t i = 0; i < org->card_count; i++) {
        if (org->cards[i].id)
            cards[n++] = &org->cards[i];
    }
    if (n > 1)
        qsort(cards, n, sizeof *cards, card_order);
    for (size_t i = 1; i < n; i++) {
        if (strcmp(cards[i - 1]->id, cards[i]->id) != 0)
            continue;
        r->file = cards[i]->file;
        fault_add(r, cards[i]->line, 1, "the id '%s' is taken already by %s:%d", cards[i]->id, cards[i - 1]->file,
                  cards[i - 1]->line);
    }
}
