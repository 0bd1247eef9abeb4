/* Reads TZif files. libical reads them too, but only their 32-bit half: from 2038 on it had Lord Howe, Chatham and Nuuk
 * change half a day early (3.0.16 against tzdata 2026f), it needs a lock round every call, and a look-up walks lists.
 */
#include "zone.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "civil.h"

enum { HEADER = 44, LAST_YEAR = 2199, SHIFT_LIMIT = 4096 };

struct counts {
    uint32_t is_ut, is_standard, leap, time, type, text;
};

/* M3.5.0/1: month, week (5 is the last), weekday (0 is Sunday), seconds after midnight. */
struct rule_day {
    int month, week, weekday;
    int64_t second;
};

struct rule {
    int32_t standard, summer;
    struct rule_day summer_starts, summer_ends;
};

static uint32_t read_32(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t read_64(const unsigned char *p)
{
    return (int64_t)((uint64_t)read_32(p) << 32 | read_32(p + 4));
}

static bool read_header(const unsigned char *p, size_t n, struct counts *c)
{
    if (n < HEADER || memcmp(p, "TZif", 4) != 0 || p[4] < '2') {
        return false;
    }
    *c = (struct counts){ read_32(p + 20), read_32(p + 24), read_32(p + 28),
                          read_32(p + 32), read_32(p + 36), read_32(p + 40) };
    return c->type >= 1 && c->type <= 256 && c->time <= SHIFT_LIMIT && c->leap <= SHIFT_LIMIT &&
           c->text <= SHIFT_LIMIT && c->is_ut <= 256 && c->is_standard <= 256;
}

static size_t block_size(const struct counts *c, size_t time_size)
{
    return c->time * (time_size + 1) + c->type * 6 + c->text + c->leap * (time_size + 4) + c->is_standard + c->is_ut;
}

/* [+-]h[h[h]][:mm[:ss]] in seconds. */
static bool parse_clock(const char **text, int64_t *seconds)
{
    int64_t sign = 1, parts[3] = { 0 };
    if (**text == '+' || **text == '-') {
        sign = *(*text)++ == '-' ? -1 : 1;
    }
    for (int i = 0; i < 3; i++) {
        int digits = 0;
        for (; isdigit((unsigned char)**text) && digits < 3; digits++) {
            parts[i] = parts[i] * 10 + *(*text)++ - '0';
        }
        if (!digits) {
            return false;
        }
        if (**text != ':' || i == 2) {
            break;
        }
        (*text)++;
    }
    *seconds = sign * (parts[0] * 3600 + parts[1] * 60 + parts[2]);
    return true;
}

static bool skip_name(const char **text)
{
    const char *start = *text;
    if (*start == '<') {
        *text += strcspn(start, ">");
        return *(*text)++ == '>';
    }
    while (isalpha((unsigned char)**text)) {
        (*text)++;
    }
    return *text > start;
}

static bool parse_small(const char **text, int least, int most, int *number)
{
    char *end;
    long n = isdigit((unsigned char)**text) ? strtol(*text, &end, 10) : -1;
    if (n < least || n > most) {
        return false;
    }
    *number = (int)n;
    *text = end;
    return true;
}

/* Only the M form: tzdata uses no other. */
static bool parse_rule_day(const char **text, struct rule_day *d)
{
    d->second = 7200;
    if (strncmp(*text, ",M", 2) != 0) {
        return false;
    }
    *text += 2;
    if (!parse_small(text, 1, 12, &d->month) || *(*text)++ != '.' || !parse_small(text, 1, 5, &d->week) ||
        *(*text)++ != '.' || !parse_small(text, 0, 6, &d->weekday)) {
        return false;
    }
    if (**text != '/') {
        return true;
    }
    (*text)++;
    return parse_clock(text, &d->second);
}

/* The bounds of RFC 8536, on which the search for a wall clock's instant relies. */
static bool is_offset(int32_t seconds)
{
    return seconds > -25 * 3600 && seconds < 26 * 3600;
}

/* GMT0BST,M3.5.0/1,M10.5.0: POSIX counts offsets westward. False if there is no summer time or the form is unknown. */
static bool parse_rule(const char *text, struct rule *r)
{
    int64_t west;
    if (!skip_name(&text) || !parse_clock(&text, &west)) {
        return false;
    }
    r->standard = (int32_t)-west;
    r->summer = r->standard + 3600;
    if (!skip_name(&text)) {
        return false;
    }
    if (*text != ',') {
        if (!parse_clock(&text, &west)) {
            return false;
        }
        r->summer = (int32_t)-west;
    }
    return parse_rule_day(&text, &r->summer_starts) && parse_rule_day(&text, &r->summer_ends) && !*text &&
           is_offset(r->standard) && is_offset(r->summer);
}

/* Wall clock as if it were UTC. */
static int64_t rule_moment(const struct rule_day *d, int year)
{
    int64_t first = civil_day(year, d->month, 1);
    int sunday_first = (day_weekday(first) + 1) % 7;
    int64_t day = first + (d->weekday - sunday_first + 7) % 7 + 7 * (d->week - 1);
    if (day >= first + civil_month_days(year, d->month)) {
        day -= 7;
    }
    return day * DAY + d->second;
}

static size_t apply_rule(struct shift *shifts, size_t n, const struct rule *r)
{
    int year = 1970, month, day;
    if (shifts[n - 1].from > 0) {
        civil_split(shifts[n - 1].from / DAY, &year, &month, &day);
    }
    for (; year <= LAST_YEAR; year++) {
        struct shift pair[2] = { { rule_moment(&r->summer_starts, year) - r->standard, r->summer },
                                 { rule_moment(&r->summer_ends, year) - r->summer, r->standard } };
        int earlier = pair[0].from > pair[1].from;
        for (int i = 0; i < 2; i++) {
            const struct shift *s = &pair[i ? !earlier : earlier];
            if (s->from > shifts[n - 1].from) {
                shifts[n++] = *s;
            }
        }
    }
    return n;
}

static const unsigned char *find_block(const unsigned char *bytes, size_t n, struct counts *c)
{
    if (!read_header(bytes, n, c)) {
        return NULL;
    }
    size_t skipped = HEADER + block_size(c, 4); /* the 32-bit half */
    if (skipped > n || !read_header(bytes + skipped, n - skipped, c) ||
        n - skipped < HEADER + block_size(c, 8) + 2) { /* the rule stands between two newlines */
        return NULL;
    }
    return bytes + skipped + HEADER;
}

static bool read_shifts(const unsigned char *block, const struct counts *c, struct shift *shifts)
{
    const unsigned char *kinds = block + c->time * 8, *types = kinds + c->time;
    shifts[0] = (struct shift){ INT64_MIN, (int32_t)read_32(types) };
    bool valid = is_offset(shifts[0].offset);
    for (uint32_t i = 0; i < c->time && valid; i++) {
        struct shift s = { read_64(block + i * 8), 0 };
        valid = kinds[i] < c->type && s.from > shifts[i].from && s.from <= DAY_LAST * DAY;
        s.offset = valid ? (int32_t)read_32(types + 6 * kinds[i]) : 0;
        valid = valid && is_offset(s.offset);
        shifts[i + 1] = s;
    }
    return valid;
}

struct shift *tzif_parse(const unsigned char *bytes, size_t n, size_t *count)
{
    struct counts c;
    const unsigned char *block = find_block(bytes, n, &c);
    struct shift *shifts = block ? calloc(1 + c.time + 2 * (LAST_YEAR - 1970 + 1), sizeof *shifts) : NULL;
    if (!shifts || !read_shifts(block, &c, shifts)) {
        free(shifts);
        return NULL;
    }
    *count = 1 + c.time;
    const char *footer = (const char *)block + block_size(&c, 8) + 1;
    size_t length = strcspn(footer, "\n"); /* the caller ended the bytes by NUL */
    char rule_text[64];
    struct rule rule;
    if (length < sizeof rule_text) {
        memcpy(rule_text, footer, length);
        rule_text[length] = '\0';
        if (parse_rule(rule_text, &rule)) {
            *count = apply_rule(shifts, *count, &rule);
        }
    }
    return shifts;
}
