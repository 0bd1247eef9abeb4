/* Recurrence: on which days a rule of RFC 5545 falls. Days only: at what time of them is the caller's business.
 * Pure functions over the rule's text; nothing is owned. */
#ifndef LEARND_RECUR_H
#define LEARND_RECUR_H

#include <stdbool.h>
#include <stdint.h>

#include "learnd/arena.h"

/* The subset of RRULE that is read: FREQ (DAILY, WEEKLY, MONTHLY, YEARLY), INTERVAL, BYDAY, BYMONTHDAY, BYSETPOS, BYMONTH,
 * COUNT, UNTIL (a day), WKST. False for anything else: *column (1 is the first byte) and *what say where and why. */
bool recur_is_well_formed(struct arena *a, const char *rule, int *column, const char **what);
/* The first day (its number) after another on which the rule falls, counted from its start; INT64_MAX: there is none.
 * The start itself counts only where the rule falls on it. What does not parse never falls. */
int64_t recur_next(const char *rule, int64_t start, int64_t after);
/* All of them after a day, through another, at most so many; how many. An iteration costs: ask once for many people. */
int recur_days(const char *rule, int64_t start, int64_t after, int64_t until, int64_t *days, int max);

#endif
