/* A draft of a card: the title its words suggest, and what its author and its reviewer should look at. */
#include <string.h>

#include "capture.h"

#define SIMILAR_FROM .6
#define SIMILAR_MAX 5
#define TITLE_LONG 50 /* a title longer than that ends at its first clause, if it has any */

/* ---- Its title --------------------------------------------------------------------------------------------------- */

static const char *without_yes(const char *text)
{
    static const char *const openings[] = { "yes, ", "yes: ", "yes. ", "no, ", "no: ", "no. ", "sure, ", "hi, ", NULL };

    for (const char *const *o = openings; *o; o++)
        if (text_starts(text, *o))
            return text + strlen(*o);
    return text;
}

/* Where the first clause of a long sentence ends, at least three words on; n: nowhere. */
static size_t clause_end(struct turn *t, const char *text, size_t n)
{
    static const char *const ends[] = { ", ",      "; ",    ": ",     " (",           " – ",
                                        " - ",     " if ",  " when ", " because ",    " unless ",
                                        " which ", " but ", " so ",   " as long as ", NULL };
    size_t end = n;

    for (const char *const *e = ends; *e; e++) {
        const char *at = strstr(text, *e);
        while (at && text_words(arena_copy_n(t->arena, text, (size_t)(at - text))) < 3)
            at = strstr(at + 1, *e);
        if (at && (size_t)(at - text) < end)
            end = (size_t)(at - text);
    }
    return end;
}

const char *draft_title(struct turn *t, const char *words)
{
    const char *text = without_yes(text_trim(t->arena, words));
    size_t n = strcspn(text, "\n");

    for (size_t i = 0; i + 1 < n; i++)
        if (strchr(".!?", text[i]) && text[i + 1] == ' ')
            n = i;
    text = text_squeeze(t->arena, arena_copy_n(t->arena, text, n));
    n = strlen(text);
    if (text_length(text) > TITLE_LONG)
        n = clause_end(t, text, n);
    while (n && strchr(".!,;:#* ", text[n - 1]))
        n--;
    char *title = text_cut(t->arena, arena_copy_n(t->arena, text, n), CARD_TITLE_MAX);
    if (*title >= 'a' && *title <= 'z')
        *title = (char)(*title - 'a' + 'A');
    return *title ? title : phrase(t, "Untitled");
}

/* ---- What to look at before it is published ---------------------------------------------------------------------- */

/* A mail address, or a number as telephones have it. */
static bool has_personal_data(const char *text)
{
    for (const char *c = text; *c; c++) {
        int digits = 0;
        if (*c == '@' && c > text && c[-1] > ' ' && c[1] > ' ' && strchr(c, '.'))
            return true;
        bool starts = (*c == '+' || *c == '0' || *c == '(') && (c == text || strchr(" :\n(", c[-1]));
        for (const char *d = c; starts && *d && strchr("+0123456789 -/()", *d); d++)
            digits += *d >= '0' && *d <= '9';
        if (digits >= 9)
            return true;
    }
    return false;
}

static void say_similar(struct turn *t, struct message *m, const struct card *c, int64_t reader)
{
    struct search_hit hits[SIMILAR_MAX];
    size_t count = similar_cards(t, c->title, c->body, hits, SIMILAR_MAX);

    for (size_t i = 0; i < count && hits[i].score >= SIMILAR_FROM; i++)
        if (hits[i].card != c->id && card_may_read(t, hits[i].card, reader)) {
            small(m, "Much like the card %s (%d %%).", card_any(t, hits[i].card)->title, (int)(hits[i].score * 100));
            return;
        }
}

void draft_say_checks(struct turn *t, struct message *m, const struct card *c, int64_t reader)
{
    size_t words = text_words(c->body);

    if (words > CARD_WORDS_MAX)
        small(m, "It has %zu words; a card shows %d at most. *Edit* shortens it.", words, CARD_WORDS_MAX);
    if (has_personal_data(c->body))
        small(m, "It looks as if a mail address or a telephone number is in it. Should it be?");
    say_similar(t, m, c, reader);
}

/* The next word of four letters and more, or with a capital or digit inside, folded; NULL: there is none. */
static const char *next_topic_word(struct turn *t, const char **text)
{
    static const char *const common[] = { "what",   "when",   "where",  "which", "does",    "have",    "with",
                                          "from",   "that",   "this",   "there", "need",    "needs",   "would",
                                          "could",  "should", "about",  "your",  "they",    "them",    "will",
                                          "much",   "many",   "people", "know",  "anybody", "someone", "somebody",
                                          "please", "must",   "into",   NULL };
    while (*(*text += strspn(*text, " ,.;:?!\"'()"))) {
        size_t n = strcspn(*text, " ,.;:?!\"'()");
        const char *word = text_fold(t->arena, arena_copy_n(t->arena, *text, n));
        bool said = text_length(word) >= 4;
        for (const char *const *w = common; *w && said; w++)
            said = strcmp(*w, word) != 0;
        *text += n;
        if (said)
            return word;
    }
    return NULL;
}

const char *draft_missing(struct turn *t, const struct card *c, const char *question)
{
    const char *draft = text_fold(t->arena, arena_printf(t->arena, "%s %s", c->title, c->body));
    struct buf missing = { .arena = t->arena };
    int there = 0, not_there = 0;

    for (const char *word; (word = next_topic_word(t, &question));) {
        const char *stem = arena_copy_n(t->arena, word, strnlen(word, 5));
        if (strstr(draft, stem))
            there++;
        else if (++not_there <= 3)
            buf_printf(&missing, "%s%s", not_there > 1 ? ", " : "", word);
    }
    return not_there > there ? buf_text(&missing) : NULL;
}
