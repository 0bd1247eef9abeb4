/* A card's Markdown as nodes: cmark's tree, walked without recursion; raw HTML is left out, links other than http,
 * https and mailto become their text. */
#define CMARK_NO_SHORT_NAMES
#include <cmark.h>
#include <string.h>

#include "learnd/nodes.h"
#include "learnd/text.h"

struct walk {
    struct arena *arena;
    struct nodes *list;
    int bold, italic;
    cmark_node *captured; /* heading, quote, link, image: its text is gathered until it ends */
    struct buf words;
    struct node *grown; /* the last node, when it is put together from pieces */
    struct buf pieces;
    bool apart; /* an empty line stands before the next paragraph */
    bool some;  /* a block was written */
};

static bool is_safe_url(const char *url)
{
    for (const char *c = url; *c; c++)
        if ((unsigned char)*c <= ' ' || *c == 0x7F)
            return false;
    return text_starts(url, "http://") || text_starts(url, "https://") || text_starts(url, "mailto:");
}

static void grow(struct walk *w, struct node *last, const char *text)
{
    if (w->grown != last) {
        w->grown = last;
        w->pieces = (struct buf){ .arena = w->arena };
        buf_add(&w->pieces, last->text);
    }
    buf_add(&w->pieces, text);
    last->text = w->pieces.data;
}

static void add_inline(struct walk *w, enum node_kind kind, const char *text)
{
    if (!text || !*text)
        return;
    if (w->captured) {
        buf_add(&w->words, text);
        return;
    }
    if (kind == NODE_TEXT && (w->bold || w->italic))
        kind = w->bold ? NODE_BOLD : NODE_ITALIC;
    struct node *last = w->list->last;
    if (last && last->kind == kind && kind != NODE_CODE) /* cmark cuts text at every special character */
        grow(w, last, text);
    else
        node_add(w->arena, w->list, kind, text, NULL);
}

static void add_breaks(struct walk *w, int n)
{
    while (n-- > 0)
        node_add(w->arena, w->list, NODE_BREAK, NULL, NULL);
}

static bool in_item(cmark_node *n)
{
    cmark_node *parent = cmark_node_parent(n);
    return parent && cmark_node_get_type(parent) == CMARK_NODE_ITEM;
}

/* A block begins that is no list: an empty line before it, or in an item a new line. */
static void begin_block(struct walk *w, cmark_node *n)
{
    if (w->captured) {
        if (w->words.len)
            buf_add(&w->words, "\n");
    } else if (in_item(n)) {
        add_breaks(w, cmark_node_previous(n) ? 1 : 0);
    } else {
        add_breaks(w, w->apart ? 2 : 0);
    }
    w->some = true;
}

static void begin_item(struct walk *w, cmark_node *item)
{
    cmark_node *list = cmark_node_parent(item);
    bool ordered = cmark_node_get_list_type(list) == CMARK_ORDERED_LIST;
    intptr_t number = (intptr_t)cmark_node_get_user_data(list);
    if (!cmark_node_previous(item))
        number = ordered ? cmark_node_get_list_start(list) : 1;
    cmark_node_set_user_data(list, (void *)(number + 1));
    if (w->captured)
        buf_add(&w->words, w->words.len ? "\n- " : "- ");
    else
        node_add(w->arena, w->list, ordered ? NODE_NUMBER : NODE_BULLET, NULL, NULL)->object = ordered ? number : 0;
    w->some = true;
}

static void capture(struct walk *w, cmark_node *n)
{
    if (w->captured)
        return;
    w->captured = n;
    w->words = (struct buf){ .arena = w->arena };
}

static void end_captured(struct walk *w, cmark_node *n, enum node_kind kind)
{
    if (w->captured != n)
        return;
    w->captured = NULL;
    const char *text = buf_text(&w->words);
    if (kind == NODE_LINK || kind == NODE_IMAGE) {
        const char *url = cmark_node_get_url(n);
        if (url && is_safe_url(url))
            node_add(w->arena, w->list, kind, text, url);
        else
            add_inline(w, NODE_TEXT, text);
        return;
    }
    node_add(w->arena, w->list, kind, text, NULL);
    w->apart = false;
}

static void add_code_block(struct walk *w, cmark_node *n)
{
    begin_block(w, n);
    char *code = arena_copy(w->arena, cmark_node_get_literal(n));
    size_t length = strlen(code);
    while (length && code[length - 1] == '\n')
        code[--length] = '\0';
    if (!w->captured && !w->apart && w->list->last)
        add_breaks(w, 1);
    add_inline(w, NODE_CODE, code);
    w->apart = true;
}

static void begin_block_of(struct walk *w, cmark_node *n, cmark_node_type type)
{
    if (type == CMARK_NODE_HEADING && !w->captured && w->some && !w->apart)
        add_breaks(w, 2);
    if (type != CMARK_NODE_BLOCK_QUOTE || w->captured)
        begin_block(w, n);
    if (type != CMARK_NODE_PARAGRAPH)
        capture(w, n);
}

static void enter(struct walk *w, cmark_node *n, cmark_node_type type)
{
    if (type == CMARK_NODE_TEXT)
        add_inline(w, NODE_TEXT, cmark_node_get_literal(n));
    else if (type == CMARK_NODE_CODE)
        add_inline(w, NODE_CODE, cmark_node_get_literal(n));
    else if (type == CMARK_NODE_SOFTBREAK)
        add_inline(w, NODE_TEXT, " ");
    else if (type == CMARK_NODE_LINEBREAK)
        add_inline(w, NODE_TEXT, "\n");
    else if (type == CMARK_NODE_CODE_BLOCK)
        add_code_block(w, n);
    else if (type == CMARK_NODE_ITEM)
        begin_item(w, n);
    else if (type == CMARK_NODE_STRONG)
        w->bold++;
    else if (type == CMARK_NODE_EMPH)
        w->italic++;
    else if (type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE)
        capture(w, n);
    else if (type == CMARK_NODE_PARAGRAPH || type == CMARK_NODE_HEADING || type == CMARK_NODE_BLOCK_QUOTE)
        begin_block_of(w, n, type);
}

static void leave(struct walk *w, cmark_node *n, cmark_node_type type)
{
    if (type == CMARK_NODE_STRONG)
        w->bold--;
    else if (type == CMARK_NODE_EMPH)
        w->italic--;
    else if (type == CMARK_NODE_LINK)
        end_captured(w, n, NODE_LINK);
    else if (type == CMARK_NODE_IMAGE)
        end_captured(w, n, NODE_IMAGE);
    else if (type == CMARK_NODE_HEADING)
        end_captured(w, n, NODE_HEADING);
    else if (type == CMARK_NODE_BLOCK_QUOTE)
        end_captured(w, n, NODE_QUOTE);
    else if (type == CMARK_NODE_PARAGRAPH || type == CMARK_NODE_LIST)
        w->apart = true;
}

void nodes_add_markdown(struct arena *a, struct nodes *list, const char *markdown)
{
    cmark_node *document = cmark_parse_document(markdown, strlen(markdown), CMARK_OPT_VALIDATE_UTF8);
    cmark_iter *iter = cmark_iter_new(document);
    struct nodes own = { 0 };
    struct walk w = { .arena = a, .list = &own };
    for (cmark_event_type e; (e = cmark_iter_next(iter)) != CMARK_EVENT_DONE;) {
        cmark_node *n = cmark_iter_get_node(iter);
        if (e == CMARK_EVENT_ENTER)
            enter(&w, n, cmark_node_get_type(n));
        else
            leave(&w, n, cmark_node_get_type(n));
    }
    cmark_iter_free(iter);
    cmark_node_free(document);
    if (!own.first)
        return;
    if (list->last)
        list->last->next = own.first;
    else
        list->first = own.first;
    list->last = own.last;
}
