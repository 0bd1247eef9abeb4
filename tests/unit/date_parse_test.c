#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "learnd/language.h"

static struct arena *a;

static int open_arena(void **state)
{
    (void)state;
    a = arena_open();
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_close(a);
    return 0;
}

/* What is understood on Tuesday 24 November 2026, in one line. */
static const char *read_on(const char *today, const char *text)
{
    static const char *const names[] = { "ok", "none", "impossible", "ambiguous", "past" };
    struct date d = date_parse(text, day_number(today));
    struct buf b = { .arena = a };
    buf_add(&b, names[d.verdict]);
    if (d.verdict == DATE_OK || d.verdict == DATE_PAST) {
        buf_printf(&b, " %s", day_iso(a, d.day));
    }
    for (int i = 0; i < d.reading_count; i++) {
        buf_printf(&b, " %s", day_iso(a, d.readings[i]));
    }
    if (d.minute >= 0) {
        buf_printf(&b, " %02d:%02d", d.minute / 60, d.minute % 60);
    }
    return b.data;
}

struct reading {
    const char *text, *meant;
};

static void check(const struct reading *r)
{
    for (; r->text; r++) {
        const char *got = read_on("2026-11-24", r->text);
        if (strcmp(got, r->meant) != 0) {
            fail_msg("\"%s\" is %s, not %s", r->text, got, r->meant);
        }
    }
}

static void dates_are_understood(void **state)
{
    (void)state;
    static const struct reading readings[] = {
        { "2026-11-30", "ok 2026-11-30" },
        { "2026-11-24", "ok 2026-11-24" }, /* today is not past */
        { "fri", "ok 2026-11-27" },
        { "Friday", "ok 2026-11-27" },
        { "on Friday.", "ok 2026-11-27" },
        { "tue", "ok 2026-12-01" }, /* today is one: in a week */
        { "this tuesday", "ok 2026-11-24" },
        { "mon", "ok 2026-11-30" },
        { "next friday", "ok 2026-12-04" },
        { "next monday", "ok 2026-11-30" },
        { "thurs", "ok 2026-11-26" },
        { "30 Jun", "ok 2027-06-30" },
        { "June 30", "ok 2027-06-30" },
        { "30 June 2027", "ok 2027-06-30" },
        { "June 30th, 2027", "ok 2027-06-30" },
        { "the 30th of June", "ok 2027-06-30" },
        { "1 dec.", "ok 2026-12-01" },
        { "3 sept", "ok 2027-09-03" },
        { "24 November", "ok 2026-11-24" },
        { "23 November", "ok 2027-11-23" },
        { "29 feb", "ok 2028-02-29" },
        { "in 2 weeks", "ok 2026-12-08" },
        { "in two weeks", "ok 2026-12-08" },
        { "in 3 days", "ok 2026-11-27" },
        { "in a month", "ok 2026-12-24" },
        { "in 3 months", "ok 2027-02-24" },
        { "in a year", "ok 2027-11-24" },
        { "next week", "ok 2026-12-01" },
        { "today", "ok 2026-11-24" },
        { "Tomorrow", "ok 2026-11-25" },
        { "the day after tomorrow", "ok 2026-11-26" },
        { "end of june", "ok 2027-06-30" },
        { "end of November", "ok 2026-11-30" },
        { "end of february 2028", "ok 2028-02-29" },
        { "end of month", "ok 2026-11-30" },
        { "end of the month", "ok 2026-11-30" },
        { "end of next month", "ok 2026-12-31" },
        { "end of the quarter", "ok 2026-12-31" },
        { "end of next quarter", "ok 2027-03-31" },
        { "end of the week", "ok 2026-11-27" },
        { "end of the year", "ok 2026-12-31" },
        { "the 30th", "ok 2026-11-30" },
        { "15th", "ok 2026-12-15" },
        { "13/04", "ok 2027-04-13" },
        { "04/13", "ok 2027-04-13" },
        { "25/12/2026", "ok 2026-12-25" },
        { "25/12/26", "ok 2026-12-25" },
        { "3.4.2027", "ok 2027-04-03" }, /* dots are written day first */
        { "03/03", "ok 2027-03-03" },
        { "Saturday 28 November", "ok 2026-11-28" }, /* as we echo it */
        { "Friday 1 January 2027", "ok 2027-01-01" },
        { "sat 28th", "ok 2026-11-28" },
        { "Monday, 30 November, 09:00", "ok 2026-11-30 09:00" },
        { NULL, NULL },
    };
    check(readings);
}

static void times_are_understood(void **state)
{
    (void)state;
    static const struct reading readings[] = {
        { "fri 10:00", "ok 2026-11-27 10:00" },
        { "friday at 9:30", "ok 2026-11-27 09:30" },
        { "tomorrow at 15", "ok 2026-11-25 15:00" },
        { "tomorrow 3pm", "ok 2026-11-25 15:00" },
        { "tomorrow at 3:15 pm", "ok 2026-11-25 15:15" },
        { "today 12am", "ok 2026-11-24 00:00" },
        { "at 10:00 on friday", "ok 2026-11-27 10:00" },
        { "2026-11-30T10:00", "ok 2026-11-30 10:00" },
        { "2026-11-30 23:59", "ok 2026-11-30 23:59" },
        { "30 June 2027 at 08:00", "ok 2027-06-30 08:00" },
        { "in 2 weeks 10:00", "ok 2026-12-08 10:00" },
        { "31 June 10:00", "impossible 2027-06-30 2027-07-01 10:00" },
        { "03/04 10:00", "ambiguous 2027-04-03 2027-03-04 10:00" },
        { "fri 25:00", "none" },
        { "fri 10:60", "none" },
        { "fri 13pm", "none" },
        { "10:00", "none" }, /* no day */
        { "fri 10", "none" },
        { NULL, NULL },
    };
    check(readings);
}

static void what_only_looks_like_a_date_is_offered_as_readings(void **state)
{
    (void)state;
    static const struct reading readings[] = {
        { "31 June", "impossible 2027-06-30 2027-07-01" },
        { "june 31st", "impossible 2027-06-30 2027-07-01" },
        { "31/06", "impossible 2027-06-30 2027-07-01" },
        { "2027-06-31", "impossible 2027-06-30 2027-07-01" },
        { "30 feb 2028", "impossible 2028-02-29 2028-03-01" },
        { "29 February 2027", "impossible 2027-02-28 2027-03-01" },
        { "32 December", "impossible 2026-12-31 2027-01-01" },
        { "03/04", "ambiguous 2027-04-03 2027-03-04" },
        { "12/01", "ambiguous 2027-01-12 2026-12-01" },
        { "03/04/2027", "ambiguous 2027-04-03 2027-03-04" },
        { "12/11/2026", "ok 2026-12-11" }, /* the other is past */
        { "Friday 28 November", "ambiguous 2026-11-28 2026-11-27" },
        { "Monday 24 November", "ambiguous 2026-11-24 2026-11-30" }, /* the 23rd is past */
        { "June", "ambiguous 2027-06-01 2027-06-30" },
        { "march 2027", "ambiguous 2027-03-01 2027-03-31" },
        { "november", "ok 2026-11-30" },
        { NULL, NULL },
    };
    check(readings);
}

static void what_is_over_is_past(void **state)
{
    (void)state;
    static const struct reading readings[] = {
        { "2026-11-23", "past 2026-11-23" },   { "30 June 2026", "past 2026-06-30" },
        { "yesterday", "past 2026-11-23" },    { "03/04/2025", "past 2025-04-03" },
        { "31 June 2020", "past 2020-06-30" }, { "end of june 2026", "past 2026-06-30" },
        { "March 2026", "past 2026-03-01" },   { NULL, NULL },
    };
    check(readings);
}

static void everything_else_is_part_of_a_title(void **state)
{
    (void)state;
    static const struct reading readings[] = {
        { "ear", "none" },
        { "", "none" },
        { "   ", "none" },
        { "heart", "none" },
        { "we", "none" },
        { "mar", "none" },
        { "30", "none" },
        { "1.5", "none" },
        { "45/60", "none" },
        { "2026-13-01", "none" },
        { "3.14.2027", "none" },
        { "2026", "none" },
        { "june 30 the latest", "none" },
        { "30 June 27", "none" },
        { "monkey", "none" },
        { "the", "none" },
        { "next", "none" },
        { "in weeks", "none" },
        { "in 2", "none" },
        { "end", "none" },
        { "end of time", "none" },
        { "in 99999 days", "none" },
        { "in 9999 years", "none" },
        { "0 june", "none" },
        { "at", "none" },
        { "friday friday", "none" },
        { "10:00 10:00", "none" },
        { "2026-11-30-1", "none" },
        { "at at at", "none" },
        { "a very long text that goes on and on and cannot be a date though it ends with 30 june 2027", "none" },
        { "\xff\xfe", "none" },
        { NULL, NULL },
    };
    check(readings);
}

static void weekdays_and_ends_hold_on_every_day(void **state)
{
    (void)state;
    assert_string_equal(read_on("2026-11-29", "next friday"), "ok 2026-12-04"); /* on a Sunday */
    assert_string_equal(read_on("2026-11-28", "end of week"), "ok 2026-12-04"); /* on a Saturday */
    assert_string_equal(read_on("2026-11-27", "end of week"), "ok 2026-11-27");
    assert_string_equal(read_on("2026-12-31", "end of next month"), "ok 2027-01-31");
    assert_string_equal(read_on("2026-12-31", "tomorrow"), "ok 2027-01-01");
    assert_string_equal(read_on("2027-01-31", "the 31st"), "ok 2027-01-31");
    assert_string_equal(read_on("2027-02-01", "the 31st"), "ok 2027-03-31");
    assert_string_equal(read_on("2027-01-31", "in a month"), "ok 2027-02-28");
    assert_string_equal(read_on("2027-07-01", "31 June"), "impossible 2028-06-30 2028-07-01");
    assert_string_equal(read_on("2027-07-01", "31 June 2027"), "impossible 2027-07-01");
    assert_string_equal(read_on("2028-03-01", "29 feb"), "ok 2032-02-29");
    assert_string_equal(read_on("2097-03-01", "29 feb"), "ok 2104-02-29"); /* 2100 has none */
}

static void what_we_say_is_understood(void **state)
{
    (void)state;
    int64_t today = day_number("2026-11-24");
    for (int64_t day = today; day < today + 1500; day++) {
        struct arena_mark mark = arena_mark(a);
        struct date iso = date_parse(day_iso(a, day), today), said = date_parse(day_say(a, NULL, day, today), today);
        assert_int_equal(iso.verdict, DATE_OK);
        assert_int_equal(iso.day, day);
        assert_int_equal(said.verdict, DATE_OK);
        assert_int_equal(said.day, day);
        arena_release(a, mark);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_understood),
        cmocka_unit_test(times_are_understood),
        cmocka_unit_test(what_only_looks_like_a_date_is_offered_as_readings),
        cmocka_unit_test(what_is_over_is_past),
        cmocka_unit_test(everything_else_is_part_of_a_title),
        cmocka_unit_test(weekdays_and_ends_hold_on_every_day),
        cmocka_unit_test(what_we_say_is_understood),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
