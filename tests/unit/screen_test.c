/* What a terminal shows of an edit: whole paragraphs that are new, and nothing else. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <unistd.h>

#include "../../bot/chat/console/console.h"

static char shown[4096];

static const char *body(struct arena *a, const char *quoted, const char *text)
{
    struct nodes m = { NULL, NULL };
    if (quoted)
        node_add(a, &m, NODE_QUOTE, quoted, NULL);
    if (quoted)
        node_add(a, &m, NODE_BREAK, NULL, NULL);
    node_add(a, &m, NODE_TEXT, text, NULL);
    return nodes_to_json(a, &m);
}

/* A message on a narrow screen, and what its edit writes. */
static const char *edit(const char *quoted, const char *before, const char *quoted_now, const char *after)
{
    struct screen s;
    struct arena *a = arena_open();
    int kept = dup(STDOUT_FILENO);
    screen_init(&s, false);
    s.width = 24;
    s.colour = false;
    fflush(stdout);
    assert_non_null(freopen("/dev/null", "w", stdout));
    screen_post(&s, "console", "1", body(a, quoted, before));
    FILE *f = tmpfile();
    fflush(stdout);
    dup2(fileno(f), STDOUT_FILENO);
    screen_edit(&s, "console", "1", body(a, quoted_now, after));
    fflush(stdout);
    dup2(kept, STDOUT_FILENO);
    close(kept);
    rewind(f);
    shown[fread(shown, 1, sizeof shown - 1, f)] = '\0';
    fclose(f);
    screen_finish(&s);
    arena_close(a);
    return shown;
}

static void a_paragraph_is_shown_whole(void **state)
{
    (void)state;
    assert_string_equal(edit(NULL, "Asked Priya. If she has no time for it by noon, I ask the next person.", NULL,
                             "Asked Omar Benali. If he has no time for it by noon, I ask the next person."),
                        "\nAsked Omar Benali. If he\nhas no time for it by\nnoon, I ask the next\nperson.\n");
}

static void what_stands_is_not_shown_again(void **state)
{
    (void)state;
    const char *question = "What is the tariff for dried lemon verbena from France?";
    assert_string_equal(edit(question, "One waits and waits and waits.", question, "Two wait, and so do all others."),
                        "\nTwo wait, and so do all\nothers.\n");
    assert_string_equal(
        edit(question, "It stands.", "What is the tariff for mint from the south of France?", "It stands."),
        "\n│ What is the tariff for\n│ mint from the south of\n│ France?\n");
    assert_string_equal(edit(question, "It stands.", question, "It stands."), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_paragraph_is_shown_whole),
        cmocka_unit_test(what_stands_is_not_shown_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
