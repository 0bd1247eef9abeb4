/* Who looked at me: everybody can read who was shown what of them. */
#include "looks.h"

#define LOOKS_DAYS 90
#define LOOKS_SHOWN 20

static void forget_later(struct turn *t)
{
    later(t, (t->now / DAY + 1) * DAY, "looks old", 0, "looks old");
}

void look_note(struct turn *t, int64_t id, const char *what)
{
    if (!id || id == t->person)
        return;
    if (insert(t,
               "INSERT INTO look(person, viewer, what, day, at) VALUES(?1, ?2, ?3, ?4, ?5) "
               "ON CONFLICT(viewer, person, what, day) DO NOTHING",
               I(id), I(t->person), T(what), I(day_of(person(t, t->person)->zone, t->now)), I(t->now)))
        forget_later(t);
}

static void forget_old(struct turn *t)
{
    change(t, "DELETE FROM look WHERE at < ?1", I(t->now - (int64_t)LOOKS_DAYS * DAY));
    if (one_int(t, "SELECT count(*) FROM look"))
        forget_later(t);
}

static void show_looks(struct turn *t)
{
    int64_t count = one_int(t, "SELECT count(*) FROM look WHERE person = ?1", I(t->person));
    struct rows *r = query(t, "SELECT viewer, what, at FROM look WHERE person = ?1 ORDER BY at DESC, id DESC LIMIT ?2",
                           I(t->person), I(LOOKS_SHOWN));

    if (!count) {
        reply(t, "Nobody looked at anything of yours in the last %d days.", LOOKS_DAYS);
        return;
    }
    struct message *m = reply(t, "In the last %d days, newest first:", LOOKS_DAYS);
    const struct zone *zone = person(t, t->person)->zone;
    while (row_next(r))
        bullet(m, "%s saw %s on %s", person(t, row_int(r, 0))->name, phrase(t, "%s", row_text(r, 1)),
               say_day(t, day_of(zone, row_int(r, 2))));
    if (count > LOOKS_SHOWN)
        line(m, "and %ld more.", (long)(count - LOOKS_SHOWN));
}

static const struct command commands[] = {
    { "who looked at me", show_looks, .verb = "who", .help = "who saw what of yours", .example = "who looked at me",
      .seen_by = "Only you see it." },
    { 0 },
};

static const struct personal data[] = {
    { "look", "person", DATA_DELETED, "SELECT what, at FROM look WHERE person = ?1 ORDER BY id",
      "Who looked at what of yours: you, for 90 days." },
    { "look", "viewer", DATA_DELETED, NULL, NULL },
    { 0 },
};

static const struct timer timers[] = { { "looks old", forget_old }, { 0 } };

const struct handler handler_looks = { "looks", .group = "You", .commands = commands, .timers = timers, .data = data };
