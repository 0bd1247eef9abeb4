#include "store_private.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int store_exec(struct store *s, const char *sql)
{
    return sqlite3_exec(s->db, sql, NULL, NULL, NULL);
}

/* Environment: disk full, I/O, busy, memory. They are no event's fault and may have cancelled the whole transaction. */
enum store_fault store_fault_of(const struct store *s, int code)
{
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return STORE_FINE;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_CANTOPEN:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_INTERRUPT:
    case SQLITE_PROTOCOL:
        return STORE_ENVIRONMENT;
    case SQLITE_READONLY:
        return s->read_only ? STORE_FAILED : STORE_ENVIRONMENT;
    default:
        return STORE_FAILED;
    }
}

enum store_fault store_fault_note(struct store *s, int code)
{
    s->fault = store_fault_of(s, code);
    snprintf(s->error, sizeof s->error, "%s", sqlite3_errmsg(s->db));
    store_close_rows(s);
    if (s->protected)
        longjmp(s->way_out, 1);
    return s->fault;
}

_Noreturn void store_fail(struct store *s, const char *why)
{
    s->fault = STORE_FAILED;
    snprintf(s->error, sizeof s->error, "%s", why);
    store_close_rows(s);
    if (!s->protected)
        abort(); /* only turns may fail this way, and they are protected */
    longjmp(s->way_out, 1);
}

enum store_fault store_protect(struct store *s, void (*f)(void *), void *arg)
{
    s->fault = STORE_FINE;
    s->protected = true;
    if (setjmp(s->way_out) == 0)
        f(arg);
    s->protected = false;
    return s->fault;
}

static int set_up(struct store *s, bool read_only)
{
    const char *synchronous = getenv("LEARND_SYNCHRONOUS"); /* for measuring only: OFF */
    char sql[64];
    int code = SQLITE_OK;

    sqlite3_busy_timeout(s->db, 2000);
    if (!read_only) {
        code =
            store_exec(s, "PRAGMA page_size=2048; PRAGMA journal_mode=WAL"); /* a turn changes a little in many pages */
        s->unsynced = synchronous && strcmp(synchronous, "OFF") == 0;
        snprintf(sql, sizeof sql, "PRAGMA synchronous=%s", s->unsynced ? "OFF" : "FULL");
        if (code == SQLITE_OK)
            code = store_exec(s, sql);
    }
    if (code == SQLITE_OK)
        code = store_exec(
            s,
            "PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; PRAGMA cache_size=-2048; PRAGMA wal_autocheckpoint=4000;"
            "PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF");
    if (code == SQLITE_OK && getenv("LEARND_REVERSE_SELECTS"))
        code = store_exec(s, "PRAGMA reverse_unordered_selects=ON");
    return code;
}

static struct store *open_with(const char *path, int flags, char *error, size_t size)
{
    struct store *s = calloc(1, sizeof *s);
    bool read_only = flags & SQLITE_OPEN_READONLY;

    if (!s)
        abort();
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* nobody reads it; refused, and harmless, once SQLite runs */
    if (sqlite3_open_v2(path, &s->db, flags | SQLITE_OPEN_NOMUTEX, read_only ? NULL : store_log_vfs()) != SQLITE_OK ||
        set_up(s, read_only) != SQLITE_OK) {
        snprintf(error, size, "%s: %s", path, s->db ? sqlite3_errmsg(s->db) : "out of memory");
        store_close(s);
        return NULL;
    }
    if (!read_only && store_migrate(s, error, size) != 0) {
        store_close(s);
        return NULL;
    }
    return s;
}

struct store *store_open(const char *path, char *error, size_t size)
{
    return open_with(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, error, size);
}

struct store *store_open_read_only(const char *path, char *error, size_t size)
{
    return open_with(path, SQLITE_OPEN_READONLY, error, size);
}

void store_close(struct store *s)
{
    if (!s)
        return;
    store_close_rows(s);
    store_finalize_all(s);
    sqlite3_close_v2(s->db);
    free(s);
}

enum store_fault store_begin(struct store *s)
{
    store_close_rows(s);
    s->fault = STORE_FINE;
    store_change(s, "BEGIN IMMEDIATE", VALUES());
    return s->fault;
}

/* To measure the log's size it must be written. */
static int write_log(struct store *s)
{
    sqlite3_file *log = NULL;
    sqlite3_int64 size;

    if (sqlite3_file_control(s->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) != SQLITE_OK || !log->pMethods)
        return SQLITE_OK;
    return log->pMethods->xFileSize(log, &size);
}

enum store_fault store_commit(struct store *s)
{
    store_close_rows(s);
    s->fault = STORE_FINE;
    store_change(s, "COMMIT", VALUES());
    int code = s->fault == STORE_FINE && s->unsynced ? write_log(s) : SQLITE_OK;
    return code == SQLITE_OK ? s->fault : store_fault_note(s, code);
}

void store_rollback(struct store *s)
{
    store_close_rows(s);
    if (!sqlite3_get_autocommit(s->db)) /* the fault may have cancelled it already */
        store_exec(s, "ROLLBACK");
}

const char *store_error(struct store *s)
{
    return s->error;
}

void store_read_only(struct store *s, bool on)
{
    s->read_only = on;
    store_exec(s, on ? "PRAGMA query_only=ON" : "PRAGMA query_only=OFF");
}

static int copy_into(struct store *s, const char *path, char *error, size_t size)
{
    sqlite3_stmt *into = NULL;
    int code = sqlite3_prepare_v2(s->db, "VACUUM INTO ?1", -1, &into, NULL);

    if (code == SQLITE_OK) {
        sqlite3_bind_text(into, 1, path, -1, SQLITE_STATIC);
        code = sqlite3_step(into);
    }
    if (code != SQLITE_DONE)
        snprintf(error, size, "%s", sqlite3_errmsg(s->db));
    sqlite3_finalize(into);
    return code == SQLITE_DONE ? 0 : -1;
}

/* Under its name stands a whole backup or none: until then it is called PATH.part. */
int store_backup(struct store *s, const char *path, char *error, size_t size)
{
    char part[PATH_MAX];

    if (!*path) { /* to SQLite that is a file of no name, gone when it is closed */
        snprintf(error, size, "a backup needs the name of a file");
        return -1;
    }
    if (access(path, F_OK) == 0) {
        snprintf(error, size, "%s is there already; a backup is written to a new file", path);
        return -1;
    }
    snprintf(part, sizeof part, "%s.part", path); /* a name that was cut is too long for the system, too */
    unlink(part);
    int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        snprintf(error, size, "%s: %s", path, strerror(errno));
        return -1;
    }
    int result = copy_into(s, part, error, size);
    if (result == 0 && (fsync(fd) != 0 || rename(part, path) != 0)) {
        snprintf(error, size, "%s: %s", path, strerror(errno));
        result = -1;
    }
    if (result != 0)
        unlink(part);
    close(fd);
    return result;
}

/* On a database that nobody uses. */
static int exec_alone(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    int code = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL);

    if (code == SQLITE_OK)
        code = sqlite3_exec(db, sql, NULL, NULL, NULL);
    sqlite3_close(db);
    return code == SQLITE_OK ? 0 : -1;
}

int store_fold_log(const char *path)
{
    return exec_alone(path, "PRAGMA wal_checkpoint(TRUNCATE)");
}

int store_renew(const char *path)
{
    return exec_alone(path, "DELETE FROM fact WHERE name = 'instance'; PRAGMA wal_checkpoint(TRUNCATE)");
}

int store_empty_log(struct store *s)
{
    return store_exec(s, "PRAGMA wal_checkpoint(TRUNCATE)") == SQLITE_OK ? 0 : -1;
}

void store_drop_before(struct store *s, int64_t until)
{
    static const char *const ends[] = { "", "-wal", "-shm" };
    char path[PATH_MAX];
    struct stat st;
    const char *database = sqlite3_db_filename(s->db, "main");

    for (size_t i = 0; database && *database && i < sizeof ends / sizeof *ends; i++) {
        snprintf(path, sizeof path, "%s.before%s", database, ends[i]);
        if (stat(path, &st) == 0 && st.st_mtime < until)
            unlink(path);
    }
}

const char *store_damage(struct store *s, struct arena *a, bool thorough)
{
    char error[256];
    const char *check =
        store_value(s, a, thorough ? "PRAGMA integrity_check" : "PRAGMA quick_check", error, sizeof error);

    if (!check)
        return arena_copy(a, error);
    return strcmp(check, "ok") == 0 ? NULL : check;
}
