/* What kills or fails again and again is put aside or put off: events, rows of the outbox, what is due. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>
#include <sys/wait.h>

#include "core_world.h"
#include "learnd/poison.h"

#define FOLDER "tests/scenarios/directory"

static struct world w;

static int set_up(void **state)
{
    (void)state;
    world_open(&w, FOLDER);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

#define assert_value(sql, expected) assert_string_equal(value(&w, (sql)), (expected))

/* The process dies with that in hand. */
static void die_holding(uint64_t id)
{
    char error[128];

    core_close(w.core);
    struct poison *p = poison_open(w.poison, error, sizeof error);
    assert_non_null(p);
    poison_mark(p, &id, 1);
    poison_close(p);
    w.result_count = 0;
    world_start(&w);
}

static void die_of(const char *platform, const char *thing)
{
    die_holding(poison_event(platform, thing));
}

static void test_poison_is_put_aside_after_three_deaths(void **state)
{
    (void)state;
    struct event bad = say(&w, "bob", "away until fri"), good = say(&w, "alice", "me");
    for (int i = 0; i < POISON_DEATHS; i++)
        die_of("console", bad.thing);
    struct event events[] = { bad, good };
    world_run(&w, events, 2);
    assert_value("SELECT state FROM inbox WHERE thing = 't1'", "parked");
    assert_value("SELECT count(*) FROM absence WHERE source = 'chat'", "0");
    assert_int_equal(heard(&w, "bob", ""), 0);
    assert_int_equal(heard(&w, "alice", "Alice Marsh"), 1);
    assert_int_equal(w.acknowledged_count, 2);
}

static void test_what_was_put_aside_can_be_tried_again(void **state)
{
    char error[128];
    (void)state;
    struct arena *a = arena_open();
    struct event bad = say(&w, "bob", "away until fri");
    for (int i = 0; i < POISON_DEATHS; i++)
        die_of("console", bad.thing);
    world_run(&w, &bad, 1);
    assert_int_equal(heard(&w, "bob", ""), 0);
    die_of("console", bad.thing); /* and killed once more: it is run nevertheless, as somebody wants it */
    assert_string_equal(core_operate(w.core, a, "retry", "", NULL, w.now, error, sizeof error), "1 tried again");
    world_settle(&w);
    assert_value("SELECT count(*) FROM absence WHERE source = 'chat'", "1");
    assert_value("SELECT count(*) FROM inbox WHERE state <> 'done'", "0");
    assert_int_equal(heard(&w, "bob", ""), 1);
    assert_string_equal(core_operate(w.core, a, "retry", "", NULL, w.now, error, sizeof error), "0 tried again");
    arena_close(a);
}

static void test_two_deaths_are_not_enough(void **state)
{
    (void)state;
    struct event e = say(&w, "bob", "me");
    for (int i = 0; i < POISON_DEATHS - 1; i++)
        die_of("console", e.thing);
    world_run(&w, &e, 1);
    assert_int_equal(heard(&w, "bob", "Bob Tremblay"), 1);
}

static void test_a_due_row_that_kills_is_given_up(void **state)
{
    (void)state;
    world_say(&w, "alice", "mydata delete");
    world_say(&w, "bob", "mydata delete");
    const char *alices = value(&w, "SELECT id FROM due WHERE kind = 'mydata delete' ORDER BY id LIMIT 1");
    for (int i = 0; i < POISON_DEATHS; i++)
        die_of("due", alices);
    w.now += 8 * 86400000LL;
    world_settle(&w);
    assert_value("SELECT count(*) FROM due WHERE kind = 'mydata delete'", "0");
    assert_value("SELECT count(*) FROM person WHERE handle = 'alice'", "1");
    assert_value("SELECT count(*) FROM person WHERE handle = 'bob'", "0");
}

static void fail_deletions(void)
{
    world_say(&w, "alice", "mydata delete");
    world_say(&w, "bob", "mydata delete");
    value(&w, "CREATE TRIGGER boom BEFORE UPDATE ON person WHEN old.handle = 'alice' AND new.handle IS NULL BEGIN "
              "SELECT RAISE(FAIL, 'boom'); END");
    w.now += 8 * 86400000LL;
    world_settle(&w);
}

static void test_a_due_row_that_fails_is_tried_again(void **state)
{
    (void)state;
    fail_deletions();
    assert_value("SELECT count(*) FROM person WHERE handle = 'alice'", "1");
    assert_value("SELECT count(*) FROM person WHERE handle = 'bob'", "0");
    assert_int_equal(core_figures(w.core, w.now).failed, 1);
    value(&w, "DROP TRIGGER boom");
    w.now += 86400000LL;
    world_settle(&w);
    assert_value("SELECT count(*) FROM person WHERE handle = 'alice'", "0");
}

static void test_a_due_row_that_fails_is_tried_three_times(void **state)
{
    (void)state;
    fail_deletions();
    for (int i = 0; i < 4; i++) {
        assert_value("SELECT count(*) FROM due WHERE kind = 'mydata delete'", i < 2 ? "1" : "0");
        w.now += 86400000LL;
        world_settle(&w);
    }
    assert_value("SELECT tries FROM inbox WHERE platform = 'due'", "3");
    assert_int_equal(core_figures(w.core, w.now).failed, 1);
}

static void die(sqlite3_context *context, int n, sqlite3_value **values)
{
    (void)context, (void)n, (void)values;
    _exit(9);
}

static int teach_to_die(sqlite3 *db, const char **error, const void *api)
{
    (void)error, (void)api;
    return sqlite3_create_function(db, "die", 0, SQLITE_UTF8 | SQLITE_INNOCUOUS, NULL, die, NULL, NULL);
}

/* Alice's reaction, which undoes her absence, waits for the answer about our message. */
static void react_early(void)
{
    struct event said = say(&w, "alice", "away until fri");
    assert_int_equal(core_run(w.core, &said, 1, w.now), 0);
    struct event react = say(&w, "alice", "one");
    react.kind = EVENT_REACT;
    react.target = w.results[0].platform_id;
    assert_int_equal(core_run(w.core, &react, 1, w.now), 0);
}

static void test_an_event_that_waited_and_kills_is_put_aside(void **state)
{
    int status = 0;

    (void)state;
    react_early();
    value(&w, "CREATE TRIGGER boom BEFORE DELETE ON absence BEGIN SELECT die(); END");
    sqlite3_auto_extension((void (*)(void))teach_to_die);
    core_close(w.core);
    w.result_count = 0;
    w.now += 60000;
    for (int i = 0; i < POISON_DEATHS; i++) {
        pid_t child = fork();
        if (child == 0) {
            world_start(&w);
            world_settle(&w);
            _exit(0);
        }
        waitpid(child, &status, 0);
        assert_int_equal(WEXITSTATUS(status), 9);
    }
    world_start(&w);
    world_settle(&w);
    sqlite3_cancel_auto_extension((void (*)(void))teach_to_die);
    assert_value("SELECT count(*) FROM outbox WHERE final = 0", "0");
    assert_value("SELECT count(*) FROM absence WHERE source = 'chat'", "1");
    assert_value("SELECT state FROM inbox WHERE thing = 't2'", "parked");
}

static void test_a_row_that_kills_is_given_up(void **state)
{
    (void)state;
    struct event e = say(&w, "alice", "me");
    assert_int_equal(core_run(w.core, &e, 1, w.now), 0);
    for (int i = 0; i < POISON_DEATHS; i++)
        die_holding(poison_row(1));
    w.heard_count = 0;
    w.now += 60000;
    world_settle(&w);
    assert_value("SELECT state FROM outbox WHERE id = 1", "refused");
    assert_int_equal(heard(&w, "alice", ""), 0);
}

/* Where that is not possible they still get their answers: nothing waits for ever. */
static void test_rows_that_cannot_be_given_up_are_tried(void **state)
{
    struct event events[] = { say(&w, "alice", "me"), say(&w, "bob", "me") };

    (void)state;
    assert_int_equal(core_run(w.core, events, 2, w.now), 0);
    for (int i = 0; i < 2 * POISON_DEATHS; i++)
        die_holding(poison_row(1 + i % 2));
    value(&w, "CREATE TRIGGER boom BEFORE UPDATE ON outbox WHEN new.id = 2 AND new.state = 'refused' BEGIN SELECT "
              "RAISE(FAIL, 'boom'); END");
    w.now += 60000;
    world_settle(&w);
    assert_value("SELECT count(*) FROM outbox WHERE state = 'sent'", "2");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_poison_is_put_aside_after_three_deaths),
        TEST(test_what_was_put_aside_can_be_tried_again),
        TEST(test_two_deaths_are_not_enough),
        TEST(test_a_due_row_that_kills_is_given_up),
        TEST(test_a_due_row_that_fails_is_tried_again),
        TEST(test_a_due_row_that_fails_is_tried_three_times),
        TEST(test_an_event_that_waited_and_kills_is_put_aside),
        TEST(test_a_row_that_kills_is_given_up),
        TEST(test_rows_that_cannot_be_given_up_are_tried),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
