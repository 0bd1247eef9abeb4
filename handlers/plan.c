/* Paths as people read them: which there are, what is in one, what comes next. */
#include "mandatory.h"
#include "paths_private.h"

#include <stdlib.h>
#include <string.h>

#include "nudges.h"

#define SHOWN 12 /* steps in a plan */
#define OFFERED 5

/* ---- A path ------------------------------------------------------------------------------------------------------ */

const char *path_keeper(struct turn *t, const struct path *p)
{
    int count;
    int64_t *people = owner_people(t, p->owner, &count);

    return count ? person(t, people[0])->name : phrase(t, "the learning team");
}

const char *path_say_state(struct turn *t, int64_t path)
{
    struct path_state s = path_state(t, t->person, path, INT64_MAX);

    if (s.complete)
        return phrase(t, "complete since %s", say_day(t, day_of(person(t, t->person)->zone, s.completed_at)));
    return phrase(t, "%d of %d (%d%%)", s.done, s.of, path_percent(&s));
}

struct urgency {
    int64_t path, day;
    bool locked;
};

static int by_urgency(const void *x, const void *y)
{
    const struct urgency *a = x, *b = y;

    if (a->locked != b->locked)
        return b->locked - a->locked;
    return a->day != b->day ? (a->day > b->day) - (a->day < b->day) : (a->path > b->path) - (a->path < b->path);
}

int64_t *paths_underway(struct turn *t, int *count)
{
    int all, left;
    int64_t *paths = path_enrolments(t, t->person, &all);
    struct urgency *order = arena_array(t->arena, struct urgency, (size_t)all + 1);

    *count = 0;
    for (int i = 0; i < all; i++) {
        if (!path_may_read(t, paths[i], t->person) || path_state(t, t->person, paths[i], INT64_MAX).complete)
            continue;
        const struct step *open = path_open_steps(t, t->person, paths[i], &left);
        int64_t day = mandatory_due(t, t->person, paths[i]);
        if (day == INT64_MIN && left)
            day = step_day(t, t->person, &open[0]);
        order[(*count)++] = (struct urgency){ paths[i], day == INT64_MIN ? INT64_MAX : day,
                                              path_is_locked(path_enrolment(t, t->person, paths[i])) };
    }
    qsort(order, (size_t)*count, sizeof *order, by_urgency);
    for (int i = 0; i < *count; i++)
        paths[i] = order[i].path;
    return paths;
}

static const char *block_say(struct turn *t, const struct step *s, int size)
{
    if (!s->need)
        return phrase(t, "If you like:");
    return s->need == size ? phrase(t, "All of these:") : phrase(t, "Any %d of these:", s->need);
}

static int block_size(const struct step *steps, int count, int first)
{
    int n = 0;

    while (first + n < count && steps[first + n].block == steps[first].block)
        n++;
    return n;
}

/* All steps, by block; they are the list that numbers mean from now on. */
static void say_steps(struct turn *t, struct message *m, const struct path *p)
{
    int count;
    const struct step *steps = path_steps(t, p->id, p->version, &count);

    step_list_clear(t);
    for (int i = 0; i < count; i++) {
        if (!i || steps[i].block != steps[i - 1].block)
            line(m, "%s", block_say(t, &steps[i], block_size(steps, count, i)));
        step_say(t, m, &steps[i], i + 1);
        step_list_set(t, i + 1, steps[i].id);
    }
}

static void say_carried(struct turn *t, struct message *m, const struct path *p)
{
    int count;
    const struct step *steps = path_carried(t, t->person, p->id, &count);

    for (int i = 0; i < count; i++)
        bullet(m, "%s – done %s; the path holds it no more, it counts on", step_title(t, t->person, &steps[i]),
               say_day(t, day_of(person(t, t->person)->zone, step_done_at(t, t->person, &steps[i]))));
}

static void say_lock(struct turn *t, struct message *m, const struct path *p)
{
    if (path_is_locked(path_enrolment(t, t->person, p->id)))
        small(m, "🔒 It is asked of you. %s owns it and alone may waive it.", path_keeper(t, p));
}

static void say_path(struct turn *t, const struct path *p)
{
    struct message *m = reply(t, "*%s*", p->title);
    bool enrolled = path_enrolled(t, t->person, p->id);
    int64_t minutes = path_minutes(t, t->person, p->id);

    if (enrolled)
        say(m, ": %s", path_say_state(t, p->id));
    if (p->outcome)
        line(m, "%s", p->outcome);
    say_steps(t, m, p);
    say_carried(t, m, p);
    if (minutes)
        small(m, "Kept by %s; its cards take about %ld minutes.", path_keeper(t, p), (long)minutes);
    else
        small(m, "Kept by %s.", path_keeper(t, p));
    say_lock(t, m, p);
    if (!enrolled)
        button(m, "Start", "path start", p->id);
    else if (!path_state(t, t->person, p->id, INT64_MAX).complete)
        path_say_next(t, m, p->id);
}

bool path_say_next(struct turn *t, struct message *m, int64_t path)
{
    int count;
    const struct step *open = path_open_steps(t, t->person, path, &count);

    if (!count)
        return false;
    int number = step_list_number(t, open[0].id);
    if (!number) {
        step_list_clear(t);
        for (int i = 0; i < count; i++)
            step_list_set(t, i + 1, open[i].id);
        number = 1;
    }
    line(m, "Next:");
    step_say(t, m, &open[0], number);
    step_list_set(t, 0, open[0].id);
    step_buttons(t, m, &open[0]);
    return true;
}

/* ---- Which there are --------------------------------------------------------------------------------------------- */

static void list_paths(struct turn *t)
{
    int mine, offered = 0;
    int64_t *paths = path_enrolments(t, t->person, &mine);
    struct rows *r = query(t, "SELECT id FROM path WHERE listed = 1 ORDER BY title, id");
    struct message *m = reply(t, mine ? "You are on:" : "You are on no path yet.");

    for (int i = 0; i < mine; i++)
        if (path_may_read(t, paths[i], t->person))
            bullet(m, "*%s*: %s", path_any(t, paths[i])->title, path_say_state(t, paths[i]));
    while (offered < OFFERED && row_next(r)) {
        const struct path *p = path_any(t, row_int(r, 0));
        if (path_enrolled(t, t->person, p->id) || !path_may_read(t, p->id, t->person))
            continue;
        if (!offered++)
            line(m, "You can start:");
        bullet(m, "*%s* – %s", p->title, p->outcome ? p->outcome : phrase(t, "kept by %s", path_keeper(t, p)));
        choice(m, p->title, "path show", p->id, "");
    }
    rows_close(r);
    if (!offered && !mine)
        line(m, "There are none for you to start at the moment; ask me anything instead.");
}

static const struct path *path_meant(struct turn *t)
{
    const struct path *p = path_named(t, arg(t, "path"), t->person);

    if (!p)
        reply(t, "I know no path %s. `path` shows which there are.", text_cut(t->arena, arg(t, "path"), 60));
    return p;
}

static void show_path(struct turn *t)
{
    const struct path *p = path_meant(t);

    if (p)
        say_path(t, p);
}

static const struct path *path_pressed(struct turn *t)
{
    if (path_may_read(t, t->object, t->person))
        return path_any(t, t->object);
    settle(t, NULL);
    reply(t, "That path is gone by now.");
    return NULL;
}

static void press_show(struct turn *t)
{
    const struct path *p = path_pressed(t);

    if (p) {
        settle(t, NULL);
        say_path(t, p);
    }
}

/* ---- On the way -------------------------------------------------------------------------------------------------- */

static void start_path(struct turn *t, const struct path *p, enum path_origin origin)
{
    bool was = path_enrolled(t, t->person, p->id);
    struct message *m;

    path_enrol(t, t->person, p->id, origin);
    step_list_clear(t);
    if (was && path_enrolment(t, t->person, p->id)->origin >= ORIGIN_JOURNEY)
        m = reply(t, "*%s*: %s.", p->title, path_say_state(t, p->id));
    else if (was)
        m = reply(t, "You are on *%s* already: %s.", p->title, path_say_state(t, p->id));
    else
        m = reply(t, "Started: *%s*, %s. What you did before counts.", p->title, path_say_state(t, p->id));
    if (!path_say_next(t, m, p->id))
        line(m, "There is nothing left to do in it.");
    if (!was) {
        button(m, "Undo", "path leave", p->id);
        undoable(t, "path leave", p->id, "");
    }
}

static void start(struct turn *t)
{
    const struct path *p = path_meant(t);

    if (p)
        start_path(t, p, ORIGIN_OWN);
}

static void press_start(struct turn *t)
{
    const struct path *p = path_pressed(t);

    if (p) {
        settle(t, NULL);
        start_path(t, p, strcmp(t->argument, "suggested") == 0 ? ORIGIN_SUGGESTED : ORIGIN_OWN);
    }
}

static void leave(struct turn *t)
{
    int64_t gone = change(t, "DELETE FROM enrolment WHERE person = ?1 AND path = ?2 AND origin < ?3", I(t->person),
                          I(t->object), I(ORIGIN_ASSIGNED));

    if (gone)
        nudge_event(t, t->person, "declined", t->object);
    settle(t, NULL);
    reply(t, gone ? "Taken back: you are not on it. What you did of it still counts if you start again."
                  : "That can't be taken back.");
}

struct shown {
    int number, free; /* steps so far; the first that may be skipped or swapped, 0: none */
};

static void say_due(struct turn *t, struct message *m, int64_t path)
{
    int64_t due = mandatory_due(t, t->person, path);

    if (due != INT64_MIN && due < day_of(person(t, t->person)->zone, t->now))
        say(m, ", overdue since %s", say_day(t, due));
    else if (due != INT64_MIN)
        say(m, ", due %s", say_day(t, due));
}

static void say_plan(struct turn *t, struct message *m, int64_t path, struct shown *shown)
{
    int count, i = 0;
    const struct step *open = path_open_steps(t, t->person, path, &count);
    const struct path *p = path_any(t, path);

    line(m, "*%s*: %s", p->title, path_say_state(t, path));
    say_due(t, m, path);
    for (; i < count && shown->number < SHOWN; i++) {
        step_say(t, m, &open[i], ++shown->number);
        step_list_set(t, shown->number, open[i].id);
        if (shown->number == 1)
            step_list_set(t, 0, open[i].id);
        if (!shown->free && !path_is_locked(path_enrolment(t, t->person, path)))
            shown->free = shown->number;
    }
    if (i < count)
        line(m, "and %d more: `path %s` has all.", count - i, p->slug);
    say_lock(t, m, p);
}

static void say_what_to_write(struct message *m, const struct shown *shown)
{
    if (shown->free)
        small(m, "`done 1` when you did it, `skip %d REASON`, `swap %d` for another form.", shown->free, shown->free);
    else
        small(m, "`done 1` when you did it.");
}

static void plan(struct turn *t)
{
    int count;
    struct shown shown = { 0 };
    int64_t *paths = paths_underway(t, &count);
    struct message *m = reply(t, "Your plan:");

    step_list_clear(t);
    for (int i = 0; i < count; i++)
        say_plan(t, m, paths[i], &shown);
    int64_t first = one_int(t, "SELECT step FROM step_list WHERE person = ?1 AND position = 0", I(t->person));
    if (first) {
        say_what_to_write(m, &shown);
        step_buttons(t, m, step_get(t, first));
    } else {
        say(m, " nothing is open.");
        small(m, "`path` shows what you can start, `next` suggests something.");
    }
}

/* ---- `me` and `why 57%` ------------------------------------------------------------------------------------------ */

static const char *next_checkpoint(const struct step *open, int count)
{
    for (int i = 0; i < count; i++)
        if (strcmp(open[i].kind, "checkpoint") == 0)
            return open[i].text;
    return NULL;
}

static void my_lines(struct turn *t, struct message *m)
{
    int count, left;
    int64_t *paths = path_enrolments(t, t->person, &count);

    for (int i = 0; i < count; i++) {
        if (!path_may_read(t, paths[i], t->person))
            continue;
        bullet(m, "Path *%s*: %s", path_any(t, paths[i])->title, path_say_state(t, paths[i]));
        const struct step *open = path_open_steps(t, t->person, paths[i], &left);
        if (left)
            say(m, ", next: %s", step_title(t, t->person, &open[0]));
        if (next_checkpoint(open, left))
            say(m, ", next checkpoint: %s", next_checkpoint(open, left));
    }
}

static void say_events(struct turn *t, struct message *m, const struct path *p)
{
    int count;
    const struct step *steps = path_steps(t, p->id, p->version, &count);

    line(m, "*%s*, %s:", p->title, path_say_state(t, p->id));
    for (int i = 0; i < count; i++) {
        int64_t at = step_done_at(t, t->person, &steps[i]);
        if (at)
            bullet(m, "%s: done %s", step_title(t, t->person, &steps[i]), say_moment(t, t->person, at));
        else if (step_is_skipped(t, t->person, &steps[i]))
            bullet(m, "%s: skipped, so it does not count", step_title(t, t->person, &steps[i]));
    }
    say_carried(t, m, p);
}

static bool number(struct turn *t, struct message *m, int percent)
{
    int count;
    int64_t *paths = path_enrolments(t, t->person, &count);
    bool found = false;

    for (int i = 0; i < count; i++) {
        struct path_state s = path_state(t, t->person, paths[i], INT64_MAX);
        if (path_percent(&s) != percent || !path_may_read(t, paths[i], t->person))
            continue;
        say_events(t, m, path_any(t, paths[i]));
        found = true;
    }
    return found;
}

static const struct command commands[] = {
    { "path", list_paths, .verb = "path", .help = "what you can learn step by step", .example = "path",
      .seen_by = "Which paths you start, only you see." },
    { "path {path:title}", show_path, .example = "path sql-basics" },
    { "plan", plan, .verb = "plan", .help = "your open steps", .example = "plan", .seen_by = "Only you see it." },
    { "start {path:title}", start, .verb = "start", .writes = true, .example = "start sql-basics" },
    { 0 },
};

static const struct action actions[] = {
    { "path show", press_show }, { "path start", press_start }, { "path leave", leave }, { 0 }
};

const struct handler handler_plan = {
    "plan", .group = "Learn", .commands = commands, .actions = actions, .me = my_lines, .number = number,
};
