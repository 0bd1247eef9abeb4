/* Who is here: the first and the last day, absences, holidays; and when that changes next. */
#include <string.h>

#include "nudges.h"
#include "people.h"

/* The last day is worked to its end, the first begins at midnight: in the person's own zone. */
static int64_t begins_at(const struct zone *z, int64_t start_day)
{
    return start_day == INT64_MIN ? INT64_MIN : instant_on(z, start_day, 0);
}

static int64_t ends_at(const struct zone *z, int64_t end_day, int work_to)
{
    return end_day == INT64_MIN ? INT64_MAX : instant_on(z, end_day, work_to);
}

static int64_t day_or_none(const char *iso)
{
    return iso ? day_number(iso) : INT64_MIN;
}

enum presence row_presence(struct turn *t, const struct org_person *p, int64_t id)
{
    const char *own = id ? pref(t, id, "timezone") : NULL;
    const struct zone *z = zone_find(own ? own : row_zone(t, p));

    z = z ? z : zone_utc();
    if (!p->active || t->now >= ends_at(z, day_or_none(p->end_date), p->work_to))
        return GONE;
    return begins_at(z, day_or_none(p->start_date)) <= t->now ? HERE : COMING;
}

static void set_active(struct turn *t, int64_t id, bool active)
{
    if (change(t, "UPDATE person SET active = ?2 WHERE id = ?1 AND active <> ?2", I(id), I(active)) == 0)
        return;
    if (!active)
        change(t, "UPDATE employment SET valid_until = ?2 WHERE person = ?1 AND valid_until IS NULL", I(id), I(t->now));
    audit(t, active ? "joined" : "left", "person", id);
    if (active)
        nudge_event(t, id, "joined", 0);
    availability_changed(t, id);
}

static void later_or_not(struct turn *t, bool wanted, int64_t at, int64_t id, const char *what)
{
    const char *key = arena_printf(t->arena, "people %s %ld", what, (long)id);

    if (wanted && at > t->now && at != INT64_MAX)
        later(t, at, "people presence", id, key);
    else
        not_later(t, key);
}

void presence_set(struct turn *t, int64_t id)
{
    const struct person *p = person(t, id);
    bool listed = one_int(t, "SELECT listed FROM person WHERE id = ?1", I(id));
    int64_t begins = begins_at(p->zone, p->start_day), ends = ends_at(p->zone, p->end_day, person_hours(t, id)->to);

    later_or_not(t, listed, begins, id, "join");
    later_or_not(t, listed, ends, id, "leave");
    set_active(t, id, listed && begins <= t->now && t->now < ends);
}

void presence_due(struct turn *t)
{
    presence_set(t, t->object);
}

/* ---- Absences --------------------------------------------------------------------------------------------------- */

void presence_away_due(struct turn *t)
{
    availability_changed(t, t->object);
}

/* The person is told of as changed when the day comes: what waits for them moves on then. */
static void later_away(struct turn *t, const struct person *p, int64_t day)
{
    int64_t begins = instant_on(p->zone, day, 0);

    if (begins > t->now)
        later(t, begins, "people away", p->id, arena_printf(t->arena, "people away %ld %ld", (long)p->id, (long)day));
}

/* Who said `back` during it is not away again because the file still says so. */
static bool was_cut(struct turn *t, int64_t id, int64_t starts)
{
    return one_int(t, "SELECT count(*) FROM absence WHERE person = ?1 AND starts = ?2 AND source = 'cut'", I(id),
                   I(starts)) > 0;
}

static void take_absence(struct turn *t, const struct org_absence *a)
{
    const struct person *p = person_of_handle(t, a->handle);
    int64_t starts = day_number(a->starts);

    if (!p || was_cut(t, p->id, starts)) /* an import of people alone may not know everybody of the folder */
        return;
    insert(t, "INSERT INTO absence(person, starts, ends, kind, source) VALUES(?1, ?2, ?3, ?4, 'file')", I(p->id),
           I(starts), I(day_number(a->ends)), T(a->kind ? a->kind : "leave"));
    later_away(t, p, starts);
}

static void tell_of(struct turn *t, struct rows *r)
{
    int count;
    int64_t *ids = ids_of(t, r, &count);

    for (int i = 0; i < count; i++)
        availability_changed(t, ids[i]);
}

void absences_take(struct turn *t, const struct org *org)
{
    int count;
    int64_t *before =
        ids_of(t, query(t, "SELECT DISTINCT person FROM absence WHERE source = 'file' ORDER BY person"), &count);

    change(t, "DELETE FROM absence WHERE source = 'file'");
    for (size_t i = 0; i < org->absence_count; i++)
        take_absence(t, &org->absences[i]);
    people_changed(t);
    for (int i = 0; i < count; i++)
        availability_changed(t, before[i]);
    tell_of(t, query(t, "SELECT DISTINCT person FROM absence WHERE source = 'file' ORDER BY person"));
}

/* ---- Holidays --------------------------------------------------------------------------------------------------- */

static bool is_new(struct turn *t, const char *hash)
{
    const char *before = one_text(t, "SELECT value FROM fact WHERE name = 'hash.holidays'");

    if (strcmp(before ? before : "", hash) == 0)
        return false;
    change(t, "INSERT INTO fact(name, value) VALUES('hash.holidays', ?1) ON CONFLICT(name) DO UPDATE SET value = ?1",
           T(hash));
    return true;
}

bool holidays_take(struct turn *t, const struct org *org)
{
    unsigned long long hash = 0;

    for (size_t i = 0; i < org->holiday_count; i++) {
        const struct org_holiday *h = &org->holidays[i];
        const char *one = arena_printf(t->arena, "%llx %s %ld %s", hash, h->calendar, (long)h->day, h->name);
        hash = text_hash(one, strlen(one));
    }
    if (!is_new(t, org->holiday_count ? arena_printf(t->arena, "%016llx", hash) : ""))
        return false;
    change(t, "DELETE FROM holiday");
    for (size_t i = 0; i < org->holiday_count; i++) {
        const struct org_holiday *h = &org->holidays[i];
        change(t, "INSERT INTO holiday(calendar, day, name) VALUES(?1, ?2, ?3) ON CONFLICT(calendar, day) DO NOTHING",
               T(h->calendar), I(h->day), T(h->name));
    }
    people_changed(t);
    tell_of(t, query(t, "SELECT id FROM person WHERE active = 1 AND calendar IS NOT NULL ORDER BY id"));
    return true;
}

/* Local times that were computed with another tzdata are computed anew. */
void presence_load(struct turn *t)
{
    int count;
    int64_t *ids = ids_of(t,
                          query(t,
                                "SELECT DISTINCT ref FROM due WHERE kind = 'people presence' AND tz_version <> ?1 "
                                "ORDER BY ref",
                                T(zone_version())),
                          &count);

    for (int i = 0; i < count; i++)
        presence_set(t, ids[i]);
}
