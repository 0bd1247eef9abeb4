/* What to learn next, with a reason for each; and what was learned elsewhere. */
#include <string.h>

#include "answers.h"
#include "checks.h"
#include "paths_private.h"

#define SUGGESTIONS 3
#define LOG_MAX 300

/* ---- next -------------------------------------------------------------------------------------------------------- */

struct suggestion {
    const char *title, *reason, *action;
    int64_t object;
};

struct suggestions {
    struct suggestion item[SUGGESTIONS];
    int count;
};

static void add(struct suggestions *all, const char *title, const char *reason, const char *action, int64_t object)
{
    if (all->count < SUGGESTIONS)
        all->item[all->count++] = (struct suggestion){ title, reason, action, object };
}

static const char *step_reason(struct turn *t, const struct step *s)
{
    int64_t day = step_day(t, t->person, s);
    const char *title = path_any(t, s->path)->title;

    if (path_is_locked(path_enrolment(t, t->person, s->path)))
        return phrase(t, "asked of you in %s: %s", title, path_say_state(t, s->path));
    if (day != INT64_MIN)
        return phrase(t, "meant for %s in %s", say_day(t, day), title);
    return phrase(t, "next in %s: %s", title, path_say_state(t, s->path));
}

static void add_steps(struct turn *t, struct suggestions *all)
{
    int count, left;
    int64_t *paths = paths_underway(t, &count);

    for (int i = 0; i < count; i++) {
        const struct step *open = path_open_steps(t, t->person, paths[i], &left);
        if (left)
            add(all, step_title(t, t->person, &open[0]), step_reason(t, &open[0]), "step start", open[0].id);
    }
}

static void add_paths(struct turn *t, struct suggestions *all)
{
    struct rows *r = query(
        t, "SELECT id FROM path WHERE listed = 1 ORDER BY CASE WHEN audience IS NULL THEN 1 ELSE 0 END, title, id");

    while (row_next(r)) {
        const struct path *p = path_any(t, row_int(r, 0));
        if (path_enrolled(t, t->person, p->id) || !person_in_audience(t, t->person, p->audience) ||
            !path_may_read(t, p->id, t->person))
            continue;
        const char *reason = p->audience && strcmp(p->audience, "everyone") != 0
                                 ? phrase(t, "a path made for people like you")
                                 : phrase(t, "a path open to everybody");
        add(all, p->title, reason, "path show", p->id);
    }
}

static void add_cards(struct turn *t, struct suggestions *all)
{
    int count;
    int64_t *cards = cards_core(t, &count);

    for (int i = 0; i < count; i++)
        if (card_may_read(t, cards[i], t->person) && card_check_count(t, cards[i]) &&
            !progress_last(t, t->person, "card", cards[i], "passed") &&
            !progress_last(t, t->person, "card", cards[i], "done"))
            add(all, card_any(t, cards[i])->title,
                phrase(t, "everybody here should know it, and it has a question to try"), "card learn", cards[i]);
}

static void suggest(struct turn *t)
{
    struct suggestions all = { .count = 0 };

    if (press_standing(t, "card step")) /* a way told step by step goes on */
        return;
    add_steps(t, &all);
    add_paths(t, &all);
    add_cards(t, &all);
    struct message *m = reply(t, all.count ? "What you could do next:" : "I have nothing to suggest: you know it all.");
    for (int i = 0; i < all.count; i++)
        line(m, "%d. *%s* – %s", i + 1, all.item[i].title, all.item[i].reason);
    for (int i = 0; i < all.count; i++)
        if (i)
            choice(m, text_cut(t->arena, all.item[i].title, 75), all.item[i].action, all.item[i].object, "");
        else
            button(m, "Start", strcmp(all.item[i].action, "path show") == 0 ? "path start" : all.item[i].action,
                   all.item[i].object);
    if (all.count)
        button(m, "Log something", "log ask", 0);
}

static void learn_card(struct turn *t)
{
    const struct card *c = card_readable(t, t->object);

    spend(t, NULL);
    if (!c) {
        reply(t, "That card is gone by now.");
        return;
    }
    struct message *m = reply(t, "%s", "");
    card_say(t, m, c);
    check_put(t, m, c->id);
}

/* ---- log --------------------------------------------------------------------------------------------------------- */

static int64_t minutes_this_month(struct turn *t)
{
    int count;
    const struct progress *p = progress_of(t, t->person, "log", 0, INT64_MAX, &count);
    struct local now = local_at(person(t, t->person)->zone, t->now);
    int64_t sum = 0;

    for (int i = 0; i < count; i++) {
        struct local then = local_at(person(t, t->person)->zone, p[i].at);
        if (then.year == now.year && then.month == now.month && p[i].value != NO_VALUE)
            sum += p[i].value;
    }
    return sum;
}

static const char *say_minutes(struct turn *t, int64_t minutes)
{
    if (minutes < 60)
        return phrase(t, "%ld min", (long)minutes);
    return minutes % 60 == 0 ? phrase(t, "%ld h", (long)(minutes / 60))
                             : phrase(t, "%ld h %ld min", (long)(minutes / 60), (long)(minutes % 60));
}

/* Is it about a step of theirs? Then that may be done by it. */
static void offer_step(struct turn *t, struct message *m, const char *what)
{
    int count, left;
    int64_t *paths = path_enrolments(t, t->person, &count);
    const char *words = text_fold(t->arena, what);

    for (int i = 0; i < count; i++) {
        const struct step *open = path_open_steps(t, t->person, paths[i], &left);
        for (int k = 0; k < left; k++) {
            const char *title = step_title(t, t->person, &open[k]);
            if (!strstr(words, text_fold(t->arena, title)))
                continue;
            line(m, "That sounds like *%s* of *%s*: does it count for that?", title, path_any(t, paths[i])->title);
            button(m, "I did this elsewhere", "step elsewhere", open[k].id);
            return;
        }
    }
}

static void log_learning(struct turn *t, int64_t minutes, const char *what)
{
    const struct org_sensitive *human = sensitive(t, what);

    if (human) {
        human_reply(t, human);
        return;
    }
    if (text_length(what) > LOG_MAX) {
        reply(t, "Please say it in %d characters or fewer; nothing was logged.", LOG_MAX);
        return;
    }
    int64_t id = progress_add(t, t->person, "log", 0, "done", minutes, what);
    struct message *m = minutes == NO_VALUE ? reply(t, "Logged: %s.", what)
                                            : reply(t, "Logged: %s, %s.", say_minutes(t, minutes), what);
    if (minutes != NO_VALUE)
        say(m, " This month: %s.", say_minutes(t, minutes_this_month(t)));
    small(m, "Only you see it.");
    offer_step(t, m, what);
    button(m, "Undo", "log undo", id);
    undoable(t, "log undo", id, "");
}

static void log_timed(struct turn *t)
{
    int64_t n = arg_int(t, "n"), minutes = text_starts(arg(t, "unit"), "h") ? n * 60 : n;

    if (minutes < 1 || minutes > 24 * 60)
        reply(t, "How long was it? From 1 minute to 24 hours; nothing was logged.");
    else
        log_learning(t, minutes, arg(t, "what"));
}

static void log_untimed(struct turn *t)
{
    log_learning(t, NO_VALUE, arg(t, "what"));
}

static void log_what(struct turn *t)
{
    reply(t, "And what did you learn? In one line: `log %s %s Rust book`.", arg(t, "n"), arg(t, "unit"));
}

static void log_ask(struct turn *t)
{
    settle(t, NULL);
    expect(t, "log", 0, "");
    reply(t, "What did you learn, and how long did it take? For example `40 min Rust book`. Only you see it.");
}

static void log_hear(struct turn *t)
{
    if (text_starts(t->text, "log "))
        as_command(t, t->text);
    else if (strspn(t->text, "0123456789"))
        as_command(t, arena_printf(t->arena, "log %s", t->text));
    else
        log_learning(t, NO_VALUE, t->text);
}

static void log_undo(struct turn *t)
{
    progress_take_back(t, t->object);
    settle(t, NULL);
    reply(t, "Taken back: it is not logged.");
}

static void my_lines(struct turn *t, struct message *m)
{
    int64_t minutes = minutes_this_month(t);

    if (minutes)
        bullet(m, "Logged this month: %s", say_minutes(t, minutes));
}

static const struct command commands[] = {
    { "next", suggest, .verb = "next", .help = "three things to learn, and why", .example = "next",
      .seen_by = "Only you see it." },
    { "log {n:number} {unit:min|minutes|minute|h|hours|hour} {what}", log_timed, .verb = "log", .writes = true,
      .help = "what you learned elsewhere", .example = "log 40 min Rust book", .seen_by = "Only you see it." },
    { "log {n:number}{unit:min|h} {what}", log_timed, .writes = true },
    { "log {n:number} {unit:min|minutes|minute|h|hours|hour}", log_what },
    { "log", log_ask, .writes = true },
    { "log {what:(?!\\d+\\s*(?:min|h)|(?:in|into|on|out|off)\\b).+}", log_untimed, .writes = true },
    { 0 },
};

static const struct action actions[] = {
    { "log ask", log_ask }, { "log undo", log_undo }, { "card learn", learn_card }, { 0 }
};

static const struct dialog dialogs[] = { { "log", log_hear, TAKES_TEXT }, { 0 } };

const struct handler handler_next = {
    "next", .group = "Learn", .commands = commands, .actions = actions, .dialogs = dialogs, .me = my_lines,
};
