/* On ten conversations every SQLite call fails in turn, and the end is that of the undisturbed run.
 *
 * Each run of the core is tried with its 1st, 2nd, 3rd ... call failing until none is left to fail. When the environment
 * fails, nothing may have happened: nothing committed, acknowledged, handed over; the same events are given again, to
 * the same process or, every so often, to a new one. When a statement itself fails, the person gets an honest sentence
 * and says it again. In the end the database and what people see are compared with the run in which nothing failed. */
#include <stdlib.h>
#include <string.h>

#include "learnd/log.h"
#include "world/trial.h"

static long failed_calls, restarts, trials;

static bool holds(struct trial t, const struct org *org, const struct talk *talk, const struct trial *undisturbed,
                  const char *name, long *struck)
{
    bool good = trial_holds(&t, org, talk, undisturbed, name);

    if (getenv("FAULTS_TOLD"))
        printf("%s, %s, %ld: %ld failed, at most %ld in one run\n", talk->name, name, t.first, t.failed, t.most);
    failed_calls += t.failed;
    restarts += t.restarts;
    trials++;
    *struck = t.failed;
    return good;
}

/* The same place of each run of the core, one place after the other, until no run has so many. */
static bool holds_at_each(struct trial t, const struct org *org, const struct talk *talk,
                          const struct trial *undisturbed, const char *name)
{
    long struck = 1;
    bool good = true;

    for (t.first = 1; struck && good; t.first += t.first < 12 ? 1 : t.stride)
        good = holds(t, org, talk, undisturbed, name, &struck);
    return good;
}

static bool talk_holds(const struct org *org, const struct talk *talk)
{
    struct arena *a = arena_open();
    bool all = getenv("FAULTS_ALL");
    struct trial plain = { .arena = a }, greeted = { .arena = a, .greeted = true };
    long struck;

    trial_run(&plain, org, talk);
    trial_run(&greeted, org, talk);
    bool good = !plain.wrong && !greeted.wrong;
    if (!good)
        printf("FAILED %s, undisturbed: %s\n", talk->name, plain.wrong ? plain.wrong : greeted.wrong);
    for (int round = 0; good && round < (all ? 8 : 1); round++)
        good = holds((struct trial){ .how = TRIAL_ENVIRONMENT, .first = 1, .stride = 1, .turn = round, .arena = a },
                     org, talk, &plain, "the environment fails", &struck);
    if (!talk->tells_all)
        good = good && holds((struct trial){ .how = TRIAL_STATEMENT, .stride = 1, .greeted = true, .arena = a }, org,
                             talk, &greeted, "a statement fails", &struck);
    good = good && holds_at_each((struct trial){ .how = TRIAL_BEHIND, .stride = all ? 1 : 41, .arena = a }, org, talk,
                                 &plain, "behind the commit");
    good = good && holds_at_each((struct trial){ .how = TRIAL_OTHERS, .stride = all ? 1 : 17, .arena = a }, org, talk,
                                 &plain, "answers and timers");
    arena_close(a);
    return good;
}

static bool start_holds(const struct org *org)
{
    struct arena *a = arena_open();
    struct trial plain = { .arena = a, .stride = 100000000 },
                 t = { .arena = a, .stride = getenv("FAULTS_ALL") ? 1 : 7 };
    bool good = trial_start(&plain, org) && trial_start(&t, org);

    if (good && strcmp(plain.dump, t.dump) != 0) {
        t.wrong = "the database says something else";
        world_print_difference(plain.dump, t.dump);
        good = false;
    }
    if (!good)
        printf("FAILED start: %s\n", t.wrong ? t.wrong : plain.wrong);
    printf("# start: %ld calls failed\n", t.failed);
    arena_close(a);
    return good;
}

int main(void)
{
    struct org *org = org_read_at("tests/scenarios/org", talk_begins_ms() / 1000 / DAY);
    int passed = 0, failed = 0;

    setvbuf(stdout, NULL, _IOLBF, 0); /* what is found leaked at the end must not take the words with it */
    log_level_set((enum log_level)(LOG_ERROR + 1)); /* thousands of faults are not news */
    failing_install();
    const char *only = getenv("FAULTS_ONLY"); /* a part of a conversation's name */
    for (size_t i = 0; i < talk_count; i++)
        if (!only || strstr(talks[i].name, only))
            talk_holds(org, &talks[i]) ? passed++ : failed++;
    if (!only)
        start_holds(org) ? passed++ : failed++;
    printf("# %ld calls failed in %ld trials, with %ld restarts\n", failed_calls, trials, restarts);
    printf("%d passed, %d failed\n", passed, failed);
    org_close(org);
    return failed > 0;
}
