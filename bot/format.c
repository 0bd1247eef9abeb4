/* Formats: *bold*, `code` and newlines are marks in the format alone; what is inserted is always plain text. */
#include "machine.h"

#include <stdlib.h>
#include <string.h>

#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* each spec was cut from a format the compiler checked */

struct writer {
    struct arena *arena;
    struct nodes *list;
    struct buf text;
    enum node_kind kind;
    bool stopped; /* what was inserted last ends with a full stop, and only marks followed */
};

static void flush(struct writer *w, enum node_kind next)
{
    if (w->text.len)
        node_add(w->arena, w->list, w->kind, arena_copy(w->arena, w->text.data), NULL);
    w->text.len = 0;
    w->kind = next;
}

/* One conversion, after its '%', as printf would write it; what follows it in the format. */
static const char *insert_argument(struct buf *out, const char *f, va_list *ap)
{
    char spec[24] = "%";
    size_t n = 1;
    int longs = 0;

    for (; *f && strchr("0123456789.-+ #lz", *f) && n < sizeof spec - 2; f++) {
        longs += *f == 'l' || *f == 'z';
        spec[n++] = *f;
    }
    spec[n] = *f;
    switch (*f) {
    case 's': {
        const char *s = va_arg(*ap, const char *);
        if (n > 1)
            buf_printf(out, spec, s ? s : "");
        else
            buf_add(out, s ? s : "");
        break;
    }
    case 'd':
    case 'u':
    case 'x':
        if (longs)
            buf_printf(out, spec, va_arg(*ap, long));
        else
            buf_printf(out, spec, va_arg(*ap, int));
        break;
    case 'f':
        buf_printf(out, spec, va_arg(*ap, double));
        break;
    case '%':
        buf_add_char(out, '%');
        break;
    default:
        abort(); /* a conversation would say so: what is not read here would shift all that follow */
    }
    return f + 1;
}

void format_nodes(struct arena *a, struct nodes *list, const char *format, va_list ap)
{
    struct writer w = { a, list, { .arena = a }, NODE_TEXT };
    va_list args;

    va_copy(args, ap);
    for (const char *f = format; *f;) {
        if (*f == '%') {
            size_t before = w.text.len;
            f = insert_argument(&w.text, f + 1, &args);
            if (w.text.len > before)
                w.stopped = w.text.data[w.text.len - 1] == '.';
            continue;
        }
        if (*f == '\n') {
            flush(&w, w.kind);
            node_add(a, list, NODE_BREAK, NULL, NULL);
        } else if (*f == '*' && w.kind != NODE_CODE) {
            flush(&w, w.kind == NODE_BOLD ? NODE_TEXT : NODE_BOLD);
        } else if (*f == '`') {
            flush(&w, w.kind == NODE_CODE ? NODE_TEXT : NODE_CODE);
        } else {
            if (*f != '.' || !w.stopped) /* a title that is a sentence ends the one it stands in */
                buf_add_char(&w.text, *f);
            w.stopped = false;
        }
        f++;
    }
    flush(&w, NODE_TEXT);
    va_end(args);
}

char *format_plain(struct arena *a, const char *format, va_list ap)
{
    struct buf out = { .arena = a };
    va_list args;

    va_copy(args, ap);
    for (const char *f = format; *f;) {
        if (*f == '%')
            f = insert_argument(&out, f + 1, &args);
        else if (*f == '*' || *f == '`')
            f++; /* a mark: there is nothing to mark in plain text */
        else
            buf_add_char(&out, *f++);
    }
    va_end(args);
    return arena_copy(a, buf_text(&out));
}
