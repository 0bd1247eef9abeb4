/* Topics that belong to a human: matched before anything else, answered with a fixed text, kept nowhere. */
#include "machine.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <ctype.h>
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

struct sensitive { /* the patterns of the folder that is in force, compiled at the first question */
    const struct org *org;
    pcre2_code **codes;
    size_t count;
    struct arena *arena;
    const char **words; /* all words of all entries, folded and spaced, in order */
};

static void forget(struct sensitive *s)
{
    for (size_t i = 0; i < s->count; i++)
        pcre2_code_free(s->codes[i]);
    free(s->codes);
    arena_close(s->arena);
    *s = (struct sensitive){ 0 };
}

void sensitive_close(struct sensitive *s)
{
    if (s)
        forget(s);
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
    s->arena = arena_open();
    s->words = arena_array(s->arena, const char *, count + 1);
    for (size_t i = 0; i < s->org->sensitive_count; i++)
        for (size_t k = 0; k < s->org->sensitive[i].words.count; k++)
            s->words[n++] = spaced(s->arena, s->org->sensitive[i].words.item[k]);
}

static struct sensitive *compiled(struct machine *m)
{
    size_t count = 0;

    if (!m->sensitive && !(m->sensitive = calloc(1, sizeof *m->sensitive)))
        abort();
    if (m->sensitive->org == m->org)
        return m->sensitive;
    forget(m->sensitive);
    for (size_t i = 0; i < m->org->sensitive_count; i++)
        count += m->org->sensitive[i].patterns.count;
    m->sensitive->org = m->org;
    fold_words(m->sensitive);
    m->sensitive->codes = calloc(count + 1, sizeof *m->sensitive->codes);
    if (!m->sensitive->codes)
        abort();
    for (size_t i = 0; i < m->org->sensitive_count; i++)
        for (size_t k = 0; k < m->org->sensitive[i].patterns.count; k++) {
            int code;
            PCRE2_SIZE where; /* the folder's reader compiled it once already */
            pcre2_code *p = pcre2_compile((PCRE2_SPTR)m->org->sensitive[i].patterns.item[k], PCRE2_ZERO_TERMINATED,
                                          PCRE2_CASELESS | PCRE2_UTF, &code, &where, NULL);
            if (p)
                pcre2_jit_compile(p, PCRE2_JIT_COMPLETE);
            m->sensitive->codes[m->sensitive->count++] = p;
        }
    return m->sensitive;
}

/* More captures than there is room for give 0, which is a match, too. */
static bool pattern_stands(struct turn *t, const pcre2_code *code, const char *text, size_t n, uint32_t options)
{
    return code && pcre2_match(code, (PCRE2_SPTR)text, n, 0, options, t->machine->found, NULL) >= 0;
}

const struct org_sensitive *sensitive(struct turn *t, const char *text)
{
    const struct org *org = t->machine->org;
    const struct sensitive *s = compiled(t->machine);
    const char *words = spaced(t->arena, text), *capped = arena_copy_n(t->arena, text, strnlen(text, 4096));
    size_t at = 0, word = 0, n = strlen(capped);
    uint32_t options = PCRE2_NO_UTF_CHECK; /* once for all patterns */

    if (!text_is_utf8(capped, n)) { /* the cap may have cut a character */
        capped = words;
        n = strlen(words);
        options = 0;
    }
    for (size_t i = 0; i < org->sensitive_count; i++) {
        const struct org_sensitive *entry = &org->sensitive[i];
        bool found = false;
        for (size_t k = 0; k < entry->words.count; k++)
            found = strstr(words, s->words[word++]) || found;
        for (size_t k = 0; k < entry->patterns.count; k++)
            found = pattern_stands(t, s->codes[at++], capped, n, options) || found;
        if (found)
            return entry;
    }
    return NULL;
}
