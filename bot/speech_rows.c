/* The turn's messages become rows: the message, its buttons, what must be done for it. */
#include "speech_private.h"

#include <string.h>

static bool is_button(const struct node *n)
{
    return (n->kind == NODE_BUTTON || n->kind == NODE_CHOICE) && n->action;
}

static void insert_button(struct turn *t, struct message *m, const struct node *n, int64_t number, int position)
{
    insert(t,
           "INSERT INTO button(message, number, position, label, action, object, argument) "
           "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
           I(m->id), I(number), I(position), T(n->text), T(n->action), I(n->object), T(n->argument));
}

static void name_button(struct turn *t, const struct message *m, struct node *n, int64_t number, int64_t revision)
{
    n->value = arena_printf(t->arena, "%ld.%ld.%ld", (long)m->id, (long)number, (long)revision);
}

/* A button that stands in the body again keeps its row; one that is new gets one. */
static int64_t button_row(struct turn *t, struct message *m, const struct node *n, int position)
{
    int64_t number = one_int(t,
                             "SELECT number FROM button WHERE message = ?1 AND action = ?2 AND object = ?3 AND "
                             "argument = ?4 AND label = ?5 ORDER BY number LIMIT 1",
                             I(m->id), T(n->action), I(n->object), T(n->argument), T(n->text));

    if (number) {
        change(t, "UPDATE button SET position = ?3, gone = 0 WHERE message = ?1 AND number = ?2", I(m->id), I(number),
               I(position));
        return number;
    }
    number = one_int(t, "SELECT coalesce(max(number), 0) + 1 FROM button WHERE message = ?1", I(m->id));
    insert_button(t, m, n, number, position);
    return number;
}

/* Those that stand no more are gone. */
static void revise_buttons(struct turn *t, struct message *m, int64_t revision)
{
    int position = 0;

    change(t, "UPDATE button SET gone = 1 WHERE message = ?1 AND gone = 0", I(m->id));
    for (struct node *n = m->nodes.first; n; n = n->next)
        if (is_button(n))
            name_button(t, m, n, button_row(t, m, n, ++position), revision);
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

/* The body holds the buttons' numbers, and their rows refer to the message: numbers are given out first. */
static void write_new(struct turn *t, struct message *m)
{
    struct outbox_row row = row_for(m, OP_POST);
    int buttons = 0;

    for (struct node *n = m->nodes.first; n; n = n->next)
        if (is_button(n))
            name_button(t, m, n, ++buttons, 0);
    const char *body = nodes_to_json(t->arena, &m->nodes);
    insert(t,
           "INSERT INTO message(id, person, room, platform, conversation, thread, class, body, why, cause, created_ms) "
           "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
           I(m->id), IDN(m->person), T(m->room), T(m->platform), T(m->conversation), T(m->thread),
           T(class_name(m->class)), T(body), T(m->why), T(m->cause), I(t->machine->now_ms));
    buttons = 0;
    for (struct node *n = m->nodes.first; n; n = n->next)
        if (is_button(n)) {
            buttons++;
            insert_button(t, m, n, buttons, buttons);
        }
    if (!m->about && m->person != t->person)
        about(m, t->person);
    mention_note(t, m, body);
    row.reply_to = m->class == CLASS_REPLY ? m->cause : NULL;
    outbox_add(t->machine->outbox, &row, t->machine->now_ms);
    t->machine->messages++;
}

static bool has_button(const struct message *m)
{
    const struct node *n = m->nodes.first;

    while (n && !is_button(n))
        n = n->next;
    return n;
}

/* Something unasked that nobody has seen yet, and that there is nothing to do about any more: nobody is written to for it. */
static bool is_void(struct turn *t, const struct message *m)
{
    return !has_button(m) &&
           one_int(
               t,
               "SELECT count(*) FROM message m WHERE m.id = ?1 AND m.platform_id IS NULL AND m.class NOT IN "
               "('reply', 'owed') AND EXISTS (SELECT 1 FROM button b WHERE b.message = m.id AND b.gone = 0) AND NOT "
               "EXISTS (SELECT 1 FROM outbox o WHERE o.message = m.id AND o.state IN ('taken', 'doubt'))",
               I(m->id));
}

static void write_revision(struct turn *t, struct message *m)
{
    if (!m->withdrawn && is_void(t, m)) {
        m->withdrawn = true;
        change(t, "DELETE FROM reached WHERE person = ?1 AND message = ?2", I(m->person), I(m->id));
    }
    struct outbox_row row = row_for(m, m->withdrawn ? OP_DELETE : OP_EDIT);
    int64_t revision = one_int(t, "SELECT revision + 1 FROM message WHERE id = ?1", I(m->id));

    if (m->withdrawn)
        m->nodes = (struct nodes){ 0 };
    revise_buttons(t, m, revision);
    const char *body = nodes_to_json(t->arena, &m->nodes);
    mention_note(t, m, body);
    change(t, "UPDATE message SET body = ?2, revision = ?3, withdrawn = ?4, why = coalesce(?5, why) WHERE id = ?1",
           I(m->id), T(body), I(revision), I(m->withdrawn), T(m->why));
    outbox_add(t->machine->outbox, &row, t->machine->now_ms);
}

/* The first reply to a person carries three lines: what to ask, what is private, quiet hours. */
static void greet(struct turn *t, struct message *m)
{
    if (!m->is_new || m->class != CLASS_REPLY || !m->person || m->person != t->person || is_stop(t->text))
        return; /* who says stop gets one line */
    if (change(t, "UPDATE person SET greeted = 1 WHERE id = ?1 AND greeted = 0", I(m->person)) == 0)
        return;
    int from, to;
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
    small(m, "What you write to me is private, with few exceptions: `privacy` shows who sees what.");
    quiet_hours(t, m->person, &from, &to);
    small(m, "I don't write unasked between %02d:%02d and %02d:%02d your time; `stop` ends it altogether.", from / 60,
          from % 60, to / 60, to % 60);
    if (m->nodes.last)
        m->nodes.last->next = buttons.first;
    else
        m->nodes.first = buttons.first;
    if (buttons.last)
        m->nodes.last = buttons.last;
}

static void write_file(struct turn *t, int64_t person, const char *name, const char *content)
{
    const char *platform, *conversation, *account;

    if (!identity_home(t, person, &platform, &conversation, &account))
        return;
    struct outbox_row row = { .op = OP_FILE,
                              .lane = LANE_SPEECH,
                              .person = person,
                              .platform = platform,
                              .conversation = conversation,
                              .body = content,
                              .name = name };
    outbox_add(t->machine->outbox, &row, t->machine->now_ms);
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
        if (m->file_name && m->person && !m->withdrawn)
            write_file(t, m->person, m->file_name, m->file);
    }
}

void attach(struct message *m, const char *name, const char *content)
{
    m->file_name = arena_copy(m->turn->arena, name);
    m->file = arena_copy(m->turn->arena, content);
}

void send_file(struct turn *t, const char *name, const char *content)
{
    write_file(t, t->person, name, content);
}
