#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "learnd/date.h"
#include "learnd/recur.h"

static struct arena *a;

static int begin(void **state)
{
    (void)state;
    a = arena_open();
    return 0;
}

static int finish(void **state)
{
    (void)state;
    arena_close(a);
    return 0;
}

/* The first days of a rule, with blanks between; a rule that ends earlier gives fewer. */
static void assert_days(const char *rule, const char *start, const char *expected)
{
    char days[256] = "";
    const char *what;
    int column;

    assert_true(recur_is_well_formed(a, rule, &column, &what));
    int64_t first = day_number(start), day = first - 1;
    for (size_t n = 0; n <= strlen(expected); n += 11) {
        day = recur_next(rule, first, day);
        if (day == INT64_MAX)
            break;
        if (n + 11 <= strlen(expected) + 1)
            sprintf(days + strlen(days), "%s%s", n ? " " : "", day_iso(a, day));
    }
    assert_string_equal(days, expected);
}

static void a_month_without_a_31st_is_skipped(void **state)
{
    (void)state;
    assert_days("FREQ=MONTHLY;BYMONTHDAY=31", "2026-01-31", "2026-01-31 2026-03-31 2026-05-31 2026-07-31");
    assert_days("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-31", "2026-01-31 2026-02-28 2026-03-31 2026-04-30");
}

static void a_leap_day_comes_every_fourth_year(void **state)
{
    (void)state;
    assert_days("FREQ=YEARLY", "2024-02-29", "2024-02-29 2028-02-29 2032-02-29");
    assert_days("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2025-01-01", "2028-02-29 2032-02-29");
}

static void the_last_weekday_of_a_month(void **state)
{
    (void)state;
    assert_days("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-01-30",
                "2026-01-30 2026-02-27 2026-03-31 2026-04-30");
    assert_days("FREQ=MONTHLY;BYDAY=2TU", "2026-01-01", "2026-01-13 2026-02-10 2026-03-10");
    assert_days("FREQ=MONTHLY;BYDAY=-1FR", "2026-01-01", "2026-01-30 2026-02-27 2026-03-27");
}

static void the_week_begins_where_it_says(void **state)
{
    (void)state;
    assert_days("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO;COUNT=4", "1997-08-05",
                "1997-08-05 1997-08-10 1997-08-19 1997-08-24");
    assert_days("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU;COUNT=4", "1997-08-05",
                "1997-08-05 1997-08-17 1997-08-19 1997-08-31");
}

static void it_ends(void **state)
{
    (void)state;
    assert_days("FREQ=DAILY;COUNT=2", "2026-12-31", "2026-12-31 2027-01-01");
    assert_days("FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20260115", "2026-01-05", "2026-01-05 2026-01-08 2026-01-12 2026-01-15");
    assert_int_equal(recur_next("FREQ=DAILY;COUNT=2", day_number("2026-01-01"), day_number("2026-01-02")), INT64_MAX);
    assert_int_equal(recur_next("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", day_number("2026-01-01"), 0), INT64_MAX);
}

static void a_start_that_is_none_of_its_days_does_not_count(void **state)
{
    (void)state;
    assert_days("FREQ=WEEKLY;BYDAY=MO", "2026-01-07", "2026-01-12 2026-01-19");
    assert_days("FREQ=DAILY;INTERVAL=3", "2026-01-07", "2026-01-07 2026-01-10 2026-01-13");
}

static void assert_refused(const char *rule, int where, const char *why)
{
    const char *what;
    int column;

    assert_false(recur_is_well_formed(a, rule, &column, &what));
    assert_string_equal(what, why);
    assert_int_equal(column, where);
    assert_int_equal(recur_next("FREQ=NEVER", 0, 0), INT64_MAX);
}

static void what_cannot_be_read_is_named(void **state)
{
    (void)state;
    assert_refused("FREQ=WEKLY", 1, "FREQ is 'WEKLY' (did you mean 'WEEKLY'?)");
    assert_refused("FREQ=HOURLY", 1, "FREQ is 'HOURLY', expected is DAILY, WEEKLY, MONTHLY or YEARLY");
    assert_refused("FREQ=WEEKLY;BYDAYS=MO", 13, "unknown part 'BYDAYS' (did you mean 'BYDAY'?)");
    assert_refused("FREQ=WEEKLY;BYHOUR=9", 13, "unknown part 'BYHOUR' of a recurrence");
    assert_refused("FREQ=WEEKLY;BYDAY=XX", 13, "'BYDAY=XX' cannot be read");
    assert_refused("FREQ=WEEKLY;BYDAY=2MO", 13, "BYDAY=2MO: the second or last of them needs FREQ=MONTHLY or YEARLY");
    assert_refused("FREQ=DAILY;INTERVAL=0", 12, "'INTERVAL=0' cannot be read");
    assert_refused("FREQ=DAILY;COUNT=2;UNTIL=20260101", 1, "COUNT and UNTIL exclude each other");
    assert_refused("FREQ=MONTHLY;BYSETPOS=-1", 1, "BYSETPOS picks among days: it needs BYDAY or BYMONTHDAY");
    assert_refused("BYDAY=MO", 1, "FREQ is missing, as in FREQ=WEEKLY;BYDAY=MO");
    assert_refused("", 1, "FREQ is missing, as in FREQ=WEEKLY;BYDAY=MO");
}

/* ---- The instants of those days: what the clocks of a zone do to a time of day ------------------------------------ */

static void assert_instant(const char *zone, const char *day, int minute, const char *utc_day, int hour, int utc_minute)
{
    int64_t expected = day_number(utc_day) * DAY + hour * 3600 + utc_minute * 60;

    assert_int_equal(instant_on(zone_find(zone), day_number(day), minute), expected);
}

static void clocks_go_forward_and_back(void **state)
{
    (void)state;
    assert_instant("Europe/London", "2026-03-29", 90, "2026-03-29", 1, 30);
    assert_instant("Europe/London", "2026-10-25", 90, "2026-10-25", 0, 30);
    assert_instant("America/New_York", "2026-03-08", 150, "2026-03-08", 7, 30);
    assert_instant("Australia/Lord_Howe", "2026-04-05", 105, "2026-04-04", 14, 45);
}

static void zones_of_half_and_quarter_hours(void **state)
{
    (void)state;
    assert_instant("Asia/Kathmandu", "2026-01-05", 540, "2026-01-05", 3, 15);
    assert_instant("Pacific/Chatham", "2026-01-05", 540, "2026-01-04", 19, 15);
}

/* The second 01:30 of London and the second 01:45 of Lord Howe are what their first is not: later, the same on the clock. */
static void a_doubled_time_is_read_back_the_same(void **state)
{
    (void)state;
    struct local london = local_at(zone_find("Europe/London"), day_number("2026-10-25") * DAY + 5400);
    struct local howe = local_at(zone_find("Australia/Lord_Howe"), day_number("2026-04-04") * DAY + 15 * 3600 + 900);

    assert_int_equal(london.hour * 60 + london.minute, 90);
    assert_int_equal(howe.hour * 60 + howe.minute, 105);
    assert_int_equal(howe.day, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_month_without_a_31st_is_skipped),
        cmocka_unit_test(a_leap_day_comes_every_fourth_year),
        cmocka_unit_test(the_last_weekday_of_a_month),
        cmocka_unit_test(the_week_begins_where_it_says),
        cmocka_unit_test(it_ends),
        cmocka_unit_test(a_start_that_is_none_of_its_days_does_not_count),
        cmocka_unit_test(what_cannot_be_read_is_named),
        cmocka_unit_test(clocks_go_forward_and_back),
        cmocka_unit_test(zones_of_half_and_quarter_hours),
        cmocka_unit_test(a_doubled_time_is_read_back_the_same),
    };
    return cmocka_run_group_tests(tests, begin, finish);
}
