#define _GNU_SOURCE /* O_PATH */
#include "learnd/control.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "control_json.h"
#include "learnd/arena.h"

/* ---- The lock ---- */

int control_lock(const char *database, char *error, size_t size)
{
    struct arena *a = arena_open();
    const char *path = arena_printf(a, "%s.lock", database), *slash = strrchr(database, '/');
    if (slash && slash != database) {
        mkdir(arena_copy_n(a, database, (size_t)(slash - database)), 0700); /* what went wrong is said below */
    }
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        snprintf(error, size, "%s cannot be made: %s", path, strerror(errno));
    } else if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        snprintf(error, size,
                 "Another learnd is at work on %s already, and one at a time is the rule. Stop that one first.",
                 database);
        close(fd);
        fd = -1;
    }
    arena_close(a);
    return fd;
}

/* ---- The socket ----
 * A socket's name may have 107 bytes and a database's path more: it is reached through its folder's descriptor. */

struct place {
    int folder;
    struct sockaddr_un address;
};

static bool place_open(const char *database, struct place *p)
{
    struct arena *a = arena_open();
    const char *folder = dirname(arena_copy(a, database)), *name = basename(arena_copy(a, database));
    p->folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    p->address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    int n = snprintf(p->address.sun_path, sizeof p->address.sun_path, "/proc/self/fd/%d/%s.sock", p->folder, name);
    arena_close(a);
    if (p->folder >= 0 && (n < 0 || (size_t)n >= sizeof p->address.sun_path)) {
        close(p->folder);
        errno = ENAMETOOLONG;
        return false;
    }
    return p->folder >= 0;
}

static int place_close(struct place *p, int fd)
{
    int error = errno;
    close(p->folder);
    errno = error;
    return fd;
}

static int failed(int fd)
{
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

int control_connect(const char *database)
{
    struct place p;
    if (!place_open(database, &p)) {
        return -1;
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&p.address, sizeof p.address) < 0) {
        fd = failed(fd);
    }
    return place_close(&p, fd);
}

bool control_served(const char *database)
{
    int fd = control_connect(database);
    if (fd >= 0) {
        close(fd);
    }
    return fd >= 0;
}

int control_listen(const char *database, char *error, size_t size)
{
    struct place p;
    int fd = -1;
    if (place_open(database, &p)) {
        unlink(p.address.sun_path);
        fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        /* Nobody can connect before listen(), so there is no moment at which others of the machine could. */
        if (fd >= 0 &&
            (bind(fd, (struct sockaddr *)&p.address, sizeof p.address) < 0 || chmod(p.address.sun_path, 0600) < 0)) {
            fd = failed(fd);
        }
        fd = place_close(&p, fd);
    }
    if (fd < 0) {
        snprintf(error, size, "%s.sock cannot be made: %s", database, strerror(errno));
    }
    return fd;
}

/* ---- A request ---- */

static bool send_line(int fd, const char *text)
{
    size_t n = strlen(text), sent = 0;
    while (sent < n) {
        ssize_t k = send(fd, text + sent, n - sent, MSG_NOSIGNAL);
        if (k < 0 && errno != EINTR) {
            return false;
        }
        sent += k > 0 ? (size_t)k : 0;
    }
    return send(fd, "\n", 1, MSG_NOSIGNAL) == 1;
}

int control_call(const char *database, const char *request, void (*line)(void *context, const char *json),
                 void *context)
{
    int fd = control_connect(database), status = -1;
    FILE *in = fd < 0 ? NULL : fdopen(fd, "r");
    char *text = NULL;
    size_t room = 0;
    ssize_t n;
    if (!in) {
        return -1;
    }
    bool done = !send_line(fd, request);
    while (!done && (n = getline(&text, &room, in)) > 0) {
        text[n - 1] = text[n - 1] == '\n' ? '\0' : text[n - 1];
        done = control_read_done(text, &status);
        if (!done && line) {
            line(context, text);
        }
    }
    free(text);
    fclose(in);
    return status;
}
