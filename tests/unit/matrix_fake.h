/* A homeserver that does what a test tells it to, in threads of its own, and remembers what it was asked.
 * The test owns it; what it answers by default is what a friendly server would. */
#ifndef LEARND_TESTS_MATRIX_FAKE_H
#define LEARND_TESTS_MATRIX_FAKE_H

#include <arpa/inet.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FAKE_RULES = 64, FAKE_REQUESTS = 512, FAKE_CONNECTIONS = 64, FAKE_LOSE = 0 };

struct fake_rule {
    const char *method, *path; /* path: a part of it */
    int status;                /* FAKE_LOSE: the connection is reset */
    const char *body;
    int times;
};

struct fake {
    int fd, port;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_t thread;
    bool ending;
    struct fake_rule rules[FAKE_RULES];
    int rule_count;
    const char *syncs[FAKE_RULES]; /* what /sync with a token answers, in turn; then it waits */
    int sync_first, sync_count;
    char *requests[FAKE_REQUESTS]; /* "PUT /path body" */
    int request_count, sent;
    pthread_t connections[FAKE_CONNECTIONS];
    int fds[FAKE_CONNECTIONS], connection_count;
};

struct fake_connection {
    struct fake *fake;
    int fd;
};

static inline bool fake_read(int fd, char *text, size_t size)
{
    size_t n = 0;
    for (;;) {
        text[n] = '\0';
        char *end = strstr(text, "\r\n\r\n");
        if (end) {
            char *length = strcasestr(text, "content-length:");
            size_t body = length && length < end ? strtoul(length + 15, NULL, 10) : 0;
            if (n >= (size_t)(end + 4 - text) + body) {
                return true;
            }
        }
        ssize_t got = n + 1 < size ? read(fd, text + n, size - 1 - n) : -1;
        if (got <= 0) {
            return false;
        }
        n += (size_t)got;
    }
}

/* With the lock held. */
static inline struct fake_rule fake_default(struct fake *f, const char *method, const char *path)
{
    static __thread char sent[64];
    if (strstr(path, "/whoami") || strstr(path, "/login")) {
        return (struct fake_rule){
            .status = 200,
            .body = "{\"user_id\":\"@learnd:x\",\"access_token\":\"token-of-login\",\"device_id\":\"D1\"}"
        };
    }
    if (strstr(path, "/sync")) {
        return (struct fake_rule){ .status = 200, .body = "{\"next_batch\":\"s0\"}" };
    }
    if (strcmp(method, "PUT") == 0 && (strstr(path, "/send/") || strstr(path, "/redact/"))) {
        snprintf(sent, sizeof sent, "{\"event_id\":\"$sent%d\"}", ++f->sent);
        return (struct fake_rule){ .status = 200, .body = sent };
    }
    return (struct fake_rule){ .status = 200, .body = "{}" };
}

static inline struct fake_rule fake_choose(struct fake *f, const char *method, const char *path)
{
    for (int i = 0; i < f->rule_count; i++) {
        struct fake_rule *r = &f->rules[i];
        if (r->times > 0 && strcmp(r->method, method) == 0 && strstr(path, r->path)) {
            r->times--;
            return *r;
        }
    }
    if (strstr(path, "/sync?") && strstr(path, "since=")) {
        while (f->sync_first == f->sync_count && !f->ending) {
            pthread_cond_wait(&f->changed, &f->lock);
        }
        if (!f->ending) {
            return (struct fake_rule){ .status = 200, .body = f->syncs[f->sync_first++ % FAKE_RULES] };
        }
    }
    return fake_default(f, method, path);
}

static inline bool fake_answer(struct fake *f, int fd, char *request)
{
    char method[8] = "", path[3000] = "", head[128];
    sscanf(request, "%7s %2999s", method, path);
    const char *body = strstr(request, "\r\n\r\n") + 4;
    pthread_mutex_lock(&f->lock);
    char **kept = &f->requests[f->request_count++ % FAKE_REQUESTS];
    free(*kept);
    if (asprintf(kept, "%s %s %s", method, path, body) < 0) {
        abort();
    }
    struct fake_rule r = fake_choose(f, method, path);
    pthread_mutex_unlock(&f->lock);
    if (r.status == FAKE_LOSE) {
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){ 1, 0 }, sizeof(struct linger));
        return false;
    }
    int n = snprintf(head, sizeof head, "HTTP/1.1 %d X\r\nContent-Length: %zu\r\n\r\n", r.status, strlen(r.body));
    return send(fd, head, (size_t)n, MSG_NOSIGNAL) > 0 && send(fd, r.body, strlen(r.body), MSG_NOSIGNAL) >= 0;
}

static inline void *fake_serve(void *context)
{
    struct fake_connection c = *(struct fake_connection *)context;
    enum { REQUEST_SIZE = 1 << 17 };
    char *request = malloc(REQUEST_SIZE);
    free(context);
    while (request && fake_read(c.fd, request, REQUEST_SIZE) && fake_answer(c.fake, c.fd, request)) {
    }
    free(request);
    shutdown(c.fd, SHUT_RDWR);
    return NULL;
}

static inline void *fake_accept(void *context)
{
    struct fake *f = context;
    int fd;
    while ((fd = accept(f->fd, NULL, NULL)) >= 0) {
        struct fake_connection *c = malloc(sizeof *c);
        if (!c || f->connection_count == FAKE_CONNECTIONS) {
            abort();
        }
        *c = (struct fake_connection){ f, fd };
        pthread_mutex_lock(&f->lock);
        f->fds[f->connection_count] = fd;
        pthread_create(&f->connections[f->connection_count++], NULL, fake_serve, c);
        pthread_mutex_unlock(&f->lock);
    }
    return NULL;
}

static inline void fake_open(struct fake *f)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof a;
    memset(f, 0, sizeof *f);
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->changed, NULL);
    f->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(f->fd, (struct sockaddr *)&a, sizeof a) < 0 || listen(f->fd, 16) < 0) {
        abort();
    }
    getsockname(f->fd, (struct sockaddr *)&a, &n);
    f->port = ntohs(a.sin_port);
    pthread_create(&f->thread, NULL, fake_accept, f);
}

static inline void fake_close(struct fake *f)
{
    pthread_mutex_lock(&f->lock);
    f->ending = true;
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->lock);
    shutdown(f->fd, SHUT_RDWR);
    pthread_join(f->thread, NULL);
    close(f->fd);
    for (int i = 0; i < f->connection_count; i++) {
        shutdown(f->fds[i], SHUT_RDWR);
        pthread_join(f->connections[i], NULL);
        close(f->fds[i]);
    }
    for (int i = 0; i < FAKE_REQUESTS; i++) {
        free(f->requests[i]);
    }
}

/* Gone: no connection is taken any more, those that are open end. */
static inline void fake_cut(struct fake *f)
{
    shutdown(f->fd, SHUT_RDWR);
    pthread_mutex_lock(&f->lock);
    for (int i = 0; i < f->connection_count; i++) {
        shutdown(f->fds[i], SHUT_RDWR);
    }
    pthread_mutex_unlock(&f->lock);
}

static inline void fake_forget(struct fake *f) /* what it was asked until now */
{
    pthread_mutex_lock(&f->lock);
    f->request_count = 0;
    pthread_mutex_unlock(&f->lock);
}

/* The next so many requests of that method with this in their path get this answer. Texts must outlive the fake. */
static inline void fake_on(struct fake *f, const char *method, const char *path, int status, const char *body,
                           int times)
{
    pthread_mutex_lock(&f->lock);
    f->rules[f->rule_count++] = (struct fake_rule){ method, path, status, body, times };
    pthread_mutex_unlock(&f->lock);
}

static inline void fake_sync(struct fake *f, const char *body)
{
    pthread_mutex_lock(&f->lock);
    f->syncs[f->sync_count++ % FAKE_RULES] = body;
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->lock);
}

/* How many requests began so ("PUT ") and held that; *last is the last of them, a copy to be freed, if last is not NULL. */
static inline int fake_seen(struct fake *f, const char *begins, const char *holds, char **last)
{
    int n = 0;
    pthread_mutex_lock(&f->lock);
    for (int i = 0; i < f->request_count && i < FAKE_REQUESTS; i++) {
        if (strncmp(f->requests[i], begins, strlen(begins)) == 0 && strstr(f->requests[i], holds)) {
            n++;
            if (last) {
                free(*last);
                *last = strdup(f->requests[i]);
            }
        }
    }
    pthread_mutex_unlock(&f->lock);
    return n;
}

#endif
