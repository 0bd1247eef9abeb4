/* `learnd import people`, `backup` and `restore` are killed at each place where they change a file. Afterwards the database is as
 * it was before or as it should become, it can be served, and what has the name of a backup is whole. */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../bot/cli.h"
#include "learnd/log.h"
#include "world/failing.h"
#include "world/side_by_side.h"
#include "world/talks.h"

struct victim {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *argument; /* a file; NULL: the people to import */
    bool changes;         /* the database */
    long stride;
};

static const struct victim victims[] = { { "import people", cli_import_people, NULL, true, 5 },
                                         { "backup", cli_backup, "new.backup", false, 17 },
                                         { "restore", cli_restore, "old.backup", true, 1 } };
enum { VICTIMS = sizeof victims / sizeof *victims };

/* The exit status. */
static int run(const struct victim *p, const char *argument, long nth)
{
    char *argv[] = { strdup(argument), NULL };
    int status = 0;

    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr))
            _exit(98);
        failing_arm(FAILING_DEATH, nth, 1, 0, false);
        _exit(p->run(1, argv));
    }
    free(argv[0]);
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : 97;
}

static void shell(struct arena *a, const char *command)
{
    if (system(arena_printf(a, "cd '%s' && %s", world_folder(), command)) != 0)
        abort();
}

/* What a restart finds: the people, and the messages they got. */
static const char *state_of(struct world *w, const char *path)
{
    char error[512] = "";
    struct core_options options = { .database = path };
    struct core *c = core_open(&options, w->org, error, sizeof error);
    const char *state = c ? core_value(c, w->arena,
                                       "SELECT (SELECT count(*) FROM person) || ' people, ' || "
                                       "(SELECT count(*) FROM message) || ' messages'",
                                       error, sizeof error)
                          : NULL;
    core_close(c);
    return state ? state : arena_printf(w->arena, "broken: %s", error);
}

static bool is_served(struct world *w)
{
    struct event e = world_event(w, EVENT_SAY, "console", "alice", "How do I claim travel expenses?");
    bool started = world_start(w);

    if (started) {
        world_add(w, &e);
        world_settle(w);
    }
    bool good = started && !w->wrong && world_sees(w, "alice", "Claiming travel expenses");
    world_die(w);
    return good;
}

/* A database that was killed in the middle of its work: its newest rows stand in the log alone. */
static void prepare(struct world *w)
{
    char error[512];
    struct event e = world_event(w, EVENT_SAY, "console", "bob", "hello");

    if (!world_start(w) || core_backup(w->core, arena_printf(w->arena, "%s/empty.db", world_folder()), error, 512) != 0)
        abort();
    world_add(w, &e);
    world_settle(w);
    shell(w->arena, "cp killed.db saved.db && cp killed.db-wal saved.db-wal");
    world_die(w);
    w->database = arena_printf(w->arena, "%s/other.db", world_folder());
    w->now_ms += 60000;
    if (!world_start(w))
        abort();
    world_add(w, &e);
    e.user = e.user_name = "chloe";
    world_add(w, &e);
    world_settle(w);
    if (core_backup(w->core, arena_printf(w->arena, "%s/old.backup", world_folder()), error, sizeof error) != 0)
        abort();
    world_die(w);
    w->database = arena_printf(w->arena, "%s/killed.db", world_folder());
}

static bool holds_at(struct world *w, const struct victim *p, const char *argument, long nth,
                     const char *const state[2], bool *died)
{
    const char *backup = arena_printf(w->arena, "%s/new.backup", world_folder());

    shell(w->arena, "rm -f killed.db* new.backup* && cp saved.db killed.db && cp saved.db-wal killed.db-wal");
    int status = run(p, argument, nth);
    *died = status == FAILING_DEAD;
    const char *there = state_of(w, w->database), *copy = access(backup, F_OK) == 0 ? state_of(w, backup) : state[0];
    bool good = (*died || status == 0) && strcmp(copy, state[0]) == 0 &&
                (strcmp(there, state[1]) == 0 || (*died && strcmp(there, state[0]) == 0)) && is_served(w);
    if (!good)
        printf("FAILED %s at %ld, status %d: %s, backup: %s%s%s\n", p->name, nth, status, there, copy,
               w->wrong ? ", served: " : "", w->wrong ? w->wrong : "");
    return good;
}

static bool program_holds(size_t i, const void *org, long *sums)
{
    const struct victim *p = &victims[i];
    struct world *w = world_open(org, "killed", talk_begins_ms());
    const char *argument =
        p->argument ? arena_printf(w->arena, "%s/%s", world_folder(), p->argument) : world_more_people(w->arena);
    const char *state[2];
    bool died = true, good = true;

    setenv("LEARND_CONFIG", "tests/scenarios/org", 1);
    setenv("LEARND_DATABASE", w->database, 1);
    prepare(w);
    shell(w->arena, "cp saved.db killed.db && cp saved.db-wal killed.db-wal");
    state[0] = state[1] = state_of(w, w->database);
    if (p->changes && run(p, argument, 0) == 0)
        state[1] = state_of(w, w->database);
    if (p->changes != (strcmp(state[0], state[1]) != 0))
        good = false;
    for (long nth = 1; good && died; nth += p->stride) {
        good = holds_at(w, p, argument, nth, state, &died);
        sums[0] += died;
    }
    printf("# %s: from %s to %s\n", p->name, state[0], state[1]);
    world_close(w);
    return good;
}

int main(void)
{
    struct org *org = org_read_at("tests/scenarios/org", talk_begins_ms() / 1000 / DAY);
    long sums[SUMS];

    setvbuf(stdout, NULL, _IOLBF, 0);
    log_level_set((enum log_level)(LOG_ERROR + 1));
    failing_install();
    int failed = side_by_side(VICTIMS, program_holds, org, sums);
    printf("# killed %ld times\n%d passed, %d failed\n", *sums, VICTIMS - failed, failed);
    org_close(org);
    return failed > 0;
}
