/* From a question to cards: what an asker sees, and what she must not be able to see. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "learnd/ask_json.h"
#include "learnd/search.h"

#define PHRASINGS(...) .phrasings = (const char *const[]){ __VA_ARGS__ }, .phrasing_count = 3

enum { TRAVEL = 1, VPN, LEAVE, PHISHING, LAPTOP, EXPENSES_CARD, SICK, CARDS = 7 };

static const struct search_card bank[CARDS] = {
    { TRAVEL, "Claiming travel expenses",
      "Photograph every receipt. Hotel, train and taxi go into Spendly; breakfast counts.",
      PHRASINGS("how do I get my money back for a train ticket", "travel expense claim",
                "reimbursement for a business trip") },
    { VPN, "Connecting to the VPN", "Install the client from the portal and sign in with your badge number.",
      PHRASINGS("how do I reach the intranet from home", "vpn does not connect", "remote access to the network") },
    { LEAVE, "Booking holiday", "Ask your manager first, then enter the days in Timely.",
      PHRASINGS("how do I request vacation", "how many days of holiday do I have", "book time off") },
    { PHISHING, "Reporting a phishing mail", "Forward it to security and delete it.",
      PHRASINGS("I got a suspicious mail", "I clicked on a strange link", "is this mail a scam") },
    { LAPTOP, "Ordering a laptop", "Choose a model in the catalogue; delivery takes a week.",
      PHRASINGS("I need a new laptop", "order a screen or keyboard", "my computer is too slow, can I get another") },
    { EXPENSES_CARD, "Using the company credit card", "Never for private purchases.",
      PHRASINGS("what may I pay with the company card", "how do I get a company card", "company card limit") },
    { SICK, "Calling in sick", "Tell your manager before nine.",
      PHRASINGS("I am ill today", "do I need a sick note", "who do I tell when I cannot work") },
};

static const char *const asked[] = {
    "How do I claim my travel expenses?",
    "vpn",
    "the VPN from my hotel",
    "can I take a holyday next week",
    "suspicous link in a mail",
    "what is this",
    "where is the coffee machine",
    "I am ill and need a note for my manager",
    "breakfast at a hotel",
    "company card",
    "laptop keyboard is broken",
    "how do I get money",
    "badge number for the portal",
    "",
    "vacation days left",
    "zzzz qqqq",
};

static struct arena *arena;
static struct search *search;

static int setup(void **state)
{
    (void)state;
    arena = arena_open();
    search = search_open(bank, CARDS, NULL, 0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    search_close(search);
    arena_close(arena);
    return 0;
}

static struct search_result ask(const char *question)
{
    struct search_result r;
    search_ask(search, arena, question, NULL, NULL, &r);
    return r;
}

static void assert_answer(const char *question, int64_t card)
{
    struct search_result r = ask(question);
    if (r.decision != SEARCH_ANSWER || r.hits[0].card != card) {
        fail_msg("\"%s\": %s, card %d, p %.3f", question, search_decision_name(r.decision),
                 r.count ? (int)r.hits[0].card : 0, r.confidence);
    }
}

static void assert_among_choices(const char *question, int64_t card)
{
    struct search_result r = ask(question);
    assert_int_not_equal(r.decision, SEARCH_ROUTE);
    for (size_t i = 0; i < r.count && i < 3; i++) {
        if (r.hits[i].card == card) {
            return;
        }
    }
    fail_msg("\"%s\": not among the first three", question);
}

static void assert_route(const char *question)
{
    struct search_result r = ask(question);
    if (r.decision != SEARCH_ROUTE) {
        fail_msg("\"%s\": %s, card %d, p %.3f", question, search_decision_name(r.decision), (int)r.hits[0].card,
                 r.confidence);
    }
}

static void assert_same(const char *question, const struct search_result *a, const struct search_result *b)
{
    bool same = a->decision == b->decision && a->confidence == b->confidence && a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++) {
        same = a->hits[i].card == b->hits[i].card && a->hits[i].score == b->hits[i].score &&
               a->hits[i].matched_title == b->hits[i].matched_title &&
               strcmp(a->hits[i].matched, b->hits[i].matched) == 0;
    }
    if (!same) {
        fail_msg("\"%s\": %s %.6f (%zu) is not %s %.6f (%zu)", question, search_decision_name(a->decision),
                 a->confidence, a->count, search_decision_name(b->decision), b->confidence, b->count);
    }
}

static void a_title_or_phrasing_is_answered_however_it_is_dressed(void **state)
{
    (void)state;
    for (size_t i = 0; i < CARDS; i++) {
        assert_answer(bank[i].title, bank[i].id);
        for (size_t k = 0; k < bank[i].phrasing_count; k++) {
            assert_answer(bank[i].phrasings[k], bank[i].id);
        }
    }
    assert_answer("Hi! Please: HOW do I request a VACATION??", LEAVE);
    assert_answer("Réporting phishing mails", PHISHING);
    assert_string_equal(ask("request vacation").hits[0].matched, "how do I request vacation");
    assert_true(ask("booking a holiday").hits[0].matched_title);
}

static void what_is_meant_is_found(void **state)
{
    (void)state;
    assert_answer("How can I claim my expenses for travel by train?", TRAVEL);
    assert_among_choices("my vpn will not connect at the hotel", VPN);
    assert_among_choices("somebody sent me a strange mail with a link", PHISHING);
    assert_among_choices("may I pay a hotel with my company credit card", EXPENSES_CARD);
}

static void what_no_card_answers_goes_to_a_person(void **state)
{
    (void)state;
    assert_route("");
    assert_route("?!");
    assert_route("what is it");
    assert_route("how do I do this");
    assert_route("where can I park my bicycle");
    assert_route("zzzz qqqq");
    assert_true(ask("zzzz qqqq").confidence == 0);
    assert_int_equal(ask("how do I do laptoprunners").hits[0].card, LAPTOP); /* only pieces of a word are known */
    assert_true(ask("how do I do laptoprunners").confidence == 0);
}

static void one_or_two_words_are_no_sure_question(void **state)
{
    (void)state;
    assert_int_equal(ask("vpn").decision, SEARCH_CHOICES);
    assert_int_equal(ask("phishing scam").decision, SEARCH_CHOICES);
    assert_int_equal(ask("company card limit").decision, SEARCH_ANSWER);
}

static void the_same_phrasing_twice_is_a_choice(void **state)
{
    (void)state;
    assert_true(search_learn(search, SICK, "Book time off!"));
    struct search_result r = ask("book time off");
    assert_int_equal(r.decision, SEARCH_CHOICES);
    assert_int_equal(r.hits[0].card, LEAVE); /* the lower id */
    assert_int_equal(r.hits[1].card, SICK);
    assert_true(r.hits[0].score == r.hits[1].score);
}

static void slips_of_the_pen_are_read_over(void **state)
{
    (void)state;
    struct search_result slip = ask("order a new keybord and a laptpo for my buisness trip");
    struct search_result meant = ask("order a new keyboard and a laptop for my business trip");
    assert_same("order a new keyboard", &slip, &meant);
    assert_among_choices("reimbursment for a trip of busines", TRAVEL);
}

static void what_is_learnt_is_known_at_once(void **state)
{
    (void)state;
    assert_route("where can I park my bicycle");
    assert_true(search_learn(search, SICK, "where can I park my bicycle"));
    assert_answer("where can I park my bicycle?", SICK);
    assert_int_equal(ask("parking a bicycle").hits[0].card, SICK);
    assert_false(search_learn(search, 99, "anything"));
}

static void a_synonym_is_read_as_its_term(void **state)
{
    (void)state;
    const struct search_synonym synonyms[] = {
        { "PTO", (const char *const[]){ "vacation", "time off", NULL } },
        { "EC card", (const char *const[]){ "company card", NULL } },
    };
    struct search_result r;
    struct search *s = search_open(bank, CARDS, synonyms, 2);
    search_ask(s, arena, "how do I request PTO", NULL, NULL, &r);
    assert_int_equal(r.decision, SEARCH_ANSWER);
    assert_int_equal(r.hits[0].card, LEAVE);
    search_ask(s, arena, "how do I get an EC card", NULL, NULL, &r);
    assert_int_equal(r.decision, SEARCH_ANSWER);
    assert_int_equal(r.hits[0].card, EXPENSES_CARD);
    search_close(s);
}

static void a_body_helps_where_no_phrasing_does(void **state)
{
    (void)state;
    assert_int_equal(ask("is breakfast in Spendly").hits[0].card, TRAVEL);
    assert_int_not_equal(ask("is breakfast in Spendly").decision, SEARCH_ANSWER);
}

/* ---- Rights ------------------------------------------------------------------------------------------------------ */

static bool all_but(void *context, int64_t card)
{
    return card != *(int64_t *)context;
}

static size_t bank_without(const struct search_card *cards, int64_t hidden, struct search_card *rest)
{
    size_t n = 0;
    for (size_t i = 0; i < CARDS; i++) {
        if (cards[i].id != hidden) {
            rest[n++] = cards[i];
        }
    }
    return n;
}

static void a_hidden_card_is_as_one_that_is_not_there(void **state)
{
    (void)state;
    for (int64_t hidden = 1; hidden <= CARDS; hidden++) {
        struct search_card rest[CARDS];
        struct search *without = search_open(rest, bank_without(bank, hidden, rest), NULL, 0);
        for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
            struct search_result seen, absent;
            search_ask(search, arena, asked[i], all_but, &hidden, &seen);
            search_ask(without, arena, asked[i], NULL, NULL, &absent);
            assert_same(asked[i], &seen, &absent);
        }
        search_close(without);
    }
}

static void what_a_hidden_card_learns_shows_nowhere(void **state)
{
    (void)state;
    int64_t hidden = LAPTOP;
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        struct search_result before, after;
        search_ask(search, arena, asked[i], all_but, &hidden, &before);
        search_learn(search, hidden, asked[i]);
        search_ask(search, arena, asked[i], all_but, &hidden, &after);
        assert_same(asked[i], &before, &after);
    }
    assert_answer("the VPN from my hotel", LAPTOP); /* and those who may read it get it */
}

static bool none(void *context, int64_t card)
{
    (void)context;
    (void)card;
    return false;
}

static void who_may_read_nothing_is_shown_nothing(void **state)
{
    (void)state;
    struct search_result r;
    search_ask(search, arena, "vpn does not connect", none, NULL, &r);
    assert_int_equal(r.decision, SEARCH_ROUTE);
    assert_int_equal(r.count, 0);
    assert_true(r.confidence == 0);
}

/* More sets of readers than are remembered: every one of them still gets its own. */
static bool in_set(void *context, int64_t card)
{
    return *(unsigned *)context >> card & 1;
}

static void many_sets_of_readers_do_not_mix(void **state)
{
    (void)state;
    for (int round = 0; round < 2; round++) {
        for (unsigned set = 0; set < 1u << (CARDS + 1); set += 6) {
            struct search_result r;
            search_ask(search, arena, "how do I get my money back for a train ticket", in_set, &set, &r);
            for (size_t i = 0; i < r.count; i++) {
                assert_true(set >> r.hits[i].card & 1);
            }
            assert_int_equal(r.decision == SEARCH_ANSWER, set >> TRAVEL & 1);
        }
    }
}

/* ---- Same input, same output ------------------------------------------------------------------------------------- */

static void the_order_of_cards_changes_nothing(void **state)
{
    (void)state;
    struct search_card reversed[CARDS];
    for (size_t i = 0; i < CARDS; i++) {
        reversed[CARDS - 1 - i] = bank[i];
    }
    struct search *other = search_open(reversed, CARDS, NULL, 0);
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        struct search_result a = ask(asked[i]), b, again = ask(asked[i]);
        search_ask(other, arena, asked[i], NULL, NULL, &b);
        assert_same(asked[i], &a, &b);
        assert_same(asked[i], &a, &again);
    }
    search_close(other);
}

static void confidence_is_a_probability_and_hits_fall(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        struct search_result r = ask(asked[i]);
        assert_true(r.confidence >= 0 && r.confidence <= 1);
        for (size_t k = 0; k < r.count; k++) {
            assert_true(r.hits[k].score > 0 && r.hits[k].score <= 1);
            assert_true(k == 0 || r.hits[k - 1].score > r.hits[k].score ||
                        (r.hits[k - 1].score == r.hits[k].score && r.hits[k - 1].card < r.hits[k].card));
        }
    }
}

static void odd_banks_and_questions_are_borne(void **state)
{
    (void)state;
    const struct search_card odd[] = { { 1, "", NULL, NULL, 0 },
                                       { 2, "?!", "", NULL, 0 },
                                       { 3, "日本語の質問", "\xff\xfe", NULL, 0 } };
    struct search_result r;
    struct search *s = search_open(odd, 3, NULL, 0);
    search_ask(s, arena, "日本語の質問", NULL, NULL, &r);
    assert_int_equal(r.decision, SEARCH_ANSWER);
    assert_int_equal(r.hits[0].card, 3);
    search_ask(s, arena, "\xff\xc3 what", NULL, NULL, &r);
    assert_int_equal(r.decision, SEARCH_ROUTE);
    search_close(s);
    char *long_text = arena_alloc(arena, 100001);
    memset(long_text, 'x', 100000);
    assert_route(long_text);
    memset(long_text, ' ', 100000);
    for (size_t i = 0; i + 7 < 100000; i += 7) {
        memcpy(long_text + i, "laptop", 6);
    }
    assert_int_equal(ask(long_text).hits[0].card, LAPTOP);
    s = search_open(NULL, 0, NULL, 0);
    search_ask(s, arena, "anything", NULL, NULL, &r);
    assert_int_equal(r.count, 0);
    search_close(s);
}

/* ---- A big bank: nothing is trained, common pieces of words are left out ----------------------------------------- */

static void a_big_bank_still_finds_and_routes(void **state)
{
    (void)state;
    enum { MANY = 3000 };
    struct search_card *cards = arena_array(arena, struct search_card, MANY);
    for (int i = 0; i < MANY; i++) {
        const char **phrasing = arena_array(arena, const char *, 1);
        phrasing[0] = arena_printf(arena, "how do I open the cabinet number %d of floor %d", i, i % 97);
        cards[i] = (struct search_card){ i + 1, arena_printf(arena, "Cabinet %d of our great building", i), NULL,
                                         phrasing, 1 };
    }
    struct search_result r;
    struct search *s = search_open(cards, MANY, NULL, 0);
    search_ask(s, arena, "please open the cabinet number 1234 of floor 70 for me", NULL, NULL, &r);
    assert_int_equal(r.hits[0].card, 1235);
    search_ask(s, arena, "when is lunch served", NULL, NULL, &r);
    assert_int_equal(r.decision, SEARCH_ROUTE);
    search_close(s);
}

/* ---- Drafts ------------------------------------------------------------------------------------------------------ */

static void a_draft_shows_what_it_repeats(void **state)
{
    (void)state;
    struct search_hit hits[3];
    assert_int_equal(search_similar(search, arena, "Claim travel expenses", NULL, hits, 3), 3);
    assert_int_equal(hits[0].card, TRAVEL);
    assert_true(hits[0].score > .6 && hits[0].score <= 1);
    assert_true(hits[1].score < .4);
    search_similar(search, arena, bank[0].title, bank[0].body, hits, 3);
    assert_int_equal(hits[0].card, TRAVEL);
    assert_true(hits[0].score > .999);
    assert_int_equal(search_similar(search, arena, "zzzz", "qqqq", hits, 3), 0);
}

/* ---- JSON lines -------------------------------------------------------------------------------------------------- */

static char *converse(const char *lines, size_t n, const struct ask_json_bank *initial)
{
    char *reply = NULL;
    size_t size = 0;
    FILE *in = fmemopen((void *)(uintptr_t)lines, n, "r"), *out = open_memstream(&reply, &size);
    assert_int_equal(ask_json_run(in, out, initial), 0);
    fclose(in);
    fclose(out);
    char *copy = arena_copy(arena, reply);
    free(reply);
    return copy;
}

static void a_program_indexes_teaches_and_asks(void **state)
{
    (void)state;
    static const char lines[] =
        "{\"op\":\"ask\",\"q\":\"vpn\"}\n"
        "{\"op\":\"index\",\"cards\":[{\"id\":\"v\",\"title\":\"VPN access\",\"body\":null,\"aliases\":[\"reach the "
        "intranet\"]},"
        "{\"id\":\"t\",\"title\":\"Travel expenses\",\"phrasings\":[\"train ticket refund\"]}]}\n"
        "{\"op\":\"ask\",\"q\":\"How do I reach the intranet?\"}\n"
        "{\"op\":\"learn\",\"id\":\"t\",\"q\":\"money for my taxi\"}\n"
        "{\"op\":\"ask\",\"q\":\"money for my taxi\"}";
    assert_string_equal(converse(lines, sizeof lines - 1, NULL),
                        "{\"ranked\":[],\"confidence\":0.0,\"decision\":\"route\"}\n"
                        "{\"ok\":true}\n"
                        "{\"ranked\":[\"v\"],\"confidence\":0.97,\"decision\":\"answer\"}\n"
                        "{\"ok\":true}\n"
                        "{\"ranked\":[\"t\"],\"confidence\":0.97,\"decision\":\"answer\"}\n");
}

static void a_program_may_ask_the_cards_there_are(void **state)
{
    (void)state;
    const char *ids[CARDS] = { "travel", "vpn", "leave", "phishing", "laptop", "card", "sick" };
    struct ask_json_bank initial = { .cards = bank, .ids = ids, .count = CARDS };
    static const char lines[] =
        "{\"op\":\"ask\",\"q\":\"book time off\"}\n{\"op\":\"learn\",\"id\":\"vpn\",\"q\":\"x\"}\n";
    const char *reply = converse(lines, sizeof lines - 1, &initial);
    assert_non_null(strstr(reply, "{\"ranked\":[\"leave\""));
    assert_non_null(strstr(reply, "\"decision\":\"answer\"}\n{\"ok\":true}\n"));
}

static void a_bad_line_is_answered_and_the_next_is_served(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "hello",
        "[]",
        "{\"op\":7}",
        "{\"op\":\"dance\"}",
        "{\"op\":\"ask\"}",
        "{\"op\":\"ask\",\"q\":\"a\\u0000b\"}",
        "{\"op\":\"ask\",\"q\":\"\xff\"}",
        "{\"op\":\"learn\",\"id\":\"nobody\",\"q\":\"x\"}",
        "{\"op\":\"learn\",\"id\":\"v\"}",
        "{\"op\":\"index\"}",
        "{\"op\":\"index\",\"cards\":{}}",
        "{\"op\":\"index\",\"cards\":[7]}",
        "{\"op\":\"index\",\"cards\":[{\"id\":\"\",\"title\":\"x\"}]}",
        "{\"op\":\"index\",\"cards\":[{\"id\":\"a\"}]}",
        "{\"op\":\"index\",\"cards\":[{\"id\":\"a\",\"title\":\"x\",\"body\":7}]}",
        "{\"op\":\"index\",\"cards\":[{\"id\":\"a\",\"title\":\"x\",\"phrasings\":\"y\"}]}",
        "{\"op\":\"index\",\"cards\":[{\"id\":\"a\",\"title\":\"x\",\"aliases\":[null]}]}",
        "{\"op\":\"index\",\"cards\":[{\"id\":\"a\",\"title\":\"x\"},{\"id\":\"a\",\"title\":\"y\"}]}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        /* The cards of before stay. */
        char *lines = arena_printf(arena, "{\"op\":\"index\",\"cards\":[{\"id\":\"v\",\"title\":\"VPN\"}]}\n%s\n%s\n",
                                   bad[i], "{\"op\":\"ask\",\"q\":\"vpn\"}");
        const char *reply = converse(lines, strlen(lines), NULL);
        if (strncmp(reply, "{\"ok\":true}\n{\"error\":\"", 22) != 0 || !strstr(reply, "\n{\"ranked\":[\"v\"]")) {
            fail_msg("%s: %s", bad[i], reply);
        }
    }
}

static void a_line_without_end_is_refused(void **state)
{
    (void)state;
    enum { LONG = 17 * 1024 * 1024 };
    char *lines = arena_alloc(arena, LONG + 100);
    memset(lines, ' ', LONG);
    strcpy(lines + LONG, "\n{\"op\":\"ask\",\"q\":\"vpn\"}\n");
    const char *reply = converse(lines, strlen(lines), NULL);
    assert_non_null(strstr(reply, "16 MiB"));
    assert_non_null(strstr(reply, "\n{\"ranked\":[]"));
}

#define test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(a_title_or_phrasing_is_answered_however_it_is_dressed),
        test(what_is_meant_is_found),
        test(what_no_card_answers_goes_to_a_person),
        test(one_or_two_words_are_no_sure_question),
        test(the_same_phrasing_twice_is_a_choice),
        test(slips_of_the_pen_are_read_over),
        test(what_is_learnt_is_known_at_once),
        test(a_synonym_is_read_as_its_term),
        test(a_body_helps_where_no_phrasing_does),
        test(a_hidden_card_is_as_one_that_is_not_there),
        test(what_a_hidden_card_learns_shows_nowhere),
        test(who_may_read_nothing_is_shown_nothing),
        test(many_sets_of_readers_do_not_mix),
        test(the_order_of_cards_changes_nothing),
        test(confidence_is_a_probability_and_hits_fall),
        test(odd_banks_and_questions_are_borne),
        test(a_big_bank_still_finds_and_routes),
        test(a_draft_shows_what_it_repeats),
        test(a_program_indexes_teaches_and_asks),
        test(a_program_may_ask_the_cards_there_are),
        test(a_bad_line_is_answered_and_the_next_is_served),
        test(a_line_without_end_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
