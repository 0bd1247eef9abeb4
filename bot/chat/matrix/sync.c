/* The long poll. A response is worked on by one batch: holes filled, files fetched, events in order, then one parcel.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "learnd/log.h"
#include "learnd/text.h"
#include "matrix.h"

enum {
    POLL_MS = 30000,
    POLL_WHOLE_MS = 60000,
    START_WHOLE_MS = 120000,
    SYNC_LIMIT = 64 << 20,
    GAP_PAGES = 10000, /* of 100 events: more than a room ever gets while we are away */
    GAP_TRIES = 8,
    BEFORE_JOIN_PAGES = 5, /* how far an own invitation is looked for */
    FILE_LIMIT = 1 << 20,
    KEEP_TOKEN_MS = 30000, /* a token without events is kept so often */
    TYPING_AFTER_MS = 400,
    TYPING_MS = 20000
};

struct matrix_batch {
    struct matrix *matrix;
    struct arena *arena;
    struct matrix_news news;
    const char *since;           /* the token it came after */
    size_t room;                 /* being worked on */
    struct matrix_event *events; /* of that room, oldest first */
    size_t count, at;
    bool gathered;    /* the room's events are complete */
    const char *from; /* of the hole's next page */
    int pages, past_join;
    struct backoff backoff;
    struct loop_timer *again;
    struct event *heard;
    size_t heard_count, heard_room;
    bool handed_in; /* the arena is the parcel's */
};

static void batch_go_on(void *context);

void matrix_batch_free(struct matrix *m)
{
    struct matrix_batch *b = m->batch;
    if (b) {
        loop_timer_close(b->again);
        if (!b->handed_in) {
            arena_close(b->arena);
        }
        free(b);
        m->batch = NULL;
    }
}

/* ---- After the commit ---- */

static void receipt(struct matrix *m, const struct event *e)
{
    struct arena *a = arena_open();
    const char *path = arena_printf(a, "/_matrix/client/v3/rooms/%s/receipt/m.read/%s",
                                    matrix_escape(a, e->conversation), matrix_escape(a, e->thing));
    matrix_ask(m, &(struct matrix_ask){ .method = "POST", .path = path, .body = "{}" }, matrix_ignore, NULL);
    arena_close(a);
}

/* The last word of each room is marked as read. */
static void send_receipts(struct matrix *m, const struct parcel *p)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct event *e = &p->events[i];
        bool last = e->kind == EVENT_SAY;
        for (size_t k = i + 1; k < p->count && last; k++) {
            last = p->events[k].kind != EVENT_SAY || strcmp(p->events[k].conversation, e->conversation) != 0;
        }
        if (last) {
            receipt(m, e);
        }
    }
}

static void send_typing(struct matrix *m, const struct event *e, bool on)
{
    struct arena *a = arena_open();
    const char *path = arena_printf(a, "/_matrix/client/v3/rooms/%s/typing/%s", matrix_escape(a, e->conversation),
                                    matrix_escape(a, m->user));
    const char *body = matrix_write_typing(a, on, TYPING_MS);
    matrix_ask(m, &(struct matrix_ask){ .method = "PUT", .path = path, .body = body }, matrix_ignore, NULL);
    arena_close(a);
}

/* Most answers come faster than anybody could see it; then it would only cost requests. */
void matrix_show_typing(struct matrix *m, bool on)
{
    struct matrix_batch *b = m->batch;
    for (size_t i = 0; b && i < b->heard_count; i++) {
        bool again = i > 0 && b->heard[i].conversation && b->heard[i - 1].conversation &&
                     strcmp(b->heard[i].conversation, b->heard[i - 1].conversation) == 0;
        if (b->heard[i].kind == EVENT_SAY && !again) {
            send_typing(m, &b->heard[i], on);
        }
    }
    m->shows_typing = on;
}

static void sync_on(struct matrix *m);

static void on_committed(struct parcel *p)
{
    struct matrix *m = p->context;
    loop_timer_stop(m->typing);
    if (m->shows_typing) {
        matrix_show_typing(m, false);
    }
    send_receipts(m, p);
    matrix_batch_free(m);
    if (m->ready) { /* else who logs in again will */
        sync_on(m);
    }
}

/* ---- Events, and the token behind them ---- */

static struct event *next_heard(struct matrix_batch *b)
{
    if (b->heard_count == b->heard_room) {
        size_t room = b->heard_room ? 2 * b->heard_room : 16;
        struct event *grown = arena_array(b->arena, struct event, room);
        if (b->heard_count) {
            memcpy(grown, b->heard, b->heard_count * sizeof *grown);
        }
        b->heard = grown;
        b->heard_room = room;
    }
    return &b->heard[b->heard_count++];
}

static void set_since(struct matrix *m, const char *token)
{
    char *copy = matrix_copy(token);
    free(m->since);
    m->since = copy;
}

static void hand_in(struct matrix_batch *b)
{
    struct matrix *m = b->matrix;
    int64_t now = clock_ms();
    set_since(m, b->news.next_batch);
    if (!b->heard_count && now - m->token_kept_ms < KEEP_TOKEN_MS) {
        matrix_batch_free(m); /* what it held needs no answer: after a death it is read again and ignored again */
        if (m->ready) {
            sync_on(m);
        }
        return;
    }
    /* The token goes as a result of no row, so that nothing the core sorts can come behind it. */
    *next_heard(b) = (struct event){ .kind = EVENT_RESULT,
                                     .platform = MATRIX_PLATFORM,
                                     .token = b->news.next_batch,
                                     .outcome = OUTCOME_SENT,
                                     .received_ms = now };
    m->token_kept_ms = now;
    struct parcel *p = arena_new(b->arena, struct parcel);
    *p = (struct parcel){
        .arena = b->arena, .events = b->heard, .count = b->heard_count, .done = on_committed, .context = m
    };
    b->handed_in = true;
    loop_timer_set(m->typing, TYPING_AFTER_MS);
    m->intake.hand_in(m->intake.self, p);
}

/* ---- One room: its hole, its files, its events ---- */

/* What lies before our own invitation or joining is not for us, and is no hole to be filled. */
static size_t first_for_us(const struct matrix_batch *b, bool *joined, bool *invited)
{
    *joined = *invited = false;
    for (size_t i = b->count; i-- > 0;) {
        const struct matrix_event *e = &b->events[i];
        if (e->kind != MATRIX_MEMBER || strcmp(e->member, b->matrix->user) != 0) {
            continue;
        }
        bool was_in = e->was && strcmp(e->was, "join") == 0;
        if (!*joined && strcmp(e->membership, "join") == 0 && !was_in) {
            *joined = true;
        } else if (*joined && strcmp(e->membership, "invite") == 0) {
            *invited = true;
            return i + 1;
        }
    }
    for (size_t i = b->count; *joined && i-- > 0;) {
        const struct matrix_event *e = &b->events[i];
        if (e->kind == MATRIX_MEMBER && strcmp(e->member, b->matrix->user) == 0 && strcmp(e->membership, "join") == 0) {
            return i + 1;
        }
    }
    return 0;
}

static void put_before(struct matrix_batch *b, const struct matrix_page *page)
{
    struct matrix_event *all = arena_array(b->arena, struct matrix_event, b->count + page->count + 1);
    for (size_t i = 0; i < page->count; i++) {
        all[page->count - 1 - i] = page->events[i]; /* they come newest first */
    }
    if (b->count) {
        memcpy(all + page->count, b->events, b->count * sizeof *all);
    }
    b->events = all;
    b->count += page->count;
}

static bool need_more(struct matrix_batch *b)
{
    bool joined, invited;
    if (!b->from) {
        return false;
    }
    first_for_us(b, &joined, &invited);
    if (invited || (joined && b->past_join >= BEFORE_JOIN_PAGES)) {
        return false;
    }
    b->past_join += joined;
    return b->pages < GAP_PAGES;
}

static void later(struct matrix_batch *b, const struct http_answer *answer, const char *what)
{
    int64_t wait = matrix_wait(&b->backoff, answer);
    if (answer->status == 401 && b->matrix->ready) {
        matrix_lost_token(b->matrix);
    }
    log_warn(what, "room=%s status=%d why=\"%s\" again_ms=%" PRId64, b->news.rooms[b->room].id, answer->status,
             answer->why, wait);
    loop_timer_set(b->again, wait);
}

static void on_gap_page(void *context, const struct http_answer *answer)
{
    struct matrix_batch *b = context;
    struct matrix_page page;
    bool answered = answer->end == HTTP_ANSWERED;
    if (answered && answer->status == 200 &&
        matrix_read_messages(b->arena, answer->body, answer->size, b->matrix->user, &page)) {
        bool stands_still = page.end && strcmp(page.end, b->from) == 0;
        put_before(b, &page);
        b->from = stands_still ? NULL : page.end;
        b->matrix->figures.gaps += b->pages++ == 0;
        backoff_reset(&b->backoff);
        batch_go_on(b);
    } else if (answered && (answer->status == 403 || answer->status == 404)) {
        b->from = NULL; /* we are no more in it */
        batch_go_on(b);
    } else if (b->backoff.failures >= GAP_TRIES && answered && answer->status != 429 && answer->status != 401) {
        log_error("matrix-gap-lost", "room=%s from=%s", b->news.rooms[b->room].id, b->from);
        b->from = NULL; /* one bad room must not stop the others for ever */
        batch_go_on(b);
    } else {
        later(b, answer, "matrix-gap");
    }
}

static void fetch_gap(struct matrix_batch *b)
{
    struct arena *a = b->arena;
    bool joined, invited;
    first_for_us(b, &joined, &invited); /* once we joined within it, what came before the token counts too */
    const char *path = arena_printf(a, "/_matrix/client/v3/rooms/%s/messages?dir=b&limit=100&from=%s%s%s&filter=%s",
                                    matrix_escape(a, b->news.rooms[b->room].id), matrix_escape(a, b->from),
                                    joined ? "" : "&to=", joined ? "" : matrix_escape(a, b->since),
                                    matrix_escape(a, matrix_write_page_filter(a)));
    matrix_ask(b->matrix, &(struct matrix_ask){ .method = "GET", .path = path, .limit = MATRIX_PAGE_LIMIT },
               on_gap_page, b);
}

static void hear_file(struct matrix_batch *b, struct matrix_room *room, const struct matrix_event *e,
                      const char *content)
{
    struct arena *a = b->arena;
    *next_heard(b) = (struct event){
        .kind = EVENT_UPLOAD,
        .platform = MATRIX_PLATFORM,
        .thing = e->id,
        .user = e->sender,
        .conversation = arena_copy(a, room->id),
        .thread = e->thread,
        .name = e->text,
        .text = content,
        .sent_ms = e->sent_ms,
        .received_ms = clock_ms(),
    };
}

static void on_file(void *context, const struct http_answer *answer)
{
    struct matrix_batch *b = context;
    bool answered = answer->end == HTTP_ANSWERED;
    struct matrix_room *room = matrix_room_find(b->matrix, b->news.rooms[b->room].id);
    bool busy = !answered || answer->status == 429 || answer->status == 401 || answer->status >= 500;
    if (busy && b->backoff.failures < GAP_TRIES) {
        later(b, answer, "matrix-file");
        return;
    }
    bool readable = answered && answer->status == 200 && strlen(answer->body) == answer->size &&
                    text_is_utf8(answer->body, answer->size);
    if (room) {
        hear_file(b, room, &b->events[b->at], readable ? arena_copy_n(b->arena, answer->body, answer->size) : "");
    }
    backoff_reset(&b->backoff);
    b->at++;
    batch_go_on(b);
}

static void fetch_file(struct matrix_batch *b, const char *url)
{
    const char *place = url + strlen("mxc://"), *slash = strchr(place, '/');
    struct arena *a = b->arena;
    const char *path =
        arena_printf(a, "/_matrix/client/v1/media/download/%s/%s",
                     matrix_escape(a, arena_copy_n(a, place, (size_t)(slash - place))), matrix_escape(a, slash + 1));
    matrix_ask(b->matrix, &(struct matrix_ask){ .method = "GET", .path = path, .limit = FILE_LIMIT }, on_file, b);
}

/* false: a file is being fetched, on_file goes on. */
static bool hear_room(struct matrix_batch *b)
{
    struct matrix_room *room = matrix_room_find(b->matrix, b->news.rooms[b->room].id);
    for (; room && b->at < b->count; b->at++) {
        const struct matrix_event *e = &b->events[b->at];
        struct event heard;
        bool ours = e->sender && strcmp(e->sender, b->matrix->user) == 0;
        if (e->kind == MATRIX_FILE && !ours && matrix_room_is_direct(room) && strncmp(e->url, "mxc://", 6) == 0 &&
            strchr(e->url + 6, '/')) {
            fetch_file(b, e->url);
            return false;
        }
        if (matrix_hear(b->matrix, b->arena, room, e, &heard)) {
            *next_heard(b) = heard;
        }
    }
    return true;
}

static void begin_room(struct matrix_batch *b)
{
    const struct matrix_room_news *news = &b->news.rooms[b->room];
    b->events = news->events;
    b->count = news->count;
    b->from = news->limited ? news->prev_batch : NULL;
    b->gathered = false;
    b->pages = b->past_join = 0;
}

static void batch_go_on(void *context)
{
    struct matrix_batch *b = context;
    bool joined, invited;
    for (; b->room < b->news.room_count; b->room++, begin_room(b)) {
        if (!b->gathered && need_more(b)) {
            fetch_gap(b);
            return;
        }
        if (!b->gathered) {
            b->gathered = true;
            b->at = first_for_us(b, &joined, &invited);
        }
        if (!hear_room(b)) {
            return;
        }
        if (b->room + 1 == b->news.room_count) {
            b->room++;
            break;
        }
    }
    hand_in(b);
}

/* ---- The poll ---- */

static void sync_failed(struct matrix *m, const struct http_answer *answer, void (*again)(struct matrix *m))
{
    struct arena *a = arena_open();
    struct matrix_error e = matrix_read_error(a, answer->body, answer->size);
    bool bad_token = m->ready && answer->end == HTTP_ANSWERED && answer->status == 400 && strncmp(e.code, "M_", 2) == 0;
    int64_t wait = matrix_wait(&m->backoff, answer);
    log_warn("matrix-sync", "status=%d code=%s what=\"%s%s\" again_ms=%" PRId64, answer->status, e.code, e.text,
             answer->why, wait);
    arena_close(a);
    if (answer->end == HTTP_ANSWERED && answer->status == 401) {
        matrix_lost_token(m);
    } else if (bad_token) { /* the server has forgotten what our token meant: begin anew, answering nothing old */
        set_since(m, NULL);
        matrix_again(m, matrix_sync_start, wait);
    } else {
        matrix_again(m, again, wait);
    }
}

static void synced(struct matrix *m)
{
    m->figures.synced_ms = clock_ms();
    backoff_reset(&m->backoff);
}

static void on_sync(void *context, const struct http_answer *answer)
{
    struct matrix *m = context;
    m->poll = NULL;
    struct matrix_batch *b = calloc(1, sizeof *b);
    if (!b) {
        abort();
    }
    b->arena = arena_open();
    bool good = answer->end == HTTP_ANSWERED && answer->status == 200 &&
                matrix_read_sync(b->arena, answer->body, answer->size, m->user, &b->news);
    if (!good) {
        arena_close(b->arena);
        free(b);
        sync_failed(m, answer, sync_on);
        return;
    }
    synced(m);
    b->matrix = m;
    b->backoff = (struct backoff){ .first_ms = 500, .longest_ms = 30000 };
    b->again = loop_timer_open(m->loop, batch_go_on, b);
    b->since = arena_copy(b->arena, m->since);
    m->batch = b;
    matrix_rooms_take(m, &b->news);
    if (b->news.room_count) {
        begin_room(b);
    }
    batch_go_on(b);
}

static void poll(struct matrix *m, bool state_only, int64_t whole_ms, void (*done)(void *, const struct http_answer *))
{
    struct arena *a = arena_open();
    const char *filter = matrix_escape(a, matrix_write_filter(a, state_only));
    /* Synapse repeats its answer to the same question for two minutes: the time-out, which means nothing here, makes it another. */
    int other = (int)(clock_ms() % 1000000);
    const char *path = state_only ? arena_printf(a, "/_matrix/client/v3/sync?timeout=%d&filter=%s", other, filter)
                                  : arena_printf(a, "/_matrix/client/v3/sync?timeout=%d&since=%s&filter=%s", POLL_MS,
                                                 matrix_escape(a, m->since), filter);
    m->poll = matrix_ask(
        m, &(struct matrix_ask){ .method = "GET", .path = path, .timeout_ms = whole_ms, .limit = SYNC_LIMIT }, done, m);
    arena_close(a);
}

static void sync_on(struct matrix *m)
{
    poll(m, false, POLL_WHOLE_MS, on_sync);
}

/* What rooms there are: without a token, because a token's answer names only those where something happened. */
static void on_start(void *context, const struct http_answer *answer)
{
    struct matrix *m = context;
    m->poll = NULL;
    struct arena *a = arena_open();
    struct matrix_news news;
    if (answer->end == HTTP_ANSWERED && answer->status == 200 &&
        matrix_read_sync(a, answer->body, answer->size, m->user, &news)) {
        synced(m);
        matrix_rooms_take(m, &news);
        if (!m->since) {
            set_since(m, news.next_batch); /* nothing older is answered */
        }
        m->ready = true;
        log_info("matrix-ready", "user=%s rooms=%zu invitations=%zu", m->user, news.room_count, news.invite_count);
        matrix_sends_start(m);
        if (!m->batch) { /* the token was lost in the middle of one: it goes on by itself */
            sync_on(m);
        }
    } else {
        sync_failed(m, answer, matrix_sync_start);
    }
    arena_close(a);
}

void matrix_sync_start(struct matrix *m)
{
    poll(m, true, START_WHOLE_MS, on_start);
}
