#include "learnd/date.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "words.h"

enum { DAYS_AHEAD = 400 };

/* "9", "09:00", up to 24:00; moves on; -1 if it is none. */
static int read_clock(const char **text)
{
    int hour = 0, minute = 0, digits = 0;
    for (; isdigit((unsigned char)**text) && digits < 2; digits++) {
        hour = hour * 10 + *(*text)++ - '0';
    }
    if (**text == ':') {
        if (!isdigit((unsigned char)(*text)[1]) || !isdigit((unsigned char)(*text)[2])) {
            return -1;
        }
        minute = ((*text)[1] - '0') * 10 + (*text)[2] - '0';
        *text += 3;
    }
    bool valid = digits && minute < 60 && hour * 60 + minute <= 24 * 60;
    return valid ? hour * 60 + minute : -1;
}

static void skip_blanks(const char **text)
{
    *text += strspn(*text, " \t");
}

bool span_parse(const char *text, int *from, int *to)
{
    skip_blanks(&text);
    int first = read_clock(&text);
    skip_blanks(&text);
    size_t dash = *text == '-' ? 1 : strncmp(text, "–", 3) == 0 ? 3 : 0;
    if (first < 0 || !dash) {
        return false;
    }
    text += dash;
    skip_blanks(&text);
    int second = read_clock(&text);
    skip_blanks(&text);
    if (second < 0 || *text || first == second || first == 24 * 60) {
        return false;
    }
    *from = first;
    *to = second;
    return true;
}

static int read_weekday(const char **text)
{
    char word[10] = { 0 };
    skip_blanks(text);
    size_t n = strspn(*text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    if (n >= sizeof word) {
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        word[i] = (char)tolower((unsigned char)(*text)[i]);
    }
    *text += n;
    skip_blanks(text);
    return words_weekday(word, 2);
}

unsigned weekdays_parse(const char *text)
{
    unsigned days = 0;
    for (;; text++) {
        int first = read_weekday(&text), last = first;
        if (*text == '-') {
            text++;
            last = read_weekday(&text);
        }
        if (first < 0 || last < 0) {
            return 0;
        }
        for (int day = first;; day = (day + 1) % 7) { /* Su-Th goes round */
            days |= 1U << day;
            if (day == last) {
                break;
            }
        }
        if (*text != ',') {
            return *text ? 0 : days;
        }
    }
}

static int compare_days(const void *left, const void *right)
{
    int64_t l = *(const int64_t *)left, r = *(const int64_t *)right;
    return (l > r) - (l < r);
}

bool work_day(const struct hours *h, int64_t day)
{
    return h->weekdays >> day_weekday(day) & 1 &&
           !(h->free_count && bsearch(&day, h->free_days, (size_t)h->free_count, sizeof *h->free_days, compare_days));
}

/* Start and end of work on a day; the end is the first second after. */
static bool shift_on(const struct hours *h, int64_t day, int64_t *start, int64_t *end)
{
    *start = instant_on(h->zone, day, h->from);
    *end = instant_on(h->zone, day, h->to);
    return work_day(h, day) && *start < *end;
}

bool work_at(const struct hours *h, int64_t at)
{
    int64_t start, end;
    return shift_on(h, day_of(h->zone, at), &start, &end) && at >= start && at < end;
}

int64_t work_end(const struct hours *h, int64_t at)
{
    int64_t start, end;
    bool working = shift_on(h, day_of(h->zone, at), &start, &end) && at >= start && at < end;
    return working ? end : at;
}

int64_t work_left(const struct hours *h, int64_t at)
{
    return (work_end(h, at) - at) / 60;
}

int64_t work_next(const struct hours *h, int64_t at)
{
    int64_t today = day_of(h->zone, at), start, end;
    for (int64_t day = today; day <= today + DAYS_AHEAD; day++) {
        if (shift_on(h, day, &start, &end) && at < end) {
            return at > start ? at : start;
        }
    }
    return INT64_MAX;
}

int64_t work_add(const struct hours *h, int64_t at, int64_t minutes)
{
    int64_t seconds = minutes * 60, start, end;
    while ((at = work_next(h, at)) != INT64_MAX) {
        shift_on(h, day_of(h->zone, at), &start, &end);
        if (seconds <= end - at) {
            return at + seconds;
        }
        seconds -= end - at;
        at = end;
    }
    return INT64_MAX;
}

int64_t work_days_add(const struct hours *h, int64_t day, int n)
{
    int step = n < 0 ? -1 : 1;
    for (int idle = 0; n != 0; n -= step) {
        do {
            day += step;
            if (++idle > DAYS_AHEAD) {
                return INT64_MAX;
            }
        } while (!work_day(h, day));
        idle = 0;
    }
    return day;
}
