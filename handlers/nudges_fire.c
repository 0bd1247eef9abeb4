/* A reminder's hour has come: what falls together for a person is judged together, goes as one message, and says how to
 * have less of it. */
#include <string.h>

#include "mandatory.h"
#include "nudges_private.h"
#include "paths.h"

#define TOGETHER 20 /* more than fall together for anybody */

/* ---- What it says ------------------------------------------------------------------------------------------------ */

static const char *path_title(struct turn *t, const struct nudge *n)
{
    const struct path *p = strcmp(n->kind, "path") == 0 ? path_any(t, n->object) : NULL;

    return p ? p->title : "";
}

static const char *place_value(struct turn *t, const struct nudge *n, const char *word, size_t length)
{
    if (length == 4 && strncmp(word, "name", 4) == 0)
        return first_name(t, n->person);
    struct rows *r = query(t, "SELECT title, day FROM nudge_subject WHERE person = ?1 AND kind = ?2 AND object = ?3",
                           I(n->person), T(n->kind), I(n->object));
    const char *title = NULL;
    int64_t day = INT64_MIN;

    if (row_next(r)) {
        title = row_text(r, 0);
        day = row_int(r, 1);
    }
    rows_close(r);
    if (length == 5)
        return title ? title : path_title(t, n);
    if (day == INT64_MIN)
        return "";
    t->reader = n->person;
    const char *said = say_day(t, day);
    t->reader = 0;
    return said;
}

/* {title}, {day} and {name} are filled in; other braces were refused when the text was read. */
static const char *fill(struct turn *t, const struct nudge *n, const char *text)
{
    struct buf out = { .arena = t->arena };

    while (*text) {
        size_t plain = strcspn(text, "{"), length = text[plain] ? strcspn(text + plain, "}") : 0;
        buf_add_n(&out, text, plain);
        if (length)
            buf_add(&out, place_value(t, n, text + plain + 1, length - 1));
        text += plain + length + (length && text[plain + length]);
    }
    return buf_text(&out);
}

/* The rule's text has the marks of ours, *bold* and `code`; what is filled in has none. */
static void say_words(struct turn *t, struct message *m, const struct nudge *n)
{
    for (const char *at = rule_text(t, n->rule, n->person); *at;) {
        const char *end = *at == '*' || *at == '`' ? strchr(at + 1, *at) : NULL;
        size_t length = end ? (size_t)(end - at - 1) : 1 + strcspn(at + 1, "*`");
        const char *words = fill(t, n, arena_copy_n(t->arena, end ? at + 1 : at, length));
        if (!end)
            say(m, "%s", words);
        else if (*at == '*')
            say(m, "*%s*", words);
        else
            say(m, "`%s`", words);
        at = end ? end + 1 : at + length;
    }
}

static void explain_all(struct turn *t, struct message *m, const struct judged *all, int count)
{
    struct buf rules = { .arena = t->arena };

    for (int i = 0; i < count; i++)
        buf_printf(&rules, "%s%s", i ? "; " : "",
                   phrase(t, "the rule %s (kept by %s), for %s", all[i].nudge->rule->slug,
                          rule_keeper(t, all[i].nudge->rule), all[i].nudge->rule->who));
    explain(m, "A reminder: %s. `prefs nudges off` ends all of them.", buf_text(&rules));
}

static void add_pause(struct message *m, const struct judged *j)
{
    line(m, "The last %d reminders of %s stayed without a word, so I stop them here, unless you want them.",
         j->standing->ignored, j->nudge->rule->slug);
}

/* Nothing was recorded for long: many learn elsewhere, and nobody hears of it unless they want somebody to. */
static void add_idle_buttons(struct turn *t, struct message *m, int64_t who)
{
    int64_t manager = person(t, who)->manager;

    button(m, "Log something", "log ask", 0);
    if (manager && person(t, manager)->active)
        choice(m, phrase(t, "Talk with %s about time to learn", first_name(t, manager)), "nudge talk", message_id(m),
               "");
    button(m, "Fine as it is", "nudge fine", message_id(m));
}

static void add_buttons(struct turn *t, struct message *m, int64_t who, const struct judged *all, int count)
{
    bool pauses = false;

    for (int i = 0; i < count; i++)
        pauses = pauses || all[i].verdict == NUDGE_PAUSES;
    if (pauses)
        button(m, "Keep", "nudge keep", message_id(m));
    else if (count == 1 && strcmp(all->nudge->rule->kind, "idle") == 0)
        add_idle_buttons(t, m, who);
    else
        button(m, "Snooze", "nudge snooze", message_id(m));
    button(m, "Less of this", "nudge less", message_id(m));
    button(m, "Why?", "why this", message_id(m));
}

static struct message *begin_message(struct turn *t, int64_t who, const struct judged *all, int count)
{
    bool one = count == 1 && all->verdict == NUDGE_GOES;
    struct message *m = one ? tell(t, who, CLASS_REMINDER, "%s", "") : tell(t, who, CLASS_REMINDER, "For today:");

    for (int i = 0; i < count; i++) {
        if (all[i].verdict == NUDGE_PAUSES) {
            add_pause(m, &all[i]);
            continue;
        }
        if (!one)
            bullet(m, "%s", "");
        say_words(t, m, all[i].nudge);
    }
    return m;
}

/* One message for all that goes; its id, 0: it was refused. */
static int64_t send(struct turn *t, int64_t who, struct judged *all, int count)
{
    int64_t before = t->person;

    t->person = who; /* so that days and phrases are in their language */
    struct message *m = begin_message(t, who, all, count);
    if (!refused(m)) {
        add_buttons(t, m, who, all, count);
        explain_all(t, m, all, count);
    }
    t->person = before;
    return message_id(m);
}

/* ---- What falls due ---------------------------------------------------------------------------------------------- */

static int read_nudges(struct turn *t, int64_t who, struct rows *r, struct judged *all)
{
    int count = 0;

    for (; row_next(r); count++) {
        struct nudge *n = arena_new(t->arena, struct nudge);
        *n = (struct nudge){
            row_int(r, 0), rule_get(t, row_int(r, 1)), who, row_text(r, 2), row_int(r, 3), row_int(r, 4), row_int(r, 5)
        };
        all[count] = (struct judged){ .nudge = n };
    }
    return count;
}

static int read_group(struct turn *t, int64_t who, struct judged *all)
{
    return read_nudges(t, who,
                       query(t,
                             "SELECT id, rule, kind, object, day, try_day, at FROM nudge WHERE person = ?1 AND "
                             "state = 'planned' AND at <= ?2 ORDER BY at, id LIMIT ?3",
                             I(who), I(t->now), I(TOGETHER)),
                       all);
}

/* Another about the same thing waits for that day already: it says it all. */
static bool is_said_by_another(struct turn *t, const struct nudge *n)
{
    return one_int(t,
                   "SELECT count(*) FROM nudge WHERE rule = ?1 AND person = ?2 AND kind = ?3 AND object = ?4 AND "
                   "day = ?5 AND id <> ?6",
                   I(n->rule->id), I(n->person), T(n->kind), I(n->object), I(n->day), I(n->id)) > 0;
}

static void plan_again(struct turn *t, const struct nudge *n)
{
    change(t, "UPDATE nudge SET day = ?2, try_day = ?3, at = ?4 WHERE id = ?1", I(n->id), I(n->day), I(n->try_day),
           I(n->at));
    later(t, n->at, "nudge", n->id, nudge_timer_key(t, n->id));
}

static void finish(struct turn *t, const struct judged *j, int64_t message)
{
    const struct nudge *n = j->nudge;
    struct nudge next;

    if (j->verdict == NUDGE_LATER && is_said_by_another(t, n)) {
        change(t, "UPDATE nudge SET state = 'dropped' WHERE id = ?1", I(n->id));
        not_later(t, nudge_timer_key(t, n->id));
        return;
    }
    if (j->verdict == NUDGE_LATER) {
        plan_again(t, n);
        return;
    }
    bool sent = j->verdict != NUDGE_DROPPED && message;
    change(t, "UPDATE nudge SET state = ?2, reason = ?3, message = ?4, at = ?5 WHERE id = ?1", I(n->id),
           T(sent ? "sent" : "dropped"), T(sent ? NULL : j->reason), IDN(message), I(t->now));
    not_later(t, nudge_timer_key(t, n->id));
    if (nudge_follow(t, n, &next))
        nudge_store(t, &next);
}

static void fire(struct turn *t)
{
    int64_t who = one_int(t, "SELECT person FROM nudge WHERE id = ?1 AND state = 'planned'", I(t->object));
    struct judged all[TOGETHER], going[TOGETHER];
    int count = who ? read_group(t, who, all) : 0, n = 0;
    struct course c = course_begin(t, who);

    if (!count) /* it went with another */
        return;
    bool held = nudges_judge(&c, all, count);
    for (int i = 0; i < count; i++)
        if (all[i].verdict == NUDGE_GOES || all[i].verdict == NUDGE_PAUSES)
            going[n++] = all[i];
    int64_t message = n ? send(t, who, going, n) : 0;
    if (held)
        mandatory_goes_first(t, who); /* `why` knows */
    course_store(&c);
    for (int i = 0; i < count; i++)
        finish(t, &all[i], all[i].verdict == NUDGE_DROPPED ? 0 : message);
}

/* ---- What the person says to it ---------------------------------------------------------------------------------- */

/* Those of the pressed message; none where it is somebody else's or long gone. */
static int read_message(struct turn *t, int64_t message, struct judged *all)
{
    return read_nudges(
        t, t->person,
        query(t,
              "SELECT id, rule, kind, object, day, try_day, at FROM nudge WHERE message = ?1 AND person = ?2 "
              "ORDER BY id LIMIT ?3",
              I(message), I(t->person), I(TOGETHER)),
        all);
}

enum answer { ANSWER_KEEP, ANSWER_LESS, ANSWER_SNOOZE };

/* It was no longer ignored. How many reminders it is about. */
static int take_answer(struct turn *t, int64_t message, enum answer answer, int64_t day)
{
    struct judged all[TOGETHER];
    int count = read_message(t, message, all);
    struct course c = course_begin(t, t->person);

    for (int i = 0; i < count; i++) {
        struct standing *s = course_standing(&c, all[i].nudge->rule);
        s->sent_at = s->skip = s->ignored = 0;
        s->paused = false;
        if (answer == ANSWER_LESS)
            s->skip = (1 << ++s->less) - 1;
        if (answer == ANSWER_SNOOZE) {
            struct nudge again = *all[i].nudge;
            s->snoozed = again.day = again.try_day = day;
            again.at = nudge_window_at(t, again.rule, t->person, day);
            nudge_store(t, &again);
        }
    }
    course_store(&c);
    return count;
}

static void gone(struct turn *t)
{
    settle(t, NULL);
    reply(t, "That reminder is over. `prefs` shows how much comes unasked.");
}

static void keep(struct turn *t)
{
    if (t->stale || !take_answer(t, t->object, ANSWER_KEEP, 0)) {
        gone(t);
        return;
    }
    settle(t, "Kept: they go on as before.");
}

static void fine(struct turn *t)
{
    if (!t->stale && take_answer(t, t->object, ANSWER_KEEP, 0))
        settle(t, "Fine. I tell nobody.");
    else
        gone(t);
}

/* The one thing of it a manager ever hears, and only now. */
static void talk(struct turn *t)
{
    int64_t manager = person(t, t->person)->manager;

    if (t->stale || !manager || !take_answer(t, t->object, ANSWER_KEEP, 0)) {
        gone(t);
        return;
    }
    struct message *m =
        tell(t, manager, CLASS_TASK, "%s would like to talk about time to learn.", person(t, t->person)->name);
    if (refused(m)) {
        reply(t, "%s is not at work right now. Press it again in their hours, or write to them.",
              first_name(t, manager));
        return;
    }
    explain(m, "%s asked me to say so. I said nothing else, and keep nothing of it.", first_name(t, t->person));
    settle(t, "%s knows that you would like to talk about time to learn, and nothing else.", first_name(t, manager));
}

static void less(struct turn *t)
{
    if (t->stale || !take_answer(t, t->object, ANSWER_LESS, 0)) {
        gone(t);
        return;
    }
    struct message *m = settle(t, "Half as often from now on. `prefs nudges off` ends all reminders.");
    button(m, "Undo", "nudge more", t->object);
    undoable(t, "nudge more", t->object, "");
}

static void more(struct turn *t)
{
    struct judged all[TOGETHER];
    int count = read_message(t, t->object, all);
    struct course c = course_begin(t, t->person);

    for (int i = 0; i < count; i++) {
        struct standing *s = course_standing(&c, all[i].nudge->rule);
        s->less -= s->less > 0;
        s->skip = 0;
    }
    course_store(&c);
    settle(t, NULL);
    reply(t, "Undone: as often as before.");
}

static void snooze(struct turn *t)
{
    int64_t today = day_of(person(t, t->person)->zone, t->now);
    struct message *m;

    if (t->stale) {
        gone(t);
        return;
    }
    m = reply(t, "Until when? A day such as *fri* or *30 Jun* will do, too.");
    choice(m, phrase(t, "Tomorrow"), "nudge snooze until", t->object, day_iso(t->arena, today + 1));
    choice(m, phrase(t, "Monday"), "nudge snooze until", t->object, day_iso(t->arena, today + 7 - day_weekday(today)));
    choice(m, phrase(t, "In 2 weeks"), "nudge snooze until", t->object, day_iso(t->arena, today + 14));
    expect(t, "nudge snooze day", t->object, NULL);
}

static void snooze_until(struct turn *t, int64_t message, int64_t day)
{
    int count = take_answer(t, message, ANSWER_SNOOZE, day);

    if (t->pressed)
        settle(t, NULL);
    if (!count)
        reply(t, "That reminder is over. `prefs` shows how much comes unasked.");
    else
        reply(t, "Put off until %s.", say_day(t, day));
    if (count)
        settle_message(t, message, "Put off until %s.", say_day(t, day));
}

static void snooze_pressed(struct turn *t)
{
    snooze_until(t, t->object, day_number(t->argument));
}

static void snooze_typed(struct turn *t)
{
    int64_t today = day_of(person(t, t->person)->zone, t->now);
    struct date d = date_parse(t->text, today);

    if (d.verdict != DATE_OK || d.day <= today || d.day > today + 366) {
        struct message *m = reply(t, "I need one day after today, within a year. Which?");
        for (int i = 0; i < d.reading_count; i++)
            choice(m, say_day(t, d.readings[i]), "nudge snooze until", t->object, day_iso(t->arena, d.readings[i]));
        expect(t, "nudge snooze day", t->object, NULL);
        return;
    }
    snooze_until(t, t->object, d.day);
}

/* ---- Their clock or their place is another ------------------------------------------------------------------------ */

static void hours_changed(struct turn *t, int64_t who)
{
    int count = 0;
    int64_t *ids =
        ids_of(t, query(t, "SELECT id FROM nudge WHERE person = ?1 AND state = 'planned' ORDER BY id", I(who)), &count);

    for (int i = 0; i < count; i++) {
        struct rows *r = query(t, "SELECT rule, try_day FROM nudge WHERE id = ?1", I(ids[i]));
        row_next(r);
        const struct rule *rule = rule_get(t, row_int(r, 0));
        int64_t at = nudge_window_at(t, rule, who, row_int(r, 1));
        rows_close(r);
        change(t, "UPDATE nudge SET at = ?2 WHERE id = ?1", I(ids[i]), I(at));
        later(t, at, "nudge", ids[i], nudge_timer_key(t, ids[i]));
    }
}

static const struct action actions[] = {
    { "nudge keep", keep },
    { "nudge fine", fine },
    { "nudge talk", talk },
    { "nudge less", less },
    { "nudge more", more },
    { "nudge snooze", snooze },
    { "nudge snooze until", snooze_pressed },
    { 0 },
};
static const struct dialog dialogs[] = { { "nudge snooze day", snooze_typed, TAKES_DATE }, { 0 } };
static const struct timer timers[] = { { "nudge", fire }, { 0 } };

const struct handler handler_nudges_fire = {
    "nudges_fire", .actions = actions, .dialogs = dialogs, .timers = timers, .availability = hours_changed,
};
