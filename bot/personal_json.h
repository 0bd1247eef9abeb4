/* Personal data as JSON text: what there is, table by table, and who sees it.
 * A sheet is opened, filled and closed within one turn; all of it lives in the arena, as a statement may fail meanwhile. */
#ifndef LEARND_PERSONAL_JSON_H
#define LEARND_PERSONAL_JSON_H

#include "learnd/turn.h"

struct personal_sheet;

struct personal_sheet *personal_sheet_open(struct arena *a);
/* Reads the rows of one .data row to their end. */
void personal_sheet_add(struct personal_sheet *s, const struct personal *d, struct rows *r);
char *personal_sheet_close(struct personal_sheet *s); /* the text */

#endif
