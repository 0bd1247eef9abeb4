/* A model of a chat platform, and the choices by which a run of faults is played: parts of outbox_enumeration.c.
 * Texts live in the arena of the run. */
#ifndef OUTBOX_PLATFORM_H
#define OUTBOX_PLATFORM_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "learnd/outbox.h"

enum { STEPS = 400, MANY = 64 };

/* ---- Choices ----------------------------------------------------------------------------------------------------- */

struct choices {
    int taken[STEPS], options[STEPS], n, at; /* the prefix that is played, then zeros */
    int faults, orders;                      /* so far in this run */
    int most_faults, most_orders;
    bool few; /* the second fault is one of the worst alone */
    const char *names[STEPS];
};
enum { WORST = 4 };

/* One of n. All but the first are faults, or another order of what happens anyway (events come early, answers late);
 * there are at most so many of each in a run. */
static int choose(struct choices *c, int n, bool is_fault, const char *name)
{
    int *made = is_fault ? &c->faults : &c->orders, most = is_fault ? c->most_faults : c->most_orders;

    if (*made == most || c->at == STEPS)
        return 0;
    if (is_fault && *made && c->few && n > WORST)
        n = WORST;
    if (c->at == c->n) {
        c->taken[c->n] = 0;
        c->options[c->n++] = n;
    }
    int answer = c->taken[c->at];
    c->names[c->at++] = name;
    *made += answer > 0;
    return answer;
}

/* The next run; false: all were played. */
static bool choices_turn(struct choices *c)
{
    while (c->n && c->taken[c->n - 1] + 1 >= c->options[c->n - 1])
        c->n--;
    if (!c->n)
        return false;
    c->taken[c->n - 1]++;
    return true;
}

/* ---- The platform ------------------------------------------------------------------------------------------------ */

struct copy { /* of a message, as people see it */
    int id;
    const char *conversation, *key, *body;
    bool deleted, ephemeral;
};

struct mark { /* a reaction, a view, a form that was opened */
    const char *place, *text;
};

struct memory { /* what the platform remembers of a send_key */
    const char *key;
    int64_t since_ms;
    enum outcome outcome;
    const char *id, *body;
};

struct platform {
    struct arena *arena;
    int64_t now;       /* the world's clock too */
    const char *wrong; /* the first thing that may never be */
    struct transport traits;
    struct copy copies[MANY];
    struct mark reactions[MANY], views[MANY], forms[MANY];
    struct memory memory[MANY];
    int n_copies, n_reactions, n_views, n_forms, n_memory;
    const char *refuses, *hides; /* conversations that take no message, that cannot be looked at */
};

struct answer {
    enum outcome outcome;
    const char *id;
};

static void complain(struct platform *p, const char *what)
{
    p->wrong = p->wrong ? p->wrong : what;
}

static struct copy *copy_of(struct platform *p, const char *id)
{
    for (int i = 0; i < p->n_copies; i++)
        if (id && atoi(id) == p->copies[i].id && !p->copies[i].deleted)
            return &p->copies[i];
    return NULL;
}

static const char *name_of(struct platform *p, int id)
{
    return arena_printf(p->arena, "%d", id);
}

static struct answer post_copy(struct platform *p, const struct delivery *d)
{
    if (p->n_copies == MANY || !d->body) {
        complain(p, "a post without words, or without end");
        return (struct answer){ OUTCOME_REFUSED, NULL };
    }
    struct copy *c = &p->copies[p->n_copies++];
    *c = (struct copy){ .id = p->n_copies, .key = d->send_key, .body = d->body, .ephemeral = d->ephemeral };
    c->conversation = d->conversation;
    return (struct answer){ OUTCOME_SENT, name_of(p, c->id) };
}

static struct answer put_mark(struct mark *marks, int *n, const char *place, const char *text, bool once, bool set)
{
    for (int i = 0; i < *n; i++)
        if (strcmp(marks[i].place, place) == 0 && (set || strcmp(marks[i].text, text) == 0)) {
            marks[i].text = text;
            return (struct answer){ once ? OUTCOME_REFUSED : set ? OUTCOME_SENT : OUTCOME_ALREADY, NULL };
        }
    marks[(*n)++] = (struct mark){ place, text };
    return (struct answer){ OUTCOME_SENT, NULL };
}

static struct answer change_copy(struct platform *p, const struct delivery *d)
{
    struct copy *c = copy_of(p, d->target);

    if (!d->target)
        complain(p, "an edit, deletion or reaction of nothing");
    if (d->op == OP_REACT && d->target && *d->target == '$')
        return put_mark(p->reactions, &p->n_reactions, d->target, d->body, false, false);
    if (!c)
        return (struct answer){ OUTCOME_NO_MESSAGE, NULL };
    if (d->op == OP_REACT)
        return put_mark(p->reactions, &p->n_reactions, name_of(p, c->id), d->body, false, false);
    if (d->op == OP_DELETE)
        c->deleted = true;
    else
        c->body = d->body;
    return (struct answer){ OUTCOME_SENT, "edit" }; /* Matrix: the event of the edit, not of the message */
}

static struct answer apply_fresh(struct platform *p, const struct delivery *d)
{
    switch (d->op) {
    case OP_POST:
    case OP_FILE:
        return post_copy(p, d);
    case OP_VIEW:
        return put_mark(p->views, &p->n_views, d->conversation, d->body, false, true);
    case OP_FORM: /* its trigger serves once */
        return put_mark(p->forms, &p->n_forms, d->conversation, d->body, true, false);
    case OP_EDIT:
    case OP_DELETE:
    case OP_REACT:
        break;
    }
    return change_copy(p, d);
}

static struct answer look_up(struct platform *p, const struct delivery *d)
{
    if (p->hides && strcmp(p->hides, d->conversation) == 0)
        return (struct answer){ OUTCOME_NO_LOOKING, NULL };
    if (d->ephemeral && !p->traits.memory_ms)
        complain(p, "an ephemeral was looked for");
    for (int i = 0; i < p->n_copies; i++)
        if (strcmp(p->copies[i].key, d->send_key) == 0)
            return (struct answer){ OUTCOME_SENT, name_of(p, p->copies[i].id) };
    return (struct answer){ OUTCOME_NOT_FOUND, NULL };
}

/* A request reaches the platform. */
static struct answer land(struct platform *p, const struct delivery *d)
{
    if (d->look_up)
        return look_up(p, d);
    if (!d->send_key || !*d->send_key)
        complain(p, "a row without a key");
    if (d->op == OP_POST && p->refuses && strcmp(p->refuses, d->conversation) == 0)
        return (struct answer){ OUTCOME_REFUSED, NULL }; /* also what it did before */
    for (int i = 0; i < p->n_memory && p->traits.memory_ms; i++) {
        const struct memory *m = &p->memory[i];
        if (strcmp(m->key, d->send_key) != 0 || p->now - m->since_ms >= p->traits.memory_ms)
            continue;
        if (m->body && d->body && strcmp(m->body, d->body) != 0)
            complain(p, "one key for two texts");
        return (struct answer){ m->outcome, m->id };
    }
    struct answer a = apply_fresh(p, d);
    if (a.outcome == OUTCOME_SENT && p->n_memory < MANY)
        p->memory[p->n_memory++] = (struct memory){ d->send_key, p->now, a.outcome, a.id, d->body };
    return a;
}

#endif
