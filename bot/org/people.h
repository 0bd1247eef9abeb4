/* Between the two passes over people.csv.
 * Owns nothing: the people belong to the organisation that is being read. */
#ifndef LEARND_ORG_PEOPLE_H
#define LEARND_ORG_PEOPLE_H

#include "reading.h"

enum people_column {
    EXTERNAL_ID,
    HANDLE,
    EMAIL,
    DISPLAY_NAME,
    TITLE,
    ROLE,
    DEPARTMENT,
    DIVISION,
    LOCATION,
    COUNTRY,
    MANAGER,
    TIMEZONE,
    LOCALE,
    WORK_DAYS,
    WORK_FROM,
    WORK_TO,
    CALENDAR,
    START_DATE,
    END_DATE,
    ACTIVE,
    GRANTS,
    EXPERTISE,
    WEEKLY_CAP,
    LANGUAGES,
    SLACK_USER,
    MATRIX_USER,
    PEOPLE_COLUMNS
};

struct people_rows { /* of the file, in the order of people: where a fault is */
    const char **raw;
    int at[PEOPLE_COLUMNS]; /* as in struct row */
};

/* Keys that must be unique are; managers are known; nobody is above themselves. */
void people_check(struct reading *r, const struct people_rows *rows);

#endif
