/* What one does with a goal that is there: say how far it is, finish it, park it, give it another day, celebrate. */
#include <stdlib.h>
#include <string.h>

#include "goals_private.h"

/* ---- How far ------------------------------------------------------------------------------------------------------ */

/* "60%", "60 percent", "60"; -1: no such number. */
static int read_percent(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    const char *rest = text + digits + strspn(text + digits, " ");

    if (!digits || digits > 3 || (*rest && strcmp(rest, "%") != 0 && !text_same(rest, "percent")))
        return -1;
    int percent = (int)strtol(text, NULL, 10);
    return percent <= 100 ? percent : -1;
}

static void goal_value(struct turn *t)
{
    const struct goal *g = goal_open(t, arg_int(t, "n"), "");
    int percent = read_percent(arg(t, "value"));

    if (!g)
        return;
    if (percent < 0) {
        reply(t, "How far a goal is goes from 0%% to 100%%, in whole numbers, like `goal %ld 60%%`.", (long)g->number);
        return;
    }
    progress_add(t, t->person, "goal", g->id, "value", percent, NULL);
    undoable(t, "goal unvalue", g->id, "");
    struct message *m = reply(t, "*%s* stands at %d%%.", g->title, percent);
    if (percent == 100)
        choice(m, arena_printf(t->arena, "goal %ld done", (long)g->number), "say", 0,
               arena_printf(t->arena, "goal %ld done", (long)g->number));
}

static void unvalue(struct turn *t)
{
    const struct goal *g = goal_get(t, t->object);
    const struct progress *p = progress_last(t, t->person, "goal", t->object, "value");

    if (!g || !p)
        return;
    progress_take_back(t, p->id);
    reply(t, "Undone: *%s* stands at %d%%.", g->title, goal_percent(t, g));
}

void goal_tell_day(struct turn *t, int64_t id)
{
    const struct goal *g = goal_get(t, id);

    if (goal_is_own(g))
        nudge_due(t, g->person, "goal", id, NULL, g->title, goal_is(g, "open") ? g->due : INT64_MIN);
}

/* "goal 2 by fri" gives it another day; what was agreed was the old one. */
void goal_move(struct turn *t, const struct goal *g, int64_t day)
{
    progress_add(t, g->person, "goal", g->id, "moved", g->due == INT64_MIN ? NO_VALUE : g->due, NULL);
    change(t, "UPDATE goal SET due = ?2, agreed = NULL WHERE id = ?1", I(g->id), T(day_iso(t->arena, day)));
    goal_tell_day(t, g->id);
    goal_audit(t, g, "goal moved", "goal", g->id);
}

static void goal_day(struct turn *t)
{
    const struct goal *g = goal_open(t, arg_int(t, "n"), "");

    if (!g)
        return;
    goal_move(t, g, arg_day(t, "by"));
    undoable(t, "goal unmove", g->id, "");
    struct message *m = reply(t, "*%s*%s.", g->title, goal_by(t, arg_day(t, "by")));
    if (g->agreed)
        say(m, " What %s agreed to was the day before.", person(t, g->agreed)->name);
}

static void unmove(struct turn *t)
{
    const struct goal *g = goal_get(t, t->object);
    const struct progress *p = progress_last(t, t->person, "goal", t->object, "moved");

    if (!g || !p)
        return;
    int64_t day = p->value == NO_VALUE ? INT64_MIN : p->value;
    progress_take_back(t, p->id);
    change(t, "UPDATE goal SET due = ?2, agreed = NULL WHERE id = ?1", I(g->id),
           T(day == INT64_MIN ? NULL : day_iso(t->arena, day)));
    goal_tell_day(t, g->id);
    reply(t, "Undone: *%s*%s.", g->title, day == INT64_MIN ? phrase(t, ", without a day") : goal_by(t, day));
}

/* ---- Done --------------------------------------------------------------------------------------------------------- */

static void set_state(struct turn *t, const struct goal *g, const char *state)
{
    change(t, "UPDATE goal SET state = ?2 WHERE id = ?1 AND person = ?3", I(g->id), T(state), I(t->person));
    goal_tell_day(t, g->id);
    goal_audit(t, g, arena_printf(t->arena, "goal %s", state), "goal", g->id);
}

static void done(struct turn *t, const struct goal *g)
{
    progress_add(t, t->person, "goal", g->id, "done", NO_VALUE, NULL);
    set_state(t, g, "done");
    undoable(t, "goal undone", g->id, "");
    struct message *m = reply(t, "*%s* is done. Well done!", g->title);
    if (g->shared && !person_hidden(t, t->person))
        say(m, " It stands with what your manager sees.");
    if (t->in_room)
        button(m, "Share here", "goal celebrate", g->id);
    else
        small(m, "I tell nobody. `goal celebrate %ld` in a room shows it there.", (long)g->number);
}

static void undone(struct turn *t)
{
    const struct goal *g = goal_get(t, t->object);
    const struct progress *p = progress_last(t, t->person, "goal", t->object, "done");

    if (!g || !p)
        return;
    progress_take_back(t, p->id);
    set_state(t, g, "open");
    reply(t, "Undone: *%s* is open, at %d%%.", g->title, goal_percent(t, goal_get(t, g->id)));
}

static void celebrate(struct turn *t, const struct goal *g)
{
    if (!goal_is(g, "done")) {
        reply(t, "*%s* is not done yet. `goal %ld done` first.", g->title, (long)g->number);
        return;
    }
    if (!t->in_room) {
        reply(t, "Say it in the room that should see it: `goal celebrate %ld`. Nothing is shown before you press.",
              (long)g->number);
        return;
    }
    struct message *m = reply(t, "Shall everybody here see that you reached *%s*?", g->title);
    button(m, "Share here", "goal celebrate", g->id);
}

static void celebrate_pressed(struct turn *t)
{
    const struct goal *g = goal_get(t, t->object);

    if (t->stale || !t->in_room || !g || !goal_is(g, "done")) {
        reply(t, t->stale ? "You shared it here already." : "That is not to be shown here any more.");
        return;
    }
    tell_room(t, "%s reached a goal: *%s*. Well done!", first_name(t, t->person), g->title);
    audit(t, "goal celebrate", "goal", g->id);
    settle(t, "Shared here.");
}

/* ---- Parked, dropped ---------------------------------------------------------------------------------------------- */

void goal_park(struct turn *t, const struct goal *g)
{
    progress_add(t, t->person, "goal", g->id, "parked", NO_VALUE, NULL);
    set_state(t, g, "parked");
    undoable(t, "goal reopen", g->id, "");
}

static void park(struct turn *t, const struct goal *g)
{
    goal_park(t, g);
    reply(t, "Parked: *%s*. `goal resume %ld` takes it up again.", g->title, (long)g->number);
}

static void drop(struct turn *t, const struct goal *g)
{
    if (g->shared)
        goal_hide(t, g);
    progress_add(t, t->person, "goal", g->id, "dropped", NO_VALUE, NULL);
    set_state(t, g, "dropped");
    undoable(t, "goal reopen", g->id, g->shared ? "private" : "");
    reply(t, "Dropped: *%s*. Plans may change.", g->title);
}

static void unshare(struct turn *t, const struct goal *g)
{
    if (g->shared)
        undoable(t, "undo not", 0, arena_printf(t->arena, "goal share %ld", (long)g->number));
    goal_unshare(t, g);
}

static void resume(struct turn *t, const struct goal *g)
{
    if (goal_is(g, "open")) {
        reply(t, "*%s* is open.", g->title);
        return;
    }
    if (!goal_is(g, "parked")) {
        goal_say_closed(t, g);
        return;
    }
    if (goals_too_many(t, arena_printf(t->arena, "goal resume %ld", (long)g->number)))
        return;
    progress_add(t, t->person, "goal", g->id, "resumed", NO_VALUE, NULL);
    set_state(t, g, "open");
    undoable(t, "goal park", g->id, "");
    reply(t, "*%s* is open again%s: %d%%.", g->title, goal_by(t, g->due), goal_percent(t, goal_get(t, g->id)));
}

static void reopen(struct turn *t)
{
    const struct goal *g = goal_get(t, t->object);

    if (!g)
        return;
    set_state(t, g, "open");
    struct message *m = reply(t, "Undone: *%s* is open.", g->title);
    if (*t->argument)
        say(m, " Only you see it now: `goal share %ld` shows it again.", (long)g->number);
}

static void park_again(struct turn *t)
{
    const struct goal *g = goal_get(t, t->object);

    if (g && goal_is(g, "open"))
        park(t, g);
}

static void choose_alignment(struct turn *t, const struct goal *g)
{
    int count;

    goals_to_serve(t, &count);
    struct message *m =
        reply(t, count ? "*%s*" : "There is no goal of your team or the company that *%s* could serve.", g->title);
    if (count)
        goal_offer(t, m, g);
}

/* ---- goal done 2, goal 2 done ------------------------------------------------------------------------------------- */

static const struct deed {
    const char *word;
    void (*run)(struct turn *t, const struct goal *g);
    bool of_closed; /* it may be about one that is not open */
} deeds[] = {
    { "done", done, false },          { "share", goal_share, false },
    { "unshare", unshare, true },     { "park", park, false },
    { "drop", drop, false },          { "delete", drop, false },
    { "remove", drop, false },        { "resume", resume, true },
    { "celebrate", celebrate, true }, { "align", choose_alignment, false },
};

static void goal_deed(struct turn *t)
{
    const char *word = arg(t, "deed");
    int64_t number = arg_int(t, "n");

    for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++) {
        if (!text_same(deeds[i].word, word))
            continue;
        const struct goal *g = deeds[i].of_closed && number != INT64_MIN
                                   ? goal_numbered(t, number)
                                   : goal_open(t, number, arena_printf(t->arena, "goal %s #", deeds[i].word));
        if (g)
            deeds[i].run(t, g);
        return;
    }
}

#define DEEDS "{deed:done|share|unshare|park|drop|delete|remove|resume|celebrate|align}"

static const struct command commands[] = {
    { "goal {n:number} {value:[-+]?[0-9][0-9.,]*\\s*(?:(?:%|percent).*)?}", goal_value, .verb = "goal", .writes = true,
      .example = "goal 1 60%" },
    { "goal {n:number} by {by:date}", goal_day, .writes = true, .example = "goal 1 by 31 Jul" },
    { "goal {n:number} " DEEDS, goal_deed, .writes = true, .example = "goal 1 done" },
    { "goal " DEEDS " {n:number}", goal_deed, .writes = true, .example = "goal share 1" },
    { "goal " DEEDS, goal_deed, .writes = true },
    { "goal {n:number} is {deed:done}", goal_deed, .writes = true },
    { 0 },
};

static const struct action actions[] = { { "goal unvalue", unvalue },
                                         { "goal unmove", unmove },
                                         { "goal undone", undone },
                                         { "goal reopen", reopen },
                                         { "goal park", park_again },
                                         { "goal celebrate", celebrate_pressed },
                                         { 0 } };

const struct handler handler_goals_deeds = { "goals_deeds", .commands = commands, .actions = actions };
