#include "learnd/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Under AddressSanitizer what was released is forbidden ground, so tests catch what outlives its mark. */
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(start, size) ((void)(start), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(start, size) ((void)(start), (void)(size))
#endif

enum { CHUNK_SIZE = 64 * 1024, BUF_START = 64 };

struct chunk {
    struct chunk *below;
    size_t size, used;
    alignas(max_align_t) char data[];
};

struct arena {
    struct chunk *top;
    size_t total, limit; /* bytes of all chunks; limit 0: none */
    void (*full)(void *context);
    void *context;
};

static _Noreturn void give_up(void)
{
    fputs("learnd: out of memory\n", stderr);
    abort();
}

static void push_chunk(struct arena *a, size_t at_least)
{
    size_t size = at_least > CHUNK_SIZE ? at_least : CHUNK_SIZE;
    if (a->limit && size > a->limit - (a->total < a->limit ? a->total : a->limit)) {
        a->full(a->context);
    }
    struct chunk *c = size < SIZE_MAX / 2 ? malloc(sizeof *c + size) : NULL;
    if (!c) {
        give_up();
    }
    *c = (struct chunk){ .below = a->top, .size = size };
    ASAN_POISON_MEMORY_REGION(c->data, size);
    a->top = c;
    a->total += size;
}

static void pop_chunk(struct arena *a)
{
    struct chunk *c = a->top;
    a->top = c->below;
    a->total -= c->size;
    ASAN_UNPOISON_MEMORY_REGION(c->data, c->size);
    free(c);
}

struct arena *arena_open(void)
{
    struct arena *a = calloc(1, sizeof *a);
    if (!a) {
        give_up();
    }
    push_chunk(a, CHUNK_SIZE);
    return a;
}

void arena_close(struct arena *a)
{
    if (!a) {
        return;
    }
    while (a->top) {
        pop_chunk(a);
    }
    free(a);
}

void arena_reset(struct arena *a)
{
    while (a->top->below) {
        pop_chunk(a);
    }
    arena_release(a, (struct arena_mark){ .chunk = a->top, .used = 0 });
}

void arena_limit(struct arena *a, size_t limit, void (*full)(void *context), void *context)
{
    a->limit = limit;
    a->full = full;
    a->context = context;
}

void *arena_alloc(struct arena *a, size_t size)
{
    if (size > SIZE_MAX / 2) {
        give_up();
    }
    size_t align = alignof(max_align_t), room = (size + align - 1) / align * align;
    room = room ? room : align; /* two objects never share an address */
    if (room > a->top->size - a->top->used) {
        push_chunk(a, room);
    }
    char *p = a->top->data + a->top->used;
    a->top->used += room;
    ASAN_UNPOISON_MEMORY_REGION(p, size);
    return memset(p, 0, size);
}

void *arena_alloc_many(struct arena *a, size_t size, size_t n)
{
    size_t total;
    if (__builtin_mul_overflow(size, n, &total)) {
        give_up();
    }
    return arena_alloc(a, total);
}

char *arena_copy(struct arena *a, const char *text)
{
    return text ? arena_copy_n(a, text, strlen(text)) : NULL;
}

char *arena_copy_n(struct arena *a, const char *text, size_t n)
{
    char *copy = arena_alloc(a, n + 1);
    if (n) {
        memcpy(copy, text, n);
    }
    return copy;
}

char *arena_vprintf(struct arena *a, const char *format, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (n < 0) {
        give_up();
    }
    char *text = arena_alloc(a, (size_t)n + 1);
    vsnprintf(text, (size_t)n + 1, format, ap);
    return text;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    char *text = arena_vprintf(a, format, ap);
    va_end(ap);
    return text;
}

struct arena_mark arena_mark(struct arena *a)
{
    return (struct arena_mark){ .chunk = a->top, .used = a->top->used };
}

void arena_release(struct arena *a, struct arena_mark mark)
{
    while (a->top != mark.chunk) {
        pop_chunk(a);
    }
    ASAN_POISON_MEMORY_REGION(a->top->data + mark.used, a->top->used - mark.used);
    a->top->used = mark.used;
}

/* Room for n more bytes and the NUL. */
static void buf_reserve(struct buf *b, size_t n)
{
    if (n > SIZE_MAX / 4 - b->len) {
        give_up();
    }
    size_t need = b->len + n + 1;
    if (need <= b->cap) {
        return;
    }
    size_t cap = b->cap ? b->cap * 2 : BUF_START;
    cap = cap < need ? need : cap;
    char *data = arena_alloc(b->arena, cap);
    if (b->len) {
        memcpy(data, b->data, b->len);
    }
    b->data = data;
    b->cap = cap;
}

void buf_add(struct buf *b, const char *text)
{
    buf_add_n(b, text, strlen(text));
}

void buf_add_n(struct buf *b, const char *text, size_t n)
{
    buf_reserve(b, n);
    if (n) {
        memcpy(b->data + b->len, text, n);
    }
    b->len += n;
    b->data[b->len] = '\0';
}

void buf_add_char(struct buf *b, char c)
{
    buf_add_n(b, &c, 1);
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list ap, again;
    va_start(ap, format);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (n < 0) {
        give_up();
    }
    buf_reserve(b, (size_t)n);
    vsnprintf(b->data + b->len, (size_t)n + 1, format, ap);
    va_end(ap);
    b->len += (size_t)n;
}

const char *buf_text(struct buf *b)
{
    return b->data ? b->data : "";
}
