/* What a manager gets: on Mondays the digest, any time `team`. Only of direct reports, only facts they can read themselves, and
 * each line with something to do. An empty digest is not sent. */
#include <stdio.h>
#include <string.h>

#include "facts.h"
#include "looks.h"

#define LINES_MAX 12
#define DIGEST_MINUTE (9 * 60)

/* ---- Lines ------------------------------------------------------------------------------------------------------------ */

struct row { /* a fact of a person */
    int64_t person;
    struct fact fact;
};

struct page {
    struct row *rows;
    int count;
};

static const char *line_key(struct turn *t, const struct row *r)
{
    return arena_printf(t->arena, "%ld %d %ld", (long)r->person, (int)r->fact.kind, (long)r->fact.object);
}

static bool is_snoozed(struct turn *t, const struct row *r)
{
    return one_int(t, "SELECT count(*) FROM digest_snooze WHERE manager = ?1 AND line = ?2 AND until > ?3",
                   I(t->person), T(line_key(t, r)), I(t->now)) > 0;
}

/* What is due comes first, then what is to celebrate, to agree, to know; within a kind by handle. */
static struct page page_of(struct turn *t, int64_t manager, bool all)
{
    static const enum fact_kind order[] = { FACT_REACHED, FACT_DUE, FACT_WAITS, FACT_GOAL, FACT_ASSIGNED };
    int people = 0, room = 0;
    int64_t *reports = reports_of(t, manager, &people);
    struct facts *facts = arena_array(t->arena, struct facts, (size_t)people + 1);
    struct page p = { 0 };

    for (int i = 0; i < people; i++) {
        facts[i] = facts_of(t, reports[i]);
        room += facts[i].count;
    }
    p.rows = arena_array(t->arena, struct row, (size_t)room + 1);
    for (size_t k = 0; k < sizeof order / sizeof *order; k++)
        for (int i = 0; i < people; i++)
            for (int f = 0; f < facts[i].count; f++) {
                struct row r = { reports[i], facts[i].all[f] };
                if (r.fact.kind == order[k] && (all || !is_snoozed(t, &r)))
                    p.rows[p.count++] = r;
            }
    return p;
}

static void say_row(struct turn *t, struct message *m, const struct row *r)
{
    bullet(m, "%s: %s", first_name(t, r->person), r->fact.text);
    shared_by(m, r->person);
    if (r->fact.action)
        choice(m, r->fact.label, r->fact.action, r->fact.object, "");
    look_note(t, r->person, "what you share with your manager");
}

/* ---- The digest -------------------------------------------------------------------------------------------------------- */

static void say_page(struct turn *t, struct message *m, const struct page *p)
{
    int lines = p->count < LINES_MAX ? p->count : LINES_MAX - 1;

    for (int i = 0; i < lines; i++) {
        say_row(t, m, &p->rows[i]);
        choice(m, arena_printf(t->arena, "%s %d", phrase(t, "Snooze line"), i + 1), "digest snooze", p->rows[i].person,
               line_key(t, &p->rows[i]));
    }
    if (lines < p->count)
        line(m, "and %d more: `team` has all.", p->count - lines);
    small(m, "Each of them can read these very lines with `me what does my manager see`.");
}

static void explain_empty(struct turn *t)
{
    struct message *m = reply(
        t, "Nothing to tell this week. Goals are private until somebody shares one with you, and I don't report who "
           "asked, learned or did not.");

    small(m, "You will find here: shared goals and milestones, what is mandatory and due, and what waits for you. "
             "`suggest @bo PATH` "
             "suggests something; whether it is taken up stays theirs.");
}

static void digest_now(struct turn *t)
{
    struct page p = page_of(t, t->person, false);

    if (!p.count) {
        explain_empty(t);
        return;
    }
    say_page(t, reply(t, "*Your team this week*"), &p);
}

static void snooze(struct turn *t)
{
    change(t,
           "INSERT INTO digest_snooze(manager, line, until) VALUES(?1, ?2, ?3) ON CONFLICT(manager, line) DO UPDATE "
           "SET until = ?3",
           I(t->person), T(t->argument), I(t->now + 28 * DAY));
    spend(t, "Not shown for four weeks.");
}

/* ---- On Mondays -------------------------------------------------------------------------------------------------------- */

static const char *digest_key(struct turn *t, int64_t manager)
{
    return arena_printf(t->arena, "digest %ld", (long)manager);
}

/* The next Monday, 09:00 there. */
static int64_t next_monday(struct turn *t, int64_t manager)
{
    const struct zone *zone = person(t, manager)->zone;
    int64_t today = day_of(zone, t->now), monday = today + (7 - day_weekday(today)) % 7;
    int64_t at = instant_on(zone, monday, DIGEST_MINUTE);

    return at > t->now ? at : instant_on(zone, monday + 7, DIGEST_MINUTE);
}

static void arm(struct turn *t, int64_t manager)
{
    later(t, next_monday(t, manager), "digest", manager, digest_key(t, manager));
}

static int64_t monday_of(struct turn *t, int64_t manager)
{
    int64_t today = day_of(person(t, manager)->zone, t->now);

    return today - day_weekday(today);
}

static void send_digest(struct turn *t, int64_t manager)
{
    struct page p = page_of(t, manager, false);
    if (!p.count)
        return;
    struct message *m = tell(t, manager, CLASS_DIGEST, "*Your team this week*");
    if (refused(m)) /* nobody looked at anything */
        return;
    say_page(t, m, &p);
    explain(m, "Each Monday morning I tell managers what their people share with them. `prefs nudges off` ends it.");
}

/* Held back on a day off or by the budget: at the next working hour of the same week. */
static void digest_due(struct turn *t)
{
    int64_t manager = t->object, monday = monday_of(t, manager);

    t->person = manager; /* as if they had asked: in their language, with their snoozes, and they are who looked */
    if (!has_role(t, manager, ROLE_MANAGER, 0))
        return;
    if (one_int(t, "SELECT count(*) FROM digest_week WHERE manager = ?1 AND monday = ?2", I(manager), I(monday)) == 0) {
        struct page p = page_of(t, manager, false);
        if (p.count && must_wait(t, manager, CLASS_DIGEST)) {
            int64_t at = work_next(person_hours(t, manager), t->now + 3600);
            if (at != INT64_MAX && day_of(person(t, manager)->zone, at) < monday + 7) {
                later(t, at, "digest", manager, digest_key(t, manager));
                return;
            }
        } else {
            send_digest(t, manager);
        }
        change(t,
               "INSERT INTO digest_week(manager, monday) VALUES(?1, ?2) ON CONFLICT(manager) DO UPDATE SET monday = ?2",
               I(manager), I(monday));
    }
    arm(t, manager);
}

/* Whoever became a manager is found within a day. */
static void find_managers(struct turn *t)
{
    int count = 0;
    int64_t *managers = people_with_role(t, ROLE_MANAGER, 0, &count);

    for (int i = 0; i < count; i++)
        if (one_int(t, "SELECT count(*) FROM due WHERE key = ?1", T(digest_key(t, managers[i]))) == 0)
            arm(t, managers[i]);
    later(t, (t->now / DAY + 1) * DAY, "digest managers", 0, "digest managers");
}

/* ---- team --------------------------------------------------------------------------------------------------------------- */

static bool has_row(const struct page *p, int64_t person)
{
    for (int i = 0; i < p->count; i++)
        if (p->rows[i].person == person)
            return true;
    return false;
}

static void say_silent(struct turn *t, struct message *m, const struct page *p)
{
    struct buf names = { .arena = t->arena };
    int people = 0;
    int64_t *reports = reports_of(t, t->person, &people);

    for (int i = 0; i < people; i++)
        if (!has_row(p, reports[i]))
            buf_printf(&names, names.len ? ", %s" : "%s", first_name(t, reports[i]));
    if (names.len)
        line(m, "Nothing shared, which is fine: %s", names.data);
}

static void team(struct turn *t)
{
    struct page p = page_of(t, t->person, true);
    int people = 0;

    reports_of(t, t->person, &people);
    struct message *m = reply(t, people == 1 ? "*Your team*, 1 person" : "*Your team*, %d people", people);
    for (int i = 0; i < p.count; i++)
        say_row(t, m, &p.rows[i]);
    say_silent(t, m, &p);
    small(m, "Each of them can read these very lines with `me what does my manager see`.");
}

static const struct command commands[] = {
    { "team", team, .verb = "team", .role = ROLE_MANAGER, .help = "what your people share with you", .example = "team",
      .seen_by = "You see it; each person can read the same of themselves, and that you looked." },
    { "digest now", digest_now, .verb = "digest", .role = ROLE_MANAGER, .help = "Monday's page, now",
      .example = "digest now",
      .seen_by = "You see it; each person can read the same of themselves, and that you looked." },
    { 0 },
};

static const struct action actions[] = { { "digest snooze", snooze }, { 0 } };

static const struct timer timers[] = { { "digest", digest_due }, { "digest managers", find_managers }, { 0 } };

static const struct personal data[] = {
    { "digest_snooze", "manager", DATA_DELETED, NULL, NULL },
    { "digest_week", "manager", DATA_DELETED, NULL, NULL },
    { 0 },
};

const struct handler handler_team = {
    "team",           .group = "Manage", .commands = commands,  .actions = actions,
    .timers = timers, .data = data,      .load = find_managers,
};
