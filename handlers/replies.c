/* What people answer: each answer is a message of its own to the asker, who says whether it helped. */
#include <stdio.h>
#include <string.h>

#include "capture.h"
#include "routing.h"

static void add_buttons(struct turn *t, struct message *m, int64_t answer, int64_t question)
{
    button(m, "Solved", "answer solved", answer);
    button(m, "Still stuck", "answer stuck", answer);
    capture_offer_wording(t, m, question);
}

/* ---- An answer comes -------------------------------------------------------------------------------------------- */

/* Working minutes of the asker between two instants, as far as a month. */
static int64_t minutes_between(struct turn *t, int64_t id, int64_t from, int64_t until)
{
    const struct hours *h = person_hours(t, id);
    int64_t minutes = 0, at = work_next(h, from);

    for (int days = 0; days < 31 && at < until; days++) {
        int64_t left = work_left(h, at), most = (until - at) / 60;
        minutes += left < most ? left : most;
        at = work_next(h, at + left * 60 + 60);
    }
    return minutes;
}

/* "Omar", "Omar and Priya", "Omar, Priya and Grace" */
static const char *authors_of(struct turn *t, int64_t question)
{
    int count = 0;
    int64_t *ids = ids_of(
        t, query(t, "SELECT author FROM answer WHERE question = ?1 GROUP BY author ORDER BY min(id)", I(question)),
        &count);
    struct buf out = { .arena = t->arena };

    for (int i = 0; i < count; i++)
        buf_printf(&out, "%s%s", !i ? "" : i == count - 1 ? phrase(t, " and ") : ", ", first_name(t, ids[i]));
    return buf_text(&out);
}

static void receipt_answered(struct turn *t, const struct question *q)
{
    bool solved = strcmp(q->state, "solved") == 0;

    t->reader = q->asker;
    const char *receipt = phrase(t, solved ? "Solved. Answered by %s." : "Answered by %s.", authors_of(t, q->id));
    t->reader = 0;
    question_receipt(t, q->id, solved ? "solved" : "answered", receipt);
}

int64_t question_answer(struct turn *t, int64_t question, int64_t by, const char *words)
{
    const struct question *q = question_get(t, question);
    bool from_person = t->event->thing && t->person == by;
    int64_t id =
        insert(t,
               "INSERT INTO answer(question, author, words, platform, thing, at, minutes) "
               "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
               I(question), I(by), T(words), T(from_person ? t->event->platform : NULL),
               T(from_person ? t->event->thing : NULL), I(t->now), I(minutes_between(t, q->asker, q->asked, t->now)));
    struct message *m = tell(t, q->asker, CLASS_OWED, "%s: %s", first_name(t, by), words);

    small(m, "To your question %ld: %s", (long)q->number, question_cut(t, q));
    add_buttons(t, m, id, question);
    explain(m, "You asked me to find somebody for your question %ld.", (long)q->number);
    change(t, "UPDATE answer SET message = ?2 WHERE id = ?1", I(id), I(message_id(m)));
    offers_release(t, question, by);
    not_later(t, arena_printf(t->arena, "question go %ld", (long)question));
    not_later(t, arena_printf(t->arena, "question overdue %ld", (long)question));
    receipt_answered(t, q);
    audit(t, "answered", "question", question);
    return id;
}

/* ---- Did it help? ----------------------------------------------------------------------------------------------- */

/* The question of the answer a button is on, if it is still to be said; judged: 1 or 0. */
static const struct question *judge(struct turn *t, int helpful)
{
    int64_t id = one_int(t, "SELECT question FROM answer WHERE id = ?1", I(t->object));
    const struct question *q = id ? question_get(t, id) : NULL;

    if (!q || q->asker != t->person) {
        settle(t, NULL);
        return NULL;
    }
    if (change(t, "UPDATE answer SET helpful = ?2 WHERE id = ?1 AND helpful IS NULL", I(t->object), I(helpful)) == 0) {
        settle(t, NULL);
        reply(t, "You said so already.");
        return NULL;
    }
    return q;
}

static void solved(struct turn *t)
{
    const struct question *q = judge(t, 1);

    if (!q)
        return;
    capture_offer_wording(t, settle(t, "Solved: glad to hear it."), q->id);
    change(t, "UPDATE question SET state = 'solved' WHERE id = ?1", I(q->id));
    offers_release(t, q->id, one_int(t, "SELECT author FROM answer WHERE id = ?1", I(t->object)));
    receipt_answered(t, question_get(t, q->id));
    audit(t, "solved", "question", q->id);
}

/* Once more to the next person; after that the learning team should look at it. */
static void stuck(struct turn *t)
{
    const struct question *q = judge(t, 0);

    if (!q)
        return;
    if (question_is_open(q)) {
        settle(t, "I look further already.");
        return;
    }
    settle(t, "Still stuck: I look further.");
    change(t, "UPDATE question SET stuck = stuck + 1 WHERE id = ?1", I(q->id));
    audit(t, "reopened", "question", q->id);
    question_set_out(t, q->id, q->stuck ? STAGE_QUEUE : STAGE_EXPERTS);
}

/* ---- The author changes or takes back what they wrote ----------------------------------------------------------- */

struct answer {
    int64_t id, question, author, message;
    const char *words; /* NULL: taken back */
    bool judged, hidden;
};

static const struct answer *answer_get(struct turn *t, int64_t id)
{
    struct answer *a = arena_new(t->arena, struct answer);
    struct rows *r =
        query(t,
              "SELECT question, author, message, words, CASE WHEN helpful IS NULL THEN 0 ELSE 1 END, hidden "
              "FROM answer WHERE id = ?1",
              I(id));

    if (!row_next(r))
        return NULL;
    *a = (struct answer){
        id, row_int(r, 0), row_int(r, 1), row_int(r, 2), row_text(r, 3), row_int(r, 4), row_int(r, 5)
    };
    rows_close(r);
    return a;
}

/* The answer as it stands now, in the message the asker has. */
static void answer_show(struct turn *t, int64_t id)
{
    const struct answer *a = answer_get(t, id);
    const struct question *q = question_get(t, a->question);
    struct message *m;

    if (a->words && !a->hidden)
        m = revise(t, a->message, "%s: %s", first_name(t, a->author), a->words);
    else
        m = revise(t, a->message, "%s took this answer back.", first_name(t, a->author));
    small(m, "To your question %ld: %s", (long)q->number, question_cut(t, q));
    if (!a->judged && a->words)
        add_buttons(t, m, id, a->question);
    else if (!a->judged)
        button(m, "Still stuck", "answer stuck", id);
    else if (a->words)
        capture_offer_wording(t, m, a->question);
}

static int64_t answer_of_event(struct turn *t)
{
    return one_int(t, "SELECT id FROM answer WHERE author = ?1 AND platform = ?2 AND thing = ?3 AND words IS NOT NULL",
                   I(t->person), T(t->event->platform), T(t->event->target));
}

/* "answer 3 Yes." and "Yes." are the same answer. */
static const char *without_verb(const char *words)
{
    const char *at = text_starts(words, "answer ") ? words + strlen("answer ") : NULL;
    size_t digits = at ? strspn(at, "0123456789") : 0;

    return digits && at[digits] == ' ' ? at + digits + 1 : words;
}

static bool edited(struct turn *t)
{
    int64_t id = answer_of_event(t);

    if (!id)
        return false;
    const struct answer *before = answer_get(t, id);
    const char *words = text_cut(t->arena, without_verb(text_trim(t->arena, t->words)), WORDS_MAX);
    const struct org_sensitive *human = sensitive(t, words);
    if (human) {
        reply(t, "This sounds like something for a human being, so your answer stays as it was. %s", human->contact);
        return true;
    }
    change(t, "UPDATE answer SET words = ?2 WHERE id = ?1", I(id), T(words));
    answer_show(t, id);
    capture_answer_changed(t, before->question, before->words, words);
    audit(t, "edited", "answer", id);
    return true;
}

static bool withdrawn(struct turn *t)
{
    int64_t id = answer_of_event(t);

    if (!id)
        return false;
    const struct answer *before = answer_get(t, id);
    change(t, "UPDATE answer SET words = NULL, thing = NULL WHERE id = ?1", I(id));
    answer_show(t, id);
    capture_answer_changed(t, before->question, before->words, NULL);
    audit(t, "withdrawn", "answer", id);
    return true;
}

/* Answers of somebody whose data is being deleted are hidden from those who asked; `mydata keep` shows them again. */
static void availability(struct turn *t, int64_t id)
{
    bool hidden = person_hidden(t, id);
    int count = 0;

    if (change(t, "UPDATE answer SET hidden = ?2 WHERE author = ?1 AND hidden <> ?2", I(id), I(hidden)) == 0)
        return;
    int64_t *ids =
        ids_of(t, query(t, "SELECT id FROM answer WHERE author = ?1 AND words IS NOT NULL ORDER BY id", I(id)), &count);
    for (int i = 0; i < count; i++)
        answer_show(t, ids[i]);
}

static const struct action actions[] = { { "answer solved", solved }, { "answer stuck", stuck }, { 0 } };

static const struct personal data[] = {
    { "answer", "author", DATA_DELETED,
      "SELECT a.words, q.topic, a.at FROM answer a JOIN question q ON q.id = a.question WHERE a.author = ?1 ORDER BY "
      "a.id",
      "Answers you gave to colleagues: who asked sees them, with your name." },
    { 0 },
};

const struct handler handler_replies = {
    "replies", .actions = actions, .data = data, .availability = availability, .edited = edited, .withdrawn = withdrawn,
};
