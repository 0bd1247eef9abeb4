/* Personal data as JSON text: an object with a list of rows for each table.
 * A sheet is opened, filled and closed within one turn. */
#ifndef LEARND_PERSONAL_JSON_H
#define LEARND_PERSONAL_JSON_H

#include "learnd/store.h"

struct personal_sheet;

struct personal_sheet *personal_sheet_open(void);
void personal_sheet_add(struct personal_sheet *s, const char *table, struct rows *r); /* reads the rows to their end */
char *personal_sheet_close(struct personal_sheet *s, struct arena *a);                /* the text; the sheet is gone */

#endif
