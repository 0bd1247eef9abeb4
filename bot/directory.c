/* People as the directory has them. What was looked up is remembered for the turn. */
#include "machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct person_memo {
    struct person p;
    struct hours *hours;
    int expert;  /* 1 yes, -1 no, 0 not looked up */
    int granted; /* person_granted() */
    struct person_memo *next;
};

static int64_t day_or_none(const char *iso)
{
    return iso && *iso ? day_number(iso) : INT64_MIN;
}

static const char *tongue_of(struct turn *t, const char *locale)
{
    const char *cut = locale ? strpbrk(locale, "-_.") : NULL;

    return cut ? arena_copy_n(t->arena, locale, (size_t)(cut - locale)) : locale ? locale : "en";
}

static void read_person(struct turn *t, struct person_memo *memo, int64_t id)
{
    struct rows *r =
        query(t,
              "SELECT p.id, p.handle, p.name, p.email, p.title, p.role, p.department, p.division, p.location, "
              "p.country, p.locale, p.active, p.timezone, p.weekly_cap, p.start_date, p.end_date, e.manager "
              "FROM person p LEFT JOIN employment e ON e.person = p.id AND e.valid_until IS NULL WHERE p.id = ?1",
              I(id));
    struct person *p = &memo->p;

    *p = (struct person){ .handle = "",
                          .name = "",
                          .email = "",
                          .language = "en",
                          .zone = zone_utc(),
                          .start_day = INT64_MIN,
                          .end_day = INT64_MIN };
    if (!row_next(r))
        return;
    p->id = row_int(r, 0);
    p->handle = row_text(r, 1);
    p->name = row_text(r, 2);
    p->email = row_text(r, 3);
    p->title = row_text(r, 4);
    p->role = row_text(r, 5);
    p->department = row_text(r, 6);
    p->division = row_text(r, 7);
    p->location = row_text(r, 8);
    p->country = row_text(r, 9);
    p->language = tongue_of(t, row_text(r, 10));
    p->active = row_int(r, 11);
    const struct zone *own = zone_find(pref(t, id, "timezone") ? pref(t, id, "timezone") : row_text(r, 12));
    p->zone = own ? own : zone_utc();
    p->weekly_cap = (int)row_int(r, 13);
    p->start_day = day_or_none(row_text(r, 14));
    p->end_day = day_or_none(row_text(r, 15));
    p->manager = row_int(r, 16);
    rows_close(r);
    if (!p->handle)
        p->handle = "";
    mention_met(t, id, p->name);
}

static struct person_memo *memo_of(struct turn *t, int64_t id)
{
    struct person_memo **bucket = &t->machine->people[(uint64_t)id % PEOPLE_BUCKETS];

    for (struct person_memo *m = *bucket; m; m = m->next)
        if (m->p.id == id)
            return m;
    struct person_memo *m = arena_new(t->arena, struct person_memo);
    read_person(t, m, id);
    m->p.id = id;
    m->next = *bucket;
    *bucket = m;
    if (!*m->p.name) /* their data is gone; said in a language, which is looked up in the memos */
        m->p.name = phrase(t, "a colleague");
    return m;
}

const struct person *person(struct turn *t, int64_t id)
{
    return &memo_of(t, id)->p;
}

int *person_expert(struct turn *t, int64_t id)
{
    return &memo_of(t, id)->expert;
}

int *person_granted(struct turn *t, int64_t id)
{
    return &memo_of(t, id)->granted;
}

void people_changed(struct turn *t)
{
    memset(t->machine->people, 0, sizeof t->machine->people);
}

void people_forget(struct machine *m)
{
    memset(m->people, 0, sizeof m->people);
    memset(m->met, 0, sizeof m->met);
}

void availability_changed(struct turn *t, int64_t id)
{
    people_changed(t);
    for (const struct handler *const *h = handlers_all(); *h; h++)
        if ((*h)->availability)
            (*h)->availability(t, id);
}

const struct person *person_of_handle(struct turn *t, const char *handle)
{
    if (*handle == '@')
        handle++;
    int64_t id = one_int(t, "SELECT id FROM person WHERE handle = ?1", T(text_fold(t->arena, handle)));
    return id ? person(t, id) : NULL;
}

bool evaluations_off(struct turn *t, int64_t id)
{
    const struct settings *s = t->settings;
    const char *country = person(t, id)->country;

    for (size_t i = 0; country && i < s->evaluations_off_in.count; i++)
        if (text_same(s->evaluations_off_in.item[i], country))
            return true;
    return false;
}

const char *first_name(struct turn *t, int64_t id)
{
    const struct person *p = person(t, id);
    const char *name = p->name, *blank = strchr(name, ' ');

    return *p->handle && blank ? arena_copy_n(t->arena, name, (size_t)(blank - name)) : name;
}

/* Holidays and days away as one sorted list; the same day may stand twice. */
static void read_free_days(struct turn *t, int64_t id, struct hours *h)
{
    int64_t today = day_of(h->zone, t->now), first = today - 40, last = today + 400;
    size_t max = 0;
    int64_t *days = arena_array(t->arena, int64_t, (size_t)(last - first + 1));
    bool *off = arena_array(t->arena, bool, (size_t)(last - first + 1));
    struct rows *r =
        query(t,
              "SELECT h.day, h.day FROM holiday h JOIN person p ON p.calendar = h.calendar "
              "WHERE p.id = ?1 AND h.day BETWEEN ?2 AND ?3 "
              "UNION ALL SELECT starts, ends FROM absence WHERE person = ?1 AND ends >= ?2 AND starts <= ?3",
              I(id), I(first), I(last));
    while (row_next(r))
        for (int64_t d = row_int(r, 0); d <= row_int(r, 1); d++)
            if (d >= first && d <= last)
                off[d - first] = true;
    for (int64_t d = first; d <= last; d++)
        if (off[d - first])
            days[max++] = d;
    h->free_days = days;
    h->free_count = (int)max;
}

const struct hours *person_hours(struct turn *t, int64_t id)
{
    struct person_memo *m = memo_of(t, id);

    if (m->hours)
        return m->hours;
    struct hours *h = m->hours = arena_new(t->arena, struct hours);
    h->zone = m->p.zone;
    struct rows *r = query(t, "SELECT weekdays, work_from, work_to FROM person WHERE id = ?1", I(id));
    if (row_next(r)) {
        h->weekdays = (unsigned)row_int(r, 0);
        h->from = (int)row_int(r, 1);
        h->to = (int)row_int(r, 2);
        rows_close(r);
    }
    read_free_days(t, id, h);
    return h;
}

bool person_away(struct turn *t, int64_t id, int64_t at)
{
    int64_t day = day_of(person(t, id)->zone, at);

    return one_int(t, "SELECT count(*) FROM absence WHERE person = ?1 AND starts <= ?2 AND ends >= ?2", I(id), I(day)) >
           0;
}

bool person_hidden(struct turn *t, int64_t id)
{
    return pref(t, id, "deleting");
}

bool is_manager_of(struct turn *t, int64_t manager, int64_t id)
{
    for (int64_t at = person(t, id)->manager, depth = 0; at && depth < 50; at = person(t, at)->manager, depth++)
        if (at == manager)
            return true;
    return false;
}

int64_t *reports_of(struct turn *t, int64_t manager, int *count)
{
    return ids_of(t,
                  query(t,
                        "SELECT p.id FROM person p JOIN employment e ON e.person = p.id AND e.valid_until IS NULL "
                        "WHERE e.manager = ?1 AND p.active = 1 AND NOT EXISTS (SELECT 1 FROM preference d "
                        "WHERE d.person = p.id AND d.name = 'deleting') ORDER BY p.handle",
                        I(manager)),
                  count);
}

int64_t *owner_people(struct turn *t, const char *owner, int *count)
{
    bool team = owner && strncmp(owner, "team:", 5) == 0;
    const struct person *p = owner ? person_of_handle(t, team ? owner + 5 : owner) : NULL;
    int reports = 0;
    int64_t *below = p && team ? reports_of(t, p->id, &reports) : NULL;
    int64_t *all = arena_array(t->arena, int64_t, (size_t)reports + 1);

    *count = 0;
    if (p && p->active && !person_hidden(t, p->id))
        all[(*count)++] = p->id;
    for (int i = 0; i < reports; i++)
        all[(*count)++] = below[i];
    return all;
}

bool owner_includes(struct turn *t, const char *owner, int64_t id)
{
    int count = 0;
    int64_t *people = owner_people(t, owner, &count);

    for (int i = 0; i < count; i++)
        if (people[i] == id)
            return true;
    return false;
}

/* ---- Audiences --------------------------------------------------------------------------------------------------- */

struct asked {
    struct turn *turn;
    int64_t person;
};

static bool same_text(const char *a, const char *b)
{
    return a && text_same(a, b);
}

static bool person_is(void *context, enum audience_attribute attribute, const char *value)
{
    const struct asked *a = context;
    struct turn *t = a->turn;
    const struct person *p = person(t, a->person), *other;

    switch (attribute) {
    case AUDIENCE_DEPARTMENT:
        return same_text(p->department, value);
    case AUDIENCE_DIVISION:
        return same_text(p->division, value);
    case AUDIENCE_LOCATION:
        return same_text(p->location, value);
    case AUDIENCE_COUNTRY:
        return same_text(p->country, value);
    case AUDIENCE_ROLE:
        return same_text(p->role, value);
    case AUDIENCE_HANDLE:
        return same_text(p->handle, value);
    case AUDIENCE_TEAM:
        other = person_of_handle(t, value);
        return other && p->manager == other->id;
    case AUDIENCE_MANAGER:
        other = person_of_handle(t, value);
        return other && is_manager_of(t, other->id, p->id);
    case AUDIENCE_GRANT:
        return one_int(t, "SELECT count(*) FROM granted WHERE person = ?1 AND role = lower(?2)", I(p->id), T(value)) >
               0;
    case AUDIENCE_SKILL:
        return one_int(t, "SELECT count(*) FROM skill WHERE person = ?1 AND topic = lower(?2)", I(p->id), T(value)) > 0;
    }
    return false;
}

static bool person_on_leave(void *context)
{
    const struct asked *a = context;

    return person_away(a->turn, a->person, a->turn->now);
}

bool person_in_scope(struct turn *t, int64_t id, const char *scope)
{
    const struct person *p = person(t, id);
    struct asked asked = { t, id };
    struct audience_person who = { &asked, person_is, person_on_leave, 0 };
    int column;
    const char *what;

    if (!scope || !*scope || strcmp(scope, "everyone") == 0)
        return true;
    if (p->start_day != INT64_MIN)
        who.tenure_days = day_of(p->zone, t->now) - p->start_day;
    struct audience *f = audience_parse(t->arena, scope, &column, &what);
    return f && audience_holds(f, &who); /* what does not parse lets nobody in */
}

bool person_in_audience(struct turn *t, int64_t id, const char *audience)
{
    return person(t, id)->active && person_in_scope(t, id, audience);
}

/* ---- Preferences ------------------------------------------------------------------------------------------------- */

const char *pref(struct turn *t, int64_t id, const char *name)
{
    return one_text(t, "SELECT value FROM preference WHERE person = ?1 AND name = ?2", I(id), T(name));
}

int pref_number(struct turn *t, int64_t id, const char *name, int otherwise)
{
    const char *own = pref(t, id, name);

    return own ? (int)strtol(own, NULL, 10) : otherwise;
}

void pref_set(struct turn *t, int64_t id, const char *name, const char *value)
{
    if (value)
        insert(t,
               "INSERT INTO preference(person, name, value) VALUES(?1, ?2, ?3) "
               "ON CONFLICT(person, name) DO UPDATE SET value = ?3",
               I(id), T(name), T(value));
    else
        change(t, "DELETE FROM preference WHERE person = ?1 AND name = ?2", I(id), T(name));
    people_changed(t);
}
