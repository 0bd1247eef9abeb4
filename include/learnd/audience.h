/* Audience: who is meant, as a formula over a person's attributes ("department = Sales and not on_leave").
 * Parsed once into an arena; asked with a function that knows the person. Grammar: README, "Audience". */
#ifndef LEARND_AUDIENCE_H
#define LEARND_AUDIENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "learnd/arena.h"

struct audience;

enum audience_attribute {
    AUDIENCE_DEPARTMENT,
    AUDIENCE_DIVISION,
    AUDIENCE_LOCATION,
    AUDIENCE_COUNTRY,
    AUDIENCE_ROLE,
    AUDIENCE_TEAM,    /* team=dana: her direct reports */
    AUDIENCE_MANAGER, /* manager=dana: her whole subtree */
    AUDIENCE_HANDLE,
    AUDIENCE_GRANT,
    AUDIENCE_SKILL
};

/* What is known of one person. Comparisons of words ignore case. */
struct audience_person {
    void *context;
    bool (*is)(void *context, enum audience_attribute attribute, const char *value);
    bool (*on_leave)(void *context);
    int64_t tenure_days;
};

/* NULL if it does not parse: *column (1 is the first byte) and *what say where and why. An empty text is an error. */
struct audience *audience_parse(struct arena *a, const char *text, int *column, const char **what);
/* Is whoever the narrow one ever holds for surely one of the wide one? By how they are written: "a or b" covers "b and c";
 * what only the values could tell is not seen. */
bool audience_covers(const struct audience *wide, const struct audience *narrow);
bool audience_holds(const struct audience *f, const struct audience_person *who);
/* Calls see(context, attribute, value) for each test, so that a reader can check that the values exist. */
void audience_each(const struct audience *f,
                   void (*see)(void *context, enum audience_attribute attribute, const char *value), void *context);

#endif
