/* Which rooms there are, who is in them, invitations accepted with patience, and the direct conversations (m.direct).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "learnd/log.h"
#include "learnd/text.h"
#include "matrix.h"

/* ---- The table ---- */

static struct matrix_room **bucket(struct matrix *m, const char *id)
{
    return &m->rooms[text_hash(id, strlen(id)) % ROOM_BUCKETS];
}

struct matrix_room *matrix_room_find(struct matrix *m, const char *id)
{
    for (struct matrix_room *r = *bucket(m, id); r; r = r->next) {
        if (strcmp(r->id, id) == 0) {
            return r;
        }
    }
    return NULL;
}

static struct matrix_room *room_of(struct matrix *m, const char *id)
{
    struct matrix_room *r = matrix_room_find(m, id);
    if (!r) {
        r = calloc(1, sizeof *r);
        if (!r) {
            abort();
        }
        r->id = matrix_copy(id);
        r->joined = r->invited = -1;
        r->next = *bucket(m, id);
        *bucket(m, id) = r;
    }
    return r;
}

static void free_room(struct matrix_room *r)
{
    free(r->id);
    free(r->name);
    free(r->hero);
    free(r);
}

static void room_gone(struct matrix *m, const char *id)
{
    for (struct matrix_room **link = bucket(m, id); *link; link = &(*link)->next) {
        struct matrix_room *r = *link;
        if (strcmp(r->id, id) == 0) {
            *link = r->next;
            free_room(r);
            return;
        }
    }
}

bool matrix_room_is_direct(const struct matrix_room *r)
{
    if (r->joined < 0) {
        return r->marked_direct;
    }
    return r->joined + (r->invited > 0 ? r->invited : 0) == 2;
}

static void set(char **where, const char *text)
{
    char *copy = matrix_copy(text);
    free(*where);
    *where = copy;
}

/* ---- m.direct ---- */

static void free_direct(struct matrix *m)
{
    for (size_t i = 0; i < m->direct_count; i++) {
        free((char *)m->direct[i].user);
        free((char *)m->direct[i].room);
    }
    free(m->direct);
    m->direct = NULL;
    m->direct_count = 0;
}

static void add_direct(struct matrix *m, const char *user, const char *room)
{
    m->direct = realloc(m->direct, (m->direct_count + 1) * sizeof m->direct[0]);
    if (!m->direct) {
        abort();
    }
    m->direct[m->direct_count++] = (struct matrix_pair){ matrix_copy(user), matrix_copy(room) };
}

static void put_direct(struct matrix *m)
{
    struct arena *a = arena_open();
    const char *body = matrix_write_direct(a, m->direct, m->direct_count);
    const char *path = arena_printf(a, "/_matrix/client/v3/user/%s/account_data/m.direct", matrix_escape(a, m->user));
    matrix_ask(m, &(struct matrix_ask){ .method = "PUT", .path = path, .body = body }, matrix_ignore, NULL);
    arena_close(a);
}

static void mark_direct(struct matrix *m, const char *user, const char *room)
{
    for (size_t i = 0; i < m->direct_count; i++) {
        if (strcmp(m->direct[i].room, room) == 0) {
            return;
        }
    }
    add_direct(m, user, room);
    put_direct(m);
}

static void unmark_direct(struct matrix *m, const char *room)
{
    for (size_t i = 0; i < m->direct_count; i++) {
        if (strcmp(m->direct[i].room, room) == 0) {
            free((char *)m->direct[i].user);
            free((char *)m->direct[i].room);
            m->direct[i] = m->direct[--m->direct_count];
            put_direct(m);
            return;
        }
    }
}

bool matrix_room_is_with(const struct matrix_room *r, const char *user)
{
    return r && !r->encrypted && matrix_room_is_direct(r) && (!r->hero || strcmp(r->hero, user) == 0);
}

struct matrix_room *matrix_direct_find(struct matrix *m, const char *user)
{
    for (size_t i = m->direct_count; i-- > 0;) { /* the newest first */
        if (strcmp(m->direct[i].user, user) == 0) {
            struct matrix_room *r = matrix_room_find(m, m->direct[i].room);
            if (matrix_room_is_with(r, user)) {
                return r;
            }
        }
    }
    for (size_t b = 0; b < ROOM_BUCKETS; b++) { /* made, but a death came before m.direct was written */
        for (struct matrix_room *r = m->rooms[b]; r; r = r->next) {
            if (r->hero && matrix_room_is_with(r, user)) {
                return r;
            }
        }
    }
    return NULL;
}

void matrix_direct_made(struct matrix *m, const char *user, const char *room)
{
    struct matrix_room *r = room_of(m, room);
    if (r->joined < 0) { /* /sync was not faster */
        r->joined = 1;
        r->invited = 1;
        set(&r->hero, user);
    }
    r->marked_direct = true;
    mark_direct(m, user, room);
}

/* ---- Invitations ---- */

struct matrix_join {
    struct matrix_join *next;
    struct matrix *matrix;
    char *room, *inviter;
    bool direct;
    struct backoff backoff;
    struct loop_timer *timer;
};

static void free_join(struct matrix_join *j)
{
    struct matrix_join **link = &j->matrix->joins;
    while (*link != j) {
        link = &(*link)->next;
    }
    *link = j->next;
    loop_timer_close(j->timer);
    free(j->room);
    free(j->inviter);
    free(j);
}

static void on_joined(void *context, const struct http_answer *answer)
{
    struct matrix_join *j = context;
    struct matrix *m = j->matrix;
    if (answer->end == HTTP_ANSWERED && answer->status == 200) {
        log_info("matrix-joined", "room=%s invited_by=%s", j->room, j->inviter ? j->inviter : "");
        if (j->direct && j->inviter) {
            room_of(m, j->room)->marked_direct = true;
            mark_direct(m, j->inviter, j->room);
        }
        free_join(j);
    } else if (answer->end == HTTP_ANSWERED && answer->status >= 400 && answer->status < 500 && answer->status != 429 &&
               answer->status != 401) {
        log_warn("matrix-join-refused", "room=%s status=%d", j->room,
                 answer->status); /* taken back, or a room that is dead */
        free_join(j);
    } else {
        loop_timer_set(j->timer, matrix_wait(&j->backoff, answer));
    }
}

static void try_join(void *context)
{
    struct matrix_join *j = context;
    struct arena *a = arena_open();
    const char *path = arena_printf(a, "/_matrix/client/v3/join/%s", matrix_escape(a, j->room));
    matrix_ask(j->matrix, &(struct matrix_ask){ .method = "POST", .path = path, .body = "{}" }, on_joined, j);
    arena_close(a);
}

static void join(struct matrix *m, const char *room, const char *inviter, bool direct)
{
    for (struct matrix_join *j = m->joins; j; j = j->next) {
        if (strcmp(j->room, room) == 0) {
            return; /* on its way */
        }
    }
    struct matrix_join *j = calloc(1, sizeof *j);
    if (!j) {
        abort();
    }
    *j = (struct matrix_join){ .next = m->joins,
                               .matrix = m,
                               .room = matrix_copy(room),
                               .inviter = matrix_copy(inviter),
                               .direct = direct,
                               .backoff = { .first_ms = 1000, .longest_ms = 60000 } };
    j->timer = loop_timer_open(m->loop, try_join, j);
    m->joins = j;
    try_join(j);
}

/* ---- What a response says ---- */

static void leave(struct matrix *m, struct matrix_room *r)
{
    struct arena *a = arena_open();
    const char *path = arena_printf(a, "/_matrix/client/v3/rooms/%s/leave", matrix_escape(a, r->id));
    log_info("matrix-alone", "room=%s", r->id);
    matrix_ask(m, &(struct matrix_ask){ .method = "POST", .path = path, .body = "{}" }, matrix_ignore, NULL);
    unmark_direct(m, r->id);
    arena_close(a);
}

static void take_name(struct matrix_room *r, const struct matrix_room_news *news)
{
    const char *name = news->name && *news->name ? news->name : r->name ? NULL : news->alias;
    if (name) {
        struct arena *a = arena_open();
        set(&r->name, *name == '#' ? name : arena_printf(a, "#%s", name));
        arena_close(a);
    }
}

static void take_room(struct matrix *m, const struct matrix_room_news *news)
{
    struct matrix_room *r = room_of(m, news->id);
    r->joined = news->joined >= 0 ? news->joined : r->joined;
    r->invited = news->invited >= 0 ? news->invited : r->invited;
    r->encrypted = r->encrypted || news->encrypted; /* it cannot be switched off */
    r->told = r->told || news->told;
    take_name(r, news);
    if (news->hero) {
        set(&r->hero, news->hero);
    }
    if (news->replacement) {
        join(m, news->replacement, NULL, false);
    }
    bool alone = r->joined == 1 && r->invited <= 0;
    r->had_company = r->had_company || (r->joined > 0 && !alone);
    if (alone && (r->had_company || !m->ready)) { /* one we are just making has had nobody in it yet */
        leave(m, r);
    }
}

void matrix_rooms_take(struct matrix *m, const struct matrix_news *news)
{
    if (news->direct_known) {
        free_direct(m);
        for (size_t i = 0; i < news->direct_count; i++) {
            add_direct(m, news->direct[i].user, news->direct[i].room);
        }
    }
    for (size_t i = 0; i < news->left_count; i++) {
        room_gone(m, news->left[i]);
    }
    for (size_t i = 0; i < news->room_count; i++) {
        take_room(m, &news->rooms[i]);
    }
    for (size_t i = 0; i < m->direct_count; i++) {
        struct matrix_room *r = matrix_room_find(m, m->direct[i].room);
        if (r) {
            r->marked_direct = true;
        }
    }
    for (size_t i = 0; i < news->invite_count; i++) {
        join(m, news->invites[i].room, news->invites[i].inviter, news->invites[i].direct);
    }
}

void matrix_rooms_free(struct matrix *m)
{
    for (struct matrix_join *j = m->joins, *next; j; j = next) {
        next = j->next;
        free_join(j);
    }
    for (size_t b = 0; b < ROOM_BUCKETS; b++) {
        while (m->rooms[b]) {
            struct matrix_room *r = m->rooms[b];
            m->rooms[b] = r->next;
            free_room(r);
        }
    }
    free_direct(m);
}

/* ---- What we cannot read ---- */

struct told { /* one a room, so it lives as long as we */
    struct matrix *matrix;
    const char *room;
};

static void on_told(void *context, const struct http_answer *answer)
{
    struct told *told = context;
    struct matrix *m = told->matrix;
    struct arena *a = arena_open();
    struct matrix_room *r = matrix_room_find(m, told->room);
    if (answer->end == HTTP_ANSWERED && answer->status < 500 && answer->status != 429) {
        const char *path = arena_printf(a, "/_matrix/client/v3/user/%s/rooms/%s/account_data/%s",
                                        matrix_escape(a, m->user), matrix_escape(a, told->room), MATRIX_TOLD);
        matrix_ask(m, &(struct matrix_ask){ .method = "PUT", .path = path, .body = "{\"told\":true}" }, matrix_ignore,
                   NULL);
    } else if (r) {
        r->told = false; /* at the next message there */
    }
    arena_close(a);
}

void matrix_tell_unreadable(struct matrix *m, struct matrix_room *room, const char *who)
{
    if (room->told) {
        return;
    }
    room->told = true;
    struct arena *a = arena_open();
    const char *text =
        arena_printf(a,
                     "This conversation is encrypted and I cannot read it. Please write to me in one without "
                     "encryption: start a chat with %s and leave encryption off.",
                     m->user);
    const char *key = arena_printf(a, "unreadable-%016llx", text_hash(room->id, strlen(room->id)));
    const char *path =
        arena_printf(a, "/_matrix/client/v3/rooms/%s/send/m.room.message/%s", matrix_escape(a, room->id), key);
    const char *body = matrix_write_message(a, &(struct matrix_message){ .plain = text, .html = text, .key = key });
    struct told *told = arena_new(m->arena, struct told);
    *told = (struct told){ m, arena_copy(m->arena, room->id) };
    log_info("matrix-encrypted", "room=%s by=%s", room->id, who);
    matrix_ask(m, &(struct matrix_ask){ .method = "PUT", .path = path, .body = body }, on_told, told);
    arena_close(a);
}
