/* Topics that belong to a human (sensitive.yaml), for the conversation and for `learnd ask`.
 * It is compiled for one organisation, which must live as long; the caller closes it. */
#ifndef LEARND_SENSITIVE_H
#define LEARND_SENSITIVE_H

#include "learnd/org.h"

struct sensitive;
struct sensitive *sensitive_open(const struct org *org);
void sensitive_close(struct sensitive *s); /* NULL: nothing */
/* The first entry that matches; NULL: none. */
const struct org_sensitive *sensitive_find(const struct sensitive *s, struct arena *a, const char *text);

#endif
