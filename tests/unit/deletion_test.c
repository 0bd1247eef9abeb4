/* What is deleted is gone: after the seven days no byte of the database or of its log holds the name, the words or the
 * account of who asked for it; everybody else's stay. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "core_world.h"

#define HOUR 3600000

static struct world w;

static int set_up(void **state)
{
    (void)state;
    world_open(&w, "tests/scenarios/directory");
    return 0;
}

static int set_up_learning(void **state)
{
    (void)state;
    world_open(&w, "tests/scenarios/org");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

/* So many times the text stands in a file, in whatever case; 0 where there is no file. */
static int count_in(const char *path, const char *text)
{
    FILE *f = fopen(path, "r");
    int count = 0;
    size_t at = 0;

    for (int c; f && (c = getc(f)) != EOF;) {
        c = c >= 'A' && c <= 'Z' ? c + 32 : c;
        at = c == text[at] ? at + 1 : c == text[0];
        if (!text[at]) {
            count++;
            at = 0;
        }
    }
    if (f)
        fclose(f);
    return count;
}

static int count_of(const char *text)
{
    return count_in(w.database, text) + count_in(arena_printf(w.arena, "%s-wal", w.database), text);
}

static void assert_none_left(const char *const *texts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (count_of(texts[i]))
            fail_msg("%s is still there, %d times", texts[i], count_of(texts[i]));
}

static void press(const char *who, const char *label)
{
    const char *row = value(
        &w, arena_printf(
                w.arena,
                "SELECT b.message || '.' || b.number FROM button b JOIN message m ON m.id = b.message JOIN person p "
                "ON p.id = m.person WHERE p.handle = '%s' AND b.label LIKE '%s' AND b.gone = 0 "
                "ORDER BY b.message DESC LIMIT 1",
                who, label));
    struct event e = say(&w, who, NULL);

    assert_string_not_equal(row, "");
    e.kind = EVENT_PRESS;
    e.value = arena_printf(w.arena, "%s.0", row);
    world_run(&w, &e, 1);
}

/* Time passes in the steps in which something falls due. */
static void pass(int64_t ms)
{
    int64_t end = w.now + ms;

    for (int64_t next; (next = core_next_ms(w.core)) <= end;) {
        w.now = next > w.now ? next : w.now;
        assert_int_equal(core_run(w.core, NULL, 0, w.now), 0);
        world_settle(&w);
    }
    w.now = end;
}

/* Priya asks, answers, teaches and sets; Alice and Omar hear her name and her words. */
static void live(void)
{
    world_say(&w, "priya", "prefs quiet 21:07-06:43");
    world_say(&w, "priya", "How are xylophones insured?");
    press("priya", "Ask, with my name");
    world_say(&w, "alice", "Is customs duty due on wombat statues?");
    press("alice", "Ask, with my name");
    press("priya", "Answer");
    world_say(&w, "priya", "Only above forty zeppelins, as the quagmire rule of the border office has it.");
    world_say(&w, "alice", "mydata export");
    world_say(&w, "priya", "mydata export");
    world_say(&w, "omar", "expert customs");
    world_say(&w, "priya", "away until fri");
    world_say(&w, "priya", "back");
    world_settle(&w);
}

static const char *const hers[] = { "priya", "raman", "xylophone", "zeppelin", "quagmire", "21:07" };

static void test_no_byte_of_it_is_left(void **state)
{
    (void)state;
    live();
    for (size_t i = 0; i < sizeof hers / sizeof *hers; i++)
        assert_true(count_of(hers[i]) > 0); /* it was there, so looking for it means something */
    assert_true(heard(&w, "alice", "zeppelin") > 0);
    pass(HOUR); /* so that it is not the daily purge that does it */
    world_say(&w, "priya", "mydata delete");
    pass(6 * 24 * (int64_t)HOUR);
    assert_true(count_of("zeppelin") > 0); /* not before the last day */
    pass(24 * (int64_t)HOUR);
    assert_none_left(hers, sizeof hers / sizeof *hers);
    assert_true(count_of("wombat") > 0);
    assert_true(count_of("alice") > 0);
    assert_string_equal(value(&w, "SELECT count(*) FROM pragma_foreign_key_check"), "0");
}

/* Alice sets goals, follows a path, is reminded, meets Priya and is looked at by Dana; all of it in words nobody else uses. */
static void learn(void)
{
    world_say(&w, "alice", "goal Overtake the xylophone by 30 Jun");
    press("alice", "Tell my manager");
    world_say(&w, "alice", "milestone Buy a zeppelin by fri");
    world_say(&w, "alice", "remind me to feed the quagmire fri");
    world_say(&w, "alice", "log 30 min the juggernaut lecture");
    world_say(&w, "alice", "start sql-basics");
    world_say(&w, "alice", "skip 2 my palimpsest is broken");
    world_say(&w, "alice", "session @priya about my isthmus shipment");
    press("alice", "%(London)");
    world_say(&w, "dana", "team");
    pass(7 * 24 * (int64_t)HOUR);
    world_say(&w, "alice", "who looked at me");
    world_say(&w, "alice", "mydata export");
    world_settle(&w);
}

static void test_no_byte_of_what_was_learned_is_left(void **state)
{
    static const char *const words[] = { "alice",    "marsh",      "xylophone",  "zeppelin",
                                         "quagmire", "juggernaut", "palimpsest", "isthmus" };

    (void)state;
    learn();
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!count_of(words[i]))
            fail_msg("%s never was there", words[i]);
    assert_true(heard(&w, "dana", "xylophone") > 0);
    world_say(&w, "alice", "mydata delete");
    pass(7 * 24 * (int64_t)HOUR);
    assert_none_left(words, sizeof words / sizeof *words);
    assert_true(count_of("dana") > 0);
    assert_string_equal(value(&w, "SELECT count(*) FROM pragma_foreign_key_check"), "0");
}

static void test_the_log_stays_whole_and_names_nobody(void **state)
{
    (void)state;
    world_say(&w, "priya", "away until fri");
    const char *rows = value(&w, "SELECT count(*) FROM audit WHERE verb = 'away'");
    assert_string_equal(rows, "1");
    const char *actor = value(&w, "SELECT actor FROM audit WHERE verb = 'away'");
    assert_int_equal(strlen(actor), 32);
    assert_string_equal(value(&w, "SELECT length(salt) FROM person WHERE handle = 'priya'"), "32");
    world_say(&w, "priya", "mydata delete");
    pass(8 * 24 * (int64_t)HOUR);
    assert_string_equal(value(&w, "SELECT actor FROM audit WHERE verb = 'away'"), actor);
    assert_string_equal(value(&w, "SELECT count(*) FROM person WHERE salt = ''"), "1");
}

static void test_who_keeps_it_keeps_it(void **state)
{
    (void)state;
    live();
    world_say(&w, "priya", "mydata delete");
    pass(6 * 24 * (int64_t)HOUR);
    world_say(&w, "priya", "mydata keep");
    pass(8 * 24 * (int64_t)HOUR);
    for (size_t i = 0; i < sizeof hers / sizeof *hers; i++)
        assert_true(count_of(hers[i]) > 0);
}

/* The directory lists her still: when she writes she is somebody new, and her people have their manager again. */
static void test_who_is_still_listed_comes_back_as_a_newcomer(void **state)
{
    (void)state;
    world_say(&w, "priya", "prefs quiet 21:07-06:43");
    world_say(&w, "priya", "mydata delete");
    pass(8 * 24 * (int64_t)HOUR);
    assert_string_equal(value(&w, "SELECT count(*) FROM person WHERE handle = 'priya'"), "0");
    world_say(&w, "priya", "prefs");
    assert_int_equal(heard(&w, "priya", "Quiet hours: 18:00-09:00"), 1);
    assert_int_equal(heard(&w, "nadia", "I don't know"), 0);
    world_say(&w, "omar", "me");
    assert_int_equal(heard(&w, "omar", "Your manager: Priya Raman"), 1);
}

static void test_old_words_go_by_themselves(void **state)
{
    (void)state;
    world_say(&w, "alice", "help teapotlid");
    assert_true(count_of("teapotlid") > 0);
    pass(92 * 24 * (int64_t)HOUR);
    assert_int_equal(count_of("teapotlid"), 0);
}

static void put_aside(const char *end)
{
    const char *path = arena_printf(w.arena, "%s.before%s", w.database, end);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs("teapotlid", f);
    fclose(f);
    struct timespec times[2] = { { .tv_sec = w.now / 1000 }, { .tv_sec = w.now / 1000 } };
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void test_what_a_restore_put_aside_goes_as_backups_do(void **state)
{
    (void)state;
    const char *before = arena_printf(w.arena, "%s.before", w.database);
    put_aside("");
    put_aside("-wal");
    pass(29 * 24 * (int64_t)HOUR);
    assert_int_equal(count_in(before, "teapotlid"), 1);
    pass(3 * 24 * (int64_t)HOUR);
    assert_int_equal(access(before, F_OK), -1);
    assert_int_equal(access(arena_printf(w.arena, "%s-wal", before), F_OK), -1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_no_byte_of_it_is_left),
        cmocka_unit_test_setup_teardown(test_no_byte_of_what_was_learned_is_left, set_up_learning, tear_down),
        TEST(test_the_log_stays_whole_and_names_nobody),
        TEST(test_who_keeps_it_keeps_it),
        TEST(test_who_is_still_listed_comes_back_as_a_newcomer),
        TEST(test_old_words_go_by_themselves),
        TEST(test_what_a_restore_put_aside_goes_as_backups_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
