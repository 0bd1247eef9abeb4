/* libyaml's events become a tree. What nobody needs in a settings file (aliases, tags, documents) is refused. */
#include "tree.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#define DEPTH_MAX 16
#define NODES_MAX 50000

struct builder {
    struct reading *r;
    yaml_parser_t parser;
    int first_line;
    int nodes;
    bool failed; /* a fault after which the tree is of no use */
};

static int line_of(const struct builder *b, yaml_mark_t mark)
{
    return (int)mark.line + b->first_line;
}

static void fail(struct builder *b, yaml_mark_t mark, const char *what)
{
    fault_add(b->r, line_of(b, mark), (int)mark.column + 1, "%s", what);
    b->failed = true;
}

static void fail_parser(struct builder *b)
{
    const char *problem = b->parser.problem ? b->parser.problem : "unreadable";
    const char *context = b->parser.context ? b->parser.context : "";
    yaml_mark_t mark = b->parser.problem_mark;
    fail(b, mark, arena_printf(b->r->arena, "this is no YAML: %s%s%s", problem, *context ? " " : "", context));
}

/* The next event, or false after a fault. The caller deletes it. */
static bool next_event(struct builder *b, yaml_event_t *event)
{
    if (b->failed)
        return false;
    if (!yaml_parser_parse(&b->parser, event)) {
        fail_parser(b);
        return false;
    }
    if (event->type == YAML_ALIAS_EVENT)
        fail(b, event->start_mark, "aliases (*name) are not read here: write it out");
    return true;
}

static bool marked(const yaml_char_t *anchor, const yaml_char_t *tag)
{
    return anchor || tag;
}

static void check_plain(struct builder *b, const yaml_event_t *e)
{
    if ((e->type == YAML_SCALAR_EVENT && marked(e->data.scalar.anchor, e->data.scalar.tag)) ||
        (e->type == YAML_SEQUENCE_START_EVENT && marked(e->data.sequence_start.anchor, e->data.sequence_start.tag)) ||
        (e->type == YAML_MAPPING_START_EVENT && marked(e->data.mapping_start.anchor, e->data.mapping_start.tag)))
        fail(b, e->start_mark, "anchors (&name) and tags (!name) are not read here");
}

static struct node *node_new(struct builder *b, enum node_kind kind, yaml_mark_t mark)
{
    if (++b->nodes > NODES_MAX)
        fail(b, mark, "holds too much: more than 50,000 values");
    struct node *n = arena_new(b->r->arena, struct node);
    n->kind = kind;
    n->line = line_of(b, mark);
    n->column = (int)mark.column + 1;
    return n;
}

static struct node *scalar(struct builder *b, const yaml_event_t *e)
{
    struct node *n = node_new(b, NODE_TEXT, e->start_mark);
    yaml_scalar_style_t style = e->data.scalar.style;
    bool quoted = style == YAML_SINGLE_QUOTED_SCALAR_STYLE || style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
    n->column += quoted;
    const char *text = (const char *)e->data.scalar.value;
    if (strlen(text) != e->data.scalar.length)
        fail(b, e->start_mark, "holds a NUL character");
    bool null = !quoted && style == YAML_PLAIN_SCALAR_STYLE && (strcmp(text, "~") == 0 || strcmp(text, "null") == 0);
    n->text = null ? "" : arena_copy(b->r->arena, text);
    return n;
}

static struct node *build(struct builder *b, const yaml_event_t *e, int depth);

static struct node *list(struct builder *b, const yaml_event_t *start, int depth)
{
    struct node *n = node_new(b, NODE_LIST, start->start_mark), **end = &n->first;
    yaml_event_t e;
    while (next_event(b, &e)) {
        bool done = e.type == YAML_SEQUENCE_END_EVENT;
        if (!done && (*end = build(b, &e, depth + 1)))
            end = &(*end)->next;
        yaml_event_delete(&e);
        if (done)
            break;
    }
    return n;
}

static int key_order(const void *a, const void *b)
{
    const struct node *x = *(struct node *const *)a, *y = *(struct node *const *)b;
    int order = strcmp(x->key, y->key);
    return order ? order : (x->key_line > y->key_line) - (x->key_line < y->key_line);
}

/* Sorted, because a glossary may have thousands of keys. */
static void check_duplicates(struct builder *b, const struct node *map, size_t count)
{
    struct node **keys = arena_array(b->r->arena, struct node *, count + 1);
    size_t n = 0;
    for (struct node *i = map->first; i; i = i->next)
        keys[n++] = i;
    if (n > 1)
        qsort(keys, n, sizeof *keys, key_order);
    for (size_t i = 1; i < n; i++) {
        if (strcmp(keys[i - 1]->key, keys[i]->key) == 0)
            fault_add(b->r, keys[i]->key_line, keys[i]->key_column, "'%s' stands here a second time (first in line %d)",
                      keys[i]->key, keys[i - 1]->key_line);
    }
}

/* The value of a key. NULL only after a fault. */
static struct node *value(struct builder *b, const struct node *key, int depth)
{
    yaml_event_t e;
    if (!next_event(b, &e))
        return NULL;
    struct node *n = build(b, &e, depth + 1);
    yaml_event_delete(&e);
    if (!n)
        return NULL;
    n->key = key->text;
    n->key_line = key->line;
    n->key_column = key->column;
    return n;
}

static struct node *map(struct builder *b, const yaml_event_t *start, int depth)
{
    struct node *n = node_new(b, NODE_MAP, start->start_mark), **end = &n->first;
    size_t count = 0;
    yaml_event_t e;
    while (next_event(b, &e)) {
        bool done = e.type == YAML_MAPPING_END_EVENT;
        struct node *key = done ? NULL : build(b, &e, depth + 1);
        if (key && key->kind != NODE_TEXT)
            fail(b, e.start_mark, "a key must be a word");
        else if (key && (*end = value(b, key, depth)))
            end = &(*end)->next, count++;
        yaml_event_delete(&e);
        if (done)
            break;
    }
    check_duplicates(b, n, count);
    return n;
}

static struct node *build(struct builder *b, const yaml_event_t *e, int depth)
{
    check_plain(b, e);
    if (depth > DEPTH_MAX)
        fail(b, e->start_mark, "is nested too deeply");
    if (b->failed)
        return NULL;
    if (e->type == YAML_SCALAR_EVENT)
        return scalar(b, e);
    if (e->type == YAML_SEQUENCE_START_EVENT)
        return list(b, e, depth);
    return map(b, e, depth);
}

/* Stream start, document start, the tree, document end, stream end. */
static struct node *document(struct builder *b)
{
    struct node *root = NULL;
    yaml_event_t e;
    for (bool done = false; !done && next_event(b, &e);) {
        bool content =
            e.type == YAML_SCALAR_EVENT || e.type == YAML_SEQUENCE_START_EVENT || e.type == YAML_MAPPING_START_EVENT;
        if (e.type == YAML_DOCUMENT_START_EVENT && root)
            fail(b, e.start_mark, "a second document ('---') is not read here");
        else if (content)
            root = build(b, &e, 1);
        done = e.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&e);
    }
    bool empty = root && root->kind == NODE_TEXT && !*root->text;
    return b->failed || empty ? NULL : root;
}

struct node *tree_read(struct reading *r, const char *text, size_t length, int first_line)
{
    struct builder b = { .r = r, .first_line = first_line };
    if (!yaml_parser_initialize(&b.parser)) {
        fault_add(r, first_line, 1, "the YAML reader could not start");
        return NULL;
    }
    yaml_parser_set_encoding(&b.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&b.parser, (const unsigned char *)text, length);
    struct node *root = document(&b);
    yaml_parser_delete(&b.parser);
    return root;
}
