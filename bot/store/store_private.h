/* What the files of the store share: the connection, its statements, the way out when one fails.
 * Owned by bot/store alone. */
#ifndef LEARND_STORE_PRIVATE_H
#define LEARND_STORE_PRIVATE_H

#include <sqlite3.h>

#include "learnd/store.h"

#define STATEMENTS 512 /* slots; a power of two, far more than there are statements */

struct statement {
    const char *sql;
    sqlite3_stmt *prepared;
    bool busy;
};

struct rows {
    struct store *store;
    struct arena *arena;
    sqlite3_stmt *prepared;
    struct statement *slot; /* NULL: a second use of a busy statement, finalized when closed */
    struct rows *next;      /* of those open */
};

struct store {
    sqlite3 *db;
    struct statement slots[STATEMENTS];
    struct {
        const char *sql; /* most texts are literals: found by their address without reading them */
        struct statement *slot;
    } by_address[STATEMENTS];
    struct rows *open;
    bool protected, read_only;
    bool unsynced; /* synchronous=OFF: nobody but us writes the buffered log after a commit */
    jmp_buf way_out;
    enum store_fault fault;
    char error[256];
};

/* The fault behind an SQLite result code. */
enum store_fault store_fault_of(const struct store *s, int code);
/* Note the fault; inside store_protect this does not return. */
enum store_fault store_fault_note(struct store *s, int code);
void store_finalize_all(struct store *s);
int store_migrate(struct store *s, char *error, size_t size); /* 0, or -1 with the reason */
const char *store_log_vfs(void);                              /* log_vfs.c: the name of our VFS */
int store_exec(struct store *s, const char *sql);             /* SQLite's code */

#endif
