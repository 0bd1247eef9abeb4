/* Goals shown, and how far they are: counted anew each time from what was done, so that it can be explained. */
#include <string.h>

#include "goals_private.h"

#define K 5 /* fewer people are no figure */

/* What counts towards it, summed up. */
struct sum {
    int parts, percent;
    int64_t newest; /* the last event of a part */
};

static struct sum sum_of(struct turn *t, const struct goal *g)
{
    struct sum s = { 0 };
    int count, events;
    int64_t *parts = parts_of(t, g->id, &count);

    for (int i = 0; i < count; i++) {
        const struct part *p = part_get(t, parts[i]);
        const struct progress *all = progress_of(t, g->person, part_progress_kind(p), p->id, INT64_MAX, &events);
        s.parts++;
        s.percent += part_percent(t, g, p);
        if (events && all[events - 1].id > s.newest)
            s.newest = all[events - 1].id;
    }
    s.percent = s.parts ? s.percent / s.parts : 0;
    return s;
}

/* What they said last, until more than that was done since; NULL: the parts count. */
static const struct progress *said(struct turn *t, const struct goal *g, const struct sum *s)
{
    const struct progress *value = progress_last(t, g->person, "goal", g->id, "value");

    return value && (value->id > s->newest || value->value > s->percent) ? value : NULL;
}

int64_t goal_done_at(struct turn *t, const struct goal *g)
{
    const struct progress *done = progress_last(t, g->person, "goal", g->id, "done");

    return goal_is(g, "done") && done ? done->at : 0;
}

int goal_percent(struct turn *t, const struct goal *g)
{
    struct sum s = sum_of(t, g);
    const struct progress *value = said(t, g, &s);

    if (goal_is(g, "done"))
        return 100;
    if (value)
        return (int)value->value;
    return s.percent;
}

static const char *next_milestone(struct turn *t, const struct goal *g)
{
    int count;
    int64_t *parts = parts_of(t, g->id, &count);

    for (int i = 0; i < count; i++) {
        const struct part *p = part_get(t, parts[i]);
        if (part_is_milestone(p) && part_percent(t, g, p) < 100)
            return part_name(t, p);
    }
    return NULL;
}

void goal_say_line(struct turn *t, struct message *m, const struct goal *g)
{
    const char *next = next_milestone(t, g);
    int64_t checkpoint = goal_checkpoint(t, g->id);

    bullet(m, "Goal %ld: *%s*%s: %d%%", (long)g->number, g->title, goal_by(t, g->due), goal_percent(t, g));
    if (next)
        say(m, "; next: %s", next);
    if (checkpoint)
        say(m, "; checkpoint on %s", say_day(t, day_of(person(t, g->person)->zone, checkpoint)));
    say(m, ". ");
    goal_say_seen_by(t, m, g);
}

/* ---- Showing them ------------------------------------------------------------------------------------------------- */

static void say_parts(struct turn *t, struct message *m, const struct goal *g)
{
    int count;
    int64_t *parts = parts_of(t, g->id, &count);

    for (int i = 0; i < count; i++) {
        const struct part *p = part_get(t, parts[i]);
        bullet(m, "%s: %s", part_name(t, p),
               part_is_milestone(p) && part_percent(t, g, p) == 100
                   ? phrase(t, "done")
                   : arena_printf(t->arena, "%d%%", part_percent(t, g, p)));
        if (strcmp(p->origin, "own") != 0)
            say(m, strcmp(p->origin, "agreed") == 0 ? " (agreed with your manager)" : " (from L&D)");
    }
}

/* Whose goals serve it is theirs; how many is said from five on. */
static void say_servants(struct turn *t, struct message *m, const struct goal *g)
{
    int64_t people = one_int(
        t, "SELECT count(DISTINCT person) FROM goal WHERE aligned = ?1 AND state IN ('open', 'done')", I(g->id));

    if (people >= K)
        bullet(m, "Goals of %ld people serve it.", (long)people);
    else
        bullet(m, "Goals of fewer than %d people serve it.", K);
}

static void goal_show(struct turn *t)
{
    const struct goal *g = goal_numbered(t, arg_int(t, "n"));

    if (!g)
        return;
    if (!goal_is(g, "open")) {
        goal_say_closed(t, g);
        return;
    }
    const struct goal *serves = g->aligned ? goal_get(t, g->aligned) : NULL;
    struct message *m = reply(t, "*%s*%s: %d%%. ", g->title, goal_by(t, g->due), goal_percent(t, g));
    goal_say_seen_by(t, m, g);
    if (!goal_is_own(g))
        say_servants(t, m, g);
    if (serves)
        bullet(m, "It serves *%s*.", serves->title);
    say_parts(t, m, g);
    goal_offer(t, m, g);
}

static void say_served(struct turn *t, struct message *m)
{
    int count;
    int64_t *ids = goals_to_serve(t, &count);

    for (int i = 0; i < count; i++) {
        const struct goal *g = goal_get(t, ids[i]);
        bullet(m, strcmp(g->scope, "team") == 0 ? "Your team is after *%s*%s." : "The company is after *%s*%s.",
               g->title, goal_by(t, g->due));
    }
}

static void say_own(struct turn *t, struct message *m)
{
    int count;
    int64_t *ids = ids_of(
        t, query(t, "SELECT id FROM goal WHERE person = ?1 AND state = 'open' ORDER BY number", I(t->person)), &count);

    for (int i = 0; i < count; i++)
        goal_say_line(t, m, goal_get(t, ids[i]));
    struct rows *r =
        query(t, "SELECT number, title FROM goal WHERE person = ?1 AND state = 'parked' ORDER BY number", I(t->person));
    while (row_next(r))
        bullet(m, "Goal %ld: *%s* is parked: `goal resume %ld`.", (long)row_int(r, 0), row_text(r, 1),
               (long)row_int(r, 0));
}

static void goals_list(struct turn *t)
{
    bool any = one_int(t, "SELECT count(*) FROM goal WHERE person = ?1 AND state IN ('open', 'parked')", I(t->person));
    struct message *m =
        any ? reply(t, "Your goals:")
            : reply(t, "You have no open goal. `goal SQL level 3 by 30 Jun` sets one; only you see it.");

    say_own(t, m);
    say_served(t, m);
}

/* ---- why 60% ------------------------------------------------------------------------------------------------------ */

static const char *day_of_event(struct turn *t, const struct progress *p)
{
    return say_day(t, day_of(person(t, p->person)->zone, p->at));
}

static void say_events(struct turn *t, struct message *m, const struct goal *g, const struct part *p)
{
    int count;
    const struct progress *all = progress_of(t, g->person, part_progress_kind(p), p->id, INT64_MAX, &count);

    bullet(m, "%s: %d%%", part_name(t, p), part_percent(t, g, p));
    for (int i = 0; i < count; i++)
        if (all[i].value == NO_VALUE)
            say(m, ", done on %s", day_of_event(t, &all[i]));
        else
            say(m, ", %ld on %s", (long)all[i].value, day_of_event(t, &all[i]));
    if (!count)
        say(m, ", nothing yet");
}

static void say_reasons(struct turn *t, struct message *m, const struct goal *g)
{
    struct sum s = sum_of(t, g);
    const struct progress *value = said(t, g, &s), *done = progress_last(t, g->person, "goal", g->id, "done");
    int count;

    line(m, "Goal %ld, *%s*:", (long)g->number, g->title);
    if (goal_is(g, "done") && done) {
        bullet(m, "you said it is done on %s", day_of_event(t, done));
        return;
    }
    if (value) {
        bullet(m, "you said %ld%% on %s; it holds until milestones and key results say more", (long)value->value,
               day_of_event(t, value));
        return;
    }
    int64_t *parts = parts_of(t, g->id, &count);
    for (int i = 0; i < count; i++)
        say_events(t, m, g, part_get(t, parts[i]));
    if (count > 1)
        small(m, "Each counts the same.");
    if (!count)
        bullet(m, "nothing was recorded yet");
}

static bool goals_number(struct turn *t, struct message *m, int percent)
{
    int count, found = 0;
    int64_t *ids = ids_of(
        t,
        query(t, "SELECT id FROM goal WHERE person = ?1 AND state IN ('open', 'done') ORDER BY number", I(t->person)),
        &count);

    for (int i = 0; i < count; i++) {
        const struct goal *g = goal_get(t, ids[i]);
        if (goal_percent(t, g) != percent)
            continue;
        say_reasons(t, m, g);
        found++;
    }
    return found;
}

static const struct command commands[] = {
    { "goal", goals_list, .verb = "goal", .example = "goal" },
    { "goals", goals_list },
    { "goal {n:number}", goal_show, .example = "goal 1" },
    { "my goals", goals_list, .natural = true },
    { "what are my goals", goals_list, .natural = true },
    { "show my goals", goals_list, .natural = true },
    { 0 },
};

const struct handler handler_goals_show = { "goals_show", .commands = commands, .number = goals_number };
