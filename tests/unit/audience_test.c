#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "learnd/audience.h"
#include "learnd/text.h"

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

/* Dana of Sales in Germany, in omar's team, grace above both; 100 days with us; on leave if the context says so. */
static bool is(void *context, enum audience_attribute attribute, const char *value)
{
    static const char *const dana[][2] = {
        [AUDIENCE_DEPARTMENT] = { "Sales", "" },
        [AUDIENCE_DIVISION] = { "Trade", "" },
        [AUDIENCE_LOCATION] = { "Köln", "" },
        [AUDIENCE_COUNTRY] = { "DE", "" },
        [AUDIENCE_ROLE] = { "account-executive", "" },
        [AUDIENCE_TEAM] = { "omar", "" },
        [AUDIENCE_MANAGER] = { "omar", "grace" },
        [AUDIENCE_HANDLE] = { "dana", "" },
        [AUDIENCE_GRANT] = { "admin", "" },
        [AUDIENCE_SKILL] = { "sql", "git" },
    };
    (void)context;
    return text_same(dana[attribute][0], value) || text_same(dana[attribute][1], value);
}

static bool on_leave(void *context)
{
    return *(bool *)context;
}

static bool holds(const char *text, bool away)
{
    int column;
    const char *what;
    struct audience *f = audience_parse(a, text, &column, &what);
    if (!f)
        fail_msg("%s:%d: %s", text, column, what);
    struct audience_person who = { &away, is, on_leave, 100 };
    return audience_holds(f, &who);
}

static void each_attribute_is_asked(void **state)
{
    (void)state;
    assert_true(holds("department = Sales", false));
    assert_true(holds("department=sales", false));
    assert_false(holds("department = Finance", false));
    assert_true(holds("division = trade", false));
    assert_true(holds("location = Köln", false));
    assert_true(holds("country in (FR, DE)", false));
    assert_false(holds("country in (FR)", false));
    assert_true(holds("role = account-executive", false));
    assert_true(holds("team = omar", false));
    assert_false(holds("team = grace", false));
    assert_true(holds("manager = grace", false));
    assert_true(holds("handle = \"dana\"", false));
    assert_true(holds("grant = admin", false));
    assert_true(holds("skill = git and skill = sql", false));
    assert_true(holds("everyone", false));
    assert_false(holds("on_leave", false));
    assert_true(holds("on_leave", true));
}

static void tenure_counts_days(void **state)
{
    (void)state;
    assert_true(holds("tenure < 101", false));
    assert_false(holds("tenure < 100", false));
    assert_true(holds("tenure >= 100", false));
    assert_false(holds("tenure>=101", false));
}

static void and_binds_closer_than_or(void **state)
{
    (void)state;
    assert_true(holds("country = DE or country = FR and department = Finance", false));
    assert_false(holds("(country = DE or country = FR) and department = Finance", false));
    assert_true(holds("not country = FR and not (on_leave or department = Finance)", false));
    assert_true(holds("department != Finance", false));
    assert_false(holds("not department != Finance", false));
    assert_true(holds("NOT on_leave AND Department IN (Sales)", false));
    assert_false(holds("not country = DE or country = FR", false)); /* not takes the test alone */
}

static void assert_error(const char *text, int at, const char *said)
{
    int column = 0;
    const char *what = NULL;
    assert_null(audience_parse(a, text, &column, &what));
    if (column != at || !strstr(what, said))
        fail_msg("'%s': at %d '%s', expected at %d '%s'", text, column, what, at, said);
}

static void an_error_names_its_column(void **state)
{
    (void)state;
    assert_error("", 1, "everyone");
    assert_error("   ", 1, "everyone");
    assert_error("departmnet = Sales", 1, "did you mean 'department'?");
    assert_error("Sales", 1, "unknown word 'Sales'");
    assert_error("department Sales", 12, "one of = != in");
    assert_error("department = ", 14, "value is expected");
    assert_error("department = \"\"", 14, "value is expected");
    assert_error("department = Customer Support", 23, "'and', 'or' or the end");
    assert_error("department = \"Sales", 14, "never closed");
    assert_error("country in DE", 12, "in (DE, FR)");
    assert_error("country in (DE FR)", 16, "not closed");
    assert_error("country in (DE,)", 16, "value is expected");
    assert_error("(everyone", 1, "not closed");
    assert_error("everyone)", 9, "the end is expected");
    assert_error("everyone and", 13, "a test is expected");
    assert_error("tenure < soon", 10, "number of days");
    assert_error("tenure > 90", 8, "a character that has no meaning");
    assert_error("tenure <= 90", 9, "number of days");
    assert_error("tenure = 90", 8, "< or >=");
    assert_error("department == Sales", 13, "value is expected");
    assert_error("not not everyone", 5, "unknown word 'not'");
    assert_error("everyone \xff", 1, "UTF-8");
}

static void size_and_depth_have_limits(void **state)
{
    (void)state;
    char text[5000] = "";
    memset(text, '(', 40);
    strcpy(text + 40, "everyone");
    assert_error(text, 33, "more than 32");
    memset(text, 'x', sizeof text - 1);
    assert_error(text, 1, "too long");
    struct buf wide = { .arena = a };
    buf_add(&wide, "handle in (dana");
    while (wide.len < 4000)
        buf_add(&wide, ",b");
    buf_add(&wide, ")");
    assert_true(holds(buf_text(&wide), false));
}

static void add_test(void *context, enum audience_attribute attribute, const char *value)
{
    buf_printf(context, "%d=%s;", (int)attribute, value);
}

static void every_test_is_seen(void **state)
{
    (void)state;
    int column;
    const char *what;
    struct audience *f =
        audience_parse(a, "not (country in (DE, FR) or skill = sql) and team != omar and everyone", &column, &what);
    struct buf seen = { .arena = a };
    audience_each(f, add_test, &seen);
    for (const char *const *each = (const char *const[]){ "3=DE;", "3=FR;", "9=sql;", "5=omar;", NULL }; *each; each++)
        assert_non_null(strstr(buf_text(&seen), *each));
    assert_int_equal(seen.len, strlen("3=DE;3=FR;9=sql;5=omar;"));
}

static const struct audience *read(const char *text)
{
    int column;
    const char *what;
    return audience_parse(a, text, &column, &what);
}

static bool covers(const char *wide, const char *narrow)
{
    return audience_covers(read(wide), read(narrow));
}

static void what_covers_is_decided_on_the_formula(void **state)
{
    (void)state;
    assert_true(covers("everyone", "on_leave"));
    assert_true(covers("department = Sales", "department=sales"));
    assert_true(covers("department = Sales", "country = FR and (not on_leave and department = Sales)"));
    assert_true(covers("department in (Sales, Legal)", "department = Legal and country = FR"));
    assert_true(covers("department in (Sales, Legal)", "department = Sales and country = FR or department = Legal"));
    assert_true(covers("department in (Sales, Legal)", "country = FR and department in (Sales, Legal)"));
    assert_true(covers("department = Sales and country = FR", "country = FR and tenure < 90 and department = Sales"));
    assert_true(covers("tenure < 90", "tenure < 90 and on_leave"));
    assert_false(covers("department = Sales", "department = Sales and handle = bob or(everyone)"));
    assert_false(covers("department = Sales", "department = Sales OR on_leave"));
    assert_false(covers("department = Sales", "not department = Sales"));
    assert_false(covers("department = Sales", "division = Sales"));
    assert_false(covers("department = Sales", "everyone"));
    assert_false(covers("tenure < 90", "tenure < 91"));
    assert_false(covers("department = Sales and country = FR", "department = Sales"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_attribute_is_asked, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(tenure_counts_days, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(and_binds_closer_than_or, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(an_error_names_its_column, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(size_and_depth_have_limits, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(every_test_is_seen, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(what_covers_is_decided_on_the_formula, open_arena, close_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
