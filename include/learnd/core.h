/* The core: events in, turns run, rows committed, then acknowledgements and deliveries out.
 * It owns the database and belongs to one thread; programs call it directly, the daemon from its core thread. */
#ifndef LEARND_CORE_H
#define LEARND_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "learnd/event.h"
#include "learnd/org.h"

struct core;

struct core_options {
    const char *database; /* path or ":memory:" */
    const char *poison;   /* path of the small mapped file; NULL: none */
};

/* NULL on failure, the reason in error. org is borrowed until core_load gives a newer one. */
struct core *core_open(const struct core_options *options, const struct org *org, char *error, size_t size);
void core_close(struct core *c);
void core_add_transport(struct core *c, const struct transport *t); /* copied; before the first event */

/* The folder as read now, in one transaction, unchanged parts skipped; borrowed until the next. 0, or -1 with the
 * reason. */
int core_load(struct core *c, const struct org *org, int64_t now_ms, char *error, size_t size);
/* An operation of a handler ("import people"), or "retry" of what was parked: one transaction; what it reported is in a. NULL: it failed, see error.
 */
const char *core_operate(struct core *c, struct arena *a, const char *name, const char *argument, const struct org *org,
                         int64_t now_ms, char *error, size_t size);

/* Run what is waiting: up to 256 events in one transaction, what is due, the outbox's timers. Acknowledges and delivers
 * after the commit. Results delivered by the transports meanwhile are the next call's events. Returns 0, or -1 when the
 * environment failed (disk full): nothing was marked or acknowledged, the same events may be given again. */
int core_run(struct core *c, const struct event *events, size_t n, int64_t now_ms);
#define CORE_BATCH 256

/* Around the rendering of a delivery, from whatever thread does it: a row that kills the process thus three times is
 * refused. */
void core_in_hand(struct core *c, int64_t row, bool in_hand);

/* For conversations: the next core_run that has work dies before or after its commit and returns -2; then only
 * core_close is allowed, and nothing was acknowledged or delivered. */
void core_crash_next(struct core *c, bool before_commit);

/* When the core has something to do by itself (a due row, a retry), in ms; INT64_MAX: never. */
int64_t core_next_ms(struct core *c);

/* A turn without inbox row in which writes are refused; the reply is in the arena. NULL: it failed. */
const char *core_query(struct core *c, struct arena *a, const struct event *e, int64_t now_ms);

/* One statement of an operator or a conversation's `db` line, on its own: first value as text ("null" for NULL). */
const char *core_value(struct core *c, struct arena *a, const char *sql, char *error, size_t size);
int core_backup(struct core *c, const char *path, char *error, size_t size);
/* The machine's memory by name ("shift_ms"); NULL: not set. Setting is a transaction of its own: 0 or -1. */
const char *core_fact(struct core *c, struct arena *a, const char *name);
int core_fact_set(struct core *c, const char *name, const char *value);
const char *core_token(struct core *c, struct arena *a, const char *platform); /* the last kept /sync token, or NULL */

/* What the metrics page and doctor show. */
struct core_figures {
    int64_t inbox, failed, parked, outbox_waiting, outbox_oldest_ms, outbox_doubt, due_waiting, turns, messages,
        index_cards;
};
struct core_figures core_figures(struct core *c, int64_t now_ms);

#endif
