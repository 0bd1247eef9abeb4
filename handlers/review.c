/* Review: another person approves a card or returns it with a note; the author hears of each move. */
#include <stdlib.h>
#include <string.h>

#include "capture.h"

#define PATIENCE_WORKING_DAYS 3
#define AGAIN_SECONDS 3600 /* who may not be told at work is looked at again */

/* ---- Who may look at it ------------------------------------------------------------------------------------------ */

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

static bool may_review(struct turn *t, const struct card *c, int64_t who)
{
    int count = 0;
    int64_t *all = reviewers(t, c->author, &count);

    for (int i = 0; i < count; i++)
        if (all[i] == who)
            return true;
    return false;
}

/* Not what was put aside, nor what somebody wrote whose data is about to go. */
static bool may_be_seen(struct turn *t, const struct card *c)
{
    return strcmp(c->state, "obsolete") != 0 && !person_hidden(t, c->author);
}

static bool was_asked(struct turn *t, int64_t card, int64_t reviewer)
{
    return one_int(t, "SELECT count(*) FROM review WHERE card = ?1 AND reviewer = ?2 AND state IN ('open', 'moved')",
                   I(card), I(reviewer)) > 0;
}

/* The next one who may be asked, who is here rather than away; 0: all were asked. */
static int64_t next_reviewer(struct turn *t, const struct card *c)
{
    int count = 0;
    int64_t *all = reviewers(t, c->author, &count), otherwise = 0;

    for (int i = 0; i < count; i++) {
        if (was_asked(t, c->id, all[i]) || !may_be_reached(t, all[i]))
            continue;
        if (!person_away(t, all[i], t->now))
            return all[i];
        otherwise = otherwise ? otherwise : all[i];
    }
    return otherwise;
}

bool review_waits(struct turn *t, int64_t card)
{
    return one_int(t, "SELECT count(*) FROM review WHERE card = ?1 AND state IN ('open', 'moved')", I(card)) > 0;
}

/* ---- Asking them ------------------------------------------------------------------------------------------------- */

static void show(struct turn *t, struct message *m, const struct card *c, int64_t reader)
{
    heading(m, c->title);
    markdown(m, c->body);
    draft_say_checks(t, m, c, reader);
    capture_say_missing(t, m, c);
    button(m, "Approve", "review approve", c->id);
    button(m, "Return with note", "review return", c->id);
}

static bool came_back(struct turn *t, int64_t card)
{
    return one_int(t, "SELECT count(*) FROM review WHERE card = ?1 AND state = 'returned'", I(card)) > 0;
}

/* Now, or when they are at work again: the row stays, the days of patience go on. */
static void tell_reviewer(struct turn *t, int64_t review, const struct card *c, int64_t reviewer)
{
    const char *key = arena_printf(t->arena, "review tell %ld", (long)review);

    if (!may_be_seen(t, c) || must_wait(t, reviewer, CLASS_TASK)) {
        int64_t at = work_next(person_hours(t, reviewer), t->now);
        later(t, at == INT64_MAX || at == t->now ? t->now + AGAIN_SECONDS : at, "review tell", review, key);
        return;
    }
    struct message *m = tell(t, reviewer, CLASS_TASK,
                             came_back(t, c->id) ? "Changed after a note, from %s for your review:"
                                                 : "A new card from %s for your review:",
                             person(t, c->author)->name);
    show(t, m, c, reviewer);
    about(m, c->author);
    explain(m, "You review cards of %s's part of the organisation.", first_name(t, c->author));
    change(t, "UPDATE review SET message = ?2 WHERE id = ?1", I(review), IDN(message_id(m)));
}

static const char *timer_key(struct turn *t, int64_t card)
{
    return arena_printf(t->arena, "review %ld", (long)card);
}

static int64_t after_working_days(struct turn *t, int64_t reviewer)
{
    const struct hours *h = person_hours(t, reviewer);
    int64_t today = day_of(h->zone, t->now), day = work_days_add(h, today, PATIENCE_WORKING_DAYS);

    return day > today && day < today + 400 ? instant_on(h->zone, day, h->from) : t->now + PATIENCE_WORKING_DAYS * DAY;
}

/* reviewer 0: it waits for the first who can, and is looked at again tomorrow. */
static void put_to(struct turn *t, const struct card *c, int64_t reviewer)
{
    change(t, "DELETE FROM review WHERE card = ?1 AND reviewer IS NULL", I(c->id));
    int64_t id = insert(t, "INSERT INTO review(card, reviewer, state, at) VALUES(?1, ?2, 'open', ?3)", I(c->id),
                        IDN(reviewer), I(t->now));

    later(t, reviewer ? after_working_days(t, reviewer) : t->now + DAY, "review next", c->id, timer_key(t, c->id));
    if (reviewer)
        tell_reviewer(t, id, c, reviewer);
}

void review_begin(struct turn *t, int64_t card)
{
    const struct card *c = card_any(t, card);
    int64_t reviewer = next_reviewer(t, c);

    if (reviewer)
        reply(t, "Thank you! *%s* is with %s for review; you hear from me when it is decided.", c->title,
              person(t, reviewer)->name);
    else
        reply(t, "Thank you! There is nobody yet who could review *%s*. It waits for the first who can.", c->title);
    put_to(t, c, reviewer);
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
    if (c)
        tell_reviewer(t, t->object, c, reviewer);
}

/* On to the next; who had it may still decide. */
static void move_on(struct turn *t, const struct card *c)
{
    int64_t reviewer = may_be_seen(t, c) ? next_reviewer(t, c) : 0;

    if (!reviewer) { /* `review` still shows it to all of them, and somebody may come */
        later(t, t->now + DAY, "review next", c->id, timer_key(t, c->id));
        return;
    }
    change(t, "UPDATE review SET state = 'moved' WHERE card = ?1 AND state = 'open'", I(c->id));
    put_to(t, c, reviewer);
    tell(t, c->author, CLASS_OWED, "Your card *%s* is now with %s for review.", c->title, person(t, reviewer)->name);
}

static void next_due(struct turn *t)
{
    const struct card *c = card_any(t, t->object);

    if (c)
        move_on(t, c);
}

/* Cards do not wait for somebody who left or went away, if another is here. */
static void availability(struct turn *t, int64_t who)
{
    int count = 0;

    if (person(t, who)->active && !person_away(t, who, t->now) && !person_hidden(t, who))
        return;
    int64_t *cards = ids_of(
        t,
        query(t, "SELECT card FROM review WHERE reviewer = ?1 AND state = 'open' ORDER BY id DESC LIMIT 200", I(who)),
        &count);
    for (int i = 0; i < count; i++) {
        const struct card *c = card_any(t, cards[i]);
        int64_t other = c ? next_reviewer(t, c) : 0;
        if (other && !person_away(t, other, t->now))
            move_on(t, c);
    }
}

/* ---- Deciding ---------------------------------------------------------------------------------------------------- */

/* The card if it waits and this person may decide; else they are told how it stands. */
static const struct card *waiting_card(struct turn *t)
{
    const struct card *c = card_any(t, t->object);

    if (c && c->author == t->person) {
        settle(t, NULL);
        reply(t, "Somebody else has to look at a card of yours.");
    } else if (!c || !may_be_seen(t, c) || !may_review(t, c, t->person)) {
        settle(t, NULL);
        reply(t, "There is no such card to review.");
    } else if (!review_waits(t, c->id)) {
        settle(t, NULL);
        if (strcmp(c->state, "published") == 0 && c->reviewed)
            reply(t, "*%s* was decided already: it is published.", c->title);
        else
            reply(t, "*%s* was decided already: it is back with its author.", c->title);
    } else {
        return c;
    }
    return NULL;
}

/* On what another reviewer, or all of them, still have before them. */
static void say_closed(struct turn *t, int64_t message, const char *state)
{
    if (strcmp(state, "approved") == 0)
        settle_message(t, message, "%s approved it; nothing to do.", first_name(t, t->person));
    else if (strcmp(state, "returned") == 0)
        settle_message(t, message, "%s returned it with a note; nothing to do.", first_name(t, t->person));
    else
        settle_message(t, message, "Its author took it back; nothing to do.");
}

void review_close(struct turn *t, int64_t card, const char *state)
{
    struct rows *r = query(t,
                           "SELECT message FROM review WHERE card = ?1 AND message IS NOT NULL AND state IN ('open', "
                           "'moved') ORDER BY id",
                           I(card));

    while (row_next(r))
        if (row_int(r, 0) != t->pressed)
            say_closed(t, row_int(r, 0), state);
    change(t,
           "UPDATE review SET state = CASE WHEN reviewer = ?3 THEN ?2 ELSE 'done' END WHERE card = ?1 AND state IN "
           "('open', 'moved')",
           I(card), T(state), I(t->person));
    not_later(t, timer_key(t, card));
}

static void approve(struct turn *t)
{
    const struct card *c = waiting_card(t);

    if (!c)
        return;
    const char *name = first_name(t, t->person);
    review_close(t, c->id, "approved");
    card_publish(t, c->id, t->person);
    capture_published(t, c->id);
    if (!person(t, c->author)->active) {
        settle(t, "Approved. Everybody finds it from now on. %s has left, so you keep it.", first_name(t, c->author));
        return;
    }
    settle(t, "Approved. Everybody finds it from now on, and %s knows.", first_name(t, c->author));
    struct message *m =
        tell(t, c->author, CLASS_OWED,
             "%s approved your card *%s*. Whoever asks for it next gets it at once. Thank you!", name, c->title);
    explain(m, "You sent this card to review.");
}

static void ask_note(struct turn *t)
{
    const struct card *c = waiting_card(t);

    if (!c)
        return;
    reply(t,
          person(t, c->author)->active
              ? "What should %s change? They see your note and your name."
              : "%s has left, so nobody would read the note: the card is put aside. Why, in a line?",
          first_name(t, c->author));
    expect(t, "review note", c->id, arena_printf(t->arena, "%ld", (long)t->pressed));
}

static void tell_note(struct turn *t, const struct card *c)
{
    struct message *m = tell(t, c->author, CLASS_OWED,
                             "%s read your card *%s* and has a note for you:", first_name(t, t->person), c->title);

    quote(m, t->words);
    button(m, "Edit", "review edit", c->id);
    button(m, "Send to review", "capture review later", c->id);
    explain(m, "You sent this card to review.");
}

static void give_note(struct turn *t)
{
    const struct card *c = waiting_card(t);

    if (!c)
        return;
    if (!text_words(t->words)) {
        reply(t, "A word or two, please: without a note nobody knows what to change.");
        expect(t, "review note", c->id, t->argument);
        return;
    }
    insert(t, "INSERT INTO review(card, reviewer, state, note, at) VALUES(?1, ?2, 'open', ?3, ?4)", I(c->id),
           I(t->person), T(t->words), I(t->now));
    settle_message(t, strtoll(t->argument, NULL, 10), "Returned with your note.");
    review_close(t, c->id, "returned");
    if (person(t, c->author)->active) {
        card_return(t, c->id);
        reply(t, "Thank you. %s has your note.", first_name(t, c->author));
        tell_note(t, c);
    } else {
        card_retire(t, c->id);
        reply(t, "Thank you. It is put aside.");
    }
}

static void edit(struct turn *t)
{
    settle(t, NULL);
    capture_edit(t, t->object);
}

/* ---- What waits -------------------------------------------------------------------------------------------------- */

static void list(struct turn *t)
{
    struct rows *r =
        query(t, "SELECT DISTINCT card FROM review WHERE state IN ('open', 'moved') ORDER BY card LIMIT 500");
    const struct card *waiting[20];
    int count = 0, more = 0;

    while (row_next(r)) {
        const struct card *c = card_any(t, row_int(r, 0));
        if (!c || !may_be_seen(t, c) || !may_review(t, c, t->person))
            continue;
        if (count < 20)
            waiting[count++] = c;
        else
            more++;
    }
    if (!count) {
        reply(t, "No card waits for you.");
        return;
    }
    struct message *m = reply(t, count == 1 ? "From %s, for your review:" : "From %s, the first of %d for your review:",
                              person(t, waiting[0]->author)->name, count + more);
    show(t, m, waiting[0], t->person);
    for (int i = 1; i < count; i++)
        small(m, "After it: %s, from %s", waiting[i]->title, person(t, waiting[i]->author)->name);
}

/* Nobody need look at what they wrote: drafts are emptied, and what their team reads stays as it is. */
static void forget(struct turn *t, int64_t author)
{
    int count = 0;
    int64_t *cards =
        ids_of(t, query(t, "SELECT DISTINCT card FROM review WHERE state IN ('open', 'moved') ORDER BY card"), &count);

    for (int i = 0; i < count; i++) {
        const struct card *c = card_any(t, cards[i]);
        if (c && c->author == author)
            review_close(t, c->id, "done");
    }
}

static const struct command commands[] = {
    { "review", list, .verb = "review", .role = ROLE_REVIEWER, .help = "cards that wait for you", .example = "review",
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
    "review",         .group = "Curate", .commands = commands, .actions = actions,           .dialogs = dialogs,
    .timers = timers, .data = data,      .forget = forget,     .availability = availability,
};
