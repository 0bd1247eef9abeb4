/* Matrix's JSON as plain structs, and ours as text; the only files here that know jansson are matrix_json.c and
 * body_json.c. All that is read is copied into the arena given; texts that are missing, null or no strings are NULL. */
#ifndef MATRIX_JSON_H
#define MATRIX_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "learnd/arena.h"

enum matrix_kind {
    MATRIX_OTHER,
    MATRIX_SAY,
    MATRIX_EDIT,
    MATRIX_FILE,
    MATRIX_REACT,
    MATRIX_REDACT,
    MATRIX_MEMBER,
    MATRIX_ENCRYPTED /* a message nobody without keys can read */
};

struct matrix_event {
    enum matrix_kind kind;
    const char *id, *sender;
    int64_t sent_ms;
    const char *text;   /* SAY, EDIT: plain; REACT: the emoji; FILE: its name */
    const char *html;   /* SAY, EDIT: formatted; may be NULL */
    const char *url;    /* FILE: mxc://SERVER/ID */
    const char *target; /* EDIT, REACT, REDACT: the event meant */
    const char *thread; /* the thread's root */
    const char *key;    /* our own send_key, in what we sent */
    bool replies;       /* the plain text may begin with a quotation */
    bool mentions_known, mentions_us;
    const char *member, *membership, *was; /* MEMBER: whose, what it is, what it was before */
};

struct matrix_pair {
    const char *user, *room;
};

struct matrix_room_news {
    const char *id, *prev_batch;
    bool limited; /* older events since the last token were left out */
    struct matrix_event *events;
    size_t count;
    /* What changed; NULL, false or -1: nothing */
    const char *name, *alias, *replacement, *hero;
    bool encrypted, told; /* told: our own mark that we said we cannot read here */
    int joined, invited;
};

struct matrix_invite {
    const char *room, *inviter;
    bool direct;
};

struct matrix_news { /* a /sync response */
    const char *next_batch;
    struct matrix_room_news *rooms;
    size_t room_count;
    struct matrix_invite *invites;
    size_t invite_count;
    const char **left; /* rooms we are no more in */
    size_t left_count;
    bool direct_known; /* m.direct is in it */
    struct matrix_pair *direct;
    size_t direct_count;
};

struct matrix_page { /* a /messages response, in its order */
    struct matrix_event *events;
    size_t count;
    const char *end; /* where the next page begins; NULL: there is none */
};

struct matrix_error {
    const char *code, *text;
    int64_t retry_after_ms; /* -1: not said */
};

struct matrix_session { /* what is kept beside the database */
    const char *user, *device, *token;
};

/* false: no JSON or not what it should be. us: our full id. */
bool matrix_read_sync(struct arena *a, const char *text, size_t n, const char *us, struct matrix_news *news);
bool matrix_read_messages(struct arena *a, const char *text, size_t n, const char *us, struct matrix_page *page);
struct matrix_error matrix_read_error(struct arena *a, const char *text,
                                      size_t n); /* never fails; empty where unknown */
const char *matrix_read_member(struct arena *a, const char *text, size_t n, const char *name); /* of the top object */
bool matrix_read_redacted(const char *text, size_t n); /* an event: was it taken back? */
bool matrix_read_session(struct arena *a, const char *text, size_t n, struct matrix_session *s);

struct matrix_message {
    const char *plain, *html;
    const char *key;                         /* our send_key */
    const char *edits;                       /* the event it replaces; NULL: none */
    const char *reply_to, *thread, *mention; /* may be NULL */
    const char *url, *name;                  /* a file: mxc://, its name; size */
    size_t size;
};

const char *matrix_write_message(struct arena *a, const struct matrix_message *m);
const char *matrix_write_reaction(struct arena *a, const char *target, const char *emoji, const char *key);
/* device NULL: one that the server makes up. */
const char *matrix_write_login(struct arena *a, const char *user, const char *password, const char *device);
const char *matrix_write_session(struct arena *a, const struct matrix_session *s);
const char *matrix_write_direct(struct arena *a, const struct matrix_pair *direct, size_t n);
const char *matrix_write_new_direct(struct arena *a, const char *user); /* createRoom */
const char *matrix_write_typing(struct arena *a, bool on, int64_t timeout_ms);
/* The filter of /sync: with events, or (state only) what rooms there are. */
const char *matrix_write_filter(struct arena *a, bool state_only);
const char *matrix_write_page_filter(struct arena *a); /* of /messages */

#define MATRIX_TOLD "dev.learnd.cannot_read" /* account data of a room */
#define MATRIX_KEY "dev.learnd.key"          /* in the content of what we send */

#endif
