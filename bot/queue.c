#include "learnd/queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t not_empty, not_full;
    struct queue_calls calls;
    size_t capacity, first, count;
    bool shut;
    void *slot[];
};

struct queue *queue_open(size_t capacity, struct queue_calls calls)
{
    struct queue *q = calloc(1, sizeof *q + capacity * sizeof q->slot[0]);
    if (!q) {
        abort();
    }
    q->capacity = capacity;
    q->calls = calls;
    pthread_mutex_init(&q->lock, NULL);
    pthread_condattr_t clock;
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC); /* a clock that is set must not wake or forget anybody */
    pthread_cond_init(&q->not_empty, &clock);
    pthread_cond_init(&q->not_full, &clock);
    pthread_condattr_destroy(&clock);
    return q;
}

void queue_close(struct queue *q)
{
    if (!q) {
        return;
    }
    pthread_cond_destroy(&q->not_empty);
    pthread_cond_destroy(&q->not_full);
    pthread_mutex_destroy(&q->lock);
    free(q);
}

/* With the lock held, which it gives back: filled() runs outside, so that it may take from another queue. */
static bool put_and_unlock(struct queue *q, void *item)
{
    bool fits = !q->shut && q->count < q->capacity;
    if (fits) {
        q->slot[(q->first + q->count++) % q->capacity] = item;
        pthread_cond_signal(&q->not_empty);
    }
    pthread_mutex_unlock(&q->lock);
    if (fits && q->calls.filled) {
        q->calls.filled(q->calls.context);
    }
    return fits;
}

bool queue_offer(struct queue *q, void *item)
{
    pthread_mutex_lock(&q->lock);
    return put_and_unlock(q, item);
}

bool queue_push(struct queue *q, void *item)
{
    pthread_mutex_lock(&q->lock);
    while (q->count == q->capacity && !q->shut) {
        pthread_cond_wait(&q->not_full, &q->lock);
    }
    return put_and_unlock(q, item);
}

static void *get_and_unlock(struct queue *q)
{
    void *item = NULL;
    bool was_full = q->count == q->capacity;
    if (q->count) {
        item = q->slot[q->first];
        q->first = (q->first + 1) % q->capacity;
        q->count--;
        pthread_cond_signal(&q->not_full);
    }
    pthread_mutex_unlock(&q->lock);
    if (item && was_full && q->calls.room) {
        q->calls.room(q->calls.context);
    }
    return item;
}

static struct timespec moment_after(int64_t ms)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += ms / 1000;
    at.tv_nsec += ms % 1000 * 1000000;
    if (at.tv_nsec >= 1000000000) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000;
    }
    return at;
}

void *queue_wait(struct queue *q, int64_t timeout_ms)
{
    const int64_t longest_ms =
        (int64_t)24 * 3600 * 1000; /* so that no sum overflows; waking once a day for nothing is free */
    struct timespec until = moment_after(timeout_ms < longest_ms ? timeout_ms : longest_ms);
    int status = timeout_ms > 0 ? 0 : ETIMEDOUT;
    pthread_mutex_lock(&q->lock);
    while (!q->count && !q->shut && status != ETIMEDOUT) {
        status = pthread_cond_timedwait(&q->not_empty, &q->lock, &until);
    }
    return get_and_unlock(q);
}

void queue_shut(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    q->shut = true;
    pthread_cond_broadcast(&q->not_empty);
    pthread_cond_broadcast(&q->not_full);
    pthread_mutex_unlock(&q->lock);
}

bool queue_is_shut(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    bool shut = q->shut;
    pthread_mutex_unlock(&q->lock);
    return shut;
}
