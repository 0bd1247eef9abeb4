#include "personal_json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "learnd/date.h"
#include "learnd/nodes.h"

struct cell {
    const char *name, *text; /* text NULL: null */
    struct cell *next;
};

struct line {
    struct cell *cells;
    struct line *next;
};

struct part { /* of one .data row; several may have one name */
    const char *name, *says;
    struct line *lines;
    struct part *next;
};

struct personal_sheet {
    struct arena *arena;
    struct part *first, **end;
};

struct personal_sheet *personal_sheet_open(struct arena *a)
{
    struct personal_sheet *s = arena_new(a, struct personal_sheet);

    s->arena = a;
    s->end = &s->first;
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

static struct cell *read_cells(struct arena *a, struct rows *r)
{
    struct cell *first = NULL, **end = &first;

    for (int i = 0; i < row_width(r); i++) {
        const char *column = row_name(r, i);
        *end = arena_new(a, struct cell);
        **end = (struct cell){ title(a, column), readable(a, r, i, column), NULL };
        end = &(*end)->next;
    }
    return first;
}

void personal_sheet_add(struct personal_sheet *s, const struct personal *d, struct rows *r)
{
    struct part *p = *s->end = arena_new(s->arena, struct part);
    struct line **end = &p->lines;

    s->end = &p->next;
    p->name = title(s->arena, d->table);
    p->says = d->says;
    while (row_next(r)) {
        *end = arena_new(s->arena, struct line);
        (*end)->cells = read_cells(s->arena, r);
        end = &(*end)->next;
    }
}

static json_t *list_of(json_t *tables, const char *name)
{
    json_t *list = json_object_get(tables, name);

    if (!list) {
        list = json_array();
        json_object_set_new(tables, name, list);
    }
    return list;
}

static void add_lines(json_t *list, const struct line *lines)
{
    for (const struct line *l = lines; l; l = l->next) {
        json_t *row = json_object();
        for (const struct cell *c = l->cells; c; c = c->next)
            json_object_set_new(row, c->name, c->text ? json_string(c->text) : json_null());
        json_array_append_new(list, row);
    }
}

char *personal_sheet_close(struct personal_sheet *s)
{
    json_t *all = json_object(), *about = json_object(), *tables = json_object();

    for (const struct part *p = s->first; p; p = p->next) {
        add_lines(list_of(tables, p->name), p->lines);
        if (p->says)
            json_object_set_new(about, p->name, json_string(p->says));
    }
    json_object_set_new(all, "who sees it", about);
    json_object_set_new(all, "yours", tables);
    char *text = json_dumps(all, JSON_INDENT(1));
    char *kept = arena_copy(s->arena, text ? text : "{}");

    free(text);
    json_decref(all);
    return kept;
}
