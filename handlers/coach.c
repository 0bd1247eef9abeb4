/* A step that counts once somebody else says that it took place: a coach confirms it, or tells what is missing. */
#include <string.h>

#include "paths_private.h"

#define WAITS (14 * DAY) /* so long it is tried to reach the coach */
#define OPEN_MAX 3       /* of one person with one coach */

struct confirm {
    int64_t id, person, coach, at;
    const struct step *step;
};

/* NULL: it stands no more, or its step is gone. */
static const struct confirm *confirm_get(struct turn *t, int64_t id)
{
    struct rows *r = query(t, "SELECT id, person, coach, at, step FROM step_confirm WHERE id = ?1", I(id));

    if (!row_next(r))
        return NULL;
    struct confirm *c = arena_new(t->arena, struct confirm);
    *c = (struct confirm){ row_int(r, 0), row_int(r, 1), row_int(r, 2), row_int(r, 3), step_get(t, row_int(r, 4)) };
    rows_close(r);
    return c->step && path_may_read(t, c->step->path, c->person) ? c : NULL;
}

static const char *timer_key(struct turn *t, int64_t id)
{
    return arena_printf(t->arena, "step confirm %ld", (long)id);
}

static void confirm_close(struct turn *t, int64_t id)
{
    change(t, "DELETE FROM step_confirm WHERE id = ?1", I(id));
    not_later(t, timer_key(t, id));
}

/* ---- Asking ------------------------------------------------------------------------------------------------------ */

/* Why this step cannot wait for that coach; NULL: it can. */
static const char *cannot_ask(struct turn *t, const struct step *s, int64_t coach)
{
    const char *name = first_name(t, coach);
    int64_t card = step_card(t, t->person, s);

    if (coach == t->person)
        return phrase(t, "A coach is somebody else. `done` with the number is your own word.");
    if (strcmp(s->kind, "path") == 0 || step_is_checked(t, s))
        return phrase(t, "That step is done by its own steps or questions; nobody can confirm it.");
    if ((card && !card_is_for(t, card, coach)) || !may_be_reached(t, coach))
        return phrase(t, "I can't ask %s about that. `done` with the number is your own word.", name);
    if (one_int(t, "SELECT count(*) FROM step_confirm WHERE person = ?1 AND coach = ?2", I(t->person), I(coach)) >=
        OPEN_MAX)
        return phrase(t, "%s has %d steps of yours to confirm already.", name, OPEN_MAX);
    return NULL;
}

static void done_with(struct turn *t)
{
    const struct step *s = step_numbered(t, arg_int(t, "n"));
    int64_t coach = arg_person(t, "who");

    if (!s || step_is_done(t, s))
        return;
    const char *why = cannot_ask(t, s, coach);
    if (why) {
        reply(t, "%s", why);
        return;
    }
    change(t, "DELETE FROM step_confirm WHERE person = ?1 AND step = ?2", I(t->person), I(s->id));
    int64_t id = insert(t, "INSERT INTO step_confirm(person, coach, step, at) VALUES(?1, ?2, ?3, ?4)", I(t->person),
                        I(coach), I(s->id), I(t->now));
    later(t, t->now, "step confirm", id, timer_key(t, id));
    struct message *m = reply(t, "*%s* counts once %s confirms it. I ask within their working hours.",
                              step_title(t, t->person, s), first_name(t, coach));
    button(m, "Undo", "coach undo", id);
    undoable(t, "coach undo", id, "");
}

static void ask_due(struct turn *t)
{
    const struct confirm *c = confirm_get(t, t->object);

    if (!c || !person(t, c->person)->active || person_hidden(t, c->person) || step_done_at(t, c->person, c->step)) {
        confirm_close(t, t->object);
        return;
    }
    const char *title = step_title(t, c->person, c->step);
    if (must_wait(t, c->coach, CLASS_TASK)) {
        int64_t next = work_next(person_hours(t, c->coach), t->now + 3600);
        if (next - c->at < WAITS) {
            later(t, next, "step confirm", c->id, timer_key(t, c->id));
            return;
        }
        confirm_close(t, c->id);
        tell(t, c->person, CLASS_OWED,
             "I could not reach %s about *%s*. `plan` shows the step: its `done` is your own word.",
             first_name(t, c->coach), title);
        return;
    }
    struct message *m = tell(t, c->coach, CLASS_TASK, "%s did *%s* with you, and asks you to confirm it.",
                             person(t, c->person)->name, title);
    about(m, c->person);
    explain(m, "%s named you as the coach of that step.", person(t, c->person)->name);
    button(m, "Agree", "coach agree", c->id);
    button(m, "No", "coach no", c->id);
}

static void undo(struct turn *t)
{
    if (one_int(t, "SELECT person FROM step_confirm WHERE id = ?1", I(t->object)) == t->person)
        confirm_close(t, t->object);
    settle(t, "Taken back.");
}

/* ---- Confirming -------------------------------------------------------------------------------------------------- */

/* Of a press of the coach; NULL: it stands no more, which was said. */
static const struct confirm *take_confirm(struct turn *t)
{
    const struct confirm *c = confirm_get(t, t->object);

    if (c && c->coach == t->person && !step_done_at(t, c->person, c->step)) {
        confirm_close(t, c->id);
        return c;
    }
    settle(t, "This stands no more.");
    return NULL;
}

static void agree(struct turn *t)
{
    const struct confirm *c = take_confirm(t);

    if (!c)
        return;
    step_record(t, c->person, c->step, "done");
    settle(t, "Confirmed. Thank you!");
    tell(t, c->person, CLASS_OWED, "%s confirmed it: *%s* is done. `plan` shows what is open.",
         first_name(t, t->person), step_title(t, c->person, c->step));
}

static void refuse(struct turn *t)
{
    const struct confirm *c = take_confirm(t);

    if (!c)
        return;
    settle(t, "Not yet, then. %s knows.", first_name(t, c->person));
    tell(t, c->person, CLASS_OWED, "%s does not confirm *%s* yet. A word with them tells what is missing.",
         first_name(t, t->person), step_title(t, c->person, c->step));
}

static const struct command commands[] = {
    { "done {n:number} with {who:person}", done_with, .verb = "done", .writes = true,
      .help = "a step that a coach confirms", .example = "done 2 with @priya",
      .seen_by = "The coach reads your name and the step." },
    { 0 },
};

static const struct action actions[] = {
    { "coach agree", agree, true }, { "coach no", refuse }, { "coach undo", undo }, { 0 }
};

static const struct timer timers[] = { { "step confirm", ask_due }, { 0 } };

static const struct personal data[] = {
    { "step_confirm", "person", DATA_DELETED,
      "SELECT s.text, c.at FROM step_confirm c JOIN path_step s ON s.id = c.step WHERE c.person = ?1 ORDER BY c.id",
      "Steps a coach is to confirm: you and the coach." },
    { "step_confirm", "coach", DATA_DELETED, NULL, NULL },
    { 0 },
};

const struct handler handler_coach = {
    "coach", .group = "Learn", .commands = commands, .actions = actions, .timers = timers, .data = data,
};
