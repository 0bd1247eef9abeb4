/* On ten conversations and at the start SQLite's memory runs out at one place after the other. When it does, nothing has
 * happened: the same events are given again, to the same process or to a new one, and the end is that of the undisturbed run. */
#include <stdlib.h>
#include <string.h>

#include "learnd/log.h"
#include "world/side_by_side.h"
#include "world/trial.h"

static bool talk_holds(const struct org *org, const struct talk *talk, struct arena *a, long *failed)
{
    struct trial plain = { .arena = a };
    long stride = getenv("FAULTS_ALL") ? 1 : 67;
    bool good = true;

    trial_run(&plain, org, talk);
    for (int round = 0; round < 5 && good; round++) {
        struct trial t = { .how = round % 2 ? TRIAL_BEHIND : TRIAL_ENVIRONMENT, .kind = FAILING_MEMORY, .arena = a };
        t.first = 1 + round * 7;
        t.stride = stride;
        t.turn = round;
        good = trial_holds(&t, org, talk, &plain, "SQLite's memory runs out");
        *failed += t.failed;
    }
    return good;
}

static bool start_holds(const struct org *org, struct arena *a, long *failed)
{
    struct trial t = { .kind = FAILING_MEMORY, .stride = getenv("FAULTS_ALL") ? 1 : 41, .arena = a };
    bool good = trial_start_holds(&t, org);

    *failed += t.failed;
    return good;
}

/* A value that could not be given is not taken for none. */
static bool value_holds(const struct org *org, long *failed)
{
    struct world *w = world_open(org, "value", talk_begins_ms());
    bool good = world_start(w), hit = true;

    for (long nth = 1; good && hit; nth++) {
        char error[256] = "";
        failing_arm(FAILING_MEMORY, nth, 1, 0, false);
        const char *people = core_value(w->core, w->arena, "SELECT count(*) FROM person", error, sizeof error);
        failing_disarm(&hit);
        *failed += hit;
        good = people ? strcmp(people, "15") == 0 : hit && *error;
    }
    if (!good)
        printf("FAILED a value\n");
    world_close(w);
    return good;
}

static bool part(size_t i, const void *org, long *sums)
{
    struct arena *a = arena_open();
    bool good =
        i < talk_count ? talk_holds(org, &talks[i], a, sums) : start_holds(org, a, sums) && value_holds(org, sums);

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
    int parts = (int)talk_count + 1, failed = side_by_side(talk_count + 1, part, org, sums);
    printf("# %ld allocations failed\n%d passed, %d failed\n", *sums, parts - failed, failed);
    org_close(org);
    return failed > 0;
}
