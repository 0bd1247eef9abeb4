/* Away: from now on nobody is asked anything, and what was asked moves on to the next. */
#include "learnd/turn.h"

#define FAR 400 /* days; further nobody looks ahead */

static int64_t add_absence(struct turn *t, int64_t last)
{
    int64_t today = day_of(person(t, t->person)->zone, t->now);
    int64_t id =
        insert(t, "INSERT INTO absence(person, starts, ends, kind, source) VALUES(?1, ?2, ?3, 'leave', 'chat')",
               I(t->person), I(today), I(last));

    availability_changed(t, t->person);
    audit(t, "away", "absence", id);
    return id;
}

static void away_through(struct turn *t, int64_t last)
{
    if (last > day_of(person(t, t->person)->zone, t->now) + FAR) {
        reply(t, "%s is more than a year away. Tell me a nearer day, and then again.", say_day(t, last));
        return;
    }
    int64_t id = add_absence(t, last);
    undoable(t, "away undo", id, "");
    struct message *m =
        reply(t, "Away through %s. Until then I ask you nothing, and what waits for you moves on.", say_day(t, last));
    line(m, "`back` ends it earlier.");
    button(m, "Undo", "away undo", id);
}

static void away(struct turn *t)
{
    away_through(t, arg_day(t, "until"));
}

static void ask_day(struct turn *t)
{
    reply(t, "Until when, the last day away? For example *fri* or *30 Jun*. `cancel` if not.");
    expect(t, "away day", 0, NULL);
}

static void take_day(struct turn *t)
{
    as_command(t, arena_printf(t->arena, "away until %s", t->text));
}

static void unreadable(struct turn *t)
{
    reply(t, "I can't read *%s* as a day. Write it like `away until fri` or `away until 30 Jun`.",
          text_cut(t->arena, arg(t, "what"), 60));
}

/* Of what they are away by now; 0: they are here. */
static int64_t last_day(struct turn *t)
{
    int64_t today = day_of(person(t, t->person)->zone, t->now);

    return one_int(t, "SELECT max(ends) FROM absence WHERE person = ?1 AND starts <= ?2 AND ends >= ?2", I(t->person),
                   I(today));
}

/* What the file says stays cut short, whenever it is read again; what was said here goes. */
static void back(struct turn *t)
{
    int64_t today = day_of(person(t, t->person)->zone, t->now), last = last_day(t);
    int64_t ended = change(t,
                           "UPDATE absence SET ends = ?2 - 1, source = CASE WHEN source = 'file' THEN 'cut' ELSE "
                           "source END WHERE person = ?1 AND starts <= ?2 AND ends >= ?2",
                           I(t->person), I(today));

    change(t, "DELETE FROM absence WHERE ends < starts AND person = ?1 AND source = 'chat'", I(t->person));
    if (!ended) {
        reply(t, "You were not away, as far as I know. Good to see you!");
        return;
    }
    availability_changed(t, t->person);
    audit(t, "back", "person", t->person);
    undoable(t, "away again", last, "");
    reply(t, "Welcome back! Questions may reach you again, in your hours.");
}

static void away_undo(struct turn *t)
{
    int64_t gone =
        change(t, "DELETE FROM absence WHERE id = ?1 AND person = ?2 AND source = 'chat'", I(t->object), I(t->person));

    settle(t, NULL);
    if (gone)
        availability_changed(t, t->person);
    reply(t, gone ? "Undone: you are not away." : "That was undone already.");
}

/* `back` undone. */
static void away_again(struct turn *t)
{
    add_absence(t, t->object);
    reply(t, "Undone: you are away through %s.", say_day(t, t->object));
}

static void me(struct turn *t, struct message *m)
{
    int64_t last = last_day(t);

    if (last)
        bullet(m, "Away through %s: `back` ends it.", say_day(t, last));
}

static const struct command commands[] = {
    { "away until {until:date}", away, .verb = "away", .writes = true, .help = "ask me nothing until a day",
      .example = "away until fri", .seen_by = "Colleagues see that you can't right now, not why." },
    { "away", ask_day, .writes = true },
    { "away until {what}", unreadable },
    { "back", back, .verb = "back", .writes = true, .help = "I'm here again", .example = "back" },
    { "i'm away until {until:date}", away, .natural = true, .writes = true },
    { "i'm back", back, .natural = true, .writes = true },
    { 0 },
};
static const struct action actions[] = { { "away undo", away_undo }, { "away again", away_again }, { 0 } };
static const struct dialog dialogs[] = { { "away day", take_day, TAKES_DATE }, { 0 } };

const struct handler handler_away = {
    "away", .group = "You", .commands = commands, .actions = actions, .dialogs = dialogs, .me = me,
};
