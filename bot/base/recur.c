/* libical walks the rule (RFC 5545, 3.3.10); which of its parts are read, and where one is wrong, is said here. */
#include "learnd/recur.h"

#include <libical/ical.h>
#include <string.h>

#include "civil.h"
#include "learnd/text.h"

#define RULE_MAX 200 /* bytes; libical keeps no more than a few dozen values a part */

static const char *const parts[] = { "FREQ",    "INTERVAL", "BYDAY", "BYMONTHDAY", "BYSETPOS",
                                     "BYMONTH", "COUNT",    "UNTIL", "WKST",       NULL };
static const char *const frequencies[] = { "DAILY", "WEEKLY", "MONTHLY", "YEARLY", NULL };
static const char *const short_frequencies[] = { "DAILY", "WEEKLY", NULL };

static bool is_one_of(const char *word, const char *const *words)
{
    while (*words && strcmp(word, *words) != 0)
        words++;
    return *words;
}

static const char *part_value(struct arena *a, const char *rule, const char *name)
{
    const char *at = strstr(rule, arena_printf(a, "%s=", name));

    while (at && at > rule && at[-1] != ';')
        at = strstr(at + 1, arena_printf(a, "%s=", name));
    return at ? arena_copy_n(a, at + strlen(name) + 1, strcspn(at + strlen(name) + 1, ";")) : NULL;
}

static bool libical_reads(const char *rule)
{
    struct icalrecurrencetype r = icalrecurrencetype_from_string(rule);

    return r.freq != ICAL_NO_RECURRENCE;
}

/* "2TU" and "-1FR" have a meaning within a month or a year alone. */
static bool has_ordinal(const char *value)
{
    return strpbrk(value, "0123456789");
}

/* What is wrong with one part, given what it repeats by; NULL: nothing. */
static const char *part_fault(struct arena *a, const char *part, const char *frequency)
{
    size_t n = strcspn(part, "=");
    const char *name = arena_copy_n(a, part, n), *value = part[n] ? part + n + 1 : "";

    if (!is_one_of(name, parts)) {
        const char *near = text_nearest(name, parts);
        return near ? arena_printf(a, "unknown part '%s' (did you mean '%s'?)", name, near)
                    : arena_printf(a, "unknown part '%s' of a recurrence", name);
    }
    if (strcmp(name, "FREQ") == 0) {
        const char *near = text_nearest(value, frequencies);
        return is_one_of(value, frequencies) ? NULL
               : near                        ? arena_printf(a, "FREQ is '%s' (did you mean '%s'?)", value, near)
                      : arena_printf(a, "FREQ is '%s', expected is DAILY, WEEKLY, MONTHLY or YEARLY", value);
    }
    if (strcmp(name, "BYDAY") == 0 && has_ordinal(value) && frequency && is_one_of(frequency, short_frequencies))
        return arena_printf(a, "BYDAY=%s: the second or last of them needs FREQ=MONTHLY or YEARLY", value);
    if (!libical_reads(arena_printf(a, "FREQ=%s;%s", frequency ? frequency : "MONTHLY", part)))
        return arena_printf(a, "'%s' cannot be read", part);
    return NULL;
}

/* What is wrong with the whole, where each part is fine. */
static const char *whole_fault(struct arena *a, const char *rule)
{
    if (!part_value(a, rule, "FREQ"))
        return "FREQ is missing, as in FREQ=WEEKLY;BYDAY=MO";
    if (part_value(a, rule, "COUNT") && part_value(a, rule, "UNTIL"))
        return "COUNT and UNTIL exclude each other";
    if (part_value(a, rule, "BYSETPOS") && !part_value(a, rule, "BYDAY") && !part_value(a, rule, "BYMONTHDAY"))
        return "BYSETPOS picks among days: it needs BYDAY or BYMONTHDAY";
    return libical_reads(rule) ? NULL : "this cannot be read as a recurrence (RFC 5545)";
}

bool recur_is_well_formed(struct arena *a, const char *rule, int *column, const char **what)
{
    const char *frequency = part_value(a, rule, "FREQ");

    *column = 1;
    *what = strlen(rule) > RULE_MAX ? "this recurrence is too long" : NULL;
    for (const char *at = rule; !*what && *at;) {
        size_t n = strcspn(at, ";");
        *what = part_fault(a, arena_copy_n(a, at, n), frequency);
        if (*what)
            *column = (int)(at - rule) + 1;
        at += n + (at[n] == ';');
    }
    if (!*what)
        *what = whole_fault(a, rule);
    return !*what;
}

static struct icaltimetype to_ical(int64_t day)
{
    struct icaltimetype t = { .is_date = 1 };

    civil_split(day, &t.year, &t.month, &t.day);
    return t;
}

int recur_days(const char *rule, int64_t start, int64_t after, int64_t until, int64_t *days, int max)
{
    struct icalrecurrencetype r = icalrecurrencetype_from_string(rule);
    icalrecur_iterator *i = r.freq == ICAL_NO_RECURRENCE ? NULL : icalrecur_iterator_new(r, to_ical(start));
    int count = 0;

    while (i && count < max) {
        struct icaltimetype t = icalrecur_iterator_next(i);
        int64_t day = icaltime_is_null_time(t) ? INT64_MAX : civil_day(t.year, t.month, t.day);
        if (day == INT64_MAX || day > until)
            break;
        if (day > after && day >= start)
            days[count++] = day;
    }
    if (i)
        icalrecur_iterator_free(i);
    return count;
}

int64_t recur_next(const char *rule, int64_t start, int64_t after)
{
    int64_t day;

    return recur_days(rule, start, after, INT64_MAX, &day, 1) ? day : INT64_MAX;
}
