/* Personal data, from the .data rows of all capabilities: what there is of a person, and how it goes. */
#include "machine.h"

#include "personal_json.h"

#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the two formats stand below */

/* A statement made from names of ours; it is kept, as its text must live as long as the store. */
static const char *statement(struct turn *t, const char *format, const struct personal *d)
{
    return arena_printf(t->machine->lasting, format, d->table, d->column);
}

char *personal_export(struct turn *t, int64_t id)
{
    struct personal_sheet *sheet = personal_sheet_open(t->arena);

    for (const struct handler *const *h = handlers_all(); *h; h++)
        for (const struct personal *d = (*h)->data; d && d->table; d++)
            if (d->export_sql)
                personal_sheet_add(sheet, d, turn_query(t, d->export_sql, VALUES(I(id))));
    return personal_sheet_close(sheet);
}

static void delete_rows(struct turn *t, const struct personal *d, int64_t id)
{
    static const char *const formats[] = { [DATA_DELETED] = "DELETE FROM %1$s WHERE %2$s = ?1",
                                           [DATA_CLEARED] = "UPDATE %1$s SET %2$s = NULL WHERE %2$s = ?1" };

    if (d->fate != DATA_KEPT)
        turn_change(t, statement(t, formats[d->fate], d), VALUES(I(id)));
}

/* Words about the person in what we said to others are taken back there, too. */
static void withdraw_words(struct turn *t, int64_t id)
{
    struct rows *r =
        query(t,
              "SELECT m.id FROM mention w JOIN message m ON m.id = w.message WHERE w.person = ?1 AND w.tells > 0 "
              "AND m.withdrawn = 0 ORDER BY m.id",
              I(id));

    while (row_next(r))
        withdraw_message(t, row_int(r, 0));
}

void personal_delete(struct turn *t, int64_t id)
{
    const char *name = one_text(t, "SELECT name FROM person WHERE id = ?1", I(id));

    withdraw_words(t, id);
    mention_erase(t, id, name ? name : "");
    change(
        t,
        "UPDATE outbox SET body = NULL, frozen = NULL, fallback = NULL WHERE message IN (SELECT message FROM mention "
        "WHERE person = ?1 AND tells > 0)",
        I(id));
    change(t, "UPDATE message SET why = NULL WHERE id IN (SELECT message FROM mention WHERE person = ?1 AND tells > 0)",
           I(id));
    for (const struct handler *const *h = handlers_all(); *h; h++)
        if ((*h)->forget)
            (*h)->forget(t, id);
    outbox_forget(t->machine->outbox, id, t->machine->now_ms);
    for (const struct handler *const *h = handlers_all(); *h; h++)
        for (const struct personal *d = (*h)->data; d && d->table; d++)
            delete_rows(t, d, id);
    change(t,
           "UPDATE person SET external_id = NULL, handle = NULL, email = NULL, name = '', title = NULL, role = NULL, "
           "department = NULL, "
           "division = NULL, location = NULL, country = NULL, locale = NULL, languages = NULL, calendar = NULL, "
           "start_date = NULL, end_date = NULL, timezone = 'UTC', active = 0, listed = 0, salt = '', fingerprint = '' "
           "WHERE id = ?1",
           I(id));
    people_changed(t);
    cards_changed(t);
    t->machine->purge = true;
}

void purge_old(struct turn *t, int days)
{
    int64_t before_ms = (t->now - (int64_t)days * DAY) * 1000;

    change(t, "DELETE FROM inbox WHERE received_ms < ?1", I(before_ms));
    change(
        t,
        "DELETE FROM outbox WHERE state IN ('sent', 'refused', 'expired', 'replaced') AND coalesce(first_ms, 0) < ?1",
        I(before_ms));
    change(t,
           "DELETE FROM message WHERE created_ms < ?1 AND id NOT IN (SELECT message FROM outbox WHERE message IS NOT "
           "NULL)",
           I(before_ms));
    change(t, "DELETE FROM withheld WHERE at < ?1", I(t->now - (int64_t)days * DAY));
    change(t, "DELETE FROM reached WHERE at < ?1", I(t->now - (int64_t)days * DAY));
    change(t, "DELETE FROM held WHERE until_ms < ?1", I(t->now * 1000));
    change(t, "DELETE FROM dialog WHERE until < ?1", I(t->now));
    change(t, "DELETE FROM undo WHERE until < ?1", I(t->now));
    t->machine->purge = true;
}
