/* Dates as people say them: names and the order of parts come from the catalogue, as all texts do. */
#include <stdlib.h>
#include <string.h>

#include "learnd/language.h"

/* The format with each {part} replaced; parts: name, value, name, value, NULL. */
static const char *fill(struct arena *a, const char *format, const char *const *parts)
{
    struct buf out = { .arena = a };

    while (*format) {
        const char *const *part = parts;
        while (*part && strncmp(format, *part, strlen(*part)) != 0)
            part += 2;
        if (*part)
            buf_add(&out, part[1]);
        else
            buf_add_char(&out, *format);
        format += *part ? strlen(*part) : 1;
    }
    return buf_text(&out);
}

const char *day_say(struct arena *a, const struct language *l, int64_t day, int64_t today)
{
    static const char *const weekdays[] = {
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"
    };
    static const char *const months[] = { "January", "February", "March",     "April",   "May",      "June",
                                          "July",    "August",   "September", "October", "November", "December" };
    const char *iso = day_iso(a, day);
    const char *parts[] = {
        "{weekday}", language_text(l, weekdays[day_weekday(day)]),
        "{day}",     arena_printf(a, "%ld", strtol(iso + 8, NULL, 10)),
        "{month}",   language_text(l, months[strtol(iso + 5, NULL, 10) - 1]),
        "{year}",    arena_copy_n(a, iso, 4),
        NULL,
    };
    bool this_year = strncmp(iso, day_iso(a, today), 4) == 0;

    return fill(a, language_text(l, this_year ? "{weekday} {day} {month}" : "{weekday} {day} {month} {year}"), parts);
}

const char *moment_say(struct arena *a, const struct language *l, const struct zone *z, int64_t at, int64_t now)
{
    const char *parts[] = {
        "{day}", day_say(a, l, day_of(z, at), day_of(z, now)), "{time}", time_say(a, z, at), NULL,
    };

    return fill(a, language_text(l, "{day}, {time}"), parts);
}
