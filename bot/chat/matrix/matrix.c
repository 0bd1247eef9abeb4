#include "matrix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "learnd/log.h"

char *matrix_copy(const char *text)
{
    char *copy = text ? strdup(text) : NULL;
    if (text && !copy) {
        abort();
    }
    return copy;
}

const char *matrix_escape(struct arena *a, const char *text)
{
    struct buf b = { .arena = a };
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        bool plain =
            (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || strchr("-._~", *p);
        if (plain) {
            buf_add_char(&b, (char)*p);
        } else {
            buf_printf(&b, "%%%02X", *p);
        }
    }
    return buf_text(&b);
}

void matrix_ignore(void *context, const struct http_answer *a)
{
    (void)context;
    if (a->end != HTTP_ANSWERED || a->status >= 400) {
        log_line(LOG_DEBUG, "matrix-ignored", "status=%d why=\"%s\"", a->status, a->why);
    }
}

struct http_call *matrix_ask(struct matrix *m, const struct matrix_ask *ask,
                             void (*done)(void *context, const struct http_answer *a), void *context)
{
    struct arena *a = arena_open();
    struct http_call *call =
        http_start(m->http,
                   &(struct http_request){ .method = ask->method,
                                           .url = arena_printf(a, "%s%s", m->homeserver, ask->path),
                                           .bearer = m->token,
                                           .type = ask->type,
                                           .body = ask->body,
                                           .body_size = ask->body_size ? ask->body_size
                                                        : ask->body    ? strlen(ask->body)
                                                                       : 0,
                                           .timeout_ms = ask->timeout_ms,
                                           .answer_limit = ask->limit,
                                           .once = ask->once },
                   done, context);
    arena_close(a);
    return call;
}

int64_t matrix_wait(struct backoff *b, const struct http_answer *answer)
{
    struct arena *a = arena_open();
    int64_t wait = answer->status == 429 ? matrix_read_error(a, answer->body, answer->size).retry_after_ms : -1;
    arena_close(a);
    if (answer->status == 429 && wait < 0) {
        wait = answer->retry_after_ms;
    }
    int64_t own = backoff_next(b); /* also counted where the server says how long */
    return wait >= 0 ? wait : own;
}

static void run_again(void *context)
{
    struct matrix *m = context;
    m->again_f(m);
}

void matrix_again(struct matrix *m, void (*f)(struct matrix *m), int64_t after_ms)
{
    m->again_f = f;
    loop_timer_set(m->again, after_ms);
}

/* A server name alone means https; a slash at the end would be doubled. */
static const char *base_url(struct arena *a, const char *homeserver)
{
    const char *scheme = strstr(homeserver, "://") ? "" : "https://";
    size_t n = strlen(homeserver);
    while (n && homeserver[n - 1] == '/') {
        n--;
    }
    return arena_printf(a, "%s%.*s", scheme, (int)n, homeserver);
}

static void show_typing(void *context)
{
    matrix_show_typing(context, true);
}

struct matrix *matrix_open(struct loop *l, struct http *h, const struct matrix_options *o, struct intake intake)
{
    struct matrix *m = calloc(1, sizeof *m);
    if (!m) {
        abort();
    }
    m->loop = l;
    m->http = h;
    m->intake = intake;
    m->arena = arena_open();
    m->homeserver = base_url(m->arena, o->homeserver);
    m->login_user = arena_copy(m->arena, o->user);
    m->password = arena_copy(m->arena, o->password);
    m->access_token = arena_copy(m->arena, o->access_token);
    m->session_file = arena_copy(m->arena, o->session);
    m->device = matrix_copy(o->device_id);
    m->since = matrix_copy(o->since);
    m->entered = o->entered;
    m->entered_context = o->context;
    matrix_session_read(m);
    m->backoff = (struct backoff){ .first_ms = 500, .longest_ms = 10000 };
    m->send_backoff = (struct backoff){ .first_ms = 500, .longest_ms = 15000 };
    m->waiting_end = &m->waiting;
    m->again = loop_timer_open(l, run_again, m);
    m->typing = loop_timer_open(l, show_typing, m);
    matrix_again(m, matrix_login, 0);
    return m;
}

void matrix_close(struct matrix *m)
{
    if (!m) {
        return;
    }
    loop_timer_close(m->again);
    loop_timer_close(m->typing);
    matrix_sends_free(m);
    matrix_rooms_free(m);
    matrix_batch_free(m);
    arena_close(m->arena);
    free(m->user);
    free(m->token);
    free(m->device);
    free(m->since);
    free(m);
}

/* People of our own server are known by their handle, unless the directory says otherwise. */
static const char *account_format(struct matrix *m)
{
    const char *user = m->user ? m->user : m->login_user, *server = user ? strchr(user, ':') : NULL;
    return server ? arena_printf(m->arena, "@%%s%s", server) : NULL;
}

struct transport matrix_transport(struct matrix *m)
{
    return (struct transport){
        .platform = MATRIX_PLATFORM,
        .self = m,
        .deliver = matrix_deliver,
        .wait_ms = 1000,
        .memory_ms = (int64_t)20 * 3600 * 1000, /* Synapse: 24 hours */
        .account_format = account_format(m),
        .direct_format = "%s",
    };
}

struct matrix_figures matrix_figures(const struct matrix *m)
{
    return m->figures;
}
