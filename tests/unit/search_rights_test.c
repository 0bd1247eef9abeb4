/* Who asks whether a card may be read may remember the answer in the arena of the question: the search does not take it
 * away. (It did once, and people were forgotten in the middle of a turn.) */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "learnd/search.h"

struct reader {
    struct arena *arena;
    const char *remembered[2];
};

static bool remember(void *context, int64_t card)
{
    struct reader *r = context;

    r->remembered[card - 1] = arena_printf(r->arena, "may read card %d", (int)card);
    return true;
}

static void what_was_remembered_stays(void **state)
{
    static const char *const phrasings[] = { "how do I claim travel expenses" };
    const struct search_card cards[] = { { 1, "Claiming travel expenses", "Within 30 days.", phrasings, 1 },
                                         { 2, "Ordering toner", "Ask Omar.", NULL, 0 } };
    struct search *s = search_open(cards, 2, NULL, 0);
    struct reader r = { .arena = arena_open() };
    struct search_result result;
    (void)state;

    search_ask(s, r.arena, "how do I claim travel expenses", remember, &r, &result);
    for (int i = 0; i < 100; i++) /* whatever comes next in the turn */
        memset(arena_alloc(r.arena, 64), 'x', 64);
    assert_int_equal(result.decision, SEARCH_ANSWER);
    assert_string_equal(r.remembered[0], "may read card 1");
    assert_string_equal(r.remembered[1], "may read card 2");
    arena_close(r.arena);
    search_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(what_was_remembered_stays) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
