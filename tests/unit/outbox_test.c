/* The outbox: every line of its table, and what the lines do together. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../bot/outbox_table.h"

enum { NOW = 1000000000, WAIT = 1500, DAY = 86400000, HEARD = 64 };

struct world {
    struct store *store;
    struct outbox *outbox;
    struct arena *arena;
    int64_t now;
    struct delivery heard[HEARD]; /* what was handed over since the last look */
    size_t n;
};

static const struct transport slack = { .platform = "slack", .wait_ms = WAIT };
static const struct transport matrix = { .platform = "matrix", .wait_ms = WAIT, .memory_ms = DAY };

static void connect_platforms(struct world *w)
{
    w->outbox = outbox_open(w->store);
    outbox_add_platform(w->outbox, &slack);
    outbox_add_platform(w->outbox, &matrix);
}

static void world_finish(struct world *w)
{
    assert_string_equal(store_error(w->store), "");
    outbox_close(w->outbox);
    store_close(w->store);
    arena_close(w->arena);
}

static void hear(void *context, const struct delivery *d)
{
    struct world *w = context;
    assert_true(w->n < HEARD);
    w->heard[w->n++] = *d;
}

/* Let ms pass and see what is handed over. */
static size_t take(struct world *w, int64_t ms)
{
    w->now += ms;
    w->n = 0;
    return outbox_take(w->outbox, w->arena, w->now, HEARD, hear, w);
}

static void world_init(struct world *w)
{
    char error[256] = "";

    *w = (struct world){ .arena = arena_open(), .now = NOW };
    w->store = store_open(":memory:", error, sizeof error);
    assert_string_equal(error, "");
    connect_platforms(w);
    take(w, -WAIT); /* it has been running for a while */
    w->now = NOW;
    store_change(w->store, "INSERT INTO fact(name, value) VALUES('instance', 'i1')", VALUES());
    store_change(w->store,
                 "INSERT INTO person(id, name, timezone, weekdays, work_from, work_to, salt)"
                 " VALUES(7, 'Alice', 'UTC', 31, 540, 1020, '')",
                 VALUES());
    store_change(w->store,
                 "INSERT INTO identity(platform, account, person, conversation) VALUES('slack', 'U7', 7, 'D7'),"
                 " ('matrix', '@a:h', 7, NULL)",
                 VALUES());
}

static bool answer(struct world *w, const struct delivery *d, enum outcome outcome)
{
    int64_t message = 0;
    struct event e = { .kind = EVENT_RESULT, .row = d->row, .attempt = d->attempt, .outcome = outcome };
    e.platform_id = outcome == OUTCOME_SENT ? "P1" : NULL;
    e.text = "because";
    bool taken = outbox_result(w->outbox, &e, w->now, &message);
    assert_true(!taken || message == d->message);
    return taken;
}

static int64_t new_message(struct world *w, const char *body)
{
    return store_insert(w->store,
                        "INSERT INTO message(person, platform, conversation, class, body, created_ms)"
                        " VALUES(7, 'slack', 'C1', 'reply', ?1, 1)",
                        VALUES(T(body)));
}

static int64_t post_to(struct world *w, const char *platform, const char *conversation, int64_t message)
{
    struct outbox_row r = { .op = OP_POST, .lane = LANE_SPEECH, .message = message, .person = 7 };
    r.platform = platform;
    r.conversation = conversation;
    return outbox_add(w->outbox, &r, w->now);
}

static int64_t post(struct world *w, int64_t message)
{
    return post_to(w, "slack", "C1", message);
}

static int64_t edit(struct world *w, int64_t message, const char *body)
{
    struct outbox_row r = { .op = OP_EDIT, .lane = LANE_SPEECH, .message = message, .person = 7 };
    r.platform = "slack";
    r.conversation = "C1";
    store_change(w->store, "UPDATE message SET body = ?2, revision = revision + 1 WHERE id = ?1",
                 VALUES(I(message), T(body)));
    return outbox_add(w->outbox, &r, w->now);
}

static int64_t withdraw(struct world *w, int64_t message)
{
    struct outbox_row r = { .op = OP_DELETE, .lane = LANE_SPEECH, .message = message, .person = 7 };
    r.platform = "slack";
    r.conversation = "C1";
    store_change(w->store, "UPDATE message SET withdrawn = 1 WHERE id = ?1", VALUES(I(message)));
    return outbox_add(w->outbox, &r, w->now);
}

static const char *state_of(struct world *w, int64_t row)
{
    return store_text(w->store, w->arena, "SELECT state FROM outbox WHERE id = ?1", VALUES(I(row)));
}

static int64_t posts_in(struct world *w, const char *conversation)
{
    return store_int(w->store, "SELECT count(*) FROM outbox WHERE conversation = ?1 AND op = 'post'",
                     VALUES(T(conversation)));
}

/* ---- Every line of the table ------------------------------------------------------------------------------------- */

enum about { NO_MESSAGE, LIVE, SHOWN, TAKEN_BACK, TAKEN_BACK_SHOWN };
enum earlier { NONE, UNFINISHED, REFUSED }; /* a post of the same message in another lane */

struct line {
    const char *what;
    /* the row */
    enum row_state state;
    enum op op;
    enum about about;
    enum earlier earlier;
    const char *platform; /* NULL: slack */
    bool ephemeral, perishable, past, forgotten, shut;
    int unknowns, looking;
    /* what happens, and what comes of it */
    enum happening happening;
    enum row_state then;
    int said_again; /* posts in the person's direct conversation */
    bool handed, look_up;
    const char *text; /* a statement that gives 1 */
};

#define IS_POST "SELECT op = 'post' FROM outbox WHERE id = 100"

/* clang-format off */
static const struct line lines[] = {
    { "ready, late", ROW_READY, OP_POST, LIVE, .past = true, .happening = ON_TIME, .then = ROW_EXPIRED, .said_again = 1 },
    { "ready, withdrawn", ROW_READY, OP_POST, TAKEN_BACK, .happening = ON_TIME, .then = ROW_REPLACED },
    { "ready, its message still unsent", ROW_READY, OP_EDIT, LIVE, UNFINISHED, .happening = ON_TIME, .then = ROW_READY },
    { "ready edit of a refused post", ROW_READY, OP_EDIT, LIVE, REFUSED, .happening = ON_TIME, .then = ROW_TAKEN, .handed = true, .text = IS_POST },
    { "ready reaction to a refused post", ROW_READY, OP_REACT, LIVE, REFUSED, .happening = ON_TIME, .then = ROW_EXPIRED },
    { "ready delete of a refused post", ROW_READY, OP_DELETE, TAKEN_BACK, REFUSED, .happening = ON_TIME, .then = ROW_EXPIRED },
    { "ready edit of what never was", ROW_READY, OP_EDIT, LIVE, .happening = ON_TIME, .then = ROW_EXPIRED },
    { "ready post, not in their hours", ROW_READY, OP_POST, LIVE, .shut = true, .happening = ON_TIME, .then = ROW_REPLACED, .text = "SELECT count(*) = 1 FROM due WHERE kind = 'say late' AND ref = 1 AND at = 1234567" },
    { "ready post", ROW_READY, OP_POST, LIVE, .happening = ON_TIME, .then = ROW_TAKEN, .handed = true, .text = "SELECT attempt = 2 AND frozen = 'body' AND next_ms IS NULL FROM outbox WHERE id = 100" },
    { "ready delete", ROW_READY, OP_DELETE, TAKEN_BACK_SHOWN, .happening = ON_TIME, .then = ROW_TAKEN, .handed = true },
    { "ready, edited", ROW_READY, OP_POST, LIVE, .happening = ON_EDIT, .then = ROW_READY, .text = "SELECT count(*) = 1 FROM outbox" },
    { "ready, superseded", ROW_READY, OP_VIEW, .happening = ON_SUPERSEDE, .then = ROW_READY, .text = "SELECT body = 'newer' FROM outbox WHERE id = 100" },
    { "ready, withdrawn now", ROW_READY, OP_POST, LIVE, .happening = ON_WITHDRAW, .then = ROW_REPLACED, .text = "SELECT count(*) = 1 FROM outbox" },
    { "ready edit, withdrawn now", ROW_READY, OP_EDIT, SHOWN, .happening = ON_WITHDRAW, .then = ROW_REPLACED, .text = "SELECT count(*) = 2 FROM outbox" },
    { "ready at start", ROW_READY, OP_FORM, .happening = ON_START, .then = ROW_READY },
    { "ready, poison", ROW_READY, OP_POST, LIVE, .happening = ON_POISON, .then = ROW_REFUSED, .said_again = 1 },

    { "taken, edited", ROW_TAKEN, OP_POST, LIVE, .happening = ON_EDIT, .then = ROW_TAKEN, .text = "SELECT count(*) = 2 FROM outbox" },
    { "taken, superseded", ROW_TAKEN, OP_VIEW, .happening = ON_SUPERSEDE, .then = ROW_TAKEN, .text = "SELECT count(*) = 2 FROM outbox" },
    { "taken, withdrawn", ROW_TAKEN, OP_POST, LIVE, .happening = ON_WITHDRAW, .then = ROW_TAKEN, .text = "SELECT count(*) = 2 FROM outbox" },
    { "taken ephemeral at start", ROW_TAKEN, OP_POST, LIVE, .ephemeral = true, .happening = ON_START, .then = ROW_EXPIRED, .said_again = 1 },
    { "taken response_url at start", ROW_TAKEN, OP_POST, LIVE, .perishable = true, .happening = ON_START, .then = ROW_EXPIRED, .said_again = 1 },
    { "taken form at start", ROW_TAKEN, OP_FORM, .perishable = true, .happening = ON_START, .then = ROW_EXPIRED, .said_again = 1 },
    { "taken at start", ROW_TAKEN, OP_POST, LIVE, .happening = ON_START, .then = ROW_DOUBT, .text = "SELECT next_ms = 1000001500 FROM outbox WHERE id = 100" },
    { "taken ephemeral at start where keys are known", ROW_TAKEN, OP_POST, LIVE, .platform = "matrix", .ephemeral = true, .happening = ON_START, .then = ROW_DOUBT },
    { "taken, poison", ROW_TAKEN, OP_POST, LIVE, .happening = ON_POISON, .then = ROW_REFUSED, .said_again = 1 },
    { "taken, sent", ROW_TAKEN, OP_POST, LIVE, .happening = ON_SENT, .then = ROW_SENT, .text = "SELECT platform_id = 'P1' FROM message WHERE id = 1" },
    { "taken edit, sent", ROW_TAKEN, OP_EDIT, SHOWN, .happening = ON_SENT, .then = ROW_SENT, .text = "SELECT platform_id = 'P0' FROM message WHERE id = 1" },
    { "taken reaction that stands already", ROW_TAKEN, OP_REACT, .happening = ON_ALREADY, .then = ROW_SENT },
    { "taken, withdrawn, later", ROW_TAKEN, OP_POST, TAKEN_BACK, .happening = ON_RETRY, .then = ROW_REPLACED },
    { "taken, later", ROW_TAKEN, OP_POST, LIVE, .happening = ON_RETRY, .then = ROW_READY, .text = "SELECT frozen IS NULL AND next_ms > 1000000000 FROM outbox WHERE id = 100" },
    { "taken delete, later", ROW_TAKEN, OP_DELETE, TAKEN_BACK_SHOWN, .happening = ON_RETRY, .then = ROW_READY },
    { "taken, refused", ROW_TAKEN, OP_FORM, .perishable = true, .happening = ON_REFUSED, .then = ROW_REFUSED, .said_again = 1, .text = "SELECT error = 'because' FROM outbox WHERE id = 100" },
    { "taken edit, no such message", ROW_TAKEN, OP_EDIT, SHOWN, .happening = ON_NO_MESSAGE, .then = ROW_READY, .text = IS_POST " AND send_key = ''" },
    { "taken edit, no such message, withdrawn", ROW_TAKEN, OP_EDIT, TAKEN_BACK_SHOWN, .happening = ON_NO_MESSAGE, .then = ROW_REFUSED },
    { "taken delete, no such message", ROW_TAKEN, OP_DELETE, TAKEN_BACK_SHOWN, .happening = ON_NO_MESSAGE, .then = ROW_SENT },
    { "taken post, no such thread", ROW_TAKEN, OP_POST, LIVE, .happening = ON_NO_MESSAGE, .then = ROW_REFUSED, .said_again = 1 },
    { "taken, expired at the socket", ROW_TAKEN, OP_FORM, .perishable = true, .happening = ON_EXPIRED, .then = ROW_EXPIRED, .said_again = 1 },
    { "taken ephemeral, no answer", ROW_TAKEN, OP_POST, LIVE, .ephemeral = true, .happening = ON_UNKNOWN, .then = ROW_EXPIRED, .said_again = 1 },
    { "taken form, late, no answer", ROW_TAKEN, OP_FORM, .perishable = true, .past = true, .happening = ON_UNKNOWN, .then = ROW_EXPIRED, .said_again = 1 },
    { "taken form, in time, no answer", ROW_TAKEN, OP_FORM, .perishable = true, .happening = ON_UNKNOWN, .then = ROW_DOUBT },
    { "taken post, no answer too often", ROW_TAKEN, OP_POST, LIVE, .unknowns = 7, .happening = ON_UNKNOWN, .then = ROW_DOUBT, .text = "SELECT looking = 2 FROM outbox WHERE id = 100" },
    { "taken edit, no answer too often", ROW_TAKEN, OP_EDIT, SHOWN, .unknowns = 7, .happening = ON_UNKNOWN, .then = ROW_REFUSED, .said_again = 1 },
    { "taken, no answer", ROW_TAKEN, OP_POST, LIVE, .happening = ON_UNKNOWN, .then = ROW_DOUBT, .text = "SELECT next_ms >= 1000001500 AND unknowns = 1 AND frozen = 'body' FROM outbox WHERE id = 100" },
    { "taken, a nonsensical answer", ROW_TAKEN, OP_POST, LIVE, .happening = ON_NOT_FOUND, .then = ROW_DOUBT },

    { "doubt, edited", ROW_DOUBT, OP_POST, LIVE, .happening = ON_EDIT, .then = ROW_DOUBT, .text = "SELECT count(*) = 2 FROM outbox" },
    { "doubt, superseded", ROW_DOUBT, OP_VIEW, .happening = ON_SUPERSEDE, .then = ROW_DOUBT, .text = "SELECT count(*) = 2 FROM outbox" },
    { "doubt, withdrawn", ROW_DOUBT, OP_POST, LIVE, .happening = ON_WITHDRAW, .then = ROW_DOUBT, .text = "SELECT count(*) = 2 FROM outbox" },
    { "doubt form at start", ROW_DOUBT, OP_FORM, .perishable = true, .happening = ON_START, .then = ROW_EXPIRED, .said_again = 1 },
    { "doubt at start", ROW_DOUBT, OP_POST, LIVE, .looking = 1, .happening = ON_START, .then = ROW_DOUBT, .text = "SELECT next_ms = 1000001500 AND looking = 0 FROM outbox WHERE id = 100" },
    { "doubt, poison", ROW_DOUBT, OP_POST, LIVE, .happening = ON_POISON, .then = ROW_REFUSED, .said_again = 1 },
    { "doubt ephemeral of a platform known late", ROW_DOUBT, OP_POST, LIVE, .ephemeral = true, .happening = ON_TIME, .then = ROW_EXPIRED, .said_again = 1 },
    { "doubt form, late", ROW_DOUBT, OP_FORM, .perishable = true, .past = true, .happening = ON_TIME, .then = ROW_EXPIRED, .said_again = 1 },
    { "doubt form, in time", ROW_DOUBT, OP_FORM, .perishable = true, .happening = ON_TIME, .then = ROW_TAKEN, .handed = true },
    { "doubt post, the last look", ROW_DOUBT, OP_POST, LIVE, .platform = "matrix", .looking = 2, .happening = ON_TIME, .then = ROW_DOUBT, .handed = true, .look_up = true },
    { "doubt Slack post", ROW_DOUBT, OP_POST, LIVE, .happening = ON_TIME, .then = ROW_DOUBT, .handed = true, .look_up = true },
    { "doubt Slack edit", ROW_DOUBT, OP_EDIT, SHOWN, .happening = ON_TIME, .then = ROW_TAKEN, .handed = true },
    { "doubt Matrix post", ROW_DOUBT, OP_POST, LIVE, .platform = "matrix", .happening = ON_TIME, .then = ROW_DOUBT, .handed = true },
    { "doubt Matrix post, not in their hours", ROW_DOUBT, OP_POST, LIVE, .platform = "matrix", .shut = true, .happening = ON_TIME, .then = ROW_DOUBT, .handed = true, .look_up = true },
    { "doubt Matrix post, withdrawn", ROW_DOUBT, OP_POST, TAKEN_BACK, .platform = "matrix", .happening = ON_TIME, .then = ROW_DOUBT, .handed = true, .look_up = true },
    { "doubt Matrix post, late", ROW_DOUBT, OP_POST, LIVE, .platform = "matrix", .past = true, .happening = ON_TIME, .then = ROW_DOUBT, .handed = true, .look_up = true },
    { "doubt Matrix post, forgotten by the server", ROW_DOUBT, OP_POST, LIVE, .platform = "matrix", .forgotten = true, .happening = ON_TIME, .then = ROW_DOUBT, .handed = true, .look_up = true },
    { "doubt Matrix edit", ROW_DOUBT, OP_EDIT, SHOWN, .platform = "matrix", .happening = ON_TIME, .then = ROW_DOUBT, .handed = true },
    { "doubt, found", ROW_DOUBT, OP_POST, LIVE, .looking = 1, .happening = ON_SENT, .then = ROW_SENT, .text = "SELECT platform_id = 'P1' FROM message WHERE id = 1" },
    { "doubt reaction that stands already", ROW_DOUBT, OP_REACT, .platform = "matrix", .happening = ON_ALREADY, .then = ROW_SENT },
    { "doubt, later", ROW_DOUBT, OP_POST, LIVE, .platform = "matrix", .happening = ON_RETRY, .then = ROW_DOUBT, .text = "SELECT frozen = 'body' FROM outbox WHERE id = 100" },
    { "doubt, the last look finds nothing", ROW_DOUBT, OP_POST, LIVE, .looking = 2, .happening = ON_NOT_FOUND, .then = ROW_REFUSED, .said_again = 1 },
    { "doubt, not found, withdrawn", ROW_DOUBT, OP_POST, TAKEN_BACK, .looking = 1, .happening = ON_NOT_FOUND, .then = ROW_EXPIRED },
    { "doubt, not found, late", ROW_DOUBT, OP_POST, LIVE, .past = true, .looking = 1, .happening = ON_NOT_FOUND, .then = ROW_EXPIRED, .said_again = 1 },
    { "doubt, not found", ROW_DOUBT, OP_POST, LIVE, .looking = 1, .happening = ON_NOT_FOUND, .then = ROW_READY, .text = "SELECT next_ms = 1000000000 FROM outbox WHERE id = 100" },
    { "doubt, the last look is not permitted", ROW_DOUBT, OP_POST, LIVE, .looking = 2, .happening = ON_NO_LOOKING, .then = ROW_REFUSED, .said_again = 1 },
    { "doubt, looking not permitted", ROW_DOUBT, OP_POST, LIVE, .looking = 1, .happening = ON_NO_LOOKING, .then = ROW_EXPIRED, .said_again = 1 },
    { "doubt, looking refused", ROW_DOUBT, OP_POST, LIVE, .looking = 1, .happening = ON_REFUSED, .then = ROW_EXPIRED, .said_again = 1 },
    { "doubt Matrix post, repeat refused", ROW_DOUBT, OP_POST, LIVE, .platform = "matrix", .happening = ON_REFUSED, .then = ROW_DOUBT, .text = "SELECT looking = 2 FROM outbox WHERE id = 100" },
    { "doubt Matrix edit, repeat refused", ROW_DOUBT, OP_EDIT, SHOWN, .platform = "matrix", .happening = ON_REFUSED, .then = ROW_REFUSED, .said_again = 1 },
    { "doubt Matrix edit, no such message", ROW_DOUBT, OP_EDIT, SHOWN, .platform = "matrix", .happening = ON_NO_MESSAGE, .then = ROW_READY, .text = IS_POST },
    { "doubt Matrix delete, no such message", ROW_DOUBT, OP_DELETE, TAKEN_BACK_SHOWN, .platform = "matrix", .happening = ON_NO_MESSAGE, .then = ROW_SENT },
    { "doubt Matrix post, no such thread", ROW_DOUBT, OP_POST, LIVE, .platform = "matrix", .happening = ON_NO_MESSAGE, .then = ROW_DOUBT },
    { "doubt Matrix reaction, no such message", ROW_DOUBT, OP_REACT, .platform = "matrix", .happening = ON_NO_MESSAGE, .then = ROW_REFUSED, .said_again = 1 },
    { "doubt Matrix post, expired at the socket", ROW_DOUBT, OP_POST, LIVE, .platform = "matrix", .past = true, .happening = ON_EXPIRED, .then = ROW_DOUBT },
    { "doubt Matrix edit, expired at the socket", ROW_DOUBT, OP_EDIT, SHOWN, .platform = "matrix", .past = true, .happening = ON_EXPIRED, .then = ROW_EXPIRED, .said_again = 1 },
    { "doubt Matrix form, late, no answer", ROW_DOUBT, OP_FORM, .platform = "matrix", .perishable = true, .past = true, .happening = ON_UNKNOWN, .then = ROW_EXPIRED, .said_again = 1 },
    { "doubt, the last look fails", ROW_DOUBT, OP_POST, LIVE, .looking = 2, .happening = ON_UNKNOWN, .then = ROW_REFUSED, .said_again = 1 },
    { "doubt post, no answer too often", ROW_DOUBT, OP_POST, LIVE, .unknowns = 7, .looking = 1, .happening = ON_UNKNOWN, .then = ROW_DOUBT, .text = "SELECT looking = 2 FROM outbox WHERE id = 100" },
    { "doubt Matrix edit, no answer too often", ROW_DOUBT, OP_EDIT, SHOWN, .platform = "matrix", .unknowns = 7, .happening = ON_UNKNOWN, .then = ROW_REFUSED, .said_again = 1 },
    { "doubt, look-up without an answer", ROW_DOUBT, OP_POST, LIVE, .unknowns = 2, .looking = 1, .happening = ON_UNKNOWN, .then = ROW_DOUBT, .text = "SELECT unknowns = 3 AND next_ms > 1000015000 FROM outbox WHERE id = 100" },
};
/* clang-format on */

static void set_message(struct world *w, const struct line *l)
{
    bool shown = l->about == SHOWN || l->about == TAKEN_BACK_SHOWN;
    bool withdrawn = l->about == TAKEN_BACK || l->about == TAKEN_BACK_SHOWN;

    store_insert(w->store,
                 "INSERT INTO message(id, person, room, platform, conversation, class, body, platform_id, withdrawn,"
                 " created_ms) VALUES(1, 7, 'x', ?1, 'C1', 'reply', 'body', ?2, ?3, 1)",
                 VALUES(T(l->platform), T(shown ? "P0" : NULL), I(withdrawn)));
    if (l->earlier != NONE)
        store_insert(w->store,
                     "INSERT INTO outbox(id, message, op, lane, platform, conversation, state, final)"
                     " VALUES(99, 1, 'post', 2, ?1, 'C1', ?2, ?3)",
                     VALUES(T(l->platform), T(l->earlier == REFUSED ? "refused" : "taken"), I(l->earlier == REFUSED)));
}

static void set_row(struct world *w, const struct line *l)
{
    static const char *const states[] = { "ready", "taken", "doubt" };
    bool in_hand = l->happening >= ON_START || l->state == ROW_TAKEN;
    int64_t expires = l->past ? NOW - 1 : l->perishable ? NOW + 3000 : 0;
    int64_t first = l->state == ROW_READY ? 0 : l->forgotten ? NOW - DAY + 60000 : NOW - 10;

    if (l->about)
        set_message(w, l);
    store_insert(w->store,
                 "INSERT INTO outbox(id, message, person, op, lane, platform, conversation, ephemeral, send_key,"
                 " supersede, target, body, frozen, fallback, expires_ms, state, attempt, unknowns, first_ms, next_ms,"
                 " looking) VALUES(100, ?1, 7, ?2, ?3, ?4, 'C1', ?5, ?6, ?7, ?8, ?9, ?10, '[again]', ?11, ?12, 1, ?13,"
                 " ?14, ?15, ?16)",
                 VALUES(IDN(l->about ? 1 : 0), T(outbox_op_name(l->op)), I(l->perishable ? 0 : 1), T(l->platform),
                        I(l->ephemeral), T(l->state == ROW_READY ? "" : "k"), T(l->op == OP_VIEW ? "home" : NULL),
                        T(l->about ? NULL : "P9"), T(l->about ? NULL : "given"),
                        T(l->about && l->state != ROW_READY ? "body" : NULL), IDN(expires), T(states[l->state]),
                        I(l->unknowns), IDN(first), in_hand && l->state != ROW_READY ? T(NULL) : I(NOW - 1),
                        I(l->looking)));
}

static int64_t opens_late(void *context, int64_t person, const char *class)
{
    (void)context;
    assert_int_equal(person, 7);
    assert_string_equal(class, "reply");
    return 1234567;
}

static void let_happen(struct world *w, const struct line *l)
{
    struct outbox_row newer = { .op = OP_VIEW, .lane = LANE_SPEECH, .body = "newer", .supersede = "home" };
    struct delivery d = { .row = 100, .attempt = 1, .message = l->about ? 1 : 0 };

    if (l->shut)
        outbox_ask_hours(w->outbox, opens_late, NULL);
    newer.platform = l->platform;
    newer.conversation = "C1";
    if (l->happening >= ON_SENT)
        assert_true(answer(w, &d, (enum outcome)(l->happening - ON_SENT)));
    else if (l->happening == ON_TIME)
        take(w, 0);
    else if (l->happening == ON_START)
        outbox_start(w->outbox, w->now);
    else if (l->happening == ON_POISON)
        outbox_refuse(w->outbox, 100, "three deaths", w->now);
    else if (l->happening == ON_EDIT)
        edit(w, 1, "newer");
    else if (l->happening == ON_WITHDRAW)
        withdraw(w, 1);
    else
        outbox_add(w->outbox, &newer, w->now);
}

static const struct delivery *heard_of(struct world *w, int64_t row)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->heard[i].row == row)
            return &w->heard[i];
    return NULL;
}

/* Which line of the table is this about? */
static size_t rule_of(struct world *w, const struct line *l)
{
    const struct row *r = outbox_row_read(w->outbox, w->arena, 100);
    if (!r)
        fail_msg("%s: %s", l->what, store_error(w->store));
    enum happening h = l->happening;
    bool looking = r->state == ROW_DOUBT && r->looking;

    if (h == ON_NOT_FOUND && !looking)
        h = ON_UNKNOWN;
    if (h == ON_REFUSED && looking)
        h = ON_NO_LOOKING;
    unsigned withdrawn = h == ON_WITHDRAW ? WITHDRAWN : 0;
    const struct rule *rule =
        outbox_rule_find(r->state, h, outbox_row_facts(w->outbox, r, w->now) | withdrawn | (l->shut ? SHUT : 0));
    assert_non_null(rule);
    return (size_t)(rule - outbox_rules);
}

static void play(const struct line *given, bool *reached)
{
    static const char *const states[] = { "ready", "taken", "doubt", "sent", "refused", "expired", "replaced" };
    struct world w;
    struct line l = *given;
    char direct[8];

    l.platform = l.platform ? l.platform : "slack";
    world_init(&w);
    set_row(&w, &l);
    reached[rule_of(&w, &l)] = true;
    let_happen(&w, &l);
    const struct delivery *d = heard_of(&w, 100);
    strcpy(direct, strcmp(l.platform, "slack") == 0 ? "D7" : "@@a:h");
    if (strcmp(state_of(&w, 100), states[l.then]) != 0)
        fail_msg("%s: it is %s, not %s", l.what, state_of(&w, 100), states[l.then]);
    if (posts_in(&w, direct) != l.said_again)
        fail_msg("%s: said again %d times", l.what, (int)posts_in(&w, direct));
    if ((d != NULL) != l.handed || (d && d->look_up != l.look_up))
        fail_msg("%s: it was %s over", l.what, d ? "handed" : "not handed");
    if (l.text && store_int(w.store, l.text, VALUES()) != 1)
        fail_msg("%s: not so: %s", l.what, l.text);
    world_finish(&w);
}

static void test_every_line(void **state)
{
    bool *reached = test_calloc(outbox_rule_count, sizeof *reached);
    (void)state;

    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        play(&lines[i], reached);
    for (size_t i = 0; i < outbox_rule_count; i++)
        if (!reached[i])
            fail_msg("line %zu of the table is not tested", i + 1);
    test_free(reached);
}

/* Whatever is known of a row, something is said for all that can happen to it. */
static void test_table_is_total(void **state)
{
    (void)state;
    for (int h = ON_TIME; h < HAPPENINGS; h++)
        for (unsigned facts = 0; facts < 1u << FACTS; facts++) {
            bool answers = h >= ON_SENT;
            bool lookup_only = h == ON_NOT_FOUND || h == ON_NO_LOOKING;
            bool doubt = outbox_rule_find(ROW_DOUBT, (enum happening)h, facts),
                 taken = outbox_rule_find(ROW_TAKEN, (enum happening)h, facts);
            bool ready = outbox_rule_find(ROW_READY, (enum happening)h, facts);
            if (!doubt || taken == (lookup_only || h == ON_TIME) ||
                ready == (answers || (h == ON_WITHDRAW && (facts & DELETES))))
                fail_msg("happening %d, facts %x", h, facts);
            for (enum row_state s = ROW_SENT; s <= ROW_REPLACED; s++)
                assert_null(outbox_rule_find(s, (enum happening)h, facts));
        }
}

/* ---- What the lines do together ---------------------------------------------------------------------------------- */

static void test_a_message_is_posted_edited_and_taken_back(void **state)
{
    struct world w;
    (void)state;

    world_init(&w);
    int64_t m = new_message(&w, "one"), row = post(&w, m);
    assert_int_equal(take(&w, 0), 1);
    assert_string_equal(w.heard[0].body, "one");
    assert_string_equal(w.heard[0].user, "U7");
    assert_int_equal(edit(&w, m, "two") != 0, true); /* frozen: a row of its own */
    assert_int_equal(edit(&w, m, "three"), 0);       /* folded into that */
    assert_int_equal(take(&w, 0), 0);                /* which waits its turn */
    assert_true(outbox_busy(w.outbox, "slack", "C1"));
    assert_true(answer(&w, &w.heard[0], OUTCOME_SENT));
    assert_string_equal(state_of(&w, row), "sent");
    assert_false(outbox_busy(w.outbox, "slack", "C1"));
    assert_int_equal(take(&w, 0), 1);
    assert_int_equal(w.heard[0].op, OP_EDIT);
    assert_string_equal(w.heard[0].body, "three");
    assert_string_equal(w.heard[0].target, "P1");
    assert_true(answer(&w, &w.heard[0], OUTCOME_SENT));
    assert_true(withdraw(&w, m) != 0);
    assert_int_equal(edit(&w, m, "four"), 0); /* a withdrawal is the last revision */
    assert_int_equal(take(&w, 0), 1);
    assert_int_equal(w.heard[0].op, OP_DELETE);
    assert_true(answer(&w, &w.heard[0], OUTCOME_NO_MESSAGE));
    assert_int_equal(take(&w, DAY), 0);
    assert_int_equal(outbox_next_ms(w.outbox), INT64_MAX);
    world_finish(&w);
}

static void test_an_edit_before_the_post_goes_out_changes_it(void **state)
{
    struct world w;
    (void)state;

    world_init(&w);
    int64_t m = new_message(&w, "one");
    post(&w, m);
    assert_int_equal(edit(&w, m, "two"), 0);
    assert_int_equal(take(&w, 0), 1);
    assert_string_equal(w.heard[0].body, "two");
    assert_int_equal(take(&w, DAY), 0);
    world_finish(&w);
}

static void test_what_returns_takes_in_what_waits(void **state)
{
    struct world w;
    (void)state;

    world_init(&w);
    int64_t m = new_message(&w, "one"), row = post(&w, m);
    take(&w, 0);
    int64_t newer = edit(&w, m, "two");
    struct delivery first = w.heard[0];
    answer(&w, &first, OUTCOME_RETRY);
    assert_string_equal(state_of(&w, newer), "replaced");
    assert_int_equal(take(&w, 0), 0); /* not before its time */
    assert_int_equal(take(&w, outbox_next_ms(w.outbox) - w.now), 1);
    assert_int_equal(w.heard[0].row, row);
    assert_int_equal(w.heard[0].op, OP_POST);
    assert_string_equal(w.heard[0].body, "two");
    assert_false(answer(&w, &first, OUTCOME_SENT)); /* of another attempt */
    assert_string_equal(state_of(&w, row), "taken");
    assert_true(answer(&w, &w.heard[0], OUTCOME_SENT));
    assert_false(answer(&w, &w.heard[0], OUTCOME_SENT)); /* final */
    assert_int_equal(take(&w, DAY), 0);
    world_finish(&w);
}

static void test_a_later_answer_says_when(void **state)
{
    struct world w;
    int64_t message;
    (void)state;

    world_init(&w);
    int64_t row = post(&w, new_message(&w, "one"));
    take(&w, 0);
    struct event e = { .kind = EVENT_RESULT, .row = row, .attempt = 1, .outcome = OUTCOME_RETRY, .retry_ms = 30000 };
    assert_true(outbox_result(w.outbox, &e, w.now, &message));
    assert_int_equal(outbox_next_ms(w.outbox), w.now + 30000);
    assert_int_equal(take(&w, 29999), 0);
    assert_int_equal(take(&w, 1), 1);
    world_finish(&w);
}

static int64_t view(struct world *w, const char *body)
{
    struct outbox_row r = { .op = OP_VIEW, .lane = LANE_REACTION, .person = 7, .platform = "slack" };
    r.conversation = "home";
    r.supersede = "home:7";
    r.body = body;
    return outbox_add(w->outbox, &r, w->now);
}

static void test_views_replace_each_other(void **state)
{
    struct world w;
    (void)state;

    world_init(&w);
    int64_t row = view(&w, "a");
    assert_int_equal(view(&w, "b"), 0);
    take(&w, 0);
    assert_string_equal(w.heard[0].body, "b");
    int64_t behind = view(&w, "c");
    assert_true(behind != 0);
    assert_int_equal(view(&w, "d"), 0);
    answer(&w, &w.heard[0], OUTCOME_RETRY);
    assert_string_equal(state_of(&w, behind), "replaced");
    assert_int_equal(take(&w, 60000), 1);
    assert_int_equal(w.heard[0].row, row);
    assert_string_equal(w.heard[0].body, "d");
    world_finish(&w);
}

static void test_the_newest_view_says_until_when(void **state)
{
    struct world w;
    (void)state;

    world_init(&w);
    struct outbox_row r = { .op = OP_VIEW, .lane = LANE_REACTION, .person = 7, .platform = "slack", .body = "z" };
    r.conversation = "home";
    r.supersede = "home:7";
    view(&w, "a");
    take(&w, 0);
    int64_t behind = view(&w, "b");
    r.expires_ms = w.now + 1000;
    assert_int_equal(outbox_add(w.outbox, &r, w.now), 0);
    assert_int_equal(take(&w, 1000), 0);
    assert_string_equal(state_of(&w, behind), "expired");
    world_finish(&w);
}

static void test_only_heads_go_and_lanes_do_not_wait_for_each_other(void **state)
{
    struct world w;
    struct outbox_row form = { .op = OP_FORM, .lane = LANE_PERISHABLE, .person = 7, .body = "f", .fallback = "[x]" };
    (void)state;

    world_init(&w);
    post(&w, new_message(&w, "one"));
    post(&w, new_message(&w, "two"));
    post_to(&w, "slack", "C2", new_message(&w, "elsewhere"));
    form.platform = "slack";
    form.conversation = "C1";
    form.expires_ms = w.now + 3000;
    outbox_add(w.outbox, &form, w.now);
    assert_int_equal(take(&w, 0), 3);
    assert_int_equal(w.heard[0].op, OP_FORM); /* perishable rows before all others */
    assert_string_equal(w.heard[1].body, "one");
    assert_string_equal(w.heard[2].body, "elsewhere");
    answer(&w, &w.heard[1], OUTCOME_SENT);
    assert_int_equal(take(&w, 0), 1);
    assert_string_equal(w.heard[0].body, "two");
    world_finish(&w);
}

static void test_a_reaction_waits_for_the_post_it_is_about(void **state)
{
    struct world w;
    struct outbox_row react = { .op = OP_REACT, .lane = LANE_REACTION, .body = "eyes", .platform = "slack" };
    (void)state;

    world_init(&w);
    react.conversation = "C1";
    react.message = new_message(&w, "one");
    post(&w, react.message);
    outbox_add(w.outbox, &react, w.now);
    assert_int_equal(take(&w, 0), 1);
    assert_int_equal(take(&w, DAY), 0);
    assert_int_equal(outbox_next_ms(w.outbox), INT64_MAX); /* it waits for the answer, not for time */
    struct delivery d = { .row = 1, .attempt = 1, .message = react.message };
    answer(&w, &d, OUTCOME_SENT);
    assert_int_equal(take(&w, 0), 1);
    assert_string_equal(w.heard[0].target, "P1");
    assert_string_equal(w.heard[0].body, "eyes");
    world_finish(&w);
}

static void test_a_row_that_is_no_head_expires_too(void **state)
{
    struct world w;
    struct outbox_row late = { .op = OP_FILE, .lane = LANE_SPEECH, .person = 7, .body = "f", .fallback = "[x]" };
    (void)state;

    world_init(&w);
    post(&w, new_message(&w, "one"));
    late.platform = "slack";
    late.conversation = "C1";
    late.expires_ms = w.now + 3000;
    int64_t row = outbox_add(w.outbox, &late, w.now);
    assert_int_equal(take(&w, 0), 1);
    assert_int_equal(outbox_next_ms(w.outbox), w.now + 3000);
    assert_int_equal(take(&w, 3000), 1);
    assert_string_equal(w.heard[0].conversation, "D7");
    assert_string_equal(w.heard[0].body, "[x]");
    assert_string_equal(state_of(&w, row), "expired");
    world_finish(&w);
}

static void test_an_edit_of_a_vanished_message_is_said_anew(void **state)
{
    struct world w;
    (void)state;

    world_init(&w);
    int64_t m = new_message(&w, "one");
    post(&w, m);
    take(&w, 0);
    const char *key = w.heard[0].send_key;
    answer(&w, &w.heard[0], OUTCOME_SENT);
    edit(&w, m, "two");
    take(&w, 0);
    const char *edit_key = w.heard[0].send_key;
    edit(&w, m, "three");
    answer(&w, &w.heard[0], OUTCOME_NO_MESSAGE);
    assert_int_equal(take(&w, 0), 1);
    assert_int_equal(w.heard[0].op, OP_POST);
    assert_string_equal(w.heard[0].body, "three");
    assert_null(w.heard[0].target);
    assert_string_not_equal(w.heard[0].send_key, key);
    assert_string_not_equal(w.heard[0].send_key, edit_key);
    answer(&w, &w.heard[0], OUTCOME_SENT);
    assert_int_equal(take(&w, DAY), 0);
    world_finish(&w);
}

static void test_keys_name_this_database(void **state)
{
    struct world w;
    (void)state;

    world_init(&w);
    post(&w, new_message(&w, "one"));
    post_to(&w, "slack", "C2", new_message(&w, "two"));
    take(&w, 0);
    assert_int_equal(strncmp(w.heard[0].send_key, "i1.", 3), 0);
    assert_string_not_equal(w.heard[0].send_key, w.heard[1].send_key);
    world_finish(&w);
}

static void test_a_conversation_that_refuses_is_not_spoken_to(void **state)
{
    struct world w;
    struct outbox_row r = { .op = OP_POST, .lane = LANE_SPEECH, .person = 7, .platform = "slack", .fallback = "[x]" };
    (void)state;

    world_init(&w);
    r.conversation = "D7";
    r.message = new_message(&w, "one");
    outbox_add(w.outbox, &r, w.now);
    take(&w, 0);
    answer(&w, &w.heard[0], OUTCOME_REFUSED);
    assert_int_equal(take(&w, DAY), 0);
    assert_int_equal(posts_in(&w, "D7"), 1);
    world_finish(&w);
}

/* What is said again may have to wait for the very row that was lost, in the same lane. */
static void test_a_lost_row_makes_way_for_what_is_said_again(void **state)
{
    struct world w;
    struct outbox_row r = { .op = OP_FILE, .lane = LANE_SPEECH, .person = 7, .platform = "slack", .body = "f" };
    (void)state;

    world_init(&w);
    r.conversation = "D7";
    r.expires_ms = w.now + 1000;
    r.fallback = "[x]";
    outbox_add(w.outbox, &r, w.now);
    take(&w, 0);
    answer(&w, &w.heard[0], OUTCOME_EXPIRED);
    assert_int_equal(take(&w, 0), 1);
    assert_string_equal(w.heard[0].body, "[x]");
    world_finish(&w);
}

static void test_a_lost_ephemeral_moves_to_the_direct_conversation(void **state)
{
    struct world w;
    struct outbox_row r = { .op = OP_POST, .lane = LANE_SPEECH, .person = 7, .platform = "slack", .ephemeral = true };
    (void)state;

    world_init(&w);
    r.conversation = "C1";
    r.message = new_message(&w, "one");
    outbox_add(w.outbox, &r, w.now);
    take(&w, 0);
    int64_t behind = edit(&w, r.message, "two");
    answer(&w, &w.heard[0], OUTCOME_UNKNOWN);
    assert_string_equal(state_of(&w, behind), "replaced");
    assert_int_equal(take(&w, 0), 1);
    assert_string_equal(w.heard[0].conversation, "D7");
    assert_string_equal(w.heard[0].body, "two");
    assert_false(w.heard[0].ephemeral);
    assert_int_equal(w.heard[0].message, r.message);
    world_finish(&w);
}

/* Answer whatever is handed over without knowing, until nothing is; how long it took. */
static int64_t never_know(struct world *w, int *attempts)
{
    int64_t began = w->now;

    for (*attempts = 0; *attempts < 100; (*attempts)++) {
        int64_t next = outbox_next_ms(w->outbox);
        if (next == INT64_MAX || take(w, next > w->now ? next - w->now : 0) == 0)
            break;
        answer(w, &w->heard[0], OUTCOME_UNKNOWN);
    }
    return w->now - began;
}

static void test_nothing_blocks_for_ever(void **state)
{
    struct world w;
    int attempts;
    (void)state;

    world_init(&w);
    int64_t row = post(&w, new_message(&w, "one"));
    int64_t ms = never_know(&w, &attempts);
    assert_string_equal(state_of(&w, row), "refused");
    assert_int_equal(attempts, OUTBOX_UNKNOWNS + 1); /* and a last look */
    assert_in_range(ms, 600000, 2 * 3600000);
    world_finish(&w);
}

static void test_a_death_counts_no_unknown(void **state)
{
    struct world w;
    (void)state;

    world_init(&w);
    int64_t row = post_to(&w, "matrix", "!r", new_message(&w, "one"));
    take(&w, 0);
    const char *key = w.heard[0].send_key;
    for (int i = 0; i < 20; i++) {
        outbox_close(w.outbox);
        connect_platforms(&w);
        outbox_start(w.outbox, w.now - 60000); /* what it takes for now may be long past */
        assert_int_equal(take(&w, 0), 0);
        assert_int_equal(take(&w, WAIT - 1), 0);
        assert_int_equal(take(&w, 1), 1);
        assert_string_equal(w.heard[0].send_key, key);
        assert_false(w.heard[0].look_up);
    }
    answer(&w, &w.heard[0], OUTCOME_SENT);
    assert_string_equal(state_of(&w, row), "sent");
    world_finish(&w);
}

static void test_rows_of_a_platform_that_is_not_connected_wait(void **state)
{
    struct world w;
    static const struct transport web = { .platform = "web", .wait_ms = WAIT };
    (void)state;

    world_init(&w);
    post_to(&w, "web", "W", new_message(&w, "one"));
    assert_int_equal(take(&w, 0), 0);
    assert_true(outbox_next_ms(w.outbox) > w.now);
    outbox_add_platform(w.outbox, &web);
    assert_int_equal(take(&w, 60000), 1);
    world_finish(&w);
}

static void test_a_message_deleted_with_its_person_is_not_sent(void **state)
{
    struct world w;
    (void)state;

    world_init(&w);
    int64_t m = new_message(&w, "one"), row = post(&w, m);
    store_change(w.store, "DELETE FROM message WHERE id = ?1", VALUES(I(m)));
    assert_int_equal(take(&w, 0), 0);
    assert_string_equal(state_of(&w, row), "replaced");
    world_finish(&w);
}

static const char *plan_of(struct world *w, const char *sql, const struct value *v, size_t n)
{
    const char *explain = arena_printf(w->arena, "EXPLAIN QUERY PLAN %s", sql), *plan = "";
    struct rows *r = store_query(w->store, w->arena, explain, v, n);
    while (row_next(r))
        plan = arena_printf(w->arena, "%s%s\n", plan, row_text(r, 3));
    return plan;
}

/* However many rows are final, they are never looked at. */
static void test_final_rows_are_not_scanned(void **state)
{
    struct world w;
    (void)state;

    world_init(&w);
    const char *due = plan_of(&w, outbox_sql_due, VALUES(I(1), I(1)));
    assert_non_null(strstr(due, "SEARCH o USING INDEX outbox_next (next_ms<?)"));
    assert_null(strstr(due, "SCAN"));
    assert_null(strstr(due, "TEMP"));
    assert_non_null(strstr(plan_of(&w, outbox_sql_lane, VALUES(T("a"), T("b"), I(1), I(1))),
                           "outbox_open (platform=? AND conversation=? AND lane=?)"));
    assert_non_null(strstr(plan_of(&w, outbox_sql_soon, VALUES()), "outbox_next"));
    assert_non_null(strstr(plan_of(&w, outbox_sql_unfinished, VALUES()), "outbox_open"));
    assert_null(strstr(plan_of(&w, outbox_sql_unfinished, VALUES()), "SCAN outbox\n"));
    world_finish(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_line),
        cmocka_unit_test(test_table_is_total),
        cmocka_unit_test(test_a_message_is_posted_edited_and_taken_back),
        cmocka_unit_test(test_an_edit_before_the_post_goes_out_changes_it),
        cmocka_unit_test(test_what_returns_takes_in_what_waits),
        cmocka_unit_test(test_a_later_answer_says_when),
        cmocka_unit_test(test_views_replace_each_other),
        cmocka_unit_test(test_the_newest_view_says_until_when),
        cmocka_unit_test(test_only_heads_go_and_lanes_do_not_wait_for_each_other),
        cmocka_unit_test(test_a_reaction_waits_for_the_post_it_is_about),
        cmocka_unit_test(test_a_row_that_is_no_head_expires_too),
        cmocka_unit_test(test_an_edit_of_a_vanished_message_is_said_anew),
        cmocka_unit_test(test_keys_name_this_database),
        cmocka_unit_test(test_a_conversation_that_refuses_is_not_spoken_to),
        cmocka_unit_test(test_a_lost_row_makes_way_for_what_is_said_again),
        cmocka_unit_test(test_a_lost_ephemeral_moves_to_the_direct_conversation),
        cmocka_unit_test(test_nothing_blocks_for_ever),
        cmocka_unit_test(test_a_death_counts_no_unknown),
        cmocka_unit_test(test_rows_of_a_platform_that_is_not_connected_wait),
        cmocka_unit_test(test_a_message_deleted_with_its_person_is_not_sent),
        cmocka_unit_test(test_final_rows_are_not_scanned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
