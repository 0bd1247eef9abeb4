/* Why did I get this, and why did I not; and taking back what was just done. */
#include "learnd/turn.h"

static void say_held_back(struct turn *t, struct message *m)
{
    struct rows *r =
        query(t, "SELECT reason, count(*) FROM withheld WHERE person = ?1 AND at > ?2 GROUP BY reason ORDER BY reason",
              I(t->person), I(t->now - 7 * DAY));

    while (row_next(r))
        bullet(m, "Held back this week: %ld, because %s", (long)row_int(r, 1), row_text(r, 0));
}

static const char *class_in_words(struct turn *t, int64_t message)
{
    return one_text(t, "SELECT class FROM message WHERE id = ?1 AND class NOT IN ('reply', 'owed')", I(message));
}

static void why(struct turn *t)
{
    struct rows *r = query(t,
                           "SELECT id, why, created_ms FROM message WHERE person = ?1 AND why IS NOT NULL AND "
                           "withdrawn = 0 ORDER BY id DESC LIMIT 1",
                           I(t->person));
    struct message *m;

    if (row_next(r)) {
        int64_t id = row_int(r, 0), at = row_int(r, 2) / 1000;
        m = reply(t, "%s", row_text(r, 1));
        rows_close(r);
        small(m, "About my message of %s", moment_say(t->arena, person(t, t->person)->zone, at, t->now));
        if (class_in_words(t, id))
            small(m, "`stop` ends what I write unasked.");
    } else {
        m = reply(t, "I have told you nothing lately that needs a reason.");
    }
    say_held_back(t, m);
}

static void undo(struct turn *t)
{
    if (!undo_newest(t))
        reply(t, "There is nothing to undo: I can take things back for ten minutes.");
}

static const struct command commands[] = {
    { "why", why, .verb = "why", .help = "why I told you what I told you", .example = "why",
      .seen_by = "Only you see it." },
    { "why did i get this", why, .natural = true },
    { "undo", undo, .verb = "undo", .writes = true, .help = "take back the last thing", .example = "undo" },
    { 0 },
};

static const struct personal data[] = {
    { "withheld", "person", DATA_DELETED, "SELECT at, class, reason FROM withheld WHERE person = ?1 ORDER BY id",
      "What I did not send you, and why: only you." },
    { "undo", "person", DATA_DELETED, NULL, NULL },
    { 0 },
};

const struct handler handler_why = { "why", .group = "You", .commands = commands, .data = data };
