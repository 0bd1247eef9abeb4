/* What of the cards needs care, and how many were born in chat: for `health` and `pilot report`. */
#include "cards_private.h"

#define TITLES_SHOWN 3

/* "3 cards should be verified again: A, B, C" */
static int say_cards(struct turn *t, struct message *m, const int64_t *ids, int count, const char *one,
                     const char *many)
{
    if (!count)
        return 0;
    bullet(m, "%s: ", counted(m, count, one, many));
    for (int i = 0; i < count && i < TITLES_SHOWN; i++) {
        const struct card *c = card_any(t, ids[i]);
        say(m, i ? ", *%s* (%s)" : "*%s* (%s)", c->title, c->owner);
    }
    if (count > TITLES_SHOWN)
        say(m, ", …");
    return 1;
}

static bool is_orphaned(struct turn *t, const struct card *c)
{
    int people = 0;

    owner_people(t, c->owner, &people);
    return !people;
}

int cards_health(struct turn *t, struct message *m)
{
    int count = 0, stale_count = 0, orphan_count = 0;
    int64_t *all = ids_of(t, query(t, "SELECT id FROM card WHERE state = 'published' ORDER BY id"), &count);
    int64_t *stale = arena_array(t->arena, int64_t, (size_t)count + 1);
    int64_t *orphans = arena_array(t->arena, int64_t, (size_t)count + 1);

    for (int i = 0; i < count; i++) {
        const struct card *c = card_any(t, all[i]);
        if (c->stale)
            stale[stale_count++] = c->id;
        if (is_orphaned(t, c))
            orphans[orphan_count++] = c->id;
    }
    return say_cards(t, m, stale, stale_count, "%ld card should be verified again",
                     "%ld cards should be verified again") +
           say_cards(t, m, orphans, orphan_count, "%ld card has an owner who left", "%ld cards have owners who left");
}

void cards_pilot(struct turn *t, struct message *m, int64_t since)
{
    bullet(m, "Cards gained from colleagues: %ld",
           (long)one_int(
               t,
               "SELECT count(*) FROM card c WHERE c.file IS NULL AND c.imported = 0 AND c.state = 'published' AND "
               "EXISTS (SELECT 1 FROM card_version v WHERE v.card = c.id AND v.at >= ?1)",
               I(since)));
}
