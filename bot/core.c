/* The core: a batch of events in one transaction, then acknowledgements and deliveries. The turn contract's rules 1, 2,
 * 3, 5. */
#include "machine.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "learnd/log.h"

#define DUE_MAX 200        /* due rows a tick takes; it then comes back at once */
#define DELIVERIES_MAX 256 /* heads of lanes a transaction takes */

struct core {
    struct machine m;
    int64_t due_ms; /* when the next due row or outbox timer is; INT64_MAX: none */
    bool due_known;
    struct delivery *deliveries; /* taken in this transaction, handed over after its commit */
    size_t delivery_count;
};

/* ---- A turn
 * ------------------------------------------------------------------------------------------------------------- */

static struct turn turn_begin(struct machine *m, const struct event *e)
{
    m->spoken = NULL;
    m->match = NULL;
    m->people = NULL;
    m->answers_message = 0;
    m->reported = (struct buf){ .arena = m->turn_arena };
    return (struct turn){ .now = m->now_ms / 1000,
                          .event = e,
                          .text = "",
                          .words = "",
                          .argument = "",
                          .settings = &m->org->settings,
                          .org = m->org,
                          .arena = m->turn_arena,
                          .machine = m };
}

static void turn_end(struct turn *t)
{
    struct machine *m = t->machine;

    speech_flush(t);
    speech_forget(m);
    store_close_rows(m->store);
    m->people = NULL;
    m->match = NULL;
    m->turns++;
}

/* ---- A batch
 * ---------------------------------------------------------------------------------------------------------------- */

struct batch {
    struct core *core;
    const struct event **events; /* in the order they are run */
    const char **replies;        /* by the order they were received */
    const size_t *place;         /* of events[i] in the order of receipt */
    size_t count;
    bool due;        /* due rows too */
    int64_t one_due; /* > 0: this due row alone */
};

static bool inbox_enter(struct machine *m, const struct event *e)
{
    return store_change(
               m->store,
               "INSERT INTO inbox(platform, thing, received_ms, sent_ms, state) VALUES(?1, ?2, ?3, ?4, 'done') "
               "ON CONFLICT(platform, thing) DO NOTHING",
               VALUES(T(e->platform), T(e->thing), I(m->now_ms), I(e->sent_ms))) > 0;
}

static const char *inbox_reply(struct machine *m, const struct event *e)
{
    return store_text(m->store, m->batch, "SELECT reply FROM inbox WHERE platform = ?1 AND thing = ?2",
                      VALUES(T(e->platform), T(e->thing)));
}

static void run_turn(struct machine *m, const struct event *e)
{
    struct turn t = turn_begin(m, e);

    route_event(&t);
    turn_end(&t);
}

/* What waited for the outcome of a message of ours runs now. */
static void run_held(struct machine *m, const char *platform, const char *platform_id)
{
    size_t count = 0;
    struct event *held = platform_id ? held_take(m, m->batch, platform, platform_id, &count) : NULL;

    for (size_t i = 0; i < count; i++)
        run_turn(m, &held[i]);
}

/* The outbox writes messages of its own: what would be lost is said elsewhere. */
static void count_messages(struct machine *m)
{
    int64_t last = outbox_last_message(m->outbox);

    if (last >= m->next_message)
        m->next_message = last + 1;
}

static void run_result(struct machine *m, const struct event *e)
{
    int64_t message = 0;
    bool taken = outbox_result(m->outbox, e, m->now_ms, &message);

    count_messages(m);
    if (taken && e->outcome == OUTCOME_SENT)
        run_held(m, e->platform, e->platform_id);
}

static const char *run_event(struct machine *m, const struct event *e)
{
    if (e->kind == EVENT_RESULT) {
        run_result(m, e);
        return NULL;
    }
    if (e->thing && !inbox_enter(m, e))
        return inbox_reply(m, e);
    run_turn(m, e);
    if (!m->reported.len)
        return NULL;
    if (e->thing)
        store_change(m->store, "UPDATE inbox SET reply = ?3 WHERE platform = ?1 AND thing = ?2",
                     VALUES(T(e->platform), T(e->thing), T(m->reported.data)));
    return arena_copy(m->batch, m->reported.data);
}

static void keep_token(struct machine *m, const struct event *e)
{
    if (e->token)
        store_change(m->store,
                     "INSERT INTO fact(name, value) VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET value = ?2",
                     VALUES(T(arena_printf(m->batch, "token.%s", e->platform)), T(e->token)));
}

static void run_due(struct machine *m, int64_t one)
{
    struct {
        int64_t id, ref;
        const char *kind;
    } rows[DUE_MAX];
    size_t n = 0;
    struct rows *r =
        store_query(m->store, m->batch,
                    "SELECT id, kind, ref FROM due WHERE at <= ?1 AND (?2 = 0 OR id = ?2) ORDER BY at, id LIMIT ?3",
                    VALUES(I(m->now_ms / 1000), I(one), I(DUE_MAX)));

    while (row_next(r)) {
        rows[n].id = row_int(r, 0);
        rows[n].kind = row_text(r, 1);
        rows[n++].ref = row_int(r, 2);
    }
    for (size_t i = 0; i < n; i++) {
        struct event e = { .kind = EVENT_DUE, .received_ms = m->now_ms };
        if (store_change(m->store, "DELETE FROM due WHERE id = ?1", VALUES(I(rows[i].id))) == 0)
            continue; /* an earlier one called it off */
        struct turn t = turn_begin(m, &e);
        t.object = rows[i].ref;
        route_due(&t, rows[i].kind);
        turn_end(&t);
        arena_reset(m->turn_arena);
    }
}

static void take_delivery(void *context, const struct delivery *d)
{
    struct core *c = context;

    c->deliveries[c->delivery_count++] = *d;
}

static void batch_body(void *arg)
{
    struct batch *b = arg;
    struct machine *m = &b->core->m;

    store_begin(m->store);
    for (size_t i = 0; i < b->count; i++) {
        const char *reply = run_event(m, b->events[i]);
        if (b->replies)
            b->replies[b->place[i]] = reply;
        keep_token(m, b->events[i]);
        arena_reset(m->turn_arena);
    }
    if (b->due)
        run_due(m, b->one_due);
    b->core->deliveries = arena_array(m->batch, struct delivery, DELIVERIES_MAX);
    outbox_take(m->outbox, m->batch, m->now_ms, DELIVERIES_MAX, take_delivery, b->core);
    count_messages(m);
    if (m->crash != 1)
        store_commit(m->store);
}

static enum store_fault batch_run(struct batch *b)
{
    struct machine *m = &b->core->m;
    int64_t next_message = m->next_message, next_button = m->next_button;

    b->core->delivery_count = 0;
    enum store_fault fault = store_protect(m->store, batch_body, b);
    b->core->due_known = false;
    if (fault != STORE_FINE) {
        store_rollback(m->store);
        b->core->delivery_count = 0;
        m->next_message = next_message;
        m->next_button = next_button;
        m->spoken = NULL;
        m->reindex = false;
        m->purge = false;
    }
    arena_reset(m->turn_arena);
    return fault;
}

/* ---- After the commit
 * -------------------------------------------------------------------------------------------------------- */

static void index_body(void *arg)
{
    struct machine *m = arg;
    struct event e = { .kind = EVENT_LOAD };
    struct turn t = turn_begin(m, &e);
    struct card_index *index = card_index_build(&t);

    card_index_close(m->cards);
    m->cards = index;
}

/* What was deleted for good must not stand in the write-ahead log. */
static void purge(struct machine *m)
{
    char error[128];

    if (m->purge)
        store_value(m->store, m->batch, "PRAGMA wal_checkpoint(TRUNCATE)", error, sizeof error);
    m->purge = false;
}

static void reindex(struct machine *m)
{
    if (!m->reindex)
        return;
    m->reindex = false;
    if (store_protect(m->store, index_body, m) != STORE_FINE)
        log_error("index-failed", "reason=%s", store_error(m->store));
    store_close_rows(m->store);
    arena_reset(m->turn_arena);
}

static void hand_over(struct core *c)
{
    for (size_t i = 0; i < c->delivery_count; i++) {
        const struct transport *p = machine_transport(&c->m, c->deliveries[i].platform);
        if (p)
            p->deliver(p->self, &c->deliveries[i]);
    }
    c->delivery_count = 0;
}

static void acknowledge(struct core *c, const struct event *e, const char *reply)
{
    const struct transport *p = e->kind == EVENT_RESULT ? NULL : machine_transport(&c->m, e->platform);

    if (p && p->acknowledge)
        p->acknowledge(p->self, e, reply);
}

static void finish(struct core *c, const struct event *events, const char **replies, size_t n)
{
    reindex(&c->m);
    purge(&c->m);
    for (size_t i = 0; i < n; i++)
        acknowledge(c, &events[i], replies[i]);
    hand_over(c);
    arena_reset(c->m.batch);
}

/* ---- When an event fails by itself
 * ---------------------------------------------------------------------------------------------- */

struct failure {
    struct core *core;
    const struct event *event;
    const char *reference;
};

static void failure_body(void *arg)
{
    struct failure *f = arg;
    struct machine *m = &f->core->m;
    const struct event *e = f->event;

    store_begin(m->store);
    store_change(m->store,
                 "INSERT INTO inbox(platform, thing, received_ms, state) VALUES(?1, ?2, ?3, 'failed') ON "
                 "CONFLICT(platform, thing) "
                 "DO UPDATE SET state = 'failed', tries = tries + 1",
                 VALUES(T(e->platform), T(e->thing), I(m->now_ms)));
    keep_token(m, e);
    if (e->user && e->conversation) {
        struct turn t = turn_begin(m, e);
        t.in_room = e->room;
        identity_find(&t);
        reply(&t, "I'm sorry, that went wrong on my side, and nothing of it was done. The log knows it as %s.",
              f->reference);
        turn_end(&t);
    }
    f->core->deliveries = arena_array(m->batch, struct delivery, DELIVERIES_MAX);
    outbox_take(m->outbox, m->batch, m->now_ms, DELIVERIES_MAX, take_delivery, f->core);
    count_messages(m);
    store_commit(m->store);
}

static enum store_fault fail_event(struct core *c, const struct event *e)
{
    struct machine *m = &c->m;

    if (e->kind == EVENT_RESULT) {
        /* The core applies a result's change even when the turns it sets free fail: run it without them. */
        log_error("result-failed", "row=%" PRId64 " reason=%s", e->row, store_error(m->store));
        return STORE_FINE;
    }
    const char *reference = arena_printf(
        m->batch, "%08llx", text_hash(e->thing ? e->thing : "", e->thing ? strlen(e->thing) : 0) & 0xffffffff);
    log_error("turn-failed", "reference=%s platform=%s reason=%s", reference, e->platform, store_error(m->store));
    if (!e->thing)
        return STORE_FINE;
    struct failure f = { c, e, reference };
    enum store_fault fault = store_protect(m->store, failure_body, &f);
    c->due_known = false;
    if (fault != STORE_FINE)
        store_rollback(m->store);
    m->spoken = NULL;
    arena_reset(m->turn_arena);
    return fault == STORE_ENVIRONMENT ? fault : STORE_FINE;
}

/* ---- Running
 * --------------------------------------------------------------------------------------------------------------------
 */

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

/* 0, -1: the environment failed, -2: told to die. */
static int run_chunk(struct core *c, const struct event *events, size_t n)
{
    const struct event *order[CORE_BATCH];
    const char *replies[CORE_BATCH] = { NULL };
    size_t place[CORE_BATCH];
    struct batch b = { .core = c, .events = order, .replies = replies, .place = place, .count = n };

    arrange(events, n, order, place);
    enum store_fault fault = batch_run(&b);
    if (c->m.crash && fault == STORE_FINE)
        return died(c);
    if (fault == STORE_FAILED && n > 1) {
        for (size_t i = 0; i < n; i++) { /* one of them is to blame: each by itself */
            int result = run_chunk(c, order[i], 1);
            if (result)
                return result;
        }
        return 0;
    }
    if (fault == STORE_FAILED)
        fault = fail_event(c, events);
    if (fault == STORE_ENVIRONMENT)
        return -1;
    finish(c, events, replies, n);
    return 0;
}

static int drop_due(struct core *c, int64_t id)
{
    log_error("due-failed", "row=%" PRId64 " reason=%s", id, store_error(c->m.store));
    char error[256];
    struct arena *a = c->m.batch;
    const char *sql = arena_printf(a, "DELETE FROM due WHERE id = %" PRId64, id);

    return store_value(c->m.store, a, sql, error, sizeof error) ? 0 : -1;
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
        if (fault == STORE_ENVIRONMENT || (fault == STORE_FAILED && drop_due(c, row) != 0))
            return -1;
        finish(c, NULL, NULL, 0);
    }
    return 0;
}

static int run_tick(struct core *c)
{
    struct batch b = { .core = c, .due = true };
    enum store_fault fault = batch_run(&b);

    if (c->m.crash && fault == STORE_FINE)
        return died(c);
    if (fault == STORE_FAILED)
        return run_due_singly(c);
    if (fault == STORE_ENVIRONMENT)
        return -1;
    finish(c, NULL, NULL, 0);
    return 0;
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
    struct machine *m = &n->core->m;
    int64_t due = store_int(m->store, "SELECT at FROM due ORDER BY at, id LIMIT 1", NULL, 0);

    n->ms = outbox_next_ms(m->outbox);
    if (due && due * 1000 < n->ms)
        n->ms = due * 1000;
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

/* ---- Open, load, operate
 * ----------------------------------------------------------------------------------------------------------- */

static void make_instance(struct machine *m)
{
    unsigned char bytes[8] = { 0 };
    struct buf text = { .arena = m->batch };

    if (store_text(m->store, m->batch, "SELECT value FROM fact WHERE name = 'instance'", NULL, 0))
        return;
    if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
        abort();
    for (size_t i = 0; i < sizeof bytes; i++)
        buf_printf(&text, "%02x", bytes[i]);
    store_insert(m->store, "INSERT INTO fact(name, value) VALUES('instance', ?1)", VALUES(T(text.data)));
}

static void start_body(void *arg)
{
    struct machine *m = arg;

    store_begin(m->store);
    m->now_ms = store_int(m->store, "SELECT max(received_ms) FROM inbox", NULL, 0);
    m->next_message = 1 + store_int(m->store, "SELECT seq FROM sqlite_sequence WHERE name = 'message'", NULL, 0);
    m->next_button = 1 + store_int(m->store, "SELECT seq FROM sqlite_sequence WHERE name = 'button'", NULL, 0);
    make_instance(m);
    outbox_start(m->outbox, m->now_ms);
    count_messages(m);
    held_purge(m);
    store_commit(m->store);
}

struct core *core_open(const struct core_options *options, const struct org *org, char *error, size_t size)
{
    struct core *c = calloc(1, sizeof *c);

    if (!c)
        abort();
    c->m.store = store_open(options->database, error, size);
    if (!c->m.store) {
        free(c);
        return NULL;
    }
    c->m.org = org;
    c->m.batch = arena_open();
    c->m.turn_arena = arena_open();
    c->m.outbox = outbox_open(c->m.store);
    commands_compile(&c->m);
    if (store_protect(c->m.store, start_body, &c->m) != STORE_FINE) {
        snprintf(error, size, "%s: %s", options->database, store_error(c->m.store));
        core_close(c);
        return NULL;
    }
    c->m.reindex = true;
    reindex(&c->m);
    return c;
}

void core_close(struct core *c)
{
    if (!c)
        return;
    commands_free(&c->m);
    card_index_close(c->m.cards);
    sensitive_close(c->m.sensitive);
    outbox_close(c->m.outbox);
    store_rollback(c->m.store);
    store_close(c->m.store);
    arena_close(c->m.batch);
    arena_close(c->m.turn_arena);
    free(c);
}

void core_add_transport(struct core *c, const struct transport *t)
{
    if (c->m.transport_count == TRANSPORTS_MAX)
        abort();
    c->m.transports[c->m.transport_count++] = *t;
    outbox_add_platform(c->m.outbox, t);
}

const char *core_operate(struct core *c, struct arena *a, const char *name, const char *argument, const struct org *org,
                         int64_t now_ms, char *error, size_t size)
{
    struct event e = {
        .kind = EVENT_OPERATE, .platform = "console", .name = name, .text = argument, .received_ms = now_ms
    };
    const struct event *events = &e;
    const char *reply = NULL;
    size_t place = 0;
    struct batch b = { .core = c, .events = &events, .replies = &reply, .place = &place, .count = 1 };
    const struct org *before = c->m.org;

    if (now_ms > c->m.now_ms)
        c->m.now_ms = now_ms;
    c->m.org = org ? org : before;
    enum store_fault fault = batch_run(&b);
    c->m.org = before;
    if (fault != STORE_FINE) {
        snprintf(error, size, "%s", store_error(c->m.store));
        arena_reset(c->m.batch);
        return NULL;
    }
    reply = arena_copy(a, reply ? reply : "");
    finish(c, NULL, NULL, 0);
    return reply;
}

int core_load(struct core *c, const struct org *org, int64_t now_ms, char *error, size_t size)
{
    struct arena *a = arena_open();
    const struct org *before = c->m.org;

    c->m.org = org;
    int result = core_operate(c, a, "load", "", org, now_ms, error, size) ? 0 : -1;
    if (result)
        c->m.org = before;
    arena_close(a);
    return result;
}

/* ---- Looking
 * -------------------------------------------------------------------------------------------------------------------------
 */

struct question {
    struct core *core;
    const struct event *event;
};

static void query_body(void *arg)
{
    struct question *q = arg;
    struct turn t = turn_begin(&q->core->m, q->event);

    route_event(&t);
}

const char *core_query(struct core *c, struct arena *a, const struct event *e, int64_t now_ms)
{
    struct question q = { c, e };
    struct machine *m = &c->m;

    if (now_ms > m->now_ms)
        m->now_ms = now_ms;
    store_read_only(m->store, true);
    enum store_fault fault = store_protect(m->store, query_body, &q);
    store_read_only(m->store, false);
    store_close_rows(m->store);
    const char *text = fault == STORE_FINE ? arena_copy(a, buf_text(&m->reported)) : NULL;
    speech_forget(m);
    arena_reset(m->turn_arena);
    return text;
}

const char *core_value(struct core *c, struct arena *a, const char *sql, char *error, size_t size)
{
    return store_value(c->m.store, a, sql, error, size);
}

int core_backup(struct core *c, const char *path, char *error, size_t size)
{
    return store_backup(c->m.store, path, error, size);
}

struct fact {
    struct core *core;
    struct arena *arena;
    const char *name, *value;
};

static void fact_body(void *arg)
{
    struct fact *f = arg;

    f->value = store_text(f->core->m.store, f->arena, "SELECT value FROM fact WHERE name = ?1", VALUES(T(f->name)));
}

const char *core_fact(struct core *c, struct arena *a, const char *name)
{
    struct fact f = { c, a, name, NULL };

    store_protect(c->m.store, fact_body, &f);
    return f.value;
}

static void fact_set_body(void *arg)
{
    struct fact *f = arg;

    store_begin(f->core->m.store);
    store_change(f->core->m.store,
                 "INSERT INTO fact(name, value) VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET value = ?2",
                 VALUES(T(f->name), T(f->value)));
    store_commit(f->core->m.store);
}

int core_fact_set(struct core *c, const char *name, const char *value)
{
    struct fact f = { c, NULL, name, value };

    if (store_protect(c->m.store, fact_set_body, &f) == STORE_FINE)
        return 0;
    store_rollback(c->m.store);
    return -1;
}

const char *core_token(struct core *c, struct arena *a, const char *platform)
{
    char name[64];

    snprintf(name, sizeof name, "token.%s", platform);
    return core_fact(c, a, name);
}

struct figures {
    struct core *core;
    struct core_figures f;
};

static void figures_body(void *arg)
{
    struct figures *g = arg;
    struct store *s = g->core->m.store;

    g->f.inbox = store_int(s, "SELECT count(*) FROM inbox", NULL, 0);
    g->f.failed = store_int(s, "SELECT count(*) FROM inbox WHERE state = 'failed'", NULL, 0);
    g->f.parked = store_int(s, "SELECT count(*) FROM inbox WHERE state = 'parked'", NULL, 0);
    g->f.outbox_waiting =
        store_int(s, "SELECT count(*) FROM outbox WHERE state IN ('ready', 'taken', 'doubt')", NULL, 0);
    g->f.outbox_doubt = store_int(s, "SELECT count(*) FROM outbox WHERE state = 'doubt'", NULL, 0);
    g->f.outbox_oldest_ms =
        store_int(s,
                  "SELECT min(coalesce(o.first_ms, m.created_ms)) FROM outbox o LEFT JOIN message m "
                  "ON m.id = o.message WHERE o.state IN ('ready', 'taken', 'doubt')",
                  NULL, 0);
    g->f.due_waiting = store_int(s, "SELECT count(*) FROM due", NULL, 0);
}

struct core_figures core_figures(struct core *c, int64_t now_ms)
{
    struct figures g = { .core = c };

    store_protect(c->m.store, figures_body, &g);
    if (g.f.outbox_oldest_ms)
        g.f.outbox_oldest_ms = now_ms - g.f.outbox_oldest_ms;
    g.f.turns = c->m.turns;
    g.f.messages = c->m.messages;
    g.f.index_cards = (int64_t)card_index_count(c->m.cards);
    return g.f;
}
