/* Which messages name whom, so that a name goes from all of them when the person's data goes. Only people that were
 * looked up in the turn can be named in what it says. */
#include "speech_private.h"

#include <string.h>

/* The name as a word of its own in a text; NULL: not there. */
static const char *find_name(const char *text, const char *name)
{
    size_t n = strlen(name);

    for (const char *at = n ? strstr(text, name) : NULL; at; at = strstr(at + 1, name))
        if (text_is_word(text, at, n))
            return at;
    return NULL;
}

static const char *first_word(struct arena *a, const char *name)
{
    return arena_copy_n(a, name, strcspn(name, " "));
}

void mention_note(struct turn *t, const struct message *m, const char *body)
{
    for (const struct told *one = m->about; one; one = one->next)
        if (one->person && one->person != m->person)
            insert(t,
                   "INSERT INTO mention(message, person, tells) VALUES(?1, ?2, ?3) ON CONFLICT(message, person) DO "
                   "UPDATE SET "
                   "tells = ?3",
                   I(m->id), I(one->person), I(one->what));
    for (size_t i = 0; i < PEOPLE_BUCKETS; i++)
        for (const struct met *p = t->machine->met[i]; p; p = p->next) {
            if (p->person == m->person)
                continue;
            if (find_name(body, p->first) || (m->why && find_name(m->why, p->first)))
                store_change(
                    t->machine->store,
                    "INSERT INTO mention(message, person) VALUES(?1, ?2) ON CONFLICT(message, person) DO NOTHING",
                    VALUES(I(m->id), I(p->person)));
        }
}

void mention_met(struct turn *t, int64_t person, const char *name)
{
    struct met **bucket = &t->machine->met[(uint64_t)person % PEOPLE_BUCKETS];

    for (const struct met *p = *bucket; p; p = p->next)
        if (p->person == person)
            return;
    if (!*name)
        return;
    struct met *p = arena_new(t->arena, struct met);
    *p = (struct met){ person, first_word(t->arena, name), *bucket };
    *bucket = p;
}

static const char *without(struct arena *a, const char *text, const char *name)
{
    struct buf out = { .arena = a };

    for (const char *at; (at = find_name(text, name)); text = at + strlen(name)) {
        buf_add_n(&out, text, (size_t)(at - text));
        buf_add(&out, "a colleague");
    }
    buf_add(&out, text);
    return buf_text(&out);
}

static const char *unnamed(struct arena *a, const char *text, const char *name)
{
    return text ? without(a, without(a, text, name), first_word(a, name)) : NULL;
}

/* What a button was called stays for as long as it is known; those that still stand keep their row. */
static void erase_from_buttons(struct turn *t, int64_t id, const char *name)
{
    int count;
    int64_t *numbers =
        ids_of(t, query(t, "SELECT number FROM button WHERE message = ?1 ORDER BY number", I(id)), &count);

    for (int i = 0; i < count; i++) {
        const char *label =
            one_text(t, "SELECT label FROM button WHERE message = ?1 AND number = ?2", I(id), I(numbers[i]));
        change(t, "UPDATE button SET label = ?3 WHERE message = ?1 AND number = ?2", I(id), I(numbers[i]),
               T(unnamed(t->arena, label, name)));
    }
}

static void erase_from(struct turn *t, int64_t id, const char *name)
{
    struct message *m = message_load(t, id);

    erase_from_buttons(t, id, name);
    for (struct node *n = m ? m->nodes.first : NULL; n; n = n->next) {
        n->text = unnamed(t->arena, n->text, name);
        if (n->kind == NODE_FIELD)
            n->value = unnamed(t->arena, n->value, name);
    }
    const char *why = unnamed(t->arena, one_text(t, "SELECT why FROM message WHERE id = ?1", I(id)), name);
    change(t, "UPDATE message SET why = ?2 WHERE id = ?1", I(id), T(why));
    change(t, "UPDATE outbox SET body = NULL, frozen = NULL, fallback = NULL WHERE message = ?1", I(id));
}

void mention_erase(struct turn *t, int64_t person, const char *name)
{
    struct rows *r = query(t, "SELECT message FROM mention WHERE person = ?1 ORDER BY message", I(person));
    struct message_list {
        int64_t id;
        struct message_list *next;
    } *all = NULL;

    while (row_next(r)) {
        struct message_list *one = arena_new(t->arena, struct message_list);
        *one = (struct message_list){ row_int(r, 0), all };
        all = one;
    }
    for (; all; all = all->next)
        erase_from(t, all->id, name);
}

void take_back_shared(struct turn *t, int64_t who, int64_t reader)
{
    struct rows *r =
        query(t,
              "SELECT m.id FROM mention w JOIN message m ON m.id = w.message WHERE w.person = ?1 AND w.tells = ?3 "
              "AND m.person = ?2 AND m.withdrawn = 0 ORDER BY m.id",
              I(who), I(reader), I(TELLS_SHARED));

    while (row_next(r))
        withdraw_message(t, row_int(r, 0));
}
