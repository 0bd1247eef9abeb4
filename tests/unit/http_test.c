/* HTTP out against a peer that misbehaves on purpose, HTTP in with our own client, back-off, lines over a socket. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "learnd/backoff.h"
#include "learnd/http.h"
#include "learnd/server.h"

/* ---- A peer in a thread: what it does is the first path component of what is asked ------------------------------- */

struct peer {
    int fd, port;
    pthread_t thread;
    int connections;
    char text[4096], last[4096]; /* what is being read; the last request whole */
};

static bool read_request(struct peer *peer, int fd)
{
    char *text = peer->text;
    size_t n = 0;
    text[0] = '\0';
    for (;;) {
        char *end = strstr(text, "\r\n\r\n");
        if (end) {
            char *length = strcasestr(text, "content-length:");
            size_t body = length ? strtoul(length + 15, NULL, 10) : 0;
            if (n >= (size_t)(end + 4 - text) + body) {
                memcpy(peer->last, text, n + 1);
                return true;
            }
        }
        ssize_t got = read(fd, text + n, sizeof peer->text - 1 - n);
        if (got <= 0) {
            return false;
        }
        n += (size_t)got;
        text[n] = '\0';
    }
}

static void put(int fd, const char *text)
{
    if (send(fd, text, strlen(text), MSG_NOSIGNAL) < 0) {
        return;
    }
}

static void reset(int fd)
{
    struct linger now = { .l_onoff = 1, .l_linger = 0 };
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

static void answer(struct peer *peer, int fd)
{
    while (read_request(peer, fd)) {
        const char *path = strchr(peer->last, ' ') + 1;
        if (strncmp(path, "/reset", 6) == 0) {
            reset(fd);
            return;
        } else if (strncmp(path, "/never", 6) == 0) {
            read_request(peer, fd); /* until the other side gives up */
            return;
        } else if (strncmp(path, "/busy", 5) == 0) {
            put(fd, "HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\n{}");
        } else if (strncmp(path, "/long", 5) == 0) {
            put(fd, "HTTP/1.1 200 OK\r\nContent-Length: 64\r\n\r\n");
            put(fd, "0123456789012345678901234567890123456789012345678901234567890123");
        } else {
            put(fd, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
        }
    }
}

static void *serve(void *context)
{
    struct peer *peer = context;
    int fd;
    while ((fd = accept(peer->fd, NULL, NULL)) >= 0) {
        peer->connections++;
        answer(peer, fd);
        close(fd);
    }
    return NULL;
}

static void peer_start(struct peer *peer)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof a;
    memset(peer, 0, sizeof *peer);
    peer->fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(peer->fd, (struct sockaddr *)&a, sizeof a), 0);
    listen(peer->fd, 16);
    getsockname(peer->fd, (struct sockaddr *)&a, &n);
    peer->port = ntohs(a.sin_port);
    pthread_create(&peer->thread, NULL, serve, peer);
}

static void peer_stop(struct peer *peer)
{
    shutdown(peer->fd, SHUT_RDWR);
    pthread_join(peer->thread, NULL);
    close(peer->fd);
}

/* ---- What came back ---------------------------------------------------------------------------------------------- */

struct outcome {
    struct loop *loop;
    int wanted, calls; /* the loop is left when all came */
    enum http_end end;
    int status;
    char body[128];
    int64_t retry_after_ms;
};

static void note(void *context, const struct http_answer *a)
{
    struct outcome *o = context;
    o->calls++;
    o->end = a->end;
    o->status = a->status;
    snprintf(o->body, sizeof o->body, "%s", a->body);
    o->retry_after_ms = a->retry_after_ms;
    if (o->calls == o->wanted) {
        loop_stop(o->loop);
    }
}

static struct outcome ask(struct http_request r, int port, const char *path)
{
    char url[128];
    snprintf(url, sizeof url, "http://127.0.0.1:%d%s", port, path);
    r.url = url;
    r.method = r.method ? r.method : "GET";
    struct loop *l = loop_open();
    struct http *h = http_open(l, &(struct http_options){ 0 });
    struct outcome o = { .loop = l, .wanted = 1 };
    http_start(h, &r, note, &o);
    assert_int_equal(o.calls, 0); /* never from inside */
    loop_run(l);
    http_close(h);
    loop_close(l);
    return o;
}

static void gives_status_and_body_and_sends_ours_whole(void **state)
{
    (void)state;
    struct peer peer;
    peer_start(&peer);
    struct outcome o =
        ask((struct http_request){ .method = "PUT", .body = "{\"a\":1}", .body_size = 7, .bearer = "secret" },
            peer.port, "/x");
    peer_stop(&peer);
    assert_int_equal(o.end, HTTP_ANSWERED);
    assert_int_equal(o.status, 200);
    assert_string_equal(o.body, "hello");
    assert_non_null(strstr(peer.last, "PUT /x HTTP/1.1\r\n"));
    assert_non_null(strstr(peer.last, "Authorization: Bearer secret\r\n"));
    assert_non_null(strstr(peer.last, "\r\n\r\n{\"a\":1}"));
    assert_null(strstr(peer.last, "Expect"));
}

static void tells_what_certainly_did_nothing_from_what_may_have_arrived(void **state)
{
    (void)state;
    struct peer peer;
    peer_start(&peer);
    assert_int_equal(
        ask((struct http_request){ .method = "POST", .body = "{}", .body_size = 2 }, peer.port, "/reset").end,
        HTTP_UNKNOWN);
    assert_int_equal(ask((struct http_request){ .timeout_ms = 50 }, peer.port, "/never").end, HTTP_UNKNOWN);
    struct outcome o = ask((struct http_request){ .answer_limit = 63 }, peer.port, "/long");
    assert_int_equal(o.end, HTTP_UNKNOWN);
    assert_int_equal(ask((struct http_request){ .answer_limit = 64 }, peer.port, "/long").end, HTTP_ANSWERED);
    peer_stop(&peer);
    assert_int_equal(ask((struct http_request){ 0 }, peer.port, "/gone").end, HTTP_NOT_SENT);
    struct loop *l = loop_open();
    struct http *h = http_open(l, &(struct http_options){ 0 });
    struct outcome other = { .loop = l, .wanted = 1 };
    http_start(h, &(struct http_request){ .method = "GET", .url = "file:///etc/passwd" }, note, &other);
    loop_run(l);
    assert_int_equal(other.end, HTTP_NOT_SENT);
    http_close(h);
    loop_close(l);
}

static void passes_on_how_long_to_wait(void **state)
{
    (void)state;
    struct peer peer;
    peer_start(&peer);
    struct outcome o = ask((struct http_request){ 0 }, peer.port, "/busy");
    peer_stop(&peer);
    assert_int_equal(o.status, 429);
    assert_int_equal(o.retry_after_ms, 7000);
}

static void keeps_a_connection_and_opens_a_new_one_for_what_must_go_once(void **state)
{
    (void)state;
    struct peer peer;
    peer_start(&peer);
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/", peer.port);
    struct loop *l = loop_open();
    struct http *h = http_open(l, &(struct http_options){ 0 });
    struct outcome o = { .loop = l };
    for (o.wanted = 1; o.wanted <= 5; o.wanted++) {
        http_start(h, &(struct http_request){ .method = "GET", .url = url }, note, &o);
        loop_run(l);
    }
    assert_int_equal(o.calls, 5);
    assert_int_equal(peer.connections, 1);
    http_close(h);
    loop_close(l);
    peer_stop(&peer);
}

/* ---- In and out on one loop -------------------------------------------------------------------------------------- */

struct page {
    struct loop *loop;
    struct loop_timer *later;
    struct server_request *asked;
    char path[64];
};

static void answer_later(void *context)
{
    struct page *p = context;
    server_answer(p->asked, 200, "text/plain", p->path);
}

static void asked(void *context, struct server_request *r, const char *path)
{
    struct page *p = context;
    snprintf(p->path, sizeof p->path, "%s", path);
    if (strcmp(path, "/later") == 0) {
        p->asked = r;
        loop_timer_set(p->later, 1);
    } else {
        server_answer(r, strcmp(path, "/missing") == 0 ? 404 : 200, "text/plain", path);
    }
}

static void serves_pages_now_and_later_to_many_at_once(void **state)
{
    (void)state;
    char error[128] = "", url[64];
    struct page page = { .loop = loop_open() };
    page.later = loop_timer_open(page.loop, answer_later, &page);
    struct server *s = server_open(page.loop, "127.0.0.1:0", asked, &page, error, sizeof error);
    assert_string_equal(error, "");
    assert_non_null(s);
    struct http *h = http_open(page.loop, &(struct http_options){ 0 });
    struct outcome o = { .loop = page.loop, .wanted = 30 };
    snprintf(url, sizeof url, "http://127.0.0.1:%d/a", server_port(s));
    for (int i = 0; i < o.wanted; i++) { /* more than there are connections */
        http_start(h, &(struct http_request){ .method = "GET", .url = url }, note, &o);
    }
    loop_run(page.loop);
    assert_int_equal(o.calls, 30);
    assert_string_equal(o.body, "/a");
    static const struct {
        const char *method, *path, *body;
        int status;
    } cases[] = { { "GET", "later", "/later", 200 },
                  { "GET", "missing", "/missing", 404 },
                  { "DELETE", "a", "<html", 405 } };
    for (size_t i = 0; i < 3; i++) {
        snprintf(url, sizeof url, "http://127.0.0.1:%d/%s", server_port(s), cases[i].path);
        o.wanted = o.calls + 1;
        http_start(h, &(struct http_request){ .method = cases[i].method, .url = url }, note, &o);
        loop_run(page.loop);
        assert_int_equal(o.status, cases[i].status);
        assert_non_null(strstr(o.body, cases[i].body));
    }
    http_close(h);
    loop_timer_close(page.later);
    server_close(s);
    loop_close(page.loop);
}

static void listens_on_loopback_only(void **state)
{
    (void)state;
    struct loop *l = loop_open();
    char error[128] = "";
    static const char *const bad[] = { "0.0.0.0:80", "8080", "192.168.1.1:80", "127.0.0.1:", "127.0.0.1:70000",
                                       "::1",        "" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_null(server_open(l, bad[i], asked, NULL, error, sizeof error));
        assert_non_null(strstr(error, "loopback"));
    }
    struct server *first = server_open(l, "localhost:0", asked, NULL, error, sizeof error);
    char taken[32];
    snprintf(taken, sizeof taken, "127.0.0.1:%d", server_port(first));
    assert_null(server_open(l, taken, asked, NULL, error, sizeof error));
    assert_non_null(strstr(error, "cannot listen"));
    server_close(first);
    loop_close(l);
}

static void drops_calls_that_are_cancelled(void **state)
{
    (void)state;
    struct peer peer;
    peer_start(&peer);
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/", peer.port);
    struct loop *l = loop_open();
    struct http *h = http_open(l, &(struct http_options){ 0 });
    struct outcome dropped = { .loop = l }, o = { .loop = l, .wanted = 1 };
    struct http_call *c = http_start(h, &(struct http_request){ .method = "GET", .url = url }, note, &dropped);
    http_start(h, &(struct http_request){ .method = "GET", .url = url }, note, &o);
    http_cancel(c);
    loop_run(l);
    assert_int_equal(dropped.calls, 0);
    assert_int_equal(o.calls, 1);
    for (int i = 0; i < 2 * HTTP_CONNECTIONS; i++) {
        http_start(h, &(struct http_request){ .method = "GET", .url = url }, note, &dropped);
    }
    http_close(h);
    loop_close(l);
    peer_stop(&peer);
    assert_int_equal(dropped.calls, 0);
}

/* ---- Back-off and lines ------------------------------------------------------------------------------------------ */

static void backs_off_further_each_time_up_to_a_limit(void **state)
{
    (void)state;
    struct backoff b = { .first_ms = 100, .longest_ms = 1000 };
    int64_t most = 0, highest_first = 0;
    for (int i = 0; i < 200; i++) {
        backoff_reset(&b);
        int64_t first = backoff_next(&b);
        assert_in_range(first, 0, 100);
        assert_in_range(backoff_next(&b), 0, 200);
        for (int k = 0; k < 70; k++) {
            backoff_next(&b);
        }
        int64_t late = backoff_next(&b);
        assert_in_range(late, 0, 1000);
        most = late > most ? late : most;
        highest_first = first > highest_first ? first : highest_first;
    }
    assert_true(most > 800); /* by chance once in 10^19 runs */
    assert_true(highest_first > 50);
}

struct lines {
    struct loop *loop;
    char heard[256];
    int gone;
};

static void on_line(void *context, struct line_peer *p, const char *line)
{
    struct lines *l = context;
    strncat(l->heard, line, sizeof l->heard - strlen(l->heard) - 1);
    strncat(l->heard, "|", sizeof l->heard - strlen(l->heard) - 1);
    line_peer_send(p, line);
    if (strcmp(line, "bye") == 0) {
        line_peer_close(p);
    }
}

static void on_gone(void *context, struct line_peer *p)
{
    (void)p;
    struct lines *l = context;
    l->gone++;
    loop_stop(l->loop);
}

static int connected(const char *path)
{
    struct sockaddr_un a = { .sun_family = AF_UNIX };
    snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
    return fd;
}

static struct line_server *serve_lines(struct lines *lines, char *path)
{
    lines->loop = loop_open();
    close(mkstemp(path));
    unlink(path);
    struct sockaddr_un a = { .sun_family = AF_UNIX };
    snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
    struct line_server *s = line_server_open(lines->loop, fd, (struct line_calls){ lines, on_line, on_gone });
    assert_non_null(s);
    return s;
}

static void *ask_and_never_read(void *path)
{
    static const char line[1 << 16] = { [0 ...(1 << 16) - 2] = 'x', [(1 << 16) - 1] = '\n' };
    int fd = connected(path), n = 0;
    while (n < 1000 && send(fd, line, sizeof line, MSG_NOSIGNAL) > 0) {
        n++;
    }
    close(fd);
    return (void *)(intptr_t)n;
}

static void drops_a_peer_that_never_reads(void **state)
{
    (void)state;
    struct lines lines = { 0 };
    char path[] = "/tmp/learnd-line-XXXXXX";
    void *sent;
    pthread_t asker;
    struct line_server *s = serve_lines(&lines, path);
    pthread_create(&asker, NULL, ask_and_never_read, path);
    loop_run(lines.loop);
    assert_int_equal(lines.gone, 1);
    pthread_join(asker, &sent);
    assert_in_range((intptr_t)sent, 20, 200); /* some megabytes of 64 KiB each */
    line_server_close(s);
    loop_close(lines.loop);
    unlink(path);
}

static void carries_lines_and_ends_peers_that_send_rubbish(void **state)
{
    (void)state;
    struct lines lines = { 0 };
    char path[] = "/tmp/learnd-line-XXXXXX", back[64] = "";
    struct line_server *s = serve_lines(&lines, path);
    int one = connected(path), two = connected(path), three = connected(path);
    put(one, "a\n\nb c\nbye\nnot heard\n");
    loop_run(lines.loop);
    assert_string_equal(lines.heard, "a||b c|bye|");
    assert_true(read(one, back, sizeof back) > 0);
    assert_string_equal(back, "a\n\nb c\nbye\n");
    put(two, "\xff\n");
    loop_run(lines.loop);
    assert_int_equal(lines.gone, 2);
    line_server_close(s);
    assert_int_equal(lines.gone, 3);
    loop_close(lines.loop);
    close(one);
    close(two);
    close(three);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_status_and_body_and_sends_ours_whole),
        cmocka_unit_test(tells_what_certainly_did_nothing_from_what_may_have_arrived),
        cmocka_unit_test(passes_on_how_long_to_wait),
        cmocka_unit_test(keeps_a_connection_and_opens_a_new_one_for_what_must_go_once),
        cmocka_unit_test(serves_pages_now_and_later_to_many_at_once),
        cmocka_unit_test(listens_on_loopback_only),
        cmocka_unit_test(drops_calls_that_are_cancelled),
        cmocka_unit_test(backs_off_further_each_time_up_to_a_limit),
        cmocka_unit_test(carries_lines_and_ends_peers_that_send_rubbish),
        cmocka_unit_test(drops_a_peer_that_never_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
