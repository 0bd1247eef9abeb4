/* What the expert does with what was put to them: answer, pass, say until when they are busy. */
#include <stdio.h>
#include <string.h>

#include "nudges.h"
#include "sessions.h"

#define WRITING_SECONDS 1800 /* who began to write has so long at least */

/* ---- Answering -------------------------------------------------------------------------------------------------- */

static bool is_gone(struct turn *t, const struct offer *o)
{
    const struct question *q = question_get(t, o->question);

    return !q || strcmp(q->state, "withdrawn") == 0;
}

/* Who else answered it meanwhile; 0: nobody. */
static int64_t answered_by_another(struct turn *t, const struct offer *o)
{
    return one_int(
        t,
        "SELECT author FROM answer WHERE question = ?1 AND author <> ?2 AND words IS NOT NULL AND hidden = 0 "
        "ORDER BY id DESC LIMIT 1",
        I(o->question), I(o->expert));
}

static void begin_answer(struct turn *t, const struct offer *o)
{
    const struct question *q = question_get(t, o->question);

    if (is_gone(t, o)) {
        settle(t, NULL);
        reply(t, "That question was withdrawn: nothing to do.");
        return;
    }
    if (offer_is(o, "open")) {
        change(t, "UPDATE offer SET state = 'accepted' WHERE id = ?1", I(o->id));
        audit(t, "accepted", "offer", o->id);
        if (o->deadline && o->deadline < t->now + WRITING_SECONDS)
            later(t, t->now + WRITING_SECONDS, "offer over", o->id, offer_timer_key(t, o->id));
    }
    expect(t, "offer answer", o->id, "");
    int64_t other = offer_stands(o) ? 0 : answered_by_another(t, o);
    if (t->pressed)
        offer_show(t, o->id);
    else
        reply(t, "%s asks: %s\n%sWhat you write next here is %s. `cancel` if not now.", question_asker(t, q),
              question_cut(t, q), other ? phrase(t, "%s answered it already. ", first_name(t, other)) : "",
              other ? phrase(t, "one more answer") : phrase(t, "the answer"));
    if (t->pressed && !offer_is(o, "open") && !offer_is(o, "accepted"))
        reply(t, "What you write next here is the answer. `cancel` if not now.");
}

static void give_answer(struct turn *t, const struct offer *o, const char *words)
{
    const struct question *q = question_get(t, o->question);
    bool first = !offer_is(o, "answered");

    if (is_gone(t, o)) {
        reply(t, "That question was withdrawn meanwhile, so nothing was sent.");
        return;
    }
    if (person_hidden(t, t->person)) {
        reply(t, "Your data is hidden from others, so nothing was sent. `mydata keep` brings it back.");
        return;
    }
    if (text_length(words) > WORDS_MAX) {
        expect(t, "offer answer", o->id, "");
        reply(t, "That is %zu characters, and I can pass on %d. Please shorten it, or send it in parts.",
              text_length(words), WORDS_MAX);
        return;
    }
    const struct org_sensitive *human = sensitive(t, words);
    if (human) {
        expect(t, "offer answer", o->id, "");
        line(reply(t, "This sounds like something for a human being, so I passed nothing on and kept none of it. %s",
                   human->contact),
             "If it is the answer after all, please write it in other words. `cancel` if not now.");
        return;
    }
    undoable(t, "undo not", 0, "");
    offer_set_state(t, o, "answered");
    offer_show(t, o->id);
    question_answer(t, q->id, t->person, words);
    nudge_event(t, t->person, "answered", q->id);
    if (first) /* that thanks them, in the same message */
        capture_propose(t, q->id, t->person, words);
    else
        reply(t, "Thank you! %s has that too.", q->named ? question_asker(t, q) : phrase(t, "Your colleague"));
}

static void take_answer(struct turn *t)
{
    const struct offer *o = offer_get(t, t->object);

    if (!o || o->expert != t->person || offer_is(o, "passed") || offer_is(o, "not_topic"))
        as_command(t, t->text); /* they let it go after they had begun: this is something else */
    else
        give_answer(t, o, *t->words ? text_trim(t->arena, t->words) : t->text);
}

/* ---- Presses and commands --------------------------------------------------------------------------------------- */

/* The offer of a press; NULL: it is not theirs any more. */
static const struct offer *pressed_offer(struct turn *t)
{
    const struct offer *o = offer_get(t, t->object);

    return o && o->expert == t->person ? o : NULL;
}

static const struct offer *numbered_offer(struct turn *t)
{
    int64_t n = arg_int(t, "n");
    int64_t id = one_int(t, "SELECT id FROM offer WHERE expert = ?1 AND number = ?2", I(t->person), I(n));

    if (!n || !id) {
        reply(t, "No question of yours has the number %ld. `inbox` shows what waits for you.", (long)n);
        return NULL;
    }
    return offer_get(t, id);
}

static void press_answer(struct turn *t)
{
    const struct offer *o = pressed_offer(t);

    if (o)
        begin_answer(t, o);
}

/* What a press or a word about an offer that no longer stands is answered with. */
static void say_how_it_stands(struct turn *t, const struct offer *o)
{
    offer_show(t, o->id);
    if (offer_is(o, "answered"))
        reply(t, "You answered it already: nothing to do.");
    else if (offer_is(o, "withdrawn"))
        reply(t, "It was withdrawn: nothing to do.");
    else
        reply(t, "It has moved on already: nothing to do.");
}

static void press_session(struct turn *t)
{
    const struct offer *o = pressed_offer(t);

    if (o && offer_stands(o))
        session_from_offer(t, o);
    else if (o)
        say_how_it_stands(t, o);
}

static void answer_number(struct turn *t)
{
    const struct offer *o = numbered_offer(t);

    if (o && arg(t, "words"))
        give_answer(t, o, arg(t, "words"));
    else if (o)
        begin_answer(t, o);
}

static void pass_on(struct turn *t, const struct offer *o)
{
    undoable(t, "undo not", 0, "");
    offer_move_on(t, o->id, "passed");
}

static void press_pass(struct turn *t)
{
    const struct offer *o = pressed_offer(t);

    if (o && offer_stands(o))
        pass_on(t, o);
    else if (o)
        say_how_it_stands(t, o);
}

static void pass_number(struct turn *t)
{
    const struct offer *o = numbered_offer(t);

    if (o && offer_stands(o)) {
        pass_on(t, o);
        reply(t, "Passed on, thank you for saying so.");
    } else if (o) {
        say_how_it_stands(t, o);
    }
}

/* One may err about a topic; when two say so, the question is about something else. */
static void press_not_topic(struct turn *t)
{
    const struct offer *o = pressed_offer(t);

    if (!o || !offer_stands(o)) {
        if (o)
            say_how_it_stands(t, o);
        return;
    }
    const char *topic = question_get(t, o->question)->topic;
    undoable(t, "undo not", 0, "");
    offer_set_state(t, o, "not_topic");
    struct message *m = offer_show(t, o->id);
    line(m, "Thank you, I look further. You are listed for *%s*: is that still right?", topic ? topic : "");
    button(m, "Keep", "consent keep", 0);
    button(m, "Other topics", "consent topics", 0);
    if (one_int(t, "SELECT count(*) FROM offer WHERE question = ?1 AND state = 'not_topic'", I(o->question)) > 1)
        change(t, "UPDATE question SET topic = NULL, stage = ?2 WHERE id = ?1", I(o->question), I(STAGE_QUEUE));
    offer_next(t, o->question);
}

static void press_busy(struct turn *t)
{
    const struct offer *o = pressed_offer(t);

    if (!o)
        return;
    expect(t, "busy date", o->id, "");
    reply(t, "Until when? A day, such as `fri`, `30 Nov` or `in 2 weeks`.");
}

static void show_inbox(struct turn *t)
{
    struct rows *r = query(
        t, "SELECT id FROM offer WHERE expert = ?1 AND state IN ('open', 'accepted') ORDER BY number", I(t->person));
    struct message *m = NULL;

    while (row_next(r)) {
        const struct offer *o = offer_get(t, row_int(r, 0));
        const struct question *q = question_get(t, o->question);
        m = m ? m : reply(t, "These wait for you:");
        bullet(m, "%ld – %s asks: %s", (long)o->number, offer_who_asks(t, q), question_cut(t, q));
        if (o->deadline)
            say(m, " (moves on %s)", say_moment(t, o->expert, o->deadline));
    }
    if (m)
        line(m, "`answer N` or `pass N`, with the number in front.");
    else
        reply(t, "No question waits for you.");
}

static const struct command commands[] = {
    { "inbox", show_inbox, .verb = "inbox", .role = ROLE_EXPERT, .help = "questions that wait for you",
      .example = "inbox", .seen_by = "Only you see it." },
    { "answer {n:number}", answer_number, .verb = "answer", .writes = true, .role = ROLE_EXPERT,
      .help = "answer a question put to you", .example = "answer 1", .seen_by = "Who asked sees it, with your name." },
    { "answer {n:number} {words}", answer_number, .writes = true, .role = ROLE_EXPERT },
    { "pass {n:number}", pass_number, .verb = "pass", .writes = true, .role = ROLE_EXPERT,
      .help = "let the next person have it", .example = "pass 1",
      .seen_by = "Who asked reads that you can't right now." },
    { 0 },
};

static const struct action actions[] = {
    { "offer answer", press_answer },       { "offer session", press_session }, { "offer pass", press_pass },
    { "offer not topic", press_not_topic }, { "offer busy", press_busy },       { 0 },
};

static const struct dialog dialogs[] = { { "offer answer", take_answer, TAKES_TEXT }, { 0 } };

const struct handler handler_inbox = {
    "inbox", .group = "Expert", .commands = commands, .actions = actions, .dialogs = dialogs,
};
