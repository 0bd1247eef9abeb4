/* Memory that dies together: an arena for a turn, a load, a program.
 * The arena owns all it gave; nothing is freed singly. Out of memory aborts. */
#ifndef LEARND_ARENA_H
#define LEARND_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;
struct arena_mark {
    void *chunk;
    size_t used;
};

struct arena *arena_open(void);
void arena_close(struct arena *a); /* NULL is taken */
void arena_reset(struct arena *a); /* forget everything, keep one chunk */

/* What would make it larger than limit bytes calls full, which does not return; 0: no limit. */
void arena_limit(struct arena *a, size_t limit, void (*full)(void *context), void *context);

void *arena_alloc(struct arena *a, size_t size);                 /* zeroed, aligned for any type */
void *arena_alloc_many(struct arena *a, size_t size, size_t n);  /* n objects; a product that overflows aborts */
char *arena_copy(struct arena *a, const char *text);             /* NULL gives NULL */
char *arena_copy_n(struct arena *a, const char *text, size_t n); /* the first n bytes, ended by NUL */
char *arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *format, va_list ap) __attribute__((format(printf, 2, 0)));

/* For loops: what was given since the mark is released. */
struct arena_mark arena_mark(struct arena *a);
void arena_release(struct arena *a, struct arena_mark mark);

#define arena_new(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_array(a, type, n) ((type *)arena_alloc_many((a), sizeof(type), (n)))

/* Text that grows inside an arena. Start with { .arena = a }; data is always ended by NUL once something was added.
 * It moves as it grows: releasing a mark set before it grew takes it away. */
struct buf {
    struct arena *arena;
    char *data;
    size_t len, cap;
};
void buf_add(struct buf *b, const char *text);
void buf_add_n(struct buf *b, const char *text, size_t n);
void buf_add_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *buf_text(struct buf *b); /* never NULL */

#endif
