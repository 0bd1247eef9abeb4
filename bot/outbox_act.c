#include "outbox_table.h"

#include <string.h>

#include "learnd/date.h"
#include "learnd/log.h"

enum { BACKOFF_MS = 1000, BACKOFF_CAP_MS = 600 * 1000, PAUSE_CAP_MS = 3600 * 1000, WAIT_MS = 1500 };

/* Four times longer each time, up to ten minutes; rows that failed together part by their ids, so nothing is random. */
static int64_t backoff(const struct row *r, int tries)
{
    int64_t ms = BACKOFF_MS;
    for (int i = 1; i < tries && ms < BACKOFF_CAP_MS; i++)
        ms *= 4;
    ms = ms < BACKOFF_CAP_MS ? ms : BACKOFF_CAP_MS;
    return ms + ms / 4 * (int64_t)((uint64_t)r->id * 0x9E3779B97F4A7C15u >> 56) / 256;
}

static int64_t wait_of(const struct outbox *o, const struct row *r)
{
    const struct transport *p = outbox_platform(o, r->platform);
    return p ? p->wait_ms : WAIT_MS;
}

static int64_t after_unknown(const struct outbox *o, const struct row *r, int64_t now_ms)
{
    int64_t wait = wait_of(o, r), pause = backoff(r, r->unknowns);
    return now_ms + (wait > pause ? wait : pause);
}

static int64_t after_retry(const struct row *r, const struct cause *c)
{
    int64_t pause = c->result->retry_ms > 0 ? c->result->retry_ms : backoff(r, r->attempt);
    return c->now_ms + (pause < PAUSE_CAP_MS ? pause : PAUSE_CAP_MS);
}

/* ---- Handing over ------------------------------------------------------------------------------------------------ */

/* Names a row of this database and no other's, a new one for each thing a row may become: the platform may remember the
 * keys of a database that was lost. */
static const char *new_key(struct outbox *o, const struct row *r)
{
    if (!*o->instance) {
        const char *text = store_text(o->store, o->scratch, "SELECT value FROM fact WHERE name = 'instance'", VALUES());
        strncpy(o->instance, text ? text : "learnd", sizeof o->instance - 1);
    }
    return arena_printf(o->scratch, "%s.%lld.%d", o->instance, (long long)r->id, r->attempt);
}

static void hand_over(struct row *r)
{
    r->attempt++;
    r->next_ms = WAITS;
    r->hand_over = true;
}

void act_nothing(struct outbox *o, struct row *r, const struct cause *c)
{
    (void)o, (void)r, (void)c;
}

void act_take(struct outbox *o, struct row *r, const struct cause *c)
{
    hand_over(r);
    r->first_ms = r->first_ms ? r->first_ms : c->now_ms;
    r->send_key = *r->send_key ? r->send_key : new_key(o, r);
    r->frozen = r->body ? NULL : r->message_body;
}

/* What only one person saw stays theirs, in the room where they saw it. */
static bool was_ephemeral(struct outbox *o, const struct row *r)
{
    return r->ephemeral || store_int(o->store,
                                     "SELECT count(*) FROM outbox WHERE message = ?1 AND conversation = ?2 AND"
                                     " ephemeral = 1",
                                     VALUES(I(r->message), T(r->conversation)));
}

void act_take_as_post(struct outbox *o, struct row *r, const struct cause *c)
{
    r->op = OP_POST;
    r->send_key = "";
    r->ephemeral = was_ephemeral(o, r);
    act_take(o, r, c);
}

void act_wait_for_post(struct outbox *o, struct row *r, const struct cause *c)
{
    (void)o, (void)c;
    r->next_ms = WAITS; /* outbox_message_wake */
}

void act_look(struct outbox *o, struct row *r, const struct cause *c)
{
    (void)o, (void)c;
    hand_over(r);
    r->looking = r->looking ? r->looking : 1;
}

void act_repeat(struct outbox *o, struct row *r, const struct cause *c)
{
    (void)o, (void)c;
    hand_over(r);
}

/* ---- Newer rows -------------------------------------------------------------------------------------------------- */

/* The waiting row takes on the newer one's content, in place. */
static void adopt(struct outbox *o, struct row *r, const struct outbox_row *newer, int64_t now_ms)
{
    o->changes++;
    if (newer->message && newer->message == r->message) {
        store_change(o->store, "UPDATE outbox SET body = ?2 WHERE id = ?1", VALUES(I(r->id), T(newer->body)));
        return;
    }
    store_change(o->store,
                 "UPDATE outbox SET message = ?2, person = ?3, thread = ?4, ephemeral = ?5, target = ?6, reply_to = ?7,"
                 " name = ?8, body = ?9, fallback = ?10, expires_ms = ?11 WHERE id = ?1",
                 VALUES(I(r->id), IDN(newer->message), IDN(newer->person), T(newer->thread), I(newer->ephemeral),
                        T(newer->target), T(newer->reply_to), T(newer->name), T(newer->body), T(newer->fallback),
                        IDN(newer->expires_ms)));
    r->expires_ms = newer->expires_ms;
    r->ephemeral = newer->ephemeral;
    if (r->message)
        outbox_message_wake(o, r->message, now_ms);
}

void act_fold(struct outbox *o, struct row *r, const struct cause *c)
{
    adopt(o, r, c->newer, c->now_ms);
}

void act_say_late(struct outbox *o, struct row *r, const struct cause *c)
{
    (void)c;
    r->error = "it was outside their hours";
    if (r->opens == INT64_MAX) {
        log_warn("outbox-lost", "row=%lld platform=%s why=\"no hours in which it may be said\"", (long long)r->id,
                 r->platform);
        return;
    }
    store_change(o->store,
                 "INSERT INTO due(at, kind, ref, key, tz_version) VALUES(?1, 'say late', ?2, 'say late ' || ?2, ?3)"
                 " ON CONFLICT(key) DO UPDATE SET at = ?1",
                 VALUES(I(r->opens), I(r->message), T(zone_version())));
}

void act_stand_behind(struct outbox *o, struct row *r, const struct cause *c)
{
    (void)o, (void)r;
    *c->behind = true;
}

static void replace(struct outbox *o, struct row *r, int64_t now_ms)
{
    r->state = ROW_REPLACED;
    outbox_row_write(o, r);
    outbox_lane_wake(o, r, now_ms);
}

/* All rows the query gives end replaced; the last of them is returned. */
static struct row *replace_all(struct outbox *o, struct rows *from, int64_t now_ms)
{
    struct row *last = NULL;
    struct row_ids ids = outbox_row_ids(o, from);

    for (size_t i = 0; i < ids.n; i++) {
        last = outbox_row_read(o, o->scratch, ids.id[i]);
        replace(o, last, now_ms);
    }
    return last;
}

void outbox_forget(struct outbox *o, int64_t person, int64_t now_ms)
{
    arena_reset(o->scratch);
    replace_all(o,
                store_query(o->store, o->scratch, "SELECT id FROM outbox WHERE person = ?1 AND final = 0 ORDER BY id",
                            VALUES(I(person))),
                now_ms);
}

static struct rows *waiting_edits(struct outbox *o, const struct row *r)
{
    return store_query(o->store, o->scratch,
                       "SELECT id FROM outbox WHERE message = ?1 AND op = 'edit' AND state = 'ready' AND id > ?2"
                       " ORDER BY id",
                       VALUES(I(r->message), I(r->id)));
}

/* A row that may be changed again takes in what waits behind it for the same message, or for the same supersede. */
static void fold_waiting(struct outbox *o, struct row *r, int64_t now_ms)
{
    struct row *newer = NULL;

    if (r->message && (r->op == OP_POST || r->op == OP_EDIT))
        newer = replace_all(o, waiting_edits(o, r), now_ms);
    if (newer)
        adopt(o, r, &(struct outbox_row){ .message = r->message, .body = newer->body }, now_ms);
    if (!r->supersede || r->op == OP_EDIT)
        return;
    newer = replace_all(o,
                        store_query(o->store, o->scratch,
                                    "SELECT id FROM outbox WHERE platform = ?1 AND conversation = ?2 AND lane = ?3 AND"
                                    " supersede = ?4 AND op = ?5 AND final = 0 AND id > ?6"
                                    " ORDER BY id",
                                    VALUES(T(r->platform), T(r->conversation), I(r->lane), T(r->supersede),
                                           T(outbox_op_name(r->op)), I(r->id))),
                        now_ms);
    if (!newer)
        return;
    adopt(o, r,
          &(struct outbox_row){ .message = newer->message,
                                .person = newer->person,
                                .thread = newer->thread,
                                .ephemeral = newer->ephemeral,
                                .target = newer->target,
                                .reply_to = newer->reply_to,
                                .name = newer->name,
                                .body = newer->body,
                                .fallback = newer->fallback,
                                .expires_ms = newer->expires_ms },
          now_ms);
}

/* ---- Ends -------------------------------------------------------------------------------------------------------- */

void act_end(struct outbox *o, struct row *r, const struct cause *c)
{
    (void)o;
    r->error = c->result ? c->result->text : r->error;
}

void act_sent(struct outbox *o, struct row *r, const struct cause *c)
{
    const char *id = c->result->platform_id ? c->result->platform_id : r->send_key;

    if (r->op == OP_POST && r->message)
        store_change(o->store, "UPDATE message SET platform_id = ?2 WHERE id = ?1", VALUES(I(r->message), T(id)));
}

/* The person's direct conversation on the row's platform; NULL: they are not known there. */
static const char *direct_of(struct outbox *o, const struct row *r)
{
    return store_text(o->store, o->scratch,
                      "SELECT coalesce(i.conversation, '@' || i.account) FROM identity i WHERE i.person = ?1 AND"
                      " i.platform = ?2 ORDER BY CASE WHEN i.conversation IS NULL THEN 1 ELSE 0 END, i.account LIMIT 1",
                      VALUES(I(r->person), T(r->platform)));
}

static void say_in_direct(struct outbox *o, const struct row *r, int64_t message, const char *direct, int64_t now_ms)
{
    outbox_row_insert(o,
                      &(struct outbox_row){ .op = OP_POST,
                                            .lane = LANE_SPEECH,
                                            .message = message,
                                            .person = r->person,
                                            .platform = r->platform,
                                            .conversation = direct },
                      now_ms);
}

static void fall_back(struct outbox *o, const struct row *r, const struct cause *c)
{
    const char *direct = direct_of(o, r);

    if (!direct) {
        log_warn("outbox-lost", "row=%lld platform=%s no direct conversation", (long long)r->id, r->platform);
        return;
    }
    /* A conversation that refuses speech is not spoken to because of it; a refused form says nothing of speech. */
    if (r->state == ROW_REFUSED && r->lane != LANE_PERISHABLE && strcmp(direct, r->conversation) == 0)
        return;
    int64_t message =
        store_insert(o->store,
                     "INSERT INTO message(person, platform, conversation, class, body, why, cause,"
                     " created_ms) SELECT ?1, ?2, ?3, coalesce(max(class), 'reply'), ?4, max(why),"
                     " max(cause), ?5 FROM message WHERE id = ?6",
                     VALUES(I(r->person), T(r->platform), T(direct), T(r->fallback), I(c->now_ms), I(r->message)));
    o->last_message = message;
    say_in_direct(o, r, message, direct, c->now_ms);
}

void act_fall_back(struct outbox *o, struct row *r, const struct cause *c)
{
    r->error = c->why ? c->why : c->result ? c->result->text : r->error;
    if (r->state == ROW_REFUSED)
        log_warn("outbox-refused", "row=%lld platform=%s op=%s why=%s", (long long)r->id, r->platform,
                 outbox_op_name(r->op), r->error ? r->error : "");
    if (r->fallback && !r->withdrawn)
        fall_back(o, r, c);
}

/* What may have been lost and can neither be repeated nor looked up: the message itself moves to where looking is
 * always possible, and later edits go with it. */
void act_say_again(struct outbox *o, struct row *r, const struct cause *c)
{
    const char *direct = NULL;

    act_fall_back(o, r, c);
    if (r->fallback || r->withdrawn || !r->message || !r->person || (r->op != OP_POST && r->op != OP_EDIT))
        return;
    direct = direct_of(o, r);
    if (!direct) {
        log_warn("outbox-lost", "row=%lld platform=%s no direct conversation", (long long)r->id, r->platform);
        return;
    }
    replace_all(o, waiting_edits(o, r), c->now_ms);
    store_change(o->store,
                 "UPDATE message SET conversation = ?2, thread = NULL, room = NULL, platform_id = NULL WHERE id = ?1",
                 VALUES(I(r->message), T(direct)));
    say_in_direct(o, r, r->message, direct, c->now_ms);
}

/* ---- Ready again ------------------------------------------------------------------------------------------------- */

/* Certainly no copy is under way. */
void act_return(struct outbox *o, struct row *r, const struct cause *c)
{
    r->next_ms = c->result->outcome == OUTCOME_RETRY ? after_retry(r, c) : c->now_ms;
    r->frozen = NULL;
    r->first_ms = 0;
    r->looking = 0;
    fold_waiting(o, r, c->now_ms);
}

/* What was to be edited is not there: the edit is said as a message. */
void act_become_post(struct outbox *o, struct row *r, const struct cause *c)
{
    store_change(o->store, "UPDATE message SET platform_id = NULL WHERE id = ?1", VALUES(I(r->message)));
    act_return(o, r, c);
    r->op = OP_POST;
    r->send_key = "";
    r->unknowns = 0;
    r->ephemeral = was_ephemeral(o, r);
}

/* ---- Doubt ------------------------------------------------------------------------------------------------------- */

void act_doubt(struct outbox *o, struct row *r, const struct cause *c)
{
    r->unknowns++;
    r->next_ms = after_unknown(o, r, c->now_ms);
    r->looking = 0;
}

void act_doubt_at_start(struct outbox *o, struct row *r, const struct cause *c)
{
    if (r->next_ms == WAITS) /* under way when the process died */
        r->next_ms = c->now_ms + wait_of(o, r);
    r->looking = r->looking == 2 ? 2 : 0;
}

void act_doubt_retry(struct outbox *o, struct row *r, const struct cause *c)
{
    (void)o;
    r->next_ms = after_retry(r, c);
    r->looking = r->looking == 2 ? 2 : 0;
}

void act_last_look(struct outbox *o, struct row *r, const struct cause *c)
{
    r->unknowns += c->result->outcome == OUTCOME_UNKNOWN;
    r->error = c->result->text;
    r->next_ms = after_unknown(o, r, c->now_ms);
    r->looking = 2;
}

void act_look_now(struct outbox *o, struct row *r, const struct cause *c)
{
    (void)o;
    r->next_ms =
        r->expires_ms > c->now_ms ? r->expires_ms : c->now_ms; /* from then on it is looked for, not repeated */
    r->looking = 0;
}
