#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "learnd/date.h"

enum { MO_FR = 0x1f, SU_TH = 0x4f };

static int64_t free_days[2];

/* Monday to Friday, 9 to 17 in London; Thursday 26 November 2026 and Christmas are free. */
static struct hours london(void)
{
    free_days[0] = day_number("2026-11-26");
    free_days[1] = day_number("2026-12-25");
    return (struct hours){ zone_find("Europe/London"), MO_FR, 540, 1020, free_days, 2 };
}

static int64_t at(const struct hours *h, const char *text)
{
    struct local l = { 0 };
    assert_int_equal(sscanf(text, "%d-%d-%d %d:%d", &l.year, &l.month, &l.day, &l.hour, &l.minute), 5);
    return instant_at(h->zone, l);
}

static void spans(void **state)
{
    (void)state;
    int from, to;
    assert_true(span_parse("18:00-09:00", &from, &to));
    assert_int_equal(from, 1080);
    assert_int_equal(to, 540);
    assert_true(span_parse("9-17", &from, &to));
    assert_int_equal(from, 540);
    assert_int_equal(to, 1020);
    assert_true(span_parse(" 9:30 – 24:00 ", &from, &to));
    assert_int_equal(from, 570);
    assert_int_equal(to, 1440);
    static const char *const refused[] = { "",      "9",     "9-",      "-9",      "25-9", "9-9",   "9:60-10", "9:5-10",
                                           "9-10x", "x9-10", "24:00-9", "9-24:01", "9 10", "9--10", "100-200" };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assert_false(span_parse(refused[i], &from, &to));
    }
}

static void weekdays(void **state)
{
    (void)state;
    assert_int_equal(weekdays_parse("Mo-Fr"), MO_FR);
    assert_int_equal(weekdays_parse("Su-Th"), SU_TH);
    assert_int_equal(weekdays_parse("Mo,We,Fr"), 0x15);
    assert_int_equal(weekdays_parse("mon - wed, Friday"), 0x17);
    assert_int_equal(weekdays_parse("Sa"), 0x20);
    static const char *const refused[] = { "",      "M",        "Mo-", "-Fr",   "Mo,,Fr",
                                           "Mo;Fr", "Mo-Fr-Su", "Xx",  "Mo Fr", "weekdayslong" };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assert_int_equal(weekdays_parse(refused[i]), 0);
    }
}

static void at_work_or_not(void **state)
{
    (void)state;
    struct hours h = london();
    assert_true(work_at(&h, at(&h, "2026-11-24 09:00")));
    assert_false(work_at(&h, at(&h, "2026-11-24 08:59")));
    assert_false(work_at(&h, at(&h, "2026-11-24 17:00"))); /* the end is no longer work */
    assert_false(work_at(&h, at(&h, "2026-11-26 12:00"))); /* free */
    assert_false(work_at(&h, at(&h, "2026-11-28 12:00"))); /* Saturday */
    assert_int_equal(work_left(&h, at(&h, "2026-11-24 16:31")), 29);
    assert_int_equal(work_left(&h, at(&h, "2026-11-24 16:31") + 1), 28); /* whole minutes */
    assert_int_equal(work_end(&h, at(&h, "2026-11-24 16:31") + 1), at(&h, "2026-11-24 17:00"));
    assert_int_equal(work_end(&h, at(&h, "2026-11-24 08:00")), at(&h, "2026-11-24 08:00"));
    assert_int_equal(work_left(&h, at(&h, "2026-11-24 08:00")), 0);
    assert_true(work_day(&h, day_number("2026-11-25")));
    assert_false(work_day(&h, day_number("2026-12-25")));
}

static void the_next_hours_skip_nights_weekends_and_free_days(void **state)
{
    (void)state;
    struct hours h = london();
    assert_int_equal(work_next(&h, at(&h, "2026-11-24 10:00")), at(&h, "2026-11-24 10:00"));
    assert_int_equal(work_next(&h, at(&h, "2026-11-24 06:00")), at(&h, "2026-11-24 09:00"));
    assert_int_equal(work_next(&h, at(&h, "2026-11-25 17:00")), at(&h, "2026-11-27 09:00"));
    assert_int_equal(work_next(&h, at(&h, "2026-11-27 18:00")), at(&h, "2026-11-30 09:00"));
    assert_int_equal(work_add(&h, at(&h, "2026-11-24 16:00"), 60), at(&h, "2026-11-24 17:00"));
    assert_int_equal(work_add(&h, at(&h, "2026-11-24 16:30"), 60), at(&h, "2026-11-25 09:30"));
    assert_int_equal(work_add(&h, at(&h, "2026-11-25 16:30"), 60), at(&h, "2026-11-27 09:30"));
    assert_int_equal(work_add(&h, at(&h, "2026-11-27 20:00"), 0), at(&h, "2026-11-30 09:00"));
    assert_int_equal(work_add(&h, at(&h, "2026-11-24 09:00"), 480 * 3), at(&h, "2026-11-27 17:00"));
}

static void working_days_are_counted(void **state)
{
    (void)state;
    struct hours h = london();
    assert_int_equal(work_days_add(&h, day_number("2026-11-24"), 1), day_number("2026-11-25"));
    assert_int_equal(work_days_add(&h, day_number("2026-11-24"), 2), day_number("2026-11-27"));
    assert_int_equal(work_days_add(&h, day_number("2026-11-28"), 1), day_number("2026-11-30"));
    assert_int_equal(work_days_add(&h, day_number("2026-11-30"), -2), day_number("2026-11-25"));
    assert_int_equal(work_days_add(&h, day_number("2026-11-28"), 0), day_number("2026-11-28"));
}

static void the_change_of_clocks_moves_no_hour_of_work(void **state)
{
    (void)state;
    struct hours h = { zone_find("Asia/Jerusalem"), SU_TH, 540, 1020, NULL, 0 };
    int64_t thursday = at(&h, "2026-03-26 16:30"); /* clocks go forward on Friday the 27th */
    assert_int_equal(work_add(&h, thursday, 60), at(&h, "2026-03-29 09:30"));
    struct hours night = { zone_find("Europe/London"), 0x7f, 0, 480, NULL, 0 };
    assert_int_equal(work_left(&night, at(&night, "2026-03-29 00:00")), 420); /* an hour less on that Sunday */
    assert_int_equal(work_left(&night, at(&night, "2026-10-25 00:00")), 540);
}

static void who_never_works_is_never_at_work(void **state)
{
    (void)state;
    struct hours h = london();
    h.weekdays = 0;
    assert_true(work_next(&h, 0) == INT64_MAX);
    assert_true(work_add(&h, 0, 60) == INT64_MAX);
    assert_true(work_days_add(&h, 0, 1) == INT64_MAX);
    struct hours turned = { zone_utc(), MO_FR, 1020, 540, NULL, 0 };
    assert_true(work_next(&turned, 0) == INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans),
        cmocka_unit_test(weekdays),
        cmocka_unit_test(at_work_or_not),
        cmocka_unit_test(the_next_hours_skip_nights_weekends_and_free_days),
        cmocka_unit_test(working_days_are_counted),
        cmocka_unit_test(the_change_of_clocks_moves_no_hour_of_work),
        cmocka_unit_test(who_never_works_is_never_at_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
