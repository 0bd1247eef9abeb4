/* A CSV file (RFC 4180) as rows under named columns, with the line and column of each field.
 * Fields are copied into the arena of the reading; a row's are valid until the next row. */
#ifndef LEARND_ORG_TABLE_H
#define LEARND_ORG_TABLE_H

#include "reading.h"

struct column {
    const char *name;
    bool required;
};

struct row {
    int line;
    const char **field; /* in the order of the columns' table; NULL: no such column, or empty */
    const char *raw;    /* where the row begins in the file */
    const int *at;      /* for each column of the table: which field of the row it is, or -1 */
};

/* Calls see for each row that has as many fields as the header. columns end with a NULL name; at most 40.
 * Faults: unknown, missing and doubled columns, what libcsv's strict mode refuses, fields too long, control characters.
 */
void table_read(struct reading *r, const struct bytes *file, const struct column *columns,
                void (*see)(struct reading *r, const struct row *row, void *context), void *context);
/* Where the field of a column begins. */
struct place row_place(const struct row *row, int column);

#endif
