/* What people hear of what is asked of them: that it is, 14, 7, 1 and 0 days before its day, when that day moves, and once when it has
 * passed. One message for all that falls together. */
#include "mandatory_private.h"

#include <string.h>

#include "facts.h"

#define LAST_DAYS 2      /* the due day and so many before it: beyond the budget, if it is core */
#define AGAIN_AFTER 3600 /* held back: tried again in the next working hour */
#define WHERE_MAX 300

/* ---- When the next one is ---------------------------------------------------------------------------------------- */

static const char *timer_key(struct turn *t, int64_t person)
{
    return arena_printf(t->arena, "mandatory %ld", (long)person);
}

static int64_t at_least(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* The moment on that local day, or now if it is past. */
static int64_t moment_on(struct turn *t, int64_t id, int64_t day)
{
    return due_moment(t, id, at_least(instant_on(person(t, id)->zone, day, 0), t->now));
}

/* Of a rule in the morning, at the earliest of the next day; what somebody assigned at once. */
static int64_t notice_at(struct turn *t, const struct assignment *a)
{
    int64_t asked = one_int(t,
                            "SELECT max(at) FROM assignment_event WHERE assignment = ?1 AND event IN ('assigned', "
                            "'reopened')",
                            I(a->id));
    int64_t at = due_moment(t, a->person, asked);

    if (at == asked && !a->giver)
        at = moment_on(t, a->person, day_of(person(t, a->person)->zone, asked) + 1);
    return due_moment(t, a->person, at_least(at, t->now));
}

static const int stages[] = { 14, 7, 1, 0, TOLD_OVERDUE };
#define STAGES (sizeof stages / sizeof *stages)

static int64_t next_of(struct turn *t, const struct assignment *a)
{

    if (!assignment_is(a, "open"))
        return INT64_MAX;
    if (a->told == TOLD_NOTHING)
        return notice_at(t, a);
    if (a->moved)
        return due_moment(t, a->person, t->now);
    for (size_t i = 0; i < STAGES; i++)
        if (stages[i] < a->told)
            return moment_on(t, a->person, a->due - stages[i]);
    return INT64_MAX;
}

void remind_plan(struct turn *t, int64_t who)
{
    int count;
    const struct assignment *all = assignments_of(t, who, &count);
    int64_t first = INT64_MAX;

    for (int i = 0; i < count; i++) {
        int64_t at = next_of(t, &all[i]);
        first = at < first ? at : first;
    }
    if (first == INT64_MAX || !person(t, who)->active)
        not_later(t, timer_key(t, who));
    else
        later(t, first, "mandatory", who, timer_key(t, who));
}

/* When they are reminded next; 0: never. */
static int64_t planned_at(struct turn *t, int64_t who)
{
    return one_int(t, "SELECT at FROM due WHERE key = ?1", T(timer_key(t, who)));
}

/* What is core and about due goes whatever their share is. */
static bool is_urgent(struct turn *t, const struct assignment *a, int64_t day)
{
    const struct requirement *r = requirement_get(t, a->requirement);

    return r && r->core && a->due - day <= LAST_DAYS;
}

static bool is_reminded(struct turn *t, const struct assignment *a, int64_t day)
{
    const struct zone *zone = person(t, a->person)->zone;

    for (size_t i = 0; i < STAGES; i++) {
        int64_t at =
            stages[i] < a->told ? due_moment(t, a->person, instant_on(zone, a->due - stages[i], 0)) : INT64_MAX;
        if (at != INT64_MAX && day_of(zone, at) == day)
            return true;
    }
    return false;
}

/* The first is the one that is planned; what was told since a dry run's future began is none of them. */
int mandatory_reminders(struct turn *t, int64_t who, int64_t from, int64_t until)
{
    int64_t at = planned_at(t, who);
    int64_t first = day_of(person(t, who)->zone, at);
    int count, days = 0;

    if (!at || first > until)
        return 0;
    const struct assignment *all = assignments_of(t, who, &count);
    for (int64_t day = at_least(from, first); day <= until; day++) {
        bool reminded = day == first, urgent = false;
        for (int i = 0; i < count; i++)
            if (assignment_is(&all[i], "open")) {
                reminded = reminded || is_reminded(t, &all[i], day);
                urgent = urgent || is_urgent(t, &all[i], day);
            }
        days += reminded && !urgent;
    }
    return days;
}

bool mandatory_goes_first(struct turn *t, int64_t who)
{
    int64_t today = due_today(t, who), monday = today - day_weekday(today);

    return must_wait_beside(t, who, CLASS_REMINDER, mandatory_reminders(t, who, today, today),
                            mandatory_reminders(t, who, monday, monday + 6));
}

static bool was_told_since(struct turn *t, const struct assignment *a, int64_t at)
{
    return one_int(t,
                   "SELECT count(*) FROM assignment_event WHERE assignment = ?1 AND event IN ('told', 'overdue') AND "
                   "at >= ?2",
                   I(a->id), I(at)) > 0;
}

bool mandatory_says(struct turn *t, int64_t who, const char *kind, int64_t object)
{
    int64_t today = due_today(t, who), at = planned_at(t, who);
    const struct zone *zone = person(t, who)->zone;
    int count;
    const struct assignment *all = assignments_of(t, who, &count);

    for (int i = 0; i < count; i++) {
        const struct assignment *a = &all[i];
        if (object != (strcmp(kind, "path") == 0 ? a->path : a->id) || !assignment_is(a, "open"))
            continue;
        bool notice = (a->told == TOLD_NOTHING || a->moved) && day_of(zone, at) == today;
        if (notice || is_reminded(t, a, today) || was_told_since(t, a, instant_on(zone, today, 0)))
            return true;
    }
    return false;
}

/* ---- What it says ------------------------------------------------------------------------------------------------- */

/* Who asks for it. */
static const char *assignment_why(struct turn *t, const struct assignment *a)
{
    const struct requirement *r = requirement_get(t, a->requirement);

    if (!r)
        return phrase(t, "%s assigned it to you", person(t, a->giver)->name);
    return phrase(t, "the rule %s asks for it, which %s keeps", r->slug, path_keeper(t, path_any(t, a->path)));
}

static int stage_now(struct turn *t, const struct assignment *a)
{
    return due_stage(a->due - due_today(t, a->person));
}

static const char *due_say(struct turn *t, const struct assignment *a)
{
    int64_t left = a->due - due_today(t, a->person);
    const char *day = say_day(t, a->due);

    if (left < 0)
        return phrase(t, "was due %s", day);
    if (left == 0)
        return phrase(t, "is due today, %s", day);
    if (left == 1)
        return phrase(t, "is due tomorrow, %s", day);
    return phrase(t, "is due %s, in %ld days", day, (long)left);
}

/* From when on their manager reads that it is overdue. */
static int64_t seen_from(struct turn *t, const struct assignment *a, int64_t heard)
{
    const struct zone *zone = person(t, a->person)->zone;

    return instant_on(zone, work_days_add(person_hours(t, a->person), day_of(zone, heard), 1), 0);
}

static void say_why_moved(struct turn *t, struct message *m, const struct assignment *a)
{
    int taken = due_days_taken(t, a->person, a->base);

    if (taken)
        small(m, "The day was %s; it moved, as your absence takes %s of the two weeks before.", say_day(t, a->base),
              counted(m, taken, "%ld working day", "%ld working days"));
    else
        small(m, "The day was %s; it moved, as you are not at work then.", say_day(t, a->base));
}

static void say_notice(struct turn *t, struct message *m, const struct assignment *a)
{
    int64_t minutes = path_minutes(t, a->person, a->path);
    int pass = assignment_pass(t, a);

    const char *changed = one_text(t,
                                   "SELECT note FROM assignment_event WHERE assignment = ?1 AND event IN ('assigned', "
                                   "'reopened') ORDER BY id DESC LIMIT 1",
                                   I(a->id));

    line(m, "Why: %s.", assignment_why(t, a));
    if (changed)
        line(m, "You had done it; *%s* has a new text since, and it says that this matters.", changed);
    if (minutes)
        line(m, "Its cards take about %ld minutes.", (long)minutes);
    if (pass)
        line(m, "Its check questions need %d %% right: try as often as you like, nobody sees the tries.", pass);
    if (a->base != a->due)
        say_why_moved(t, m, a);
}

static void say_who_sees(struct turn *t, struct message *m, const struct assignment *a)
{
    int64_t manager = person(t, a->person)->manager;

    if (manager)
        line(m, "%s reads it as overdue from %s on, as due until then.", first_name(t, manager),
             say_day(t, day_of(person(t, a->person)->zone, seen_from(t, a, t->now))));
    line(m, "Who owns the path, curators, admins and auditors see it in `compliance`.");
}

static void say_one(struct turn *t, struct message *m, const struct assignment *a)
{
    if (a->moved)
        line(m, "That is a new day: your working days or absences changed.");
    if (a->told == TOLD_NOTHING)
        say_notice(t, m, a);
    if (stage_now(t, a) == TOLD_OVERDUE && a->told != TOLD_OVERDUE)
        say_who_sees(t, m, a);
}

static struct message *tell_one(struct turn *t, const struct assignment *a, enum message_class class)
{
    const char *title = path_any(t, a->path)->title, *due = due_say(t, a);
    struct message *m = a->told == TOLD_NOTHING ? tell(t, a->person, class, "*%s* is asked of you and %s.", title, due)
                                                : tell(t, a->person, class, "*%s* %s.", title, due);

    say_one(t, m, a);
    button(m, "Start", "path start", a->path);
    button(m, "I did this elsewhere", "mandatory elsewhere", a->id);
    explain(
        m,
        "%s is mandatory: %s. I remind you 14, 7 and 1 days before its day and on the day itself. %s alone may waive "
        "it.",
        title, assignment_why(t, a), path_keeper(t, path_any(t, a->path)));
    return m;
}

static struct message *tell_many(struct turn *t, const struct assignment *const *all, int count,
                                 enum message_class class)
{
    struct message *m = tell(t, all[0]->person, class, "Asked of you:");

    for (int i = 0; i < count; i++) {
        const char *title = path_any(t, all[i]->path)->title;
        bullet(m, "*%s* %s.", title, due_say(t, all[i]));
        say_one(t, m, all[i]);
        choice(m, title, "path start", all[i]->path, "");
    }
    small(m, "Each title starts it. What you did elsewhere counts, too: say it under its next reminder.");
    explain(m, "These are mandatory: I remind you 14, 7 and 1 days before their day and on the day itself.");
    return m;
}

/* ---- The timer ---------------------------------------------------------------------------------------------------- */

static bool is_due(struct turn *t, const struct assignment *a)
{
    if (!assignment_is(a, "open"))
        return false;
    if (a->told == TOLD_NOTHING)
        return notice_at(t, a) <= t->now;
    return a->told > stage_now(t, a) || a->moved;
}

static void tell_all(struct turn *t, const struct assignment *const *said, int count, enum message_class class)
{
    int64_t before = t->person;

    t->person = said[0]->person; /* so that days and phrases are in their language */
    struct message *m = count == 1 ? tell_one(t, said[0], class) : tell_many(t, said, count, class);
    t->person = before;
    if (refused(m)) { /* there is no conversation with them yet */
        later(t, t->now + DAY, "mandatory", said[0]->person, timer_key(t, said[0]->person));
        return;
    }
    for (int i = 0; i < count; i++) {
        if (said[i]->message)
            settle_message(t, said[i]->message, NULL); /* the newer one has the buttons */
        assignment_told(t, said[i], stage_now(t, said[i]), count == 1 ? message_id(m) : 0);
    }
    remind_plan(t, said[0]->person);
}

void remind_due(struct turn *t)
{
    int64_t id = t->object, start;
    int count, n = 0;
    bool urgent = false;

    assignments_move(t, id);
    const struct assignment *all = assignments_of(t, id, &count);
    const struct assignment **said = arena_array(t->arena, const struct assignment *, (size_t)count + 1);
    for (int i = 0; i < count; i++)
        if (is_due(t, &all[i])) {
            said[n++] = &all[i];
            urgent |= is_urgent(t, &all[i], due_today(t, id));
        }
    enum message_class class = urgent ? CLASS_MANDATORY : CLASS_REQUIRED;
    start = due_moment(t, id, t->now);
    if (!n || start == INT64_MAX)
        remind_plan(t, id);
    else if (start > t->now)
        later(t, start, "mandatory", id, timer_key(t, id));
    else if (must_wait(t, id, class))
        later(t, due_moment(t, id, t->now + AGAIN_AFTER), "mandatory", id, timer_key(t, id));
    else
        tell_all(t, said, n, class);
}

/* ---- [I did this elsewhere] --------------------------------------------------------------------------------------- */

static const struct assignment *pressed(struct turn *t)
{
    const struct assignment *a = assignment_get(t, t->object);

    if (a && a->person == t->person && assignment_is(a, "open"))
        return a;
    settle(t, NULL);
    reply(t, a && a->person == t->person && assignment_is(a, "done") ? "It is done already."
                                                                     : "It is not asked of you any more.");
    return NULL;
}

void remind_elsewhere(struct turn *t)
{
    const struct assignment *a = pressed(t);

    if (!a)
        return;
    spend(t, NULL);
    reply(t,
          "Where and when did you do *%s*? A few words, which stay with the proof that %s can read. `cancel` if it was "
          "something else.",
          path_any(t, a->path)->title, path_keeper(t, path_any(t, a->path)));
    expect(t, "mandatory elsewhere", a->id, "");
}

void remind_hear_elsewhere(struct turn *t)
{
    const struct assignment *a = pressed(t);

    if (!a)
        return;
    path_done_elsewhere(t, t->person, a->path, text_cut(t->arena, t->words, WHERE_MAX));
    const char *title = path_any(t, a->path)->title;
    if (assignment_is(assignment_get(t, a->id), "done")) {
        reply(t, "Noted: *%s* is done. Thank you!", title);
        return;
    }
    struct message *m = reply(t, "Noted. The check questions of *%s* stay: pass them, and it is done.", title);
    button(m, "Start", "path start", a->path);
}

/* ---- What their manager sees -------------------------------------------------------------------------------------- */

#define SOON_DAYS 14

/* A working day after they heard it. */
static bool is_seen_overdue(struct turn *t, const struct assignment *a)
{
    return a->due < due_today(t, a->person) && a->heard && t->now >= seen_from(t, a, a->heard);
}

/* Of a rule what is due soon, once they know. */
static bool is_seen(struct turn *t, const struct assignment *a)
{
    return a->giver || (a->due - due_today(t, a->person) <= SOON_DAYS && a->told != TOLD_NOTHING);
}

/* What somebody assigned, for a while after it is done. */
static void add_done(struct turn *t, struct facts *f, const struct assignment *a)
{
    int64_t at = one_int(t, "SELECT max(at) FROM assignment_event WHERE assignment = ?1 AND event = 'done'", I(a->id));

    if (at > t->now - SOON_DAYS * DAY)
        fact_add(t, f,
                 (struct fact){ .kind = FACT_ASSIGNED,
                                .text = phrase(t, "*%s*: done %s", path_any(t, a->path)->title,
                                               say_day(t, day_of(person(t, a->person)->zone, at))),
                                .object = a->id,
                                .at = at });
}

void remind_manager_sees(struct turn *t, int64_t person, struct facts *f)
{
    int count;
    const struct assignment *all = assignments_of(t, person, &count);

    for (int i = 0; i < count; i++) {
        const struct assignment *a = &all[i];
        if (assignment_is(a, "done") && a->giver)
            add_done(t, f, a);
        if (!assignment_is(a, "open") || !is_seen(t, a))
            continue;
        bool due = a->due - due_today(t, person) <= SOON_DAYS;
        struct path_state s = path_state(t, person, a->path, INT64_MAX);
        const char *title = path_any(t, a->path)->title, *day = say_day(t, a->due);
        const char *text = is_seen_overdue(t, a) ? phrase(t, "*%s*: overdue since %s", title, day)
                           : a->giver            ? phrase(t, "*%s*: %d of %d, due %s", title, s.done, s.of, day)
                                                 : phrase(t, "*%s*: due %s", title, day);
        fact_add(t, f,
                 (struct fact){ .kind = due ? FACT_DUE : FACT_ASSIGNED,
                                .text = text,
                                .action = due ? "mandatory talk" : NULL,
                                .label = phrase(t, "Talk with %s", first_name(t, person)),
                                .object = a->id });
    }
}

/* [Talk with Alice] under such a line: the person hears who would like to talk, and about what. */
void remind_talk(struct turn *t)
{
    const struct assignment *a = assignment_get(t, t->object);

    if (!a || !assignment_is(a, "open") || person(t, a->person)->manager != t->person) {
        spend(t, "There is nothing to talk about any more.");
        return;
    }
    const char *name = first_name(t, a->person);
    struct message *m = tell(t, a->person, CLASS_TASK, "%s would like to talk with you about *%s*.",
                             person(t, t->person)->name, path_any(t, a->path)->title);
    if (refused(m)) {
        reply(t, "%s is not at work right now. Press it again in their hours, or write to them.", name);
        return;
    }
    explain(m, "%s reads in the Monday digest when it is due, and asked me to say so.", person(t, t->person)->name);
    spend(t, "%s knows that you would like to talk about it.", name);
}
