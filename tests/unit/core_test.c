/* The core's promises about batches: what fails alone fails alone, what is nobody's fault marks nobody, what is repeated is
 * done once. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "core_world.h"

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

static int set_up_cards(void **state)
{
    (void)state;
    world_open(&w, "tests/scenarios/org");
    return 0;
}

#define assert_value(sql, expected) assert_string_equal(value(&w, (sql)), (expected))

/* From now on Bob cannot go away: his turn fails in its middle. how: what SQLite takes with it. */
static void make_bob_fail(const char *how)
{
    value(&w,
          arena_printf(w.arena,
                       "CREATE TRIGGER boom BEFORE INSERT ON absence WHEN new.person = (SELECT id FROM person WHERE "
                       "handle = 'bob') BEGIN SELECT RAISE(%s, 'boom'); END",
                       how));
}

/* From now on a preference of Bob's is larger than anything people send. */
static void test_a_turn_that_needs_too_much_fails_alone(void **state)
{
    (void)state;
    world_say(&w, "bob", "me");
    world_say(&w, "dana", "me");
    value(&w, "ALTER TABLE preference RENAME TO small");
    value(&w, "CREATE VIEW preference AS SELECT p.id AS person, 'big' AS name, CASE WHEN p.handle = 'bob' THEN "
              "hex(zeroblob(135000000)) ELSE '' END AS value FROM person p");
    struct event events[] = { say(&w, "bob", "mydata export"), say(&w, "dana", "me") };
    world_run(&w, events, 2);
    assert_int_equal(heard(&w, "bob", "that went wrong on my side, and nothing of it was done"), 1);
    assert_int_equal(heard(&w, "dana", "Dana Whitfield"), 2);
    assert_value("SELECT count(*) FROM inbox WHERE state = 'failed'", "1");
}

static void test_cards_are_counted_before_anybody_asked(void **state)
{
    (void)state;
    assert_int_equal(core_figures(w.core, w.now).index_cards, 25);
    world_say(&w, "alice", "How do I claim travel expenses?");
    assert_int_equal(core_figures(w.core, w.now).index_cards, 25);
}

static void one_fails_alone(const char *how)
{
    make_bob_fail(how);
    struct event events[] = { say(&w, "alice", "away until fri"), say(&w, "bob", "away until fri"),
                              say(&w, "dana", "away until thu"), say(&w, "bob", "me") };
    world_run(&w, events, 4);
    assert_int_equal(heard(&w, "alice", "Away through Friday 27 November"), 1);
    assert_int_equal(heard(&w, "dana", "Away through Thursday 26 November"), 1);
    assert_int_equal(heard(&w, "bob", "that went wrong on my side, and nothing of it was done"), 1);
    assert_int_equal(heard(&w, "bob", "Bob Tremblay (@bob)"), 1);
    assert_int_equal(heard(&w, "bob", "Away through"), 0);
    assert_value("SELECT count(*) FROM inbox WHERE state = 'failed'", "1");
    assert_value("SELECT thing FROM inbox WHERE state = 'failed'", "t2");
    assert_value("SELECT count(*) FROM absence WHERE source = 'chat'", "2");
    assert_value("SELECT count(*) FROM undo", "2");
    assert_int_equal(w.acknowledged_count, 4);
}

static void test_what_fails_alone_fails_alone(void **state)
{
    (void)state;
    one_fails_alone("FAIL");
}

static void test_a_fault_that_ends_the_transaction_harms_nobody_else(void **state)
{
    (void)state;
    one_fails_alone("ROLLBACK");
}

static void test_a_failed_event_is_not_tried_again(void **state)
{
    (void)state;
    make_bob_fail("ABORT");
    struct event e = say(&w, "bob", "away until fri");
    world_run(&w, &e, 1);
    value(&w, "DROP TRIGGER boom");
    world_run(&w, &e, 1);
    assert_value("SELECT count(*) FROM absence WHERE source = 'chat'", "0");
    assert_int_equal(heard(&w, "bob", "went wrong"), 1);
    assert_int_equal(w.acknowledged_count, 2);
}

static void test_a_full_disk_is_nobodys_fault(void **state)
{
    char *text = arena_alloc(w.arena, 400001);
    struct event file = say(&w, "nadia", NULL), events[2];

    (void)state;
    memset(text, 'x', 400000);
    text[400000] = '\0';
    file.kind = EVENT_UPLOAD;
    file.name = "people.csv";
    file.text = text;
    events[0] = say(&w, "alice", "away until fri");
    events[1] = file;
    value(&w, arena_printf(w.arena, "PRAGMA max_page_count = %s", value(&w, "PRAGMA page_count")));
    assert_int_equal(core_run(w.core, events, 2, w.now), -1);
    assert_int_equal(w.acknowledged_count, 0);
    assert_int_equal(w.heard_count, 0);
    assert_value("SELECT count(*) FROM inbox WHERE thing IN ('t1', 't2')", "0");
    assert_value("SELECT count(*) FROM absence WHERE source = 'chat'", "0");
    value(&w, "PRAGMA max_page_count = 1000000");
    world_run(&w, events, 2);
    assert_int_equal(w.acknowledged_count, 2);
    assert_int_equal(heard(&w, "alice", "Away through Friday"), 1);
    assert_int_equal(heard(&w, "nadia", "I have people.csv"), 1);
    assert_value("SELECT count(*) FROM inbox WHERE state = 'failed'", "0");
}

static void test_a_repeated_event_does_nothing_again(void **state)
{
    (void)state;
    struct event e = say(&w, "alice", "away until fri");
    world_run(&w, &e, 1);
    world_run(&w, &e, 1);
    struct event twice[] = { e, e };
    world_run(&w, twice, 2);
    assert_int_equal(heard(&w, "alice", "Away through"), 1);
    assert_value("SELECT count(*) FROM absence WHERE source = 'chat'", "1");
    assert_int_equal(w.acknowledged_count, 4);
}

static void test_a_repeated_event_gets_the_same_reply(void **state)
{
    (void)state;
    struct event e = { .kind = EVENT_OPERATE,
                       .platform = "console",
                       .thing = "op1",
                       .name = "import people",
                       .text = "dry-run",
                       .received_ms = w.now };
    world_run(&w, &e, 1);
    assert_non_null(w.replies[0]);
    assert_string_equal(w.replies[0], "added 0, changed 0, retired 0, unchanged 10");
    value(&w, "UPDATE person SET fingerprint = ''"); /* the work would say something else now */
    world_run(&w, &e, 1);
    assert_string_equal(w.replies[1], w.replies[0]);
}

static void restart(void)
{
    core_close(w.core);
    w.result_count = 0;
    world_start(&w);
}

static void test_a_result_is_applied_though_a_turn_that_waited_for_it_fails(void **state)
{
    (void)state;
    value(&w, "CREATE TRIGGER boom BEFORE DELETE ON absence BEGIN SELECT RAISE(FAIL, 'boom'); END");
    struct event said = say(&w, "alice", "away until fri");
    assert_int_equal(core_run(w.core, &said, 1, w.now), 0);
    struct event react = say(&w, "alice", "one");
    react.kind = EVENT_REACT;
    react.target = w.results[0].platform_id;
    world_run(&w, &react, 1);
    assert_value("SELECT count(*) FROM outbox WHERE final = 0", "0");
    assert_value("SELECT count(*) FROM message WHERE platform_id IS NULL", "0");
    assert_value("SELECT count(*) FROM absence WHERE source = 'chat'", "1");
    assert_value("SELECT state FROM inbox WHERE thing = 't2'", "failed");
    assert_int_equal(heard(&w, "alice", "that went wrong on my side"), 1);
}

static void test_the_token_of_a_batch_that_failed_is_kept_when_all_is_done(void **state)
{
    (void)state;
    make_bob_fail("FAIL");
    struct event events[] = { say(&w, "alice", "prefs day 2"), say(&w, "bob", "away until fri"),
                              say(&w, "alice", "prefs day 3") };
    events[0].sent_ms = 2000;
    events[2].sent_ms = 1000; /* runs before the first, though it carries the token */
    events[2].token = "s3";
    world_run(&w, events, 3);
    assert_value("SELECT value FROM fact WHERE name = 'token.console'", "s3");
    assert_value("SELECT value FROM preference WHERE name = 'budget_day'", "2");
    assert_value("SELECT count(*) FROM inbox WHERE state = 'failed'", "1");
}

static void test_the_result_of_another_attempt_is_ignored(void **state)
{
    (void)state;
    struct event e = say(&w, "alice", "me");
    assert_int_equal(core_run(w.core, &e, 1, w.now), 0);
    assert_int_equal(w.result_count, 1);
    struct event right = w.results[0], wrong = right;
    w.result_count = 0;
    wrong.attempt = right.attempt + 1;
    assert_int_equal(core_run(w.core, &wrong, 1, w.now), 0);
    assert_value("SELECT state FROM outbox", "taken");
    wrong.attempt = right.attempt - 1;
    assert_int_equal(core_run(w.core, &wrong, 1, w.now), 0);
    assert_value("SELECT state FROM outbox", "taken");
    assert_int_equal(core_run(w.core, &right, 1, w.now), 0);
    assert_value("SELECT state FROM outbox", "sent");
}

static void test_a_token_stands_with_its_event_or_not_at_all(void **state)
{
    (void)state;
    struct event e = say(&w, "alice", "away until fri");
    e.token = "s1";
    core_crash_next(w.core, true);
    assert_int_equal(core_run(w.core, &e, 1, w.now), -2);
    restart();
    assert_value("SELECT count(*) FROM fact WHERE name = 'token.console'", "0");
    core_crash_next(w.core, false);
    assert_int_equal(core_run(w.core, &e, 1, w.now), -2);
    restart();
    assert_value("SELECT value FROM fact WHERE name = 'token.console'", "s1");
    assert_value("SELECT count(*) FROM absence WHERE source = 'chat'", "1");
}

static void test_the_token_of_a_failed_event_is_kept_with_the_mark(void **state)
{
    (void)state;
    make_bob_fail("FAIL");
    struct event e = say(&w, "bob", "away until fri");
    e.token = "s2";
    world_run(&w, &e, 1);
    assert_value("SELECT value FROM fact WHERE name = 'token.console'", "s2");
    assert_value("SELECT state FROM inbox WHERE thing = 't1'", "failed");
}

static void test_one_persons_events_run_in_the_order_they_were_sent(void **state)
{
    (void)state;
    struct event events[] = { say(&w, "alice", "prefs day 2"), say(&w, "bob", "prefs day 4"),
                              say(&w, "alice", "prefs day 3"), say(&w, "bob", "prefs day 5") };
    events[0].sent_ms = 3000;
    events[1].sent_ms = 1;
    events[2].sent_ms = 2000;
    events[3].sent_ms = 2;
    world_run(&w, events, 4);
    assert_value(
        "SELECT value FROM preference WHERE name = 'budget_day' AND person = (SELECT id FROM person WHERE handle "
        "= 'alice')",
        "2");
    assert_value(
        "SELECT value FROM preference WHERE name = 'budget_day' AND person = (SELECT id FROM person WHERE handle "
        "= 'bob')",
        "5");
    for (size_t i = 0; i < 4; i++) /* acknowledged as they came */
        assert_string_equal(w.acknowledged[i].thing, events[i].thing);
}

static void test_a_tick_takes_two_hundred_due_rows(void **state)
{
    (void)state;
    value(&w, "DELETE FROM due");
    for (int i = 0; i < 450; i++)
        value(&w, arena_printf(w.arena,
                               "INSERT INTO due(at, kind, ref, key, tz_version) VALUES(%d, 'nobody', %d, 'k%d', '')",
                               1000 + i, i, i));
    struct event e = say(&w, "alice", "me"); /* what was looked up before is stale now */
    assert_int_equal(core_run(w.core, &e, 1, w.now), 0);
    assert_value("SELECT count(*) FROM due", "250");
    assert_value("SELECT min(at) FROM due", "1200");
    assert_int_equal(core_run(w.core, NULL, 0, w.now), 0);
    assert_value("SELECT count(*) FROM due", "50");
    assert_true(core_next_ms(w.core) <= w.now);
    assert_int_equal(core_run(w.core, NULL, 0, w.now), 0);
    assert_value("SELECT count(*) FROM due", "0");
}

/* CPU time of the quickest of some ticks, each with one row to take, in microseconds. */
static int64_t tick_us(void)
{
    int64_t best = INT64_MAX;

    for (int i = 0; i < 20; i++) {
        value(&w, "INSERT INTO due(at, kind, ref, key, tz_version) VALUES(1000, 'nobody', 1, 'now', '')");
        struct event e = say(&w, "alice", "me");
        struct timespec from, to;
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
        assert_int_equal(core_run(w.core, &e, 1, w.now), 0);
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
        int64_t us = (to.tv_sec - from.tv_sec) * 1000000 + (to.tv_nsec - from.tv_nsec) / 1000;
        best = us < best ? us : best;
        w.result_count = 0;
    }
    assert_value("SELECT count(*) FROM due WHERE key = 'now'", "0");
    return best;
}

static void test_a_million_rows_that_are_not_due_cost_a_tick_nothing(void **state)
{
    (void)state;
    value(&w, "DELETE FROM due");
    int64_t without = tick_us();
    value(&w,
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) "
          "INSERT INTO due(at, kind, ref, key, tz_version) SELECT 2000000000 + i % 90, 'nobody', i, 'far ' || i, '' "
          "FROM n");
    int64_t with = tick_us();
    print_message("# a tick: %lld us, before a million pending rows %lld us\n", (long long)with, (long long)without);
    assert_value("SELECT count(*) FROM due", "1000000");
    assert_true(with < 10 * without); /* to read them all takes hundreds of times as long */
}

static struct event edit_of(const struct event *said, const char *text, int64_t sent_ms)
{
    struct event e = say(&w, said->user, text);

    e.kind = EVENT_EDIT;
    e.target = said->thing;
    e.sent_ms = sent_ms;
    return e;
}

static void test_an_edit_may_come_before_what_it_edits(void **state)
{
    (void)state;
    struct event said = say(&w, "alice", "help away"), edit = edit_of(&said, "help prefs", said.sent_ms + 50);
    world_run(&w, &edit, 1);
    assert_int_equal(heard(&w, "alice", ""), 0);
    world_run(&w, &said, 1);
    assert_int_equal(heard(&w, "alice", "prefs quiet"), 1);
    assert_int_equal(heard(&w, "alice", "away until"), 0);
}

/* Also where the words are kept as they were written; and what was edited before that stays as it was edited last. */
static void test_an_edit_that_comes_first_is_what_was_written(void **state)
{
    (void)state;
    world_say(&w, "alice", "teach");
    world_say(&w, "alice", "Descaling the kettle");
    struct event said = say(&w, "alice", "Use vinegr."), first = say(&w, "alice", "Use vinegar!"),
                 second = say(&w, "alice", "Use vinegar, then rinse.");
    first.kind = second.kind = EVENT_EDIT;
    first.target = second.target = said.thing;
    world_run(&w, &second, 1);
    world_run(&w, &first, 1);
    world_run(&w, &said, 1);
    world_say(&w, "alice", "skip");
    assert_value("SELECT body FROM card WHERE title = 'Descaling the kettle'", "Use vinegar, then rinse.");
    assert_value("SELECT count(*) FROM held", "0");
}

static void test_an_edit_older_than_the_one_applied_is_dropped(void **state)
{
    (void)state;
    struct event said = say(&w, "alice", "help away"), newer = edit_of(&said, "help prefs", said.sent_ms + 200),
                 older = edit_of(&said, "help stop", said.sent_ms + 100);
    world_run(&w, &said, 1);
    world_run(&w, &newer, 1);
    world_run(&w, &older, 1);
    assert_int_equal(heard(&w, "alice", "prefs quiet"), 1);
    assert_int_equal(heard(&w, "alice", "nothing unasked"), 0);
}

static void test_what_was_taken_back_first_is_not_answered(void **state)
{
    (void)state;
    struct event said = say(&w, "alice", "help away"), back = edit_of(&said, NULL, said.sent_ms + 1);
    back.kind = EVENT_WITHDRAW;
    world_run(&w, &back, 1);
    world_run(&w, &said, 1);
    assert_int_equal(heard(&w, "alice", ""), 0);
    struct event late = say(&w, "bob", "help away"), later = edit_of(&late, NULL, late.sent_ms + 1);
    later.kind = EVENT_WITHDRAW;
    world_run(&w, &later, 1);
    w.now += 11 * 60 * 1000; /* kept ten minutes, no longer */
    world_run(&w, &late, 1);
    assert_int_equal(heard(&w, "bob", "away until"), 1);
}

static void test_a_reaction_to_what_is_still_being_sent_waits_for_it(void **state)
{
    (void)state;
    struct event said = say(&w, "alice", "away until fri");
    assert_int_equal(core_run(w.core, &said, 1, w.now), 0);
    struct event react = say(&w, "alice", "one");
    react.kind = EVENT_REACT;
    react.target = w.results[0].platform_id;
    assert_int_equal(core_run(w.core, &react, 1, w.now), 0);
    assert_value("SELECT count(*) FROM absence WHERE source = 'chat'", "1");
    world_settle(&w);
    assert_value("SELECT count(*) FROM absence WHERE source = 'chat'", "0");
    assert_int_equal(heard(&w, "alice", "Undone"), 1);
}

static void test_a_folder_that_would_retire_many_is_refused_whole(void **state)
{
    char error[512] = "";
    struct org *three = org_read_people("tests/scenarios/directory_files/few.csv", NULL);

    (void)state;
    assert_int_equal(three->fault_count, 0);
    assert_int_equal(core_load(w.core, three, w.now, error, sizeof error), -1);
    assert_non_null(strstr(error, "would retire 7 of 10 people"));
    assert_non_null(strstr(error, "--retire 7"));
    assert_value("SELECT count(*) FROM person WHERE active = 1", "10");
    assert_null(core_operate(w.core, w.arena, "import people", "retire 6", three, w.now, error, sizeof error));
    assert_value("SELECT count(*) FROM person WHERE active = 1", "10");
    const char *dry = core_operate(w.core, w.arena, "import people", "dry-run", three, w.now, error, sizeof error);
    assert_non_null(strstr(dry, "it will need --retire 7"));
    assert_non_null(strstr(dry, "-ann, -bob, -joe"));
    assert_value("SELECT count(*) FROM person WHERE active = 1", "10");
    const char *done = core_operate(w.core, w.arena, "import people", "retire 7", three, w.now, error, sizeof error);
    assert_string_equal(done, "added 0, changed 0, retired 7, unchanged 3");
    assert_value("SELECT count(*) FROM person WHERE active = 1", "3");
    org_close(three);
}

/* The directory's file, the header and the first so many people. */
static struct org *first_people(int n)
{
    FILE *f = fopen(FOLDER "/people.csv", "r");
    char line[512];
    struct buf text = { .arena = w.arena };

    assert_non_null(f);
    for (int i = 0; i <= n && fgets(line, sizeof line, f); i++)
        buf_add(&text, line);
    fclose(f);
    struct org *o = org_read_people_text("first.csv", text.data, w.org);
    assert_int_equal(o->fault_count, 0);
    return o;
}

static void test_a_fifth_may_go_without_a_word(void **state)
{
    char error[512] = "";
    struct org *seven = first_people(7), *eight = first_people(8);

    (void)state;
    assert_null(core_operate(w.core, w.arena, "import people", "", seven, w.now, error, sizeof error));
    assert_non_null(strstr(error, "--retire 3"));
    const char *done = core_operate(w.core, w.arena, "import people", "", eight, w.now, error, sizeof error);
    assert_string_equal(done, "added 0, changed 0, retired 2, unchanged 8");
    org_close(seven);
    org_close(eight);
}

static void test_a_query_writes_nothing(void **state)
{
    (void)state;
    struct event e = say(&w, "alice", "away until fri");
    e.thing = NULL;
    assert_null(core_query(w.core, w.arena, &e, w.now));
    assert_value("SELECT count(*) FROM absence WHERE source = 'chat'", "0");
    world_say(&w, "alice", "me"); /* and it goes on */
    assert_int_equal(heard(&w, "alice", "Alice Marsh"), 1);
}

/* Who looks in from the terminal of an operator is still met where they were. */
static void test_a_last_resort_takes_nobody_from_home(void **state)
{
    struct transport terminal = { .platform = "terminal",
                                  .self = &w,
                                  .deliver = world_deliver,
                                  .acknowledge = world_acknowledge,
                                  .last_resort = true,
                                  .account_format = "%s" };

    (void)state;
    core_add_transport(w.core, &terminal);
    for (int i = 0; i < 2; i++) { /* Alice was met before, Bob was not */
        struct event looks = say(&w, i ? "alice" : "bob", "me");
        looks.platform = "terminal";
        world_say(&w, "alice", "me");
        world_run(&w, &looks, 1);
    }
    assert_value("SELECT home FROM person WHERE handle = 'alice'", "console");
    assert_value("SELECT home FROM person WHERE handle = 'bob'", "terminal");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_what_fails_alone_fails_alone),
        TEST(test_a_fault_that_ends_the_transaction_harms_nobody_else),
        TEST(test_a_failed_event_is_not_tried_again),
        TEST(test_a_full_disk_is_nobodys_fault),
        TEST(test_a_repeated_event_does_nothing_again),
        TEST(test_a_repeated_event_gets_the_same_reply),
        TEST(test_a_result_is_applied_though_a_turn_that_waited_for_it_fails),
        TEST(test_the_token_of_a_batch_that_failed_is_kept_when_all_is_done),
        TEST(test_the_result_of_another_attempt_is_ignored),
        TEST(test_a_token_stands_with_its_event_or_not_at_all),
        TEST(test_the_token_of_a_failed_event_is_kept_with_the_mark),
        TEST(test_one_persons_events_run_in_the_order_they_were_sent),
        TEST(test_a_tick_takes_two_hundred_due_rows),
        TEST(test_a_million_rows_that_are_not_due_cost_a_tick_nothing),
        TEST(test_an_edit_may_come_before_what_it_edits),
        TEST(test_an_edit_that_comes_first_is_what_was_written),
        TEST(test_an_edit_older_than_the_one_applied_is_dropped),
        TEST(test_what_was_taken_back_first_is_not_answered),
        TEST(test_a_reaction_to_what_is_still_being_sent_waits_for_it),
        TEST(test_a_folder_that_would_retire_many_is_refused_whole),
        TEST(test_a_fifth_may_go_without_a_word),
        TEST(test_a_query_writes_nothing),
        TEST(test_a_turn_that_needs_too_much_fails_alone),
        TEST(test_a_last_resort_takes_nobody_from_home),
        cmocka_unit_test_setup_teardown(test_cards_are_counted_before_anybody_asked, set_up_cards, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
