/* A card as people read it: as an answer, step by step, and the rest of it. */
#include <stdlib.h>
#include <string.h>

#include "answers.h"

const char *card_keeper(struct turn *t, const struct card *c)
{
    bool team = strncmp(c->owner, "team:", 5) == 0;
    const struct person *p = person_of_handle(t, team ? c->owner + 5 : c->owner);

    if (!p || !p->active || person_hidden(t, p->id))
        return phrase(t, "the learning team");
    return team ? phrase(t, "%s's team", first_name(t, p->id)) : first_name(t, p->id);
}

static void say_source(struct turn *t, struct message *m, const struct card *c)
{
    const char *keeper = card_keeper(t, c);

    if (!c->reviewed)
        small(m, "From %s, for your team; not reviewed yet", keeper);
    else if (!c->verified)
        small(m, "Kept by %s", keeper);
    else if (c->stale)
        small(m, "Kept by %s, not verified since %s: please check before you rely on it", keeper,
              say_day(t, day_number(c->verified)));
    else
        small(m, "Kept by %s, verified %s", keeper, say_day(t, day_number(c->verified)));
}

void card_say(struct turn *t, struct message *m, const struct card *c)
{
    heading(m, c->title);
    markdown(m, c->body);
    if (c->url)
        line(m, "%s", c->url);
    say_source(t, m, c);
}

/* Whoever shares a card cannot know who else reads the room: what is not for everybody is not shared there. */
static bool may_be_shared(const struct card *c)
{
    return c->reviewed && (!c->audience || strcmp(c->audience, "everyone") == 0);
}

void card_show(struct turn *t, struct message *m, const struct card *c, int64_t asked)
{
    card_say(t, m, c);
    button(m, "Helpful", "answer helpful", asked);
    button(m, "Not it", "answer not it", asked);
    button(m, "Ask a person", "answer ask", asked);
    button(m, "Out of date", "answer outdated", asked);
    if (t->in_room && may_be_shared(c))
        button(m, "Share here", "answer share", asked);
    if (card_step_count(t, c->id))
        button_with(m, "Next", "card step", c->id, "1");
    if (c->more)
        button(m, "Read more", "card more", c->id);
}

/* One step a message; under it the way to the next. On the card itself only [Next] goes, under a step all buttons. */
static void step_pressed(struct turn *t)
{
    const struct card *c = card_readable(t, t->object);
    int64_t step = strtoll(t->argument, NULL, 10), count = c ? card_step_count(t, c->id) : 0;

    spend(t, NULL);
    if (!c || step < 1 || step > count) {
        reply(t, c ? "The steps of this card have changed. Please ask again." : "That card is gone by now.");
        return;
    }
    struct message *m = reply(t, "*%s*, step %ld of %ld", c->title, (long)step, (long)count);
    line(m, "%s", card_step(t, c->id, step));
    if (step < count)
        button_with(m, "Next", "card step", c->id, arena_printf(t->arena, "%ld", (long)step + 1));
    else
        small(m, "That was the last step.");
}

static void read_more(struct turn *t)
{
    const struct card *c = card_readable(t, t->object);

    spend(t, NULL);
    if (!c || !c->more) {
        reply(t, "That card is gone by now.");
        return;
    }
    struct message *m = reply(t, "%s", "");
    heading(m, c->title);
    markdown(m, c->more);
}

static const struct action actions[] = { { "card step", step_pressed }, { "card more", read_more }, { 0 } };

const struct handler handler_guide = { "guide", .actions = actions };
