#include "personal_json.h"

#include <jansson.h>
#include <stdlib.h>

struct personal_sheet {
    json_t *tables;
};

struct personal_sheet *personal_sheet_open(void)
{
    struct personal_sheet *s = calloc(1, sizeof *s);

    if (!s)
        abort();
    s->tables = json_object();
    return s;
}

void personal_sheet_add(struct personal_sheet *s, const char *table, struct rows *r)
{
    json_t *list = json_array();

    while (row_next(r)) {
        json_t *row = json_object();
        for (int i = 0; i < row_width(r); i++) {
            const char *text = row_text(r, i);
            json_object_set_new(row, row_name(r, i), text ? json_string(text) : json_null());
        }
        json_array_append_new(list, row);
    }
    json_object_set_new(s->tables, table, list);
}

char *personal_sheet_close(struct personal_sheet *s, struct arena *a)
{
    char *text = json_dumps(s->tables, JSON_INDENT(1));
    char *kept = arena_copy(a, text ? text : "{}");

    free(text);
    json_decref(s->tables);
    free(s);
    return kept;
}
