/* libcsv in strict mode, fed line by line so that a fault can say where it is. */
#include "table.h"

#include <csv.h>
#include <string.h>

#include "learnd/text.h"

#define COLUMNS_MAX 40
#define FIELDS_MAX 64
#define FIELD_MAX_BYTES 2000

struct table {
    struct reading *r;
    const struct column *columns;
    size_t column_count;
    void (*see)(struct reading *r, const struct row *row, void *context);
    void *context;
    struct csv_parser parser;
    /* the row in hand */
    bool in_row;
    int line;
    const char *raw;
    const char *field[FIELDS_MAX];
    size_t field_count;
    /* the header */
    size_t header_count; /* 0: not seen yet */
    int at[COLUMNS_MAX];
    bool unusable; /* the header cannot be understood, or the text stopped being CSV */
};

/* The n-th field of a row, counted over quotes and the lines within them. */
static struct place field_place(int line, const char *raw, int n)
{
    struct place p = { line, 1 };
    bool quoted = false;
    for (const char *c = raw; *c && n > 0; c++) {
        if (*c == '"')
            quoted = !quoted;
        n -= *c == ',' && !quoted;
        p.column++;
        if (*c == '\n')
            p = (struct place){ p.line + 1, 1 };
    }
    return p;
}

struct place row_place(const struct row *row, int column)
{
    return field_place(row->line, row->raw, row->at[column] < 0 ? 0 : row->at[column]);
}

static void fault_in_field(struct table *t, size_t n, const char *what)
{
    struct place p = field_place(t->line, t->raw, (int)n);
    fault_add(t->r, p.line, p.column, "%s", what);
}

/* Control characters become blanks. True if there were some. */
static bool blank_controls(char *text)
{
    bool some = false;
    for (; *text; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7f) {
            *text = ' ';
            some = true;
        }
    }
    return some;
}

/* A field that is refused is passed on nevertheless: its row must not fail for another reason too. */
static void on_field(void *bytes, size_t length, void *context)
{
    struct table *t = context;
    if (t->field_count == FIELDS_MAX)
        return;
    size_t n = t->field_count++;
    char *text = arena_copy_n(t->r->arena, bytes, length);
    if (length > FIELD_MAX_BYTES)
        fault_in_field(t, n, "this field is too long (more than 2,000 bytes)");
    if (blank_controls(text))
        fault_in_field(t, n, "this field holds a line break or another control character");
    t->field[n] = text_trim(t->r->arena, text);
}

static int column_find(const struct table *t, const char *name)
{
    for (size_t i = 0; i < t->column_count; i++) {
        if (strcmp(t->columns[i].name, name) == 0)
            return (int)i;
    }
    return -1;
}

static void column_unknown(struct table *t, size_t n)
{
    const char *names[COLUMNS_MAX + 1] = { NULL };
    for (size_t i = 0; i < t->column_count; i++)
        names[i] = t->columns[i].name;
    struct place p = field_place(t->line, t->raw, (int)n);
    fault_add(t->r, p.line, p.column, "unknown column '%s'%s", t->field[n],
              did_you_mean(t->r->arena, t->field[n], names));
}

static void header_field(struct table *t, size_t n)
{
    const char *name = t->field[n];
    int column = column_find(t, name);
    if (!*name)
        fault_in_field(t, n, "a column without a name");
    else if (column < 0)
        column_unknown(t, n);
    else if (t->at[column] >= 0)
        fault_in_field(t, n, arena_printf(t->r->arena, "the column '%s' is there twice", name));
    else
        t->at[column] = (int)n;
}

static void header(struct table *t)
{
    t->header_count = t->field_count;
    if (t->field_count == 1 && strchr(t->field[0], ';')) {
        fault_add(t->r, t->line, 1, "the columns are separated by ';': save the file with commas");
        t->unusable = true;
        return;
    }
    for (size_t i = 0; i < t->field_count; i++)
        header_field(t, i);
    for (size_t i = 0; i < t->column_count; i++) {
        if (!t->columns[i].required || t->at[i] >= 0)
            continue;
        fault_add(t->r, t->line, 1, "the column '%s' is missing", t->columns[i].name);
        t->unusable = true;
    }
}

static void body_row(struct table *t)
{
    if (t->field_count != t->header_count) {
        fault_add(t->r, t->line, 1, "%zu fields, the header has %zu", t->field_count, t->header_count);
        return;
    }
    const char *field[COLUMNS_MAX] = { NULL };
    for (size_t i = 0; i < t->column_count; i++) {
        const char *text = t->at[i] < 0 ? NULL : t->field[t->at[i]];
        field[i] = text && *text ? text : NULL;
    }
    struct row row = { t->line, field, t->raw, t->at };
    t->see(t->r, &row, t->context);
}

static void on_row(int terminator, void *context)
{
    (void)terminator;
    struct table *t = context;
    if (t->field_count == FIELDS_MAX)
        fault_add(t->r, t->line, 1, "more than %d fields", FIELDS_MAX - 1);
    else if (!t->header_count)
        header(t);
    else if (!t->unusable)
        body_row(t);
    t->field_count = 0;
    t->in_row = false;
}

static bool is_blank(const char *from, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (!strchr(" \t\r\n", from[i]))
            return false;
    }
    return true;
}

/* One physical line with its end. */
static void feed(struct table *t, int line, const char *from, size_t length)
{
    if (!t->in_row) {
        if (is_blank(from, length))
            return;
        t->in_row = true;
        t->line = line;
        t->raw = from;
    }
    if (csv_parse(&t->parser, from, length, on_field, on_row, t) != length) {
        fault_add(t->r, line, 1, "this is no CSV: a quotation mark where none may be (double it inside quotes)");
        t->unusable = true;
    }
}

static size_t line_length(const char *from, const char *end)
{
    const char *c = from;
    while (c < end && *c != '\n' && !(*c == '\r' && c[1] != '\n'))
        c++;
    return (size_t)(c - from) + (c < end);
}

void table_read(struct reading *r, const struct bytes *file, const struct column *columns,
                void (*see)(struct reading *r, const struct row *row, void *context), void *context)
{
    struct table t = { .r = r, .columns = columns, .see = see, .context = context };
    memset(t.at, -1, sizeof t.at);
    while (columns[t.column_count].name)
        t.column_count++;
    if (csv_init(&t.parser, CSV_STRICT | CSV_STRICT_FINI)) {
        fault_add(r, 1, 1, "the CSV reader could not start");
        return;
    }
    const char *end = file->text + file->length;
    int line = 1;
    for (const char *from = file->text; from < end && !t.unusable; line++) {
        size_t length = line_length(from, end);
        feed(&t, line, from, length);
        from += length;
    }
    if (!t.unusable && csv_fini(&t.parser, on_field, on_row, &t))
        fault_add(r, t.line, 1, "a quotation mark that is opened here is never closed");
    else if (!t.unusable && !t.header_count)
        fault_add(r, 1, 1, "the first line must name the columns");
    csv_free(&t.parser);
}
