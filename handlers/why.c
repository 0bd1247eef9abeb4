/* Why did I get this, and why did I not; and taking back what was just done. */
#include <stdlib.h>
#include <string.h>

#include "learnd/rare.h"

/* ---- The newest unasked message, or one that said why it was sent ------------------------------------------------ */

struct newest {
    const char *class, *why;
    int64_t at;
};

static bool find_newest(struct turn *t, struct newest *n)
{
    struct rows *r = query(t,
                           "SELECT class, why, created_ms FROM message WHERE person = ?1 AND withdrawn = 0 AND "
                           "(why IS NOT NULL OR class NOT IN ('reply', 'owed')) ORDER BY id DESC LIMIT 1",
                           I(t->person));

    if (!row_next(r))
        return false;
    *n = (struct newest){ row_text(r, 0), row_text(r, 1), row_int(r, 2) / 1000 };
    rows_close(r);
    return true;
}

static bool is(const struct newest *n, const char *class)
{
    return strcmp(n->class, class) == 0;
}

/* "1", "1½": an offer uses up half of one. */
static const char *halves_say(struct turn *t, int64_t halves)
{
    const char *half = halves % 2 ? "½" : "";

    return halves == 1 ? half : arena_printf(t->arena, "%ld%s", (long)(halves / 2), half);
}

static void say_use(struct turn *t, struct message *m)
{
    int64_t today = day_of(person(t, t->person)->zone, t->now);

    small(m, "Unasked messages today: %s of %d, this week: %s of %d. `prefs` changes it, `stop` ends it.",
          halves_say(t, unasked_halves(t, t->person, today)),
          pref_number(t, t->person, "budget_day", t->settings->budget_day),
          halves_say(t, unasked_halves(t, t->person, today - day_weekday(today))),
          pref_number(t, t->person, "budget_week", t->settings->budget_week));
}

static void say_offers(struct turn *t, struct message *m)
{
    int64_t offers = one_int(t, "SELECT count(*) FROM reached WHERE person = ?1 AND class = 'offer' AND at > ?2",
                             I(t->person), I(t->now - 7 * DAY));

    small(m,
          "Questions put to you in seven days: %ld of %d. `pass N` lets one go, `cap 1` changes it, `busy until fri` "
          "pauses, `stop` ends it.",
          (long)offers, pref_number(t, t->person, "cap", person(t, t->person)->weekly_cap));
}

static void say_newest(struct turn *t, struct message *m, const struct newest *n)
{
    small(m, "About my message of %s.", say_moment(t, t->person, n->at));
    if (is(n, "offer"))
        say_offers(t, m);
    else if (is(n, "reminder") || is(n, "required") || is(n, "digest") || is(n, "consent"))
        say_use(t, m);
    else if (is(n, "mandatory"))
        small(m, "It is mandatory, so it comes whatever your share is, but in your hours.");
}

/* ---- What was held back ----------------------------------------------------------------------------------------- */

static void say_held_back(struct turn *t, struct message *m)
{
    const struct zone *zone = person(t, t->person)->zone;
    int64_t today = day_of(zone, t->now), monday = instant_on(zone, today - day_weekday(today), 0);
    struct rows *r = query(t,
                           "SELECT reason, count(*) FROM withheld WHERE person = ?1 AND at >= ?2 "
                           "GROUP BY reason ORDER BY reason",
                           I(t->person), I(monday));

    while (row_next(r))
        bullet(m, "Held back this week: %ld, because %s", (long)row_int(r, 1), phrase_of(t, row_text(r, 0)));
}

static void why(struct turn *t)
{
    struct newest n;
    struct message *m;

    if (find_newest(t, &n)) {
        m = n.why ? reply(t, "%s", n.why) : reply(t, "That came because of what your organisation has set up.");
        say_newest(t, m, &n);
    } else {
        m = reply(t, "I have told you nothing lately that needs a reason.");
    }
    say_held_back(t, m);
}

/* [Why?] under a message. */
static void why_this(struct turn *t)
{
    struct rows *r = query(t, "SELECT class, why, created_ms FROM message WHERE id = ?1 AND person = ?2", I(t->pressed),
                           I(t->person));
    struct newest n = { 0 };

    if (row_next(r))
        n = (struct newest){ row_text(r, 0), row_text(r, 1), row_int(r, 2) / 1000 };
    rows_close(r);
    if (n.why)
        say_newest(t, reply(t, "%s", n.why), &n);
    else
        why(t);
}

/* A number is made of events: whoever counts lists them. */
static void why_number(struct turn *t)
{
    int64_t percent = arg_int(t, "percent");
    struct message *m = reply(t, "What stands at *%ld%%*:", (long)percent);
    bool found = false;

    for (const struct handler *const *h = handlers_all(); *h; h++)
        found |= percent <= 100 && (*h)->number && (*h)->number(t, m, (int)percent);
    if (!found)
        say(m, " nothing of yours. `me` shows what stands where.");
}

static void undo(struct turn *t)
{
    if (!undo_newest(t))
        reply(t, "There is nothing to undo: I can take things back for ten minutes.");
}

/* The newest act has a way back of its own, or none: nothing older is undone in its place. */
static void undo_not(struct turn *t)
{
    undoable(t, "undo not", 0, t->argument);
    if (*t->argument)
        reply(t, "`undo` does not take that back: `%s` does.", t->argument);
    else
        reply(t, "I can't take back the last thing. What you wrote to somebody follows when you change or delete your "
                 "message.");
}

static const struct command commands[] = {
    { "why", why, .verb = "why", .help = "the reason for what I told you", .example = "why",
      .seen_by = "Only you see it." },
    { "why {percent:number}%", why_number, .example = "why 60%" },
    { "why did i get this", why, .natural = true },
    { "undo", undo, .verb = "undo", .writes = true, .help = "take back the last thing", .example = "undo",
      .seen_by =
          "For ten minutes it takes back settings, stop, away, back, busy, cap, a halt and a card saved for your "
          "team; for other things it says what does." },
    { 0 },
};

static const struct action actions[] = { { "why this", why_this }, { "undo not", undo_not }, { 0 } };

static const struct personal data[] = {
    { "withheld", "person", DATA_DELETED, "SELECT at, class, reason FROM withheld WHERE person = ?1 ORDER BY id",
      "What I did not send you, and why: only you." },
    { "undo", "person", DATA_DELETED, NULL, NULL },
    { 0 },
};

const struct handler handler_why = { "why", .group = "You", .commands = commands, .actions = actions, .data = data };
