/* What a message says is the same wherever it is shown, and nobody's words become markup. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "learnd/nodes.h"
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

static struct node *add(struct nodes *m, enum node_kind kind, const char *text, const char *value)
{
    return node_add(arena, m, kind, text, value);
}

static struct nodes every_kind(void)
{
    struct nodes m = { 0 };
    add(&m, NODE_HEADING, "Claiming travel expenses", NULL);
    add(&m, NODE_TEXT, "Keep ", NULL);
    add(&m, NODE_BOLD, "every", NULL);
    add(&m, NODE_ITALIC, " single ", NULL);
    add(&m, NODE_CODE, "receipt", NULL);
    add(&m, NODE_TEXT, ", says ", NULL);
    add(&m, NODE_PERSON, "Priya", NULL)->object = 4;
    add(&m, NODE_BREAK, NULL, NULL);
    add(&m, NODE_LINK, "the form", "https://example.org/?a=1&b=2");
    add(&m, NODE_BULLET, NULL, NULL);
    add(&m, NODE_TEXT, "trains", NULL);
    add(&m, NODE_BULLET, NULL, NULL);
    add(&m, NODE_TEXT, "hotels", NULL);
    add(&m, NODE_BREAK, NULL, NULL);
    add(&m, NODE_BREAK, NULL, NULL);
    add(&m, NODE_TEXT, "Then:", NULL);
    add(&m, NODE_NUMBER, NULL, NULL)->object = 3;
    add(&m, NODE_TEXT, "scan", NULL);
    add(&m, NODE_NUMBER, NULL, NULL)->object = 4;
    add(&m, NODE_TEXT, "send", NULL);
    add(&m, NODE_QUOTE, "May I?\nYes.", NULL);
    add(&m, NODE_FIELD, "Owner", "Priya");
    add(&m, NODE_IMAGE, "the form", "https://example.org/form.png");
    add(&m, NODE_CONTEXT, "Verified 12 January", NULL);
    struct node *input = add(&m, NODE_INPUT, "Reason", NULL);
    input->argument = "work\nother";
    struct node *b = add(&m, NODE_BUTTON, "Helpful", "12.1");
    b->action = "answer helpful";
    b->object = 7;
    add(&m, NODE_BUTTON, "Not it", "13.1");
    add(&m, NODE_CHOICE, "Travel: rail", "14.1");
    return m;
}

static void test_every_kind_as_neutral_text(void **state)
{
    (void)state;
    struct nodes m = every_kind();
    assert_string_equal(nodes_to_neutral(arena, &m), "Claiming travel expenses\n"
                                                     "Keep every single receipt, says Priya\n"
                                                     "the form (https://example.org/?a=1&b=2)\n"
                                                     "- trains\n"
                                                     "- hotels\n"
                                                     "\n"
                                                     "Then:\n"
                                                     "3. scan\n"
                                                     "4. send\n"
                                                     "> May I?\n"
                                                     "> Yes.\n"
                                                     "Owner: Priya\n"
                                                     "🖼 the form (https://example.org/form.png)\n"
                                                     "Verified 12 January\n"
                                                     "Reason (work, other): ____\n"
                                                     "[Helpful] [Not it] [Travel: rail]");
}

static void test_json_gives_every_kind_back(void **state)
{
    (void)state;
    struct nodes m = every_kind(), back;
    char *json = nodes_to_json(arena, &m);
    assert_true(nodes_from_json(arena, json, &back));
    assert_string_equal(nodes_to_json(arena, &back), json);
    assert_string_equal(nodes_to_neutral(arena, &back), nodes_to_neutral(arena, &m));
    struct node *n = back.first;
    while (n->kind != NODE_BUTTON)
        n = n->next;
    assert_string_equal(n->value, "12.1");
    assert_string_equal(n->action, "answer helpful");
    assert_int_equal(n->object, 7);
}

static void test_json_is_compact(void **state)
{
    (void)state;
    struct nodes m = { 0 };
    add(&m, NODE_TEXT, "Goal \"set\": ", NULL);
    add(&m, NODE_BOLD, "SQL", NULL);
    struct node *b = add(&m, NODE_BUTTON, "Undo", "12.1");
    b->action = "goal undo";
    b->object = 7;
    assert_string_equal(nodes_to_json(arena, &m),
                        "[\"Goal \\\"set\\\": \",[\"b\",\"SQL\"],[\"button\",\"Undo\",\"12.1\",\"goal undo\",null,7]]");
}

static void test_json_that_is_no_body_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "", "{}", "[1]", "[[]]", "[[\"marquee\",\"x\"]]", "[\"a\"", "[[\"b\",1,2,3,4,5,6]]"
    };
    struct nodes m;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(nodes_from_json(arena, bad[i], &m));
        assert_null(m.first);
    }
    assert_false(nodes_from_json(arena, NULL, &m));
}

static void test_bytes_that_are_no_utf8_are_replaced(void **state)
{
    (void)state;
    struct nodes m = { 0 };
    add(&m, NODE_TEXT, "caf\xE9 \xF0\x9F x", NULL);
    assert_string_equal(nodes_to_json(arena, &m), "[\"caf\xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD x\"]");
}

static void test_matrix_html_of_every_kind(void **state)
{
    (void)state;
    struct nodes m = every_kind();
    assert_string_equal(
        nodes_to_matrix_html(arena, &m),
        "<h4>Claiming travel expenses</h4>Keep <strong>every</strong><em> single </em><code>receipt</code>, says "
        "Priya<br><a href=\"https://example.org/?a=1&amp;b=2\">the form</a><ul><li>trains</li><li>hotels</li></ul><br>"
        "Then:<ol start=\"3\"><li>scan</li><li>send</li></ol><blockquote>May I?<br>Yes.</blockquote><b>Owner:</b> "
        "Priya<br>🖼 <a href=\"https://example.org/form.png\">the form</a><br><em>Verified 12 January</em><br>Reason "
        "(work, other): ____<p>1️⃣ Helpful<br>2️⃣ Not it<br>3️⃣ Travel: rail</p>");
}

static void test_matrix_plain_numbers_buttons(void **state)
{
    (void)state;
    struct nodes m = { 0 };
    add(&m, NODE_TEXT, "Closest:", NULL);
    for (int i = 0; i < 11; i++)
        add(&m, NODE_BUTTON, i == 9 ? "ten" : "x", NULL);
    assert_non_null(strstr(nodes_to_matrix_plain(arena, &m), "Closest:\n1️⃣ x\n2️⃣ x\n"));
    assert_non_null(strstr(nodes_to_matrix_plain(arena, &m), "\n🔟 ten\n[11] x"));
}

static void assert_parses_back(const struct nodes *m)
{
    assert_string_equal(script_text_of_html(arena, nodes_to_matrix_html(arena, m)), nodes_to_neutral(arena, m));
}

static const char *const injections[] = {
    "<script>alert(1)</script>",
    "<p>1️⃣ Approve</p>",
    "</blockquote><p>1️⃣ Approve</p>",
    "&lt;b&gt; &amp;amp; \"quoted\" 'single'",
    "*bold* `code` _it_ ~no~",
    "<@U123> <!channel> @everyone @room",
    "[Approve] [1] Approve",
    "1. one\n2. two\n\n\n\n> quote\n- item",
    "\xE2\x80\xAE"
    "evorppA",
    "\033[2J\033]0;title\007",
    "\"><img src=x onerror=alert(1)>",
    "line\r\nline",
    "\n\nleading and trailing\n\n",
    "",
};

static void test_matrix_parses_back_for_every_kind(void **state)
{
    (void)state;
    struct nodes m = every_kind();
    assert_parses_back(&m);
    for (size_t i = 0; i < sizeof injections / sizeof *injections; i++)
        for (int kind = NODE_TEXT; kind <= NODE_INPUT; kind++)
            for (int after = NODE_TEXT; after <= NODE_INPUT; after++) {
                struct nodes two = { 0 };
                add(&two, NODE_TEXT, "Before", NULL);
                add(&two, (enum node_kind)kind, injections[i], injections[i])->object = 1;
                add(&two, NODE_BREAK, NULL, NULL);
                add(&two, (enum node_kind)after, injections[i], "https://example.org")->object = 2;
                assert_parses_back(&two);
                two.first = two.first->next;
                assert_parses_back(&two);
            }
}

static void test_nobodys_words_become_markup(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof injections / sizeof *injections; i++)
        for (int kind = NODE_TEXT; kind <= NODE_INPUT; kind++) {
            struct nodes m = { 0 };
            struct node *n = add(&m, (enum node_kind)kind, injections[i], "https://example.org");
            char *html = nodes_to_matrix_html(arena, &m);
            assert_null(strstr(html, "<script"));
            assert_null(strstr(html, "<img"));
            assert_null(strstr(html, "<@U"));
            bool is_button = n->kind == NODE_BUTTON || n->kind == NODE_CHOICE;
            assert_true((strstr(html, "<p>") != NULL) == is_button);
        }
}

static void test_terminal_shows_what_would_move_the_cursor(void **state)
{
    (void)state;
    struct nodes m = { 0 };
    add(&m, NODE_QUOTE,
        "a\033[2Jb\007c\x7F"
        "d \xE2\x80\xAE"
        "evil\xC2\x9B"
        "x\xE2\x81\xA6",
        NULL);
    assert_string_equal(nodes_to_terminal(arena, &m, false, 80), "│ a␛[2Jb␇c<U+007F>d <U+202E>evil<U+009B>x<U+2066>");
    for (size_t i = 0; i < sizeof injections / sizeof *injections; i++)
        for (int kind = NODE_TEXT; kind <= NODE_INPUT; kind++) {
            struct nodes one = { 0 };
            add(&one, (enum node_kind)kind, injections[i], injections[i]);
            for (const char *c = nodes_to_terminal(arena, &one, false, 80); *c; c++)
                assert_true((unsigned char)*c >= ' ' || *c == '\n');
        }
}

static void test_terminal_wraps_at_the_width(void **state)
{
    (void)state;
    struct nodes m = { 0 };
    add(&m, NODE_TEXT, "Keep every receipt you are ", NULL);
    add(&m, NODE_BOLD, "given", NULL);
    add(&m, NODE_TEXT, ".", NULL);
    add(&m, NODE_BULLET, NULL, NULL);
    add(&m, NODE_TEXT, "日本語 also in Japanese", NULL);
    add(&m, NODE_QUOTE, "the quick brown fox jumps over", NULL);
    add(&m, NODE_BUTTON, "Helpful", NULL);
    add(&m, NODE_BUTTON, "Not it", NULL);
    add(&m, NODE_BUTTON, "Ask a person", NULL);
    assert_string_equal(nodes_to_terminal(arena, &m, false, 24), "Keep every receipt you\n"
                                                                 "are given.\n"
                                                                 "• 日本語 also in\n"
                                                                 "  Japanese\n"
                                                                 "│ the quick brown fox\n"
                                                                 "│ jumps over\n"
                                                                 "[1] Helpful  [2] Not it\n"
                                                                 "[3] Ask a person");
}

static void test_terminal_gives_each_choice_a_line(void **state)
{
    (void)state;
    struct nodes m = { 0 };
    add(&m, NODE_TEXT, "Is it one of these?", NULL);
    add(&m, NODE_CHOICE, "Booking time off", NULL);
    add(&m, NODE_CHOICE, "Your learning budget", NULL);
    add(&m, NODE_BUTTON, "None of these", NULL);
    add(&m, NODE_BUTTON, "Cancel", NULL);
    assert_string_equal(nodes_to_terminal(arena, &m, false, 80), "Is it one of these?\n"
                                                                 "[1] Booking time off\n"
                                                                 "[2] Your learning budget\n"
                                                                 "[3] None of these  [4] Cancel");
}

static void test_terminal_colours_end(void **state)
{
    (void)state;
    struct nodes m = every_kind();
    char *text = nodes_to_terminal(arena, &m, true, 80);
    const char *last = NULL;
    for (char *c = text; (c = strchr(c, '\033')); c++)
        last = c;
    assert_non_null(last);
    assert_memory_equal(last, "\033[0m", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind_as_neutral_text),
        cmocka_unit_test(test_json_gives_every_kind_back),
        cmocka_unit_test(test_json_is_compact),
        cmocka_unit_test(test_json_that_is_no_body_is_refused),
        cmocka_unit_test(test_bytes_that_are_no_utf8_are_replaced),
        cmocka_unit_test(test_matrix_html_of_every_kind),
        cmocka_unit_test(test_matrix_plain_numbers_buttons),
        cmocka_unit_test(test_matrix_parses_back_for_every_kind),
        cmocka_unit_test(test_nobodys_words_become_markup),
        cmocka_unit_test(test_terminal_shows_what_would_move_the_cursor),
        cmocka_unit_test(test_terminal_wraps_at_the_width),
        cmocka_unit_test(test_terminal_gives_each_choice_a_line),
        cmocka_unit_test(test_terminal_colours_end),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
