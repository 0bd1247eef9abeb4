/* Capture: an expert's answer becomes a card in their own words, and the asker's wording is kept if they let us. */
#include "capture.h"

#include <string.h>

#include "questions.h"

/* ---- Showing it -------------------------------------------------------------------------------------------------- */

static void add_buttons(struct turn *t, struct message *m, int64_t capture)
{
    if (t->settings->publish_team_at_once)
        button(m, "Save for my team", "capture team", capture);
    button(m, "Send to review", "capture review", capture);
    button(m, "Edit", "capture edit", capture);
    button(m, "No", "capture no", capture);
}

static void show_draft(struct turn *t, struct message *m, int64_t capture, const char *question)
{
    int64_t card = one_int(t, "SELECT card FROM capture WHERE id = ?1", I(capture));
    const struct card *c = card_any(t, card);

    line(m, "*%s*", c->title);
    quote(m, c->body);
    draft_say_checks(t, m, c, t->person);
    const char *missing = question ? draft_missing(t, c, question) : NULL;
    if (missing)
        small(m, "Whoever asks the same may not find it: it does not say %s. *Edit* gives it a title that does.",
              missing);
    add_buttons(t, m, capture);
    change(t, "UPDATE capture SET state = 'proposed', message = ?2 WHERE id = ?1", I(capture), I(message_id(m)));
}

void capture_show(struct turn *t, struct message *m, int64_t card, int64_t question)
{
    const struct question *q = question ? question_get(t, question) : NULL;
    int64_t capture =
        insert(t, "INSERT INTO capture(person, question, card, state, at) VALUES(?1, ?2, ?3, 'proposed', ?4)",
               I(t->person), IDN(question), I(card), I(t->now));

    show_draft(t, m, capture, q ? q->text : NULL);
}

void capture_say_missing(struct turn *t, struct message *m, const struct card *c)
{
    int64_t question = one_int(t, "SELECT question FROM capture WHERE card = ?1 ORDER BY id DESC LIMIT 1", I(c->id));

    if (question && draft_missing(t, c, question_get(t, question)->text))
        small(m, "Whoever asks the same may not find it: it lacks words of the question it came from, which stay with "
                 "who asked.");
}

void capture_propose(struct turn *t, int64_t question, int64_t expert, const char *words)
{
    const struct question *q = question_get(t, question);
    struct message *m =
        reply(t, "Thank you! %s has your answer.", q->named ? question_asker(t, q) : phrase(t, "Your colleague"));

    say(m, " Keep this for the next person? The draft, in your words:");
    capture_show(t, m, card_draft(t, draft_title(t, words), words, expert), question);
    explain(m, "You answered a question that no card answers yet.");
}

static void discard(struct turn *t, int64_t card)
{
    change(t, "DELETE FROM capture WHERE card = ?1", I(card));
    card_discard(t, card);
}

void capture_answer_changed(struct turn *t, int64_t question, const char *was, const char *now)
{
    struct rows *r = query(t,
                           "SELECT id, card, coalesce(message, 0) FROM capture WHERE question = ?1 AND person = ?2 AND "
                           "state = 'proposed' ORDER BY id LIMIT 1",
                           I(question), I(t->person));

    if (!row_next(r))
        return;
    int64_t capture = row_int(r, 0), card = row_int(r, 1), message = row_int(r, 2);
    rows_close(r);
    const struct card *c = card_any(t, card);
    if (!c || strcmp(c->state, "draft") != 0 || strcmp(c->body, was) != 0)
        return;
    if (!now) {
        settle_message(t, message, NULL);
        discard(t, card);
        return;
    }
    card_rewrite(t, card, draft_title(t, now), now);
    struct message *m = revise(t, message, "Keep this for the next person? The draft, in your words:");
    show_draft(t, m, capture, question_get(t, question)->text);
}

/* ---- What becomes of it ------------------------------------------------------------------------------------------ */

/* Where a draft or card is, as its author reads it. */
static void say_state(struct turn *t, const struct card *c)
{
    if (!c || c->author != t->person || strcmp(c->state, "obsolete") == 0)
        reply(t, "That draft was put aside. `teach` begins a new one.");
    else if (review_waits(t, c->id))
        reply(t, "*%s* is with its reviewer already; you hear from me when it is decided.", c->title);
    else if (strcmp(c->state, "published") == 0)
        reply(t, c->reviewed ? "*%s* is published already." : "Your team finds *%s* already.", c->title);
    else
        reply(t, "*%s* waits for you: edit it, or send it to review.", c->title);
}

/* The draft a button is about, if it is still open and theirs; else they are told how it stands. */
static const struct card *open_card(struct turn *t, int64_t capture)
{
    struct rows *r =
        query(t, "SELECT card, state FROM capture WHERE id = ?1 AND person = ?2", I(capture), I(t->person));
    const struct card *c = NULL;

    if (row_next(r)) {
        bool open = strcmp(row_text(r, 1), "proposed") == 0;
        c = card_any(t, row_int(r, 0));
        rows_close(r);
        if (open && c && !review_waits(t, c->id))
            return c;
    }
    settle(t, NULL);
    say_state(t, c);
    return NULL;
}

static void close_capture(struct turn *t, int64_t capture)
{
    change(t, "UPDATE capture SET state = 'kept' WHERE id = ?1", I(capture));
}

static bool too_long(struct turn *t, const struct card *c)
{
    if (text_words(c->body) <= CARD_WORDS_MAX)
        return false;
    reply(t, "It has %zu words, and a card shows %d at most. Press *Edit* and shorten it, or split it into two cards.",
          text_words(c->body), CARD_WORDS_MAX);
    return true;
}

static void to_review(struct turn *t, int64_t card)
{
    settle(t, NULL);
    card_submit(t, card);
    review_begin(t, card);
}

static void save_for_team(struct turn *t)
{
    const struct card *c = open_card(t, t->object);

    if (!c || too_long(t, c))
        return;
    close_capture(t, t->object);
    if (!t->settings->publish_team_at_once) { /* the organisation decided otherwise meanwhile */
        to_review(t, c->id);
        return;
    }
    card_publish(t, c->id, 0);
    capture_published(t, c->id);
    struct message *m = settle(t, "Saved: your team finds it from now on, marked as not reviewed.");
    button(m, "Send to review", "capture review later", c->id);
    undoable(t, "capture unsave", c->id, "");
}

static void send_to_review(struct turn *t)
{
    const struct card *c = open_card(t, t->object);

    if (!c || too_long(t, c))
        return;
    close_capture(t, t->object);
    to_review(t, c->id);
}

/* A card the team reads, or one that came back. */
static void review_later(struct turn *t)
{
    const struct card *c = card_any(t, t->object);
    bool team = c && strcmp(c->state, "published") == 0 && !c->reviewed;
    bool returned = c && strcmp(c->state, "returned") == 0;

    if (c && c->author == t->person && (team || returned) && !review_waits(t, c->id)) {
        to_review(t, c->id);
        return;
    }
    settle(t, NULL);
    say_state(t, c);
}

static void unsave(struct turn *t)
{
    const struct card *c = card_any(t, t->object);

    if (!c || c->author != t->person || c->reviewed || strcmp(c->state, "published") != 0) {
        reply(t, "It is too late to take that card back: it was reviewed, or put aside.");
        return;
    }
    review_close(t, c->id, "done");
    card_retire(t, c->id);
    reply(t, "Taken back: nobody finds *%s* any more.", c->title);
}

static void decline(struct turn *t)
{
    const struct card *c = open_card(t, t->object);

    if (!c)
        return;
    if (strcmp(c->state, "published") == 0) { /* their team reads it since before */
        close_capture(t, t->object);
        settle(t, "It stays as it is.");
        return;
    }
    discard(t, c->id);
    settle(t, "Fine, nothing is kept.");
}

/* ---- Editing ----------------------------------------------------------------------------------------------------- */

/* What was approved is not changed behind the reviewer's back, nor under their eyes. */
static bool may_edit(struct turn *t, const struct card *c)
{
    bool reviewed = c && strcmp(c->state, "published") == 0 && c->reviewed;

    return c && c->author == t->person && !reviewed && strcmp(c->state, "obsolete") != 0 && !review_waits(t, c->id);
}

void capture_edit(struct turn *t, int64_t card)
{
    const struct card *c = card_any(t, card);

    if (!may_edit(t, c)) {
        say_state(t, c);
        return;
    }
    reply(
        t,
        "Write it as you want it: the first line becomes the title, the rest the text (%d words at most); of a single "
        "line, which is the text, I make the title. `cancel` leaves it as it is.",
        CARD_WORDS_MAX);
    expect(t, "capture edit", card, NULL);
}

static void edit(struct turn *t)
{
    const struct card *c = open_card(t, t->object);

    if (c)
        capture_edit(t, c->id);
}

static void show_again(struct turn *t, int64_t card)
{
    int64_t capture = one_int(t, "SELECT id FROM capture WHERE card = ?1 ORDER BY id DESC LIMIT 1", I(card));
    int64_t before = one_int(t, "SELECT coalesce(message, 0) FROM capture WHERE id = ?1", I(capture));
    int64_t question = one_int(t, "SELECT coalesce(question, 0) FROM capture WHERE id = ?1", I(capture));
    const struct question *q = question ? question_get(t, question) : NULL;

    settle_message(t, before, NULL);
    show_draft(t, reply(t, "The draft as it stands now:"), capture, q ? q->text : NULL);
}

static void edited(struct turn *t)
{
    const struct card *c = card_any(t, t->object);
    const char *text = text_trim(t->arena, t->words), *rest = strchr(text, '\n');
    const struct org_sensitive *human = sensitive(t, text);

    if (!may_edit(t, c)) {
        say_state(t, c);
        return;
    }
    const char *title =
        rest ? text_squeeze(t->arena, arena_copy_n(t->arena, text, (size_t)(rest - text))) : draft_title(t, text);
    const char *body = rest ? text_trim(t->arena, rest) : text;
    if (human) {
        reply(t, "This belongs to a human rather than to a card, so the draft stays as it was. %s", human->contact);
    } else if (!*body || text_length(title) > CARD_TITLE_MAX) {
        reply(t,
              *body ? "The title is longer than %d characters. Please write it again, shorter."
                    : "There is no text under the title (%d characters at most). Please write both.",
              CARD_TITLE_MAX);
        expect(t, "capture edit", c->id, NULL);
    } else {
        card_rewrite(t, c->id, title, body);
        show_again(t, c->id);
    }
}

/* ---- The asker's wording ----------------------------------------------------------------------------------------- */

void capture_offer_wording(struct turn *t, struct message *m, int64_t question)
{
    const struct question *q = question_get(t, question);

    if (q && *q->text && !one_int(t, "SELECT count(*) FROM wording WHERE question = ?1", I(question)))
        button(m, "Keep my wording", "capture wording", question);
}

static void keep_wording(struct turn *t)
{
    const struct question *q = question_get(t, t->object);

    if (!q || q->asker != t->person || !*q->text || sensitive(t, q->text)) {
        spend(t, "I no longer have that question, so nothing was kept.");
        return;
    }
    insert(t, "INSERT INTO wording(question, person, text) VALUES(?1, ?2, ?3) ON CONFLICT(question) DO NOTHING",
           I(q->id), I(t->person), T(q->text));
    struct rows *r = query(t, "SELECT card FROM capture WHERE question = ?1 AND state = 'kept' ORDER BY id", I(q->id));
    while (row_next(r)) {
        const struct card *c = card_any(t, row_int(r, 0));
        if (c && strcmp(c->state, "published") == 0)
            card_add_phrasing(t, c->id, q->text, t->person);
    }
    spend(t, "Your wording is kept, without your name, for the card made of this. `mydata delete` takes it out again.");
}

void capture_published(struct turn *t, int64_t card)
{
    struct rows *r =
        query(t,
              "SELECT w.text, w.person FROM wording w JOIN capture c ON c.question = w.question WHERE c.card = ?1 "
              "ORDER BY w.question",
              I(card));

    while (row_next(r))
        card_add_phrasing(t, card, row_text(r, 0), row_int(r, 1));
}

static void my_lines(struct turn *t, struct message *m)
{
    struct rows *r = query(t, "SELECT DISTINCT card FROM capture WHERE person = ?1 ORDER BY card", I(t->person));
    int published = 0, waiting = 0;

    while (row_next(r)) {
        const struct card *c = card_any(t, row_int(r, 0));
        published += c && strcmp(c->state, "published") == 0;
        waiting += c && review_waits(t, c->id);
    }
    if (published)
        bullet(m, "Cards you wrote that others find: %d", published);
    if (waiting)
        bullet(m, "Cards you wrote that wait for review: %d", waiting);
}

static const struct action actions[] = {
    { "capture team", save_for_team },
    { "capture review", send_to_review },
    { "capture review later", review_later },
    { "capture edit", edit },
    { "capture no", decline },
    { "capture wording", keep_wording },
    { "capture unsave", unsave },
    { 0 },
};

static const struct dialog dialogs[] = { { "capture edit", edited, TAKES_TEXT }, { 0 } };

static const struct personal data[] = {
    { "capture", "person", DATA_DELETED, "SELECT at, state FROM capture WHERE person = ?1 ORDER BY id",
      "Drafts you were asked about: only you, and a reviewer once you send one." },
    { "wording", "person", DATA_DELETED, "SELECT text FROM wording WHERE person = ?1 ORDER BY question", NULL },
    { 0 },
};

const struct handler handler_capture = {
    "capture", .actions = actions, .dialogs = dialogs, .data = data, .me = my_lines,
};
