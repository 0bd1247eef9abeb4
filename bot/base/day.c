#include "learnd/date.h"

#include <ctype.h>
#include <string.h>

#include "civil.h"

int civil_month_days(int64_t year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

bool civil_is_date(int64_t year, int64_t month, int64_t day)
{
    return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
           day <= civil_month_days(year, (int)month);
}

/* After Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March, eras have 400 of them. */
int64_t civil_day(int64_t year, int64_t month, int64_t day)
{
    int64_t months = year * 12 + month - 3; /* since March of the year 0 */
    int64_t y = months / 12 - (months % 12 < 0), m = months - y * 12;
    int64_t era = y / 400 - (y % 400 < 0), of_era = y - era * 400;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * m + 2) / 5 + day - 1 - 719468;
}

void civil_split(int64_t day, int *year, int *month, int *day_of_month)
{
    day += 719468;
    int64_t era = day / 146097 - (day % 146097 < 0), d = day - era * 146097;
    int64_t y = (d - d / 1460 + d / 36524 - d / 146096) / 365;
    int64_t of_year = d - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;
    *day_of_month = (int)(of_year - (153 * m + 2) / 5 + 1);
    *month = (int)(m < 10 ? m + 3 : m - 9);
    *year = (int)(y + era * 400 + (*month <= 2));
}

int64_t day_number(const char *iso)
{
    int part[3] = { 0 };
    if (!iso || strlen(iso) != 10) {
        return INT64_MIN;
    }
    for (int i = 0, at = 0; i < 10; i++) {
        if (i == 4 || i == 7) {
            if (iso[i] != '-') {
                return INT64_MIN;
            }
            at++;
        } else if (!isdigit((unsigned char)iso[i])) {
            return INT64_MIN;
        } else {
            part[at] = part[at] * 10 + iso[i] - '0';
        }
    }
    return civil_is_date(part[0], part[1], part[2]) ? civil_day(part[0], part[1], part[2]) : INT64_MIN;
}

/* Any number is some day: what is out of bounds is the first or the last there is. */
static void split_bounded(int64_t day, int *year, int *month, int *day_of_month)
{
    day = day < DAY_FIRST ? DAY_FIRST : day > DAY_LAST ? DAY_LAST : day;
    civil_split(day, year, month, day_of_month);
}

char *day_iso(struct arena *a, int64_t day)
{
    int y, m, d;
    split_bounded(day, &y, &m, &d);
    return arena_printf(a, "%04d-%02d-%02d", y, m, d);
}

int day_weekday(int64_t day)
{
    return (int)((day % 7 + 7 + 3) % 7); /* 1970-01-01 was a Thursday */
}

char *zone_city(struct arena *a, const struct zone *z)
{
    const char *slash = strrchr(zone_name(z), '/');
    char *city = arena_copy(a, slash ? slash + 1 : zone_name(z));
    for (char *p = city; *p; p++) {
        *p = *p == '_' ? ' ' : *p;
    }
    return city;
}

char *time_say(struct arena *a, const struct zone *z, int64_t at)
{
    struct local l = local_at(z, at);
    return arena_printf(a, "%02d:%02d (%s)", l.hour, l.minute, zone_city(a, z));
}

int64_t civil_add_months(int64_t day, int64_t months)
{
    int y, m, d;
    civil_split(day, &y, &m, &d);
    int64_t first = civil_day(y, m + months, 1);
    int there_year, there_month, there_day;
    civil_split(first, &there_year, &there_month, &there_day);
    int length = civil_month_days(there_year, there_month);
    return first + (d < length ? d : length) - 1;
}

/* ISO 8601 durations of whole days: the units in this order, each at most once. */
int64_t period_add(int64_t day, const char *period)
{
    static const char units[] = "YMWD";
    const char *unit = units, *p = period;
    int64_t months = 0, days = 0;
    if (day < DAY_FIRST || day > DAY_LAST || !p || toupper((unsigned char)*p++) != 'P' || !*p) {
        return INT64_MIN;
    }
    while (*p) {
        int64_t n = 0;
        int digits = 0;
        for (; isdigit((unsigned char)*p) && digits < 5; digits++) {
            n = n * 10 + *p++ - '0';
        }
        const char *named = digits && *p ? strchr(unit, toupper((unsigned char)*p)) : NULL;
        if (!named) {
            return INT64_MIN;
        }
        months += *named == 'Y' ? n * 12 : *named == 'M' ? n : 0;
        days += *named == 'W' ? n * 7 : *named == 'D' ? n : 0;
        unit = named + 1;
        p++;
    }
    int64_t sum = civil_add_months(day, months) + days;
    return sum <= DAY_LAST ? sum : INT64_MIN;
}
