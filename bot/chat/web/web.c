#include "learnd/web.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "learnd/arena.h"
#include "learnd/server.h"

enum { ANSWER_MS = 5000, SYNC_OLD_MS = 150000 /* two long polls and a back-off */ };

struct web {
    struct loop *loop;
    struct server *server;
    void (*ask)(void *context, struct web_page *p);
    void *context;
    struct web_page *pages;
    int64_t started_ms;
};

struct web_page { /* freed when figures came: the asking side holds it until then */
    struct web_page *next, **link;
    struct web *web;
    struct server_request *request; /* NULL: answered, too late for figures */
    struct loop_timer *timer;
    bool health;
};

static void free_page(struct web_page *p)
{
    *p->link = p->next;
    if (p->next) {
        p->next->link = p->link;
    }
    loop_timer_close(p->timer);
    free(p);
}

static void on_late(void *context)
{
    struct web_page *p = context;
    server_answer(p->request, 503, "application/json", "{\"status\":\"the core does not answer\"}\n");
    p->request = NULL;
}

static void on_request(void *context, struct server_request *r, const char *path)
{
    struct web *w = context;
    bool health = strcmp(path, "/healthz") == 0;
    if (!health && strcmp(path, "/metrics") != 0) {
        server_answer(r, 404, "text/plain", "there are /healthz and /metrics\n");
        return;
    }
    struct web_page *p = calloc(1, sizeof *p);
    if (!p) {
        abort();
    }
    *p = (struct web_page){ .next = w->pages, .link = &w->pages, .web = w, .request = r, .health = health };
    if (p->next) {
        p->next->link = &p->next;
    }
    w->pages = p;
    p->timer = loop_timer_open(w->loop, on_late, p);
    loop_timer_set(p->timer, ANSWER_MS);
    w->ask(w->context, p);
}

struct web *web_open(struct loop *l, const char *address, void (*ask)(void *context, struct web_page *p), void *context,
                     char *error, size_t size)
{
    struct web *w = calloc(1, sizeof *w);
    if (!w) {
        abort();
    }
    *w = (struct web){ .loop = l, .ask = ask, .context = context, .started_ms = clock_ms() };
    w->server = server_open(l, address, on_request, w, error, size);
    if (!w->server) {
        free(w);
        return NULL;
    }
    return w;
}

void web_close(struct web *w)
{
    if (!w) {
        return;
    }
    for (struct web_page *p = w->pages, *next; p; p = next) {
        next = p->next;
        free_page(p);
    }
    server_close(w->server);
    free(w);
}

/* ---- /healthz ---- */

static void answer_health(struct web_page *p, const struct web_figures *f)
{
    int64_t since = f->matrix.synced_ms ? f->matrix.synced_ms : p->web->started_ms, age_ms = clock_ms() - since;
    bool well = !f->matrix_used || age_ms < SYNC_OLD_MS;
    struct arena *a = arena_open();
    struct buf b = { .arena = a };
    buf_printf(&b, "{\"status\":\"%s\"", well ? "ok" : "no sync");
    if (f->matrix_used) {
        buf_printf(&b, ",\"sync_age_seconds\":%.3f", (double)age_ms / 1000);
    }
    buf_printf(&b, ",\"outbox_lag_seconds\":%.3f,\"poison\":%" PRId64 "}\n", (double)f->core.outbox_oldest_ms / 1000,
               f->core.parked);
    server_answer(p->request, well ? 200 : 503, "application/json", buf_text(&b));
    arena_close(a);
}

/* ---- /metrics: https://prometheus.io/docs/instrumenting/exposition_formats/ ---- */

static void metric(struct buf *b, const char *name, const char *type, const char *help, double value)
{
    buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n%s %.15g\n", name, help, name, type, name, value);
}

static void add_core(struct buf *b, const struct core_figures *f)
{
    metric(b, "learnd_inbox_events", "gauge", "Events kept in the inbox.", (double)f->inbox);
    metric(b, "learnd_inbox_failed_events", "gauge", "Events whose turn failed.", (double)f->failed);
    metric(b, "learnd_inbox_parked_events", "gauge", "Events parked as poison.", (double)f->parked);
    metric(b, "learnd_outbox_waiting_rows", "gauge", "Outbox rows that are not final.", (double)f->outbox_waiting);
    metric(b, "learnd_outbox_doubt_rows", "gauge", "Outbox rows whose outcome is unknown.", (double)f->outbox_doubt);
    metric(b, "learnd_outbox_lag_seconds", "gauge", "Age of the oldest outbox row that is not final.",
           (double)f->outbox_oldest_ms / 1000);
    metric(b, "learnd_due_waiting_rows", "gauge", "What is due later.", (double)f->due_waiting);
    metric(b, "learnd_turns_total", "counter", "Turns run since the start.", (double)f->turns);
    metric(b, "learnd_messages_total", "counter", "Messages said since the start.", (double)f->messages);
    metric(b, "learnd_index_cards", "gauge", "Cards in the search index.", (double)f->index_cards);
}

static void add_matrix(struct buf *b, const struct matrix_figures *f)
{
    metric(b, "learnd_matrix_last_sync_timestamp_seconds", "gauge", "When the last sync came back well.",
           (double)f->synced_ms / 1000);
    metric(b, "learnd_matrix_sends_total", "counter", "Events sent, repetitions included.", (double)f->sends);
    metric(b, "learnd_matrix_limited_total", "counter", "Sends answered with 429.", (double)f->limited);
    metric(b, "learnd_matrix_unknown_total", "counter", "Sends whose outcome was unknown.", (double)f->unknown);
    metric(b, "learnd_matrix_gaps_total", "counter", "Holes in timelines that were filled.", (double)f->gaps);
}

static double resident_bytes(void)
{
    long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (f) {
        char line[128] = "";
        const char *blank = fgets(line, sizeof line, f) ? strchr(line, ' ') : NULL;
        pages = blank ? strtol(blank, NULL, 10) : 0;
        fclose(f);
    }
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

static double open_files(void)
{
    int n = 0;
    DIR *d = opendir("/proc/self/fd");
    while (d && readdir(d)) {
        n++;
    }
    if (d) {
        closedir(d);
    }
    return n > 3 ? n - 3 : 0; /* ".", ".." and the folder itself */
}

static void add_process(struct buf *b, int64_t started_ms)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    metric(b, "process_cpu_seconds_total", "counter", "User and system CPU time.",
           (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6);
    metric(b, "process_resident_memory_bytes", "gauge", "Resident memory.", resident_bytes());
    metric(b, "process_open_fds", "gauge", "Open file descriptors.", open_files());
    metric(b, "process_start_time_seconds", "gauge", "Start of the process, Unix time.", (double)started_ms / 1000);
}

static void answer_metrics(struct web_page *p, const struct web_figures *f)
{
    struct arena *a = arena_open();
    struct buf b = { .arena = a };
    add_core(&b, &f->core);
    if (f->matrix_used) {
        add_matrix(&b, &f->matrix);
    }
    add_process(&b, p->web->started_ms);
    server_answer(p->request, 200, "text/plain; version=0.0.4", buf_text(&b));
    arena_close(a);
}

void web_give(struct web_page *p, const struct web_figures *figures)
{
    if (p->request && p->health) {
        answer_health(p, figures);
    } else if (p->request) {
        answer_metrics(p, figures);
    }
    free_page(p);
}
