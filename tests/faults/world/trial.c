/* Trials: the faults of failing.c, put into the core's runs one after the other. */
#include "trial.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

static const int codes[] = { SQLITE_FULL, SQLITE_IOERR, SQLITE_NOMEM, SQLITE_BUSY };
enum { CODES = sizeof codes / sizeof *codes, RESTART_EVERY = 31 };

/* ---- Watching ---------------------------------------------------------------------------------------------------- */

static int64_t look(struct trial *t, const char *sql, const char *thing)
{
    sqlite3 *db = t->watch;
    sqlite3_stmt *q = NULL;
    int64_t value = -1;

    if (!db && sqlite3_open_v2(t->w->database, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        exit(2);
    t->watch = db;
    if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK)
        exit(2);
    if (thing)
        sqlite3_bind_text(q, 1, thing, -1, SQLITE_STATIC);
    if (sqlite3_step(q) == SQLITE_ROW)
        value = sqlite3_column_int64(q, 0);
    sqlite3_finalize(q);
    return value;
}

/* Changes with every commit of the core. */
static int64_t version_of(struct trial *t)
{
    return look(t, "PRAGMA data_version", NULL);
}

static bool event_failed(struct trial *t, const struct event *e)
{
    return look(t, "SELECT count(*) FROM inbox WHERE state = 'failed' AND thing = ?1", e->thing) > 0;
}

static void stop_watching(struct trial *t)
{
    sqlite3_close(t->watch);
    t->watch = NULL;
}

/* ---- The environment fails --------------------------------------------------------------------------------------- */

/* Events were committed and acknowledged, and what was due failed after them: the rest is given again. */
static bool only_the_tick_failed(const struct event *events, size_t n)
{
    bool any = false;

    for (size_t i = 0; i < n; i++) {
        const struct pending *p = events[i].context;
        any |= p != NULL;
        if (p && !p->acknowledged)
            return false;
    }
    return any;
}

struct before {
    int64_t version, acknowledged, handed_over;
};

/* Ticks and answers of platforms are transactions of their own: one may be committed before the next fails. */
static bool of_people(const struct event *events, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (events[i].context)
            return true;
    return false;
}

static void check_nothing_happened(struct trial *t, const struct before *b, const struct event *events, size_t n)
{
    struct world *w = t->w;

    if (w->acknowledged != b->acknowledged)
        world_complain(w, "operation %ld failed, and events were acknowledged", t->nth);
    else if (!of_people(events, n) || version_of(t) == b->version)
        return;
    else if (w->handed_over == b->handed_over && (t->kind == FAILING_CALLS || t->kind == FAILING_SPACE))
        world_complain(w, "operation %ld failed, and something was committed", t->nth);
}

/* What was acknowledged is in the database. */
static void check_kept(struct trial *t, const struct event *events, size_t n)
{
    for (size_t i = 0; i < n && !t->w->wrong; i++)
        if (events[i].context &&
            look(t, "SELECT count(*) FROM inbox WHERE state = 'done' AND thing = ?1", events[i].thing) != 1)
            world_complain(t->w, "operation %ld failed, and %s was acknowledged without being done", t->nth,
                           events[i].thing);
}

static int run_environment(struct world *w, const struct event *events, size_t n)
{
    struct trial *t = w->context;

    for (;; t->nth += t->stride) {
        struct before before = { version_of(t), w->acknowledged, w->handed_over };
        int code = codes[t->turn++ % CODES];
        bool hit;
        failing_arm(t->kind, t->nth, 1, code, code != SQLITE_BUSY && t->turn / CODES % 2);
        int result = core_run(w->core, events, n, w->now_ms);
        failing_disarm(&hit);
        t->failed += hit;
        if (result == -1 && !hit)
            world_complain(w, "it failed for no reason");
        if (result == 0 || only_the_tick_failed(events, n))
            check_kept(t, events, n);
        if (result == 0 || w->wrong || only_the_tick_failed(events, n))
            break;
        check_nothing_happened(t, &before, events, n);
        if (++t->tried % RESTART_EVERY == 0 && !t->one_process) {
            t->restarts++;
            stop_watching(t);
            world_restart(w);
            t->nth += t->stride;
            return -1;
        }
    }
    t->most = t->nth > t->most ? t->nth : t->most;
    t->nth = t->first + t->turn % t->stride;
    return 0;
}

static int run_behind(struct world *w, const struct event *events, size_t n)
{
    struct trial *t = w->context;
    bool hit;

    failing_arm_after_commit(t->kind, t->first, codes[t->turn++ % CODES]);
    int result = core_run(w->core, events, n, w->now_ms);
    failing_disarm(&hit);
    t->failed += hit;
    return result == -1 && hit ? core_run(w->core, events, n, w->now_ms) : result;
}

/* ---- A statement fails ------------------------------------------------------------------------------------------- */

static bool of_a_person(const struct event *events, size_t n)
{
    return n == 1 && events->kind != EVENT_RESULT && events->thing;
}

/* What was said about it is sent; then the person says it again. */
static void say_again(struct trial *t, struct event *e)
{
    struct world *w = t->w;
    const char *thing = arena_printf(w->arena, "%.*s~%ld", (int)strcspn(e->thing, "~"), e->thing, t->nth);
    int (*run)(struct world *, const struct event *, size_t) = w->run;
    struct pending *again = arena_new(w->arena, struct pending);

    w->run = NULL;
    world_forget_done(w);
    world_settle(w);
    w->run = run;
    again->event = *e;
    again->event.thing = thing;
    again->event.context = again;
    *e = again->event;
}

/* What edits or takes back something that was said again means the last time it was said. */
static const char *last_name(const struct trial *t, const char *thing)
{
    for (int i = 0; thing && i < t->renamed_count; i++)
        if (strncmp(t->renamed[i], thing, strlen(thing)) == 0 && t->renamed[i][strlen(thing)] == '~')
            return t->renamed[i];
    return thing;
}

static int run_statement(struct world *w, const struct event *events, size_t n)
{
    struct trial *t = w->context;

    if (!of_a_person(events, n))
        return core_run(w->core, events, n, w->now_ms);
    struct event e = *events;
    e.target = last_name(t, e.target);
    for (long nth = 1;; nth += t->stride) {
        bool hit;
        t->nth = nth;
        failing_arm(FAILING_CALLS, nth, 1, SQLITE_CONSTRAINT, false);
        int result = core_run(w->core, &e, 1, w->now_ms);
        failing_disarm(&hit);
        t->failed += hit;
        if (result != 0)
            world_complain(w, "call %ld: a constraint was taken for the environment", nth);
        else if (!((struct pending *)e.context)->acknowledged)
            world_complain(w, "call %ld: the event that failed was not acknowledged", nth);
        else if (!hit && event_failed(t, &e))
            world_complain(w, "call %ld: it fails by itself", nth);
        if (w->wrong || !event_failed(t, &e)) {
            t->renamed[t->renamed_count++] = e.thing;
            return 0;
        }
        say_again(t, &e);
    }
}

static int run_others(struct world *w, const struct event *events, size_t n)
{
    struct trial *t = w->context;
    bool hit;

    for (size_t i = 0; i < n; i++)
        if (events[i].kind != EVENT_RESULT)
            return core_run(w->core, events, n, w->now_ms);
    failing_arm(FAILING_CALLS, t->first, 1, SQLITE_CONSTRAINT, false);
    int result = core_run(w->core, events, n, w->now_ms);
    failing_disarm(&hit);
    t->failed += hit;
    return result;
}

/* ---- A whole conversation ---------------------------------------------------------------------------------------- */

static int (*const runs[])(struct world *, const struct event *, size_t) = { NULL, run_environment, run_behind,
                                                                             run_statement, run_others };

/* Nothing failed from here on: what waits comes to its end. */
static void come_to_rest(struct trial *t)
{
    t->w->run = NULL;
    world_pass(t->w, t->w->now_ms + 3600000);
    t->wrong = arena_copy(t->arena, t->w->wrong);
    if (!t->wrong && look(t, "SELECT count(*) FROM outbox WHERE final = 0", NULL) > 0)
        t->wrong = "rows of the outbox never came to an end";
}

void trial_run(struct trial *t, const struct org *org, const struct talk *talk)
{
    struct world *w = t->w = world_open(org, "trial", talk_begins_ms());

    t->nth = t->first;
    t->one_process = talk->ephemeral;
    w->context = t;
    if (world_start(w)) {
        world_settle(w);
        if (t->greeted)
            talk_greet(w, talk);
        w->run = runs[t->how];
        talk_play(w, talk, NULL);
        come_to_rest(t);
    }
    if (t->how == TRIAL_STATEMENT && !t->wrong && !world_apologies(w))
        t->wrong = "nothing was apologised for";
    stop_watching(t);
    world_die(w);
    t->wrong = t->wrong ? t->wrong : arena_copy(t->arena, w->wrong);
    t->dump = world_dump(w, t->arena, t->greeted ? DUMP_WITHOUT_FAILED : DUMP_ALL);
    t->visible = world_visible(w, t->arena);
    world_close(w);
}

bool trial_holds(struct trial *t, const struct org *org, const struct talk *talk, const struct trial *undisturbed,
                 const char *name)
{
    trial_run(t, org, talk);
    if (!t->wrong && strcmp(t->visible, undisturbed->visible) != 0)
        t->wrong = "people saw something else";
    if (!t->wrong && strcmp(t->dump, undisturbed->dump) != 0)
        t->wrong = "the database says something else";
    if (!t->wrong)
        return true;
    printf("FAILED %s, %s, %ld: %s\n", talk->name, name, t->first, t->wrong);
    world_print_difference(undisturbed->visible, t->visible);
    world_print_difference(undisturbed->dump, t->dump);
    return false;
}

static bool start(struct trial *t, const struct org *org)
{
    struct world *w = world_open(org, "start", talk_begins_ms());
    bool hit = true;

    for (long nth = 1; hit && !t->wrong; nth += t->stride) {
        failing_arm(t->kind, nth, 1, codes[t->turn++ % CODES], false);
        bool started = world_start(w);
        failing_disarm(&hit);
        t->failed += hit;
        if (!started && !hit)
            t->wrong = arena_copy(t->arena, w->wrong);
        else if (!started && strlen(w->wrong) < sizeof "it does not start: x")
            t->wrong = "it did not start and did not say why";
        w->wrong = NULL;
        world_die(w);
    }
    if (!t->wrong && !world_start(w))
        t->wrong = arena_copy(t->arena, w->wrong);
    world_die(w);
    t->dump = world_dump(w, t->arena, DUMP_ALL);
    world_close(w);
    return !t->wrong;
}

bool trial_start_holds(struct trial *t, const struct org *org)
{
    struct trial plain = { .arena = t->arena, .stride = 100000000 };

    start(&plain, org);
    if (!plain.wrong && start(t, org) && strcmp(plain.dump, t->dump) != 0) {
        t->wrong = "the database says something else";
        world_print_difference(plain.dump, t->dump);
    }
    if (plain.wrong || t->wrong)
        printf("FAILED start: %s\n", t->wrong ? t->wrong : plain.wrong);
    return !plain.wrong && !t->wrong;
}
