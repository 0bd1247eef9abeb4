/* Who may do what: roles from grants, the directory, topics and the learning queue, each in its scope. */
#include "machine.h"

#include <stdlib.h>
#include <string.h>

static const struct audience *scope_read(struct turn *t, const char *scope)
{
    int column;
    const char *what;

    return audience_parse(t->arena, strcmp(scope, "*") == 0 ? "everyone" : scope, &column, &what);
}

static bool scope_covers(struct turn *t, const char *scope, const char *audience)
{
    const struct audience *wide = scope_read(t, scope), *narrow = scope_read(t, audience);

    return wide && narrow && audience_covers(wide, narrow);
}

/* For that person (0: anybody), or for all of an audience if one is given. */
static bool granted(struct turn *t, int64_t id, const char *role, int64_t subject, const char *audience)
{
    int *any = person_granted(t, id);

    if (!*any) /* most have nothing, and `help` asks for each verb */
        *any = one_int(t, "SELECT count(*) FROM granted WHERE person = ?1", I(id)) ? 1 : -1;
    if (*any < 0)
        return false;
    struct rows *r = query(t, "SELECT scope FROM granted WHERE person = ?1 AND role = ?2 ORDER BY id", I(id), T(role));
    bool here = false;

    while (!here && row_next(r)) {
        const char *scope = row_text(r, 0);
        here = audience ? scope_covers(t, scope, audience)
                        : !subject || strcmp(scope, "*") == 0 || person_in_scope(t, subject, scope);
    }
    rows_close(r);
    return here;
}

static bool granted_here(struct turn *t, int64_t id, const char *role, int64_t subject)
{
    return granted(t, id, role, subject, subject == EVERYBODY ? "*" : NULL);
}

bool right_covers(struct turn *t, const char *right, const char *audience)
{
    return person(t, t->person)->active && granted(t, t->person, right, 0, audience);
}

/* Named by HANDLE, or as the manager of team:HANDLE. */
static bool is_named(const char *owner, const struct person *p)
{
    return owner && text_same(p->handle, strncmp(owner, "team:", 5) == 0 ? owner + 5 : owner);
}

/* Questions reach whoever is listed for a topic, owns one or looks after the learning queue; and whom, of a team that
 * does, they reached before. */
static bool find_expert(struct turn *t, int64_t id)
{
    const struct person *p = person(t, id);

    if (one_int(t, "SELECT count(*) FROM skill WHERE person = ?1", I(id)) > 0 || pref(t, id, "owner"))
        return true;
    for (size_t i = 0; i < t->org->topic_count; i++)
        if (is_named(t->org->topics[i].owner, p))
            return true;
    return is_named(t->settings->learning_queue, p);
}

/* `help` asks once for each verb of theirs. */
static bool is_expert(struct turn *t, int64_t id)
{
    int *known = person_expert(t, id);

    if (!*known)
        *known = find_expert(t, id) ? 1 : -1;
    return *known > 0;
}

static bool owns_path(struct turn *t, int64_t id)
{
    for (size_t i = 0; i < t->org->path_count; i++)
        if (owner_includes(t, t->org->paths[i].owner, id))
            return true;
    return false;
}

const char *role_people(enum role role)
{
    static const char *const words[] = { [ROLE_EVERYONE] = "everybody",
                                         [ROLE_EXPERT] = "experts",
                                         [ROLE_MANAGER] = "managers",
                                         [ROLE_CURATOR] = "curators",
                                         [ROLE_ADMIN] = "admins",
                                         [ROLE_AUDITOR] = "auditors and admins",
                                         [ROLE_STEWARD] = "curators and admins",
                                         [ROLE_LEADER] = "managers and curators",
                                         [ROLE_OWNER] = "owners of paths",
                                         [ROLE_OVERSEER] = "owners of paths, curators, admins and auditors",
                                         [ROLE_REVIEWER] = "reviewers of cards" };

    return words[role];
}

bool has_role(struct turn *t, int64_t id, enum role role, int64_t subject)
{
    if (!person(t, id)->active)
        return false;
    switch (role) {
    case ROLE_EVERYONE:
        return true;
    case ROLE_MANAGER:
        return subject ? is_manager_of(t, id, subject)
                       : one_int(t,
                                 "SELECT count(*) FROM employment e JOIN person p ON p.id = e.person "
                                 "WHERE e.manager = ?1 AND e.valid_until IS NULL AND p.active = 1",
                                 I(id)) > 0;
    case ROLE_EXPERT:
        return is_expert(t, id);
    case ROLE_CURATOR:
        return granted_here(t, id, "curator", subject);
    case ROLE_ADMIN:
        return granted_here(t, id, "admin", subject);
    case ROLE_AUDITOR:
        return granted_here(t, id, "auditor", subject) || granted_here(t, id, "admin", subject);
    case ROLE_REVIEWER:
        return granted_here(t, id, "curator", subject) || owner_includes(t, t->settings->learning_queue, id);
    case ROLE_STEWARD:
        return granted_here(t, id, "curator", subject) || granted_here(t, id, "admin", subject);
    case ROLE_LEADER:
        return has_role(t, id, ROLE_MANAGER, subject) || granted_here(t, id, "curator", subject);
    case ROLE_OWNER:
        return owns_path(t, id);
    case ROLE_OVERSEER:
        return owns_path(t, id) || granted_here(t, id, "curator", subject) || has_role(t, id, ROLE_AUDITOR, subject);
    }
    return false;
}

bool may_use(struct turn *t, int64_t id, const char *verb, enum role role, int64_t subject)
{
    return has_role(t, id, role, subject) ||
           (role != ROLE_EVERYONE && person(t, id)->active && granted_here(t, id, verb, subject));
}

bool may(struct turn *t, const char *verb, int64_t subject)
{
    for (const struct handler *const *h = handlers_all(); *h; h++)
        for (const struct command *c = (*h)->commands; c && c->pattern; c++)
            if (c->verb && strcmp(c->verb, verb) == 0)
                return may_use(t, t->person, verb, c->role, subject);
    return false;
}

/* ---- Who has a role ---------------------------------------------------------------------------------------------- */

/* Who may have the role by what the database says of them: few, so that nobody is looked for among all people. */
static struct rows *candidates(struct turn *t, enum role role)
{
    switch (role) {
    case ROLE_EVERYONE:
    case ROLE_LEADER:
    case ROLE_OWNER:
    case ROLE_OVERSEER:
        break;
    case ROLE_EXPERT:
        return query(t, "SELECT person FROM skill UNION SELECT person FROM preference WHERE name = 'owner'");
    case ROLE_MANAGER:
        return query(t, "SELECT DISTINCT manager FROM employment WHERE manager IS NOT NULL AND valid_until IS NULL");
    case ROLE_CURATOR:
    case ROLE_REVIEWER:
        return query(t, "SELECT DISTINCT person FROM granted WHERE role = 'curator'");
    case ROLE_ADMIN:
        return query(t, "SELECT DISTINCT person FROM granted WHERE role = 'admin'");
    case ROLE_AUDITOR:
        return query(t, "SELECT DISTINCT person FROM granted WHERE role IN ('auditor', 'admin')");
    case ROLE_STEWARD:
        return query(t, "SELECT DISTINCT person FROM granted WHERE role IN ('curator', 'admin')");
    }
    return query(t, "SELECT id FROM person WHERE active = 1");
}

struct holders {
    struct turn *turn;
    struct holder {
        const char *handle;
        int64_t id;
    } * all;
    int count, max;
    enum role role;
    int64_t subject;
};

static void add_holder(struct holders *h, int64_t id)
{
    struct turn *t = h->turn;

    if (!has_role(t, id, h->role, h->subject) || person_hidden(t, id))
        return;
    if (h->count == h->max) {
        struct holder *more = arena_array(t->arena, struct holder, (size_t)(h->max = h->max ? 2 * h->max : 16));
        if (h->count)
            memcpy(more, h->all, sizeof *more * (size_t)h->count);
        h->all = more;
    }
    h->all[h->count++] = (struct holder){ person(t, id)->handle, id };
}

static void add_owners(struct holders *h, const char *owner)
{
    int count = 0;
    int64_t *people = owner_people(h->turn, owner, &count);

    for (int i = 0; i < count; i++)
        add_holder(h, people[i]);
}

static int by_handle(const void *x, const void *y)
{
    const struct holder *a = x, *b = y;
    int order = strcmp(a->handle, b->handle);

    return order ? order : (a->id > b->id) - (a->id < b->id);
}

int64_t *people_with_role(struct turn *t, enum role role, int64_t subject, int *count)
{
    struct holders h = { .turn = t, .role = role, .subject = subject };
    int n = 0;
    int64_t *ids = ids_of(t, candidates(t, role), &n);

    for (int i = 0; i < n; i++)
        add_holder(&h, ids[i]);
    if (role == ROLE_EXPERT || role == ROLE_REVIEWER)
        add_owners(&h, t->settings->learning_queue);
    for (size_t i = 0; role == ROLE_EXPERT && i < t->org->topic_count; i++)
        add_owners(&h, t->org->topics[i].owner);
    if (h.count)
        qsort(h.all, (size_t)h.count, sizeof *h.all, by_handle);
    int64_t *holders = arena_array(t->arena, int64_t, (size_t)h.count + 1);
    for (int i = *count = 0; i < h.count; i++)
        if (!i || h.all[i].id != h.all[i - 1].id)
            holders[(*count)++] = h.all[i].id;
    return holders;
}
