/* Writes to the write-ahead log go to the system in one piece a transaction instead of two for each page: of a commit's CPU
 * time, half was these calls. A thin layer over the system's own VFS; files other than the log pass through.
 *
 * What stands in the buffer is written before anything could miss it: before the log is synced (SQLite does so before a commit
 * with synchronous=FULL is published), read, measured, truncated or closed. With synchronous=OFF, store_commit sees to it. */
#include "store_private.h"

#include <stdlib.h>
#include <string.h>

#define BUFFER (64 * 1024) /* the system's VFS takes less than 128 KiB at once */

struct log_file {
    sqlite3_file base;
    sqlite3_file *real; /* the system's, in the same allocation */
    char *buffer;       /* NULL: no log, everything passes */
    sqlite3_int64 at;   /* where the buffer belongs */
    int used;
};

static int flush(struct log_file *f)
{
    int used = f->used;

    f->used = 0;
    return used ? f->real->pMethods->xWrite(f->real, f->buffer, used, f->at) : SQLITE_OK;
}

static int log_close(sqlite3_file *file)
{
    struct log_file *f = (struct log_file *)file;
    int code = flush(f), closed = f->real->pMethods->xClose(f->real);

    free(f->buffer);
    f->buffer = NULL;
    return code != SQLITE_OK ? code : closed;
}

static int log_read(sqlite3_file *file, void *out, int n, sqlite3_int64 at)
{
    struct log_file *f = (struct log_file *)file;
    int code = flush(f);

    return code == SQLITE_OK ? f->real->pMethods->xRead(f->real, out, n, at) : code;
}

static int log_write(sqlite3_file *file, const void *data, int n, sqlite3_int64 at)
{
    struct log_file *f = (struct log_file *)file;
    int code = SQLITE_OK;

    if (!f->buffer)
        return f->real->pMethods->xWrite(f->real, data, n, at);
    if (f->used && (at != f->at + f->used || f->used + n > BUFFER))
        code = flush(f);
    if (code != SQLITE_OK)
        return code;
    if (n > BUFFER)
        return f->real->pMethods->xWrite(f->real, data, n, at);
    if (!f->used)
        f->at = at;
    memcpy(f->buffer + f->used, data, (size_t)n);
    f->used += n;
    return SQLITE_OK;
}

static int log_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct log_file *f = (struct log_file *)file;
    int code = flush(f);

    return code == SQLITE_OK ? f->real->pMethods->xTruncate(f->real, size) : code;
}

static int log_sync(sqlite3_file *file, int flags)
{
    struct log_file *f = (struct log_file *)file;
    int code = flush(f);

    return code == SQLITE_OK ? f->real->pMethods->xSync(f->real, flags) : code;
}

static int log_size(sqlite3_file *file, sqlite3_int64 *size)
{
    struct log_file *f = (struct log_file *)file;
    int code = flush(f);

    return code == SQLITE_OK ? f->real->pMethods->xFileSize(f->real, size) : code;
}

#define REAL(file) (((struct log_file *)(file))->real)

static int pass_lock(sqlite3_file *f, int level)
{
    return REAL(f)->pMethods->xLock(REAL(f), level);
}

static int pass_unlock(sqlite3_file *f, int level)
{
    return REAL(f)->pMethods->xUnlock(REAL(f), level);
}

static int pass_reserved(sqlite3_file *f, int *out)
{
    return REAL(f)->pMethods->xCheckReservedLock(REAL(f), out);
}

static int pass_control(sqlite3_file *f, int op, void *arg)
{
    return REAL(f)->pMethods->xFileControl(REAL(f), op, arg);
}

static int pass_sector(sqlite3_file *f)
{
    return REAL(f)->pMethods->xSectorSize(REAL(f));
}

static int pass_traits(sqlite3_file *f)
{
    return REAL(f)->pMethods->xDeviceCharacteristics(REAL(f));
}

static int pass_map(sqlite3_file *f, int region, int size, int extend, void volatile **out)
{
    return REAL(f)->pMethods->xShmMap(REAL(f), region, size, extend, out);
}

static int pass_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    return REAL(f)->pMethods->xShmLock(REAL(f), offset, n, flags);
}

static void pass_barrier(sqlite3_file *f)
{
    REAL(f)->pMethods->xShmBarrier(REAL(f));
}

static int pass_unmap(sqlite3_file *f, int delete)
{
    return REAL(f)->pMethods->xShmUnmap(REAL(f), delete);
}

static const sqlite3_io_methods methods = {
    2,           log_close,     log_read,     log_write,   log_truncate, log_sync, log_size,      pass_lock,
    pass_unlock, pass_reserved, pass_control, pass_sector, pass_traits,  pass_map, pass_shm_lock, pass_barrier,
    pass_unmap,  NULL,          NULL,
};

static int log_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
    struct log_file *f = (struct log_file *)file;
    sqlite3_vfs *real = vfs->pAppData;

    *f = (struct log_file){ .real = (sqlite3_file *)(f + 1) };
    int code = real->xOpen(real, name, f->real, flags, out_flags);
    if (code != SQLITE_OK || !f->real->pMethods)
        return code;
    f->base.pMethods = &methods;
    if (flags & SQLITE_OPEN_WAL && !(f->buffer = malloc(BUFFER)))
        abort();
    return SQLITE_OK;
}

const char *store_log_vfs(void)
{
    static sqlite3_vfs ours;
    sqlite3_vfs *real = sqlite3_vfs_find(NULL);

    if (!ours.zName && real) {
        ours = *real; /* names, deletion, time: the system's */
        ours.szOsFile = (int)sizeof(struct log_file) + real->szOsFile;
        ours.zName = "learnd";
        ours.pAppData = real;
        ours.pNext = NULL;
        ours.xOpen = log_open;
        sqlite3_vfs_register(&ours, 0);
    }
    return ours.zName;
}
