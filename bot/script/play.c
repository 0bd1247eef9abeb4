/* Plays one conversation: a core on a fresh database, a clock that only moves when the file says so. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "script_private.h"

#define ROUNDS_MAX 20000 /* of the core at one instant: more is a loop */

void player_fail(struct player *p, int line, const char *format, ...)
{
    if (p->failed_line)
        return;
    va_list ap;
    va_start(ap, format);
    p->failed_line = line;
    p->failure = arena_printf(p->arena, "%s:%d: %s\n", p->script->file, line, arena_vprintf(p->arena, format, ap));
    va_end(ap);
}

void player_differs(struct player *p, int first, int last, const char *happened)
{
    struct edit *e = arena_new(p->arena, struct edit);
    *e = (struct edit){ first, last, arena_copy(p->arena, happened), NULL };
    if (p->update) {
        struct edit **at = &p->edits;
        while (*at && (*at)->first <= first)
            at = &(*at)->next;
        e->next = *at;
        *at = e;
    } else if (!p->failed_line) {
        p->failed_line = first > p->script->source_count ? p->script->source_count : first;
        p->failure = script_diff(p->arena, p->script, e);
    }
}

/* ---- The process that lives and dies ----------------------------------------------------------------------------- */

static bool start(struct player *p, int line)
{
    char error[512];
    struct core_options options = { .database = p->database };
    p->core = core_open(&options, p->org, error, sizeof error);
    if (!p->core) {
        player_fail(p, line, "%s", error);
        return false;
    }
    stage_add_transports(&p->stage, p->core);
    if (core_load(p->core, p->org, p->stage.now_ms, error, sizeof error) != 0) {
        player_fail(p, line, "%s", error);
        return false;
    }
    return true;
}

static bool restart(struct player *p, int line)
{
    core_close(p->core);
    stage_drop_results(&p->stage);
    return start(p, line);
}

/* Give the core what is waiting until it rests; when it dies, what was not acknowledged comes again. */
static bool settle(struct player *p, int line)
{
    struct event *events = arena_array(p->arena, struct event, CORE_BATCH);
    for (int round = 0; round < ROUNDS_MAX; round++) {
        size_t n = stage_take(&p->stage, events);
        if (n == 0 && core_next_ms(p->core) > p->stage.now_ms)
            return true;
        int result = core_run(p->core, events, n, p->stage.now_ms);
        if (p->stage.fault)
            player_fail(p, line, "%s", p->stage.fault);
        if (result == -1)
            player_fail(p, line, "the database failed");
        if (p->failed_line || (result == -2 && !restart(p, line)))
            return false;
        stage_drop_acknowledged(&p->stage);
    }
    player_fail(p, line, "the core does not come to rest");
    return false;
}

/* ---- The clock --------------------------------------------------------------------------------------------------- */

static int64_t target_ms(const struct player *p, const struct script_line *l)
{
    int64_t now = p->stage.now_ms;
    struct local at = local_at(p->zone, now / 1000);
    int64_t days = l->unit == UNIT_WEEK ? 7 * l->amount : l->amount;
    switch (l->unit) {
    case UNIT_MINUTE:
        return now + l->amount * 60000;
    case UNIT_HOUR:
        return now + l->amount * 3600000;
    case UNIT_DAY:
    case UNIT_WEEK: /* the wall time stays */
        return instant_on(p->zone, day_of(p->zone, now / 1000) + days, at.hour * 60 + at.minute) * 1000 +
               at.second * 1000 + now % 1000;
    case UNIT_UNTIL:
        return instant_on(p->zone, l->amount, l->minute) * 1000;
    }
    return now;
}

static void pass_time(struct player *p, const struct script_line *l)
{
    int64_t target = target_ms(p, l);
    if (target < p->stage.now_ms) {
        player_fail(p, l->number, "time does not go back");
        return;
    }
    for (int64_t next; (next = core_next_ms(p->core)) <= target;) {
        if (next > p->stage.now_ms)
            p->stage.now_ms = next;
        if (!settle(p, l->number))
            return;
    }
    p->stage.now_ms = target;
    settle(p, l->number);
}

/* ---- The lines --------------------------------------------------------------------------------------------------- */

static void read_all(struct player *p, const struct script_line *l)
{
    for (struct queue *q = p->stage.queues; q; q = q->next)
        if (q->who && strcmp(q->who, l->who) == 0) {
            q->unread = NULL;
            q->files = NULL;
        }
}

static void replace_config(struct player *p, const struct script_line *l)
{
    struct org *old = p->replaced;
    char error[512];
    p->replaced = org_read(l->text);
    if (p->replaced->fault_count) {
        player_fail(p, l->number, "%s", org_fault_text(p->arena, &p->replaced->faults[0]));
    } else if (core_load(p->core, p->replaced, p->stage.now_ms, error, sizeof error) != 0) {
        player_fail(p, l->number, "%s", error);
    } else {
        p->org = p->replaced;
        settle(p, l->number);
    }
    org_close(old);
}

static void redeliver(struct player *p, const struct script_line *l)
{
    if (!p->last_event.platform) {
        player_fail(p, l->number, "nothing has happened yet");
        return;
    }
    stage_add_event(&p->stage, &p->last_event);
    settle(p, l->number);
}

static void happen(struct player *p, const struct script_line *l)
{
    if (l->kind == LINE_CONFIG)
        replace_config(p, l);
    else if (l->kind == LINE_ON)
        p->platform = l->text;
    else if (l->kind == LINE_READ)
        read_all(p, l);
    else if (l->kind == LINE_AFTER)
        pass_time(p, l);
    else if (l->kind == LINE_RESTART)
        (void)(restart(p, l->number) && settle(p, l->number));
    else if (l->kind == LINE_CRASH)
        core_crash_next(p->core, l->before_commit);
    else if (l->kind == LINE_REDELIVER)
        redeliver(p, l);
    else if (l->kind == LINE_FAIL)
        p->stage.fail = l->amount;
    else if (l->kind == LINE_LOSE)
        p->stage.lose = l->amount;
}

static void play_lines(struct player *p, size_t from)
{
    size_t together = 0; /* so many events to come belong to one batch */
    for (size_t i = from; i < p->script->count && !p->failed_line; i++) {
        const struct script_line *l = &p->script->lines[i];
        p->stage.line = l->number;
        if (l->kind == LINE_TOGETHER) {
            together = l->name_count;
        } else if (l->kind >= LINE_SAY && l->kind <= LINE_HOME) {
            if (!player_act(p, l))
                return;
            together -= together > 0;
            if (!together)
                settle(p, l->number);
        } else if (l->kind >= LINE_HEAR && l->kind <= LINE_DB) {
            player_expect(p, l);
        } else {
            happen(p, l);
        }
    }
    if (!p->failed_line)
        player_expect_silence(p);
}

/* The folder and the clock, which stand before everything else. */
static size_t read_head(struct player *p)
{
    size_t i = 0;
    bool configured = false;
    p->folder = "config";
    p->zone = zone_utc();
    p->stage.now_ms = INT64_C(1767603600000); /* 2026-01-05 09:00 UTC, a Monday */
    for (; i < p->script->count; i++) {
        const struct script_line *l = &p->script->lines[i];
        if (l->kind == LINE_AT) {
            p->zone = l->zone;
            p->stage.now_ms = instant_on(l->zone, l->amount, l->minute) * 1000;
        } else if (l->kind == LINE_CONFIG && !configured) {
            p->folder = l->text;
            configured = true;
        } else {
            break;
        }
    }
    return i;
}

void player_play(struct player *p)
{
    stage_init(&p->stage, p->arena);
    p->platform = "console";
    size_t first = read_head(p);
    int line = p->script->count ? p->script->lines[0].number : 1;
    const char *error = NULL;
    p->stage.line = line;
    p->org = script_org(p->arena, p->folder, &error);
    if (!p->org)
        player_fail(p, line, "%s", error);
    else if (start(p, line) && settle(p, line))
        play_lines(p, first);
    core_close(p->core);
    org_close(p->replaced);
}
