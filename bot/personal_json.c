#include "personal_json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "learnd/date.h"
#include "learnd/nodes.h"

struct personal_sheet {
    json_t *tables, *about;
};

struct personal_sheet *personal_sheet_open(void)
{
    struct personal_sheet *s = calloc(1, sizeof *s);

    if (!s)
        abort();
    s->tables = json_object();
    s->about = json_object();
    return s;
}

static bool ends(const char *name, const char *suffix)
{
    size_t n = strlen(name), m = strlen(suffix);

    return n >= m && strcmp(name + n - m, suffix) == 0;
}

static char *moment(struct arena *a, int64_t at)
{
    struct local l = local_at(zone_utc(), at);

    return arena_printf(a, "%04d-%02d-%02d %02d:%02d:%02d UTC", l.year, l.month, l.day, l.hour, l.minute, l.second);
}

static const char *said(struct arena *a, const char *body)
{
    struct nodes nodes;

    return body && nodes_from_json(a, body, &nodes) ? nodes_to_neutral(a, &nodes) : body;
}

/* A column's name tells how it is read: at, _at: an instant; _ms: one in milliseconds; _day: a day's number; _body: what
 * was said. */
static const char *readable(struct arena *a, struct rows *r, int column, const char *name)
{
    if (row_is_null(r, column))
        return NULL;
    if (strcmp(name, "at") == 0 || ends(name, "_at"))
        return moment(a, row_int(r, column));
    if (ends(name, "_ms"))
        return moment(a, row_int(r, column) / 1000);
    if (ends(name, "_day"))
        return day_iso(a, row_int(r, column));
    return ends(name, "_body") ? said(a, row_text(r, column)) : row_text(r, column);
}

/* "sent_ms" is called "sent", "first_day" "first day". */
static const char *title(struct arena *a, const char *name)
{
    static const char *const marks[] = { "_at", "_ms", "_body" };
    char *text = arena_copy(a, name);

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (ends(text, marks[i]))
            text[strlen(text) - strlen(marks[i])] = '\0';
    for (char *c = text; *c; c++)
        *c = *c == '_' ? ' ' : *c;
    return text;
}

void personal_sheet_add(struct personal_sheet *s, struct arena *a, const struct personal *d, struct rows *r)
{
    const char *name = title(a, d->table);
    json_t *list = json_object_get(s->tables, name);

    if (!list) {
        list = json_array();
        json_object_set_new(s->tables, name, list);
    }
    while (row_next(r)) {
        json_t *row = json_object();
        for (int i = 0; i < row_width(r); i++) {
            const char *column = row_name(r, i), *text = readable(a, r, i, column);
            json_object_set_new(row, title(a, column), text ? json_string(text) : json_null());
        }
        json_array_append_new(list, row);
    }
    if (d->says)
        json_object_set_new(s->about, name, json_string(d->says));
}

char *personal_sheet_close(struct personal_sheet *s, struct arena *a)
{
    json_t *all = json_object();

    json_object_set_new(all, "who sees it", s->about);
    json_object_set_new(all, "yours", s->tables);
    char *text = json_dumps(all, JSON_INDENT(1));
    char *kept = arena_copy(a, text ? text : "{}");

    free(text);
    json_decref(all);
    free(s);
    return kept;
}
