/* The directory: joiners, leavers, managers, absences, from people.csv and absences.csv. */
#include "learnd/turn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tally {
    int added, changed, retired, unchanged;
    bool dry;
};

/* ---- One person -------------------------------------------------------------------------------------------------- */

static void add_list(struct buf *b, const struct org_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        buf_printf(b, "%s;", list->item[i]);
    buf_add_char(b, '|');
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

/* Everything the row says, as one text: a row that says the same as last time is left alone. */
static const char *fingerprint_of(struct turn *t, const struct org_person *p)
{
    struct buf b = { .arena = t->arena };

    buf_printf(&b, "%s|%s|%s|%s|%s|%s|%s|%s|%s|%s|%s|", or_empty(p->handle), or_empty(p->email),
               or_empty(p->display_name), or_empty(p->title), or_empty(p->role), or_empty(p->department),
               or_empty(p->division), or_empty(p->location), or_empty(p->country), or_empty(p->manager),
               or_empty(p->timezone));
    buf_printf(&b, "%s|%u|%d|%d|%s|%s|%s|%d|%d|%s|%s|", or_empty(p->locale), p->weekdays, p->work_from, p->work_to,
               or_empty(p->calendar), or_empty(p->start_date), or_empty(p->end_date), p->active, p->weekly_cap,
               or_empty(p->slack_user), or_empty(p->matrix_user));
    add_list(&b, &p->grants);
    add_list(&b, &p->languages);
    for (size_t i = 0; i < p->expertise_count; i++)
        buf_printf(&b, "%s:%d;", p->expertise[i].topic, p->expertise[i].level);
    return arena_printf(t->arena, "%016llx", text_hash(b.data, b.len));
}

static const char *languages_text(struct turn *t, const struct org_person *p)
{
    struct buf b = { .arena = t->arena };

    for (size_t i = 0; i < p->languages.count; i++)
        buf_printf(&b, "%s%s", i ? ";" : "", p->languages.item[i]);
    return p->languages.count ? b.data : NULL;
}

static void write_person(struct turn *t, const struct org_person *p, const char *fingerprint)
{
    const char *salt = arena_printf(t->arena, "%016llx",
                                    text_hash(p->external_id, strlen(p->external_id)) ^ (unsigned long long)t->now);

    insert(
        t,
        "INSERT INTO person(external_id, handle, email, name, title, role, department, division, location, country, "
        "timezone, "
        "locale, weekdays, work_from, work_to, calendar, start_date, end_date, weekly_cap, languages, fingerprint, "
        "salt, active) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, "
        "0) "
        "ON CONFLICT(external_id) DO UPDATE SET handle = ?2, email = ?3, name = ?4, title = ?5, role = ?6, department "
        "= ?7, "
        "division = ?8, location = ?9, country = ?10, timezone = ?11, locale = ?12, weekdays = ?13, work_from = ?14, "
        "work_to = ?15, calendar = ?16, start_date = ?17, end_date = ?18, weekly_cap = ?19, languages = ?20, "
        "fingerprint = ?21",
        T(p->external_id), T(p->handle), T(p->email), T(p->display_name), T(p->title), T(p->role), T(p->department),
        T(p->division), T(p->location), T(p->country),
        T(p->timezone             ? p->timezone
          : t->settings->timezone ? t->settings->timezone
                                  : "UTC"),
        T(p->locale), I(p->weekdays), I(p->work_from), I(p->work_to), T(p->calendar), T(p->start_date), T(p->end_date),
        I(p->weekly_cap), T(languages_text(t, p)), T(fingerprint), T(salt));
}

static void write_grants(struct turn *t, int64_t id, const struct org_person *p)
{
    change(t, "DELETE FROM granted WHERE person = ?1 AND source = 'file'", I(id));
    for (size_t i = 0; i < p->grants.count; i++) {
        const char *grant = p->grants.item[i], *colon = strchr(grant, ':');
        const char *role = colon ? arena_copy_n(t->arena, grant, (size_t)(colon - grant)) : grant;
        insert(t, "INSERT INTO granted(person, role, scope, source) VALUES(?1, ?2, ?3, 'file')", I(id), T(role),
               T(colon ? colon + 1 : "*"));
    }
}

static void write_skills(struct turn *t, int64_t id, const struct org_person *p)
{
    change(t, "DELETE FROM skill WHERE person = ?1 AND source = 'file'", I(id));
    for (size_t i = 0; i < p->expertise_count; i++)
        insert(t,
               "INSERT INTO skill(person, topic, level, source) VALUES(?1, ?2, ?3, 'file') "
               "ON CONFLICT(person, topic) DO UPDATE SET level = ?3",
               I(id), T(p->expertise[i].topic), I(p->expertise[i].level));
}

static void write_account(struct turn *t, int64_t id, const char *platform, const char *account)
{
    if (!account) {
        change(t, "DELETE FROM identity WHERE person = ?1 AND platform = ?2 AND conversation IS NULL", I(id),
               T(platform));
        return;
    }
    change(t, "DELETE FROM identity WHERE person = ?1 AND platform = ?2 AND account <> ?3", I(id), T(platform),
           T(account));
    insert(t,
           "INSERT INTO identity(platform, account, person) VALUES(?1, ?2, ?3) "
           "ON CONFLICT(platform, account) DO UPDATE SET person = ?3",
           T(platform), T(account), I(id));
}

static int64_t id_of(struct turn *t, const char *external_id)
{
    return external_id ? one_int(t, "SELECT id FROM person WHERE external_id = ?1", T(external_id)) : 0;
}

/* History is kept: a new manager, department or role ends the row that held and begins another. */
static void write_employment(struct turn *t, const struct org_person *p)
{
    int64_t id = id_of(t, p->external_id), manager = id_of(t, p->manager);
    int64_t same = one_int(
        t,
        "SELECT count(*) FROM employment WHERE person = ?1 AND valid_until IS NULL AND coalesce(manager, 0) = ?2 "
        "AND coalesce(department, '') = ?3 AND coalesce(role, '') = ?4",
        I(id), I(manager), T(or_empty(p->department)), T(or_empty(p->role)));
    if (same)
        return;
    change(t, "UPDATE employment SET valid_until = ?2 WHERE person = ?1 AND valid_until IS NULL", I(id), I(t->now));
    insert(t, "INSERT INTO employment(person, manager, department, role, valid_from) VALUES(?1, ?2, ?3, ?4, ?5)", I(id),
           IDN(manager), T(p->department), T(p->role), I(t->now));
}

/* ---- Here or not ------------------------------------------------------------------------------------------------- */

static void set_active(struct turn *t, int64_t id, bool active)
{
    if (change(t, "UPDATE person SET active = ?2 WHERE id = ?1 AND active <> ?2", I(id), I(active)) == 0)
        return;
    if (!active)
        change(t, "UPDATE employment SET valid_until = ?2 WHERE person = ?1 AND valid_until IS NULL", I(id), I(t->now));
    audit(t, active ? "joined" : "left", "person", id);
    availability_changed(t, id);
}

static const char *key_of(struct turn *t, const char *what, int64_t id)
{
    return arena_printf(t->arena, "people %s %ld", what, (long)id);
}

/* On the last day worked, at work_to, the person has left; on the first, at midnight, they are here. */
static void set_presence(struct turn *t, int64_t id, bool listed)
{
    const struct person *p = person(t, id);
    int64_t begins = p->start_day == INT64_MIN ? INT64_MIN : instant_on(p->zone, p->start_day, 0);
    int64_t ends = p->end_day == INT64_MIN ? INT64_MAX : instant_on(p->zone, p->end_day, person_hours(t, id)->to);

    not_later(t, key_of(t, "join", id));
    not_later(t, key_of(t, "leave", id));
    if (listed && begins > t->now)
        later(t, begins, "people presence", id, key_of(t, "join", id));
    if (listed && ends > t->now && ends != INT64_MAX)
        later(t, ends, "people presence", id, key_of(t, "leave", id));
    set_active(t, id, listed && begins <= t->now && t->now < ends);
}

static void presence_due(struct turn *t)
{
    set_presence(t, t->object, true);
}

static void away_due(struct turn *t)
{
    availability_changed(t, t->object);
}

/* ---- The file ---------------------------------------------------------------------------------------------------- */

static bool is_unchanged(struct turn *t, const struct org_person *p, const char *fingerprint)
{
    return one_int(t, "SELECT count(*) FROM person WHERE external_id = ?1 AND fingerprint = ?2", T(p->external_id),
                   T(fingerprint)) > 0;
}

static void take_person(struct turn *t, const struct org_person *p, struct tally *tally, bool *written)
{
    const char *fingerprint = fingerprint_of(t, p);
    int64_t known = id_of(t, p->external_id);

    if (known && is_unchanged(t, p, fingerprint)) {
        tally->unchanged++;
        return;
    }
    tally->added += !known;
    tally->changed += known != 0;
    *written = !tally->dry;
    if (tally->dry)
        return;
    /* A handle may pass from one person to another in the same file: the column is unique, so it is freed first. */
    change(t, "UPDATE person SET handle = NULL WHERE handle = ?1 AND external_id <> ?2", T(p->handle),
           T(p->external_id));
    write_person(t, p, fingerprint);
    int64_t id = id_of(t, p->external_id);
    write_grants(t, id, p);
    write_skills(t, id, p);
    write_account(t, id, "slack", p->slack_user);
    write_account(t, id, "matrix", p->matrix_user);
}

static bool is_listed(const struct org *org, const char *external_id)
{
    for (size_t i = 0; i < org->people_count; i++)
        if (strcmp(org->people[i].external_id, external_id) == 0)
            return true;
    return false;
}

static void retire_missing(struct turn *t, struct tally *tally, int allowed)
{
    int64_t active = one_int(t, "SELECT count(*) FROM person WHERE active = 1");
    struct rows *r =
        query(t, "SELECT id, external_id FROM person WHERE active = 1 AND external_id IS NOT NULL ORDER BY id");

    while (row_next(r)) {
        if (is_listed(t->org, row_text(r, 1)))
            continue;
        tally->retired++;
        if (!tally->dry)
            set_presence(t, row_int(r, 0), false);
    }
    if (tally->retired * 5 > active && tally->retired != allowed)
        give_up(t, "this would retire %d of %ld people; if that is meant, say so: --retire %d", tally->retired,
                (long)active, tally->retired);
}

static void take_people(struct turn *t, struct tally *tally, int allowed)
{
    const struct org *org = t->org;
    bool *written = arena_array(t->arena, bool, org->people_count + 1);

    for (size_t i = 0; i < org->people_count; i++)
        take_person(t, &org->people[i], tally, &written[i]);
    people_changed(t);
    for (size_t i = 0; i < org->people_count; i++)
        if (written[i])
            write_employment(t, &org->people[i]);
    people_changed(t);
    for (size_t i = 0; i < org->people_count; i++)
        if (written[i])
            set_presence(t, id_of(t, org->people[i].external_id), org->people[i].active);
    retire_missing(t, tally, allowed);
}

/* ---- Absences and holidays --------------------------------------------------------------------------------------- */

static void take_holidays(struct turn *t)
{
    change(t, "DELETE FROM holiday");
    for (size_t i = 0; i < t->org->holiday_count; i++) {
        const struct org_holiday *h = &t->org->holidays[i];
        insert(t, "INSERT INTO holiday(calendar, day, name) VALUES(?1, ?2, ?3) ON CONFLICT(calendar, day) DO NOTHING",
               T(h->calendar), I(h->day), T(h->name));
    }
}

static void take_absences(struct turn *t)
{
    change(t, "DELETE FROM absence WHERE source = 'file'");
    for (size_t i = 0; i < t->org->absence_count; i++) {
        const struct org_absence *a = &t->org->absences[i];
        const struct person *p = person_of_handle(t, a->handle);
        if (!p)
            continue; /* the folder was checked; an import of people alone may know others */
        insert(t, "INSERT INTO absence(person, starts, ends, kind, source) VALUES(?1, ?2, ?3, ?4, 'file')", I(p->id),
               I(day_number(a->starts)), I(day_number(a->ends)), T(a->kind ? a->kind : "leave"));
        int64_t begins = instant_on(p->zone, day_number(a->starts), 0);
        if (begins > t->now)
            later(t, begins, "people away", p->id,
                  arena_printf(t->arena, "people away %ld %s", (long)p->id, a->starts));
        availability_changed(t, p->id);
    }
}

/* True once for each new content of a part of the folder. */
static bool is_new(struct turn *t, const char *part, const char *hash)
{
    const char *name = arena_printf(t->arena, "hash.%s", part);
    const char *before = one_text(t, "SELECT value FROM fact WHERE name = ?1", T(name));

    if (before && hash && strcmp(before, hash) == 0)
        return false;
    insert(t, "INSERT INTO fact(name, value) VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET value = ?2", T(name),
           T(or_empty(hash)));
    return true;
}

static void load(struct turn *t)
{
    struct tally tally = { 0 };

    if (t->org->holiday_count || one_int(t, "SELECT count(*) FROM holiday"))
        if (is_new(t, "holidays", arena_printf(t->arena, "%zu", t->org->holiday_count)))
            take_holidays(t);
    if (is_new(t, "people", t->org->people_hash))
        take_people(t, &tally, 0);
    if (is_new(t, "absences", t->org->absences_hash))
        take_absences(t);
}

/* argument: "", "dry-run", "retire N" */
static void import_people(struct turn *t)
{
    struct tally tally = { .dry = strstr(t->argument, "dry-run") };
    const char *retire = strstr(t->argument, "retire ");

    take_people(t, &tally, retire ? atoi(retire + 7) : 0);
    report(t, "added %d, changed %d, retired %d, unchanged %d", tally.added, tally.changed, tally.retired,
           tally.unchanged);
}

/* ---- Somebody the directory does not know ------------------------------------------------------------------------ */

static void stranger(struct turn *t)
{
    int count = 0;
    int64_t *admins = people_with_role(t, ROLE_ADMIN, 0, &count);

    if (!count) {
        reply(t, "I don't know you yet; nothing you wrote is kept.");
        return;
    }
    reply(t, "I don't know you yet. I asked %s; nothing you wrote is kept.", person(t, admins[0])->name);
    int64_t first = change(
        t, "INSERT INTO stranger(platform, account, at) VALUES(?1, ?2, ?3) ON CONFLICT(platform, account) DO NOTHING",
        T(t->event->platform), T(t->event->user), I(t->now));
    if (!first)
        return;
    struct message *m =
        tell(t, admins[0], CLASS_OWED,
             "Somebody I don't know wrote to me on %s: %s. If they belong here, add them to the directory.",
             t->event->platform, t->event->user);
    explain(m, "You are an admin, and strangers are reported once.");
}

static const struct action operations[] = { { "import people", import_people }, { 0 } };
static const struct timer timers[] = { { "people presence", presence_due }, { "people away", away_due }, { 0 } };

const struct handler handler_people = {
    "people", .operations = operations, .timers = timers, .load = load, .stranger = stranger,
};
