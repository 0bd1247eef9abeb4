/* The core as programs hold it: opened, loaded, asked. */
#include "core_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "learnd/poison.h"
#include "sensitive.h"

/* ---- Open, load, operate ----------------------------------------------------------------------------------------- */

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
    m->next_message = 1 + store_sequence(m->store, "message");
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
    c->m.poison = c->m.store ? poison_open(options->poison, error, size) : NULL;
    if (!c->m.poison) {
        store_close(c->m.store);
        free(c);
        return NULL;
    }
    c->m.org = org;
    c->m.batch = arena_open();
    c->m.turn_arena = arena_open();
    c->m.outbox = outbox_open(c->m.store);
    outbox_ask_hours(c->m.outbox, gate_opens, &c->m);
    commands_compile(&c->m);
    if (store_protect(c->m.store, start_body, &c->m) != STORE_FINE) {
        snprintf(error, size, "%s: %s", options->database, store_error(c->m.store));
        core_close(c);
        return NULL;
    }
    return c;
}

void core_close(struct core *c)
{
    if (!c)
        return;
    commands_free(&c->m);
    card_index_forget(&c->m);
    sensitive_close(c->m.sensitive);
    outbox_close(c->m.outbox);
    poison_close(c->m.poison);
    org_close(c->m.sent);
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
    size_t n = c->m.transport_count++;
    if (n && c->m.transports[n - 1].last_resort) { /* it stays last */
        c->m.transports[n] = c->m.transports[n - 1];
        n--;
    }
    c->m.transports[n] = *t;
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

    if (now_ms > c->m.now_ms)
        c->m.now_ms = now_ms;
    c->m.given = org;
    enum store_fault fault = batch_run(&b);
    c->m.given = NULL;
    if (fault != STORE_FINE) {
        snprintf(error, size, "%s", store_error(c->m.store));
        arena_reset(c->m.batch);
        return NULL;
    }
    reply = arena_copy(a, reply ? reply : "");
    core_finish(c, NULL, NULL, 0);
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
    sensitive_close(c->m.sensitive); /* the next folder may stand where this one stood */
    c->m.sensitive = NULL;
    arena_close(a);
    return result;
}

/* ---- Looking ----------------------------------------------------------------------------------------------------- */

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
    g->f.failed = store_int(s, "SELECT count(*) FROM inbox WHERE state <> 'done' AND state = 'failed'", NULL, 0);
    g->f.parked = store_int(s, "SELECT count(*) FROM inbox WHERE state <> 'done' AND state = 'parked'", NULL, 0);
    g->f.outbox_waiting = store_int(s, "SELECT count(*) FROM outbox WHERE final = 0", NULL, 0);
    g->f.outbox_doubt = store_int(s, "SELECT count(*) FROM outbox WHERE final = 0 AND state = 'doubt'", NULL, 0);
    g->f.outbox_oldest_ms =
        store_int(s,
                  "SELECT min(coalesce(o.first_ms, m.created_ms)) FROM outbox o LEFT JOIN message m "
                  "ON m.id = o.message WHERE o.final = 0",
                  NULL, 0);
    g->f.due_waiting = store_int(s, "SELECT count(*) FROM due", NULL, 0);
    struct event none = { .kind = EVENT_OPERATE };
    struct turn t = turn_begin(&g->core->m, &none);
    g->f.index_cards = (int64_t)card_index_count(&t);
}

struct core_figures core_figures(struct core *c, int64_t now_ms)
{
    struct figures g = { .core = c };

    store_protect(c->m.store, figures_body, &g);
    if (g.f.outbox_oldest_ms)
        g.f.outbox_oldest_ms = now_ms - g.f.outbox_oldest_ms;
    g.f.turns = c->m.turns;
    g.f.messages = c->m.messages;
    store_close_rows(c->m.store);
    arena_reset(c->m.turn_arena);
    return g.f;
}
