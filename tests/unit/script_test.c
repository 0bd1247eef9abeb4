/* Conversation files say where they are wrong, tell a difference as a diff, and rewrite what they expect. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "learnd/script.h"

static struct arena *arena;

static int open_arena(void **state)
{
    (void)state;
    arena = arena_open();
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_close(arena);
    return 0;
}

static void assert_reads(const char *text)
{
    const char *error = NULL;
    if (!script_parse(arena, "x.scn", text, &error))
        fail_msg("%s\n%s", text, error);
}

static void assert_wrong(const char *text, const char *expected)
{
    const char *error = NULL;
    assert_null(script_parse(arena, "x.scn", text, &error));
    assert_non_null(error);
    if (strncmp(error, expected, strlen(expected)) != 0)
        assert_string_equal(error, expected);
}

static void test_every_kind_of_line_is_read(void **state)
{
    (void)state;
    assert_reads("# Why.\n"
                 "\n"
                 "config tests/scenarios/org\n"
                 "at 2026-11-23 09:00 Europe/London\n"
                 "alice> How do I claim travel expenses?\n"
                 "    | and hotels\n"
                 "alice>\n"
                 "alice #sales> @bot hello\n"
                 "alice #sales/thread> @bot and this?\n"
                 "alice presses \"Busy until…\"\n"
                 "alice presses gone \"say \\\"x\\\\y\\\"\"\n"
                 "alice has read all\n"
                 "alice fills \"Title\" = \"a, b\", \"Due\"=\"fri\"\n"
                 "alice reacts :+1:\n"
                 "alice edits> another text\n"
                 "alice withdraws\n"
                 "alice uploads people.csv\n"
                 "alice opens home\n"
                 "alice & bob & alice\n"
                 "alice> one\n"
                 "bob> two\n"
                 "alice> three\n"
                 "bot to alice: text\n"
                 "    | [Helpful] [Not it]\n"
                 "    & also\n"
                 "    ! never\n"
                 "bot to alice ~ (?i)thank\n"
                 "    | ^more$\n"
                 "bot to alice ...: text\n"
                 "bot to alice ... ~ pattern\n"
                 "bot to alice not: text\n"
                 "bot to alice not ~ pattern\n"
                 "bot to alice in #sales: text\n"
                 "bot to alice in #sales not ~ x\n"
                 "bot to #sales: text\n"
                 "bot to #sales/thread: text\n"
                 "bot to #sales: nothing\n"
                 "bot edits for alice: text\n"
                 "bot edits for alice ~ pattern\n"
                 "bot deletes for alice\n"
                 "bot reacts :eyes:\n"
                 "bot sends alice file mydata.json\n"
                 "bot sends alice file ~ \"goal\"\n"
                 "bot shows alice form: Answer\n"
                 "bot shows alice home ~ waiting\n"
                 "nobody else hears\n"
                 "on slack\n"
                 "on matrix\n"
                 "on console\n"
                 "after 3 days\n"
                 "after 1 hour\n"
                 "after 90 minutes\n"
                 "after 2 weeks\n"
                 "after until 2026-12-01 09:00\n"
                 "restart\n"
                 "crash before commit\n"
                 "crash after commit\n"
                 "redeliver\n"
                 "fail send 3\n"
                 "lose reply 1\n"
                 "db SELECT count(*) FROM inbox WHERE state = 'done' = 1\n"
                 "config config\n"
                 "restarter> my name only begins like it\n");
    assert_reads("\xEF\xBB\xBF"
                 "alice> hi\r\n    | there\r\n");
    assert_reads("");
}

static void test_errors_name_line_and_column(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {
        { "alice> hi\nAlice> hi", "x.scn:2:1: a handle is expected" },
        { "everyone> hi", "x.scn:1:1: 'everyone' cannot be a handle" },
        { "alice says hi", "x.scn:1:6: after 'alice'" },
        { "alice sales> hi", "x.scn:1:6: after 'alice'" },
        { "alice #> hi", "x.scn:1:7: a room like #sales" },
        { "alice #sales/x> hi", "x.scn:1:13: only /thread" },
        { "alice #sales hi", "x.scn:1:13: '>' is expected" },
        { "alice presses Helpful", "x.scn:1:15: a text in \"quotes\"" },
        { "alice presses \"Helpful", "x.scn:1:15: this quote has no end" },
        { "alice presses \"Helpful\" now", "x.scn:1:25: nothing is expected here" },
        { "alice fills \"Title\" \"x\"", "x.scn:1:21: '=' is expected" },
        { "alice reacts thumb", "x.scn:1:14: an emoji" },
        { "alice & bob\nalice> one", "x.scn:1:1: a line of bob is expected" },
        { "alice & bob\nbob> one\nalice> two", "x.scn:1:1: a line of alice is expected" },
        { "bot says hi", "x.scn:1:5: after 'bot'" },
        { "bot to alice hi", "x.scn:1:13: ': text' or ' ~ pattern'" },
        { "bot to alice ~ (", "x.scn:1:17: in the pattern: missing closing parenthesis" },
        { "bot to alice: x\n    | y\n    ~ z", "x.scn:3:5: a line that begins with a blank" },
        { "    | y", "x.scn:1:5: there is no line above" },
        { "bot to alice: nothing\n    | y", "x.scn:2:5: the line above does not go on" },
        { "alice> x\n    & y", "x.scn:2:5: what a person writes goes on with |" },
        { "restart\n    | y", "x.scn:2:5: the line above does not go on" },
        { "alice> x\nat 2026-11-23 09:00 Europe/London", "x.scn:2:1: 'at' comes once" },
        { "at 2026-02-30 09:00 Europe/London", "x.scn:1:4: a date like" },
        { "at 2026-11-23 9:00 Europe/London", "x.scn:1:15: a time like 09:00" },
        { "at 2026-11-23 24:00 Europe/London", "x.scn:1:15: there is no such time" },
        { "at 2026-11-23 09:00 EST", "x.scn:1:21: a time zone" },
        { "after 3 fortnights", "x.scn:1:9: a unit is minutes" },
        { "after days", "x.scn:1:7: a number is expected" },
        { "crash soon", "x.scn:1:7: 'before commit' or 'after commit'" },
        { "on teams", "x.scn:1:9: a platform is" },
        { "db SELECT 1", "x.scn:1:4: ' = value' is expected" },
        { "config", "x.scn:1:1: 'config' cannot be a handle" },
        { "alice> caf\xE9", "x.scn:1:1: this is no UTF-8 text" },
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_wrong(wrong[i][0], wrong[i][1]);
}

/* ---- Files on disk: what `learnd script` prints and writes ----------------------------------------------------------- */

static char folder[] = "/tmp/learnd-script-test-XXXXXX";

static const char *path_of(const char *name)
{
    return arena_printf(arena, "%s/%s", folder, name);
}

static void write_file(const char *name, const char *text)
{
    FILE *f = fopen(path_of(name), "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static const char *read_file(const char *name)
{
    char text[16384];
    FILE *f = fopen(path_of(name), "r");
    assert_non_null(f);
    size_t n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    return arena_copy_n(arena, text, n);
}

static int open_folder(void **state)
{
    open_arena(state);
    assert_non_null(mkdtemp(folder));
    assert_int_equal(system(arena_printf(arena, "mkdir %s/org", folder)), 0);
    write_file("org/learnd.yaml", "organisation: Test\nlive: \"everyone\"\n");
    write_file("org/people.csv", "external_id,handle,email,display_name\n1,alice,alice@example.org,Alice Marsh\n");
    return 0;
}

static int remove_folder(void **state)
{
    assert_int_equal(system(arena_printf(arena, "rm -r %s", folder)), 0);
    return close_arena(state);
}

/* Runs the files and gives back what was printed. */
static const char *run(const char *name, bool update, int expected_status)
{
    char *files[] = { (char *)path_of(name) };
    fflush(stdout);
    int before = dup(STDOUT_FILENO);
    assert_non_null(freopen(path_of("out"), "w", stdout));
    int status = script_run_files(files, 1, update);
    fflush(stdout);
    dup2(before, STDOUT_FILENO);
    close(before);
    assert_int_equal(status, expected_status);
    return read_file("out");
}

static void write_script(const char *name, const char *lines)
{
    write_file(name, arena_printf(arena, "config %s/org\nat 2026-11-23 09:00 Europe/London\n%s", folder, lines));
}

static void test_a_conversation_that_holds(void **state)
{
    (void)state;
    write_script("good.scn", "alice> privacy\nbot to alice ~ .\nbot to alice: nothing\nnobody else hears\n"
                             "db SELECT count(*) FROM inbox = 1\nredeliver\nbot to alice: nothing\n");
    assert_string_equal(run("good.scn", false, 0),
                        arena_printf(arena, "ok %s\n1 passed, 0 failed\n", path_of("good.scn")));
}

static void test_a_difference_is_a_diff(void **state)
{
    (void)state;
    write_script("bad.scn", "# one\n# two\nalice> hi\ndb SELECT 6 * 7 = 41\n# three\n");
    assert_string_equal(run("bad.scn", false, 1),
                        arena_printf(arena,
                                     "FAILED %s:6\n--- %s\n+++ what happened\n@@ -3,5 +3,5 @@\n"
                                     " # one\n # two\n alice> hi\n-db SELECT 6 * 7 = 41\n"
                                     "+db SELECT 6 * 7 = 42\n # three\n0 passed, 1 failed\n",
                                     path_of("bad.scn"), path_of("bad.scn")));
}

static void assert_fails_at(int line, const char *lines)
{
    write_script("fails.scn", lines);
    const char *said = run("fails.scn", false, 1);
    const char *expected = arena_printf(arena, "FAILED %s:%d\n", path_of("fails.scn"), line + 2);
    if (strncmp(said, expected, strlen(expected)) != 0)
        fail_msg("expected %sgot %s", expected, said);
}

static void test_what_fails(void **state)
{
    (void)state;
    assert_fails_at(1, "alice> privacy\n");                              /* unread at the end */
    assert_fails_at(2, "alice> privacy\nbot to alice: no such words\n"); /* others were said */
    assert_fails_at(2, "alice> privacy\nbot to alice: nothing\n");
    assert_fails_at(1, "bot to alice: x\n"); /* nothing was said */
    assert_fails_at(2, "alice> privacy\nbot to alice not ~ .\n");
    assert_fails_at(1, "bot to alice not: x\n"); /* there must be a message */
    assert_fails_at(2, "alice> privacy\nnobody else hears\n");
    assert_fails_at(1, "alice presses \"Helpful\"\n");
    assert_fails_at(1, "alice withdraws\n");
    assert_fails_at(1, "redeliver\n");
    assert_fails_at(1, "alice #sales/thread> hi\n");
    assert_fails_at(1, "after until 2026-11-22 09:00\n");
    assert_fails_at(1, "alice uploads no-such-file\n");
    assert_fails_at(1, "db SELECT nonsense = 1\n");
    assert_fails_at(1, "config no-such-folder\n");
    assert_fails_at(3, "alice> privacy\nbot to alice ~ .\nbot edits for alice: x\n");
    assert_fails_at(1, "bot deletes for alice\n");
    assert_fails_at(1, "bot reacts :eyes:\n");
    assert_fails_at(1, "bot shows alice home: x\n");
    assert_fails_at(1, "bot sends alice file x\n");
}

static void assert_holds(const char *lines)
{
    write_script("holds.scn", lines);
    const char *said = run("holds.scn", false, 0);
    assert_string_equal(said, arena_printf(arena, "ok %s\n1 passed, 0 failed\n", path_of("holds.scn")));
}

/* "Who sees what:" NEWLINE "- What you ask me: only you. ..." */
static void test_pieces(void **state)
{
    (void)state;
    assert_holds("alice> privacy\nbot to alice: Who  sees what: - What\n    | ask me\n    & Who\n    ! WHO\n");
    assert_holds("alice> privacy\nbot to alice ~ what:\\n- What\n    | a.k me\n    & ^Who\n    ! ^who\n");
    assert_fails_at(2, "alice> privacy\nbot to alice: ask me\n    | Who sees\n");
    assert_fails_at(2, "alice> privacy\nbot to alice ~ ask me\n    | Who sees\n");
    assert_fails_at(2, "alice> privacy\nbot to alice: wHo sees what\n");
    assert_fails_at(2, "alice> privacy\nbot to alice: Who\n    ! only you\n");
    assert_fails_at(2, "alice> privacy\nbot to alice ~ Who\n    ! only.you\n");
    assert_fails_at(2, "alice> privacy\nbot to alice: Who\n    & nobody at all\n");
    assert_fails_at(2, "alice> privacy\nbot to alice ~ what: - What\n");
}

static void test_queues(void **state)
{
    (void)state;
    const char *two = "alice> privacy\nalice> help\n";
    assert_holds(arena_printf(arena, "%sbot to alice ...: I also understand\nbot to alice: nothing\n", two));
    assert_holds(
        arena_printf(arena, "%sbot to alice not: understand\nbot to alice: Who sees\nbot to alice: understand\n", two));
    assert_holds(arena_printf(arena, "%salice has read all\nbot to alice: nothing\n", two));
    assert_fails_at(3, arena_printf(arena, "%sbot to alice: I also understand\n", two)); /* only the next counts */
    assert_fails_at(3, arena_printf(arena, "%sbot to alice ...: no such words\n", two));
    assert_fails_at(1, "alice #sales> @bot privacy\nbot to alice: nothing\n"); /* unread where she alone sees it */
    assert_fails_at(2, "alice #sales> @bot privacy\nbot to #sales: Who sees\n");
    assert_holds("alice #sales> @bot privacy\nbot to alice in #sales: Who sees\nalice #sales> privacy\n");
    /* who was named before the last such line is nobody now */
    assert_fails_at(5, "alice> privacy\nbot to alice ~ .\nalice> help\nnobody else hears\nnobody else hears\n");
}

static void test_update_rewrites_what_is_expected(void **state)
{
    (void)state;
    write_script("update.scn", "alice> hello\nbot to alice: no such words\n    | [Helpful]\ndb SELECT 1 = 2\n"
                               "# kept\nbot to bob: nothing\n");
    const char *said = run("update.scn", true, 0);
    assert_string_equal(said, arena_printf(arena, "updated %s\n1 passed, 0 failed\n", path_of("update.scn")));
    const char *text = read_file("update.scn");
    assert_non_null(strstr(text, "alice> hello\nbot to alice: "));
    assert_null(strstr(text, "no such words"));
    assert_null(strstr(text, "[Helpful]"));
    assert_non_null(strstr(text, "\ndb SELECT 1 = 1\n# kept\nbot to bob: nothing\n"));
    run("update.scn", false, 0);
}

static void test_files_that_cannot_be_played(void **state)
{
    (void)state;
    run("missing.scn", false, 2);
    write_file("wrong.scn", "alice> hi\nalice shouts\n");
    assert_non_null(strstr(run("wrong.scn", false, 1), "wrong.scn:2:6: after 'alice'"));
}

int main(void)
{
    const struct CMUnitTest reading[] = {
        cmocka_unit_test(test_every_kind_of_line_is_read),
        cmocka_unit_test(test_errors_name_line_and_column),
    };
    const struct CMUnitTest playing[] = {
        cmocka_unit_test(test_a_conversation_that_holds),
        cmocka_unit_test(test_a_difference_is_a_diff),
        cmocka_unit_test(test_what_fails),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_queues),
        cmocka_unit_test(test_update_rewrites_what_is_expected),
        cmocka_unit_test(test_files_that_cannot_be_played),
    };
    int failed = cmocka_run_group_tests(reading, open_arena, close_arena);
    return failed + cmocka_run_group_tests(playing, open_folder, remove_folder);
}
