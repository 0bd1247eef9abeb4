/* How a session stands, as each of the two reads it. */
#include "sessions.h"

#include "goals.h"
#include "invite.h"

/* "Thursday 26 November, 10:00 (London)", for somebody elsewhere with the other's clock: ", 11:00 in Paris". */
static const char *moment_for(struct turn *t, const struct session *s, int64_t who, int64_t at)
{
    int64_t other = session_other(s, who);
    const char *own = say_moment(t, who, at);

    return person(t, who)->zone == person(t, other)->zone ? own : phrase(t, "%s, %s", own, clock_in(t, other, at));
}

static const char *who_is(struct turn *t, const struct session *s, int64_t other)
{
    const struct person *p = person(t, other);

    if (other == s->asker && p->department && p->location)
        return phrase(t, "%s (%s, %s)", p->name, p->department, p->location);
    return first_name(t, other);
}

static const char *of_a_proposal(struct turn *t, const struct session *s, int64_t who)
{
    int64_t other = session_other(s, who);
    const char *moment = moment_for(t, s, who, s->wanted), *name = first_name(t, other);

    if (s->starts && s->waits == who)
        return phrase(t, "%s would like to move it to %s.", name, moment);
    if (s->starts)
        return phrase(t, "I asked %s to move it to %s.", name, moment);
    if (s->waits != who)
        return phrase(t, "I ask %s for 20 minutes: %s.", name, moment);
    if (who == s->asker)
        return phrase(t, "%s suggests another time: %s.", name, moment);
    return phrase(t, "%s would like 20 minutes with you: %s.", who_is(t, s, other), moment);
}

const char *session_headline(struct turn *t, const struct session *s, int64_t who)
{
    const char *name = first_name(t, session_other(s, who));

    if (session_is(s, "off"))
        return s->starts ? phrase(t, "Called off: 20 minutes with %s, %s.", name, moment_for(t, s, who, s->starts))
                         : phrase(t, "There will be no session with %s.", name);
    if (s->wanted)
        return of_a_proposal(t, s, who);
    if (s->starts)
        return phrase(t, "You meet %s: %s, for 20 minutes.", name, moment_for(t, s, who, s->starts));
    return s->waits == who ? phrase(t, "20 minutes with %s.", name)
                           : phrase(t, "%s looks for a time that suits.", name);
}

static void say_numbers(struct message *m, long number)
{
    small(m, "Session %ld: `session move %ld`, `session off %ld`.", number, number, number);
}

/* Coaching is several meetings: the how-manieth this is. */
static void say_goal(struct turn *t, struct message *m, const struct session *s)
{
    const char *title = s->goal ? goal_open_title(t, s->goal) : NULL;
    int64_t before = one_int(t,
                             "SELECT count(*) FROM session WHERE goal = ?1 AND expert = ?2 AND id < ?3 AND state IN "
                             "('confirmed', 'helped', 'stuck')",
                             I(s->goal), I(s->expert), I(s->id));

    if (title)
        line(m, "Meeting %ld towards the goal *%s*.", (long)before + 1, title);
}

static void say_state(struct turn *t, struct message *m, const struct session *s, int64_t who)
{
    if (!session_lives(s))
        return;
    say_goal(t, m, s);
    if (s->words)
        quote(m, s->words);
    else if (s->topic)
        line(m, "It is about *%s*.", topic_name(t, s->topic));
    if (s->wanted && s->waits == who) {
        button(m, "Agree", "session agree", s->id);
        button(m, "Suggest change", "session change", s->id);
        button(m, who == s->expert && !s->starts ? "Pass" : "No", "session no", s->id);
    } else if (s->starts && !s->wanted) {
        say_numbers(m, (long)session_number(s, who));
        button(m, "Move", "session change", s->id);
        button(m, "Call off", "session off", s->id);
    } else if (s->wanted && !s->starts) {
        if (who == s->asker && !s->expert_message && !s->offer)
            small(m, "%s reads it %s.", first_name(t, s->expert), say_moment(t, s->expert, expert_start(t, s->expert)));
        small(m, "Session %ld: `session off %ld` takes it back.", (long)session_number(s, who),
              (long)session_number(s, who));
    }
}

static int64_t message_of(const struct session *s, int64_t who)
{
    return who == s->asker ? s->asker_message : s->expert_message;
}

void session_note_message(struct turn *t, const struct session *s, int64_t who, int64_t message)
{
    int64_t before = message_of(s, who);

    if (before && before != message)
        settle_message(t, before, NULL);
    if (who == s->asker)
        change(t, "UPDATE session SET asker_message = ?2 WHERE id = ?1", I(s->id), I(message));
    else
        change(t, "UPDATE session SET expert_message = ?2 WHERE id = ?1", I(s->id), I(message));
}

struct message *session_tell(struct turn *t, const struct session *s, int64_t who, enum message_class class,
                             const char *note)
{
    t->reader = who;
    struct message *m = tell(t, who, class, "%s", session_headline(t, s, who));
    if (!refused(m)) {
        about(m, session_other(s, who));
        if (note)
            line(m, "%s", note);
        say_state(t, m, s, who);
        explain(m, "%s asked for 20 minutes with %s.", person(t, s->asker)->name, person(t, s->expert)->name);
        session_note_message(t, s, who, message_id(m));
    }
    t->reader = 0;
    return m;
}

struct message *session_show(struct turn *t, const struct session *s, int64_t who)
{
    t->reader = who;
    struct message *m = revise(t, message_of(s, who), "%s", session_headline(t, s, who));
    say_state(t, m, s, who);
    t->reader = 0;
    return m;
}

static void say_hours(struct turn *t, struct message *m, const struct session *s)
{
    const struct hours *h = person_hours(t, s->expert);
    int64_t day = day_of(h->zone, t->now);

    line(m, "Your working days and those of %s do not meet in the next two weeks: %s works from %s to %s.",
         first_name(t, s->expert), first_name(t, s->expert), clock_in(t, s->expert, instant_on(h->zone, day, h->from)),
         clock_in(t, s->expert, instant_on(h->zone, day, h->to)));
    if (person(t, s->asker)->zone != h->zone)
        say(m, " For you that is %s to %s.", clock_in(t, s->asker, instant_on(h->zone, day, h->from)),
            clock_in(t, s->asker, instant_on(h->zone, day, h->to)));
}

bool session_say_times(struct turn *t, struct message *m, const struct session *s, int64_t who)
{
    int64_t slots[SLOTS];
    int count = session_times(t, s, slots);

    if (count)
        line(m, "When?");
    for (int i = 0; i < count; i++)
        choice(m, moment_for(t, s, who, slots[i]), "session take", s->id,
               arena_printf(t->arena, "%ld", (long)slots[i]));
    if (count) {
        button(m, "No", "session no", s->id);
        return true;
    }
    say_hours(t, m, s);
    if (who == s->asker && !s->starts && !s->offer) {
        line(m, "Shall I ask in writing?");
        button_with(m, "Ask", "expert ask", 0, s->topic);
    } else {
        button(m, "No", "session no", s->id);
    }
    return false;
}

void session_attach(struct turn *t, struct message *m, const struct session *s)
{
    const struct person *asker = person(t, s->asker), *expert = person(t, s->expert);
    int64_t at = one_int(t, "SELECT at FROM session WHERE id = ?1", I(s->id));
    struct invite i = {
        .uid = arena_printf(t->arena, "session-%ld-%ld@learnd", (long)s->id, (long)at), /* others number theirs, too */
        .sequence = (int)s->sequence,
        .cancelled = session_is(s, "off"),
        .starts = s->starts,
        .ends = s->starts + SESSION_MINUTES * 60,
        .stamp = t->now,
        .summary = arena_printf(t->arena, "%s and %s%s%s", asker->name, expert->name, s->topic ? ": " : "",
                                s->topic ? topic_name(t, s->topic) : ""),
        .description = s->words,
        .organizer = { asker->name, asker->email },
        .attendee = { expert->name, expert->email },
    };

    attach(m, "session.ics", invite_text(t->arena, &i));
}
