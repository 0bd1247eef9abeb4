/* The outbox: what must be done for a message, exactly once, whatever happens. The state table of a row is in
 * bot/outbox_table.c. All functions run inside the core's transaction (store_protect); rows belong to the database. */
#ifndef LEARND_OUTBOX_H
#define LEARND_OUTBOX_H

#include "learnd/event.h"
#include "learnd/store.h"

struct outbox; /* knows the store and the traits of the platforms; holds no row */

struct outbox_row { /* what a turn asks for; texts are copied into the database */
    enum op op;
    enum lane lane;
    int64_t message; /* 0: none (a reaction to a person's message, a file) */
    int64_t person;  /* whom it is for; 0: a room */
    const char *platform, *conversation, *thread;
    bool ephemeral;
    const char *supersede; /* rows of the same key replace each other while ready; NULL: none */
    const char *target;    /* OP_REACT on a person's message: its platform id */
    const char *reply_to;
    const char *body; /* NULL: the message's body when it is taken */
    const char *name;
    int64_t expires_ms; /* 0: never */
    const char
        *fallback; /* body (nodes as JSON) said in the person's direct conversation if it ends unshown; NULL: none */
};

struct outbox *outbox_open(struct store *s);
void outbox_close(struct outbox *o);
void outbox_add_platform(struct outbox *o, const struct transport *traits); /* platform, wait_ms, memory_ms */

/* When may a post of that class go to that person, who has hours? 0: now; INT64_MAX: never; else an instant, and a timer
 * "say late" gets the message then. Asked before each attempt; its row ends meanwhile, as it would hold up its lane. */
void outbox_ask_hours(struct outbox *o, int64_t (*opens)(void *context, int64_t person, const char *class),
                      void *context);

/* Both apply the table's rows for a newer edit or a withdrawal (fold in, row of its own, nothing). message.body and
 * message.revision were written by the caller already; for OP_DELETE message.withdrawn too. Returns the row, 0 if
 * folded in. */
int64_t outbox_add(struct outbox *o, const struct outbox_row *row, int64_t now_ms);

/* Take the heads of lanes whose time has come: marked taken, attempt + 1, body frozen, all in this transaction.
 * Those of expired rows end here with their fallback. Calls give for each; the texts live in a. At most max rows. */
size_t outbox_take(struct outbox *o, struct arena *a, int64_t now_ms, size_t max,
                   void (*give)(void *context, const struct delivery *d), void *context);

/* A transport's answer (EVENT_RESULT). false: of another attempt or a row that is final; nothing changed.
 * *row_message: the message it was about, so that events held for it can run when it became final. */
bool outbox_result(struct outbox *o, const struct event *result, int64_t now_ms, int64_t *row_message);

/* Once, before anything is taken: what a death left taken is in doubt. WAIT is counted from the first outbox_take. */
void outbox_start(struct outbox *o, int64_t now_ms);
int64_t outbox_next_ms(struct outbox *o); /* INT64_MAX: nothing waits for time */
void outbox_refuse(struct outbox *o, int64_t row, const char *why, int64_t now_ms); /* poison: three deaths */
/* What is under way to that person ends unsaid, and whoever waits behind it goes on: before their rows are deleted. */
void outbox_forget(struct outbox *o, int64_t person, int64_t now_ms);
bool outbox_busy(struct outbox *o, const char *platform,
                 const char *conversation); /* a row of it is taken or in doubt */
/* The newest message this outbox wrote itself (a fallback), 0: none. Who counts the ids of messages goes on behind it. */
int64_t outbox_last_message(const struct outbox *o);

#endif
