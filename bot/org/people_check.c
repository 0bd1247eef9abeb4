/* people.csv, second pass: what only the whole file can show, whatever the order of its rows. */
#include "people.h"
#include "table.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct entry { /* of an index over one column */
    const char *key;
    size_t person;
};

struct unique { /* what nobody may share */
    const char *name;
    enum people_column column;
    size_t offset;
};

struct index {
    struct entry *entries;
    size_t count;
};

static int entry_order(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = strcasecmp(x->key, y->key);
    return order ? order : (x->person > y->person) - (x->person < y->person);
}

static struct index index_build(struct reading *r, size_t offset)
{
    struct index index = { arena_array(r->arena, struct entry, r->org->people_count + 1), 0 };
    for (size_t i = 0; i < r->org->people_count; i++) {
        const char *key = *(const char **)((char *)&r->org->people[i] + offset);
        if (key)
            index.entries[index.count++] = (struct entry){ key, i };
    }
    if (index.count > 1)
        qsort(index.entries, index.count, sizeof *index.entries, entry_order);
    return index;
}

static struct place place_of(struct reading *r, const struct people_rows *rows, size_t person,
                             enum people_column column)
{
    struct row row = { r->org->people[person].line, NULL, rows->raw[person], rows->at };
    return row_place(&row, (int)column);
}

/* Two keys that differ in case alone are one to a reader: refused too. */
static void check_unique(struct reading *r, const struct people_rows *rows, const struct index *index,
                         const struct unique *key)
{
    const struct org_person *people = r->org->people;
    for (size_t i = 1; i < index->count; i++) {
        const struct entry *one = &index->entries[i - 1], *two = &index->entries[i];
        if (strcasecmp(one->key, two->key) != 0)
            continue;
        struct place at = place_of(r, rows, two->person, key->column);
        fault_add(r, at.line, at.column, "%s '%s' is taken already in line %d", key->name, two->key,
                  people[one->person].line);
    }
}

static size_t index_find(const struct index *index, const char *key)
{
    size_t low = 0, high = index->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (strcasecmp(index->entries[middle].key, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < index->count && strcmp(index->entries[low].key, key) == 0;
    return found ? index->entries[low].person : SIZE_MAX;
}

static const char *nearest_id(struct reading *r, const struct index *ids, const char *manager)
{
    const char **names = arena_array(r->arena, const char *, ids->count + 1);
    for (size_t i = 0; i < ids->count; i++)
        names[i] = ids->entries[i].key;
    return did_you_mean(r->arena, manager, names);
}

/* For each person the place of the manager in people, or SIZE_MAX. */
static size_t *managers(struct reading *r, const struct people_rows *rows, const struct index *ids)
{
    struct org *org = r->org;
    size_t *above = arena_array(r->arena, size_t, org->people_count + 1);
    struct index handles = index_build(r, offsetof(struct org_person, handle));
    for (size_t i = 0; i < org->people_count; i++) {
        const struct org_person *p = &org->people[i];
        above[i] = p->manager ? index_find(ids, p->manager) : SIZE_MAX;
        if (!p->manager || above[i] != SIZE_MAX)
            continue;
        struct place at = place_of(r, rows, i, MANAGER);
        size_t handle = index_find(&handles, p->manager);
        if (handle != SIZE_MAX && org->people[handle].external_id)
            fault_add(r, at.line, at.column, "unknown manager '%s': here stands the external_id, of %s it is '%s'",
                      p->manager, p->manager, org->people[handle].external_id);
        else
            fault_add(r, at.line, at.column, "unknown manager '%s'%s", p->manager, nearest_id(r, ids, p->manager));
    }
    return above;
}

static void fault_circle(struct reading *r, const struct people_rows *rows, const size_t *above, size_t from)
{
    const struct org_person *people = r->org->people;
    size_t first = from;
    for (size_t i = above[from]; i != from; i = above[i])
        first = people[i].line < people[first].line ? i : first;
    struct place at = place_of(r, rows, first, MANAGER);
    struct buf way = { .arena = r->arena };
    buf_add(&way, people[first].external_id);
    size_t named = 0;
    for (size_t i = above[first]; i != first && ++named < 20; i = above[i])
        buf_printf(&way, " -> %s", people[i].external_id);
    buf_printf(&way, "%s -> %s", named == 20 ? " -> ..." : "", people[first].external_id);
    fault_add(r, at.line, at.column, "a circle of managers: %s", buf_text(&way));
}

/* Walk up from everyone; whoever is met again in the same walk closes a circle. */
static void check_circles(struct reading *r, const struct people_rows *rows, const size_t *above)
{
    size_t count = r->org->people_count;
    size_t *walk = arena_array(r->arena, size_t, count + 1); /* in which walk a person was met, from 1 */
    for (size_t i = 0; i < count; i++) {
        size_t at = i;
        while (at != SIZE_MAX && !walk[at]) {
            walk[at] = i + 1;
            at = above[at];
        }
        if (at != SIZE_MAX && walk[at] == i + 1)
            fault_circle(r, rows, above, at);
    }
}

void people_check(struct reading *r, const struct people_rows *rows)
{
    static const struct unique keys[] = {
        { "handle", HANDLE, offsetof(struct org_person, handle) },
        { "email", EMAIL, offsetof(struct org_person, email) },
        { "slack_user", SLACK_USER, offsetof(struct org_person, slack_user) },
        { "matrix_user", MATRIX_USER, offsetof(struct org_person, matrix_user) },
        { "external_id", EXTERNAL_ID, offsetof(struct org_person, external_id) },
    };
    struct index ids = { NULL, 0 }; /* the last one stays */
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        ids = index_build(r, keys[i].offset);
        check_unique(r, rows, &ids, &keys[i]);
    }
    check_circles(r, rows, managers(r, rows, &ids));
}
