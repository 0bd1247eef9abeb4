/* libcurl's multi interface driven by libuv. What curl forbids inside its callbacks (adding, removing, socket_action)
 * is done outside of them: sockets and timers only note, finished transfers are collected afterwards. */
#include "learnd/http.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "curl.h"
#include "net.h"

enum { CONNECT_MS = 10000, WHOLE_MS = 30000, ANSWER_LIMIT = 1 << 20 };

struct http_call {
    struct http *http;
    CURL *easy; /* NULL: still waiting for a connection to be free */
    struct curl_slist *headers;
    void (*done)(void *context, const struct http_answer *a);
    void *context;
    struct http_call *next, **link;
    char *method, *url, *bearer, *type, *body; /* copies */
    size_t body_size, answer_limit;
    int64_t timeout_ms;
    char *answer;
    size_t answer_size;
    bool too_long, once;
    char why[CURL_ERROR_SIZE];
};

struct http {
    struct curl curl;
    struct loop *loop;
    CURLM *multi;
    struct loop_timer *timer; /* curl's */
    struct loop_timer *soon;  /* starts what waits, in a turn of its own */
    struct http_call *active, *waiting, **waiting_end;
    int active_count;
    CURL *idle[HTTP_CONNECTIONS]; /* handles to use again */
    int idle_count;
    char *proxy, *ca_file;
};

static char *copy(const char *text)
{
    char *c = text ? strdup(text) : NULL;
    if (text && !c) {
        abort();
    }
    return c;
}

/* ---- Lists of calls ---------------------------------------------------------------------------------------------- */

static void unlink_call(struct http_call *c)
{
    struct http *h = c->http;
    *c->link = c->next;
    if (c->next) {
        c->next->link = c->link;
    } else if (!c->easy) {
        h->waiting_end = c->link;
    }
}

static void wait_in_line(struct http_call *c)
{
    struct http *h = c->http;
    c->next = NULL;
    c->link = h->waiting_end;
    *h->waiting_end = c;
    h->waiting_end = &c->next;
}

static void link_active(struct http_call *c)
{
    struct http *h = c->http;
    c->next = h->active;
    c->link = &h->active;
    if (c->next) {
        c->next->link = &c->next;
    }
    h->active = c;
}

static void free_call(struct http_call *c)
{
    c->http->curl.slist_free_all(c->headers);
    free(c->method);
    free(c->url);
    free(c->bearer);
    free(c->type);
    free(c->body);
    free(c->answer);
    free(c);
}

/* ---- A transfer -------------------------------------------------------------------------------------------------- */

static size_t on_body(char *bytes, size_t one, size_t n, void *context)
{
    struct http_call *c = context;
    (void)one;
    if (c->answer_size + n > c->answer_limit) {
        c->too_long = true;
        return 0;
    }
    c->answer = realloc(c->answer, c->answer_size + n + 1);
    if (!c->answer) {
        abort();
    }
    memcpy(c->answer + c->answer_size, bytes, n);
    c->answer_size += n;
    c->answer[c->answer_size] = '\0';
    return n;
}

static void add_header(struct http_call *c, const char *name, const char *value)
{
    size_t size = strlen(name) + strlen(value) + 1;
    char *line = net_alloc(size);
    memcpy(line, name, strlen(name));
    memcpy(line + strlen(name), value, strlen(value));
    struct curl_slist *longer = c->http->curl.slist_append(c->headers, line);
    free(line);
    if (!longer) {
        abort();
    }
    c->headers = longer;
}

static void set_request(struct http_call *c)
{
    CURL *e = c->easy;
    const struct curl *curl = &c->http->curl;
    add_header(c, "Expect:", ""); /* curl would wait a second for "100 Continue" */
    add_header(c, "Accept: application/json", "");
    if (c->bearer) {
        add_header(c, "Authorization: Bearer ", c->bearer);
    }
    if (c->body) {
        add_header(c, "Content-Type: ", c->type);
        curl->easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)c->body_size);
        curl->easy_setopt(e, CURLOPT_POSTFIELDS, c->body); /* not copied: it lives as long as the call */
    } else if (strcmp(c->method, "GET") != 0) {
        curl->easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)0);
        curl->easy_setopt(e, CURLOPT_POSTFIELDS, "");
    }
    curl->easy_setopt(e, CURLOPT_FRESH_CONNECT, (long)c->once);
    curl->easy_setopt(e, CURLOPT_CUSTOMREQUEST, c->method);
    curl->easy_setopt(e, CURLOPT_URL, c->url);
    curl->easy_setopt(e, CURLOPT_HTTPHEADER, c->headers);
}

static void set_transfer(struct http_call *c)
{
    CURL *e = c->easy;
    struct http *h = c->http;
    const struct curl *curl = &h->curl;
    curl->easy_setopt(e, CURLOPT_PRIVATE, c);
    curl->easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
    curl->easy_setopt(e, CURLOPT_WRITEDATA, c);
    curl->easy_setopt(e, CURLOPT_ERRORBUFFER, c->why);
    curl->easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    curl->easy_setopt(e, CURLOPT_NOPROGRESS, 1L);
    curl->easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L);
    curl->easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl->easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    curl->easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)c->timeout_ms);
    curl->easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
    curl->easy_setopt(e, CURLOPT_USERAGENT, "learnd");
    /* Set even where there is none: the environment's proxies are not ours. */
    curl->easy_setopt(e, CURLOPT_PROXY, h->proxy ? h->proxy : "");
    curl->easy_setopt(e, CURLOPT_NOPROXY, "localhost,127.0.0.1,::1");
    if (h->ca_file) {
        curl->easy_setopt(e, CURLOPT_CAINFO, h->ca_file);
    }
}

static void start_waiting(void *context)
{
    struct http *h = context;
    while (h->waiting && h->active_count < HTTP_CONNECTIONS) {
        struct http_call *c = h->waiting;
        unlink_call(c);
        c->easy = h->idle_count ? h->idle[--h->idle_count] : h->curl.easy_init();
        if (!c->easy) {
            abort();
        }
        link_active(c);
        h->active_count++;
        set_transfer(c);
        set_request(c);
        h->curl.multi_add_handle(h->multi, c->easy);
    }
}

static void start_soon(struct http *h)
{
    if (h->waiting && h->active_count < HTTP_CONNECTIONS && !loop_timer_is_set(h->soon)) {
        loop_timer_set(h->soon, 0);
    }
}

static void leave_multi(struct http_call *c)
{
    struct http *h = c->http;
    h->curl.multi_remove_handle(h->multi, c->easy);
    unlink_call(c);
    h->active_count--;
    h->curl.easy_reset(c->easy);
    h->idle[h->idle_count++] = c->easy; /* there were never more handles than connections */
    c->easy = NULL;
}

static void finish_call(struct http_call *c, CURLcode code)
{
    const struct curl *curl = &c->http->curl;
    long status = 0, sent = 0;
    curl_off_t retry_after = 0;
    curl->easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
    curl->easy_getinfo(c->easy, CURLINFO_REQUEST_SIZE, &sent);
    curl->easy_getinfo(c->easy, CURLINFO_RETRY_AFTER, &retry_after);
    leave_multi(c);
    const char *why = c->too_long ? "the answer is too long" : *c->why ? c->why : curl->easy_strerror(code);
    struct http_answer a = {
        .end = code == CURLE_OK ? HTTP_ANSWERED
               : sent == 0      ? HTTP_NOT_SENT
                                : HTTP_UNKNOWN,
        .status = (int)status,
        .body = c->answer ? c->answer : "",
        .size = c->answer_size,
        .retry_after_ms = retry_after > 0 ? (int64_t)retry_after * 1000 : -1,
        .why = code == CURLE_OK ? "" : why,
    };
    c->done(c->context, &a);
    free_call(c);
}

/* After any socket_action: what has ended. */
static void collect(struct http *h)
{
    int left;
    CURLMsg *m;
    while ((m = h->curl.multi_info_read(h->multi, &left))) {
        if (m->msg == CURLMSG_DONE) {
            struct http_call *c;
            CURLcode code = m->data.result;
            h->curl.easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &c);
            finish_call(c, code);
        }
    }
    start_soon(h);
}

/* ---- curl on the loop -------------------------------------------------------------------------------------------- */

struct watched { /* a socket of curl's */
    uv_poll_t uv;
    struct http *http;
    curl_socket_t fd;
};

static void on_poll(uv_poll_t *uv, int status, int events)
{
    struct watched *w = uv->data;
    struct http *h = w->http;
    int what = (events & UV_READABLE ? CURL_CSELECT_IN : 0) | (events & UV_WRITABLE ? CURL_CSELECT_OUT : 0) |
               (status < 0 ? CURL_CSELECT_ERR : 0);
    int running;
    h->curl.multi_socket_action(h->multi, w->fd, what, &running);
    collect(h);
}

static void on_curl_timer(void *context)
{
    struct http *h = context;
    int running;
    h->curl.multi_socket_action(h->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    collect(h);
}

static int curl_wants_timer(CURLM *multi, long ms, void *context)
{
    struct http *h = context;
    (void)multi;
    if (ms < 0) {
        loop_timer_stop(h->timer);
    } else {
        loop_timer_set(h->timer, ms); /* 0 is the next turn, never now */
    }
    return 0;
}

static int curl_wants_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *known)
{
    struct http *h = context;
    struct watched *w = known;
    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (w) {
            h->curl.multi_assign(h->multi, fd, NULL);
            uv_poll_stop(&w->uv);
            uv_close((uv_handle_t *)&w->uv, net_free_handle);
        }
        return 0;
    }
    if (!w) {
        w = net_alloc(sizeof *w);
        w->http = h;
        w->fd = fd;
        w->uv.data = w;
        if (uv_poll_init_socket(loop_uv(h->loop), &w->uv, fd) < 0) {
            free(w);
            return -1;
        }
        h->curl.multi_assign(h->multi, fd, w);
    }
    uv_poll_start(&w->uv, (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0), on_poll);
    return 0;
}

/* ---- The room's door --------------------------------------------------------------------------------------------- */

struct http *http_open(struct loop *l, const struct http_options *options)
{
    struct http *h = net_alloc(sizeof *h);
    if (!curl_load(&h->curl)) {
        free(h);
        return NULL;
    }
    if (h->curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        abort();
    }
    h->loop = l;
    h->waiting_end = &h->waiting;
    h->proxy = copy(options->proxy);
    h->ca_file = copy(options->ca_file);
    h->timer = loop_timer_open(l, on_curl_timer, h);
    h->soon = loop_timer_open(l, start_waiting, h);
    h->multi = h->curl.multi_init();
    if (!h->multi) {
        abort();
    }
    h->curl.multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, curl_wants_socket);
    h->curl.multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
    h->curl.multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, curl_wants_timer);
    h->curl.multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
    h->curl.multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, (long)HTTP_CONNECTIONS);
    return h;
}

void http_close(struct http *h)
{
    if (!h) {
        return;
    }
    for (struct http_call *c = h->active, *next; c; c = next) {
        next = c->next;
        http_cancel(c);
    }
    for (struct http_call *c = h->waiting, *next; c; c = next) {
        next = c->next;
        http_cancel(c);
    }
    for (int i = 0; i < h->idle_count; i++) {
        h->curl.easy_cleanup(h->idle[i]);
    }
    h->curl.multi_cleanup(h->multi);
    loop_timer_close(h->timer);
    loop_timer_close(h->soon);
    free(h->proxy);
    free(h->ca_file);
    h->curl.global_cleanup();
    free(h);
}

struct http_call *http_start(struct http *h, const struct http_request *r,
                             void (*done)(void *context, const struct http_answer *a), void *context)
{
    struct http_call *c = net_alloc(sizeof *c);
    *c = (struct http_call){
        .http = h,
        .done = done,
        .context = context,
        .method = copy(r->method),
        .url = copy(r->url),
        .bearer = copy(r->bearer),
        .type = copy(r->type ? r->type : "application/json"),
        .body_size = r->body_size,
        .once = r->once,
        .answer_limit = r->answer_limit ? r->answer_limit : ANSWER_LIMIT,
        .timeout_ms = r->timeout_ms ? r->timeout_ms : WHOLE_MS,
    };
    if (r->body) {
        c->body = net_alloc(r->body_size + 1);
        memcpy(c->body, r->body, r->body_size);
    }
    wait_in_line(c);
    start_soon(h);
    return c;
}

void http_cancel(struct http_call *c)
{
    struct http *h = c->http;
    if (c->easy) {
        leave_multi(c);
        start_soon(h);
    } else {
        unlink_call(c);
    }
    free_call(c);
}
