/* The proleptic Gregorian calendar as arithmetic, and the bounds all of base keeps to: years 1 to 9999.
 * Pure functions; nothing is owned. */
#ifndef LEARND_BASE_CIVIL_H
#define LEARND_BASE_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

#include "learnd/date.h"

#define DAY_FIRST INT64_C(-719162) /* 0001-01-01 */
#define DAY_LAST INT64_C(2932896)  /* 9999-12-31 */

int civil_month_days(int64_t year, int month);
bool civil_is_date(int64_t year, int64_t month, int64_t day);
/* month and day may lie outside their year and month: the 13th month is January, the 0th day the last of the month
 * before. */
int64_t civil_day(int64_t year, int64_t month, int64_t day);
/* A day so many months on, clamped to the month's end: 31 January and one month is 28 or 29 February. */
int64_t civil_add_months(int64_t day, int64_t months);
void civil_split(int64_t day, int *year, int *month, int *day_of_month);

#endif
