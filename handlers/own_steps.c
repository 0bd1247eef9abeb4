/* Steps that somebody adds to their plan: a path of their own, which nobody else finds. All of paths holds for it. */
#include <string.h>

#include "answers.h"
#include "paths_private.h"

#define WHAT_MAX 200 /* code points */
#define STEPS_MAX 100

/* 0: they have none yet. */
static int64_t own_path(struct turn *t, int64_t who)
{
    return one_int(t, "SELECT id FROM path WHERE person = ?1", I(who));
}

static int64_t own_path_make(struct turn *t)
{
    int64_t path = own_path(t, t->person);

    if (path)
        return path;
    path = insert(t,
                  "INSERT INTO path(slug, title, owner, class, version, hash, listed, person) "
                  "VALUES(?1, ?2, ?3, 'personal', 1, '', 0, ?4)",
                  T(arena_printf(t->arena, "own:%ld", (long)t->person)), T(phrase(t, "Own steps")),
                  T(person(t, t->person)->handle), I(t->person));
    insert(t, "INSERT INTO path_version(path, version, at) VALUES(?1, 1, ?2)", I(path), I(t->now));
    return path;
}

static int64_t step_count(struct turn *t, int64_t path)
{
    return one_int(t, "SELECT count(*) FROM path_item WHERE path = ?1", I(path));
}

/* All of it is to be done; without steps they are not on it. To begin it is no event that others remind of. */
static void own_path_count(struct turn *t, int64_t path)
{
    int64_t count = step_count(t, path);

    change(t, "UPDATE path_item SET need = ?2 WHERE path = ?1", I(path), I(count));
    if (!count)
        change(t, "DELETE FROM enrolment WHERE path = ?1", I(path));
    else if (!path_enrolled(t, t->person, path))
        insert(t, "INSERT INTO enrolment(person, path, version, origin, at) VALUES(?1, ?2, 1, ?3, ?4)", I(t->person),
               I(path), I(ORIGIN_OWN), I(t->now));
}

static bool refused_words(struct turn *t, const char *what)
{
    const struct org_sensitive *human = sensitive(t, what);

    if (human)
        human_reply(t, human);
    else if (text_length(what) > WHAT_MAX)
        reply(t, "I keep %d characters at most; this has %zu. What is it in one line?", WHAT_MAX, text_length(what));
    else
        return false;
    return true;
}

static bool is_address(const char *what)
{
    return (text_starts(what, "https://") || text_starts(what, "http://")) && !strchr(what, ' ');
}

/* A card they may read by its name, an address, or anything else that one can do. 0: it is there already. */
static int64_t step_add(struct turn *t, int64_t path, const char *what)
{
    const struct card *c = card_named(t, what);
    const char *kind = c ? "card" : is_address(what) ? "link" : "practice", *text = c ? c->title : what;

    if (one_int(t, "SELECT count(*) FROM path_step WHERE path = ?1 AND kind = ?2 AND text = ?3", I(path), T(kind),
                T(text)))
        return 0;
    int64_t id = insert(t, "INSERT INTO path_step(path, kind, text, ref) VALUES(?1, ?2, ?3, ?4)", I(path), T(kind),
                        T(text), I(c ? c->id : 0));
    insert(t,
           "INSERT INTO path_item(path, version, position, step, block, need, day) "
           "SELECT ?1, 1, coalesce(max(position), 0) + 1, ?2, 1, 0, 0 FROM path_item WHERE path = ?1",
           I(path), I(id));
    own_path_count(t, path);
    return id;
}

static void add(struct turn *t)
{
    const char *what = arg(t, "what");

    if (refused_words(t, what))
        return;
    int64_t path = own_path_make(t);
    if (step_count(t, path) >= STEPS_MAX) {
        reply(t, "I keep %d steps of your own at most.", STEPS_MAX);
        return;
    }
    int64_t id = step_add(t, path, what);
    if (!id) {
        reply(t, "*%s* is in your plan already.", what);
        return;
    }
    struct message *m = reply(t, "In your plan: *%s*. Only you see it.", step_title(t, t->person, step_get(t, id)));
    step_list_set(t, 0, id);
    button(m, "Start", "step start", id);
    button(m, "Undo", "plan add undo", id);
    undoable(t, "plan add undo", id, "");
}

static void undo(struct turn *t)
{
    int64_t path = own_path(t, t->person);

    if (one_int(t, "SELECT count(*) FROM path_step WHERE id = ?1 AND path = ?2", I(t->object), I(path))) {
        change(t, "DELETE FROM step_list WHERE step = ?1", I(t->object));
        change(t, "DELETE FROM step_confirm WHERE step = ?1", I(t->object));
        change(t, "DELETE FROM path_item WHERE step = ?1", I(t->object));
        change(t, "DELETE FROM path_step WHERE id = ?1", I(t->object));
        own_path_count(t, path);
    }
    settle(t, "Taken back.");
}

/* The row of the path itself goes by data[]. */
static void forget(struct turn *t, int64_t person)
{
    int64_t path = own_path(t, person);

    change(t, "DELETE FROM step_list WHERE person = ?1", I(person));
    change(t, "DELETE FROM step_confirm WHERE person = ?1", I(person));
    change(t, "DELETE FROM enrolment WHERE path = ?1", I(path));
    change(t, "DELETE FROM path_item WHERE path = ?1", I(path));
    change(t, "DELETE FROM path_step WHERE path = ?1", I(path));
    change(t, "DELETE FROM path_version WHERE path = ?1", I(path));
}

static const struct command commands[] = {
    { "plan add {what}", add, .verb = "plan", .writes = true, .help = "a step of your own",
      .example = "plan add Read the tax letter", .seen_by = "Only you see it." },
    { 0 },
};

static const struct action actions[] = { { "plan add undo", undo }, { 0 } };

static const struct personal data[] = {
    { "path", "person", DATA_DELETED,
      "SELECT s.text FROM path p JOIN path_step s ON s.path = p.id WHERE p.person = ?1 ORDER BY s.id",
      "Steps you added to your plan: only you." },
    { 0 },
};

const struct handler handler_own_steps = {
    "own_steps", .group = "Learn", .commands = commands, .actions = actions, .data = data, .forget = forget,
};
