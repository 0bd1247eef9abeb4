/* Who we are: a token that whoami accepts, from the settings or from the file beside the database, else a login with
 * the password. The device stays the same for ever, because the server knows transaction ids per device. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "learnd/log.h"
#include "matrix.h"

enum { SESSION_LIMIT = 8192 };

static void set(char **where, const char *text)
{
    char *copy = matrix_copy(text);
    free(*where);
    *where = copy;
}

void matrix_set_token(struct matrix *m, const char *token)
{
    set(&m->token, token);
    log_secret(token);
}

/* ---- The file ---- */

/* "alice" and "@alice:example.org" are one, as far as can be told. */
static bool same_user(const char *wanted, const char *user)
{
    size_t n = strlen(wanted);
    return !user || strcmp(wanted, user) == 0 ||
           (user[0] == '@' && strncmp(user + 1, wanted, n) == 0 && user[1 + n] == ':');
}

void matrix_session_read(struct matrix *m)
{
    struct arena *a = arena_open();
    char text[SESSION_LIMIT];
    int fd = open(m->session_file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);
    struct matrix_session s;
    if (fd >= 0) {
        close(fd);
    }
    bool good = n > 0 && matrix_read_session(a, text, (size_t)n, &s);
    if (good && (!m->login_user || same_user(m->login_user, s.user))) {
        bool same_device = !m->device || strcmp(m->device, s.device) == 0;
        if (!m->device) {
            set(&m->device, s.device);
        }
        set(&m->user, s.user);
        if (!m->access_token && s.token && same_device) {
            matrix_set_token(m, s.token);
        }
    }
    arena_close(a);
}

static bool write_whole(int fd, const char *text)
{
    size_t n = strlen(text);
    return write(fd, text, n) == (ssize_t)n && fsync(fd) == 0;
}

/* Written before the first login, so that a death in between does not leave a second device behind. */
static void write_session(struct matrix *m)
{
    struct arena *a = arena_open();
    struct matrix_session s = { .user = m->user, .device = m->device, .token = m->access_token ? NULL : m->token };
    const char *whole = matrix_write_session(a, &s), *fresh = arena_printf(a, "%s.new", m->session_file);
    unlink(fresh);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool written = fd >= 0 && write_whole(fd, whole);
    if (fd >= 0) {
        close(fd);
    }
    if (!written || rename(fresh, m->session_file) < 0) {
        log_error("matrix-session", "file=%s what=\"cannot be written: %m\"", m->session_file);
    }
    arena_close(a);
}

static void need_device(struct matrix *m)
{
    unsigned char bytes[5];
    char name[32] = "LEARND";
    if (m->device) {
        return;
    }
    if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes) {
        abort();
    }
    for (size_t i = 0; i < sizeof bytes; i++) {
        snprintf(name + 6 + 2 * i, 3, "%02X", bytes[i]);
    }
    m->device = matrix_copy(name);
}

/* ---- The conversation with the server ---- */

static void try_later(struct matrix *m, const struct http_answer *answer, const char *event)
{
    struct arena *a = arena_open();
    struct matrix_error e = matrix_read_error(a, answer->body, answer->size);
    int64_t wait = matrix_wait(&m->backoff, answer);
    log_warn(event, "status=%d code=%s what=\"%s%s\" again_ms=%lld", answer->status, e.code, e.text, answer->why,
             (long long)wait);
    arena_close(a);
    matrix_again(m, matrix_login, wait);
}

static void enter(struct matrix *m)
{
    log_info("matrix-login", "user=%s device=%s", m->user, m->device ? m->device : "");
    backoff_reset(&m->backoff);
    m->entered(m->entered_context);
    matrix_sync_start(m);
}

static void on_login(void *context, const struct http_answer *answer)
{
    struct matrix *m = context;
    struct arena *a = arena_open();
    if (answer->end == HTTP_ANSWERED && answer->status == 200) {
        const char *token = matrix_read_member(a, answer->body, answer->size, "access_token");
        const char *user = matrix_read_member(a, answer->body, answer->size, "user_id");
        if (token && user) {
            matrix_set_token(m, token);
            set(&m->user, user);
            write_session(m);
            enter(m);
            arena_close(a);
            return;
        }
    }
    arena_close(a);
    try_later(m, answer, "matrix-login-failed");
}

static void login_with_password(struct matrix *m)
{
    struct arena *a = arena_open();
    need_device(m);
    write_session(m);
    const char *body = matrix_write_login(a, m->login_user, m->password, m->device);
    matrix_ask(m, &(struct matrix_ask){ .method = "POST", .path = "/_matrix/client/v3/login", .body = body }, on_login,
               m);
    arena_close(a);
}

static void on_whoami(void *context, const struct http_answer *answer)
{
    struct matrix *m = context;
    struct arena *a = arena_open();
    bool answered = answer->end == HTTP_ANSWERED;
    const char *user =
        answered && answer->status == 200 ? matrix_read_member(a, answer->body, answer->size, "user_id") : NULL;
    if (user) {
        set(&m->user, user);
        const char *device = matrix_read_member(a, answer->body, answer->size, "device_id");
        if (device) {
            set(&m->device, device);
        }
        write_session(m);
        enter(m);
    } else if (answered && answer->status == 401 && m->password) {
        set(&m->token, NULL);
        login_with_password(m);
    } else {
        try_later(m, answer, "matrix-token-refused");
    }
    arena_close(a);
}

void matrix_login(struct matrix *m)
{
    if (!m->token) {
        matrix_set_token(m, m->access_token);
    }
    if (m->token) {
        matrix_ask(m, &(struct matrix_ask){ .method = "GET", .path = "/_matrix/client/v3/account/whoami" }, on_whoami,
                   m);
    } else {
        login_with_password(m); /* the settings have one or the other */
    }
}

void matrix_lost_token(struct matrix *m)
{
    log_warn("matrix-token-lost", "user=%s", m->user);
    m->ready = false;
    if (m->poll) {
        http_cancel(m->poll);
        m->poll = NULL;
    }
    matrix_again(m, matrix_login, backoff_next(&m->backoff));
}
