/* compliance [at DATE]: who should have what, who has, with which text; now or at the end of any day past, from events alone. */
#include <stdlib.h>
#include <string.h>

#include "cards.h"
#include "looks.h"
#include "mandatory_private.h"

/* ---- As it stood at an instant ------------------------------------------------------------------------------------ */

enum standing { DONE, DUE, OVERDUE, WAIVED, STANDINGS };

static const char *const standing_names[] = { "done", "due", "overdue", "waived" };

struct row {
    int64_t assignment, person, event, actor, due, at; /* event: the newest that changed its state */
    const char *note;
    enum standing standing;
};

struct group { /* of one rule, or of one path that people assigned */
    const struct requirement *requirement;
    const struct path *path;
    const struct zone *zone; /* its owner's */
    int64_t instant;
    struct row *rows;
    int count, of[STANDINGS];
};

static enum standing standing_of(const char *event, int64_t late_at, int64_t instant)
{
    if (strcmp(event, "done") == 0)
        return DONE;
    if (strcmp(event, "waived") == 0)
        return WAIVED;
    return instant >= late_at ? OVERDUE : DUE;
}

/* The owner of the path sees all of it; curators, admins and auditors those they look after. */
static bool may_see(struct turn *t, const struct group *g, int64_t who)
{
    return owner_includes(t, g->path->owner, t->person) || may_use(t, t->person, "compliance", ROLE_STEWARD, who) ||
           has_role(t, t->person, ROLE_AUDITOR, who);
}

/* s: the newest event by then that changed the state; d: the newest at all, for the due day. */
#define STANDING                                                                                                       \
    "SELECT a.id, a.person, s.id, s.event, s.actor, s.note, s.at, d.due, d.late_at FROM assignment a "                 \
    "JOIN assignment_event s ON s.id = (SELECT max(x.id) FROM assignment_event x WHERE x.assignment = a.id AND "       \
    "x.at <= ?3 AND x.event IN ('assigned', 'reopened', 'done', 'undone', 'waived', 'void')) "                         \
    "JOIN assignment_event d ON d.id = (SELECT max(y.id) FROM assignment_event y WHERE y.assignment = a.id AND "       \
    "y.at <= ?3) JOIN person p ON p.id = a.person "                                                                    \
    "WHERE a.requirement = ?1 AND a.path = ?2 AND s.event <> 'void' ORDER BY p.handle, a.person"

static void read_rows(struct turn *t, struct group *g, int64_t requirement, int64_t path)
{
    int64_t room =
        one_int(t, "SELECT count(*) FROM assignment WHERE requirement = ?1 AND path = ?2", I(requirement), I(path));
    struct rows *r = query(t, STANDING, I(requirement), I(path), I(g->instant));

    g->rows = arena_array(t->arena, struct row, (size_t)room + 1);
    while (row_next(r)) {
        if (!may_see(t, g, row_int(r, 1)))
            continue;
        enum standing standing = standing_of(row_text(r, 3), row_int(r, 8), g->instant);
        g->rows[g->count++] = (struct row){ .assignment = row_int(r, 0),
                                            .person = row_int(r, 1),
                                            .event = row_int(r, 2),
                                            .actor = row_int(r, 4),
                                            .note = row_text(r, 5),
                                            .at = row_int(r, 6),
                                            .due = row_int(r, 7),
                                            .standing = standing };
        g->of[standing]++;
    }
}

/* At the end of that day where the owner is; day INT64_MIN: now. */
static struct group group_read(struct turn *t, int64_t requirement, int64_t path, int64_t day)
{
    struct group g = { .requirement = requirement_get(t, requirement), .path = path_any(t, path) };
    int count;
    int64_t *owners = owner_people(t, g.path->owner, &count);
    const struct zone *settled = zone_find(t->settings->timezone ? t->settings->timezone : "UTC");

    g.zone = count ? person(t, owners[0])->zone : settled ? settled : zone_utc();
    int64_t end = day == INT64_MIN ? t->now : instant_on(g.zone, day + 1, 0) - 1;
    g.instant = end < t->now ? end : t->now;
    read_rows(t, &g, requirement, path);
    return g;
}

static struct group *groups_read(struct turn *t, int64_t day, int *count)
{
    int64_t room = one_int(t, "SELECT count(*) FROM (SELECT DISTINCT requirement, path FROM assignment) g");
    struct group *all = arena_array(t->arena, struct group, (size_t)room + 1);
    struct rows *r =
        query(t, "SELECT DISTINCT requirement, path FROM assignment ORDER BY requirement = 0, requirement, "
                 "path");

    for (*count = 0; row_next(r);) {
        struct group g = group_read(t, row_int(r, 0), row_int(r, 1), day);
        if (g.count)
            all[(*count)++] = g;
    }
    return all;
}

/* ---- The file ------------------------------------------------------------------------------------------------------ */

/* RFC 4180; what a spreadsheet would run as a formula begins with an apostrophe. */
static void cell(struct buf *out, const char *text)
{
    bool formula = text && *text && strchr("=+-@\t\r", *text);

    if (out->len && out->data[out->len - 1] != '\n')
        buf_add_char(out, ',');
    buf_add(out, formula ? "\"'" : "\"");
    for (const char *c = text ? text : ""; *c; c++) {
        if (*c == '"')
            buf_add_char(out, '"');
        buf_add_char(out, *c);
    }
    buf_add_char(out, '"');
}

static const char *day_or_nothing(struct turn *t, const struct zone *zone, int64_t at, bool given)
{
    return given ? day_iso(t->arena, day_of(zone, at)) : "";
}

/* "report-phishing v2 passed 100% 2026-11-03; ..." */
static const char *proofs(struct turn *t, const struct row *row, const struct zone *zone)
{
    struct buf out = { .arena = t->arena };
    struct rows *r = query(t,
                           "SELECT card, version, how, score, at, note FROM assignment_proof WHERE event = ?1 ORDER "
                           "BY id",
                           I(row->event));

    while (row_next(r)) {
        const struct card *c = card_any(t, row_int(r, 0));
        buf_printf(&out, "%s%s v%ld %s", out.len ? "; " : "", c ? c->slug : "?", (long)row_int(r, 1), row_text(r, 2));
        if (!row_is_null(r, 3))
            buf_printf(&out, " %ld%%", (long)row_int(r, 3));
        buf_printf(&out, " %s", day_iso(t->arena, day_of(zone, row_int(r, 4))));
        if (row_text(r, 5))
            buf_printf(&out, " (%s)", row_text(r, 5));
    }
    return buf_text(&out);
}

/* Where they were then; empty once their data is gone. */
static void cells_of_place(struct turn *t, struct buf *out, int64_t who, int64_t at)
{
    struct rows *r = query(t,
                           "SELECT department, manager FROM employment WHERE person = ?1 AND valid_from <= ?2 AND "
                           "(valid_until IS NULL OR valid_until > ?2) ORDER BY id DESC LIMIT 1",
                           I(who), I(at));
    const char *department = NULL, *manager = NULL;

    if (row_next(r)) {
        department = row_text(r, 0);
        manager = row_int(r, 1) ? person(t, row_int(r, 1))->handle : NULL;
        rows_close(r);
    }
    cell(out, department);
    cell(out, manager);
}

static void file_row(struct turn *t, struct buf *out, const struct group *g, const struct row *row)
{
    bool named = *person(t, row->person)->handle && !person_hidden(t, row->person);
    const char *nobody = arena_printf(t->arena, "person %ld", (long)row->person);

    cell(out, g->requirement ? g->requirement->slug : "assigned");
    cell(out, g->path->slug);
    cell(out, named ? person(t, row->person)->handle : nobody);
    cell(out, named ? person(t, row->person)->name : "");
    cells_of_place(t, out, named ? row->person : 0, g->instant);
    cell(out, standing_names[row->standing]);
    cell(out, day_iso(t->arena, row->due));
    cell(out, day_or_nothing(t, g->zone, row->at, row->standing == DONE));
    cell(out, row->standing == DONE ? proofs(t, row, g->zone) : "");
    cell(out, row->standing == WAIVED && row->actor ? person(t, row->actor)->handle : "");
    cell(out, row->standing == WAIVED ? row->note : "");
    buf_add(out, "\r\n");
    if (named)
        look_note(t, row->person, "what is asked of you, and whether it is done");
}

static void send_csv(struct turn *t, const struct group *all, int count, int64_t day)
{
    struct buf out = { .arena = t->arena };

    buf_add(&out, "requirement,path,handle,name,department,manager,state,due,done,proof,waived_by,reason\r\n");
    for (int i = 0; i < count; i++)
        for (int k = 0; k < all[i].count; k++)
            file_row(t, &out, &all[i], &all[i].rows[k]);
    send_file(t,
              day == INT64_MIN ? "compliance.csv" : arena_printf(t->arena, "compliance-%s.csv", day_iso(t->arena, day)),
              buf_text(&out));
}

/* ---- What is said -------------------------------------------------------------------------------------------------- */

static void say_group(struct turn *t, struct message *m, const struct group *g)
{
    int asked = g->of[DONE] + g->of[DUE] + g->of[OVERDUE];

    if (g->requirement)
        bullet(m, "`%s`, *%s*: ", g->requirement->slug, g->path->title);
    else
        bullet(m, "%s, *%s*: ", phrase(t, "assigned"), g->path->title);
    say(m, "done %d · due %d · overdue %d · waived %d", g->of[DONE], g->of[DUE], g->of[OVERDUE], g->of[WAIVED]);
    if (asked)
        say(m, " – %d %%", 100 * g->of[DONE] / asked);
}

static void show(struct turn *t, int64_t day)
{
    int count;
    struct group *all = groups_read(t, day, &count);
    struct message *m;

    if (!count) {
        if (day == INT64_MIN)
            reply(t, "Nothing is asked of anybody whom you look after.");
        else
            reply(t, "At the end of %s nothing was asked of anybody whom you look after.", say_day(t, day));
        return;
    }
    m = day == INT64_MIN ? reply(t, "*Compliance*, now:")
                         : reply(t, "*Compliance* at the end of %s, as it was then:", say_day(t, day));
    for (int i = 0; i < count; i++)
        say_group(t, m, &all[i]);
    small(
        m,
        "What was waived is in no percentage. The file names who, by when, with which text; each of them can read that "
        "you looked.");
    send_csv(t, all, count, day);
}

static void compliance(struct turn *t)
{
    show(t, INT64_MIN);
}

static void compliance_on(struct turn *t)
{
    if (!may_use(t, t->person, "compliance", ROLE_OVERSEER, 0)) { /* they might when it was shown */
        settle(t, NULL);
        return;
    }
    show(t, day_number(t->argument));
    settle(t, NULL);
}

/* The last time that day of the year came. */
static int64_t last_time(struct turn *t, int64_t day, int64_t today)
{
    const char *iso = day_iso(t->arena, day);
    int year = (int)strtol(iso, NULL, 10);

    for (int back = 0; back < 8 && (day == INT64_MIN || day > today); back++)
        day = day_number(arena_printf(t->arena, "%04d%s", year - back, iso + 4));
    return day;
}

static void offer_day(struct turn *t, struct message *m, int64_t day)
{
    choice(m, say_day(t, day), "compliance on", 0, day_iso(t->arena, day));
}

/* Days past are what it is for. */
static void compliance_at(struct turn *t)
{
    const char *said = arg(t, "on");
    int64_t today = due_today(t, t->person);
    struct date d = date_parse(said, today);

    if (d.verdict == DATE_PAST || (d.verdict == DATE_OK && d.day <= today)) {
        show(t, d.day);
        return;
    }
    if (d.verdict == DATE_NONE) {
        reply(t, "I can't read *%s* as a day. Write it like `compliance at 2026-11-01`.", text_cut(t->arena, said, 60));
        return;
    }
    struct message *m = d.verdict == DATE_OK
                            ? reply(t, "%s is still to come. Did you mean the one before?", say_day(t, d.day))
                            : reply(t, "%s is no day I am sure of. Which one do you mean?", said);
    if (d.verdict == DATE_OK)
        offer_day(t, m, last_time(t, d.day, today));
    for (int i = 0; i < d.reading_count; i++)
        offer_day(t, m, last_time(t, d.readings[i], today));
}

static const struct command commands[] = {
    { "compliance", compliance, .verb = "compliance", .role = ROLE_OVERSEER, .help = "what is asked, what is done",
      .example = "compliance", .seen_by = "You see it; each person can read that you looked." },
    { "compliance at {on}", compliance_at, .role = ROLE_OVERSEER, .example = "compliance at 2026-11-01" },
    { 0 },
};

static const struct action actions[] = { { "compliance on", compliance_on }, { 0 } };

const struct handler handler_compliance = {
    "compliance",
    .group = "Curate",
    .commands = commands,
    .actions = actions,
};
