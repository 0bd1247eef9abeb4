/* Speech: messages are built in the turn's arena and become rows when the turn ends. */
#include "speech_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#pragma GCC diagnostic ignored                                                                                         \
    "-Wformat-nonliteral" /* translations: their conversions were checked when they were read */

struct spoken *spoken_of(struct turn *t)
{
    if (!t->machine->spoken)
        t->machine->spoken = arena_new(t->arena, struct spoken);
    return t->machine->spoken;
}

void speech_forget(struct machine *m)
{
    m->spoken = NULL;
}

/* The first of the organisation's languages where a person's own is none of them. */
const struct language *language_of(struct turn *t, int64_t who)
{
    const struct org_list *offered = &t->settings->languages;
    const char *own = who ? pref(t, who, "language") : NULL, *code = offered->count ? offered->item[0] : "en";

    own = own ? own : who ? person(t, who)->language : NULL;
    for (size_t i = 0; own && i < offered->count; i++)
        if (text_same(offered->item[i], own))
            code = offered->item[i];
    for (size_t i = 0; i < t->org->catalogue_count; i++)
        if (strcmp(language_code(t->org->catalogues[i]), code) == 0)
            return t->org->catalogues[i];
    return NULL;
}

static struct message *message_new(struct turn *t, int64_t person, enum message_class class)
{
    struct message *m = arena_new(t->arena, struct message);

    m->turn = t;
    m->person = person;
    m->class = class;
    m->language = t->org->catalogue_count ? language_of(t, person ? person : t->person) : NULL;
    return m;
}

static struct message *message_enter(struct turn *t, struct message *m)
{
    struct spoken *s = spoken_of(t);

    if (s->last)
        s->last->next = m;
    else
        s->first = m;
    s->last = m;
    return m;
}

static void place_of_event(struct turn *t, struct message *m)
{
    const struct event *e = t->event;

    m->platform = e->platform;
    m->conversation = e->conversation;
    m->thread = e->thread;
    m->room = e->room;
    m->cause = e->kind == EVENT_EDIT ? e->target : e->thing;
}

static struct message *message_find(struct turn *t, int64_t id)
{
    for (struct message *m = spoken_of(t)->first; m; m = m->next)
        if (m->id == id)
            return m;
    return NULL;
}

struct message *message_load(struct turn *t, int64_t id)
{
    struct message *m = message_find(t, id);
    if (m)
        return m->withdrawn ? NULL : m;

    struct rows *r = query(t,
                           "SELECT person, platform, conversation, thread, room, body FROM message "
                           "WHERE id = ?1 AND withdrawn = 0",
                           I(id));
    if (!row_next(r))
        return NULL;
    m = message_new(t, row_int(r, 0), CLASS_REPLY);
    m->id = id;
    m->platform = row_text(r, 1);
    m->conversation = row_text(r, 2);
    m->thread = row_text(r, 3);
    m->room = row_text(r, 4);
    m->ephemeral = m->room && m->person;
    nodes_from_json(t->arena, row_text(r, 5), &m->nodes);
    rows_close(r);
    return message_enter(t, m);
}

static struct message *begin_reply(struct turn *t)
{
    if (t->machine->answers_message) { /* the question was edited: so is its answer */
        struct message *m = message_load(t, t->machine->answers_message);
        t->machine->answers_message = 0;
        if (m) {
            m->nodes = (struct nodes){ 0 };
            return m;
        }
    }
    struct message *m = message_new(t, t->person, CLASS_REPLY);
    place_of_event(t, m);
    if (t->in_room && !t->person) { /* nobody a room could show it to alone */
        m->conversation = identity_direct(t);
        m->thread = m->room = NULL;
        m->refused = !m->conversation;
        if (m->refused)
            return m;
    }
    m->id = t->machine->next_message++;
    m->is_new = true;
    m->ephemeral = m->room;
    return message_enter(t, m);
}

struct message *reply(struct turn *t, const char *format, ...)
{
    va_list ap;

    if (!t->event->conversation) /* a due row: there is no place to reply to */
        store_fail(t->machine->store, "reply() in a turn nobody started");
    struct message *m = begin_reply(t);
    va_start(ap, format);
    format_nodes(t->arena, &m->nodes, language_text(m->language, format), ap);
    va_end(ap);
    return m;
}

struct message *tell_room(struct turn *t, const char *format, ...)
{
    va_list ap;
    struct message *m = message_new(t, 0, CLASS_REPLY);

    place_of_event(t, m);
    m->id = t->machine->next_message++;
    m->is_new = true;
    va_start(ap, format);
    format_nodes(t->arena, &m->nodes, language_text(m->language, format), ap);
    va_end(ap);
    return message_enter(t, m);
}

struct message *tell(struct turn *t, int64_t person, enum message_class class, const char *format, ...)
{
    va_list ap;
    const char *account;
    struct message *m = message_new(t, person, class);
    const char *reason = held_back(t, person, class);

    if (!reason && !identity_home(t, person, &m->platform, &m->conversation, &account))
        reason = "there is no conversation with them yet";
    va_start(ap, format);
    format_nodes(t->arena, &m->nodes, language_text(m->language, format), ap);
    va_end(ap);
    if (reason) {
        m->refused = true;
        gate_withheld(t, person, class, reason);
        return m;
    }
    m->id = t->machine->next_message++;
    m->is_new = true;
    gate_count(t, person, class, m->id);
    return message_enter(t, m);
}

struct message *revise(struct turn *t, int64_t message, const char *format, ...)
{
    va_list ap;
    struct message *m = message_load(t, message);

    if (!m) { /* taken back: what would be said is dropped */
        m = message_new(t, 0, CLASS_REPLY);
        m->refused = true;
    }
    m->nodes = (struct nodes){ 0 };
    va_start(ap, format);
    format_nodes(t->arena, &m->nodes, language_text(m->language, format), ap);
    va_end(ap);
    return m;
}

static struct node *add(struct message *m, enum node_kind kind, const char *text, const char *value)
{
    return node_add(m->turn->arena, &m->nodes, kind, text, value);
}

static void add_button(struct message *m, enum node_kind kind, const char *label, const char *action, int64_t object,
                       const char *argument)
{
    struct node *n = add(m, kind, arena_copy(m->turn->arena, label), NULL);

    n->action = action;
    n->object = object;
    n->argument = arena_copy(m->turn->arena, argument);
}

static bool is_button(const struct node *n)
{
    return n->kind == NODE_BUTTON || n->kind == NODE_CHOICE;
}

/* Takes the buttons out of a list and returns them. */
static struct nodes take_buttons(struct nodes *list)
{
    struct nodes rest = { 0 }, buttons = { 0 };

    for (struct node *n = list->first, *next; n; n = next) {
        struct nodes *to = is_button(n) ? &buttons : &rest;
        next = n->next;
        n->next = NULL;
        if (to->last)
            to->last->next = n;
        else
            to->first = n;
        to->last = n;
    }
    *list = rest;
    return buttons;
}

/* spent: the number of the only button that goes; 0: all go. */
static struct message *settle_with(struct turn *t, int64_t message, int64_t spent, const char *format, va_list ap)
{
    struct message *m = message ? message_load(t, message) : NULL;

    if (!m) {
        m = message_new(t, 0, CLASS_REPLY);
        m->refused = true;
        return m;
    }
    struct nodes buttons = take_buttons(&m->nodes);
    if (format) {
        node_add(t->arena, &m->nodes, NODE_BREAK, NULL, NULL);
        format_nodes(t->arena, &m->nodes, language_text(m->language, format), ap);
    }
    for (struct node *n = buttons.first; spent && n; n = n->next)
        if (press_read(n->value).number != spent)
            add_button(m, n->kind, n->text, n->action, n->object, n->argument ? n->argument : "");
    return m;
}

struct message *settle(struct turn *t, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    struct message *m = settle_with(t, t->pressed, 0, format, ap);
    va_end(ap);
    return m;
}

struct message *spend(struct turn *t, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    struct message *m = settle_with(t, t->pressed, t->button, format, ap);
    va_end(ap);
    return m;
}

struct message *settle_message(struct turn *t, int64_t message, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    struct message *m = settle_with(t, message, 0, format, ap);
    va_end(ap);
    return m;
}

void withdraw_message(struct turn *t, int64_t message)
{
    struct message *m = message_load(t, message);

    if (m)
        m->withdrawn = true;
}

#define ADD(m, begin)                                                                                                  \
    do {                                                                                                               \
        va_list ap;                                                                                                    \
        begin;                                                                                                         \
        va_start(ap, format);                                                                                          \
        format_nodes((m)->turn->arena, &(m)->nodes, language_text((m)->language, format), ap);                         \
        va_end(ap);                                                                                                    \
    } while (0)

void say(struct message *m, const char *format, ...)
{
    ADD(m, (void)0);
}

void line(struct message *m, const char *format, ...)
{
    ADD(m, if (m->nodes.first) add(m, NODE_BREAK, NULL, NULL));
}

void bullet(struct message *m, const char *format, ...)
{
    ADD(m, add(m, NODE_BULLET, NULL, NULL));
}

void small(struct message *m, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    add(m, NODE_CONTEXT, format_plain(m->turn->arena, language_text(m->language, format), ap), NULL);
    va_end(ap);
}

void quote(struct message *m, const char *words)
{
    add(m, NODE_QUOTE, arena_copy(m->turn->arena, words), NULL);
}

void heading(struct message *m, const char *text)
{
    add(m, NODE_HEADING, arena_copy(m->turn->arena, text), NULL);
}

void markdown(struct message *m, const char *text)
{
    nodes_add_markdown(m->turn->arena, &m->nodes, text);
}

void say_person(struct message *m, int64_t who, const char *name)
{
    add(m, NODE_PERSON, arena_copy(m->turn->arena, name), NULL)->object = who;
}

void button(struct message *m, const char *label, const char *action, int64_t object)
{
    add_button(m, NODE_BUTTON, language_text(m->language, label), action, object, "");
}

void button_with(struct message *m, const char *label, const char *action, int64_t object, const char *argument)
{
    add_button(m, NODE_BUTTON, language_text(m->language, label), action, object, argument);
}

void choice(struct message *m, const char *label, const char *action, int64_t object, const char *argument)
{
    add_button(m, NODE_CHOICE, label, action, object, argument);
}

int64_t message_id(struct message *m)
{
    return m->refused ? 0 : m->id;
}

bool refused(struct message *m)
{
    return m->refused;
}

static void tells_of(struct message *m, int64_t who, enum tells what)
{
    struct told *one = arena_new(m->turn->arena, struct told);

    *one = (struct told){ who, what, m->about };
    m->about = one;
}

void about(struct message *m, int64_t who)
{
    tells_of(m, who, TELLS_DEEDS);
}

void shared_by(struct message *m, int64_t who)
{
    tells_of(m, who, TELLS_SHARED);
}

void explain(struct message *m, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    m->why = format_plain(m->turn->arena, language_text(m->language, format), ap);
    va_end(ap);
}

const char *counted(struct message *m, long n, const char *one, const char *many)
{
    return arena_printf(m->turn->arena, language_plural(m->language, one, many, n), n);
}
