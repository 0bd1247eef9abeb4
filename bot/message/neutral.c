/* The neutral text of a message: what conversations expect and plain fallbacks show. */
#include <string.h>

#include "page.h"

static void put(struct page *p, const char *text)
{
    if (!*text)
        return;
    for (int i = page_take_breaks(p); i > 0; i--)
        buf_add_char(&p->out, '\n');
    buf_add(&p->out, text);
}

/* Inline text: its newlines are breaks. */
static void put_text(struct page *p, const char *text)
{
    while (*text) {
        size_t n = strcspn(text, "\n");
        put(p, arena_copy_n(p->out.arena, text, n));
        text += n;
        if (*text) {
            page_break(p);
            text++;
        }
    }
}

static void put_block(struct page *p, const char *text)
{
    page_block(p);
    put_text(p, text);
    page_ended(p);
}

static void put_quote(struct page *p, const char *text)
{
    page_block(p);
    for (;;) {
        size_t n = strcspn(text, "\n");
        put(p, arena_printf(p->out.arena, "> %.*s", (int)n, text));
        page_block(p);
        if (!text[n])
            break;
        text += n + 1;
    }
    page_ended(p);
}

static void put_with_url(struct page *p, const char *text, const char *url)
{
    put_text(p, text);
    if (url && *url && strcmp(text, url) != 0)
        put(p, arena_printf(p->out.arena, *text ? " (%s)" : "%s", url));
}

static void put_code(struct page *p, const char *text)
{
    if (strchr(text, '\n'))
        put_block(p, text);
    else
        put_text(p, text);
}

/* A run of buttons stands on a line of its own, with keycaps each button does. */
static void put_button(struct page *p, const struct node *n, bool first, bool last, bool keycaps)
{
    if (first || keycaps)
        page_block(p);
    struct buf b = { .arena = p->out.arena };
    if (keycaps) {
        buf_add_keycap(&b, ++p->buttons);
        buf_printf(&b, " %s", n->text);
    } else {
        buf_printf(&b, first ? "[%s]" : " [%s]", n->text);
    }
    put(p, b.data);
    if (last)
        page_ended(p);
}

static void put_node(struct page *p, const struct node *before, const struct node *n, bool keycaps)
{
    struct arena *a = p->out.arena;
    switch (n->kind) {
    case NODE_TEXT:
    case NODE_BOLD:
    case NODE_ITALIC:
    case NODE_PERSON:
        put_text(p, n->text);
        break;
    case NODE_CODE:
        put_code(p, n->text);
        break;
    case NODE_LINK:
        put_with_url(p, n->text, n->value);
        break;
    case NODE_BREAK:
        page_break(p);
        break;
    case NODE_BULLET:
        page_block(p);
        put(p, "- ");
        put_text(p, n->text);
        break;
    case NODE_NUMBER:
        page_block(p);
        put(p, arena_printf(a, "%lld. ", (long long)n->object));
        put_text(p, n->text);
        break;
    case NODE_QUOTE:
        put_quote(p, n->text);
        break;
    case NODE_HEADING:
    case NODE_CONTEXT:
        put_block(p, n->text);
        break;
    case NODE_FIELD:
        put_block(p, arena_printf(a, "%s: %s", n->text, n->value ? n->value : ""));
        break;
    case NODE_IMAGE:
        page_block(p);
        put(p, "🖼 ");
        put_with_url(p, n->text, n->value);
        page_ended(p);
        break;
    case NODE_BUTTON:
    case NODE_CHOICE:
        put_button(p, n, !before || !node_is_button(before), !n->next || !node_is_button(n->next), keycaps);
        break;
    case NODE_INPUT:
        put_block(p, node_input_text(a, n));
        break;
    }
}

char *nodes_to_text(struct arena *a, const struct nodes *list, bool keycaps)
{
    struct page p = { .out = { .arena = a } };
    const struct node *before = NULL;
    for (const struct node *n = list->first; n; before = n, n = n->next)
        put_node(&p, before, n, keycaps);
    return arena_copy(a, buf_text(&p.out));
}

char *nodes_to_neutral(struct arena *a, const struct nodes *list)
{
    return nodes_to_text(a, list, false);
}
