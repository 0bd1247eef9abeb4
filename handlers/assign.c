/* assign @x PATH by DATE, and waive @x PATH REASON: what one person asks of another, and what its owner lets go. */
#include <string.h>

#include "looks.h"
#include "mandatory_private.h"

#include "cards.h"

#define REASON_MAX 500

static const struct path *path_meant(struct turn *t, const char *name)
{
    const struct path *p = path_named(t, name, t->person);

    if (!p)
        reply(t, "I know no path called *%s*. `path` lists those you may read.", text_cut(t->arena, name, 80));
    return p;
}

/* By the rule or by somebody: whatever is asked of them on that path, the open one first. NULL: nothing is. */
static const struct assignment *asked_of(struct turn *t, int64_t who, int64_t path)
{
    int count;
    const struct assignment *all = assignments_of(t, who, &count), *found = NULL;

    for (int i = 0; i < count; i++)
        if (all[i].path == path && !assignment_is(&all[i], "void") && (!found || assignment_is(&all[i], "open")))
            found = &all[i];
    return found;
}

/* ---- Assigning ---------------------------------------------------------------------------------------------------- */

/* Nothing is sent to somebody who could not open it; who can mend that is named. */
static bool is_unreadable(struct turn *t, const struct path *p, int64_t who)
{
    const char *what = path_unreadable(t, p->id, who);

    if (!what)
        return false;
    reply(t,
          "Nothing was assigned: %s may not read *%s*. %s, who owns *%s*, can open it to them or choose another text; "
          "then "
          "assign it again.",
          first_name(t, who), what, path_keeper(t, p), p->title);
    return true;
}

static bool is_asked_already(struct turn *t, const struct path *p, int64_t who)
{
    const struct assignment *a = asked_of(t, who, p->id);

    if (!a || !assignment_is(a, "open"))
        return false;
    look_note(t, who, "what is asked of you");
    if (a->giver == t->person)
        return false;
    about(reply(t, "*%s* is asked of %s already: %s.", p->title, first_name(t, who),
                a->giver ? phrase(t, "%s assigned it", person(t, a->giver)->name)
                         : phrase(t, "the rule %s asks for it", requirement_get(t, a->requirement)->slug)),
          who);
    return true;
}

/* was: the day it had; INT64_MIN: it is new. */
static void say_assigned(struct turn *t, const struct assignment *a, const char *title, int64_t was)
{
    const char *name = first_name(t, a->person);
    struct message *m;

    if (assignment_is(a, "done")) {
        look_note(t, a->person, "what is asked of you");
        m = reply(t, "%s has done *%s* already, so there is nothing to do.", name, title);
        about(m, a->person);
        return;
    }
    m = reply(t, "Assigned: *%s* to %s, due %s.", title, name, say_day(t, a->due));
    about(m, a->person);
    int taken = due_days_taken(t, a->person, a->base);
    if (a->due != a->base && taken)
        line(m, "An absence takes %s of %s's two weeks before %s, so it is due later by as many.",
             counted(m, taken, "%ld working day", "%ld working days"), name, say_day(t, a->base));
    else if (a->due != a->base)
        line(m, "On %s %s is not at work, so the first working day after that counts.", say_day(t, a->base), name);
    line(m, "%s hears it in working hours: what, from whom, until when. You see how far it is in `team`.", name);
    const char *before = was == INT64_MIN ? "" : day_iso(t->arena, was);
    button_with(m, "Undo", "assign undo", a->id, before);
    undoable(t, "assign undo", a->id, before);
}

static void assign_by(struct turn *t, int64_t who, const char *name, int64_t by)
{
    const struct path *p = path_meant(t, name);

    if (!p || is_unreadable(t, p, who) || is_asked_already(t, p, who))
        return;
    const struct assignment *a = assignment_find(t, who, 0, p->id);
    int64_t id = a ? a->id : 0, was = a && assignment_is(a, "open") ? a->base : INT64_MIN;
    if (was != INT64_MIN)
        assignment_set_base(t, a, by);
    else
        id = assignment_open(t, who, NULL, p->id, t->person, by);
    audit(t, "assign", "assignment", id);
    say_assigned(t, assignment_get(t, id), p->title, was);
}

static bool may_assign(struct turn *t, int64_t who)
{
    if (who != t->person && (is_manager_of(t, t->person, who) || may_use(t, t->person, "assign", ROLE_CURATOR, who)))
        return true;
    if (who == t->person)
        reply(t, "To yourself nothing needs assigning: `start PATH` does it.");
    else
        reply(t,
              "You can assign to people of your own team, and curators to those they look after. %s's manager could: "
              "ask them.",
              first_name(t, who));
    return false;
}

static void assign(struct turn *t)
{
    int64_t who = arg_person(t, "who");

    if (may_assign(t, who))
        assign_by(t, who, arg(t, "path"), arg_day(t, "by"));
}

static void assign_ask_day(struct turn *t)
{
    int64_t who = arg_person(t, "who");
    const struct path *p = may_assign(t, who) ? path_meant(t, arg(t, "path")) : NULL;

    if (!p || is_unreadable(t, p, who) || is_asked_already(t, p, who))
        return;
    reply(t, "Until when? For example *30 Jun* or *in 4 weeks*. `cancel` if not.");
    expect(t, "assign day", who, p->slug);
}

static void hear_day(struct turn *t)
{
    as_command(t, arena_printf(t->arena, "assign @%s %s by %s", person(t, t->object)->handle, t->argument, t->text));
}

static void undo_assign(struct turn *t)
{
    const struct assignment *a = assignment_get(t, t->object);
    bool mine = a && a->giver == t->person && assignment_is(a, "open");

    int64_t was = day_number(t->argument);

    settle(t, NULL);
    if (mine) {
        audit(t, "assign undo", "assignment", a->id);
        if (was == INT64_MIN)
            assignment_void(t, a, "taken back");
        else
            assignment_set_base(t, a, was);
    }
    if (mine && was != INT64_MIN)
        reply(t, "It is due %s again.", say_day(t, assignment_get(t, a->id)->due));
    else
        reply(t, mine ? "Taken back: it is not asked of them any more." : "There is nothing to take back any more.");
}

/* ---- Waiving ------------------------------------------------------------------------------------------------------ */

/* Its owner; of a path whose owner left, whoever keeps the learning queue, and curators. */
static bool keeps(struct turn *t, const struct path *p, int64_t who)
{
    int owners;

    owner_people(t, p->owner, &owners);
    return owner_includes(t, owners ? p->owner : t->settings->learning_queue, t->person) ||
           (!owners && may_use(t, t->person, "waive", ROLE_CURATOR, who));
}

/* The assignment if who speaks may let it go; else it was answered. */
static const struct assignment *waivable(struct turn *t, int64_t who, const char *name)
{
    const struct path *p = path_meant(t, name);

    if (!p)
        return NULL;
    if (!keeps(t, p, who)) {
        reply(t, "Only who owns *%s* may waive it: %s. Write to them with the reason.", p->title, path_keeper(t, p));
        return NULL;
    }
    if (who == t->person) {
        reply(t, "Nobody waives what is asked of themselves. Somebody else must own it for that, or you do it.");
        return NULL;
    }
    const struct assignment *a = asked_of(t, who, p->id);
    look_note(t, who, "what is asked of you");
    if (a && assignment_is(a, "open"))
        return a;
    about(a ? reply(t, "*%s* is %s for %s, so there is nothing to waive.", p->title,
                    phrase(t, assignment_is(a, "done") ? "done" : "waived already"), first_name(t, who))
            : reply(t, "*%s* is not asked of %s, so there is nothing to waive.", p->title, first_name(t, who)),
          who);
    return NULL;
}

static void waive_with(struct turn *t, const struct assignment *a, const char *reason)
{
    assignment_waive(t, a, text_cut(t->arena, reason, REASON_MAX));
    audit(t, "waive", "assignment", a->id);
    struct message *m = reply(t, "Waived: *%s* for %s. It shows as waived and counts neither as done nor as due.",
                              path_any(t, a->path)->title, first_name(t, a->person));
    about(m, a->person);
    line(m, "Your reason stays with the proof.");
    button(m, "Undo", "waive undo", a->id);
    undoable(t, "waive undo", a->id, "the waiver");
}

static void waive(struct turn *t)
{
    const struct assignment *a = waivable(t, arg_person(t, "who"), arg(t, "path"));

    if (a && arg(t, "reason")) {
        waive_with(t, a, arg(t, "reason"));
    } else if (a) {
        reply(t, "For what reason? It stays with the proof. `cancel` if not.");
        expect(t, "waive reason", a->id, "");
    }
}

static void hear_reason(struct turn *t)
{
    const struct assignment *a = assignment_get(t, t->object);

    if (a && assignment_is(a, "open") && owner_includes(t, path_any(t, a->path)->owner, t->person))
        waive_with(t, a, t->words);
    else
        reply(t, "It is not to be waived any more.");
}

static void undo_waive(struct turn *t)
{
    const struct assignment *a = assignment_get(t, t->object);
    bool stands = a && assignment_is(a, "waived") && owner_includes(t, path_any(t, a->path)->owner, t->person);

    settle(t, NULL);
    if (stands) {
        assignment_unwaive(t, a);
        audit(t, "waive undo", "assignment", a->id);
    }
    reply(t, stands ? "Undone: it is asked of them again." : "That waiver stands no more.");
}

static const struct command commands[] = {
    { "assign {who:person} {path} by {by:date}", assign, .verb = "assign", .writes = true, .role = ROLE_LEADER,
      .help = "ask a path of somebody, until a day", .example = "assign @bob sql-basics by 30 Jun",
      .seen_by = "The person is told who asks and why; you, they and the path's owner see how far it is." },
    { "assign {who:person} {path}", assign_ask_day, .writes = true, .role = ROLE_LEADER },
    { "waive {who:person} {path:title} {reason}", waive, .verb = "waive", .writes = true, .role = ROLE_OWNER,
      .help = "let go what your path asks", .example = "waive @bob security-basics certified elsewhere",
      .seen_by = "The person reads that you waived it. The reason stays with the proof." },
    { "waive {who:person} {path:title}", waive, .writes = true, .role = ROLE_OWNER },
    { 0 },
};

static const struct action actions[] = { { "assign undo", undo_assign }, { "waive undo", undo_waive }, { 0 } };

static const struct dialog dialogs[] = {
    { "assign day", hear_day, TAKES_DATE },
    { "waive reason", hear_reason, TAKES_TEXT },
    { 0 },
};

const struct handler handler_assign = {
    "assign", .group = "Manage", .commands = commands, .actions = actions, .dialogs = dialogs,
};
