/* Questions to people: asking, offering to experts, answering. The tables are those of questions.c and offers.c.
 * Who knows what is the directory's (experts.c). Structs and texts live in the turn's arena. */
#ifndef LEARND_QUESTIONS_H
#define LEARND_QUESTIONS_H

#include "learnd/turn.h"

/* ---- questions.c ------------------------------------------------------------------------------------------------ */
/* "I don't have this. I can ask someone who knows *customs* ... [Ask, with my name] [Ask, name hidden] [No]" as a
 * reply. Where nobody can be asked the question is kept for `unanswered` and the person is told so. why: what `why`
 * tells about there being no card. */
void question_propose(struct turn *t, const char *text, const char *why);
/* The same below a card that was not it, or where a person is wanted instead of it. */
void question_propose_instead(struct turn *t, const char *text, const char *why);
/* The same where the topic is known and the person wants a human being: no word about cards. */
void question_propose_about(struct turn *t, const char *text, const char *topic);
struct question {
    int64_t id, asker, number; /* number: the asker's own lasting one; 0: it is only proposed */
    /* proposed dropped open offered owner queue answered solved withdrawn unanswered; topic may be NULL.
     * text is "" where it is no longer kept */
    const char *text, *state, *topic;
    bool named;
    bool hidden;     /* the asker is having their data deleted: nobody else sees it any more */
    int64_t receipt; /* the message every move edits; 0: they did not say that it may be put to anybody */
    int stage;       /* whose turn it is: enum stage of routing.h */
    int stuck;       /* how often an answer did not help */
    int64_t asked, overdue;
    int64_t next_person, next_start;
};
const struct question *question_get(struct turn *t, int64_t id); /* NULL: none */
/* A person gave an answer: the asker gets it as a message of its own, receipt and offers are edited; returns the
 * answer's id. */
int64_t question_answer(struct turn *t, int64_t question, int64_t by, const char *words);
/* The receipt is edited: "Asked Priya (09:10 for her). ..." */
void question_receipt(struct turn *t, int64_t question, const char *state, const char *text);
/* How others see who asks: "Alice", or "A colleague". */
const char *question_asker(struct turn *t, const struct question *q);

/* ---- offers.c --------------------------------------------------------------------------------------------------- */
/* Offer to the next best expert now or when one is at work; else owner, queue. */
void offer_next(struct turn *t, int64_t question);
/* Others' offers are edited: nothing to do. answered_by 0: the question was withdrawn. */
void offers_release(struct turn *t, int64_t question, int64_t answered_by);

/* ---- experts.c -------------------------------------------------------------------------------------------------- */
const char *topic_of(struct turn *t, const char *text); /* the topic a text is about; NULL: none known */
const char *topic_name(struct turn *t, const char *topic);
int64_t topic_owner(struct turn *t, const char *topic); /* an active person, or 0 */
/* People who know it, best first by level x work x load; asker and those who may not be asked left out. */
struct expert_score {
    int64_t person;
    int level;
    double score;
    const char *why; /* "at work until 17:00 (London)" */
    int64_t start;   /* when an offer may go out */
    double merit;    /* the score but for the wait until start */
};
struct expert_score *experts_for(struct turn *t, const char *topic, int64_t asker, int *count);

/* ---- capture.c -------------------------------------------------------------------------------------------------- */
/* After an expert's answer: "Keep this for the next person? ... [Save for my team] [Send to review] [Edit] [No]", to
 * the expert. */
void capture_propose(struct turn *t, int64_t question, int64_t expert, const char *words);

#endif
