/* How a question finds a person: what questions.c, offers.c, routing.c, consent.c, experts.c, topics.c and sessions.c know of
 * each other. Nobody else includes it; structs and texts live in the turn's arena. */
#ifndef LEARND_ROUTING_H
#define LEARND_ROUTING_H

#include "questions.h"

#define WORDS_MAX 3000 /* code points of a question or an answer that are passed on */

enum stage { STAGE_EXPERTS, STAGE_OWNER, STAGE_QUEUE, STAGE_NOBODY };

/* ---- topics.c --------------------------------------------------------------------------------------------------- */
/* Every topic that has a name in the folder or an expert, by id; ended by NULL. */
const char **topics_all(struct turn *t);
const char *topic_named(struct turn *t, const char *text);       /* by id, name or alias, nothing else; NULL: none */
const char *topic_owner_text(struct turn *t, const char *topic); /* HANDLE or team:HANDLE; NULL: none */
/* Topics that look like what was typed, best first, ended by NULL. */
const char **topics_near(struct turn *t, const char *text);

/* ---- experts.c: who knows, and when they may be asked ----------------------------------------------------------- */
#define START_MINUTES 30 /* no offer starts with less of the day's work left */
/* When a person may get an offer: at work with time left, not in quiet hours, not busy; INT64_MAX: not in sight. */
int64_t expert_start(struct turn *t, int64_t id);
/* False: left, away, outside the live audience, or said stop or no. */
bool expert_reachable(struct turn *t, int64_t id);
int expert_cap(struct turn *t, int64_t id);                      /* offers in seven days */
int64_t expert_offers_in_seven_days(struct turn *t, int64_t id); /* that went out */
int64_t busy_until(struct turn *t, int64_t id);                  /* 0: not busy */
bool acceptance_counts(struct turn *t, int64_t id); /* evaluations: how many offers they took may be computed */
/* 1 for somebody at work, less the longer one waits for them; seconds. */
double expert_availability(int64_t wait);
const char *questions_a_week(struct turn *t, int n); /* "1 question in seven days" */
/* As experts_for, for one question: whom it was put to already is left out. */
struct expert_score *experts_for_question(struct turn *t, const struct question *q, int *count);
/* "at work until 17:00 (London)", "at work again Monday 30 November, 09:00 (London)" */
const char *expert_presence(struct turn *t, int64_t id);

/* ---- routing.c: whose turn it is -------------------------------------------------------------------------------- */
struct pick {
    int64_t person; /* 0: nobody of this stage */
    int64_t start;  /* <= now: now */
    int level;
    double score;
    const char *why;
    bool consent_first;   /* they are asked whether they may be asked; the question waits for it until start */
    int64_t also_consent; /* ranks before this pick, and was never asked whether they may be */
};
struct pick routing_pick(struct turn *t, const struct question *q, enum stage stage);
bool routing_finds_anybody(struct turn *t, const char *topic, int64_t asker);
void routing_look_soon(struct turn *t); /* in this minute every open question is looked at again */
void routing_look(struct turn *t);      /* now */

/* ---- consent.c -------------------------------------------------------------------------------------------------- */
int64_t consent_deadline(struct turn *t, int64_t id); /* 0: not asked yet */
bool consent_ask(struct turn *t, int64_t id);         /* false: the gate held it back */

/* ---- offers.c --------------------------------------------------------------------------------------------------- */
void offer_move_on(struct turn *t, int64_t offer, const char *state); /* timed_out or moved: the next one is asked */
struct offer {
    int64_t id, question, expert, number, message, at, deadline; /* number: the expert's own; deadline 0: none */
    const char *kind, *state, *why;
    int level;
};
const struct offer *offer_get(struct turn *t, int64_t id); /* NULL: none */
bool offer_is(const struct offer *o, const char *state);
bool offer_stands(const struct offer *o); /* it waits for them */
void offer_set_state(struct turn *t, const struct offer *o, const char *state);
struct message *offer_show(struct turn *t, int64_t id);               /* as it stands now, in place */
const char *offer_who_asks(struct turn *t, const struct question *q); /* "Alice (Sales, London)", "A colleague" */
const char *offer_timer_key(struct turn *t, int64_t id);
void offers_show_again(struct turn *t, int64_t question);   /* its asker is hidden, or no longer */
void question_show_again(struct turn *t, int64_t question); /* its words were edited: to whoever reads them */

/* ---- withdraw.c -------------------------------------------------------------------------------------------------- */
void question_close(struct turn *t, int64_t id); /* withdrawn: the asker left, or it is older than is kept */

/* ---- questions.c ------------------------------------------------------------------------------------------------ */
void question_set_out(struct turn *t, int64_t id, enum stage stage); /* on its way, for one working day of the asker */
bool question_is_open(const struct question *q);                     /* it still looks for an answer */
/* What was only proposed of that message: asked in other words, or once more, or taken back. */
void question_drop_proposed(struct turn *t, const char *platform, const char *thing);
const char *question_state_say(struct turn *t, const struct question *q); /* "it was answered" */
const char *question_cut(struct turn *t, const struct question *q);       /* for one line */

/* "09:10" and "09:10 in London", "Monday 30 November, 09:00 (London)" for another day than today there */
const char *clock_in(struct turn *t, int64_t id, int64_t at);
const char *clock_there(struct turn *t, int64_t id, int64_t at);

#endif
