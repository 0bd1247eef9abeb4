/* Speech: messages are built in the turn's arena and become rows when the turn ends. */
#include "machine.h"

#include <stdio.h>
#include <string.h>

struct message {
    struct turn *turn;
    struct spoken *spoken;
    int64_t about;      /* whose words it tells of */
    int64_t id, person; /* person 0: a room, or somebody the directory does not know */
    enum message_class class;
    const char *platform, *conversation, *thread, *room, *cause;
    struct nodes nodes;
    const char *why;
    bool refused, is_new, ephemeral, withdrawn;
    struct message *next;
};

struct spoken { /* of the open turn */
    struct message *first, *last;
    struct message *blank; /* takes what a refused message would have said */
};

static struct spoken *spoken_of(struct turn *t)
{
    if (!t->machine->spoken)
        t->machine->spoken = arena_new(t->arena, struct spoken);
    return t->machine->spoken;
}

void speech_forget(struct machine *m)
{
    m->spoken = NULL;
}

static struct message *message_new(struct turn *t, int64_t person, enum message_class class)
{
    struct message *m = arena_new(t->arena, struct message);

    m->turn = t;
    m->person = person;
    m->about = person == t->person ? 0 : t->person;
    m->class = class;
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

/* A message of ours as it was written; NULL if there is none of that id, or it was taken back. */
static struct message *message_load(struct turn *t, int64_t id)
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
    m->id = t->machine->next_message++;
    m->is_new = true;
    m->ephemeral = t->in_room;
    return message_enter(t, m);
}

struct message *reply(struct turn *t, const char *format, ...)
{
    va_list ap;

    if (!t->event->conversation) /* a due row: there is no place to reply to */
        store_fail(t->machine->store, "reply() in a turn nobody started");
    struct message *m = begin_reply(t);
    va_start(ap, format);
    format_nodes(t->arena, &m->nodes, format, ap);
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
    format_nodes(t->arena, &m->nodes, format, ap);
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
    format_nodes(t->arena, &m->nodes, format, ap);
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
    format_nodes(t->arena, &m->nodes, format, ap);
    va_end(ap);
    return m;
}

static void drop_buttons(struct nodes *list)
{
    struct node **link = &list->first;

    list->last = NULL;
    while (*link) {
        if ((*link)->kind == NODE_BUTTON || (*link)->kind == NODE_CHOICE) {
            *link = (*link)->next;
        } else {
            list->last = *link;
            link = &(*link)->next;
        }
    }
}

static struct message *settle_with(struct turn *t, int64_t message, const char *format, va_list ap)
{
    struct message *m = message ? message_load(t, message) : NULL;

    if (!m) {
        m = message_new(t, 0, CLASS_REPLY);
        m->refused = true;
        return m;
    }
    drop_buttons(&m->nodes);
    if (format) {
        node_add(t->arena, &m->nodes, NODE_BREAK, NULL, NULL);
        format_nodes(t->arena, &m->nodes, format, ap);
    }
    return m;
}

struct message *settle(struct turn *t, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    struct message *m = settle_with(t, t->pressed, format, ap);
    va_end(ap);
    return m;
}

struct message *settle_message(struct turn *t, int64_t message, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    struct message *m = settle_with(t, message, format, ap);
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
        format_nodes((m)->turn->arena, &(m)->nodes, format, ap);                                                       \
        va_end(ap);                                                                                                    \
    } while (0)

static struct node *add(struct message *m, enum node_kind kind, const char *text, const char *value)
{
    return node_add(m->turn->arena, &m->nodes, kind, text, value);
}

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
    add(m, NODE_CONTEXT, format_plain(m->turn->arena, format, ap), NULL);
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

static void add_button(struct message *m, enum node_kind kind, const char *label, const char *action, int64_t object,
                       const char *argument)
{
    struct node *n = add(m, kind, arena_copy(m->turn->arena, label), NULL);

    n->action = action;
    n->object = object;
    n->argument = arena_copy(m->turn->arena, argument);
}

void button(struct message *m, const char *label, const char *action, int64_t object)
{
    add_button(m, NODE_BUTTON, label, action, object, "");
}

void button_with(struct message *m, const char *label, const char *action, int64_t object, const char *argument)
{
    add_button(m, NODE_BUTTON, label, action, object, argument);
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

void about(struct message *m, int64_t who)
{
    m->about = who;
}

void explain(struct message *m, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    m->why = format_plain(m->turn->arena, format, ap);
    va_end(ap);
}

/* ---- Rows
 * --------------------------------------------------------------------------------------------------------------- */

/* A button that stands in the body again keeps its row; one that is new gets one; the others are gone. */
static int64_t button_row(struct turn *t, struct message *m, const struct node *n, int position, int64_t revision)
{
    int64_t id =
        m->is_new
            ? 0
            : one_int(t,
                      "SELECT id FROM button WHERE message = ?1 AND action = ?2 AND object = ?3 AND argument = ?4 "
                      "AND label = ?5 ORDER BY id LIMIT 1",
                      I(m->id), T(n->action), I(n->object), T(n->argument), T(n->text));
    if (id) {
        change(t, "UPDATE button SET position = ?2, revision = ?3, gone = 0 WHERE id = ?1", I(id), I(position),
               I(revision));
        return id;
    }
    id = t->machine->next_button++;
    insert(t,
           "INSERT INTO button(id, message, revision, position, label, action, object, argument) "
           "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
           I(id), I(m->id), I(revision), I(position), T(n->text), T(n->action), I(n->object), T(n->argument));
    return id;
}

static void write_buttons(struct turn *t, struct message *m, int64_t revision)
{
    int position = 0;

    if (!m->is_new)
        change(t, "UPDATE button SET gone = 1 WHERE message = ?1 AND gone = 0", I(m->id));
    for (struct node *n = m->nodes.first; n; n = n->next)
        if ((n->kind == NODE_BUTTON || n->kind == NODE_CHOICE) && n->action)
            n->value =
                arena_printf(t->arena, "%ld.%ld", (long)button_row(t, m, n, ++position, revision), (long)revision);
}

static void give_ids(struct turn *t, struct message *m, int64_t revision)
{
    for (struct node *n = m->nodes.first; n; n = n->next)
        if ((n->kind == NODE_BUTTON || n->kind == NODE_CHOICE) && n->action) {
            write_buttons(t, m, revision);
            return;
        }
    if (!m->is_new)
        change(t, "UPDATE button SET gone = 1 WHERE message = ?1 AND gone = 0", I(m->id));
}

static struct outbox_row row_for(const struct message *m, enum op op)
{
    struct outbox_row row = { .op = op,
                              .lane = LANE_SPEECH,
                              .message = m->id,
                              .person = m->person,
                              .platform = m->platform,
                              .conversation = m->conversation,
                              .thread = m->thread,
                              .ephemeral = m->ephemeral };
    return row;
}

/* The message is written first, its buttons refer to it; the body needs the buttons' ids. */
static void write_new(struct turn *t, struct message *m)
{
    struct outbox_row row = row_for(m, OP_POST);

    insert(t,
           "INSERT INTO message(id, person, room, platform, conversation, thread, class, body, why, cause, created_ms, "
           "about) "
           "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, '[]', ?8, ?9, ?10, ?11)",
           I(m->id), IDN(m->person), T(m->room), T(m->platform), T(m->conversation), T(m->thread),
           T(class_name(m->class)), T(m->why), T(m->cause), I(t->machine->now_ms), IDN(m->about));
    give_ids(t, m, 0);
    change(t, "UPDATE message SET body = ?2 WHERE id = ?1", I(m->id), T(nodes_to_json(t->arena, &m->nodes)));
    row.reply_to = m->class == CLASS_REPLY ? m->cause : NULL;
    outbox_add(t->machine->outbox, &row, t->machine->now_ms);
    t->machine->messages++;
}

static void write_revision(struct turn *t, struct message *m)
{
    struct outbox_row row = row_for(m, m->withdrawn ? OP_DELETE : OP_EDIT);
    int64_t revision = one_int(t, "SELECT revision + 1 FROM message WHERE id = ?1", I(m->id));

    if (m->withdrawn)
        m->nodes = (struct nodes){ 0 };
    give_ids(t, m, revision);
    change(t, "UPDATE message SET body = ?2, revision = ?3, withdrawn = ?4, why = coalesce(?5, why) WHERE id = ?1",
           I(m->id), T(nodes_to_json(t->arena, &m->nodes)), I(revision), I(m->withdrawn), T(m->why));
    outbox_add(t->machine->outbox, &row, t->machine->now_ms);
}

/* The first reply to a person carries three lines: what to ask, what is private, quiet hours. */
static void greet(struct turn *t, struct message *m)
{
    if (!m->is_new || m->class != CLASS_REPLY || !m->person || m->person != t->person)
        return;
    if (change(t, "UPDATE person SET greeted = 1 WHERE id = ?1 AND greeted = 0", I(m->person)) == 0)
        return;
    const struct settings *s = t->settings;
    struct nodes buttons = { 0 };
    struct node **link = &m->nodes.first, *kept_last = NULL;
    while (*link) { /* the lines go before the buttons */
        struct node *n = *link;
        if (n->kind == NODE_BUTTON || n->kind == NODE_CHOICE) {
            *link = n->next;
            n->next = NULL;
            if (buttons.last)
                buttons.last->next = n;
            else
                buttons.first = n;
            buttons.last = n;
        } else {
            kept_last = n;
            link = &n->next;
        }
    }
    m->nodes.last = kept_last;
    small(m, "New here? Ask me anything about work in your own words, or say `help`.");
    small(m, "What you write to me is private: `privacy` shows who sees what.");
    small(m, "I don't write unasked between %02d:%02d and %02d:%02d your time; `stop` ends it altogether.",
          s->quiet_from / 60, s->quiet_from % 60, s->quiet_to / 60, s->quiet_to % 60);
    if (m->nodes.last)
        m->nodes.last->next = buttons.first;
    else
        m->nodes.first = buttons.first;
    if (buttons.last)
        m->nodes.last = buttons.last;
}

void speech_flush(struct turn *t)
{
    for (struct message *m = spoken_of(t)->first; m; m = m->next) {
        if (m->is_new && m->withdrawn)
            continue;
        greet(t, m);
        if (m->is_new)
            write_new(t, m);
        else
            write_revision(t, m);
    }
}

/* ---- Presses
 * ----------------------------------------------------------------------------------------------------------- */

const struct action *action_find(const char *name)
{
    for (const struct handler *const *h = handlers_all(); *h; h++)
        for (const struct action *a = (*h)->actions; a && a->name; a++)
            if (strcmp(a->name, name) == 0)
                return a;
    return NULL;
}

bool press_row(struct turn *t, int64_t id)
{
    struct rows *r =
        query(t,
              "SELECT b.action, b.object, b.argument, b.message FROM button b JOIN message m ON m.id = b.message "
              "WHERE b.id = ?1 AND (m.person IS NULL OR m.person = ?2)",
              I(id), I(t->person));
    if (!row_next(r))
        return false;
    const char *name = row_text(r, 0);
    t->object = row_int(r, 1);
    t->argument = row_text(r, 2);
    t->pressed = row_int(r, 3);
    rows_close(r);
    const struct action *a = action_find(name);
    if (a) {
        a->run(t);
        return true;
    }
    if (strcmp(name, "say") == 0) { /* the machine's own: as if it had been written */
        settle(t, NULL);
        route_text(t, t->argument);
        return true;
    }
    return false;
}

/* A typed label presses the newest button of that label that still stands in this conversation. */
bool press_label(struct turn *t, const char *label)
{
    int64_t id =
        one_int(t,
                "SELECT b.id FROM button b JOIN message m ON m.id = b.message WHERE m.person = ?1 AND m.platform = ?2 "
                "AND m.conversation = ?3 AND b.gone = 0 AND lower(b.label) = lower(?4) ORDER BY b.message DESC LIMIT 1",
                I(t->person), T(t->event->platform), T(t->event->conversation), T(label));
    return id && press_row(t, id);
}

int64_t speech_newest_with_buttons(struct turn *t)
{
    return one_int(
        t,
        "SELECT m.id FROM message m WHERE m.person = ?1 AND m.platform = ?2 AND m.conversation = ?3 "
        "AND EXISTS (SELECT 1 FROM button b WHERE b.message = m.id AND b.gone = 0) ORDER BY m.id DESC LIMIT 1",
        I(t->person), T(t->event->platform), T(t->event->conversation));
}

bool press_number(struct turn *t, int64_t number)
{
    int64_t id = one_int(t, "SELECT id FROM button WHERE message = ?1 AND gone = 0 AND position = ?2",
                         I(speech_newest_with_buttons(t)), I(number));
    return id && press_row(t, id);
}
