/* On ten conversations every SQLite call fails in turn, and the end is that of the undisturbed run.
 *
 * Each run of the core is tried with its 1st, 2nd, 3rd ... call failing until none is left to fail. When the environment
 * fails, nothing may have happened: nothing committed, acknowledged, handed over; the same events are given again, to
 * the same process or, every so often, to a new one. When a statement itself fails, the person gets an honest sentence
 * and says it again. In the end the database and what people see are compared with the run in which nothing failed. */
#include <stdlib.h>
#include <string.h>

#include "learnd/log.h"
#include "world/side_by_side.h"
#include "world/trial.h"

enum { FAILED, RESTARTS, TRIALS }; /* of the sums */

static bool holds(struct trial t, const struct org *org, const struct talk *talk, const struct trial *undisturbed,
                  const char *name, long *sums)
{
    bool good = trial_holds(&t, org, talk, undisturbed, name);

    if (getenv("FAULTS_TOLD"))
        printf("%s, %s, %ld: %ld failed, at most %ld in one run\n", talk->name, name, t.first, t.failed, t.most);
    sums[FAILED] += t.failed;
    sums[RESTARTS] += t.restarts;
    sums[TRIALS]++;
    return good;
}

/* The same place of each run of the core, one place after the other, until no run has so many. */
static bool holds_at_each(struct trial t, const struct org *org, const struct talk *talk,
                          const struct trial *undisturbed, const char *name, long *sums)
{
    long before = -1;
    bool good = true;

    for (t.first = 1; sums[FAILED] > before && good; t.first += t.first < 12 ? 1 : t.stride) {
        before = sums[FAILED];
        good = holds(t, org, talk, undisturbed, name, sums);
    }
    return good;
}

static bool talk_holds(const struct org *org, const struct talk *talk, long *sums)
{
    struct arena *a = arena_open();
    bool all = getenv("FAULTS_ALL");
    long stride =
        getenv("FAULTS_STRIDE") ? atol(getenv("FAULTS_STRIDE")) : 1; /* more: fewer calls, for a measurement */
    struct trial plain = { .arena = a }, greeted = { .arena = a, .greeted = true };

    trial_run(&plain, org, talk);
    trial_run(&greeted, org, talk);
    bool good = !plain.wrong && !greeted.wrong;
    if (!good)
        printf("FAILED %s, undisturbed: %s\n", talk->name, plain.wrong ? plain.wrong : greeted.wrong);
    for (int round = 0; good && round < (all ? 8 : 1); round++)
        good =
            holds((struct trial){ .how = TRIAL_ENVIRONMENT, .first = 1, .stride = stride, .turn = round, .arena = a },
                  org, talk, &plain, "the environment fails", sums);
    if (!talk->tells_all)
        good = good && holds((struct trial){ .how = TRIAL_STATEMENT, .stride = stride, .greeted = true, .arena = a },
                             org, talk, &greeted, "a statement fails", sums);
    good = good && holds_at_each((struct trial){ .how = TRIAL_BEHIND, .stride = all ? 1 : 41, .arena = a }, org, talk,
                                 &plain, "behind the commit", sums);
    good = good && holds_at_each((struct trial){ .how = TRIAL_OTHERS, .stride = all ? 1 : 17, .arena = a }, org, talk,
                                 &plain, "answers and timers", sums);
    arena_close(a);
    return good;
}

static bool start_holds(const struct org *org)
{
    struct arena *a = arena_open();
    struct trial t = { .arena = a, .stride = getenv("FAULTS_ALL") ? 1 : 7 };
    bool good = trial_start_holds(&t, org);

    printf("# start: %ld calls failed\n", t.failed);
    arena_close(a);
    return good;
}

static bool part(size_t i, const void *org, long *sums)
{
    const char *only = getenv("FAULTS_ONLY"); /* a part of a conversation's name */

    if (i == talk_count)
        return only || start_holds(org);
    return (only && !strstr(talks[i].name, only)) || talk_holds(org, &talks[i], sums);
}

int main(void)
{
    struct org *org = org_read_at("tests/scenarios/org", talk_begins_ms() / 1000 / DAY);
    long sums[SUMS];

    setvbuf(stdout, NULL, _IOLBF, 0); /* what is found leaked at the end must not take the words with it */
    log_level_set((enum log_level)(LOG_ERROR + 1)); /* thousands of faults are not news */
    failing_install();
    int parts = (int)talk_count + 1, failed = side_by_side(talk_count + 1, part, org, sums);
    printf("# %ld calls failed in %ld trials, with %ld restarts\n", sums[FAILED], sums[TRIALS], sums[RESTARTS]);
    printf("%d passed, %d failed\n", parts - failed, failed);
    org_close(org);
    return failed > 0;
}
