/* Deaths are counted for what was in hand, survive the process, and are forgotten once the work is done. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "learnd/poison.h"

static char path[] = "/tmp/learnd-poison-XXXXXX";
static char error[200];

static int set_up(void **state)
{
    (void)state;
    strcpy(path + strlen(path) - 6, "XXXXXX");
    int fd = mkstemp(path);
    if (fd < 0)
        return -1;
    close(fd); /* empty: begun anew */
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return unlink(path);
}

static struct poison *open_it(void)
{
    struct poison *p = poison_open(path, error, sizeof error);
    assert_non_null(p);
    return p;
}

/* A child takes the ids in hand and dies as by kill -9, with or without having finished. */
static void die_with(const uint64_t *ids, size_t n, size_t finished)
{
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        struct poison *p = poison_open(path, error, sizeof error);
        if (!p)
            _exit(1);
        poison_mark(p, ids, n);
        poison_clear(p, ids, finished);
        kill(getpid(), SIGKILL);
        _exit(1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
}

static void test_three_deaths(void **state)
{
    uint64_t ids[] = { poison_event("slack", "C1.2"), poison_row(1) };
    (void)state;

    for (int deaths = 1; deaths <= POISON_DEATHS; deaths++) {
        die_with(ids, 2, 1);
        struct poison *p = open_it();
        assert_int_equal(poison_deaths(p, ids[0]), 0); /* it was done in time */
        assert_int_equal(poison_deaths(p, ids[1]), deaths);
        assert_int_equal(poison_count(p), deaths == POISON_DEATHS);
        poison_close(p);
    }
}

static void test_work_done_is_forgotten(void **state)
{
    uint64_t id = poison_row(7);
    (void)state;

    die_with(&id, 1, 0);
    struct poison *p = open_it();
    poison_mark(p, &id, 1);
    assert_int_equal(poison_deaths(p, id), 1); /* still known while it is tried again */
    poison_clear(p, &id, 1);
    assert_int_equal(poison_deaths(p, id), 0);
    poison_close(p);
    p = open_it();
    assert_int_equal(poison_deaths(p, id), 0);
    poison_close(p);
}

static void test_an_operator_forgets(void **state)
{
    uint64_t ids[] = { poison_row(7), poison_row(8) };
    (void)state;

    die_with(ids, 2, 0);
    struct poison *p = open_it();
    poison_forget(p, ids[0]);
    poison_forget(p, poison_row(9)); /* never known */
    assert_int_equal(poison_deaths(p, ids[0]), 0);
    assert_int_equal(poison_deaths(p, ids[1]), 1);
    poison_close(p);
}

static void test_only_what_is_in_hand_dies(void **state)
{
    uint64_t ids[] = { poison_row(7), poison_row(8) };
    (void)state;

    die_with(ids, 1, 0);
    die_with(ids + 1, 1, 0);
    struct poison *p = open_it();
    assert_int_equal(poison_deaths(p, ids[0]), 1);
    assert_int_equal(poison_deaths(p, ids[1]), 1);
    poison_close(p);
}

static void test_a_full_file_forgets_the_oldest(void **state)
{
    enum { MANY = 2000 };
    uint64_t old = poison_row(-1), newer = poison_row(-2);
    (void)state;

    die_with(&old, 1, 0);
    die_with(&newer, 1, 0);
    struct poison *p = open_it();
    for (int64_t row = 1; poison_deaths(p, old) && row < MANY; row++)
        poison_mark(p, (uint64_t[]){ poison_row(row) }, 1);
    assert_int_equal(poison_deaths(p, old), 0);
    assert_int_equal(poison_deaths(p, newer), 1);
    for (int64_t row = 1; row < MANY; row++) /* nothing breaks when there is no room at all */
        poison_mark(p, (uint64_t[]){ poison_row(row) }, 1);
    for (int64_t row = 1; row < MANY; row++)
        poison_clear(p, (uint64_t[]){ poison_row(row) }, 1);
    poison_mark(p, &old, 1);
    poison_close(p);
    p = open_it();
    assert_int_equal(poison_deaths(p, old), 1);
    assert_int_equal(poison_deaths(p, poison_row(5)), 0);
    poison_close(p);
}

static void test_a_strange_file_is_begun_anew(void **state)
{
    (void)state;
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    for (int i = 0; i < 5000; i++)
        fputs("garbage ", f);
    fclose(f);
    struct poison *p = open_it();
    assert_int_equal(poison_count(p), 0);
    poison_close(p);
}

static void test_without_a_file(void **state)
{
    uint64_t id = poison_row(7);
    (void)state;

    struct poison *p = poison_open(NULL, error, sizeof error);
    assert_non_null(p);
    poison_mark(p, &id, 1);
    assert_int_equal(poison_deaths(p, id), 0);
    poison_close(p);
    poison_close(NULL);
}

static void test_what_cannot_be_opened(void **state)
{
    (void)state;
    assert_null(poison_open("/nowhere/at/all", error, sizeof error));
    assert_string_equal(error, "/nowhere/at/all: No such file or directory");
    assert_null(poison_open("/tmp", error, sizeof error));
}

static void test_the_file_is_private_and_has_its_room(void **state)
{
    struct stat st;
    (void)state;

    assert_int_equal(unlink(path), 0);
    poison_close(open_it());
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_true(st.st_blocks * 512 >= st.st_size); /* its room is taken: a full disk later does no harm */
}

static void test_ids_part(void **state)
{
    (void)state;
    assert_true(poison_event("slack", "a") != poison_event("matrix", "a"));
    assert_true(poison_event("slack", "a") != poison_event("slack", "b"));
    assert_true(poison_row(1) != poison_row(2));
    assert_true(poison_row(0) != 0);
}

int main(void)
{
#define WITH_FILE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WITH_FILE(test_three_deaths),
        WITH_FILE(test_work_done_is_forgotten),
        WITH_FILE(test_an_operator_forgets),
        WITH_FILE(test_only_what_is_in_hand_dies),
        WITH_FILE(test_a_full_file_forgets_the_oldest),
        WITH_FILE(test_a_strange_file_is_begun_anew),
        WITH_FILE(test_the_file_is_private_and_has_its_room),
        cmocka_unit_test(test_without_a_file),
        cmocka_unit_test(test_what_cannot_be_opened),
        cmocka_unit_test(test_ids_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
