#include "control_json.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "learnd/text.h"

/* A text that comes from a file or the system may be no UTF-8, and then it would be no JSON: bad bytes become U+FFFD. */
static const char *whole(struct arena *a, const char *text)
{
    struct buf good = { .arena = a };
    if (text_is_utf8(text, strlen(text)))
        return text;
    for (size_t n; *text; text += n) {
        for (n = 1; n < 4 && text[n] && !text_is_utf8(text, n);)
            n++;
        if (text_is_utf8(text, n)) {
            buf_add_n(&good, text, n);
        } else {
            buf_add(&good, "\xEF\xBF\xBD");
            n = 1;
        }
    }
    return buf_text(&good);
}

static const char *dump(struct arena *a, json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT);
    if (!text) {
        abort(); /* whole() lets nothing else pass */
    }
    const char *copy = arena_copy(a, text);
    free(text);
    json_decref(object);
    return copy;
}

bool control_read_request(struct arena *a, const char *line, struct control_request *r)
{
    json_t *root = json_loads(line, 0, NULL);
    const struct {
        const char *name, **to;
    } texts[] = {
        { "op", &r->op },         { "as", &r->as },     { "text", &r->text },         { "value", &r->value },
        { "target", &r->target }, { "path", &r->path }, { "argument", &r->argument }, { "owner", &r->owner }
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        *texts[i].to = arena_copy(a, json_string_value(json_object_get(root, texts[i].name)));
    }
    json_decref(root);
    return r->op != NULL;
}

const char *control_write_line(struct arena *a, const char *text)
{
    return dump(a, json_pack("{s:s}", "line", whole(a, text)));
}

const char *control_write_done(struct arena *a, int status)
{
    return dump(a, json_pack("{s:i}", "done", status));
}

static const char *name_of_op(enum op op)
{
    switch (op) {
    case OP_POST:
        return "post";
    case OP_EDIT:
        return "edit";
    case OP_DELETE:
        return "delete";
    case OP_REACT:
        return "react";
    case OP_FILE:
        return "file";
    case OP_VIEW:
        return "view";
    case OP_FORM:
        break;
    }
    return "form";
}

const char *control_write_delivery(struct arena *a, const struct delivery *d, const char *id)
{
    json_t *o = json_pack("{s:I,s:s}", "message", (json_int_t)d->message, "op", name_of_op(d->op));
    const struct {
        const char *name, *text;
    } texts[] = { { "id", id }, { "target", d->target }, { "body", d->body }, { "name", d->name } };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (texts[i].text) {
            json_object_set_new(o, texts[i].name, json_string(whole(a, texts[i].text)));
        }
    }
    return dump(a, o);
}

bool control_read_done(const char *line, int *status)
{
    json_t *root = json_loads(line, 0, NULL), *done = json_object_get(root, "done");
    bool is_last = json_is_integer(done);
    if (is_last) {
        *status = (int)json_integer_value(done);
    }
    json_decref(root);
    return is_last;
}
