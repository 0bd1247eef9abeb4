/* The way back from Matrix HTML to the neutral text: what a client shows must say what we meant, so conversations read
 * it. */
#include <stdlib.h>
#include <string.h>

#include "learnd/script.h"

struct reader {
    struct buf out;
    int pending;     /* newlines due before the next content: at most 2 */
    bool block_edge; /* one of them is of a block's begin or end */
    bool quote;
    bool buttons, label_due; /* inside their paragraph; at the begin of a button's line */
    bool ordered;
    long number;        /* of the next item */
    const char *href;   /* of the open link */
    size_t link_starts; /* where its text begins in out */
};

static void flush(struct reader *r)
{
    for (; r->pending > 0; r->pending--)
        if (r->out.len)
            buf_add_char(&r->out, '\n');
    r->block_edge = false;
}

static void put(struct reader *r, const char *text)
{
    flush(r);
    buf_add(&r->out, text);
}

static void read_break(struct reader *r)
{
    if (r->quote)
        buf_add(&r->out, "\n> ");
    else if (r->buttons)
        buf_add(&r->out, "] ");
    else if (r->pending < 2)
        r->pending++;
    r->label_due = r->buttons;
}

static const struct {
    const char *entity;
    char c;
} entities[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&#39;", '\'' } };

/* The character that stands here, as itself or as an entity, and how many bytes it takes. */
static size_t read_char(const char *html, char *c)
{
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++) {
        size_t n = strlen(entities[i].entity);
        if (strncmp(html, entities[i].entity, n) == 0) {
            *c = entities[i].c;
            return n;
        }
    }
    *c = *html;
    return 1;
}

static const char *read_text(struct reader *r, const char *html)
{
    if (r->label_due) { /* the keycap before the label goes, "[" comes */
        r->label_due = false;
        html += strcspn(html, " <");
        html += *html == ' ';
        put(r, "[");
    }
    while (*html && *html != '<') {
        char c;
        size_t n = read_char(html, &c);
        html += n;
        if (c == '\n') {
            read_break(r);
        } else {
            flush(r);
            buf_add_char(&r->out, c);
        }
    }
    return html;
}

/* name: with '="' behind it. "" where the tag has none. */
static char *attribute(struct arena *a, const char *tag, size_t n, const char *name)
{
    struct buf b = { .arena = a };
    const char *from = strstr(arena_copy_n(a, tag, n), name);
    for (from = from ? from + strlen(name) : ""; *from && *from != '"';) {
        char c;
        from += read_char(from, &c);
        buf_add_char(&b, c);
    }
    return arena_copy(a, buf_text(&b));
}

static void begin_link(struct reader *r, const char *tag, size_t n)
{
    flush(r);
    r->href = attribute(r->out.arena, tag, n, "href=\"");
    r->link_starts = r->out.len;
}

static void end_link(struct reader *r)
{
    if (r->href && strcmp(buf_text(&r->out) + r->link_starts, r->href) != 0) {
        buf_add(&r->out, " (");
        buf_add(&r->out, r->href);
        buf_add(&r->out, ")");
    }
    r->href = NULL;
}

static bool is_tag(const char *tag, size_t n, const char *name)
{
    size_t length = strlen(name);
    return n >= length && strncmp(tag, name, length) == 0 && (n == length || tag[length] == ' ');
}

static bool is_block(const char *tag, size_t n)
{
    static const char *const blocks[] = { "p", "h4", "ul", "ol", "li", "blockquote", "pre" };
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        if (is_tag(tag, n, blocks[i]))
            return true;
    return false;
}

static void cross_edge(struct reader *r)
{
    if (!r->block_edge && r->pending < 2)
        r->pending++;
    r->block_edge = true;
}

static void begin_item(struct reader *r)
{
    if (r->ordered)
        put(r, arena_printf(r->out.arena, "%ld. ", r->number++));
    else
        put(r, "- ");
}

static void begin_tag(struct reader *r, const char *tag, size_t n)
{
    if (is_block(tag, n))
        cross_edge(r);
    if (is_tag(tag, n, "br"))
        read_break(r);
    else if (is_tag(tag, n, "p"))
        r->buttons = r->label_due = true;
    else if (is_tag(tag, n, "ul"))
        r->ordered = false;
    else if (is_tag(tag, n, "li"))
        begin_item(r);
    else if (is_tag(tag, n, "a"))
        begin_link(r, tag, n);
    if (is_tag(tag, n, "ol")) {
        r->ordered = true;
        r->number = strtol(attribute(r->out.arena, tag, n, "start=\""), NULL, 10);
    } else if (is_tag(tag, n, "blockquote")) {
        put(r, "> ");
        r->quote = true;
    }
}

static void end_tag(struct reader *r, const char *tag, size_t n)
{
    if (is_tag(tag, n, "p")) {
        buf_add(&r->out, "]");
        r->buttons = r->label_due = false;
    } else if (is_tag(tag, n, "blockquote")) {
        r->quote = false;
    } else if (is_tag(tag, n, "a")) {
        end_link(r);
    }
    if (is_block(tag, n))
        cross_edge(r);
}

char *script_text_of_html(struct arena *a, const char *html)
{
    struct reader r = { .out.arena = a };
    while (*html) {
        if (*html != '<') {
            html = read_text(&r, html);
            continue;
        }
        size_t n = strcspn(++html, ">");
        if (*html == '/')
            end_tag(&r, html + 1, n - 1);
        else
            begin_tag(&r, html, n);
        html += n + (html[n] == '>');
    }
    return arena_copy(a, buf_text(&r.out));
}
