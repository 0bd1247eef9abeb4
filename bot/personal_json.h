/* Personal data as JSON text: what there is, table by table, and who sees it.
 * A sheet is opened, filled and closed within one turn; its text lives in the arena. */
#ifndef LEARND_PERSONAL_JSON_H
#define LEARND_PERSONAL_JSON_H

#include "learnd/turn.h"

struct personal_sheet;

struct personal_sheet *personal_sheet_open(void);
/* Reads the rows of one .data row to their end. */
void personal_sheet_add(struct personal_sheet *s, struct arena *a, const struct personal *d, struct rows *r);
char *personal_sheet_close(struct personal_sheet *s, struct arena *a); /* the text; the sheet is gone */

#endif
