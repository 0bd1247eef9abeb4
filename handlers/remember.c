/* Remembering: what somebody wants to be asked again, and until when. (When it is asked: recall.c.) */
#include "progress.h"
#include "remember_private.h"

#include <string.h>

#define LISTED_MAX 10

/* ---- Wanting to remember ---------------------------------------------------------------------------------------- */

static bool remembers(struct turn *t, int64_t who, int64_t card)
{
    return one_int(t,
                   "SELECT count(*) FROM memory WHERE person = ?1 AND card = ?2 AND state IN ('active', 'known', "
                   "'resting')",
                   I(who), I(card)) > 0;
}

void remember_offer(struct turn *t, struct message *m, int64_t card)
{
    if (!remembers(t, t->person, card))
        button(m, "Remember this", "remember card", card);
}

static void begin(struct turn *t, int64_t card)
{
    int64_t count = card_check_count(t, card);
    struct memory first = fsrs_first(true);

    for (int64_t n = 1; n <= count; n++)
        insert(t,
               "INSERT INTO memory(person, card, question, state, stability, difficulty, answered) "
               "VALUES(?1, ?2, ?3, 'active', ?4, ?5, ?6) ON CONFLICT(person, card, question) DO UPDATE SET state = "
               "'active', stability = ?4, difficulty = ?5, answered = ?6, lapses = 0, message = 0",
               I(t->person), I(card), T(card_check(t, card, n)->question), F(first.stability), F(first.difficulty),
               I(memory_today(t, t->person)));
    memory_plan(t, t->person);
}

static void press_remember(struct turn *t)
{
    const struct card *c = card_readable(t, t->object);

    if (!c || remembers(t, t->person, t->object)) {
        spend(t, c ? "You remember it already." : "That card is gone.");
        return;
    }
    begin(t, c->id);
    spend(t,
          "I ask you again before you forget, first in a few days: at most %d such questions on a working day. Only "
          "you see how it goes.",
          ROUND_MAX);
    if (memory_off(t, t->person))
        reply(t, "You switched such questions off: `prefs remember on` lets them come.");
    undoable(t, "remember undo", c->id, "");
}

static void undo_remember(struct turn *t)
{
    change(t, "UPDATE memory SET state = 'stopped', message = 0 WHERE person = ?1 AND card = ?2", I(t->person),
           I(t->object));
    memory_plan(t, t->person);
    settle(t, NULL);
    reply(t, "Undone: I don't ask you about it again.");
}

/* ---- What one remembers ----------------------------------------------------------------------------------------- */

static int64_t next_for(struct turn *t, const struct item *i)
{
    int64_t due = memory_due_day(t, i), tomorrow = memory_today(t, t->person) + 1;

    return memory_next_day(t, t->person, due > tomorrow ? due : tomorrow);
}

static void say_item(struct turn *t, struct message *m, const struct item *i)
{
    bullet(m, "*%s*", card_any(t, i->card)->title);
    if (card_check_count(t, i->card) > 1)
        say(m, ": %s", i->question);
    if (strcmp(i->state, "known") == 0)
        say(m, " – you know it, I ask no more");
    else if (strcmp(i->state, "resting") == 0)
        say(m, " – rests, the question is being looked at");
    else
        say(m, " – again from %s", say_day(t, next_for(t, i)));
}

/* Who asks goes on, even after several that went by. */
static void show(struct turn *t)
{
    struct item i;
    int count = 0;
    struct message *m = NULL;

    change(t, "UPDATE memory_round SET heeded = 1 WHERE person = ?1", I(t->person));
    memory_plan(t, t->person);
    for (struct rows *r = memory_items(t, t->person); memory_next(r, &i);) {
        if (!memory_check(t, &i))
            continue;
        m = m ? m : reply(t, "You want to remember:");
        if (count++ < LISTED_MAX)
            say_item(t, m, &i);
    }
    if (count > LISTED_MAX)
        bullet(m, "and %d more", count - LISTED_MAX);
    if (!m)
        m = reply(t, "Nothing yet. `remember CARD` asks its check question; below it, when you pass, is "
                     "[Remember this].");
    if (memory_off(t, t->person))
        line(m, "You switched it off: nothing is asked. `prefs remember on` changes that.");
    small(m, "Only you see this. `remember stop CARD` ends it for one.");
}

static const struct card *card_of_arg(struct turn *t)
{
    const struct card *c = card_named(t, arg(t, "card"));

    if (!c)
        reply(t,
              "I know no card *%s*: its title or its id is needed. For other things there is `remind me to TEXT DATE`.",
              text_cut(t->arena, arg(t, "card"), 60));
    return c;
}

static void ask_card(struct turn *t)
{
    const struct card *c = card_of_arg(t);

    if (!c)
        return;
    if (remembers(t, t->person, c->id))
        reply(t, "You remember it already. `remember` shows when I ask you.");
    else if (progress_last(t, t->person, "card", c->id, "passed"))
        remember_offer(t, reply(t, "You passed the check question of *%s*.", c->title), c->id);
    else if (!check_begin(t, c->id))
        reply(t, "*%s* has no check question, so there is nothing to ask you again.", c->title);
}

static void stop(struct turn *t)
{
    const struct card *c = card_of_arg(t);

    if (!c)
        return;
    if (!remembers(t, t->person, c->id)) {
        reply(t, "You don't remember *%s* with me, so there is nothing to stop.", c->title);
        return;
    }
    change(t, "UPDATE memory SET state = 'stopped', message = 0 WHERE person = ?1 AND card = ?2", I(t->person),
           I(c->id));
    memory_plan(t, t->person);
    undoable(t, "remember again", c->id, "");
    button(reply(t, "I don't ask you about *%s* any more.", c->title), "Undo", "remember again", c->id);
}

static void start_again(struct turn *t)
{
    change(t, "UPDATE memory SET state = 'active' WHERE person = ?1 AND card = ?2 AND state = 'stopped'", I(t->person),
           I(t->object));
    memory_plan(t, t->person);
    settle(t, NULL);
    reply(t, "Undone: it comes back when it is time.");
}

static void switch_on_off(struct turn *t)
{
    bool on = text_same(arg(t, "state"), "on");

    pref_set(t, t->person, "remember", on ? NULL : "off");
    memory_plan(t, t->person);
    reply(t, on ? "What you wanted to remember is asked again, within your share of unasked messages."
                : "Nothing is asked any more of what you wanted to remember. `prefs remember on` begins again.");
}

static void my_lines(struct turn *t, struct message *m)
{
    int64_t n = one_int(t, "SELECT count(*) FROM memory WHERE person = ?1 AND state = 'active'", I(t->person));

    if (n)
        bullet(m, "Questions that come back before you forget: %ld%s (`remember`)", (long)n,
               memory_off(t, t->person) ? phrase(t, ", switched off") : "");
}

static const struct command commands[] = {
    { "remember", show, .verb = "remember", .help = "what comes back before you forget", .example = "remember",
      .seen_by = "Only you see what you remember, and how well." },
    { "remember {card}", ask_card, .example = "remember claim-travel-expenses" },
    { "remember stop {card}", stop, .writes = true },
    { "prefs remember {state:on|off}", switch_on_off, .writes = true, .example = "prefs remember off" },
    { 0 },
};

static const struct action actions[] = {
    { "remember card", press_remember },
    { "remember undo", undo_remember },
    { "remember again", start_again },
    { 0 },
};

const struct handler handler_remember = {
    "remember", .group = "Learn", .commands = commands, .actions = actions, .me = my_lines,
};
