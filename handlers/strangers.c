/* Somebody the directory does not know, or not any more: they are told so, an admin hears of them once, and nothing they
 * wrote is kept. */
#include "learnd/turn.h"

#define KEEP_DAYS 90

/* The first admin by handle who may be told; 0: none. */
static int64_t admin(struct turn *t)
{
    int count = 0;
    int64_t *admins = people_with_role(t, ROLE_ADMIN, EVERYBODY, &count);

    for (int i = 0; i < count; i++)
        if (may_be_reached(t, admins[i]))
            return admins[i];
    return 0;
}

static const char *timer_key(struct turn *t, int64_t id)
{
    return arena_printf(t->arena, "stranger %ld", (long)id);
}

static void tell_later(struct turn *t, int64_t id, int64_t to, int64_t from)
{
    int64_t at = work_next(person_hours(t, to), from);

    later(t, at == INT64_MAX ? t->now + DAY : at, "stranger tell", id, timer_key(t, id));
}

/* An admin is handed work: it waits for their hours. */
static void tell_admin(struct turn *t)
{
    int64_t to = admin(t);

    if (!to) /* when the stranger writes again, there may be one */
        return;
    if (must_wait(t, to, CLASS_TASK)) {
        tell_later(t, t->object, to, t->now + 3600);
        return;
    }
    struct rows *r = query(t, "SELECT platform, account FROM stranger WHERE id = ?1 AND told = 0", I(t->object));
    if (!row_next(r))
        return;
    const char *platform = row_text(r, 0), *account = row_text(r, 1);
    rows_close(r);
    struct message *m = tell(t, to, CLASS_TASK,
                             "Somebody I don't know wrote to me: *%s* on %s. If they belong here, add them to the "
                             "directory. I kept nothing of what they wrote.",
                             account, platform);
    explain(m, "You are an admin, and each stranger is reported once.");
    change(t, "UPDATE stranger SET told = 1 WHERE id = ?1", I(t->object));
    later(t, t->now + KEEP_DAYS * DAY, "stranger forget", t->object, timer_key(t, t->object));
}

static void forget(struct turn *t)
{
    change(t, "DELETE FROM stranger WHERE id = ?1", I(t->object));
}

static void note(struct turn *t, int64_t to)
{
    change(t, "INSERT INTO stranger(platform, account) VALUES(?1, ?2) ON CONFLICT(platform, account) DO NOTHING",
           T(t->event->platform), T(t->event->user));
    int64_t id = one_int(t, "SELECT id FROM stranger WHERE platform = ?1 AND account = ?2 AND told = 0",
                         T(t->event->platform), T(t->event->user));
    if (id)
        tell_later(t, id, to, t->now);
}

static void stranger(struct turn *t)
{
    int64_t to = admin(t);

    if (!to) {
        reply(t, "I don't know you yet; nothing you wrote is kept.");
        return;
    }
    reply(t, "I don't know you yet. I asked %s; nothing you wrote is kept.", person(t, to)->name);
    note(t, to);
}

static const struct timer timers[] = { { "stranger tell", tell_admin }, { "stranger forget", forget }, { 0 } };

const struct handler handler_strangers = { "strangers", .timers = timers, .stranger = stranger };
