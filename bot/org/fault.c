/* What is wrong with an organisation folder: collected, sorted, said with the nearest known name. */
#include "reading.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "learnd/text.h"

void *list_grow(struct arena *a, void *items, size_t count, size_t size)
{
    bool full = count < 8 ? count == 0 : (count & (count - 1)) == 0;
    if (!full)
        return items;
    void *more = arena_alloc(a, size * (count ? count * 2 : 8));
    if (count)
        memcpy(more, items, size * count);
    return more;
}

void list_add(struct arena *a, struct org_list *list, const char *text)
{
    list->item = list_grow(a, list->item, list->count, sizeof *list->item);
    list->item[list->count++] = text;
}

void org_fault_add(struct org *org, struct org_fault fault)
{
    if (org->fault_count > FAULTS_MAX)
        return;
    if (org->fault_count == FAULTS_MAX)
        fault = (struct org_fault){ "~", 0, 0, "there are more faults than are named here" };
    org->faults = list_grow(org->arena, org->faults, org->fault_count, sizeof *org->faults);
    org->faults[org->fault_count++] = fault;
}

void fault_add(struct reading *r, int line, int column, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    const char *what = arena_vprintf(r->arena, format, ap);
    va_end(ap);
    org_fault_add(r->org, (struct org_fault){ r->file, line, column, what });
}

void warning_add(struct reading *r, int line, int column, const char *format, ...)
{
    struct org *org = r->org;
    va_list ap;
    va_start(ap, format);
    const char *what = arena_vprintf(r->arena, format, ap);
    va_end(ap);
    if (org->warning_count == FAULTS_MAX)
        return;
    org->warnings = list_grow(r->arena, org->warnings, org->warning_count, sizeof *org->warnings);
    org->warnings[org->warning_count++] = (struct org_fault){ r->file, line, column, what };
}

static int fault_order(const void *a, const void *b)
{
    const struct org_fault *x = a, *y = b;
    int order = strcmp(x->file, y->file);
    if (!order)
        order = (x->line > y->line) - (x->line < y->line);
    if (!order)
        order = (x->column > y->column) - (x->column < y->column);
    return order ? order : strcmp(x->what, y->what);
}

void org_faults_sort(struct org *org)
{
    if (org->fault_count > 1)
        qsort(org->faults, org->fault_count, sizeof *org->faults, fault_order);
}

char *org_fault_text(struct arena *a, const struct org_fault *fault)
{
    if (strcmp(fault->file, "~") == 0)
        return arena_copy(a, fault->what);
    if (fault->line <= 0)
        return arena_printf(a, "%s: %s", fault->file, fault->what);
    return arena_printf(a, "%s:%d:%d: %s", fault->file, fault->line, fault->column, fault->what);
}

/* The only name of three letters or more that is one slip away ("sqll", "gti"): a fault may guess where a command must not. */
static const char *nearest_short(const char *word, const char *const *names)
{
    const char *near = NULL;
    for (; *names; names++) {
        if (strlen(*names) < 3 || text_distance(word, *names, 1) > 1)
            continue;
        if (near && strcmp(near, *names) != 0)
            return NULL;
        near = *names;
    }
    return near;
}

const char *did_you_mean(struct arena *a, const char *word, const char *const *names)
{
    const char *near = text_nearest(word, names);
    near = near ? near : nearest_short(word, names);
    return near ? arena_printf(a, " (did you mean '%s'?)", near) : "";
}

void reference_add(struct reading *r, enum reference_kind kind, struct place at, const char *name)
{
    r->references = list_grow(r->arena, r->references, r->reference_count, sizeof *r->references);
    r->references[r->reference_count++] = (struct reference){ kind, r->file, at.line, at.column, name };
}
