/* A step: begun, done, done elsewhere, known already, left out; and taken back. */
#include <stdlib.h>
#include <string.h>

#include "answers.h"
#include "checks.h"
#include "paths_private.h"

/* ---- Which one --------------------------------------------------------------------------------------------------- */

const struct step *step_numbered(struct turn *t, int64_t number)
{
    int64_t id = one_int(t, "SELECT step FROM step_list WHERE person = ?1 AND position = ?2", I(t->person),
                         I(number ? number : -1));
    int64_t last = one_int(t, "SELECT max(position) FROM step_list WHERE person = ?1", I(t->person));

    if (!id && last)
        reply(t, "There is no step %ld: the list goes from 1 to %ld. `plan` shows it.", (long)number, (long)last);
    else if (!id)
        reply(t, "I have shown you no steps yet. `plan` lists yours, `path` what you can start.");
    return id ? step_get(t, id) : NULL;
}

/* Of a press; NULL: the path is no longer theirs to see, which was answered. */
static const struct step *step_pressed(struct turn *t)
{
    const struct step *s = step_get(t, t->object);

    if (s && path_may_read(t, s->path, t->person))
        return s;
    settle(t, NULL);
    reply(t, "That step is gone by now.");
    return NULL;
}

bool step_is_done(struct turn *t, const struct step *s)
{
    int64_t at = step_done_at(t, t->person, s);

    if (at)
        reply(t, "*%s* is done already, since %s.", step_title(t, t->person, s),
              say_day(t, day_of(person(t, t->person)->zone, at)));
    return at;
}

/* ---- Done -------------------------------------------------------------------------------------------------------- */

int64_t step_record(struct turn *t, int64_t who, const struct step *s, const char *event)
{
    int64_t card = step_card(t, who, s);

    path_enrol(t, who, s->path, ORIGIN_OWN);
    return card ? path_event(t, who, "card", card, event, NO_VALUE, NULL)
                : path_event(t, who, "step", s->id, event, NO_VALUE, NULL);
}

bool step_is_checked(struct turn *t, const struct step *s)
{
    const struct enrolment *e = path_enrolment(t, t->person, s->path);
    int64_t card = step_card(t, t->person, s);

    return e && e->pass && card && card_check_count(t, card);
}

/* With a mark to reach, only its questions count. */
static bool needs_check(struct turn *t, const struct step *s)
{
    if (!step_is_checked(t, s))
        return false;
    const struct enrolment *e = path_enrolment(t, t->person, s->path);
    int64_t card = step_card(t, t->person, s);
    const struct progress *failed = progress_last(t, t->person, "card", card, "failed");
    const char *title = step_title(t, t->person, s);
    struct message *m =
        failed
            ? reply(t, "*%s* needs %d %% of its check questions right, you have %ld %%. Try again whenever you like.",
                    title, e->pass, (long)failed->value)
            : reply(t, "*%s* is asked of you with its check question: it counts once you have %d %% right.", title,
                    e->pass);
    step_list_set(t, 0, s->id);
    button(m, "Start", "step start", s->id);
    button(m, "I know this", "step known", s->id);
    return true;
}

static void finish(struct turn *t, const struct step *s, const char *event)
{
    if (step_is_done(t, s) || needs_check(t, s))
        return;
    if (strcmp(s->kind, "path") == 0) {
        reply(t, "*%s* is a path of its own: it is done when its steps are. `path %s` shows them.",
              step_title(t, t->person, s), s->text);
        return;
    }
    int64_t id = step_record(t, t->person, s, event);
    struct message *m = reply(t, "Done: *%s*.", step_title(t, t->person, s));
    path_say_after(t, m, s->path);
    button(m, "Undo", "step undo", id);
    undoable(t, "step undo", id, "");
}

void path_say_after(struct turn *t, struct message *m, int64_t path)
{
    struct path_state s = path_state(t, t->person, path, INT64_MAX);
    const struct path *p = path_any(t, path);

    if (!s.complete) {
        line(m, "*%s*: %s.", p->title, path_say_state(t, path));
        path_say_next(t, m, path);
        return;
    }
    line(m, "That completes *%s*. Well done!", p->title);
    if (s.extra)
        small(m, "And %d beyond what it asks for.", s.extra);
}

static void undo(struct turn *t)
{
    progress_take_back(t, t->object);
    path_dues_set(t, t->person);
    settle(t, NULL);
    reply(t, "Taken back.");
}

static void offer_open(struct turn *t, const int64_t *open, int count)
{
    struct message *m = reply(t, "Which one is done?");

    for (int i = 0; i < count; i++)
        choice(m, text_cut(t->arena, step_title(t, t->person, step_get(t, open[i])), 75), "step done", open[i], "");
}

/* `done` alone: the step shown last, or the only open one of the list. */
static void done(struct turn *t)
{
    struct rows *r = query(t, "SELECT step, position FROM step_list WHERE person = ?1 ORDER BY position", I(t->person));
    int64_t open[5];
    int count = 0, listed = 0;

    while (row_next(r)) {
        const struct step *s = step_get(t, row_int(r, 0));
        bool shown = row_int(r, 1) == 0, finished = step_done_at(t, t->person, s) || step_is_skipped(t, t->person, s);
        if (shown && !finished) {
            rows_close(r);
            finish(t, s, "done");
            return;
        }
        listed++;
        if (!shown && !finished && count < 5)
            open[count++] = s->id;
    }
    if (count == 1)
        finish(t, step_get(t, open[0]), "done");
    else if (count)
        offer_open(t, open, count);
    else
        reply(t, listed ? "All of what I showed you last is done. `plan` shows what is open."
                        : "I have shown you no steps yet. `plan` lists yours, `path` what you can start.");
}

static void done_numbered(struct turn *t)
{
    const struct step *s = step_numbered(t, arg_int(t, "n"));

    if (s)
        finish(t, s, "done");
}

static void press_done(struct turn *t)
{
    const struct step *s = step_pressed(t);

    if (s) {
        settle(t, NULL);
        finish(t, s, "done");
    }
}

static void press_elsewhere(struct turn *t)
{
    const struct step *s = step_pressed(t);

    if (s) {
        settle(t, NULL);
        finish(t, s, "elsewhere");
    }
}

/* ---- Begun ------------------------------------------------------------------------------------------------------- */

static void show_card(struct turn *t, const struct step *s, int64_t id)
{
    const struct card *c = card_readable(t, id);

    if (!c) {
        reply(t, "The card *%s* is not there any more. `done` still counts, and so does leaving it out.",
              step_title(t, t->person, s));
        return;
    }
    struct message *m = reply(t, "%s", "");
    card_say(t, m, c);
    if (check_put(t, m, id))
        return;
    if (card_step_count(t, id))
        button_with(m, "Next", "card step", id, "1");
    if (c->more)
        button(m, "Read more", "card more", id);
    button(m, "Done", "step done", s->id);
}

static void show_other(struct turn *t, const struct step *s)
{
    struct message *m;

    if (strcmp(s->kind, "link") == 0)
        m = reply(t, "Here it is: %s", s->text);
    else if (strcmp(s->kind, "practice") == 0)
        m = reply(t, "Try this: *%s*", s->text);
    else if (strcmp(s->kind, "checkpoint") == 0)
        m = reply(t, "A moment to look back: *%s*", s->text);
    else
        m = reply(t, "*%s*: with other people, at a time you agree on.", s->text);
    small(m, "`done` when you did it.");
    button(m, "Done", "step done", s->id);
    button(m, "I did this elsewhere", "step elsewhere", s->id);
}

static void press_start(struct turn *t)
{
    const struct step *s = step_pressed(t);

    if (!s)
        return;
    if (strcmp(s->kind, "path") == 0) {
        settle(t, NULL);
        as_command(t, arena_printf(t->arena, "start %s", s->text));
        return;
    }
    spend(t, NULL);
    step_list_set(t, 0, s->id);
    if (!progress_last(t, t->person, "step", s->id, "started"))
        progress_add(t, t->person, "step", s->id, "started", NO_VALUE, NULL);
    if (strcmp(s->kind, "card") == 0)
        show_card(t, s, step_card(t, t->person, s));
    else
        show_other(t, s);
}

static void press_known(struct turn *t)
{
    const struct step *s = step_pressed(t);

    if (!s)
        return;
    settle(t, NULL);
    if (!step_is_done(t, s) && !check_begin(t, step_card(t, t->person, s)))
        finish(t, s, "elsewhere"); /* its questions are gone meanwhile: their word is enough */
}

/* ---- Left out ---------------------------------------------------------------------------------------------------- */

bool step_refuses(struct turn *t, const struct step *s)
{
    const struct path *p = path_any(t, s->path);

    if (!path_is_locked(path_enrolment(t, t->person, s->path)))
        return false;
    reply(t,
          "🔒 *%s* belongs to *%s*, which is asked of you: it can be neither skipped nor swapped. %s owns it and alone "
          "may "
          "waive it: write to them with your reason, they say `waive @%s %s REASON`.",
          step_title(t, t->person, s), p->title, path_keeper(t, p), person(t, t->person)->handle, p->slug);
    return true;
}

static void skip(struct turn *t, const struct step *s, const char *reason)
{
    if (step_is_done(t, s) || step_refuses(t, s))
        return;
    if (step_is_skipped(t, t->person, s)) {
        reply(t, "*%s* is skipped already.", step_title(t, t->person, s));
        return;
    }
    path_enrol(t, t->person, s->path, ORIGIN_OWN);
    int64_t id = path_event(t, t->person, "step", s->id, "skipped", NO_VALUE, reason);
    struct message *m = reply(t, "Skipped: *%s*. Your reason stays with you.", step_title(t, t->person, s));
    path_say_after(t, m, s->path);
    button(m, "Undo", "step undo", id);
    undoable(t, "step undo", id, "");
}

static void ask_reason(struct turn *t, const struct step *s)
{
    if (step_is_done(t, s) || step_refuses(t, s))
        return;
    expect(t, "step skip", s->id, "");
    reply(t, "Why do you leave *%s* out? A few words, for yourself; `cancel` keeps it.", step_title(t, t->person, s));
}

static void skip_numbered(struct turn *t)
{
    const struct step *s = step_numbered(t, arg_int(t, "n"));
    const char *reason = arg(t, "reason");

    if (s && reason)
        skip(t, s, reason);
    else if (s)
        ask_reason(t, s);
}

static void press_skip(struct turn *t)
{
    const struct step *s = step_pressed(t);

    if (s) {
        settle(t, NULL);
        ask_reason(t, s);
    }
}

static void hear_reason(struct turn *t)
{
    const struct step *s = step_pressed(t);

    if (s)
        skip(t, s, t->words);
}

/* ---- In another form --------------------------------------------------------------------------------------------- */

static void offer_swaps(struct turn *t, const struct step *s)
{
    int64_t card = step_card(t, t->person, s), others[3];
    int count = card ? cards_equivalent(t, card, others, 3) : 0;

    if (step_is_done(t, s) || step_refuses(t, s))
        return;
    if (!count) {
        reply(t, "I know no other form of *%s*. `skip` with its number and a reason leaves it out.",
              step_title(t, t->person, s));
        return;
    }
    struct message *m = reply(t, "Instead of *%s*, with the same aim:", step_title(t, t->person, s));
    for (int i = 0; i < count; i++) {
        const struct card *c = card_any(t, others[i]);
        bullet(m, "%s (%s)", c->title, card_form_say(t, c));
        choice(m, c->title, "step swapped", s->id, arena_printf(t->arena, "%ld", (long)c->id));
    }
}

static void swap_numbered(struct turn *t)
{
    const struct step *s = step_numbered(t, arg_int(t, "n"));

    if (s)
        offer_swaps(t, s);
}

static void press_swap(struct turn *t)
{
    const struct step *s = step_pressed(t);

    if (s) {
        settle(t, NULL);
        offer_swaps(t, s);
    }
}

static void press_swapped(struct turn *t)
{
    const struct step *s = step_pressed(t);
    int64_t card = strtoll(t->argument, NULL, 10);

    if (!s)
        return;
    settle(t, NULL);
    if (step_is_done(t, s) || step_refuses(t, s))
        return;
    if (!card_readable(t, card)) {
        reply(t, "That card is gone by now.");
        return;
    }
    const char *before = step_title(t, t->person, s);
    path_enrol(t, t->person, s->path, ORIGIN_OWN);
    int64_t id = path_event(t, t->person, "step", s->id, "swapped", card, NULL);
    struct message *m = reply(t, "Swapped: *%s* instead of *%s*. Either counts.", card_any(t, card)->title, before);
    path_say_after(t, m, s->path);
    button(m, "Undo", "step undo", id);
    undoable(t, "step undo", id, "");
}

static void explain_numbers(struct turn *t)
{
    reply(t, "Which step? Its number in the list I showed last: `done 2`, `skip 2 REASON`, `swap 2`. `plan` shows it.");
}

static const struct command commands[] = {
    { "done", done, .verb = "done", .writes = true, .help = "a step is done", .example = "done 2",
      .seen_by = "Only you see it; of what is asked of you, also who asks for it." },
    { "done {n:number}", done_numbered, .writes = true },
    { "done {what:word}", explain_numbers },
    { "skip {n:number} {reason}", skip_numbered, .verb = "skip", .writes = true, .help = "leave a step out",
      .example = "skip 2 I taught this for years", .seen_by = "Only you see the reason." },
    { "skip {n:number}", skip_numbered, .writes = true },
    { "skip {what:word}", explain_numbers },
    { "swap {n:number}", swap_numbered, .verb = "swap", .writes = true, .help = "a step in another form",
      .example = "swap 2", .seen_by = "Only you see it." },
    { "swap {what:word}", explain_numbers },
    { 0 },
};

static const struct action actions[] = {
    { "step start", press_start },
    { "step known", press_known },
    { "step elsewhere", press_elsewhere, true },
    { "step done", press_done, true },
    { "step skip", press_skip },
    { "step swap", press_swap },
    { "step undo", undo },
    { "step swapped", press_swapped },
    { 0 },
};

static const struct dialog dialogs[] = { { "step skip", hear_reason, TAKES_TEXT }, { 0 } };

const struct handler handler_steps = { "steps", .group = "Learn", .commands = commands, .actions = actions,
                                       .dialogs = dialogs };
