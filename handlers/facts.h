/* What a manager is shown of a person. Every surface (the Monday digest, `team`, `me what does my manager see`) is made of these
 * facts and of nothing else, so that what it says of me is what I can read. A fact lives in the turn's arena. */
#ifndef LEARND_FACTS_H
#define LEARND_FACTS_H

#include "learnd/turn.h"

enum fact_kind {
    FACT_REACHED, /* a shared goal or milestone was reached: to celebrate */
    FACT_DUE,     /* something mandatory, due within 14 days or overdue */
    FACT_GOAL,    /* a shared goal, and how far it is */
    FACT_WAITS,   /* it waits for the manager: to agree */
    FACT_ASSIGNED /* what the manager assigned, and how far it is */
};

struct fact {
    enum fact_kind kind;
    const char *text; /* in the reader's language, without the person's name: "*SQL 3*: 60 %, due Friday 30 October" */
    const char *action; /* what its button runs, with this object; NULL: none */
    const char *label;  /* of that button, in the reader's language */
    int64_t object;
    int64_t at; /* when it became so */
};

struct facts {
    struct fact *all;
    int count, room;
};

/* For .manager_sees: one more. action NULL: no button. */
void fact_add(struct turn *t, struct facts *f, struct fact fact);
/* All of a person, from every capability, in the order of their kinds. */
struct facts facts_of(struct turn *t, int64_t person);

#endif
