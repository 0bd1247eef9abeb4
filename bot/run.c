#include "learnd/run.h"

#include <signal.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "learnd/control.h"
#include "learnd/log.h"
#include "learnd/web.h"
#include "run_private.h"

enum { JOBS = 1024, BUNDLES = 64, UNREAD = 64 };

/* What the net thread has besides struct run. */
struct daemon {
    struct run run;
    struct arena *arena;
    int lock;
    struct console *console;
    struct http *http;
    struct matrix *matrix;
    struct run_proxy *matrix_proxy;
    struct web *web;
    char error[512];
};

/* ---- To the core thread ---- */

struct job *run_job(enum job_kind kind)
{
    struct arena *a = arena_open();
    struct job *j = arena_new(a, struct job);
    j->arena = a;
    j->kind = kind;
    return j;
}

static void submit_held(struct run *r)
{
    while (r->held) {
        struct job *first = r->held, *next = first->next;
        if (!queue_offer(r->in, first)) { /* from here on it is the other thread's */
            return;
        }
        r->held = next;
        if (!next) {
            r->held_end = &r->held;
        }
    }
}

static void submit_to_worker(struct run *r, struct job *j)
{
    if (!queue_offer(r->unread, j)) {
        j->status = 2;
        j->reply = "too much is being read already";
        j->answered(j);
        arena_close(j->arena);
    }
}

void run_submit(struct run *r, struct job *j)
{
    if (r->stopping) {
        arena_close(j->arena); /* not taken: it comes again */
        return;
    }
    if (j->kind == JOB_OPERATE || j->kind == JOB_LOAD) {
        submit_to_worker(r, j);
        return;
    }
    j->next = NULL;
    *r->held_end = j;
    r->held_end = &j->next;
    submit_held(r);
}

static void parcel_done(struct job *j)
{
    if (j->parcel->done) {
        j->parcel->done(j->parcel);
    }
}

static void hand_in(void *self, struct parcel *p)
{
    struct job *j = arena_new(p->arena, struct job);
    *j = (struct job){ .kind = JOB_EVENTS, .arena = p->arena, .parcel = p, .answered = parcel_done };
    run_submit(self, j);
}

static void in_hand(void *self, int64_t row, bool is)
{
    struct run *r = self;
    core_in_hand(r->core, row, is);
}

struct intake run_intake(struct run *r)
{
    return (struct intake){ .self = r, .hand_in = hand_in, .in_hand = in_hand };
}

/* ---- From the core thread ---- */

static void take_bundle(struct run *r, struct bundle *b)
{
    for (struct given *g = b->deliveries; g && !r->stopping; g = g->next) {
        g->to->deliver(g->to->self, &g->delivery);
    }
    for (struct job *j = b->jobs, *next; j; j = next) {
        next = j->next;
        if (j->answered && !r->stopping) {
            j->answered(j);
        }
        arena_close(j->arena);
    }
    r->ended = r->ended || b->last;
    arena_close(b->arena);
}

static void on_woken(void *context)
{
    struct run *r = context;
    struct bundle *b;
    while ((b = queue_wait(r->out, 0))) {
        take_bundle(r, b);
    }
    if (!r->stopping) {
        submit_held(r);
    }
    if (r->ended) {
        loop_stop(r->loop);
    }
}

static void wake(void *context)
{
    struct run *r = context;
    loop_wake(r->woken);
}

/* ---- Signals ---- */

static void on_stop(void *context)
{
    struct run *r = context;
    if (!r->stopping) {
        log_info("stopping", "database=%s", r->database);
        r->stopping = true;
        queue_shut(r->unread);
        queue_shut(r->in);
    }
}

static void on_loaded(struct job *j)
{
    if (j->status == 0) {
        log_info("loaded", "folder=%s", (const char *)j->context);
        return;
    }
    for (const char *at = j->reply; *at; at += strspn(at, "\n")) {
        size_t n = strcspn(at, "\n");
        log_error("load-failed", "folder=%s what=\"%.*s\"", (const char *)j->context, (int)n, at);
        at += n;
    }
}

static void on_reload(void *context)
{
    struct run *r = context;
    struct job *j = run_job(JOB_LOAD);
    j->answered = on_loaded;
    j->context = (void *)r->folder;
    run_submit(r, j);
}

/* ---- Transports ---- */

static struct run_proxy *add_proxy(struct run *r, struct transport real)
{
    struct run_proxy *p = &r->proxies[r->proxy_count++];
    *p = (struct run_proxy){ .run = r, .real = real };
    return p;
}

/* The core must know a transport before its rows are taken, and all of it before its events come. A user whose server
 * is not known before the first login can have no rows yet. */
static void on_entered(void *context)
{
    struct daemon *d = context;
    if (!d->matrix_proxy) {
        d->matrix_proxy = add_proxy(&d->run, matrix_transport(d->matrix));
        struct job *j = run_job(JOB_TRANSPORT);
        j->proxy = d->matrix_proxy;
        run_submit(&d->run, j);
    }
}

static int open_matrix(struct daemon *d, const struct settings *s)
{
    struct run *r = &d->run;
    if (!s->matrix_homeserver) {
        return 0;
    }
    log_secret(s->matrix_password);
    log_secret(s->matrix_access_token);
    d->http = http_open(r->loop, &(struct http_options){ .proxy = s->proxy, .ca_file = s->ca_file });
    if (!d->http) {
        return 2;
    }
    d->matrix = matrix_open(r->loop, d->http,
                            &(struct matrix_options){ .homeserver = s->matrix_homeserver,
                                                      .user = s->matrix_user,
                                                      .password = s->matrix_password,
                                                      .access_token = s->matrix_access_token,
                                                      .device_id = s->matrix_device_id,
                                                      .session = arena_printf(d->arena, "%s.matrix", r->database),
                                                      .since = core_token(r->core, d->arena, "matrix"),
                                                      .entered = on_entered,
                                                      .context = d },
                            run_intake(r));
    struct transport t = matrix_transport(d->matrix);
    if (t.account_format) {
        d->matrix_proxy = add_proxy(r, t);
        run_core_add_transport(r, d->matrix_proxy);
    }
    return 0;
}

/* ---- Pages ---- */

static void on_figures(struct job *j)
{
    struct daemon *d = ((void **)j->context)[0];
    struct web_figures f = { .core = j->figures, .matrix_used = d->matrix };
    if (d->matrix) {
        f.matrix = matrix_figures(d->matrix);
    }
    web_give(((void **)j->context)[1], &f);
}

static void on_asked(void *context, struct web_page *p)
{
    struct daemon *d = context;
    struct job *j = run_job(JOB_FIGURES);
    void **both = arena_array(j->arena, void *, 2);
    both[0] = d;
    both[1] = p;
    j->answered = on_figures;
    j->context = both;
    run_submit(&d->run, j);
}

static int open_web(struct daemon *d, const struct settings *s)
{
    if (!s->web) {
        return 0;
    }
    d->web = web_open(d->run.loop, s->web, on_asked, d, d->error, sizeof d->error);
    return d->web ? 0 : 2;
}

/* ---- Start and stop ---- */

static int open_org(struct daemon *d)
{
    struct run *r = &d->run;
    r->org = org_read(r->folder);
    org_environment(r->org);
    for (size_t i = 0; i < r->org->fault_count; i++) {
        fprintf(stderr, "%s\n", org_fault_text(d->arena, &r->org->faults[i]));
    }
    r->database = arena_copy(d->arena, org_database(r->org));
    return r->org->fault_count ? 1 : 0;
}

static int open_core(struct daemon *d)
{
    struct run *r = &d->run;
    d->lock = control_lock(r->database, d->error, sizeof d->error);
    if (d->lock < 0) {
        return 2;
    }
    const char *poison = arena_printf(d->arena, "%s.poison", r->database);
    r->core = core_open(&(struct core_options){ .database = r->database, .poison = poison }, r->org, d->error,
                        sizeof d->error);
    return r->core ? 0 : 2;
}

static int open_console(struct daemon *d)
{
    d->console = console_open(&d->run);
    run_core_add_transport(&d->run, add_proxy(&d->run, console_transport(d->console)));
    return console_listen(d->console, d->error, sizeof d->error) ? 0 : 2;
}

/* With all transports known, so that what loading says has somebody to take it. */
static int load(struct daemon *d)
{
    struct run *r = &d->run;
    return core_load(r->core, r->org, clock_ms(), d->error, sizeof d->error) < 0 ? 2 : 0;
}

static void open_threads(struct run *r)
{
    r->held_end = &r->held;
    r->pending_end = &r->pending;
    r->loop = loop_open();
    r->woken = loop_waker_open(r->loop, on_woken, r);
    r->in = queue_open(JOBS, (struct queue_calls){ .context = r, .room = wake });
    r->unread = queue_open(UNREAD, (struct queue_calls){ 0 });
    r->applied = queue_open(1, (struct queue_calls){ 0 });
    r->out = queue_open(BUNDLES, (struct queue_calls){ .context = r, .filled = wake });
    r->bundle = run_bundle_open();
    loop_on_signal(r->loop, SIGTERM, on_stop, r);
    loop_on_signal(r->loop, SIGINT, on_stop, r);
    loop_on_signal(r->loop, SIGHUP, on_reload, r);
}

static bool start_threads(struct daemon *d)
{
    struct run *r = &d->run;
    sigset_t all, before;
    signal(SIGPIPE, SIG_IGN);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* signals are the net thread's */
    int failed = pthread_create(&r->worker, NULL, run_worker, r);
    if (!failed && (failed = pthread_create(&r->core_thread, NULL, run_core, r))) {
        queue_shut(r->unread);
        pthread_join(r->worker, NULL);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed) {
        snprintf(d->error, sizeof d->error, "no thread could be started: %s", strerror(failed));
    }
    return !failed;
}

static int serve(struct daemon *d)
{
    struct run *r = &d->run;
    if (!d->matrix && !d->web) {
        log_warn(
            "nobody-connected",
            "what=\"neither Matrix nor LEARND_WEB is set: only import, backup and chat on this machine are served\"");
    }
    if (!start_threads(d)) {
        return 2;
    }
    malloc_trim(0); /* reading took more than is kept */
    log_info("serving", "database=%s folder=%s", r->database, r->folder);
    loop_run(r->loop);
    pthread_join(r->core_thread, NULL);
    pthread_join(r->worker, NULL);
    r->bundle = NULL; /* it came with the last */
    return 0;
}

static void close_daemon(struct daemon *d)
{
    struct run *r = &d->run;
    web_close(d->web);
    console_close(d->console);
    matrix_close(d->matrix);
    http_close(d->http);
    while (r->held) {
        struct job *j = r->held;
        r->held = j->next;
        arena_close(j->arena);
    }
    if (r->loop) {
        loop_waker_close(r->woken);
        loop_close(r->loop);
        queue_close(r->in);
        queue_close(r->unread);
        queue_close(r->applied);
        queue_close(r->out);
        arena_close(r->bundle ? r->bundle->arena : NULL);
    }
    core_close(r->core);
    org_close(r->org);
    if (d->lock >= 0) {
        close(d->lock);
    }
    arena_close(d->arena);
}

int run_daemon(const char *folder)
{
    umask(0077); /* what is kept here is about people */
    struct daemon d = { .run = { .folder = folder }, .arena = arena_open(), .lock = -1 };
    int status = open_org(&d);
    status = status ? status : open_core(&d);
    if (!status) {
        open_threads(&d.run);
    }
    const struct settings *s = &d.run.org->settings;
    status = status ? status : open_console(&d);
    status = status ? status : open_matrix(&d, s);
    status = status ? status : open_web(&d, s);
    status = status ? status : load(&d);
    status = status ? status : serve(&d);
    if (*d.error) {
        fprintf(stderr, "%s\n", d.error);
    }
    close_daemon(&d);
    return status;
}
