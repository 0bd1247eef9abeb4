/* What needs somebody's care, and what a pilot brought: counts and cards, never persons. Each capability adds its own lines. */
#include "learnd/turn.h"

#define WEEK (7 * DAY)
#define PILOT_DAYS 90
#define PEOPLE_MIN 5 /* of fewer, figures tell of persons */

/* ---- health -------------------------------------------------------------------------------------------------------- */

static int say_undelivered(struct turn *t, struct message *m)
{
    int64_t refused =
        one_int(t, "SELECT count(*) FROM outbox WHERE state = 'refused' AND op = 'post' AND first_ms > ?1",
                I((t->now - WEEK) * 1000));

    if (!refused)
        return 0;
    bullet(m, "%s could not be delivered this week: `learnd doctor` says why.",
           counted(m, (long)refused, "%ld message", "%ld messages"));
    return 1;
}

static void show_health(struct turn *t)
{
    struct message *m = reply(t, "*Health*");
    int lines = 0;

    for (const struct handler *const *h = handlers_all(); *h; h++)
        lines += (*h)->health ? (*h)->health(t, m) : 0;
    lines += say_undelivered(t, m);
    if (!lines)
        say(m, ": nothing waits for anybody's care.");
}

/* ---- pilot report --------------------------------------------------------------------------------------------------- */

static void say_reach(struct turn *t, struct message *m, int64_t people, int64_t since)
{
    int64_t all = one_int(t, "SELECT count(*) FROM person WHERE active = 1");
    int64_t unasked =
        one_int(t, "SELECT count(*) FROM reached r JOIN person p ON p.id = r.person WHERE r.at >= ?1 AND p.active = 1",
                I(since));
    int64_t stopped = one_int(t, "SELECT count(*) FROM preference v JOIN person p ON p.id = v.person "
                                 "WHERE v.name = 'stopped' AND p.active = 1 AND p.home IS NOT NULL");

    bullet(m, "People reached: %ld of %ld", (long)people, (long)all);
    bullet(m, "Messages nobody asked for: %.1f a person", (double)unasked / (double)people);
    bullet(m, "Said stop: %ld %%", (long)(stopped * 100 / people));
}

static void show_pilot(struct turn *t)
{
    int64_t since = t->now - (int64_t)PILOT_DAYS * DAY;
    int64_t people = one_int(t,
                             "SELECT count(*) FROM person p WHERE p.active = 1 AND (p.home IS NOT NULL OR EXISTS "
                             "(SELECT 1 FROM reached r WHERE r.person = p.id AND r.at >= ?1))",
                             I(since));

    if (people < PEOPLE_MIN) {
        reply(
            t,
            "Fewer than %d people have to do with me yet. Figures of so few would tell of persons, so I show none yet.",
            PEOPLE_MIN);
        return;
    }
    struct message *m = reply(t, "*Pilot report*, the last %d days", PILOT_DAYS);
    say_reach(t, m, people, since);
    for (const struct handler *const *h = handlers_all(); *h; h++)
        if ((*h)->pilot)
            (*h)->pilot(t, m, since);
}

static const struct command commands[] = {
    { "health", show_health, .verb = "health", .role = ROLE_STEWARD, .help = "what needs care", .example = "health",
      .seen_by = "Only you see it. No persons in it." },
    { "pilot report", show_pilot, .verb = "pilot", .role = ROLE_STEWARD, .help = "what the pilot brought",
      .example = "pilot report", .seen_by = "Only you see it. No persons in it." },
    { 0 },
};

const struct handler handler_health = { "health", .group = "Curate", .commands = commands };
