/* A card's Markdown reads in chat as its author meant it, and carries nothing a card should not. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "learnd/nodes.h"

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

static struct nodes parse(const char *markdown)
{
    struct nodes m = { 0 };
    nodes_add_markdown(arena, &m, markdown);
    return m;
}

static void assert_reads(const char *markdown, const char *expected)
{
    struct nodes m = parse(markdown);
    assert_string_equal(nodes_to_neutral(arena, &m), expected);
}

static void test_a_card_reads_as_meant(void **state)
{
    (void)state;
    assert_reads(
        "# Trains\nBook **early**,\nthen *keep* the `PDF`.\n\nSecond paragraph.  \nNew line.\n\n- one\n- two\n\n"
        "3. three\n4. four\n\nEnd.\n\n> Words\n> of *Priya*\n>\n> and more\n\nAfter.",
        "Trains\n"
        "Book early, then keep the PDF.\n"
        "\n"
        "Second paragraph.\n"
        "New line.\n"
        "- one\n"
        "- two\n"
        "3. three\n"
        "4. four\n"
        "\n"
        "End.\n"
        "> Words of Priya\n"
        "> and more\n"
        "After.");
}

static void test_lists_in_lists_and_paragraphs_in_items(void **state)
{
    (void)state;
    assert_reads("- one\n  - inner\n- two\n\n  more of two", "- one\n- inner\n- two\nmore of two");
    assert_reads("1) a\n2) b", "1. a\n2. b");
}

static void test_code_keeps_its_lines(void **state)
{
    (void)state;
    assert_reads("Type:\n\n```sh\ngit pull\n  make\n```\nThen wait.", "Type:\n\ngit pull\n  make\n\nThen wait.");
    struct nodes m = parse("`a` `b`");
    assert_int_equal(m.first->kind, NODE_CODE);
    assert_string_equal(m.first->text, "a");
}

static void test_links(void **state)
{
    (void)state;
    struct nodes m = parse("See [the *form*](https://example.org/a?b=1&c=2) or <mailto:hr@example.org>");
    struct node *link = m.first->next;
    assert_int_equal(link->kind, NODE_LINK);
    assert_string_equal(link->text, "the form");
    assert_string_equal(link->value, "https://example.org/a?b=1&c=2");
    assert_string_equal(m.last->value, "mailto:hr@example.org");
    assert_reads("[x](javascript:alert(1)) [y](file:///etc/passwd) [z](<https://a b>) [w](JavaScript:x) [v](/local)",
                 "x y z w v");
    assert_reads("![shown](https://example.org/a.png) ![local](a.png)",
                 "🖼 shown (https://example.org/a.png)\n local");
}

static void test_html_is_left_out(void **state)
{
    (void)state;
    assert_reads("Hi <b onclick=x>there</b>\n\n<script>alert(1)</script>\n\nDone &lt;b&gt;", "Hi there\n\nDone <b>");
}

static void test_text_is_one_node(void **state)
{
    (void)state;
    struct nodes m = parse("It's 5 > 3 & \"so\": on! [not a link] a_b_c");
    assert_ptr_equal(m.first, m.last);
    assert_string_equal(m.first->text, "It's 5 > 3 & \"so\": on! [not a link] a_b_c");
}

static void test_it_comes_behind_what_there_is(void **state)
{
    (void)state;
    struct nodes m = { 0 };
    node_add(arena, &m, NODE_HEADING, "Card", NULL);
    nodes_add_markdown(arena, &m, "Body.");
    nodes_add_markdown(arena, &m, "");
    node_add(arena, &m, NODE_BUTTON, "Helpful", NULL);
    assert_string_equal(nodes_to_neutral(arena, &m), "Card\nBody.\n[Helpful]");
}

static void test_deep_nesting_is_no_danger(void **state)
{
    (void)state;
    char deep[20001];
    memset(deep, '>', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    parse(deep);
    memset(deep, '[', sizeof deep - 1);
    parse(deep);
    memset(deep, '*', sizeof deep - 1);
    parse(deep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_card_reads_as_meant),
        cmocka_unit_test(test_lists_in_lists_and_paragraphs_in_items),
        cmocka_unit_test(test_code_keeps_its_lines),
        cmocka_unit_test(test_links),
        cmocka_unit_test(test_html_is_left_out),
        cmocka_unit_test(test_text_is_one_node),
        cmocka_unit_test(test_it_comes_behind_what_there_is),
        cmocka_unit_test(test_deep_nesting_is_no_danger),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
