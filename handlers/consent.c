/* What experts want: whether they may be asked at all, on what, how often, and when not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "prefs.h"
#include "routing.h"

#define CAP_MAX 20
#define NAMED_MAX 8        /* topics that are listed to who wrote an unknown one */
#define CONSENT_MINUTES 60 /* of their working time; so long a question waits for the reply */

/* ---- May I ask you? --------------------------------------------------------------------------------------------- */

int64_t consent_deadline(struct turn *t, int64_t id)
{
    return one_int(t, "SELECT deadline FROM consent WHERE person = ?1", I(id));
}

static const char *topics_of(struct turn *t, int64_t id)
{
    struct buf out = { .arena = t->arena };
    struct rows *r =
        query(t,
              "SELECT s.topic FROM skill s WHERE s.person = ?1 AND NOT EXISTS (SELECT 1 FROM topic_choice c "
              "WHERE c.person = s.person AND c.topic = s.topic AND c.wanted = 0) "
              "UNION SELECT topic FROM topic_choice WHERE person = ?1 AND wanted = 1 ORDER BY 1",
              I(id));

    while (row_next(r))
        buf_printf(&out, "%s%s", out.len ? ", " : "", row_text(r, 0));
    return buf_text(&out);
}

bool consent_ask(struct turn *t, int64_t id)
{
    if (consent_deadline(t, id))
        return false;
    struct message *m =
        tell(t, id, CLASS_CONSENT,
             expert_cap(t, id) == 1 ? "L&D listed you for *%s*: up to %d question a week, in your hours."
                                    : "L&D listed you for *%s*: up to %d questions a week, in your hours.",
             topics_of(t, id), expert_cap(t, id));
    int64_t until = refused(m) ? t->now : work_add(person_hours(t, id), t->now, CONSENT_MINUTES);

    line(m, "I send you no question until you choose.");
    button(m, "Fine", "consent fine", id);
    button(m, "Fewer", "consent fewer", id);
    button(m, "Other topics", "consent topics", id);
    button(m, "Not me", "consent no", id);
    explain(m, "You are listed as an expert for %s. I ask this once, before the first question.", topics_of(t, id));
    insert(t, "INSERT INTO consent(person, message, deadline) VALUES(?1, ?2, ?3)", I(id), I(message_id(m)),
           I(until == INT64_MAX ? t->now : until));
    return !refused(m);
}

static void agree(struct turn *t)
{
    pref_set(t, t->person, "consent", "yes");
    audit(t, "agreed", "expert", t->person);
    routing_look_soon(t);
}

static void say_terms(struct turn *t, struct message *m)
{
    say(m, " Up to %s, in your hours, on *%s*. `cap N` and `busy until DATE` change that.",
        questions_a_week(t, expert_cap(t, t->person)), topics_of(t, t->person));
}

static void press_fine(struct turn *t)
{
    agree(t);
    say_terms(t, settle(t, "Thank you."));
}

static void press_fewer(struct turn *t)
{
    int cap = expert_cap(t, t->person);

    pref_set(t, t->person, "cap", arena_printf(t->arena, "%d", cap > 2 ? cap / 2 : 1));
    agree(t);
    say_terms(t, settle(t, "Fewer it is, thank you."));
}

static void press_not_me(struct turn *t)
{
    pref_set(t, t->person, "consent", "no");
    audit(t, "declined", "expert", t->person);
    routing_look_soon(t);
    settle(t, "All right: I send you no questions. Should you change your mind, say `cap 2`.");
}

static void press_keep(struct turn *t)
{
    settle(t, "It stays as it is, thank you.");
}

static void press_topics(struct turn *t)
{
    expect(t, "consent topics", 0, arena_printf(t->arena, "%ld", (long)t->pressed));
    reply(t, "Which topics, then? Write them with commas between. So far: %s.", topics_of(t, t->person));
}

/* ---- Topics ----------------------------------------------------------------------------------------------------- */

static void want(struct turn *t, const char *topic, bool wanted)
{
    insert(t,
           "INSERT INTO topic_choice(person, topic, wanted) VALUES(?1, ?2, ?3) "
           "ON CONFLICT(person, topic) DO UPDATE SET wanted = ?3",
           I(t->person), T(topic), I(wanted));
}

static void say_unknown(struct turn *t, const char *name)
{
    const char **near = topics_near(t, name);
    struct message *m = reply(t, "I know no topic *%s*.", text_cut(t->arena, name, 60));

    if (!*near)
        near = topics_all(t);
    for (int i = 0; i < NAMED_MAX && near[i]; i++)
        say(m, "%s`%s`", i ? ", " : phrase(t, " There is "), near[i]);
    say(m, ". Write all you want to be asked about, with commas between.");
    expect(t, "consent topics", 0, t->argument);
}

static void take_topics(struct turn *t)
{
    const char *chosen[32];
    int count = 0;

    for (const char *at = t->text; *at && count < 32;) {
        size_t n = strcspn(at, ",;");
        const char *name = text_trim(t->arena, arena_copy_n(t->arena, at, n));
        const char *topic = *name ? topic_named(t, name) : NULL;
        if (*name && !topic) {
            say_unknown(t, name);
            return;
        }
        if (topic)
            chosen[count++] = topic;
        at += n + (at[n] != '\0');
    }
    change(t, "DELETE FROM topic_choice WHERE person = ?1", I(t->person));
    insert(t,
           "INSERT INTO topic_choice(person, topic, wanted) SELECT person, topic, 0 FROM skill WHERE person = ?1 "
           "ON CONFLICT(person, topic) DO NOTHING",
           I(t->person));
    for (int i = 0; i < count; i++)
        want(t, chosen[i], true);
    agree(t);
    settle_message(t, strtoll(t->argument, NULL, 10), NULL);
    say_terms(t, reply(t, "Thank you."));
}

/* ---- How many, and when not ------------------------------------------------------------------------------------- */

static void set_cap(struct turn *t)
{
    int64_t n = arg_int(t, "n");

    if (n > CAP_MAX) {
        reply(t, "Between 0 and %d questions in seven days, please.", CAP_MAX);
        return;
    }
    prefs_undoable(t, "cap consent");
    pref_set(t, t->person, "cap", arena_printf(t->arena, "%d", (int)n));
    if (n) {
        agree(t); /* who says how many may be asked */
        reply(t, "Up to %s, in your hours.", questions_a_week(t, (int)n));
    } else {
        reply(t, "No new questions until you say `cap 2` or another number. What you have stays with you.");
    }
}

static void set_busy(struct turn *t, const struct date *d)
{
    const struct zone *zone = person(t, t->person)->zone;
    int64_t until = d->minute >= 0 ? instant_on(zone, d->day, d->minute) : instant_on(zone, d->day + 1, 0);
    int64_t again = work_next(person_hours(t, t->person), until);

    if (until <= t->now) {
        reply(t, "%s has passed.", say_moment(t, t->person, until));
        return;
    }
    prefs_undoable(t, "busy_until");
    pref_set(t, t->person, "busy_until", arena_printf(t->arena, "%ld", (long)until));
    struct message *m =
        reply(t, "No questions until %s.",
              d->minute >= 0 ? say_moment(t, t->person, until) : phrase(t, "the end of %s", say_day(t, d->day)));
    if (again == until)
        say(m, " `busy off` ends it sooner.");
    else if (again != INT64_MAX)
        say(m, " From %s on they may reach you again; `busy off` ends it sooner.", say_moment(t, t->person, again));
    audit(t, "busy", "expert", t->person);
    routing_look(t);
}

static void busy_command(struct turn *t)
{
    struct date d = date_parse(arg(t, "on"), day_of(person(t, t->person)->zone, t->now));

    set_busy(t, &d);
}

static void busy_unreadable(struct turn *t)
{
    reply(t, "I can't read *%s* as a day. Write it like `busy until fri` or `busy until 30 Jun`.",
          text_cut(t->arena, arg(t, "what"), 60));
}

static void busy_off(struct turn *t)
{
    bool was = busy_until(t, t->person);

    prefs_undoable(t, "busy_until");
    pref_set(t, t->person, "busy_until", NULL);
    reply(t, was ? "You may be asked again, in your hours." : "You were not busy: you may be asked, in your hours.");
    routing_look_soon(t);
}

/* The date asked for under [Busy until…]; readings go on as the command. */
static void take_busy_date(struct turn *t)
{
    struct date d = date_parse(t->text, day_of(person(t, t->person)->zone, t->now));

    if (d.verdict == DATE_OK)
        set_busy(t, &d);
    else
        as_command(t, arena_printf(t->arena, "busy until %s", t->text));
}

static const struct command commands[] = {
    { "busy until {on:date}", busy_command, .verb = "busy", .writes = true, .role = ROLE_EXPERT,
      .help = "no questions until a day", .example = "busy until fri",
      .seen_by = "Who waits for you reads that you can't right now." },
    { "busy until {what}", busy_unreadable, .role = ROLE_EXPERT },
    { "busy off", busy_off, .writes = true, .role = ROLE_EXPERT },
    { "cap {n:number}", set_cap, .verb = "cap", .writes = true, .role = ROLE_EXPERT,
      .help = "questions you take in seven days", .example = "cap 3", .seen_by = "Nobody sees it." },
    { 0 },
};

static const struct action actions[] = {
    { "consent fine", press_fine }, { "consent fewer", press_fewer }, { "consent topics", press_topics },
    { "consent no", press_not_me }, { "consent keep", press_keep },   { 0 },
};

static const struct dialog dialogs[] = {
    { "consent topics", take_topics, TAKES_TEXT },
    { "busy date", take_busy_date, TAKES_DATE },
    { 0 },
};

static const struct personal data[] = {
    { "consent", "person", DATA_DELETED, NULL, NULL },
    { "topic_choice", "person", DATA_DELETED, "SELECT topic, wanted FROM topic_choice WHERE person = ?1 ORDER BY topic",
      "What you want to be asked about: others see it as the topics you are listed for." },
    { 0 },
};

const struct handler handler_consent = {
    "consent", .group = "Expert", .commands = commands, .actions = actions, .dialogs = dialogs, .data = data,
};
