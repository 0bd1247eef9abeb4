/* What is pressed under an answer: it helped or not, a person is wanted, the card is out of date, the room should see. */
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "questions.h"

#define OWNER_DAYS 7 /* so long is tried to tell an owner */

/* The first word counts: a second press changes nothing. NULL: the person was told. */
static const struct asked *close_with(struct turn *t, const char *outcome)
{
    const struct asked *a = asked_get(t, t->object);

    if (a && change(t, "UPDATE asked SET outcome = ?2 WHERE id = ?1 AND outcome IS NULL", I(a->id), T(outcome)) > 0)
        return a;
    settle(t, NULL);
    if (a)
        reply(t, "You told me already, thank you.");
    else
        reply(t, "I no longer have that question. Please ask it again.");
    return NULL;
}

/* ---- It helped --------------------------------------------------------------------------------------------------- */

/* The wording may be kept if it is new to the card and the person agrees. */
static void offer_wording(struct turn *t, struct message *m, const struct asked *a)
{
    if (!card_readable(t, a->card) || card_has_wording(t, a->card, a->text))
        return;
    line(m, "May I keep your wording, without your name, so that others find this too?");
    button(m, "Keep my wording", "answer wording", a->id);
    button(m, "No", "answer no wording", a->id);
}

static void helpful(struct turn *t)
{
    const struct asked *a = close_with(t, "helpful");

    if (!a)
        return;
    settle(t, NULL);
    offer_wording(t, reply(t, "Thank you! That helps me answer the next person."), a);
}

static void keep_wording(struct turn *t)
{
    const struct asked *a = asked_get(t, t->object);

    if (a && card_readable(t, a->card)) {
        card_add_phrasing(t, a->card, a->text, t->person);
        settle(t, "Kept, without your name. `mydata delete` takes it out again.");
    } else {
        settle(t, "I no longer have that question, so nothing was kept.");
    }
}

static void keep_no_wording(struct turn *t)
{
    settle(t, "Not kept.");
}

/* ---- It did not -------------------------------------------------------------------------------------------------- */

/* Another card if one was nearly as close; else a person. */
static void not_it(struct turn *t)
{
    const struct asked *a = close_with(t, "not_it");
    struct search_result r;

    if (!a)
        return;
    settle(t, "Not it: thank you for telling me.");
    ask_cards(t, a->text, &r);
    bool close = r.count > 1 && r.decision != SEARCH_ROUTE && r.hits[1].score * 2 >= r.hits[0].score;
    if (!close || !answers_offer(t, a, &r, a->card))
        question_propose_instead(t, a->text, phrase(t, "You said that the card I showed was not it."));
}

static void ask_person(struct turn *t)
{
    const struct asked *a = close_with(t, "asked");

    if (!a)
        return;
    settle(t, NULL);
    question_propose_instead(t, a->text, phrase(t, "You asked for a person."));
}

static void choose(struct turn *t)
{
    const struct asked *a = asked_get(t, t->object);
    const struct card *c = card_readable(t, strtoll(t->argument, NULL, 10));

    if (!c || !a) {
        settle(t, "That card is gone by now. Please ask again.");
        return;
    }
    change(t, "UPDATE asked SET card = ?2, outcome = NULL WHERE id = ?1", I(a->id), I(c->id));
    settle(t, NULL);
    struct message *m = reply(t, "%s", "");
    explain(m, "You chose this card.");
    card_show(t, m, c, a->id);
}

/* No third guess: other words, or a person. */
static void none_of_these(struct turn *t)
{
    const struct asked *a = close_with(t, "none");

    if (!a)
        return;
    settle(t, "None of these: perhaps I find it by other words.");
    question_propose(t, a->text, phrase(t, "None of the cards I offered was it."));
}

/* ---- It is out of date ------------------------------------------------------------------------------------------- */

/* Who answers for a card; where nobody does any more, who looks after the learning queue. 0: nobody. */
static int64_t keeper_of(struct turn *t, const struct card *c)
{
    int count = 0;
    int64_t *people = owner_people(t, c->owner, &count);

    if (!count)
        people = owner_people(t, t->settings->learning_queue, &count);
    return count ? people[0] : 0;
}

static const char *timer_key(struct turn *t, int64_t card)
{
    return arena_printf(t->arena, "card outdated %ld", (long)card);
}

/* The next time they may be told: in their hours, a day after they were told last. */
static int64_t next_try(struct turn *t, int64_t keeper, int64_t told)
{
    int64_t from = told + DAY > t->now + 3600 ? told + DAY : t->now + 3600;
    int64_t at = work_next(person_hours(t, keeper), from);

    return at == INT64_MAX ? t->now + DAY : at;
}

/* The keeper hears it once a day at most, whoever reports, and when the gate lets it through. */
static void tell_keeper(struct turn *t, const struct card *c)
{
    int64_t keeper = keeper_of(t, c);
    int64_t since = one_int(t, "SELECT since FROM outdated WHERE card = ?1", I(c->id));
    int64_t told = one_int(t, "SELECT told FROM outdated WHERE card = ?1", I(c->id));

    if (!keeper || !since || t->now - since > OWNER_DAYS * DAY)
        return;
    if (told > t->now - DAY || must_wait(t, keeper, CLASS_REMINDER)) {
        later(t, next_try(t, keeper, told), "card outdated", c->id, timer_key(t, c->id));
        return;
    }
    struct message *m = tell(t, keeper, CLASS_REMINDER,
                             "Somebody found your card *%s* out of date. Would you have a look at it?", c->title);
    button(m, "Fine as it is", "card fine", c->id);
    about(m, 0); /* who found it out of date is nobody's business */
    explain(m, "You keep this card, and a reader pressed [Out of date].");
    change(t, "UPDATE outdated SET since = 0, told = ?2 WHERE card = ?1", I(c->id), I(t->now));
}

static void tell_later(struct turn *t)
{
    const struct card *c = card_any(t, t->object);

    if (c && strcmp(c->state, "published") == 0)
        tell_keeper(t, c);
}

static void outdated(struct turn *t)
{
    const struct asked *a = close_with(t, "outdated");
    const struct card *c = a ? card_readable(t, a->card) : NULL;

    if (!a)
        return;
    settle(t, NULL);
    if (!c) {
        reply(t, "Thank you. That card is gone by now.");
        return;
    }
    insert(t,
           "INSERT INTO outdated(card, since, told) VALUES(?1, ?2, 0) ON CONFLICT(card) DO UPDATE SET since = "
           "CASE WHEN outdated.since = 0 THEN ?2 ELSE outdated.since END",
           I(c->id), I(t->now));
    struct message *m = keeper_of(t, c) == t->person
                            ? reply(t, "Thank you. You keep this card yourself.")
                            : reply(t, "Thank you. %s hears of it, without your name.", card_keeper(t, c));
    button(m, "Ask a person", "answer ask again", a->id);
    if (keeper_of(t, c) != t->person)
        tell_keeper(t, c);
}

static void ask_again(struct turn *t)
{
    const struct asked *a = asked_get(t, t->object);

    settle(t, NULL);
    if (a)
        question_propose_instead(t, a->text, phrase(t, "You asked for a person."));
    else
        reply(t, "I no longer have that question. Please ask it again.");
}

/* The keeper looked at it: it is true today. */
static void fine(struct turn *t)
{
    const struct card *c = card_readable(t, t->object);

    if (!c || keeper_of(t, c) != t->person) {
        settle(t, NULL);
        reply(t, "That card is no longer yours to keep.");
        return;
    }
    card_verify(t, c->id);
    settle(t, "Verified today, thank you.");
}

/* ---- The room should see it -------------------------------------------------------------------------------------- */

static void share(struct turn *t)
{
    const struct asked *a = asked_get(t, t->object);
    const struct card *c = a ? card_readable(t, a->card) : NULL;

    if (!t->in_room) { /* an answer that may have been lost in the room was said again here */
        reply(t, "That was for the room you asked in. Ask there again and press [Share here] under the answer.");
        return;
    }
    if (!c) {
        settle(t, "That card is gone, so there is nothing to share.");
        return;
    }
    if (t->stale) {
        reply(t, "You shared it here already.");
        return;
    }
    card_say(t, tell_room(t, "%s shares a card:", first_name(t, t->person)), c);
    spend(t, "Shared here.");
}

static const struct action actions[] = {
    { "answer helpful", helpful },
    { "answer wording", keep_wording },
    { "answer no wording", keep_no_wording },
    { "answer not it", not_it },
    { "answer ask", ask_person },
    { "answer ask again", ask_again },
    { "answer outdated", outdated },
    { "answer share", share },
    { "answer choose", choose },
    { "answer none", none_of_these },
    { "card fine", fine },
    { 0 },
};

static const struct timer timers[] = { { "card outdated", tell_later }, { 0 } };

const struct handler handler_feedback = { "feedback", .actions = actions, .timers = timers };
