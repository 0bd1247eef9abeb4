/* What the fifteen people and one stranger do, at random: ask, press, answer, teach, review, stop, go away; and how their
 * events come: late, twice, in the wrong order. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "sim.h"

uint64_t sim_random(struct sim *s, uint64_t below)
{
    return world_random(&s->random, below);
}

bool sim_chance(struct sim *s, int percent_of_percent)
{
    return sim_random(s, 10000) < (uint64_t)percent_of_percent;
}

void sim_tell(struct sim *s, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    s->told[s->told_count++ % TOLD] =
        arena_printf(s->w->arena, "%lld %s", (long long)s->w->now_ms, arena_vprintf(s->w->arena, format, ap));
    va_end(ap);
}

const struct said *sim_said(const struct sim *s, const char *platform, const char *thing)
{
    for (int i = s->said_count; i-- > 0;)
        if (strcmp(s->said[i].event.thing, thing) == 0 && strcmp(s->said[i].event.platform, platform) == 0)
            return &s->said[i];
    return NULL;
}

/* ---- Events ------------------------------------------------------------------------------------------------------ */

static const char *platform_of(struct sim *s, const struct actor *a)
{
    static const char *const all[] = { "console", "slack", "matrix" };

    return sim_chance(s, 800) ? ONE_OF(all) : a->favourite;
}

static const char *name_of(enum event_kind kind)
{
    static const char *const names[] = { "says",  "presses",   "submits", "reacts",
                                         "edits", "withdraws", "uploads", "opens home" };

    return names[kind];
}

static struct said *give(struct sim *s, int actor, const struct event *e, int64_t after_ms)
{
    if (s->said_count == SAID)
        return &s->said[SAID - 1];
    struct pending *p = world_add(s->w, e);
    struct said *said = &s->said[s->said_count++];

    p->at_ms += after_ms;
    *said = (struct said){ .event = p->event, .actor = actor };
    sim_tell(s, "%s %s %s %s \"%.80s\"%s%s", s->actors[actor].handle, name_of(e->kind), p->event.thing, e->conversation,
             e->text    ? e->text
             : e->value ? e->value
                        : "",
             e->target ? " of " : "", e->target ? e->target : "");
    return said;
}

static struct event event_for(struct sim *s, int actor, enum event_kind kind, const char *text)
{
    const struct actor *a = &s->actors[actor];
    struct event e = world_event(s->w, kind, platform_of(s, a), a->handle, text);

    if (kind == EVENT_SAY && sim_chance(s, 700)) {
        e.conversation = e.room = "#sales";
        e.mentioned = sim_chance(s, 8000);
    }
    return e;
}

static void say(struct sim *s, int actor, const char *text)
{
    struct event e = event_for(s, actor, EVENT_SAY, text);

    if (strcmp(text, "mydata delete") == 0)
        s->actors[actor].deleting = true;
    struct said *said = give(s, actor, &e, 0);
    said->presses = strlen(text) < 8 && ((*text >= '0' && *text <= '9') || (*text >= 'A' && *text <= 'Z'));
}

/* In danger nobody is in the middle of something else. */
static void say_sensitive(struct sim *s, int actor)
{
    static const char *const all[] = { "I want to kill myself", "my manager is bullying me", "I had a panic attack",
                                       "somebody touched me at the party", "I was unfairly dismissed" };

    say(s, actor, "cancel");
    struct event e = event_for(s, actor, EVENT_SAY, arena_printf(s->w->arena, "%s sx%05dx", ONE_OF(all), ++s->tokens));
    e.platform = s->said[s->said_count - 1].event.platform;
    e.conversation = s->said[s->said_count - 1].event.conversation;
    e.room = s->said[s->said_count - 1].event.room;
    e.mentioned = s->said[s->said_count - 1].event.mentioned;
    e.sent_ms++;
    give(s, actor, &e, 0);
}

static bool sees(const struct copy *c, const char *user)
{
    if (c->user)
        return strcmp(c->user, user) == 0;
    return *c->conversation == '#' || strcmp(c->conversation + 1, user) == 0;
}

static void pick(struct event *e, const struct copy *c, const char *value)
{
    e->value = value;
    e->platform = c->platform;
    e->conversation = c->conversation;
    e->room = *c->conversation == '#' ? c->conversation : NULL;
    e->target = c->id;
}

/* What keeps things going. The label; NULL: they have nothing of the kind. */
static const char *pick_useful(struct sim *s, int actor, struct event *e)
{
    static const char *const all[] = { "Answer",          "Answer",         "Ask, with my name", "Ask, name hidden",
                                       "Approve",         "Send to review", "Save for my team",  "Return with note",
                                       "Keep my wording", "Solved",         "Still stuck",       "Fine",
                                       "Ask a person",    "Out of date",    "Share here",        "Edit" };
    const char *value = NULL, *label = ONE_OF(all);
    const struct copy *c = world_find_button(s->w, s->actors[actor].handle, label, &value);

    if (!c)
        return NULL;
    pick(e, c, value);
    return label;
}

static bool is_button(const struct node *n)
{
    return n->kind == NODE_BUTTON || n->kind == NODE_CHOICE;
}

/* Mostly of what came last; sometimes one that is long gone. */
static void pick_any(struct sim *s, int actor, struct event *e)
{
    int skip = (int)(sim_chance(s, 2500) ? sim_random(s, 30) : sim_random(s, 3));

    for (const struct copy *c = s->w->copies; c && !e->value; c = c->older) {
        struct nodes m;
        int n = 0;
        if (!*c->body || !sees(c, s->actors[actor].handle) || !nodes_from_json(s->w->arena, c->body, &m))
            continue;
        for (const struct node *k = m.first; k; k = k->next)
            n += is_button(k);
        if (!n || skip-- > 0)
            continue;
        int which = (int)(sim_chance(s, 6000) ? 0 : sim_random(s, (uint64_t)n));
        for (const struct node *k = m.first; k; k = k->next)
            if (is_button(k) && which-- == 0)
                pick(e, c, k->value);
    }
}

static void press(struct sim *s, int actor)
{
    struct event e = event_for(s, actor, EVENT_PRESS, NULL);
    const char *label = NULL;

    for (int i = 0; i < 12 && !label && i < (int)s->willing; i++)
        label = pick_useful(s, actor, &e);
    if (!label && sim_chance(s, 200)) /* one that never was */
        e.value = arena_printf(s->w->arena, "%d.%d", (int)sim_random(s, 4000), (int)sim_random(s, 3));
    if (!e.value)
        pick_any(s, actor, &e);
    if (!e.value)
        return;
    if (label && (strcmp(label, "Answer") == 0 || strcmp(label, "Return with note") == 0))
        s->actors[actor].answering = e.platform;
    give(s, actor, &e, 0);
}

static struct said *own_words(struct sim *s, int actor)
{
    for (int i = s->said_count, back = (int)sim_random(s, 3); i-- > 0;)
        if (s->said[i].actor == actor && s->said[i].event.kind == EVENT_SAY && back-- == 0)
            return &s->said[i];
    return NULL;
}

static void change_words(struct sim *s, int actor, enum event_kind kind)
{
    struct said *mine = own_words(s, actor);

    if (!mine || mine->withdrawn)
        return;
    struct event e = event_for(s, actor, kind, kind == EVENT_EDIT ? sim_unknown_question(s) : NULL);
    e.platform = mine->event.platform;
    e.conversation = mine->event.conversation;
    e.room = mine->event.room;
    e.mentioned = mine->event.mentioned;
    e.target = mine->event.thing;
    mine->edited |= kind == EVENT_EDIT;
    mine->withdrawn |= kind == EVENT_WITHDRAW;
    give(s, actor, &e, 0);
}

static void react(struct sim *s, int actor)
{
    static const char *const names[] = { "one", "two", "three", "thumbsup", "1\xef\xb8\x8f\xe2\x83\xa3" };
    struct event e = event_for(s, actor, EVENT_REACT, ONE_OF(names));
    int skip = (int)sim_random(s, 3);

    for (const struct copy *c = s->w->copies; c; c = c->older)
        if (sees(c, s->actors[actor].handle) && !c->deleted && skip-- <= 0) {
            e.platform = c->platform;
            e.conversation = c->conversation;
            e.room = *c->conversation == '#' ? c->conversation : NULL;
            e.target = c->id;
            give(s, actor, &e, 0);
            return;
        }
}

static void upload(struct sim *s, int actor)
{
    struct event e = event_for(s, actor, EVENT_UPLOAD, "external_id,handle\nx,y\n");

    e.name = "people.csv";
    give(s, actor, &e, 0);
}

/* An edit or a withdrawal that overtakes what it is about. */
static void overtaken(struct sim *s, int actor)
{
    struct event e = event_for(s, actor, EVENT_SAY, sim_unknown_question(s));
    enum event_kind kind = sim_chance(s, 5000) ? EVENT_EDIT : EVENT_WITHDRAW;
    struct said *late = give(s, actor, &e, (int64_t)(1 + sim_random(s, 60)) * 1000);
    struct event change = late->event;

    late->withdrawn = kind == EVENT_WITHDRAW;
    late->edited = kind == EVENT_EDIT;
    change.kind = kind;
    change.target = late->event.thing;
    change.thing = NULL;
    change.sent_ms++;
    change.text = kind == EVENT_EDIT ? sim_unknown_question(s) : NULL;
    give(s, actor, &change, 0);
}

static void redeliver(struct sim *s)
{
    if (!s->said_count)
        return;
    int back = (int)sim_random(s, sim_chance(s, 8000) ? 4 : 200);
    const struct said *again = &s->said[s->said_count - 1 - back % s->said_count];

    world_add(s->w, &again->event);
    s->redeliveries++;
    sim_tell(s, "again: %s of %s", again->event.thing, s->actors[again->actor].handle);
}

static void write_answer(struct sim *s, int actor)
{
    struct event e = event_for(s, actor, EVENT_SAY, sim_statement(s));

    e.platform = s->actors[actor].answering;
    e.room = NULL;
    e.mentioned = false;
    e.conversation = arena_printf(s->w->arena, "@%s", s->actors[actor].handle);
    s->actors[actor].answering = NULL;
    give(s, actor, &e, 0);
}

/* Somebody who was asked for something does it. false: nobody was. */
static bool do_ones_duty(struct sim *s)
{
    static const char *const wanted[] = {
        "Answer", "Approve", "Send to review", "Save for my team", "Return with note", "Keep my wording", "Solved",
        "Pass",   "Fine"
    };
    const char *label = ONE_OF(wanted);
    int look = 60;

    for (const struct copy *c = s->w->copies; c && look-- > 0; c = c->older) {
        struct nodes m;
        const char *user = c->user ? c->user : c->conversation + 1;
        int actor = ACTORS - 1;
        if (!strstr(c->text, label) || !nodes_from_json(s->w->arena, c->body, &m))
            continue;
        while (actor >= 0 && strcmp(s->actors[actor].handle, user) != 0)
            actor--;
        for (const struct node *k = m.first; k && actor >= 0; k = k->next)
            if (is_button(k) && strcmp(k->text, label) == 0) {
                struct event e = event_for(s, actor, EVENT_PRESS, NULL);
                pick(&e, c, k->value);
                give(s, actor, &e, 0);
                if (strcmp(label, "Answer") == 0 || strcmp(label, "Return with note") == 0)
                    s->actors[actor].answering = e.platform;
                return true;
            }
    }
    return false;
}

static int who_acts(struct sim *s)
{
    for (int i = 0; i < ACTORS && sim_chance(s, 9000); i++)
        if (s->actors[i].answering)
            return i;
    return (int)sim_random(s, sim_chance(s, 150) ? ACTORS : ACTORS - 1);
}

void sim_act(struct sim *s)
{
    int actor = who_acts(s);
    uint64_t what = sim_random(s, 1000);

    s->actions++;
    if (s->actors[actor].answering && sim_chance(s, 9000))
        write_answer(s, actor);
    else if (sim_chance(s, s->willing * 200) && do_ones_duty(s))
        (void)0;
    else if (what < 150)
        say(s, actor, sim_card_question(s));
    else if (what < 300)
        say(s, actor, sim_unknown_question(s));
    else if (what < 315)
        say_sensitive(s, actor);
    else if (what < 640)
        press(s, actor);
    else if (what < 740)
        say(s, actor, sim_statement(s));
    else if (what < 860)
        say(s, actor, sim_command(s));
    else if (what < 900)
        say(s, actor, sim_garbage(s));
    else if (what < 925)
        change_words(s, actor, EVENT_EDIT);
    else if (what < 940)
        change_words(s, actor, EVENT_WITHDRAW);
    else if (what < 960)
        react(s, actor);
    else if (what < 965)
        upload(s, actor);
    else if (what < 980)
        overtaken(s, actor);
    if (sim_chance(s, 900))
        redeliver(s);
}
