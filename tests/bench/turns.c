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
#define ANSWERS 200
#define RESULTS_MAX 4096
#define CPU_US_MAX 100
#define PER_SECOND_MIN 2000

struct results { /* what the stand-in for a platform has sent and not yet reported */
    struct event events[RESULTS_MAX];
    size_t count;
    char colleague[64]; /* who was spoken to last, besides alice */
    bool alice_heard;   /* of matcha, since it was last looked at */
};

static void deliver(void *self, const struct delivery *d)
{
    struct results *r = self;

    if (strcmp(d->conversation, "@alice") == 0)
        r->alice_heard |= d->op == OP_POST && strstr(d->body, "HS 0902.10") != NULL;
    else
        snprintf(r->colleague, sizeof r->colleague, "%s", d->conversation + 1);
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

struct line { /* what one person writes; the event borrows its texts */
    char thing[32], conversation[64];
};

static struct event say(const char *text, int64_t now, struct line *l, const char *who)
{
    static int n;

    snprintf(l->thing, sizeof l->thing, "t%d", ++n);
    snprintf(l->conversation, sizeof l->conversation, "@%.60s", who);
    return (struct event){ .kind = EVENT_SAY,
                           .platform = "console",
                           .thing = l->thing,
                           .user = who,
                           .conversation = l->conversation,
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

static double median_of(double *cost, int n)
{
    qsort(cost, (size_t)n, sizeof *cost, by_size);
    return cost[n / 2];
}

/* A turn with its commit, in microseconds of CPU; that of its result, which is a turn of its own, comes on top. */
static double cost_of(struct core *c, struct results *r, const char *who, const char *text, int64_t now)
{
    struct line l;
    struct event e = say(text, now, &l, who);
    double before = seconds(CLOCK_THREAD_CPUTIME_ID);

    core_run(c, &e, 1, now);
    double cost = (seconds(CLOCK_THREAD_CPUTIME_ID) - before) * 1e6;
    settle_results(c, r, now);
    return cost;
}

static double median_us(struct core *c, struct results *r, const char *text, int turns, int64_t *now)
{
    double *cost = calloc((size_t)turns, sizeof *cost), median;

    for (int i = 0; i < turns; i++)
        cost[i] = cost_of(c, r, "alice", text, *now += 1000);
    median = median_of(cost, turns);
    free(cost);
    return median;
}

/* An expert's answer: each week alice asks what no card answers, and whoever is asked answers. A Monday on which nobody
 * works does not count. Below 0: nothing was measured. */
static double median_answer_us(struct core *c, struct results *r, int weeks, int64_t now)
{
    double *cost = calloc((size_t)weeks, sizeof *cost), median;
    int answered = 0;

    for (int i = 0; i < weeks; i++, now += INT64_C(7) * 86400000) {
        r->colleague[0] = 0;
        cost_of(c, r, "alice", "Which HS code do we use for matcha powder?", now);
        cost_of(c, r, "alice", "Ask, with my name", now + 1000);
        cost_of(c, r, r->colleague, "Answer", now + 60000);
        r->alice_heard = false;
        double us = cost_of(c, r, r->colleague, "Matcha powder goes under HS 0902.10, small packings.", now + 61000);
        if (r->alice_heard)
            cost[answered++] = us;
        cost_of(c, r, r->colleague, "No", now + 62000);
        cost_of(c, r, "alice", "Solved", now + 63000);
    }
    median = answered > weeks / 2 ? median_of(cost, answered) : -1;
    free(cost);
    return median;
}

static int judge_cost(const char *what, double us)
{
    printf("# %-34s %6.1f us CPU a turn, median (at most %d)\n", what, us, CPU_US_MAX);
    return us < 0 || us > CPU_US_MAX;
}

static int measure_cost(const struct org *org)
{
    static const char *const texts[] = { "me", "help", "How do I claim travel expenses?" };
    static struct results r;
    int64_t now = 1767607200000; /* Monday 5 January 2026, 10:00 in London */
    int failed = 0;

    setenv("LEARND_SYNCHRONOUS", "OFF", 1);
    struct core *c = open_core("build/bench-cost.db", org, &r);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        failed += judge_cost(texts[i], median_us(c, &r, texts[i], TURNS / 4, &now));
    failed += judge_cost("an expert's answer", median_answer_us(c, &r, ANSWERS, 1767607200000 + INT64_C(7) * 86400000));
    core_close(c);
    return failed;
}

/* The example organisation and so many more people, since within one conversation everything goes in its order. */
static struct org *crowded_org(void)
{
    if (system("rm -rf build/bench-org && cp -r tests/scenarios/org build/bench-org") != 0)
        exit(2);
    FILE *f = fopen("build/bench-org/people.csv", "a");
    for (int i = 0; i < IN_FLIGHT; i++)
        fprintf(f,
                "B%d,crowd%d,crowd%d@example.org,Crowd "
                "%d,Clerk,employee,Sales,Trade,London,GB,HF002,Europe/London,en-GB,Mo-Fr,09:00,"
                "17:00,gb.ics,2020-01-01,,,,en\n",
                i, i, i, i);
    fclose(f);
    return org_read("build/bench-org");
}

static int measure_rate(const struct org *org)
{
    static struct results r;
    static struct line lines[IN_FLIGHT];
    static char who[IN_FLIGHT][16];
    struct event events[IN_FLIGHT];
    int64_t now = 1767607200000;
    int done = 0;

    unsetenv("LEARND_SYNCHRONOUS");
    struct core *c = open_core("build/bench-rate.db", org, &r);
    double before = seconds(CLOCK_MONOTONIC);
    while (done < TURNS) {
        for (int i = 0; i < IN_FLIGHT; i++) {
            snprintf(who[i], sizeof who[i], "crowd%d", i);
            events[i] = say(i % 2 ? "me" : "How do I claim travel expenses?", now, &lines[i], who[i]);
        }
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
    struct org *org = org_read("tests/scenarios/org"), *crowd = crowded_org();

    if (org->fault_count || crowd->fault_count) {
        const struct org_fault *fault = org->fault_count ? org->faults : crowd->faults;
        fprintf(stderr, "%s:%d: %s\n", fault->file, fault->line, fault->what);
        return 2;
    }
    int failed = measure_cost(org) + measure_rate(crowd);
    org_close(org);
    org_close(crowd);
    printf("%d passed, %d failed\n", 5 - failed, failed);
    return failed != 0;
}
