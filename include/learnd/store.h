/* The one door to the database: statements by their text, values by type.
 * A store belongs to one thread. Inside store_protect an error leaves by longjmp, so callers never check. */
#ifndef LEARND_STORE_H
#define LEARND_STORE_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "learnd/arena.h"

struct store;
struct rows;

enum value_kind { VALUE_NULL, VALUE_INT, VALUE_REAL, VALUE_TEXT };
struct value {
    enum value_kind kind;
    union {
        int64_t i;
        double f;
        const char *s;
    } as;
};
#define I(x) ((struct value){ VALUE_INT, { .i = (x) } })
#define F(x) ((struct value){ VALUE_REAL, { .f = (x) } })
#define T(x) ((struct value){ VALUE_TEXT, { .s = (x) } }) /* NULL binds NULL; an id that may be missing is IDN(x) */
#define IDN(x) ((x) ? I(x) : (struct value){ VALUE_NULL, { .i = 0 } })
#define VALUES(...)                                                                                                    \
    ((const struct value[]){ { VALUE_NULL, { .i = 0 } }, ##__VA_ARGS__ }) + 1,                                         \
        sizeof((const struct value[]){ { VALUE_NULL, { .i = 0 } }, ##__VA_ARGS__ }) / sizeof(struct value) - 1

enum store_fault {
    STORE_FINE = 0,
    STORE_FAILED,     /* this statement's own fault: constraint, bad SQL: the event is to blame */
    STORE_ENVIRONMENT /* disk full, I/O, busy, memory: nobody's fault; nothing may be marked */
};

/* Open or create; applies the migrations. path ":memory:" for tests. NULL on failure, the reason in error. */
struct store *store_open(const char *path, char *error, size_t size);
struct store *store_open_read_only(const char *path, char *error, size_t size);
void store_close(struct store *s);

/* Begin and commit the transaction of a batch; each is STORE_FINE or the fault. Rollback never fails.
 * All rows still open are closed by each of the three. */
enum store_fault store_begin(struct store *s);
enum store_fault store_commit(struct store *s);
void store_rollback(struct store *s);
const char *store_error(struct store *s); /* of the last fault */

/* Run f(arg) so that any failing statement below ends it; STORE_FINE or the fault. Does not nest. */
enum store_fault store_protect(struct store *s, void (*f)(void *), void *arg);
/* Leave the protected function as a statement of it failed (a handler's own impossible state). */
_Noreturn void store_fail(struct store *s, const char *why);
void store_read_only(struct store *s, bool on); /* on: a statement that writes fails */

/* Texts of results are copied into a. sql must be a literal or live as long as the store. */
int64_t store_insert(struct store *s, const char *sql, const struct value *v, size_t n); /* id of the new row */
int64_t store_change(struct store *s, const char *sql, const struct value *v, size_t n); /* rows changed */
struct rows *store_query(struct store *s, struct arena *a, const char *sql, const struct value *v, size_t n);
int64_t store_int(struct store *s, const char *sql, const struct value *v,
                  size_t n); /* first column, 0 if no row or NULL */
const char *store_text(struct store *s, struct arena *a, const char *sql, const struct value *v, size_t n);

bool row_next(struct rows *r);                    /* false at the end; then r is closed */
void rows_close(struct rows *r);                  /* before the end; not needed when the turn ends anyway */
int row_width(struct rows *r);                    /* how many columns */
const char *row_name(struct rows *r, int column); /* as the statement names it */
bool row_is_null(struct rows *r, int column);
int64_t row_int(struct rows *r, int column);
double row_real(struct rows *r, int column);
const char *row_text(struct rows *r, int column); /* NULL stays NULL */

void store_close_rows(struct store *s); /* all that are open: before their arena is reset */

/* Ids of that table that were ever given out; the next is one more. Inside store_protect. */
int64_t store_sequence(struct store *s, const char *table);
/* What was deleted must not stand in the write-ahead log. Outside a transaction; 0, or -1: somebody is reading it. */
int store_empty_log(struct store *s);
/* What a restore put aside (DATABASE.before) goes when it is older: it holds what was deleted since. Unix seconds. */
void store_drop_before(struct store *s, int64_t until);
/* NULL: the file is whole; else what is wrong with it. thorough: every index, too. */
const char *store_damage(struct store *s, struct arena *a, bool thorough);

/* One statement of an operator: the first value as text ("null" for NULL, "" for no row); NULL on failure. */
const char *store_value(struct store *s, struct arena *a, const char *sql, char *error, size_t size);
/* The whole database as a new file, for its owner alone; there is none until it is whole and on the disk. 0, or -1. */
int store_backup(struct store *s, const char *path, char *error, size_t size);
/* What stands in the write-ahead log of a database that nobody uses goes into the file itself. 0, or -1: it cannot. */
int store_fold_log(const char *path);
/* A copy, which nobody uses, becomes a database of its own: the ids of rows that are lost will be given out again, and the
 * platforms may remember the send keys of those. 0, or -1. */
int store_renew(const char *path);

#endif
