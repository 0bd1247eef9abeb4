#include "outbox_table.h"

#include <stdlib.h>
#include <string.h>

enum {
    HANDFUL = 16,
    NOT_CONNECTED_MS = 60 * 1000,
    MEMORY_MARGIN = 24 /* of the memory of a platform; of a day: an hour */
};

/* ---- The table at work ------------------------------------------------------------------------------------------- */

bool outbox_row_is_final(enum row_state state)
{
    return state != ROW_READY && state != ROW_TAKEN && state != ROW_DOUBT;
}

static unsigned platform_facts(const struct transport *p, const struct row *r, int64_t now_ms)
{
    unsigned f = p && p->memory_ms > 0 ? KEYED : 0;

    if (f && r->first_ms && now_ms - r->first_ms < p->memory_ms - p->memory_ms / MEMORY_MARGIN)
        f |= REMEMBERED;
    bool at_once = r->lane == LANE_PERISHABLE && r->op != OP_FORM;
    if (p && !f && (at_once || (r->ephemeral && r->op == OP_POST)))
        f |= ONCE;
    return f;
}

static unsigned target_facts(const struct row *r)
{
    if (r->target || r->message_id || !r->message || (r->op != OP_EDIT && r->op != OP_DELETE && r->op != OP_REACT))
        return 0;
    if (r->coming)
        return COMING;
    return r->post_refused ? GONE | POST_REFUSED : GONE;
}

unsigned outbox_row_facts(const struct outbox *o, const struct row *r, int64_t now_ms)
{
    unsigned f = platform_facts(outbox_platform(o, r->platform), r, now_ms) | target_facts(r);

    f |= r->op == OP_POST || r->op == OP_FILE ? POSTS : r->op == OP_EDIT ? EDITS : r->op == OP_DELETE ? DELETES : 0;
    f |= r->lane == LANE_PERISHABLE || r->op == OP_FORM ? PERISHES : 0;
    f |= r->expires_ms && r->expires_ms <= now_ms ? PAST : 0;
    f |= r->withdrawn ? WITHDRAWN : 0;
    f |= r->unknowns + 1 >= OUTBOX_UNKNOWNS ? LIMIT : 0;
    f |= r->looking == 2 ? LAST : 0;
    f |= r->opens ? SHUT : 0;
    return f;
}

bool outbox_row_happen(struct outbox *o, struct row *r, enum happening happening, const struct cause *c)
{
    const struct rule *rule = outbox_rule_find(r->state, happening, outbox_row_facts(o, r, c->now_ms));

    unsigned changes = o->changes;

    if (!rule)
        return false;
    r->state = rule->then;
    rule->act(o, r, c);
    outbox_row_write(o, r);
    if (outbox_row_is_final(r->state)) {
        if (r->followed || changes != o->changes)
            outbox_lane_wake(o, r, c->now_ms);
        if (r->op == OP_POST && r->message && (r->referred || changes != o->changes))
            outbox_message_wake(o, r->message, c->now_ms);
    }
    return true;
}

/* ---- Rows come --------------------------------------------------------------------------------------------------- */

struct outbox *outbox_open(struct store *s)
{
    struct outbox *o = calloc(1, sizeof *o);

    if (!o)
        abort();
    o->store = s;
    o->scratch = arena_open();
    return o;
}

void outbox_close(struct outbox *o)
{
    if (!o)
        return;
    arena_close(o->scratch);
    free(o);
}

void outbox_add_platform(struct outbox *o, const struct transport *traits)
{
    if (o->platform_count == OUTBOX_PLATFORMS)
        abort();
    o->platforms[o->platform_count++] = *traits;
}

void outbox_ask_hours(struct outbox *o, int64_t (*opens)(void *context, int64_t person, const char *class),
                      void *context)
{
    o->opens = opens;
    o->opens_context = context;
}

/* Tell the row of that id about a newer one. false: the newer one needs a row of its own. */
static bool takes_in(struct outbox *o, int64_t id, enum happening happening, const struct outbox_row *newer,
                     int64_t now_ms)
{
    bool behind = false;
    struct cause c = { .now_ms = now_ms, .newer = newer, .behind = &behind };

    return id && outbox_row_happen(o, outbox_row_read(o, o->scratch, id), happening, &c) && !behind;
}

static bool message_is_withdrawn(struct outbox *o, int64_t message)
{
    return store_int(o->store, "SELECT withdrawn FROM message WHERE id = ?1", VALUES(I(message)));
}

static int64_t add_edit(struct outbox *o, const struct outbox_row *row, int64_t now_ms)
{
    if (message_is_withdrawn(o, row->message))
        return 0;
    int64_t newest = store_int(o->store,
                               "SELECT id FROM outbox WHERE message = ?1 AND op IN ('post', 'edit') AND"
                               " final = 0 ORDER BY id DESC LIMIT 1",
                               VALUES(I(row->message)));
    return takes_in(o, newest, ON_EDIT, row, now_ms) ? 0 : outbox_row_insert(o, row, now_ms);
}

static int64_t add_superseding(struct outbox *o, const struct outbox_row *row, int64_t now_ms)
{
    int64_t newest = store_int(
        o->store,
        "SELECT id FROM outbox WHERE platform = ?1 AND conversation = ?2 AND lane = ?3 AND"
        " supersede = ?4 AND op = ?5 AND final = 0"
        " ORDER BY id DESC LIMIT 1",
        VALUES(T(row->platform), T(row->conversation), I(row->lane), T(row->supersede), T(outbox_op_name(row->op))));
    return takes_in(o, newest, ON_SUPERSEDE, row, now_ms) ? 0 : outbox_row_insert(o, row, now_ms);
}

/* Nothing of the message that waits is shown any more; a delete row follows what was or may have been shown. */
static int64_t add_delete(struct outbox *o, const struct outbox_row *row, int64_t now_ms)
{
    struct rows *from = store_query(o->store, o->scratch,
                                    "SELECT id FROM outbox WHERE message = ?1 AND final = 0"
                                    " ORDER BY id",
                                    VALUES(I(row->message)));
    bool shown = store_int(o->store, "SELECT count(*) FROM message WHERE id = ?1 AND platform_id IS NOT NULL",
                           VALUES(I(row->message)));
    bool deleted = false, behind = false;
    struct cause c = { .now_ms = now_ms, .newer = row, .behind = &behind };

    struct row_ids ids = outbox_row_ids(o, from);

    for (size_t i = 0; i < ids.n; i++) {
        struct row *r = outbox_row_read(o, o->scratch, ids.id[i]);
        deleted = deleted || r->op == OP_DELETE;
        behind = false;
        outbox_row_happen(o, r, ON_WITHDRAW, &c);
        shown = shown || (behind && r->op == OP_POST);
    }
    return shown && !deleted ? outbox_row_insert(o, row, now_ms) : 0;
}

int64_t outbox_add(struct outbox *o, const struct outbox_row *row, int64_t now_ms)
{
    arena_reset(o->scratch);
    if (row->op == OP_DELETE && row->message)
        return add_delete(o, row, now_ms);
    if (row->op == OP_EDIT && row->message)
        return add_edit(o, row, now_ms);
    if (row->supersede)
        return add_superseding(o, row, now_ms);
    return outbox_row_insert(o, row, now_ms);
}

/* ---- Rows go ----------------------------------------------------------------------------------------------------- */

static struct delivery delivery_of(const struct row *r)
{
    return (struct delivery){
        .row = r->id,
        .attempt = r->attempt,
        .op = r->op,
        .look_up = r->state == ROW_DOUBT && r->looking,
        .message = r->message,
        .person = r->person,
        .platform = r->platform,
        .conversation = r->conversation,
        .thread = r->thread,
        .user = r->user,
        .ephemeral = r->ephemeral,
        .send_key = r->send_key,
        .target = r->target ? r->target : r->message_id,
        .reply_to = r->reply_to,
        .body = r->frozen ? r->frozen : r->body,
        .name = r->name,
        .first_ms = r->first_ms,
        .expires_ms = r->expires_ms,
    };
}

/* A request of the process before may still land, whatever time the row was given. */
static bool must_wait_after_start(const struct outbox *o, struct row *r, int64_t now_ms)
{
    int64_t from_ms = o->started_ms + outbox_platform(o, r->platform)->wait_ms;

    if (r->state != ROW_DOUBT || now_ms >= from_ms)
        return false;
    r->next_ms = from_ms;
    return true;
}

/* true: handed over. */
static bool take_row(struct outbox *o, struct arena *a, struct row *r, int64_t now_ms,
                     void (*give)(void *context, const struct delivery *d), void *context)
{
    bool connected = outbox_platform(o, r->platform);

    if (!connected)
        r->next_ms = now_ms + NOT_CONNECTED_MS;
    if (!connected || must_wait_after_start(o, r, now_ms)) {
        outbox_row_write(o, r);
        return false;
    }
    if (o->opens && r->op == OP_POST && r->person && r->class)
        r->opens = o->opens(o->opens_context, r->person, r->class);
    if (!outbox_row_happen(o, r, ON_TIME, &(struct cause){ .now_ms = now_ms }))
        store_fail(o->store, "an outbox row is due in a state that waits for nothing");
    if (!r->hand_over)
        return false;
    r->send_key = arena_copy(a, r->send_key);
    struct delivery d = delivery_of(r);
    give(context, &d);
    return true;
}

/* Rows are read a handful at a time; as soon as one changes others, the rest of the handful is read again. */
size_t outbox_take(struct outbox *o, struct arena *a, int64_t now_ms, size_t max,
                   void (*give)(void *context, const struct delivery *d), void *context)
{
    struct row *rows[HANDFUL];
    size_t given = 0, n, i, room;
    unsigned changes;

    arena_reset(o->scratch);
    o->started_ms = o->started_ms ? o->started_ms : now_ms;
    do {
        changes = o->changes;
        room = max - given < HANDFUL ? max - given : HANDFUL;
        n = outbox_rows_due(o, a, now_ms, rows, room);
        for (i = 0; i < n && changes == o->changes; i++)
            given += take_row(o, a, rows[i], now_ms, give, context);
    } while (given < max && (n == room || changes != o->changes));
    return given;
}

/* What an answer means depends on the question. */
static enum happening happening_of(enum outcome outcome, bool looking)
{
    if (looking && (outcome == OUTCOME_REFUSED || outcome == OUTCOME_NO_MESSAGE || outcome == OUTCOME_EXPIRED))
        return ON_NO_LOOKING;
    if (!looking && (outcome == OUTCOME_NOT_FOUND || outcome == OUTCOME_NO_LOOKING))
        return ON_UNKNOWN;
    return (enum happening)((int)ON_SENT + (int)outcome);
}

bool outbox_result(struct outbox *o, const struct event *result, int64_t now_ms, int64_t *row_message)
{
    arena_reset(o->scratch);
    struct row *r = outbox_row_read(o, o->scratch, result->row);

    if (!r || r->attempt != result->attempt || (r->state != ROW_TAKEN && r->state != ROW_DOUBT) || r->next_ms != WAITS)
        return false;
    *row_message = r->message;
    enum happening happening = happening_of(result->outcome, r->state == ROW_DOUBT && r->looking);
    return outbox_row_happen(o, r, happening, &(struct cause){ .now_ms = now_ms, .result = result });
}

void outbox_start(struct outbox *o, int64_t now_ms)
{
    arena_reset(o->scratch);
    struct rows *from = store_query(o->store, o->scratch, outbox_sql_unfinished, VALUES());
    struct row_ids ids = outbox_row_ids(o, from);

    for (size_t i = 0; i < ids.n; i++)
        outbox_row_happen(o, outbox_row_read(o, o->scratch, ids.id[i]), ON_START, &(struct cause){ .now_ms = now_ms });
}

int64_t outbox_next_ms(struct outbox *o)
{
    return store_int(o->store, outbox_sql_soon, VALUES());
}

void outbox_refuse(struct outbox *o, int64_t row, const char *why, int64_t now_ms)
{
    arena_reset(o->scratch);
    struct row *r = outbox_row_read(o, o->scratch, row);
    if (r)
        outbox_row_happen(o, r, ON_POISON, &(struct cause){ .now_ms = now_ms, .why = why });
}

bool outbox_busy(struct outbox *o, const char *platform, const char *conversation)
{
    return store_int(o->store,
                     "SELECT 1 FROM outbox WHERE platform = ?1 AND conversation = ?2 AND"
                     " final = 0 AND state <> 'ready' LIMIT 1",
                     VALUES(T(platform), T(conversation)));
}

int64_t outbox_last_message(const struct outbox *o)
{
    return o->last_message;
}
