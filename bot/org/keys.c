/* The walk over a YAML map with a table of its keys: everything that is wrong is named, nothing stops at the first. */
#include "tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "learnd/date.h"
#include "learnd/text.h"

struct place node_place(const struct node *n)
{
    return (struct place){ n->line, n->column };
}

bool node_expect(struct reading *r, const struct node *n, enum node_kind kind, const char *what)
{
    static const char *const are[] = { "a text", "a list", "a map (key: value)" };
    if (n->kind == kind)
        return true;
    fault_add(r, n->line, n->column, "here stands %s, expected is %s", are[n->kind], what);
    return false;
}

static bool node_is_empty(const struct node *n)
{
    return n->kind == NODE_TEXT && !*n->text;
}

static void take_text(struct reading *r, const struct node *n, const struct key *k, const char **out)
{
    if (!node_expect(r, n, NODE_TEXT, "a text"))
        return;
    size_t length = text_length(n->text);
    if (k->max && length > (size_t)k->max)
        fault_add(r, n->line, n->column, "'%s' has %zu characters, %d are allowed", k->name, length, k->max);
    *out = text_trim(r->arena, n->text);
}

void texts_take(struct reading *r, const struct node *n, const char *name, int max, struct org_list *out)
{
    const struct key each = { .name = name, .kind = KEY_TEXT, .max = max };
    if (!node_expect(r, n, NODE_LIST, "a list: [one, two]"))
        return;
    for (const struct node *i = n->first; i; i = i->next) {
        const char *text = NULL;
        take_text(r, i, &each, &text);
        if (text && !*text)
            fault_add(r, i->line, i->column, "an empty entry in '%s'", name);
        else if (text)
            list_add(r->arena, out, text);
    }
}

static void take_number(struct reading *r, const struct node *n, const struct key *k, int *out)
{
    if (!node_expect(r, n, NODE_TEXT, "a number"))
        return;
    char *end;
    errno = 0;
    long value = strtol(n->text, &end, 10);
    if (errno || *end || end == n->text || value < k->min || value > k->max)
        fault_add(r, n->line, n->column, "'%s' is '%s', expected is a number from %d to %d", k->name, n->text, k->min,
                  k->max);
    else
        *out = (int)value;
}

static void take_yes(struct reading *r, const struct node *n, const struct key *k, bool *out)
{
    if (!node_expect(r, n, NODE_TEXT, "yes or no"))
        return;
    const char *t = n->text;
    bool yes = text_same(t, "yes") || text_same(t, "true") || text_same(t, "on");
    if (yes || text_same(t, "no") || text_same(t, "false") || text_same(t, "off"))
        *out = yes;
    else
        fault_add(r, n->line, n->column, "'%s' is '%s', expected is yes or no", k->name, t);
}

static void take_day(struct reading *r, const struct node *n, const struct key *k, const char **out)
{
    if (!node_expect(r, n, NODE_TEXT, "a date"))
        return;
    if (day_number(n->text) == INT64_MIN)
        fault_add(r, n->line, n->column, "'%s' is '%s', expected is a date as 2026-01-31", k->name, n->text);
    else
        *out = n->text;
}

static const char *names_join(struct arena *a, const char *const *names)
{
    struct buf b = { .arena = a };
    for (size_t i = 0; names[i]; i++) {
        if (i)
            buf_add(&b, names[i + 1] ? ", " : " or ");
        buf_add(&b, names[i]);
    }
    return buf_text(&b);
}

static void take_word(struct reading *r, const struct node *n, const struct key *k, const char **out)
{
    if (!node_expect(r, n, NODE_TEXT, names_join(r->arena, k->words)))
        return;
    for (size_t i = 0; k->words[i]; i++) {
        if (strcmp(n->text, k->words[i]) == 0) {
            *out = n->text;
            return;
        }
    }
    fault_add(r, n->line, n->column, "'%s' is '%s', expected is %s%s", k->name, n->text, names_join(r->arena, k->words),
              did_you_mean(r->arena, n->text, k->words));
}

static void key_take(struct reading *r, const struct node *n, const struct key *k, void *target)
{
    void *out = (char *)target + k->offset;
    switch (k->kind) {
    case KEY_TEXT:
        take_text(r, n, k, out);
        break;
    case KEY_TEXTS:
        texts_take(r, n, k->name, k->max, out);
        break;
    case KEY_NUMBER:
        take_number(r, n, k, out);
        break;
    case KEY_YES:
        take_yes(r, n, k, out);
        break;
    case KEY_DAY:
        take_day(r, n, k, out);
        break;
    case KEY_WORD:
        take_word(r, n, k, out);
        break;
    case KEY_OTHER:
        k->take(r, n, target);
        break;
    }
}

static const struct key *key_find(const struct key *keys, const char *name)
{
    for (; keys->name; keys++) {
        if (strcmp(keys->name, name) == 0)
            return keys;
    }
    return NULL;
}

static void unknown_key(struct reading *r, const struct node *n, const struct key *keys)
{
    size_t count = 0;
    while (keys[count].name)
        count++;
    const char **names = arena_array(r->arena, const char *, count + 1);
    for (size_t i = 0; i < count; i++)
        names[i] = keys[i].name;
    const char *near = did_you_mean(r->arena, n->key, names);
    if (*near || count > 10)
        fault_add(r, n->key_line, n->key_column, "unknown key '%s'%s", n->key, near);
    else
        fault_add(r, n->key_line, n->key_column, "unknown key '%s' (known here: %s)", n->key,
                  names_join(r->arena, names));
}

void keys_take(struct reading *r, const struct node *map, struct place at, const struct key *keys, void *target)
{
    for (const struct node *n = map->first; n; n = n->next) {
        const struct key *k = key_find(keys, n->key);
        if (!k)
            unknown_key(r, n, keys);
        else if (!node_is_empty(n))
            key_take(r, n, k, target);
    }
    for (const struct key *k = keys; k->name; k++) {
        bool found = !k->required;
        for (const struct node *n = map->first; n && !found; n = n->next)
            found = strcmp(n->key, k->name) == 0 && !node_is_empty(n);
        if (!found)
            fault_add(r, at.line, at.column, "the key '%s' is missing", k->name);
    }
}
