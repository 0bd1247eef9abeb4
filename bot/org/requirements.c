/* The other form of rules/NAME.yaml: what must be learnt by whom until when; and what both forms share. */
#include <stdlib.h>
#include <string.h>

#include "learnd/date.h"
#include "rule.h"
#include "values.h"

#define INTO(member) .offset = offsetof(struct org_requirement, member)

/* ---- What both forms share --------------------------------------------------------------------------------------- */

void rule_take_id(struct reading *r, const struct node *n, const char **out)
{
    if (!node_expect(r, n, NODE_TEXT, "a word"))
        return;
    if (!slug_is_well_formed(n->text))
        fault_add(r, n->line, n->column, "'%s' cannot be an id: small letters a-z, digits, '.', '_' and '-'", n->text);
    *out = n->text;
}

void rule_take_who(struct reading *r, const struct node *n, const char **out)
{
    if (!node_expect(r, n, NODE_TEXT, "an audience (department = Sales)"))
        return;
    reference_add(r, REFERENCE_AUDIENCE, node_place(n), n->text);
    *out = n->text;
}

void rule_take_class(struct reading *r, const struct node *n, bool *core)
{
    static const char *const classes[] = { "core", "normal", NULL };
    const char *class = "normal";
    const struct key keys[] = { { "class", KEY_WORD, .words = classes }, { .name = NULL } };
    struct node pair = *n, one = { .kind = NODE_MAP, .first = &pair };

    pair.next = NULL;
    keys_take(r, &one, node_place(n), keys, &class);
    *core = strcmp(class, "core") == 0;
}

int rule_distance(const char *text, const char *const *units)
{
    char *end;
    long value = strtol(text, &end, 10);

    if (end == text || *text < '0' || *text > '9' || value > RULE_DAYS_MAX)
        return -1;
    while (*units && strcmp(end, *units) != 0)
        units++;
    return *units ? (int)value : -1;
}

/* ---- A requirement ----------------------------------------------------------------------------------------------- */

static const char *const days_only[] = { "d", NULL };

static void take_required_id(struct reading *r, const struct node *n, void *target)
{
    rule_take_id(r, n, &((struct org_requirement *)target)->id);
}

static void take_required_who(struct reading *r, const struct node *n, void *target)
{
    rule_take_who(r, n, &((struct org_requirement *)target)->who);
}

static void take_required_class(struct reading *r, const struct node *n, void *target)
{
    rule_take_class(r, n, &((struct org_requirement *)target)->core);
}

static void take_path(struct reading *r, const struct node *n, void *target)
{
    if (!node_expect(r, n, NODE_TEXT, "a path: path:ID"))
        return;
    if (strncmp(n->text, "path:", 5) != 0 || !slug_is_well_formed(n->text + 5))
        fault_add(r, n->line, n->column, "'require' is '%s', expected is path:ID", n->text);
    else
        reference_add(r, REFERENCE_PATH, (struct place){ n->line, n->column + 5 }, n->text + 5);
    ((struct org_requirement *)target)->path = strchr(n->text, ':') ? strchr(n->text, ':') + 1 : n->text;
}

static void take_within(struct reading *r, const struct node *n, void *target)
{
    int days = node_expect(r, n, NODE_TEXT, "a number of days: 30d") ? rule_distance(n->text, days_only) : 1;

    if (days < 1)
        fault_add(r, n->line, n->column, "'within' is '%s', expected is a number of days: 30d", n->text);
    ((struct org_requirement *)target)->within_days = days;
}

static void take_refresh(struct reading *r, const struct node *n, void *target)
{
    if (!node_expect(r, n, NODE_TEXT, "a period: P1Y"))
        return;
    if (!period_is_well_formed(n->text))
        fault_add(r, n->line, n->column, "'refresh' is '%s', expected is a period: P1Y, P6M", n->text);
    ((struct org_requirement *)target)->refresh = n->text;
}

static const struct key requirement_keys[] = {
    { "id", KEY_OTHER, .required = true, .take = take_required_id },
    { "require", KEY_OTHER, .required = true, .take = take_path },
    { "who", KEY_OTHER, .required = true, .take = take_required_who },
    { "starts", KEY_DAY, INTO(starts) },
    { "due", KEY_DAY, INTO(due) },
    { "within", KEY_OTHER, .take = take_within },
    { "refresh", KEY_OTHER, .take = take_refresh },
    { "pass", KEY_NUMBER, INTO(pass), .min = 1, .max = 100 },
    { "class", KEY_OTHER, .take = take_required_class },
    { "enabled", KEY_YES, INTO(enabled) },
    { .name = NULL },
};

void requirement_read(struct reading *r, const struct node *root, const char *hash)
{
    struct org *org = r->org;
    struct org_requirement q = { .file = r->file, .hash = hash, .line = root->line, .core = true };

    keys_take(r, root, node_place(root), requirement_keys, &q);
    if (!q.due == !q.within_days)
        fault_add(r, root->line, root->column, "a requirement has either 'due' (a date) or 'within' (30d)");
    if (q.due && q.starts && strcmp(q.due, q.starts) < 0)
        fault_add(r, root->line, root->column, "it is due %s, before it starts %s", q.due, q.starts);
    org->requirements = list_grow(r->arena, org->requirements, org->requirement_count, sizeof *org->requirements);
    org->requirements[org->requirement_count++] = q;
}
