/* After a session: did it help? */
#include "sessions.h"

static void after(struct turn *t)
{
    const struct session *s = session_get(t, t->object);

    if (!s || !session_is(s, "confirmed"))
        return;
    settle_message(t, s->expert_message, NULL);
    struct message *m = settle_message(t, s->asker_message, NULL);
    struct message *asked =
        tell(t, s->asker, CLASS_REMINDER, "Did the session with %s help?", first_name(t, s->expert));
    if (refused(asked)) /* then it is asked where no bell rings */
        line(m, "Did it help?");
    else
        m = asked;
    about(m, s->expert);
    explain(m, "You had a session with %s. I ask once whether it helped.", person(t, s->expert)->name);
    button(m, "Solved", "session solved", s->id);
    button(m, "Still stuck", "session stuck", s->id);
}

/* The session that a verdict is on; NULL: it was given. */
static const struct session *judge(struct turn *t, const char *state)
{
    const struct session *s = session_get(t, t->object);

    if (!s || s->asker != t->person || !session_is(s, "confirmed")) {
        settle(t, NULL);
        reply(t, "You said so already.");
        return NULL;
    }
    change(t, "UPDATE session SET state = ?2 WHERE id = ?1", I(s->id), T(state));
    audit(t, state, "session", s->id);
    return s;
}

static void solved(struct turn *t)
{
    const struct session *s = judge(t, "helped");
    const struct offer *o = s && s->offer ? offer_get(t, s->offer) : NULL;

    if (!s)
        return;
    struct message *m = settle(t, "Solved: glad to hear it. You can meet again.");
    button(m, "Session", "session again", s->id);
    settle_message(t, s->expert_message, "%s says it helped. Thank you!", first_name(t, s->asker));
    if (o)
        question_receipt(t, o->question, "solved", phrase(t, "Solved in a session with %s.", first_name(t, s->expert)));
}

static void stuck(struct turn *t)
{
    const struct session *s = judge(t, "stuck");
    const struct offer *o = s && s->offer ? offer_get(t, s->offer) : NULL;

    if (!s)
        return;
    if (o) {
        settle(t, "Still stuck: I look further.");
        question_set_out(t, o->question, STAGE_EXPERTS);
        return;
    }
    struct message *m = settle(t, "Still stuck. Shall I ask in writing, or do you want to meet again?");
    button_with(m, "Ask", "expert ask", 0, s->topic);
    button(m, "Session", "session again", s->id);
}

static const struct action actions[] = { { "session solved", solved }, { "session stuck", stuck }, { 0 } };

static const struct timer timers[] = { { "session after", after }, { 0 } };

const struct handler handler_session_after = { "session_after", .actions = actions, .timers = timers };
