/* A bounded queue between two threads: whoever takes waits on a condition, whoever loops is woken by a callback.
 * Owns its slots, never the items; items still in it when it is closed are the caller's to take first. */
#ifndef LEARND_QUEUE_H
#define LEARND_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct queue;

struct queue_calls {
    void *context;
    void (*filled)(void *context); /* an item was added; by the thread that added it. May be NULL */
    void (*room)(void *context);   /* it was full and is no more; by the thread that took. May be NULL */
};

struct queue *queue_open(size_t capacity, struct queue_calls calls);
void queue_close(struct queue *q); /* NULL is taken; no other thread may be inside */

bool queue_offer(struct queue *q, void *item); /* never waits; false: full or shut */
bool queue_push(struct queue *q, void *item);  /* waits while it is full; false: shut */
/* Waits up to so long (milliseconds, 0: not at all, INT64_MAX: for ever) for an item; NULL: none came, or the queue is
 * shut and empty. */
void *queue_wait(struct queue *q, int64_t timeout_ms);
void queue_shut(struct queue *q); /* nothing more goes in; who waits is woken */
bool queue_is_shut(struct queue *q);

#endif
