/* The state table of an outbox row, its rows in memory, and what the table's actions do to them.
 * Owned by bot/outbox.c and bot/outbox_*.c; a row read lives in the arena it was read into. */
#ifndef LEARND_OUTBOX_TABLE_H
#define LEARND_OUTBOX_TABLE_H

#include "learnd/outbox.h"

enum row_state { ROW_READY, ROW_TAKEN, ROW_DOUBT, ROW_SENT, ROW_REFUSED, ROW_EXPIRED, ROW_REPLACED };
enum { ROW_STATES = ROW_REPLACED + 1 };

/* What can happen to a row. The results of attempts stand last, in the order of enum outcome. */
enum happening {
    ON_TIME,      /* it is head and next_ms has passed; or it is ready, head or not, and expires_ms has passed */
    ON_EDIT,      /* a newer edit of the same message */
    ON_SUPERSEDE, /* a newer row with the same supersede */
    ON_WITHDRAW,  /* its message was taken back */
    ON_START,     /* the process starts: the one before may have died */
    ON_POISON,    /* it killed the process three times */
    ON_SENT,
    ON_RETRY,
    ON_REFUSED,
    ON_NO_MESSAGE,
    ON_ALREADY,
    ON_UNKNOWN,
    ON_EXPIRED,
    ON_NOT_FOUND,
    ON_NO_LOOKING
};
enum { HAPPENINGS = ON_NO_LOOKING + 1 };

/* What is known of a row when something happens to it. */
enum {
    POSTS = 1 << 0, /* post or file: a second one is a double */
    EDITS = 1 << 1,
    DELETES = 1 << 2,
    ONCE = 1 << 3,         /* ephemeral or response_url: can be neither repeated nor looked up */
    PERISHES = 1 << 4,     /* a form, or of lane 0 */
    PAST = 1 << 5,         /* expires_ms has passed */
    WITHDRAWN = 1 << 6,    /* its message was taken back */
    COMING = 1 << 7,       /* what it is about has an unfinished post */
    GONE = 1 << 8,         /* what it is about will never exist */
    POST_REFUSED = 1 << 9, /* ... because its post was refused */
    KEYED = 1 << 10,       /* the platform knows a send_key again ... */
    REMEMBERED = 1 << 11,  /* ... and has not forgotten this one */
    LIMIT = 1 << 12,       /* one more unknown is too many */
    LAST = 1 << 13,        /* the look-up that decides for good */
    SHUT = 1 << 14         /* not in the person's hours */
};
enum { FACTS = 15 };

struct row {
    int64_t id, message, person;
    enum row_state state;
    enum op op;
    enum lane lane;
    const char *platform, *conversation, *thread, *send_key, *supersede, *target, *reply_to, *name, *body, *frozen;
    const char *fallback, *error;
    int64_t expires_ms, first_ms, next_ms; /* 0, 0, WAITS: none */
    int attempt, unknowns, looking;
    bool ephemeral;
    /* Of its message and person. */
    const char *message_id, *message_body, *class, *user;
    int64_t opens; /* when it may be said; 0: now, or nobody asked */
    bool withdrawn, coming, post_refused;
    bool followed, referred; /* rows behind it in its lane, others about its message: there may be somebody to wake */
    bool hand_over;          /* the action asks for an attempt */
};
#define WAITS                                                                                                          \
    INT64_MIN /* next_ms of a row that waits for another row or for its answer; where it may expire, that is written   \
               */

struct cause { /* why an action runs */
    int64_t now_ms;
    const struct event *result;     /* of ON_SENT and the like */
    const struct outbox_row *newer; /* of ON_EDIT and ON_SUPERSEDE */
    bool *behind;                   /* set when the newer one needs a row of its own */
    const char *why;                /* of ON_POISON */
};

struct rule {
    enum row_state state;
    enum happening happening;
    unsigned all, none; /* facts that must hold, that must not */
    enum row_state then;
    void (*act)(struct outbox *o, struct row *r, const struct cause *c);
};
extern const struct rule outbox_rules[];
extern const size_t outbox_rule_count;
/* The first that fits; NULL: nothing changes (a final row, an answer nobody waits for). */
const struct rule *outbox_rule_find(enum row_state state, enum happening happening, unsigned facts);

enum { OUTBOX_PLATFORMS = 8, OUTBOX_UNKNOWNS = 8 };

struct outbox {
    struct store *store;
    struct arena *scratch;
    struct transport platforms[OUTBOX_PLATFORMS];
    size_t platform_count;
    int64_t (*opens)(void *context, int64_t person, const char *class); /* NULL: nobody has hours */
    void *opens_context;
    unsigned changes;     /* grows when an action changes other rows than its own */
    int64_t started_ms;   /* when this process began to work, by the time of its first call; 0: not yet */
    int64_t last_message; /* the newest message written here */
    char instance[64];    /* "" until it was read */
};

/* outbox_row.c: rows and the database. */
extern const char outbox_sql_due[], outbox_sql_lane[], outbox_sql_soon[], outbox_sql_unfinished[];
struct row *outbox_row_read(struct outbox *o, struct arena *a, int64_t id); /* NULL: there is none */
size_t outbox_rows_due(struct outbox *o, struct arena *a, int64_t now_ms, struct row **rows, size_t max);
/* All ids a query gives, before any of the rows is changed. */
struct row_ids {
    int64_t *id;
    size_t n;
};
struct row_ids outbox_row_ids(struct outbox *o, struct rows *from);
void outbox_row_write(struct outbox *o, const struct row *r);
int64_t outbox_row_insert(struct outbox *o, const struct outbox_row *row, int64_t now_ms);
const char *outbox_op_name(enum op op);
/* The first waiting row of a lane may be taken from now on; likewise those that wait for the post of a message. */
void outbox_lane_wake(struct outbox *o, const struct row *of, int64_t now_ms);
void outbox_message_wake(struct outbox *o, int64_t message, int64_t now_ms);
const struct transport *outbox_platform(const struct outbox *o, const char *platform); /* NULL: not connected */

/* outbox.c */
bool outbox_row_is_final(enum row_state state);
unsigned outbox_row_facts(const struct outbox *o, const struct row *r, int64_t now_ms);
/* Apply what the table says. false: nothing. */
bool outbox_row_happen(struct outbox *o, struct row *r, enum happening happening, const struct cause *c);

/* outbox_act.c: the actions of the table, and what was lost said again. */
void act_nothing(struct outbox *o, struct row *r, const struct cause *c);
void act_take(struct outbox *o, struct row *r, const struct cause *c);
void act_take_as_post(struct outbox *o, struct row *r, const struct cause *c);
void act_wait_for_post(struct outbox *o, struct row *r, const struct cause *c);
void act_fold(struct outbox *o, struct row *r, const struct cause *c);
void act_say_late(struct outbox *o, struct row *r, const struct cause *c);
void act_stand_behind(struct outbox *o, struct row *r, const struct cause *c);
void act_end(struct outbox *o, struct row *r, const struct cause *c);
void act_fall_back(struct outbox *o, struct row *r, const struct cause *c);
void act_say_again(struct outbox *o, struct row *r, const struct cause *c);
void act_sent(struct outbox *o, struct row *r, const struct cause *c);
void act_return(struct outbox *o, struct row *r, const struct cause *c);
void act_become_post(struct outbox *o, struct row *r, const struct cause *c);
void act_doubt(struct outbox *o, struct row *r, const struct cause *c);
void act_doubt_at_start(struct outbox *o, struct row *r, const struct cause *c);
void act_doubt_retry(struct outbox *o, struct row *r, const struct cause *c);
void act_look(struct outbox *o, struct row *r, const struct cause *c);
void act_repeat(struct outbox *o, struct row *r, const struct cause *c);
void act_last_look(struct outbox *o, struct row *r, const struct cause *c);
void act_look_now(struct outbox *o, struct row *r, const struct cause *c);

#endif
