/* What is asked of people (requirements of the folder, and what somebody assigned), as other capabilities see it.
 * The tables are those of handlers/mandatory*.c, assign.c and compliance.c alone. */
#ifndef LEARND_MANDATORY_H
#define LEARND_MANDATORY_H

#include "learnd/rare.h"

/* Somebody did something, or took it back: what is asked of them may be done by it. */
void mandatory_progress(struct turn *t, int64_t person);

struct requirement { /* of rules/; lives in the turn's arena */
    int64_t id, path;
    const char *slug, *who;
    const char *starts, *due; /* days; NULL: at once; within so many days */
    const char *refresh;      /* NULL: never again */
    int within_days, pass;    /* percent; 0: the usual mark */
    bool core, on;
};
const struct requirement *requirement_named(struct turn *t, const char *slug); /* NULL: none */
/* For `nudge on|off RULE`: whether they may is the caller's question. Who it concerns is told within their hours. */
void requirement_switch(struct turn *t, int64_t id, bool on);

#endif
