#include "learnd/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <utf8proc.h>

#include "learnd/arena.h"

enum { LINE_LIMIT = 8192 }; /* bytes of a line; more is cut and marked */

static struct {
    pthread_mutex_t lock;
    enum log_level level;
    char **secrets;
    size_t secret_count;
} logger = { .lock = PTHREAD_MUTEX_INITIALIZER, .level = LOG_INFO };

void log_level_set(enum log_level level)
{
    pthread_mutex_lock(&logger.lock);
    logger.level = level;
    pthread_mutex_unlock(&logger.lock);
}

/* The longest secret that begins here: a shorter one may be its prefix and must not leave the rest. */
static size_t secret_length(const char *at)
{
    size_t longest = 0;
    for (size_t i = 0; i < logger.secret_count; i++) {
        size_t n = strlen(logger.secrets[i]);
        if (n > longest && strncmp(at, logger.secrets[i], n) == 0) {
            longest = n;
        }
    }
    return longest;
}

void log_secret(const char *text)
{
    if (!text || !*text) {
        return;
    }
    pthread_mutex_lock(&logger.lock);
    if (secret_length(text) == strlen(text)) { /* known */
        pthread_mutex_unlock(&logger.lock);
        return;
    }
    char **grown = realloc(logger.secrets, (logger.secret_count + 1) * sizeof *grown);
    char *copy = strdup(text);
    if (!grown || !copy) {
        abort();
    }
    logger.secrets = grown;
    logger.secrets[logger.secret_count++] = copy;
    pthread_mutex_unlock(&logger.lock);
}

/* Adds one character, escaped if it could steer a terminal or break the line; returns the bytes it took. */
static size_t add_escaped(struct buf *line, const char *at)
{
    utf8proc_int32_t c;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)at, -1, &c);
    if (n < 1 || c < 0x20 || (c >= 0x7f && c < 0xa0)) {
        n = n < 1 ? 1 : n;
        for (utf8proc_ssize_t i = 0; i < n; i++) {
            buf_printf(line, "\\x%02x", (unsigned)(unsigned char)at[i]);
        }
    } else {
        buf_add_n(line, at, (size_t)n);
    }
    return (size_t)n;
}

static void add_masked(struct buf *line, const char *text)
{
    for (const char *at = text; *at;) {
        size_t secret = secret_length(at);
        if (secret) {
            buf_add(line, "***");
            at += secret;
        } else if (line->len > LINE_LIMIT) {
            buf_add(line, "...");
            return;
        } else {
            at += add_escaped(line, at);
        }
    }
}

static void add_head(struct buf *line, enum log_level level, const char *event)
{
    static const char *const names[] = { "debug", "info", "warn", "error" };
    char stamp[32];
    time_t now = time(NULL);
    struct tm tm;
    gmtime_r(&now, &tm);
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &tm);
    buf_printf(line, "time=%s level=%s event=%s", stamp, names[level], event);
}

void log_line(enum log_level level, const char *event, const char *format, ...)
{
    pthread_mutex_lock(&logger.lock);
    if (level >= logger.level) {
        struct arena *a = arena_open();
        struct buf line = { .arena = a };
        add_head(&line, level, event);
        va_list ap;
        va_start(ap, format);
        const char *text = arena_vprintf(a, format, ap);
        va_end(ap);
        if (*text) {
            buf_add_char(&line, ' ');
            add_masked(&line, text);
        }
        buf_add_char(&line, '\n');
        fwrite(line.data, 1, line.len, stderr);
        arena_close(a);
    }
    pthread_mutex_unlock(&logger.lock);
}
