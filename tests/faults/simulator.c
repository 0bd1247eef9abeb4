/* The fifteen people of tests/scenarios/org over fourteen days on a virtual clock, with redeliveries, deaths, failing sends and a
 * failing database; whatever happens, what is promised holds. Each seed is played exactly again:
 *
 *     SIM_SEEDS=17 build/san/tests/faults/simulator          one seed, or a list "17 18 19", or a range "1-500"
 *     SIM_DAYS=60 SIM_ACTIONS=400 ...                        longer; so many actions a day (default 14 and 90)
 *     SIM_KEEP=FILE                                          the database as it was when it failed
 *     SIM_LOUD=1                                             each delivery among the last events */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "learnd/log.h"
#include "world/failing.h"
#include "world/sim.h"

/* ---- What goes wrong --------------------------------------------------------------------------------------------- */

static enum fate fate(struct world *w, const struct delivery *d)
{
    struct sim *s = w->context;
    uint64_t r = sim_random(s, 1000);

    if (getenv("SIM_LOUD"))
        sim_tell(s, "   row %lld attempt %d op %d message %lld %s%s in %s, fate %d", (long long)d->row, d->attempt,
                 d->op, (long long)d->message, d->look_up ? "look up " : "", d->send_key, d->conversation, (int)r);
    if (s->calm || d->attempt > 4 || r >= 120) /* a row that fails for ever is given up, and that is another story */
        return FATE_WELL;
    return r < 30 ? FATE_SLOW : r < 60 ? FATE_RETRY : r < 80 ? FATE_LOST_ANSWER : r < 100 ? FATE_NEVER : FATE_LATE;
}

static void kill_process(struct sim *s)
{
    s->kills++;
    sim_tell(s, "-- the process is killed");
    world_restart(s->w);
    if (!s->w->wrong)
        sim_check_run(s);
}

static int run(struct world *w, const struct event *events, size_t n)
{
    struct sim *s = w->context;
    static const int codes[] = { SQLITE_FULL, SQLITE_IOERR, SQLITE_NOMEM, SQLITE_BUSY };
    bool crashes = !s->calm && sim_chance(s, 100), fails = !s->calm && !crashes && sim_chance(s, 200);

    if (crashes) {
        s->crashes++;
        bool before = sim_chance(s, 5000);
        sim_tell(s, "-- dies %s the commit, if there is one", before ? "before" : "after");
        core_crash_next(w->core, before);
    }
    if (fails)
        failing_arm(FAILING_CALLS, 1 + (long)sim_random(s, 120), 1, codes[sim_random(s, 4)], sim_chance(s, 5000));
    s->runs++;
    int result = core_run(w->core, events, n, w->now_ms);
    bool hit = false;
    if (fails)
        failing_disarm(&hit);
    s->database_faults += hit;
    if (result == -1 && !hit)
        world_complain(w, "the database failed for no reason");
    w->now_ms++; /* no two runs at the same time: what is done twice shows */
    if (!w->wrong)
        sim_check_run(s);
    return result;
}

/* ---- A seed ------------------------------------------------------------------------------------------------------ */

static void meet_people(struct sim *s, const struct org *org)
{
    static const char *const platforms[] = { "console", "slack", "matrix", "matrix" };

    for (size_t i = 0; i < org->people_count && i < ACTORS - 1; i++) {
        struct actor *a = &s->actors[i];
        a->handle = org->people[i].handle;
        a->name = org->people[i].display_name;
        a->first = arena_copy_n(s->w->arena, a->name, strcspn(a->name, " "));
        a->id = sim_int(s, "SELECT id FROM person WHERE ?1 = 0 AND handle = ?2", 0, a->handle);
        a->favourite = platforms[sim_random(s, 4)];
    }
    s->actors[ACTORS - 1] = (struct actor){ .handle = "zoe", .favourite = "slack" };
}

static void live(struct sim *s, int days, int actions)
{
    struct world *w = s->w;
    int64_t end = w->now_ms + (int64_t)days * DAY * 1000;
    int64_t mean = INT64_C(86400000) / actions;

    while (w->now_ms < end && !w->wrong) {
        int64_t next = w->now_ms + (sim_chance(s, 3000) ? (int64_t)sim_random(s, 4000)
                                                        : (int64_t)sim_random(s, (uint64_t)(2 * mean) * 10 / 7));
        world_pass(w, next);
        if (w->wrong)
            return;
        for (bool more = true; more; more = sim_chance(s, 2500))
            sim_act(s);
        if (sim_chance(s, 40))
            kill_process(s);
    }
}

static void come_to_rest(struct sim *s)
{
    s->calm = true;
    for (int hour = 0; hour < 4 && !s->w->wrong; hour++)
        world_pass(s->w, s->w->now_ms + 3600000);
}

static void keep_database(struct sim *s)
{
    char error[256];

    if (getenv("SIM_KEEP") && core_backup(s->w->core, getenv("SIM_KEEP"), error, sizeof error) != 0)
        printf("%s\n", error);
}

static void print_story(struct sim *s)
{
    int n = s->told_count < TOLD ? s->told_count : TOLD;

    printf("FAILED seed %llu: %s\nthe last events:\n", (unsigned long long)s->seed, s->w->wrong);
    for (int i = s->told_count - n; i < s->told_count; i++)
        printf("  %s\n", s->told[i % TOLD]);
    keep_database(s);
}

static void print_figures(struct sim *s)
{
    static const struct {
        const char *what, *sql;
    } figures[] = { { "messages", "SELECT count(*) FROM message" },
                    { "offers", "SELECT count(*) FROM offer" },
                    { "answers", "SELECT count(*) FROM answer" },
                    { "cards born", "SELECT count(*) FROM card WHERE file IS NULL" },
                    { "of them published", "SELECT count(*) FROM card WHERE file IS NULL AND state = 'published'" },
                    { "reviews", "SELECT count(*) FROM review" },
                    { "withheld", "SELECT count(*) FROM withheld" },
                    { "replaced", "SELECT count(*) FROM outbox WHERE state = 'replaced'" },
                    { "tried again", "SELECT count(*) FROM outbox WHERE attempt > 1" } };

    printf("# seed %llu: %d actions, %d events again, %d crashes, %d kills, %d database faults, %ld runs",
           (unsigned long long)s->seed, s->actions, s->redeliveries, s->crashes, s->kills, s->database_faults, s->runs);
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        printf(", %lld %s", (long long)sim_int(s, figures[i].sql, 0, NULL), figures[i].what);
    printf("\n");
}

static bool seed_holds(const struct org *org, uint64_t seed, int64_t begins_ms, int days, int actions)
{
    struct sim s = { .seed = seed, .random = seed * 0x2545f4914f6cdd1du, .willing = (int)(seed % 13) };
    struct world *w = s.w = world_open(org, "simulator", begins_ms);

    s.said = calloc(SAID, sizeof *s.said);
    if (!s.said)
        abort();
    w->context = &s;
    w->fate = fate;
    w->shown = sim_check_shown;
    if (world_start(w)) {
        meet_people(&s, org);
        sim_look_at_people(&s, s.now, &s.halted);
        w->run = run;
        world_settle(w);
        live(&s, days, actions);
        come_to_rest(&s);
        if (!w->wrong)
            sim_check_end(&s);
    }
    if (w->wrong)
        print_story(&s);
    print_figures(&s);
    bool good = !w->wrong;
    sim_stop_looking(&s);
    free(s.said);
    free(s.rights);
    free(s.revision_checked);
    world_close(w);
    return good;
}

/* "1 2 3", "5-9": NULL at the end. */
static const char *next_seeds(const char *text, uint64_t *first, uint64_t *last)
{
    char *end;

    text += strspn(text, " ,");
    if (!*text)
        return NULL;
    *first = *last = strtoull(text, &end, 10);
    if (end == text)
        return NULL;
    if (*end == '-')
        *last = strtoull(end + 1, &end, 10);
    return end;
}

static int number(const char *name, int otherwise)
{
    const char *text = getenv(name);

    return text && atoi(text) > 0 ? atoi(text) : otherwise;
}

int main(void)
{
    const char *seeds = getenv("SIM_SEEDS") ? getenv("SIM_SEEDS") : "1-4";
    int64_t begins_ms = instant_on(zone_find("Europe/London"), day_number("2026-12-14"), 7 * 60) * 1000;
    struct org *org = org_read_at("tests/scenarios/org", begins_ms / 1000 / DAY);
    int passed = 0, failed = 0;
    uint64_t first, last;

    setvbuf(stdout, NULL, _IOLBF, 0);
    log_level_set((enum log_level)(LOG_ERROR + 1)); /* faults are no news here */
    failing_install();
    while ((seeds = next_seeds(seeds, &first, &last)))
        for (uint64_t seed = first; seed <= last; seed++)
            seed_holds(org, seed, begins_ms, number("SIM_DAYS", 14), number("SIM_ACTIONS", 90)) ? passed++ : failed++;
    printf("%d passed, %d failed\n", passed, failed);
    org_close(org);
    return failed > 0;
}
