/* What is run, in which batches, and what is done when one fails: rule 2 of the turn contract. Then acknowledgements
 * and deliveries, after the commit. */
#include "core_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "learnd/date.h"
#include "learnd/log.h"
#include "learnd/poison.h"

/* ---- After the commit -------------------------------------------------------------------------------------------- */

/* A transaction of its own beside the batch; what it took to hand over counts only if it was committed. */
static enum store_fault run_beside(struct core *c, void (*body)(void *), void *arg)
{
    size_t deliveries = c->delivery_count;
    enum store_fault fault = store_protect(c->m.store, body, arg);

    c->due_known = false;
    if (fault != STORE_FINE) {
        store_rollback(c->m.store);
        c->delivery_count = deliveries;
    }
    c->m.spoken = NULL;
    arena_reset(c->m.turn_arena);
    return fault;
}

/* What was deleted for good must not stand in the write-ahead log, nor for ever beside it. */
static void purge(struct machine *m)
{
    if (!m->purge)
        return;
    store_drop_before(m->store, m->now_ms / 1000 - m->org->settings.keep_backups_days * DAY);
    if (store_empty_log(m->store) != 0)
        log_warn("log-kept", "what=\"another program reads the database: its log is emptied at the next purge\"");
    m->purge = false;
}

void core_in_hand(struct core *c, int64_t row, bool in_hand)
{
    uint64_t id = poison_row(row);

    if (in_hand)
        poison_mark(c->m.poison, &id, 1);
    else
        poison_clear(c->m.poison, &id, 1);
}

static bool is_deadly(struct core *c, const struct delivery *d)
{
    return poison_deaths(c->m.poison, poison_row(d->row)) >= POISON_DEATHS;
}

static bool any_deadly(struct core *c)
{
    for (size_t i = 0; i < c->delivery_count; i++)
        if (is_deadly(c, &c->deliveries[i]))
            return true;
    return false;
}

static void give_up_body(void *arg)
{
    struct core *c = arg;
    struct machine *m = &c->m;

    store_begin(m->store);
    for (size_t i = 0; i < c->delivery_count; i++) {
        const struct delivery *d = &c->deliveries[i];
        if (!is_deadly(c, d))
            continue;
        log_error("row-given-up", "row=%" PRId64, d->row);
        outbox_refuse(m->outbox, d->row, "it killed the process three times", m->now_ms);
    }
    count_messages(m);
    store_commit(m->store);
}

static void hand_over(struct core *c)
{
    bool given_up = any_deadly(c) && run_beside(c, give_up_body, c) == STORE_FINE;

    for (size_t i = 0; i < c->delivery_count; i++) {
        const struct delivery *d = &c->deliveries[i];
        const struct transport *p = machine_transport(&c->m, d->platform);
        if (p && !(given_up && is_deadly(c, d)))
            p->deliver(p->self, d);
    }
    c->delivery_count = 0;
}

static void acknowledge(struct core *c, const struct event *e, const char *reply)
{
    const struct transport *p = e->kind == EVENT_RESULT ? NULL : machine_transport(&c->m, e->platform);

    if (p && p->acknowledge)
        p->acknowledge(p->self, e, reply);
}

void core_finish(struct core *c, const struct event *events, const char **replies, size_t n)
{
    purge(&c->m);
    for (size_t i = 0; i < n; i++)
        acknowledge(c, &events[i], replies[i]);
    hand_over(c);
    arena_reset(c->m.batch);
}

/* ---- When an event fails by itself ------------------------------------------------------------------------------- */

struct failure {
    struct core *core;
    const struct event *event;
    const char *reference;
};

static void note_failure(struct machine *m, const char *platform, const char *thing)
{
    store_change(m->store,
                 "INSERT INTO inbox(platform, thing, received_ms, state) VALUES(?1, ?2, ?3, 'failed') ON "
                 "CONFLICT(platform, thing) "
                 "DO UPDATE SET state = 'failed', tries = tries + 1",
                 VALUES(T(platform), T(thing), I(m->now_ms)));
}

static void failure_body(void *arg)
{
    struct failure *f = arg;
    struct machine *m = &f->core->m;
    const struct event *e = f->event;

    store_begin(m->store);
    note_failure(m, e->platform, e->thing);
    keep_token(m, e);
    if (e->user && e->conversation) {
        struct turn t = turn_begin(m, e);
        t.in_room = e->room;
        identity_find(&t);
        reply(&t, "I'm sorry, that went wrong on my side, and nothing of it was done. The log knows it as %s.",
              f->reference);
        turn_end(&t);
    }
    take_deliveries(f->core);
    count_messages(m);
    store_commit(m->store);
}

struct result {
    struct core *core;
    const struct event *event;
    struct event *held;
    size_t count;
};

static void result_body(void *arg)
{
    struct result *r = arg;
    struct machine *m = &r->core->m;

    store_begin(m->store);
    r->held = result_apply(m, r->event, &r->count);
    keep_token(m, r->event);
    take_deliveries(r->core);
    store_commit(m->store);
}

static enum store_fault fail_event(struct core *c, const struct event *e);

/* A result's change is applied even when a turn that waited for it fails: then it is those turns that failed. */
static enum store_fault fail_result(struct core *c, const struct event *e)
{
    struct result r = { .core = c, .event = e };

    log_error("result-failed", "row=%" PRId64 " reason=%s", e->row, store_error(c->m.store));
    enum store_fault fault = run_beside(c, result_body, &r);
    if (fault == STORE_FAILED)
        log_error("result-lost", "row=%" PRId64 " reason=%s", e->row, store_error(c->m.store));
    for (size_t i = 0; i < r.count && fault == STORE_FINE; i++)
        fault = fail_event(c, &r.held[i]);
    return fault;
}

static enum store_fault fail_event(struct core *c, const struct event *e)
{
    struct machine *m = &c->m;

    if (e->kind == EVENT_RESULT)
        return fail_result(c, e);
    const char *reference = arena_printf(
        m->batch, "%08llx", text_hash(e->thing ? e->thing : "", e->thing ? strlen(e->thing) : 0) & 0xffffffff);
    log_error("turn-failed", "reference=%s platform=%s reason=%s", reference, e->platform, store_error(m->store));
    if (!e->thing)
        return STORE_FINE;
    struct failure f = { c, e, reference };
    return run_beside(c, failure_body, &f);
}

/* ---- Running ----------------------------------------------------------------------------------------------------- */

static bool same_person(const struct event *a, const struct event *b)
{
    return a->user && b->user && strcmp(a->user, b->user) == 0 && strcmp(a->platform, b->platform) == 0;
}

/* The order of receipt; within one person, of the platform's time. */
static void arrange(const struct event *events, size_t n, const struct event **order, size_t *place)
{
    for (size_t i = 0; i < n; i++) {
        order[i] = &events[i];
        for (size_t k = i; k-- > 0;)
            if (same_person(order[k], order[i]) && order[i]->sent_ms && order[k]->sent_ms > order[i]->sent_ms) {
                const struct event *earlier = order[i];
                order[i] = order[k];
                order[k] = earlier;
            }
    }
    for (size_t i = 0; i < n; i++)
        place[i] = (size_t)(order[i] - events);
}

static int died(struct core *c)
{
    store_rollback(c->m.store);
    c->delivery_count = 0;
    c->m.crash = 0;
    return -2;
}

struct tokens {
    struct core *core;
    const struct event *events;
    size_t count;
};

static void tokens_body(void *arg)
{
    struct tokens *k = arg;

    store_begin(k->core->m.store);
    for (size_t i = 0; i < k->count; i++)
        keep_token(&k->core->m, &k->events[i]);
    store_commit(k->core->m.store);
}

static int keep_tokens(struct core *c, const struct event *events, size_t n)
{
    struct tokens k = { c, events, n };
    bool any = false;

    for (size_t i = 0; i < n; i++)
        any |= events[i].token != NULL;
    return any && run_beside(c, tokens_body, &k) != STORE_FINE ? -1 : 0;
}

static int run_chunk(struct core *c, const struct event *events, size_t n);

/* Each in a transaction of its own. Tokens come last: what one stands for may be run after the event that carries it. */
static int run_each(struct core *c, const struct event *events, const struct event **order, size_t n)
{
    int result = 0;

    for (size_t i = 0; i < n && !result; i++) {
        struct event one = *order[i];
        one.token = NULL;
        result = run_chunk(c, &one, 1);
    }
    return result ? result : keep_tokens(c, events, n);
}

/* Something of it was in hand when the process died: then each runs by itself, so that no other is blamed. */
static bool any_suspect(struct core *c, const struct event *events, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (poison_id(&events[i]) && poison_deaths(c->m.poison, poison_id(&events[i])))
            return true;
    return false;
}

/* 0, -1: the environment failed, -2: told to die. */
static int run_chunk(struct core *c, const struct event *events, size_t n)
{
    const struct event *order[CORE_BATCH];
    const char *replies[CORE_BATCH] = { NULL };
    size_t place[CORE_BATCH];
    struct batch b = { .core = c, .events = order, .replies = replies, .place = place, .count = n };

    uint64_t ids[CORE_BATCH] = { 0 };
    size_t in_hand = 0;

    arrange(events, n, order, place);
    if (n > 1 && any_suspect(c, events, n))
        return run_each(c, events, order, n);
    for (size_t i = 0; i < n; i++)
        if (poison_id(&events[i]))
            ids[in_hand++] = poison_id(&events[i]);
    poison_mark(c->m.poison, ids, in_hand);
    enum store_fault fault = batch_run(&b);
    poison_clear(c->m.poison, ids, in_hand);
    if (c->m.crash && fault == STORE_FINE)
        return died(c);
    if (fault == STORE_FAILED && n > 1) /* one of them is to blame */
        return run_each(c, events, order, n);
    if (fault == STORE_FAILED)
        fault = fail_event(c, events);
    if (fault == STORE_ENVIRONMENT)
        return -1;
    core_finish(c, events, replies, n);
    return 0;
}

struct late {
    struct core *core;
    int64_t due;
};

/* Among the events that failed it is counted, too. */
static void put_off_body(void *arg)
{
    const struct late *l = arg;
    struct machine *m = &l->core->m;
    const char *thing = arena_printf(m->batch, "%" PRId64, l->due);

    store_begin(m->store);
    note_failure(m, "due", thing);
    if (!store_change(m->store,
                      "UPDATE due SET at = ?2 WHERE id = ?1 AND (SELECT tries FROM inbox WHERE platform = 'due' AND "
                      "thing = ?3) < ?4",
                      VALUES(I(l->due), I(m->now_ms / 1000 + DAY), T(thing), I(DUE_TRIES))))
        store_change(m->store, "DELETE FROM due WHERE id = ?1", VALUES(I(l->due)));
    store_commit(m->store);
}

/* Somebody may mend what is wrong: it is tried again a day later. */
static enum store_fault put_off(struct core *c, int64_t due)
{
    struct late l = { c, due };

    log_error("due-failed", "row=%" PRId64 " reason=%s", due, store_error(c->m.store));
    return run_beside(c, put_off_body, &l);
}

static int run_due_singly(struct core *c)
{
    for (int i = 0; i < DUE_MAX; i++) {
        char error[256];
        const char *id =
            store_value(c->m.store, c->m.batch,
                        arena_printf(c->m.batch, "SELECT id FROM due WHERE at <= %" PRId64 " ORDER BY at, id LIMIT 1",
                                     c->m.now_ms / 1000),
                        error, sizeof error);
        if (!id)
            return -1;
        if (!*id)
            return 0;
        struct batch b = { .core = c, .due = true, .one_due = strtoll(id, NULL, 10) };
        int64_t row = b.one_due;
        enum store_fault fault = batch_run(&b);
        if (fault == STORE_ENVIRONMENT || (fault == STORE_FAILED && put_off(c, row) != STORE_FINE))
            return -1;
        core_finish(c, NULL, NULL, 0);
    }
    return 0;
}

static int run_tick(struct core *c)
{
    struct batch b = { .core = c, .due = true };
    enum store_fault fault = batch_run(&b);

    if (c->m.crash && fault == STORE_FINE)
        return died(c);
    if (fault == STORE_ENVIRONMENT)
        return -1;
    core_finish(c, NULL, NULL, 0);
    return fault == STORE_FAILED || b.suspect ? run_due_singly(c) : 0;
}

int core_run(struct core *c, const struct event *events, size_t n, int64_t now_ms)
{
    int result = 0;

    if (now_ms > c->m.now_ms)
        c->m.now_ms = now_ms;
    for (size_t at = 0; at < n && result == 0; at += CORE_BATCH)
        result = run_chunk(c, events + at, n - at < CORE_BATCH ? n - at : CORE_BATCH);
    if (result == 0 && core_next_ms(c) <= c->m.now_ms)
        result = run_tick(c);
    if (result == -1)
        log_error("environment", "reason=%s", store_error(c->m.store));
    return result;
}

struct next {
    struct core *core;
    int64_t ms;
};

static void next_body(void *arg)
{
    struct next *n = arg;

    n->ms = machine_next_ms(&n->core->m);
}

int64_t core_next_ms(struct core *c)
{
    struct next n = { c, INT64_MAX };

    if (!c->due_known) {
        c->due_known = store_protect(c->m.store, next_body, &n) == STORE_FINE;
        c->due_ms = n.ms;
    }
    return c->due_ms;
}

void core_crash_next(struct core *c, bool before_commit)
{
    c->m.crash = before_commit ? 1 : 2;
}
