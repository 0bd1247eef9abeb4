/* What happened, and what must be done: the two things that pass between the core and the transports.
 * An event borrows its texts until it is acknowledged; a delivery lives until its transport's deliver returns. */
#ifndef LEARND_EVENT_H
#define LEARND_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum event_kind {
    EVENT_SAY,      /* a person wrote: text */
    EVENT_PRESS,    /* a button: value is what NODE_BUTTON carried ("MESSAGE.NUMBER.REVISION") */
    EVENT_SUBMIT,   /* a form: value as above, fields */
    EVENT_REACT,    /* text: the emoji's name; target: the message */
    EVENT_EDIT,     /* target was changed to text */
    EVENT_WITHDRAW, /* target was taken back */
    EVENT_UPLOAD,   /* name and text: a file */
    EVENT_HOME,     /* the person opened their Home */
    EVENT_RESULT,   /* of an effect: row, attempt, outcome */
    EVENT_DUE,      /* the core's own: a due row */
    EVENT_OPERATE   /* of a program (import, script): name, text */
};

enum outcome {
    OUTCOME_SENT,       /* platform_id, if the platform gave one */
    OUTCOME_RETRY,      /* certainly not applied: 429, refused before writing; retry_ms */
    OUTCOME_REFUSED,    /* for good; text says why */
    OUTCOME_NO_MESSAGE, /* refused: what should be edited or deleted is not there */
    OUTCOME_ALREADY,    /* a reaction that stands already */
    OUTCOME_UNKNOWN,    /* reset, time-out, 5xx: may or may not have been applied */
    OUTCOME_EXPIRED,    /* expires_ms had passed just before writing */
    OUTCOME_NOT_FOUND,  /* of a look-up: certainly not there */
    OUTCOME_NO_LOOKING  /* of a look-up: not permitted here */
};

struct event_field {
    const char *name, *value;
};

struct event {
    enum event_kind kind;
    const char *platform;  /* "console", "matrix", "slack", "web" */
    const char *thing;     /* key of the inbox: the thing, never the delivery. NULL: no inbox row (results, queries) */
    const char *user;      /* the platform's id of who did it */
    const char *user_name; /* how the platform shows them; may be NULL */
    const char *
        conversation; /* the platform's id of the room or direct conversation; of a result: where it was sent, or NULL */
    const char *room;   /* its shown name ("#sales"); NULL in a direct conversation */
    const char *thread; /* the platform's id of the thread's first message; NULL: none */
    bool mentioned;     /* in a room: the bot is spoken to */
    const char *text, *name, *value, *target;
    const struct event_field *fields;
    size_t field_count;
    int64_t sent_ms;     /* by the platform's clock; 0: unknown */
    int64_t received_ms; /* by ours */
    /* EVENT_RESULT */
    int64_t row, retry_ms;
    int attempt;
    enum outcome outcome;
    const char *platform_id;
    const char *token; /* a /sync token to keep with this event; NULL: none */
    void *context;     /* the transport's own, given back with the acknowledgement */
};

enum op { OP_POST, OP_EDIT, OP_DELETE, OP_VIEW, OP_REACT, OP_FILE, OP_FORM };
enum lane { LANE_PERISHABLE, LANE_SPEECH, LANE_REACTION };

struct delivery {
    int64_t row;
    int attempt;
    enum op op;
    bool look_up; /* make sure first: is send_key there already? Answer SENT, NOT_FOUND or NO_LOOKING, send nothing */
    int64_t message, person; /* person: whom it is for; 0 in a room for all */
    const char *platform, *conversation, *thread;
    const char *user;             /* the platform's id of the person; may be NULL */
    bool ephemeral;               /* seen by that person alone, in the room */
    const char *send_key;         /* the platform's transaction id or metadata; the same at every attempt */
    const char *target;           /* edit, delete, react: the platform's id of the message */
    const char *reply_to;         /* the platform's id of what it answers; may be NULL */
    const char *body;             /* nodes as JSON; for OP_REACT the emoji's name; for OP_FILE the content */
    const char *name;             /* OP_FILE: its name */
    int64_t first_ms, expires_ms; /* expires_ms 0: never */
};

/* A transport as the core sees it. deliver must not block and must not call the core: it queues. The daemon's say when
 * they render (intake.h).
 * Every delivery is answered by one EVENT_RESULT, sooner or later. */
struct transport {
    const char *platform;
    void *self;
    void (*deliver)(void *self, const struct delivery *d);
    /* The event is committed (or repeated, or parked): reply is the kept reply or NULL. Called in the order of receipt.
     */
    void (*acknowledge)(void *self, const struct event *e, const char *reply);
    /* How a row in doubt is made sure, see bot/outbox_table.c. */
    int64_t wait_ms;   /* the longest a lost request may still land */
    int64_t memory_ms; /* > 0: the platform knows a send_key so long (Matrix): repeat. 0: look up before repeating */
    bool last_resort;  /* whom we have not met is met on another platform, if there is one */
    /* Accounts of people who have none in the directory: the handle stands for %s ("%s", "@%s:example.org"); NULL:
     * none. */
    const char *account_format;
    /* Their direct conversation before they wrote ("@%s": the account stands for %s). The transport finds or makes the
     * room. */
    const char *direct_format;
};

#endif
