/* SQLite that fails when told to. Calls by the linker's --wrap, files by a VFS around the system's, memory by
 * SQLITE_CONFIG_MALLOC. */
#include "failing.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct {
    enum failing kind;
    long nth, count, seen;
    int code;
    bool armed, cancels, hit, waits; /* waits: for a commit */
} fault;

void failing_arm(enum failing kind, long nth, long count, int code, bool cancels)
{
    fault.kind = kind;
    fault.nth = nth;
    fault.count = count;
    fault.seen = 0;
    fault.code = code;
    fault.cancels = cancels;
    fault.armed = true;
    fault.hit = false;
    fault.waits = false;
}

void failing_arm_after_commit(enum failing kind, long nth, int code)
{
    failing_arm(kind, nth, 1, code, false);
    fault.waits = true;
}

long failing_disarm(bool *hit)
{
    fault.armed = false;
    if (hit)
        *hit = fault.hit;
    return fault.seen;
}

/* Is this what is done last? Asked of whatever changes a file. */
static bool dies(void)
{
    return fault.armed && fault.kind == FAILING_DEATH && ++fault.seen == fault.nth;
}

static void may_die(void)
{
    if (dies())
        _exit(FAILING_DEAD);
}

static bool fails(enum failing kind)
{
    if (!fault.armed || fault.waits || fault.kind != kind)
        return false;
    fault.seen++;
    if (fault.seen < fault.nth || fault.seen >= fault.nth + fault.count)
        return false;
    fault.hit = true;
    return true;
}

/* ---- Calls ------------------------------------------------------------------------------------------------------- */

#define WRAP(name, args, pass, db)                                                                                     \
    int __real_##name args;                                                                                            \
    int __wrap_##name args;                                                                                            \
    int __wrap_##name args                                                                                             \
    {                                                                                                                  \
        if (!fails(FAILING_CALLS))                                                                                     \
            return __real_##name pass;                                                                                 \
        cancel(db);                                                                                                    \
        return fault.code;                                                                                             \
    }

int __real_sqlite3_exec(sqlite3 *db, const char *sql, int (*f)(void *, int, char **, char **), void *arg, char **error);
int __wrap_sqlite3_exec(sqlite3 *db, const char *sql, int (*f)(void *, int, char **, char **), void *arg, char **error);

/* Disk full, I/O and memory may take the whole transaction with them. */
static void cancel(sqlite3 *db)
{
    if (fault.cancels && db && !sqlite3_get_autocommit(db))
        __real_sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
}

/* To roll back never fails. */
int __wrap_sqlite3_exec(sqlite3 *db, const char *sql, int (*f)(void *, int, char **, char **), void *arg, char **error)
{
    if (strcmp(sql, "ROLLBACK") == 0 || !fails(FAILING_CALLS))
        return __real_sqlite3_exec(db, sql, f, arg, error);
    cancel(db);
    return fault.code;
}

int __real_sqlite3_step(sqlite3_stmt *q);
int __wrap_sqlite3_step(sqlite3_stmt *q);
int __wrap_sqlite3_step(sqlite3_stmt *q)
{
    if (!fails(FAILING_CALLS)) {
        int code = __real_sqlite3_step(q);
        fault.waits = fault.waits && strcmp(sqlite3_sql(q), "COMMIT") != 0;
        return code;
    }
    cancel(sqlite3_db_handle(q));
    return fault.code;
}

WRAP(sqlite3_bind_int64, (sqlite3_stmt * q, int at, sqlite3_int64 v), (q, at, v), NULL)
WRAP(sqlite3_bind_text, (sqlite3_stmt * q, int at, const char *v, int n, void (*end)(void *)), (q, at, v, n, end), NULL)
WRAP(sqlite3_bind_null, (sqlite3_stmt * q, int at), (q, at), NULL)
WRAP(sqlite3_bind_double, (sqlite3_stmt * q, int at, double v), (q, at, v), NULL)

int __real_sqlite3_prepare_v3(sqlite3 *db, const char *sql, int n, unsigned flags, sqlite3_stmt **q, const char **tail);
int __wrap_sqlite3_prepare_v3(sqlite3 *db, const char *sql, int n, unsigned flags, sqlite3_stmt **q, const char **tail);
int __wrap_sqlite3_prepare_v3(sqlite3 *db, const char *sql, int n, unsigned flags, sqlite3_stmt **q, const char **tail)
{
    if (!fails(FAILING_CALLS))
        return __real_sqlite3_prepare_v3(db, sql, n, flags, q, tail);
    *q = NULL;
    return fault.code;
}

int __real_sqlite3_prepare_v2(sqlite3 *db, const char *sql, int n, sqlite3_stmt **q, const char **tail);
int __wrap_sqlite3_prepare_v2(sqlite3 *db, const char *sql, int n, sqlite3_stmt **q, const char **tail);
int __wrap_sqlite3_prepare_v2(sqlite3 *db, const char *sql, int n, sqlite3_stmt **q, const char **tail)
{
    if (!fails(FAILING_CALLS))
        return __real_sqlite3_prepare_v2(db, sql, n, q, tail);
    *q = NULL;
    return fault.code;
}

int __real_sqlite3_open_v2(const char *path, sqlite3 **db, int flags, const char *vfs);
int __wrap_sqlite3_open_v2(const char *path, sqlite3 **db, int flags, const char *vfs);
int __wrap_sqlite3_open_v2(const char *path, sqlite3 **db, int flags, const char *vfs)
{
    if (!fails(FAILING_CALLS))
        return __real_sqlite3_open_v2(path, db, flags, vfs);
    *db = NULL;
    return fault.code;
}

/* ---- Memory ------------------------------------------------------------------------------------------------------ */

static sqlite3_mem_methods real_memory;

static void *memory_alloc(int n)
{
    return fails(FAILING_MEMORY) ? NULL : real_memory.xMalloc(n);
}

static void *memory_realloc(void *old, int n)
{
    return fails(FAILING_MEMORY) ? NULL : real_memory.xRealloc(old, n);
}

/* ---- Files ------------------------------------------------------------------------------------------------------- */

struct file { /* what SQLite holds; the system's file stands behind it */
    sqlite3_file base;
    sqlite3_file *real;
};

static sqlite3_vfs *real_vfs, vfs;
static sqlite3_io_methods methods;

static sqlite3_file *real_of(sqlite3_file *f)
{
    return ((struct file *)f)->real;
}

/* So many bytes of this do not find room any more; what a file grows by takes of the space that is left. */
static long too_many(long growth)
{
    if (!fault.armed || fault.waits || fault.kind != FAILING_SPACE || growth <= 0)
        return 0;
    long left = (fault.nth - 1) * FAILING_BLOCK - fault.seen, over = growth > left ? growth - left : 0;

    fault.seen += growth - over;
    fault.hit |= over > 0;
    return over;
}

static int file_write(sqlite3_file *f, const void *data, int n, sqlite3_int64 offset)
{
    sqlite3_int64 size = 0;

    real_of(f)->pMethods->xFileSize(real_of(f), &size);
    int over = (int)too_many((long)(offset + n - (size > offset ? size : offset)));
    if (over) {
        real_of(f)->pMethods->xWrite(real_of(f), data, n - over, offset);
        return SQLITE_FULL;
    }
    bool last = dies();
    if (!last && !fails(FAILING_FILES))
        return real_of(f)->pMethods->xWrite(real_of(f), data, n, offset);
    real_of(f)->pMethods->xWrite(real_of(f), data, n / 2, offset); /* torn */
    if (last)
        _exit(FAILING_DEAD);
    return fault.code == SQLITE_IOERR ? SQLITE_IOERR_WRITE : fault.code;
}

static int file_read(sqlite3_file *f, void *data, int n, sqlite3_int64 offset)
{
    return real_of(f)->pMethods->xRead(real_of(f), data, n, offset);
}

static int file_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    may_die();
    return fails(FAILING_FILES) ? SQLITE_IOERR_TRUNCATE : real_of(f)->pMethods->xTruncate(real_of(f), size);
}

static int file_sync(sqlite3_file *f, int flags)
{
    may_die();
    return fails(FAILING_FILES) ? SQLITE_IOERR_FSYNC : real_of(f)->pMethods->xSync(real_of(f), flags);
}

static int file_close(sqlite3_file *f)
{
    int code = real_of(f)->pMethods->xClose(real_of(f));

    free(real_of(f));
    return code;
}

static int file_size(sqlite3_file *f, sqlite3_int64 *size)
{
    return real_of(f)->pMethods->xFileSize(real_of(f), size);
}

static int file_lock(sqlite3_file *f, int level)
{
    return real_of(f)->pMethods->xLock(real_of(f), level);
}

static int file_unlock(sqlite3_file *f, int level)
{
    return real_of(f)->pMethods->xUnlock(real_of(f), level);
}

static int file_reserved(sqlite3_file *f, int *out)
{
    return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}

static int file_control(sqlite3_file *f, int op, void *arg)
{
    return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}

static int file_sector(sqlite3_file *f)
{
    return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int file_device(sqlite3_file *f)
{
    return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

static int file_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
    if (extend && too_many(size))
        return SQLITE_IOERR_SHMSIZE;
    if (extend && fails(FAILING_FILES))
        return SQLITE_IOERR_SHMSIZE;
    return real_of(f)->pMethods->xShmMap(real_of(f), page, size, extend, out);
}

static int file_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    return real_of(f)->pMethods->xShmLock(real_of(f), offset, n, flags);
}

static void file_shm_barrier(sqlite3_file *f)
{
    real_of(f)->pMethods->xShmBarrier(real_of(f));
}

static int file_shm_unmap(sqlite3_file *f, int remove)
{
    return real_of(f)->pMethods->xShmUnmap(real_of(f), remove);
}

static int vfs_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
    struct file *file = (struct file *)f;

    (void)v;
    may_die();
    file->base.pMethods = NULL;
    if (fails(FAILING_FILES))
        return SQLITE_CANTOPEN;
    file->real = calloc(1, (size_t)real_vfs->szOsFile);
    if (!file->real)
        abort();
    int code = real_vfs->xOpen(real_vfs, name, file->real, flags, out);
    if (code == SQLITE_OK)
        file->base.pMethods = &methods;
    else
        free(file->real);
    return code;
}

static int vfs_delete(sqlite3_vfs *v, const char *name, int sync)
{
    (void)v;
    may_die();
    return real_vfs->xDelete(real_vfs, name, sync);
}

/* ---- The system -------------------------------------------------------------------------------------------------- */

#define WRAP_SYSTEM(name, args, pass)                                                                                  \
    int __real_##name args;                                                                                            \
    int __wrap_##name args;                                                                                            \
    int __wrap_##name args                                                                                             \
    {                                                                                                                  \
        may_die();                                                                                                     \
        return __real_##name pass;                                                                                     \
    }

WRAP_SYSTEM(rename, (const char *from, const char *to), (from, to))
WRAP_SYSTEM(link, (const char *from, const char *to), (from, to))
WRAP_SYSTEM(unlink, (const char *path), (path))
WRAP_SYSTEM(fsync, (int fd), (fd))

void failing_install(void)
{
    sqlite3_mem_methods memory;

    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory);
    memory = real_memory;
    memory.xMalloc = memory_alloc;
    memory.xRealloc = memory_realloc;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &memory);
    sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0); /* every allocation is one that can fail */
    sqlite3_initialize();
    real_vfs = sqlite3_vfs_find(NULL);
    methods =
        (sqlite3_io_methods){ 2,           file_close,   file_read,     file_write,       file_truncate,  file_sync,
                              file_size,   file_lock,    file_unlock,   file_reserved,    file_control,   file_sector,
                              file_device, file_shm_map, file_shm_lock, file_shm_barrier, file_shm_unmap, NULL,
                              NULL };
    vfs = *real_vfs;
    vfs.zName = "failing";
    vfs.szOsFile = sizeof(struct file);
    vfs.xOpen = vfs_open;
    vfs.xDelete = vfs_delete;
    sqlite3_vfs_register(&vfs, 1);
}
