/* Topics that belong to a human: matched before anything else, answered with a fixed text, kept nowhere. */
#include "sensitive.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <ctype.h>
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"

struct sensitive {
    const struct org *org;
    pcre2_code **codes; /* all patterns of all entries, in order */
    size_t count;
    pcre2_match_data *found;
    struct arena *arena;
    const char **words; /* all words of all entries, folded and spaced, in order */
};

void sensitive_close(struct sensitive *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->count; i++)
        pcre2_code_free(s->codes[i]);
    free(s->codes);
    pcre2_match_data_free(s->found);
    arena_close(s->arena);
    free(s);
}

/* " my boss harasses me " : folded, with one blank around each word. */
static const char *spaced(struct arena *a, const char *text)
{
    struct buf out = { .arena = a };

    buf_add_char(&out, ' ');
    for (const char *c = text_fold(a, text); *c; c++) {
        bool word = isalnum((unsigned char)*c) || (unsigned char)*c >= 0x80;
        if (word || out.data[out.len - 1] != ' ')
            buf_add_char(&out, word ? *c : ' ');
    }
    if (out.data[out.len - 1] != ' ')
        buf_add_char(&out, ' ');
    return out.data;
}

static void fold_words(struct sensitive *s)
{
    size_t count = 0, n = 0;

    for (size_t i = 0; i < s->org->sensitive_count; i++)
        count += s->org->sensitive[i].words.count;
    s->words = arena_array(s->arena, const char *, count + 1);
    for (size_t i = 0; i < s->org->sensitive_count; i++)
        for (size_t k = 0; k < s->org->sensitive[i].words.count; k++)
            s->words[n++] = spaced(s->arena, s->org->sensitive[i].words.item[k]);
}

static void compile_patterns(struct sensitive *s)
{
    size_t count = 0;

    for (size_t i = 0; i < s->org->sensitive_count; i++)
        count += s->org->sensitive[i].patterns.count;
    s->codes = calloc(count + 1, sizeof *s->codes);
    s->found = pcre2_match_data_create(1, NULL);
    if (!s->codes || !s->found)
        abort();
    for (size_t i = 0; i < s->org->sensitive_count; i++)
        for (size_t k = 0; k < s->org->sensitive[i].patterns.count; k++) {
            int code;
            PCRE2_SIZE where; /* the folder's reader compiled it once already */
            pcre2_code *p = pcre2_compile((PCRE2_SPTR)s->org->sensitive[i].patterns.item[k], PCRE2_ZERO_TERMINATED,
                                          PCRE2_CASELESS | PCRE2_UTF, &code, &where, NULL);
            if (p)
                pcre2_jit_compile(p, PCRE2_JIT_COMPLETE);
            s->codes[s->count++] = p;
        }
}

struct sensitive *sensitive_open(const struct org *org)
{
    struct sensitive *s = calloc(1, sizeof *s);

    if (!s)
        abort();
    s->org = org;
    s->arena = arena_open();
    fold_words(s);
    compile_patterns(s);
    return s;
}

/* More captures than there is room for give 0, which is a match, too. */
static bool pattern_stands(const struct sensitive *s, const pcre2_code *code, const char *text, size_t n,
                           uint32_t options)
{
    return code && pcre2_match(code, (PCRE2_SPTR)text, n, 0, options, s->found, NULL) >= 0;
}

const struct org_sensitive *sensitive_find(const struct sensitive *s, struct arena *a, const char *text)
{
    const char *words = spaced(a, text), *capped = arena_copy_n(a, text, strnlen(text, 4096));
    size_t at = 0, word = 0, n = strlen(capped);
    uint32_t options = PCRE2_NO_UTF_CHECK; /* once for all patterns */

    if (!text_is_utf8(capped, n)) { /* the cap may have cut a character */
        capped = words;
        n = strlen(words);
        options = 0;
    }
    for (size_t i = 0; i < s->org->sensitive_count; i++) {
        const struct org_sensitive *entry = &s->org->sensitive[i];
        bool found = false;
        for (size_t k = 0; k < entry->words.count; k++)
            found = strstr(words, s->words[word++]) || found;
        for (size_t k = 0; k < entry->patterns.count; k++)
            found = pattern_stands(s, s->codes[at++], capped, n, options) || found;
        if (found)
            return entry;
    }
    return NULL;
}

const struct org_sensitive *sensitive(struct turn *t, const char *text)
{
    struct machine *m = t->machine;

    if (!m->sensitive || m->sensitive->org != m->org) { /* the folder was read again */
        sensitive_close(m->sensitive);
        m->sensitive = sensitive_open(m->org);
    }
    return sensitive_find(m->sensitive, t->arena, text);
}
