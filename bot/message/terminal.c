/* Messages for a terminal: wrapped to its width, control and bidi characters made visible, buttons as "[1] Label". */
#include <string.h>
#include <utf8proc.h>

#include "page.h"

#define BOLD "\033[1m"
#define DIM "\033[2m"
#define ITALIC "\033[3m"
#define UNDERLINE "\033[4m"
#define CYAN "\033[36m"
#define PLAIN "\033[0m"

struct pen {
    struct page page;
    struct buf word; /* not yet written: it may have to go to the next line */
    int word_width;
    int spaces; /* due before the word */
    int column, indent, width;
    bool colour, quoting;
};

static void style(struct pen *p, const char *code)
{
    if (p->colour && *code)
        buf_add(&p->word, code);
}

static void start_line(struct pen *p, int indent)
{
    buf_add_char(&p->page.out, '\n');
    if (p->quoting)
        buf_add(&p->page.out, "│ ");
    for (int i = 0; i < indent; i++)
        buf_add_char(&p->page.out, ' ');
    p->column = indent + (p->quoting ? 2 : 0);
    p->spaces = 0;
}

static void end_word(struct pen *p)
{
    if (p->word_width) {
        int breaks = page_take_breaks(&p->page);
        if (breaks)
            p->indent = 0;
        for (int i = 0; i < breaks; i++)
            start_line(p, 0);
        if (p->column > p->indent && p->column + p->spaces + p->word_width > p->width)
            start_line(p, p->indent);
        for (; p->spaces > 0; p->spaces--, p->column++)
            buf_add_char(&p->page.out, ' ');
        p->column += p->word_width;
    }
    buf_add_n(&p->page.out, buf_text(&p->word), p->word.len);
    p->word = (struct buf){ .arena = p->page.out.arena };
    p->word_width = 0;
}

static void put_break(struct pen *p)
{
    end_word(p);
    page_break(&p->page);
}

static void put_block(struct pen *p)
{
    end_word(p);
    page_block(&p->page);
}

static bool is_bidi(int32_t c)
{
    return c == 0x061C || (c >= 0x200E && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

/* Appends to the word; what could move the cursor or turn the text round is shown as what it is. */
static void put_point(struct pen *p, int32_t c, const char *bytes, size_t n)
{
    struct buf *w = &p->word;
    size_t before = w->len;
    if (c == '\t') {
        buf_add(w, "    ");
    } else if (c < 0x20) {
        buf_printf(w, "\xE2\x90%c", 0x80 + c); /* U+2400 and on: pictures of control characters */
        before = w->len - 1;
    } else if ((c >= 0x7F && c < 0xA0) || is_bidi(c) || c == 0x2028 || c == 0x2029 || c == 0xFEFF) {
        buf_printf(w, "<U+%04X>", (unsigned)c);
    } else {
        buf_add_n(w, c == 0xFFFD ? "\xEF\xBF\xBD" : bytes, c == 0xFFFD ? 3 : n);
        p->word_width += utf8proc_charwidth(c);
        return;
    }
    p->word_width += (int)(w->len - before);
}

/* Whole: blanks do not end the word. */
static void put_points(struct pen *p, const char *text, bool whole)
{
    size_t n = 0;
    for (int32_t c; (c = text_point(text, &n)) != 0; text += n) {
        if (c == '\n') {
            put_break(p);
        } else if (c == ' ' && !whole) {
            end_word(p);
            p->spaces++;
        } else {
            put_point(p, c, text, n);
        }
    }
}

static void put_text(struct pen *p, const char *code, const char *text)
{
    if (!*text)
        return;
    style(p, code);
    put_points(p, text, false);
    style(p, *code ? PLAIN : "");
}

static void put_line(struct pen *p, const char *code, const char *text)
{
    put_block(p);
    put_text(p, code, text);
    end_word(p);
    page_ended(&p->page);
}

static void put_item(struct pen *p, const char *mark, const char *text)
{
    put_block(p);
    put_points(p, mark, true);
    int width = p->word_width;
    end_word(p);
    p->indent = width + 1;
    p->spaces = 1;
    put_text(p, "", text);
}

static void put_quote(struct pen *p, const char *text)
{
    put_block(p);
    int breaks = page_take_breaks(&p->page);
    for (int i = 1; i < breaks; i++)
        buf_add_char(&p->page.out, '\n');
    p->quoting = true;
    if (breaks) {
        start_line(p, 0);
    } else {
        buf_add(&p->page.out, "│ ");
        p->column = 2;
    }
    p->indent = 0;
    while (*text) {
        size_t n = strcspn(text, "\n");
        put_text(p, "", arena_copy_n(p->page.out.arena, text, n));
        end_word(p);
        text += n;
        if (*text) {
            start_line(p, 0);
            text++;
        }
    }
    p->quoting = false;
    page_ended(&p->page);
}

static void put_code(struct pen *p, const char *text)
{
    if (!strchr(text, '\n')) {
        put_text(p, CYAN, text);
        return;
    }
    while (*text) {
        size_t n = strcspn(text, "\n");
        put_block(p);
        style(p, CYAN);
        put_points(p, "    ", true);
        put_points(p, arena_copy_n(p->page.out.arena, text, n), true);
        style(p, PLAIN);
        end_word(p);
        text += n + (text[n] == '\n');
    }
    page_ended(&p->page);
}

static void put_url(struct pen *p, const char *text, const char *url)
{
    put_text(p, UNDERLINE, text);
    if (!url || !*url || strcmp(text, url) == 0)
        return;
    if (*text)
        put_text(p, "", " (");
    put_text(p, DIM, url);
    if (*text)
        put_text(p, "", ")");
}

/* Choices may be long: each has a line of its own. */
static void put_button(struct pen *p, const struct node *before, const struct node *n)
{
    if (!before || before->kind != NODE_BUTTON || n->kind == NODE_CHOICE)
        put_block(p);
    else
        p->spaces = 2;
    style(p, CYAN);
    put_points(p, arena_printf(p->page.out.arena, "[%d]", ++p->page.buttons), true);
    style(p, PLAIN);
    put_points(p, " ", true);
    put_points(p, n->text, true);
    end_word(p);
    if (!n->next || !node_is_button(n->next))
        page_ended(&p->page);
}

static void put_node(struct pen *p, const struct node *before, const struct node *n)
{
    struct arena *a = p->page.out.arena;
    switch (n->kind) {
    case NODE_TEXT:
    case NODE_PERSON:
        put_text(p, "", n->text);
        break;
    case NODE_BOLD:
        put_text(p, BOLD, n->text);
        break;
    case NODE_ITALIC:
        put_text(p, ITALIC, n->text);
        break;
    case NODE_CODE:
        put_code(p, n->text);
        break;
    case NODE_LINK:
        put_url(p, n->text, n->value);
        break;
    case NODE_BREAK:
        put_break(p);
        break;
    case NODE_BULLET:
        put_item(p, "•", n->text);
        break;
    case NODE_NUMBER:
        put_item(p, arena_printf(a, "%lld.", (long long)n->object), n->text);
        break;
    case NODE_QUOTE:
        put_quote(p, n->text);
        break;
    case NODE_HEADING:
        put_line(p, BOLD, n->text);
        break;
    case NODE_FIELD:
        put_line(p, "", arena_printf(a, "%s: %s", n->text, n->value ? n->value : ""));
        break;
    case NODE_CONTEXT:
        put_line(p, DIM, n->text);
        break;
    case NODE_IMAGE:
        put_block(p);
        put_text(p, "", "🖼 ");
        put_url(p, n->text, n->value);
        end_word(p);
        page_ended(&p->page);
        break;
    case NODE_BUTTON:
    case NODE_CHOICE:
        put_button(p, before, n);
        break;
    case NODE_INPUT:
        put_line(p, "", node_input_text(a, n));
        break;
    }
}

char *nodes_to_terminal(struct arena *a, const struct nodes *list, bool colour, int width)
{
    struct pen p = { .page.out.arena = a, .word.arena = a, .colour = colour, .width = width > 20 ? width : 20 };
    const struct node *before = NULL;
    for (const struct node *n = list->first; n; before = n, n = n->next)
        put_node(&p, before, n);
    end_word(&p);
    return arena_copy(a, buf_text(&p.page.out));
}
