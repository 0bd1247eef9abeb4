#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "learnd/log.h"
#include "learnd/text.h"
#include "net.h"

enum { LINE_PEERS = 32, READ_SIZE = 16384, UNREAD_LIMIT = 4 << 20 };

struct line_server {
    uv_pipe_t uv;
    struct line_calls calls;
    struct line_peer *peers;
    int peer_count;
};

struct line_peer {
    uv_pipe_t uv;
    struct line_server *server;
    struct line_peer *next, **link;
    char *held; /* the beginning of a line that has not ended yet */
    size_t held_size;
    bool ending;  /* nothing more is heard, what was said is still written */
    bool closing; /* gone was called */
    char chunk[READ_SIZE];
};

static void on_peer_closed(uv_handle_t *h)
{
    struct line_peer *p = h->data;
    free(p->held);
    free(p);
}

static void peer_drop(struct line_peer *p)
{
    if (p->closing) {
        return;
    }
    p->closing = true;
    *p->link = p->next;
    if (p->next) {
        p->next->link = p->link;
    }
    p->server->peer_count--;
    p->server->calls.gone(p->server->calls.context, p);
    uv_close((uv_handle_t *)&p->uv, on_peer_closed);
}

static void on_shutdown(uv_shutdown_t *request, int status)
{
    (void)status;
    peer_drop(request->handle->data);
    free(request);
}

void line_peer_close(struct line_peer *p)
{
    if (p->closing || p->ending) {
        return;
    }
    p->ending = true;
    uv_read_stop((uv_stream_t *)&p->uv);
    uv_shutdown_t *request = net_alloc(sizeof *request);
    if (uv_shutdown(request, (uv_stream_t *)&p->uv, on_shutdown) < 0) {
        free(request);
        peer_drop(p);
    }
}

/* What it reads and writes next fails, and that lets go of it: later, as whoever is here may still hold it. */
void line_peer_drop(struct line_peer *p, const char *why)
{
    uv_os_fd_t fd;
    if (p->closing || p->ending || uv_fileno((uv_handle_t *)&p->uv, &fd) < 0) {
        return;
    }
    log_warn("control-client-dropped", "what=\"%s\"", why);
    p->ending = true;
    shutdown(fd, SHUT_RDWR);
}

struct line_write {
    uv_write_t uv;
    char text[];
};

static void on_written(uv_write_t *request, int status)
{
    struct line_peer *p = request->handle->data;
    free(request->data);
    if (status < 0) {
        peer_drop(p);
    }
}

void line_peer_send(struct line_peer *p, const char *line)
{
    if (uv_stream_get_write_queue_size((uv_stream_t *)&p->uv) > UNREAD_LIMIT) {
        line_peer_drop(p, "it does not read");
    }
    if (p->closing || p->ending) {
        return;
    }
    size_t n = strlen(line);
    struct line_write *w = net_alloc(sizeof *w + n + 1);
    memcpy(w->text, line, n);
    w->text[n] = '\n';
    w->uv.data = w;
    uv_buf_t buffer = uv_buf_init(w->text, (unsigned)(n + 1));
    if (uv_write(&w->uv, (uv_stream_t *)&p->uv, &buffer, 1, on_written) < 0) {
        free(w);
    }
}

static void give_room(uv_handle_t *h, size_t suggested, uv_buf_t *buffer)
{
    (void)suggested;
    struct line_peer *p = h->data;
    *buffer = uv_buf_init(p->chunk, sizeof p->chunk);
}

static bool hold(struct line_peer *p, const char *bytes, size_t n)
{
    if (p->held_size + n > LOOP_LINE_LIMIT) {
        log_warn("control-line-too-long", "limit=%d", LOOP_LINE_LIMIT);
        return false;
    }
    p->held = realloc(p->held, p->held_size + n + 1);
    if (!p->held) {
        abort();
    }
    memcpy(p->held + p->held_size, bytes, n);
    p->held_size += n;
    p->held[p->held_size] = '\0';
    return true;
}

/* One whole line is held. */
static bool give_line(struct line_peer *p)
{
    if (memchr(p->held, '\0', p->held_size) || !text_is_utf8(p->held, p->held_size)) {
        return false;
    }
    char *line = p->held;
    p->held = NULL;
    p->held_size = 0;
    p->server->calls.line(p->server->calls.context, p, line);
    free(line);
    return true;
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer)
{
    struct line_peer *p = stream->data;
    bool good = n >= 0;
    const char *at = buffer->base, *end = at + (n > 0 ? n : 0);
    while (good && at < end && !p->closing && !p->ending) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        good = hold(p, at, (size_t)((newline ? newline : end) - at));
        at = newline ? newline + 1 : end;
        good = good && (!newline || give_line(p));
    }
    if (!good) {
        peer_drop(p);
    }
}

static void on_connection(uv_stream_t *stream, int status)
{
    struct line_server *s = stream->data;
    if (status < 0) {
        return;
    }
    struct line_peer *p = net_alloc(sizeof *p);
    uv_pipe_init(stream->loop, &p->uv, 0);
    p->uv.data = p;
    if (uv_accept(stream, (uv_stream_t *)&p->uv) < 0 || s->peer_count == LINE_PEERS) {
        uv_close((uv_handle_t *)&p->uv, on_peer_closed);
        return;
    }
    p->server = s;
    p->next = s->peers;
    p->link = &s->peers;
    if (p->next) {
        p->next->link = &p->next;
    }
    s->peers = p;
    s->peer_count++;
    uv_read_start((uv_stream_t *)&p->uv, give_room, on_read);
}

struct line_server *line_server_open(struct loop *l, int fd, struct line_calls calls)
{
    struct line_server *s = net_alloc(sizeof *s);
    s->calls = calls;
    uv_pipe_init(loop_uv(l), &s->uv, 0);
    s->uv.data = s;
    if (uv_pipe_open(&s->uv, fd) < 0 || uv_listen((uv_stream_t *)&s->uv, LINE_PEERS, on_connection) < 0) {
        close(fd);
        uv_close((uv_handle_t *)&s->uv, net_free_handle);
        return NULL;
    }
    return s;
}

void line_server_close(struct line_server *s)
{
    if (!s) {
        return;
    }
    while (s->peers) {
        peer_drop(s->peers);
    }
    uv_close((uv_handle_t *)&s->uv, net_free_handle);
}
