/* Every table that refers to a person says how that goes: a .data row of some capability, whose statements hold on the
 * schema as it is. Who adds a table and forgets the row hears of it here. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "learnd/store.h"
#include "learnd/turn.h"

static struct store *store;
static struct arena *arena;

static int set_up(void **state)
{
    char error[256] = "";

    (void)state;
    arena = arena_open();
    store = store_open(":memory:", error, sizeof error);
    return store ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    store_close(store);
    arena_close(arena);
    return 0;
}

static const struct personal *row_of(const char *table, const char *column)
{
    for (const struct handler *const *h = handlers_all(); *h; h++)
        for (const struct personal *d = (*h)->data; d && d->table; d++)
            if (strcmp(d->table, table) == 0 && strcmp(d->column, column) == 0)
                return d;
    return NULL;
}

/* A column refers to a person if the schema says so, or if it is called as those are that do. */
static const char refers[] =
    "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND "
    "(c.name IN ('person', 'asker', 'expert', 'author', 'reviewer', 'manager', 'owner_person') OR EXISTS "
    "(SELECT 1 FROM pragma_foreign_key_list(m.name) f WHERE f.\"table\" = 'person' AND f.\"from\" = c.name)) "
    "ORDER BY m.name, c.name";

static void test_every_table_that_refers_to_a_person_has_its_row(void **state)
{
    struct rows *r = store_query(store, arena, refers, VALUES());
    int count = 0, missing = 0;

    (void)state;
    for (; row_next(r); count++) {
        if (row_of(row_text(r, 0), row_text(r, 1)))
            continue;
        print_error("%s.%s has no row of .data\n", row_text(r, 0), row_text(r, 1));
        missing++;
    }
    assert_int_equal(missing, 0);
    assert_true(count >= 25);
    assert_non_null(row_of("person", "id"));
}

static int64_t known_column(const struct personal *d)
{
    return store_int(store, "SELECT count(*) FROM pragma_table_info(?1) WHERE name = ?2",
                     VALUES(T(d->table), T(d->column)));
}

static int64_t may_be_empty(const struct personal *d)
{
    return store_int(store, "SELECT 1 - \"notnull\" FROM pragma_table_info(?1) WHERE name = ?2",
                     VALUES(T(d->table), T(d->column)));
}

static void run(void *sql)
{
    struct rows *r = store_query(store, arena, sql, VALUES(I(1)));

    while (row_next(r))
        assert_true(row_width(r) > 0);
}

static void assert_holds(const struct personal *d)
{
    if (!known_column(d))
        fail_msg("%s.%s: there is no such column", d->table, d->column);
    if (d->fate == DATA_CLEARED && !may_be_empty(d))
        fail_msg("%s.%s is to be cleared and may not be", d->table, d->column);
    if (d->export_sql && store_protect(store, run, (void *)(uintptr_t)d->export_sql) != STORE_FINE)
        fail_msg("%s: %s\n%s", d->table, store_error(store), d->export_sql);
}

static void test_every_row_holds_on_the_schema(void **state)
{
    (void)state;
    for (const struct handler *const *h = handlers_all(); *h; h++)
        for (const struct personal *d = (*h)->data; d && d->table; d++)
            assert_holds(d);
}

/* What holds words of people can be read by them: nothing is kept that is not in the export, but what only points. */
static void test_words_are_in_the_export(void **state)
{
    static const char *const words[] = { "message",    "question", "asked",        "answer",
                                         "preference", "review",   "card_phrasing" };

    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        bool exported = false;
        for (const struct handler *const *h = handlers_all(); *h; h++)
            for (const struct personal *d = (*h)->data; d && d->table; d++)
                exported |= strcmp(d->table, words[i]) == 0 && d->export_sql;
        if (!exported)
            fail_msg("%s is not in mydata export", words[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_table_that_refers_to_a_person_has_its_row, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_every_row_holds_on_the_schema, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_words_are_in_the_export, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
