/* Check questions: one after the other, with what is right and why; the result is the person's own. */
#include "checks.h"

#include <stdlib.h>
#include <string.h>

#include "paths.h"
#include "remember.h"

/* ---- One question ------------------------------------------------------------------------------------------------ */

void check_say(struct turn *t, struct message *m, const struct card_check *q, const char *action, int64_t object)
{
    line(m, "*%s*", q->question);
    for (int i = 0; i < q->option_count; i++)
        choice(m, q->options[i], action, object,
               arena_printf(t->arena, "%ld %ld %d", (long)q->card, (long)q->position, i + 1));
}

const struct card_check *check_chosen(struct turn *t, const char *argument, int *option)
{
    char *end;
    int64_t card = strtoll(argument, &end, 10), position = strtoll(end, &end, 10);
    const struct card_check *q = card_check(t, card, position);

    *option = (int)strtol(end, NULL, 10);
    return q && *option >= 1 && *option <= q->option_count ? q : NULL;
}

struct message *check_verdict(struct turn *t, const struct card_check *q, int option)
{
    struct message *m =
        option == q->key ? reply(t, "Right.") : reply(t, "Not quite: it is *%s*.", q->options[q->key - 1]);

    if (q->why)
        say(m, " %s", q->why);
    return m;
}

/* ---- A try ------------------------------------------------------------------------------------------------------- */

struct attempt {
    int64_t id, card, position, right;
};

static bool find_attempt(struct turn *t, int64_t id, struct attempt *a)
{
    struct rows *r =
        query(t, "SELECT id, card, position, correct FROM check_try WHERE id = ?1 AND person = ?2 AND ended = 0", I(id),
              I(t->person));

    if (!row_next(r))
        return false;
    *a = (struct attempt){ row_int(r, 0), row_int(r, 1), row_int(r, 2), row_int(r, 3) };
    rows_close(r);
    return true;
}

/* A new try ends an older one: nobody tries twice at a time. */
static int64_t begin(struct turn *t, int64_t card)
{
    change(t, "UPDATE check_try SET ended = 1 WHERE person = ?1 AND card = ?2", I(t->person), I(card));
    return insert(t, "INSERT INTO check_try(person, card, position, at) VALUES(?1, ?2, 1, ?3)", I(t->person), I(card),
                  I(t->now));
}

/* Who failed today tries again tomorrow; what is asked of them they may try at once. */
static bool is_for_tomorrow(struct turn *t, int64_t card)
{
    const struct progress *failed = progress_last(t, t->person, "card", card, "failed");
    const struct zone *zone = person(t, t->person)->zone;

    return failed && day_of(zone, failed->at) == day_of(zone, t->now) && !path_asks_for_card(t, t->person, card, NULL);
}

static const char *say_tomorrow(struct turn *t)
{
    return say_day(t, day_of(person(t, t->person)->zone, t->now) + 1);
}

static int mark(struct turn *t, int64_t card)
{
    int pass = 0;

    path_asks_for_card(t, t->person, card, &pass);
    return pass ? pass : 80;
}

bool check_put(struct turn *t, struct message *m, int64_t card)
{
    const struct card_check *q = card_check(t, card, 1);
    const struct progress *passed = progress_last(t, t->person, "card", card, "passed");

    if (!q || (passed && passed->value >= mark(t, card) && passed->at >= path_card_since(t, t->person, card)))
        return false;
    if (is_for_tomorrow(t, card)) {
        small(m, "Its check question can be tried again tomorrow, %s.", say_tomorrow(t));
        return false;
    }
    check_say(t, m, q, "check answer", begin(t, card));
    return true;
}

bool check_begin(struct turn *t, int64_t card)
{
    const struct card *c = card_readable(t, card);

    if (!c || !card_check_count(t, card))
        return false;
    struct message *m = reply(t, "*%s*: only you see how it goes.", c->title);
    check_put(t, m, card);
    return true;
}

/* ---- The answer -------------------------------------------------------------------------------------------------- */

static void say_result(struct turn *t, struct message *m, const struct attempt *a, int64_t right, int64_t count)
{
    int64_t score = 100 * right / count;
    bool passed = score >= mark(t, a->card);

    change(t, "UPDATE check_try SET ended = 1 WHERE id = ?1", I(a->id));
    path_card_event(t, t->person, a->card, passed ? "passed" : "failed", score);
    if (count > 1)
        line(m, "%ld of %ld right.", (long)right, (long)count);
    if (passed) {
        line(m, "Passed: *%s*.", card_any(t, a->card)->title);
        path_say_card(t, m, a->card);
        remember_offer(t, m, a->card);
        return;
    }
    if (path_asks_for_card(t, t->person, a->card, NULL)) {
        line(m, "Not passed yet: try again whenever you like. Nobody else sees this.");
        button(m, "I know this", "check again", a->card);
    } else {
        line(m, "Not passed yet: you can try again tomorrow, %s. Nobody else sees this.", say_tomorrow(t));
    }
}

static void answer(struct turn *t)
{
    struct attempt a;
    int option;
    const struct card_check *q = check_chosen(t, t->argument, &option), *next;

    if (!find_attempt(t, t->object, &a) || !q || q->card != a.card || q->position != a.position) {
        settle(t, "This question is closed.");
        return;
    }
    settle(t, "You chose: %s", q->options[option - 1]);
    struct message *m = check_verdict(t, q, option);
    int64_t right = a.right + (option == q->key);
    next = card_check(t, a.card, a.position + 1);
    if (!next) {
        say_result(t, m, &a, right, a.position);
        return;
    }
    change(t, "UPDATE check_try SET position = position + 1, correct = ?2 WHERE id = ?1", I(a.id), I(right));
    check_say(t, m, next, "check answer", a.id);
}

static void again(struct turn *t)
{
    settle(t, NULL);
    if (!check_begin(t, t->object))
        reply(t, "That card is gone by now.");
}

static const struct action actions[] = { { "check answer", answer }, { "check again", again }, { 0 } };

static const struct personal data[] = {
    { "check_try", "person", DATA_DELETED,
      "SELECT c.title, t.at FROM check_try t JOIN card c ON c.id = t.card WHERE t.person = ?1 ORDER BY t.id",
      "Check questions you tried: only you." },
    { 0 },
};

const struct handler handler_checks = { "checks", .actions = actions, .data = data };
