/* Capture: an expert's answer becomes a card in their own words, and the asker's wording is kept if they let us. */
#include "capture.h"

#include <stdlib.h>
#include <string.h>

#include "questions.h"

#define SIMILAR_FROM .6
#define SIMILAR_MAX 5
#define TITLE_LONG 50 /* a title longer than that ends at its first clause, if it has any */

/* ---- A draft ----------------------------------------------------------------------------------------------------- */

static const char *without_yes(const char *text)
{
    static const char *const openings[] = { "yes, ", "yes: ", "yes. ", "no, ", "no: ", "no. ", "sure, ", "hi, ", NULL };

    for (const char *const *o = openings; *o; o++)
        if (text_starts(text, *o))
            return text + strlen(*o);
    return text;
}

/* Where the first clause of a long sentence ends, at least three words on; n: nowhere. */
static size_t clause_end(struct turn *t, const char *text, size_t n)
{
    static const char *const ends[] = { ", ",      "; ",    ": ",     " (",           " – ",
                                        " - ",     " if ",  " when ", " because ",    " unless ",
                                        " which ", " but ", " so ",   " as long as ", NULL };
    size_t end = n;

    for (const char *const *e = ends; *e; e++) {
        const char *at = strstr(text, *e);
        while (at && text_words(arena_copy_n(t->arena, text, (size_t)(at - text))) < 3)
            at = strstr(at + 1, *e);
        if (at && (size_t)(at - text) < end)
            end = (size_t)(at - text);
    }
    return end;
}

/* The first sentence or line, or the first clause of it: short titles are read, and found. */
static const char *title_from(struct turn *t, const char *words)
{
    const char *text = without_yes(text_trim(t->arena, words));
    size_t n = strcspn(text, "\n");

    for (size_t i = 0; i + 1 < n; i++)
        if (strchr(".!?", text[i]) && text[i + 1] == ' ')
            n = i;
    text = text_squeeze(t->arena, arena_copy_n(t->arena, text, n));
    n = strlen(text);
    if (text_length(text) > TITLE_LONG)
        n = clause_end(t, text, n);
    while (n && strchr(".!,;:#* ", text[n - 1]))
        n--;
    const char *title = text_cut(t->arena, arena_copy_n(t->arena, text, n), CARD_TITLE_MAX);
    return *title ? title : phrase(t, "Untitled");
}

/* ---- What to look at before it is published ---------------------------------------------------------------------- */

/* A mail address, or a number as telephones have it. */
static bool has_personal_data(const char *text)
{
    for (const char *c = text; *c; c++) {
        int digits = 0;
        if (*c == '@' && c > text && c[-1] > ' ' && c[1] > ' ' && strchr(c, '.'))
            return true;
        bool starts = (*c == '+' || *c == '0' || *c == '(') && (c == text || strchr(" :\n(", c[-1]));
        for (const char *d = c; starts && *d && strchr("+0123456789 -/()", *d); d++)
            digits += *d >= '0' && *d <= '9';
        if (digits >= 9)
            return true;
    }
    return false;
}

static void say_similar(struct turn *t, struct message *m, const struct card *c, int64_t reader)
{
    struct search_hit hits[SIMILAR_MAX];
    size_t count = similar_cards(t, c->title, c->body, hits, SIMILAR_MAX);

    for (size_t i = 0; i < count && hits[i].score >= SIMILAR_FROM; i++)
        if (hits[i].card != c->id && card_may_read(t, hits[i].card, reader)) {
            small(m, "Much like the card %s (%d %%).", card_any(t, hits[i].card)->title, (int)(hits[i].score * 100));
            return;
        }
}

void capture_say_checks(struct turn *t, struct message *m, const struct card *c, int64_t reader)
{
    size_t words = text_words(c->body);

    if (words > CARD_WORDS_MAX)
        small(m, "It has %zu words; a card shows %d at most. *Edit* shortens it.", words, CARD_WORDS_MAX);
    if (has_personal_data(c->body))
        small(m, "It looks as if a mail address or a telephone number is in it. Should it be?");
    say_similar(t, m, c, reader);
}

/* The next word of four letters and more, or with a capital or digit inside, folded; NULL: there is none. */
static const char *next_topic_word(struct turn *t, const char **text)
{
    static const char *const common[] = { "what",   "when",   "where",  "which", "does",    "have",    "with",
                                          "from",   "that",   "this",   "there", "need",    "needs",   "would",
                                          "could",  "should", "about",  "your",  "they",    "them",    "will",
                                          "much",   "many",   "people", "know",  "anybody", "someone", "somebody",
                                          "please", "must",   "into",   NULL };
    while (*(*text += strspn(*text, " ,.;:?!\"'()"))) {
        size_t n = strcspn(*text, " ,.;:?!\"'()");
        const char *word = text_fold(t->arena, arena_copy_n(t->arena, *text, n));
        bool said = text_length(word) >= 4;
        for (const char *const *w = common; *w && said; w++)
            said = strcmp(*w, word) != 0;
        *text += n;
        if (said)
            return word;
    }
    return NULL;
}

/* Who asks the same again should find it: what of the question the draft does not mention is said to its author. */
static void say_missing_words(struct turn *t, struct message *m, const struct card *c, const char *question)
{
    const char *draft = text_fold(t->arena, arena_printf(t->arena, "%s %s", c->title, c->body));
    struct buf missing = { .arena = t->arena };
    int there = 0, not_there = 0;

    for (const char *word; (word = next_topic_word(t, &question));) {
        const char *stem = arena_copy_n(t->arena, word, strnlen(word, 5));
        if (strstr(draft, stem))
            there++;
        else if (++not_there <= 3)
            buf_printf(&missing, "%s%s", not_there > 1 ? ", " : "", word);
    }
    if (not_there > there)
        small(m, "Whoever asks the same may not find it: it does not say %s. *Edit* gives it a title that does.",
              buf_text(&missing));
}

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
    capture_say_checks(t, m, c, t->person);
    if (question)
        say_missing_words(t, m, c, question);
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

void capture_propose(struct turn *t, int64_t question, int64_t answer, int64_t expert, const char *words)
{
    (void)answer;
    const struct question *q = question_get(t, question);
    struct message *m =
        reply(t, "Thank you! %s has your answer.", q->named ? question_asker(t, q) : phrase(t, "Your colleague"));

    if (sensitive(t, words)) /* for this one person, then: it makes no card */
        return;
    say(m, " Keep this for the next person? The draft, in your words:");
    capture_show(t, m, card_draft(t, title_from(t, words), words, expert), question);
    explain(m, "You answered a question that no card answers yet.");
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
    undoable(t, "capture unsave", c->id, "the card for your team");
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
    review_close(t, c->id, "done", phrase(t, "Its author took it back; nothing to do."));
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
    change(t, "DELETE FROM capture WHERE card = ?1", I(c->id));
    card_discard(t, c->id);
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
    reply(t,
          "Write it as you want it: the first line becomes the title, the rest the text (%d words at most). `cancel` "
          "leaves it as it is.",
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
    const char *title = rest ? text_squeeze(t->arena, arena_copy_n(t->arena, text, (size_t)(rest - text))) : c->title;
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
    if (published || waiting)
        bullet(m, "Cards you wrote: %d published, %d in review", published, waiting);
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
