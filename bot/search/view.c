#include "view.h"

#include <malloc.h>
#include <string.h>

#include "learnd/text.h"
#include "train.h"

enum { GRAM_MIN = 2, GRAM_MAX = 5, GRAM_WORD = 40 }; /* characters; bytes of a word that are looked at in pieces */
enum { TRAIN_MAX = 1500 };                           /* texts; the effort grows with the cube: half a second there */

struct building {
    struct view *view;
    struct arena *scratch, *turn; /* for the building; for one text */
    const struct glossary *glossary;
    struct space_draft words, grams, whole;
};

/* The pieces of GRAM_MIN to GRAM_MAX characters of " word ". */
static size_t grams_of(const char *word, uint64_t *gram)
{
    char padded[GRAM_WORD + 3];
    size_t n = strnlen(word, GRAM_WORD), count = 0, at[GRAM_WORD + 3], points = 0;
    padded[0] = ' ';
    memcpy(padded + 1, word, n);
    padded[n + 1] = ' ';
    for (size_t i = 0; i < n + 2; i++) {
        if (((unsigned char)padded[i] & 0xC0) != 0x80) {
            at[points++] = i;
        }
    }
    at[points] = n + 2;
    for (size_t from = 0; from < points; from++) {
        for (size_t to = from + GRAM_MIN; to <= points && to <= from + GRAM_MAX; to++) {
            gram[count++] = text_hash(padded + at[from], at[to] - at[from]);
        }
    }
    return count;
}

struct features view_features(struct arena *a, const struct tokens *t)
{
    size_t room = 0;
    for (size_t i = 0; i < t->count; i++) {
        room += (strnlen(t->item[i].word, GRAM_WORD) + 2) * (GRAM_MAX - GRAM_MIN + 1);
    }
    struct features f = { arena_array(a, uint64_t, 2 * t->count + 1), arena_array(a, uint64_t, room + 1), 0, 0 };
    for (size_t i = 0; i < t->count; i++) {
        if (!t->item[i].silent) {
            f.word[f.word_count++] = t->item[i].hash;
        }
        if (i + 1 < t->count) {
            f.word[f.word_count++] = t->item[i].hash * 31 + t->item[i + 1].hash;
        }
        f.gram_count += grams_of(t->item[i].word, f.gram + f.gram_count);
    }
    return f;
}

static bool has_key(const struct view *v, uint32_t first, uint64_t key)
{
    for (size_t i = first; i < v->text_count; i++) {
        if (v->text[i].key == key) {
            return true;
        }
    }
    return false;
}

static void text_add(struct building *b, uint32_t card, const char *text, bool title)
{
    struct view *v = b->view;
    arena_reset(b->turn);
    struct tokens t = tokens_read(b->turn, text, b->glossary, TOKENS_MAX);
    const char *key = tokens_key(b->turn, &t);
    uint64_t hash = text_hash(key, strlen(key));
    if (t.count == 0 || has_key(v, v->card[card].first, hash)) {
        return; /* the same question twice says no more */
    }
    struct features f = view_features(b->turn, &t);
    uint32_t doc = (uint32_t)v->text_count++;
    v->text[doc] = (struct view_text){ text, hash, card, title };
    space_draft_add(&b->words, doc, f.word, f.word_count);
    space_draft_add(&b->grams, doc, f.gram, f.gram_count);
    size_t stems;
    const uint64_t *stem = tokens_topics(b->turn, &t, &stems);
    space_draft_add(&b->whole, card, stem, stems);
    words_add(&v->known, b->scratch, &t);
}

static void card_add(struct building *b, const struct card *c)
{
    struct view *v = b->view;
    uint32_t card = (uint32_t)v->card_count++;
    v->card[card] = (struct view_card){ .card = c, .first = (uint32_t)v->text_count };
    text_add(b, card, c->title, true);
    for (size_t i = 0; i < c->phrasing_count; i++) {
        text_add(b, card, c->phrasing[i], false);
    }
    v->card[card].end = (uint32_t)v->text_count;
    space_draft_add(&b->whole, card, c->body, c->body_count);
}

static void view_train(struct building *b)
{
    struct view *v = b->view;
    size_t n = v->text_count;
    if (n > TRAIN_MAX || n == 0) {
        return;
    }
    float *gram = arena_array(b->scratch, float, n *n);
    uint32_t *card_of = arena_array(b->scratch, uint32_t, n);
    for (size_t i = 0; i < n; i++) {
        card_of[i] = v->text[i].card;
    }
    space_gram(&v->words, .5f, gram);
    space_gram(&v->grams, .5f, gram);
    v->trained = train_cards(v->arena, gram, n, card_of, v->card_count);
}

struct view *view_open(const struct card *const *cards, size_t n, const struct glossary *glossary)
{
    struct arena *a = arena_open();
    struct view *v = arena_new(a, struct view);
    struct building b = { .view = v, .scratch = arena_open(), .turn = arena_open(), .glossary = glossary };
    size_t texts = 0;
    for (size_t i = 0; i < n; i++) {
        texts += 1 + cards[i]->phrasing_count;
    }
    v->arena = a;
    v->card = arena_array(a, struct view_card, n + 1);
    v->text = arena_array(a, struct view_text, texts + 1);
    space_draft_open(&b.words);
    space_draft_open(&b.grams);
    space_draft_open(&b.whole);
    for (size_t i = 0; i < n; i++) {
        card_add(&b, cards[i]);
    }
    space_seal(&v->words, a, &b.words, v->text_count);
    space_seal(&v->grams, a, &b.grams, v->text_count);
    space_seal(&v->whole, a, &b.whole, v->card_count);
    words_seal(&v->known, a);
    view_train(&b);
    arena_close(b.turn);
    arena_close(b.scratch);
    malloc_trim(0); /* the building took several times what is kept */
    return v;
}

void view_close(struct view *v)
{
    if (v) {
        arena_close(v->arena);
    }
}
