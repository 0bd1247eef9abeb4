/* The core's thread: takes what is waiting, runs it in batches, gives back what came of it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "learnd/log.h"
#include "run_private.h"

enum {
    RETRY_MS = 1000, /* after the disk was full */
    TICK_MS = 5      /* between two batches of due rows, so that a clock that stands still costs no whole processor */
};

/* ---- Bundles ---- */

struct bundle *run_bundle_open(void)
{
    struct arena *a = arena_open();
    struct bundle *b = arena_new(a, struct bundle);
    b->arena = a;
    b->deliveries_end = &b->deliveries;
    b->jobs_end = &b->jobs;
    return b;
}

static void give_job(struct run *r, struct job *j)
{
    j->next = NULL;
    *r->bundle->jobs_end = j;
    r->bundle->jobs_end = &j->next;
}

static void give_bundle(struct run *r)
{
    if (r->bundle->deliveries || r->bundle->jobs) {
        queue_push(r->out, r->bundle);
        r->bundle = run_bundle_open();
    }
}

/* The core delivers after its commit; what it says dies with its batch, so it is copied. */
static void deliver(void *self, const struct delivery *d)
{
    struct run_proxy *p = self;
    struct bundle *b = p->run->bundle;
    struct given *g = arena_new(b->arena, struct given);
    g->to = &p->real;
    g->delivery = *d;
    const char **texts[] = { &g->delivery.platform, &g->delivery.conversation, &g->delivery.thread,
                             &g->delivery.user,     &g->delivery.send_key,     &g->delivery.target,
                             &g->delivery.reply_to, &g->delivery.body,         &g->delivery.name };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        *texts[i] = arena_copy(b->arena, *texts[i]);
    }
    *b->deliveries_end = g;
    b->deliveries_end = &g->next;
}

void run_core_add_transport(struct run *r, struct run_proxy *p)
{
    struct transport seen = p->real;
    if (p->added) {
        return;
    }
    p->added = true;
    seen.self = p;
    seen.deliver = deliver;
    seen.acknowledge = NULL; /* a parcel that is done says the same */
    core_add_transport(r->core, &seen);
}

/* ---- Jobs that are no events ---- */

static const char *faults_of(struct arena *a, const struct org *org)
{
    struct buf text = { .arena = a };
    for (size_t i = 0; i < org->fault_count; i++) {
        buf_printf(&text, "%s%s", i ? "\n" : "", org_fault_text(a, &org->faults[i]));
    }
    return buf_text(&text);
}

static void load(struct run *r, struct job *j)
{
    struct org *org = j->org;
    char error[512] = "";
    j->status = 1;
    if (org->fault_count) {
        j->reply = faults_of(j->arena, org);
        org_close(org);
    } else if (core_load(r->core, org, clock_ms(), error, sizeof error) < 0) {
        j->status = 2;
        j->reply = arena_copy(j->arena, error);
        org_close(org);
    } else {
        org_close(r->org);
        r->org = org;
        j->status = 0;
    }
}

static void operate(struct run *r, struct job *j)
{
    struct org *org = j->org;
    char error[512] = "";
    j->status = 1;
    if (org->fault_count) {
        j->reply = faults_of(j->arena, org);
    } else {
        j->reply = core_operate(r->core, j->arena, j->name, j->argument, org, clock_ms(), error, sizeof error);
        j->status = !j->reply ? 2 : strstr(j->reply, "added ") ? 0 : 1; /* an import that was done ends in its sums */
        j->reply = j->reply ? j->reply : arena_copy(j->arena, error);
    }
    org_close(org);
}

static void retry(struct run *r, struct job *j)
{
    char error[512] = "";
    j->reply = core_operate(r->core, j->arena, "retry", "", NULL, clock_ms(), error, sizeof error);
    j->status = j->reply ? 0 : 2;
    j->reply = j->reply ? j->reply : arena_copy(j->arena, error);
}

static void backup(struct run *r, struct job *j)
{
    char error[512] = "";
    j->status = core_backup(r->core, j->path, error, sizeof error) < 0 ? 2 : 0;
    j->reply = j->status ? arena_copy(j->arena, error) : NULL;
}

static void accept_job(struct run *r, struct job *j)
{
    switch (j->kind) {
    case JOB_EVENTS:
        *r->pending_end = j;
        r->pending_end = &j->next;
        return;
    case JOB_OPERATE:
        operate(r, j);
        queue_push(r->applied, j);
        break;
    case JOB_RETRY:
        retry(r, j);
        break;
    case JOB_BACKUP:
        backup(r, j);
        break;
    case JOB_LOAD:
        load(r, j);
        queue_push(r->applied, j);
        break;
    case JOB_FIGURES:
        j->figures = core_figures(r->core, clock_ms());
        break;
    case JOB_TRANSPORT:
        run_core_add_transport(r, j->proxy);
        break;
    }
    give_job(r, j);
}

/* ---- Events ---- */

static size_t gather(struct run *r, struct event *events)
{
    size_t n = 0;
    for (struct job *j = r->pending; j && n < CORE_BATCH; j = j->next) {
        for (size_t i = j->parcel->taken; i < j->parcel->count && n < CORE_BATCH; i++) {
            events[n++] = j->parcel->events[i];
        }
    }
    return n;
}

static void advance(struct run *r, size_t n)
{
    while (r->pending) {
        struct job *j = r->pending;
        size_t left = j->parcel->count - j->parcel->taken, taken = left < n ? left : n;
        j->parcel->taken += taken;
        n -= taken;
        if (j->parcel->taken < j->parcel->count) {
            return;
        }
        r->pending = j->next;
        if (!r->pending) {
            r->pending_end = &r->pending;
        }
        give_job(r, j);
    }
}

/* One transaction; false: the environment failed, all stays as it was. */
static bool run_batch(struct run *r)
{
    struct event events[CORE_BATCH];
    size_t n = gather(r, events);
    if (core_run(r->core, events, n, clock_ms()) < 0) {
        r->retry_ms = clock_ms() + RETRY_MS;
        log_error("core-waits", "events=%zu again_ms=%d", n, RETRY_MS);
        return false;
    }
    r->retry_ms = 0;
    advance(r, n);
    return true;
}

/* How long there is nothing to do but to wait for jobs. */
static int64_t idle_ms(struct run *r)
{
    int64_t now = clock_ms();
    if (r->retry_ms) {
        return r->retry_ms > now ? r->retry_ms - now : 0;
    }
    int64_t next = core_next_ms(r->core);
    return next == INT64_MAX ? INT64_MAX : next > now ? next - now : TICK_MS;
}

static void run_what_waits(struct run *r)
{
    bool fine = !r->retry_ms || clock_ms() >= r->retry_ms;
    while (fine && r->pending) {
        fine = run_batch(r);
        give_bundle(r);
    }
    if (fine && (r->retry_ms || core_next_ms(r->core) <= clock_ms())) {
        run_batch(r);
    }
    give_bundle(r);
}

void *run_core(void *context)
{
    struct run *r = context;
    bool open = true;
    give_bundle(r); /* what loading the folder brought */
    while (open) {
        open = !queue_is_shut(r->in); /* asked first: what came before is still taken */
        for (struct job *j = queue_wait(r->in, idle_ms(r)); j; j = queue_wait(r->in, 0)) {
            accept_job(r, j);
        }
        run_what_waits(r);
    }
    queue_shut(r->applied);
    r->bundle->last = true;
    while (r->pending) { /* not run: it will come again */
        struct job *j = r->pending;
        r->pending = j->next;
        arena_close(j->parcel->arena);
    }
    queue_push(r->out, r->bundle);
    return NULL;
}
