/* Mandatory: who must have learnt what, by the rules of the folder; looked at when the folder is read, when somebody's place changes,
 * and once a day. */
#include "mandatory_private.h"

#include "cards.h"

#define AGAIN_DAYS 30   /* for who comes after the day all had, and for a text that changed */
#define SWEEP_MINUTE 10 /* past midnight UTC */

/* ---- Requirements ------------------------------------------------------------------------------------------------ */

static const struct requirement *requirement_from(struct turn *t, struct rows *r)
{
    if (!row_next(r))
        return NULL;
    struct requirement *q = arena_new(t->arena, struct requirement);
    *q = (struct requirement){ .id = row_int(r, 0),
                               .path = row_int(r, 1),
                               .slug = row_text(r, 2),
                               .who = row_text(r, 3),
                               .starts = row_text(r, 4),
                               .due = row_text(r, 5),
                               .refresh = row_text(r, 6),
                               .within_days = (int)row_int(r, 7),
                               .pass = (int)row_int(r, 8),
                               .core = row_int(r, 9),
                               .on = row_int(r, 10) };
    rows_close(r);
    return q;
}

#define COLUMNS                                                                                                        \
    "id, path, slug, who, starts, due, refresh, within_days, pass, core, listed = 1 AND coalesce(switched, enabled) "  \
    "= 1"

const struct requirement *requirement_get(struct turn *t, int64_t id)
{
    return id ? requirement_from(t, query(t, "SELECT " COLUMNS " FROM requirement WHERE id = ?1", I(id))) : NULL;
}

const struct requirement *requirement_named(struct turn *t, const char *slug)
{
    return requirement_from(
        t, query(t, "SELECT " COLUMNS " FROM requirement WHERE slug = lower(?1) AND listed = 1", T(slug)));
}

static int64_t *all_requirements(struct turn *t, int *count)
{
    return ids_of(t, query(t, "SELECT id FROM requirement ORDER BY id"), count);
}

/* ---- Who should have it ------------------------------------------------------------------------------------------ */

static int64_t start_day(struct turn *t, const struct requirement *r, int64_t who)
{
    int64_t today = due_today(t, who), starts = r->starts ? day_number(r->starts) : today;

    return starts > today ? starts : today;
}

/* Who comes when the day has passed, or back to it, gets some time. */
static int64_t first_due(struct turn *t, const struct requirement *r, int64_t who, const struct assignment *before)
{
    int64_t today = start_day(t, r, who);

    if (before && before->base > today)
        return before->base;
    if (!r->due)
        return today + r->within_days;
    return day_number(r->due) >= today ? day_number(r->due) : today + AGAIN_DAYS;
}

static bool applies(struct turn *t, const struct requirement *r, int64_t who)
{
    return r->on && start_day(t, r, who) <= due_today(t, who) && person_in_audience(t, who, r->who);
}

static void look_at(struct turn *t, const struct requirement *r, int64_t who)
{
    const struct assignment *a = assignment_find(t, who, r->id, r->path);
    bool asked = a && !assignment_is(a, "void"), meant = applies(t, r, who);

    if (meant && path_may_read(t, r->path, who)) {
        if (!asked)
            assignment_open(t, who, r, r->path, 0, first_due(t, r, who, a));
        else if (asked && assignment_is(a, "done") && a->opens && a->opens <= due_today(t, who))
            assignment_refresh(t, a);
    } else if (a && assignment_is(a, "open")) {
        assignment_void(t, a, meant ? "closed to them" : r->on ? "not meant any more" : "switched off");
    }
}

/* Its file names another path now. */
static void leave_other_paths(struct turn *t, const struct requirement *r)
{
    int count;
    int64_t *ids = ids_of(
        t,
        query(t, "SELECT id FROM assignment WHERE requirement = ?1 AND path <> ?2 AND state = 'open' ORDER BY id",
              I(r->id), I(r->path)),
        &count);

    for (int i = 0; i < count; i++)
        assignment_void(t, assignment_get(t, ids[i]), "another path instead");
}

static void look_at_person(struct turn *t, int64_t who)
{
    int count;
    int64_t *all = all_requirements(t, &count);

    for (int i = 0; i < count; i++)
        look_at(t, requirement_get(t, all[i]), who);
}

static void look_at_all(struct turn *t, int64_t requirement)
{
    int count;
    const struct requirement *r = requirement_get(t, requirement);
    int64_t *people = ids_of(t, query(t, "SELECT id FROM person WHERE active = 1 ORDER BY id"), &count);

    leave_other_paths(t, r);
    for (int i = 0; i < count; i++)
        look_at(t, r, people[i]);
}

/* ---- A text that changed, where its card says that this matters --------------------------------------------------- */

static void reopen_card(struct turn *t, int64_t card)
{
    int count;
    int64_t *ids = ids_of(t,
                          query(t,
                                "SELECT a.id FROM assignment a JOIN assignment_proof p ON p.event = (SELECT max(e.id) "
                                "FROM assignment_event e WHERE e.assignment = a.id AND e.event = 'done') WHERE a.state "
                                "= 'done' AND p.card = ?1 AND p.at < ?2 ORDER BY a.id",
                                I(card), I(card_reopened_at(t, card, t->now))),
                          &count);

    for (int i = 0; i < count; i++) {
        const struct assignment *a = assignment_get(t, ids[i]);
        const struct requirement *r = requirement_get(t, a->requirement);
        if (person(t, a->person)->active && (!r || r->on))
            assignment_reopen(t, a, due_today(t, a->person) + (r && r->within_days ? r->within_days : AGAIN_DAYS),
                              card_any(t, card)->title);
    }
}

static void reopen_changed(struct turn *t)
{
    int count;
    int64_t *cards = ids_of(t, query(t, "SELECT DISTINCT card FROM assignment_proof ORDER BY card"), &count);

    for (int i = 0; i < count; i++)
        reopen_card(t, cards[i]);
}

/* ---- When ---------------------------------------------------------------------------------------------------------- */

static void sweep(struct turn *t)
{
    int count;
    int64_t *all = all_requirements(t, &count);

    for (int i = 0; i < count; i++)
        look_at_all(t, all[i]);
    reopen_changed(t);
    later(t, instant_on(zone_utc(), day_of(zone_utc(), t->now) + 1, SWEEP_MINUTE), "mandatory sweep", 0,
          "mandatory sweep");
}

void requirement_switch(struct turn *t, int64_t id, bool on)
{
    change(t, "UPDATE requirement SET switched = ?2 WHERE id = ?1", I(id), I(on));
    look_at_all(t, id);
}

static void take_requirement(struct turn *t, const struct org_requirement *q)
{
    const struct path *p = path_of_slug(t, q->path);

    insert(t,
           "INSERT INTO requirement(slug, path, who, starts, due, within_days, refresh, pass, core, enabled) "
           "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT(slug) DO UPDATE SET path = ?2, who = ?3, "
           "starts = ?4, due = ?5, within_days = ?6, refresh = ?7, pass = ?8, core = ?9, enabled = ?10, listed = 1",
           T(q->id), I(p->id), T(q->who), T(q->starts), T(q->due), I(q->within_days), T(q->refresh), I(q->pass),
           I(q->core), I(q->enabled));
}

/* A due day or a mark that the file has changed is everybody's. */
static void take_changes(struct turn *t, int64_t requirement)
{
    int count;
    const struct requirement *r = requirement_get(t, requirement);
    int64_t *ids = ids_of(
        t, query(t, "SELECT id FROM assignment WHERE requirement = ?1 AND state = 'open' ORDER BY id", I(requirement)),
        &count);

    for (int i = 0; i < count; i++) {
        const struct assignment *a = assignment_get(t, ids[i]);
        assignments_set_pass(t, a->person, a->path);
        if (r->due && day_number(r->due) != a->base && day_number(r->due) >= due_today(t, a->person))
            assignment_set_base(t, a, day_number(r->due));
    }
}

static void load(struct turn *t)
{
    int count;

    change(t, "UPDATE requirement SET listed = 0");
    for (size_t i = 0; i < t->org->requirement_count; i++)
        take_requirement(t, &t->org->requirements[i]);
    int64_t *all = all_requirements(t, &count);
    for (int i = 0; i < count; i++)
        take_changes(t, all[i]);
    sweep(t);
}

/* ---- Somebody's hours, place or absence ---------------------------------------------------------------------------- */

static void end_all(struct turn *t, int64_t who, const char *why)
{
    int count;
    const struct assignment *all = assignments_of(t, who, &count);

    for (int i = 0; i < count; i++)
        if (assignment_is(&all[i], "open"))
            assignment_void(t, &all[i], why);
}

/* Whoever changed it themselves reads at once what moved by it. */
static void say_moved(struct turn *t)
{
    int count;
    const struct assignment *all = assignments_of(t, t->person, &count);

    for (int i = 0; i < count; i++)
        if (assignment_is(&all[i], "open") && all[i].moved) {
            reply(t, "With that the due day of *%s* moves to %s.", path_any(t, all[i].path)->title,
                  say_day(t, all[i].due));
            change(t, "UPDATE assignment SET moved = 0 WHERE id = ?1", I(all[i].id));
        }
}

static void availability(struct turn *t, int64_t who)
{
    if (!person(t, who)->active)
        end_all(t, who, "left");
    look_at_person(t, who);
    assignments_move(t, who);
    if (t->person == who)
        say_moved(t);
    remind_plan(t, who);
}

/* ---- What else ----------------------------------------------------------------------------------------------------- */

static int64_t left_out(struct turn *t, const struct requirement *r)
{
    int count;
    int64_t n = 0, *people = ids_of(t, query(t, "SELECT id FROM person WHERE active = 1 ORDER BY id"), &count);

    for (int i = 0; i < count; i++)
        n += person_in_audience(t, people[i], r->who) && path_unreadable(t, r->path, people[i]);
    return n;
}

bool requirement_say_left_out(struct turn *t, struct message *m, const struct requirement *r)
{
    int64_t n = r->on ? left_out(t, r) : 0;

    if (n)
        bullet(m, "`%s` is for %s who may not read all of *%s*: it is not asked of them.", r->slug,
               counted(m, (long)n, "%ld person", "%ld people"), path_any(t, r->path)->title);
    return n;
}

static int health(struct turn *t, struct message *m)
{
    int count, lines = 0;
    int64_t *all = all_requirements(t, &count);

    for (int i = 0; i < count; i++)
        lines += requirement_say_left_out(t, m, requirement_get(t, all[i]));
    return lines;
}

/* The proof stays without a name; words that tell of them, or are theirs, go. */
static void forget(struct turn *t, int64_t who)
{
    change(t,
           "UPDATE assignment_event SET note = NULL WHERE actor = ?1 OR assignment IN (SELECT id FROM assignment WHERE "
           "person = ?1)",
           I(who));
    change(
        t,
        "UPDATE assignment_proof SET note = NULL WHERE event IN (SELECT e.id FROM assignment_event e JOIN assignment "
        "a ON a.id = e.assignment WHERE a.person = ?1)",
        I(who));
    change(t, "UPDATE assignment SET message = 0 WHERE person = ?1", I(who));
    end_all(t, who, "deleted");
}

static void me(struct turn *t, struct message *m)
{
    int count;
    const struct assignment *all = assignments_of(t, t->person, &count);

    for (int i = 0; i < count; i++) {
        const char *title = path_any(t, all[i].path)->title;
        bool open = assignment_is(&all[i], "open");
        if (open && all[i].due < due_today(t, t->person))
            bullet(m, "Asked of you: *%s*, overdue since %s", title, say_day(t, all[i].due));
        else if (open)
            bullet(m, "Asked of you: *%s*, due %s", title, say_day(t, all[i].due));
        else if (assignment_is(&all[i], "done") && all[i].opens)
            bullet(m, "Asked of you: *%s*, done; again by %s", title,
                   say_day(t, due_moved(t, t->person, all[i].next_base)));
    }
}

static const struct action actions[] = { { "mandatory elsewhere", remind_elsewhere, true },
                                         { "mandatory talk", remind_talk },
                                         { 0 } };
static const struct dialog dialogs[] = { { "mandatory elsewhere", remind_hear_elsewhere, TAKES_TEXT }, { 0 } };
static const struct timer timers[] = { { "mandatory", remind_due }, { "mandatory sweep", sweep }, { 0 } };

static const struct personal data[] = {
    { "assignment", "person", DATA_KEPT,
      "SELECT coalesce(r.slug, 'assigned') AS asked_by, e.event, e.due AS due_day, e.note, e.at FROM assignment a "
      "JOIN assignment_event e ON e.assignment = a.id LEFT JOIN requirement r ON r.id = a.requirement "
      "WHERE a.person = ?1 ORDER BY e.id",
      "What is asked of you and whether it is done: you, your manager, who owns the rule, curators, admins and "
      "auditors. "
      "When you go, the proof stays without your name." },
    { "assignment", "giver", DATA_KEPT, NULL, NULL },
    { "assignment_event", "actor", DATA_KEPT, NULL, NULL },
    { 0 },
};

const struct handler handler_mandatory = {
    "mandatory",
    .actions = actions,
    .dialogs = dialogs,
    .timers = timers,
    .data = data,
    .load = load,
    .me = me,
    .health = health,
    .forget = forget,
    .availability = availability,
    .manager_sees = remind_manager_sees,
};
