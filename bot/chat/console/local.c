/* The core in the terminal's own process: its transport writes to the screen, its clock may be ahead of the real one.
 */
#include "console.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "learnd/control.h"
#include "learnd/text.h"

#define MOVED_AT_MOST 20 /* so far back an edit is looked for */
#define SHOWN_AT_MOST 5  /* old messages, when somebody comes to a conversation */

static int64_t real_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t local_now_ms(const struct local_core *l)
{
    return real_ms() + l->shift_ms;
}

/* ---- The transport ----------------------------------------------------------------------------------------------- */

static void answer(struct local_core *l, const struct delivery *d, enum outcome outcome)
{
    if (l->result_count == l->result_size) {
        l->result_size *= 2;
        l->results = realloc(l->results, l->result_size * sizeof *l->results);
        if (!l->results)
            abort();
    }
    l->results[l->result_count++] = (struct event){ .kind = EVENT_RESULT,
                                                    .platform = arena_copy(l->arena, d->platform),
                                                    .received_ms = local_now_ms(l),
                                                    .row = d->row,
                                                    .attempt = d->attempt,
                                                    .outcome = outcome,
                                                    .platform_id = arena_copy(l->arena, d->send_key) };
}

static void note_heard(struct local_core *l, const char *who)
{
    for (int i = 0; i < l->heard_count; i++)
        if (strcmp(l->heard[i], who) == 0)
            return;
    if (l->heard_count < (int)(sizeof l->heard / sizeof *l->heard))
        snprintf(l->heard[l->heard_count++], HANDLE_MAX, "%s", who);
}

static void show(struct local_core *l, const struct delivery *d)
{
    if (d->op == OP_POST)
        screen_post(l->screen, d->platform, d->send_key, d->body);
    else if (d->op == OP_EDIT && d->target)
        screen_edit(l->screen, d->platform, d->target, d->body);
    else if (d->op == OP_DELETE && d->target)
        screen_delete(l->screen, d->target);
    else if (d->op == OP_FILE)
        screen_file(l->screen, d->name, d->body);
    if (d->op == OP_POST && d->message > l->read_until)
        l->read_until = d->message;
}

/* A terminal has no forms: they end as the message that stands in for them. */
static void deliver(void *self, const struct delivery *d)
{
    struct local_core *l = self;
    const char *who = d->user ? d->user : *d->conversation == '@' ? d->conversation + 1 : "";
    if (!d->look_up && d->op != OP_FORM && strcmp(who, l->who) == 0)
        show(l, d);
    else if (!d->look_up && d->op == OP_POST && *who)
        note_heard(l, who);
    if (d->look_up)
        answer(l, d, OUTCOME_NOT_FOUND);
    else
        answer(l, d, d->op == OP_FORM ? OUTCOME_REFUSED : OUTCOME_SENT);
}

/* Where the organisation is an example without a real platform, the terminal plays Slack and Matrix too. */
static void add_transports(struct local_core *l, const struct settings *s)
{
    static const char *const platforms[] = { "console", "slack", "matrix" };
    bool plays = s->example && !s->slack_app_token && !s->slack_bot_token && !s->matrix_homeserver;
    for (size_t i = 0; i < (plays ? 3 : 1); i++) {
        struct transport t = {
            .platform = platforms[i], .self = l, .deliver = deliver, .account_format = "%s", .direct_format = "@%s"
        };
        core_add_transport(l->core, &t);
    }
}

/* ---- Running ----------------------------------------------------------------------------------------------------- */

static void tell_heard(struct local_core *l)
{
    for (int i = 0; i < l->heard_count; i++)
        screen_note(l->screen, "(%s has a message; to be %s: /as %s)", l->heard[i], l->heard[i], l->heard[i]);
    l->heard_count = 0;
}

/* Results go back until the core rests. */
static bool run(struct local_core *l, const struct event *first, int64_t now_ms)
{
    size_t n = 0;
    if (first)
        l->events[n++] = *first;
    do {
        size_t results = l->result_count < CORE_BATCH - n ? l->result_count : CORE_BATCH - n;
        if (results)
            memcpy(l->events + n, l->results, results * sizeof *l->events);
        l->result_count -= results;
        memmove(l->results, l->results + results, l->result_count * sizeof *l->results);
        n += results;
        if (core_run(l->core, l->events, n, now_ms) != 0)
            return false;
        n = 0;
    } while (l->result_count || core_next_ms(l->core) <= now_ms);
    arena_reset(l->arena);
    return true;
}

/* Nameless: it outlives who is deleted. */
static const char *read_mark(struct arena *a, const char *who)
{
    return arena_printf(a, "console.read.%016llx", text_hash(who, strlen(who)));
}

static void keep_mark(struct local_core *l)
{
    struct arena *a = arena_open();
    if (*l->who && l->read_until)
        core_fact_set(l->core, read_mark(a, l->who), arena_printf(a, "%" PRId64, l->read_until));
    arena_close(a);
}

bool local_run_due(struct local_core *l)
{
    bool good = run(l, NULL, local_now_ms(l));
    tell_heard(l);
    return good;
}

bool local_say(struct local_core *l, const char *platform, const char *text)
{
    struct arena *a = arena_open();
    int64_t now_ms = local_now_ms(l);
    struct event e = { .kind = EVENT_SAY,
                       .platform = platform,
                       .thing = arena_printf(a, "%" PRId64 ".%d.%d", now_ms, (int)getpid(), ++l->things),
                       .user = l->who,
                       .user_name = l->who,
                       .conversation = arena_printf(a, "@%s", l->who),
                       .text = text,
                       .sent_ms = now_ms,
                       .received_ms = now_ms };
    bool good = run(l, &e, now_ms);
    tell_heard(l);
    arena_close(a);
    return good;
}

int local_timeout_ms(struct local_core *l)
{
    int64_t next = core_next_ms(l->core);
    if (next == INT64_MAX)
        return -1;
    int64_t wait = next - local_now_ms(l);
    return wait < 0 ? 0 : wait > 3600000 ? 3600000 : (int)wait;
}

bool local_pass(struct local_core *l, int64_t target_ms)
{
    bool good = true;
    for (int64_t next; good && (next = core_next_ms(l->core)) <= target_ms;) {
        if (next > local_now_ms(l))
            l->shift_ms = next - real_ms();
        good = run(l, NULL, local_now_ms(l));
    }
    l->shift_ms = target_ms - real_ms();
    struct arena *a = arena_open();
    core_fact_set(l->core, "console.shift_ms", arena_printf(a, "%" PRId64, l->shift_ms));
    arena_close(a);
    good = good && run(l, NULL, local_now_ms(l));
    tell_heard(l);
    return good;
}

/* ---- Who is at the terminal -------------------------------------------------------------------------------------- */

static const char *value(struct local_core *l, struct arena *a, const char *sql)
{
    char error[256];
    const char *text = core_value(l->core, a, sql, error, sizeof error);
    return text && strcmp(text, "null") != 0 ? text : "";
}

bool local_knows(struct local_core *l, const char *handle)
{
    struct arena *a = arena_open();
    const char *found = value(l, a, arena_printf(a, "SELECT count(*) FROM person WHERE handle = '%s'", handle));
    bool known = strcmp(found, "0") != 0;
    arena_close(a);
    return known;
}

/* The messages this person has not seen; at most a few old ones. of: FROM and WHERE of theirs. */
static void show_unread(struct local_core *l, struct arena *a, const char *of)
{
    const char *oldest = arena_printf(a, "SELECT min(id) FROM (SELECT id %s > %" PRId64 " ORDER BY id DESC LIMIT %d)",
                                      of, l->read_until, SHOWN_AT_MOST);
    for (int64_t id = strtoll(value(l, a, oldest), NULL, 10); id;) {
        const char *name = value(l, a, arena_printf(a, "SELECT platform_id %s = %" PRId64, of, id));
        screen_post(l->screen, "console", name, value(l, a, arena_printf(a, "SELECT body %s = %" PRId64, of, id)));
        l->read_until = id;
        id = strtoll(value(l, a, arena_printf(a, "SELECT min(id) %s > %" PRId64, of, id)), NULL, 10);
    }
}

/* What they saw and has changed since: where their question has got to. */
static void show_moved(struct local_core *l, struct arena *a, const char *of)
{
    const char *oldest = arena_printf(a, "SELECT min(id) FROM (SELECT id %s <= %" PRId64 " ORDER BY id DESC LIMIT %d)",
                                      of, l->read_until, MOVED_AT_MOST);
    for (int64_t id = strtoll(value(l, a, oldest), NULL, 10); id && id <= l->read_until;) {
        const char *name = value(l, a, arena_printf(a, "SELECT platform_id %s = %" PRId64, of, id));
        if (screen_has(l->screen, name))
            screen_edit(l->screen, "console", name, value(l, a, arena_printf(a, "SELECT body %s = %" PRId64, of, id)));
        id = strtoll(value(l, a, arena_printf(a, "SELECT min(id) %s > %" PRId64, of, id)), NULL, 10);
    }
}

/* Handles were checked: letters, digits, dots, dashes and underscores only. */
void local_become(struct local_core *l, const char *handle, bool unread_too)
{
    struct arena *a = arena_open();
    keep_mark(l);
    snprintf(l->who, sizeof l->who, "%s", handle);
    const char *mark = core_fact(l->core, a, read_mark(a, handle));
    l->read_until = mark ? strtoll(mark, NULL, 10) : 0;
    const char *of = arena_printf(a, "FROM message WHERE conversation = '@%s' AND withdrawn = 0 AND id", handle);
    if (unread_too) {
        show_moved(l, a, of);
        show_unread(l, a, of);
    }
    arena_close(a);
}

/* ---- Open, close ------------------------------------------------------------------------------------------------- */

int local_open(struct local_core *l, struct screen *s, const struct console_options *o)
{
    char error[512];
    *l = (struct local_core){ .screen = s, .lock = control_lock(o->database, error, sizeof error) };
    if (l->lock < 0) {
        fprintf(stderr, "learnd chat: %s\n", error);
        return 2;
    }
    struct core_options options = { .database = o->database };
    l->core = core_open(&options, o->org, error, sizeof error);
    if (!l->core) {
        fprintf(stderr, "learnd chat: %s\n", error);
        close(l->lock);
        return 2;
    }
    l->arena = arena_open();
    l->events = calloc(CORE_BATCH, sizeof *l->events);
    l->results = calloc(CORE_BATCH, sizeof *l->results);
    l->result_size = CORE_BATCH;
    if (!l->events || !l->results)
        abort();
    add_transports(l, &o->org->settings);
    const char *shift = core_fact(l->core, l->arena, "console.shift_ms");
    l->shift_ms = shift && o->org->settings.example ? strtoll(shift, NULL, 10) : 0;
    bool good = core_load(l->core, o->org, local_now_ms(l), error, sizeof error) == 0;
    if (good && !run(l, NULL, local_now_ms(l)))
        good = false, snprintf(error, sizeof error, "the database failed");
    l->heard_count = 0;
    if (!good) {
        fprintf(stderr, "learnd chat: %s\n", error);
        local_close(l);
    }
    return good ? 0 : 2;
}

void local_close(struct local_core *l)
{
    if (!l->core)
        return;
    keep_mark(l);
    core_close(l->core);
    close(l->lock);
    free(l->results);
    free(l->events);
    arena_close(l->arena);
    l->core = NULL;
}
