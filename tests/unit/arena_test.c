#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdalign.h>
#include <string.h>

#include "learnd/arena.h"

static int open_arena(void **state)
{
    *state = arena_open();
    return 0;
}

static int close_arena(void **state)
{
    arena_close(*state);
    return 0;
}

static void memory_is_zeroed_and_aligned(void **state)
{
    struct arena *a = *state;
    for (size_t size = 0; size < 200; size++) {
        unsigned char *p = arena_alloc(a, size);
        assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++) {
            assert_int_equal(p[i], 0);
        }
        memset(p, 0xff, size);
    }
}

static void memory_given_again_is_zeroed_too(void **state)
{
    struct arena *a = *state;
    struct arena_mark mark = arena_mark(a);
    char *first = arena_alloc(a, 100);
    memset(first, 'x', 100);
    arena_release(a, mark);
    char *second = arena_alloc(a, 100);
    assert_ptr_equal(first, second);
    assert_int_equal(second[99], 0);
}

static void release_keeps_what_was_before_the_mark(void **state)
{
    struct arena *a = *state;
    char *kept = arena_copy(a, "kept");
    for (int round = 0; round < 50; round++) {
        struct arena_mark mark = arena_mark(a);
        for (int i = 0; i < 20; i++) {
            memset(arena_alloc(a, 10000), 'x', 10000);
        }
        arena_release(a, mark);
    }
    assert_string_equal(kept, "kept");
}

static void larger_than_a_chunk_is_fine(void **state)
{
    struct arena *a = *state;
    char *small = arena_copy(a, "small");
    char *large = arena_alloc(a, 5 << 20);
    large[(5 << 20) - 1] = 'x';
    assert_string_equal(small, "small");
    arena_reset(a);
    assert_string_equal(arena_copy(a, "again"), "again");
}

static void copies_are_their_own(void **state)
{
    struct arena *a = *state;
    char text[] = "travel";
    char *copy = arena_copy(a, text), *part = arena_copy_n(a, text, 3);
    text[0] = 'X';
    assert_string_equal(copy, "travel");
    assert_string_equal(part, "tra");
    assert_null(arena_copy(a, NULL));
    assert_string_equal(arena_copy_n(a, NULL, 0), "");
}

static void printf_is_as_long_as_it_needs(void **state)
{
    struct arena *a = *state;
    char *text = arena_printf(a, "%s %0500d", "goal", 7);
    assert_int_equal(strlen(text), 505);
    assert_memory_equal(text, "goal 000", 8);
}

static void arrays_are_apart(void **state)
{
    struct arena *a = *state;
    int *first = arena_array(a, int, 1000), *second = arena_array(a, int, 1000);
    first[999] = 1;
    assert_int_equal(second[0], 0);
    assert_true(second >= first + 1000);
}

static void a_buffer_grows(void **state)
{
    struct buf b = { .arena = *state };
    assert_string_equal(buf_text(&b), "");
    for (int i = 0; i < 1000; i++) {
        buf_printf(&b, "%03d", i);
        buf_add(&b, "é");
        buf_add_char(&b, ',');
    }
    assert_int_equal(b.len, 6000);
    assert_int_equal(strlen(buf_text(&b)), 6000);
    assert_memory_equal(b.data + 5994, "999é,", 6);
}

static void a_buffer_holds_any_byte(void **state)
{
    struct buf b = { .arena = *state };
    buf_add_n(&b, "a\0b", 3);
    buf_add_n(&b, NULL, 0);
    assert_int_equal(b.len, 3);
    assert_memory_equal(b.data, "a\0b", 4);
}

static jmp_buf full;

static void on_full(void *context)
{
    (void)context;
    longjmp(full, 1);
}

static void a_limit_is_kept(void **state)
{
    struct arena *a = *state;
    volatile int given = 0;
    arena_limit(a, 1 << 20, on_full, NULL);
    if (setjmp(full) == 0)
        for (; given < 100; given++)
            arena_alloc(a, 1 << 16);
    assert_true(given >= 14 && given <= 16);
    if (setjmp(full) == 0) {
        arena_alloc(a, SIZE_MAX / 4);
        fail();
    }
    arena_reset(a); /* and counts what was given back */
    arena_alloc(a, 1 << 19);
    arena_limit(a, 0, NULL, NULL);
    arena_alloc(a, 1 << 21);
}

static void close_takes_nothing(void **state)
{
    (void)state;
    arena_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(memory_is_zeroed_and_aligned, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(memory_given_again_is_zeroed_too, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(release_keeps_what_was_before_the_mark, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(larger_than_a_chunk_is_fine, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(copies_are_their_own, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(printf_is_as_long_as_it_needs, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(arrays_are_apart, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(a_buffer_grows, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(a_buffer_holds_any_byte, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(a_limit_is_kept, open_arena, close_arena),
        cmocka_unit_test(close_takes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
