/* What an audience looks like inside: a tree of tests, each knowing where in the text its value stood.
 * Owned by the arena it was parsed into; never changed after. */
#ifndef LEARND_ORG_FORMULA_H
#define LEARND_ORG_FORMULA_H

#include "learnd/audience.h"

enum formula_kind {
    FORMULA_OR,
    FORMULA_AND,
    FORMULA_NOT,
    FORMULA_TEST,
    FORMULA_TENURE_UNDER,
    FORMULA_TENURE_FROM,
    FORMULA_EVERYONE,
    FORMULA_ON_LEAVE
};

struct audience {
    enum formula_kind kind;
    const struct audience *left, *right; /* NOT has only left */
    enum audience_attribute attribute;
    const char *value;
    int column;
    int64_t days;
};

/* The attribute of this name ("department"), or -1. */
int attribute_find(const char *name);
const char *attribute_name(enum audience_attribute attribute);
/* The words an audience may begin with, ended by NULL: for the nearest. */
extern const char *const audience_words[];

void formula_each(const struct audience *f, void (*see)(void *context, const struct audience *test), void *context);

#endif
