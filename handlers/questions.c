/* Questions to people: what the asker sees, from the proposal to the answer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nudges.h"
#include "routing.h"

#define CUT 90

/* ---- Reading ---------------------------------------------------------------------------------------------------- */

const struct question *question_get(struct turn *t, int64_t id)
{
    struct question *q = arena_new(t->arena, struct question);
    struct rows *r = query(t,
                           "SELECT asker, coalesce(number, 0), coalesce(words, ''), state, topic, named, "
                           "coalesce(receipt, 0), stage, stuck, asked, overdue, next_person, next_start, hidden "
                           "FROM question WHERE id = ?1",
                           I(id));

    if (!row_next(r))
        return NULL;
    *q = (struct question){ .id = id,
                            .asker = row_int(r, 0),
                            .number = row_int(r, 1),
                            .text = row_text(r, 2),
                            .state = row_text(r, 3),
                            .topic = row_text(r, 4),
                            .named = row_int(r, 5),
                            .receipt = row_int(r, 6),
                            .stage = (int)row_int(r, 7),
                            .stuck = (int)row_int(r, 8),
                            .asked = row_int(r, 9),
                            .overdue = row_int(r, 10),
                            .next_person = row_int(r, 11),
                            .next_start = row_int(r, 12),
                            .hidden = row_int(r, 13) };
    rows_close(r);
    return q;
}

static bool is(const struct question *q, const char *state)
{
    return strcmp(q->state, state) == 0;
}

bool question_is_open(const struct question *q)
{
    return is(q, "open") || is(q, "offered") || is(q, "owner") || is(q, "queue") || is(q, "unanswered");
}

const char *question_asker(struct turn *t, const struct question *q)
{
    return q->named && !q->hidden ? first_name(t, q->asker) : phrase(t, "A colleague");
}

const char *question_cut(struct turn *t, const struct question *q)
{
    return *q->text ? text_cut(t->arena, text_squeeze(t->arena, q->text), CUT) : phrase(t, "(no longer kept)");
}

const char *clock_in(struct turn *t, int64_t id, int64_t at)
{
    const struct zone *zone = person(t, id)->zone;
    struct local l = local_at(zone, at);

    return phrase(t, "%02d:%02d in %s", l.hour, l.minute, zone_city(t->arena, zone));
}

const char *clock_there(struct turn *t, int64_t id, int64_t at)
{
    const struct zone *zone = person(t, id)->zone;

    return day_of(zone, at) == day_of(zone, t->now) ? time_say(t->arena, zone, at) : say_moment(t, id, at);
}

/* ---- Proposing to ask ------------------------------------------------------------------------------------------- */

/* The asker's own message: where the words stand, so that changing them there changes the question. */
static void find_source(struct turn *t, const char **platform, const char **thing)
{
    const struct event *e = t->event;

    *platform = e->platform;
    *thing = e->thing;
    if (e->kind == EVENT_EDIT)
        *thing = e->target;
    if (!t->pressed)
        return;
    struct rows *r = query(t, "SELECT platform, cause FROM message WHERE id = ?1", I(t->pressed));
    if (row_next(r)) {
        *platform = row_text(r, 0);
        *thing = row_text(r, 1);
        rows_close(r);
    }
}

void question_drop_proposed(struct turn *t, const char *platform, const char *thing)
{
    change(t,
           "UPDATE question SET state = 'dropped', words = NULL WHERE asker = ?1 AND platform = ?2 AND thing = ?3 "
           "AND state = 'proposed'",
           I(t->person), T(platform), T(thing));
}

static int64_t add_question(struct turn *t, const char *text, const char *topic, const char *state)
{
    const char *platform, *thing;

    find_source(t, &platform, &thing);
    question_drop_proposed(t, platform, thing);
    return insert(t,
                  "INSERT INTO question(asker, words, topic, state, platform, thing, asked) "
                  "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                  I(t->person), T(text_cut(t->arena, text, WORDS_MAX)), T(topic), T(state), T(platform), T(thing),
                  I(t->now));
}

/* Measured where five or more people answered; else a promise that can be kept. */
static const char *usual_wait(struct turn *t, const char *topic)
{
    int64_t experts = one_int(t,
                              "SELECT count(DISTINCT a.author) FROM answer a JOIN question q ON q.id = a.question "
                              "WHERE q.topic = ?1",
                              T(topic));
    if (experts < 5)
        return phrase(t, "usually by the next working day");
    int64_t n = one_int(t,
                        "SELECT count(*) FROM (SELECT a.id FROM answer a JOIN question q ON q.id = a.question "
                        "WHERE q.topic = ?1 ORDER BY a.id DESC LIMIT 30) AS newest",
                        T(topic));
    int64_t minutes = one_int(t,
                              "SELECT minutes FROM (SELECT a.id, a.minutes FROM answer a JOIN question q ON "
                              "q.id = a.question WHERE q.topic = ?1 ORDER BY a.id DESC LIMIT 30) AS newest "
                              "ORDER BY minutes, id LIMIT 1 OFFSET ?2",
                              T(topic), I((n - 1) / 2));
    if (minutes < 60)
        return phrase(t, "usually answered within an hour of working time (last %ld questions)", (long)n);
    return phrase(t, "usually answered in %ld h of working time (last %ld questions)", (long)((minutes + 30) / 60),
                  (long)n);
}

static void add_ask_buttons(struct message *m, int64_t id)
{
    button(m, "Ask, with my name", "question ask", id);
    button(m, "Ask, name hidden", "question ask hidden", id);
    button(m, "No", "question no", id);
}

/* The asker's own, lasting. */
static int64_t give_number(struct turn *t, int64_t id)
{
    int64_t number = 1 + one_int(t, "SELECT max(number) FROM question WHERE asker = ?1", I(t->person));

    change(t, "UPDATE question SET number = ?2 WHERE id = ?1", I(id), I(number));
    return number;
}

static void propose(struct turn *t, const char *text, const char *topic, const char *why, bool no_card)
{
    bool anybody = routing_finds_anybody(t, topic, t->person);
    int64_t id = add_question(t, text, topic, anybody ? "proposed" : "unanswered");
    struct message *m = reply(t, "%s", no_card ? phrase(t, "I don't have this.") : "");

    if (!anybody) {
        int64_t number = give_number(t, id);
        say(m,
            "%sThere is nobody I may ask about it. It stands as your question %ld on the list that curators and "
            "admins read in `unanswered`, without your name: `withdraw %ld` takes it off.",
            no_card ? " " : "", (long)number, (long)number);
        audit(t, "unanswered", "question", id);
        undoable(t, "undo not", 0, arena_printf(t->arena, "withdraw %ld", (long)number));
    } else {
        if (topic)
            say(m, "%sI can ask someone who knows *%s* – %s.", no_card ? " " : "", topic, usual_wait(t, topic));
        else
            say(m, "%sI can ask a colleague – usually by the next working day.", no_card ? " " : "");
        add_ask_buttons(m, id);
    }
    if (why)
        explain(m, "%s", why);
}

void question_propose(struct turn *t, const char *text, const char *why)
{
    propose(t, text, topic_of(t, text), why, true);
}

void question_propose_instead(struct turn *t, const char *text, const char *why)
{
    propose(t, text, topic_of(t, text), why, false);
}

void question_propose_about(struct turn *t, const char *text, const char *topic)
{
    propose(t, text, topic, phrase(t, "You wanted to ask somebody who knows."), false);
}

/* ---- Asking ----------------------------------------------------------------------------------------------------- */

/* One message for the whole way of a question: sent once, edited ever after. */
void question_receipt(struct turn *t, int64_t id, const char *state, const char *text)
{
    change(t, "UPDATE question SET state = ?2 WHERE id = ?1", I(id), T(state));
    const struct question *q = question_get(t, id);
    struct message *m = q->receipt ? revise(t, q->receipt, "%s", text) : tell(t, q->asker, CLASS_OWED, "%s", text);

    if (question_is_open(q))
        small(m, "Your question %ld: %s – `withdraw %ld` takes it back.", (long)q->number, question_cut(t, q),
              (long)q->number);
    else
        small(m, "Your question %ld: %s", (long)q->number, question_cut(t, q));
    if (q->receipt)
        return;
    explain(m, "You asked me to find somebody for your question %ld.", (long)q->number);
    change(t, "UPDATE question SET receipt = ?2 WHERE id = ?1", I(id), IDN(message_id(m)));
}

/* The end of one working day of the asker. */
static int64_t a_day_from_now(struct turn *t, int64_t asker)
{
    const struct hours *h = person_hours(t, asker);
    int64_t at = work_add(h, t->now, h->to > h->from ? h->to - h->from : 8 * 60);

    return at == INT64_MAX ? t->now + 7 * DAY : at;
}

void question_set_out(struct turn *t, int64_t id, enum stage stage)
{
    int64_t overdue = a_day_from_now(t, question_get(t, id)->asker);

    change(
        t,
        "UPDATE question SET state = 'open', stage = ?2, overdue = ?3, next_person = 0, next_start = 0 WHERE id = ?1",
        I(id), I(stage), I(overdue));
    if (stage == STAGE_EXPERTS)
        later(t, overdue, "question overdue", id, arena_printf(t->arena, "question overdue %ld", (long)id));
    offer_next(t, id);
}

const char *question_state_say(struct turn *t, const struct question *q)
{
    if (is(q, "answered"))
        return phrase(t, "it was answered");
    if (is(q, "solved"))
        return phrase(t, "it is solved");
    if (is(q, "withdrawn"))
        return phrase(t, "it is closed");
    if (is(q, "unanswered"))
        return phrase(t, "nobody could take it so far");
    if (is(q, "dropped"))
        return phrase(t, "you let it be, or wrote it anew");
    return phrase(t, "it is on its way");
}

/* The question of a press, if it was not decided yet; else the person hears how it stands. */
static const struct question *proposed_question(struct turn *t)
{
    const struct question *q = question_get(t, t->object);

    if (!q || q->asker != t->person) {
        settle(t, NULL);
        reply(t, "I no longer have that question. Please ask it again.");
        return NULL;
    }
    if (is(q, "proposed"))
        return q;
    settle(t, NULL);
    reply(t, "That is decided already: %s.", question_state_say(t, q));
    return NULL;
}

static void ask(struct turn *t, bool named)
{
    const struct question *q = proposed_question(t);

    if (!q)
        return;
    int64_t number = give_number(t, q->id);
    change(t, "UPDATE question SET named = ?2, asked = ?3 WHERE id = ?1", I(q->id), I(named), I(t->now));
    settle(t, NULL);
    audit(t, "asked", "question", q->id);
    nudge_event(t, t->person, "asked", q->id);
    undoable(t, "undo not", 0, arena_printf(t->arena, "withdraw %ld", (long)number));
    question_set_out(t, q->id, STAGE_EXPERTS);
}

static void ask_named(struct turn *t)
{
    ask(t, true);
}

static void ask_hidden(struct turn *t)
{
    ask(t, false);
}

static void ask_not(struct turn *t)
{
    const struct question *q = proposed_question(t);

    if (!q)
        return;
    change(t, "UPDATE question SET state = 'dropped', words = NULL WHERE id = ?1", I(q->id));
    settle(t, "All right, I ask nobody.");
}

/* ---- One's own --------- ---------------------------------------------------------------------------------------- */

static const char *where_it_is(struct turn *t, const struct question *q)
{
    int64_t holder = one_int(t,
                             "SELECT expert FROM offer WHERE question = ?1 AND state IN ('open', 'accepted') "
                             "ORDER BY id DESC LIMIT 1",
                             I(q->id));

    if (holder)
        return phrase(t, "with %s", first_name(t, holder));
    if (is(q, "unanswered"))
        return phrase(t, "nobody could take it so far");
    if (q->next_person)
        return phrase(t, "%s gets it %s", first_name(t, q->next_person), say_moment(t, q->next_person, q->next_start));
    return phrase(t, "on its way");
}

static void my_lines(struct turn *t, struct message *m)
{
    struct rows *r = query(t,
                           "SELECT id FROM question WHERE asker = ?1 AND number IS NOT NULL AND state IN "
                           "('open', 'offered', 'owner', 'queue', 'unanswered') ORDER BY number",
                           I(t->person));

    while (row_next(r)) {
        const struct question *q = question_get(t, row_int(r, 0));
        bullet(m, "Question %ld, %s: %s", (long)q->number, where_it_is(t, q), question_cut(t, q));
    }
    int64_t answered =
        one_int(t, "SELECT count(*) FROM question WHERE asker = ?1 AND state IN ('answered', 'solved')", I(t->person));
    if (answered)
        bullet(m, answered == 1 ? "1 question of yours was answered" : "%ld questions of yours were answered",
               (long)answered);
}

/* ---- Words are kept so long as the settings say ----------------------------------------------------------------- */

static void purge(struct turn *t)
{
    int64_t before = t->now - (int64_t)t->settings->keep_questions_days * DAY;
    int count = 0;
    int64_t *open = ids_of(t,
                           query(t,
                                 "SELECT id FROM question WHERE asked < ?1 AND state IN "
                                 "('open', 'offered', 'owner', 'queue', 'unanswered') ORDER BY id",
                                 I(before)),
                           &count);

    for (int i = 0; i < count; i++)
        question_close(t, open[i]);
    change(t, "UPDATE answer SET words = NULL WHERE at < ?1 AND words IS NOT NULL", I(before));
    change(t, "UPDATE question SET words = NULL, thing = NULL WHERE asked < ?1 AND words IS NOT NULL", I(before));
    later(t, (t->now / DAY + 1) * DAY + 3 * 3600, "questions purge", 0, "questions purge");
}

static void load(struct turn *t)
{
    later(t, t->now, "questions purge", 0, "questions purge");
}

/* Whose data is being deleted has no questions with others any more: what is open is closed, what they had read is
 * edited. `mydata keep` shows it again. */
static void availability(struct turn *t, int64_t id)
{
    bool hidden = person_hidden(t, id);

    if (change(t, "UPDATE question SET hidden = ?2 WHERE asker = ?1 AND hidden <> ?2", I(id), I(hidden)) == 0)
        return;
    int count = 0;
    int64_t *ids = ids_of(
        t, query(t, "SELECT id FROM question WHERE asker = ?1 AND number IS NOT NULL ORDER BY id", I(id)), &count);
    for (int i = 0; i < count; i++) {
        if (hidden && question_is_open(question_get(t, ids[i])))
            question_close(t, ids[i]);
        offers_show_again(t, ids[i]);
    }
}

static const struct action actions[] = {
    { "question ask", ask_named },
    { "question ask hidden", ask_hidden },
    { "question no", ask_not },
    { 0 },
};

static const struct timer timers[] = { { "questions purge", purge }, { 0 } };

static const struct personal data[] = {
    { "question", "asker", DATA_DELETED,
      "SELECT number, words, topic, state, named AS with_name, asked FROM question WHERE asker = ?1 ORDER BY id",
      "Questions you let me put to people: whom they were put to read the words, and your name if you said so. These "
      "are experts, a topic's owner or the learning team, and one of them may be your manager or an admin. What "
      "nobody takes, curators and admins read, too." },
    { 0 },
};

const struct handler handler_questions = {
    "questions",    .actions = actions,           .timers = timers, .data = data, .load = load,
    .me = my_lines, .availability = availability,
};
