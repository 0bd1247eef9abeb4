#include "learnd/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

enum {
    WORD_LIMIT = 64, /* code points two words may have to be compared; longer ones are no slips of each other */
    SLUG_LIMIT = 64  /* bytes */
};

/* One code point from *text on; a byte that is no UTF-8 counts as one, U+FFFD. At the end: 0, and stays there. */
static int32_t next_point(const char **text)
{
    utf8proc_int32_t c;
    if (!**text) {
        return 0;
    }
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)*text, -1, &c);
    *text += n < 1 ? 1 : n;
    return n < 1 ? 0xfffd : c;
}

static bool is_blank(int32_t c)
{
    if (c < 0x80) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }
    utf8proc_category_t category = utf8proc_category(c);
    return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

static bool is_letter_or_digit(int32_t c)
{
    utf8proc_category_t category = utf8proc_category(c);
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
           (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
}

/* Cc, Cf, Cs, Co, Cn, and whatever Unicode lets a reader ignore, which the Hangul fillers among the letters are too. */
static bool is_invisible(int32_t c)
{
    return is_blank(c) || utf8proc_category(c) >= UTF8PROC_CATEGORY_CC ||
           utf8proc_category(c) == UTF8PROC_CATEGORY_CN || utf8proc_get_property(c)->ignorable;
}

bool text_is_visible(const char *text)
{
    while (*text) {
        if (!is_invisible(next_point(&text))) {
            return true;
        }
    }
    return false;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool text_is_utf8(const char *text, size_t n)
{
    for (size_t at = 0; at < n;) {
        utf8proc_int32_t c;
        if (text[at] > 0) { /* most are ASCII */
            at++;
            continue;
        }
        utf8proc_ssize_t step = utf8proc_iterate((const utf8proc_uint8_t *)text + at, (utf8proc_ssize_t)(n - at), &c);
        if (step < 1 || c == 0) {
            return false;
        }
        at += (size_t)step;
    }
    return true;
}

/* Accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic. Vowel signs of Indic scripts and the voicing marks
 * of kana are not accents: without them other words remain, so utf8proc's STRIPMARK is too much. */
static bool is_accent(int32_t c)
{
    return (c >= 0x300 && c <= 0x36f) || (c >= 0x591 && c <= 0x5bd) || (c >= 0x64b && c <= 0x652);
}

/* Letters a reader types without their stroke though Unicode does not take them apart. */
static const char *plain_letter(int32_t c)
{
    static const struct {
        int32_t from;
        const char *to;
    } plain[] = { { 0xe6, "ae" }, { 0xf0, "d" },  { 0xf8, "o" },  { 0xfe, "th" },
                  { 0x111, "d" }, { 0x131, "i" }, { 0x142, "l" }, { 0x153, "oe" } };
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        if (plain[i].from == c) {
            return plain[i].to;
        }
    }
    return NULL;
}

static char *map_utf8(struct arena *a, const char *text, utf8proc_option_t options)
{
    utf8proc_uint8_t *mapped = NULL;
    utf8proc_ssize_t n =
        utf8proc_map((const utf8proc_uint8_t *)text, 0, &mapped, options | UTF8PROC_NULLTERM | UTF8PROC_STABLE);
    char *copy = n < 0 ? NULL : arena_copy_n(a, (const char *)mapped, (size_t)n);
    free(mapped);
    return copy;
}

/* ASCII, and what is no UTF-8: lower case is all there is to do. */
static char *fold_bytes(struct arena *a, const char *text)
{
    char *folded = arena_copy(a, text);
    for (char *p = folded; *p; p++) {
        *p = lower(*p);
    }
    return folded;
}

static bool is_ascii(const char *text)
{
    for (const char *p = text; *p; p++) {
        if ((unsigned char)*p >= 0x80) {
            return false;
        }
    }
    return true;
}

char *text_fold(struct arena *a, const char *text)
{
    if (is_ascii(text)) {
        return fold_bytes(a, text);
    }
    const char *apart =
        map_utf8(a, text, UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE | UTF8PROC_LUMP);
    if (!apart) {
        return fold_bytes(a, text);
    }
    struct buf plain = { .arena = a };
    for (const char *p = apart; *p;) {
        const char *start = p, *letters;
        int32_t c = next_point(&p);
        if (is_accent(c)) {
            continue;
        }
        if ((letters = plain_letter(c))) {
            buf_add(&plain, letters);
        } else {
            buf_add_n(&plain, start, (size_t)(p - start));
        }
    }
    char *folded = map_utf8(a, buf_text(&plain), UTF8PROC_COMPOSE);
    return folded ? folded : fold_bytes(a, text);
}

char *text_squeeze(struct arena *a, const char *text)
{
    char *squeezed = arena_alloc(a, strlen(text) + 1), *out = squeezed;
    bool gap = false;
    for (const char *p = text; *p;) {
        const char *start = p;
        if (is_blank(next_point(&p))) {
            gap = out > squeezed;
            continue;
        }
        if (gap) {
            *out++ = ' ';
            gap = false;
        }
        memcpy(out, start, (size_t)(p - start));
        out += p - start;
    }
    return squeezed;
}

char *text_trim(struct arena *a, const char *text)
{
    const char *first = NULL, *end = text;
    for (const char *p = text; *p;) {
        const char *start = p;
        if (!is_blank(next_point(&p))) {
            first = first ? first : start;
            end = p;
        }
    }
    return first ? arena_copy_n(a, first, (size_t)(end - first)) : arena_copy(a, "");
}

size_t text_words(const char *text)
{
    size_t words = 0;
    bool counted = false;
    for (const char *p = text; *p;) {
        int32_t c = next_point(&p);
        if (is_blank(c)) {
            counted = false;
        } else if (!counted && is_letter_or_digit(c)) {
            counted = true;
            words++;
        }
    }
    return words;
}

bool text_is_word(const char *text, const char *at, size_t n)
{
    const char *before = at, *after = at + n;
    while (before > text && (*--before & 0xc0) == 0x80) {
    }
    return (at == text || !is_letter_or_digit(next_point(&before))) && !is_letter_or_digit(next_point(&after));
}

size_t text_length(const char *text)
{
    size_t n = 0;
    for (const char *p = text; *p; n++) {
        next_point(&p);
    }
    return n;
}

char *text_cut(struct arena *a, const char *text, size_t points)
{
    if (text_length(text) <= points) {
        return arena_copy(a, text);
    }
    if (!points) {
        return arena_copy(a, "");
    }
    /* Between characters as they are seen: an accent or a flag is not torn apart; nor is a blank left before the dots.
     */
    const char *p = text, *end = text;
    int32_t state = 0, last = next_point(&p);
    for (size_t taken = 1; taken < points; taken++) {
        const char *here = p;
        int32_t c = next_point(&p);
        if (utf8proc_grapheme_break_stateful(last, c, &state) && !is_blank(last)) {
            end = here;
        }
        last = c;
    }
    return arena_printf(a, "%.*s…", (int)(end - text), text);
}

bool text_same(const char *a, const char *b)
{
    while (*a && lower(*a) == lower(*b)) {
        a++, b++;
    }
    return lower(*a) == lower(*b);
}

bool text_starts(const char *text, const char *prefix)
{
    while (*prefix && lower(*text) == lower(*prefix)) {
        text++, prefix++;
    }
    return !*prefix;
}

/* A word as code points; -1 if it has more than WORD_LIMIT. */
static int decode_word(const char *word, int32_t points[WORD_LIMIT], bool fold_case)
{
    int n = 0;
    for (const char *p = word; *p; n++) {
        if (n == WORD_LIMIT) {
            return -1;
        }
        int32_t c = next_point(&p);
        points[n] = fold_case ? utf8proc_tolower(c) : c;
    }
    return n;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Optimal string alignment, three rows of the table at a time. */
static int word_distance(const int32_t *a, int a_len, const int32_t *b, int b_len, int max)
{
    int rows[3][WORD_LIMIT + 1], *before = rows[0], *above = rows[1], *row = rows[2];
    if (abs(a_len - b_len) > max) {
        return max + 1;
    }
    for (int j = 0; j <= b_len; j++) {
        above[j] = j;
    }
    for (int i = 1; i <= a_len; i++) {
        int best = row[0] = i;
        for (int j = 1; j <= b_len; j++) {
            int d = least(above[j], row[j - 1]) + 1;
            d = least(d, above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                d = least(d, before[j - 2] + 1);
            }
            row[j] = d;
            best = least(best, d);
        }
        if (best > max) {
            return max + 1;
        }
        int *spare = before;
        before = above;
        above = row;
        row = spare;
    }
    return least(above[b_len], max + 1);
}

int text_distance(const char *a, const char *b, int max)
{
    int32_t a_points[WORD_LIMIT], b_points[WORD_LIMIT];
    int a_len = decode_word(a, a_points, false), b_len = decode_word(b, b_points, false);
    if (a_len < 0 || b_len < 0) {
        return strcmp(a, b) == 0 ? 0 : max + 1;
    }
    return word_distance(a_points, a_len, b_points, b_len, max);
}

const char *text_nearest(const char *word, const char *const *names)
{
    int32_t w[WORD_LIMIT], n[WORD_LIMIT];
    int w_len = decode_word(word, w, true), best = 3;
    const char *nearest = NULL;
    bool tie = false;
    for (; w_len >= 0 && *names; names++) {
        int n_len = decode_word(*names, n, true);
        int allowed = n_len < 4 ? 0 : n_len < 6 ? 1 : 2;
        int d = n_len < 0 ? 3 : word_distance(w, w_len, n, n_len, allowed);
        if (d > allowed || d > best) {
            continue;
        }
        tie = d == best && (tie || strcmp(nearest, *names) != 0);
        nearest = *names;
        best = d;
    }
    return tie ? NULL : nearest;
}

char *text_slug(struct arena *a, const char *title)
{
    struct buf slug = { .arena = a };
    bool gap = false;
    for (const char *p = text_fold(a, title); *p; p++) {
        if (*p == '\'') {
            continue; /* "don't" is one word */
        }
        if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9'))) {
            gap = true;
            continue;
        }
        if (slug.len + gap >= SLUG_LIMIT) {
            break;
        }
        if (gap && slug.len) {
            buf_add_char(&slug, '-');
        }
        gap = false;
        buf_add_char(&slug, *p);
    }
    if (!slug.len) { /* a title in another script still needs an id, and always the same */
        buf_printf(&slug, "x%08llx", text_hash(title, strlen(title)) & 0xffffffff);
    }
    return slug.data;
}

unsigned long long text_hash(const char *text, size_t n)
{
    uint64_t hash = 0xcbf29ce484222325;
    for (size_t i = 0; i < n; i++) {
        hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3;
    }
    return hash;
}
