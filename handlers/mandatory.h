/* What is asked of people (requirements of the folder, and what somebody assigned), as other capabilities see it.
 * The tables are those of handlers/mandatory*.c, assign.c and compliance.c alone. */
#ifndef LEARND_MANDATORY_H
#define LEARND_MANDATORY_H

#include "learnd/rare.h"

/* Somebody did something, or took it back: what is asked of them may be done by it. */
void mandatory_progress(struct turn *t, int64_t person);
/* Is that person reminded today of a "requirement" (an assignment) or a "path" that is asked of them? */
bool mandatory_says(struct turn *t, int64_t person, const char *kind, int64_t object);
/* The day until which a path is asked of them, the first if it is twice; INT64_MIN: it is not. */
int64_t mandatory_due(struct turn *t, int64_t person, int64_t path);
/* On how many of the person's days, both included, a reminder of what is asked of them is still to go within their share. */
int mandatory_reminders(struct turn *t, int64_t person, int64_t from, int64_t until);
/* must_wait() for a reminder of anything else, which leaves room for those. */
bool mandatory_goes_first(struct turn *t, int64_t person);

struct requirement { /* of rules/; lives in the turn's arena */
    int64_t id, path;
    const char *slug, *who;
    const char *starts, *due; /* days; NULL: at once; within so many days */
    const char *refresh;      /* NULL: never again */
    int within_days, pass;    /* percent; 0: the usual mark */
    bool core, on;
};
const struct requirement *requirement_named(struct turn *t, const char *slug); /* NULL: none */
/* For `nudge ...`: each answers if the word is a requirement's id; false: it is none, nothing was said. */
bool requirement_says(struct turn *t, const char *slug);
bool requirement_turns(struct turn *t, const char *slug, bool on); /* who may not is told who may */
/* A line each; begins the message if it is NULL and there is one. */
struct message *requirements_list(struct turn *t, struct message *m);

#endif
