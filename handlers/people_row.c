/* One row of people.csv into the directory. What people changed in chat wins over what the file says. */
#include <string.h>

#include "people.h"

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

const char *row_zone(struct turn *t, const struct org_person *p)
{
    if (p->timezone)
        return p->timezone;
    return t->settings->timezone ? t->settings->timezone : "UTC";
}

/* Everything the row says, as one text: a row that says the same as last time is left alone. */
static const char *fingerprint_of(struct turn *t, const struct org_person *p)
{
    struct buf b = { .arena = t->arena };

    buf_printf(&b, "%s|%s|%s|%s|%s|%s|%s|%s|%s|%s|%s|", or_empty(p->handle), or_empty(p->email),
               or_empty(p->display_name), or_empty(p->title), or_empty(p->role), or_empty(p->department),
               or_empty(p->division), or_empty(p->location), or_empty(p->country), or_empty(p->manager),
               row_zone(t, p));
    buf_printf(&b, "%s|%u|%d|%d|%s|%s|%s|%d|%d|%s|%s|", or_empty(p->locale), p->weekdays, p->work_from, p->work_to,
               or_empty(p->calendar), or_empty(p->start_date), or_empty(p->end_date), p->active, p->weekly_cap,
               or_empty(p->slack_user), or_empty(p->matrix_user));
    add_list(&b, &p->grants);
    add_list(&b, &p->languages);
    for (size_t i = 0; i < p->expertise_count; i++)
        buf_printf(&b, "%s:%d;", p->expertise[i].topic, p->expertise[i].level);
    return arena_printf(t->arena, "%016llx", text_hash(b.data, b.len));
}

struct known row_known(struct turn *t, const struct org_person *p)
{
    struct known k = { 0 };
    struct rows *r = query(t, "SELECT id, active, fingerprint FROM person WHERE external_id = ?1", T(p->external_id));

    if (!row_next(r))
        return k;
    k = (struct known){ row_int(r, 0), row_int(r, 1), strcmp(row_text(r, 2), fingerprint_of(t, p)) == 0 };
    rows_close(r);
    return k;
}

static const char *languages_text(struct turn *t, const struct org_person *p)
{
    struct buf b = { .arena = t->arena };

    for (size_t i = 0; i < p->languages.count; i++)
        buf_printf(&b, "%s%s", i ? ";" : "", p->languages.item[i]);
    return p->languages.count ? b.data : NULL;
}

/* Accounts that were learned because they looked like the handle are somebody else's when the handle is. */
static void forget_accounts(struct turn *t, int64_t id)
{
    change(t, "DELETE FROM identity WHERE person = ?1", I(id));
}

/* A handle may pass from one person to another in the same file: the column is unique, so it is freed first. Who lost
 * it is written anew when they come back. */
static void free_handle(struct turn *t, const struct org_person *p)
{
    int64_t other =
        one_int(t, "SELECT id FROM person WHERE handle = ?1 AND external_id <> ?2", T(p->handle), T(p->external_id));
    if (other) {
        change(t, "UPDATE person SET handle = NULL, fingerprint = '' WHERE id = ?1", I(other));
        forget_accounts(t, other);
    }
    int64_t renamed = one_int(t, "SELECT id FROM person WHERE external_id = ?1 AND coalesce(handle, '') <> ?2",
                              T(p->external_id), T(p->handle));
    if (renamed)
        forget_accounts(t, renamed);
}

static void write_person(struct turn *t, const struct org_person *p)
{
    insert(
        t,
        "INSERT INTO person(external_id, handle, email, name, title, role, department, division, location, country, "
        "timezone, locale, weekdays, work_from, work_to, calendar, start_date, end_date, weekly_cap, languages, "
        "fingerprint, salt, listed, active) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, "
        "?23, 0) "
        "ON CONFLICT(external_id) DO UPDATE SET handle = ?2, email = ?3, name = ?4, title = ?5, role = ?6, "
        "department = ?7, division = ?8, location = ?9, country = ?10, timezone = ?11, locale = ?12, weekdays = ?13, "
        "work_from = ?14, work_to = ?15, calendar = ?16, start_date = ?17, end_date = ?18, weekly_cap = ?19, "
        "languages = ?20, fingerprint = ?21, listed = ?23",
        T(p->external_id), T(p->handle), T(p->email), T(p->display_name), T(p->title), T(p->role), T(p->department),
        T(p->division), T(p->location), T(p->country), T(row_zone(t, p)), T(p->locale), I(p->weekdays), I(p->work_from),
        I(p->work_to), T(p->calendar), T(p->start_date), T(p->end_date), I(p->weekly_cap), T(languages_text(t, p)),
        T(fingerprint_of(t, p)), T(new_salt(t)), I(p->active));
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
        change(t,
               "INSERT INTO skill(person, topic, level, source) VALUES(?1, ?2, ?3, 'file') "
               "ON CONFLICT(person, topic) DO NOTHING",
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
    change(t,
           "INSERT INTO identity(platform, account, person) VALUES(?1, ?2, ?3) "
           "ON CONFLICT(platform, account) DO UPDATE SET person = ?3",
           T(platform), T(account), I(id));
}

static int64_t id_of(struct turn *t, const char *external_id)
{
    return external_id ? one_int(t, "SELECT id FROM person WHERE external_id = ?1", T(external_id)) : 0;
}

void row_write(struct turn *t, const struct org_person *p)
{
    free_handle(t, p);
    write_person(t, p);
    int64_t id = id_of(t, p->external_id);
    write_grants(t, id, p);
    write_skills(t, id, p);
    write_account(t, id, "slack", p->slack_user);
    write_account(t, id, "matrix", p->matrix_user);
}

/* History is kept: a new manager, department or role ends the row that held and begins another. */
bool row_write_employment(struct turn *t, const struct org_person *p)
{
    int64_t id = id_of(t, p->external_id), manager = id_of(t, p->manager);
    int64_t same = one_int(
        t,
        "SELECT count(*) FROM employment WHERE person = ?1 AND valid_until IS NULL AND coalesce(manager, 0) = ?2 "
        "AND coalesce(department, '') = ?3 AND coalesce(role, '') = ?4",
        I(id), I(manager), T(or_empty(p->department)), T(or_empty(p->role)));
    if (same)
        return false;
    change(t, "UPDATE employment SET valid_until = ?2 WHERE person = ?1 AND valid_until IS NULL", I(id), I(t->now));
    insert(t, "INSERT INTO employment(person, manager, department, role, valid_from) VALUES(?1, ?2, ?3, ?4, ?5)", I(id),
           IDN(manager), T(p->department), T(p->role), I(t->now));
    return true;
}
