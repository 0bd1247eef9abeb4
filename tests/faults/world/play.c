/* The world's clock and its process: what is waiting goes into the core, until it rests. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "world.h"

enum { ROUNDS_MAX = 5000 };

/* ---- Files ------------------------------------------------------------------------------------------------------- */

static char folder[128];

static void remove_folder(void)
{
    char command[160];

    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (system(command) != 0)
        perror(folder);
}

const char *world_folder(void)
{
    if (*folder)
        return folder;
    snprintf(folder, sizeof folder, "%s/learnd-faults-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    if (!mkdtemp(folder))
        return NULL;
    atexit(remove_folder);
    return folder;
}

const char *world_more_people(struct arena *a)
{
    const char *path = arena_printf(a, "%s/more.csv", world_folder());
    FILE *in = fopen("tests/scenarios/org/people.csv", "re"), *out = fopen(path, "we");
    int c;

    if (!in || !out)
        abort();
    while ((c = getc(in)) != EOF)
        putc(c, out);
    for (int i = 0; i < 40; i++)
        fprintf(out,
                "NEW%02d,new%02d,new%02d@example.org,New %02d,Clerk,employee,Sales,Trade,London,GB,HF002,Europe/London,"
                "en-GB,Mo-Fr,09:00,17:00,gb.ics,2026-11-02,,,,en\n",
                i, i, i, i);
    fclose(in);
    fclose(out);
    return path;
}

struct world *world_open(const struct org *org, const char *name, int64_t now_ms)
{
    struct arena *a = arena_open();
    struct world *w = arena_new(a, struct world);
    static const char *const ends[] = { "", "-wal", "-shm", "-journal" };

    w->arena = a;
    w->org = org;
    w->now_ms = now_ms;
    w->database = arena_printf(a, "%s/%s.db", world_folder(), name);
    w->poison = arena_printf(a, "%s/%s.poison", world_folder(), name);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        unlink(arena_printf(a, "%s%s", w->database, ends[i]));
    unlink(w->poison);
    return w;
}

void world_close(struct world *w)
{
    core_close(w->core);
    arena_close(w->arena);
}

/* ---- The process ------------------------------------------------------------------------------------------------- */

bool world_start(struct world *w)
{
    char error[512];
    struct core_options options = { .database = w->database, .poison = w->poison };

    w->core = core_open(&options, w->org, error, sizeof error);
    if (!w->core) {
        world_complain(w, "it does not start: %s", error);
        return false;
    }
    world_add_transports(w);
    if (core_load(w->core, w->org, w->now_ms, error, sizeof error) != 0) {
        world_complain(w, "it does not load: %s", error);
        return false;
    }
    return true;
}

void world_die(struct world *w)
{
    core_close(w->core);
    w->core = NULL;
    w->results = NULL;
}

bool world_restart(struct world *w)
{
    world_die(w);
    return world_start(w);
}

static size_t gather(struct world *w, struct event *events)
{
    size_t n = 0;

    for (struct pending *p = w->results; p && n < CORE_BATCH; p = p->next)
        if (p->at_ms <= w->now_ms) {
            p->given++;
            events[n++] = p->event;
        }
    for (struct pending *p = w->events; p && n < CORE_BATCH; p = p->next)
        if (p->at_ms <= w->now_ms && !p->acknowledged) {
            p->given++;
            p->event.context = p;
            events[n++] = p->event;
        }
    return n;
}

/* What the core took without failing is not given again; a new answer may have come meanwhile. */
static void forget_given_results(struct world *w)
{
    for (struct pending **at = &w->results; *at;)
        if ((*at)->given)
            *at = (*at)->next;
        else
            at = &(*at)->next;
}

void world_forget_done(struct world *w)
{
    for (struct pending **at = &w->events; *at;)
        if ((*at)->acknowledged)
            *at = (*at)->next;
        else
            at = &(*at)->next;
}

void world_settle(struct world *w)
{
    struct event *events = malloc(CORE_BATCH * sizeof *events);
    int round = 0;

    for (; !w->wrong && round < ROUNDS_MAX; round++) {
        world_land(w);
        size_t n = gather(w, events);
        if (n == 0 && core_next_ms(w->core) > w->now_ms)
            break;
        int result = w->run ? w->run(w, events, n) : core_run(w->core, events, n, w->now_ms);
        if (result == 0)
            forget_given_results(w);
        else if (result == -2)
            world_restart(w);
        else if (!w->run)
            world_complain(w, "the database failed");
        world_forget_done(w);
    }
    free(events);
    if (round == ROUNDS_MAX)
        world_complain(w, "the core does not come to rest");
}

int64_t world_next_ms(struct world *w)
{
    int64_t next = INT64_MAX;

    for (const struct pending *p = w->results; p; p = p->next)
        next = p->at_ms < next ? p->at_ms : next;
    for (const struct pending *p = w->events; p; p = p->next)
        next = p->at_ms < next ? p->at_ms : next;
    if (w->landings && w->landings->at_ms < next)
        next = w->landings->at_ms;
    return next;
}

void world_pass(struct world *w, int64_t until_ms)
{
    while (!w->wrong) {
        int64_t mine = world_next_ms(w), its = core_next_ms(w->core), next = mine < its ? mine : its;
        if (next > until_ms)
            break;
        if (next > w->now_ms)
            w->now_ms = next;
        world_settle(w);
    }
    w->now_ms = until_ms > w->now_ms ? until_ms : w->now_ms;
    world_settle(w);
}

/* ---- What people do ---------------------------------------------------------------------------------------------- */

struct pending *world_add(struct world *w, const struct event *e)
{
    struct pending *p = arena_new(w->arena, struct pending), **end = &w->events;

    p->event = *e;
    p->at_ms = w->now_ms;
    p->event.platform = arena_copy(w->arena, e->platform);
    p->event.thing =
        e->thing ? arena_copy(w->arena, e->thing) : arena_printf(w->arena, "%s.t%05d", e->platform, ++w->things);
    p->event.user = arena_copy(w->arena, e->user);
    p->event.user_name = arena_copy(w->arena, e->user_name);
    p->event.conversation = arena_copy(w->arena, e->conversation);
    p->event.room = arena_copy(w->arena, e->room);
    p->event.thread = arena_copy(w->arena, e->thread);
    p->event.text = arena_copy(w->arena, e->text);
    p->event.name = arena_copy(w->arena, e->name);
    p->event.value = arena_copy(w->arena, e->value);
    p->event.target = arena_copy(w->arena, e->target);
    p->event.received_ms = w->now_ms;
    while (*end)
        end = &(*end)->next;
    *end = p;
    return p;
}

struct event world_event(struct world *w, enum event_kind kind, const char *platform, const char *user,
                         const char *text)
{
    return (struct event){ .kind = kind,
                           .platform = platform,
                           .user = user,
                           .user_name = user,
                           .conversation = arena_printf(w->arena, "@%s", user),
                           .text = text,
                           .sent_ms = w->now_ms,
                           .received_ms = w->now_ms };
}
