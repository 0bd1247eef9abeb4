/* libwebsockets as an HTTP server on the libuv loop. */
#include "learnd/server.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libwebsockets.h>

#include "learnd/log.h"
#include "net.h"

enum {
    PATH_LIMIT = 512,
    IDLE_LIMIT = 32, /* connections that ask nothing: one more, and the oldest of them is closed */
    DESCRIPTORS = 128,
    IDLE_SECONDS = 30
};

struct server {
    struct lws_context *lws;
    struct lws_vhost *vhost;
    void (*asked)(void *context, struct server_request *r, const char *path);
    void *context;
    struct loop *loop;
    struct server_request *requests; /* under way, so that closing can let go of them */
    struct lws *idle[IDLE_LIMIT];    /* have not asked, or were answered; oldest first */
    size_t idle_count;
};

struct server_request { /* freed when it is answered and written, or answered after the other side went */
    struct server *server;
    struct lws *wsi; /* NULL: gone */
    struct server_request *next, **link;
    int status;
    char *type, *body;
    bool answered, headers_written;
};

static void free_request(struct server_request *r)
{
    *r->link = r->next;
    if (r->next) {
        r->next->link = r->link;
    }
    free(r->type);
    free(r->body);
    free(r);
}

static void idle_remove(struct server *s, const struct lws *wsi)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->idle_count; i++) {
        if (s->idle[i] != wsi) {
            s->idle[kept++] = s->idle[i];
        }
    }
    s->idle_count = kept;
}

static void idle_add(struct server *s, struct lws *wsi)
{
    if (s->idle_count == IDLE_LIMIT) {
        lws_set_timeout(s->idle[0], PENDING_TIMEOUT_KILLED_BY_PARENT, LWS_TO_KILL_ASYNC);
        idle_remove(s, s->idle[0]);
    }
    s->idle[s->idle_count++] = wsi;
}

static char *copy(const char *text)
{
    char *c = strdup(text);
    if (!c) {
        abort();
    }
    return c;
}

static int write_headers(struct server_request *r, size_t length)
{
    unsigned char buffer[LWS_PRE + 2048], *start = buffer + LWS_PRE, *p = start, *end = buffer + sizeof buffer - 1;
    if (lws_add_http_common_headers(r->wsi, (unsigned)r->status, r->type, length, &p, end) ||
        lws_finalize_write_http_header(r->wsi, start, &p, end)) {
        return 1;
    }
    r->headers_written = true;
    lws_callback_on_writable(r->wsi);
    return 0;
}

static int write_body(struct server_request *r, struct server_request **slot)
{
    struct lws *wsi = r->wsi;
    size_t n = strlen(r->body);
    unsigned char *padded = net_alloc(LWS_PRE + n + 1);
    memcpy(padded + LWS_PRE, r->body, n);
    int written = lws_write(wsi, padded + LWS_PRE, n, LWS_WRITE_HTTP_FINAL);
    free(padded);
    *slot = NULL;
    idle_add(r->server, wsi);
    free_request(r);
    return written < (int)n || lws_http_transaction_completed(wsi);
}

/* Whatever else it may send is not read: the connection ends. */
static int refuse(struct lws *wsi, unsigned status, const char *why)
{
    lws_return_http_status(wsi, status, why);
    return -1;
}

static int on_request(struct lws *wsi, struct server *s, struct server_request **slot, const char *path)
{
    if (lws_hdr_total_length(wsi, WSI_TOKEN_GET_URI) <= 0) {
        return refuse(wsi, HTTP_STATUS_METHOD_NOT_ALLOWED, "only GET");
    }
    idle_remove(s, wsi);
    struct server_request *r = net_alloc(sizeof *r);
    r->server = s;
    r->wsi = wsi;
    r->next = s->requests;
    r->link = &s->requests;
    if (r->next) {
        r->next->link = &r->next;
    }
    s->requests = r;
    *slot = r;
    if (strlen(path) >= PATH_LIMIT) {
        server_answer(r, HTTP_STATUS_NOT_FOUND, "text/plain", "no such page\n");
    } else {
        s->asked(s->context, r, path);
    }
    return 0;
}

static int on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size)
{
    struct server_request **slot = user;
    struct server *s = lws_context_user(lws_get_context(wsi));
    if (reason == LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED) {
        idle_add(s, wsi);
    }
    if (reason == LWS_CALLBACK_WSI_DESTROY) {
        idle_remove(s, wsi);
    }
    if (reason == LWS_CALLBACK_HTTP_CONFIRM_UPGRADE) {
        return refuse(wsi, HTTP_STATUS_BAD_REQUEST, "no upgrades");
    }
    if (reason == LWS_CALLBACK_HTTP) {
        return on_request(wsi, s, slot, in);
    }
    if (reason == LWS_CALLBACK_HTTP_WRITEABLE) {
        struct server_request *r = *slot;
        return !r || !r->answered ? 0 : r->headers_written ? write_body(r, slot) : write_headers(r, strlen(r->body));
    }
    if (reason == LWS_CALLBACK_CLOSED_HTTP && slot && *slot) {
        (*slot)->wsi = NULL;
        if ((*slot)->answered) {
            free_request(*slot);
        }
        *slot = NULL;
        return 0;
    }
    return lws_callback_http_dummy(wsi, reason, user, in, size);
}

void server_answer(struct server_request *r, int status, const char *type, const char *body)
{
    r->answered = true;
    r->status = status;
    r->type = copy(type);
    r->body = copy(body);
    if (r->wsi) {
        lws_callback_on_writable(r->wsi);
    } else {
        free_request(r);
    }
}

static void on_log(int level, const char *line)
{
    log_line(level & LLL_ERR ? LOG_WARN : LOG_DEBUG, "libwebsockets", "text=\"%.*s\"", (int)strcspn(line, "\n"), line);
}

/* "127.0.0.1:8080" to its parts; false unless it is a loopback address. */
static bool split_address(const char *address, char host[static 64], int *port)
{
    const char *colon = strrchr(address, ':');
    if (!colon || colon == address || (size_t)(colon - address) >= 64) {
        return false;
    }
    snprintf(host, 64, "%.*s", (int)(colon - address), address);
    char *end;
    long n = strtol(colon + 1, &end, 10);
    *port = (int)n;
    if (!colon[1] || *end || n < 0 || n > 65535) {
        return false;
    }
    if (strcmp(host, "localhost") == 0) {
        snprintf(host, 64, "127.0.0.1");
    } else if (strcmp(host, "[::1]") == 0) {
        snprintf(host, 64, "::1");
    }
    return strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0;
}

static const struct lws_protocols protocols[] = {
    { .name = "http", .callback = on_event, .per_session_data_size = sizeof(struct server_request *) },
    { .name = NULL },
};

static bool listen_on(struct server *s, const char *host, int port)
{
    void *loops[] = { loop_uv(s->loop) };
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN,
        .foreign_loops = loops,
        .pcontext = &s->lws, /* made NULL when it is gone for good */
        .user = s,
        .gid = (gid_t)-1,
        .uid = (uid_t)-1,
        .fd_limit_per_thread = DESCRIPTORS,
        .options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS,
    };
    lws_set_log_level(LLL_ERR, on_log);
    s->lws = lws_create_context(&info);
    if (!s->lws) {
        return false;
    }
    info.options |= LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND |
                    LWS_SERVER_OPTION_HTTP_HEADERS_SECURITY_BEST_PRACTICES_ENFORCE |
                    (strchr(host, ':') ? 0 : LWS_SERVER_OPTION_DISABLE_IPV6);
    info.port = port;
    info.iface = host;
    info.protocols = protocols;
    info.alpn = "http/1.1";
    info.keepalive_timeout = IDLE_SECONDS;
    s->vhost = lws_create_vhost(s->lws, &info);
    return s->vhost && lws_get_vhost_listen_port(s->vhost) > 0;
}

struct server *server_open(struct loop *l, const char *address,
                           void (*asked)(void *context, struct server_request *r, const char *path), void *context,
                           char *error, size_t size)
{
    char host[64];
    int port;
    if (!split_address(address, host, &port)) {
        snprintf(error, size, "'%s' is no address:port on loopback, such as 127.0.0.1:8080", address);
        return NULL;
    }
    struct server *s = net_alloc(sizeof *s);
    s->loop = l;
    s->asked = asked;
    s->context = context;
    if (!listen_on(s, host, port)) {
        snprintf(error, size, "cannot listen on %s: is something else there?", address);
        server_close(s);
        return NULL;
    }
    return s;
}

int server_port(const struct server *s)
{
    return lws_get_vhost_listen_port(s->vhost);
}

void server_close(struct server *s)
{
    if (!s) {
        return;
    }
    /* It closes its handles in callbacks of its own, and on a foreign loop wants to be told again after them. */
    for (int i = 0; i < 4 && s->lws; i++) {
        lws_context_destroy(s->lws);
        uv_run(loop_uv(s->loop), UV_RUN_NOWAIT);
        uv_run(loop_uv(s->loop), UV_RUN_NOWAIT);
    }
    for (struct server_request *r = s->requests, *next; r; r = next) {
        next = r->next;
        free_request(r);
    }
    free(s);
}
