/* What people write, through the whole of the core: whatever it is, no turn fails, nobody reads an apology, and who wrote is
 * answered or not, but the process lives. Everybody of the small organisation says it: each has other commands. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "learnd/core.h"
#include "learnd/log.h"
#include "learnd/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct event results[512];
static size_t result_count;

static void deliver(void *self, const struct delivery *d)
{
    (void)self;
    if (d->body && strstr(d->body, "that went wrong on my side"))
        __builtin_trap();
    if (result_count < sizeof results / sizeof *results)
        results[result_count++] = (struct event){
            .kind = EVENT_RESULT, .platform = "console", .row = d->row, .attempt = d->attempt, .outcome = OUTCOME_SENT
        };
}

static struct core *opened(void)
{
    static struct core *core;
    static struct transport console = {
        .platform = "console", .deliver = deliver, .account_format = "%s", .direct_format = "@%s"
    };
    char error[256];

    if (core)
        return core;
    log_level_set((enum log_level)(LOG_ERROR + 1));
    struct org *org = org_read("tests/scenarios/org");
    core = core_open(&(struct core_options){ .database = ":memory:" }, org, error, sizeof error);
    if (!core || org->fault_count)
        abort();
    core_add_transport(core, &console);
    if (core_load(core, org, 1767607200000, error, sizeof error) != 0)
        abort();
    return core;
}

static void run(struct core *c, const struct event *e, int64_t now_ms)
{
    if (core_run(c, e, 1, now_ms) != 0)
        __builtin_trap();
    while (result_count) {
        struct event taken[sizeof results / sizeof *results];
        size_t n = result_count;
        memcpy(taken, results, n * sizeof *taken);
        result_count = 0;
        core_run(c, taken, n, now_ms);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const people[] = { "alice", "priya", "dana", "nadia" };
    static int64_t now_ms = 1767607200000, things;
    char thing[32], conversation[32];

    if (size < 1 || memchr(data, 0, size) || !text_is_utf8((const char *)data, size))
        return 0;
    struct core *c = opened();
    struct arena *a = arena_open();
    const char *who = people[data[0] % 4];
    snprintf(thing, sizeof thing, "t%lld", (long long)++things);
    snprintf(conversation, sizeof conversation, "@%s", who);
    struct event e = { .kind = EVENT_SAY,
                       .platform = "console",
                       .thing = thing,
                       .user = who,
                       .conversation = conversation,
                       .text = arena_copy_n(a, (const char *)data, size),
                       .received_ms = now_ms += 1000 };
    run(c, &e, now_ms);
    arena_close(a);
    return 0;
}
