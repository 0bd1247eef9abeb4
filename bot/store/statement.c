#include "store_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "learnd/text.h"

static void rows_end(struct rows *r)
{
    if (!r->prepared)
        return;
    if (r->slot) {
        sqlite3_reset(r->prepared);
        r->slot->busy = false;
    } else {
        sqlite3_finalize(r->prepared);
    }
    r->prepared = NULL;
}

void store_close_rows(struct store *s)
{
    for (struct rows *r = s->open; r; r = r->next)
        rows_end(r);
    s->open = NULL;
}

void store_finalize_all(struct store *s)
{
    for (size_t i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(s->slots[i].prepared);
    memset(s->slots, 0, sizeof s->slots);
    memset(s->by_address, 0, sizeof s->by_address);
}

static sqlite3_stmt *prepare(struct store *s, const char *sql, unsigned flags)
{
    sqlite3_stmt *prepared = NULL;
    int code = sqlite3_prepare_v3(s->db, sql, -1, flags, &prepared, NULL);

    if (code != SQLITE_OK)
        store_fault_note(s, code);
    return prepared;
}

/* The slot of a text: found by its hash and compared whole; NULL when the table is full. */
static struct statement *slot_of_text(struct store *s, const char *sql)
{
    size_t at = text_hash(sql, strlen(sql)) & (STATEMENTS - 1);

    for (size_t i = 0; i < STATEMENTS; i++, at = (at + 1) & (STATEMENTS - 1)) {
        struct statement *slot = &s->slots[at];
        if (!slot->sql || slot->sql == sql || strcmp(slot->sql, sql) == 0)
            return slot;
    }
    return NULL;
}

/* An address is remembered once its slot holds the statement: a slot whose statement could not be prepared is still free,
 * and may become another text's. */
static struct statement *slot_of(struct store *s, const char *sql)
{
    size_t at = ((uintptr_t)sql * 0x9e3779b97f4a7c15u) >> 32 & (STATEMENTS - 1);

    if (s->by_address[at].sql != sql) {
        struct statement *slot = slot_of_text(s, sql);
        if (!slot || !slot->prepared)
            return slot;
        s->by_address[at].sql = sql;
        s->by_address[at].slot = slot;
    }
    return s->by_address[at].slot;
}

static int bind_one(sqlite3_stmt *prepared, int at, const struct value *v)
{
    switch (v->kind) {
    case VALUE_INT:
        return sqlite3_bind_int64(prepared, at, v->as.i);
    case VALUE_REAL:
        return sqlite3_bind_double(prepared, at, v->as.f);
    case VALUE_TEXT: /* NULL text binds NULL; the callers' texts outlive the step */
        return sqlite3_bind_text(prepared, at, v->as.s, -1, SQLITE_STATIC);
    case VALUE_NULL:
        break;
    }
    return sqlite3_bind_null(prepared, at);
}

/* Find or prepare, bind, and enter among the open ones. */
static void rows_begin(struct store *s, struct rows *r, const char *sql, const struct value *v, size_t n)
{
    struct statement *slot = slot_of(s, sql);

    if (slot && !slot->prepared) {
        slot->prepared = prepare(s, sql, SQLITE_PREPARE_PERSISTENT);
        slot->sql = slot->prepared ? sql : NULL;
    }
    if (slot && slot->busy)
        slot = NULL;
    r->store = s;
    r->slot = slot;
    r->prepared = slot ? slot->prepared : prepare(s, sql, 0);
    if (!r->prepared)
        return;
    if (slot)
        slot->busy = true;
    r->next = s->open;
    s->open = r;
    if ((size_t)sqlite3_bind_parameter_count(r->prepared) != n) {
        if (s->protected)
            store_fail(s, "a statement was given the wrong number of values");
        abort();
    }
    for (size_t i = 0; i < n; i++) {
        int code = bind_one(r->prepared, (int)i + 1, &v[i]);
        if (code != SQLITE_OK)
            store_fault_note(s, code);
    }
}

void rows_close(struct rows *r)
{
    struct rows **link = &r->store->open;

    rows_end(r);
    while (*link && *link != r)
        link = &(*link)->next;
    if (*link)
        *link = r->next;
}

bool row_next(struct rows *r)
{
    if (!r->prepared)
        return false;
    int code = sqlite3_step(r->prepared);
    if (code == SQLITE_ROW)
        return true;
    if (code != SQLITE_DONE)
        store_fault_note(r->store, code); /* closes all rows */
    rows_close(r);
    return false;
}

int row_width(struct rows *r)
{
    return sqlite3_column_count(r->prepared);
}

/* A text that is there and cannot be given is no NULL: SQLite's memory has run out. */
static const char *column_text(struct store *s, struct arena *a, sqlite3_stmt *prepared, int column)
{
    const char *text = (const char *)sqlite3_column_text(prepared, column);

    if (!text && sqlite3_errcode(s->db) == SQLITE_NOMEM)
        store_fault_note(s, SQLITE_NOMEM);
    return arena_copy(a, text);
}

const char *row_name(struct rows *r, int column)
{
    return arena_copy(r->arena, sqlite3_column_name(r->prepared, column));
}

bool row_is_null(struct rows *r, int column)
{
    return sqlite3_column_type(r->prepared, column) == SQLITE_NULL;
}

int64_t row_int(struct rows *r, int column)
{
    return sqlite3_column_int64(r->prepared, column);
}

double row_real(struct rows *r, int column)
{
    return sqlite3_column_double(r->prepared, column);
}

const char *row_text(struct rows *r, int column)
{
    return column_text(r->store, r->arena, r->prepared, column);
}

struct rows *store_query(struct store *s, struct arena *a, const char *sql, const struct value *v, size_t n)
{
    struct rows *r = arena_new(a, struct rows);

    r->arena = a;
    rows_begin(s, r, sql, v, n);
    return r;
}

/* One row at most is of interest; a RETURNING statement is stepped to its end. */
static void step_once(struct store *s, const char *sql, const struct value *v, size_t n,
                      void (*see)(struct rows *, void *), void *out)
{
    struct rows r = { 0 };

    rows_begin(s, &r, sql, v, n);
    if (!row_next(&r))
        return;
    if (see)
        see(&r, out);
    if (!sqlite3_stmt_readonly(r.prepared))
        while (row_next(&r)) {
        }
    rows_close(&r);
}

int64_t store_insert(struct store *s, const char *sql, const struct value *v, size_t n)
{
    step_once(s, sql, v, n, NULL, NULL);
    return sqlite3_last_insert_rowid(s->db);
}

int64_t store_change(struct store *s, const char *sql, const struct value *v, size_t n)
{
    step_once(s, sql, v, n, NULL, NULL);
    return sqlite3_changes64(s->db);
}

static void see_int(struct rows *r, void *out)
{
    *(int64_t *)out = row_int(r, 0);
}

int64_t store_int(struct store *s, const char *sql, const struct value *v, size_t n)
{
    int64_t out = 0;

    step_once(s, sql, v, n, see_int, &out);
    return out;
}

struct text_out {
    struct arena *arena;
    const char *text;
};

static void see_text(struct rows *r, void *out)
{
    struct text_out *o = out;

    o->text = column_text(r->store, o->arena, r->prepared, 0);
}

const char *store_text(struct store *s, struct arena *a, const char *sql, const struct value *v, size_t n)
{
    struct text_out out = { a, NULL };

    step_once(s, sql, v, n, see_text, &out);
    return out.text;
}

const char *store_value(struct store *s, struct arena *a, const char *sql, char *error, size_t size)
{
    sqlite3_stmt *prepared = NULL;
    const char *text = NULL;
    int code = sqlite3_prepare_v2(s->db, sql, -1, &prepared, NULL);

    if (code == SQLITE_OK)
        code = sqlite3_step(prepared);
    if (code == SQLITE_ROW) {
        text = arena_copy(a, (const char *)sqlite3_column_text(prepared, 0));
        if (!text && sqlite3_errcode(s->db) != SQLITE_NOMEM)
            text = "null";
    } else if (code == SQLITE_DONE) {
        text = "";
    }
    if (!text)
        snprintf(error, size, "%s", sqlite3_errmsg(s->db));
    sqlite3_finalize(prepared);
    return text;
}

int64_t store_sequence(struct store *s, const char *table)
{
    return store_int(s, "SELECT seq FROM sqlite_sequence WHERE name = ?1", VALUES(T(table)));
}
