/* Nudges: what happened and what is due is noted, for the rules that wait for it. */
#include "nudges.h"

void nudge_event(struct turn *t, int64_t person, const char *event, int64_t object)
{
    insert(t, "INSERT INTO nudge_happened(person, event, object, at) VALUES(?1, ?2, ?3, ?4)", I(person), T(event),
           I(object), I(t->now));
}

void nudge_due(struct turn *t, int64_t person, const char *kind, int64_t object, const char *slug, const char *title,
               int64_t day)
{
    if (day == INT64_MIN)
        change(t, "DELETE FROM nudge_subject WHERE person = ?1 AND kind = ?2 AND object = ?3", I(person), T(kind),
               I(object));
    else
        insert(t,
               "INSERT INTO nudge_subject(person, kind, object, slug, title, day) VALUES(?1, ?2, ?3, ?4, ?5, ?6) "
               "ON CONFLICT(person, kind, object) DO UPDATE SET title = ?5, day = ?6",
               I(person), T(kind), I(object), T(slug), T(title), I(day));
}

static const struct personal data[] = {
    { "nudge_happened", "person", DATA_DELETED, "SELECT event, at FROM nudge_happened WHERE person = ?1 ORDER BY id",
      "When you did something that a reminder waits for: only you, and numbers over groups." },
    { "nudge_subject", "person", DATA_DELETED,
      "SELECT kind, title, day FROM nudge_subject WHERE person = ?1 ORDER BY id", NULL },
    { 0 },
};

const struct handler handler_nudges = { "nudges", .data = data };
