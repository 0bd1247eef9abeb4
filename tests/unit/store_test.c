/* The schema: the same whichever way a database came to it, and a database of another learnd is refused, not changed.
 * Statements by their text: each runs what it says, whatever failed before. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "learnd/schema.h"
#include "learnd/store.h"
#include "learnd/text.h"

static struct arena *arena;
static char path[64];

static int set_up(void **state)
{
    (void)state;
    arena = arena_open();
    strcpy(path, "/tmp/learnd-store-XXXXXX");
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int tear_down(void **state)
{
    static const char *const ends[] = { "", "-wal", "-shm" };

    (void)state;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        unlink(arena_printf(arena, "%s%s", path, ends[i]));
    arena_close(arena);
    return 0;
}

static void exec(sqlite3 *db, const char *sql)
{
    char *error = NULL;

    if (sqlite3_exec(db, sql, NULL, NULL, &error) != SQLITE_OK)
        fail_msg("%s", error);
}

/* A database as an earlier learnd left it: it knew the first n files. */
static void make_old(size_t n)
{
    sqlite3 *db;

    unlink(path);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    exec(db,
         "CREATE TABLE schema_version(number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT");
    for (size_t i = 0; i < n; i++) {
        const struct schema_file *f = &schema_files[i];
        exec(db, f->sql);
        exec(db, arena_printf(arena, "INSERT INTO schema_version VALUES(%d, '%s', '%016llx')", f->number, f->name,
                              text_hash(f->sql, strlen(f->sql))));
    }
    sqlite3_close(db);
}

static const char *schema_of(struct store *s)
{
    struct buf all = { .arena = arena };
    struct rows *r =
        store_query(s, arena, "SELECT coalesce(sql, name) FROM sqlite_master ORDER BY type, name", VALUES());

    while (row_next(r))
        buf_printf(&all, "%s\n", row_text(r, 0));
    r = store_query(s, arena, "SELECT number, name, checksum FROM schema_version ORDER BY number", VALUES());
    while (row_next(r))
        buf_printf(&all, "%s %s %s\n", row_text(r, 0), row_text(r, 1), row_text(r, 2));
    return buf_text(&all);
}

static const char *schema_at(const char *where)
{
    char error[256] = "";
    struct store *s = store_open(where, error, sizeof error);

    assert_string_equal(error, "");
    const char *schema = schema_of(s);
    store_close(s);
    return schema;
}

static void test_a_fresh_schema_equals_every_old_one_migrated(void **state)
{
    const char *fresh = schema_at(":memory:");

    (void)state;
    assert_true(schema_file_count > 1);
    for (size_t n = 0; n <= schema_file_count; n++) {
        make_old(n);
        assert_string_equal(schema_at(path), fresh);
        assert_string_equal(schema_at(path), fresh); /* and opening it again changes nothing */
    }
}

static void assert_refused(const char *change, const char *because)
{
    char error[256] = "";
    sqlite3 *db;

    make_old(schema_file_count);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    exec(db, change);
    sqlite3_close(db);
    assert_null(store_open(path, error, sizeof error));
    assert_non_null(strstr(error, because));
}

static void test_a_database_of_a_newer_learnd_is_refused(void **state)
{
    (void)state;
    assert_refused("INSERT INTO schema_version VALUES(9999, 'future', '00')", "belongs to a newer learnd (schema 9999");
}

static void test_a_schema_of_another_text_is_refused(void **state)
{
    (void)state;
    assert_refused("UPDATE schema_version SET checksum = '0123456789abcdef' WHERE number = 1",
                   "made with another text of schema 0001_machine");
}

static void test_a_migration_that_fails_leaves_nothing_behind(void **state)
{
    char error[256] = "";
    sqlite3 *db;

    (void)state;
    make_old(1);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    exec(db,
         arena_printf(arena, "CREATE TABLE %s(x INTEGER)", "card_version")); /* stands in the way of the next file */
    sqlite3_close(db);
    assert_null(store_open(path, error, sizeof error));
    assert_non_null(strstr(error, "card_version"));
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_stmt *q;
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT count(*) FROM sqlite_master WHERE name = 'card'", -1, &q, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int(q, 0), 0);
    sqlite3_finalize(q);
    sqlite3_close(db);
}

/* ---- Statements -------------------------------------------------------------------------------------------------- */

#define SLOTS 512 /* of the statement cache: texts whose hashes agree in as many low bits meet in a slot */

struct asked {
    struct store *store;
    const char *sql;
    int64_t value;
};

static void ask_body(void *arg)
{
    struct asked *a = arg;

    a->value = store_int(a->store, a->sql, VALUES());
}

static enum store_fault ask(struct store *s, const char *sql, int64_t *value)
{
    struct asked a = { s, sql, 0 };
    enum store_fault fault = store_protect(s, ask_body, &a);

    *value = a.value;
    return fault;
}

static unsigned long long slot(const char *sql)
{
    return text_hash(sql, strlen(sql)) % SLOTS;
}

/* A statement that could not be prepared leaves its place to another; tried again it must not run that other one. */
static void test_prepare_that_failed(void **state)
{
    static const char first[] = "SELECT 1 FROM comes_later";
    char error[256], other[64];
    int64_t value = 0;
    struct store *s = store_open(":memory:", error, sizeof error);

    (void)state;
    for (int n = 0; snprintf(other, sizeof other, "SELECT 2 AS n%d", n), slot(other) != slot(first); n++) {
    }
    assert_non_null(s);
    assert_int_equal(ask(s, first, &value), STORE_FAILED);
    assert_int_equal(ask(s, other, &value), STORE_FINE);
    assert_int_equal(value, 2);
    assert_int_equal(ask(s, "CREATE TABLE comes_later AS SELECT 1 AS n", &value), STORE_FINE);
    assert_int_equal(ask(s, first, &value), STORE_FINE);
    assert_int_equal(value, 1);
    store_close(s);
}

/* What is open when a statement fails is closed, and what it held may be used again. */
static void test_rows_after_failure(void **state)
{
    char error[256];
    int64_t value = 0;
    struct store *s = store_open(":memory:", error, sizeof error);

    (void)state;
    assert_non_null(s);
    assert_int_equal(store_begin(s), STORE_FINE);
    struct rows *r = store_query(s, arena, "SELECT 1 UNION ALL SELECT 2", VALUES());
    assert_true(row_next(r));
    assert_int_equal(ask(s, "SELECT nonsense", &value), STORE_FAILED);
    assert_false(row_next(r));
    assert_int_equal(store_commit(s), STORE_FINE);
    r = store_query(s, arena, "SELECT 1 UNION ALL SELECT 2", VALUES());
    assert_true(row_next(r));
    assert_int_equal(row_int(r, 0), 1);
    store_close(s);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_fresh_schema_equals_every_old_one_migrated),
        TEST(test_a_database_of_a_newer_learnd_is_refused),
        TEST(test_a_schema_of_another_text_is_refused),
        TEST(test_a_migration_that_fails_leaves_nothing_behind),
        TEST(test_prepare_that_failed),
        TEST(test_rows_after_failure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
