/* The buffered write-ahead log: what was committed is seen by another program at once, survives kill -9, and a transaction
 * larger than the buffer is whole. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "learnd/store.h"

static char path[64];

static struct store *fresh(void)
{
    char error[256], name[80];

    snprintf(path, sizeof path, "/tmp/learnd-store-log-%d.db", (int)getpid());
    for (const char *const *end = (const char *const[]){ "", "-wal", "-shm", NULL }; *end; end++) {
        snprintf(name, sizeof name, "%s%s", path, *end);
        unlink(name);
    }
    struct store *s = store_open(path, error, sizeof error);
    assert_non_null(s);
    return s;
}

static int64_t count_from_outside(void)
{
    char error[256];
    struct arena *a = arena_open();
    struct store *s = store_open_read_only(path, error, sizeof error);
    assert_non_null(s);
    const char *n = store_value(s, a, "SELECT count(*) FROM fact", error, sizeof error);
    int64_t count = n ? strtoll(n, NULL, 10) : -1;
    store_close(s);
    arena_close(a);
    return count;
}

static void add_facts(struct store *s, int first, int n, size_t size)
{
    char *value = calloc(1, size + 1), name[32];

    memset(value, 'x', size);
    assert_int_equal(store_begin(s), STORE_FINE);
    for (int i = first; i < first + n; i++) {
        snprintf(name, sizeof name, "f%d", i);
        store_insert(s, "INSERT INTO fact(name, value) VALUES(?1, ?2)", VALUES(T(name), T(value)));
    }
    assert_int_equal(store_commit(s), STORE_FINE);
    free(value);
}

static void seen_at_once(void **state)
{
    (void)state;
    for (int off = 0; off < 2; off++) {
        if (off)
            setenv("LEARND_SYNCHRONOUS", "OFF", 1);
        struct store *s = fresh();
        for (int i = 0; i < 20; i++) {
            add_facts(s, i, 1, 100);
            assert_int_equal(count_from_outside(), i + 1);
        }
        add_facts(s, 100, 400, 4000); /* many buffers in one transaction */
        assert_int_equal(count_from_outside(), 420);
        assert_int_equal(store_empty_log(s), 0);
        add_facts(s, 1000, 1, 100);
        assert_int_equal(count_from_outside(), 421);
        store_close(s);
        unsetenv("LEARND_SYNCHRONOUS");
    }
}

static void survives_a_kill(void **state)
{
    (void)state;
    char error[256];
    store_close(fresh());
    for (int round = 1; round <= 10; round++) {
        pid_t child = fork();
        if (child == 0) {
            struct store *s = store_open(path, error, sizeof error);
            add_facts(s, round * 10, 3, 3000);
            store_begin(s);
            store_insert(s, "INSERT INTO fact(name, value) VALUES('lost', 'x')", NULL, 0);
            kill(getpid(), SIGKILL);
        }
        waitpid(child, NULL, 0);
        struct store *s = store_open(path, error, sizeof error); /* a reader alone may not recover the log */
        assert_non_null(s);
        assert_int_equal(count_from_outside(), 3 * round);
        store_close(s);
    }
}

static void rolled_back(void **state)
{
    (void)state;
    struct store *s = fresh();
    add_facts(s, 0, 5, 5000);
    store_begin(s);
    for (int i = 0; i < 3; i++)
        store_change(s, "UPDATE fact SET value = value || value", NULL, 0);
    store_rollback(s);
    add_facts(s, 10, 1, 10);
    assert_int_equal(count_from_outside(), 6);
    store_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seen_at_once),
        cmocka_unit_test(survives_a_kill),
        cmocka_unit_test(rolled_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
