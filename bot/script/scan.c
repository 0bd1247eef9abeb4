/* The words of a conversation's line: handles, rooms, quoted texts, moments; the first error stays with its column. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "script_private.h"

bool scan_fail(struct scan *s, const char *format, ...)
{
    if (s->error)
        return false;
    va_list ap;
    va_start(ap, format);
    const char *what = arena_vprintf(s->arena, format, ap);
    va_end(ap);
    s->error = arena_printf(s->arena, "%s:%d:%d: %s", s->file, s->number, (int)(s->at - s->line) + 1, what);
    return false;
}

bool scan_take(struct scan *s, const char *words)
{
    size_t n = strlen(words);
    if (strncmp(s->at, words, n) != 0)
        return false;
    s->at += n;
    return true;
}

bool scan_end(struct scan *s)
{
    s->at += strspn(s->at, " \t");
    return !*s->at || scan_fail(s, "nothing is expected here");
}

const char *scan_rest(struct scan *s)
{
    s->at += strspn(s->at, " \t");
    const char *rest = text_trim(s->arena, s->at);
    s->at += strlen(s->at);
    return rest;
}

static size_t handle_length(const char *text)
{
    if (!islower((unsigned char)*text) && !isdigit((unsigned char)*text))
        return 0;
    return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789._-");
}

bool scan_handle(struct scan *s, const char **handle)
{
    static const char *const taken[] = { "bot",       "at",   "config", "after", "on",     "restart", "crash",
                                         "redeliver", "fail", "lose",   "db",    "nobody", "all",     "everyone" };
    size_t n = handle_length(s->at);
    if (!n)
        return scan_fail(s, "a handle is expected here");
    *handle = arena_copy_n(s->arena, s->at, n);
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        if (strcmp(*handle, taken[i]) == 0)
            return scan_fail(s, "'%s' cannot be a handle", *handle);
    s->at += n;
    return true;
}

bool scan_room(struct scan *s, const char **room, bool *thread)
{
    size_t n = *s->at == '#' ? strcspn(s->at, " \t/>:") : 0;
    if (n < 2)
        return scan_fail(s, "a room like #sales is expected here");
    *room = arena_copy_n(s->arena, s->at, n);
    s->at += n;
    *thread = scan_take(s, "/thread");
    if (!*thread && *s->at == '/')
        return scan_fail(s, "only /thread can follow a room");
    return true;
}

bool scan_quoted(struct scan *s, const char **text)
{
    if (*s->at != '"')
        return scan_fail(s, "a text in \"quotes\" is expected here");
    struct buf b = { .arena = s->arena };
    const char *c = s->at + 1;
    for (; *c && *c != '"'; c++) {
        if (*c == '\\' && (c[1] == '"' || c[1] == '\\'))
            c++;
        buf_add_char(&b, *c);
    }
    if (!*c)
        return scan_fail(s, "this quote has no end");
    s->at = c + 1;
    *text = arena_copy(s->arena, buf_text(&b));
    return true;
}

bool scan_number(struct scan *s, int64_t *number)
{
    size_t n = strspn(s->at, "0123456789");
    if (!n || n > 9)
        return scan_fail(s, "a number is expected here");
    *number = strtoll(s->at, NULL, 10);
    s->at += n;
    return true;
}

/* "2026-11-23 09:00" */
bool scan_moment(struct scan *s, int64_t *day, int *minute)
{
    *day = day_number(arena_copy_n(s->arena, s->at, strcspn(s->at, " ")));
    if (*day == INT64_MIN)
        return scan_fail(s, "a date like 2026-11-23 is expected here");
    s->at += strcspn(s->at, " ");
    s->at += strspn(s->at, " ");
    const char *t = s->at;
    for (int i = 0; i < 5; i++)
        if (i == 2 ? t[i] != ':' : !isdigit((unsigned char)t[i]))
            return scan_fail(s, "a time like 09:00 is expected here");
    int hour = (t[0] - '0') * 10 + t[1] - '0';
    int past = (t[3] - '0') * 10 + t[4] - '0';
    if (hour > 23 || past > 59)
        return scan_fail(s, "there is no such time of the day");
    s->at += 5;
    *minute = hour * 60 + past;
    return true;
}

static pcre2_code *compile(struct scan *s, const char *pattern)
{
    int number;
    size_t offset;
    pcre2_compile_context *context = pcre2_compile_context_create(s->patterns);
    pcre2_set_max_pattern_length(context, 4096);
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
                                     PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C, &number, &offset, context);
    if (!code) {
        char why[256];
        pcre2_get_error_message(number, (PCRE2_UCHAR *)why, sizeof why);
        if (offset <= strlen(pattern))
            s->at += offset;
        scan_fail(s, "in the pattern: %s", why);
    }
    return code;
}

/* The rest of the line as a piece of an expectation. */
bool scan_piece(struct scan *s, struct script_line *l, char mark)
{
    struct piece *more = arena_array(s->arena, struct piece, l->piece_count + 1);
    if (l->piece_count)
        memcpy(more, l->pieces, l->piece_count * sizeof *more);
    l->pieces = more;
    struct piece *piece = &more[l->piece_count++];
    piece->mark = mark;
    s->at += strspn(s->at, " \t");
    if (l->by_pattern) {
        piece->text = text_trim(s->arena, s->at);
        piece->pattern = compile(s, piece->text);
        return piece->pattern != NULL;
    }
    piece->text = text_squeeze(s->arena, s->at);
    return true;
}
