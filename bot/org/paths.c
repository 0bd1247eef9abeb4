/* paths/NAME.yaml: what to learn, in blocks: all of, any n of, optional. */
#include <stdlib.h>
#include <string.h>

#include "card.h"
#include "learnd/text.h"
#include "tree.h"
#include "values.h"

#define STEPS_MAX 100
#define STEP_TEXT_MAX 200
#define DAY_MAX 730

#define INTO(member) .offset = offsetof(struct org_path, member)

/* ---- Steps ------------------------------------------------------------------------------------------------------- */

/* "day 5 card:vpn": the day after the start it is meant for, 1 is the first; 0: none. What follows it. */
static const char *take_day(struct reading *r, const struct node *n, int *day)
{
    char *end;

    if (strncmp(n->text, "day ", 4) != 0)
        return n->text;
    long value = strtol(n->text + 4, &end, 10);
    if (*end != ' ' || value < 1 || value > DAY_MAX) {
        fault_add(r, n->line, n->column, "'%s': expected is a day from 1 to %d, as in: day 5 card:vpn", n->text,
                  DAY_MAX);
        return NULL;
    }
    *day = (int)value;
    return end + 1;
}

static void check_step_text(struct reading *r, const struct node *n, const struct org_step *s)
{
    const char *kind = strstr(n->text, s->kind);
    struct place at = { n->line, n->column + (int)(kind - n->text) + (int)strlen(s->kind) + 1 };

    if (strcmp(s->kind, "card") == 0)
        reference_add(r, REFERENCE_CARD, at, s->text);
    else if (strcmp(s->kind, "path") == 0)
        reference_add(r, REFERENCE_PATH, at, s->text);
    else if (strcmp(s->kind, "link") == 0 && !url_is_offered(s->text))
        fault_add(r, at.line, at.column, "'%s' is no address that is offered: https://, http:// or mailto:", s->text);
    else if (text_length(s->text) > STEP_TEXT_MAX)
        fault_add(r, at.line, at.column, "the step has %zu characters, %d are allowed", text_length(s->text),
                  STEP_TEXT_MAX);
}

static bool read_step(struct reading *r, const struct node *n, struct org_step *out)
{
    static const char *const kinds[] = { "card", "link", "session", "practice", "checkpoint", "event", "path", NULL };
    const char *text = node_expect(r, n, NODE_TEXT, "a step (card:ID)") ? take_day(r, n, &out->day) : NULL;
    const char *colon = text ? strchr(text, ':') : NULL;

    if (!text)
        return false;
    const char *kind = colon ? text_trim(r->arena, arena_copy_n(r->arena, text, (size_t)(colon - text))) : text;
    for (size_t i = 0; colon && kinds[i] && !out->kind; i++)
        out->kind = strcmp(kinds[i], kind) == 0 ? kinds[i] : NULL;
    out->text = colon ? text_squeeze(r->arena, colon + 1) : "";
    out->line = n->line;
    out->column = n->column;
    if (!out->kind) {
        fault_add(r, n->line, n->column,
                  "'%s' is no step; expected is card:, link:, session:, practice:, checkpoint: or event:%s", text,
                  did_you_mean(r->arena, kind, kinds));
        return false;
    }
    if (!*out->text) {
        fault_add(r, n->line, n->column, "the step '%s:' says nothing", kind);
        return false;
    }
    check_step_text(r, n, out);
    return true;
}

static bool has_step(const struct org_path *p, const struct org_step *s)
{
    for (size_t i = 0; i < p->step_count; i++)
        if (strcmp(p->steps[i].kind, s->kind) == 0 && strcmp(p->steps[i].text, s->text) == 0)
            return true;
    return false;
}

/* How many steps of the list there are; they go to the path with the number of their block. */
static int take_steps(struct reading *r, const struct node *list, struct org_path *p, int block)
{
    int count = 0;

    if (!node_expect(r, list, NODE_LIST, "a list of steps"))
        return 0;
    for (const struct node *n = list->first; n; n = n->next, count++) {
        struct org_step s = { .block = block };
        if (!read_step(r, n, &s))
            continue;
        if (has_step(p, &s)) {
            fault_add(r, n->line, n->column, "this step is in the path already");
        } else if (p->step_count == STEPS_MAX) {
            fault_add(r, n->line, n->column, "more than %d steps", STEPS_MAX);
            break;
        } else {
            p->steps = list_grow(r->arena, p->steps, p->step_count, sizeof *p->steps);
            p->steps[p->step_count++] = s;
        }
    }
    if (!count)
        fault_add(r, list->line, list->column, "a block without steps");
    return count;
}

/* ---- Blocks ------------------------------------------------------------------------------------------------------ */

struct block {
    const struct node *all, *of, *optional;
    int any;
};

static void keep_all(struct reading *r, const struct node *n, void *target)
{
    (void)r;
    ((struct block *)target)->all = n;
}

static void keep_of(struct reading *r, const struct node *n, void *target)
{
    (void)r;
    ((struct block *)target)->of = n;
}

static void keep_optional(struct reading *r, const struct node *n, void *target)
{
    (void)r;
    ((struct block *)target)->optional = n;
}

static void take_block(struct reading *r, const struct node *n, struct org_path *p, int number)
{
    static const struct key keys[] = {
        { "all", KEY_OTHER, .take = keep_all },
        { "any", KEY_NUMBER, .offset = offsetof(struct block, any), .min = 1, .max = STEPS_MAX },
        { "of", KEY_OTHER, .take = keep_of },
        { "optional", KEY_OTHER, .take = keep_optional },
        { .name = NULL },
    };
    struct block b = { .any = 0 };
    size_t first = p->step_count, faults = r->org->fault_count;

    if (!node_expect(r, n, NODE_MAP, "a block: {all: [...]}, {any: 2, of: [...]} or {optional: [...]}"))
        return;
    keys_take(r, n, node_place(n), keys, &b);
    if (!b.all + !(b.of && b.any) + !b.optional != 2 || !b.of != !b.any) {
        if (r->org->fault_count == faults)
            fault_add(r, n->line, n->column,
                      "a block is one of {all: [...]}, {any: 2, of: [...]} and {optional: [...]}");
        return;
    }
    int count = take_steps(r, b.all ? b.all : b.of ? b.of : b.optional, p, number);
    if (b.of && b.any > count)
        fault_add(r, n->line, n->column, "any %d of %d steps: so many there are not", b.any, count);
    for (size_t i = first; i < p->step_count; i++)
        p->steps[i].need = b.all ? count : b.of ? b.any : 0;
}

static void take_blocks(struct reading *r, const struct node *n, void *target)
{
    int number = 0;

    if (!node_expect(r, n, NODE_LIST, "a list of blocks"))
        return;
    for (const struct node *i = n->first; i; i = i->next)
        take_block(r, i, target, ++number);
    if (!number)
        fault_add(r, n->line, n->column, "a path without blocks");
}

/* ---- The file ---------------------------------------------------------------------------------------------------- */

static void take_id(struct reading *r, const struct node *n, void *target)
{
    struct org_path *p = target;

    if (!node_expect(r, n, NODE_TEXT, "a word"))
        return;
    if (!slug_is_well_formed(n->text))
        fault_add(r, n->line, n->column, "'%s' cannot be an id: small letters a-z, digits, '.', '_' and '-'", n->text);
    for (size_t i = 0; i + 1 < r->org->path_count; i++)
        if (r->org->paths[i].id && strcmp(r->org->paths[i].id, n->text) == 0)
            fault_add(r, n->line, n->column, "the id '%s' is taken already by %s", n->text, r->org->paths[i].file);
    p->id = n->text;
}

static void take_owner(struct reading *r, const struct node *n, void *target)
{
    if (!node_expect(r, n, NODE_TEXT, "an owner: HANDLE or team:HANDLE"))
        return;
    ((struct org_path *)target)->owner = n->text;
    reference_add(r, REFERENCE_OWNER, node_place(n), n->text);
}

static void take_audience(struct reading *r, const struct node *n, void *target)
{
    if (!node_expect(r, n, NODE_TEXT, "an audience"))
        return;
    ((struct org_path *)target)->audience = n->text;
    reference_add(r, REFERENCE_AUDIENCE, node_place(n), n->text);
}

void path_read(struct reading *r, const struct bytes *file)
{
    static const char *const classes[] = { "core", "team", "personal", NULL };
    static const struct key keys[] = {
        { "id", KEY_OTHER, .required = true, .take = take_id },
        { "title", KEY_TEXT, INTO(title), .required = true, .max = TITLE_MAX },
        { "owner", KEY_OTHER, .required = true, .take = take_owner },
        { "class", KEY_WORD, INTO(class), .required = true, .words = classes },
        { "audience", KEY_OTHER, .take = take_audience },
        { "outcome", KEY_TEXT, INTO(outcome), .max = 300 },
        { "blocks", KEY_OTHER, .required = true, .take = take_blocks },
        { .name = NULL },
    };
    struct org *org = r->org;
    size_t before = org->fault_count;
    const struct node *root = tree_read(r, file->text, file->length, 1);

    org->paths = list_grow(r->arena, org->paths, org->path_count, sizeof *org->paths);
    struct org_path *p = &org->paths[org->path_count++];
    *p = (struct org_path){ .file = r->file, .hash = file->hash };
    if (root && node_expect(r, root, NODE_MAP, "the keys of a path (id: sql)"))
        keys_take(r, root, (struct place){ 1, 1 }, keys, p);
    else if (!root && org->fault_count == before)
        fault_add(r, 1, 1, "the keys of the path (id, title, owner, class, blocks) are missing");
}

/* ---- Circles: a path that holds a path that holds it -------------------------------------------------------------- */

static const struct org_path *path_find(const struct org *org, const char *id)
{
    for (size_t i = 0; i < org->path_count; i++)
        if (org->paths[i].id && strcmp(org->paths[i].id, id) == 0)
            return &org->paths[i];
    return NULL;
}

/* Does the way through from lead back to the path of that id? deep: steps left, since other circles may lie on it. */
static bool leads_to(const struct org *org, const struct org_path *from, const char *id, size_t deep)
{
    for (size_t i = 0; from && deep && i < from->step_count; i++)
        if (strcmp(from->steps[i].kind, "path") == 0 &&
            (strcmp(from->steps[i].text, id) == 0 || leads_to(org, path_find(org, from->steps[i].text), id, deep - 1)))
            return true;
    return false;
}

void paths_check(struct reading *r)
{
    const struct org *org = r->org;

    for (size_t i = 0; i < org->path_count; i++)
        for (size_t k = 0; org->paths[i].id && k < org->paths[i].step_count; k++) {
            const struct org_step *s = &org->paths[i].steps[k];
            if (strcmp(s->kind, "path") != 0)
                continue;
            r->file = org->paths[i].file;
            if (strcmp(s->text, org->paths[i].id) == 0 ||
                leads_to(org, path_find(org, s->text), org->paths[i].id, PATHS_DEEP))
                fault_add(r, s->line, s->column, "a circle: '%s' leads back to '%s'", s->text, org->paths[i].id);
        }
}
