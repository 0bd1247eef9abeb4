/* The simulator's own eye on the database: it reads beside the core and believes nothing else. */
#include <sqlite3.h>
#include <stdlib.h>

#include "sim.h"

enum { KEPT = 64 };

struct eye {
    sqlite3 *db;
    struct {
        const char *sql;
        sqlite3_stmt *q;
    } kept[KEPT]; /* statements are literals, found by address */
};

static struct eye *eye_of(struct sim *s)
{
    struct eye *eye = s->watch;

    if (eye)
        return eye;
    s->watch = eye = calloc(1, sizeof *eye);
    if (!eye || sqlite3_open_v2(s->w->database, &eye->db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        exit(2);
    return eye;
}

static sqlite3_stmt *prepared(struct sim *s, const char *sql, int64_t a, const char *b)
{
    struct eye *eye = eye_of(s);
    size_t i = 0;

    while (eye->kept[i].sql && eye->kept[i].sql != sql)
        i++;
    if (!eye->kept[i].q &&
        (i + 1 == KEPT || sqlite3_prepare_v2(eye->db, sql, -1, &eye->kept[i].q, NULL) != SQLITE_OK)) {
        fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(eye->db));
        exit(2);
    }
    eye->kept[i].sql = sql;
    sqlite3_stmt *q = eye->kept[i].q;
    if (sqlite3_bind_parameter_count(q) > 0)
        sqlite3_bind_int64(q, 1, a);
    if (sqlite3_bind_parameter_count(q) > 1)
        sqlite3_bind_text(q, 2, b, -1, SQLITE_TRANSIENT);
    return q;
}

int64_t sim_int(struct sim *s, const char *sql, int64_t a, const char *b)
{
    sqlite3_stmt *q = prepared(s, sql, a, b);
    int64_t value = sqlite3_step(q) == SQLITE_ROW ? sqlite3_column_int64(q, 0) : 0;

    sqlite3_reset(q);
    return value;
}

void sim_each(struct sim *s, const char *sql, int64_t a, void (*f)(struct sim *s, void *row))
{
    sqlite3_stmt *q = prepared(s, sql, a, NULL);

    while (!s->w->wrong && sqlite3_step(q) == SQLITE_ROW)
        f(s, q);
    sqlite3_reset(q);
}

int64_t sim_column(void *row, int column)
{
    return sqlite3_column_int64(row, column);
}

const char *sim_column_text(void *row, int column)
{
    return (const char *)sqlite3_column_text(row, column);
}

void sim_stop_looking(struct sim *s)
{
    struct eye *eye = s->watch;

    for (size_t i = 0; eye && i < KEPT; i++)
        sqlite3_finalize(eye->kept[i].q);
    if (eye)
        sqlite3_close(eye->db);
    free(eye);
    s->watch = NULL;
}
