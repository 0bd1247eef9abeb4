/* Review: another person approves a card or returns it with a note; the author hears of each move. */
#include <string.h>

#include "capture.h"
#include "cards.h"

#define PATIENCE_WORKING_DAYS 3

/* Curators of the author's part of the organisation, then whoever keeps the learning queue; never the author. */
static int64_t *reviewers(struct turn *t, int64_t author, int *count)
{
    int curators = 0, keepers = 0;
    int64_t *first = people_with_role(t, ROLE_CURATOR, author, &curators);
    int64_t *second = owner_people(t, t->settings->learning_queue, &keepers);
    int64_t *all = arena_array(t->arena, int64_t, (size_t)(curators + keepers) + 1);

    *count = 0;
    for (int i = 0; i < curators + keepers; i++) {
        int64_t id = i < curators ? first[i] : second[i - curators];
        bool there = id == author;
        for (int k = 0; k < *count; k++)
            there |= all[k] == id;
        if (!there)
            all[(*count)++] = id;
    }
    return all;
}

static bool may_review(struct turn *t, const struct card *c)
{
    int count = 0;
    int64_t *all = reviewers(t, c->author, &count);

    for (int i = 0; i < count; i++)
        if (all[i] == t->person)
            return true;
    return false;
}

static void show(struct turn *t, struct message *m, const struct card *c)
{
    struct search_hit similar[1];

    line(m, "*%s*", c->title);
    markdown(m, c->body);
    if (similar_cards(t, c->title, c->body, similar, 1) && similar[0].score >= 0.6 && similar[0].card != c->id) {
        const struct card *other = card_readable(t, similar[0].card);
        if (other)
            small(m, "Much like the card %s (%d %%)", other->title, (int)(similar[0].score * 100));
    }
    button(m, "Approve", "review approve", c->id);
    button(m, "Return with note", "review return", c->id);
}

static const char *timer_key(struct turn *t, int64_t card)
{
    return arena_printf(t->arena, "review %ld", (long)card);
}

static int64_t after_working_days(struct turn *t, int64_t reviewer)
{
    const struct hours *h = person_hours(t, reviewer);

    return instant_on(h->zone, work_days_add(h, day_of(h->zone, t->now), PATIENCE_WORKING_DAYS), h->from);
}

/* Ask this reviewer now, or when their work begins. */
static void ask(struct turn *t, const struct card *c, int64_t reviewer)
{
    const char *reason = held_back(t, reviewer, CLASS_TASK);
    const struct hours *h = person_hours(t, reviewer);
    int64_t id = insert(t, "INSERT INTO review(card, reviewer, state, at) VALUES(?1, ?2, 'open', ?3)", I(c->id),
                        I(reviewer), I(t->now));

    if (reason) {
        int64_t at = work_next(h, t->now + 60);
        later(t, at > t->now ? at : t->now + DAY, "review tell", id,
              arena_printf(t->arena, "review tell %ld", (long)id));
    } else {
        struct message *m =
            tell(t, reviewer, CLASS_TASK, "A new card from %s for your review:", person(t, c->author)->name);
        show(t, m, c);
        about(m, c->author);
        explain(m, "You review cards of %s's part of the organisation.", first_name(t, c->author));
        change(t, "UPDATE review SET message = ?2 WHERE id = ?1", I(id), I(message_id(m)));
    }
    later(t, after_working_days(t, reviewer), "review next", c->id, timer_key(t, c->id));
}

static bool was_asked(struct turn *t, int64_t card, int64_t reviewer)
{
    return one_int(t, "SELECT count(*) FROM review WHERE card = ?1 AND reviewer = ?2 AND state IN ('open', 'moved')",
                   I(card), I(reviewer)) > 0;
}

/* The next reviewer who is here and may be reached, today or later; 0: all were asked. */
static int64_t next_reviewer(struct turn *t, const struct card *c)
{
    int count = 0;
    int64_t *all = reviewers(t, c->author, &count), otherwise = 0;

    for (int i = 0; i < count; i++) {
        if (was_asked(t, c->id, all[i]) || pref(t, all[i], "stopped"))
            continue;
        if (!person_away(t, all[i], t->now))
            return all[i];
        otherwise = otherwise ? otherwise : all[i];
    }
    return otherwise;
}

void review_begin(struct turn *t, int64_t card)
{
    const struct card *c = card_any(t, card);
    change(t, "UPDATE review SET state = 'done' WHERE card = ?1 AND state IN ('open', 'moved')", I(card));
    int64_t reviewer = next_reviewer(t, c);

    if (!reviewer) {
        reply(t, "There is nobody yet who could review it. It waits, and `review` shows it to the first who can.");
        return;
    }
    reply(t, "Thank you! *%s* is with %s for review; you hear from me when it is decided.", c->title,
          person(t, reviewer)->name);
    ask(t, c, reviewer);
}

void review_close(struct turn *t, int64_t card, const char *state, const char *line_for_others)
{
    struct rows *r = query(
        t,
        "SELECT coalesce(message, 0), reviewer FROM review WHERE card = ?1 AND state IN ('open', 'moved') ORDER BY id",
        I(card));

    while (row_next(r))
        if (row_int(r, 1) != t->person)
            settle_message(t, row_int(r, 0), "%s", line_for_others);
    change(t,
           "UPDATE review SET state = CASE WHEN reviewer = ?3 THEN ?2 ELSE 'done' END WHERE card = ?1 AND state IN "
           "('open', 'moved')",
           I(card), T(state), I(t->person));
    not_later(t, timer_key(t, card));
}

/* ---- What falls due ---------------------------------------------------------------------------------------------- */

static void tell_due(struct turn *t)
{
    struct rows *r = query(t, "SELECT card, reviewer FROM review WHERE id = ?1 AND state = 'open' AND message IS NULL",
                           I(t->object));

    if (!row_next(r))
        return;
    int64_t card = row_int(r, 0), reviewer = row_int(r, 1);
    rows_close(r);
    const struct card *c = card_any(t, card);
    change(t, "DELETE FROM review WHERE id = ?1", I(t->object));
    if (c)
        ask(t, c, reviewer);
}

static void next_due(struct turn *t)
{
    const struct card *c = card_any(t, t->object);
    int64_t reviewer = c ? next_reviewer(t, c) : 0;

    if (!reviewer)
        return; /* `review` still shows it to all of them */
    change(t, "UPDATE review SET state = 'moved' WHERE card = ?1 AND state = 'open'", I(c->id));
    ask(t, c, reviewer);
    tell(t, c->author, CLASS_OWED, "Your card *%s* is now with %s for review.", c->title, person(t, reviewer)->name);
}

/* ---- Deciding ---------------------------------------------------------------------------------------------------- */

/* The card if it waits and this person may decide; else they are told how it stands. */
static const struct card *waiting_card(struct turn *t)
{
    const struct card *c = card_any(t, t->object);

    if (c && c->author == t->person) {
        reply(t, "Somebody else has to look at a card of yours.");
        return NULL;
    }
    if (!c || !may_review(t, c)) {
        settle(t, NULL);
        reply(t, "There is no such card to review.");
        return NULL;
    }
    if (one_int(t, "SELECT count(*) FROM review WHERE card = ?1 AND state IN ('open', 'moved')", I(c->id)) ||
        strcmp(c->state, "review") == 0)
        return c;
    settle(t, NULL);
    reply(t, "*%s* was decided already: it is %s.", c->title,
          strcmp(c->state, "published") == 0 ? "published" : "back with its author");
    return NULL;
}

static void approve(struct turn *t)
{
    const struct card *c = waiting_card(t);

    if (!c)
        return;
    review_close(t, c->id, "approved",
                 arena_printf(t->arena, "%s approved it; nothing to do.", first_name(t, t->person)));
    card_publish(t, c->id, t->person);
    capture_published(t, c->id);
    settle(t, "Approved. Everybody finds it from now on, and %s knows.", first_name(t, c->author));
    struct message *m = tell(t, c->author, CLASS_OWED,
                             "%s approved your card *%s*. Whoever asks for it next gets it at once. Thank you!",
                             first_name(t, t->person), c->title);
    explain(m, "You sent this card to review.");
}

static void ask_note(struct turn *t)
{
    const struct card *c = waiting_card(t);

    if (!c)
        return;
    reply(t, "What should %s change? They see your note and your name.", first_name(t, c->author));
    expect(t, "review note", c->id, NULL);
}

static void give_note(struct turn *t)
{
    const struct card *c = waiting_card(t);
    int64_t asked =
        one_int(t, "SELECT coalesce(message, 0) FROM review WHERE card = ?1 AND reviewer = ?2 ORDER BY id DESC LIMIT 1",
                I(t->object), I(t->person));

    if (!c)
        return;
    change(t, "UPDATE review SET note = ?3 WHERE card = ?1 AND reviewer = ?2 AND state IN ('open', 'moved')", I(c->id),
           I(t->person), T(t->words));
    review_close(t, c->id, "returned",
                 arena_printf(t->arena, "%s returned it with a note; nothing to do.", first_name(t, t->person)));
    card_return(t, c->id);
    settle_message(t, asked, "Returned with your note.");
    reply(t, "Thank you. %s has your note.", first_name(t, c->author));
    struct message *m = tell(t, c->author, CLASS_OWED,
                             "%s read your card *%s* and has a note for you:", first_name(t, t->person), c->title);
    quote(m, t->words);
    button(m, "Edit", "review edit", c->id);
    button(m, "Send to review", "capture review later", c->id);
    explain(m, "You sent this card to review.");
}

static void edit(struct turn *t)
{
    const struct card *c = card_any(t, t->object);

    if (!c || c->author != t->person)
        return;
    settle(t, NULL);
    capture_ask_edit(t, c->id);
}

static void list(struct turn *t)
{
    struct rows *r = query(t, "SELECT DISTINCT card FROM review WHERE state IN ('open', 'moved') ORDER BY card");
    const struct card *first = NULL;
    int more = 0;

    while (row_next(r)) {
        const struct card *c = card_any(t, row_int(r, 0));
        if (!c || c->author == t->person || !may_review(t, c))
            continue;
        if (!first)
            first = c;
        else
            more++;
    }
    if (!first) {
        reply(t, "No card waits for you.");
        return;
    }
    struct message *m = reply(t, "From %s, for your review%s:", person(t, first->author)->name,
                              more ? arena_printf(t->arena, " (and %d more after it)", more) : "");
    show(t, m, first);
}

static const struct command commands[] = {
    { "review", list, .verb = "review", .role = ROLE_CURATOR, .help = "cards that wait for you", .example = "review",
      .seen_by = "The author hears who approved or returned it, and your note." },
    { 0 },
};

static const struct action actions[] = {
    { "review approve", approve },
    { "review return", ask_note },
    { "review edit", edit },
    { 0 },
};

static const struct dialog dialogs[] = { { "review note", give_note, TAKES_TEXT }, { 0 } };
static const struct timer timers[] = { { "review tell", tell_due }, { "review next", next_due }, { 0 } };

static const struct personal data[] = {
    { "review", "reviewer", DATA_DELETED, "SELECT at, state, note FROM review WHERE reviewer = ?1 ORDER BY id",
      "Cards you were asked to review, with your notes: their authors see the note and your name." },
    { 0 },
};

const struct handler handler_review = {
    "review",           .group = "Curate", .commands = commands, .actions = actions,
    .dialogs = dialogs, .timers = timers,  .data = data,
};
