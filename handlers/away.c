/* Away: from a day's start on nobody is asked anything, and what was asked moves on to the next. */
#include "learnd/turn.h"

static void away(struct turn *t)
{
    const struct person *p = person(t, t->person);
    int64_t last = arg_day(t, "until"), today = day_of(p->zone, t->now);

    int64_t id =
        insert(t, "INSERT INTO absence(person, starts, ends, kind, source) VALUES(?1, ?2, ?3, 'leave', 'chat')",
               I(t->person), I(today), I(last));
    availability_changed(t, t->person);
    audit(t, "away", "absence", id);
    undoable(t, "away undo", id, "your absence");
    struct message *m =
        reply(t, "Away through %s. Until then I ask you nothing, and what waits for you moves on.", say_day(t, last));
    button(m, "Undo", "away undo", id);
}

static void back(struct turn *t)
{
    int64_t today = day_of(person(t, t->person)->zone, t->now);
    int64_t ended = change(t, "UPDATE absence SET ends = ?2 - 1 WHERE person = ?1 AND starts <= ?2 AND ends >= ?2",
                           I(t->person), I(today));

    change(t, "DELETE FROM absence WHERE ends < starts AND person = ?1", I(t->person));
    availability_changed(t, t->person);
    reply(t, ended ? "Welcome back!" : "You were not away, as far as I know. Good to see you!");
}

static void away_undo(struct turn *t)
{
    int64_t gone =
        change(t, "DELETE FROM absence WHERE id = ?1 AND person = ?2 AND source = 'chat'", I(t->object), I(t->person));

    availability_changed(t, t->person);
    settle(t, NULL);
    reply(t, gone ? "Undone: you are not away." : "That was undone already.");
}

static const struct command commands[] = {
    { "away until {until:date}", away, .verb = "away", .writes = true, .help = "until DATE: ask me nothing",
      .example = "away until fri", .seen_by = "Colleagues see that you can't right now, not why." },
    { "back", back, .verb = "back", .writes = true, .help = "I'm here again", .example = "back" },
    { "i'm away until {until:date}", away, .natural = true, .writes = true },
    { "i'm back", back, .natural = true, .writes = true },
    { 0 },
};
static const struct action actions[] = { { "away undo", away_undo }, { 0 } };

const struct handler handler_away = { "away", .group = "You", .commands = commands, .actions = actions };
