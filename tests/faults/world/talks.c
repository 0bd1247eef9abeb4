/* The ten conversations: what people do, and what must have been seen. */
#include "talks.h"

#include <string.h>

#define VERBENA "Is a phytosanitary certificate needed for dried lemon verbena?"

const struct talk talks[] = {
    { "from a question to a card the next one finds",
      { { STEP_SAYS, "alice", VERBENA },
        { STEP_PRESSES, "alice", "Ask, with my name" },
        { STEP_SEES, "priya", "phytosanitary certificate" },
        { STEP_PRESSES, "priya", "Answer" },
        { STEP_SAYS, "priya",
          "Phytosanitary certificates for lemon verbena: from outside the EU always, whether dried or fresh." },
        { STEP_SEES, "alice", "Priya: Phytosanitary certificates" },
        { STEP_PRESSES, "alice", "Solved" },
        { STEP_PRESSES, "priya", "Send to review" },
        { STEP_SEES, "nadia", "for your review" },
        { STEP_PRESSES, "nadia", "Approve" },
        { STEP_SEES, "priya", "approved your card" },
        { STEP_SAYS, "bob", "phytosanitary certificate for lemon verbena" },
        { STEP_SEES, "bob", "from outside the EU always" } } },
    { "a card answers",
      { { STEP_SAYS, "alice", "How do I claim travel expenses?" },
        { STEP_SEES, "alice", "Claiming travel expenses" },
        { STEP_PRESSES, "alice", "Helpful" },
        { STEP_SAYS, "bob", "how do I book time off" },
        { STEP_PRESSES, "bob", "Not it" },
        { STEP_SAYS, "chloe", "Where do I get meal vouchers?" },
        { STEP_SEES, "chloe", "Meal vouchers" },
        { STEP_PRESSES, "chloe", "Out of date" },
        { STEP_SAYS, "alice", "why" },
        { STEP_SAYS, "alice", "me" } } },
    { "one passes, one lets it go by",
      { { STEP_SAYS, "bob", "Which HS code has rooibos mixed with vanilla?" },
        { STEP_PRESSES, "bob", "Ask, name hidden" },
        { STEP_SEES, "priya", "A colleague asks" },
        { STEP_PRESSES, "priya", "Pass" },
        { STEP_SEES, "omar", "A colleague asks" },
        { STEP_PASS, .minutes = 70 },
        { STEP_PASS, .minutes = 24 * 60 },
        { STEP_SEES, "kenji", "A colleague asks" },
        { STEP_SAYS, "kenji", "inbox" },
        { STEP_SAYS, "kenji", "answer 1 Rooibos blends are 2106, whatever the vanilla." },
        { STEP_SEES, "bob", "Kenji: Rooibos blends" },
        { STEP_PRESSES, "bob", "Still stuck" } } },
    { .name = "what is mine",
      .tells_all = true,
      .steps = { { STEP_SAYS, "alice", "privacy" },
                 { STEP_SAYS, "alice", "prefs quiet 17:00-10:00" },
                 { STEP_SAYS, "alice", "prefs tz Lisbon" },
                 { STEP_SAYS, "alice", "stop" },
                 { STEP_SAYS, "alice", "start" },
                 { STEP_SAYS, "alice", "mydata export" },
                 { STEP_SAYS, "alice", "mydata delete" },
                 { STEP_SAYS, "alice", "mydata keep" },
                 { STEP_SAYS, "alice", "help" },
                 { STEP_SEES, "alice", "teach" } } },
    { "a lesson and its reviewer",
      { { STEP_SAYS, "dana", "teach" },
        { STEP_SAYS, "dana", "Quoting in Swiss francs" },
        { STEP_SAYS, "dana", "Take the rate of the morning, add two per cent, and say so on the quote." },
        { STEP_SAYS, "dana", "How do I quote in francs?\nWhich rate for Swiss customers?" },
        { STEP_PRESSES, "dana", "Send to review" },
        { STEP_SEES, "nadia", "Quoting in Swiss francs" },
        { STEP_PRESSES, "nadia", "Return with note" },
        { STEP_SAYS, "nadia", "Which morning rate: the bank's or the newspaper's?" },
        { STEP_SEES, "dana", "the bank's or the newspaper's" },
        { STEP_PRESSES, "dana", "Edit" },
        { STEP_SAYS, "dana", "Quoting in Swiss francs\nTake the bank's rate of the morning and add two per cent." },
        { STEP_PRESSES, "dana", "Send to review" },
        { STEP_PRESSES, "nadia", "Approve" },
        { STEP_SAYS, "ravi", "How do I quote in francs?" },
        { STEP_SEES, "ravi", "the bank's rate of the morning" } } },
    { "asked, corrected, taken back",
      { { STEP_SAYS, "sam", "Can two window functions share one partition?" },
        { STEP_EDITS, "sam", "Can two window functions in SQL share one partition?" },
        { STEP_PRESSES, "sam", "Ask, with my name" },
        { STEP_PASS, .minutes = 270 },
        { STEP_SEES, "mei", "window functions" },
        { STEP_EDITS, "sam", "Can three window functions in SQL share one partition?" },
        { STEP_PRESSES, "mei", "Answer" },
        { STEP_SAYS, "sam", "withdraw 1" },
        { STEP_SAYS, "mei", "Yes, name it in a WINDOW clause." },
        { STEP_SAYS, "sam", "how do I claim travel expenses" },
        { STEP_WITHDRAWS, "sam", NULL } } },
    { "somebody goes away",
      { { STEP_SAYS, "lena", "What is the import duty on matcha whisks?" },
        { STEP_PRESSES, "lena", "Ask, with my name" },
        { STEP_SEES, "priya", "matcha whisks" },
        { STEP_SAYS, "priya", "away until fri" },
        { STEP_SEES, "omar", "matcha whisks" },
        { STEP_SAYS, "priya", "undo" },
        { STEP_PRESSES, "omar", "Busy until…" },
        { STEP_SAYS, "omar", "thu" },
        { STEP_PASS, .minutes = 60 },
        { STEP_SAYS, "lena", "me" } } },
    { .name = "in a room",
      .ephemeral = true,
      .steps = { { STEP_SAYS, "alice", "@bot how do I report a suspicious email?", "#sales" },
                 { STEP_SEES, "alice", "suspicious email" },
                 { STEP_PRESSES, "alice", "Share here" },
                 { STEP_SAYS, "bob", "just talking", "#sales" },
                 { STEP_SAYS, "bob", "@bot which discount may I give?", "#sales" },
                 { STEP_REACTS, "bob", "two", "#sales" } } },
    { "not for a bot",
      { { STEP_SAYS, "alice", "My manager is bullying me" },
        { STEP_SEES, "alice", "not something to carry alone" },
        { STEP_SAYS, "alice", "asdf qwer zxcv" },
        { STEP_SAYS, "alice", "privcay" },
        { STEP_SAYS, "alice", "12" },
        { STEP_SAYS, "alice", "cancel" },
        { STEP_SAYS, "zoe", "hello, anybody there?" },
        { STEP_SEES, "zoe", "I don't know you yet" },
        { STEP_PASS, .minutes = 120 } } },
    { "nobody can",
      { { STEP_SAYS, "grace", "quiet all until tomorrow" },
        { STEP_SAYS, "nadia", "quiet all until tomorrow" },
        { STEP_SAYS, "chloe", "Which leaf grade does Assam second flush have?" },
        { STEP_PRESSES, "chloe", "Ask, with my name" },
        { STEP_SAYS, "nadia", "quiet all off" },
        { STEP_PASS, .minutes = 24 * 60 },
        { STEP_SEES, "kenji", "Assam second flush" },
        { STEP_SAYS, "kenji", "pass 1" },
        { STEP_PASS, .minutes = 24 * 60 },
        { STEP_SAYS, "nadia", "unanswered" },
        { STEP_SAYS, "priya", "cap 1" },
        { STEP_SAYS, "chloe", "expert customs" } } },
};
const size_t talk_count = sizeof talks / sizeof *talks;

int64_t talk_begins_ms(void)
{
    return instant_on(zone_find("Europe/London"), day_number("2026-11-24"), 10 * 60) * 1000;
}

static const char *conversation_of(struct world *w, const struct step *s)
{
    return s->room ? s->room : arena_printf(w->arena, "@%s", s->who);
}

static struct event event_of(struct world *w, const struct step *s, enum event_kind kind)
{
    struct event e = world_event(w, kind, "console", s->who, s->text);

    e.conversation = conversation_of(w, s);
    e.room = s->room;
    e.mentioned = s->room && s->text && strncmp(s->text, "@bot ", 5) == 0;
    e.text = e.mentioned ? s->text + 5 : s->text;
    return e;
}

struct last { /* what a person said last */
    const char *who, *thing;
};

static void note_last(struct last *all, const char *who, const char *thing)
{
    while (all->who && strcmp(all->who, who) != 0)
        all++;
    *all = (struct last){ who, thing };
}

static const char *last_of(const struct last *all, const char *who)
{
    while (all->who && strcmp(all->who, who) != 0)
        all++;
    return all->thing;
}

static void press(struct world *w, const struct step *s)
{
    struct event e = event_of(w, s, EVENT_PRESS);
    const struct copy *c = world_find_button(w, s->who, s->text, &e.value);

    if (!c) {
        world_complain(w, "%s sees no button [%s]", s->who, s->text);
        return;
    }
    e.text = NULL;
    e.target = c->id;
    e.conversation = c->conversation;
    e.room = *c->conversation == '#' ? c->conversation : NULL;
    world_add(w, &e);
}

static const char *newest_of(struct world *w, const struct step *s)
{
    for (const struct copy *c = w->copies; c; c = c->older)
        if (!c->deleted && strcmp(c->conversation, conversation_of(w, s)) == 0)
            return c->id;
    return NULL;
}

static void act(struct world *w, const struct step *s, struct last *said)
{
    struct event e = event_of(w, s, EVENT_SAY);

    switch (s->what) {
    case STEP_SAYS:
        note_last(said, s->who, world_add(w, &e)->event.thing);
        break;
    case STEP_PRESSES:
        press(w, s);
        break;
    case STEP_EDITS:
    case STEP_WITHDRAWS:
        e.kind = s->what == STEP_EDITS ? EVENT_EDIT : EVENT_WITHDRAW;
        e.target = last_of(said, s->who);
        world_add(w, &e);
        break;
    case STEP_REACTS:
        e.kind = EVENT_REACT;
        e.target = newest_of(w, s);
        world_add(w, &e);
        break;
    case STEP_PASS:
        world_pass(w, w->now_ms + s->minutes * INT64_C(60000));
        break;
    case STEP_SEES:
        if (!world_sees(w, s->who, s->text))
            world_complain(w, "%s does not see: %s", s->who, s->text);
        break;
    case STEP_END:
        break;
    }
}

void talk_greet(struct world *w, const struct talk *t)
{
    for (const struct step *s = t->steps; s->what; s++) {
        if (!s->who || strcmp(s->who, "zoe") == 0)
            continue;
        bool met = false;
        for (const struct step *k = t->steps; k < s; k++)
            met |= k->who && strcmp(k->who, s->who) == 0;
        struct event e = world_event(w, EVENT_SAY, "console", s->who, "hello");
        if (!met)
            world_add(w, &e);
    }
    world_settle(w);
}

void talk_play(struct world *w, const struct talk *t, void (*between)(struct world *w, size_t step))
{
    struct last said[24] = { 0 };

    for (size_t i = 0; t->steps[i].what && !w->wrong; i++) {
        if (between)
            between(w, i);
        act(w, &t->steps[i], said);
        if (!w->wrong) /* so long that what was in doubt is made sure */
            world_pass(w, w->now_ms + 20000);
        if (w->wrong)
            w->wrong = arena_printf(w->arena, "step %zu: %s", i + 1, w->wrong);
    }
}
