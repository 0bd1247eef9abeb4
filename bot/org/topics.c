/* topics.yaml: the words for skills, their owners. */
#include <string.h>

#include "tree.h"
#include "values.h"

#define INTO(member) .offset = offsetof(struct org_topic, member)

static void take_owner(struct reading *r, const struct node *n, void *target)
{
    if (!node_expect(r, n, NODE_TEXT, "an owner: HANDLE or team:HANDLE"))
        return;
    ((struct org_topic *)target)->owner = n->text;
    reference_add(r, REFERENCE_OWNER, node_place(n), n->text);
}

static void take_id(struct reading *r, const struct node *n, void *target)
{
    struct org_topic *t = target;
    if (!node_expect(r, n, NODE_TEXT, "a word"))
        return;
    if (!slug_is_well_formed(n->text))
        fault_add(r, n->line, n->column, "'%s' cannot be an id: small letters a-z, digits, '.', '_' and '-'", n->text);
    for (size_t i = 0; i < r->org->topic_count; i++) {
        if (strcmp(r->org->topics[i].id, n->text) == 0)
            fault_add(r, n->line, n->column, "the topic '%s' is there twice", n->text);
    }
    t->id = n->text;
}

static const struct key topic_keys[] = {
    { "id", KEY_OTHER, .required = true, .take = take_id },
    { "name", KEY_TEXT, INTO(name), .max = 80 },
    { "aliases", KEY_TEXTS, INTO(aliases), .max = 80 },
    { "owner", KEY_OTHER, .take = take_owner },
    { .name = NULL },
};

void topics_read(struct reading *r, const struct bytes *file)
{
    struct org *org = r->org;
    org->topics_known = true;
    org->topics_hash = file->hash;
    const struct node *root = tree_read(r, file->text, file->length, 1);
    if (!root || !node_expect(r, root, NODE_LIST, "a list of topics (- id: sql)"))
        return;
    for (const struct node *n = root->first; n; n = n->next) {
        struct org_topic t = { .id = NULL };
        if (!node_expect(r, n, NODE_MAP, "a topic (id: sql)"))
            continue;
        keys_take(r, n, node_place(n), topic_keys, &t);
        if (!t.id)
            continue;
        if (!t.name)
            t.name = t.id;
        org->topics = list_grow(r->arena, org->topics, org->topic_count, sizeof *org->topics);
        org->topics[org->topic_count++] = t;
    }
}
