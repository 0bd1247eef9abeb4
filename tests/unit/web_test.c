/* The pages of monitoring as a probe and Prometheus read them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(health_tells_age_lag_and_poison),
        cmocka_unit_test(a_sync_that_is_old_is_ill_and_one_that_starts_is_not),
        cmocka_unit_test(metrics_have_a_name_a_type_and_a_value_each),
        cmocka_unit_test(other_pages_are_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
