/* Goals: said in a sentence or a command, private until they are shared, five open ones at most. */
#include "goals.h"
#include "goals_private.h"

#include <stdlib.h>
#include <string.h>

#define OPEN_MAX 5
#define ALIGN_MAX 3

/* ---- Reading ------------------------------------------------------------------------------------------------------ */

static int64_t day_or_none(const char *iso)
{
    return iso ? day_number(iso) : INT64_MIN;
}

const struct goal *goal_get(struct turn *t, int64_t id)
{
    struct rows *r = query(t,
                           "SELECT coalesce(person, 0), number, scope, title, due, state, shared, coalesce(told, 0), "
                           "coalesce(message, 0), coalesce(agreed, 0), coalesce(aligned, 0) FROM goal WHERE id = ?1",
                           I(id));

    if (!row_next(r))
        return NULL;
    struct goal *g = arena_new(t->arena, struct goal);
    *g = (struct goal){ .id = id,
                        .person = row_int(r, 0),
                        .number = row_int(r, 1),
                        .scope = row_text(r, 2),
                        .title = row_text(r, 3),
                        .due = day_or_none(row_text(r, 4)),
                        .state = row_text(r, 5),
                        .shared = row_int(r, 6),
                        .told = row_int(r, 7),
                        .message = row_int(r, 8),
                        .agreed = row_int(r, 9),
                        .aligned = row_int(r, 10) };
    rows_close(r);
    return g;
}

bool goal_is(const struct goal *g, const char *state)
{
    return strcmp(g->state, state) == 0;
}

bool goal_is_own(const struct goal *g)
{
    return strcmp(g->scope, "own") == 0;
}

void goal_audit(struct turn *t, const struct goal *g, const char *verb, const char *kind, int64_t id)
{
    if (g->shared || !goal_is_own(g))
        audit(t, verb, kind, id);
}

/* Ids of their own open goals, by number. */
static int64_t *goals_open(struct turn *t, int64_t person, int *count)
{
    return ids_of(t,
                  query(t, "SELECT id FROM goal WHERE person = ?1 AND scope = 'own' AND state = 'open' ORDER BY number",
                        I(person)),
                  count);
}

const struct goal *goal_numbered(struct turn *t, int64_t number)
{
    int64_t id = one_int(t, "SELECT id FROM goal WHERE person = ?1 AND number = ?2", I(t->person), I(number));
    const struct goal *g = id ? goal_get(t, id) : NULL;

    if (!g)
        reply(t, "You have no goal %ld. `goal` lists those you have.", (long)number);
    return g;
}

void goal_say_closed(struct turn *t, const struct goal *g)
{
    int64_t done = goal_done_at(t, g);

    if (done)
        reply(t, "*%s* was done on %s already.", g->title, say_day(t, day_of(person(t, t->person)->zone, done)));
    else if (goal_is(g, "parked"))
        reply(t, "*%s* is parked: `goal resume %ld` takes it up again.", g->title, (long)g->number);
    else
        reply(t, "*%s* was dropped.", g->title);
}

static void ask_which(struct turn *t, const int64_t *ids, int count, const char *form)
{
    struct message *m = reply(t, "Which goal?");

    for (int i = 0; i < count; i++) {
        const struct goal *g = goal_get(t, ids[i]);
        const char *place = strrchr(form, '#'); /* a title may hold one */
        choice(m, g->title, "say", 0,
               arena_printf(t->arena, "%.*s%ld%s", (int)(place - form), form, (long)g->number, place + 1));
    }
}

const struct goal *goal_open(struct turn *t, int64_t number, const char *form)
{
    int count;

    if (number != INT64_MIN) {
        const struct goal *g = goal_numbered(t, number);
        if (!g || goal_is(g, "open"))
            return g;
        goal_say_closed(t, g);
        return NULL;
    }
    int64_t *ids = goals_open(t, t->person, &count);
    if (count == 1)
        return goal_get(t, ids[0]);
    if (count && form)
        ask_which(t, ids, count, form);
    else
        reply(t, "You have no open goal. `goal SQL level 3 by 30 Jun` sets one; only you see it.");
    return NULL;
}

int64_t goal_own_open(struct turn *t, int64_t number)
{
    const struct goal *g = goal_open(t, number, NULL);

    return g ? g->id : 0;
}

const char *goal_open_title(struct turn *t, int64_t id)
{
    const struct goal *g = goal_get(t, id);

    return g && goal_is(g, "open") ? g->title : NULL;
}

const char *goal_by(struct turn *t, int64_t day)
{
    return day == INT64_MIN ? "" : phrase(t, ", by %s", say_day(t, day));
}

/* ---- Setting one -------------------------------------------------------------------------------------------------- */

bool goal_title_fits(struct turn *t, const char *title)
{
    const struct org_sensitive *human = sensitive(t, title);

    if (human)
        reply(t, "This belongs to a human rather than to a list, so I keep none of it. %s", human->contact);
    else if (!text_words(title) || strspn(title, "0123456789%+-., ") == strlen(title))
        reply(t, "A title needs words, like `goal SQL level 3 by 30 Jun`.");
    else if (text_length(title) > GOAL_TITLE_MAX)
        reply(t, "A title has %d characters at most; this has %zu. What is it in one line?", GOAL_TITLE_MAX,
              text_length(title));
    else
        return true;
    return false;
}

static int64_t goal_insert(struct turn *t, const char *scope, const char *title, int64_t day)
{
    int64_t id =
        insert(t,
               "INSERT INTO goal(person, number, scope, title, due, state, at) VALUES(?1, (SELECT "
               "coalesce(max(number), 0) + 1 FROM goal WHERE person = ?1), ?2, ?3, ?4, 'open', ?5)",
               I(t->person), T(scope), T(title), T(day == INT64_MIN ? NULL : day_iso(t->arena, day)), I(t->now));

    progress_add(t, t->person, "goal", id, "started", NO_VALUE, NULL);
    goal_audit(t, goal_get(t, id), "goal", "goal", id);
    undoable(t, "goal forget", id, "");
    goal_tell_day(t, id);
    return id;
}

/* What the team and the company are after and this person may serve. */
int64_t *goals_to_serve(struct turn *t, int *count)
{
    return ids_of(
        t,
        query(t,
              "SELECT id FROM goal WHERE state = 'open' AND (scope = 'company' OR (scope = 'team' AND person = "
              "?1)) AND coalesce(person, 0) <> ?2 ORDER BY scope DESC, id DESC",
              I(person(t, t->person)->manager), I(t->person)),
        count);
}

/* Words of four letters and more that both have. */
static int words_shared(struct turn *t, const char *one, const char *other)
{
    const char *at = text_fold(t->arena, one), *in = text_fold(t->arena, other);
    int shared = 0;

    while (*at) {
        size_t n = strcspn(at, " ");
        shared += n >= 4 && strstr(in, arena_copy_n(t->arena, at, n));
        at += n + strspn(at + n, " ");
    }
    return shared;
}

/* Those nearest in words first, the others as they were. */
static void nearest_first(struct turn *t, int64_t *ids, int count, const char *title)
{
    for (int i = 1; i < count; i++) {
        int64_t id = ids[i];
        int near = words_shared(t, title, goal_get(t, id)->title), at = i;
        for (; at > 0 && words_shared(t, title, goal_get(t, ids[at - 1])->title) < near; at--)
            ids[at] = ids[at - 1];
        ids[at] = id;
    }
}

void goal_offer(struct turn *t, struct message *m, const struct goal *g)
{
    int count = 0;
    int64_t *ids = goal_is_own(g) && !g->aligned ? goals_to_serve(t, &count) : NULL;

    nearest_first(t, ids, count, g->title);
    if (count)
        small(m, "Does it serve one of these? Then press it:");
    for (int i = 0; i < count && i < ALIGN_MAX; i++)
        choice(m, goal_get(t, ids[i])->title, "goal align", g->id, arena_printf(t->arena, "%ld", (long)ids[i]));
    button(m, "Add a milestone", "goal milestone", g->id);
    if (goal_is_own(g) && !g->shared && person(t, t->person)->manager)
        button(m, "Tell my manager", "goal tell", g->id);
}

/* A sixth: the text goes on when one of the five is parked. */
bool goals_too_many(struct turn *t, const char *then)
{
    int count;
    int64_t *ids = goals_open(t, t->person, &count);

    if (count < OPEN_MAX)
        return false;
    struct message *m = reply(t, "Five goals are open, and more than five are nobody's goals. Park one for it?");
    for (int i = 0; i < count; i++)
        choice(m, goal_get(t, ids[i])->title, "goal make room", ids[i], then);
    return true;
}

/* The company has one of a title, whoever set it. */
static bool is_there(struct turn *t, const char *scope, const char *title)
{
    int64_t id =
        one_int(t,
                "SELECT id FROM goal WHERE (person = ?1 OR scope = 'company') AND scope = ?3 AND state = 'open' AND "
                "lower(title) = lower(?2)",
                I(t->person), T(title), T(scope));
    const struct goal *g = id ? goal_get(t, id) : NULL;

    if (g && g->person != t->person)
        reply(t, "The company is after *%s*%s already.", g->title, goal_by(t, g->due));
    else if (g)
        reply(t, "*%s* is your goal %ld already%s.", g->title, (long)g->number, goal_by(t, g->due));
    return g;
}

static void goal_add(struct turn *t)
{
    const char *title = arg(t, "title");
    int64_t day = arg_day(t, "by");

    if (!goal_title_fits(t, title) || is_there(t, "own", title) || goals_too_many(t, t->text))
        return;
    const struct goal *g = goal_get(t, goal_insert(t, "own", title, day));
    struct message *m = reply(t, "Goal %ld: *%s*%s. Only you see it.", (long)g->number, title, goal_by(t, day));
    small(m, "`goal %ld 60%%` says how far it is, `goal %ld done` that it is.", (long)g->number, (long)g->number);
    goal_offer(t, m, g);
}

static void goal_add_for(struct turn *t, const char *scope, const char *format)
{
    const char *title = arg(t, "title");
    int64_t day = arg_day(t, "by");

    if (!goal_title_fits(t, title) || is_there(t, scope, title))
        return;
    const struct goal *g = goal_get(t, goal_insert(t, scope, title, day));
    struct message *m = reply(t, "Goal %ld, %s: *%s*%s.", (long)g->number, format, title, goal_by(t, day));
    say(m, " Who sets a goal of their own may align it to this one; whose those are stays theirs.");
    button(m, "Add a milestone", "goal milestone", g->id);
}

static void team_goal(struct turn *t)
{
    goal_add_for(t, "team", phrase(t, "of your team"));
}

static void company_goal(struct turn *t)
{
    goal_add_for(t, "company", phrase(t, "of the company"));
}

static void ask_title(struct turn *t)
{
    reply(t, "What is the goal? Like this: `goal SQL level 3 by 30 Jun`");
}

/* ---- What it serves ------------------------------------------------------------------------------------------------ */

/* The milestones of a goal of the team were made with the manager, those of the company's are L&D's. Their ids go to ids. */
static int take_milestones(struct turn *t, const struct goal *g, const struct goal *serves, struct buf *ids)
{
    int count, taken = 0;
    int64_t *parts = parts_of(t, serves->id, &count);

    for (int i = 0; i < count; i++) {
        const struct part *p = part_get(t, parts[i]);
        if (!part_is_milestone(p))
            continue;
        int64_t id = milestone_insert(t, g, p->title, p->due, strcmp(serves->scope, "team") == 0 ? "agreed" : "lnd");
        buf_printf(ids, "%ld ", (long)id);
        taken++;
    }
    return taken;
}

static bool may_serve(struct turn *t, int64_t id)
{
    int count;
    int64_t *ids = goals_to_serve(t, &count);

    while (count-- > 0)
        if (ids[count] == id)
            return true;
    return false;
}

static void align(struct turn *t)
{
    const struct goal *g = goal_get(t, t->object), *serves = goal_get(t, strtoll(t->argument, NULL, 10));

    if (!g || !serves || !goal_is(g, "open") || !may_serve(t, serves->id)) {
        settle(t, "That goal is not open any more.");
        return;
    }
    if (g->aligned) {
        reply(t, "*%s* serves *%s* already.", g->title, goal_get(t, g->aligned) ? goal_get(t, g->aligned)->title : "");
        return;
    }
    change(t, "UPDATE goal SET aligned = ?2 WHERE id = ?1", I(g->id), I(serves->id));
    struct buf ids = { .arena = t->arena };
    int taken = take_milestones(t, g, serves, &ids);
    goal_audit(t, g, "goal align", "goal", g->id);
    undoable(t, "goal unalign", g->id, buf_text(&ids));
    struct message *m = settle(t, "It serves *%s*.", serves->title);
    if (taken && m)
        say(m, " %s", counted(m, taken, "%ld milestone came with it.", "%ld milestones came with it."));
    if (m)
        goal_offer(t, m, goal_get(t, g->id));
}

static void unalign(struct turn *t)
{
    change(t, "UPDATE goal SET aligned = NULL WHERE id = ?1 AND person = ?2", I(t->object), I(t->person));
    char *end;
    for (const char *at = t->argument; *at; at = *end ? end + 1 : end)
        change(t, "DELETE FROM goal_part WHERE id = ?1 AND person = ?2", I(strtoll(at, &end, 10)), I(t->person));
    reply(t, "Undone: it serves nothing but you.");
}

/* ---- Taken back, parked for another -------------------------------------------------------------------------------- */

static void forget_goal(struct turn *t)
{
    const struct goal *g = goal_get(t, t->object);

    if (!g)
        return;
    if (g->message)
        withdraw_message(t, g->message);
    change(t, "UPDATE goal SET aligned = NULL WHERE aligned = ?1", I(g->id));
    change(t, "DELETE FROM goal_part WHERE goal = ?1", I(g->id));
    change(t, "DELETE FROM reminder WHERE goal = ?1", I(g->id));
    change(t, "DELETE FROM goal WHERE id = ?1", I(g->id));
    nudge_due(t, g->person, "goal", g->id, NULL, g->title, INT64_MIN);
    settle(t, NULL);
    reply(t, "Undone: nothing is kept of *%s*.", g->title);
}

static void make_room(struct turn *t)
{
    const struct goal *g = goal_get(t, t->object);

    if (!g || t->stale || !goal_is(g, "open")) {
        settle(t, NULL);
        reply(t, "That has changed since. `goal` shows how it is now.");
        return;
    }
    goal_park(t, g);
    settle(t, "Parked: *%s*. `goal resume %ld` takes it up again.", g->title, (long)g->number);
    as_command(t, t->argument);
}

static void ask_milestone(struct turn *t)
{
    reply(t, "What is the milestone, and by when? For example: first report by fri");
    expect(t, "goal milestone", t->object, NULL);
}

static void take_milestone(struct turn *t)
{
    const struct goal *g = goal_get(t, t->object);

    if (g)
        as_command(t, arena_printf(t->arena, "milestone %s for %ld", t->text, (long)g->number));
}

static void share_pressed(struct turn *t)
{
    const struct goal *g = goal_get(t, t->object);

    if (g && g->person == t->person && goal_is(g, "open"))
        goal_share(t, g);
    else
        settle(t, "That goal is not open any more.");
}

static void me(struct turn *t, struct message *m)
{
    int count;
    int64_t *ids = goals_open(t, t->person, &count);

    for (int i = 0; i < count; i++)
        goal_say_line(t, m, goal_get(t, ids[i]));
}

/* What a team or the company is after stays when who set it goes. */
static void forget(struct turn *t, int64_t person)
{
    change(t, "UPDATE goal SET person = NULL WHERE person = ?1 AND scope <> 'own'", I(person));
}

static const struct command commands[] = {
    { "goal {title} [by {by:date}]", goal_add, .verb = "goal", .writes = true,
      .help = "a goal of yours, private until shared", .example = "goal SQL level 3 by 30 Jun",
      .seen_by = "Only you see it until you share it." },
    { "goal by", ask_title, .writes = true },
    { "goal by {by:date}", ask_title, .writes = true },
    { "i want to get to {title} by {by:date}", goal_add, .natural = true, .writes = true },
    { "i want to {title} by {by:date}", goal_add, .natural = true, .writes = true },
    { "i want to learn {title:(?!how ).+?} [by {by:date}]", goal_add, .natural = true, .writes = true },
    { "i want to get to {title}", goal_add, .natural = true, .writes = true },
    { "my goal is to {title} [by {by:date}]", goal_add, .natural = true, .writes = true },
    { "my goal is {title} [by {by:date}]", goal_add, .natural = true, .writes = true },
    { "team goal {title} [by {by:date}]", team_goal, .verb = "team goal", .writes = true, .role = ROLE_MANAGER,
      .help = "what your team is after", .example = "team goal Answer within a day by 30 Jun",
      .seen_by = "Your direct reports see it." },
    { "company goal {title} [by {by:date}]", company_goal, .verb = "company goal", .writes = true, .role = ROLE_STEWARD,
      .for_all = true, .help = "what everybody is after", .example = "company goal Open in Lisbon by 30 Sep",
      .seen_by = "Everybody sees it." },
    { 0 },
};

static const struct action actions[] = { { "goal align", align },
                                         { "goal unalign", unalign },
                                         { "goal forget", forget_goal },
                                         { "goal make room", make_room },
                                         { "goal tell", share_pressed },
                                         { "goal milestone", ask_milestone },
                                         { 0 } };
static const struct dialog dialogs[] = { { "goal milestone", take_milestone, TAKES_TEXT }, { 0 } };

static const struct personal data[] = {
    { "goal", "person", DATA_DELETED,
      "SELECT number, scope, title, due AS due_day, state, shared, at FROM goal WHERE person = ?1 ORDER BY number",
      "Your goals and milestones: only you. Of those you share, whoever is your manager sees title, day, milestones "
      "and "
      "how far they are." },
    { "goal", "agreed", DATA_CLEARED, NULL, NULL },
    { "goal_part", "person", DATA_DELETED,
      "SELECT number, kind, title, due AS due_day, origin, low, high FROM goal_part WHERE person = ?1 ORDER BY id",
      NULL },
    { 0 },
};

const struct handler handler_goals = {
    "goals",      .group = "Learn", .commands = commands, .actions = actions, .dialogs = dialogs,
    .data = data, .me = me,         .forget = forget,
};
