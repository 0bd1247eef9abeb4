/* What people did: a list that is only ever added to. */
#include "progress.h"

#include <string.h>

#include "mandatory.h"

int64_t progress_add(struct turn *t, int64_t person, const char *kind, int64_t object, const char *event, int64_t value,
                     const char *note)
{
    int64_t id = insert(t,
                        "INSERT INTO progress(person, kind, object, event, value, note, at) "
                        "VALUES(?1, ?2, ?3, ?4, CASE WHEN ?5 = ?8 THEN NULL ELSE ?5 END, ?6, ?7)",
                        I(person), T(kind), I(object), T(event), I(value), T(note), I(t->now), I(NO_VALUE));

    mandatory_progress(t, person);
    return id;
}

void progress_take_back(struct turn *t, int64_t id)
{
    change(
        t,
        "INSERT INTO progress(person, kind, object, event, undoes, at) SELECT person, kind, object, 'undone', id, ?2 "
        "FROM progress WHERE id = ?1",
        I(id), I(t->now));
    mandatory_progress(t, one_int(t, "SELECT person FROM progress WHERE id = ?1", I(id)));
}

static struct progress read_row(struct rows *r)
{
    return (struct progress){ .id = row_int(r, 0),
                              .person = row_int(r, 1),
                              .object = row_int(r, 2),
                              .at = row_int(r, 3),
                              .value = row_is_null(r, 4) ? NO_VALUE : row_int(r, 4),
                              .kind = row_text(r, 5),
                              .event = row_text(r, 6),
                              .note = row_text(r, 7) };
}

const struct progress *progress_of(struct turn *t, int64_t person, const char *kind, int64_t object, int64_t until,
                                   int *count)
{
    struct rows *r = query(t,
                           "SELECT p.id, p.person, p.object, p.at, p.value, p.kind, p.event, p.note FROM progress p "
                           "WHERE p.kind = ?1 AND p.object = ?2 AND (?3 = 0 OR p.person = ?3) AND p.undoes IS NULL AND "
                           "p.at <= ?4 AND NOT EXISTS (SELECT 1 FROM progress u WHERE u.undoes = p.id AND u.at <= ?4) "
                           "ORDER BY p.id",
                           T(kind), I(object), I(person), I(until));
    int room = 16;
    struct progress *out = arena_array(t->arena, struct progress, (size_t)room);

    for (*count = 0; row_next(r); (*count)++) {
        if (*count == room) {
            struct progress *more = arena_array(t->arena, struct progress, (size_t)room * 2);
            memcpy(more, out, (size_t)room * sizeof *out);
            out = more;
            room *= 2;
        }
        out[*count] = read_row(r);
    }
    return out;
}

const struct progress *progress_last(struct turn *t, int64_t person, const char *kind, int64_t object,
                                     const char *event)
{
    int count;
    const struct progress *all = progress_of(t, person, kind, object, INT64_MAX, &count);

    while (count-- > 0)
        if (strcmp(all[count].event, event) == 0)
            return &all[count];
    return NULL;
}

int64_t progress_newest(struct turn *t, int64_t person, int64_t until)
{
    return one_int(t, "SELECT max(at) FROM progress WHERE person = ?1 AND at <= ?2 AND undoes IS NULL", I(person),
                   I(until));
}

static const struct personal data[] = {
    { "progress", "person", DATA_DELETED,
      "SELECT kind, event, value, note, at FROM progress WHERE person = ?1 AND undoes IS NULL ORDER BY id",
      "What you did for goals and paths: you; of what you share, your manager sees how far it is." },
    { 0 },
};

const struct handler handler_progress = { "progress", .data = data };
