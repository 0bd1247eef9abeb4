#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../bot/org/tree.h"
#include "org_folder.h"

static struct reading r;

static int begin(void **state)
{
    (void)state;
    r = reading_begin("x", NULL, 20600);
    r.file = "x.yaml";
    return 0;
}

static int finish(void **state)
{
    (void)state;
    org_close(r.org);
    return 0;
}

static struct node *tree(const char *text)
{
    return tree_read(&r, text, strlen(text), 1);
}

static void assert_refused(const char *text, const char *expected)
{
    assert_null(tree(text));
    org = r.org;
    assert_string_equal(faults(), expected);
    org->fault_count = 0;
    org = NULL;
}

static void nodes_know_their_place(void **state)
{
    (void)state;
    const struct node *root = tree("# comment\na: one\nb: [x, \"y z\"]\nc:\n  d: 010\n");
    assert_non_null(root);
    assert_int_equal(root->kind, NODE_MAP);
    const struct node *n = root->first;
    assert_string_equal(n->key, "a");
    assert_string_equal(n->text, "one");
    assert_int_equal(n->line, 2);
    assert_int_equal(n->column, 4);
    assert_int_equal(n->key_column, 1);
    n = n->next;
    assert_int_equal(n->kind, NODE_LIST);
    assert_string_equal(n->first->next->text, "y z");
    assert_int_equal(n->first->next->column, 9); /* after the quotation mark */
    n = n->next->first;
    assert_string_equal(n->text, "010"); /* text, not eight */
    assert_int_equal(n->line, 5);
    assert_int_equal(r.org->fault_count, 0);
}

static void nothing_is_no_tree(void **state)
{
    (void)state;
    assert_null(tree(""));
    assert_null(tree("# only this\n"));
    assert_null(tree("~\n"));
    assert_int_equal(r.org->fault_count, 0);
}

static void what_nobody_needs_is_refused(void **state)
{
    (void)state;
    assert_refused("a: &x 1\nb: *x\n", "x.yaml:1:4: anchors (&name) and tags (!name) are not read here\n");
    assert_refused("b: *x\n", "x.yaml:1:4: aliases (*name) are not read here: write it out\n");
    assert_refused("a: !!int 1\n", "x.yaml:1:4: anchors (&name) and tags (!name) are not read here\n");
    assert_refused("a: 1\n---\nb: 2\n", "x.yaml:2:1: a second document ('---') is not read here\n");
    assert_refused("? [a, b]\n: 1\n", "x.yaml:1:3: a key must be a word\n");
    assert_refused("a: \"x\\0y\"\n", "x.yaml:1:4: holds a NUL character\n");
}

static void broken_text_has_a_line(void **state)
{
    (void)state;
    assert_refused("a: [1, 2\nb: 3\n", "x.yaml:2:2: this is no YAML: did not find expected ',' or ']' while parsing a "
                                       "flow sequence\n");
    assert_refused("a: 1\n\tb: 2\n", "x.yaml:2:1: this is no YAML: found a tab character that violates indentation "
                                     "while scanning a plain scalar\n");
}

static void a_key_stands_once(void **state)
{
    (void)state;
    assert_non_null(tree("a: 1\nb: 2\na: 3\n"));
    org = r.org;
    assert_string_equal(faults(), "x.yaml:3:1: 'a' stands here a second time (first in line 1)\n");
    org = NULL;
}

static void depth_and_size_have_limits(void **state)
{
    (void)state;
    assert_refused("[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]\n", "x.yaml:1:17: is nested too deeply\n");
    struct buf many = { .arena = r.arena };
    for (int i = 0; i < 60000; i++)
        buf_add(&many, "- x\n");
    assert_null(tree(buf_text(&many)));
    assert_int_equal(r.org->fault_count, 1);
    assert_non_null(strstr(r.org->faults[0].what, "more than 50,000"));
}

static void walk_names_every_mistake(void **state)
{
    (void)state;
    static const char *const colours[] = { "red", "green", NULL };
    struct target {
        const char *title, *colour, *day;
        struct org_list list;
        int number;
        bool yes;
    } t = { .number = -1 };
    const struct key keys[] = {
        { "title", KEY_TEXT, .offset = offsetof(struct target, title), .required = true, .max = 5 },
        { "colour", KEY_WORD, .offset = offsetof(struct target, colour), .words = colours },
        { "day", KEY_DAY, .offset = offsetof(struct target, day) },
        { "list", KEY_TEXTS, .offset = offsetof(struct target, list), .max = 5 },
        { "number", KEY_NUMBER, .offset = offsetof(struct target, number), .min = 1, .max = 5 },
        { "yes", KEY_YES, .offset = offsetof(struct target, yes) },
        { .name = NULL },
    };
    const struct node *root = tree("titel: x\ncolour: gren\nday: 2026-02-30\nlist: one\nnumber: 1x\nyes: maybe\n");
    keys_take(&r, root, node_place(root), keys, &t);
    org = r.org;
    org_faults_sort(org);
    assert_string_equal(faults(), "x.yaml:1:1: the key 'title' is missing\n"
                                  "x.yaml:1:1: unknown key 'titel' (did you mean 'title'?)\n"
                                  "x.yaml:2:9: 'colour' is 'gren', expected is red or green (did you mean 'green'?)\n"
                                  "x.yaml:3:6: 'day' is '2026-02-30', expected is a date as 2026-01-31\n"
                                  "x.yaml:4:7: here stands a text, expected is a list: [one, two]\n"
                                  "x.yaml:5:9: 'number' is '1x', expected is a number from 1 to 5\n"
                                  "x.yaml:6:6: 'yes' is 'maybe', expected is yes or no\n");
    org->fault_count = 0;
    root = tree("title: ok\ncolour: red\nday: 2026-02-28\nlist: [a, b]\nnumber: 5\nyes: On\n");
    keys_take(&r, root, node_place(root), keys, &t);
    assert_int_equal(org->fault_count, 0);
    assert_string_equal(t.title, "ok");
    assert_string_equal(t.colour, "red");
    assert_string_equal(t.day, "2026-02-28");
    assert_int_equal(t.list.count, 2);
    assert_string_equal(t.list.item[1], "b");
    assert_int_equal(t.number, 5);
    assert_true(t.yes);
    org = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nodes_know_their_place, begin, finish),
        cmocka_unit_test_setup_teardown(nothing_is_no_tree, begin, finish),
        cmocka_unit_test_setup_teardown(what_nobody_needs_is_refused, begin, finish),
        cmocka_unit_test_setup_teardown(broken_text_has_a_line, begin, finish),
        cmocka_unit_test_setup_teardown(a_key_stands_once, begin, finish),
        cmocka_unit_test_setup_teardown(depth_and_size_have_limits, begin, finish),
        cmocka_unit_test_setup_teardown(walk_names_every_mistake, begin, finish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
