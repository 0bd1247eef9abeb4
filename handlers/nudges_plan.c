/* What is due when: rules become reminders of persons on days, at an hour of theirs. For real they are rows with a timer,
 * in a dry run a list; both come from here. */
#include <stdlib.h>
#include <string.h>

#include "learnd/recur.h"
#include "nudges_private.h"
#include "paths.h"

#define DAYS_MAX 400         /* further nobody looks */
#define PEOPLE_AT_ONCE 2000  /* are planned in one turn */
#define EASTMOST (14 * 3600) /* where a day begins first */

static bool is_kind(const struct rule *r, const char *kind)
{
    return strcmp(r->kind, kind) == 0;
}

/* ---- At what hour ------------------------------------------------------------------------------------------------ */

/* The window's beginning, moved into working hours and out of quiet ones where the window reaches so far. */
int64_t nudge_window_at(struct turn *t, const struct rule *r, int64_t id, int64_t day)
{
    const struct hours *h = person_hours(t, id);
    int minute = r->window_from, from, to;

    if (h->from > minute && h->from < r->window_to)
        minute = h->from;
    quiet_hours(t, id, &from, &to);
    bool quiet = from <= to ? minute >= from && minute < to : minute >= from || minute < to;
    if (quiet && to > minute && to < r->window_to)
        minute = to;
    return instant_on(h->zone, day, minute);
}

int64_t nudge_window_end(struct turn *t, const struct rule *r, int64_t id, int64_t day)
{
    return instant_on(person(t, id)->zone, day, r->window_to);
}

/* ---- Where it goes ----------------------------------------------------------------------------------------------- */

const char *nudge_timer_key(struct turn *t, int64_t id)
{
    return arena_printf(t->arena, "nudge %ld", (long)id);
}

void nudge_store(struct turn *t, const struct nudge *n)
{
    if (change(t,
               "INSERT INTO nudge(rule, person, kind, object, day, try_day, at) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) "
               "ON CONFLICT(rule, person, kind, object, day) DO NOTHING",
               I(n->rule->id), I(n->person), T(n->kind), I(n->object), I(n->day), I(n->try_day), I(n->at)) == 0)
        return;
    int64_t id = one_int(t,
                         "SELECT id FROM nudge WHERE rule = ?1 AND person = ?2 AND kind = ?3 AND object = ?4 "
                         "AND day = ?5",
                         I(n->rule->id), I(n->person), T(n->kind), I(n->object), I(n->day));
    later(t, n->at, "nudge", id, nudge_timer_key(t, id));
}

/* What is over already is not planned. */
void plan_add(struct plan *p, const struct nudge *n)
{
    if (n->at <= p->turn->now)
        return;
    if (!p->dry) {
        nudge_store(p->turn, n);
        return;
    }
    if (p->count == p->room) {
        struct nudge *more = arena_array(p->turn->arena, struct nudge, (size_t)(p->room = p->room ? 2 * p->room : 16));
        if (p->count)
            memcpy(more, p->list, (size_t)p->count * sizeof *more);
        p->list = more;
    }
    p->list[p->count++] = *n;
}

static void plan_on(struct plan *p, const struct rule *r, int64_t who, const char *kind, int64_t object, int64_t day)
{
    plan_add(p, &(struct nudge){ .rule = r,
                                 .person = who,
                                 .kind = kind,
                                 .object = object,
                                 .day = day,
                                 .try_day = day,
                                 .at = nudge_window_at(p->turn, r, who, day) });
}

/* ---- Each kind --------------------------------------------------------------------------------------------------- */

/* When a day is planned: as it begins first anywhere. */
static int64_t spread_at(int64_t day)
{
    return day * DAY - EASTMOST;
}

const struct rule *rule_with_days(struct turn *t, const struct rule *r, int64_t until)
{
    struct rule *with = arena_new(t->arena, struct rule);

    *with = *r;
    if (!is_kind(r, "rrule") || until <= r->spread)
        return with;
    int max = (int)(until - r->spread < DAYS_MAX ? until - r->spread : DAYS_MAX);
    with->days = arena_array(t->arena, int64_t, (size_t)max);
    with->day_count = recur_days(r->spec, r->since, r->spread, until, with->days, max);
    return with;
}

static void plan_rrule(struct plan *p, const struct rule *r, int64_t who)
{
    struct turn *t = p->turn;
    int64_t now = t->now;

    for (int i = 0; i < r->day_count; i++) {
        if (p->dry && spread_at(r->days[i]) > now)
            t->now = spread_at(r->days[i]); /* who belongs to it is asked then */
        if (person_in_audience(t, who, r->who))
            plan_on(p, r, who, "", 0, r->days[i]);
        t->now = now;
    }
}

static bool subject_fits(const struct rule *r, const char *kind, const char *slug)
{
    const char *s = r->subject, *colon = s ? strchr(s, ':') : NULL;

    if (!s)
        return true;
    if (colon)
        return slug && strncmp(s, kind, (size_t)(colon - s)) == 0 && strcmp(colon + 1, slug) == 0;
    return strncmp(s, kind, strlen(kind)) == 0; /* goals, paths, requirements */
}

static void plan_before(struct plan *p, const struct rule *r, int64_t who, const char *kind, int64_t object,
                        int64_t due)
{
    for (const char *at = r->spec; *at; at += strcspn(at, ",") + (strchr(at, ',') != NULL))
        plan_on(p, r, who, kind, object, due - strtol(at, NULL, 10));
}

static void plan_subjects(struct plan *p, const struct rule *r, int64_t who)
{
    struct rows *rows =
        query(p->turn, "SELECT kind, object, slug, day FROM nudge_subject WHERE person = ?1 ORDER BY id", I(who));

    while (row_next(rows))
        if (subject_fits(r, row_text(rows, 0), row_text(rows, 2)))
            plan_before(p, r, who, row_text(rows, 0), row_int(rows, 1), row_int(rows, 3));
}

/* So long after the newest deed; of somebody of whom nothing is known: after the rule was switched on. */
static void plan_idle(struct plan *p, const struct rule *r, int64_t who)
{
    struct turn *t = p->turn;
    int64_t newest = progress_newest(t, who, t->now), today = day_of(person(t, who)->zone, t->now);
    int64_t from = newest ? day_of(person(t, who)->zone, newest) : r->since;
    int64_t day = from + strtol(r->spec, NULL, 10);

    plan_on(p, r, who, "", 0, day > today ? day : today + 1);
}

void plan_person(struct plan *p, const struct rule *r, int64_t who)
{
    if (is_kind(r, "rrule"))
        plan_rrule(p, r, who);
    else if (is_kind(r, "before_due"))
        plan_subjects(p, r, who);
    else if (is_kind(r, "idle"))
        plan_idle(p, r, who);
}

/* ---- For everybody ----------------------------------------------------------------------------------------------- */

static int64_t last_day_begun(struct turn *t)
{
    return (t->now + EASTMOST) / DAY;
}

static const char *spread_key(struct turn *t, const struct rule *r)
{
    return arena_printf(t->arena, "nudge spread %ld", (long)r->id);
}

static void plan_next_day(struct turn *t, const struct rule *r, int64_t done)
{
    int64_t next = is_kind(r, "rrule") ? recur_next(r->spec, r->since, done) : INT64_MAX;

    change(t, "UPDATE nudge_rule SET spread = ?2, spread_to = 0, spread_person = 0 WHERE id = ?1", I(r->id), I(done));
    if (next != INT64_MAX)
        later(t, spread_at(next), "nudge spread", r->id, spread_key(t, r));
}

/* A few thousand a turn, so that nobody waits for it. */
static void plan_everybody(struct turn *t, const struct rule *r)
{
    struct plan p = { .turn = t };
    int count;
    int64_t *people = ids_of(t,
                             query(t, "SELECT id FROM person WHERE active = 1 AND id > ?1 ORDER BY id LIMIT ?2",
                                   I(r->spread_person), I(PEOPLE_AT_ONCE)),
                             &count);
    int64_t until = r->spread_to ? r->spread_to : last_day_begun(t);

    r = rule_with_days(t, r, until);
    for (int i = 0; i < count; i++)
        plan_person(&p, r, people[i]);
    if (count < PEOPLE_AT_ONCE) {
        plan_next_day(t, r, until);
        return;
    }
    change(t, "UPDATE nudge_rule SET spread_to = ?2, spread_person = ?3 WHERE id = ?1", I(r->id), I(until),
           I(people[count - 1]));
    later(t, t->now, "nudge spread", r->id, spread_key(t, r));
}

void rule_spread(struct turn *t)
{
    const struct rule *r = rule_get(t, t->object);

    if (r && r->enabled)
        plan_everybody(t, r);
}

static void forget_planned(struct turn *t, const struct rule *r)
{
    struct rows *rows = query(t, "SELECT id FROM nudge WHERE rule = ?1 AND state = 'planned' ORDER BY id", I(r->id));

    while (row_next(rows))
        not_later(t, nudge_timer_key(t, row_int(rows, 0)));
    change(t, "DELETE FROM nudge WHERE rule = ?1 AND state = 'planned'", I(r->id));
    not_later(t, spread_key(t, r));
}

static int64_t monday_of_now(struct turn *t)
{
    const struct zone *z = zone_find(t->settings->timezone);
    int64_t today = day_of(z ? z : zone_utc(), t->now);

    return today - day_weekday(today);
}

void rule_starts(struct turn *t, const struct rule *r, int64_t *since, int64_t *spread)
{
    *since = r->first_day ? day_number(r->first_day) : monday_of_now(t);
    *spread = last_day_begun(t) - 3; /* where the day is oldest, it is the day before yesterday's */
}

void rule_switch(struct turn *t, const struct rule *r, bool on)
{
    int64_t since, day;

    rule_starts(t, r, &since, &day);
    forget_planned(t, r);
    change(t,
           "UPDATE nudge_rule SET enabled = ?2, since = ?3, spread = ?4, spread_to = 0, spread_person = 0 "
           "WHERE id = ?1",
           I(r->id), I(on), I(since), I(day));
    if (on)
        plan_everybody(t, rule_get(t, r->id));
}

/* What it counts from stays; what waits for an event waits on, at the new hour. */
void rule_replan(struct turn *t, const struct rule *r)
{
    struct rows *rows =
        query(t, "SELECT id, person, try_day FROM nudge WHERE rule = ?1 AND state = 'planned' ORDER BY id", I(r->id));

    if (is_kind(r, "after")) {
        while (row_next(rows)) {
            int64_t at = nudge_window_at(t, r, row_int(rows, 1), row_int(rows, 2));
            change(t, "UPDATE nudge SET at = ?2 WHERE id = ?1", I(row_int(rows, 0)), I(at));
            later(t, at, "nudge", row_int(rows, 0), nudge_timer_key(t, row_int(rows, 0)));
        }
        return;
    }
    rows_close(rows);
    forget_planned(t, r);
    change(t, "UPDATE nudge_rule SET spread = ?2, spread_to = 0, spread_person = 0 WHERE id = ?1", I(r->id),
           I(last_day_begun(t) - 3));
    plan_everybody(t, rule_get(t, r->id));
}

/* ---- What others tell -------------------------------------------------------------------------------------------- */

static const char *slug_of(struct turn *t, int64_t path)
{
    const struct path *p = path ? path_any(t, path) : NULL;

    return p ? p->slug : NULL;
}

/* It is over for them, by completed or declined, or (NULL) its day is another: what was planned about it is not needed. */
static void forget_about(struct turn *t, int64_t who, const char *kind, int64_t object, const char *event)
{
    struct rows *rows = query(t,
                              "SELECT n.id FROM nudge n JOIN nudge_rule r ON r.id = n.rule WHERE n.person = ?1 AND "
                              "n.state = 'planned' AND n.kind = ?2 AND n.object = ?3 AND (?4 IS NULL OR "
                              "(?4 = 'completed' AND r.stop_completed = 1) OR "
                              "(?4 = 'declined' AND r.stop_declined = 1)) ORDER BY n.id",
                              I(who), T(kind), I(object), T(event));

    while (row_next(rows)) {
        not_later(t, nudge_timer_key(t, row_int(rows, 0)));
        change(t, "DELETE FROM nudge WHERE id = ?1", I(row_int(rows, 0)));
    }
}

static int64_t day_after(struct turn *t, const struct rule *r, int64_t who, int64_t base)
{
    char *unit;
    int n = (int)strtol(r->spec, &unit, 10);

    return strcmp(unit, "wd") == 0 ? work_days_add(person_hours(t, who), base, n) : base + n;
}

void nudge_event(struct turn *t, int64_t who, const char *event, int64_t object)
{
    bool about_path =
        strcmp(event, "enrolled") == 0 || strcmp(event, "completed") == 0 || strcmp(event, "declined") == 0;
    const char *kind = about_path ? "path" : "", *slug = about_path ? slug_of(t, object) : NULL;
    const struct person *p = person(t, who);
    int64_t base = strcmp(event, "joined") == 0 && p->start_day != INT64_MIN ? p->start_day : day_of(p->zone, t->now);
    struct plan plan = { .turn = t };
    int count;
    const struct rule **rules = rules_enabled(t, NULL, &count);

    if (strcmp(event, "completed") == 0 || strcmp(event, "declined") == 0)
        forget_about(t, who, "path", object, event);
    for (int i = 0; i < count; i++) {
        const struct rule *r = rules[i];
        if (is_kind(r, "idle") && strcmp(event, "joined") == 0)
            plan_idle(&plan, r, who);
        if (is_kind(r, "after") && strcmp(r->event, event) == 0 && (!r->subject || subject_fits(r, kind, slug)))
            plan_on(&plan, r, who, kind, object, day_after(t, r, who, base));
    }
}

void nudge_due(struct turn *t, int64_t who, const char *kind, int64_t object, const char *slug, const char *title,
               int64_t day)
{
    struct plan plan = { .turn = t };
    int count;
    const struct rule **rules = rules_enabled(t, "before_due", &count);

    forget_about(t, who, kind, object, NULL);
    if (day == INT64_MIN) {
        change(t, "DELETE FROM nudge_subject WHERE person = ?1 AND kind = ?2 AND object = ?3", I(who), T(kind),
               I(object));
        return;
    }
    insert(t,
           "INSERT INTO nudge_subject(person, kind, object, slug, title, day) VALUES(?1, ?2, ?3, ?4, ?5, ?6) "
           "ON CONFLICT(person, kind, object) DO UPDATE SET slug = ?4, title = ?5, day = ?6",
           I(who), T(kind), I(object), T(slug), T(title), I(day));
    for (int i = 0; i < count; i++)
        if (subject_fits(rules[i], kind, slug))
            plan_before(&plan, rules[i], who, kind, object, day);
}
