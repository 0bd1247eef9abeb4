/* One event to the handler it is for. The order of what a text can be is 4-interfaces "Who is meant". */
#include "machine.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define HELD_SECONDS 600

/* "/learn goal", "!goal" and "goal" are the same. */
static const char *without_prefix(const char *text)
{
    text += strspn(text, " \n");
    if (text_starts(text, "/learn") && (text[6] == ' ' || !text[6]))
        text += 6;
    if (*text == '!')
        text++;
    while (*text == ' ')
        text++;
    return text;
}

static bool is_number(const char *text)
{
    return *text && strlen(text) <= 9 && strspn(text, "0123456789") == strlen(text);
}

static const char *without_mark(struct arena *a, const char *text)
{
    size_t n = strlen(text);

    while (n && strchr("?!. ", text[n - 1]))
        n--;
    return arena_copy_n(a, text, n);
}

static bool run_if(struct turn *t, struct match *m)
{
    if (m)
        command_run(t, m);
    return m;
}

/* "away until fri?" asks, so it does nothing; the button does it. What may just as well be a question is one. */
static bool offer_writing(struct turn *t, const char *bare)
{
    struct match *would = command_match(t, bare, COMMANDS_PLAIN, false);

    if (!would || !would->command->writes || would->has_free_text ||
        !may_use(t, t->person, would->verb, would->command->role, 0))
        return false;
    struct message *m = reply(t, "With a question mark I do nothing. Shall I?");
    choice(m, bare, "say", 0, bare);
    return true;
}

static bool offer_slip(struct turn *t, const char *text)
{
    const char *mended;

    if (!command_slip(t, text, &mended))
        return false;
    struct message *m = reply(t, "Did you mean `%s`?", mended);
    choice(m, mended, "say", 0, mended);
    return true;
}

static void ask_everyone(struct turn *t)
{
    for (const struct handler *const *h = handlers_all(); *h; h++)
        if ((*h)->question && (*h)->question(t))
            return;
}

static bool take_number(struct turn *t, const char *text)
{
    if (!is_number(text))
        return false;
    if (!press_position(t, press_find_newest(t), strtoll(text, NULL, 10)))
        reply(t, "There is nothing with the number %s to press here.", text);
    return true;
}

static bool take_cancel(struct turn *t, const char *text)
{
    if (!text_same(text, "cancel"))
        return false;
    reply(t, dialog_cancel(t) ? "Cancelled. Nothing of it was kept." : "There was nothing to cancel.");
    return true;
}

bool is_stop(const char *text)
{
    size_t n = strlen("stop");

    return text_starts(text, "stop") && strspn(text + n, "!.") == strlen(text + n);
}

/* [Ask a person] fits `ask {question}`, too: a label comes before a command that would take it as free text. */
static bool press_or_run(struct turn *t, const char *text, bool reads, bool may_press)
{
    struct match *m = command_match(t, text, COMMANDS_PLAIN, reads);

    return (m && m->has_free_text && may_press && (press_label(t, text) || press_missing(t, text))) || run_if(t, m);
}

/* What a text is when no dialog takes it. reads_only: whatever would do something is not done. */
static void route_words(struct turn *t, const char *text, bool reads_only)
{
    bool question = *text && text[strlen(text) - 1] == '?', reads = question || reads_only;
    const char *bare = question ? without_mark(t->arena, text) : text;

    if ((question && offer_writing(t, bare)) || press_or_run(t, text, reads, !reads_only) ||
        (question && run_if(t, command_match(t, bare, COMMANDS_PLAIN, true))) ||
        (!reads_only && take_number(t, text)) || run_if(t, command_prefix(t, text)) ||
        (!reads_only && (press_label(t, text) || press_missing(t, text))) || command_usage(t, bare) ||
        usage_with_person(t, bare) || offer_slip(t, text) || run_if(t, command_match(t, bare, COMMANDS_NATURAL, reads)))
        return;
    ask_everyone(t);
}

void route_text(struct turn *t, const char *text)
{
    t->text = text;
    if (take_cancel(t, text))
        return;
    if (is_stop(text) && run_if(t, command_match(t, "stop", COMMANDS_PLAIN, false)))
        return;
    if (!dialog_take(t, text))
        route_words(t, text, false);
}

/* True: they are answered as one. False: a handler found out who they are. */
static bool is_stranger(struct turn *t)
{
    for (const struct handler *const *h = handlers_all(); *h && !t->person; h++)
        if ((*h)->stranger) {
            (*h)->stranger(t);
            identity_find(t);
        }
    return !t->person;
}

/* An edit or withdrawal may have come before what it is about: the newest words count, what was taken back is not
 * answered. NULL: it was. */
static const char *words_after_held(struct turn *t)
{
    const struct event *e = t->event;
    const char *text = e->text ? e->text : "";
    int64_t newest_ms = e->sent_ms;
    size_t count;
    struct event *held = held_take(t->machine, t->arena, e->platform, e->thing, &count);

    for (size_t i = 0; i < count; i++) {
        if (held[i].user && e->user && strcmp(held[i].user, e->user) != 0)
            continue;
        if (held[i].kind == EVENT_WITHDRAW)
            return NULL;
        if (held[i].kind == EVENT_EDIT && held[i].text && held[i].sent_ms >= newest_ms) {
            text = held[i].text;
            newest_ms = held[i].sent_ms;
        }
    }
    if (newest_ms > e->sent_ms) /* an older edit that comes now is dropped */
        change(t, "UPDATE inbox SET sent_ms = ?3 WHERE platform = ?1 AND thing = ?2", T(e->platform), T(e->thing),
               I(newest_ms));
    return text;
}

static void route_say(struct turn *t)
{
    const struct event *e = t->event;
    const char *words = words_after_held(t), *text;

    if (!words)
        return;
    text = text_squeeze(t->arena, words);
    if (e->room && !e->mentioned && (*text != '!' || !command_begins(t, without_prefix(text))))
        return; /* people among themselves, even where one begins with "!" */
    text = without_prefix(text);
    t->text = text;
    t->words = without_prefix(words);
    if (t->person || !is_stranger(t))
        route_text(t, text);
}

static bool was_seen(struct turn *t, const char *thing)
{
    return one_int(t, "SELECT count(*) FROM inbox WHERE platform = ?1 AND thing = ?2", T(t->event->platform),
                   T(thing)) > 0;
}

/* An edit older by the platform's time than the one applied is dropped. */
static bool newest_edit(struct turn *t)
{
    return change(t, "UPDATE inbox SET sent_ms = ?3 WHERE platform = ?1 AND thing = ?2 AND sent_ms <= ?3",
                  T(t->event->platform), T(t->event->target), I(t->event->sent_ms)) > 0;
}

static int64_t only_answer(struct turn *t)
{
    return one_int(t,
                   "SELECT id FROM message WHERE platform = ?1 AND cause = ?2 AND person = ?3 AND withdrawn = 0 ORDER "
                   "BY id LIMIT 1",
                   T(t->event->platform), T(t->event->target), I(t->person));
}

static void route_edit(struct turn *t)
{
    const struct event *e = t->event;

    if (!t->person || !e->target)
        return;
    if (!was_seen(t, e->target)) {
        held_keep(t, e->target, HELD_SECONDS);
        return;
    }
    if (!newest_edit(t))
        return;
    t->text = without_prefix(text_squeeze(t->arena, e->text ? e->text : ""));
    t->words = without_prefix(e->text ? e->text : "");
    for (const struct handler *const *h = handlers_all(); *h; h++)
        if ((*h)->edited && (*h)->edited(t))
            return;
    struct match *m = command_match(t, t->text, COMMANDS_PLAIN, false);
    if (is_number(t->text) || text_same(t->text, "cancel") || (m && m->command->writes))
        return; /* done is done: an edit does not do it again */
    t->machine->answers_message = only_answer(t);
    if (t->machine->answers_message)
        route_words(t, t->text, true); /* nor is it the answer to a dialog that is open by now */
    t->machine->answers_message = 0;
}

static void route_withdraw(struct turn *t)
{
    const struct event *e = t->event;

    if (!e->target)
        return;
    if (!was_seen(t, e->target)) {
        held_keep(t, e->target, HELD_SECONDS);
        return;
    }
    for (const struct handler *const *h = handlers_all(); *h; h++)
        if ((*h)->withdrawn && (*h)->withdrawn(t))
            break;
    struct rows *r = query(
        t, "SELECT id FROM message WHERE platform = ?1 AND cause = ?2 AND person = ?3 AND withdrawn = 0 ORDER BY id",
        T(e->platform), T(e->target), I(t->person));
    while (row_next(r))
        withdraw_message(t, row_int(r, 0));
}

static void route_press(struct turn *t)
{
    if (!t->person && is_stranger(t))
        return;
    if (t->event->value && !press_button(t, press_read(t->event->value)))
        reply(t, "I don't know that button any more.");
}

/* A keycap or "one" ... "nine" presses the button of that number of the message it is put on. */
static int64_t number_of_emoji(const char *name)
{
    static const char *const words[] = { "one", "two", "three", "four", "five", "six", "seven", "eight", "nine" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(name, words[i]) == 0)
            return (int64_t)i + 1;
    return isdigit((unsigned char)*name) && (unsigned char)name[1] >= 0x80 ? *name - '0' : 0;
}

static bool is_check_mark(const char *name)
{
    return text_same(name, "white_check_mark") || text_same(name, "heavy_check_mark") || text_starts(name, "✅") ||
           text_starts(name, "✔");
}

static void route_react(struct turn *t)
{
    const struct event *e = t->event;
    int64_t number = e->text ? number_of_emoji(e->text) : 0;

    if (!t->person || !e->target || !e->text || (!number && !is_check_mark(e->text)))
        return;
    int64_t message = one_int(t, "SELECT id FROM message WHERE platform = ?1 AND platform_id = ?2 AND withdrawn = 0",
                              T(e->platform), T(e->target));
    if (!message) {
        if (outbox_busy(t->machine->outbox, e->platform, e->conversation))
            held_keep(t, e->target, HELD_SECONDS);
        return;
    }
    if (number)
        press_position(t, message, number);
    else
        press_tick(t, message);
}

static void route_upload(struct turn *t)
{
    if (!t->person && !t->in_room && is_stranger(t))
        return;
    for (const struct handler *const *h = handlers_all(); t->person && *h; h++)
        if ((*h)->uploaded && (*h)->uploaded(t))
            return;
    if (t->person && !t->in_room)
        reply(t, "Thank you, but I can't use %s. Say `help` to see what I can do.",
              t->event->name ? t->event->name : phrase(t, "this file"));
}

static void route_operate(struct turn *t)
{
    const char *name = t->event->name;

    t->argument = t->event->text ? t->event->text : "";
    for (const struct handler *const *h = handlers_all(); *h; h++) {
        if (strcmp(name, "load") == 0 && (*h)->load)
            (*h)->load(t);
        for (const struct action *o = (*h)->operations; o && o->name; o++)
            if (strcmp(o->name, name) == 0)
                o->run(t);
    }
}

void route_due(struct turn *t, const char *kind)
{
    if (strcmp(kind, "say late") == 0) { /* the outbox's: it belongs to no handler */
        gate_say_late(t);
        return;
    }
    for (const struct handler *const *h = handlers_all(); *h; h++)
        for (const struct timer *d = (*h)->timers; d && d->kind; d++)
            if (strcmp(d->kind, kind) == 0) {
                d->run(t);
                return;
            }
}

void route_event(struct turn *t)
{
    t->in_room = t->event->room;
    identity_find(t);
    switch (t->event->kind) {
    case EVENT_SAY:
        route_say(t);
        break;
    case EVENT_PRESS:
    case EVENT_SUBMIT:
        route_press(t);
        break;
    case EVENT_REACT:
        route_react(t);
        break;
    case EVENT_EDIT:
        route_edit(t);
        break;
    case EVENT_WITHDRAW:
        route_withdraw(t);
        break;
    case EVENT_UPLOAD:
        route_upload(t);
        break;
    case EVENT_OPERATE:
        route_operate(t);
        break;
    case EVENT_HOME:
    case EVENT_RESULT:
    case EVENT_DUE:
        break;
    }
}
