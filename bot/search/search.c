#include "learnd/search.h"

#include <stdlib.h>
#include <string.h>

#include "view.h"

/* What is kept: a view takes some 2 KB a text (title or phrasing). */
enum { VIEWS_MAX = 12, TEXTS_MAX = 20000 };

struct kept_view { /* the view of one set of readable cards */
    struct view *view;
    unsigned char *readable; /* a byte a card */
    uint64_t used;           /* when it was used last, in questions */
};

struct search {
    struct arena *arena, *turn;
    struct card *card; /* by id */
    size_t card_count;
    struct glossary *glossary;
    struct kept_view kept[VIEWS_MAX];
    uint64_t questions;
};

static const char *const names[] = {
    [SEARCH_ANSWER] = "answer", [SEARCH_CHOICES] = "choices", [SEARCH_ROUTE] = "route"
};

const char *search_decision_name(enum search_decision d)
{
    return names[d];
}

static int by_id(const void *a, const void *b)
{
    const struct card *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

static void body_read(struct search *s, struct card *c, const char *body)
{
    arena_reset(s->turn);
    struct tokens t = tokens_read(s->turn, body, s->glossary, TOKENS_MAX_BODY);
    c->body = tokens_topics(s->arena, &t, &c->body_count);
}

static void card_copy(struct search *s, struct card *to, const struct search_card *from)
{
    *to = (struct card){ .id = from->id, .title = arena_copy(s->arena, from->title) };
    to->phrasing_count = to->phrasing_room = from->phrasing_count;
    to->phrasing = arena_array(s->arena, const char *, from->phrasing_count + 1);
    for (size_t i = 0; i < from->phrasing_count; i++) {
        to->phrasing[i] = arena_copy(s->arena, from->phrasings[i]);
    }
    body_read(s, to, from->body ? from->body : "");
}

struct search *search_open(const struct search_card *cards, size_t n, const struct search_synonym *synonyms,
                           size_t synonym_count)
{
    struct arena *a = arena_open();
    struct search *s = arena_new(a, struct search);
    s->arena = a;
    s->turn = arena_open();
    s->glossary = glossary_build(a, synonyms, synonym_count);
    s->card = arena_array(a, struct card, n + 1);
    s->card_count = n;
    for (size_t i = 0; i < n; i++) {
        card_copy(s, &s->card[i], &cards[i]);
    }
    qsort(s->card, n, sizeof *s->card, by_id);
    return s;
}

static void view_forget(struct kept_view *k)
{
    view_close(k->view);
    free(k->readable);
    *k = (struct kept_view){ 0 };
}

void search_close(struct search *s)
{
    if (s) {
        for (size_t i = 0; i < VIEWS_MAX; i++) {
            view_forget(&s->kept[i]);
        }
        arena_close(s->turn);
        arena_close(s->arena);
    }
}

bool search_learn(struct search *s, int64_t card, const char *question)
{
    struct card key = { .id = card };
    struct card *c = bsearch(&key, s->card, s->card_count, sizeof *s->card, by_id);
    if (!c) {
        return false;
    }
    for (size_t i = 0; i < c->phrasing_count; i++) {
        if (strcmp(c->phrasing[i], question) == 0) {
            return true;
        }
    }
    if (c->phrasing_count == c->phrasing_room) {
        const char **old = c->phrasing;
        c->phrasing_room = 2 * c->phrasing_room + 4;
        c->phrasing = arena_array(s->arena, const char *, c->phrasing_room);
        memcpy(c->phrasing, old, c->phrasing_count * sizeof *old);
    }
    c->phrasing[c->phrasing_count++] = arena_copy(s->arena, question);
    for (size_t i = 0; i < VIEWS_MAX; i++) {
        if (s->kept[i].view && s->kept[i].readable[c - s->card]) {
            view_forget(&s->kept[i]);
        }
    }
    return true;
}

/* A free place for a view of so many texts; what was not used for longest makes room. */
static struct kept_view *view_place(struct search *s, size_t texts)
{
    for (;;) {
        struct kept_view *free_place = NULL, *oldest = NULL;
        size_t kept = 0;
        for (struct kept_view *k = s->kept; k < s->kept + VIEWS_MAX; k++) {
            if (!k->view) {
                free_place = k;
                continue;
            }
            kept += k->view->text_count;
            oldest = !oldest || k->used < oldest->used ? k : oldest;
        }
        if (!oldest || (free_place && kept + texts <= TEXTS_MAX)) {
            return free_place;
        }
        view_forget(oldest);
    }
}

static struct kept_view *view_build(struct search *s, const unsigned char *readable)
{
    arena_reset(s->turn);
    const struct card **cards = arena_array(s->turn, const struct card *, s->card_count + 1);
    size_t n = 0, texts = 0;
    for (size_t i = 0; i < s->card_count; i++) {
        if (readable[i]) {
            cards[n++] = &s->card[i];
            texts += 1 + s->card[i].phrasing_count;
        }
    }
    struct kept_view *k = view_place(s, texts);
    k->view = view_open(cards, n, s->glossary);
    k->readable = malloc(s->card_count + 1);
    if (!k->readable) {
        abort();
    }
    memcpy(k->readable, readable, s->card_count);
    return k;
}

static struct view *view_of(struct search *s, const unsigned char *readable)
{
    struct kept_view *found = NULL;
    for (struct kept_view *k = s->kept; !found && k < s->kept + VIEWS_MAX; k++) {
        found = k->view && memcmp(k->readable, readable, s->card_count) == 0 ? k : NULL;
    }
    if (!found) {
        found = view_build(s, readable);
    }
    found->used = ++s->questions;
    return found->view;
}

void search_ask(struct search *s, struct arena *a, const char *question, bool (*may_read)(void *context, int64_t card),
                void *context, struct search_result *result)
{
    unsigned char *readable = arena_array(a, unsigned char, s->card_count + 1);
    for (size_t i = 0; i < s->card_count; i++) {
        readable[i] = !may_read || may_read(context, s->card[i].id);
    }
    struct arena_mark mark = arena_mark(a); /* only now: what may_read looked up it may remember in the same arena */
    struct tokens t = tokens_read(a, question, s->glossary, TOKENS_MAX);
    view_ask(view_of(s, readable), a, &t, result);
    arena_release(a, mark);
}

size_t search_similar(struct search *s, struct arena *a, const char *title, const char *body, struct search_hit *hits,
                      size_t max)
{
    struct arena_mark mark = arena_mark(a);
    unsigned char *readable = arena_array(a, unsigned char, s->card_count + 1);
    memset(readable, 1, s->card_count);
    struct tokens t = tokens_read(a, title, s->glossary, TOKENS_MAX);
    struct tokens b = tokens_read(a, body ? body : "", s->glossary, TOKENS_MAX_BODY);
    size_t count = view_similar(view_of(s, readable), a, &t, &b, hits, max);
    arena_release(a, mark);
    return count;
}
