/* 1,000 people, 90 days, all rules on, restarts, deaths, redeliveries, failing sends: what is promised to each of them holds. Small
 * where a sanitizer or coverage slows it down. Each seed is played exactly again:
 *
 *     QUARTER_SEEDS=7 build/release/tests/faults/quarter       one seed, or so many from 1: "1-3"
 *     QUARTER_PEOPLE=200 QUARTER_DAYS=40 QUARTER_ACTS=60 ...    acts: so many a day */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "learnd/log.h"
#include "world/quarter.h"

#if defined(__SANITIZE_ADDRESS__) || !defined(__OPTIMIZE__)
enum { PEOPLE = 120, DAYS = 28, ACTS = 40, SECONDS = 0 };
#else
enum { PEOPLE = 1000, DAYS = 90, ACTS = 60, SECONDS = 300 }; /* of one core; 0: any */
#endif

enum { FORETOLD = 28, BEFORE = 40 }; /* days: of a dry run; that are lived before there is one */

uint64_t quarter_random(struct quarter *q, uint64_t below)
{
    return world_random(&q->random, below);
}

bool quarter_chance(struct quarter *q, int percent)
{
    return quarter_random(q, 100) < (uint64_t)percent;
}

int64_t quarter_today(const struct quarter *q, const struct colleague *c)
{
    return day_of(c->at->zone, q->w->now_ms / 1000);
}

bool quarter_works_here(const struct quarter *q, const struct colleague *c)
{
    int64_t now = q->w->now_ms / 1000;

    return day_of(c->at->zone, now) >= c->starts &&
           (c->ends == INT64_MAX || now < instant_on(c->at->zone, c->ends, c->at->to));
}

/* ---- What goes wrong --------------------------------------------------------------------------------------------- */

static enum fate fate(struct world *w, const struct delivery *d)
{
    struct quarter *q = w->context;
    static const enum fate fates[] = { FATE_SLOW, FATE_RETRY, FATE_LOST_ANSWER, FATE_NEVER, FATE_LATE };

    if (q->calm || d->attempt > 4 || !quarter_chance(q, 8))
        return FATE_WELL;
    q->failed_sends++;
    return fates[quarter_random(q, sizeof fates / sizeof *fates)];
}

static int run(struct world *w, const struct event *events, size_t n)
{
    struct quarter *q = w->context;

    if (!q->calm && quarter_random(q, 2000) == 0) {
        core_crash_next(w->core, quarter_chance(q, 50));
        q->crashes++;
    }
    int result = core_run(w->core, events, n, w->now_ms);
    if (result == -1)
        world_complain(w, "the database failed");
    w->now_ms++; /* no two runs at the same time: what is done twice shows */
    return result;
}

/* ---- Days -------------------------------------------------------------------------------------------------------- */

static int by_value(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

    return (a > b) - (a < b);
}

/* Nobody says anything once the dry run has told what comes then. */
static void live_day(struct quarter *q, int64_t begins_ms, bool silent)
{
    struct world *w = q->w;
    int64_t *moments = arena_array(w->arena, int64_t, (size_t)q->acts);

    for (int i = 0; i < q->acts; i++)
        moments[i] = begins_ms + (int64_t)quarter_random(q, DAY) * 1000;
    qsort(moments, (size_t)q->acts, sizeof *moments, by_value);
    for (int i = 0; i < q->acts && !silent && !w->wrong; i++) {
        world_pass(w, moments[i]);
        quarter_act(q);
    }
    world_pass(w, begins_ms + DAY * INT64_C(1000));
}

static void live(struct quarter *q)
{
    int64_t begins_ms = q->w->now_ms;

    for (int i = 0; i < q->days && !q->w->wrong; i++) {
        int64_t day = q->first_day + i;
        if (day == q->dry_day)
            quarter_ask_dry(q);
        live_day(q, begins_ms + i * DAY * INT64_C(1000), day >= q->dry_day);
        if (i && i % 3 == 0 && !q->w->wrong) {
            world_restart(q->w);
            q->restarts++;
        }
        if (i % 5 == 2)
            quarter_ask_compliance(q, day);
    }
    q->calm = true;
    world_pass(q->w, q->w->now_ms + 4 * INT64_C(3600000));
}

/* ---- A seed ------------------------------------------------------------------------------------------------------ */

static int number(const char *name, int otherwise)
{
    const char *text = getenv(name);

    return text && atoi(text) > 0 ? atoi(text) : otherwise;
}

static struct org *read_organisation(struct quarter *q, struct arena *a)
{
    struct org *org = org_read_at(quarter_write_organisation(q, a), q->first_day);

    for (size_t i = 0; i < org->fault_count; i++)
        printf("%s\n", org_fault_text(a, &org->faults[i]));
    return org;
}

/* A quarter in which nothing happened proves nothing. */
static void check_eventful(struct quarter *q)
{
    bool whole = q->dry_day != INT64_MAX;

    for (int i = 0; i < RULES && whole && !q->w->wrong; i++)
        if (!q->rules[i].messages)
            world_complain(q->w, "the rule %s never spoke", q->rules[i].slug);
    if (!q->shared || !q->secret_count || !q->failed_sends || !q->redeliveries || !q->restarts)
        world_complain(q->w, "hardly anything happened");
}

static void print_figures(const struct quarter *q, double seconds)
{
    static const char *const names[] = { "replies",   "owed",     "offers",    "consent", "tasks",
                                         "reminders", "required", "mandatory", "digests" };

    printf("# seed %llu: %d people, %d days, %ld acts, %ld again, %ld restarts, %ld deaths, %ld sends failed, %d "
           "secrets, %ld "
           "shared, %d days asked twice;",
           (unsigned long long)q->seed, q->count, q->days, q->acted, q->redeliveries, q->restarts, q->crashes,
           q->failed_sends, q->secret_count, q->shared, q->asked_count);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        printf(" %ld %s", q->classes[i], names[i]);
    printf(";");
    for (int i = 0; i < RULES; i++)
        printf(" %s %ld", q->rules[i].slug, q->rules[i].messages);
    printf("; %.1f s of CPU\n", seconds);
}

static void play(struct quarter *q, const struct org *org)
{
    struct world *w = q->w = world_open(org, "quarter", instant_on(zone_utc(), q->first_day, 0) * 1000);

    w->context = q;
    w->fate = fate;
    w->shown = quarter_look;
    w->run = run;
    q->asked = arena_array(w->arena, struct asked, (size_t)q->days);
    if (!org->fault_count && world_start(w)) {
        world_settle(w);
        live(q);
        if (!w->wrong)
            quarter_check_end(q);
        check_eventful(q);
    }
}

static bool seed_holds(uint64_t seed)
{
    struct arena *a = arena_open();
    struct quarter q = { .seed = seed,
                         .random = seed * 0x2545f4914f6cdd1du,
                         .count = number("QUARTER_PEOPLE", PEOPLE),
                         .days = number("QUARTER_DAYS", DAYS),
                         .acts = number("QUARTER_ACTS", ACTS),
                         .first_day = day_number("2027-02-08") };
    clock_t began = clock();

    q.dry_day = q.days >= BEFORE + FORETOLD ? q.first_day + q.days - FORETOLD : INT64_MAX;
    q.people = arena_array(a, struct colleague, (size_t)q.count);
    for (int i = 0; i < RULES; i++)
        q.rules[i] = (struct rule_seen){ .slug = quarter_rules[i], .dry_messages = -1 };
    struct org *org = read_organisation(&q, a);
    play(&q, org);
    double seconds = (double)(clock() - began) / CLOCKS_PER_SEC;
    bool good = !org->fault_count && !q.w->wrong && (!SECONDS || seconds < SECONDS || q.count > PEOPLE);
    if (q.w->wrong)
        printf("FAILED seed %llu at %lld: %s\n", (unsigned long long)seed, (long long)q.w->now_ms / 1000, q.w->wrong);
    print_figures(&q, seconds);
    quarter_stop_looking(&q);
    for (int i = 0; i < RULES; i++)
        free(q.rules[i].whom);
    free(q.secrets);
    free(q.seen_once);
    world_close(q.w);
    org_close(org);
    arena_close(a);
    return good;
}

int main(void)
{
    const char *seeds = getenv("QUARTER_SEEDS") ? getenv("QUARTER_SEEDS") : "1";
    char *end;
    uint64_t first = strtoull(seeds, &end, 10), last = *end == '-' ? strtoull(end + 1, NULL, 10) : first;
    int passed = 0, failed = 0;

    setvbuf(stdout, NULL, _IOLBF, 0);
    log_level_set((enum log_level)(LOG_ERROR + 1)); /* faults are no news here */
    for (uint64_t seed = first; seed <= last; seed++)
        seed_holds(seed) ? passed++ : failed++;
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0;
}
