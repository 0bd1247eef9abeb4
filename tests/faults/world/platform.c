/* The platforms of the world: they take what the core sends, show it, forget or delay it, and answer. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

static const struct transport traits[] = {
    { .platform = "console" },
    { .platform = "slack", .wait_ms = 1500 },
    { .platform = "matrix", .wait_ms = 1000, .memory_ms = INT64_C(20) * 3600000 },
};

uint64_t world_random(uint64_t *state, uint64_t below)
{
    uint64_t x = (*state += 0x9e3779b97f4a7c15u); /* splitmix64 */

    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return (x ^ (x >> 31)) % below;
}

void world_complain(struct world *w, const char *format, ...)
{
    va_list ap;

    if (w->wrong)
        return;
    va_start(ap, format);
    w->wrong = arena_vprintf(w->arena, format, ap);
    va_end(ap);
}

/* ---- What is shown ----------------------------------------------------------------------------------------------- */

static const char *text_of(struct world *w, const char *body)
{
    struct nodes m;

    if (body && nodes_from_json(w->arena, body, &m))
        return nodes_to_neutral(w->arena, &m);
    world_complain(w, "this is no body: %s", body ? body : "(null)");
    return "";
}

static void show(struct world *w, struct copy *c, const char *body)
{
    c->body = arena_copy(w->arena, body);
    c->text = text_of(w, c->body);
    c->revisions++;
    if (w->shown)
        w->shown(w, c, c->text);
}

static struct copy *copy_by_key(struct world *w, const struct delivery *d)
{
    for (struct copy *c = w->copies; c; c = c->older)
        if (strcmp(c->key, d->send_key) == 0 && strcmp(c->platform, d->platform) == 0)
            return c;
    return NULL;
}

static struct copy *copy_by_id(struct world *w, const char *platform, const char *id)
{
    for (struct copy *c = w->copies; c && id; c = c->older)
        if (!c->deleted && strcmp(c->id, id) == 0 && strcmp(c->platform, platform) == 0)
            return c;
    return NULL;
}

static struct copy *new_copy(struct world *w, const struct delivery *d)
{
    struct copy *c = arena_new(w->arena, struct copy);

    *c = (struct copy){ .platform = arena_copy(w->arena, d->platform),
                        .conversation = arena_copy(w->arena, d->conversation),
                        .id = arena_printf(w->arena, "m%d", ++w->ids),
                        .key = arena_copy(w->arena, d->send_key),
                        .user = d->ephemeral ? arena_copy(w->arena, d->user) : NULL,
                        .message = d->message,
                        .row = d->row,
                        .person = d->person,
                        .at_ms = w->now_ms,
                        .older = w->copies };
    w->copies = c;
    return c;
}

static const char *post(struct world *w, const struct delivery *d)
{
    struct copy *c = new_copy(w, d);

    if (d->op == OP_FILE) {
        c->text = arena_printf(w->arena, "file %s\n%s", d->name, d->body);
        c->body = "";
        if (w->shown)
            w->shown(w, c, c->text);
    } else {
        show(w, c, d->body);
    }
    return c->id;
}

/* The platform's answer to a request that reached it; *id: of the message. */
static enum outcome apply(struct world *w, const struct delivery *d, const char **id)
{
    struct copy *c = d->op == OP_POST || d->op == OP_FILE ? NULL : copy_by_id(w, d->platform, d->target);
    bool remembers = false;

    if (!d->send_key || !*d->send_key)
        world_complain(w, "row %lld was sent without a key", (long long)d->row);
    for (size_t i = 0; i < sizeof traits / sizeof *traits; i++)
        remembers |= traits[i].memory_ms && strcmp(traits[i].platform, d->platform) == 0;
    switch (d->op) {
    case OP_POST:
    case OP_FILE:
        *id = remembers && copy_by_key(w, d) ? copy_by_key(w, d)->id : post(w, d);
        return OUTCOME_SENT;
    case OP_EDIT:
        if (c)
            show(w, c, d->body);
        return c ? OUTCOME_SENT : OUTCOME_NO_MESSAGE;
    case OP_DELETE:
        if (c)
            c->deleted = true;
        return c ? OUTCOME_SENT : OUTCOME_NO_MESSAGE;
    case OP_VIEW:
    case OP_REACT:
    case OP_FORM:
        break;
    }
    return OUTCOME_SENT;
}

/* ---- What comes back --------------------------------------------------------------------------------------------- */

static void answer(struct world *w, const struct delivery *d, enum outcome outcome, const char *id, int64_t after_ms)
{
    struct pending *p = arena_new(w->arena, struct pending), **end = &w->results;

    p->at_ms = w->now_ms + after_ms;
    p->event = (struct event){ .kind = EVENT_RESULT,
                               .platform = arena_copy(w->arena, d->platform),
                               .received_ms = p->at_ms,
                               .row = d->row,
                               .attempt = d->attempt,
                               .outcome = outcome,
                               .platform_id = id,
                               .retry_ms = outcome == OUTCOME_RETRY ? 1000 : 0 };
    while (*end)
        end = &(*end)->next;
    *end = p;
}

static void look_up(struct world *w, const struct delivery *d)
{
    const struct copy *c = copy_by_key(w, d);

    if (d->ephemeral && strcmp(d->platform, "matrix") != 0)
        world_complain(w, "an ephemeral message was looked for (row %lld)", (long long)d->row);
    answer(w, d, c ? OUTCOME_SENT : OUTCOME_NOT_FOUND, c ? c->id : NULL, 0);
}

static void land_later(struct world *w, const struct delivery *d)
{
    struct landing *l = arena_new(w->arena, struct landing), **end = &w->landings;
    int64_t wait = ((const struct place *)w->places)[*d->platform == 's' ? 1 : 2].traits.wait_ms;

    l->d = *d;
    l->d.platform = arena_copy(w->arena, d->platform);
    l->d.conversation = arena_copy(w->arena, d->conversation);
    l->d.user = arena_copy(w->arena, d->user);
    l->d.send_key = arena_copy(w->arena, d->send_key);
    l->d.target = arena_copy(w->arena, d->target);
    l->d.body = arena_copy(w->arena, d->body);
    l->d.name = arena_copy(w->arena, d->name);
    l->at_ms = w->now_ms + wait - 1;
    while (*end)
        end = &(*end)->next;
    *end = l;
}

static void deliver(void *self, const struct delivery *d)
{
    struct world *w = ((struct place *)self)->world;
    enum fate fate = w->fate ? w->fate(w, d) : FATE_WELL;
    const char *id = NULL;
    enum outcome outcome;

    w->handed_over++;
    if (fate == FATE_LATE && *d->platform == 'c')
        fate = FATE_NEVER; /* nothing of a terminal is late */
    switch (fate) {
    case FATE_RETRY:
        answer(w, d, d->look_up ? OUTCOME_UNKNOWN : OUTCOME_RETRY, NULL, 0);
        return;
    case FATE_LATE:
        if (!d->look_up)
            land_later(w, d);
        answer(w, d, OUTCOME_UNKNOWN, NULL, 0);
        return;
    case FATE_NEVER:
        answer(w, d, OUTCOME_UNKNOWN, NULL, 0);
        return;
    case FATE_WELL:
    case FATE_SLOW:
    case FATE_LOST_ANSWER:
        break;
    }
    if (d->look_up) {
        look_up(w, d);
        return;
    }
    outcome = apply(w, d, &id);
    if (fate == FATE_LOST_ANSWER)
        answer(w, d, OUTCOME_UNKNOWN, NULL, 0);
    else
        answer(w, d, outcome, id, fate == FATE_SLOW ? 2500 : 0);
}

static void acknowledge(void *self, const struct event *e, const char *reply)
{
    struct world *w = ((struct place *)self)->world;
    struct pending *p = e->context;

    (void)reply;
    if (!p)
        return;
    p->acknowledged = true;
    w->acknowledged++;
    if (w->answered)
        w->answered(w, &p->event);
}

void world_add_transports(struct world *w)
{
    for (size_t i = 0; i < sizeof traits / sizeof *traits; i++) {
        struct place *p = &w->places[i];
        p->world = w;
        p->traits = traits[i];
        p->traits.self = p;
        p->traits.deliver = deliver;
        p->traits.acknowledge = acknowledge;
        p->traits.account_format = "%s";
        p->traits.direct_format = "@%s";
        core_add_transport(w->core, &p->traits);
    }
}

void world_land(struct world *w)
{
    const char *id;

    while (w->landings && w->landings->at_ms <= w->now_ms) {
        struct delivery d = w->landings->d;
        w->landings = w->landings->next;
        apply(w, &d, &id);
    }
}

/* ---- Looking ----------------------------------------------------------------------------------------------------- */

static bool visible_to(const struct copy *c, const char *user)
{
    if (c->user)
        return strcmp(c->user, user) == 0;
    return *c->conversation == '#' || strcmp(c->conversation + 1, user) == 0;
}

const struct copy *world_find_button(struct world *w, const char *user, const char *label, const char **value)
{
    for (const struct copy *c = w->copies; c; c = c->older) {
        struct nodes m;
        if (c->deleted || !*c->body || !visible_to(c, user) || !nodes_from_json(w->arena, c->body, &m))
            continue;
        for (const struct node *n = m.first; n; n = n->next)
            if ((n->kind == NODE_BUTTON || n->kind == NODE_CHOICE) && (!label || strcmp(n->text, label) == 0)) {
                *value = n->value;
                return c;
            }
    }
    return NULL;
}

bool world_sees(struct world *w, const char *user, const char *part)
{
    for (const struct copy *c = w->copies; c; c = c->older)
        if (!c->deleted && visible_to(c, user) && strstr(c->text, part))
            return true;
    return false;
}

long world_apologies(struct world *w)
{
    long n = 0;

    for (const struct copy *c = w->copies; c; c = c->older)
        n += strstr(c->text, WORLD_APOLOGY) != NULL;
    return n;
}

static int by_text(const void *x, const void *y)
{
    return strcmp(*(char *const *)x, *(char *const *)y);
}

char *world_visible(struct world *w, struct arena *a)
{
    struct buf all = { .arena = a };
    const char **places;
    size_t n = 0, count = 0;

    for (const struct copy *c = w->copies; c; c = c->older)
        count++;
    const struct copy **oldest_first = arena_array(a, const struct copy *, count + 1);
    size_t at = count;
    for (const struct copy *c = w->copies; c; c = c->older)
        oldest_first[--at] = c;
    places = arena_array(a, const char *, count + 1);
    for (size_t i = 0; i < count; i++)
        places[n++] = arena_printf(a, "%s %s %s", oldest_first[i]->platform, oldest_first[i]->conversation,
                                   oldest_first[i]->user ? oldest_first[i]->user : "");
    const char **sorted = arena_array(a, const char *, count + 1);
    memcpy(sorted, places, n * sizeof *places);
    qsort(sorted, n, sizeof *sorted, by_text);
    for (size_t k = 0; k < n; k++) {
        if (k && strcmp(sorted[k], sorted[k - 1]) == 0)
            continue;
        buf_printf(&all, "== %s\n", sorted[k]);
        for (size_t i = 0; i < count; i++)
            if (!oldest_first[i]->deleted && strcmp(places[i], sorted[k]) == 0 &&
                !strstr(oldest_first[i]->text, WORLD_APOLOGY))
                buf_printf(&all, "%s\n--\n", oldest_first[i]->text);
    }
    return (char *)buf_text(&all);
}
