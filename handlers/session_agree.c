/* A session's way: a time is proposed, agreed, moved, called off. */
#include "sessions.h"

#include <stdlib.h>
#include <string.h>

#define AFTER_SECONDS 600 /* "did it help?" comes so long after its end */

static const char *key_of(struct turn *t, const char *what, int64_t id)
{
    return arena_printf(t->arena, "session %s %ld", what, (long)id);
}

static void no_timers(struct turn *t, int64_t id)
{
    not_later(t, key_of(t, "go", id));
    not_later(t, key_of(t, "over", id));
    not_later(t, key_of(t, "after", id));
}

void session_wait(struct turn *t, const struct session *s)
{
    const struct hours *h = person_hours(t, s->waits);
    int64_t until = work_add(h, t->now, h->to > h->from ? h->to - h->from : 8 * 60);

    if (until == INT64_MAX)
        until = t->now + 7 * DAY;
    if (s->wanted && s->wanted < until)
        until = s->wanted;
    later(t, until, "session over", s->id, key_of(t, "over", s->id));
    if (s->offer && !s->starts) /* the question waits as long, then it goes on its way */
        later(t, until, "offer over", s->offer, offer_timer_key(t, s->offer));
}

static int64_t next_number(struct turn *t, int64_t who)
{
    return 1 + one_int(t,
                       "SELECT max(n) FROM (SELECT asker_number AS n FROM session WHERE asker = ?1 UNION ALL "
                       "SELECT expert_number FROM session WHERE expert = ?1) AS numbers",
                       I(who));
}

static void number_it(struct turn *t, const struct session *s)
{
    if (!s->asker_number)
        change(t, "UPDATE session SET asker_number = ?2, expert_number = ?3 WHERE id = ?1", I(s->id),
               I(next_number(t, s->asker)), I(next_number(t, s->expert)));
}

/* The first word an expert hears of it is an offer: in their hours, counted, and by their leave. */
static void first_word(struct turn *t, const struct session *s)
{
    int64_t start = expert_start(t, s->expert);

    if (start <= t->now && held_back(t, s->expert, CLASS_OFFER))
        start = t->now + 3600;
    if (start <= t->now) {
        session_tell(t, s, s->expert, CLASS_OFFER, NULL);
        session_wait(t, s);
    } else {
        if (start < s->wanted)
            later(t, start, "session go", s->id, key_of(t, "go", s->id));
        later(t, s->wanted, "session over", s->id, key_of(t, "over", s->id));
    }
}

static void go(struct turn *t)
{
    const struct session *s = session_get(t, t->object);

    if (s && session_is(s, "open") && s->wanted > t->now && !s->expert_message)
        first_word(t, s);
}

static void pass_on(struct turn *t, const struct session *s)
{
    if (s->waits == s->expert && !s->expert_message && !s->offer) {
        first_word(t, s);
        return;
    }
    session_tell(t, s, s->waits, CLASS_OWED, NULL);
    session_wait(t, s);
}

/* What it was to answer was withdrawn, answered or moved on before a time was agreed. */
static bool is_moot(struct turn *t, const struct session *s)
{
    const struct offer *o = s->offer && !s->starts ? offer_get(t, s->offer) : NULL;

    return s->offer && !s->starts && session_is(s, "open") && !(o && offer_stands(o));
}

const struct session *session_living(struct turn *t, int64_t id)
{
    const struct session *s = session_get(t, id);

    if (!s || (s->asker != t->person && s->expert != t->person)) {
        settle(t, NULL);
        reply(t, "I know no such session of yours. `sessions` shows them.");
        return NULL;
    }
    if (is_moot(t, s)) {
        settle(t, NULL);
        reply(t, "That question needs no session any more.");
        return NULL;
    }
    if (session_lives(s) && !(s->starts && s->starts <= t->now))
        return s;
    settle(t, NULL);
    reply(t, s->starts && !session_is(s, "off") ? "That session is over." : "That session was called off already.");
    return NULL;
}

static void say_times_anew(struct turn *t, const struct session *s, const char *why)
{
    settle(t, NULL);
    session_say_times(t, reply(t, "%s", why), s, t->person);
}

static void take(struct turn *t)
{
    const struct session *s = session_living(t, t->object);
    int64_t at = strtoll(t->argument, NULL, 10);

    if (!s)
        return;
    if (s->wanted || (!s->starts && s->waits != t->person)) {
        settle(t, NULL);
        reply(t, "%s", session_headline(t, s, t->person));
        return;
    }
    if (at <= t->now || !session_suits(t, s->asker, at, s->id) || !session_suits(t, s->expert, at, s->id)) {
        say_times_anew(t, s, phrase(t, "That time is gone meanwhile."));
        return;
    }
    number_it(t, s);
    change(t, "UPDATE session SET wanted = ?2, waits = ?3 WHERE id = ?1", I(s->id), I(at),
           I(session_other(s, t->person)));
    session_note_message(t, s, t->person, t->pressed);
    audit(t, "proposed", "session", s->id);
    pass_on(t, session_get(t, s->id));
    session_show(t, session_get(t, s->id), t->person);
}

/* The question is answered by the meeting: nobody else need look at it. */
static void take_question(struct turn *t, const struct session *s)
{
    const struct offer *o = s->offer ? offer_get(t, s->offer) : NULL;

    if (!o || !offer_stands(o))
        return;
    offer_set_state(t, o, "answered");
    t->reader = s->asker;
    question_receipt(
        t, o->question, "answered",
        phrase(t, "You talk with %s on %s.", first_name(t, s->expert), say_moment(t, s->asker, s->starts)));
    t->reader = 0;
    offers_release(t, o->question, s->expert);
}

static void agree(struct turn *t)
{
    const struct session *s = session_living(t, t->object);

    if (!s)
        return;
    if (!s->wanted || s->waits != t->person) {
        settle(t, NULL);
        reply(t, "%s", session_headline(t, s, t->person));
        return;
    }
    if (s->wanted <= t->now) {
        say_times_anew(t, s, phrase(t, "That time has passed."));
        return;
    }
    no_timers(t, s->id);
    change(t,
           "UPDATE session SET state = 'confirmed', sequence = CASE WHEN starts > 0 THEN sequence + 1 ELSE 0 END, "
           "starts = wanted, wanted = 0 WHERE id = ?1",
           I(s->id));
    s = session_get(t, s->id);
    later(t, s->starts + SESSION_MINUTES * 60 + AFTER_SECONDS, "session after", s->id, key_of(t, "after", s->id));
    audit(t, "confirmed", "session", s->id);
    session_attach(t, session_show(t, s, t->person), s);
    session_attach(t, session_tell(t, s, session_other(s, t->person), CLASS_OWED, NULL), s);
    take_question(t, s);
}

/* ---- Other times, and none -------------------------------------------------------------------------------------- */

void session_change(struct turn *t, const struct session *s)
{
    if (s->wanted && s->waits != t->person) {
        reply(t, "%s `session off %ld` takes it back.", session_headline(t, s, t->person),
              (long)session_number(s, t->person));
        return;
    }
    change(t, "UPDATE session SET wanted = 0, waits = ?2 WHERE id = ?1", I(s->id), I(t->person));
    s = session_get(t, s->id);
    session_say_times(t, reply(t, "%s", session_headline(t, s, t->person)), s, t->person);
}

static void press_change(struct turn *t)
{
    const struct session *s = session_living(t, t->object);

    if (!s)
        return;
    settle(t, NULL);
    session_change(t, s);
}

/* Ends what was to be, by the word of one: the other hears of it, and of an agreed time gets the invite's end. */
static void cancel(struct turn *t, int64_t id, int64_t by, const char *note)
{
    no_timers(t, id);
    change(t, "UPDATE session SET state = 'off', wanted = 0, sequence = sequence + 1 WHERE id = ?1", I(id));
    const struct session *s = session_get(t, id);
    int64_t told = session_other(s, by);
    audit(t, "off", "session", id);
    if (told == s->expert && !s->starts) { /* they lose nothing: an edit of what they have, if they have it */
        session_show(t, s, told);
        return;
    }
    struct message *m = session_tell(t, s, told, CLASS_OWED, note);
    if (s->starts)
        session_attach(t, m, s);
    if (told == s->asker && !s->offer) {
        line(m, "Shall I ask in writing?");
        button_with(m, "Ask", "expert ask", 0, s->topic);
    }
}

/* The question goes on its way: in writing by the same expert, or to the next. */
static void free_question(struct turn *t, const struct session *s, int64_t by)
{
    const struct offer *o = s->offer ? offer_get(t, s->offer) : NULL;

    if (!o)
        return;
    if (s->starts && offer_is(o, "answered")) {
        question_set_out(t, o->question, STAGE_EXPERTS);
    } else if (by == s->expert) {
        offer_move_on(t, o->id, "passed");
    } else if (offer_stands(o)) {
        struct message *m = tell(t, s->expert, CLASS_OWED, "%s would rather have it in writing.",
                                 question_asker(t, question_get(t, o->question)));
        about(m, s->asker);
        button(m, "Answer", "offer answer", o->id);
    }
}

void session_call_off(struct turn *t, const struct session *s)
{
    settle(t, NULL);
    cancel(t, s->id, t->person, NULL);
    struct message *m = s->starts ? reply(t, "Called off, and %s knows.", first_name(t, session_other(s, t->person)))
                                  : reply(t, "Taken back.");
    if (s->starts)
        session_attach(t, m, session_get(t, s->id));
    free_question(t, s, t->person);
}

static void press_off(struct turn *t)
{
    const struct session *s = session_living(t, t->object);

    if (s)
        session_call_off(t, s);
}

static void no(struct turn *t)
{
    const struct session *s = session_living(t, t->object);

    if (!s)
        return;
    if (!s->starts) {
        settle(t, t->person == s->expert ? "Passed on. Thank you for saying so." : "All right, no session.");
        cancel(t, s->id, t->person, NULL);
        free_question(t, s, t->person);
        return;
    }
    not_later(t, key_of(t, "over", s->id));
    change(t, "UPDATE session SET wanted = 0 WHERE id = ?1", I(s->id));
    settle(t, "It stays as it is.");
    if (!s->wanted)
        return;
    t->reader = session_other(s, t->person);
    session_tell(t, session_get(t, s->id), t->reader, CLASS_OWED,
                 phrase(t, "The other time does not suit %s.", first_name(t, t->person)));
}

/* ---- What happens by itself ------------------------------------------------------------------------------------- */

/* Nobody said anything: what was agreed stays, what was not is over. */
static void over(struct turn *t)
{
    const struct session *s = session_get(t, t->object);

    if (!s || !session_lives(s))
        return;
    if (s->starts) {
        change(t, "UPDATE session SET wanted = 0 WHERE id = ?1", I(s->id));
        s = session_get(t, s->id);
        session_show(t, s, s->asker);
    } else {
        cancel(t, s->id, s->waits, NULL);
        s = session_get(t, s->id);
    }
    session_show(t, s, s->starts ? s->expert : s->waits);
}

/* Who left or is away then does not meet anybody. */
static void availability(struct turn *t, int64_t id)
{
    int count;
    int64_t *ids = ids_of(t,
                          query(t,
                                "SELECT id FROM session WHERE (asker = ?1 OR expert = ?1) AND state IN ('open', "
                                "'confirmed') AND (starts > ?2 OR wanted > ?2) ORDER BY id",
                                I(id), I(t->now)),
                          &count);

    for (int i = 0; i < count; i++) {
        const struct session *s = session_get(t, ids[i]);
        if (session_at_work(t, id, s->starts ? s->starts : s->wanted))
            continue;
        t->reader = session_other(s, id);
        cancel(t, s->id, id, phrase(t, "%s is not at work then.", first_name(t, id)));
        struct message *m = session_show(t, session_get(t, s->id), id);
        if (s->starts)
            session_attach(t, m, session_get(t, s->id));
        free_question(t, s, id);
    }
}

static const struct action actions[] = {
    { "session take", take }, { "session agree", agree },   { "session change", press_change },
    { "session no", no },     { "session off", press_off }, { 0 },
};

static const struct timer timers[] = { { "session go", go }, { "session over", over }, { 0 } };

const struct handler handler_session_agree = {
    "session_agree",
    .actions = actions,
    .timers = timers,
    .availability = availability,
};
