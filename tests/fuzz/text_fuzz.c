/* Any text: nothing reads outside it, valid UTF-8 stays valid, and what is done twice is done once. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "learnd/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
    if (!holds) {
        abort();
    }
}

static bool is_utf8(const char *text)
{
    return text_is_utf8(text, strlen(text));
}

static void check_distance(const char *left, const char *right)
{
    int there = text_distance(left, right, 2), back = text_distance(right, left, 2);
    demand(there == back && there >= 0 && there <= 3);
    demand((there == 0) == (strcmp(left, right) == 0) || !is_utf8(left) || !is_utf8(right));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_open();
    const char *text = arena_copy_n(a, (const char *)data, size);
    bool valid = is_utf8(text);
    const char *folded = text_fold(a, text), *squeezed = text_squeeze(a, text), *trimmed = text_trim(a, text);
    size_t points = size ? data[0] : 0;
    const char *cut = text_cut(a, text, points), *slug = text_slug(a, text);
    demand(!valid || (is_utf8(folded) && is_utf8(squeezed) && is_utf8(trimmed) && is_utf8(cut)));
    demand(strcmp(text_squeeze(a, squeezed), squeezed) == 0 && strcmp(text_trim(a, trimmed), trimmed) == 0);
    demand(text_length(cut) <= points);
    demand(text_words(squeezed) == text_words(text));
    demand(*slug && strlen(slug) <= 64 && strcmp(text_slug(a, slug), slug) == 0);
    demand(text_same(text, text) && text_starts(text, ""));
    check_distance(text, folded);
    check_distance(text, slug);
    const char *const names[] = { folded, slug, "milestone", NULL };
    text_nearest(text, names);
    arena_close(a);
    return 0;
}
