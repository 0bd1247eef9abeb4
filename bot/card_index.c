/* The search index and who may read what: forgotten when cards change, made anew at the next question. */
#include "machine.h"

#include <stdlib.h>
#include <string.h>

struct card_entry {
    int64_t id;
    const char *audience, *team;
    size_t readers; /* the first entry with the same two: its verdict is this one's, too */
};

struct card_index {
    struct arena *arena;
    struct search *search;
    struct card_entry *entries; /* sorted by id */
    size_t count;
};

struct index_builder {
    struct arena *arena;
    struct search_card *cards;
    struct card_entry *entries;
    size_t count, max;
};

static void *grown(struct arena *a, void *old, size_t used, size_t max, size_t size)
{
    char *more = arena_alloc(a, max * size);

    if (used)
        memcpy(more, old, used * size);
    return more;
}

void index_add(struct turn *t, struct index_builder *b, const struct search_card *card, const char *audience,
               const char *team)
{
    (void)t;
    if (b->count == b->max) {
        b->max = b->max ? 2 * b->max : 64;
        b->cards = grown(b->arena, b->cards, b->count, b->max, sizeof *b->cards);
        b->entries = grown(b->arena, b->entries, b->count, b->max, sizeof *b->entries);
    }
    b->cards[b->count] = *card;
    b->entries[b->count++] =
        (struct card_entry){ card->id, arena_copy(b->arena, audience), arena_copy(b->arena, team), 0 };
}

static int by_id(const void *x, const void *y)
{
    const struct card_entry *a = x, *b = y;

    return (a->id > b->id) - (a->id < b->id);
}

static struct search_synonym *synonyms_of(struct arena *a, const struct org *org)
{
    struct search_synonym *all = arena_array(a, struct search_synonym, org->term_count + 1);

    for (size_t i = 0; i < org->term_count; i++) {
        const struct org_list *same = &org->terms[i].same;
        const char **words = arena_array(a, const char *, same->count + 1);
        for (size_t k = 0; k < same->count; k++)
            words[k] = same->item[k];
        all[i] = (struct search_synonym){ org->terms[i].term, words };
    }
    return all;
}

static bool is_same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Most cards share a handful of audiences. */
static void find_readers(struct card_index *index)
{
    size_t *kinds = arena_array(index->arena, size_t, index->count + 1), count = 0, k;

    for (size_t i = 0; i < index->count; i++) {
        struct card_entry *e = &index->entries[i];
        for (k = 0; k < count; k++)
            if (is_same(index->entries[kinds[k]].audience, e->audience) &&
                is_same(index->entries[kinds[k]].team, e->team))
                break;
        if (k == count)
            kinds[count++] = i;
        e->readers = kinds[k];
    }
}

static struct card_index *card_index_build(struct turn *t)
{
    struct index_builder b = { .arena = t->arena };

    for (const struct handler *const *h = handlers_all(); *h; h++) /* a statement may fail: nothing to give back yet */
        if ((*h)->index)
            (*h)->index(t, &b);
    struct card_index *index = calloc(1, sizeof *index);
    if (!index)
        abort();
    index->search = search_open(b.cards, b.count, synonyms_of(t->arena, t->org), t->org->term_count);
    index->arena = arena_open();
    index->count = b.count;
    index->entries = arena_array(index->arena, struct card_entry, b.count);
    for (size_t i = 0; i < b.count; i++)
        index->entries[i] = (struct card_entry){ b.entries[i].id, arena_copy(index->arena, b.entries[i].audience),
                                                 arena_copy(index->arena, b.entries[i].team), 0 };
    if (b.count)
        qsort(index->entries, index->count, sizeof *index->entries, by_id);
    find_readers(index);
    return index;
}

void card_index_forget(struct machine *m)
{
    struct card_index *index = m->cards;

    m->cards = NULL;
    if (!index)
        return;
    search_close(index->search);
    arena_close(index->arena);
    free(index);
}

struct reading {
    struct turn *turn;
    unsigned char *verdict; /* by entry: 0 not looked at, 1 no, 2 yes */
};

static bool may_read(struct turn *t, const struct card_entry *e)
{
    if (e->team && !owner_includes(t, e->team, t->person))
        return false;
    return !e->audience || (t->person && person_in_audience(t, t->person, e->audience));
}

static bool readable(void *context, int64_t card)
{
    const struct reading *r = context;
    const struct card_index *index = r->turn->machine->cards;
    const struct card_entry key = { .id = card };
    const struct card_entry *e = bsearch(&key, index->entries, index->count, sizeof key, by_id);

    if (!e)
        return false;
    if (!r->verdict[e->readers])
        r->verdict[e->readers] = may_read(r->turn, e) ? 2 : 1;
    return r->verdict[e->readers] == 2;
}

/* Made when first asked for after cards changed: who only starts or reads does not wait for it. */
static struct search *search_of(struct turn *t)
{
    struct machine *m = t->machine;
    struct arena *own = t->arena;

    t->arena = m->batch; /* all cards are more than one turn may need */
    if (!m->cards)
        m->cards = card_index_build(t);
    t->arena = own;
    return m->cards->search;
}

size_t card_index_count(struct turn *t)
{
    search_of(t);
    return t->machine->cards->count;
}

void ask_cards(struct turn *t, const char *question, struct search_result *result)
{
    struct search *search = search_of(t);
    struct reading r = { t, arena_array(t->arena, unsigned char, t->machine->cards->count + 1) };

    search_ask(search, t->arena, question, readable, &r, result);
}

size_t similar_cards(struct turn *t, const char *title, const char *body, struct search_hit *hits, size_t max)
{
    return search_similar(search_of(t), t->arena, title, body, hits, max);
}
