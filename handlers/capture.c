/* Capture: an expert's answer, or what somebody teaches, becomes a card in their own words. */
#include "capture.h"

#include <stdlib.h>
#include <string.h>

#include "cards.h"
#include "questions.h"

#define BODY_WORDS_MAX 120
#define TITLE_MAX 80

/* ---- A draft ----------------------------------------------------------------------------------------------------- */

/* The first sentence or line, as a title. */
static const char *title_from(struct turn *t, const char *words)
{
    const char *text = text_trim(t->arena, words);
    size_t n = strcspn(text, "\n");

    for (size_t i = 0; i + 1 < n; i++)
        if (strchr(".!?", text[i]) && text[i + 1] == ' ')
            n = i;
    while (n && strchr(".!:# ", text[n - 1]))
        n--;
    return text_cut(t->arena, text_squeeze(t->arena, arena_copy_n(t->arena, text, n)), TITLE_MAX);
}

static bool has_personal_data(const char *text)
{
    int digits = 0;

    for (const char *c = text; *c; c++) {
        if (*c == '@' && c > text && c[-1] > ' ' && c[1] > ' ' && strchr(c, '.'))
            return true;
        if (*c >= '0' && *c <= '9')
            digits++;
        else if (!strchr(" -+()/", *c))
            digits = 0;
        if (digits >= 9)
            return true;
    }
    return false;
}

static void say_checks(struct turn *t, struct message *m, const struct card *c)
{
    struct search_hit similar[1];

    if (text_words(c->body) > BODY_WORDS_MAX)
        small(m, "It has %zu words; %d at most are shown as an answer. [Edit] shortens it.", text_words(c->body),
              BODY_WORDS_MAX);
    if (has_personal_data(c->body))
        small(m, "It looks as if a mail address or a number of a person is in it. Should it be?");
    if (similar_cards(t, c->title, c->body, similar, 1) && similar[0].score >= 0.6) {
        const struct card *other = card_readable(t, similar[0].card);
        if (other && other->id != c->id)
            small(m, "Much like the card *%s* (%d %%).", other->title, (int)(similar[0].score * 100));
    }
}

static void add_buttons(struct message *m, int64_t capture)
{
    button(m, "Save for my team", "capture team", capture);
    button(m, "Send to review", "capture review", capture);
    button(m, "Edit", "capture edit", capture);
    button(m, "No", "capture no", capture);
}

static void show_draft(struct turn *t, struct message *m, int64_t capture, int64_t card)
{
    const struct card *c = card_any(t, card);

    line(m, "*%s*", c->title);
    quote(m, c->body);
    say_checks(t, m, c);
    add_buttons(m, capture);
    change(t, "UPDATE capture SET message = ?2 WHERE id = ?1", I(capture), I(message_id(m)));
}

void capture_propose(struct turn *t, int64_t question, int64_t answer, int64_t expert, const char *words)
{
    (void)answer;
    int64_t card = card_draft(t, title_from(t, words), words, expert);
    int64_t capture =
        insert(t, "INSERT INTO capture(person, question, card, state, at) VALUES(?1, ?2, ?3, 'proposed', ?4)",
               I(expert), I(question), I(card), I(t->now));
    const struct question *q = question_get(t, question);
    struct message *m =
        reply(t, "Thank you! %s has your answer. Keep this for the next person? The draft, in your words:",
              q->named ? question_asker(t, q) : phrase(t, "Your colleague"));

    show_draft(t, m, capture, card);
    explain(m, "You answered a question that no card answers yet.");
}

/* The draft a button is about, if it is still open and theirs; else they are told how it stands. */
static int64_t open_card(struct turn *t, int64_t capture)
{
    struct rows *r =
        query(t, "SELECT card, state FROM capture WHERE id = ?1 AND person = ?2", I(capture), I(t->person));

    if (!row_next(r)) {
        settle(t, NULL);
        return 0;
    }
    int64_t card = row_int(r, 0);
    bool open = strcmp(row_text(r, 1), "proposed") == 0;
    rows_close(r);
    const struct card *c = card_any(t, card);
    if (open && c)
        return card;
    settle(t, NULL);
    if (c && strcmp(c->state, "published") == 0)
        reply(t, "*%s* is published already.", c->title);
    else if (c && strcmp(c->state, "review") == 0)
        reply(t, "*%s* is with its reviewer already.", c->title);
    else
        reply(t, "That draft was put aside. `teach` begins a new one.");
    return 0;
}

static void close_capture(struct turn *t, int64_t capture, const char *state)
{
    change(t, "UPDATE capture SET state = ?2 WHERE id = ?1", I(capture), T(state));
}

static bool too_long(struct turn *t, int64_t card)
{
    const struct card *c = card_any(t, card);

    if (text_words(c->body) <= BODY_WORDS_MAX)
        return false;
    reply(t, "It has %zu words, and a card shows %d at most. Press [Edit] and shorten it, or split it into two cards.",
          text_words(c->body), BODY_WORDS_MAX);
    return true;
}

static void to_review(struct turn *t, int64_t capture, int64_t card)
{
    close_capture(t, capture, "kept");
    card_submit(t, card);
    review_begin(t, card);
}

static void save_for_team(struct turn *t)
{
    int64_t card = open_card(t, t->object);

    if (!card || too_long(t, card))
        return;
    if (!t->settings->publish_team_at_once) {
        settle(t, NULL);
        to_review(t, t->object, card);
        return;
    }
    close_capture(t, t->object, "kept");
    card_publish(t, card, 0);
    capture_published(t, card);
    struct message *m = settle(t, "Saved: your team finds it from now on, marked as not reviewed.");
    button(m, "Send to review", "capture review later", card);
    undoable(t, "capture unsave", card, "the card for your team");
}

static void send_to_review(struct turn *t)
{
    int64_t card = open_card(t, t->object);

    if (!card || too_long(t, card))
        return;
    settle(t, NULL);
    to_review(t, t->object, card);
}

static void review_later(struct turn *t)
{
    const struct card *c = card_any(t, t->object);

    settle(t, NULL);
    if (!c || c->author != t->person)
        return;
    card_submit(t, c->id);
    review_begin(t, c->id);
}

static void unsave(struct turn *t)
{
    const struct card *c = card_any(t, t->object);

    if (!c || c->author != t->person || c->reviewed) {
        reply(t, "That card was reviewed meanwhile, so it stays. Its owner can retire it.");
        return;
    }
    card_retire(t, c->id);
    reply(t, "Taken back: nobody finds *%s* any more.", c->title);
}

static void decline(struct turn *t)
{
    int64_t card = open_card(t, t->object);

    if (!card)
        return;
    close_capture(t, t->object, "declined");
    card_retire(t, card);
    settle(t, "Fine, nothing is kept.");
}

/* ---- Editing ----------------------------------------------------------------------------------------------------- */

void capture_ask_edit(struct turn *t, int64_t card)
{
    reply(t,
          "Write it as you want it: the first line becomes the title, the rest the text (%d words at most). `cancel` "
          "leaves it as it is.",
          BODY_WORDS_MAX);
    expect(t, "capture edit", card, NULL);
}

static void edit(struct turn *t)
{
    int64_t card = open_card(t, t->object);

    if (card)
        capture_ask_edit(t, card);
}

/* The capture that carries a card's buttons; a returned card gets a new one. */
static int64_t capture_of(struct turn *t, int64_t card)
{
    int64_t capture = one_int(t, "SELECT id FROM capture WHERE card = ?1 ORDER BY id DESC LIMIT 1", I(card));

    change(t, "UPDATE capture SET state = 'proposed' WHERE id = ?1", I(capture));
    return capture;
}

static void edited(struct turn *t)
{
    const struct card *c = card_any(t, t->object);
    const char *text = text_trim(t->arena, t->words), *break_at = strchr(text, '\n');
    const char *title =
        break_at ? text_squeeze(t->arena, arena_copy_n(t->arena, text, (size_t)(break_at - text))) : c->title;
    const char *body = break_at ? text_trim(t->arena, break_at) : text;

    if (!c || c->author != t->person)
        return;
    if (!*body || text_length(title) > TITLE_MAX) {
        reply(t,
              *body ? "The title is longer than %d characters. Please write it again, shorter."
                    : "There is no text under the title (%d characters at most). Please write both.",
              TITLE_MAX);
        expect(t, "capture edit", c->id, NULL);
        return;
    }
    int64_t before =
        one_int(t, "SELECT coalesce(message, 0) FROM capture WHERE card = ?1 ORDER BY id DESC LIMIT 1", I(c->id));
    card_rewrite(t, c->id, title, body);
    settle_message(t, before, NULL);
    show_draft(t, reply(t, "The draft as it stands now:"), capture_of(t, c->id), c->id);
}

/* ---- Teaching ---------------------------------------------------------------------------------------------------- */

static void teach(struct turn *t)
{
    int64_t capture =
        insert(t, "INSERT INTO capture(person, state, at) VALUES(?1, 'proposed', ?2)", I(t->person), I(t->now));

    reply(t, "What will you teach us? Write its title in one line, as somebody would look for it. `cancel` stops.");
    expect(t, "teach title", capture, NULL);
}

static void teach_title(struct turn *t)
{
    if (!*t->text || text_length(t->text) > TITLE_MAX) {
        reply(t, "A title has 1 to %d characters; this has %zu. Try again?", TITLE_MAX, text_length(t->text));
        expect(t, "teach title", t->object, NULL);
        return;
    }
    change(t, "UPDATE capture SET title = ?2 WHERE id = ?1", I(t->object), T(t->text));
    reply(t, "*%s*. And what should people know or do? %d words at most; your own way of saying it is best.", t->text,
          BODY_WORDS_MAX);
    expect(t, "teach body", t->object, NULL);
}

static void teach_body(struct turn *t)
{
    const char *body = text_trim(t->arena, t->words);

    if (!*body || text_words(body) > BODY_WORDS_MAX) {
        reply(t, "A card has 1 to %d words; this has %zu. Could you shorten it, or teach it as two cards?",
              BODY_WORDS_MAX, text_words(body));
        expect(t, "teach body", t->object, NULL);
        return;
    }
    if (sensitive(t, body)) {
        reply(t, "This belongs to a human rather than to a card, so I keep none of it. `help` names who to talk to.");
        return;
    }
    const char *title = one_text(t, "SELECT title FROM capture WHERE id = ?1", I(t->object));
    int64_t card = card_draft(t, title ? title : title_from(t, body), body, t->person);
    change(t, "UPDATE capture SET card = ?2 WHERE id = ?1", I(t->object), I(card));
    reply(t, "How would somebody ask for it? One question a line, or `skip`.");
    expect(t, "teach wording", t->object, NULL);
}

static void teach_wording(struct turn *t)
{
    int64_t card = one_int(t, "SELECT card FROM capture WHERE id = ?1", I(t->object));
    const char *at = t->words;

    for (int n = 0; !text_same(t->text, "skip") && *at && n < 10; n++) {
        size_t length = strcspn(at, "\n");
        const char *wording = text_squeeze(t->arena, arena_copy_n(t->arena, at, length));
        if (*wording)
            card_add_phrasing(t, card, text_cut(t->arena, wording, 200), t->person);
        at += length + (at[length] == '\n');
    }
    show_draft(t, reply(t, "This is your card:"), t->object, card);
}

/* ---- The asker's wording ----------------------------------------------------------------------------------------- */

static void keep_wording(struct turn *t)
{
    const struct question *q = question_get(t, t->object);

    if (!q || q->asker != t->person || !q->text) {
        settle(t, "I no longer have that question, so nothing was kept.");
        return;
    }
    insert(t, "INSERT INTO wording(question, person, text) VALUES(?1, ?2, ?3) ON CONFLICT(question) DO NOTHING",
           I(q->id), I(t->person), T(q->text));
    int64_t card =
        one_int(t, "SELECT coalesce(card, 0) FROM capture WHERE question = ?1 AND state = 'kept' ORDER BY id LIMIT 1",
                I(q->id));
    const struct card *c = card ? card_any(t, card) : NULL;
    if (c && strcmp(c->state, "published") == 0)
        card_add_phrasing(t, c->id, q->text, t->person);
    settle(t,
           "Your wording is kept, without your name, should this become a card. `mydata delete` takes it out again.");
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
    struct rows *r =
        query(t, "SELECT card FROM capture WHERE person = ?1 AND card IS NOT NULL ORDER BY id", I(t->person));
    int published = 0, waiting = 0;

    while (row_next(r)) {
        const struct card *c = card_any(t, row_int(r, 0));
        published += c && strcmp(c->state, "published") == 0;
        waiting += c && strcmp(c->state, "review") == 0;
    }
    if (published || waiting)
        bullet(m, "Cards you wrote: %d published, %d in review", published, waiting);
}

static const struct command commands[] = {
    { "teach", teach, .verb = "teach", .writes = true, .help = "make a card of what you know", .example = "teach",
      .seen_by = "Nobody sees the draft until you save it for your team or send it to review." },
    { 0 },
};

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

static const struct dialog dialogs[] = {
    { "capture edit", edited, TAKES_TEXT },
    { "teach title", teach_title, TAKES_TEXT },
    { "teach body", teach_body, TAKES_TEXT },
    { "teach wording", teach_wording, TAKES_TEXT },
    { 0 },
};

static const struct personal data[] = {
    { "capture", "person", DATA_DELETED, "SELECT at, title, state FROM capture WHERE person = ?1 ORDER BY id",
      "Drafts you were asked about: only you, and a reviewer once you send one." },
    { "wording", "person", DATA_DELETED, "SELECT text FROM wording WHERE person = ?1 ORDER BY question", NULL },
    { 0 },
};

const struct handler handler_capture = {
    "capture",          .group = "Teach", .commands = commands, .actions = actions,
    .dialogs = dialogs, .data = data,     .me = my_lines,
};
