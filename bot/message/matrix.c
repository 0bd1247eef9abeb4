/* Messages for Matrix: org.matrix.custom.html and the plain body. A run of buttons is a paragraph of its own (nothing
 * else is one), each button a line that begins with its keycap, which is also the reaction that presses it. */
#include <string.h>

#include "page.h"

struct html {
    struct page page;
    const char *list; /* "ul", "ol" while one is open; NULL: none */
    int64_t number;   /* of the open ordered list's last item */
    bool block;       /* what stands before the pending newlines is an HTML block: it ends its line itself */
};

static void escape(struct buf *b, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '&':
            buf_add(b, "&amp;");
            break;
        case '<':
            buf_add(b, "&lt;");
            break;
        case '>':
            buf_add(b, "&gt;");
            break;
        case '"':
            buf_add(b, "&quot;");
            break;
        case '\'':
            buf_add(b, "&#39;");
            break;
        default:
            buf_add_char(b, *text);
        }
    }
}

static void close_list(struct html *h)
{
    if (!h->list)
        return;
    buf_printf(&h->page.out, "</li></%s>", h->list);
    h->list = NULL;
    h->block = true;
}

/* Newlines due before content; a block on either side ends a line without <br>. */
static void open_line(struct html *h, bool block)
{
    int breaks = page_take_breaks(&h->page);
    if (breaks)
        close_list(h);
    if (breaks && (block || h->block))
        breaks--;
    while (breaks-- > 0)
        buf_add(&h->page.out, "<br>");
    h->block = false;
}

static void put(struct html *h, const char *open, const char *text, const char *close)
{
    if (!*text)
        return;
    open_line(h, false);
    buf_add(&h->page.out, open);
    escape(&h->page.out, text);
    buf_add(&h->page.out, close);
}

/* Inline text: its newlines are breaks, the tags stand around each line. */
static void put_text(struct html *h, const char *open, const char *text, const char *close)
{
    while (*text) {
        size_t n = strcspn(text, "\n");
        put(h, open, arena_copy_n(h->page.out.arena, text, n), close);
        text += n;
        if (*text) {
            page_break(&h->page);
            text++;
        }
    }
}

static void put_line(struct html *h, const char *open, const char *text, const char *close)
{
    page_block(&h->page);
    put_text(h, open, text, close);
    page_ended(&h->page);
}

static void open_block(struct html *h, const char *tag)
{
    page_block(&h->page);
    open_line(h, true);
    buf_add(&h->page.out, tag);
}

static void close_block(struct html *h, const char *tag)
{
    buf_add(&h->page.out, tag);
    page_ended(&h->page);
    h->block = true;
}

static void put_heading(struct html *h, const char *text)
{
    if (*text) {
        open_block(h, "<h4>");
        escape(&h->page.out, text);
        close_block(h, "</h4>");
    } else {
        put_line(h, "", text, "");
    }
}

static void put_quote(struct html *h, const char *text)
{
    open_block(h, "<blockquote>");
    while (*text) {
        size_t n = strcspn(text, "\n");
        escape(&h->page.out, arena_copy_n(h->page.out.arena, text, n));
        text += n;
        if (*text) {
            buf_add(&h->page.out, "<br>");
            text++;
        }
    }
    close_block(h, "</blockquote>");
}

static void put_code(struct html *h, const char *text)
{
    if (!strchr(text, '\n')) {
        put(h, "<code>", text, "</code>");
        return;
    }
    const char *first = text + strspn(text, "\n");
    if (!*first) { /* only newlines */
        put_line(h, "", text, "");
        return;
    }
    page_block(&h->page);
    for (; text < first; text++)
        page_break(&h->page);
    open_line(h, true);
    buf_add(&h->page.out, "<pre><code>");
    size_t n = strlen(text);
    while (text[n - 1] == '\n')
        n--;
    escape(&h->page.out, arena_copy_n(h->page.out.arena, text, n));
    buf_add(&h->page.out, "</code></pre>");
    h->block = true;
    for (; text[n]; n++)
        page_break(&h->page);
    page_ended(&h->page);
}

static void put_link(struct html *h, const char *text, const char *url)
{
    struct buf open = { .arena = h->page.out.arena };
    buf_add(&open, "<a href=\"");
    escape(&open, url ? url : "");
    buf_add(&open, "\">");
    if (url && *url)
        put(h, open.data, *text ? text : url, "</a>");
    else
        put(h, "", text, "");
}

static void put_item(struct html *h, const char *list, int64_t number, const char *text)
{
    page_block(&h->page);
    bool goes_on = h->list == list && h->page.pending == 1 && (*list == 'u' || number == h->number + 1);
    if (!goes_on)
        close_list(h);
    if (goes_on) {
        page_take_breaks(&h->page);
        buf_add(&h->page.out, "</li>");
    } else {
        open_line(h, true);
        buf_printf(&h->page.out, *list == 'u' ? "<ul>" : "<ol start=\"%lld\">", (long long)number);
        h->list = list;
    }
    h->number = number;
    buf_add(&h->page.out, "<li>");
    put_text(h, "", text, "");
}

static void put_field(struct html *h, const char *name, const char *value)
{
    page_block(&h->page);
    put(h, "<b>", arena_printf(h->page.out.arena, "%s:", name), "</b>");
    put(h, "", arena_printf(h->page.out.arena, " %s", value ? value : ""), "");
    page_ended(&h->page);
}

static void put_image(struct html *h, const struct node *n)
{
    page_block(&h->page);
    put(h, "", "🖼 ", "");
    if (n->value && (strncmp(n->value, "http", 4) == 0))
        put_link(h, n->text, n->value);
    else if (n->value && *n->value && strcmp(n->value, n->text) != 0)
        put(h, "", arena_printf(h->page.out.arena, *n->text ? "%s (%s)" : "%s%s", n->text, n->value), "");
    else
        put(h, "", n->text, "");
    page_ended(&h->page);
}

static void put_button(struct html *h, const struct node *n, bool first, bool last)
{
    struct buf *out = &h->page.out;
    if (first)
        open_block(h, "<p>");
    else
        buf_add(out, "<br>");
    buf_add_keycap(out, ++h->page.buttons);
    buf_add(out, " ");
    escape(out, n->text);
    if (last)
        close_block(h, "</p>");
}

static void put_node(struct html *h, const struct node *before, const struct node *n)
{
    static const char ul[] = "ul", ol[] = "ol";
    switch (n->kind) {
    case NODE_TEXT:
    case NODE_PERSON:
        put_text(h, "", n->text, "");
        break;
    case NODE_BOLD:
        put_text(h, "<strong>", n->text, "</strong>");
        break;
    case NODE_ITALIC:
        put_text(h, "<em>", n->text, "</em>");
        break;
    case NODE_CODE:
        put_code(h, n->text);
        break;
    case NODE_LINK:
        put_link(h, n->text, n->value);
        break;
    case NODE_BREAK:
        page_break(&h->page);
        break;
    case NODE_BULLET:
        put_item(h, ul, 0, n->text);
        break;
    case NODE_NUMBER:
        put_item(h, ol, n->object, n->text);
        break;
    case NODE_QUOTE:
        put_quote(h, n->text);
        break;
    case NODE_HEADING:
        put_heading(h, n->text);
        break;
    case NODE_FIELD:
        put_field(h, n->text, n->value);
        break;
    case NODE_CONTEXT:
        put_line(h, "<em>", n->text, "</em>");
        break;
    case NODE_IMAGE:
        put_image(h, n);
        break;
    case NODE_BUTTON:
    case NODE_CHOICE:
        put_button(h, n, !before || !node_is_button(before), !n->next || !node_is_button(n->next));
        break;
    case NODE_INPUT:
        put_line(h, "", node_input_text(h->page.out.arena, n), "");
        break;
    }
}

char *nodes_to_matrix_html(struct arena *a, const struct nodes *list)
{
    struct html h = { .page.out.arena = a };
    const struct node *before = NULL;
    for (const struct node *n = list->first; n; before = n, n = n->next)
        put_node(&h, before, n);
    close_list(&h);
    return arena_copy(a, buf_text(&h.page.out));
}

char *nodes_to_matrix_plain(struct arena *a, const struct nodes *list)
{
    return nodes_to_text(a, list, true);
}
