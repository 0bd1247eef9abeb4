/* `learnd backup` and `restore`: the whole database as one file, and back. Nothing is ever written over;
 * in a folder of backups those that are older than is kept go. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "learnd/control.h"
#include "learnd/date.h"
#include "learnd/schema.h"
#include "learnd/store.h"

/* ---- Backup ------------------------------------------------------------------------------------------------------ */

/* The daemon works in another folder. */
static const char *absolute(struct arena *a, const char *path)
{
    char here[PATH_MAX];
    if (*path == '/' || !getcwd(here, sizeof here))
        return path;
    return arena_printf(a, "%s/%s", here, path);
}

static int write_backup(const char *database, const char *path)
{
    char error[512];
    int lock = control_lock(database, error, sizeof error);
    if (lock < 0)
        return cli_failed("%s", error);
    struct store *s = store_open_read_only(database, error, sizeof error);
    int status = s && store_backup(s, path, error, sizeof error) == 0 ? CLI_DONE : cli_failed("%s", error);
    store_close(s);
    close(lock);
    return status;
}

static bool is_folder(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

/* In a folder backups have names of ours, which say when each was made and are in the order of that. */
static const char *dated(struct arena *a, int64_t at)
{
    struct local l = local_at(zone_utc(), at);
    return arena_printf(a, "learnd-%04d-%02d-%02d-%02d%02d.db", l.year, l.month, l.day, l.hour, l.minute);
}

/* Removes those with a name of ours that are older than oldest. */
static int prune(struct arena *a, const char *folder, const char *oldest)
{
    int status = CLI_DONE;
    DIR *d = opendir(folder);
    for (struct dirent *e; d && (e = readdir(d));) {
        const char *path = arena_printf(a, "%s/%s", folder, e->d_name);
        if (fnmatch("learnd-[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]-[0-9][0-9][0-9][0-9].db", e->d_name, 0) == 0 &&
            strcmp(e->d_name, oldest) < 0 && unlink(path) != 0)
            status = cli_failed("%s: %s", path, strerror(errno));
    }
    if (d)
        closedir(d);
    return d ? status : cli_failed("%s: %s", folder, strerror(errno));
}

static int backup(struct arena *a, const char *database, const char *path)
{
    int status;
    if (access(path, F_OK) == 0)
        status = cli_wrong("%s is there already; a backup is written to a new file", path);
    else if (access(database, F_OK) != 0)
        status = cli_failed("there is no database %s yet", database);
    else if (control_served(database))
        status = cli_remote(database, "backup", (const char *[]){ "path", absolute(a, path), NULL });
    else
        status = write_backup(database, path);
    return status;
}

static int backup_into(struct arena *a, const struct org *org, const char *folder)
{
    int64_t now = cli_now_ms() / 1000;
    int status = backup(a, cli_database(org), arena_printf(a, "%s/%s", folder, dated(a, now)));
    return status == CLI_DONE ? prune(a, folder, dated(a, now - org->settings.keep_backups_days * DAY)) : status;
}

int cli_backup(int argc, char **argv)
{
    int left = cli_options("backup", argc, argv, NULL, 0);
    if (left != 1)
        return left < 0 ? CLI_WRONG : cli_usage("backup", "one file is expected");
    struct org *org = cli_place();
    if (!org)
        return CLI_WRONG;
    struct arena *a = arena_open();
    int status = is_folder(argv[0]) ? backup_into(a, org, argv[0]) : backup(a, cli_database(org), argv[0]);
    arena_close(a);
    org_close(org);
    return status;
}

/* ---- Restore ----------------------------------------------------------------------------------------------------- */

struct state { /* of a database file */
    bool whole;
    int64_t schema;
    int64_t last_ms; /* when somebody last spoke to it; 0: never */
    const char *why;
};

static int64_t number(struct store *s, struct arena *a, const char *sql)
{
    char error[256];
    const char *text = store_value(s, a, sql, error, sizeof error);
    return text ? strtoll(text, NULL, 10) : 0;
}

static struct state state_of(struct arena *a, const char *path)
{
    char error[512];
    struct store *s = store_open_read_only(path, error, sizeof error);
    if (!s)
        return (struct state){ .why = arena_copy(a, error) };
    const char *damage = store_damage(s, a, true);
    struct state state = { .whole = !damage,
                           .schema = number(s, a, "SELECT max(number) FROM schema_version WHERE checksum <> ''"),
                           .last_ms = number(s, a, "SELECT max(received_ms) FROM inbox") };
    if (!state.whole)
        state.why = damage;
    else if (!state.schema)
        state.why = "it is no database of learnd";
    store_close(s);
    return state;
}

static const char *moment(struct arena *a, int64_t at)
{
    struct local l = local_at(zone_utc(), at);
    return at ? arena_printf(a, "%04d-%02d-%02d %02d:%02d UTC", l.year, l.month, l.day, l.hour, l.minute) : "never";
}

static bool copy(const char *from, const char *to)
{
    FILE *in = fopen(from, "re"), *out = fopen(to, "wex");
    bool good = in && out && fchmod(fileno(out), 0600) == 0;
    char part[65536];
    for (size_t n; good && (n = fread(part, 1, sizeof part, in)) > 0;)
        good = fwrite(part, 1, n, out) == n;
    good = good && !ferror(in) && fflush(out) == 0 && fsync(fileno(out)) == 0;
    if (in)
        fclose(in);
    if (out)
        good = fclose(out) == 0 && good;
    return good;
}

static const char *const log_ends[] = { "-wal", "-shm" };

/* Also what a restore left that was killed: a log must not meet another file. */
static void remove_fresh(struct arena *a, const char *fresh)
{
    unlink(fresh);
    for (size_t i = 0; i < sizeof log_ends / sizeof *log_ends; i++)
        unlink(arena_printf(a, "%s%s", fresh, log_ends[i]));
}

/* The old one gets a second name, and loses its own to the new one, so that whenever we are killed there is the one or the
 * other. Its log must not meet the new one: it is folded into the old one, or, where that is damaged, goes aside with it. */
static bool put_in_place(struct arena *a, const char *fresh, const char *database)
{
    const char *before = arena_printf(a, "%s.before", database);
    store_fold_log(database);
    unlink(before);
    if (link(database, before) != 0 && errno != ENOENT)
        return false;
    for (size_t i = 0; i < sizeof log_ends / sizeof *log_ends; i++) {
        const char *to = arena_printf(a, "%s%s", before, log_ends[i]);
        unlink(to);
        if (rename(arena_printf(a, "%s%s", database, log_ends[i]), to) != 0 && errno != ENOENT)
            return false;
        utimensat(AT_FDCWD, to, NULL, 0);
    }
    utimensat(AT_FDCWD, before, NULL, 0); /* from now on it is kept as long as a backup */
    return rename(fresh, database) == 0;
}

static int may_restore(struct arena *a, const char *path, const char *database)
{
    int64_t known = schema_file_count ? schema_files[schema_file_count - 1].number : 0;
    struct state from = state_of(a, path);
    if (from.why)
        return cli_wrong("%s cannot be restored: %s", path, from.why);
    if (from.schema > known)
        return cli_wrong("%s belongs to a newer learnd (schema %" PRId64 ", this one knows %" PRId64 ")", path,
                         from.schema, known);
    if (access(database, F_OK) != 0)
        return CLI_DONE;
    struct state there = state_of(a, database);
    if (there.whole && there.last_ms > from.last_ms)
        return cli_failed(
                   "%s is newer (last spoken to %s) than the backup (%s); move it away first if the backup shall "
                   "take its place",
                   database, moment(a, there.last_ms / 1000), moment(a, from.last_ms / 1000)),
               CLI_WRONG;
    return CLI_DONE;
}

static int restore(struct arena *a, const char *path, const char *database)
{
    char error[512];
    if (control_served(database))
        return cli_failed("%s is served by a daemon; stop it first", database);
    int lock = control_lock(database, error, sizeof error);
    if (lock < 0)
        return cli_failed("%s", error);
    const char *fresh = arena_printf(a, "%s.restoring", database);
    int status = may_restore(a, path, database);
    remove_fresh(a, fresh);
    if (status == CLI_DONE && !(copy(path, fresh) && store_renew(fresh) == 0 && put_in_place(a, fresh, database))) {
        status = cli_failed("%s: %s", database, strerror(errno));
        remove_fresh(a, fresh);
    }
    if (status == CLI_DONE)
        printf("%s is restored from %s\n", database, path);
    close(lock);
    return status;
}

int cli_restore(int argc, char **argv)
{
    int left = cli_options("restore", argc, argv, NULL, 0);
    if (left != 1)
        return left < 0 ? CLI_WRONG : cli_usage("restore", "one file is expected");
    struct org *org = cli_place();
    if (!org)
        return CLI_WRONG;
    struct arena *a = arena_open();
    int status = restore(a, argv[0], cli_database(org));
    arena_close(a);
    org_close(org);
    return status;
}
