#include "machine.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

int64_t turn_insert(struct turn *t, const char *sql, const struct value *v, size_t n)
{
    return store_insert(t->machine->store, sql, v, n);
}

int64_t turn_change(struct turn *t, const char *sql, const struct value *v, size_t n)
{
    return store_change(t->machine->store, sql, v, n);
}

struct rows *turn_query(struct turn *t, const char *sql, const struct value *v, size_t n)
{
    return store_query(t->machine->store, t->arena, sql, v, n);
}

int64_t turn_int(struct turn *t, const char *sql, const struct value *v, size_t n)
{
    return store_int(t->machine->store, sql, v, n);
}

const char *turn_text(struct turn *t, const char *sql, const struct value *v, size_t n)
{
    return store_text(t->machine->store, t->arena, sql, v, n);
}

int64_t *ids_of(struct turn *t, struct rows *r, int *count)
{
    int max = 0;
    int64_t *ids = NULL;

    *count = 0;
    while (row_next(r)) {
        if (*count == max) {
            int64_t *more = arena_array(t->arena, int64_t, (size_t)(max = max ? 2 * max : 16));
            if (*count)
                memcpy(more, ids, sizeof *ids * (size_t)*count);
            ids = more;
        }
        ids[(*count)++] = row_int(r, 0);
    }
    return ids;
}

const char *arg(struct turn *t, const char *name)
{
    const struct match *m = t->machine->match;

    for (size_t i = 0; m && i < m->count; i++)
        if (strcmp(m->args[i].name, name) == 0)
            return m->args[i].value;
    return NULL;
}

int64_t arg_int(struct turn *t, const char *name)
{
    const char *value = arg(t, name);

    return value ? strtoll(value, NULL, 10) : INT64_MIN;
}

int64_t arg_day(struct turn *t, const char *name)
{
    const char *value = arg(t, name);

    return value ? date_parse(value, day_of(person(t, t->person)->zone, t->now)).day : INT64_MIN;
}

int64_t arg_person(struct turn *t, const char *name)
{
    const char *value = arg(t, name);
    const struct person *p = value ? person_of_handle(t, value) : NULL;

    return p ? p->id : 0;
}

void later(struct turn *t, int64_t at, const char *kind, int64_t ref, const char *key)
{
    insert(t,
           "INSERT INTO due(at, kind, ref, key, tz_version) VALUES(?1, ?2, ?3, ?4, ?5) "
           "ON CONFLICT(key) DO UPDATE SET at = ?1, kind = ?2, ref = ?3, tz_version = ?5",
           I(at), T(kind), I(ref), T(key), T(zone_version()));
}

void not_later(struct turn *t, const char *key)
{
    change(t, "DELETE FROM due WHERE key = ?1", T(key));
}

static int64_t undo_insert(struct turn *t, const char *action, int64_t object, const char *argument)
{
    return insert(t, "INSERT INTO undo(person, action, object, argument, until) VALUES(?1, ?2, ?3, ?4, ?5)",
                  I(t->person), T(action), I(object), T(argument), I(t->now + UNDO_SECONDS));
}

void undoable(struct turn *t, const char *action, int64_t object, const char *argument)
{
    struct machine *m = t->machine;

    if (m->barrier)
        change(t, "DELETE FROM undo WHERE id = ?1", I(m->barrier));
    m->barrier = 0;
    m->undo_known = true;
    undo_insert(t, action, object, argument);
}

void undo_bar(struct turn *t)
{
    struct machine *m = t->machine;

    if (t->person && !m->barrier && !m->undo_known)
        m->barrier = undo_insert(t, "undo not", 0, "");
}

bool undo_newest(struct turn *t)
{
    struct rows *r = query(t,
                           "SELECT id, action, object, argument FROM undo WHERE person = ?1 AND until > ?2 "
                           "ORDER BY id DESC LIMIT 1",
                           I(t->person), I(t->now));

    if (!row_next(r))
        return false;
    int64_t id = row_int(r, 0);
    const char *action = row_text(r, 1);
    t->object = row_int(r, 2);
    t->argument = row_text(r, 3);
    rows_close(r);
    change(t, "DELETE FROM undo WHERE id = ?1 OR until <= ?2", I(id), I(t->now));
    /* The button that would do the same is spent, too. */
    t->pressed = one_int(t,
                         "SELECT b.message FROM button b JOIN message m ON m.id = b.message WHERE m.person = ?1 "
                         "AND b.action = ?2 AND b.object = ?3 AND b.gone = 0 ORDER BY b.message DESC LIMIT 1",
                         I(t->person), T(action), I(t->object));
    const struct action *a = action_find(action);
    t->machine->undo_known = true;
    if (a)
        a->run(t);
    return true;
}

void cards_changed(struct turn *t)
{
    card_index_forget(t->machine); /* also for the next turn of the same batch */
    t->machine->cards_changed = true;
}

void as_command(struct turn *t, const char *text)
{
    route_text(t, text);
}

void report(struct turn *t, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    if (t->machine->reported.len)
        buf_add_char(&t->machine->reported, '\n');
    buf_add(&t->machine->reported, format_plain(t->arena, format, ap));
    va_end(ap);
}

_Noreturn void give_up(struct turn *t, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    const char *why = format_plain(t->arena, format, ap);
    va_end(ap);
    store_fail(t->machine->store, why);
}

const struct org *read_people(struct turn *t, const char *name, const char *text)
{
    org_close(t->machine->sent);
    t->machine->sent = org_read_people_text(name, text, t->org);
    return t->machine->sent;
}

const struct org *read_cards(struct turn *t, const char *name, const char *text, const char *owner)
{
    org_close(t->machine->sent);
    t->machine->sent = org_read_cards_text(name, text, t->org, owner);
    return t->machine->sent;
}

const char *new_salt(struct turn *t)
{
    unsigned char bytes[16];
    struct buf text = { .arena = t->arena };

    if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
        abort();
    for (size_t i = 0; i < sizeof bytes; i++)
        buf_printf(&text, "%02x", bytes[i]);
    return text.data;
}

static const struct language *reader_language(struct turn *t)
{
    return language_of(t, t->reader ? t->reader : t->person);
}

const char *phrase(struct turn *t, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    const char *text = format_plain(t->arena, language_text(reader_language(t), format), ap);
    va_end(ap);
    return text;
}

const char *phrase_of(struct turn *t, const char *text)
{
    return language_text(reader_language(t), text);
}

const char *say_day(struct turn *t, int64_t day)
{
    return day_say(t->arena, reader_language(t), day, day_of(person(t, t->person)->zone, t->now));
}

const char *say_moment(struct turn *t, int64_t id, int64_t at)
{
    return moment_say(t->arena, reader_language(t), person(t, id)->zone, at, t->now);
}
