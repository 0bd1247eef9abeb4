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

/* Bytes that are no UTF-8 become U+FFFD, so that writing never fails. */
static json_t *text_json(struct arena *a, const char *text)
{
    json_t *json = json_string(text);
    if (json)
        return json;
    struct buf b = { .arena = a };
    size_t taken = 0;
    for (int32_t point; (point = text_point(text, &taken)) != 0; text += taken) {
        if (point == 0xFFFD && taken == 1)
            buf_add(&b, "\xEF\xBF\xBD");
        else
            buf_add_n(&b, text, taken);
    }
    return json_string(buf_text(&b));
}

static json_t *node_json(struct arena *a, const struct node *n)
{
    const char *texts[] = { kind_names[n->kind], n->text, n->value, n->action, n->argument };
    if (n->kind == NODE_TEXT)
        return text_json(a, n->text);
    int used = n->object ? FIELDS : FIELDS - 1;
    while (used < FIELDS && used > 1 && (!texts[used - 1] || !*texts[used - 1]))
        used--;
    json_t *array = json_array();
    for (int i = 0; i < used && i < FIELDS - 1; i++)
        json_array_append_new(array, texts[i] ? text_json(a, texts[i]) : json_null());
    if (used == FIELDS)
        json_array_append_new(array, json_integer(n->object));
    return array;
}

char *nodes_to_json(struct arena *a, const struct nodes *list)
{
    json_t *array = json_array();
    for (const struct node *n = list->first; n; n = n->next)
        json_array_append_new(array, node_json(a, n));
    size_t size = json_dumpb(array, NULL, 0, JSON_COMPACT);
    char *text = arena_alloc(a, size + 1);
    json_dumpb(array, text, size, JSON_COMPACT);
    json_decref(array);
    return text;
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
