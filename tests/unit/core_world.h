/* A core with a platform that remembers what it was told, for tests that look at the core from outside.
 * The test owns the world: world_open makes it on a database of its own, world_close removes it. */
#ifndef LEARND_TESTS_CORE_WORLD_H
#define LEARND_TESTS_CORE_WORLD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "learnd/core.h"
#include "learnd/nodes.h"
#include "learnd/store.h"

#define WORLD_NOW 1795514400000 /* Tuesday 24 November 2026, 10:00 in London */

struct heard { /* a message as somebody saw it */
    const char *to, *text;
};

struct world {
    struct arena *arena;
    struct org *org;
    struct core *core;
    char database[64], poison[72];
    int64_t now;
    struct heard heard[256];
    size_t heard_count;
    struct event results[512]; /* of what was delivered, not yet told to the core */
    size_t result_count;
    struct event acknowledged[512];
    const char *replies[512];
    size_t acknowledged_count;
    int things;
};

static inline void world_deliver(void *self, const struct delivery *d)
{
    struct world *w = self;
    struct nodes nodes;

    if (d->body && nodes_from_json(w->arena, d->body, &nodes) && w->heard_count < 256)
        w->heard[w->heard_count++] =
            (struct heard){ arena_copy(w->arena, d->conversation), nodes_to_neutral(w->arena, &nodes) };
    w->results[w->result_count++] = (struct event){ .kind = EVENT_RESULT,
                                                    .platform = "console",
                                                    .row = d->row,
                                                    .attempt = d->attempt,
                                                    .outcome = OUTCOME_SENT,
                                                    .platform_id = arena_printf(w->arena, "m%ld", (long)d->row) };
}

static inline void world_acknowledge(void *self, const struct event *e, const char *reply)
{
    struct world *w = self;

    w->replies[w->acknowledged_count] = arena_copy(w->arena, reply);
    w->acknowledged[w->acknowledged_count++] = *e;
}

/* The core on the world's database, as after a start of the program. */
static inline void world_start(struct world *w)
{
    char error[512] = "";
    struct transport console = { .platform = "console",
                                 .self = w,
                                 .deliver = world_deliver,
                                 .acknowledge = world_acknowledge,
                                 .account_format = "%s",
                                 .direct_format = "@%s" };

    w->core =
        core_open(&(struct core_options){ .database = w->database, .poison = w->poison }, w->org, error, sizeof error);
    assert_string_equal(error, "");
    core_add_transport(w->core, &console);
    assert_int_equal(core_load(w->core, w->org, w->now, error, sizeof error), 0);
}

static inline void world_open(struct world *w, const char *folder)
{
    *w = (struct world){ .arena = arena_open(), .now = WORLD_NOW };
    strcpy(w->database, "/tmp/learnd-core-XXXXXX");
    int fd = mkstemp(w->database);
    assert_true(fd >= 0);
    close(fd);
    snprintf(w->poison, sizeof w->poison, "%s.poison", w->database);
    w->org = org_read_at(folder, w->now / 86400000);
    assert_int_equal(w->org->fault_count, 0);
    world_start(w);
}

static inline void world_close(struct world *w)
{
    static const char *const ends[] = { "", "-wal", "-shm", ".poison" };
    char path[96];

    core_close(w->core);
    org_close(w->org);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        snprintf(path, sizeof path, "%s%s", w->database, ends[i]);
        unlink(path);
    }
    arena_close(w->arena);
}

/* One value of the database: "null" for NULL, "" for no row. Also for statements that do something. */
static inline const char *value(struct world *w, const char *sql)
{
    char error[256] = "";
    const char *text = core_value(w->core, w->arena, sql, error, sizeof error);

    assert_string_equal(error, "");
    return text;
}

static inline struct event say(struct world *w, const char *who, const char *text)
{
    return (struct event){ .kind = EVENT_SAY,
                           .platform = "console",
                           .thing = arena_printf(w->arena, "t%d", ++w->things),
                           .user = who,
                           .conversation = arena_printf(w->arena, "@%s", who),
                           .text = text,
                           .sent_ms = w->now + w->things,
                           .received_ms = w->now };
}

/* Tell the core what became of all it delivered, until it has nothing more to say. */
static inline void world_settle(struct world *w)
{
    while (w->result_count || core_next_ms(w->core) <= w->now) {
        struct event results[512];
        size_t n = w->result_count;
        memcpy(results, w->results, n * sizeof *results);
        w->result_count = 0;
        assert_int_equal(core_run(w->core, results, n, w->now), 0);
    }
}

static inline void world_run(struct world *w, const struct event *events, size_t n)
{
    assert_int_equal(core_run(w->core, events, n, w->now), 0);
    world_settle(w);
}

static inline void world_say(struct world *w, const char *who, const char *text)
{
    struct event e = say(w, who, text);
    world_run(w, &e, 1);
}

/* So many messages to somebody contain the text. */
static inline int heard(const struct world *w, const char *who, const char *text)
{
    int count = 0;

    for (size_t i = 0; i < w->heard_count; i++)
        count += strcmp(w->heard[i].to + 1, who) == 0 && strstr(w->heard[i].text, text);
    return count;
}

#endif
