#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "learnd/log.h"

static char said[65536];
static FILE *caught;
static int real_stderr;

static int catch_stderr(void **state)
{
    (void)state;
    caught = tmpfile();
    fflush(stderr);
    real_stderr = dup(STDERR_FILENO);
    return !caught || dup2(fileno(caught), STDERR_FILENO) < 0;
}

/* Everything said since the test began. */
static const char *what_was_said(void)
{
    rewind(caught);
    said[fread(said, 1, sizeof said - 1, caught)] = '\0';
    return said;
}

static int give_stderr_back(void **state)
{
    (void)state;
    log_level_set(LOG_INFO);
    dup2(real_stderr, STDERR_FILENO);
    close(real_stderr);
    return fclose(caught);
}

static void a_fact_is_a_line(void **state)
{
    (void)state;
    log_info("start", "people=%d config=%s", 15, "config/");
    log_error("sync-failed", "%s", "");
    const char *text = what_was_said();
    assert_non_null(strstr(text, "Z level=info event=start people=15 config=config/\n"));
    assert_non_null(strstr(text, "Z level=error event=sync-failed\n"));
    assert_memory_equal(text, "time=20", 7);
}

static void a_secret_never_leaves(void **state)
{
    (void)state;
    log_secret("xoxb-1");
    log_secret("xoxb-1234567");
    log_secret("");
    log_secret(NULL);
    log_warn("send-failed", "url=https://x/?token=xoxb-1234567&a=1 again=xoxb-1");
    const char *text = what_was_said();
    assert_null(strstr(text, "xoxb"));
    assert_null(strstr(text, "234567"));
    assert_non_null(strstr(text, "url=https://x/?token=***&a=1 again=***\n"));
}

static void a_secret_at_the_limit_is_not_cut_in_two(void **state)
{
    (void)state;
    static char filler[8192 - 40];
    memset(filler, 'a', sizeof filler - 1);
    log_secret("longer-than-what-is-left-of-the-line-that-is-cut");
    log_info("x", "%s%s%s", filler, "longer-than-what-is-left-of-the-line-that-is-cut", filler);
    assert_null(strstr(what_was_said(), "longer"));
    assert_true(strlen(said) < 8300);
    assert_non_null(strstr(said, "...\n"));
}

static void nothing_steers_the_terminal(void **state)
{
    (void)state;
    log_info("heard", "text=%s", "a\nlevel=error\x1b[0m\x7f\xc2\x9b \xff École");
    assert_non_null(strstr(what_was_said(), "text=a\\x0alevel=error\\x1b[0m\\x7f\\xc2\\x9b \\xff École\n"));
}

static void less_than_the_level_is_dropped(void **state)
{
    (void)state;
    log_line(LOG_DEBUG, "detail", "n=%d", 1);
    assert_string_equal(what_was_said(), "");
    log_level_set(LOG_ERROR);
    log_warn("odd", "n=%d", 2);
    assert_string_equal(what_was_said(), "");
    log_level_set(LOG_DEBUG);
    log_line(LOG_DEBUG, "detail", "n=%d", 3);
    assert_non_null(strstr(what_was_said(), "level=debug event=detail n=3\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_fact_is_a_line, catch_stderr, give_stderr_back),
        cmocka_unit_test_setup_teardown(a_secret_never_leaves, catch_stderr, give_stderr_back),
        cmocka_unit_test_setup_teardown(a_secret_at_the_limit_is_not_cut_in_two, catch_stderr, give_stderr_back),
        cmocka_unit_test_setup_teardown(nothing_steers_the_terminal, catch_stderr, give_stderr_back),
        cmocka_unit_test_setup_teardown(less_than_the_level_is_dropped, catch_stderr, give_stderr_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
