#include "learnd/poison.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "learnd/text.h"

/* 16 kB: far more than a batch and its deliveries. A slot is free while its id is 0. */
enum { SLOTS = 682, MAGIC = 0x314e5350 };

struct slot {
    uint64_t id;
    uint32_t died; /* the number of the start that counted its last death */
    uint32_t deaths;
    uint32_t in_hand;
    uint32_t unused;
};

struct file {
    uint32_t magic, starts;
    uint64_t unused;
    struct slot slots[SLOTS];
};

struct poison {
    struct file *file;
    pthread_mutex_t lock;
    size_t top; /* no slot from here on is used; few are at any time */
};

/* The finish of splitmix64, so that neighbours part. */
static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    x ^= x >> 31;
    return x ? x : 1;
}

uint64_t poison_event(const char *platform, const char *thing)
{
    return mix(text_hash(platform, strlen(platform)) * 31 + text_hash(thing, strlen(thing)));
}

uint64_t poison_row(int64_t row)
{
    return mix((uint64_t)row + 0x9e3779b97f4a7c15u);
}

static void count_deaths(struct file *f)
{
    if (f->magic != MAGIC) {
        memset(f, 0, sizeof *f);
        f->magic = MAGIC;
    }
    f->starts++;
    for (size_t i = 0; i < SLOTS; i++) {
        struct slot *s = &f->slots[i];
        if (!s->in_hand)
            continue;
        s->in_hand = 0;
        s->deaths++;
        s->died = f->starts;
    }
}

static struct file *map_file(const char *path)
{
    struct stat st;
    struct file *f = MAP_FAILED;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0)
        return MAP_FAILED;
    bool ours = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    if (!ours)
        errno = EINVAL;
    else if ((st.st_size == (off_t)sizeof *f || ftruncate(fd, 0) == 0) &&
             (errno = posix_fallocate(fd, 0, (off_t)sizeof *f)) == 0) /* a hole would kill us when the disk is full */
        f = mmap(NULL, sizeof *f, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    int kept = errno;
    close(fd);
    errno = kept;
    return f;
}

static void lower_top(struct poison *p)
{
    while (p->top && !p->file->slots[p->top - 1].id)
        p->top--;
}

struct poison *poison_open(const char *path, char *error, size_t size)
{
    struct poison *p = malloc(sizeof *p);

    if (!p)
        abort();
    p->file =
        path ? map_file(path) : mmap(NULL, sizeof *p->file, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p->file == MAP_FAILED) {
        snprintf(error, size, "%s: %s", path ? path : "poison", strerror(errno));
        free(p);
        return NULL;
    }
    pthread_mutex_init(&p->lock, NULL);
    count_deaths(p->file);
    p->top = SLOTS;
    lower_top(p);
    return p;
}

void poison_close(struct poison *p)
{
    if (!p)
        return;
    munmap(p->file, sizeof *p->file);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

static struct slot *find(const struct poison *p, uint64_t id)
{
    for (size_t i = 0; i < p->top; i++)
        if (p->file->slots[i].id == id)
            return &p->file->slots[i];
    return NULL;
}

/* A free slot, else the one whose id died longest ago; NULL: all are in hand. */
static struct slot *room(struct poison *p)
{
    struct slot *oldest = find(p, 0);

    if (oldest)
        return oldest;
    if (p->top < SLOTS)
        return &p->file->slots[p->top++];
    for (struct slot *s = p->file->slots; s < p->file->slots + SLOTS; s++)
        if (!s->in_hand && (!oldest || s->died < oldest->died))
            oldest = s;
    return oldest;
}

static void forget(struct poison *p, uint64_t id)
{
    struct slot *s = find(p, id);
    if (s)
        *s = (struct slot){ 0 };
    lower_top(p);
}

void poison_mark(struct poison *p, const uint64_t *ids, size_t n)
{
    pthread_mutex_lock(&p->lock);
    for (size_t i = 0; i < n; i++) {
        struct slot *s = find(p, ids[i]);
        if (!s && (s = room(p)))
            *s = (struct slot){ .id = ids[i] };
        if (s)
            s->in_hand = 1;
    }
    pthread_mutex_unlock(&p->lock);
}

void poison_clear(struct poison *p, const uint64_t *ids, size_t n)
{
    pthread_mutex_lock(&p->lock);
    for (size_t i = 0; i < n; i++)
        forget(p, ids[i]);
    pthread_mutex_unlock(&p->lock);
}

int poison_deaths(struct poison *p, uint64_t id)
{
    pthread_mutex_lock(&p->lock);
    const struct slot *s = find(p, id);
    int deaths = s ? (int)s->deaths : 0;
    pthread_mutex_unlock(&p->lock);
    return deaths;
}

size_t poison_count(struct poison *p)
{
    size_t n = 0;
    pthread_mutex_lock(&p->lock);
    for (size_t i = 0; i < p->top; i++)
        n += p->file->slots[i].id && p->file->slots[i].deaths >= POISON_DEATHS;
    pthread_mutex_unlock(&p->lock);
    return n;
}

void poison_forget(struct poison *p, uint64_t id)
{
    poison_clear(p, &id, 1);
}
