/* Topics of the organisation folder, and which of them a text is about. Where topics.yaml is missing, the words people
 * are expert in are the topics. */
#include <stdlib.h>
#include <string.h>

#include "routing.h"

#define WORDS_OF_TEXT 64
#define NEAR_MAX 3

struct words {
    const char *word[WORDS_OF_TEXT];
    int count;
};

static const struct org_topic *topic_find(struct turn *t, const char *id)
{
    for (size_t i = 0; id && i < t->org->topic_count; i++)
        if (strcmp(t->org->topics[i].id, id) == 0)
            return &t->org->topics[i];
    return NULL;
}

const char *topic_name(struct turn *t, const char *topic)
{
    const struct org_topic *known = topic_find(t, topic);

    return known && known->name ? known->name : topic;
}

const char *topic_owner_text(struct turn *t, const char *topic)
{
    const struct org_topic *known = topic_find(t, topic);

    return known ? known->owner : NULL;
}

int64_t topic_owner(struct turn *t, const char *topic)
{
    int count = 0;
    int64_t *people = owner_people(t, topic_owner_text(t, topic), &count);

    return count ? people[0] : 0;
}

static int by_text(const void *x, const void *y)
{
    return strcmp(*(const char *const *)x, *(const char *const *)y);
}

const char **topics_all(struct turn *t)
{
    size_t n = 0, max = t->org->topic_count + (size_t)one_int(t, "SELECT count(DISTINCT topic) FROM skill") + 1;
    const char **all = arena_array(t->arena, const char *, max);
    struct rows *r = query(t, "SELECT DISTINCT topic FROM skill ORDER BY topic");

    for (; n < t->org->topic_count; n++)
        all[n] = t->org->topics[n].id;
    while (row_next(r))
        if (!topic_find(t, row_text(r, 0)))
            all[n++] = row_text(r, 0);
    qsort(all, n, sizeof *all, by_text);
    return all;
}

/* ---- Words ------------------------------------------------------------------------------------------------------ */

static bool ends(const char *word, size_t n, const char *with)
{
    size_t k = strlen(with);

    return n > k + 2 && strcmp(word + n - k, with) == 0;
}

/* "claims", "claiming" and "claim" are one word; so are "refund" and "refunded". */
static char *stem(char *word)
{
    size_t n = strlen(word);

    if (ends(word, n, "ies")) {
        word[n - 3] = 'y';
        word[n - 2] = '\0';
        return word;
    }
    if (ends(word, n, "ing"))
        n -= 3;
    else if (ends(word, n, "ed"))
        n -= 2;
    else if (ends(word, n, "s") && !ends(word, n, "ss"))
        n -= 1;
    word[n] = '\0';
    if (ends(word, n, "e"))
        word[n - 1] = '\0';
    return word;
}

static bool in_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

static struct words words_of(struct turn *t, const char *text)
{
    struct words w = { .count = 0 };

    for (const char *at = text_fold(t->arena, text); *at && w.count < WORDS_OF_TEXT;) {
        size_t n = 0;
        while (in_word(at[n]))
            n++;
        if (n)
            w.word[w.count++] = stem(arena_copy_n(t->arena, at, n));
        at += n + (at[n] != '\0');
    }
    return w;
}

static bool says_nothing(const char *word)
{
    static const char *const words[] = { "a",   "an",  "and", "are",  "at", "by",   "can", "do",   "for", "from",
                                         "how", "i",   "in",  "is",   "it", "my",   "of",  "on",   "or",  "our",
                                         "th",  "the", "thi", "this", "to", "what", "who", "with", NULL };

    for (const char *const *w = words; *w; w++)
        if (strcmp(*w, word) == 0)
            return true;
    return false;
}

/* Where the whole phrase stands in the text, its words side by side; -1: nowhere. */
static int find_phrase(const struct words *text, const struct words *phrase)
{
    for (int at = 0; phrase->count && at + phrase->count <= text->count; at++) {
        int same = 0;
        while (same < phrase->count && strcmp(text->word[at + same], phrase->word[same]) == 0)
            same++;
        if (same == phrase->count)
            return at;
    }
    return -1;
}

/* A word of a phrase that stands whole weighs 2, a lone word of a longer one 1/2. */
static void weigh_phrase(const struct words *text, const struct words *phrase, double *weight)
{
    int at = find_phrase(text, phrase);

    for (int i = 0; at >= 0 && i < phrase->count; i++)
        weight[at + i] = says_nothing(text->word[at + i]) ? weight[at + i] : 2;
    for (int i = 0; i < text->count; i++)
        for (int k = 0; k < phrase->count; k++)
            if (weight[i] < 0.5 && !says_nothing(text->word[i]) && strcmp(text->word[i], phrase->word[k]) == 0)
                weight[i] = 0.5;
}

/* "Travel and expenses" are two phrases. */
static void weigh_name(struct turn *t, const struct words *text, const char *name, double *weight)
{
    for (const char *at = name; *at;) {
        const char *and = strstr(at, " and ");
        size_t n = and? (size_t)(and-at) : strlen(at);
        struct words phrase = words_of(t, arena_copy_n(t->arena, at, n));
        weigh_phrase(text, &phrase, weight);
        at += n + (and? 5 : 0);
    }
}

static double weigh_topic(struct turn *t, const struct words *text, const char *id)
{
    double weight[WORDS_OF_TEXT] = { 0 }, sum = 0;
    const struct org_topic *known = topic_find(t, id);
    struct words phrase = words_of(t, id);

    weigh_phrase(text, &phrase, weight);
    if (known && known->name)
        weigh_name(t, text, known->name, weight);
    for (size_t i = 0; known && i < known->aliases.count; i++) {
        phrase = words_of(t, known->aliases.item[i]);
        weigh_phrase(text, &phrase, weight);
    }
    for (int i = 0; i < text->count; i++)
        sum += weight[i];
    return sum;
}

const char *topic_of(struct turn *t, const char *text)
{
    struct words words = words_of(t, text);
    const char *best = NULL;
    double most = 0;

    for (const char **id = topics_all(t); *id; id++) {
        struct arena_mark mark = arena_mark(t->arena);
        double weight = weigh_topic(t, &words, *id);
        arena_release(t->arena, mark);
        if (weight >= 1 && weight > most) {
            most = weight;
            best = *id;
        }
    }
    return best;
}

/* ---- Names ------------------------------------------------------------------------------------------------------ */

static bool is_called(struct turn *t, const char *folded, const char *name)
{
    return name && strcmp(folded, text_fold(t->arena, name)) == 0;
}

const char *topic_named(struct turn *t, const char *text)
{
    const char *folded = text_fold(t->arena, text_squeeze(t->arena, text));

    for (const char **id = topics_all(t); *id; id++) {
        const struct org_topic *known = topic_find(t, *id);
        bool found = is_called(t, folded, *id) || (known && is_called(t, folded, known->name));
        for (size_t i = 0; known && i < known->aliases.count && !found; i++)
            found = is_called(t, folded, known->aliases.item[i]);
        if (found)
            return *id;
    }
    return NULL;
}

struct near {
    const char *id;
    double score;
};

static int by_score(const void *x, const void *y)
{
    const struct near *a = x, *b = y;

    return a->score != b->score ? (a->score < b->score ? 1 : -1) : strcmp(a->id, b->id);
}

/* Shared words count, and names that are a slip apart. */
static double nearness(struct turn *t, const struct words *words, const char *folded, const char *id)
{
    double score = weigh_topic(t, words, id);
    const struct org_topic *known = topic_find(t, id);
    int distance = text_distance(folded, id, 2);

    for (size_t i = 0; known && i < known->aliases.count; i++) {
        int other = text_distance(folded, text_fold(t->arena, known->aliases.item[i]), 2);
        distance = other < distance ? other : distance;
    }
    return score + (distance <= 2 && text_length(folded) > 3 ? 3 - distance : 0);
}

const char **topics_near(struct turn *t, const char *text)
{
    const char **all = topics_all(t), **out = arena_array(t->arena, const char *, NEAR_MAX + 1);
    const char *folded = text_fold(t->arena, text_squeeze(t->arena, text));
    struct words words = words_of(t, text);
    size_t count = 0, n = 0;

    while (all[count])
        count++;
    struct near *near = arena_array(t->arena, struct near, count + 1);
    for (size_t i = 0; i < count; i++)
        near[i] = (struct near){ all[i], nearness(t, &words, folded, all[i]) };
    qsort(near, count, sizeof *near, by_score);
    while (n < NEAR_MAX && n < count && near[n].score > 0) {
        out[n] = near[n].id;
        n++;
    }
    return out;
}
