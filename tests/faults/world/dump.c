/* The database as text that two runs have in common: sorted lines, nothing random, no times and numbers of tries. */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

struct dumping {
    sqlite3 *db;
    struct arena *arena;
    enum dump how;
    char **lines;
    size_t count, max;
};

static void add_line(struct dumping *d, char *line)
{
    if (d->count == d->max) {
        d->max = d->max ? 2 * d->max : 256;
        d->lines = realloc(d->lines, d->max * sizeof *d->lines);
        if (!d->lines)
            abort();
    }
    d->lines[d->count++] = line;
}

/* TABLE.COLUMN: random by design, or of tries. */
static const char *const random_columns[] = { "due.id",          "outbox.send_key",     "outbox.attempt",
                                              "outbox.unknowns", "outbox.first_ms",     "outbox.next_ms",
                                              "outbox.frozen",   "outbox.looking",      "outbox.error",
                                              "inbox.tries",     "person.salt",         "audit.actor",
                                              "audit.chain",     "message.platform_id", NULL };
/* What counts messages: an apology more shifts them. */
static const char *const message_columns[] = { "message.id",
                                               "button.message",
                                               "outbox.id",
                                               "outbox.message",
                                               "question.receipt",
                                               "offer.message",
                                               "answer.message",
                                               "capture.message",
                                               "review.message",
                                               "consent.message",
                                               "reached.message",
                                               "mention.message",
                                               NULL };

static bool stands_in(const char *const *list, const char *table, const char *column)
{
    size_t n = strlen(table);

    for (; *list; list++)
        if (strncmp(*list, table, n) == 0 && (*list)[n] == '.' && strcmp(*list + n + 1, column) == 0)
            return true;
    return false;
}

/* "t00012~3" was the third try of "t00012". */
static int without_tries(const char *text)
{
    return (int)strcspn(text, "~");
}

/* Buttons carry "MESSAGE.NUMBER.REVISION": the message is one of those numbers, too. */
static const char *without_messages(struct arena *a, const char *body)
{
    struct buf out = { .arena = a };

    for (const char *c = body; *c; c++) {
        int message = 0, rest = 0;
        buf_add_char(&out, *c);
        if (*c == '"' && sscanf(c, "\"%*d%n.%*d.%*d\"%n", &message, &rest) == 0 && rest)
            c += message - 1;
    }
    return buf_text(&out);
}

static void dump_table(struct dumping *d, const char *table, const char *condition)
{
    char sql[512];
    sqlite3_stmt *q = NULL;

    snprintf(sql, sizeof sql, "SELECT * FROM \"%s\" %s", table, condition);
    if (sqlite3_prepare_v2(d->db, sql, -1, &q, NULL) != SQLITE_OK) {
        fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(d->db));
        exit(2);
    }
    while (sqlite3_step(q) == SQLITE_ROW) {
        struct buf line = { .arena = d->arena };
        buf_add(&line, table);
        for (int i = 0; i < sqlite3_column_count(q); i++) {
            const char *name = sqlite3_column_name(q, i), *text = (const char *)sqlite3_column_text(q, i);
            if (stands_in(random_columns, table, name) ||
                (d->how == DUMP_WITHOUT_FAILED && stands_in(message_columns, table, name)))
                continue;
            if (text && (strcmp(name, "thing") == 0 || strcmp(name, "cause") == 0 || strcmp(name, "reply_to") == 0))
                buf_printf(&line, " %s=%.*s", name, without_tries(text), text);
            else if (text && d->how == DUMP_WITHOUT_FAILED && strcmp(name, "body") == 0)
                buf_printf(&line, " %s=%s", name, without_messages(d->arena, text));
            else
                buf_printf(&line, " %s=%s", name, text ? text : "(null)");
        }
        add_line(d, line.data);
    }
    sqlite3_finalize(q);
}

static const char *condition_of(const char *table, enum dump how)
{
    if (strcmp(table, "fact") == 0)
        return "WHERE name <> 'instance'";
    if (strcmp(table, "due") == 0)
        return "WHERE kind <> 'answers purge'"; /* a day after the process started */
    if (how == DUMP_ALL)
        return "";
    if (strcmp(table, "inbox") == 0)
        return "WHERE state <> 'failed'";
    if (strcmp(table, "message") == 0)
        return "WHERE body NOT LIKE '%went wrong on my side%'";
    if (strcmp(table, "outbox") == 0)
        return "WHERE NOT EXISTS (SELECT 1 FROM message m WHERE m.id = outbox.message AND m.body LIKE '%went wrong on "
               "my side%')";
    return "";
}

static int by_text(const void *x, const void *y)
{
    return strcmp(*(char *const *)x, *(char *const *)y);
}

char *world_dump(struct world *w, struct arena *a, enum dump how)
{
    struct dumping d = { .arena = a, .how = how };
    struct buf all = { .arena = a };
    sqlite3_stmt *q = NULL;

    if (sqlite3_open_v2(w->database, &d.db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(d.db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'", -1,
                           &q, NULL) != SQLITE_OK) {
        fprintf(stderr, "%s: %s\n", w->database, sqlite3_errmsg(d.db));
        exit(2);
    }
    while (sqlite3_step(q) == SQLITE_ROW)
        dump_table(&d, arena_copy(a, (const char *)sqlite3_column_text(q, 0)),
                   condition_of((const char *)sqlite3_column_text(q, 0), how));
    sqlite3_finalize(q);
    sqlite3_close(d.db);
    if (d.count)
        qsort(d.lines, d.count, sizeof *d.lines, by_text);
    for (size_t i = 0; i < d.count; i++)
        buf_printf(&all, "%s\n", d.lines[i]);
    free(d.lines);
    return (char *)buf_text(&all);
}

/* Whether a line of this text stands in the other one. */
static bool has_line(const char *text, const char *line, int n)
{
    for (; *text; text += strcspn(text, "\n"), text += *text == '\n')
        if ((int)strcspn(text, "\n") == n && strncmp(text, line, (size_t)n) == 0)
            return true;
    return false;
}

static void print_missing(const char *what, const char *text, const char *other)
{
    int said = 0;

    for (int n; *text && said < 5; text += n, text += *text == '\n') {
        n = (int)strcspn(text, "\n");
        if (has_line(other, text, n))
            continue;
        printf("  %s: %.*s\n", what, n, text);
        said++;
    }
}

void world_print_difference(const char *expected, const char *got)
{
    print_missing("missing", expected, got);
    print_missing("too much", got, expected);
}
