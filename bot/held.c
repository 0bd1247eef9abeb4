/* Events that came too early: an edit before what it edits, a reaction on a message whose sending is not yet known. And
 * those that killed the process, until an operator wants them tried again. */
#include "machine.h"

#include "event_json.h"

#define HELD_MAX 16     /* of one target: more would be somebody's game */
#define PARKED "parked" /* the target of what was put aside */
#define PARKED_DAYS 7

void held_keep(struct turn *t, const char *target, int64_t seconds)
{
    held_purge(t->machine); /* it is small, and stays so */
    if (one_int(t, "SELECT count(*) FROM held WHERE platform = ?1 AND target = ?2", T(t->event->platform), T(target)) >=
        HELD_MAX)
        return;
    insert(t, "INSERT INTO held(platform, target, event, until_ms) VALUES(?1, ?2, ?3, ?4)", T(t->event->platform),
           T(target), T(event_to_json(t->arena, t->event)), I(t->machine->now_ms + seconds * 1000));
}

struct event *held_take(struct machine *m, struct arena *a, const char *platform, const char *target, size_t *count)
{
    struct event *events = arena_array(a, struct event, HELD_MAX);
    struct rows *r = store_query(
        m->store, a, "SELECT event FROM held WHERE platform = ?1 AND target = ?2 AND until_ms > ?3 ORDER BY id",
        VALUES(T(platform), T(target), I(m->now_ms)));

    *count = 0;
    while (row_next(r))
        if (*count < HELD_MAX && event_from_json(a, row_text(r, 0), &events[*count]))
            ++*count;
    if (*count)
        store_change(m->store, "DELETE FROM held WHERE platform = ?1 AND target = ?2", VALUES(T(platform), T(target)));
    return events;
}

void held_park(struct machine *m, const struct event *e)
{
    store_change(m->store, "INSERT INTO held(platform, target, event, until_ms) VALUES(?1, ?2, ?3, ?4)",
                 VALUES(T(e->platform), T(PARKED), T(event_to_json(m->batch, e)),
                        I(m->now_ms + (int64_t)PARKED_DAYS * DAY * 1000)));
}

struct event *held_parked(struct machine *m, struct arena *a, size_t *count)
{
    struct event *events = arena_array(a, struct event, HELD_MAX);
    int64_t last = 0;
    struct rows *r = store_query(m->store, a, "SELECT event, id FROM held WHERE target = ?1 ORDER BY id LIMIT ?2",
                                 VALUES(T(PARKED), I(HELD_MAX)));

    for (*count = 0; row_next(r); last = row_int(r, 1))
        *count += event_from_json(a, row_text(r, 0), &events[*count]);
    store_change(m->store, "DELETE FROM held WHERE target = ?1 AND id <= ?2", VALUES(T(PARKED), I(last)));
    return events;
}

void held_purge(struct machine *m)
{
    store_change(m->store, "DELETE FROM held WHERE until_ms <= ?1", VALUES(I(m->now_ms)));
}
