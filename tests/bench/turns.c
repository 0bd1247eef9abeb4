/* What a turn costs, and how many the core runs a second: the whole way from an event to the acknowledged result of what was
 * said, on the example organisation and a file database. Fails where the promise of the README does not hold. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "learnd/core.h"

#define TURNS 10000
#define IN_FLIGHT 64
#define RESULTS_MAX 4096
#define CPU_US_MAX 100
#define PER_SECOND_MIN 2000

struct results { /* what the stand-in for a platform has sent and not yet reported */
    struct event events[RESULTS_MAX];
    size_t count;
};

static void deliver(void *self, const struct delivery *d)
{
    struct results *r = self;

    r->events[r->count++] = (struct event){
        .kind = EVENT_RESULT, .platform = "console", .row = d->row, .attempt = d->attempt, .outcome = OUTCOME_SENT
    };
}

static double seconds(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct core *open_core(const char *path, const struct org *org, struct results *r)
{
    char error[256];
    struct core *c;
    struct transport console = {
        .platform = "console", .self = r, .deliver = deliver, .account_format = "%s", .direct_format = "@%s"
    };

    unlink(path);
    c = core_open(&(struct core_options){ .database = path }, org, error, sizeof error);
    if (!c) {
        fprintf(stderr, "%s\n", error);
        exit(2);
    }
    core_add_transport(c, &console);
    if (core_load(c, org, 1767600000000, error, sizeof error) != 0) {
        fprintf(stderr, "%s\n", error);
        exit(2);
    }
    return c;
}

static struct event say(const char *text, int64_t now, char thing[32], const char *who)
{
    static int n;

    snprintf(thing, 32, "t%d", ++n);
    return (struct event){ .kind = EVENT_SAY,
                           .platform = "console",
                           .thing = thing,
                           .user = who,
                           .conversation = who[0] == 'a' ? "@alice" : "@bob",
                           .text = text,
                           .received_ms = now };
}

static void settle_results(struct core *c, struct results *r, int64_t now)
{
    static struct event taken[RESULTS_MAX];

    while (r->count) {
        size_t n = r->count;
        memcpy(taken, r->events, n * sizeof *taken);
        r->count = 0;
        core_run(c, taken, n, now);
    }
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median_us(struct core *c, struct results *r, const char *text, int turns, int64_t *now)
{
    double *cost = calloc((size_t)turns, sizeof *cost), median;
    char thing[32];

    for (int i = 0; i < turns; i++) {
        struct event e = say(text, *now += 1000, thing, "alice");
        double before = seconds(CLOCK_THREAD_CPUTIME_ID);
        core_run(c, &e, 1, *now);
        settle_results(c, r, *now);
        cost[i] = (seconds(CLOCK_THREAD_CPUTIME_ID) - before) * 1e6;
    }
    qsort(cost, (size_t)turns, sizeof *cost, by_size);
    median = cost[turns / 2];
    free(cost);
    return median;
}

static int measure_cost(const struct org *org)
{
    static const char *const texts[] = { "me", "help", "How do I claim travel expenses?" };
    static struct results r;
    int64_t now = 1767603600000;
    int failed = 0;

    setenv("LEARND_SYNCHRONOUS", "OFF", 1);
    struct core *c = open_core("build/bench-cost.db", org, &r);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        double us = median_us(c, &r, texts[i], TURNS / 3, &now);
        printf("# %-34s %6.1f us CPU a turn with its result, median (at most %d)\n", texts[i], us, CPU_US_MAX);
        failed += us > CPU_US_MAX;
    }
    core_close(c);
    return failed;
}

static int measure_rate(const struct org *org)
{
    static struct results r;
    static char things[IN_FLIGHT][32];
    struct event events[IN_FLIGHT];
    int64_t now = 1767603600000;
    int done = 0;

    unsetenv("LEARND_SYNCHRONOUS");
    struct core *c = open_core("build/bench-rate.db", org, &r);
    double before = seconds(CLOCK_MONOTONIC);
    while (done < TURNS) {
        for (int i = 0; i < IN_FLIGHT; i++)
            events[i] = say(i % 2 ? "me" : "How do I claim travel expenses?", now, things[i], i % 3 ? "alice" : "bob");
        core_run(c, events, IN_FLIGHT, now += 10);
        settle_results(c, &r, now);
        done += IN_FLIGHT;
    }
    double rate = done / (seconds(CLOCK_MONOTONIC) - before);
    printf("# %d at a time, synchronous=FULL: %.0f turns a second (at least %d)\n", IN_FLIGHT, rate, PER_SECOND_MIN);
    core_close(c);
    return rate < PER_SECOND_MIN;
}

int main(void)
{
    struct org *org = org_read("config");

    if (org->fault_count) {
        fprintf(stderr, "%s: %s\n", org->faults[0].file, org->faults[0].what);
        return 2;
    }
    int failed = measure_cost(org) + measure_rate(org);
    org_close(org);
    printf("%d passed, %d failed\n", 4 - failed, failed);
    return failed != 0;
}
