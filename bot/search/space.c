#include "space.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS_START = 1 << 10, ROWS_START = 1 << 12 };

enum { TIMES_MAX = 255 };

/* Postings a question may touch: the commonest features of a big bank cost most and say least. */
enum { POSTINGS_MAX = 80000 };

/* The slot of a key: where it is, or the free one where it belongs. */
static size_t slot_of(const uint64_t *key, const uint32_t *number, size_t mask, uint64_t k)
{
    size_t i = (size_t)(k ^ k >> 32) & mask;
    while (number[i] != SPACE_NONE && key[i] != k) {
        i = (i + 1) & mask;
    }
    return i;
}

static void *grown(struct arena *a, const void *old, size_t used, size_t bytes)
{
    void *new = arena_alloc(a, bytes);
    if (used > 0) {
        memcpy(new, old, used);
    }
    return new;
}

static void slots_make(struct space_draft *d, size_t slots)
{
    const uint64_t *key = d->key;
    const uint32_t *number = d->number;
    size_t before = d->mask + 1;
    d->key = arena_array(d->arena, uint64_t, slots);
    d->number = arena_array(d->arena, uint32_t, slots);
    memset(d->number, 0xff, slots * sizeof *d->number);
    d->mask = slots - 1;
    for (size_t i = 0; number && i < before; i++) {
        if (number[i] != SPACE_NONE) {
            size_t to = slot_of(d->key, d->number, d->mask, key[i]);
            d->key[to] = key[i];
            d->number[to] = number[i];
        }
    }
    d->df = grown(d->arena, d->df, d->features * sizeof *d->df, slots * sizeof *d->df);
    d->last = grown(d->arena, d->last, d->features * sizeof *d->last, slots * sizeof *d->last);
}

void space_draft_open(struct space_draft *d)
{
    *d = (struct space_draft){ .arena = arena_open(), .room = ROWS_START };
    d->row = arena_array(d->arena, struct space_row, d->room);
    slots_make(d, SLOTS_START);
}

static uint32_t feature_number(struct space_draft *d, uint64_t feature)
{
    size_t i = slot_of(d->key, d->number, d->mask, feature);
    if (d->number[i] != SPACE_NONE) {
        return d->number[i];
    }
    if (4 * d->features > 3 * d->mask) {
        slots_make(d, 2 * (d->mask + 1));
        i = slot_of(d->key, d->number, d->mask, feature);
    }
    d->key[i] = feature;
    return d->number[i] = (uint32_t)d->features++;
}

void space_draft_add(struct space_draft *d, uint32_t doc, const uint64_t *feature, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t f = feature_number(d, feature[i]);
        struct posting *last = d->df[f] > 0 ? &d->row[d->last[f]].posting : NULL;
        if (last && last->doc == doc) {
            last->times += last->times < TIMES_MAX;
            continue;
        }
        if (d->count == d->room) {
            d->row = grown(d->arena, d->row, d->count * sizeof *d->row, 2 * d->room * sizeof *d->row);
            d->room *= 2;
        }
        d->df[f]++;
        d->last[f] = (uint32_t)d->count;
        d->row[d->count++] = (struct space_row){ f, { doc, 1 } };
    }
}

/* (1 + ln times) * idf */
static float weight_of(float times, float idf)
{
    return (times > 1 ? 1 + logf(times) : 1) * idf;
}

/* 1 / length of each text. */
static void texts_scale(struct space *s, const struct space_draft *d)
{
    for (size_t i = 0; i < d->count; i++) {
        const struct posting *p = &d->row[i].posting;
        float weight = weight_of(p->times, space_idf(s, d->row[i].feature));
        s->scale[p->doc] += weight * weight;
    }
    for (size_t i = 0; i < s->docs; i++) {
        s->scale[i] = s->scale[i] > 0 ? 1 / sqrtf(s->scale[i]) : 0;
    }
}

void space_seal(struct space *s, struct arena *a, struct space_draft *d, size_t docs)
{
    size_t slots = d->mask + 1;
    *s = (struct space){ .mask = d->mask, .features = d->features, .docs = docs };
    s->key = grown(a, d->key, slots * sizeof *s->key, slots * sizeof *s->key);
    s->number = grown(a, d->number, slots * sizeof *s->number, slots * sizeof *s->number);
    s->seen = arena_array(a, float, d->features + 1);
    s->scale = arena_array(a, float, docs + 1);
    s->start = arena_array(a, uint32_t, d->features + 1);
    s->posting = arena_array(a, struct posting, d->count + 1);
    for (size_t f = 0; f < d->features; f++) {
        s->start[f + 1] = s->start[f] + d->df[f];
        d->last[f] = s->start[f]; /* from here on: where its next posting goes */
    }
    for (size_t i = 0; i < d->count; i++) {
        s->posting[d->last[d->row[i].feature]++] = d->row[i].posting;
    }
    texts_scale(s, d);
    arena_close(d->arena);
    d->arena = NULL;
}

uint32_t space_find(const struct space *s, uint64_t feature)
{
    return s->number[slot_of(s->key, s->number, s->mask, feature)];
}

float space_idf(const struct space *s, uint32_t number)
{
    uint32_t df = number == SPACE_NONE ? 0 : s->start[number + 1] - s->start[number];
    return logf((float)(1 + s->docs) / (float)(1 + df)) + 1;
}

const struct posting *space_postings(const struct space *s, uint32_t number, size_t *n)
{
    *n = number == SPACE_NONE ? 0 : s->start[number + 1] - s->start[number];
    return number == SPACE_NONE ? NULL : s->posting + s->start[number];
}

/* The distinct known features into known; the squared length of the question so far (of what is unknown) as result. */
static float features_count(struct space *s, const uint64_t *feature, size_t n, uint32_t *known, size_t *count)
{
    float square = 0, unknown = space_idf(s, SPACE_NONE);
    *count = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t f = space_find(s, feature[i]);
        if (f == SPACE_NONE) {
            square += unknown * unknown;
        } else if (s->seen[f]++ == 0) {
            known[(*count)++] = f;
        }
    }
    return square;
}

struct rare { /* a feature by how many texts have it */
    uint32_t df, feature;
};

static int by_df(const void *a, const void *b)
{
    const struct rare *x = a, *y = b;
    if (x->df != y->df) {
        return x->df < y->df ? -1 : 1;
    }
    return (x->feature > y->feature) - (x->feature < y->feature);
}

/* How many of the features to look at: all, or in a big bank the rarest, which then come first. */
static size_t features_afford(struct space *s, struct arena *a, uint32_t *known, size_t n)
{
    size_t total = 0, kept = 0;
    for (size_t i = 0; i < n; i++) {
        total += s->start[known[i] + 1] - s->start[known[i]];
    }
    if (total <= POSTINGS_MAX) {
        return n;
    }
    struct rare *rare = arena_array(a, struct rare, n);
    for (size_t i = 0; i < n; i++) {
        rare[i] = (struct rare){ s->start[known[i] + 1] - s->start[known[i]], known[i] };
    }
    qsort(rare, n, sizeof *rare, by_df);
    for (total = 0; kept < n && total + rare[kept].df <= POSTINGS_MAX; kept++) {
        total += rare[kept].df;
    }
    for (size_t i = 0; i < n; i++) {
        known[i] = rare[i].feature;
    }
    return kept;
}

void space_compare(struct space *s, struct arena *a, const uint64_t *feature, size_t n, float share, float *sum)
{
    size_t count;
    uint32_t *known = arena_array(a, uint32_t, n + 1);
    float square = features_count(s, feature, n, known, &count);
    size_t afforded = features_afford(s, a, known, count);
    for (size_t i = 0; i < count; i++) {
        float *weight = &s->seen[known[i]];
        *weight = weight_of(*weight, space_idf(s, known[i]));
        square += *weight * *weight;
    }
    share = square > 0 ? share / sqrtf(square) : 0;
    for (size_t i = 0; i < count; i++) {
        float weight = s->seen[known[i]] * share * space_idf(s, known[i]);
        s->seen[known[i]] = 0;
        for (uint32_t p = s->start[known[i]]; i < afforded && p < s->start[known[i] + 1]; p++) {
            struct posting posting = s->posting[p];
            sum[posting.doc] += weight_of(posting.times, weight) * s->scale[posting.doc];
        }
    }
}

void space_gram(const struct space *s, float share, float *gram)
{
    for (uint32_t f = 0; f < s->features; f++) {
        float idf = space_idf(s, f);
        for (uint32_t i = s->start[f]; i < s->start[f + 1]; i++) {
            struct posting x = s->posting[i];
            float *row = gram + x.doc * s->docs, weight = share * idf * weight_of(x.times, idf) * s->scale[x.doc];
            for (uint32_t j = s->start[f]; j <= i; j++) {
                struct posting y = s->posting[j];
                row[y.doc] += weight_of(y.times, weight) * s->scale[y.doc];
            }
        }
    }
}
