/* Deliveries to the server, each answered by one EVENT_RESULT. The transaction id is the row's send_key at every
 * attempt, so a repetition is the same event; what is older than the server remembers is looked up in the room's
 * history first. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "learnd/log.h"
#include "learnd/nodes.h"
#include "matrix.h"

enum {
    LOOK_PAGES = 50,          /* of 100 events */
    LOOK_BEFORE_MS = 600000,  /* clocks differ: so much older than the first attempt is old enough */
    DIRECT_RETRY_MS = 500,    /* another delivery makes the room just now */
    NEW_ROOM_RETRY_MS = 3000, /* whether the room was made, /sync will say by then */
    LATER_MS = 2000
};

struct matrix_send {
    struct matrix_send *next, **link;
    struct matrix *matrix;
    struct arena *arena;
    struct delivery d;
    const char *room;
    const char *with; /* whom a direct conversation is being made with; NULL: none */
    const char *from; /* of the look-up's next page */
    int pages;
};

static void free_send(struct matrix_send *s)
{
    *s->link = s->next;
    if (s->next) {
        s->next->link = s->link;
    } else if (s->matrix->waiting_end == &s->next) {
        s->matrix->waiting_end = s->link;
    }
    arena_close(s->arena);
}

/* ---- Results ---- */

struct result {
    enum outcome outcome;
    int64_t retry_ms;
    const char *platform_id, *why;
};

static void give_result(struct matrix_send *s, struct result r)
{
    struct matrix *m = s->matrix;
    struct arena *a = arena_open();
    struct parcel *p = arena_new(a, struct parcel);
    *p = (struct parcel){ .arena = a, .events = arena_new(a, struct event), .count = 1 };
    *p->events = (struct event){
        .kind = EVENT_RESULT,
        .platform = MATRIX_PLATFORM,
        .row = s->d.row,
        .attempt = s->d.attempt,
        .outcome = r.outcome,
        .retry_ms = r.retry_ms,
        .platform_id = arena_copy(a, r.platform_id),
        .conversation = r.outcome == OUTCOME_SENT ? arena_copy(a, s->room) : NULL,
        .text = arena_copy(a, r.why),
        .received_ms = clock_ms(),
    };
    if (r.outcome != OUTCOME_SENT) {
        log_info("matrix-send", "row=%" PRId64 " attempt=%d outcome=%d retry_ms=%" PRId64 " why=\"%s\"", s->d.row,
                 s->d.attempt, (int)r.outcome, r.retry_ms, r.why ? r.why : "");
    }
    free_send(s);
    m->intake.hand_in(m->intake.self, p);
}

/* What every failed request means, whatever it was for; false: it was answered well. */
static bool failed(struct matrix_send *s, const struct http_answer *answer, struct result *r)
{
    struct matrix *m = s->matrix;
    struct matrix_error e = matrix_read_error(s->arena, answer->body, answer->size);
    const char *why = arena_printf(s->arena, "%d %s %s%s", answer->status, e.code, e.text, answer->why);
    if (answer->end == HTTP_NOT_SENT) {
        *r = (struct result){ OUTCOME_RETRY, LATER_MS + backoff_next(&m->send_backoff), NULL, why };
    } else if (answer->end == HTTP_UNKNOWN || answer->status >= 500 || answer->status == 408 ||
               answer->status / 100 == 3) {
        m->figures.unknown++;
        *r = (struct result){ OUTCOME_UNKNOWN, 0, NULL, why };
    } else if (answer->status == 429) {
        m->figures.limited++;
        struct backoff unsaid = { LATER_MS, LATER_MS, 0 };
        *r = (struct result){ OUTCOME_RETRY, matrix_wait(&unsaid, answer), NULL, why };
    } else if (answer->status == 401) {
        if (m->ready) {
            matrix_lost_token(m);
        }
        *r = (struct result){ OUTCOME_RETRY, LATER_MS, NULL, why };
    } else if (answer->status >= 400) {
        bool already = strcmp(e.code, "M_DUPLICATE_ANNOTATION") == 0;
        bool gone = s->d.op == OP_DELETE && answer->status == 404;
        *r = (struct result){ already ? OUTCOME_ALREADY : gone ? OUTCOME_NO_MESSAGE : OUTCOME_REFUSED, 0, NULL, why };
    } else {
        backoff_reset(&m->send_backoff);
        return false;
    }
    return true;
}

/* ---- Sending ---- */

static void on_sent(void *context, const struct http_answer *answer)
{
    struct matrix_send *s = context;
    struct result r;
    if (!failed(s, answer, &r)) {
        const char *id = matrix_read_member(s->arena, answer->body, answer->size, "event_id");
        r = id ? (struct result){ OUTCOME_SENT, 0, id, NULL }
               : (struct result){ OUTCOME_UNKNOWN, 0, NULL, "no event_id" };
    }
    give_result(s, r);
}

static void put(struct matrix_send *s, const char *type, const char *body)
{
    struct arena *a = s->arena;
    s->matrix->figures.sends++;
    const char *path = arena_printf(a, "/_matrix/client/v3/rooms/%s/send/%s/%s", matrix_escape(a, s->room), type,
                                    matrix_escape(a, s->d.send_key));
    matrix_ask(s->matrix, &(struct matrix_ask){ .method = "PUT", .path = path, .body = body }, on_sent, s);
}

static void put_message(struct matrix_send *s)
{
    struct arena *a = s->arena;
    struct nodes nodes;
    if (!nodes_from_json(a, s->d.body ? s->d.body : "", &nodes)) {
        give_result(s, (struct result){ OUTCOME_REFUSED, 0, NULL, "not a body of ours" });
        return;
    }
    bool moved = s->d.conversation[0] == '!' && strcmp(s->room, s->d.conversation) != 0;
    bool is_edit = s->d.op == OP_EDIT;
    put(s, "m.room.message",
        matrix_write_message(
            a, &(struct matrix_message){
                   .plain = nodes_to_matrix_plain(a, &nodes),
                   .html = nodes_to_matrix_html(a, &nodes),
                   .key = s->d.send_key,
                   .edits = is_edit ? s->d.target : NULL,
                   .reply_to = moved || is_edit ? NULL : s->d.reply_to, /* the question is in another room */
                   .thread = moved || is_edit ? NULL : s->d.thread,
                   .mention = s->d.reply_to ? s->d.user : NULL,
               }));
}

static void on_uploaded(void *context, const struct http_answer *answer)
{
    struct matrix_send *s = context;
    struct result r;
    if (failed(s, answer, &r)) {
        /* Nothing is in the room yet, and a file nobody points to is harmless: never a doubt. */
        r = r.outcome == OUTCOME_UNKNOWN ? (struct result){ OUTCOME_RETRY, LATER_MS, NULL, r.why } : r;
        give_result(s, r);
        return;
    }
    const char *url = matrix_read_member(s->arena, answer->body, answer->size, "content_uri");
    if (!url) {
        give_result(s, (struct result){ OUTCOME_RETRY, LATER_MS, NULL, "no content_uri" });
        return;
    }
    put(s, "m.room.message",
        matrix_write_message(s->arena, &(struct matrix_message){ .key = s->d.send_key,
                                                                 .url = url,
                                                                 .name = s->d.name ? s->d.name : "file.txt",
                                                                 .size = strlen(s->d.body),
                                                                 .reply_to = s->d.reply_to,
                                                                 .thread = s->d.thread }));
}

static void upload(struct matrix_send *s)
{
    struct arena *a = s->arena;
    const char *path =
        arena_printf(a, "/_matrix/media/v3/upload?filename=%s", matrix_escape(a, s->d.name ? s->d.name : "file.txt"));
    const char *body = s->d.body ? s->d.body : "";
    matrix_ask(s->matrix, &(struct matrix_ask){ .method = "POST", .path = path, .body = body, .type = "text/plain" },
               on_uploaded, s);
}

static void redact(struct matrix_send *s)
{
    struct arena *a = s->arena;
    const char *path = arena_printf(a, "/_matrix/client/v3/rooms/%s/redact/%s/%s", matrix_escape(a, s->room),
                                    matrix_escape(a, s->d.target), matrix_escape(a, s->d.send_key));
    matrix_ask(s->matrix, &(struct matrix_ask){ .method = "PUT", .path = path, .body = "{}" }, on_sent, s);
}

static void perform(struct matrix_send *s)
{
    bool needs_target = s->d.op == OP_EDIT || s->d.op == OP_DELETE || s->d.op == OP_REACT;
    if (needs_target && !s->d.target) {
        give_result(s, (struct result){ OUTCOME_NO_MESSAGE, 0, NULL, "no target" });
        return;
    }
    switch (s->d.op) {
    case OP_POST:
    case OP_EDIT:
        put_message(s);
        return;
    case OP_DELETE:
        redact(s);
        return;
    case OP_REACT:
        put(s, "m.reaction",
            matrix_write_reaction(s->arena, s->d.target, matrix_emoji_of_name(s->d.body ? s->d.body : ""),
                                  s->d.send_key));
        return;
    case OP_FILE:
        upload(s);
        return;
    case OP_VIEW:
    case OP_FORM:
        break;
    }
    give_result(s, (struct result){ OUTCOME_REFUSED, 0, NULL, "Matrix has no forms and no Home" });
}

/* ---- Looking up ---- */

static void look_further(struct matrix_send *s);

static void on_page(void *context, const struct http_answer *answer)
{
    struct matrix_send *s = context;
    struct matrix_page page = { 0 };
    struct result r;
    if (failed(s, answer, &r)) {
        bool forbidden = r.outcome == OUTCOME_REFUSED || r.outcome == OUTCOME_NO_MESSAGE;
        give_result(s, forbidden ? (struct result){ OUTCOME_NO_LOOKING, 0, NULL, r.why }
                                 : (struct result){ OUTCOME_UNKNOWN, 0, NULL, r.why });
        return;
    }
    if (!matrix_read_messages(s->arena, answer->body, answer->size, s->matrix->user, &page)) {
        give_result(s, (struct result){ OUTCOME_UNKNOWN, 0, NULL, "not a page of messages" });
        return;
    }
    bool old = false;
    for (size_t i = 0; i < page.count; i++) {
        const struct matrix_event *e = &page.events[i];
        if (e->key && e->id && e->sender && strcmp(e->key, s->d.send_key) == 0 &&
            strcmp(e->sender, s->matrix->user) == 0) {
            give_result(s, (struct result){ OUTCOME_SENT, 0, e->id, NULL });
            return;
        }
        old = old || (e->sent_ms && e->sent_ms < s->d.first_ms - LOOK_BEFORE_MS);
    }
    s->from = page.end;
    if (old || !page.end || ++s->pages >= LOOK_PAGES) {
        give_result(s, (struct result){ OUTCOME_NOT_FOUND, 0, NULL, NULL });
    } else {
        look_further(s);
    }
}

static void look_further(struct matrix_send *s)
{
    struct arena *a = s->arena;
    const char *path = arena_printf(a, "/_matrix/client/v3/rooms/%s/messages?dir=b&limit=100&filter=%s%s%s",
                                    matrix_escape(a, s->room), matrix_escape(a, matrix_write_page_filter(a)),
                                    s->from ? "&from=" : "", s->from ? matrix_escape(a, s->from) : "");
    matrix_ask(s->matrix, &(struct matrix_ask){ .method = "GET", .path = path, .limit = MATRIX_PAGE_LIMIT }, on_page,
               s);
}

static void on_target(void *context, const struct http_answer *answer)
{
    struct matrix_send *s = context;
    struct result r;
    if (answer->end == HTTP_ANSWERED && answer->status == 200) {
        bool redacted = matrix_read_redacted(answer->body, answer->size);
        r = redacted ? (struct result){ OUTCOME_SENT, 0, s->d.target, NULL }
                     : (struct result){ OUTCOME_NOT_FOUND, 0, NULL, NULL };
    } else if (!failed(s, answer, &r) || r.outcome == OUTCOME_REFUSED || r.outcome == OUTCOME_NO_MESSAGE) {
        r = (struct result){ OUTCOME_NO_LOOKING, 0, NULL, "the message cannot be read" };
    } else {
        r = (struct result){ OUTCOME_UNKNOWN, 0, NULL, r.why };
    }
    give_result(s, r);
}

static void look_up(struct matrix_send *s)
{
    struct arena *a = s->arena;
    if (s->d.op == OP_DELETE && s->d.target) {
        const char *path = arena_printf(a, "/_matrix/client/v3/rooms/%s/event/%s", matrix_escape(a, s->room),
                                        matrix_escape(a, s->d.target));
        matrix_ask(s->matrix, &(struct matrix_ask){ .method = "GET", .path = path }, on_target, s);
    } else {
        look_further(s);
    }
}

/* ---- Where to ---- */

static void go(struct matrix_send *s)
{
    const struct intake *in = &s->matrix->intake;
    int64_t row = s->d.row;
    if (s->d.look_up) {
        look_up(s);
        return;
    }
    in->in_hand(in->self, row, true);
    perform(s);
    in->in_hand(in->self, row, false);
}

static void on_room_made(void *context, const struct http_answer *answer)
{
    struct matrix_send *s = context;
    struct result r;
    const char *with = s->with;
    s->with = NULL;
    if (failed(s, answer, &r)) {
        /* The message itself was not sent, so this is no doubt of the row's. */
        give_result(s, r.outcome == OUTCOME_UNKNOWN ? (struct result){ OUTCOME_RETRY, NEW_ROOM_RETRY_MS, NULL, r.why }
                                                    : r);
        return;
    }
    s->room = matrix_read_member(s->arena, answer->body, answer->size, "room_id");
    if (!s->room) {
        give_result(s, (struct result){ OUTCOME_RETRY, NEW_ROOM_RETRY_MS, NULL, "no room_id" });
        return;
    }
    matrix_direct_made(s->matrix, with, s->room);
    go(s);
}

static void make_room(struct matrix_send *s, const char *user)
{
    for (struct matrix_send *other = s->matrix->sends; other; other = other->next) {
        if (other->with && strcmp(other->with, user) == 0) {
            give_result(s, (struct result){ OUTCOME_RETRY, DIRECT_RETRY_MS, NULL, "the conversation is being made" });
            return;
        }
    }
    s->with = user;
    const char *body = matrix_write_new_direct(s->arena, user);
    matrix_ask(
        s->matrix,
        &(struct matrix_ask){ .method = "POST", .path = "/_matrix/client/v3/createRoom", .body = body, .once = true },
        on_room_made, s);
}

/* What one person alone may see goes only where nobody else reads: the room the core names if it is that, else the
 * direct conversation with them. Matrix has nothing ephemeral. */
static bool fits(const struct matrix_send *s, const struct matrix_room *r)
{
    if (!r || s->d.conversation[0] != '!' || r->encrypted) {
        return false;
    }
    return s->d.op == OP_REACT || s->d.person == 0 ||
           (s->d.user && matrix_room_is_with(r, s->d.user) && !s->d.ephemeral);
}

static void begin(struct matrix_send *s)
{
    const char *to = s->d.conversation, *user = *to == '@' ? to : s->d.user;
    struct matrix_room *r = matrix_room_find(s->matrix, to);
    if (s->d.expires_ms && clock_ms() > s->d.expires_ms) {
        give_result(s, (struct result){ OUTCOME_EXPIRED, 0, NULL, NULL });
        return;
    }
    if (!fits(s, r)) {
        bool for_one = *to == '@' || (s->d.person != 0 && s->d.op != OP_REACT);
        r = for_one && user ? matrix_direct_find(s->matrix, user) : NULL;
        if (!r && for_one && user) {
            if (s->d.look_up) {
                give_result(s, (struct result){ OUTCOME_NOT_FOUND, 0, NULL, NULL });
            } else {
                make_room(s, arena_copy(s->arena, user));
            }
            return;
        }
    }
    if (!r) {
        give_result(s, (struct result){ OUTCOME_REFUSED, 0, NULL, "not a room we are in and can write to" });
        return;
    }
    s->room = arena_copy(s->arena, r->id);
    go(s);
}

/* ---- The door ---- */

static void copy_delivery(struct arena *a, struct delivery *to, const struct delivery *d)
{
    *to = *d;
    const char **texts[] = { &to->platform, &to->conversation, &to->thread, &to->user, &to->send_key,
                             &to->target,   &to->reply_to,     &to->body,   &to->name };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        *texts[i] = arena_copy(a, *texts[i]);
    }
}

void matrix_deliver(void *self, const struct delivery *d)
{
    struct matrix *m = self;
    struct arena *a = arena_open();
    struct matrix_send *s = arena_new(a, struct matrix_send);
    s->arena = a;
    s->matrix = m;
    copy_delivery(a, &s->d, d);
    if (m->ready) {
        s->next = m->sends;
        s->link = &m->sends;
        if (s->next) {
            s->next->link = &s->next;
        }
        m->sends = s;
        begin(s);
    } else {
        s->link = m->waiting_end;
        *m->waiting_end = s;
        m->waiting_end = &s->next;
    }
}

void matrix_sends_start(struct matrix *m)
{
    while (m->waiting) {
        struct matrix_send *s = m->waiting;
        m->waiting = s->next;
        if (s->next) {
            s->next->link = &m->waiting;
        } else {
            m->waiting_end = &m->waiting;
        }
        s->next = m->sends;
        s->link = &m->sends;
        if (s->next) {
            s->next->link = &s->next;
        }
        m->sends = s;
        begin(s);
    }
}

void matrix_sends_free(struct matrix *m)
{
    for (struct matrix_send *s = m->sends, *next; s; s = next) {
        next = s->next;
        free_send(s);
    }
    for (struct matrix_send *s = m->waiting, *next; s; s = next) {
        next = s->next;
        free_send(s);
    }
}
