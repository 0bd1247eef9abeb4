#include "outbox_table.h"

#include <string.h>

/* Open rows are found by partial indexes alone: their conditions stand in the statements word for word. */

/* The last two: is there anybody to wake when this row has ended? Only asked where it is likely to end. */
#define COLUMNS                                                                                                        \
    "SELECT o.id, o.message, o.person, o.state, o.op, o.lane, o.platform, o.conversation, o.thread, o.send_key,"       \
    " o.supersede, o.target, o.reply_to, o.name, o.body, o.frozen, o.fallback, o.error, o.expires_ms, o.first_ms,"     \
    " o.next_ms, o.attempt, o.unknowns, o.looking, o.ephemeral, m.platform_id, m.body, m.thread,"                      \
    " coalesce(m.withdrawn, CASE WHEN o.message IS NULL THEN 0 ELSE 1 END),"                                           \
    " (SELECT min(i.account) FROM identity i WHERE i.person = o.person AND i.platform = o.platform),"                  \
    " CASE WHEN m.platform_id IS NULL AND (o.op = 'edit' OR o.op = 'delete' OR o.op = 'react') THEN (SELECT max("      \
    "CASE WHEN p.final = 0 THEN 2 WHEN p.state = 'refused' THEN 1 ELSE 0 END) FROM outbox p"                           \
    " WHERE p.message = o.message AND p.op = 'post' AND p.id <> o.id) ELSE 0 END,"                                     \
    " CASE WHEN o.state = 'taken' THEN EXISTS(SELECT 1 FROM outbox p WHERE p.platform = o.platform AND"                \
    " p.conversation = o.conversation AND p.lane = o.lane AND p.final = 0 AND p.id > o.id) ELSE 1 END,"                \
    " CASE WHEN o.state = 'taken' THEN EXISTS(SELECT 1 FROM outbox p WHERE p.message = o.message AND p.id > o.id)"     \
    " ELSE 1 END, m.class FROM outbox o LEFT JOIN message m ON m.id = o.message "

static const char by_id[] = COLUMNS "WHERE o.id = ?1";
const char outbox_sql_due[] = COLUMNS "WHERE o.next_ms <= ?1 ORDER BY o.next_ms, o.id LIMIT ?2";
const char outbox_sql_soon[] =
    "SELECT coalesce(min(next_ms), 9223372036854775807) FROM outbox WHERE next_ms IS NOT NULL";
/* A row that was never taken waits for its turn alone; one that was has its own time. */
const char outbox_sql_lane[] = "UPDATE outbox SET next_ms = ?4 WHERE state = 'ready' AND attempt = 0 AND"
                               " coalesce(next_ms, ?4 + 1) > ?4 AND id = (SELECT id FROM outbox WHERE platform = ?1"
                               " AND conversation = ?2 AND lane = ?3 AND final = 0 ORDER BY id LIMIT 1)";
const char outbox_sql_unfinished[] = "SELECT id FROM outbox WHERE final = 0 AND state <> 'ready'"
                                     " ORDER BY platform, conversation, lane, id";

static const char *const ops[] = {
    [OP_POST] = "post",   [OP_EDIT] = "edit", [OP_DELETE] = "delete", [OP_VIEW] = "view",
    [OP_REACT] = "react", [OP_FILE] = "file", [OP_FORM] = "form",
};
static const char *const states[] = {
    [ROW_READY] = "ready",     [ROW_TAKEN] = "taken",     [ROW_DOUBT] = "doubt",       [ROW_SENT] = "sent",
    [ROW_REFUSED] = "refused", [ROW_EXPIRED] = "expired", [ROW_REPLACED] = "replaced",
};

const char *outbox_op_name(enum op op)
{
    return ops[op];
}

/* -1: none of them. */
static int index_of(const char *name, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return (int)i;
    return -1;
}

static void read_message(struct row *r, struct rows *from)
{
    int64_t posts = row_int(from, 30);

    r->message_id = row_text(from, 25);
    r->message_body = row_text(from, 26);
    r->thread = r->thread ? r->thread : row_text(from, 27);
    r->withdrawn = row_int(from, 28);
    r->user = row_text(from, 29);
    r->post_refused = posts == 1;
    r->coming = posts == 2;
    r->followed = row_int(from, 31);
    r->referred = row_int(from, 32);
    r->class = row_text(from, 33);
}

static struct row *read_row(struct outbox *o, struct arena *a, struct rows *from)
{
    struct row *r = arena_new(a, struct row);
    int state = index_of(row_text(from, 3), states, ROW_STATES), op = index_of(row_text(from, 4), ops, OP_FORM + 1);

    if (state < 0 || op < 0)
        store_fail(o->store, "an outbox row has an unknown state or op");
    *r = (struct row){
        .id = row_int(from, 0),
        .message = row_int(from, 1),
        .person = row_int(from, 2),
        .state = (enum row_state)state,
        .op = (enum op)op,
        .lane = (enum lane)row_int(from, 5),
        .platform = row_text(from, 6),
        .conversation = row_text(from, 7),
        .thread = row_text(from, 8),
        .send_key = row_text(from, 9),
        .supersede = row_text(from, 10),
        .target = row_text(from, 11),
        .reply_to = row_text(from, 12),
        .name = row_text(from, 13),
        .body = row_text(from, 14),
        .frozen = row_text(from, 15),
        .fallback = row_text(from, 16),
        .error = row_text(from, 17),
        .expires_ms = row_int(from, 18),
        .first_ms = row_int(from, 19),
        .next_ms = row_is_null(from, 20) ? WAITS : row_int(from, 20),
        .attempt = (int)row_int(from, 21),
        .unknowns = (int)row_int(from, 22),
        .looking = (int)row_int(from, 23),
        .ephemeral = row_int(from, 24),
    };
    read_message(r, from);
    return r;
}

struct row *outbox_row_read(struct outbox *o, struct arena *a, int64_t id)
{
    struct rows *from = store_query(o->store, a, by_id, VALUES(I(id)));
    struct row *r = NULL;

    if (row_next(from)) {
        r = read_row(o, a, from);
        rows_close(from);
    }
    return r;
}

size_t outbox_rows_due(struct outbox *o, struct arena *a, int64_t now_ms, struct row **rows, size_t max)
{
    struct rows *from = store_query(o->store, a, outbox_sql_due, VALUES(I(now_ms), I((int64_t)max)));
    size_t n = 0;

    while (row_next(from))
        rows[n++] = read_row(o, a, from);
    return n;
}

struct row_ids outbox_row_ids(struct outbox *o, struct rows *from)
{
    struct row_ids ids = { NULL, 0 };
    size_t room = 0;

    while (row_next(from)) {
        if (ids.n == room) {
            int64_t *more = arena_array(o->scratch, int64_t, room = room ? 2 * room : 16);
            if (ids.n)
                memcpy(more, ids.id, ids.n * sizeof *more);
            ids.id = more;
        }
        ids.id[ids.n++] = row_int(from, 0);
    }
    return ids;
}

/* What has ended keeps no words that are not needed: a file is kept nowhere but with who has it. */
static void write_final(struct outbox *o, const struct row *r)
{
    store_change(o->store,
                 "UPDATE outbox SET state = ?2, final = 1, frozen = NULL, next_ms = NULL, unknowns = ?3, error = ?4,"
                 " body = CASE WHEN op = 'file' THEN NULL ELSE body END WHERE id = ?1",
                 VALUES(I(r->id), T(states[r->state]), I(r->unknowns), T(r->error)));
}

static void write_open(struct outbox *o, const struct row *r)
{
    int64_t next_ms = r->next_ms;

    if (r->state == ROW_READY && r->expires_ms && (next_ms == WAITS || next_ms > r->expires_ms))
        next_ms = r->expires_ms; /* whatever it waits for */
    store_change(o->store,
                 "UPDATE outbox SET state = ?2, op = ?3, send_key = ?4, frozen = ?5, ephemeral = ?6, attempt = ?7,"
                 " unknowns = ?8, first_ms = ?9, next_ms = ?10, looking = ?11, error = ?12 WHERE id = ?1",
                 VALUES(I(r->id), T(states[r->state]), T(ops[r->op]), T(r->send_key), T(r->frozen), I(r->ephemeral),
                        I(r->attempt), I(r->unknowns), IDN(r->first_ms), next_ms == WAITS ? T(NULL) : I(next_ms),
                        I(r->looking), T(r->error)));
}

void outbox_row_write(struct outbox *o, const struct row *r)
{
    if (outbox_row_is_final(r->state))
        write_final(o, r);
    else
        write_open(o, r);
}

/* The head of its lane may be taken at once, perishable rows before all others; the rest waits for it, or to expire. */
int64_t outbox_row_insert(struct outbox *o, const struct outbox_row *row, int64_t now_ms)
{
    o->changes++;
    return store_insert(
        o->store,
        "INSERT INTO outbox(message, person, op, lane, platform, conversation, thread, ephemeral,"
        " supersede, target, reply_to, name, body, fallback, expires_ms, next_ms) VALUES(?1, ?2, ?3, ?4,"
        " ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, CASE WHEN EXISTS(SELECT 1 FROM outbox WHERE"
        " platform = ?5 AND conversation = ?6 AND lane = ?4 AND final = 0) THEN ?15 ELSE ?16 END)",
        VALUES(IDN(row->message), IDN(row->person), T(ops[row->op]), I(row->lane), T(row->platform),
               T(row->conversation), T(row->thread), I(row->ephemeral), T(row->supersede), T(row->target),
               T(row->reply_to), T(row->name), T(row->body), T(row->fallback), IDN(row->expires_ms),
               I(row->lane == LANE_PERISHABLE ? 0 : now_ms)));
}

void outbox_lane_wake(struct outbox *o, const struct row *of, int64_t now_ms)
{
    o->changes++;
    store_change(o->store, outbox_sql_lane, VALUES(T(of->platform), T(of->conversation), I(of->lane), I(now_ms)));
}

void outbox_message_wake(struct outbox *o, int64_t message, int64_t now_ms)
{
    struct row_ids ids = outbox_row_ids(o, store_query(o->store, o->scratch,
                                                       "SELECT id FROM outbox WHERE message = ?1 AND state = 'ready'"
                                                       " AND attempt = 0 ORDER BY id",
                                                       VALUES(I(message))));
    for (size_t i = 0; i < ids.n; i++)
        outbox_lane_wake(o, outbox_row_read(o, o->scratch, ids.id[i]), now_ms);
}

const struct transport *outbox_platform(const struct outbox *o, const char *platform)
{
    for (size_t i = 0; i < o->platform_count; i++)
        if (strcmp(o->platforms[i].platform, platform) == 0)
            return &o->platforms[i];
    return NULL;
}
