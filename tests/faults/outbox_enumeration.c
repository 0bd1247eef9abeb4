/* Every fault at every point of an outbox row's life, alone and in pairs: the end is that of the undisturbed run.
 *
 * A small core (events, inbox, transactions, hand-over) drives the real outbox over a real database against a model of
 * a platform. Wherever something can go wrong the run asks `choose`; all answers with at most so many faults are
 * played, one run each, by going through them like an odometer. After each run what people see and what the database
 * says is written down without ids and compared with the run in which nothing went wrong. Single faults are played on a
 * file that is closed and opened at each death, pairs on a database in memory whose transaction is rolled back. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "learnd/log.h"
#include "learnd/outbox.h"
#include "outbox_platform.h"

enum { WAIT = 1500, DAY = 86400000 };

struct request { /* on its way, or late */
    struct delivery d;
    int64_t land_ms;
};

struct step { /* what happens in the world: an event, in this order */
    enum {
        END,
        POST,
        EDIT,
        WITHDRAW,
        VIEW,
        REACT,
        REACT_TO_PERSON,
        FORM,
        FILE_,
        VANISH_AND_EDIT,
        ADMIT_AND_EDIT,
        SHUT
    } what;
    const char *message, *body;
    const char *conversation; /* NULL: C1 */
    bool ephemeral;
    int64_t expires_ms; /* after it came */
    const char *fallback;
};

enum verdict { SAME, ONE_OF_BOTH, AT_LEAST_ONE };

struct scenario {
    const char *name;
    struct step steps[6];
    enum verdict verdict;        /* SAME as undisturbed; the message or its fallback: exactly one, at least one */
    const char *refuses, *hides; /* of the platform */
    bool deep;                   /* two faults and a change of order */
};

struct world {
    const struct scenario *scenario;
    const char *path; /* NULL: in memory */
    struct store *store;
    struct outbox *outbox;
    struct arena *arena;
    struct choices *choices;
    struct platform platform;
    int arrived, incoming, acknowledged; /* events: known to the source, waiting, done with */
    bool fresh;                          /* the process has just started */
    struct event results[MANY];
    struct delivery hand[MANY];
    struct request late[MANY];
    int n_results, n_hand, n_late;
    struct event stale; /* an answer that comes a second time, after the next attempt */
};

/* ---- A small core ------------------------------------------------------------------------------------------------ */

static int64_t message_of(struct world *w, const char *name)
{
    return store_int(w->store, "SELECT id FROM message WHERE cause = ?1", VALUES(T(name)));
}

static void turn(struct world *w, const struct step *s)
{
    int64_t message = message_of(w, s->message);
    const char *conversation = store_text(w->store, w->arena, "SELECT conversation FROM message WHERE id = ?1",
                                          VALUES(I(message))); /* it may have moved */
    struct outbox_row row = { .lane = LANE_SPEECH, .platform = w->platform.traits.platform, .person = 7 };

    conversation = conversation ? conversation : s->conversation ? s->conversation : "C1";
    row.conversation = conversation;
    row.ephemeral = s->ephemeral;
    row.fallback = s->fallback;
    row.expires_ms = s->expires_ms ? w->platform.now + s->expires_ms : 0;
    switch (s->what) {
    case POST:
        row.op = OP_POST;
        row.message = store_insert(w->store,
                                   "INSERT INTO message(person, platform, conversation, class, body, cause, created_ms)"
                                   " VALUES(7, ?1, ?2, 'reply', ?3, ?4, 1)",
                                   VALUES(T(row.platform), T(conversation), T(s->body), T(s->message)));
        break;
    case VANISH_AND_EDIT:
    case ADMIT_AND_EDIT:
    case EDIT:
        row.op = OP_EDIT;
        row.message = message;
        store_change(w->store, "UPDATE message SET body = ?2, revision = revision + 1 WHERE id = ?1",
                     VALUES(I(message), T(s->body)));
        break;
    case WITHDRAW:
        row.op = OP_DELETE;
        row.message = message;
        store_change(w->store, "UPDATE message SET withdrawn = 1, body = '' WHERE id = ?1", VALUES(I(message)));
        break;
    case VIEW:
        row.op = OP_VIEW;
        row.lane = LANE_REACTION;
        row.supersede = "home";
        row.body = s->body;
        break;
    case REACT:
        row.op = OP_REACT;
        row.lane = LANE_REACTION;
        row.message = message;
        row.body = s->body;
        break;
    case REACT_TO_PERSON:
        row.op = OP_REACT;
        row.lane = LANE_REACTION;
        row.target = "$theirs";
        row.body = s->body;
        break;
    case FORM:
        row.op = OP_FORM;
        row.lane = LANE_PERISHABLE;
        row.body = s->body;
        break;
    case FILE_:
        row.op = OP_FILE;
        row.body = s->body;
        break;
    case SHUT:
    case END:
        return;
    }
    outbox_add(w->outbox, &row, w->platform.now);
}

struct job {
    struct world *w;
    const struct event *result; /* NULL: the event that waits, or only time */
    struct delivery given[MANY];
    int n;
};

static void give(void *context, const struct delivery *d)
{
    struct job *j = context;
    if (j->n == MANY) {
        complain(&j->w->platform, "deliveries without end");
        return;
    }
    j->given[j->n++] = *d;
    if (d->op == OP_POST && !d->look_up &&
        store_int(j->w->store, "SELECT withdrawn FROM message WHERE id = ?1", VALUES(I(d->message))))
        complain(&j->w->platform, "what was withdrawn before is sent");
}

static void work(void *arg)
{
    struct job *j = arg;
    struct world *w = j->w;
    int64_t message;

    store_begin(w->store);
    if (j->result)
        outbox_result(w->outbox, j->result, w->platform.now, &message);
    else if (w->incoming &&
             store_change(w->store,
                          "INSERT INTO inbox(platform, thing, received_ms, state) VALUES('x', ?1, 1, 'done')"
                          " ON CONFLICT(platform, thing) DO NOTHING",
                          VALUES(T(name_of(&w->platform, w->acknowledged)))))
        turn(w, &w->scenario->steps[w->acknowledged]);
    outbox_take(w->outbox, w->arena, w->platform.now, MANY, give, j);
}

static void start_work(void *arg)
{
    struct world *w = arg;
    store_begin(w->store);
    outbox_start(w->outbox, w->platform.now);
    store_commit(w->store);
}

static void fatal(const char *what)
{
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static void open_store(struct world *w)
{
    char error[256];
    w->store = store_open(w->path ? w->path : ":memory:", error, sizeof error);
    if (!w->store)
        fatal(error);
}

/* The process dies: what it had in hand is gone, what is on its way is not. A new one starts on the same database. */
static void die(struct world *w)
{
    store_rollback(w->store);
    outbox_close(w->outbox);
    if (w->path) {
        store_close(w->store);
        open_store(w);
    }
    w->n_results = w->n_hand = 0;
    w->stale.kind = EVENT_SAY;
    w->incoming = w->arrived - w->acknowledged > 0 ? 1 : 0;
    w->outbox = outbox_open(w->store);
    outbox_add_platform(w->outbox, &w->platform.traits);
    if (store_protect(w->store, start_work, w) != STORE_FINE)
        fatal(store_error(w->store));
    w->fresh = true;
}

/* One transaction, with its acknowledgement and hand-over behind it. */
static void transact(struct world *w, const struct event *result)
{
    struct job j = { .w = w, .result = result };
    bool event = !result && w->incoming;

    w->fresh = false;
    if (store_protect(w->store, work, &j) != STORE_FINE)
        fatal(store_error(w->store));
    int fate = choose(w->choices, event ? 4 : 3, true, result ? "result" : event ? "event" : "time");
    if (fate == 1) {
        die(w);
        return;
    }
    store_commit(w->store);
    if (fate == 2) {
        die(w);
        return;
    }
    if (event && fate != 3) { /* 3: it is repeated although it was acknowledged */
        w->acknowledged++;
        w->incoming = 0;
    }
    for (int i = 0; i < j.n; i++)
        w->hand[w->n_hand++] = j.given[i];
}

/* ---- Faults on the way ------------------------------------------------------------------------------------------- */

static void bring(struct world *w, const struct delivery *d, struct answer a)
{
    if (w->n_results == MANY)
        fatal("results without end");
    struct event *e = &w->results[w->n_results++];
    *e = (struct event){ .kind = EVENT_RESULT, .row = d->row, .attempt = d->attempt, .outcome = a.outcome };
    e->platform = d->platform;
    e->platform_id = a.id;
}

enum fate { FINE, ANSWER_LOST, LATE, LATER, LOST, DIES_AFTER, DIES_LATE, DIES_BEFORE, TWICE, LATER_TWICE, FATES };

/* A look-up changes nothing, so some fates are the same for it. */
static void hand_over(struct world *w)
{
    struct delivery d = w->hand[0];
    const struct answer unknown = { OUTCOME_UNKNOWN, NULL }, later = { OUTCOME_RETRY, NULL };
    enum fate fate;

    memmove(w->hand, w->hand + 1, (size_t)--w->n_hand * sizeof d);
    fate = (enum fate)choose(w->choices, FATES, true, d.look_up ? "look-up" : "request");
    if (d.expires_ms && d.expires_ms <= w->platform.now && !d.look_up) {
        bring(w, &d, (struct answer){ OUTCOME_EXPIRED, NULL });
        return;
    }
    if (fate == LATE || fate == DIES_LATE)
        w->late[w->n_late++] = (struct request){ d, w->platform.now + WAIT - 1 };
    struct answer a =
        fate == FINE || fate == ANSWER_LOST || fate == DIES_AFTER || fate == TWICE ? land(&w->platform, &d) : unknown;
    if (fate == DIES_BEFORE || fate == DIES_AFTER || fate == DIES_LATE) {
        die(w);
        return;
    }
    if (w->stale.kind == EVENT_RESULT && w->n_results < MANY) /* of the attempt before, and in front of this one's */
        w->results[w->n_results++] = w->stale;
    w->stale = (struct event){ .kind = EVENT_SAY };
    bring(w, &d, fate == LATER || fate == LATER_TWICE ? later : fate == FINE || fate == TWICE ? a : unknown);
    if (fate == TWICE)
        bring(w, &d, a);
    if (fate == LATER_TWICE)
        w->stale = w->results[w->n_results - 1];
}

static void land_late(struct world *w)
{
    for (int i = 0; i < w->n_late;) {
        if (w->late[i].land_ms > w->platform.now) {
            i++;
            continue;
        }
        land(&w->platform, &w->late[i].d);
        w->late[i] = w->late[--w->n_late];
    }
}

/* The world beside us: what the people and the platform do as the event comes. */
static void arrive(struct world *w)
{
    const struct step *s = &w->scenario->steps[w->arrived++];
    struct platform *p = &w->platform;

    w->incoming = 1;
    for (int i = 0; i < p->n_copies && s->what == VANISH_AND_EDIT; i++)
        p->copies[i].deleted = true;
    if (s->what == ADMIT_AND_EDIT || s->what == SHUT)
        p->refuses = s->what == SHUT ? "C1" : NULL;
}

static bool idle(const struct world *w)
{
    return !w->fresh && !w->incoming && !w->n_results && !w->n_hand;
}

/* Nothing to do now: let time pass up to the next thing that happens; false: nothing ever will. */
static bool pass_time(struct world *w)
{
    int64_t next = outbox_next_ms(w->outbox);

    for (int i = 0; i < w->n_late; i++)
        next = w->late[i].land_ms < next ? w->late[i].land_ms : next;
    if (next == INT64_MAX)
        return false;
    w->platform.now = next > w->platform.now ? next : w->platform.now;
    return true;
}

static void step(struct world *w)
{
    bool more = w->scenario->steps[w->arrived].what != END && w->acknowledged == w->arrived;

    if (more && !idle(w) && choose(w->choices, 2, false, "early"))
        arrive(w);
    if (w->fresh) {
        transact(w, NULL);
    } else if (w->incoming && (!w->n_results || choose(w->choices, 2, false, "order") == 0)) {
        transact(w, NULL);
    } else if (w->n_results) {
        struct event e = w->results[0];
        memmove(w->results, w->results + 1, (size_t)--w->n_results * sizeof e);
        transact(w, &e);
    } else {
        hand_over(w);
    }
}

static void run_world(struct world *w)
{
    int steps = 0;

    for (; steps < STEPS; steps++) {
        land_late(w);
        if (!idle(w)) {
            step(w);
            continue;
        }
        bool more = w->scenario->steps[w->arrived].what != END;
        bool waits = outbox_next_ms(w->outbox) != INT64_MAX || w->n_late;
        if (more && (!waits || choose(w->choices, 2, false, "before time"))) {
            arrive(w);
        } else if (pass_time(w)) {
            land_late(w);
            transact(w, NULL);
        } else {
            break;
        }
    }
    if (steps == STEPS)
        complain(&w->platform, "it does not come to an end");
}

/* ---- What came of it --------------------------------------------------------------------------------------------- */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *sorted(struct world *w, const char **lines, int n)
{
    struct buf b = { .arena = w->arena };
    qsort(lines, (size_t)n, sizeof *lines, by_text);
    for (int i = 0; i < n; i++)
        buf_printf(&b, "    %s\n", lines[i]);
    return buf_text(&b);
}

static int seen(const struct platform *p, const char *conversation, const char *start)
{
    int n = 0;
    for (int i = 0; i < p->n_copies; i++)
        n += !p->copies[i].deleted && (!conversation || strcmp(p->copies[i].conversation, conversation) == 0) &&
             strncmp(p->copies[i].body, start, strlen(start)) == 0;
    return n;
}

static int earlier_in(const struct platform *p, int of)
{
    int n = 0;
    for (int i = 0; i < of; i++)
        n += !p->copies[i].deleted && strcmp(p->copies[i].conversation, p->copies[of].conversation) == 0;
    return n;
}

/* What people see in the end: texts with their place in the conversation, reactions, views; and what the database says.
 */
static const char *dump(struct world *w)
{
    const char *lines[4 * MANY];
    struct platform *p = &w->platform;
    int n = 0;

    for (int i = 0; i < p->n_copies; i++)
        if (!p->copies[i].deleted)
            lines[n++] = arena_printf(w->arena, "seen %s %d: %s", p->copies[i].conversation, earlier_in(p, i),
                                      p->copies[i].body);
    for (int i = 0; i < p->n_reactions; i++) {
        const struct copy *c = copy_of(p, p->reactions[i].place);
        if (c || *p->reactions[i].place == '$')
            lines[n++] = arena_printf(w->arena, "reaction %s on %s", p->reactions[i].text, c ? c->body : "theirs");
    }
    for (int i = 0; i < p->n_views; i++)
        lines[n++] = arena_printf(w->arena, "view %s", p->views[i].text);
    struct rows *r =
        store_query(w->store, w->arena,
                    "SELECT m.conversation, coalesce(m.cause, '-'), m.body, m.withdrawn FROM message m", VALUES());
    while (row_next(r))
        lines[n++] = arena_printf(w->arena, "message %s %s %s %d", row_text(r, 0), row_text(r, 1), row_text(r, 2),
                                  (int)row_int(r, 3));
    return sorted(w, lines, n);
}

/* Whatever went wrong: nothing waits, no person sees a thing twice or what was taken back, and we know what they see.
 */
static void check_always(struct world *w)
{
    struct platform *p = &w->platform;

    if (store_int(w->store, "SELECT count(*) FROM outbox WHERE final = 0", VALUES()))
        complain(&w->platform, "a row waits for ever");
    for (int i = 0; i < p->n_copies; i++) {
        const struct copy *c = &p->copies[i];
        char start[8] = "";
        memcpy(start, c->body, strcspn(c->body, ".") < 7 ? strcspn(c->body, ".") : 7);
        if (!c->deleted && seen(p, c->conversation, start) > 1)
            complain(&w->platform, "a message is there twice");
        if (strncmp(c->body, "secret", 6) == 0 && !c->ephemeral && strcmp(c->conversation, "D7") != 0)
            complain(&w->platform, "what one person was to see is seen by all");
    }
    struct rows *r = store_query(w->store, w->arena, "SELECT platform_id, body, withdrawn FROM message", VALUES());
    while (row_next(r)) {
        const char *id = row_text(r, 0);
        const struct copy *c = copy_of(p, id);
        if (c && row_int(r, 2))
            complain(&w->platform, "what was withdrawn is still there");
        if (c && strcmp(c->body, row_text(r, 1)) != 0)
            complain(&w->platform, "an old revision is shown");
    }
    if (p->n_forms > 1)
        complain(&w->platform, "a form was opened twice");
}

static void check_scenario(struct world *w, const char *undisturbed)
{
    struct platform *p = &w->platform;
    int shown = seen(p, NULL, "m1") + seen(p, NULL, "secret") - seen(p, "D7", "secret") + p->n_forms;
    int said_again = seen(p, "D7", "again") + seen(p, "D7", "secret") - 0;

    if (w->scenario->hides)
        said_again += seen(p, "D7", "m1"), shown -= seen(p, "D7", "m1");
    check_always(w);
    if (w->scenario->verdict == SAME && strcmp(undisturbed, dump(w)) != 0)
        complain(&w->platform, "the end is another one");
    if (w->scenario->verdict == ONE_OF_BOTH && shown + said_again != 1)
        complain(&w->platform, shown ? "shown, and said again" : "neither shown nor said again");
    if (w->scenario->verdict == AT_LEAST_ONE && shown + said_again < 1)
        complain(&w->platform, "neither shown nor said again");
    if (shown > 1 || said_again > 1)
        complain(&w->platform, "it is there twice");
}

/* ---- Scenarios --------------------------------------------------------------------------------------------------- */

/* clang-format off */
#define DO(op, name, ...) { .what = op, .message = name, ##__VA_ARGS__ }
static const struct scenario scenarios[] = {
    { .name = "post", .steps = { DO(POST, "m1", .body = "m1.a") } },
    { .name = "post, edit", .steps = { DO(POST, "m1", .body = "m1.a"), DO(EDIT, "m1", .body = "m1.b") }, .deep = true },
    { .name = "post, edit, edit", .steps = { DO(POST, "m1", .body = "m1.a"), DO(EDIT, "m1", .body = "m1.b"), DO(EDIT, "m1", .body = "m1.c") } },
    { .name = "post, withdraw", .steps = { DO(POST, "m1", .body = "m1.a"), DO(WITHDRAW, "m1") } },
    { .name = "post, edit, withdraw", .steps = { DO(POST, "m1", .body = "m1.a"), DO(EDIT, "m1", .body = "m1.b"), DO(WITHDRAW, "m1") } },
    { .name = "edit after the withdrawal", .steps = { DO(POST, "m1", .body = "m1.a"), DO(WITHDRAW, "m1"), DO(EDIT, "m1", .body = "m1.b") } },
    { .name = "conversation that shuts", .steps = { DO(POST, "m1", .body = "m1.a", .fallback = "again.1"), DO(SHUT, "") }, .verdict = ONE_OF_BOTH },
    { .name = "two posts keep their order", .steps = { DO(POST, "m1", .body = "m1.a"), DO(POST, "m2", .body = "m2.a") } },
    { .name = "two conversations", .steps = { DO(POST, "m1", .body = "m1.a"), DO(POST, "m2", .body = "m2.a", .conversation = "C2"), DO(EDIT, "m2", .body = "m2.b", .conversation = "C2") } },
    { .name = "post refused, then edited", .steps = { DO(POST, "m1", .body = "m1.a"), DO(ADMIT_AND_EDIT, "m1", .body = "m1.b"), DO(EDIT, "m1", .body = "m1.c") }, .refuses = "C1" },
    { .name = "post refused for good", .steps = { DO(POST, "m1", .body = "m1.a", .fallback = "again.1"), DO(EDIT, "m1", .body = "m1.b") }, .refuses = "C1", .verdict = AT_LEAST_ONE },
    { .name = "post deleted by others, then edited", .steps = { DO(POST, "m1", .body = "m1.a"), DO(VANISH_AND_EDIT, "m1", .body = "m1.b"), DO(EDIT, "m1", .body = "m1.c") } },
    { .name = "views supersede each other", .steps = { DO(VIEW, "", .body = "a"), DO(VIEW, "", .body = "b"), DO(VIEW, "", .body = "c") } },
    { .name = "reaction to a message of ours", .steps = { DO(POST, "m1", .body = "m1.a"), DO(REACT, "m1", .body = "eyes") } },
    { .name = "reaction, withdrawal", .steps = { DO(POST, "m1", .body = "m1.a"), DO(REACT, "m1", .body = "eyes"), DO(WITHDRAW, "m1") } },
    { .name = "reaction to a refused message", .steps = { DO(POST, "m1", .body = "m1.a"), DO(REACT, "m1", .body = "eyes") }, .refuses = "C1" },
    { .name = "reaction to a person's message", .steps = { DO(REACT_TO_PERSON, "", .body = "eyes"), DO(REACT_TO_PERSON, "", .body = "tick") } },
    { .name = "form", .steps = { DO(FORM, "", .body = "form", .expires_ms = 3000, .fallback = "again.1") }, .verdict = AT_LEAST_ONE },
    { .name = "form behind speech", .steps = { DO(POST, "m2", .body = "m2.a"), DO(FORM, "", .body = "form", .expires_ms = 3000, .fallback = "again.1") }, .verdict = AT_LEAST_ONE },
    { .name = "post that expires", .steps = { DO(POST, "m1", .body = "m1.a", .expires_ms = 2000, .fallback = "again.1") }, .verdict = ONE_OF_BOTH },
    { .name = "post that expires, edited", .steps = { DO(POST, "m1", .body = "m1.a", .expires_ms = 2000, .fallback = "again.1"), DO(EDIT, "m1", .body = "m1.b") }, .verdict = ONE_OF_BOTH },
    { .name = "post that expires where it is said again", .steps = { DO(POST, "m1", .body = "m1.a", .conversation = "D7", .expires_ms = 2000, .fallback = "again.1"), DO(POST, "m2", .body = "m2.a", .conversation = "D7") }, .verdict = ONE_OF_BOTH },
    { .name = "file", .steps = { DO(FILE_, "", .body = "m1.file"), DO(POST, "m2", .body = "m2.a") } },
    { .name = "ephemeral, edited", .steps = { DO(POST, "m1", .body = "secret.a", .ephemeral = true), DO(EDIT, "m1", .body = "secret.b") }, .verdict = AT_LEAST_ONE },
    { .name = "ephemeral, deleted by others, edited", .steps = { DO(POST, "m1", .body = "secret.a", .ephemeral = true), DO(VANISH_AND_EDIT, "m1", .body = "secret.b") }, .verdict = AT_LEAST_ONE },
    { .name = "where looking is not permitted", .steps = { DO(POST, "m1", .body = "m1.a"), DO(EDIT, "m1", .body = "m1.b") }, .verdict = AT_LEAST_ONE, .hides = "C1" },
};
static const struct transport platforms[] = {
    { .platform = "slack", .wait_ms = WAIT },
    { .platform = "forgetful", .wait_ms = WAIT, .memory_ms = 3000 }, /* in doubt twice, and the key is forgotten */
    { .platform = "matrix", .wait_ms = WAIT, .memory_ms = DAY },
};
/* clang-format on */

static void begin(struct world *w)
{
    static const char *const clean[] = { "DELETE FROM outbox", "DELETE FROM message", "DELETE FROM inbox",
                                         "UPDATE sqlite_sequence SET seq = 0 WHERE name IN ('outbox', 'message')" };
    for (size_t i = 0; i < sizeof clean / sizeof *clean; i++)
        store_change(w->store, clean[i], VALUES());
    arena_reset(w->arena);
    w->outbox = outbox_open(w->store);
    outbox_add_platform(w->outbox, &w->platform.traits);
}

/* One run, from the first event to the last answer. */
static const char *play(struct world *keep, const char *undisturbed)
{
    struct world w = { .scenario = keep->scenario,
                       .path = keep->path,
                       .store = keep->store,
                       .arena = keep->arena,
                       .choices = keep->choices,
                       .platform = { .arena = keep->arena, .now = 1000000, .traits = keep->platform.traits } };

    w.platform.refuses = w.scenario->refuses;
    w.platform.hides = w.scenario->hides;
    w.choices->at = w.choices->faults = w.choices->orders = 0;
    begin(&w);
    run_world(&w);
    const char *text = undisturbed ? NULL : dump(&w);
    if (undisturbed)
        check_scenario(&w, undisturbed);
    keep->platform.wrong = w.platform.wrong;
    outbox_close(w.outbox);
    keep->store = w.store;
    return text;
}

static void report(struct world *w, const char *undisturbed)
{
    struct choices *c = w->choices;

    printf("%s on %s: %s:", w->scenario->name, w->platform.traits.platform, w->platform.wrong);
    for (int i = 0; i < c->at; i++)
        printf(" %s=%d", c->names[i], c->taken[i]);
    printf("\n  undisturbed:\n%s", undisturbed);
}

struct pass {
    const char *path; /* NULL: in memory */
    int faults, orders;
    bool few;
    size_t platforms; /* the first so many */
};

/* All runs of a scenario; how many failed. */
static int enumerate(struct world *w, const struct pass *pass, long *runs)
{
    struct choices c = { .n = 0 };
    int failed = 0;

    w->choices = &c;
    char *undisturbed = strdup(play(w, NULL));
    if (!undisturbed)
        abort();
    c = (struct choices){ .most_faults = pass->faults,
                          .most_orders = pass->orders || !w->scenario->deep ? pass->orders : 1,
                          .few = pass->few };
    do {
        play(w, undisturbed);
        ++*runs;
        if (w->platform.wrong && ++failed <= 2)
            report(w, undisturbed);
    } while (choices_turn(&c) && failed < 100);
    free(undisturbed);
    return failed;
}

static void people(struct world *w)
{
    store_change(w->store, "INSERT INTO fact(name, value) VALUES('instance', 'i')", VALUES());
    store_change(w->store,
                 "INSERT INTO person(id, name, timezone, weekdays, work_from, work_to, salt)"
                 " VALUES(7, 'Alice', 'UTC', 31, 540, 1020, '')",
                 VALUES());
    store_change(w->store,
                 "INSERT INTO identity(platform, account, person, conversation) VALUES('slack', 'U7', 7, 'D7'),"
                 " ('matrix', '@a:h', 7, 'D7'), ('forgetful', '@a:h', 7, 'D7')",
                 VALUES());
}

static void enumerate_all(const struct pass *pass, int *passed, int *failed)
{
    struct world w = { .path = pass->path, .arena = arena_open() };
    const char *only = getenv("SCENARIO");
    long runs = 0;

    open_store(&w);
    people(&w);
    for (size_t s = 0; s < sizeof scenarios / sizeof *scenarios; s++)
        for (size_t p = 0; p < pass->platforms; p++) {
            if (only && strcmp(only, scenarios[s].name) != 0)
                continue;
            w.scenario = &scenarios[s];
            w.platform.traits = platforms[p];
            long before = runs;
            bool bad = enumerate(&w, pass, &runs) > 0;
            *passed += !bad;
            *failed += bad;
            if (getenv("VERBOSE"))
                printf("%-40s %-10s %ld runs\n", scenarios[s].name, platforms[p].platform, runs - before);
        }
    store_close(w.store);
    arena_close(w.arena);
    printf("%ld runs with at most %d faults and %d changes of order, %s\n", runs, pass->faults, pass->orders,
           pass->path ? "on a file" : "in memory");
}

static void remove_file(const char *path)
{
    static const char *const ends[] = { "", "-wal", "-shm" };
    char name[64];
    for (int i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s%s", path, ends[i]);
        unlink(name);
    }
}

int main(void)
{
    char path[] = "/tmp/learnd-outbox-XXXXXX";
    int fd = mkstemp(path), passed = 0, failed = 0;

    if (fd < 0)
        fatal("no temporary file");
    close(fd);
    setenv("LEARND_SYNCHRONOUS", "OFF", 1); /* the process dies here, not the machine */
    log_level_set(LOG_ERROR);
    bool all = getenv("ENUMERATE_ALL"); /* takes minutes */
    const struct pass passes[] = {
        { .path = path, .faults = 1, .orders = 0, .platforms = 3 },
        { .path = NULL, .faults = 1, .orders = all ? STEPS : 1, .platforms = all ? 3 : 2 },
        { .path = NULL, .faults = 2, .orders = all, .platforms = all ? 3 : 2, .few = !all },
    };
    for (size_t i = 0; i < sizeof passes / sizeof *passes; i++)
        enumerate_all(&passes[i], &passed, &failed);
    remove_file(path);
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
