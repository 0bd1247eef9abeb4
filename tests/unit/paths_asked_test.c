/* A path that is asked of somebody: its steps are locked, its checks need their mark, and who fails tries again at once. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "core_world.h"

static struct world w;

static int open_world(void **state)
{
    (void)state;
    world_open(&w, "tests/scenarios/org_paths");
    world_say(&w, "alice", "start sql-basics");
    value(&w, "UPDATE enrolment SET origin = 4, pass = 80"); /* ORIGIN_REQUIRED */
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

static void hears(const char *said, const char *piece)
{
    w.heard_count = 0;
    world_say(&w, "alice", said);
    world_settle(&w);
    for (size_t i = 0; i < w.heard_count; i++)
        if (strstr(w.heard[i].text, piece))
            return;
    fail_msg("'%s' was not answered with '%s' but '%s'", said, piece,
             w.heard_count ? w.heard[w.heard_count - 1].text : "nothing");
}

static void its_steps_are_neither_skipped_nor_swapped(void **state)
{
    (void)state;
    hears("skip 1 no time", "Mei Chen owns it and alone may waive it");
    hears("swap 1", "waive @alice sql-basics REASON");
    hears("plan", "🔒 It is asked of you.");
    assert_string_equal(value(&w, "SELECT count(*) FROM progress"), "0");
}

static void a_card_counts_with_its_mark_alone(void **state)
{
    (void)state;
    hears("done 1", "it counts once you have 80 % right");
    hears("I did this elsewhere", "it counts once you have 80 % right");
    hears("I know this", "[They are left out]");
    hears("They are left out", "try again whenever you like");
    hears("me", "0 of 5");
    hears("I know this", "[They are listed]");
    hears("They are listed", "1 of 5 (20%)");
    assert_string_equal(value(&w, "SELECT value FROM progress WHERE event = 'passed'"), "100");
}

static void what_was_skipped_before_is_asked_for_again(void **state)
{
    (void)state;
    value(&w, "UPDATE enrolment SET origin = 0, pass = 0");
    hears("skip 2 no time", "0 of 4");
    value(&w, "UPDATE enrolment SET origin = 3"); /* ORIGIN_ASSIGNED */
    hears("me", "0 of 5");
}

static void a_new_version_opens_it_again_only_where_it_says_so(void **state)
{
    (void)state;
    hears("I know this", "[They are listed]");
    hears("They are listed", "1 of 5 (20%)");
    value(&w, "INSERT INTO card_version(card, version, title, body, at, reassign) "
              "SELECT id, 2, title, body, 1795514401, 0 FROM card WHERE slug = 'joins'");
    hears("me", "1 of 5");
    value(&w, "UPDATE card_version SET reassign = 1 WHERE version = 2");
    hears("me", "0 of 5");
    value(&w, "UPDATE enrolment SET origin = 0, pass = 0"); /* of one's own will it stays done */
    hears("me", "1 of 5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(its_steps_are_neither_skipped_nor_swapped, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_card_counts_with_its_mark_alone, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_new_version_opens_it_again_only_where_it_says_so, open_world, close_world),
        cmocka_unit_test_setup_teardown(what_was_skipped_before_is_asked_for_again, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
