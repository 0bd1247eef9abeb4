/* What happened instead of what was expected: as a unified diff to read, or as the file with new expectations. */
#include <string.h>

#include "script_private.h"

#define CONTEXT 3

static int count_lines(const char *text)
{
    int n = 0;
    for (; *text; text++)
        n += *text == '\n';
    return n;
}

static void add_marked(struct buf *b, char mark, const char *text)
{
    while (*text) {
        size_t n = strcspn(text, "\n");
        buf_add_char(b, mark);
        buf_add_n(b, text, n);
        buf_add_char(b, '\n');
        text += n + (text[n] == '\n');
    }
}

const char *script_comment(struct arena *a, const char *text)
{
    struct buf b = { .arena = a };
    add_marked(&b, '#', text);
    return buf_text(&b);
}

char *script_diff(struct arena *a, const struct script *script, const struct edit *e)
{
    struct buf b = { .arena = a };
    int from = e->first > CONTEXT ? e->first - CONTEXT : 1;
    int until = e->last + CONTEXT < script->source_count ? e->last + CONTEXT : script->source_count;
    int before = until - from + 1, removed = e->last - e->first + 1;
    buf_printf(&b, "--- %s\n+++ what happened\n@@ -%d,%d +%d,%d @@\n", script->file, from, before, from,
               before - removed + count_lines(e->text));
    for (int i = from; i < e->first; i++)
        buf_printf(&b, " %s\n", script->source[i - 1]);
    for (int i = e->first; i <= e->last; i++)
        buf_printf(&b, "-%s\n", script->source[i - 1]);
    add_marked(&b, '+', e->text);
    for (int i = e->last + 1; i <= until; i++)
        buf_printf(&b, " %s\n", script->source[i - 1]);
    return b.data;
}

char *script_with_edits(struct arena *a, const struct script *script, const struct edit *edits)
{
    struct buf b = { .arena = a };
    int at = 1;
    for (const struct edit *e = edits; e; e = e->next) {
        for (; at < e->first; at++)
            buf_printf(&b, "%s\n", script->source[at - 1]);
        buf_add(&b, e->text);
        at = e->last + 1;
    }
    for (; at <= script->source_count; at++)
        buf_printf(&b, "%s\n", script->source[at - 1]);
    return arena_copy(a, buf_text(&b));
}
