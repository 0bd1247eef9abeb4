/* The directory: joiners, leavers, managers, from people.csv; as the folder is read, as a program imports it, as an
 * admin sends it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "people.h"

#define NAMED_MAX 12

/* ---- Counting --------------------------------------------------------------------------------------------------- */

static void name_one(struct tally *tally, char mark, const char *handle)
{
    tally->named++;
    if (tally->named <= NAMED_MAX)
        buf_printf(&tally->who, "%s%c%s", tally->named > 1 ? ", " : "", mark, handle ? handle : "?");
    else if (tally->named == NAMED_MAX + 1)
        buf_add(&tally->who, ", …");
}

static void count_row(struct tally *tally, const struct known *k, bool stays, const char *handle)
{
    if (k->id && k->unchanged) {
        tally->unchanged++;
    } else if (!k->id) {
        tally->added++;
        name_one(tally, '+', handle);
    } else if (k->here && !stays) {
        tally->retired++;
        name_one(tally, '-', handle);
    } else {
        tally->changed++;
        name_one(tally, '~', handle);
    }
}

const char *tally_say(struct turn *t, const struct tally *tally)
{
    return arena_printf(t->arena, "added %d, changed %d, retired %d, unchanged %d", tally->added, tally->changed,
                        tally->retired, tally->unchanged);
}

bool tally_retires_many(const struct tally *tally)
{
    return tally->retired * 5 > tally->here;
}

/* ---- The file --------------------------------------------------------------------------------------------------- */

static int by_text(const void *x, const void *y)
{
    return strcmp(*(const char *const *)x, *(const char *const *)y);
}

static const char **listed_ids(struct turn *t, const struct org *org)
{
    const char **ids = arena_array(t->arena, const char *, org->people_count + 1);

    for (size_t i = 0; i < org->people_count; i++)
        ids[i] = org->people[i].external_id;
    qsort(ids, org->people_count, sizeof *ids, by_text);
    return ids;
}

static void retire(struct turn *t, int64_t id)
{
    change(t, "UPDATE person SET listed = 0, fingerprint = '' WHERE id = ?1", I(id));
    people_changed(t);
    presence_set(t, id);
}

/* Who stood in the directory and stands in this file no more. */
static void retire_missing(struct turn *t, const struct org *org, struct tally *tally)
{
    const char **ids = listed_ids(t, org);
    int max = (int)one_int(t, "SELECT count(*) FROM person WHERE listed = 1"), count = 0;
    int64_t *missing = arena_array(t->arena, int64_t, (size_t)max + 1);
    struct rows *r = query(t, "SELECT id, external_id, handle, active FROM person WHERE listed = 1 ORDER BY handle");

    while (row_next(r)) {
        const char *id = row_text(r, 1);
        if (id && bsearch(&id, ids, org->people_count, sizeof *ids, by_text))
            continue;
        missing[count++] = row_int(r, 0);
        if (!row_int(r, 3))
            continue;
        tally->retired++;
        name_one(tally, '-', row_text(r, 2));
    }
    for (int i = 0; i < count && !tally->dry; i++)
        retire(t, missing[i]);
}

struct taken {
    struct known known;
    enum presence presence;
};

static void take_row(struct turn *t, const struct org_person *p, struct tally *tally, struct taken *row)
{
    row->known = row_known(t, p);
    row->presence = row_presence(t, p, row->known.id);
    count_row(tally, &row->known, row->presence == HERE, p->handle);
    if (!row->known.unchanged && !tally->dry)
        row_write(t, p);
}

/* When all rows are written: managers, who may stand anywhere in the file, and who is here. */
static void place_row(struct turn *t, const struct org_person *p, const struct taken *row)
{
    bool moved = row->presence != GONE && row_write_employment(t, p);

    if (!moved && row->known.unchanged)
        return;
    int64_t id = row_known(t, p).id;
    people_changed(t);
    presence_set(t, id);
    if (row->known.here && row->presence == HERE)
        availability_changed(t, id); /* hours, place, topics: whatever it was */
}

void people_take(struct turn *t, const struct org *org, struct tally *tally)
{
    struct taken *rows = arena_array(t->arena, struct taken, org->people_count + 1);

    tally->here = one_int(t, "SELECT count(*) FROM person WHERE active = 1");
    tally->who.arena = t->arena;
    for (size_t i = 0; i < org->people_count; i++)
        take_row(t, &org->people[i], tally, &rows[i]);
    people_changed(t);
    for (size_t i = 0; i < org->people_count && !tally->dry; i++)
        place_row(t, &org->people[i], &rows[i]);
    retire_missing(t, org, tally);
    people_changed(t);
}

/* ---- The folder ------------------------------------------------------------------------------------------------- */

/* True once for each new content of a part of the folder. */
static bool is_new(struct turn *t, const char *part, const char *hash)
{
    const char *name = arena_printf(t->arena, "hash.%s", part);
    const char *before = one_text(t, "SELECT value FROM fact WHERE name = ?1", T(name));

    if (before && strcmp(before, hash) == 0)
        return false;
    change(t, "INSERT INTO fact(name, value) VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET value = ?2", T(name),
           T(hash));
    return true;
}

/* The rows mean something else where the organisation's own zone is another. */
static const char *people_hash(struct turn *t)
{
    return arena_printf(t->arena, "%s %s", t->given->people_hash ? t->given->people_hash : "",
                        t->settings->timezone ? t->settings->timezone : "");
}

static void load(struct turn *t)
{
    struct tally tally = { 0 };
    bool people = is_new(t, "people", people_hash(t));

    holidays_take(t, t->given);
    if (people) {
        people_take(t, t->given, &tally);
        if (tally_retires_many(&tally))
            give_up(t,
                    "people.csv would retire %d of %ld people; if that is meant, say so: learnd import people FILE "
                    "--retire %d",
                    tally.retired, (long)tally.here, tally.retired);
    }
    if (is_new(t, "absences", t->given->absences_hash ? t->given->absences_hash : "") || people)
        absences_take(t, t->given);
    presence_load(t);
}

/* argument: "", "dry-run", "retire N" */
static void import_people(struct turn *t)
{
    struct tally tally = { .dry = strstr(t->argument, "dry-run") };
    const char *retire = strstr(t->argument, "retire ");
    int allowed = retire ? (int)strtol(retire + 7, NULL, 10) : 0;

    people_take(t, t->given, &tally);
    if (retire && tally.retired != allowed)
        give_up(t, "--retire says %d, but this would retire %d of %ld people", allowed, tally.retired,
                (long)tally.here);
    bool many = !retire && tally_retires_many(&tally);
    if (many && !tally.dry)
        give_up(t, "this would retire %d of %ld people; if that is meant, say so: --retire %d", tally.retired,
                (long)tally.here, tally.retired);
    if (!tally.dry)
        audit(t, "people import", "people", tally.added + tally.changed + tally.retired);
    if (tally.dry && tally.named)
        report(t, "%s", tally.who.data);
    if (many)
        report(t, "this would retire %d of %ld people, more than a fifth: it will need --retire %d", tally.retired,
               (long)tally.here, tally.retired);
    report(t, "%s", tally_say(t, &tally));
}

/* ---- Who had everything deleted and is listed still --------------------------------------------------------------- */

static const struct org_person *listed_account(struct turn *t)
{
    const struct event *e = t->event;
    const char *handle = account_handle(t);

    for (size_t i = 0; i < t->org->people_count; i++) {
        const struct org_person *p = &t->org->people[i];
        const char *account = strcmp(e->platform, "slack") == 0    ? p->slack_user
                              : strcmp(e->platform, "matrix") == 0 ? p->matrix_user
                                                                   : NULL;
        if (account ? strcmp(account, e->user) == 0 : handle && text_same(handle, p->handle))
            return p;
    }
    return NULL;
}

/* They are a newcomer when they write, and not before. */
static void stranger(struct turn *t)
{
    const struct org_person *p = listed_account(t);

    if (!p || row_known(t, p).id || row_presence(t, p, 0) != HERE)
        return;
    row_write(t, p);
    for (size_t i = 0; i < t->org->people_count; i++) {
        const struct org_person *other = &t->org->people[i];
        bool report = other->manager && strcmp(other->manager, p->external_id) == 0 && row_known(t, other).id;
        if (other == p || report)
            row_write_employment(t, other);
    }
    people_changed(t);
    presence_set(t, row_known(t, p).id);
}

static void me(struct turn *t, struct message *m)
{
    const struct person *p = person(t, t->person);
    const struct hours *h = person_hours(t, t->person);

    bullet(m, "Your hours: %02d:%02d-%02d:%02d (%s)", h->from / 60, h->from % 60, h->to / 60, h->to % 60,
           zone_city(t->arena, h->zone));
    if (p->manager)
        say(m, ". Your manager: %s", person(t, p->manager)->name);
}

static const struct action operations[] = { { "import people", import_people }, { 0 } };
static const struct timer timers[] = { { "people presence", presence_due },
                                       { "people away", presence_away_due },
                                       { 0 } };

const struct handler handler_people = {
    "people", .operations = operations,     .timers = timers,     .load = load,
    .me = me, .availability = presence_set, .stranger = stranger,
};
