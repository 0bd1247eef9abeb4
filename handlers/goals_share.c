/* Sharing a goal: with whoever is manager now, until it is taken back. The manager answers once: agrees, suggests a
 * change, or would talk first. */
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "goals_private.h"
#include "privacy.h"

#define MILESTONE "milestone "
#define CHECK "check on "
#define SUGGESTION_MAX 300 /* characters */
#define NEW_DAYS 90        /* so long a manager is a new one */
#define DONE_DAYS 7        /* so long a goal that is done is still shown */

/* ---- What is seen of it ------------------------------------------------------------------------------------------- */

static void add_goal(struct turn *t, struct facts *f, const struct goal *g)
{
    const struct progress *shared = progress_last(t, g->person, "goal", g->id, "shared");
    struct fact fact = { .kind = g->agreed ? FACT_GOAL : FACT_WAITS,
                         .text = phrase(t, g->agreed ? "*%s*%s: %d%%, agreed" : "*%s*%s: %d%%, not agreed yet",
                                        g->title, goal_by(t, g->due), goal_percent(t, g)),
                         .object = g->id,
                         .at = shared ? shared->at : 0 };

    if (!g->agreed) {
        fact.action = "goal agree";
        fact.label = phrase(t, "Agree");
    }
    fact_add(t, f, fact);
}

static void add_reached(struct turn *t, struct facts *f, const char *text, int64_t object, int64_t at)
{
    if (at > t->now - DONE_DAYS * DAY)
        fact_add(t, f, (struct fact){ .kind = FACT_REACHED, .text = text, .object = object, .at = at });
}

static void add_milestones(struct turn *t, struct facts *f, const struct goal *g)
{
    int count;
    int64_t *parts = parts_of(t, g->id, &count);

    for (int i = 0; i < count; i++) {
        const struct part *p = part_get(t, parts[i]);
        if (part_is_milestone(p))
            add_reached(t, f, phrase(t, "milestone *%s* of *%s* is done", p->title, g->title), p->id,
                        part_done_at(t, g, p));
    }
}

/* Goals they share, and what of them was reached lately; nothing else. */
static void manager_sees(struct turn *t, int64_t id, struct facts *f)
{
    int count;
    int64_t *ids = ids_of(t,
                          query(t,
                                "SELECT id FROM goal WHERE person = ?1 AND shared = 1 AND state IN ('open', 'done') "
                                "ORDER BY number",
                                I(id)),
                          &count);

    for (int i = 0; i < count; i++) {
        const struct goal *g = goal_get(t, ids[i]);
        add_milestones(t, f, g);
        if (goal_is(g, "open"))
            add_goal(t, f, g);
        else
            add_reached(t, f, phrase(t, "*%s* is done", g->title), g->id, goal_done_at(t, g));
    }
}

void goal_say_seen_by(struct turn *t, struct message *m, const struct goal *g)
{
    int64_t manager = person_hidden(t, g->person) ? 0 : goal_manager(t, g->person);

    if (strcmp(g->scope, "team") == 0)
        say(m, "Your direct reports see it.");
    else if (strcmp(g->scope, "company") == 0)
        say(m, "Everybody sees it.");
    else if (g->shared && manager)
        say(m, g->agreed ? "%s sees it, and it is agreed." : "%s sees it.", first_name(t, manager));
    else
        say(m, "Only you see it.");
}

/* ---- Shared, and not any more --------------------------------------------------------------------------------------- */

void goal_share(struct turn *t, const struct goal *g)
{
    int64_t manager = goal_manager(t, t->person);

    if (!goal_is_own(g) || g->shared) {
        struct message *m = reply(t, "*%s*: ", g->title);
        goal_say_seen_by(t, m, g);
        return;
    }
    if (!manager) {
        reply(t, "You have no manager in the directory, so there is nobody to tell. *%s* stays yours alone.", g->title);
        return;
    }
    if (privacy_hides(t))
        return;
    change(t, "UPDATE goal SET shared = 1, told = ?2 WHERE id = ?1", I(g->id), I(manager));
    progress_add(t, t->person, "goal", g->id, "shared", NO_VALUE, NULL);
    audit(t, "goal share", "goal", g->id);
    undoable(t, "goal unshare", g->id, "");
    const char *name = person(t, manager)->name;
    int64_t at = goal_tell(t, g, manager);
    struct message *m = t->pressed
                            ? spend(t, "%s sees it now, and so does whoever is your manager later.", name)
                            : reply(t, "%s sees *%s* now, and so does whoever is your manager later.", name, g->title);
    if (m && at && !may_be_reached(t, manager))
        say(m, " I don't write to them unasked now: they see it when they look, so tell them yourself.");
    else if (m && at)
        say(m, " I tell them on %s.", say_moment(t, t->person, at));
    if (m)
        small(m, "`goal unshare %ld` ends it.", (long)g->number);
}

void goal_hide(struct turn *t, const struct goal *g)
{
    change(t, "UPDATE goal SET shared = 0, agreed = NULL, message = NULL WHERE id = ?1", I(g->id));
    goal_tell_not(t, g);
    if (g->message)
        withdraw_message(t, g->message);
    take_back_shared(t, g->person, goal_manager(t, g->person));
    progress_add(t, g->person, "goal", g->id, "unshared", NO_VALUE, NULL);
    audit(t, "goal unshare", "goal", g->id);
}

void goal_unshare(struct turn *t, const struct goal *g)
{
    if (!g->shared) {
        reply(t, "*%s* is not shared: only you see it.", g->title);
        return;
    }
    goal_hide(t, g);
    reply(t,
          g->message ? "Only you see *%s* from now on; what your manager had of it is gone."
                     : "Only you see *%s* from now on.",
          g->title);
}

static void unshare_again(struct turn *t)
{
    const struct goal *g = goal_get(t, t->object);

    if (g && g->person == t->person)
        goal_unshare(t, g);
}

/* ---- What the manager answers ------------------------------------------------------------------------------------- */

/* The goal, if it is shared with who presses; NULL: as if it were not there. */
static const struct goal *goal_of_report(struct turn *t)
{
    const struct goal *g = goal_get(t, t->object);

    if (g && g->shared && goal_is(g, "open") && goal_manager(t, g->person) == t->person && !person_hidden(t, g->person))
        return g;
    spend(t, NULL);
    reply(t, "That goal is not open to you any more.");
    return NULL;
}

static void agree(struct turn *t)
{
    const struct goal *g = goal_of_report(t);

    if (!g)
        return;
    if (g->agreed == t->person) {
        reply(t, "You agreed to *%s* already.", g->title);
        return;
    }
    change(t, "UPDATE goal SET agreed = ?2 WHERE id = ?1", I(g->id), I(t->person));
    change(t, "UPDATE goal_part SET origin = 'agreed' WHERE goal = ?1 AND kind = 'milestone' AND origin = 'own'",
           I(g->id));
    progress_add(t, g->person, "goal", g->id, "agreed", NO_VALUE, NULL);
    audit(t, "goal agree", "goal", g->id);
    if (t->pressed == g->message)
        settle(t, "You agreed.");
    else /* on Monday's page */
        spend(t, "You agreed to *%s*.", g->title);
    t->reader = g->person;
    tell(t, g->person, CLASS_OWED, "%s agrees to your goal *%s*%s.", person(t, t->person)->name, g->title,
         goal_by(t, g->due));
    t->reader = 0;
}

static void talk(struct turn *t)
{
    const struct goal *g = goal_of_report(t);

    if (!g)
        return;
    audit(t, "goal talk", "goal", g->id);
    spend(t, "%s knows that you would like to talk first.", first_name(t, g->person));
    tell(t, g->person, CLASS_OWED, "%s would like to talk with you about your goal *%s* first.",
         person(t, t->person)->name, g->title);
}

static void suggest(struct turn *t)
{
    const struct goal *g = goal_of_report(t);

    if (!g)
        return;
    struct message *m =
        reply(t, "What would you change in *%s*? %s decides. For example:", g->title, first_name(t, g->person));
    bullet(m, "another day: by 31 Jul");
    bullet(m, "a day to look at it: check on 15 Jan");
    bullet(m, "one more step: milestone first report by fri");
    bullet(m, "anything else, in your words");
    expect(t, "goal suggest", g->id, NULL);
}

static struct date read_day(struct turn *t, int64_t who, const char *text)
{
    return date_parse(text_starts(text, "by ") ? text + 3 : text, day_of(person(t, who)->zone, t->now));
}

/* Can it be carried? false: answered, and asked again where another wording helps. */
static bool suggestion_fits(struct turn *t, const struct goal *g, struct date d)
{
    const struct org_sensitive *human = sensitive(t, t->text);

    if (human) {
        reply(t, "This belongs to a human rather than to a message of mine, so I keep none of it. %s", human->contact);
        return false;
    }
    if (text_length(t->text) > SUGGESTION_MAX)
        reply(t, "That is long: I carry %d characters at most. In short?", SUGGESTION_MAX);
    else if (d.verdict != DATE_NONE && d.verdict != DATE_OK)
        reply(t, "That day has passed, cannot be, or can be two. Which one, like `30 Jun 2027`?");
    else
        return true;
    expect(t, "goal suggest", g->id, NULL);
    return false;
}

/* A day, a milestone and a checkpoint can be applied; other words are for people. */
static void say_suggestion(struct turn *t, struct message *m, const struct goal *g, struct date d)
{
    const char *applies = t->text;

    if (d.verdict == DATE_OK) {
        applies = day_iso(t->arena, d.day);
        say(m, " by %s.", say_day(t, d.day));
    } else {
        quote(m, t->text);
        if (!text_starts(t->text, MILESTONE) && !text_starts(t->text, CHECK)) {
            small(m, "`goal %ld by DATE` gives it another day.", (long)g->number);
            return;
        }
    }
    button_with(m, "Apply", "goal apply", g->id, arena_printf(t->arena, "%ld %s", (long)t->person, applies));
    button(m, "No", "goal no", g->id);
}

static void take_suggestion(struct turn *t)
{
    const struct goal *g = goal_of_report(t);
    struct date d = g ? read_day(t, g->person, t->text) : (struct date){ .verdict = DATE_NONE };

    if (!g || !suggestion_fits(t, g, d))
        return;
    struct message *m =
        tell(t, g->person, CLASS_OWED, "%s suggests a change to your goal *%s*:", person(t, t->person)->name, g->title);
    t->reader = g->person;
    say_suggestion(t, m, g, d);
    t->reader = 0;
    audit(t, "goal suggest", "goal", g->id);
    reply(t, "%s has it, and decides.", first_name(t, g->person));
}

/* ---- What the person makes of it ---------------------------------------------------------------------------------- */

/* "first report by fri": what stands before the last " by " with a day behind it. */
static const char *split_day(struct turn *t, const char *text, int64_t *day)
{
    const char *by = NULL;

    *day = INT64_MIN;
    for (const char *next = text; (next = strstr(next, " by ")); next++)
        by = next;
    struct date d = by ? read_day(t, t->person, by + 4) : (struct date){ .verdict = DATE_NONE };
    if (d.verdict != DATE_OK)
        return text;
    *day = d.day;
    return arena_copy_n(t->arena, text, (size_t)(by - text));
}

static void apply(struct turn *t)
{
    const struct goal *g = goal_get(t, t->object);
    char *words;
    int64_t giver = strtoll(t->argument, &words, 10), day = day_number(words + 1);

    if (!g || g->person != t->person || !goal_is(g, "open") || t->stale) {
        settle(t, NULL);
        reply(t, "That has changed since. `goal` shows how it is now.");
        return;
    }
    if (day != INT64_MIN) {
        goal_move(t, g, day);
        undoable(t, "goal unmove", g->id, "");
        settle(t, "Applied: *%s*%s.", g->title, goal_by(t, day));
    } else if (text_starts(words + 1, CHECK)) {
        settle(t, "Applied:");
        as_command(t, arena_printf(t->arena, "checkpoint %s for %ld", words + 1 + strlen(CHECK), (long)g->number));
    } else {
        const char *title = split_day(t, words + 1 + strlen(MILESTONE), &day);
        undoable(t, "part forget", milestone_insert(t, g, title, day, "agreed"), "");
        settle(t, "Applied: milestone *%s*%s.", title, goal_by(t, day));
    }
    if (g->shared && goal_manager(t, g->person) == giver)
        change(t, "UPDATE goal SET agreed = ?2 WHERE id = ?1", I(g->id), I(giver));
    if (g->message)
        settle_message(t, g->message, "%s took your change.", first_name(t, t->person));
    audit(t, "goal apply", "goal", g->id);
}

static void leave_it(struct turn *t)
{
    settle(t, "It stays as it is.");
}

/* ---- Another manager ---------------------------------------------------------------------------------------------- */

static const char *manager_key(struct turn *t, int64_t id)
{
    return arena_printf(t->arena, "goal manager %ld", (long)id);
}

/* Named lately enough that they are to be told of it. */
static bool is_new_manager(struct turn *t, int64_t id)
{
    return one_int(t, "SELECT max(valid_from) FROM employment WHERE person = ?1 AND valid_until IS NULL", I(id)) >
           t->now - NEW_DAYS * DAY;
}

static int64_t *shared_ids(struct turn *t, int64_t id, int *count)
{
    return ids_of(
        t, query(t, "SELECT id FROM goal WHERE person = ?1 AND shared = 1 AND state = 'open' ORDER BY number", I(id)),
        count);
}

/* The one before has nothing of it any more. */
static void take_from_manager(struct turn *t, const struct goal *g)
{
    if (g->message)
        withdraw_message(t, g->message);
    take_back_shared(t, g->person, g->told);
    goal_tell_not(t, g);
    change(t, "UPDATE goal SET message = NULL WHERE id = ?1", I(g->id));
}

static void availability(struct turn *t, int64_t id)
{
    int count;
    int64_t *ids = shared_ids(t, id, &count), manager = person(t, id)->manager;
    bool gone = !person(t, id)->active || person_hidden(t, id), moved = false;

    for (int i = 0; i < count; i++) {
        const struct goal *g = goal_get(t, ids[i]);
        bool other = g->told != manager;
        if (gone || other)
            take_from_manager(t, g);
        moved |= other;
    }
    if (moved && !gone)
        later(t, work_next(person_hours(t, id), t->now + 60), "goal manager", id, manager_key(t, id));
}

/* Told once, in their hours: what they shared is seen by somebody else now. */
static void manager_due(struct turn *t)
{
    int count;
    int64_t id = t->object, manager = goal_manager(t, id), *ids = shared_ids(t, id, &count);

    if (!count || !is_new_manager(t, id) || !person(t, id)->manager || !person(t, id)->active || person_hidden(t, id))
        return;
    if (!manager || must_wait(t, id, CLASS_REMINDER)) { /* they may be named before they begin */
        later(t, work_next(person_hours(t, id), t->now + 12 * 3600), "goal manager", id, manager_key(t, id));
        return;
    }
    struct message *m =
        tell(t, id, CLASS_REMINDER, "%s is your manager now and sees the goals you share:", person(t, manager)->name);
    for (int i = 0; i < count; i++) {
        const struct goal *g = goal_get(t, ids[i]);
        bullet(m, "Goal %ld: *%s*. `goal unshare %ld` ends it.", (long)g->number, g->title, (long)g->number);
    }
    explain(m, "What you share is shared with whoever is your manager, and that changed.");
    change(t, "UPDATE goal SET told = ?2 WHERE person = ?1 AND shared = 1", I(id), I(manager));
}

static const struct action actions[] = { { "goal agree", agree },
                                         { "goal talk", talk },
                                         { "goal suggest", suggest },
                                         { "goal apply", apply },
                                         { "goal no", leave_it },
                                         { "goal unshare", unshare_again },
                                         { 0 } };
static const struct dialog dialogs[] = { { "goal suggest", take_suggestion, TAKES_TEXT }, { 0 } };
static const struct timer timers[] = { { "goal tell", goal_tell_due }, { "goal manager", manager_due }, { 0 } };

const struct handler handler_goals_share = {
    "goals_share",    .actions = actions,           .dialogs = dialogs,
    .timers = timers, .availability = availability, .manager_sees = manager_sees,
};
