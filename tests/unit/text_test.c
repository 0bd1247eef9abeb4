#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

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

static void only_utf8_is_utf8(void **state)
{
    (void)state;
    assert_true(text_is_utf8("", 0));
    assert_true(text_is_utf8("École 研修 🎓", strlen("École 研修 🎓")));
    assert_false(text_is_utf8("\xff", 1));
    assert_false(text_is_utf8("a\xc3", 2));            /* cut in a character */
    assert_false(text_is_utf8("\xc0\xaf", 2));         /* overlong */
    assert_false(text_is_utf8("\xed\xa0\x80", 3));     /* surrogate */
    assert_false(text_is_utf8("\xf4\x90\x80\x80", 4)); /* beyond Unicode */
    assert_false(text_is_utf8("a\0b", 3));
    assert_true(text_is_utf8("a\xff", 1)); /* looks at n bytes, no more */
}

static void folding_makes_alike_what_a_reader_takes_for_the_same(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        { "École", "ecole" },
        { "Straße", "strasse" },
        { "ÅNGSTRÖM", "angstrom" },
        { "Łódź", "lodz" },
        { "Tromsø", "tromso" },
        { "Æsop", "aesop" },
        { "ﬁn", "fin" },
        { "Ｅｘｐｅｎｓｅ", "expense" },
        { "don’t", "don't" },
        { "2 Ω", "2 ω" },
        { "Ёлка", "елка" },
        { "e\xcc\x81t\xc3\xa9", "ete" },
        { "PLAIN", "plain" },
        { "", "" },
        { "がく", "がく" },
        { "हिन्दी", "हिन्दी" },
        { "soft\xc2\xadhyphen", "softhyphen" },
        { "한국어", "한국어" },
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        assert_string_equal(text_fold(a, pairs[i][0]), pairs[i][1]);
    }
    assert_string_equal(text_fold(a, "BAD\xff"), "bad\xff");
}

static void blanks_of_every_kind_collapse(void **state)
{
    (void)state;
    assert_string_equal(text_squeeze(a, "  how\t\tdo \n I\xc2\xa0\xe3\x80\x80 claim  "), "how do I claim");
    assert_string_equal(text_squeeze(a, " \n "), "");
    assert_string_equal(text_trim(a, "\n a  b \xc2\xa0"), "a  b");
    assert_string_equal(text_trim(a, "   "), "");
}

static void counts_are_what_a_reader_counts(void **state)
{
    (void)state;
    assert_int_equal(text_words("How do I - well, claim it?"), 6);
    assert_int_equal(text_words(" — * "), 0);
    assert_int_equal(text_words("état d’âme"), 2);
    assert_int_equal(text_length("état"), 4);
    assert_int_equal(text_length("\xff\xff"), 2);
    assert_int_equal(text_length(""), 0);
}

static void a_word_ends_where_no_letter_goes_on(void **state)
{
    static const struct {
        const char *text;
        bool word;
    } cases[] = { { "Alice", true },
                  { "«Alice»", true },
                  { "ask Alice…", true },
                  { "Alice’s", true },
                  { "Alice, Bo", true },
                  { "Aliceé", false },
                  { "éAlice", false },
                  { "Alice2", false },
                  { "xAlice", false },
                  { "王Alice", false },
                  { "Alice\xff", true },
                  { "\xff"
                    "Alice",
                    true } };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *at = strstr(cases[i].text, "Alice");
        assert_int_equal(text_is_word(cases[i].text, at, 5), cases[i].word);
    }
}

static void a_cut_text_says_so(void **state)
{
    (void)state;
    assert_string_equal(text_cut(a, "Claiming travel expenses", 24), "Claiming travel expenses");
    assert_string_equal(text_cut(a, "Claiming travel expenses", 10), "Claiming…"); /* no blank before the dots */
    assert_string_equal(text_cut(a, "Claiming travel expenses", 12), "Claiming tr…");
    assert_string_equal(text_cut(a, "ééééé", 3), "éé…");
    assert_string_equal(text_cut(a, "ae\xcc\x81xyz", 3), "a…"); /* an accent stays on its letter */
    assert_string_equal(text_cut(a, "abc", 1), "…");
    assert_string_equal(text_cut(a, "abc", 0), "");
}

static void ascii_case_is_ignored(void **state)
{
    (void)state;
    assert_true(text_same("Stop", "sTOP"));
    assert_false(text_same("stop", "stopp"));
    assert_false(text_same("stopp", "stop"));
    assert_true(text_starts("Goal 3 done", "goal "));
    assert_true(text_starts("x", ""));
    assert_false(text_starts("go", "goal"));
}

static void distance_counts_slips(void **state)
{
    (void)state;
    assert_int_equal(text_distance("goal", "goal", 2), 0);
    assert_int_equal(text_distance("goal", "gaol", 2), 1); /* swapped */
    assert_int_equal(text_distance("goal", "gal", 2), 1);
    assert_int_equal(text_distance("goal", "goals", 2), 1);
    assert_int_equal(text_distance("goal", "coat", 2), 2);
    assert_int_equal(text_distance("milestone", "path", 2), 3); /* more than max */
    assert_int_equal(text_distance("kitten", "sitting", 5), 3);
    assert_int_equal(text_distance("école", "ecole", 2), 1); /* points, not bytes */
    assert_int_equal(text_distance("", "ab", 2), 2);
    char long_word[200];
    memset(long_word, 'x', sizeof long_word - 1);
    long_word[199] = '\0';
    assert_int_equal(text_distance(long_word, long_word, 2), 0);
    assert_int_equal(text_distance(long_word, "x", 2), 3);
}

static void the_nearest_name_is_offered(void **state)
{
    (void)state;
    static const char *const names[] = {
        "goal", "plan", "path", "milestone", "why", "handle", "handles", "pals", NULL
    };
    assert_string_equal(text_nearest("gaol", names), "goal");
    assert_string_equal(text_nearest("GOAL", names), "goal");
    assert_string_equal(text_nearest("mielstoen", names), "milestone");
    assert_null(text_nearest("mlistnoee", names)); /* three slips */
    assert_null(text_nearest("whi", names));       /* too short to guess */
    assert_string_equal(text_nearest("why", names), "why");
    assert_null(text_nearest("glal", names + 1));
    assert_string_equal(text_nearest("handle", names), "handle"); /* exact beats near */
    static const char *const ties[] = { "team", "teak", "teal", NULL };
    assert_null(text_nearest("teax", ties)); /* three are as near */
    static const char *const twice[] = { "team", "team", NULL };
    assert_string_equal(text_nearest("teams", twice), "team");
}

static void slugs(void **state)
{
    (void)state;
    assert_string_equal(text_slug(a, "Claiming travel expenses"), "claiming-travel-expenses");
    assert_string_equal(text_slug(a, "  École: What's new?! (2026) "), "ecole-whats-new-2026");
    assert_string_equal(text_slug(a, "研修"), text_slug(a, "研修"));
    assert_string_not_equal(text_slug(a, "研修"), text_slug(a, "研究"));
    assert_true(strlen(text_slug(a, "研修")) > 1);
    char title[300];
    memset(title, 'x', sizeof title - 1);
    title[299] = '\0';
    assert_int_equal(strlen(text_slug(a, title)), 64);
}

static void the_hash_is_the_published_one(void **state)
{
    (void)state;
    assert_true(text_hash("", 0) == 0xcbf29ce484222325ULL);
    assert_true(text_hash("foobar", 6) == 0x85944171f73967e8ULL);
}

static void what_can_be_seen_is_visible(void **state)
{
    (void)state;
    static const char *const seen[] = { "a", " Ó ", "李", "🙂", "\u202eab", "-" };
    static const char *const unseen[] = { "",       " ",      "\u202e",       "\u200b\u200d", "\u2066\u2069",
                                          "\u3164", "\ufeff", "\u00a0\u2028", "\u00ad" };
    for (size_t i = 0; i < sizeof seen / sizeof *seen; i++)
        assert_true(text_is_visible(seen[i]));
    for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++)
        assert_false(text_is_visible(unseen[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_utf8_is_utf8),
        cmocka_unit_test(folding_makes_alike_what_a_reader_takes_for_the_same),
        cmocka_unit_test(blanks_of_every_kind_collapse),
        cmocka_unit_test(counts_are_what_a_reader_counts),
        cmocka_unit_test(what_can_be_seen_is_visible),
        cmocka_unit_test(a_word_ends_where_no_letter_goes_on),
        cmocka_unit_test(a_cut_text_says_so),
        cmocka_unit_test(ascii_case_is_ignored),
        cmocka_unit_test(distance_counts_slips),
        cmocka_unit_test(the_nearest_name_is_offered),
        cmocka_unit_test(slugs),
        cmocka_unit_test(the_hash_is_the_published_one),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
