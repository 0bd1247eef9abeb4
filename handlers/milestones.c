/* What a goal is made of: milestones, and key results that are ticked, reached or kept within a range. */
#include <stdlib.h>
#include <string.h>

#include "goals_private.h"

/* ---- Reading ------------------------------------------------------------------------------------------------------ */

static int64_t int_or_none(struct rows *r, int column)
{
    return row_is_null(r, column) ? INT64_MIN : row_int(r, column);
}

const struct part *part_get(struct turn *t, int64_t id)
{
    struct rows *r = query(
        t, "SELECT goal, number, kind, title, origin, due, low, high FROM goal_part WHERE id = ?1 AND gone = 0", I(id));

    if (!row_next(r))
        return NULL;
    struct part *p = arena_new(t->arena, struct part);
    const char *due = row_text(r, 5);
    *p = (struct part){ .id = id,
                        .goal = row_int(r, 0),
                        .number = row_int(r, 1),
                        .kind = row_text(r, 2),
                        .title = row_text(r, 3),
                        .origin = row_text(r, 4),
                        .due = due ? day_number(due) : INT64_MIN,
                        .low = int_or_none(r, 6),
                        .high = int_or_none(r, 7) };
    rows_close(r);
    return p;
}

int64_t *parts_of(struct turn *t, int64_t goal, int *count)
{
    return ids_of(t, query(t, "SELECT id FROM goal_part WHERE goal = ?1 AND gone = 0 ORDER BY id", I(goal)), count);
}

static bool is_kind(const struct part *p, const char *kind)
{
    return strcmp(p->kind, kind) == 0;
}

bool part_is_milestone(const struct part *p)
{
    return is_kind(p, "milestone");
}

const char *part_progress_kind(const struct part *p)
{
    return part_is_milestone(p) ? "milestone" : "result";
}

static const struct progress *newest(struct turn *t, int64_t person, const struct part *p)
{
    int count;
    const struct progress *all = progress_of(t, person, part_progress_kind(p), p->id, INT64_MAX, &count);

    return count ? &all[count - 1] : NULL;
}

int part_percent(struct turn *t, const struct goal *g, const struct part *p)
{
    const struct progress *last = newest(t, g->person, p);

    if (!last)
        return 0;
    if (is_kind(p, "reach"))
        return last->value >= p->high ? 100 : (int)(last->value * 100 / p->high);
    if (is_kind(p, "range"))
        return last->value >= p->low && last->value <= p->high ? 100 : 0;
    return 100;
}

int64_t part_done_at(struct turn *t, const struct goal *g, const struct part *p)
{
    const struct progress *last = newest(t, g->person, p);

    return last ? last->at : 0;
}

const char *part_what(struct turn *t, const struct part *p)
{
    if (is_kind(p, "reach"))
        return phrase(t, "reach %ld %s", (long)p->high, p->title);
    if (is_kind(p, "range"))
        return phrase(t, "keep %ld-%ld %s", (long)p->low, (long)p->high, p->title);
    return arena_printf(t->arena, "%s%s", p->title, goal_by(t, p->due));
}

const char *part_name(struct turn *t, const struct part *p)
{
    return part_is_milestone(p) ? phrase(t, "milestone %ld, %s", (long)p->number, part_what(t, p))
                                : phrase(t, "key result %ld, %s", (long)p->number, part_what(t, p));
}

/* Their milestone, or key result, of that number; NULL: answered. */
static const struct part *part_numbered(struct turn *t, int64_t number, bool milestone)
{
    int64_t id = one_int(
        t,
        milestone ? "SELECT id FROM goal_part WHERE person = ?1 AND number = ?2 AND gone = 0 AND kind = 'milestone'"
                  : "SELECT id FROM goal_part WHERE person = ?1 AND number = ?2 AND gone = 0 AND kind <> 'milestone'",
        I(t->person), I(number));

    if (!id)
        reply(t,
              milestone ? "You have no milestone %ld. `goal` lists what you have."
                        : "You have no key result %ld. `goal` lists what you have.",
              (long)number);
    return id ? part_get(t, id) : NULL;
}

/* ---- Adding ------------------------------------------------------------------------------------------------------- */

static int64_t next_number(struct turn *t, int64_t person, bool milestone)
{
    return one_int(t,
                   milestone
                       ? "SELECT coalesce(max(number), 0) + 1 FROM goal_part WHERE person = ?1 AND kind = 'milestone'"
                       : "SELECT coalesce(max(number), 0) + 1 FROM goal_part WHERE person = ?1 AND kind <> 'milestone'",
                   I(person));
}

int64_t milestone_insert(struct turn *t, const struct goal *g, const char *title, int64_t day, const char *origin)
{
    return insert(t,
                  "INSERT INTO goal_part(person, goal, number, kind, title, due, origin) "
                  "VALUES(?1, ?2, ?3, 'milestone', ?4, ?5, ?6)",
                  I(g->person), I(g->id), I(next_number(t, g->person, true)), T(title),
                  T(day == INT64_MIN ? NULL : day_iso(t->arena, day)), T(origin));
}

/* "milestone first report by fri" without its goal, for the choice of one. */
static const char *form_for(struct turn *t)
{
    return arena_printf(t->arena, "%s for #", t->text);
}

/* A milestone of the company's goal is L&D's, one of a team's was set by its manager. */
static const char *origin_in(const struct goal *g)
{
    return goal_is_own(g) ? "own" : strcmp(g->scope, "team") == 0 ? "agreed" : "lnd";
}

static void milestone_add(struct turn *t)
{
    const char *title = arg(t, "title");
    int64_t day = arg_day(t, "by");
    const struct goal *g = goal_title_fits(t, title) ? goal_open(t, arg_int(t, "n"), form_for(t)) : NULL;

    if (!g)
        return;
    const struct part *p = part_get(t, milestone_insert(t, g, title, day, origin_in(g)));
    undoable(t, "part forget", p->id, "");
    goal_audit(t, g, "milestone", "milestone", p->id);
    struct message *m = reply(t, "Milestone %ld of *%s*: *%s*%s.", (long)p->number, g->title, title, goal_by(t, day));
    if (day != INT64_MIN && g->due != INT64_MIN && day > g->due)
        say(m, " That is after the day of the goal itself, %s.", say_day(t, g->due));
    small(m, "`milestone %ld done` when it is.", (long)p->number);
    button(m, "Add a milestone", "goal milestone", g->id);
}

static const struct part *result_insert(struct turn *t, const char *kind, int64_t low, int64_t high)
{
    const char *title = arg(t, "what");
    const struct goal *g = goal_title_fits(t, title) ? goal_open(t, arg_int(t, "n"), form_for(t)) : NULL;

    if (!g)
        return NULL;
    int64_t id = insert(t,
                        "INSERT INTO goal_part(person, goal, number, kind, title, origin, low, high) "
                        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                        I(t->person), I(g->id), I(next_number(t, t->person, false)), T(kind), T(title), T(origin_in(g)),
                        I(low), I(high));
    undoable(t, "part forget", id, "");
    goal_audit(t, g, "result", "result", id);
    return part_get(t, id);
}

static void say_result(struct turn *t, const struct part *p)
{
    struct message *m =
        reply(t, "Key result %ld of *%s*: *%s*.", (long)p->number, goal_get(t, p->goal)->title, part_what(t, p));

    if (is_kind(p, "tick"))
        small(m, "`result %ld done` when it is.", (long)p->number);
    else
        small(m, "`result %ld %ld` says where it stands.", (long)p->number,
              (long)(is_kind(p, "reach") ? p->high / 2 : p->low));
}

static void result_tick(struct turn *t)
{
    const struct part *p = result_insert(t, "tick", 0, 0);

    if (p)
        say_result(t, p);
}

static void result_reach(struct turn *t)
{
    int64_t high = arg_int(t, "high");
    const struct part *p = NULL;

    if (high)
        p = result_insert(t, "reach", 0, high);
    else
        reply(t, "Nought is reached already. How many is it to be, like `reach 20 calls`?");
    if (p)
        say_result(t, p);
}

static void result_keep(struct turn *t)
{
    int64_t low = arg_int(t, "low"), high = arg_int(t, "high");
    const struct part *p = NULL;

    if (low <= high)
        p = result_insert(t, "range", low, high);
    else
        reply(t, "%ld is more than %ld. The lower comes first: `keep %ld-%ld %s`.", (long)low, (long)high, (long)high,
              (long)low, arg(t, "what"));
    if (p)
        say_result(t, p);
}

/* ---- Done, and how far -------------------------------------------------------------------------------------------- */

static bool goal_takes(struct turn *t, const struct part *p)
{
    const struct goal *g = goal_get(t, p->goal);

    if (goal_is(g, "open"))
        return true;
    goal_say_closed(t, g);
    return false;
}

static void record(struct turn *t, const struct part *p, const char *event, int64_t value)
{
    progress_add(t, t->person, part_progress_kind(p), p->id, event, value, NULL);
    undoable(t, "part back", p->id, "");
}

static void say_goal(struct turn *t, struct message *m, const struct part *p)
{
    const struct goal *g = goal_get(t, p->goal);
    int percent = goal_percent(t, g);
    const char *done = arena_printf(t->arena, "goal %ld done", (long)g->number);

    say(m, " *%s* stands at %d%%.", g->title, percent);
    if (percent == 100)
        choice(m, done, "say", 0, done);
}

static void part_done(struct turn *t, const struct part *p)
{
    const struct progress *before = newest(t, t->person, p);

    if (!goal_takes(t, p))
        return;
    if (before) {
        reply(t, "*%s* was done on %s already.", p->title, say_day(t, day_of(person(t, t->person)->zone, before->at)));
        return;
    }
    record(t, p, "done", NO_VALUE);
    struct message *m = reply(t, "*%s* is done.", p->title);
    say_goal(t, m, p);
}

static void part_drop(struct turn *t, const struct part *p)
{
    const struct goal *g = goal_get(t, p->goal);

    goal_audit(t, g, "goal part drop", part_progress_kind(p), p->id);
    change(t, "UPDATE goal_part SET gone = 1 WHERE id = ?1", I(p->id));
    undoable(t, "part undrop", p->id, "");
    reply(t, "*%s* is no longer part of *%s*.", p->title, g->title);
}

static void milestone_deed(struct turn *t)
{
    const struct part *p = part_numbered(t, arg_int(t, "n"), true);

    if (p && text_same(arg(t, "deed"), "done"))
        part_done(t, p);
    else if (p)
        part_drop(t, p);
}

static bool takes_number(struct turn *t, const struct part *p)
{
    if (is_kind(p, "reach") || is_kind(p, "range"))
        return true;
    reply(t, "*%s* is done or not: `result %ld done`.", p->title, (long)p->number);
    return false;
}

static void result_deed(struct turn *t)
{
    const struct part *p = part_numbered(t, arg_int(t, "n"), false);

    if (!p)
        return;
    if (text_same(arg(t, "deed"), "drop"))
        part_drop(t, p);
    else if (is_kind(p, "tick"))
        part_done(t, p);
    else
        reply(t, "Where does it stand, in numbers? Like `result %ld %ld`", (long)p->number, (long)p->high);
}

static void result_value(struct turn *t)
{
    const struct part *p = part_numbered(t, arg_int(t, "n"), false);
    const char *text = arg(t, "value");

    if (!p || !takes_number(t, p) || !goal_takes(t, p))
        return;
    if (strspn(text, "0123456789") != strlen(text) || strlen(text) > 9) {
        reply(t, "I count in whole numbers from nought, like `result %ld %ld`.", (long)p->number, (long)p->high);
        return;
    }
    int64_t value = strtoll(text, NULL, 10);
    record(t, p, "value", value);
    struct message *m;
    if (is_kind(p, "reach"))
        m = reply(t, "*%s*: %ld of %ld.", p->title, (long)value, (long)p->high);
    else
        m = reply(t, "*%s*: %ld, %s %ld-%ld.", p->title, (long)value,
                  value < p->low || value > p->high ? phrase(t, "outside") : phrase(t, "within"), (long)p->low,
                  (long)p->high);
    say_goal(t, m, p);
}

/* ---- Taken back --------------------------------------------------------------------------------------------------- */

static void part_back(struct turn *t)
{
    const struct part *p = part_get(t, t->object);
    const struct progress *last = p ? newest(t, t->person, p) : NULL;

    if (!last)
        return;
    progress_take_back(t, last->id);
    struct message *m = reply(t, "Undone: *%s*.", p->title);
    say_goal(t, m, p);
}

static void part_undrop(struct turn *t)
{
    change(t, "UPDATE goal_part SET gone = 0 WHERE id = ?1 AND person = ?2", I(t->object), I(t->person));
    const struct part *p = part_get(t, t->object);
    if (p)
        say_goal(t, reply(t, "Undone: *%s* counts again.", p->title), p);
}

static void part_forget(struct turn *t)
{
    const struct part *p = part_get(t, t->object);

    if (!p)
        return;
    change(t, "DELETE FROM goal_part WHERE id = ?1 AND person = ?2", I(p->id), I(t->person));
    settle(t, NULL);
    reply(t, "Undone: *%s* is gone.", p->title);
}

static const struct command commands[] = {
    { "milestone {title} [by {by:date}] [for {n:number}]", milestone_add, .verb = "milestone", .writes = true,
      .help = "a step of a goal", .example = "milestone First report by fri for 1",
      .seen_by = "Who sees the goal sees its milestones." },
    { "milestone {n:number} {deed:done|drop}", milestone_deed, .writes = true, .example = "milestone 1 done" },
    { "milestone {deed:done|drop} {n:number}", milestone_deed, .writes = true },
    { "reach {high:number} {what} [for {n:number}]", result_reach, .verb = "result", .writes = true,
      .help = "how far a key result of a goal is", .example = "reach 20 calls for 1",
      .seen_by = "Who sees the goal sees how far it is." },
    { "keep {low:number}-{high:number} {what} [for {n:number}]", result_keep, .writes = true,
      .example = "keep 2-5 open cases for 1" },
    { "tick {what} [for {n:number}]", result_tick, .writes = true, .example = "tick guide published for 1" },
    { "result {n:number} {deed:done|drop}", result_deed, .writes = true, .example = "result 1 done" },
    { "result {deed:done|drop} {n:number}", result_deed, .writes = true },
    { "result {n:number} {value:[-+]?[0-9][0-9.,]*%?}", result_value, .writes = true, .example = "result 1 12" },
    { 0 },
};

static const struct action actions[] = {
    { "part back", part_back }, { "part undrop", part_undrop }, { "part forget", part_forget }, { 0 }
};

const struct handler handler_milestones = { "milestones", .group = "Learn", .commands = commands, .actions = actions };
