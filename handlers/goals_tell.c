/* Telling a manager what is shared with them: when they are at work, and one message where several things waited. */
#include "goals_private.h"

#define PATIENCE_DAYS 14 /* so long I try to tell the manager */

/* Who manages them now, if it is somebody who is here; 0: nobody. */
int64_t goal_manager(struct turn *t, int64_t id)
{
    int64_t manager = person(t, id)->manager;

    return manager && person(t, manager)->active ? manager : 0;
}

static const char *tell_key(struct turn *t, int64_t goal)
{
    return arena_printf(t->arena, "goal tell %ld", (long)goal);
}

void goal_tell_not(struct turn *t, const struct goal *g)
{
    not_later(t, tell_key(t, g->id));
}

static void say_milestones(struct turn *t, struct message *m, const struct goal *g)
{
    int count;
    int64_t *parts = parts_of(t, g->id, &count);

    for (int i = 0; i < count; i++)
        bullet(m, "%s", part_what(t, part_get(t, parts[i])));
}

/* When to try again: they come back to work, or a day later where that is not what holds it back. */
static int64_t next_try(struct turn *t, int64_t manager)
{
    int64_t at = work_next(person_hours(t, manager), t->now + 60);

    return at == INT64_MAX || at < t->now + 3600 ? t->now + DAY : at;
}

/* Now, or when they are at work; on Monday's page it stands anyway. When that is; 0: now. */
int64_t goal_tell(struct turn *t, const struct goal *g, int64_t manager)
{
    if (must_wait(t, manager, CLASS_TASK)) {
        int64_t at = next_try(t, manager);
        later(t, at, "goal tell", g->id, tell_key(t, g->id));
        return at;
    }
    t->reader = manager;
    struct message *m = tell(t, manager, CLASS_TASK, "%s shares a goal with you: *%s*%s.", person(t, g->person)->name,
                             g->title, goal_by(t, g->due));
    say_milestones(t, m, g);
    t->reader = 0;
    button(m, "Agree", "goal agree", g->id);
    button(m, "Suggest change", "goal suggest", g->id);
    button(m, "Talk first", "goal talk", g->id);
    about(m, g->person);
    explain(m, "%s shared this goal with whoever is their manager, and that is you.", first_name(t, g->person));
    change(t, "UPDATE goal SET message = ?2 WHERE id = ?1", I(g->id), IDN(message_id(m)));
    return 0;
}

/* On Monday's page it stands with all else that waits: that is one message, not two. */
static bool on_page(struct turn *t, const struct goal *g, int64_t manager, int64_t since)
{
    if (one_int(t, "SELECT count(*) FROM due WHERE kind = 'digest' AND ref = ?1 AND at <= ?2", I(manager), I(t->now))) {
        later(t, t->now + 60, "goal tell", g->id, tell_key(t, g->id));
        return true;
    }
    return one_int(t, "SELECT count(*) FROM reached WHERE person = ?1 AND class = 'digest' AND at >= ?2", I(manager),
                   I(since)) > 0;
}

/* Of other people, or other ones of hers, that are to be told now, too. */
static int64_t *waiting_now(struct turn *t, const struct goal *g, int64_t manager, int *count)
{
    return ids_of(t,
                  query(t,
                        "SELECT g.id FROM due d JOIN goal g ON g.id = d.ref WHERE d.kind = 'goal tell' AND d.at <= ?1 "
                        "AND g.told = ?2 AND g.id <> ?3 AND g.shared = 1 AND g.state = 'open' AND g.message IS NULL "
                        "ORDER BY g.id",
                        I(t->now), I(manager), I(g->id)),
                  count);
}

static void say_goal(struct turn *t, struct message *m, const struct goal *g)
{
    bullet(m, "%s: *%s*%s", person(t, g->person)->name, g->title, goal_by(t, g->due));
    button(m, "Agree", "goal agree", g->id);
    shared_by(m, g->person);
    goal_tell_not(t, g);
}

static void tell_several(struct turn *t, const struct goal *g, const int64_t *others, int count, int64_t manager)
{
    t->reader = manager;
    struct message *m = tell(t, manager, CLASS_TASK, "%d goals are shared with you:", count + 1);
    say_goal(t, m, g);
    for (int i = 0; i < count; i++)
        say_goal(t, m, goal_get(t, others[i]));
    t->reader = 0;
    explain(m, "These goals are shared with whoever is their manager, and that is you.");
}

void goal_tell_due(struct turn *t)
{
    const struct goal *g = goal_get(t, t->object);
    int64_t manager = g ? goal_manager(t, g->person) : 0;
    const struct progress *shared = g ? progress_last(t, g->person, "goal", g->id, "shared") : NULL;

    if (!shared || shared->at < t->now - PATIENCE_DAYS * DAY || on_page(t, g, manager, shared->at))
        return;
    if (!manager || !g->shared || g->message || !goal_is(g, "open") || person_hidden(t, g->person))
        return;
    int count;
    const int64_t *others = waiting_now(t, g, manager, &count);
    if (count && !must_wait(t, manager, CLASS_TASK))
        tell_several(t, g, others, count, manager);
    else
        goal_tell(t, g, manager);
}
