/* When somebody's data goes for good: drafts that nobody else relies on go with it, published cards stay without the name. */
#include "cards.h"

static void empty_drafts(struct turn *t, int64_t author)
{
    change(t,
           "DELETE FROM card_version WHERE card IN (SELECT id FROM card WHERE author = ?1 AND "
           "state IN ('draft', 'review', 'returned'))",
           I(author));
    change(t,
           "DELETE FROM card_phrasing WHERE card IN (SELECT id FROM card WHERE author = ?1 AND "
           "state IN ('draft', 'review', 'returned'))",
           I(author));
    change(t,
           "UPDATE card SET state = 'obsolete', slug = 'gone-' || id, title = '', body = '', more = NULL "
           "WHERE author = ?1 AND state IN ('draft', 'review', 'returned')",
           I(author));
}

/* Whose card it was, or whose people alone read it: the learning queue's from now on. */
static void hand_over(struct turn *t, const char *owner)
{
    const char *queue = t->settings->learning_queue;

    change(t, "UPDATE card SET owner = ?2 WHERE owner = ?1", T(owner), T(queue ? queue : ""));
    change(t, "UPDATE card SET team = ?2 WHERE team = ?1", T(owner), T(queue ? queue : ""));
}

void cards_forget(struct turn *t, int64_t id)
{
    const char *handle = person(t, id)->handle;

    empty_drafts(t, id);
    if (!*handle)
        return;
    hand_over(t, handle);
    hand_over(t, arena_printf(t->arena, "team:%s", handle));
}
