/* Dates as people write them. Each form is a function that says whether the words have it; the first that does decides.
 */
#include "learnd/date.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "civil.h"
#include "words.h"

enum { TEXT_LIMIT = 80, WORD_COUNT = 10 };

struct words {
    char text[TEXT_LIMIT + 2];
    char *word[WORD_COUNT];
    int count;
};

static bool is(const char *word, const char *name)
{
    return strcmp(word, name) == 0;
}

static void drop_word(struct words *w, int i)
{
    memmove(w->word + i, w->word + i + 1, (size_t)(--w->count - i) * sizeof *w->word);
}

/* Lower case, no commas, none of the words that only fill. False if this is too long for a date. */
static bool split_words(struct words *w, const char *text)
{
    if (strlen(text) > TEXT_LIMIT) {
        return false;
    }
    memcpy(w->text, text, strlen(text) + 1);
    char *rest = w->text;
    for (char *p = rest; *p; p++) {
        *p = (char)tolower((unsigned char)*p);
    }
    for (char *word; (word = strsep(&rest, " \t\r\n,"));) {
        size_t n = strlen(word);
        if (n > 1 && (word[n - 1] == '.' || word[n - 1] == '!')) {
            word[--n] = '\0';
        }
        if (n == 0 || is(word, "on") || is(word, "the") || is(word, "of")) {
            continue;
        }
        if (w->count + 2 > WORD_COUNT) {
            return false;
        }
        w->word[w->count++] = word;
        if (n >= 15 && word[4] == '-' && word[10] == 't') { /* 2026-11-30T10:00 */
            word[10] = '\0';
            w->word[w->count++] = word + 11;
        }
    }
    return w->count > 0;
}

/* A number of at most so many digits and nothing else; -1 if it is none. */
static int read_number(const char *word, size_t digits)
{
    size_t n = strlen(word);
    return n >= 1 && n <= digits && strspn(word, "0123456789") == n ? (int)strtol(word, NULL, 10) : -1;
}

/* "30", "30th"; -1 if it is none. */
static int read_day(const char *word, bool *ordinal)
{
    static const char *const endings[] = { "st", "nd", "rd", "th" };
    char digits[4] = { 0 };
    size_t n = strspn(word, "0123456789");
    *ordinal = false;
    for (size_t i = 0; i < 4 && !*ordinal; i++) {
        *ordinal = is(word + n, endings[i]);
    }
    if (n < 1 || n > 2 || (word[n] && !*ordinal)) {
        return -1;
    }
    memcpy(digits, word, n);
    return (int)strtol(digits, NULL, 10);
}

/* ---- Time of the day --------------------------------------------------------------------------------------------- */

/* "10:00", "9:30pm", "3pm"; "10" where a bare hour will do; -1 if it is none. */
static int read_time(const char *word, bool bare_hour)
{
    char *end;
    if (!isdigit((unsigned char)*word)) {
        return -1;
    }
    long hour = strtol(word, &end, 10), minute = 0;
    bool has_minutes = *end == ':' && strspn(end + 1, "0123456789") == 2;
    if (end - word > 2) {
        return -1;
    }
    if (has_minutes) {
        minute = strtol(end + 1, &end, 10);
    }
    if (is(end, "am") || is(end, "pm")) {
        if (hour < 1 || hour > 12) {
            return -1;
        }
        hour = hour % 12 + (*end == 'p' ? 12 : 0);
    } else if (*end || (!has_minutes && !bare_hour)) {
        return -1;
    }
    return hour > 23 || minute > 59 ? -1 : (int)(hour * 60 + minute);
}

/* Takes the time off the words if one stands at i, together with the "at" before it; -1 if none does. */
static int take_time(struct words *w, int i)
{
    if (i < 0 || i >= w->count) {
        return -1;
    }
    bool at = i > 0 && is(w->word[i - 1], "at");
    int minute = read_time(w->word[i], at);
    if (minute < 0) {
        return -1;
    }
    drop_word(w, i);
    if (at) {
        drop_word(w, i - 1);
    }
    return minute;
}

/* "3 pm" becomes "3pm". */
static void join_half(struct words *w, char joined[static 16])
{
    for (int i = 1; i < w->count; i++) {
        if ((is(w->word[i], "am") || is(w->word[i], "pm")) && strlen(w->word[i - 1]) <= 5) {
            snprintf(joined, 16, "%.5s%.2s", w->word[i - 1], w->word[i]);
            w->word[i - 1] = joined;
            drop_word(w, i);
            return;
        }
    }
}

/* At the end, or at the start. */
static int take_any_time(struct words *w, char joined[static 16])
{
    join_half(w, joined);
    int minute = take_time(w, w->count - 1);
    if (minute < 0) {
        minute = take_time(w, is(w->word[0], "at"));
    }
    return minute;
}

/* ---- Verdicts ---------------------------------------------------------------------------------------------------- */

static struct date verdict_on(int64_t day, int64_t today)
{
    if (day > DAY_LAST) {
        return (struct date){ .verdict = DATE_NONE };
    }
    return (struct date){ .verdict = day < today ? DATE_PAST : DATE_OK, .day = day };
}

/* Two readings, of which those before today do not count; alone, a reading is the date unless it needs to be asked for.
 */
static struct date verdict_between(enum date_verdict verdict, int64_t first, int64_t second, int64_t today)
{
    struct date d = { .verdict = verdict };
    if (first >= today) {
        d.readings[d.reading_count++] = first;
    }
    if (second >= today && second != first && second <= DAY_LAST) {
        d.readings[d.reading_count++] = second;
    }
    if (d.reading_count == 0) {
        return verdict_on(first, today);
    }
    return verdict == DATE_AMBIGUOUS && d.reading_count == 1 ? verdict_on(d.readings[0], today) : d;
}

static int year_of(int64_t day)
{
    int year, month, day_of_month;
    civil_split(day, &year, &month, &day_of_month);
    return year;
}

/* A day that its month does not have: the last it has, or the first of the next. Year 0: the next time. */
static struct date impossible(int year, int month, int64_t today)
{
    int y = year ? year : year_of(today);
    int64_t last = civil_day(y, month, civil_month_days(y, month));
    if (!year && last < today) {
        last = civil_day(y + 1, month, civil_month_days(y + 1, month));
    }
    return verdict_between(DATE_IMPOSSIBLE, last, last + 1, today);
}

/* Year 0: the next time this day comes, which may be eight years on for 29 February. */
static struct date calendar_date(int year, int month, int day, int64_t today)
{
    if (month < 1 || month > 12 || day < 1) {
        return (struct date){ .verdict = DATE_NONE };
    }
    if (year) {
        return civil_is_date(year, month, day) ? verdict_on(civil_day(year, month, day), today)
                                               : impossible(year, month, today);
    }
    for (int y = year_of(today), last = y + 8; y <= last; y++) {
        if (civil_is_date(y, month, day) && civil_day(y, month, day) >= today) {
            return verdict_on(civil_day(y, month, day), today);
        }
    }
    return impossible(0, month, today);
}

static int64_t month_end(int64_t day)
{
    int year, month, day_of_month;
    civil_split(day, &year, &month, &day_of_month);
    return day - day_of_month + civil_month_days(year, month);
}

/* ---- Forms ------------------------------------------------------------------------------------------------------- */

/* today, tomorrow, day after tomorrow, in 2 weeks, next month */
static bool parse_relative(const struct words *w, int64_t today, struct date *d)
{
    char *const *word = w->word;
    if (w->count == 1 && (is(word[0], "today") || is(word[0], "tomorrow") || is(word[0], "yesterday"))) {
        *d = verdict_on(today + (word[0][0] == 'y' ? -1 : word[0][2] == 'm'), today);
        return true;
    }
    if (w->count == 3 && is(word[0], "day") && is(word[1], "after") && is(word[2], "tomorrow")) {
        *d = verdict_on(today + 2, today);
        return true;
    }
    bool next = w->count == 2 && is(word[0], "next"), in = w->count == 3 && is(word[0], "in");
    struct unit unit;
    if ((!next && !in) || !words_unit(word[w->count - 1], &unit)) {
        return false;
    }
    int n = next ? 1 : words_number(word[1]);
    n = n < 0 ? read_number(word[1], 4) : n;
    if (n < 0) {
        return false;
    }
    *d = verdict_on(unit.months ? civil_add_months(today, (int64_t)n * unit.months) : today + (int64_t)n * unit.days,
                    today);
    return true;
}

/* fri, this friday, next friday (of the week after this one) */
static bool parse_weekday(const struct words *w, int64_t today, struct date *d)
{
    int weekday = words_weekday(w->word[w->count - 1], 3), today_is = day_weekday(today);
    bool this = w->count == 2 && is(w->word[0], "this"), next = w->count == 2 && is(w->word[0], "next");
    if (weekday < 0 || (w->count != 1 && !this && !next)) {
        return false;
    }
    int ahead = (weekday - today_is + 7) % 7;
    if (next) {
        ahead = 7 - today_is + weekday;
    } else if (ahead == 0 && !this) {
        ahead = 7;
    }
    *d = verdict_on(today + ahead, today);
    return true;
}

/* end of june, end of june 2027 */
static bool parse_end_of_named_month(const struct words *w, int64_t today, struct date *d)
{
    int month = words_month(w->word[1]), year = w->count == 3 ? read_number(w->word[2], 4) : 0;
    if (!month || w->count > 3 || (w->count == 3 && year < 1000)) {
        return false;
    }
    int64_t end = month_end(civil_day(year ? year : year_of(today), month, 1));
    if (!year && end < today) {
        end = month_end(civil_day(year_of(today) + 1, month, 1));
    }
    *d = verdict_on(end, today);
    return true;
}

/* end of month, end of next week (a working week: its Friday), end of the year */
static bool parse_end(const struct words *w, int64_t today, struct date *d)
{
    if (w->count < 2 || !is(w->word[0], "end")) {
        return false;
    }
    if (parse_end_of_named_month(w, today, d)) {
        return true;
    }
    bool next = w->count == 3 && is(w->word[1], "next");
    if (w->count != 2 && !next && !(w->count == 3 && is(w->word[1], "this"))) {
        return false;
    }
    const char *unit = w->word[w->count - 1];
    int year, month, day;
    civil_split(today, &year, &month, &day);
    if (is(unit, "month")) {
        *d = verdict_on(month_end(civil_day(year, month + next, 1)), today);
    } else if (is(unit, "quarter")) {
        *d = verdict_on(month_end(civil_day(year, (month + 2) / 3 * 3 + 3 * next, 1)), today);
    } else if (is(unit, "year")) {
        *d = verdict_on(civil_day(year + next, 12, 31), today);
    } else if (is(unit, "week")) {
        int64_t friday = today - day_weekday(today) + 4;
        *d = verdict_on(friday + (next || friday < today ? 7 : 0), today);
    } else {
        return false;
    }
    return true;
}

/* 2026-11-30, 30/11, 30/11/2026, 30.11.2026. Dots are written day first; with strokes it depends on where one is from.
 */
static bool parse_numbers(const struct words *w, int64_t today, struct date *d)
{
    char copy[16], mark[2] = { 0 }, *part[4] = { 0 }, *rest = copy;
    size_t first = strspn(w->word[0], "0123456789");
    int count = 0;
    size_t length = strlen(w->word[0]);
    *mark = w->word[0][first];
    if (w->count != 1 || length >= sizeof copy || (*mark != '-' && *mark != '/' && *mark != '.')) {
        return false;
    }
    memcpy(copy, w->word[0], length + 1);
    while (rest && count < 4) {
        part[count++] = strsep(&rest, mark);
    }
    if (count > 3 || count < (*mark == '/' ? 2 : 3)) {
        return false;
    }
    if (first == 4) {
        int year = read_number(part[0], 4);
        *d = calendar_date(year, read_number(part[1], 2), count == 3 ? read_number(part[2], 2) : 0, today);
        return year > 0;
    }
    int a = read_number(part[0], 2), b = read_number(part[1], 2), year = count == 3 ? read_number(part[2], 4) : 0;
    if (count == 3) {
        size_t digits = strlen(part[2]);
        year = digits == 2 && year >= 0 ? 2000 + year : digits == 4 && year >= 1000 ? year : -1;
    }
    if (a < 1 || b < 1 || year < 0) {
        return false;
    }
    struct date day_first = calendar_date(year, b, a, today), month_first = calendar_date(year, a, b, today);
    if (*mark == '.' || a > 12 || b > 12) {
        *d = *mark == '.' || b <= 12 ? day_first : month_first;
    } else {
        *d = verdict_between(DATE_AMBIGUOUS, day_first.day, month_first.day, today);
    }
    return true;
}

/* 30 June, June 30th, 30 June 2027 */
static bool parse_named(const struct words *w, int64_t today, struct date *d)
{
    bool ordinal;
    if (w->count < 2 || w->count > 3) {
        return false;
    }
    int month = words_month(w->word[0]), day = read_day(w->word[month ? 1 : 0], &ordinal);
    month = month ? month : words_month(w->word[1]);
    int year = w->count == 3 ? read_number(w->word[2], 4) : 0;
    if (!month || day < 0 || (w->count == 3 && year < 1000)) {
        return false;
    }
    *d = calendar_date(year, month, day, today);
    return true;
}

/* 15th: of this month or the next that has one */
static bool parse_day_of_month(const struct words *w, int64_t today, struct date *d)
{
    bool ordinal;
    int day = w->count == 1 ? read_day(w->word[0], &ordinal) : -1, year, month, this_day;
    if (day < 1 || day > 31 || !ordinal) {
        return false;
    }
    civil_split(today, &year, &month, &this_day);
    int64_t first = civil_day(year, month, 1);
    while (first + day - 1 < today || first + day - 1 > month_end(first)) {
        first = month_end(first) + 1;
    }
    *d = verdict_on(first + day - 1, today);
    return true;
}

/* june, june 2027: from its start, or up to its end? */
static bool parse_month(const struct words *w, int64_t today, struct date *d)
{
    int month = words_month(w->word[0]), year = w->count == 2 ? read_number(w->word[1], 4) : 0;
    if (!month || w->count > 2 || (w->count == 1 && !words_is_whole_month(w->word[0])) ||
        (w->count == 2 && year < 1000)) {
        return false;
    }
    int y = year ? year : year_of(today);
    if (!year && month_end(civil_day(y, month, 1)) < today) {
        y++;
    }
    int64_t start = civil_day(y, month, 1);
    *d = verdict_between(DATE_AMBIGUOUS, start, month_end(start), today);
    return true;
}

static bool parse_calendar(const struct words *w, int64_t today, struct date *d)
{
    return parse_numbers(w, today, d) || parse_named(w, today, d) || parse_day_of_month(w, today, d);
}

/* Friday 28 November; if that is no Friday, one of the two words is wrong, and only the person knows which. */
static bool parse_weekday_and_date(const struct words *w, int64_t today, struct date *d)
{
    struct words rest = *w;
    int weekday = words_weekday(w->word[0], 3);
    if (w->count < 2 || weekday < 0) {
        return false;
    }
    drop_word(&rest, 0);
    if (!parse_calendar(&rest, today, d)) {
        return false;
    }
    if (d->verdict == DATE_OK && day_weekday(d->day) != weekday) {
        int64_t near = d->day + (weekday - day_weekday(d->day) + 10) % 7 - 3;
        *d = verdict_between(DATE_AMBIGUOUS, d->day, near < today ? near + 7 : near, today);
    }
    return true;
}

struct date date_parse(const char *text, int64_t today)
{
    static bool (*const forms[])(const struct words *, int64_t, struct date *) = {
        parse_relative, parse_weekday, parse_end, parse_calendar, parse_weekday_and_date, parse_month,
    };
    struct words w = { .count = 0 };
    struct date d = { .verdict = DATE_NONE, .minute = -1 };
    char joined[16];
    if (today < DAY_FIRST || today > DAY_LAST - 9 * 366 || !split_words(&w, text)) {
        return d;
    }
    int minute = take_any_time(&w, joined);
    for (size_t i = 0; w.count > 0 && i < sizeof forms / sizeof *forms; i++) {
        if (forms[i](&w, today, &d)) {
            break;
        }
    }
    d.minute = d.verdict == DATE_NONE ? -1 : minute;
    return d;
}
