/* Between the two passes over people.csv.
 * Owns nothing: the people belong to the organisation that is being read. */
#ifndef LEARND_ORG_PEOPLE_H
#define LEARND_ORG_PEOPLE_H

#include "reading.h"

/* Keys that must be unique are; managers are known; nobody is above themselves. */
void people_check(struct reading *r);

#endif
