/* The pages of monitoring as a probe and Prometheus read them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "learnd/http.h"
#include "learnd/web.h"

static struct loop *loop;
static struct web_figures figures;

struct got {
    int status;
    char body[8192];
};

static void on_asked(void *context, struct web_page *p)
{
    (void)context;
    web_give(p, &figures);
}

static void on_got(void *context, const struct http_answer *a)
{
    struct got *g = context;
    g->status = a->status;
    snprintf(g->body, sizeof g->body, "%s", a->body);
    loop_stop(loop);
}

static struct got page(const char *path)
{
    struct got g = { 0 };
    char error[128] = "", url[128];
    int port;
    loop = loop_open();
    /* A free port: one that was just free. */
    for (port = 20000 + (int)(clock_ms() % 20000);; port++) {
        char address[32];
        snprintf(address, sizeof address, "127.0.0.1:%d", port);
        struct web *w = web_open(loop, address, on_asked, NULL, error, sizeof error);
        if (!w) {
            continue;
        }
        struct http *h = http_open(loop, &(struct http_options){ 0 });
        snprintf(url, sizeof url, "http://127.0.0.1:%d%s", port, path);
        http_start(h, &(struct http_request){ .method = "GET", .url = url }, on_got, &g);
        loop_run(loop);
        http_close(h);
        web_close(w);
        break;
    }
    loop_close(loop);
    return g;
}

static void health_tells_age_lag_and_poison(void **state)
{
    (void)state;
    figures = (struct web_figures){ .core = { .parked = 2, .outbox_oldest_ms = 1500 } };
    struct got g = page("/healthz");
    assert_int_equal(g.status, 200);
    assert_string_equal(g.body, "{\"status\":\"ok\",\"outbox_lag_seconds\":1.500,\"poison\":2}\n");
    figures.matrix_used = true;
    figures.matrix.synced_ms = clock_ms();
    g = page("/healthz");
    assert_int_equal(g.status, 200);
    assert_non_null(strstr(g.body, "\"sync_age_seconds\":0."));
}

static void a_sync_that_is_old_is_ill_and_one_that_starts_is_not(void **state)
{
    (void)state;
    figures = (struct web_figures){ .matrix_used = true };
    assert_int_equal(page("/healthz").status, 200); /* not yet connected, but only just started */
    figures.matrix.synced_ms = clock_ms() - 10 * 60 * 1000;
    struct got g = page("/healthz");
    assert_int_equal(g.status, 503);
    assert_non_null(strstr(g.body, "\"status\":\"no sync\""));
}

static void metrics_have_a_name_a_type_and_a_value_each(void **state)
{
    (void)state;
    figures =
        (struct web_figures){ .core = { .inbox = 7, .turns = 12 }, .matrix_used = true, .matrix = { .sends = 5 } };
    struct got g = page("/metrics");
    assert_int_equal(g.status, 200);
    assert_non_null(strstr(g.body, "# TYPE learnd_turns_total counter\nlearnd_turns_total 12\n"));
    assert_non_null(strstr(g.body, "\nlearnd_inbox_events 7\n"));
    assert_non_null(strstr(g.body, "\nlearnd_matrix_sends_total 5\n"));
    const char *resident = strstr(g.body, "\nprocess_resident_memory_bytes ");
    assert_non_null(resident);
    assert_true(atof(strchr(resident + 1, ' ')) > 1e6);
    figures.matrix_used = false;
    assert_null(strstr(page("/metrics").body, "learnd_matrix"));
}

static void other_pages_are_not_there(void **state)
{
    (void)state;
    assert_int_equal(page("/").status, 404);
    assert_int_equal(page("/healthz/x").status, 404);
}

/* ---- Visitors with bare sockets, from a thread of their own ---- */

enum { CROWD = 200, PATIENCE_SECONDS = 3 };

struct visit {
    void (*make)(struct visit *v);
    int port;
    char answer[4096];
    struct loop_waker *done;
};

static void *visit_thread(void *visit)
{
    struct visit *v = visit;
    v->make(v);
    loop_wake(v->done);
    return NULL;
}

static void on_visited(void *context)
{
    (void)context;
    loop_stop(loop);
}

static struct visit visit(void (*make)(struct visit *v))
{
    char address[32], error[128];
    struct web *w = NULL;
    struct visit v = { .make = make };
    pthread_t thread;
    loop = loop_open();
    v.done = loop_waker_open(loop, on_visited, NULL);
    for (v.port = 20000 + (int)(clock_ms() % 20000); !w; v.port += !w) {
        snprintf(address, sizeof address, "127.0.0.1:%d", v.port);
        w = web_open(loop, address, on_asked, NULL, error, sizeof error);
    }
    assert_int_equal(pthread_create(&thread, NULL, visit_thread, &v), 0);
    loop_run(loop);
    pthread_join(thread, NULL);
    web_close(w);
    loop_waker_close(v.done);
    loop_close(loop);
    return v;
}

static int send_to(const struct visit *v, const char *request)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval patience = { .tv_sec = PATIENCE_SECONDS };
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)v->port) };
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0 ||
        send(fd, request, strlen(request), MSG_NOSIGNAL) < (ssize_t)strlen(request)) {
        abort();
    }
    return fd;
}

/* Until there is the end of a body, the other side closes, or patience ends. */
static void hear(struct visit *v, int fd)
{
    size_t n = 0;
    ssize_t k;
    while (n < sizeof v->answer - 1 && (k = recv(fd, v->answer + n, sizeof v->answer - 1 - n, 0)) > 0) {
        n += (size_t)k;
        v->answer[n] = '\0';
        if (strstr(v->answer, "\r\n\r\n") && v->answer[n - 1] == '\n' && v->answer[n - 2] != '\r') {
            break;
        }
    }
    v->answer[n] = '\0';
}

static const char health[] = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

static void ask_health(struct visit *v)
{
    int fd = send_to(v, health);
    hear(v, fd);
    close(fd);
}

static void visit_behind_a_crowd(struct visit *v, const char *said, bool answered)
{
    int crowd[CROWD];
    for (int i = 0; i < CROWD; i++) {
        crowd[i] = send_to(v, said);
        if (answered) {
            hear(v, crowd[i]);
        }
    }
    ask_health(v);
    for (int i = 0; i < CROWD; i++) {
        close(crowd[i]);
    }
}

static void behind_the_silent(struct visit *v)
{
    visit_behind_a_crowd(v, "", false);
}

static void behind_the_half_open(struct visit *v)
{
    visit_behind_a_crowd(v, "GET /healthz HTTP/1.1\r\nHost: local", false);
}

static void behind_the_answered(struct visit *v)
{
    visit_behind_a_crowd(v, health, true);
}

static void health_is_answered_behind_a_crowd_that_asks_nothing(void **state)
{
    (void)state;
    figures = (struct web_figures){ 0 };
    assert_non_null(strstr(visit(behind_the_silent).answer, "\"status\":\"ok\""));
    assert_non_null(strstr(visit(behind_the_half_open).answer, "\"status\":\"ok\""));
    assert_non_null(strstr(visit(behind_the_answered).answer, "\"status\":\"ok\""));
}

/* What was said to it, then whether it is still well. */
static void say_then_ask_health(struct visit *v, const char *request, const char *status)
{
    int fd = send_to(v, request);
    hear(v, fd);
    if (!strstr(v->answer, status)) {
        fprintf(stderr, "not %s: %s\n", status, v->answer);
        v->answer[0] = '\0';
    } else {
        ask_health(v);
    }
    close(fd);
}

static void post(struct visit *v)
{
    say_then_ask_health(v, "POST /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello", " 405 ");
}

static void post_what_never_comes(struct visit *v)
{
    say_then_ask_health(v, "POST /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000000\r\n\r\nhello",
                        " 405 ");
}

static void upgrade(struct visit *v)
{
    say_then_ask_health(v,
                        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
                        " 400 ");
}

static void what_is_no_get_is_refused_and_harms_nobody(void **state)
{
    (void)state;
    figures = (struct web_figures){ 0 };
    assert_non_null(strstr(visit(post).answer, "\"status\":\"ok\""));
    assert_non_null(strstr(visit(post_what_never_comes).answer, "\"status\":\"ok\""));
    assert_non_null(strstr(visit(upgrade).answer, "\"status\":\"ok\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(health_tells_age_lag_and_poison),
        cmocka_unit_test(a_sync_that_is_old_is_ill_and_one_that_starts_is_not),
        cmocka_unit_test(metrics_have_a_name_a_type_and_a_value_each),
        cmocka_unit_test(other_pages_are_not_there),
        cmocka_unit_test(health_is_answered_behind_a_crowd_that_asks_nothing),
        cmocka_unit_test(what_is_no_get_is_refused_and_harms_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
