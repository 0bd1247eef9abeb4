/* Offers: a question put to one person, who may answer, pass or let it go by. */
#include <stdio.h>
#include <string.h>

#include "routing.h"

#define OFFER_MINUTES 60 /* of the expert's working time */

const struct offer *offer_get(struct turn *t, int64_t id)
{
    struct offer *o = arena_new(t->arena, struct offer);
    struct rows *r = query(t,
                           "SELECT id, question, expert, number, message, at, deadline, kind, state, why, level "
                           "FROM offer WHERE id = ?1",
                           I(id));

    if (!row_next(r))
        return NULL;
    *o = (struct offer){ row_int(r, 0),  row_int(r, 1),  row_int(r, 2),      row_int(r, 3),
                         row_int(r, 4),  row_int(r, 5),  row_int(r, 6),      row_text(r, 7),
                         row_text(r, 8), row_text(r, 9), (int)row_int(r, 10) };
    rows_close(r);
    return o;
}

bool offer_is(const struct offer *o, const char *state)
{
    return strcmp(o->state, state) == 0;
}

bool offer_stands(const struct offer *o)
{
    return offer_is(o, "open") || offer_is(o, "accepted");
}

const char *offer_timer_key(struct turn *t, int64_t id)
{
    return arena_printf(t->arena, "offer %ld", (long)id);
}

/* ---- What the expert reads -------------------------------------------------------------------------------------- */

const char *offer_who_asks(struct turn *t, const struct question *q)
{
    const struct person *p = person(t, q->asker);

    if (!q->named || q->hidden)
        return question_asker(t, q);
    if (p->department && p->location)
        return phrase(t, "%s (%s, %s)", question_asker(t, q), p->department, p->location);
    return p->department ? phrase(t, "%s (%s)", question_asker(t, q), p->department) : question_asker(t, q);
}

static void say_why_you(struct message *m, const struct question *q, const struct offer *o)
{
    if (strcmp(o->kind, "expert") == 0)
        line(m, "Why you: *%s %d*, %s.", q->topic ? q->topic : "", o->level, o->why);
    else if (strcmp(o->kind, "owner") == 0)
        line(m, "Why you: you look after *%s*, and no expert could take it.", q->topic ? q->topic : "");
    else
        line(m, "Why you: what finds no expert comes to you.");
}

static void add_buttons(struct message *m, const struct offer *o)
{
    button(m, "Answer", "offer answer", o->id);
    button(m, "Session", "offer session", o->id);
    button(m, "Pass", "offer pass", o->id);
    if (strcmp(o->kind, "expert") == 0)
        button(m, "Not my topic", "offer not topic", o->id);
    button(m, "Busy until…", "offer busy", o->id);
}

/* How it stands, in a line; an open one has its buttons instead. */
static void say_state(struct turn *t, struct message *m, const struct offer *o)
{
    if (offer_is(o, "open")) {
        if (o->deadline)
            small(m, "Number %ld: `answer %ld`, `pass %ld`. It moves on by itself on %s.", (long)o->number,
                  (long)o->number, (long)o->number, say_moment(t, o->expert, o->deadline));
        else
            small(m, "Number %ld: `answer %ld`, `pass %ld`.", (long)o->number, (long)o->number, (long)o->number);
        add_buttons(m, o);
    } else if (offer_is(o, "accepted")) {
        line(m, "What you write next here is the answer. `cancel` if not now.");
    } else if (offer_is(o, "answered")) {
        line(m, "You answered this.");
    } else if (offer_is(o, "timed_out")) {
        line(m, "Moved on, nothing to do. You can still answer. (`answer %ld`)", (long)o->number);
    } else if (offer_is(o, "moved")) {
        line(m, "Moved on, nothing to do.");
    } else if (offer_is(o, "passed")) {
        line(m, "Passed on. Thank you for saying so.");
    } else if (offer_is(o, "withdrawn")) {
        line(m, "Withdrawn – nothing to do.");
    }
}

static void fill(struct turn *t, struct message *m, const struct question *q, const struct offer *o)
{
    if (!q->hidden)
        quote(m, *q->text ? q->text : phrase(t, "(no longer kept)"));
    say_why_you(m, q, o);
    say_state(t, m, o);
}

/* The offer as it stands now, in place. */
struct message *offer_show(struct turn *t, int64_t id)
{
    const struct offer *o = offer_get(t, id);
    const struct question *q = question_get(t, o->question);

    t->reader = o->expert;
    struct message *m = revise(t, o->message, "%s asks:", offer_who_asks(t, q));
    fill(t, m, q, o);
    t->reader = 0;
    return m;
}

void offer_set_state(struct turn *t, const struct offer *o, const char *state)
{
    change(t, "UPDATE offer SET state = ?2 WHERE id = ?1", I(o->id), T(state));
    not_later(t, offer_timer_key(t, o->id));
    audit(t, state, "offer", o->id);
}

void offers_show_again(struct turn *t, int64_t question)
{
    int count = 0;
    int64_t *ids = ids_of(
        t, query(t, "SELECT id FROM offer WHERE question = ?1 AND message > 0 ORDER BY id", I(question)), &count);

    for (int i = 0; i < count; i++)
        offer_show(t, ids[i]);
}

void offers_release(struct turn *t, int64_t question, int64_t answered_by)
{
    int count = 0;
    int64_t *ids = ids_of(t,
                          query(t,
                                "SELECT id FROM offer WHERE question = ?1 AND expert <> ?2 "
                                "AND state IN ('open', 'accepted', 'timed_out') ORDER BY id",
                                I(question), I(answered_by)),
                          &count);

    for (int i = 0; i < count; i++) {
        const struct offer *o = offer_get(t, ids[i]);
        offer_set_state(t, o, answered_by ? "released" : "withdrawn");
        struct message *m = offer_show(t, o->id);
        if (answered_by)
            line(m, "Answered by %s – nothing to do.", first_name(t, answered_by));
    }
}

/* ---- Putting it to somebody ------------------------------------------------------------------------------------- */

/* An hour of their working time. Days away are not waited for: then it moves on when they go. */
static int64_t deadline_of(struct turn *t, int64_t id, int64_t minutes)
{
    const struct hours *h = person_hours(t, id);
    int64_t at = work_add(h, t->now, minutes);

    if (at == INT64_MAX)
        return 0;
    for (int64_t day = day_of(h->zone, t->now) + 1; day <= day_of(h->zone, at); day++)
        if (person_away(t, id, instant_on(h->zone, day, h->from)))
            return t->now + work_left(h, t->now) * 60;
    return at;
}

static int64_t day_minutes(struct turn *t, int64_t id)
{
    const struct hours *h = person_hours(t, id);

    return h->to > h->from ? h->to - h->from : 8 * 60;
}

static int64_t deadline_in(struct turn *t, enum stage stage, int64_t id)
{
    switch (stage) {
    case STAGE_EXPERTS:
        return deadline_of(t, id, OFFER_MINUTES);
    case STAGE_OWNER:
        return deadline_of(t, id, day_minutes(t, id));
    case STAGE_QUEUE:
    case STAGE_NOBODY:
        break;
    }
    return 0;
}

/* "Priya can't right now; ", "" where nobody had it before. */
static const char *who_could_not(struct turn *t, const struct question *q)
{
    int64_t before = one_int(t,
                             "SELECT expert FROM offer WHERE question = ?1 AND state IN "
                             "('passed', 'not_topic', 'timed_out', 'moved', 'answered') ORDER BY id DESC LIMIT 1",
                             I(q->id));

    if (!before)
        return NULL;
    return q->stuck &&
                   one_int(t, "SELECT count(*) FROM offer WHERE question = ?1 AND expert = ?2 AND state = 'answered'",
                           I(q->id), I(before))
               ? phrase(t, "%s's answer was not yet it", first_name(t, before))
               : phrase(t, "%s can't right now", first_name(t, before));
}

static const char *receipt_now(struct turn *t, const struct question *q, enum stage stage, int64_t who,
                               int64_t deadline)
{
    const char *name = first_name(t, who), *clock = clock_in(t, who, t->now), *before = who_could_not(t, q);

    if (stage == STAGE_QUEUE)
        return before ? phrase(t, "%s; it's with %s of the learning team (%s).", before, name, clock)
                      : phrase(t, "It's with %s of the learning team (%s).", name, clock);
    if (stage == STAGE_OWNER)
        return before ? phrase(t, "%s; it's with the topic owner, %s (%s).", before, name, clock)
                      : phrase(t, "It's with the topic owner, %s (%s).", name, clock);
    const char *then =
        deadline ? phrase(t, " If %s can't by %s, I ask the next person.", name, clock_there(t, who, deadline)) : "";
    return before ? phrase(t, "%s; %s has it (%s).%s", before, name, clock, then)
                  : phrase(t, "Asked %s (%s).%s", name, clock, then);
}

static const char *receipt_later(struct turn *t, const struct question *q, enum stage stage, const struct pick *p)
{
    const char *name = first_name(t, p->person), *moment = say_moment(t, p->person, p->start);
    const char *before = who_could_not(t, q),
               *joined = before ? phrase(t, "%s; ", before) : phrase(t, "Nobody can right now; ");

    if (p->consent_first && consent_deadline(t, p->person))
        return phrase(t, "I asked %s whether questions are welcome. Without a word by %s I go on.", name,
                      clock_there(t, p->person, p->start));
    if (p->consent_first)
        return phrase(t, "I ask %s on %s whether questions are welcome, then yours.", name, moment);
    if (stage == STAGE_QUEUE)
        return phrase(t, "%sit's with %s of the learning team, who will see it %s.", joined, name, moment);
    if (stage == STAGE_OWNER)
        return phrase(t, "%sit's with the topic owner, %s, who will see it %s.", joined, name, moment);
    return before ? phrase(t, "%sI ask %s on %s.", joined, name, moment)
                  : phrase(t, "I ask %s, who knows *%s*, on %s.", name, q->topic, moment);
}

static const char *state_in(enum stage stage, bool offered)
{
    static const char *const states[] = { "open", "owner", "queue", "unanswered" };

    return stage == STAGE_EXPERTS && offered ? "offered" : states[stage];
}

static int64_t add_row(struct turn *t, const struct question *q, enum stage stage, const struct pick *p)
{
    static const char *const kinds[] = { "expert", "owner", "queue", "" };
    int64_t number = 1 + one_int(t, "SELECT max(number) FROM offer WHERE expert = ?1", I(p->person));

    return insert(t,
                  "INSERT INTO offer(question, expert, number, kind, state, why, level, score, at, deadline) "
                  "VALUES(?1, ?2, ?3, ?4, 'open', ?5, ?6, ?7, ?8, ?9)",
                  I(q->id), I(p->person), I(number), T(kinds[stage]), T(p->why ? p->why : ""), I(p->level), F(p->score),
                  I(t->now), I(deadline_in(t, stage, p->person)));
}

static void explain_offer(struct message *m, const struct question *q, const struct offer *o)
{
    if (strcmp(o->kind, "expert") == 0)
        explain(m, "You are listed as an expert: %s, level %d, %s.", q->topic, o->level, o->why);
    else if (strcmp(o->kind, "owner") == 0)
        explain(m, "You own the topic %s: its questions come to you when no expert can take them.", q->topic);
    else
        explain(m, "You look after the learning queue: questions come to you when nobody else can take them.");
}

/* False: they cannot be reached at all, and will not be tried again for this question. */
static bool put_to(struct turn *t, const struct question *q, enum stage stage, const struct pick *p)
{
    t->reader = q->asker;
    const char *receipt = receipt_now(t, q, stage, p->person, deadline_in(t, stage, p->person));
    t->reader = p->person;
    const struct offer *o = offer_get(t, add_row(t, q, stage, p));
    struct message *m =
        tell(t, p->person, stage == STAGE_EXPERTS ? CLASS_OFFER : CLASS_TASK, "%s asks:", offer_who_asks(t, q));

    about(m, q->asker);
    fill(t, m, q, o);
    explain_offer(m, q, o);
    t->reader = 0;
    if (refused(m)) {
        change(t, "UPDATE offer SET state = 'unreachable', number = 0 WHERE id = ?1", I(o->id));
        return false;
    }
    if (stage != STAGE_EXPERTS && !pref(t, p->person, "owner"))
        pref_set(t, p->person, "owner", "yes"); /* whom questions reached as an owner has the experts' verbs */
    change(t, "UPDATE offer SET message = ?2 WHERE id = ?1", I(o->id), I(message_id(m)));
    change(t, "UPDATE question SET stage = ?2, next_person = 0, next_start = 0 WHERE id = ?1", I(q->id), I(stage));
    if (o->deadline)
        later(t, o->deadline, "offer over", o->id, offer_timer_key(t, o->id));
    question_receipt(t, q->id, state_in(stage, true), receipt);
    audit(t, "offered", "offer", o->id);
    return true;
}

static void wait_for(struct turn *t, const struct question *q, enum stage stage, const struct pick *p)
{
    const char *state = state_in(stage, false);

    later(t, p->start, "question go", q->id, arena_printf(t->arena, "question go %ld", (long)q->id));
    if (q->next_person == p->person && q->next_start == p->start && strcmp(q->state, state) == 0)
        return; /* the asker was told */
    change(t, "UPDATE question SET stage = ?2, next_person = ?3, next_start = ?4 WHERE id = ?1", I(q->id), I(stage),
           I(p->person), I(p->start));
    t->reader = q->asker;
    const char *receipt = receipt_later(t, q, stage, p);
    t->reader = 0;
    question_receipt(t, q->id, state, receipt);
}

static const char *receipt_nobody(struct turn *t)
{
    return phrase(t, "Nobody could take it. It stands on the list the learning team goes through.");
}

static void stand_with_nobody(struct turn *t, const struct question *q)
{
    if (strcmp(q->state, "unanswered") == 0)
        return;
    change(t, "UPDATE question SET stage = ?2, next_person = 0, next_start = 0 WHERE id = ?1", I(q->id),
           I(STAGE_QUEUE));
    t->reader = q->asker;
    const char *receipt = receipt_nobody(t);
    t->reader = 0;
    question_receipt(t, q->id, "unanswered", receipt);
    audit(t, "unanswered", "question", q->id);
}

static bool has_offer(struct turn *t, int64_t question)
{
    return one_int(t, "SELECT count(*) FROM offer WHERE question = ?1 AND state IN ('open', 'accepted')", I(question)) >
           0;
}

static enum stage stage_of(struct turn *t, const struct question *q, struct pick *p)
{
    bool stands_alone = strcmp(q->state, "unanswered") == 0; /* anybody will do, however late */
    enum stage stage = stands_alone ? STAGE_EXPERTS : (enum stage)q->stage;

    if (stage == STAGE_EXPERTS && !stands_alone && t->now >= q->overdue)
        stage = STAGE_OWNER;
    for (; stage < STAGE_NOBODY; stage++) {
        *p = routing_pick(t, q, stage);
        if (p->person)
            break;
    }
    return stage;
}

void offer_next(struct turn *t, int64_t question)
{
    for (;;) { /* each round puts it to somebody, or finds somebody unreachable for good */
        const struct question *q = question_get(t, question);
        struct pick p = { 0 };

        if (!q || !question_is_open(q) || has_offer(t, question))
            return;
        enum stage stage = stage_of(t, q, &p);
        if (stage == STAGE_NOBODY) {
            stand_with_nobody(t, q);
            return;
        }
        if (p.also_consent)
            consent_ask(t, p.also_consent);
        if (p.start > t->now) {
            wait_for(t, q, stage, &p);
            return;
        }
        if (p.consent_first)
            consent_ask(t, p.person);
        else if (put_to(t, q, stage, &p))
            return;
    }
}

void question_show_again(struct turn *t, int64_t question)
{
    const struct question *q = question_get(t, question);
    int64_t holder = one_int(
        t, "SELECT id FROM offer WHERE question = ?1 AND state IN ('open', 'accepted') ORDER BY id DESC LIMIT 1",
        I(question));
    const struct offer *o = holder ? offer_get(t, holder) : NULL;

    offers_show_again(t, question);
    if (!q->receipt)
        return;
    if (o)
        question_receipt(t, question, q->state, receipt_now(t, q, (enum stage)q->stage, o->expert, o->deadline));
    else if (strcmp(q->state, "unanswered") == 0)
        question_receipt(t, question, q->state, receipt_nobody(t));
    else {
        change(t, "UPDATE question SET next_person = 0 WHERE id = ?1", I(question)); /* as if nobody was told yet */
        offer_next(t, question);
    }
}

void offer_move_on(struct turn *t, int64_t id, const char *state)
{
    const struct offer *o = offer_get(t, id);

    if (!o || !offer_stands(o))
        return;
    offer_set_state(t, o, state);
    offer_show(t, id);
    offer_next(t, o->question);
}

/* ---- What falls due, and what others see ------------------------------------------------------------------------ */

static void offer_over(struct turn *t)
{
    offer_move_on(t, t->object, "timed_out");
}

static void question_due(struct turn *t)
{
    offer_next(t, t->object);
}

static void my_lines(struct turn *t, struct message *m)
{
    int64_t waiting =
        one_int(t, "SELECT count(*) FROM offer WHERE expert = ?1 AND state IN ('open', 'accepted')", I(t->person));
    int64_t offered =
        one_int(t, "SELECT count(*) FROM offer WHERE expert = ?1 AND kind = 'expert' AND number > 0", I(t->person));

    if (waiting)
        bullet(m, "Questions that wait for your answer: %ld (`inbox`)", (long)waiting);
    if (!offered)
        return;
    bullet(m, "You may get up to %s", questions_a_week(t, expert_cap(t, t->person)));
    if (acceptance_counts(t, t->person))
        say(m, "; you answered %ld of %ld so far, which nobody else sees",
            (long)one_int(t, "SELECT count(*) FROM offer WHERE expert = ?1 AND kind = 'expert' AND state = 'answered'",
                          I(t->person)),
            (long)offered);
}

static void availability(struct turn *t, int64_t id)
{
    (void)id;
    routing_look_soon(t);
}

static const struct timer timers[] = {
    { "offer over", offer_over },
    { "question go", question_due },
    { "question overdue", question_due },
    { "questions look", routing_look },
    { 0 },
};

static const struct personal data[] = {
    { "offer", "expert", DATA_DELETED,
      "SELECT o.number, o.kind, o.state, q.topic, o.at FROM offer o JOIN question q ON q.id = o.question "
      "WHERE o.expert = ?1 ORDER BY o.number",
      "Questions put to you as an expert, and how each went: who asked sees theirs; how many you took, only you." },
    { 0 },
};

const struct handler handler_offers = {
    "offers", .timers = timers, .data = data, .load = routing_look_soon, .me = my_lines, .availability = availability,
};
