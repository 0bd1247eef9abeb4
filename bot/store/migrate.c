#include "store_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "learnd/schema.h"
#include "learnd/text.h"

static int complain(struct store *s, const struct schema_file *f, char *error, size_t size)
{
    snprintf(error, size, "schema %04d_%s: %s", f->number, f->name, sqlite3_errmsg(s->db));
    store_exec(s, "ROLLBACK");
    return -1;
}

static void checksum_of(const struct schema_file *f, char out[17])
{
    snprintf(out, 17, "%016llx", text_hash(f->sql, strlen(f->sql)));
}

/* 1: applied already with this checksum; 0: not yet; -1: applied with another one; -2: the database cannot say. */
static int applied(struct store *s, const struct schema_file *f, const char *checksum)
{
    sqlite3_stmt *q = NULL;
    int result = 0;

    sqlite3_prepare_v2(s->db, "SELECT checksum = ?2 FROM schema_version WHERE number = ?1", -1, &q, NULL);
    sqlite3_bind_int(q, 1, f->number);
    sqlite3_bind_text(q, 2, checksum, -1, SQLITE_STATIC);
    int code = sqlite3_step(q);
    if (code == SQLITE_ROW)
        result = sqlite3_column_int(q, 0) ? 1 : -1;
    else if (code != SQLITE_DONE)
        result = -2;
    sqlite3_finalize(q);
    return result;
}

static int record(struct store *s, const struct schema_file *f, const char *checksum)
{
    sqlite3_stmt *q = NULL;

    sqlite3_prepare_v2(s->db, "INSERT INTO schema_version(number, name, checksum) VALUES(?1, ?2, ?3)", -1, &q, NULL);
    sqlite3_bind_int(q, 1, f->number);
    sqlite3_bind_text(q, 2, f->name, -1, SQLITE_STATIC);
    sqlite3_bind_text(q, 3, checksum, -1, SQLITE_STATIC);
    int code = sqlite3_step(q);
    sqlite3_finalize(q);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int apply(struct store *s, const struct schema_file *f, char *error, size_t size)
{
    char checksum[17];

    checksum_of(f, checksum);
    switch (applied(s, f, checksum)) {
    case 1:
        return 0;
    case -1:
        snprintf(error, size,
                 "this database was made with another text of schema %04d_%s; restore a backup or use the learnd that "
                 "made it",
                 f->number, f->name);
        return -1;
    case -2:
        return complain(s, f, error, size);
    default:
        break;
    }
    if (store_exec(s, "BEGIN IMMEDIATE") != SQLITE_OK || store_exec(s, f->sql) != SQLITE_OK ||
        record(s, f, checksum) != SQLITE_OK || store_exec(s, "COMMIT") != SQLITE_OK)
        return complain(s, f, error, size);
    return 0;
}

static int newest_applied(struct store *s) /* -1: the database cannot say */
{
    sqlite3_stmt *q = NULL;
    int number = -1;

    if (sqlite3_prepare_v2(s->db, "SELECT max(number) FROM schema_version", -1, &q, NULL) == SQLITE_OK &&
        sqlite3_step(q) == SQLITE_ROW)
        number = sqlite3_column_int(q, 0);
    sqlite3_finalize(q);
    return number;
}

int store_migrate(struct store *s, char *error, size_t size)
{
    int newest = schema_file_count ? schema_files[schema_file_count - 1].number : 0;

    if (store_exec(s, "CREATE TABLE IF NOT EXISTS schema_version"
                      "(number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT") != SQLITE_OK) {
        snprintf(error, size, "%s", sqlite3_errmsg(s->db));
        return -1;
    }
    int there = newest_applied(s);
    if (there < 0) {
        snprintf(error, size, "%s", sqlite3_errmsg(s->db));
        return -1;
    }
    if (there > newest) {
        snprintf(error, size, "this database belongs to a newer learnd (schema %d, this one knows %d); upgrade learnd",
                 there, newest);
        return -1;
    }
    for (size_t i = 0; i < schema_file_count; i++)
        if (apply(s, &schema_files[i], error, size) != 0)
            return -1;
    return 0;
}
