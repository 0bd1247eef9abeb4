/* Suggested is not assigned: a manager names a card or path, the person takes it up or not, and nobody but the person can
 * ever see which. */
#include <string.h>

#include "answers.h"
#include "mandatory.h"
#include "paths.h"

#define DECLINED_DAYS 180

struct thing {
    const char *kind, *title;
    int64_t id; /* 0: there is none that both may see */
};

/* What both may read: else it is as if there were none. */
static struct thing thing_named(struct turn *t, const char *name, int64_t who)
{
    const struct card *c = card_named(t, name);
    const struct path *p = path_named(t, name, t->person);

    if (p && path_may_read(t, p->id, who))
        return (struct thing){ "path", p->title, p->id };
    if (c && card_may_read(t, c->id, who))
        return (struct thing){ "card", c->title, c->id };
    return (struct thing){ .id = 0 };
}

static bool was_declined(struct turn *t, int64_t who, const struct thing *thing)
{
    return one_int(t,
                   "SELECT count(*) FROM suggestion WHERE person = ?1 AND kind = ?2 AND object = ?3 AND state = "
                   "'declined' AND at > ?4",
                   I(who), T(thing->kind), I(thing->id), I(t->now - (int64_t)DECLINED_DAYS * DAY)) > 0;
}

static const char *title_of(struct turn *t, const char *kind, int64_t object)
{
    if (strcmp(kind, "path") == 0)
        return path_any(t, object)->title;
    return card_any(t, object)->title;
}

/* Now, or when they may be written to again; after two weeks it is not said any more. */
static void suggestion_due(struct turn *t)
{
    struct rows *r = query(
        t, "SELECT person, giver, kind, object, at FROM suggestion WHERE id = ?1 AND state = 'waits'", I(t->object));

    if (!row_next(r))
        return;
    int64_t who = row_int(r, 0), giver = row_int(r, 1), object = row_int(r, 3), at = row_int(r, 4);
    const char *kind = row_text(r, 2), *key = arena_printf(t->arena, "suggestion %ld", (long)t->object);
    rows_close(r);
    if (mandatory_goes_first(t, who)) {
        int64_t next = work_next(person_hours(t, who), t->now + 3600);
        if (next - at < 14 * DAY)
            later(t, next, "suggestion", t->object, key);
        return;
    }
    struct message *m =
        tell(t, who, CLASS_REMINDER, "%s suggests *%s* to you.", person(t, giver)->name, title_of(t, kind, object));
    if (refused(m)) { /* there is no way to them yet */
        later(t, t->now + DAY, "suggestion", t->object, key);
        return;
    }
    small(m, "It is yours to take or leave: nobody sees what you do with it, not even %s.", first_name(t, giver));
    button(m, "Start", "suggestion start", t->object);
    button(m, "No", "suggestion no", t->object);
    explain(m, "%s suggested it to you. `prefs nudges off` ends such messages.", person(t, giver)->name);
    change(t, "UPDATE suggestion SET state = 'told' WHERE id = ?1", I(t->object));
}

static void suggest(struct turn *t)
{
    int64_t who = arg_person(t, "who");

    if (!is_manager_of(t, t->person, who)) {
        reply(t, "You can suggest something to your own people. For others, tell them in your own words.");
        return;
    }
    struct thing thing = thing_named(t, arg(t, "what"), who);
    if (!thing.id) {
        reply(t, "I know no card or path called *%s* that you both may read.", text_cut(t->arena, arg(t, "what"), 80));
        return;
    }
    reply(t, "Suggested to %s.", first_name(t, who));
    undoable(t, "undo not", 0, "");
    if (was_declined(t, who, &thing))
        return;
    change(t, "DELETE FROM suggestion WHERE person = ?1 AND kind = ?2 AND object = ?3", I(who), T(thing.kind),
           I(thing.id));
    int64_t id =
        insert(t, "INSERT INTO suggestion(person, giver, kind, object, state, at) VALUES(?1, ?2, ?3, ?4, 'waits', ?5)",
               I(who), I(t->person), T(thing.kind), I(thing.id), I(t->now));
    later(t, t->now, "suggestion", id, arena_printf(t->arena, "suggestion %ld", (long)id));
}

/* ---- The person's answer ------------------------------------------------------------------------------------------------ */

static void start(struct turn *t)
{
    struct rows *r =
        query(t, "SELECT kind, object FROM suggestion WHERE id = ?1 AND person = ?2", I(t->object), I(t->person));

    if (!row_next(r)) {
        settle(t, NULL);
        return;
    }
    const char *kind = row_text(r, 0);
    int64_t object = row_int(r, 1);
    rows_close(r);
    change(t, "UPDATE suggestion SET state = 'taken' WHERE id = ?1", I(t->object));
    settle(t, NULL);
    if (strcmp(kind, "path") == 0) {
        as_command(t, arena_printf(t->arena, "start %s", path_any(t, object)->slug));
        return;
    }
    const struct card *c = card_readable(t, object);
    if (c)
        card_show(t, reply(t, "%s", ""), c, 0);
    else
        reply(t, "It is not there any more.");
}

static void decline(struct turn *t)
{
    if (change(t, "UPDATE suggestion SET state = 'declined', at = ?3 WHERE id = ?1 AND person = ?2", I(t->object),
               I(t->person), I(t->now)))
        settle(t, "Fine. Nobody hears of it, and I don't bring it again.");
    else
        settle(t, NULL);
}

static const struct command commands[] = {
    { "suggest {who:person} {what}", suggest, .verb = "suggest", .writes = true, .role = ROLE_MANAGER,
      .help = "suggest a path or card to somebody", .example = "suggest @bob sql-basics",
      .seen_by = "The person is told. What they do with it only they see." },
    { 0 },
};

static const struct action actions[] = { { "suggestion start", start }, { "suggestion no", decline }, { 0 } };
static const struct timer timers[] = { { "suggestion", suggestion_due }, { 0 } };

static const struct personal data[] = {
    { "suggestion", "person", DATA_DELETED,
      "SELECT kind, object, state, at FROM suggestion WHERE person = ?1 ORDER BY id",
      "What was suggested to you: you alone see what you do with it." },
    { "suggestion", "giver", DATA_CLEARED, NULL, NULL },
    { 0 },
};

const struct handler handler_suggest = {
    "suggest", .group = "Manage", .commands = commands, .actions = actions, .timers = timers, .data = data,
};
