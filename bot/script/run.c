/* `learnd script`: plays the files one after the other and says of each whether it holds. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "learnd/log.h"
#include "script_private.h"

#define FILE_MAX (1 << 22)

char *script_read_file(struct arena *a, const char *path, size_t max)
{
    FILE *f = fopen(path, "re");
    if (!f)
        return NULL;
    struct buf b = { .arena = a };
    char part[8192];
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0 && b.len <= max;)
        buf_add_n(&b, part, n);
    bool good = !ferror(f) && b.len <= max && !memchr(buf_text(&b), '\0', b.len);
    fclose(f);
    return good ? arena_copy(a, buf_text(&b)) : NULL;
}

static bool write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "we");
    if (!f)
        return false;
    bool good = fputs(text, f) >= 0;
    return fclose(f) == 0 && good;
}

/* ---- Organisation folders: each is read once, however many conversations stand on it ----------------------------- */

static struct known {
    char *folder;
    struct org *org;
    struct known *next;
} * known;

struct org *script_org(struct arena *a, const char *folder, const char **error)
{
    struct known *k = known;
    while (k && strcmp(k->folder, folder) != 0)
        k = k->next;
    if (!k) {
        k = calloc(1, sizeof *k);
        if (!k)
            abort();
        *k = (struct known){ strdup(folder), org_read(folder), known };
        known = k;
    }
    if (!k->org->fault_count)
        return k->org;
    *error = org_fault_text(a, &k->org->faults[0]);
    return NULL;
}

static void forget_orgs(void)
{
    while (known) {
        struct known *k = known;
        known = k->next;
        org_close(k->org);
        free(k->folder);
        free(k);
    }
}

/* ---- One file ---------------------------------------------------------------------------------------------------- */

/* Memory rather than disk where there is some: a conversation commits often and its database is thrown away. */
static bool make_folder(char *path, size_t size)
{
    const char *places[] = { "/dev/shm", getenv("TMPDIR"), "/tmp" };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (!places[i] || access(places[i], W_OK) != 0)
            continue;
        snprintf(path, size, "%s/learnd-script-XXXXXX", places[i]);
        if (mkdtemp(path))
            return true;
    }
    fprintf(stderr, "learnd script: no place for a database: %s\n", strerror(errno));
    return false;
}

static void remove_database(const char *path)
{
    static const char *const ends[] = { "", "-wal", "-shm", "-journal" };
    char name[512];
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        snprintf(name, sizeof name, "%s%s", path, ends[i]);
        unlink(name);
    }
}

static bool tell(const struct player *p, const char *file)
{
    if (p->failed_line) {
        printf("FAILED %s:%d\n%s", file, p->failed_line, p->failure);
        return false;
    }
    if (p->edits && !write_file(file, script_with_edits(p->arena, p->script, p->edits))) {
        printf("FAILED %s:1\ncannot write it: %s\n", file, strerror(errno));
        return false;
    }
    printf("%s %s\n", p->edits ? "updated" : "ok", file);
    return true;
}

enum verdict { HOLDS, FAILS, UNREADABLE };

static enum verdict run_file(struct arena *a, const char *file, const char *database, bool update)
{
    char *text = script_read_file(a, file, FILE_MAX);
    if (!text) {
        printf("FAILED %s:1\n%s: cannot be read\n", file, file);
        return UNREADABLE;
    }
    const char *error = NULL;
    struct script *script = script_parse(a, file, text, &error);
    if (!script) {
        int line = (int)strtol(error + strlen(file) + 1, NULL, 10);
        printf("FAILED %s:%d\n%s\n", file, line, error);
        return FAILS;
    }
    struct player p = { .arena = a, .script = script, .database = database, .update = update };
    player_play(&p);
    return tell(&p, file) ? HOLDS : FAILS;
}

int script_run_files(char *const *files, int count, bool update)
{
    char folder[256], database[300];
    if (!make_folder(folder, sizeof folder))
        return 2;
    snprintf(database, sizeof database, "%s/learnd.db", folder);
    log_level_set(LOG_ERROR);
    int sums[UNREADABLE + 1] = { 0 };
    for (int i = 0; i < count; i++) {
        struct arena *a = arena_open();
        sums[run_file(a, files[i], database, update)]++;
        remove_database(database);
        arena_close(a);
        fflush(stdout);
    }
    rmdir(folder);
    forget_orgs();
    printf("%d passed, %d failed\n", sums[HOLDS], sums[FAILS] + sums[UNREADABLE]);
    if (sums[UNREADABLE])
        return 2;
    return sums[FAILS] ? 1 : 0;
}
