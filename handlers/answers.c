/* Just-in-time answers: a card, a few likely ones, or a person. Rights come before scoring; words on sensitive topics
 * are kept nowhere. */
#include "answers.h"

#include <string.h>

#include "questions.h"

#define QUESTION_MAX 1000 /* code points; more is a story, not a question */
#define CHOICES_MAX 3
#define NEAR_ENOUGH .3 /* of the first hit's score; what is further off is no choice but noise */

/* ---- What was asked ---------------------------------------------------------------------------------------------- */

const struct asked *asked_get(struct turn *t, int64_t id)
{
    struct rows *r = query(t,
                           "SELECT id, coalesce(card, 0), text, outcome, platform, thing FROM asked "
                           "WHERE id = ?1 AND person = ?2",
                           I(id), I(t->person));
    if (!row_next(r))
        return NULL;
    struct asked *a = arena_new(t->arena, struct asked);
    *a = (struct asked){ row_int(r, 0), row_int(r, 1), row_text(r, 2), row_text(r, 3), row_text(r, 4), row_text(r, 5) };
    rows_close(r);
    return a;
}

/* before: the question this one goes on from, if any; else it is what the event said. */
static int64_t asked_add(struct turn *t, const char *text, const struct search_result *r, const struct asked *before)
{
    const struct event *e = t->event;
    const char *thing = e->kind == EVENT_EDIT ? e->target : e->thing;

    return insert(t,
                  "INSERT INTO asked(person, text, decision, confidence, card, platform, thing, at) "
                  "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                  I(t->person), T(text), T(search_decision_name(r->decision)), I((int64_t)(r->confidence * 1e6 + 0.5)),
                  IDN(r->decision == SEARCH_ANSWER ? r->hits[0].card : 0), T(before ? before->platform : e->platform),
                  T(before ? before->thing : thing), I(t->now));
}

/* ---- Asking ------------------------------------------------------------------------------------------------------ */

static int percent(double probability)
{
    return (int)(probability * 100 + 0.5);
}

/* What `why` tells: the wording that matched, but not whose it was. */
static void explain_match(struct turn *t, struct message *m, const struct search_hit *hit, double confidence)
{
    int sure = percent(confidence);

    if (hit->matched_title || !hit->matched) {
        explain(m, "I showed this card because your question is close to its title. I was %d %% sure.", sure);
        return;
    }
    switch (card_wording_source(t, hit->card, hit->matched)) {
    case WORDING_FOLDER:
        explain(m, "I showed this card because your question is close to its wording \"%s\". I was %d %% sure.",
                hit->matched, sure);
        break;
    case WORDING_AUTHOR:
        explain(m, "I showed this card because it matched wording its author gave it. I was %d %% sure.", sure);
        break;
    case WORDING_QUESTION:
        explain(m, "I showed this card because it matched wording from an earlier question. I was %d %% sure.", sure);
        break;
    }
}

/* The cards worth a button, at most three. */
static int likely_cards(struct turn *t, const struct search_result *r, int64_t without, const struct card **cards)
{
    int count = 0;

    for (size_t i = 0; i < r->count && count < CHOICES_MAX; i++) {
        bool near = r->hits[i].score >= NEAR_ENOUGH * r->hits[0].score && r->hits[i].card != without;
        const struct card *c = near ? card_readable(t, r->hits[i].card) : NULL;
        if (c)
            cards[count++] = c;
    }
    return count;
}

static bool show_choices(struct turn *t, const struct search_result *r, int64_t asked, int64_t without)
{
    const struct card *cards[CHOICES_MAX];
    int count = likely_cards(t, r, without, cards);

    if (!count)
        return false;
    struct message *m = reply(t, r->too_short ? "That was short." : "I'm not sure.");
    say(m, count == 1 ? " Is it this one?" : " Is it one of these?");
    for (int i = 0; i < count; i++)
        choice(m, cards[i]->title, "answer choose", asked, arena_printf(t->arena, "%ld", (long)cards[i]->id));
    button(m, "None of these", "answer none", asked);
    if (r->too_short)
        explain(m, "I offered a choice because so few words may mean several things.");
    else
        explain(m, "I offered a choice because no card was clearly the one: I was %d %% sure of the first.",
                percent(r->confidence));
    return true;
}

bool answers_offer(struct turn *t, const struct asked *a, const struct search_result *r, int64_t without)
{
    const struct card *cards[CHOICES_MAX];
    struct search_result choices = *r;

    choices.decision = SEARCH_CHOICES;
    return likely_cards(t, r, without, cards) && show_choices(t, r, asked_add(t, a->text, &choices, a), without);
}

static const char *no_card_reason(struct turn *t, const struct search_result *r)
{
    if (!r->count)
        return phrase(t, "No card you may read has these words.");
    if (percent(r->confidence) == 0)
        return phrase(t, "No card you may read was close.");
    return phrase(t, "No card you may read was close enough: I was %d %% sure of the best one.",
                  percent(r->confidence));
}

static void answer_question(struct turn *t, const char *text)
{
    struct search_result r;

    ask_cards(t, text, &r);
    if (r.decision != SEARCH_ANSWER && reply_usage(t, t->text))
        return;
    int64_t asked = asked_add(t, text, &r, NULL);
    const struct card *c = r.decision == SEARCH_ANSWER ? card_readable(t, r.hits[0].card) : NULL;
    if (c) {
        struct message *m = reply(t, "%s", "");
        explain_match(t, m, &r.hits[0], r.confidence);
        card_show(t, m, c, asked);
    } else if (r.decision != SEARCH_CHOICES || !show_choices(t, &r, asked, 0)) {
        question_propose(t, text, no_card_reason(t, &r));
    }
}

/* ---- What is no question ----------------------------------------------------------------------------------------- */

void human_reply(struct turn *t, const struct org_sensitive *human)
{
    struct message *m = reply(t, "%s", human->text);

    line(m, "%s", human->contact);
}

static bool is_one_of(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (text_same(text, *words))
            return true;
    return false;
}

static const char *bare(struct turn *t, const char *text)
{
    size_t n = strlen(text);

    while (n && strchr("!.?, ", text[n - 1]))
        n--;
    return arena_copy_n(t->arena, text, n);
}

static bool small_talk(struct turn *t, const char *text)
{
    static const char *const thanks[] = { "thanks",
                                          "thank you",
                                          "thx",
                                          "ta",
                                          "cheers",
                                          "great",
                                          "perfect",
                                          "great, thanks",
                                          "thanks a lot",
                                          "many thanks",
                                          "ok thanks",
                                          "ok, thanks",
                                          "thanks so much",
                                          "thank you so much",
                                          "thank you very much",
                                          "thanks, that helps",
                                          "merci",
                                          "danke",
                                          NULL };
    static const char *const hello[] = { "hi",           "hello",     "hey",          "hi there",
                                         "hello there",  "hey there", "good morning", "good afternoon",
                                         "good evening", "hallo",     "bonjour",      NULL };
    static const char *const nods[] = { "ok", "okay", "yes", "no", "bye", "fine", "sure", NULL };
    const char *word = bare(t, text);

    if (is_one_of(word, thanks))
        reply(t, "You're welcome!");
    else if (is_one_of(word, hello))
        reply(t, "Hello %s! Ask me anything about work, or say `help`.", first_name(t, t->person));
    else if (is_one_of(word, nods))
        reply(t, "All right. Ask me anything about work, or say `help`.");
    else
        return false;
    return true;
}

/* Without letters or digits outside of code there is nothing to look for. */
static bool says_nothing(struct turn *t, const char *text)
{
    struct buf rest = { .arena = t->arena };
    bool code = false;

    for (const char *c = text; *c; c++) {
        if (*c == '`')
            code = !code;
        else if (!code)
            buf_add_char(&rest, *c);
    }
    return text_words(code ? text : buf_text(&rest)) == 0;
}

static void give_examples(struct turn *t)
{
    struct message *m = reply(t, "What would you like to know? Ask in your own words, for example:");
    int count = 0, shown = 0;
    int64_t *cards = cards_core(t, &count);

    for (int i = 0; i < count && shown < 3; i++) {
        const char *example = card_readable(t, cards[i]) ? card_example_question(t, cards[i]) : NULL;
        if (!example)
            continue;
        shown++;
        bullet(m, "%s", example);
    }
    small(m, "`help` shows what else I can do.");
}

static void ask_text(struct turn *t, const char *text)
{
    const struct org_sensitive *human = sensitive(t, *t->words ? t->words : text);

    if (human)
        human_reply(t, human);
    else if (says_nothing(t, text))
        give_examples(t);
    else if (text_length(text) > QUESTION_MAX)
        reply(t, "That is a long one: I read %d characters at most. What is your question in one line?", QUESTION_MAX);
    else if (!small_talk(t, text))
        answer_question(t, text);
}

static bool question(struct turn *t)
{
    ask_text(t, t->text);
    return true;
}

static void ask(struct turn *t)
{
    ask_text(t, arg(t, "question"));
}

static void ask_nothing(struct turn *t)
{
    give_examples(t);
}

/* ---- Taken back, or in other words ------------------------------------------------------------------------------- */

/* What stood in that message is gone: its words go, too. What it says now is asked anew. */
static bool forget(struct turn *t)
{
    change(t, "DELETE FROM asked WHERE person = ?1 AND platform = ?2 AND thing = ?3", I(t->person),
           T(t->event->platform), T(t->event->target));
    return false;
}

/* ---- Retention --------------------------------------------------------------------------------------------------- */

static void purge(struct turn *t)
{
    change(t, "DELETE FROM asked WHERE at < ?1", I(t->now - (int64_t)t->settings->keep_questions_days * DAY));
    later(t, t->now + DAY, "answers purge", 0, "answers purge");
}

static void load(struct turn *t)
{
    later(t, t->now, "answers purge", 0, "answers purge");
}

static const struct command commands[] = {
    { "ask {question}", ask, .verb = "ask", .help = "a question, or just type it",
      .example = "ask How do I claim travel expenses?",
      .seen_by = "Only you see your question, unless you let me ask a person. What nobody may be asked, curators read "
                 "without your name." },
    { "ask", ask_nothing },
    { 0 },
};

static const struct timer timers[] = { { "answers purge", purge }, { 0 } };

static const struct personal data[] = {
    { "asked", "person", DATA_DELETED, "SELECT at, text, decision, outcome FROM asked WHERE person = ?1 ORDER BY id",
      NULL },
    { 0 },
};

const struct handler handler_answers = {
    "answers",
    .group = "Ask",
    .commands = commands,
    .timers = timers,
    .data = data,
    .load = load,
    .question = question,
    .edited = forget,
    .withdrawn = forget,
    .health = answers_health,
    .pilot = answers_pilot,
};
