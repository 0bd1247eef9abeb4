/* The platforms of a conversation: they take what the core sends, remember it as people would see it, and answer. */
#include <stdlib.h>
#include <string.h>

#include "script_private.h"

static const struct {
    const char *platform;
    int64_t wait_ms, memory_ms;
} traits[] = {
    { "console", 0, 0 },
    { "slack", 1500, 0 },
    { "matrix", 0, 24 * INT64_C(3600000) },
    { "web", 0, 0 },
};

void stage_init(struct stage *s, struct arena *a)
{
    *s = (struct stage){ .arena = a };
    const char *render = getenv("LEARND_SCRIPT_RENDER");
    s->all_as_matrix = render && strcmp(render, "matrix") == 0;
}

const char *stage_next_id(struct stage *s, const char *prefix)
{
    return arena_printf(s->arena, "%s%d", prefix, ++s->ids);
}

static bool same_or_none(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

struct queue *stage_queue(struct stage *s, const char *who, const char *room)
{
    for (struct queue *q = s->queues; q; q = q->next)
        if (same_or_none(q->who, who) && same_or_none(q->room, room))
            return q;
    struct queue *q = arena_new(s->arena, struct queue);
    q->who = arena_copy(s->arena, who);
    q->room = arena_copy(s->arena, room);
    *(s->last_queue ? &s->last_queue->next : &s->queues) = q;
    s->last_queue = q;
    return q;
}

bool queue_is_silent(const struct queue *q)
{
    return !q->unread && !q->files;
}

/* ---- What is shown ----------------------------------------------------------------------------------------------- */

/* "@alice" is her direct conversation, "#sales" a room, where an ephemeral message is one person's. */
static struct queue *queue_of(struct stage *s, const struct delivery *d)
{
    if (*d->conversation == '@')
        return stage_queue(s, d->conversation + 1, NULL);
    return stage_queue(s, d->ephemeral ? d->user : NULL, d->conversation);
}

/* The neutral text; where Matrix renders, as it comes back from there. */
static const char *text_of(struct stage *s, const char *platform, const struct nodes *m)
{
    const char *text = nodes_to_neutral(s->arena, m);
    if (!s->all_as_matrix && strcmp(platform, "matrix") != 0)
        return text;
    const char *back = script_text_of_html(s->arena, nodes_to_matrix_html(s->arena, m));
    if (strcmp(back, text) != 0 && !s->fault)
        s->fault = arena_printf(s->arena, "the Matrix rendering says:\n%s\n--- and not:\n%s", back, text);
    return back;
}

static struct nodes body_of(struct stage *s, const struct delivery *d)
{
    struct nodes m;
    if (!nodes_from_json(s->arena, d->body, &m) && !s->fault)
        s->fault = arena_printf(s->arena, "this is no body of a message: %s", d->body);
    return m;
}

/* What a message showed before is gone; what it shows now is the newest. */
static void show_buttons(struct stage *s, const struct label *of, const struct nodes *m)
{
    for (struct label *b = s->labels; b; b = b->older)
        if (b->queue == of->queue && same_or_none(b->id, of->id) && same_or_none(b->platform, of->platform))
            b->gone = true;
    for (const struct node *n = m ? m->first : NULL; n; n = n->next) {
        if (n->kind != NODE_BUTTON && n->kind != NODE_CHOICE)
            continue;
        struct label *b = arena_new(s->arena, struct label);
        *b = *of;
        b->text = n->text;
        b->value = n->value;
        b->older = s->labels;
        s->labels = b;
    }
}

static struct label label_on(const struct shown *m)
{
    return (struct label){
        .platform = m->platform, .conversation = m->conversation, .thread = m->thread, .id = m->id, .queue = m->queue
    };
}

static void note_said(struct stage *s, const struct shown *m)
{
    struct said *said = arena_new(s->arena, struct said);
    *said = (struct said){ .platform = m->platform,
                           .conversation = m->conversation,
                           .room = m->queue->room,
                           .thread = m->thread,
                           .id = m->id,
                           .older = s->said };
    s->said = said;
}

static void show_post(struct stage *s, const struct delivery *d, const char *id)
{
    struct nodes m = body_of(s, d);
    struct shown *shown = arena_new(s->arena, struct shown);
    *shown = (struct shown){ .platform = arena_copy(s->arena, d->platform),
                             .conversation = arena_copy(s->arena, d->conversation),
                             .thread = arena_copy(s->arena, d->thread),
                             .id = id,
                             .text = text_of(s, d->platform, &m),
                             .line = s->line,
                             .queue = queue_of(s, d),
                             .older = s->shown };
    s->shown = shown;
    struct queue *q = shown->queue;
    *(q->unread ? &q->last_unread->next_unread : &q->unread) = shown;
    q->last_unread = shown;
    struct label on = label_on(shown);
    show_buttons(s, &on, &m);
    if (q->room && !q->who)
        note_said(s, shown);
}

static void note_seen(struct stage *s, enum op op, struct queue *q, const char *text)
{
    struct seen *seen = arena_new(s->arena, struct seen);
    *seen = (struct seen){ .op = op, .text = text, .queue = q };
    *(s->last_seen ? &s->last_seen->next : &s->seen) = seen;
    s->last_seen = seen;
}

static struct shown *target_of(struct stage *s, const struct delivery *d)
{
    for (struct shown *m = s->shown; m; m = m->older)
        if (d->target && strcmp(m->id, d->target) == 0 && strcmp(m->platform, d->platform) == 0)
            return m->deleted ? NULL : m;
    return NULL;
}

static enum outcome show_edit(struct stage *s, const struct delivery *d)
{
    struct shown *shown = target_of(s, d);
    if (!shown)
        return OUTCOME_NO_MESSAGE;
    struct nodes m = body_of(s, d);
    struct label on = label_on(shown);
    show_buttons(s, &on, &m);
    note_seen(s, OP_EDIT, shown->queue, text_of(s, d->platform, &m));
    return OUTCOME_SENT;
}

static enum outcome show_delete(struct stage *s, const struct delivery *d)
{
    struct shown *shown = target_of(s, d);
    if (!shown)
        return OUTCOME_NO_MESSAGE;
    shown->deleted = true;
    struct label on = label_on(shown);
    show_buttons(s, &on, NULL);
    note_seen(s, OP_DELETE, shown->queue, "");
    return OUTCOME_SENT;
}

static void show_home(struct stage *s, const struct delivery *d)
{
    struct nodes m = body_of(s, d);
    struct home *h = s->homes;
    while (h && strcmp(h->who, d->user) != 0)
        h = h->next;
    if (!h) {
        h = arena_new(s->arena, struct home);
        *h = (struct home){ .who = arena_copy(s->arena, d->user), .next = s->homes };
        s->homes = h;
    }
    h->text = text_of(s, d->platform, &m);
    struct label on = { .platform = arena_copy(s->arena, d->platform),
                        .conversation = arena_copy(s->arena, d->conversation),
                        .queue = stage_queue(s, d->user, NULL) };
    show_buttons(s, &on, &m);
}

static void show_file(struct stage *s, const struct delivery *d)
{
    struct queue *q = queue_of(s, d);
    struct paper *f = arena_new(s->arena, struct paper);
    *f = (struct paper){ .name = arena_copy(s->arena, d->name),
                         .content = arena_copy(s->arena, d->body),
                         .line = s->line };
    *(q->files ? &q->last_file->next : &q->files) = f;
    q->last_file = f;
}

/* A form's submit brings back the value of its button. */
static void show_form(struct stage *s, const struct delivery *d)
{
    struct nodes m = body_of(s, d);
    const struct node *n = m.first;
    while (n && n->kind != NODE_BUTTON)
        n = n->next;
    struct form *f = arena_new(s->arena, struct form);
    *f = (struct form){ .who = arena_copy(s->arena, d->user),
                        .value = n ? n->value : NULL,
                        .platform = arena_copy(s->arena, d->platform),
                        .conversation = arena_copy(s->arena, d->conversation),
                        .older = s->forms };
    s->forms = f;
    note_seen(s, OP_FORM, stage_queue(s, d->user, NULL), nodes_to_neutral(s->arena, &m));
}

static enum outcome show(struct stage *s, const struct delivery *d, const char *id)
{
    switch (d->op) {
    case OP_POST:
        show_post(s, d, id);
        return OUTCOME_SENT;
    case OP_EDIT:
        return show_edit(s, d);
    case OP_DELETE:
        return show_delete(s, d);
    case OP_VIEW:
        show_home(s, d);
        return OUTCOME_SENT;
    case OP_REACT:
        note_seen(s, OP_REACT, queue_of(s, d), arena_copy(s->arena, d->body));
        return OUTCOME_SENT;
    case OP_FILE:
        show_file(s, d);
        return OUTCOME_SENT;
    case OP_FORM:
        show_form(s, d);
        return OUTCOME_SENT;
    }
    return OUTCOME_REFUSED;
}

/* ---- What comes back --------------------------------------------------------------------------------------------- */

static void add_waiting(struct waiting **first, struct waiting **last, struct waiting *w)
{
    *(*first ? &(*last)->next : first) = w;
    *last = w;
}

static void answer(struct stage *s, const struct delivery *d, enum outcome outcome, const char *id)
{
    struct waiting *w = arena_new(s->arena, struct waiting);
    w->event = (struct event){ .kind = EVENT_RESULT,
                               .platform = arena_copy(s->arena, d->platform),
                               .received_ms = s->now_ms,
                               .row = d->row,
                               .attempt = d->attempt,
                               .outcome = outcome,
                               .platform_id = id,
                               .retry_ms = outcome == OUTCOME_RETRY ? 1000 : 0,
                               .text = outcome == OUTCOME_RETRY ? "the conversation says: fail send" : NULL };
    add_waiting(&s->results, &s->last_result, w);
}

static const struct sent_key *key_of(struct stage *s, const struct delivery *d)
{
    for (const struct sent_key *k = s->keys; k; k = k->older)
        if (strcmp(k->key, d->send_key) == 0 && strcmp(k->platform, d->platform) == 0)
            return k;
    return NULL;
}

static void remember_key(struct stage *s, const struct delivery *d, const char *id)
{
    struct sent_key *k = arena_new(s->arena, struct sent_key);
    *k = (struct sent_key){ .platform = arena_copy(s->arena, d->platform),
                            .key = arena_copy(s->arena, d->send_key),
                            .id = id,
                            .older = s->keys };
    s->keys = k;
}

static bool remembers(const char *platform)
{
    for (size_t i = 0; i < sizeof traits / sizeof *traits; i++)
        if (strcmp(traits[i].platform, platform) == 0)
            return traits[i].memory_ms > 0;
    return false;
}

static void deliver(void *self, const struct delivery *d)
{
    struct stage *s = ((struct stage_transport *)self)->stage;
    const struct sent_key *known = d->send_key ? key_of(s, d) : NULL;
    if (d->look_up) {
        answer(s, d, known ? OUTCOME_SENT : OUTCOME_NOT_FOUND, known ? known->id : NULL);
    } else if (d->expires_ms && s->now_ms >= d->expires_ms) {
        answer(s, d, OUTCOME_EXPIRED, NULL);
    } else if (s->fail > 0) {
        s->fail--;
        answer(s, d, OUTCOME_RETRY, NULL);
    } else {
        const char *id = known && remembers(d->platform) ? known->id : NULL;
        enum outcome outcome = OUTCOME_SENT;
        if (!id) {
            id = stage_next_id(s, "m");
            outcome = show(s, d, id);
            if (d->send_key && outcome == OUTCOME_SENT)
                remember_key(s, d, id);
        }
        if (s->lose > 0) {
            s->lose--;
            outcome = OUTCOME_UNKNOWN;
        }
        answer(s, d, outcome, outcome == OUTCOME_SENT ? id : NULL);
    }
}

static void acknowledge(void *self, const struct event *e, const char *reply)
{
    (void)self;
    (void)reply;
    if (e->context)
        ((struct waiting *)e->context)->acknowledged = true;
}

void stage_add_transports(struct stage *s, struct core *c)
{
    for (size_t i = 0; i < sizeof traits / sizeof *traits; i++) {
        s->transports[i] = (struct stage_transport){ s, traits[i].platform };
        struct transport t = { .platform = traits[i].platform,
                               .self = &s->transports[i],
                               .deliver = deliver,
                               .acknowledge = acknowledge,
                               .wait_ms = traits[i].wait_ms,
                               .memory_ms = traits[i].memory_ms,
                               .account_format = "%s",
                               .direct_format = "@%s" };
        core_add_transport(c, &t);
    }
}

void stage_add_event(struct stage *s, const struct event *e)
{
    struct waiting *w = arena_new(s->arena, struct waiting);
    w->event = *e;
    w->event.context = w;
    add_waiting(&s->events, &s->last_event, w);
}

size_t stage_take(struct stage *s, struct event *events)
{
    size_t n = 0;
    for (; s->results && n < CORE_BATCH; s->results = s->results->next)
        events[n++] = s->results->event;
    for (const struct waiting *w = s->events; w && n < CORE_BATCH; w = w->next)
        events[n++] = w->event;
    return n;
}

void stage_drop_acknowledged(struct stage *s)
{
    while (s->events && s->events->acknowledged)
        s->events = s->events->next;
}

void stage_drop_results(struct stage *s)
{
    s->results = NULL;
}
