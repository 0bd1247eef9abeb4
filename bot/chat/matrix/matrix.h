/* What the files of the Matrix transport share. One struct matrix owns all; rooms, sends and joins belong to it.
 *
 * Exactly once: a /sync response becomes one parcel whose last event carries next_batch; the core commits both
 * together; only then is synced on. What is sent goes with the outbox row's send_key as transaction id, so that a
 * repetition is the same event for the server. What a response left out (limited) is fetched before the parcel is
 * handed in. */
#ifndef MATRIX_H
#define MATRIX_H

#include "learnd/backoff.h"
#include "learnd/matrix.h"
#include "matrix_json.h"

#define MATRIX_PLATFORM "matrix"
enum { ROOM_BUCKETS = 256, MATRIX_PAGE_LIMIT = 16 << 20 };

struct matrix_room {
    struct matrix_room *next; /* in its bucket */
    char *id, *name;          /* name: as people see it, with '#'; NULL: none */
    char *hero;               /* the one other member, where there is only one */
    int joined, invited;      /* members; -1: not known */
    bool encrypted, told;     /* told: said that we cannot read here */
    bool marked_direct;       /* in m.direct, or invited so */
    bool had_company;         /* somebody else was in it or invited */
};

struct matrix_send;  /* a delivery under way: send.c */
struct matrix_join;  /* an invitation being accepted: rooms.c */
struct matrix_batch; /* a /sync response being worked on: sync.c */

struct matrix {
    struct loop *loop;
    struct http *http;
    struct intake intake;
    struct arena *arena; /* of the options */
    const char *homeserver, *login_user, *password, *access_token, *session_file;
    void (*entered)(void *context);
    void *entered_context;
    char *user, *token, *device, *since;
    bool ready; /* rooms are known: deliveries may go */
    bool shows_typing;
    struct backoff backoff, send_backoff;
    struct loop_timer *again; /* runs again_f */
    void (*again_f)(struct matrix *m);
    struct matrix_room *rooms[ROOM_BUCKETS];
    struct matrix_pair *direct; /* m.direct, heap */
    size_t direct_count;
    struct matrix_send *sends, *waiting, **waiting_end; /* waiting: until ready */
    struct matrix_join *joins;
    struct matrix_batch *batch;
    struct http_call *poll;    /* the /sync under way */
    struct loop_timer *typing; /* a batch that takes long shows it */
    int64_t token_kept_ms;
    struct matrix_figures figures;
};

/* ---- matrix.c: requests ---- */
struct matrix_ask {
    const char *method, *path; /* path: escaped, with its query */
    const char *body;          /* NULL: none */
    const char *type;          /* of the body; NULL: JSON */
    size_t body_size;          /* 0: its length */
    int64_t timeout_ms;
    size_t limit;
    bool once;
};
struct http_call *matrix_ask(struct matrix *m, const struct matrix_ask *ask,
                             void (*done)(void *context, const struct http_answer *a), void *context);
void matrix_ignore(void *context,
                   const struct http_answer *a);              /* for receipts and the like; context is not looked at */
const char *matrix_escape(struct arena *a, const char *text); /* as a part of a path or a query */
/* Again after so long, or after a back-off. One at a time: login, then sync. */
void matrix_again(struct matrix *m, void (*f)(struct matrix *m), int64_t after_ms);
/* How long to wait before a request that got this answer is repeated: what the server says, else the back-off. */
int64_t matrix_wait(struct backoff *b, const struct http_answer *a);
char *matrix_copy(const char *text); /* heap; NULL gives NULL */

/* ---- login.c ---- */
void matrix_session_read(struct matrix *m); /* who we were, and with which device and token */
void matrix_set_token(struct matrix *m, const char *token);
void matrix_login(struct matrix *m);      /* ends in matrix_sync_start */
void matrix_lost_token(struct matrix *m); /* the server no more knows it */

/* ---- sync.c ---- */
void matrix_sync_start(struct matrix *m);
void matrix_batch_free(struct matrix *m);
void matrix_show_typing(struct matrix *m, bool on); /* where the batch's questions were asked */

/* ---- rooms.c ---- */
struct matrix_room *matrix_room_find(struct matrix *m, const char *id);
bool matrix_room_is_direct(const struct matrix_room *r); /* we and one other */
/* Readable, and the one other is that person, so far as is known; r may be NULL. */
bool matrix_room_is_with(const struct matrix_room *r, const char *user);
void matrix_rooms_take(struct matrix *m, const struct matrix_news *news); /* members, names, invitations, leaving */
void matrix_rooms_free(struct matrix *m);
/* The direct, readable conversation with a person; NULL: there is none yet. */
struct matrix_room *matrix_direct_find(struct matrix *m, const char *user);
void matrix_direct_made(struct matrix *m, const char *user, const char *room);            /* we created it */
void matrix_tell_unreadable(struct matrix *m, struct matrix_room *room, const char *who); /* once a room */

/* ---- hear.c: one event as the core wants it; false: not for us. Texts live in a, as in's do. ---- */
bool matrix_hear(struct matrix *m, struct arena *a, struct matrix_room *room, const struct matrix_event *in,
                 struct event *out);

/* ---- send.c ---- */
void matrix_deliver(void *self, const struct delivery *d);
void matrix_sends_start(struct matrix *m); /* what waited for ready */
void matrix_sends_free(struct matrix *m);

/* ---- emoji.c: names as the core says them ("eyes") and characters; what is not in the table is itself ---- */
const char *matrix_emoji_of_name(const char *name);
const char *matrix_name_of_emoji(const char *emoji);

#endif
