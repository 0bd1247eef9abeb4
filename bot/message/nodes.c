/* Lists of nodes and what all renderers share: how nodes fall into lines, the numbers of buttons. */
#include <utf8proc.h>

#include "page.h"

/* Text without carriage returns; newlines stay only where a kind may have several lines. */
static char *clean_text(struct arena *a, const char *text, bool lines)
{
    char *clean = arena_copy(a, text);
    char *to = clean;
    for (const char *from = clean; from && *from; from++) {
        if (*from == '\n' && !lines)
            *to++ = ' ';
        else if (*from != '\r')
            *to++ = *from;
    }
    if (to)
        *to = '\0';
    return clean;
}

static bool has_lines(enum node_kind kind)
{
    return kind == NODE_TEXT || kind == NODE_BOLD || kind == NODE_ITALIC || kind == NODE_CODE || kind == NODE_QUOTE;
}

struct node *node_add(struct arena *a, struct nodes *list, enum node_kind kind, const char *text, const char *value)
{
    struct node *n = arena_new(a, struct node);
    n->kind = kind;
    n->text = clean_text(a, text ? text : "", has_lines(kind));
    n->value = clean_text(a, value, kind == NODE_INPUT);
    if (list->last)
        list->last->next = n;
    else
        list->first = n;
    list->last = n;
    return n;
}

bool node_is_button(const struct node *n)
{
    return n->kind == NODE_BUTTON || n->kind == NODE_CHOICE;
}

void page_break(struct page *p)
{
    if (!p->began)
        return;
    if (p->ended)
        p->ended = false;
    else if (p->pending < 2)
        p->pending++;
}

void page_block(struct page *p)
{
    if (p->began && !p->pending)
        p->pending = 1;
    p->ended = false;
}

void page_ended(struct page *p)
{
    page_block(p);
    p->ended = p->began;
}

int page_take_breaks(struct page *p)
{
    int breaks = p->pending;
    p->pending = 0;
    p->ended = false;
    p->began = true;
    return breaks;
}

void buf_add_keycap(struct buf *b, int number)
{
    if (number < 10)
        buf_printf(b, "%d\xEF\xB8\x8F\xE2\x83\xA3", number); /* digit, U+FE0F, U+20E3 */
    else if (number == 10)
        buf_add(b, "\xF0\x9F\x94\x9F"); /* U+1F51F */
    else
        buf_printf(b, "[%d]", number);
}

char *node_input_text(struct arena *a, const struct node *n)
{
    struct buf b = { .arena = a };
    buf_add(&b, n->text);
    if (n->argument && *n->argument) {
        buf_add(&b, " (");
        for (const char *c = n->argument; *c; c++)
            buf_add_n(&b, *c == '\n' ? ", " : c, *c == '\n' ? 2 : 1);
        buf_add(&b, ")");
    }
    buf_add(&b, ": ");
    buf_add(&b, n->value && *n->value ? n->value : "____");
    return b.data;
}

int32_t text_point(const char *text, size_t *n)
{
    *n = 0;
    if (!*text)
        return 0;
    size_t length = 1;
    while (length < 4 && ((unsigned char)text[length] & 0xC0) == 0x80)
        length++;
    utf8proc_int32_t point = 0;
    utf8proc_ssize_t taken = utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)length, &point);
    *n = taken > 0 ? (size_t)taken : 1;
    return taken > 0 ? point : 0xFFFD;
}
