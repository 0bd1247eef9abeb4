/* One batch: events and due rows in one transaction, each a turn. Rules 1, 3, 4 and 5 of the turn contract. */
#include "core_private.h"

#include <string.h>

#include "learnd/log.h"
#include "learnd/poison.h"
#include "learnd/text.h"

#define TURN_MAX_BYTES (256 << 20) /* a compliance file of 100,000 people has some 24 MB, and doubles as it grows */
#define HEARD_MAX (64 * 1024)      /* characters: more than an event holds in Matrix or a message in Slack */

/* ---- A turn ------------------------------------------------------------------------------------------------------ */

static void turn_is_full(void *machine)
{
    store_fail(((struct machine *)machine)->store, "the turn needs more memory than a turn may");
}

/* Programs and what is due work on everybody at once; what people send has a limit. */
struct turn turn_begin(struct machine *m, const struct event *e)
{
    bool of_people = e->kind != EVENT_OPERATE && e->kind != EVENT_DUE;

    arena_limit(m->turn_arena, of_people ? TURN_MAX_BYTES : 0, turn_is_full, m);
    m->spoken = NULL;
    m->match = NULL;
    people_forget(m);
    m->answers_message = 0;
    m->barrier = 0;
    m->undo_known = false;
    org_close(m->sent);
    m->sent = NULL;
    m->reported = (struct buf){ .arena = m->turn_arena };
    return (struct turn){ .now = m->now_ms / 1000,
                          .event = e,
                          .text = "",
                          .words = "",
                          .argument = "",
                          .settings = &m->org->settings,
                          .org = m->org,
                          .given = m->given ? m->given : m->org,
                          .arena = m->turn_arena,
                          .machine = m };
}

void turn_end(struct turn *t)
{
    struct machine *m = t->machine;

    speech_flush(t);
    speech_forget(m);
    store_close_rows(m->store);
    m->match = NULL;
    m->turns++;
}

/* ---- A batch ----------------------------------------------------------------------------------------------------- */

static bool inbox_enter(struct machine *m, const struct event *e)
{
    return store_change(
               m->store,
               "INSERT INTO inbox(platform, thing, received_ms, sent_ms, state) VALUES(?1, ?2, ?3, ?4, 'done') "
               "ON CONFLICT(platform, thing) DO NOTHING",
               VALUES(T(e->platform), T(e->thing), I(m->now_ms), I(e->sent_ms))) > 0;
}

static const char *inbox_reply(struct machine *m, const struct event *e)
{
    return store_text(m->store, m->batch, "SELECT reply FROM inbox WHERE platform = ?1 AND thing = ?2",
                      VALUES(T(e->platform), T(e->thing)));
}

/* Of what is longer than anything people write, the beginning is read: no turn takes longer for it. */
static void run_turn(struct machine *m, const struct event *e)
{
    struct event heard = *e;
    struct turn t = turn_begin(m, &heard);

    if (e->kind != EVENT_UPLOAD && e->text && strlen(e->text) > HEARD_MAX)
        heard.text = text_cut(m->turn_arena, e->text, HEARD_MAX);
    route_event(&t);
    turn_end(&t);
}

/* The outbox writes messages of its own: what would be lost is said elsewhere. */
void count_messages(struct machine *m)
{
    int64_t last = outbox_last_message(m->outbox);

    if (last >= m->next_message)
        m->next_message = last + 1;
}

/* A transport that was told "with this person" says which room it found or made: there the message is pressed and edited. */
static void learn_conversation(struct machine *m, int64_t message, const struct event *e)
{
    if (message && e->conversation)
        store_change(m->store, "UPDATE message SET conversation = ?2 WHERE id = ?1 AND conversation <> ?2",
                     VALUES(I(message), T(e->conversation)));
}

struct event *result_apply(struct machine *m, const struct event *e, size_t *held)
{
    int64_t message = 0;
    bool taken = outbox_result(m->outbox, e, m->now_ms, &message);

    *held = 0;
    count_messages(m);
    if (!taken || e->outcome != OUTCOME_SENT)
        return NULL;
    learn_conversation(m, message, e);
    return e->platform_id ? held_take(m, m->batch, e->platform, e->platform_id, held) : NULL;
}

uint64_t poison_id(const struct event *e)
{
    return e->kind != EVENT_RESULT && e->thing ? poison_event(e->platform, e->thing) : 0;
}

static void clear_held(struct batch *b)
{
    poison_clear(b->core->m.poison, &b->held_in_hand, b->held_in_hand != 0);
    b->held_in_hand = 0;
}

/* It killed the process three times: it is put aside, for an operator to look at. */
static bool is_poison(struct machine *m, const struct event *e)
{
    uint64_t id = poison_id(e);

    if (!id || poison_deaths(m->poison, id) < POISON_DEATHS)
        return false;
    store_change(m->store,
                 "INSERT INTO inbox(platform, thing, received_ms, state) VALUES(?1, ?2, ?3, 'parked') "
                 "ON CONFLICT(platform, thing) DO UPDATE SET state = 'parked'",
                 VALUES(T(e->platform), T(e->thing), I(m->now_ms)));
    held_park(m, e);
    log_error("parked", "platform=%s thing=%s", e->platform, e->thing);
    return true;
}

/* It is the one to blame where it kills, not what it runs with. */
static void run_held(struct batch *b, const struct event *held)
{
    struct machine *m = &b->core->m;

    b->held_in_hand = poison_id(held);
    poison_mark(m->poison, &b->held_in_hand, b->held_in_hand != 0);
    run_turn(m, held);
    clear_held(b);
}

/* What waited for the outcome of a message of ours runs now. */
static void run_result(struct batch *b, const struct event *e)
{
    struct machine *m = &b->core->m;
    size_t count;
    struct event *held = result_apply(m, e, &count);

    for (size_t i = 0; i < count; i++)
        if (!is_poison(m, &held[i]))
            run_held(b, &held[i]);
}

/* An operator wants it tried again. Where it kills once more it stays parked, as nothing of this was committed. */
static const char *run_parked(struct batch *b)
{
    struct machine *m = &b->core->m;
    size_t count;
    struct event *parked = held_parked(m, m->batch, &count);

    for (size_t i = 0; i < count; i++) {
        store_change(m->store, "UPDATE inbox SET state = 'done' WHERE platform = ?1 AND thing = ?2",
                     VALUES(T(parked[i].platform), T(parked[i].thing)));
        poison_forget(m->poison, poison_id(&parked[i]));
        run_held(b, &parked[i]);
        arena_reset(m->turn_arena);
    }
    return arena_printf(m->batch, "%zu tried again", count);
}

static const char *run_event(struct batch *b, const struct event *e)
{
    struct machine *m = &b->core->m;

    if (e->kind == EVENT_RESULT) {
        run_result(b, e);
        return NULL;
    }
    if (e->kind == EVENT_OPERATE && strcmp(e->name, "retry") == 0)
        return run_parked(b);
    if (is_poison(m, e))
        return NULL;
    if (e->thing && !inbox_enter(m, e))
        return inbox_reply(m, e);
    run_turn(m, e);
    if (!m->reported.len)
        return NULL;
    if (e->thing)
        store_change(m->store, "UPDATE inbox SET reply = ?3 WHERE platform = ?1 AND thing = ?2",
                     VALUES(T(e->platform), T(e->thing), T(m->reported.data)));
    return arena_copy(m->batch, m->reported.data);
}

void keep_token(struct machine *m, const struct event *e)
{
    if (e->token)
        store_change(m->store,
                     "INSERT INTO fact(name, value) VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET value = ?2",
                     VALUES(T(arena_printf(m->batch, "token.%s", e->platform)), T(e->token)));
}

struct due_row {
    int64_t id, ref;
    const char *kind;
};

static size_t read_due(struct machine *m, int64_t one, struct due_row *rows)
{
    size_t n = 0;
    struct rows *r =
        store_query(m->store, m->batch,
                    "SELECT id, kind, ref FROM due WHERE at <= ?1 AND (?2 = 0 OR id = ?2) ORDER BY at, id LIMIT ?3",
                    VALUES(I(m->now_ms / 1000), I(one), I(DUE_MAX)));

    while (row_next(r))
        rows[n++] = (struct due_row){ row_int(r, 0), row_int(r, 2), row_text(r, 1) };
    return n;
}

static uint64_t due_poison_id(struct machine *m, int64_t id)
{
    return poison_event("due", arena_printf(m->batch, "%lld", (long long)id));
}

static void run_due_row(struct machine *m, const struct due_row *row)
{
    struct event e = { .kind = EVENT_DUE, .received_ms = m->now_ms };
    struct turn t = turn_begin(m, &e);

    t.object = row->ref;
    route_due(&t, row->kind);
    turn_end(&t);
    arena_reset(m->turn_arena);
}

static void run_due(struct batch *b)
{
    struct machine *m = &b->core->m;
    struct due_row rows[DUE_MAX];
    size_t n = read_due(m, b->one_due, rows);

    for (size_t i = 0; i < n && !b->one_due && !b->suspect; i++)
        b->suspect = poison_deaths(m->poison, due_poison_id(m, rows[i].id));
    for (size_t i = 0; i < n && !b->suspect; i++) {
        uint64_t id = due_poison_id(m, rows[i].id);
        if (store_change(m->store, "DELETE FROM due WHERE id = ?1 AND at <= ?2",
                         VALUES(I(rows[i].id), I(m->now_ms / 1000))) == 0)
            continue; /* an earlier one called it off, or put it off */
        b->due_ids[b->due_in_hand++] = id;
        if (poison_deaths(m->poison, id) >= POISON_DEATHS) {
            log_error("due-given-up", "row=%lld kind=\"%s\" ref=%lld", (long long)rows[i].id, rows[i].kind,
                      (long long)rows[i].ref);
            continue;
        }
        poison_mark(m->poison, &id, 1);
        run_due_row(m, &rows[i]);
    }
}

static void take_delivery(void *context, const struct delivery *d)
{
    struct core *c = context;

    c->deliveries[c->delivery_count++] = *d;
}

/* The heads of lanes whose time has come. */
void take_deliveries(struct core *c)
{
    struct machine *m = &c->m;

    outbox_take(m->outbox, m->batch, m->now_ms, DELIVERIES_MAX - c->delivery_count, take_delivery, c);
    count_messages(m);
}

int64_t machine_next_ms(struct machine *m)
{
    int64_t due = store_int(m->store, "SELECT at FROM due ORDER BY at, id LIMIT 1", NULL, 0);
    int64_t next = outbox_next_ms(m->outbox);

    return due && due * 1000 < next ? due * 1000 : next;
}

static void batch_body(void *arg)
{
    struct batch *b = arg;
    struct machine *m = &b->core->m;

    store_begin(m->store);
    for (size_t i = 0; i < b->count; i++) {
        const char *reply = run_event(b, b->events[i]);
        if (b->replies)
            b->replies[b->place[i]] = reply;
        keep_token(m, b->events[i]);
        arena_reset(m->turn_arena);
    }
    if (b->due)
        run_due(b);
    take_deliveries(b->core);
    b->core->due_ms = machine_next_ms(m);
    if (m->crash != 1)
        store_commit(m->store);
}

enum store_fault batch_run(struct batch *b)
{
    struct machine *m = &b->core->m;
    int64_t next_message = m->next_message;

    b->core->delivery_count = 0;
    m->cards_changed = false;
    enum store_fault fault = store_protect(m->store, batch_body, b);
    poison_clear(m->poison, b->due_ids, b->due_in_hand);
    clear_held(b);
    b->core->due_known = fault == STORE_FINE;
    if (fault != STORE_FINE) {
        store_rollback(m->store);
        b->core->delivery_count = 0;
        m->next_message = next_message;
        m->spoken = NULL;
        if (m->cards_changed)
            card_index_forget(m);
        m->purge = false;
    }
    arena_reset(m->turn_arena);
    return fault;
}
