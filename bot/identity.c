/* From a platform's account to a person of the directory, and back to where they are spoken to. */
#include "machine.h"

#include <stdio.h>
#include <string.h>

const struct transport *machine_transport(const struct machine *m, const char *platform)
{
    if (!platform)
        return NULL;
    for (size_t i = 0; i < m->transport_count; i++)
        if (strcmp(m->transports[i].platform, platform) == 0)
            return &m->transports[i];
    return NULL;
}

static char *fill(struct arena *a, const char *format, const char *word)
{
    const char *hole = strstr(format, "%s");

    return hole ? arena_printf(a, "%.*s%s%s", (int)(hole - format), format, word, hole + 2) : arena_copy(a, format);
}

/* "@alice:example.org" by "@%s:example.org" is alice; NULL if it does not fit. */
static char *unfill(struct arena *a, const char *format, const char *text)
{
    const char *hole = strstr(format, "%s");
    size_t before = (size_t)(hole - format), after = strlen(hole + 2), n = strlen(text);

    if (n <= before + after || strncmp(text, format, before) != 0 || strcmp(text + n - after, hole + 2) != 0)
        return NULL;
    return arena_copy_n(a, text + before, n - before - after);
}

const char *account_handle(struct turn *t)
{
    const struct transport *p = machine_transport(t->machine, t->event->platform);

    return p && p->account_format ? unfill(t->arena, p->account_format, t->event->user) : NULL;
}

/* Somebody the directory gives no account on this platform. */
static int64_t by_format(struct turn *t)
{
    const char *handle = account_handle(t);

    if (!handle)
        return 0;
    return one_int(t,
                   "SELECT p.id FROM person p WHERE p.handle = lower(?1) AND NOT EXISTS "
                   "(SELECT 1 FROM identity i WHERE i.person = p.id AND i.platform = ?2)",
                   T(handle), T(t->event->platform));
}

static void learn_place(struct turn *t, int64_t who, const char *known_conversation, bool known)
{
    const struct event *e = t->event;
    const char *direct = e->room ? NULL : e->conversation;

    if (!known)
        insert(t, "INSERT INTO identity(platform, account, person, conversation) VALUES(?1, ?2, ?3, ?4)",
               T(e->platform), T(e->user), I(who), T(direct));
    else if (direct && (!known_conversation || strcmp(direct, known_conversation) != 0))
        change(t, "UPDATE identity SET conversation = ?3 WHERE platform = ?1 AND account = ?2", T(e->platform),
               T(e->user), T(direct));
    const struct transport *p = machine_transport(t->machine, e->platform);
    if (direct) /* an operator's terminal takes nobody from where they are */
        change(t, "UPDATE person SET home = ?2 WHERE id = ?1 AND (home IS NULL OR (home <> ?2 AND ?3 = 0))", I(who),
               T(e->platform), I(p && p->last_resort));
}

void identity_find(struct turn *t)
{
    const struct event *e = t->event;

    if (!e->user)
        return;
    struct rows *r = query(t,
                           "SELECT i.person, i.conversation, p.active FROM identity i JOIN person p ON p.id = i.person "
                           "WHERE i.platform = ?1 AND i.account = ?2",
                           T(e->platform), T(e->user));
    bool known = row_next(r);
    int64_t who = known ? row_int(r, 0) : 0;
    const char *conversation = known ? row_text(r, 1) : NULL;
    rows_close(r);
    if (!known)
        who = by_format(t);
    if (!who || !person(t, who)->active) /* who has left is a stranger */
        return;
    t->person = who;
    if (e->thing)
        learn_place(t, who, conversation, known);
}

const char *identity_direct(struct turn *t)
{
    const struct event *e = t->event;
    const struct transport *p = machine_transport(t->machine, e->platform);

    if (!e->room)
        return e->conversation;
    return p && p->direct_format && e->user ? fill(t->arena, p->direct_format, e->user) : NULL;
}

bool identity_home(struct turn *t, int64_t id, const char **platform, const char **conversation, const char **account)
{
    const struct machine *m = t->machine;
    const char *home = one_text(t, "SELECT home FROM person WHERE id = ?1", I(id));
    const struct transport *p = machine_transport(m, home);

    for (size_t i = 0; !p && i < m->transport_count; i++) /* not met yet: the first that has an account for them */
        if (one_int(t, "SELECT count(*) FROM identity WHERE person = ?1 AND platform = ?2", I(id),
                    T(m->transports[i].platform)) ||
            m->transports[i].account_format)
            p = &m->transports[i];
    if (!p)
        return false;
    *platform = p->platform;
    struct rows *r =
        query(t, "SELECT account, conversation FROM identity WHERE person = ?1 AND platform = ?2 ORDER BY account",
              I(id), T(p->platform));
    bool known = row_next(r);
    *account = known               ? row_text(r, 0)
               : p->account_format ? fill(t->arena, p->account_format, person(t, id)->handle)
                                   : NULL;
    *conversation = known ? row_text(r, 1) : NULL;
    rows_close(r);
    if (!*conversation && *account && p->direct_format)
        *conversation = fill(t->arena, p->direct_format, *account);
    return *conversation;
}
