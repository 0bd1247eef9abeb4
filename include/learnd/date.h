/* Instants, days, local rules: the three kinds of time, and how people say them.
 * An instant is Unix seconds; a day is 'YYYY-MM-DD' or its number; zones live for the whole program. */
#ifndef LEARND_DATE_H
#define LEARND_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "learnd/arena.h"

#define DAY 86400

struct zone; /* an IANA zone of the system's tzdata */

struct local {
    int year, month, day;     /* 2026, 1-12, 1-31 */
    int hour, minute, second; /* 0-23, 0-59, 0-59 */
    int weekday;              /* 0 = Monday */
};

const struct zone *zone_find(const char *name); /* NULL if tzdata has no such name, or it is no place ("EST") */
const struct zone *zone_utc(void);
const char *zone_name(const struct zone *z);
char *zone_city(struct arena *a, const struct zone *z); /* "Paris", "New York" */
/* What a person would type as a city ("Lisbon", "new_york", "Munich") or a zone ("europe/lisbon"): its zone or NULL. */
const struct zone *zone_of_city(const char *city);
/* For errors about a name zone_find refused: "America/New_York, America/Toronto or America/Panama" for "EST",
 * "Europe/London" for "London" or "Europe/Lodnon"; NULL if nothing is near. */
const char *zone_suggest(struct arena *a, const char *name);
const char *zone_version(void); /* of tzdata, for rows that keep computed local times */

struct local local_at(const struct zone *z, int64_t at);
/* Gap: the offset in force before it. Doubled hour: the first. */
int64_t instant_at(const struct zone *z, struct local l);
int64_t instant_on(const struct zone *z, int64_t day, int minute); /* day number, minute of the day */

int64_t day_number(const char *iso); /* days since 1970-01-01; INT64_MIN if it is no date */
int64_t day_of(const struct zone *z, int64_t at);
char *day_iso(struct arena *a, int64_t day);
int day_weekday(int64_t day);                                      /* 0 = Monday */
char *time_say(struct arena *a, const struct zone *z, int64_t at); /* "10:15 (Paris)"; days: language.h */

/* A date as people write it: ISO, fri, 30 Jun, in 2 weeks, tomorrow, each with an optional time 10:00. */
enum date_verdict {
    DATE_OK,
    DATE_NONE,       /* this is no date at all: "ear" */
    DATE_IMPOSSIBLE, /* it only looks like one: 31 June; readings hold the nearest */
    DATE_AMBIGUOUS,  /* 03/04; readings hold both */
    DATE_PAST        /* a full date before today */
};
struct date {
    enum date_verdict verdict;
    int64_t day;         /* day number, of DATE_OK and DATE_PAST */
    int minute;          /* of the day; -1 where no time was given */
    int64_t readings[2]; /* none is before today */
    int reading_count;
};
/* Without a year: the next time it comes. A weekday that is today: in a week. "next friday": of the week after this
 * one. A month alone is ambiguous: its first or its last day. The whole text must be the date. */
struct date date_parse(const char *text, int64_t today);
/* "18:00-09:00", "9-17": minutes of the day; false if it is none. */
bool span_parse(const char *text, int *from, int *to);
/* "Mo-Fr", "Su-Th", "Mo,We,Fr": bit 0 = Monday; 0 if it is none. */
unsigned weekdays_parse(const char *text);
/* P6M, P1Y, P2W, P30D added to a day, clamped to the month's end; INT64_MIN if it is none. */
int64_t period_add(int64_t day, const char *period);

/* When somebody works. free_days: sorted day numbers of holidays and absences. */
struct hours {
    const struct zone *zone;
    unsigned weekdays;
    int from, to; /* minutes of the day */
    const int64_t *free_days;
    int free_count;
};
bool work_day(const struct hours *h, int64_t day);
bool work_at(const struct hours *h, int64_t at);
int64_t work_left(const struct hours *h, int64_t at); /* working minutes left today; 0 if not at work */
int64_t work_end(const struct hours *h, int64_t at);  /* when work of that day ends; at, if not at work */
/* The next three look 400 days ahead and give INT64_MAX if there is no work so long. */
int64_t work_next(const struct hours *h, int64_t at);                 /* at, or the next start of work */
int64_t work_add(const struct hours *h, int64_t at, int64_t minutes); /* after so many working minutes; >= 0 */
int64_t work_days_add(const struct hours *h, int64_t day, int n); /* the n-th working day after (n < 0: before) a day */

#endif
