#include "view.h"

#include <math.h>
#include <string.h>

#include "confidence.h"
#include "learnd/text.h"

/* Shares of a card's score, chosen on the same banks as the confidence; together 1. */
#define SHARE_VALUE .65 /* what training says */
#define SHARE_KIN .15   /* the nearest titles and phrasings */
#define SHARE_COVER .20 /* how much of the question stands anywhere in the card */

#define SHARE_WORDS .4f /* of a cosine; the rest is pieces of words, which bridge slips and other forms */

#define LEAST .15 /* of the first score: a hit below that shares a syllable, no topic */

/* Of what a reviewer sees as likeness of two cards. */
#define LIKE_TITLE .7
#define LIKE_BODY .3

struct candidate {
    uint32_t card, text; /* text: the nearest */
    float near;          /* its cosine */
    float kin;           /* the three nearest texts together */
    float value;         /* what training says; kin where nothing was trained */
    float cover;         /* share of the question that stands anywhere in the card */
    bool equal;          /* the question is one of its texts */
    double score;
};

struct asking {
    struct view *view;
    struct arena *arena;
    const struct tokens *question;
    struct candidate *card; /* all of them */
    struct candidate *best[SEARCH_HITS_MAX];
    size_t best_count;
};

static double rounded(double x)
{
    return round(x * 1e6) / 1e6;
}

static bool is_known(const struct view *v, const struct token *t)
{
    return space_find(&v->whole, t->hash) != SPACE_NONE;
}

static void question_repair(struct asking *q)
{
    for (size_t i = 0; i < q->question->count; i++) {
        struct token *t = &q->question->item[i];
        const char *word = t->plain || is_known(q->view, t) ? NULL : words_repair(&q->view->known, t->word);
        if (word) {
            *t = token_of(q->arena, word);
        }
    }
}

/* Cosine of a question and each text. */
static float *texts_compare(struct view *v, struct arena *a, const struct tokens *question)
{
    float *near = arena_array(a, float, v->text_count + 1);
    struct features f = view_features(a, question);
    space_compare(&v->words, a, f.word, f.word_count, SHARE_WORDS, near);
    space_compare(&v->grams, a, f.gram, f.gram_count, 1 - SHARE_WORDS, near);
    return near;
}

/* The share of the weight of a text's words that stand anywhere in each card. */
static float *cards_cover(const struct view *v, struct arena *a, const struct tokens *t)
{
    float *share = arena_array(a, float, v->card_count + 1), total = 0;
    size_t stems, n;
    const uint64_t *stem = tokens_topics(a, t, &stems);
    for (size_t i = 0; i < stems; i++) {
        uint32_t word = space_find(&v->whole, stem[i]);
        const struct posting *p = space_postings(&v->whole, word, &n);
        for (size_t k = 0; k < n; k++) {
            share[p[k].doc] += space_idf(&v->whole, word);
        }
        total += space_idf(&v->whole, word);
    }
    for (size_t c = 0; total > 0 && c < v->card_count; c++) {
        share[c] /= total;
    }
    return share;
}

/* near and text: the nearest text of a card. kin: s1 + s2/2 + s3/4 of as many as it has, 1 if all were equal. */
static void card_compare(const struct view *v, struct candidate *c, const float *near)
{
    static const float full[] = { 1, 1, 1.5f, 1.75f };
    uint32_t first = v->card[c->card].first, end = v->card[c->card].end;
    float second = 0, third = 0;
    c->text = first;
    for (uint32_t i = first; i < end; i++) {
        if (near[i] > c->near) {
            third = second;
            second = c->near;
            c->near = near[i];
            c->text = i;
        } else if (near[i] > second) {
            third = second;
            second = near[i];
        } else if (near[i] > third) {
            third = near[i];
        }
    }
    c->kin = (c->near + second / 2 + third / 4) / full[end - first < 3 ? end - first : 3];
}

/* What training says of each card. */
static void cards_value(struct asking *q, const float *near)
{
    size_t n = q->view->card_count;
    for (size_t c = 0; c < n; c++) {
        q->card[c].value = q->view->trained ? 0 : q->card[c].kin;
    }
    for (size_t i = 0; q->view->trained && i < q->view->text_count; i++) {
        const float *weight = q->view->trained + i * n;
        for (size_t c = 0; near[i] > 0 && c < n; c++) {
            q->card[c].value += near[i] * weight[c];
        }
    }
}

/* Cards come by id, so of equal ones the lower id stays in front. */
static void best_keep(struct candidate **best, size_t *count, size_t max, struct candidate *c)
{
    size_t at = *count;
    while (at > 0 && c->score > best[at - 1]->score) {
        at--;
    }
    if (at == max) {
        return;
    }
    *count += *count < max;
    memmove(best + at + 1, best + at, (*count - 1 - at) * sizeof *best);
    best[at] = c;
}

static void cards_rank(struct asking *q)
{
    const struct view *v = q->view;
    float *near = texts_compare(q->view, q->arena, q->question);
    float *cover = cards_cover(v, q->arena, q->question);
    for (uint32_t c = 0; c < v->card_count; c++) {
        card_compare(v, &q->card[c], near);
    }
    cards_value(q, near);
    for (uint32_t i = 0; i < v->card_count; i++) {
        struct candidate *c = &q->card[i];
        c->cover = cover[i];
        double score = SHARE_VALUE * c->value + SHARE_KIN * c->kin + SHARE_COVER * c->cover;
        c->score = c->equal ? 1 : rounded(fmax(0, fmin(score, .999999)));
        if (c->score > 0) {
            best_keep(q->best, &q->best_count, SEARCH_HITS_MAX, c);
        }
    }
}

/* Marks the cards that have the very question as a text; how many. */
static unsigned equal_find(struct asking *q)
{
    const char *key = tokens_key(q->arena, q->question);
    uint64_t hash = text_hash(key, strlen(key));
    unsigned found = 0;
    for (size_t i = 0; i < q->view->text_count; i++) {
        if (q->view->text[i].key == hash) {
            q->card[q->view->text[i].card].equal = true;
            found++;
        }
    }
    return found;
}

static struct search_hit hit_of(const struct view *v, const struct candidate *c)
{
    const struct card *card = v->card[c->card].card;
    bool title = c->near <= 0 || v->text[c->text].title;
    return (struct search_hit){ card->id, c->score, title ? card->title : v->text[c->text].text, title };
}

static struct asking asking_begin(struct view *v, struct arena *a, const struct tokens *question)
{
    struct asking q = { .view = v, .arena = a, .question = question };
    q.card = arena_array(a, struct candidate, v->card_count + 1);
    for (uint32_t c = 0; c < v->card_count; c++) {
        q.card[c].card = c;
    }
    return q;
}

void view_ask(struct view *v, struct arena *a, const struct tokens *question, struct search_result *result)
{
    *result = (struct search_result){ .decision = SEARCH_ROUTE };
    struct asking q = asking_begin(v, a, question);
    struct evidence e = { .words = question->count, .equal = equal_find(&q), .trained = v->trained != NULL };
    question_repair(&q);
    cards_rank(&q);
    for (size_t i = 0; i < q.best_count && q.best[i]->score >= LEAST * q.best[0]->score; i++) {
        result->hits[result->count++] = hit_of(v, q.best[i]);
    }
    if (q.best_count == 0) {
        return;
    }
    e.value = q.best[0]->value;
    e.margin = q.best[0]->score - (q.best_count > 1 ? q.best[1]->score : 0);
    e.texts = (double)v->text_count / (double)v->card_count;
    e.covered = q.best[0]->cover;
    for (size_t i = 0; i < question->count; i++) {
        e.known = e.known || is_known(v, &question->item[i]);
    }
    confidence_judge(&e, result);
}

size_t view_similar(struct view *v, struct arena *a, const struct tokens *title, const struct tokens *body,
                    struct search_hit *hits, size_t max)
{
    struct candidate **best = arena_array(a, struct candidate *, max + 1);
    struct asking q = asking_begin(v, a, title);
    float *near = texts_compare(v, a, title), *cover = cards_cover(v, a, body);
    size_t count = 0;
    for (uint32_t c = 0; c < v->card_count; c++) {
        card_compare(v, &q.card[c], near);
        double like = body->count > 0 ? LIKE_TITLE * q.card[c].near + LIKE_BODY * cover[c] : q.card[c].near;
        q.card[c].score = rounded(fmin(like, 1));
        if (q.card[c].score > 0) {
            best_keep(best, &count, max, &q.card[c]);
        }
    }
    for (size_t i = 0; i < count; i++) {
        hits[i] = hit_of(v, best[i]);
    }
    return count;
}
