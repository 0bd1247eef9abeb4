/* On ten conversations and at the start the disk is full, at one block after the other, or its files fail. When they do, nothing
 * has happened and nothing was acknowledged: the same events are given again, and once there is room the end is that of the
 * undisturbed run. An import or a backup that found no room says so, is not there, and can be repeated. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "learnd/log.h"
#include "world/side_by_side.h"
#include "world/trial.h"

enum { FULL, FILES }; /* of the sums */

static bool talk_holds(const struct org *org, const struct talk *talk, struct arena *a, long *sums)
{
    bool all = getenv("FAULTS_ALL");
    struct trial plain = { .arena = a };
    struct trial full = {
        .how = TRIAL_ENVIRONMENT, .kind = FAILING_SPACE, .first = 1, .stride = all ? 1 : 11, .arena = a
    };
    struct trial files = { .how = TRIAL_ENVIRONMENT, .kind = FAILING_FILES, .first = 1, .stride = 1, .arena = a };

    trial_run(&plain, org, talk);
    bool good = trial_holds(&full, org, talk, &plain, "the disk is full") &&
                trial_holds(&files, org, talk, &plain, "its files fail");
    sums[FULL] += full.failed;
    sums[FILES] += files.failed;
    return good;
}

static bool start_holds(const struct org *org, struct arena *a, long *sums)
{
    struct trial full = { .kind = FAILING_SPACE, .stride = 61, .arena = a };
    struct trial files = { .kind = FAILING_FILES, .stride = 1, .arena = a };
    bool good = trial_start_holds(&full, org) && trial_start_holds(&files, org);

    sums[FULL] += full.failed;
    sums[FILES] += files.failed;
    return good;
}

/* ---- Import and backup ------------------------------------------------------------------------------------------- */

static bool imports(struct world *w, const struct org *input, char *error, size_t size)
{
    return core_operate(w->core, w->arena, "import people", "", input, w->now_ms, error, size);
}

static bool backs_up(struct world *w, const struct org *input, char *error, size_t size)
{
    (void)input;
    return core_backup(w->core, arena_printf(w->arena, "%s.backup", w->database), error, size) == 0;
}

static bool is_whole(struct world *w, const char *path)
{
    char error[256];
    struct world copy = { .arena = w->arena, .database = path, .now_ms = w->now_ms };
    struct core_options options = { .database = path };
    const char *before = world_dump(w, w->arena, DUMP_ALL), *after = world_dump(&copy, w->arena, DUMP_ALL);
    struct core *c = core_open(&options, w->org, error, sizeof error);

    core_close(c);
    return c && strcmp(before, after) == 0;
}

/* Room is made block by block until it works: nothing of it is there before. */
static bool needs_room(struct world *w, const char *name, const struct org *input, long stride, long *failed,
                       bool (*does)(struct world *, const struct org *, char *, size_t))
{
    const char *before = world_dump(w, w->arena, DUMP_ALL), *backup = arena_printf(w->arena, "%s.backup", w->database);

    for (long nth = 1;; nth += stride) {
        char error[512] = "";
        bool hit;
        failing_arm(FAILING_SPACE, nth, 1, 0, false);
        bool done = does(w, input, error, sizeof error);
        failing_disarm(&hit);
        *failed += hit;
        if (done)
            return *failed > 0;
        if (!hit || !strstr(error, "full") || access(backup, F_OK) == 0 ||
            strcmp(before, world_dump(w, w->arena, DUMP_ALL)) != 0) {
            printf("FAILED %s, block %ld: \"%s\", or something of it is there\n", name, nth, error);
            return false;
        }
    }
}

static bool import_and_backup_hold(const struct org *org, long *sums)
{
    struct world *w = world_open(org, "import", talk_begins_ms());
    struct org *input = org_read_people(world_more_people(w->arena), org);
    const char *backup = arena_printf(w->arena, "%s.backup", w->database);
    bool good = world_start(w) && input && !input->fault_count &&
                needs_room(w, "import", input, 7, &sums[FULL], imports) &&
                needs_room(w, "backup", NULL, 211, &sums[FULL], backs_up) && is_whole(w, backup);

    if (!good)
        printf("FAILED import or backup: %s\n", w->wrong ? w->wrong : "");
    unlink(backup);
    org_close(input);
    world_close(w);
    return good;
}

static bool part(size_t i, const void *org, long *sums)
{
    struct arena *a = arena_open();
    bool good = i < talk_count    ? talk_holds(org, &talks[i], a, sums)
                : i == talk_count ? start_holds(org, a, sums)
                                  : import_and_backup_hold(org, sums);

    arena_close(a);
    return good;
}

int main(void)
{
    struct org *org = org_read_at("tests/scenarios/org", talk_begins_ms() / 1000 / DAY);
    long sums[SUMS];

    setvbuf(stdout, NULL, _IOLBF, 0);
    log_level_set((enum log_level)(LOG_ERROR + 1));
    failing_install();
    int parts = (int)talk_count + 2, failed = side_by_side(talk_count + 2, part, org, sums);
    printf("# the disk was full %ld times, files failed %ld times\n", sums[FULL], sums[FILES]);
    printf("%d passed, %d failed\n", parts - failed, failed);
    org_close(org);
    return failed > 0;
}
