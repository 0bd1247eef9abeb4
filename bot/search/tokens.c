#include "tokens.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "learnd/text.h"

#define ENTRY_MAX 8 /* words of a glossary entry */

/* Without these the question is the same: "how do I get the VPN" is "VPN". Both lists are sorted. */
static const char *const silent_words[] = {
    "a",     "am",    "an",    "and",    "any",  "are",   "as",     "at",   "be",    "been",   "being", "by",
    "can",   "could", "did",   "do",     "does", "doing", "done",   "for",  "had",   "has",    "have",  "hello",
    "here",  "hey",   "hi",    "how",    "hows", "i",     "id",     "ill",  "im",    "in",     "is",    "it",
    "its",   "ive",   "just",  "kindly", "may",  "me",    "might",  "mine", "must",  "my",     "of",    "on",
    "or",    "our",   "ours",  "please", "pls",  "shall", "should", "some", "thank", "thanks", "that",  "the",
    "there", "these", "this",  "those",  "to",   "us",    "was",    "we",   "were",  "what",   "whats", "which",
    "will",  "with",  "would", "you",    "your", "yours"
};
/* These carry no topic either, but change what is asked: "who approves" is not "approve". */
static const char *const turning_words[] = {
    "about", "again", "anyone", "arent",   "but",  "cant", "didnt", "doesnt", "dont",    "down",
    "from",  "get",   "go",     "he",      "help", "her",  "his",   "if",     "into",    "isnt",
    "know",  "let",   "like",   "more",    "most", "need", "no",    "nor",    "not",     "other",
    "over",  "she",   "so",     "someone", "tell", "than", "their", "them",   "then",    "they",
    "up",    "want",  "when",   "where",   "who",  "whom", "whose", "why",    "without", "wont"
};

struct entry {
    struct token word[ENTRY_MAX];
    size_t count;
    const struct entry *term; /* what it is read as */
};

struct glossary {
    struct entry *entry;
    size_t count;
};

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool among(const char *const *words, size_t n, const char *word)
{
    return bsearch(&word, words, n, sizeof *words, by_text) != NULL;
}

static bool has_vowel(const char *word, size_t n)
{
    return strcspn(word, "aeiouy") < n;
}

/* Ending, what stands for it, and how much must be left in front of it. The first that fits is taken. */
static const struct {
    const char *text, *instead;
    size_t least;
} endings[] = {
    { "sses", "ss", 2 }, { "ies", "y", 2 }, { "ied", "y", 2 }, { "xes", "x", 1 }, { "ches", "ch", 2 },
    { "shes", "sh", 2 }, { "ss", "ss", 1 }, { "us", "us", 2 }, { "is", "is", 1 }, { "ings", "", 3 },
    { "s", "", 3 },      { "ing", "", 3 },  { "ed", "", 3 },
};

const char *tokens_stem(struct arena *a, const char *word)
{
    char *stem = arena_copy(a, word);
    size_t n = strlen(stem);
    for (int round = 0; round < 2; round++) { /* "bookings": first the plural, then the form */
        for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
            size_t length = strlen(endings[i].text), left = n > length ? n - length : 0;
            if (left >= endings[i].least && strcmp(stem + left, endings[i].text) == 0 && has_vowel(stem, left)) {
                n = left + strlen(endings[i].instead);
                memcpy(stem + left, endings[i].instead, n - left + 1);
                break;
            }
        }
    }
    if (n > 3 && stem[n - 1] == 'e') {
        stem[--n] = '\0'; /* manage, managing, managed */
    }
    if (n > 3 && stem[n - 1] == stem[n - 2] && stem[n - 1] >= 'a' && stem[n - 1] <= 'z') {
        stem[--n] = '\0'; /* cancel, cancelled */
    }
    return stem;
}

static bool is_letter(utf8proc_int32_t c)
{
    utf8proc_category_t kind = utf8proc_category(c);
    return kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_NO; /* letters, marks, numbers */
}

static bool is_apostrophe(utf8proc_int32_t c)
{
    return c == '\'' || c == 0x2019 || c == 0x02BC;
}

/* Cuts the next word out of folded text, in place, and moves *at behind it; an apostrophe joins ("don't" is one word).
 * NULL at the end. */
static char *next_word(char **at, char *end)
{
    char *word = *at, *to = *at;
    for (char *from = *at; from < end;) {
        utf8proc_int32_t c = ' ';
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)from, end - from, &c);
        size_t length = n > 0 ? (size_t)n : 1;
        if (n > 0 && is_letter(c)) {
            memmove(to, from, length);
            to += length;
        }
        from += length;
        *at = from;
        if (to > word && !is_letter(c) && !is_apostrophe(c)) {
            break;
        }
    }
    if (to == word) {
        return NULL;
    }
    *to = '\0'; /* on what ended the word, or on the end of the text */
    return word;
}

struct token token_of(struct arena *a, const char *word)
{
    bool silent = among(silent_words, sizeof silent_words / sizeof *silent_words, word);
    bool turning = among(turning_words, sizeof turning_words / sizeof *turning_words, word);
    const char *stem = tokens_stem(a, word);
    return (struct token){ word, stem, text_hash(stem, strlen(stem)), silent || turning, silent };
}

static bool entry_stands(const struct entry *e, const struct token *at, size_t left)
{
    if (e->count == 0 || e->count > left) {
        return false;
    }
    for (size_t i = 0; i < e->count; i++) {
        if (e->word[i].hash != at[i].hash || strcmp(e->word[i].stem, at[i].stem) != 0) {
            return false;
        }
    }
    return true;
}

/* The longest synonym that begins here, or NULL. */
static const struct entry *entry_find(const struct glossary *g, const struct token *at, size_t left)
{
    const struct entry *best = NULL;
    for (size_t i = 0; i < g->count; i++) {
        if (entry_stands(&g->entry[i], at, left) && (!best || g->entry[i].count > best->count)) {
            best = &g->entry[i];
        }
    }
    return best;
}

static struct tokens synonyms_replace(struct arena *a, struct tokens t, const struct glossary *g)
{
    struct tokens out = { arena_array(a, struct token, t.count * ENTRY_MAX), 0 };
    for (size_t i = 0; i < t.count;) {
        const struct entry *e = entry_find(g, t.item + i, t.count - i);
        if (!e) {
            out.item[out.count++] = t.item[i++];
            continue;
        }
        memcpy(out.item + out.count, e->term->word, e->term->count * sizeof *out.item);
        out.count += e->term->count;
        i += e->count;
    }
    return out;
}

struct tokens tokens_read(struct arena *a, const char *text, const struct glossary *glossary, size_t max)
{
    char *at = text_fold(a, text), *end = at + strlen(at), *word;
    size_t room = strlen(at) / 2 + 1;
    struct tokens t = { arena_array(a, struct token, room < max ? room : max), 0 };
    while (t.count < max && (word = next_word(&at, end))) {
        t.item[t.count++] = token_of(a, word);
    }
    return glossary && glossary->count > 0 ? synonyms_replace(a, t, glossary) : t;
}

char *tokens_key(struct arena *a, const struct tokens *t)
{
    bool topic = false; /* "what is it": nothing but silence, so all of it counts */
    for (size_t i = 0; i < t->count; i++) {
        topic = topic || !t->item[i].silent;
    }
    struct buf key = { .arena = a };
    for (size_t i = 0; i < t->count; i++) {
        if (!t->item[i].silent || !topic) {
            buf_add(&key, t->item[i].stem);
            buf_add_char(&key, ' ');
        }
    }
    return arena_copy(a, buf_text(&key));
}

uint64_t *tokens_topics(struct arena *a, const struct tokens *t, size_t *n)
{
    uint64_t *stem = arena_array(a, uint64_t, t->count + 1);
    *n = 0;
    for (size_t i = 0; i < t->count; i++) {
        if (!t->item[i].plain) {
            stem[(*n)++] = t->item[i].hash;
        }
    }
    return stem;
}

static struct entry *entry_add(struct arena *a, struct glossary *g, const char *text)
{
    struct tokens t = tokens_read(a, text, NULL, ENTRY_MAX);
    struct entry *e = &g->entry[g->count++];
    memcpy(e->word, t.item, t.count * sizeof *t.item);
    e->count = t.count;
    e->term = e;
    return e;
}

struct glossary *glossary_build(struct arena *a, const struct search_synonym *synonyms, size_t n)
{
    size_t total = n;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; synonyms[i].same[k]; k++) {
            total++;
        }
    }
    struct glossary *g = arena_new(a, struct glossary);
    g->entry = arena_array(a, struct entry, total);
    for (size_t i = 0; i < n; i++) {
        struct entry *term = entry_add(a, g, synonyms[i].term);
        for (size_t k = 0; synonyms[i].same[k]; k++) {
            entry_add(a, g, synonyms[i].same[k])->term = term;
        }
    }
    return g;
}
