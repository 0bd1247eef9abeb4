/* Sessions: what sessions.c, session_times.c and session_say.c know of each other, and what experts.c and inbox.c call.
 * The table is theirs alone; structs and texts live in the turn's arena. */
#ifndef LEARND_SESSIONS_H
#define LEARND_SESSIONS_H

#include "routing.h"

#define SESSION_MINUTES 20
#define SLOTS 3

struct session {
    int64_t id, asker, expert, asker_number, expert_number;
    int64_t offer, goal;    /* 0: none */
    int64_t starts, wanted; /* agreed, proposed; 0: not */
    int64_t waits;          /* whose turn it is */
    int64_t sequence, asker_message, expert_message;
    const char *state, *topic, *words; /* topic and words may be NULL */
};
const struct session *session_get(struct turn *t, int64_t id); /* NULL: none */
bool session_is(const struct session *s, const char *state);
bool session_lives(const struct session *s); /* a time is looked for, or agreed */
int64_t session_other(const struct session *s, int64_t who);
int64_t session_number(const struct session *s, int64_t who); /* their own of it */

/* ---- session_agree.c -------------------------------------------------------------------------------------------- */
/* The session of a press or command, if there is still something to do; NULL: they heard how it stands. */
const struct session *session_living(struct turn *t, int64_t id);
/* Who waits has one working day to say something, and no longer than until the time itself. */
void session_wait(struct turn *t, const struct session *s);
void session_change(struct turn *t, const struct session *s);   /* who speaks is shown other times */
void session_call_off(struct turn *t, const struct session *s); /* who speaks does not want it any more */

/* ---- session_times.c -------------------------------------------------------------------------------------------- */
bool session_at_work(struct turn *t, int64_t who, int64_t at); /* for all of it */
/* ... and has nothing else then. session: what is its own may be taken again. */
bool session_suits(struct turn *t, int64_t who, int64_t at, int64_t session);
/* Up to three times that suit both, soonest first, over different days where there are such; how many. */
int session_times(struct turn *t, const struct session *s, int64_t slots[SLOTS]);

/* ---- session_say.c ---------------------------------------------------------------------------------------------- */
/* A new message to one of the two about how it stands, with what they can do. note: a line more, or NULL. */
struct message *session_tell(struct turn *t, const struct session *s, int64_t who, enum message_class class,
                             const char *note);
struct message *session_show(struct turn *t, const struct session *s, int64_t who); /* the same, in place */
/* Which message they have about it now; what they had before loses its buttons. */
void session_note_message(struct turn *t, const struct session *s, int64_t who, int64_t message);
const char *session_headline(struct turn *t, const struct session *s, int64_t who);
/* The times that suit both as buttons; honestly (and false), if there are none. */
bool session_say_times(struct turn *t, struct message *m, const struct session *s, int64_t who);
void session_attach(struct turn *t, struct message *m, const struct session *s); /* the invite */

/* ---- sessions.c, for the lists of experts and offers ------------------------------------------------------------ */
/* [20 minutes with Priya], if she may be asked for that. */
void session_offer(struct turn *t, struct message *m, int64_t expert, const char *topic);
/* [Session] under an offer: instead of an answer in writing the asker is asked when it suits. */
void session_from_offer(struct turn *t, const struct offer *o);

#endif
