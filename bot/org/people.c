/* people.csv, first pass: each row by itself. The second (who is whose manager) is people_check.c. */
#include <stdlib.h>
#include <string.h>

#include "learnd/date.h"
#include "learnd/text.h"
#include "people.h"
#include "table.h"
#include "values.h"

static const struct column people_columns[] = {
    [EXTERNAL_ID] = { "external_id", true },
    [HANDLE] = { "handle", true },
    [EMAIL] = { "email", true },
    [DISPLAY_NAME] = { "display_name", true },
    [TITLE] = { "title", false },
    [ROLE] = { "role", false },
    [DEPARTMENT] = { "department", false },
    [DIVISION] = { "division", false },
    [LOCATION] = { "location", false },
    [COUNTRY] = { "country", false },
    [MANAGER] = { "manager", false },
    [TIMEZONE] = { "timezone", false },
    [LOCALE] = { "locale", false },
    [WORK_DAYS] = { "work_days", false },
    [WORK_FROM] = { "work_from", false },
    [WORK_TO] = { "work_to", false },
    [CALENDAR] = { "calendar", false },
    [START_DATE] = { "start_date", false },
    [END_DATE] = { "end_date", false },
    [ACTIVE] = { "active", false },
    [GRANTS] = { "grants", false },
    [EXPERTISE] = { "expertise", false },
    [WEEKLY_CAP] = { "weekly_cap", false },
    [LANGUAGES] = { "languages", false },
    [SLACK_USER] = { "slack_user", false },
    [MATRIX_USER] = { "matrix_user", false },
    { NULL, false },
};

/* A row on its way to a person. */
struct candidate {
    struct reading *r;
    const struct row *row;
    struct org_person *person;
};

static const char *field(const struct candidate *c, int column)
{
    return c->row->field[column];
}

static void __attribute__((format(printf, 3, 4))) wrong(struct candidate *c, int column, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    const char *what = arena_vprintf(c->r->arena, format, ap);
    va_end(ap);
    struct place p = row_place(c->row, column);
    fault_add(c->r, p.line, p.column, "%s", what);
}

/* The parts of "a;b;c", trimmed; empty ones left out. */
static struct org_list parts(struct arena *a, const char *text)
{
    struct org_list list = { NULL, 0 };
    while (text && *text) {
        size_t n = strcspn(text, ";");
        const char *part = text_trim(a, arena_copy_n(a, text, n));
        if (*part)
            list_add(a, &list, part);
        text += n + (text[n] == ';');
    }
    return list;
}

static void take_names(struct candidate *c)
{
    struct org_person *p = c->person;
    for (int i = EXTERNAL_ID; i <= DISPLAY_NAME; i++) {
        if (!field(c, i))
            wrong(c, i, "'%s' is empty", people_columns[i].name);
    }
    p->external_id = field(c, EXTERNAL_ID);
    p->handle = field(c, HANDLE);
    p->email = field(c, EMAIL);
    p->display_name = field(c, DISPLAY_NAME);
    if (p->display_name && !text_is_visible(p->display_name))
        wrong(c, DISPLAY_NAME, "'display_name' holds nothing that can be seen");
    if (p->handle && !handle_is_well_formed(p->handle))
        wrong(c, HANDLE,
              "'%s' cannot be a handle: small letters a-z, digits, '.', '_' and '-', a letter or digit first",
              p->handle);
    else if (p->handle && handle_is_reserved(p->handle))
        wrong(c, HANDLE, "'%s' cannot be a handle: the word has a meaning of its own in conversation files", p->handle);
    const char *at = p->email ? strchr(p->email, '@') : NULL;
    if (p->email && (!at || at == p->email || !at[1] || strchr(at + 1, '@') || strchr(p->email, ' ')))
        wrong(c, EMAIL, "'%s' is no mail address", p->email);
}

static void take_place(struct candidate *c)
{
    struct org_person *p = c->person;
    p->title = field(c, TITLE);
    p->role = field(c, ROLE);
    p->department = field(c, DEPARTMENT);
    p->division = field(c, DIVISION);
    p->location = field(c, LOCATION);
    p->country = field(c, COUNTRY);
    p->manager = field(c, MANAGER);
    p->timezone = field(c, TIMEZONE);
    p->locale = field(c, LOCALE);
    if (p->timezone)
        zone_check(c->r, row_place(c->row, TIMEZONE), p->timezone);
    if (p->locale && !language_is_well_formed(p->locale))
        wrong(c, LOCALE, "'%s' is no locale; expected is one as en-GB", p->locale);
}

static int take_clock(struct candidate *c, int column, int without)
{
    const char *text = field(c, column);
    if (!text)
        return without;
    int minute = clock_parse(text);
    if (minute < 0)
        wrong(c, column, "'%s' is '%s', expected is a time as 09:00", people_columns[column].name, text);
    return minute < 0 ? without : minute;
}

static void take_hours(struct candidate *c)
{
    struct org_person *p = c->person;
    p->work_days = field(c, WORK_DAYS);
    p->weekdays = weekdays_parse(p->work_days ? p->work_days : "Mo-Fr");
    if (!p->weekdays)
        wrong(c, WORK_DAYS, "'%s' are no work days; expected are days as Mo-Fr, Su-Th or Mo,We,Fr", p->work_days);
    p->work_from = take_clock(c, WORK_FROM, 9 * 60);
    p->work_to = take_clock(c, WORK_TO, 17 * 60);
    if (p->work_from >= p->work_to)
        wrong(c, field(c, WORK_TO) ? WORK_TO : WORK_FROM, "work ends (%02d:%02d) before it begins (%02d:%02d)",
              p->work_to / 60, p->work_to % 60, p->work_from / 60, p->work_from % 60);
    p->calendar = field(c, CALENDAR);
    if (p->calendar && name_ends(p->calendar, ".ics"))
        p->calendar = arena_copy_n(c->r->arena, p->calendar, strlen(p->calendar) - 4);
    if (p->calendar)
        reference_add(c->r, REFERENCE_CALENDAR, row_place(c->row, CALENDAR), p->calendar);
}

static const char *take_date(struct candidate *c, int column)
{
    const char *text = field(c, column);
    if (!text || day_number(text) != INT64_MIN)
        return text;
    wrong(c, column, "'%s' is '%s', expected is a date as 2026-01-31", people_columns[column].name, text);
    return NULL;
}

static void take_time(struct candidate *c)
{
    struct org_person *p = c->person;
    p->start_date = take_date(c, START_DATE);
    p->end_date = take_date(c, END_DATE);
    if (p->start_date && p->end_date && day_number(p->end_date) < day_number(p->start_date))
        wrong(c, END_DATE, "the last day (%s) is before the first (%s)", p->end_date, p->start_date);
    const char *active = field(c, ACTIVE);
    bool no = active && (text_same(active, "false") || text_same(active, "no") || strcmp(active, "0") == 0);
    bool yes = !active || text_same(active, "true") || text_same(active, "yes") || strcmp(active, "1") == 0;
    if (!no && !yes)
        wrong(c, ACTIVE, "'active' is '%s', expected is true or false", active);
    p->active = !no;
}

/* admin, auditor, curator:*, curator:department=Sales */
static void take_grants(struct candidate *c)
{
    static const char *const kinds[] = { "admin", "auditor", "curator", NULL };
    struct org_person *p = c->person;
    p->grants = parts(c->r->arena, field(c, GRANTS));
    for (size_t i = 0; i < p->grants.count; i++) {
        const char *grant = p->grants.item[i];
        if (strcmp(grant, "admin") == 0 || strcmp(grant, "auditor") == 0 || strcmp(grant, "curator:*") == 0)
            continue;
        if (strcmp(grant, "curator") == 0)
            wrong(c, GRANTS, "'curator' of what? curator:* is everything, curator:department=Sales a part");
        else if (strncmp(grant, "curator:", 8) == 0)
            reference_add(c->r, REFERENCE_SCOPE, row_place(c->row, GRANTS), grant + 8);
        else
            wrong(c, GRANTS, "unknown grant '%s'%s; there are admin, auditor, curator:SCOPE", grant,
                  did_you_mean(c->r->arena, grant, kinds));
    }
}

static bool skill_known(const struct org_person *p, const char *topic)
{
    for (size_t i = 0; i < p->expertise_count; i++) {
        if (strcmp(p->expertise[i].topic, topic) == 0)
            return true;
    }
    return false;
}

/* "sql:3" */
static void take_skill(struct candidate *c, const char *part)
{
    struct org_person *p = c->person;
    const char *colon = strrchr(part, ':');
    int level = colon && colon[1] >= '1' && colon[1] <= '5' && !colon[2] ? colon[1] - '0' : 0;
    if (!level || colon == part) {
        wrong(c, EXPERTISE, "'%s' is no skill with a level from 1 to 5; expected are some as sql:3;rust:2", part);
        return;
    }
    const char *topic = text_trim(c->r->arena, arena_copy_n(c->r->arena, part, (size_t)(colon - part)));
    if (skill_known(p, topic)) {
        wrong(c, EXPERTISE, "'%s' stands here twice", topic);
        return;
    }
    reference_add(c->r, REFERENCE_TOPIC, row_place(c->row, EXPERTISE), topic);
    p->expertise[p->expertise_count++] = (struct org_skill){ topic, level };
}

static void take_expertise(struct candidate *c)
{
    struct org_list skills = parts(c->r->arena, field(c, EXPERTISE));
    c->person->expertise = arena_array(c->r->arena, struct org_skill, skills.count + 1);
    for (size_t i = 0; i < skills.count; i++)
        take_skill(c, skills.item[i]);
    const char *cap = field(c, WEEKLY_CAP);
    char *end = NULL;
    long value = cap ? strtol(cap, &end, 10) : 2;
    if (cap && (*end || end == cap || value < 0 || value > 50))
        wrong(c, WEEKLY_CAP, "'weekly_cap' is '%s', expected is a number from 0 to 50", cap);
    else
        c->person->weekly_cap = (int)value;
}

static void take_accounts(struct candidate *c)
{
    struct org_person *p = c->person;
    p->languages = parts(c->r->arena, field(c, LANGUAGES));
    for (size_t i = 0; i < p->languages.count; i++) {
        if (!language_is_well_formed(p->languages.item[i]))
            wrong(c, LANGUAGES, "'%s' is no language tag; expected are some as en;fr", p->languages.item[i]);
    }
    p->slack_user = field(c, SLACK_USER);
    p->matrix_user = field(c, MATRIX_USER);
    if (p->slack_user && strspn(p->slack_user, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != strlen(p->slack_user))
        wrong(c, SLACK_USER, "'%s' is no member id of Slack; expected is one as U012AB3CD", p->slack_user);
    if (p->matrix_user && (*p->matrix_user != '@' || !strchr(p->matrix_user, ':') || strchr(p->matrix_user, ' ')))
        wrong(c, MATRIX_USER, "'%s' is no user of Matrix; expected is one as @dana:example.org", p->matrix_user);
}

static void see_person(struct reading *r, const struct row *row, void *context)
{
    struct people_rows *rows = context;
    struct org *org = r->org;
    if (org->people_count == PEOPLE_MAX) {
        fault_add(r, row->line, 1, "more than %d people: the rest is not read", PEOPLE_MAX);
        return;
    }
    memcpy(rows->at, row->at, sizeof rows->at);
    rows->raw = list_grow(r->arena, rows->raw, org->people_count, sizeof *rows->raw);
    rows->raw[org->people_count] = row->raw;
    org->people = list_grow(r->arena, org->people, org->people_count, sizeof *org->people);
    struct org_person *p = &org->people[org->people_count++];
    *p = (struct org_person){ .line = row->line };
    struct candidate c = { r, row, p };
    take_names(&c);
    take_place(&c);
    take_hours(&c);
    take_time(&c);
    take_grants(&c);
    take_expertise(&c);
    take_accounts(&c);
}

void people_read(struct reading *r, const struct bytes *file)
{
    r->org->people_hash = file->hash;
    r->people_known = true;
    struct people_rows rows = { .raw = NULL };
    table_read(r, file, people_columns, see_person, &rows);
    people_check(r, &rows);
}
