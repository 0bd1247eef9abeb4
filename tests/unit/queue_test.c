/* The queue between the threads: order, bounds, nothing lost, nobody left waiting. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>

#include "learnd/queue.h"

static int numbers[100000];

static void gives_back_in_order_and_refuses_more_than_it_holds(void **state)
{
    (void)state;
    struct queue *q = queue_open(3, (struct queue_calls){ 0 });
    for (int i = 0; i < 3; i++) {
        assert_true(queue_offer(q, &numbers[i]));
    }
    assert_false(queue_offer(q, &numbers[3]));
    assert_ptr_equal(queue_wait(q, 0), &numbers[0]);
    assert_true(queue_offer(q, &numbers[3]));
    for (int i = 1; i < 4; i++) {
        assert_ptr_equal(queue_wait(q, 0), &numbers[i]);
    }
    assert_null(queue_wait(q, 0));
    assert_null(queue_wait(q, 1));
    queue_close(q);
}

struct heard {
    int filled, room;
};

static void count_filled(void *context)
{
    ((struct heard *)context)->filled++;
}

static void count_room(void *context)
{
    ((struct heard *)context)->room++;
}

static void tells_of_every_item_and_of_room_only_when_it_was_full(void **state)
{
    (void)state;
    struct heard heard = { 0 };
    struct queue *q = queue_open(2, (struct queue_calls){ &heard, count_filled, count_room });
    queue_offer(q, &numbers[0]);
    queue_wait(q, 0);
    assert_int_equal(heard.room, 0);
    queue_offer(q, &numbers[0]);
    queue_offer(q, &numbers[1]);
    queue_offer(q, &numbers[2]);
    assert_int_equal(heard.filled, 3);
    queue_wait(q, 0);
    queue_wait(q, 0);
    assert_int_equal(heard.room, 1);
    queue_close(q);
}

static void shut_lets_what_is_in_out_and_nothing_in(void **state)
{
    (void)state;
    struct queue *q = queue_open(2, (struct queue_calls){ 0 });
    queue_offer(q, &numbers[0]);
    assert_false(queue_is_shut(q));
    queue_shut(q);
    assert_true(queue_is_shut(q));
    assert_false(queue_offer(q, &numbers[1]));
    assert_false(queue_push(q, &numbers[1]));
    assert_ptr_equal(queue_wait(q, INT64_MAX), &numbers[0]);
    assert_null(queue_wait(q, INT64_MAX));
    queue_close(q);
}

static void *push_all(void *q)
{
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (!queue_push(q, &numbers[i])) {
            return NULL;
        }
    }
    return q;
}

static void carries_everything_in_order_between_threads(void **state)
{
    (void)state;
    struct queue *q = queue_open(7, (struct queue_calls){ 0 });
    pthread_t pusher;
    assert_int_equal(pthread_create(&pusher, NULL, push_all, q), 0);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        assert_ptr_equal(queue_wait(q, INT64_MAX), &numbers[i]);
    }
    pthread_join(pusher, NULL);
    assert_null(queue_wait(q, 0));
    queue_close(q);
}

static void *wait_for_ever(void *q)
{
    return queue_wait(q, INT64_MAX);
}

static void shut_wakes_who_waits_on_either_side(void **state)
{
    (void)state;
    struct queue *empty = queue_open(1, (struct queue_calls){ 0 }), *full = queue_open(1, (struct queue_calls){ 0 });
    pthread_t taker, pusher;
    void *got = &numbers, *pushed = &numbers;
    pthread_create(&taker, NULL, wait_for_ever, empty);
    pthread_create(&pusher, NULL, push_all, full);
    queue_shut(empty);
    queue_shut(full);
    pthread_join(taker, &got);
    pthread_join(pusher, &pushed);
    assert_null(got);
    assert_null(pushed);
    queue_wait(full, 0);
    queue_close(empty);
    queue_close(full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_back_in_order_and_refuses_more_than_it_holds),
        cmocka_unit_test(tells_of_every_item_and_of_room_only_when_it_was_full),
        cmocka_unit_test(shut_lets_what_is_in_out_and_nothing_in),
        cmocka_unit_test(carries_everything_in_order_between_threads),
        cmocka_unit_test(shut_wakes_who_waits_on_either_side),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
