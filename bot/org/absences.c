/* absences.csv: who is away from when to when. */
#include <string.h>

#include "learnd/date.h"
#include "table.h"

enum { HANDLE, STARTS, ENDS, KIND };

static const struct column absence_columns[] = {
    [HANDLE] = { "handle", true },
    [STARTS] = { "starts", true },
    [ENDS] = { "ends", true },
    [KIND] = { "kind", false },
    { NULL, false },
};

static const char *take_date(struct reading *r, const struct row *row, int column)
{
    const char *text = row->field[column];
    if (text && day_number(text) != INT64_MIN)
        return text;
    struct place p = row_place(row, column);
    fault_add(r, p.line, p.column, "'%s' is '%s', expected is a date as 2026-01-31", absence_columns[column].name,
              text ? text : "");
    return NULL;
}

static const char *take_kind(struct reading *r, const struct row *row)
{
    static const char *const kinds[] = { "leave", "sick", "holiday", "other", NULL };
    const char *kind = row->field[KIND] ? row->field[KIND] : "other";
    for (size_t i = 0; kinds[i]; i++) {
        if (strcmp(kinds[i], kind) == 0)
            return kind;
    }
    struct place p = row_place(row, KIND);
    fault_add(r, p.line, p.column, "'kind' is '%s', expected is leave, sick, holiday or other%s", kind,
              did_you_mean(r->arena, kind, kinds));
    return kind;
}

static void see_absence(struct reading *r, const struct row *row, void *context)
{
    (void)context;
    struct org *org = r->org;
    struct org_absence a = { .line = row->line, .handle = row->field[HANDLE] };
    struct place at = row_place(row, HANDLE);
    if (a.handle)
        reference_add(r, REFERENCE_PERSON, at, a.handle);
    else
        fault_add(r, at.line, at.column, "'handle' is empty");
    a.starts = take_date(r, row, STARTS);
    a.ends = take_date(r, row, ENDS);
    a.kind = take_kind(r, row);
    if (a.starts && a.ends && day_number(a.ends) < day_number(a.starts)) {
        at = row_place(row, ENDS);
        fault_add(r, at.line, at.column, "the last day away (%s) is before the first (%s)", a.ends, a.starts);
    }
    org->absences = list_grow(r->arena, org->absences, org->absence_count, sizeof *org->absences);
    org->absences[org->absence_count++] = a;
}

void absences_read(struct reading *r, const struct bytes *file)
{
    r->org->absences_hash = file->hash;
    table_read(r, file, absence_columns, see_absence, NULL);
}
