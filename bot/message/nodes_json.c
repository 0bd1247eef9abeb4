/* Bodies of messages as JSON: a plain text node is a string, every other an array [kind, text, value, action, argument,
 * object] whose empty tail is left out: ["Goal set: ",["b","SQL"],["button","Undo","12.1","goal undo","",7]] */
#include <jansson.h>
#include <string.h>

#include "page.h"

enum { FIELDS = 6 };

static const char *const kind_names[] = {
    [NODE_TEXT] = "text",     [NODE_BOLD] = "b",        [NODE_ITALIC] = "i",      [NODE_CODE] = "code",
    [NODE_LINK] = "a",        [NODE_PERSON] = "person", [NODE_BREAK] = "br",      [NODE_BULLET] = "li",
    [NODE_NUMBER] = "ol",     [NODE_QUOTE] = "quote",   [NODE_HEADING] = "h",     [NODE_FIELD] = "field",
    [NODE_CONTEXT] = "small", [NODE_IMAGE] = "img",     [NODE_BUTTON] = "button", [NODE_CHOICE] = "choice",
    [NODE_INPUT] = "input",
};

/* Written here and not by the library: every message passes, and the library takes ten times as long for it. Bytes that are no
 * UTF-8 become U+FFFD, so that writing never fails. */
static void write_text(struct buf *out, const char *text)
{
    size_t taken = 0;

    buf_add_char(out, '"');
    while (*text) {
        size_t plain = 0;
        while ((unsigned char)text[plain] >= 0x20 && (unsigned char)text[plain] < 0x80 && text[plain] != '"' &&
               text[plain] != '\\')
            plain++;
        buf_add_n(out, text, plain);
        text += plain;
        if (*text == '"' || *text == '\\') {
            buf_add_char(out, '\\');
            buf_add_char(out, *text++);
        } else if (*text && (unsigned char)*text < 0x20) {
            buf_printf(out, "\\u%04x", (unsigned)*text++);
        } else if (*text) {
            bool wrong = text_point(text, &taken) == 0xFFFD && taken == 1;
            buf_add_n(out, wrong ? "\xEF\xBF\xBD" : text, wrong ? 3 : taken);
            text += taken;
        }
    }
    buf_add_char(out, '"');
}

static void write_node(struct buf *out, const struct node *n)
{
    const char *texts[] = { kind_names[n->kind], n->text, n->value, n->action, n->argument };
    int used = n->object ? FIELDS : FIELDS - 1;

    if (n->kind == NODE_TEXT) {
        write_text(out, n->text ? n->text : "");
        return;
    }
    while (used < FIELDS && used > 1 && (!texts[used - 1] || !*texts[used - 1]))
        used--;
    for (int i = 0; i < used && i < FIELDS - 1; i++) {
        buf_add_char(out, i ? ',' : '[');
        if (texts[i])
            write_text(out, texts[i]);
        else
            buf_add(out, "null");
    }
    if (used == FIELDS)
        buf_printf(out, ",%lld", (long long)n->object);
    buf_add_char(out, ']');
}

char *nodes_to_json(struct arena *a, const struct nodes *list)
{
    struct buf out = { .arena = a };

    buf_add_char(&out, '[');
    for (const struct node *n = list->first; n; n = n->next) {
        if (n != list->first)
            buf_add_char(&out, ',');
        write_node(&out, n);
    }
    buf_add_char(&out, ']');
    return out.data;
}

static int kind_named(const char *name)
{
    for (size_t i = 0; name && i < sizeof kind_names / sizeof *kind_names; i++)
        if (strcmp(kind_names[i], name) == 0)
            return (int)i;
    return -1;
}

static const char *field(struct arena *a, const json_t *array, size_t i)
{
    return arena_copy(a, json_string_value(json_array_get(array, i)));
}

static bool add_node(struct arena *a, struct nodes *list, const json_t *json)
{
    if (json_is_string(json)) {
        node_add(a, list, NODE_TEXT, json_string_value(json), NULL);
        return true;
    }
    int kind = kind_named(json_string_value(json_array_get(json, 0)));
    if (kind < 0 || json_array_size(json) > FIELDS)
        return false;
    struct node *n = node_add(a, list, (enum node_kind)kind, field(a, json, 1), field(a, json, 2));
    n->action = field(a, json, 3);
    n->argument = field(a, json, 4);
    n->object = json_integer_value(json_array_get(json, 5));
    return true;
}

bool nodes_from_json(struct arena *a, const char *json, struct nodes *list)
{
    *list = (struct nodes){ 0 };
    json_error_t error;
    json_t *array = json ? json_loads(json, 0, &error) : NULL;
    bool good = json_is_array(array);
    size_t i;
    json_t *item;
    json_array_foreach(array, i, item) good = good && add_node(a, list, item);
    json_decref(array);
    if (!good)
        *list = (struct nodes){ 0 };
    return good;
}
