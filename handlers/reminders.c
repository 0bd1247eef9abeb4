/* What one asked to be reminded of, and the checkpoints one set for a goal: they come on the day that was said, because
 * they were asked for. */
#include "goals_private.h"

#define WHAT_MAX 200                 /* characters */
#define MORNING_MINUTE (9 * 60 + 30) /* where no time was said */

static const char *timer_key(struct turn *t, int64_t id)
{
    return arena_printf(t->arena, "reminder %ld", (long)id);
}

/* The time that was said; without one half past nine, or later if their work begins later. */
static int64_t moment_of(struct turn *t, const char *text)
{
    const struct hours *h = person_hours(t, t->person);
    struct date d = date_parse(text, day_of(h->zone, t->now));
    int64_t at = instant_on(h->zone, d.day, d.minute >= 0 ? d.minute : MORNING_MINUTE), work = work_next(h, at);

    return d.minute < 0 && work != INT64_MAX && day_of(h->zone, work) == d.day ? work : at;
}

/* Kept, and the words for when it will come; NULL: that moment has passed, and it was answered. */
static const char *keep(struct turn *t, const char *what, int64_t goal, const char *on, int64_t *id)
{
    int64_t at = moment_of(t, on);
    const char *said = say_moment(t, t->person, at);

    if (at <= t->now) {
        reply(t, "%s has passed. Which day and time, like `fri 10:00`?", said);
        return NULL;
    }
    *id = insert(t, "INSERT INTO reminder(person, what, goal, at) VALUES(?1, ?2, ?3, ?4)", I(t->person), T(what),
                 IDN(goal), I(at));
    later(t, at, "reminder", *id, timer_key(t, *id));
    undoable(t, "reminder forget", *id, "");
    return said;
}

static void ask_day(struct turn *t)
{
    const char *what = text_cut(t->arena, arg(t, "what"), 60);
    struct message *m = reply(t, "On which day? For example:");

    choice(m, arena_printf(t->arena, "remind me to %s tomorrow", what), "say", 0,
           arena_printf(t->arena, "remind me to %s tomorrow", arg(t, "what")));
    choice(m, arena_printf(t->arena, "remind me to %s in 1 week", what), "say", 0,
           arena_printf(t->arena, "remind me to %s in 1 week", arg(t, "what")));
}

static void remind(struct turn *t)
{
    const char *what = arg(t, "what");
    const struct org_sensitive *human = sensitive(t, what);
    int64_t id;

    if (human) {
        reply(t, "This belongs to a human rather than to a list, so I keep none of it. %s", human->contact);
        return;
    }
    if (text_length(what) > WHAT_MAX) {
        reply(t, "I keep %d characters at most; this has %zu. What is it in one line?", WHAT_MAX, text_length(what));
        return;
    }
    if (!arg(t, "on")) {
        ask_day(t);
        return;
    }
    const char *said = keep(t, what, 0, arg(t, "on"), &id);
    if (!said)
        return;
    struct message *m = reply(t, "I'll remind you on %s: *%s*. Only you see it.", said, what);
    button(m, "Undo", "reminder forget", id);
}

static void checkpoint(struct turn *t)
{
    const char *on = arg(t, "on");
    const struct goal *g = goal_open(t, arg_int(t, "n"), arena_printf(t->arena, "checkpoint %s for #", on));
    int64_t id;
    const char *said = g ? keep(t, g->title, g->id, on, &id) : NULL;

    if (!said)
        return;
    struct message *m = reply(t, "Checkpoint of *%s* on %s: I'll ask you how far it is.", g->title, said);
    button(m, "Undo", "reminder forget", id);
}

int64_t goal_checkpoint(struct turn *t, int64_t goal)
{
    return one_int(t, "SELECT min(at) FROM reminder WHERE goal = ?1 AND at > ?2", I(goal), I(t->now));
}

static void ask_how_far(struct turn *t, int64_t person, const struct goal *g)
{
    t->reader = person;
    struct message *m = tell(t, person, CLASS_OWED, "Checkpoint of *%s*%s: it stands at %d%%. How far is it now?",
                             g->title, goal_by(t, g->due), goal_percent(t, g));

    small(m, "`goal %ld 60%%`, or `goal %ld done`.", (long)g->number, (long)g->number);
    explain(m, "You set this checkpoint.");
    t->reader = 0;
}

static void reminder_due(struct turn *t)
{
    int64_t who = one_int(t, "SELECT person FROM reminder WHERE id = ?1", I(t->object));
    int64_t goal = one_int(t, "SELECT goal FROM reminder WHERE id = ?1", I(t->object));
    const char *what = one_text(t, "SELECT what FROM reminder WHERE id = ?1", I(t->object));
    const struct goal *g = goal ? goal_get(t, goal) : NULL;

    if (!what)
        return;
    change(t, "DELETE FROM reminder WHERE id = ?1", I(t->object));
    if (g && goal_is(g, "open"))
        ask_how_far(t, who, g);
    else if (!goal)
        explain(tell(t, who, CLASS_OWED, "You wanted to be reminded: *%s*", what), "You asked me to remind you.");
}

static void forget_one(struct turn *t)
{
    const char *what =
        one_text(t, "SELECT what FROM reminder WHERE id = ?1 AND person = ?2", I(t->object), I(t->person));

    settle(t, NULL);
    if (!what) {
        reply(t, "That one is gone already.");
        return;
    }
    change(t, "DELETE FROM reminder WHERE id = ?1", I(t->object));
    not_later(t, timer_key(t, t->object));
    reply(t, "Undone: I won't remind you of *%s*.", what);
}

static struct rows *theirs(struct turn *t)
{
    return query(t, "SELECT id, what, at FROM reminder WHERE person = ?1 ORDER BY at, id", I(t->person));
}

static void reminders(struct turn *t)
{
    struct rows *r = theirs(t);
    struct message *m = NULL;

    while (row_next(r)) {
        m = m ? m : reply(t, "I remind you of these; press one to take it back:");
        bullet(m, "%s: *%s*", say_moment(t, t->person, row_int(r, 2)), row_text(r, 1));
        choice(m, text_cut(t->arena, row_text(r, 1), 60), "reminder forget", row_int(r, 0), "");
    }
    if (!m)
        reply(t, "There is nothing I am to remind you of. `remind me to call Ana fri` would be something.");
}

static void me(struct turn *t, struct message *m)
{
    struct rows *r = theirs(t);

    while (row_next(r))
        bullet(m, "Reminder on %s: *%s*", say_moment(t, t->person, row_int(r, 2)), row_text(r, 1));
}

static const struct command commands[] = {
    { "remind me to {what} [{on:date}]", remind, .verb = "remind", .writes = true,
      .help = "a note to yourself on a day", .example = "remind me to call Ana fri", .seen_by = "Only you see it." },
    { "remind me to {what} on {on:date}", remind, .writes = true },
    { "remind me {on:date} to {what}", remind, .writes = true },
    { "remind me", reminders },
    { "reminders", reminders, .example = "reminders" },
    { "checkpoint {on:date} [for {n:number}]", checkpoint, .verb = "checkpoint", .writes = true,
      .help = "a day to ask how far a goal is", .example = "checkpoint 1 Dec for 1", .seen_by = "Only you see it." },
    { 0 },
};

static const struct action actions[] = { { "reminder forget", forget_one }, { 0 } };
static const struct timer timers[] = { { "reminder", reminder_due }, { 0 } };

static const struct personal data[] = {
    { "reminder", "person", DATA_DELETED, "SELECT what, at FROM reminder WHERE person = ?1 ORDER BY id",
      "What I am to remind you of: only you." },
    { 0 },
};

const struct handler handler_reminders = {
    "reminders", .group = "You", .commands = commands, .actions = actions, .timers = timers, .data = data, .me = me,
};
