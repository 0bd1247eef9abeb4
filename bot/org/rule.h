/* What the two forms of a rule's file share: nudges (rules.c) and requirements (requirements.c).
 * Owns nothing. */
#ifndef LEARND_ORG_RULE_H
#define LEARND_ORG_RULE_H

#include "tree.h"

#define RULE_DAYS_MAX 730 /* of a distance */

void rule_take_id(struct reading *r, const struct node *n, const char **out);
void rule_take_who(struct reading *r, const struct node *n, const char **out);
void rule_take_class(struct reading *r, const struct node *n, bool *core);
/* "14d" -> 14, "2wd" -> 2 with unit "wd"; -1 if it is none. units: those allowed, ended by NULL. */
int rule_distance(const char *text, const char *const *units);
/* A file that is a requirement, into the organisation. */
void requirement_read(struct reading *r, const struct node *root, const char *hash);

#endif
