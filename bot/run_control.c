/* The daemon's side of the control socket, and the console: conversations of terminals that go through the daemon. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "control_json.h"
#include "learnd/control.h"
#include "run_private.h"

#define CONSOLE "console"

enum { ASKED_LIMIT = 256 }; /* requests of a session that are not answered yet */

struct session { /* a connection; what it waits for comes back with its number, as it may be gone by then */
    struct session *next;
    struct line_peer *peer;
    int64_t number;
    char *as;        /* whom it speaks for; NULL: nobody yet */
    int64_t showing; /* of what it was shown the core does not know yet; more may stand behind it */
    int asked;       /* so many requests the core has not answered */
    bool owes_done;  /* a request is over but for that */
};

struct kept { /* said to somebody who has no terminal open: it waits for one */
    struct kept *next;
    struct arena *arena;
    struct delivery delivery;
};

struct console {
    struct run *run;
    struct line_server *server;
    struct session *sessions;
    struct kept *kept;
    int64_t sessions_ever, events_ever, started_ms;
};

/* ---- Deliveries ---- */

/* "@alice" is her conversation. */
static bool is_for(const char *conversation, const char *as)
{
    return as && conversation[0] == '@' && strcmp(conversation + 1, as) == 0;
}

static void say_done(struct line_peer *peer, const char *why, int status);

static void end_request(struct session *s)
{
    if (s->owes_done && !s->showing) {
        s->owes_done = false;
        say_done(s->peer, NULL, 0);
    }
}

struct told { /* in its parcel's arena */
    struct console *console;
    const char *conversation;
};

/* The core knows; what stood behind it in the lane came with that, before this. */
static void on_told(struct parcel *p)
{
    struct told *told = p->context;
    for (struct session *s = told->console->sessions; s; s = s->next) {
        if (is_for(told->conversation, s->as) && s->showing) {
            s->showing--;
            end_request(s);
        }
    }
}

static void give_result(struct console *c, const struct delivery *d, enum outcome outcome)
{
    struct arena *a = arena_open();
    struct parcel *p = arena_new(a, struct parcel);
    struct told *told = arena_new(a, struct told);
    *told = (struct told){ c, arena_copy(a, d->conversation) };
    *p = (struct parcel){
        .arena = a, .events = arena_new(a, struct event), .count = 1, .done = on_told, .context = told
    };
    *p->events = (struct event){
        .kind = EVENT_RESULT,
        .platform = CONSOLE,
        .row = d->row,
        .attempt = d->attempt,
        .outcome = outcome,
        .platform_id = outcome == OUTCOME_SENT ? arena_printf(a, "%" PRId64, d->message) : NULL,
        .received_ms = clock_ms(),
    };
    struct intake in = run_intake(c->run);
    in.hand_in(in.self, p);
}

static bool show(struct console *c, const struct delivery *d)
{
    struct arena *a = arena_open();
    struct intake in = run_intake(c->run);
    const char *id = arena_printf(a, "%" PRId64, d->message);
    bool shown = false;
    in.in_hand(in.self, d->row, true);
    for (struct session *s = c->sessions; s; s = s->next) {
        if (is_for(d->conversation, s->as)) {
            s->showing++;
            line_peer_send(s->peer, control_write_delivery(a, d, id));
            shown = true;
        }
    }
    in.in_hand(in.self, d->row, false);
    arena_close(a);
    return shown;
}

static void keep(struct console *c, const struct delivery *d)
{
    struct arena *a = arena_open();
    struct kept *k = arena_new(a, struct kept), **end = &c->kept;
    k->arena = a;
    k->delivery = *d;
    const char **texts[] = { &k->delivery.conversation, &k->delivery.target, &k->delivery.body, &k->delivery.name };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        *texts[i] = arena_copy(a, *texts[i]);
    }
    while (*end) {
        end = &(*end)->next;
    }
    *end = k;
}

static void deliver(void *self, const struct delivery *d)
{
    struct console *c = self;
    if (d->look_up) {
        give_result(c, d, OUTCOME_NOT_FOUND); /* a terminal remembers nothing */
    } else if (show(c, d)) {
        give_result(c, d, OUTCOME_SENT);
    } else {
        keep(c, d);
    }
}

static void show_kept(struct console *c)
{
    for (struct kept **link = &c->kept; *link;) {
        struct kept *k = *link;
        if (!show(c, &k->delivery)) {
            link = &k->next;
            continue;
        }
        *link = k->next;
        give_result(c, &k->delivery, OUTCOME_SENT);
        arena_close(k->arena);
    }
}

struct transport console_transport(struct console *c)
{
    return (struct transport){
        .platform = CONSOLE,
        .self = c,
        .deliver = deliver,
        .last_resort = true,
        .account_format = "%s",
        .direct_format = "@%s",
    };
}

/* ---- Answers ---- */

struct asked { /* in the job's or parcel's arena */
    struct console *console;
    int64_t session;
};

/* Whom an answer is for; NULL: gone. */
static struct session *session_answered(const struct asked *q)
{
    struct session *s = q->console->sessions;
    while (s && s->number != q->session) {
        s = s->next;
    }
    if (s) {
        s->asked--;
    }
    return s;
}

static struct asked *asked_new(struct arena *a, struct console *c, struct session *s)
{
    struct asked *q = arena_new(a, struct asked);
    s->asked++;
    *q = (struct asked){ c, s->number };
    return q;
}

static void say_lines(struct line_peer *peer, struct arena *a, const char *text)
{
    for (const char *at = text ? text : ""; *at;) {
        size_t n = strcspn(at, "\n");
        line_peer_send(peer, control_write_line(a, arena_copy_n(a, at, n)));
        at += n + (at[n] == '\n');
    }
}

static void say_done(struct line_peer *peer, const char *why, int status)
{
    struct arena *a = arena_open();
    say_lines(peer, a, why);
    line_peer_send(peer, control_write_done(a, status));
    arena_close(a);
}

static void on_job(struct job *j)
{
    struct session *s = session_answered(j->context);
    if (s) {
        say_done(s->peer, j->reply, j->status);
    }
}

static void on_events(struct parcel *p)
{
    struct session *s = session_answered(p->context);
    if (s) {
        s->owes_done = true;
        end_request(s);
    }
}

/* ---- Requests ---- */

static void ask_core(struct console *c, struct session *s, enum job_kind kind, const struct control_request *q)
{
    struct job *j = run_job(kind);
    j->name = arena_copy(j->arena, q->op);
    j->path = arena_copy(j->arena, q->path);
    j->argument = arena_copy(j->arena, q->argument ? q->argument : "");
    j->owner = arena_copy(j->arena, q->owner);
    j->answered = on_job;
    j->context = asked_new(j->arena, c, s);
    run_submit(c->run, j);
}

static void happen(struct console *c, struct session *s, enum event_kind kind, const struct control_request *q)
{
    struct arena *a = arena_open();
    struct parcel *p = arena_new(a, struct parcel);
    int64_t now = clock_ms();
    *p = (struct parcel){
        .arena = a, .events = arena_new(a, struct event), .count = 1, .done = on_events, .context = asked_new(a, c, s)
    };
    *p->events = (struct event){
        .kind = kind,
        .platform = CONSOLE,
        .thing = arena_printf(a, "%" PRId64 ".%" PRId64, c->started_ms, ++c->events_ever),
        .user = arena_copy(a, q->as),
        .conversation = arena_printf(a, "@%s", q->as),
        .text = arena_copy(a, q->text),
        .value = arena_copy(a, q->value),
        .target = arena_copy(a, q->target),
        .sent_ms = now,
        .received_ms = now,
    };
    struct intake in = run_intake(c->run);
    in.hand_in(in.self, p);
}

static void speak_for(struct console *c, struct session *s, const char *as)
{
    char *copy = strdup(as);
    if (!copy) {
        abort();
    }
    free(s->as);
    s->as = copy;
    say_done(s->peer, NULL, 0);
    show_kept(c);
}

static void do_request(struct console *c, struct session *s, const struct control_request *q)
{
    const char *op = q->op;
    bool import = strcmp(op, "import people") == 0 || strcmp(op, "import cards") == 0;
    if (strcmp(op, "ping") == 0) {
        ask_core(c, s, JOB_FIGURES, q); /* both threads must be there to answer */
    } else if (import && q->path) {
        ask_core(c, s, JOB_OPERATE, q);
    } else if (strcmp(op, "retry") == 0) {
        ask_core(c, s, JOB_RETRY, q);
    } else if (strcmp(op, "backup") == 0 && q->path) {
        ask_core(c, s, JOB_BACKUP, q);
    } else if (strcmp(op, "chat") == 0 && q->as) {
        speak_for(c, s, q->as);
    } else if (strcmp(op, "say") == 0 && q->as && q->text) {
        happen(c, s, EVENT_SAY, q);
    } else if (strcmp(op, "press") == 0 && q->as && q->value) {
        happen(c, s, EVENT_PRESS, q);
    } else if (strcmp(op, "react") == 0 && q->as && q->text && q->target) {
        happen(c, s, EVENT_REACT, q);
    } else {
        say_done(s->peer, "not a request that is understood", 1);
    }
}

static struct session *session_of(struct console *c, struct line_peer *peer)
{
    for (struct session *s = c->sessions; s; s = s->next) {
        if (s->peer == peer) {
            return s;
        }
    }
    struct session *s = calloc(1, sizeof *s);
    if (!s) {
        abort();
    }
    s->peer = peer;
    s->number = ++c->sessions_ever;
    s->next = c->sessions;
    c->sessions = s;
    return s;
}

static void on_line(void *context, struct line_peer *peer, const char *line)
{
    struct console *c = context;
    struct arena *a = arena_open();
    struct control_request q;
    struct session *s = session_of(c, peer);
    if (s->asked == ASKED_LIMIT) {
        line_peer_drop(peer, "it asks without waiting for answers");
    } else if (control_read_request(a, line, &q)) {
        do_request(c, s, &q);
    } else {
        say_done(peer, "not a request that is understood", 1);
    }
    arena_close(a);
}

static void on_gone(void *context, struct line_peer *peer)
{
    struct console *c = context;
    for (struct session **link = &c->sessions; *link; link = &(*link)->next) {
        struct session *s = *link;
        if (s->peer == peer) {
            *link = s->next;
            free(s->as);
            free(s);
            return;
        }
    }
}

/* ---- Open and close ---- */

struct console *console_open(struct run *r)
{
    struct console *c = calloc(1, sizeof *c);
    if (!c) {
        abort();
    }
    *c = (struct console){ .run = r, .started_ms = clock_ms() };
    return c;
}

bool console_listen(struct console *c, char *error, size_t size)
{
    int fd = control_listen(c->run->database, error, size);
    if (fd >= 0) {
        c->server = line_server_open(c->run->loop, fd, (struct line_calls){ c, on_line, on_gone });
    }
    return c->server;
}

void console_close(struct console *c)
{
    if (!c) {
        return;
    }
    if (c->server) {
        struct arena *a = arena_open();
        line_server_close(c->server);
        unlink(arena_printf(a, "%s.sock", c->run->database));
        arena_close(a);
    }
    while (c->kept) {
        struct kept *k = c->kept;
        c->kept = k->next;
        arena_close(k->arena);
    }
    free(c);
}
