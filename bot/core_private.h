/* What the files of the core share: the core, a batch, and the steps of running one.
 * core.c opens, loads and looks; batch.c is one transaction; core_run.c decides what is run, and what is done when it
 * fails. */
#ifndef LEARND_CORE_PRIVATE_H
#define LEARND_CORE_PRIVATE_H

#include "machine.h"

#define DUE_MAX 200        /* due rows a tick takes; it then comes back at once */
#define DUE_TRIES 3        /* of one that fails, a day apart */
#define DELIVERIES_MAX 256 /* heads of lanes a transaction takes */

struct core {
    struct machine m;
    int64_t due_ms; /* when the next due row or outbox timer is; INT64_MAX: none */
    bool due_known;
    struct delivery deliveries[DELIVERIES_MAX]; /* taken in this transaction, handed over after its commit */
    size_t delivery_count;
};

struct batch {
    struct core *core;
    const struct event **events; /* in the order they are run */
    const char **replies;        /* by the order they were received */
    const size_t *place;         /* of events[i] in the order of receipt */
    size_t count;
    bool due;        /* due rows too */
    int64_t one_due; /* > 0: this due row alone */
    bool suspect;    /* one of the due rows was in hand when the process died: none was run, each must be by itself */
    uint64_t due_ids[DUE_MAX]; /* those in hand, for the poison file */
    size_t due_in_hand;
    uint64_t held_in_hand; /* an event that waited for a result and has its turn now; 0: none */
};

/* ---- batch.c ----------------------------------------------------------------------------------------------------- */
struct turn turn_begin(struct machine *m, const struct event *e);
void turn_end(struct turn *t); /* what was said becomes rows */
void keep_token(struct machine *m, const struct event *e);
/* What a result changes in its row; the events that waited for it are given back, and have not run. */
struct event *result_apply(struct machine *m, const struct event *e, size_t *held);
void take_deliveries(struct core *c);
void count_messages(struct machine *m);     /* the outbox may have written messages of its own: ids go on behind them */
uint64_t poison_id(const struct event *e);  /* 0: not counted */
int64_t machine_next_ms(struct machine *m); /* when the next due row or outbox timer is; INT64_MAX: none */
enum store_fault batch_run(struct batch *b);

/* ---- core_run.c -------------------------------------------------------------------------------------------------- */
/* After a commit: what was deleted for good leaves the log; then acknowledgements, deliveries. */
void core_finish(struct core *c, const struct event *events, const char **replies, size_t n);

#endif
