/* Just-in-time answers: a card, a few likely ones, or a person. Rights come before scoring; words on sensitive topics
 * are kept nowhere. */
#include <stdlib.h>
#include <string.h>

#include "cards.h"
#include "questions.h"

#define QUESTION_MAX 400 /* code points; more is a story, not a question */
#define CHOICES_MAX 3

/* ---- What was asked ---------------------------------------------------------------------------------------------- */

static int64_t asked_add(struct turn *t, const char *text, const struct search_result *r)
{
    bool shown = r->decision == SEARCH_ANSWER;

    return insert(t, "INSERT INTO asked(person, text, decision, confidence, card, at) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
                  I(t->person), T(text), T(search_decision_name(r->decision)), I((int64_t)(r->confidence * 1e6 + 0.5)),
                  IDN(shown ? r->hits[0].card : 0), I(t->now));
}

static const char *asked_text(struct turn *t, int64_t id)
{
    return one_text(t, "SELECT text FROM asked WHERE id = ?1 AND person = ?2", I(id), I(t->person));
}

static int64_t asked_card(struct turn *t, int64_t id)
{
    return one_int(t, "SELECT coalesce(card, 0) FROM asked WHERE id = ?1 AND person = ?2", I(id), I(t->person));
}

/* The first word counts: a second press changes nothing. */
static bool asked_close(struct turn *t, int64_t id, const char *outcome)
{
    return change(t, "UPDATE asked SET outcome = ?3 WHERE id = ?1 AND person = ?2 AND outcome IS NULL", I(id),
                  I(t->person), T(outcome)) > 0;
}

/* ---- A card as an answer ----------------------------------------------------------------------------------------- */

static const char *owner_name(struct turn *t, const char *owner)
{
    bool team = strncmp(owner, "team:", 5) == 0;
    const struct person *p = person_of_handle(t, team ? owner + 5 : owner);
    const char *name = p ? first_name(t, p->id) : owner;

    return team ? arena_printf(t->arena, "%s's team", name) : name;
}

static void say_source(struct turn *t, struct message *m, const struct card *c)
{
    const char *owner = owner_name(t, c->owner);

    if (!c->reviewed)
        small(m, "From %s, for your team; not reviewed yet", owner);
    else if (!c->verified)
        small(m, "Kept by %s", owner);
    else if (c->stale)
        small(m, "Kept by %s, not verified since %s: please check before you rely on it", owner,
              say_day(t, day_number(c->verified)));
    else
        small(m, "Kept by %s, verified %s", owner, say_day(t, day_number(c->verified)));
}

static int64_t step_count(struct turn *t, int64_t card)
{
    return one_int(t, "SELECT count(*) FROM card_step WHERE card = ?1", I(card));
}

static void say_card(struct turn *t, struct message *m, const struct card *c)
{
    const char *url = one_text(t, "SELECT url FROM card WHERE id = ?1", I(c->id));

    heading(m, c->title);
    markdown(m, c->body);
    if (url)
        line(m, "%s", url);
    say_source(t, m, c);
}

static void show_card(struct turn *t, struct message *m, const struct card *c, int64_t asked)
{
    say_card(t, m, c);
    button(m, "Helpful", "answer helpful", asked);
    button(m, "Not it", "answer not it", asked);
    button(m, "Ask a person", "answer ask", asked);
    button(m, "Out of date", "answer outdated", asked);
    if (t->in_room)
        button(m, "Share here", "answer share", asked);
    if (step_count(t, c->id))
        button_with(m, "Next", "card step", c->id, "1");
    if (c->more)
        button(m, "Read more", "card more", c->id);
}

/* What `why` tells: the wording that matched, but not whose it was. */
static void explain_match(struct turn *t, struct message *m, const struct search_hit *hit, double confidence)
{
    int64_t kept = one_int(t, "SELECT coalesce(sum(kept), 0) FROM card_phrasing WHERE card = ?1 AND text = ?2",
                           I(hit->card), T(hit->matched));
    int percent = (int)(confidence * 100 + 0.5);

    if (hit->matched_title || !hit->matched)
        explain(m, "I showed this card because your question is close to its title. I was %d %% sure.", percent);
    else if (kept)
        explain(m, "I showed this card because it matched wording from an earlier question. I was %d %% sure.",
                percent);
    else
        explain(m, "I showed this card because your question is close to its wording \"%s\". I was %d %% sure.",
                hit->matched, percent);
}

/* ---- Asking ------------------------------------------------------------------------------------------------------ */

static void show_choices(struct turn *t, const struct search_result *r, int64_t asked, int64_t without)
{
    struct message *m = reply(t, "I'm not sure. Is it one of these?");
    int shown = 0;

    for (size_t i = 0; i < r->count && shown < CHOICES_MAX; i++) {
        const struct card *c = r->hits[i].card == without ? NULL : card_readable(t, r->hits[i].card);
        if (!c)
            continue;
        shown++;
        choice(m, c->title, "answer choose", asked, arena_printf(t->arena, "%ld", (long)c->id));
    }
    button(m, "None of these", "answer none", asked);
    explain(m, "I offered a choice because no card was clearly the one: I was %d %% sure of the first.",
            (int)(r->confidence * 100 + 0.5));
}

static const char *no_card_reason(struct turn *t, const struct search_result *r)
{
    if (!r->count)
        return "No card you may read has these words.";
    return arena_printf(t->arena, "No card you may read was close enough: I was %d %% sure of the best one.",
                        (int)(r->confidence * 100 + 0.5));
}

static void answer_question(struct turn *t, const char *text)
{
    struct search_result r;

    ask_cards(t, text, &r);
    int64_t asked = asked_add(t, text, &r);
    const struct card *c = r.decision == SEARCH_ANSWER ? card_readable(t, r.hits[0].card) : NULL;
    if (c) {
        struct message *m = reply(t, "%s", "");
        explain_match(t, m, &r.hits[0], r.confidence);
        show_card(t, m, c, asked);
    } else if (r.decision == SEARCH_CHOICES && r.count) {
        show_choices(t, &r, asked, 0);
    } else {
        question_propose(t, text, no_card_reason(t, &r));
    }
}

/* ---- What is no question ----------------------------------------------------------------------------------------- */

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

    while (n && strchr("!.? ", text[n - 1]))
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
                                          "great, thanks",
                                          "thanks a lot",
                                          "many thanks",
                                          "thank you very much",
                                          "ok thanks",
                                          "merci",
                                          "danke",
                                          NULL };
    static const char *const hello[] = { "hi",           "hello",        "hey",
                                         "hey there",    "good morning", "good afternoon",
                                         "good evening", "hallo",        "bonjour",
                                         "ok",           "okay",         "yes",
                                         "no",           "bye",          NULL };
    const char *word = bare(t, text);

    if (is_one_of(word, thanks))
        reply(t, "You're welcome!");
    else if (is_one_of(word, hello))
        reply(t, "Hello %s! Ask me anything about work, or say `help`.", first_name(t, t->person));
    else
        return false;
    return true;
}

static bool has_letters(const char *text)
{
    for (; *text; text++)
        if ((*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') || (unsigned char)*text >= 0xc3)
            return (unsigned char)*text < 0xe2 || (unsigned char)*text > 0xe2 ? (unsigned char)*text < 0xf0
                                                                              : has_letters(text + 1);
    return false;
}

static void give_examples(struct turn *t)
{
    struct message *m = reply(t, "What would you like to know? Ask in your own words, for example:");
    struct rows *r = query(t, "SELECT id FROM card WHERE state = 'published' AND class = 'core' ORDER BY id");
    int shown = 0;

    while (shown < 3 && row_next(r)) {
        const struct card *c = card_readable(t, row_int(r, 0));
        const char *phrasing =
            c ? one_text(t, "SELECT text FROM card_phrasing WHERE card = ?1 AND kept = 0 ORDER BY id LIMIT 1", I(c->id))
              : NULL;
        if (!phrasing)
            continue;
        shown++;
        bullet(m, "%s", phrasing);
    }
    rows_close(r);
    small(m, "`help` shows what else I can do.");
}

static void ask_text(struct turn *t, const char *text)
{
    const struct org_sensitive *human = sensitive(t, t->words);

    if (human)
        reply(t, "%s", human->text);
    else if (!*text || !has_letters(text))
        give_examples(t);
    else if (text_length(text) > QUESTION_MAX)
        reply(t, "That is long for me (%d characters at most). What is your question in one line?", QUESTION_MAX);
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

/* ---- What is pressed under an answer ----------------------------------------------------------------------------- */

static bool already_closed(struct turn *t, const char *outcome)
{
    if (asked_close(t, t->object, outcome))
        return false;
    settle(t, NULL);
    reply(t, asked_text(t, t->object) ? "You told me already, thank you."
                                      : "I no longer have that question. Please ask it again.");
    return true;
}

/* The wording may be kept if it is new to the card and the person agrees. */
static void offer_wording(struct turn *t, struct message *m, int64_t asked, int64_t card)
{
    const char *text = asked_text(t, asked);

    if (one_int(t,
                "SELECT count(*) FROM card_phrasing p JOIN card c ON c.id = p.card WHERE p.card = ?1 "
                "AND (lower(p.text) = lower(?2) OR lower(c.title) = lower(?2))",
                I(card), T(text)))
        return;
    line(m, "May I keep your wording, without your name, so that others find this too?");
    button(m, "Keep my wording", "answer wording", asked);
    button(m, "No", "answer no wording", asked);
}

static void helpful(struct turn *t)
{
    if (already_closed(t, "helpful"))
        return;
    settle(t, NULL);
    struct message *m = reply(t, "Thank you! That helps me answer the next person.");
    offer_wording(t, m, t->object, asked_card(t, t->object));
}

static void keep_wording(struct turn *t)
{
    const char *text = asked_text(t, t->object);
    int64_t card = asked_card(t, t->object);

    if (text && card && card_readable(t, card)) {
        card_add_phrasing(t, card, text, t->person);
        settle(t, "Kept, without your name. `mydata delete` takes it out again.");
    } else {
        settle(t, "I no longer have that question, so nothing was kept.");
    }
}

static void keep_no_wording(struct turn *t)
{
    settle(t, "Not kept.");
}

static void not_it(struct turn *t)
{
    struct search_result r;
    const char *text = asked_text(t, t->object);

    if (already_closed(t, "not_it"))
        return;
    int64_t wrong = asked_card(t, t->object);
    settle(t, "Not it: thank you for telling me.");
    ask_cards(t, text, &r);
    if (r.count > 1 && r.decision != SEARCH_ROUTE && r.hits[1].score * 2 >= r.hits[0].score) {
        show_choices(
            t, &r,
            asked_add(t, text, &(struct search_result){ .decision = SEARCH_CHOICES, .confidence = r.confidence }),
            wrong);
        return;
    }
    question_propose(t, text, "You said that the card I showed was not it.");
}

static void ask_person(struct turn *t)
{
    const char *text = asked_text(t, t->object);

    if (already_closed(t, "asked"))
        return;
    settle(t, NULL);
    question_propose(t, text, "You asked for a person.");
}

/* The owner hears it once a day at most, whoever reports. */
static void tell_owner(struct turn *t, const struct card *c)
{
    int count = 0;
    int64_t *people = owner_people(t, c->owner, &count);
    int64_t today = one_int(t, "SELECT count(*) FROM asked WHERE card = ?1 AND outcome = 'outdated' AND at > ?2",
                            I(c->id), I(t->now - DAY));

    if (!count || people[0] == t->person || today > 1)
        return;
    struct message *m = tell(t, people[0], CLASS_REMINDER,
                             "Somebody found your card *%s* out of date. Would you have a look at it?", c->title);
    explain(m, "You keep this card, and a reader pressed [Out of date].");
}

static void outdated(struct turn *t)
{
    const struct card *c = card_readable(t, asked_card(t, t->object));

    if (already_closed(t, "outdated"))
        return;
    settle(t, NULL);
    if (!c) {
        reply(t, "Thank you. That card is gone by now.");
        return;
    }
    tell_owner(t, c);
    struct message *m = reply(t, "Thank you. I let %s know, without your name.", owner_name(t, c->owner));
    button(m, "Ask a person", "answer ask again", t->object);
}

static void ask_again(struct turn *t)
{
    const char *text = asked_text(t, t->object);

    settle(t, NULL);
    if (text)
        question_propose(t, text, "You asked for a person.");
    else
        reply(t, "I no longer have that question. Please ask it again.");
}

static void share(struct turn *t)
{
    const struct card *c = card_readable(t, asked_card(t, t->object));

    if (!c || !t->in_room) {
        reply(t, "That card is gone, so there is nothing to share.");
        return;
    }
    struct message *m = tell_room(t, "%s shares a card:", first_name(t, t->person));
    say_card(t, m, c);
    settle(t, "Shared here.");
}

static void choose(struct turn *t)
{
    const struct card *c = card_readable(t, strtoll(t->argument, NULL, 10));

    if (!c || !asked_text(t, t->object)) {
        settle(t, "That card is gone by now. Please ask again.");
        return;
    }
    change(t, "UPDATE asked SET card = ?2 WHERE id = ?1", I(t->object), I(c->id));
    settle(t, NULL);
    struct message *m = reply(t, "%s", "");
    explain(m, "You chose this card.");
    show_card(t, m, c, t->object);
}

static void none_of_these(struct turn *t)
{
    const char *text = asked_text(t, t->object);

    if (already_closed(t, "none"))
        return;
    settle(t, NULL);
    question_propose(t, text, "None of the cards I offered was it.");
}

/* ---- A card step by step ----------------------------------------------------------------------------------------- */

static void show_step(struct turn *t, int64_t card, int64_t step)
{
    const struct card *c = card_readable(t, card);
    int64_t count = step_count(t, card);
    const char *text = one_text(t, "SELECT text FROM card_step WHERE card = ?1 AND position = ?2", I(card), I(step));

    if (!c || !text) {
        reply(t, "That was the last step.");
        return;
    }
    struct message *m = reply(t, "*%s*, step %ld of %ld", c->title, (long)step, (long)count);
    line(m, "%s", text);
    if (step == count) {
        small(m, "That was the last step.");
        return;
    }
    button_with(m, "Next", "card step", card, arena_printf(t->arena, "%ld", (long)step + 1));
    expect(t, "card next", card * 1000 + step + 1, "next");
}

static void step_pressed(struct turn *t)
{
    if (strtoll(t->argument, NULL, 10) > 1)
        settle(t, NULL);
    show_step(t, t->object, strtoll(t->argument, NULL, 10));
}

static void step_said(struct turn *t)
{
    show_step(t, t->object / 1000, t->object % 1000);
}

static void read_more(struct turn *t)
{
    const struct card *c = card_readable(t, t->object);

    if (!c || !c->more) {
        reply(t, "That card is gone by now.");
        return;
    }
    struct message *m = reply(t, "%s", "");
    heading(m, c->title);
    markdown(m, c->more);
}

/* ---- For `learnd ask` -------------------------------------------------------------------------------------------- */

static const char *column(struct turn *t, const struct search_hit *hit)
{
    const struct card *c = card_any(t, hit->card);

    return arena_printf(t->arena, "%s\t%s", c->slug, c->title);
}

static void ask_line(struct turn *t)
{
    struct search_result r;

    ask_cards(t, t->argument, &r);
    if (r.decision == SEARCH_ROUTE) {
        report(t, "%s", arena_printf(t->arena, "route\t%.3f\t\t", r.confidence));
        return;
    }
    report(
        t, "%s",
        arena_printf(t->arena, "%s\t%.3f\t%s", search_decision_name(r.decision), r.confidence, column(t, &r.hits[0])));
    for (size_t i = 1; r.decision == SEARCH_CHOICES && i < r.count && i < CHOICES_MAX; i++)
        report(t, "%s", arena_printf(t->arena, "\t%.3f\t%s", r.hits[i].score, column(t, &r.hits[i])));
}

/* ---- Retention --------------------------------------------------------------------------------------------------- */

static void purge(struct turn *t)
{
    change(t, "DELETE FROM asked WHERE at < ?1", I(t->now - (int64_t)t->settings->keep_questions_days * DAY));
    later(t, t->now + DAY, "answers purge", 0, "answers purge");
}

static void load(struct turn *t)
{
    later(t, t->now + DAY, "answers purge", 0, "answers purge");
}

static const struct command commands[] = {
    { "ask {question}", ask, .verb = "ask", .help = "a question, or just type it",
      .example = "ask How do I claim travel expenses?",
      .seen_by = "Only you see your question, unless you let me ask a person." },
    { "ask", ask_nothing },
    { 0 },
};

static const struct action actions[] = {
    { "answer helpful", helpful },
    { "answer wording", keep_wording },
    { "answer no wording", keep_no_wording },
    { "answer not it", not_it },
    { "answer ask", ask_person },
    { "answer ask again", ask_again },
    { "answer outdated", outdated },
    { "answer share", share },
    { "answer choose", choose },
    { "answer none", none_of_these },
    { "card step", step_pressed },
    { "card more", read_more },
    { 0 },
};

static const struct dialog dialogs[] = { { "card next", step_said, TAKES_CHOICE }, { 0 } };
static const struct action operations[] = { { "ask", ask_line }, { 0 } };
static const struct timer timers[] = { { "answers purge", purge }, { 0 } };

static const struct personal data[] = {
    { "asked", "person", DATA_DELETED, "SELECT at, text, decision, outcome FROM asked WHERE person = ?1 ORDER BY id",
      "Questions you asked me: only you; kept for the days your organisation set (90 at first)." },
    { 0 },
};

const struct handler handler_answers = {
    "answers",          .group = "Ask",   .commands = commands, .actions = actions, .operations = operations,
    .dialogs = dialogs, .timers = timers, .data = data,         .load = load,       .question = question,
};
