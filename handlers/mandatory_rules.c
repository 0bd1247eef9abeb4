/* Requirements among the rules: `nudge list`, `nudge show RULE`, `nudge on RULE` know them by their ids. */
#include "mandatory_private.h"

static const char *due_of(struct turn *t, const struct requirement *r)
{
    return r->due ? say_day(t, day_number(r->due)) : phrase(t, "%d days after it is asked", r->within_days);
}

static const char *on_or_off(struct turn *t, const struct requirement *r)
{
    return r->on ? phrase(t, "on") : phrase(t, "off");
}

struct message *requirements_list(struct turn *t, struct message *m)
{
    int count;
    int64_t *all = ids_of(t, query(t, "SELECT id FROM requirement WHERE listed = 1 ORDER BY slug"), &count);

    for (int i = 0; i < count; i++) {
        const struct requirement *r = requirement_get(t, all[i]);
        m = m ? m : reply(t, "Rules for reminders:");
        bullet(m, "*%s* %s, mandatory: *%s*, for %s", r->slug, on_or_off(t, r), path_any(t, r->path)->title, r->who);
    }
    return m;
}

bool requirement_says(struct turn *t, const char *slug)
{
    const struct requirement *r = requirement_named(t, slug);

    if (!r)
        return false;
    const struct path *p = path_any(t, r->path);
    struct message *m = reply(t, "*%s* is %s and mandatory: *%s*, for %s.", r->slug, on_or_off(t, r), p->title, r->who);
    bullet(m, "Due: %s", due_of(t, r));
    if (r->pass)
        bullet(m, "Check questions: %d %% right", r->pass);
    if (r->refresh)
        bullet(m, "Again: %s after it was done", r->refresh);
    bullet(m, "Reminders: 14, 7 and 1 days before and on the day, in the morning");
    small(m, "`compliance` tells what is done. %s owns it and alone may waive it.", path_keeper(t, p));
    return true;
}

/* What is core only admins switch; else curators may, too. */
static bool may_switch(struct turn *t, const struct requirement *r)
{
    if (right_covers(t, "admin", r->who) || (!r->core && right_covers(t, "curator", r->who)))
        return true;
    reply_who_may(t, arena_printf(t->arena, "nudge on %s", r->slug), ROLE_ADMIN);
    return false;
}

static long asked_now(struct turn *t, const struct requirement *r)
{
    return (long)one_int(t, "SELECT count(*) FROM assignment WHERE requirement = ?1 AND state = 'open'", I(r->id));
}

bool requirement_turns(struct turn *t, const char *slug, bool on)
{
    const struct requirement *r = requirement_named(t, slug);

    if (!r || !may_switch(t, r))
        return r;
    if (r->on == on) {
        reply(t, on ? "%s is on already." : "%s is off already.", r->slug);
        return true;
    }
    long before = asked_now(t, r);
    requirement_switch(t, r->id, on);
    audit(t, on ? "nudge on" : "nudge off", "requirement", r->id);
    undoable(t, "undo not", 0, arena_printf(t->arena, on ? "nudge off %s" : "nudge on %s", r->slug));
    struct message *m =
        on ? reply(t, "*%s* is on.", r->slug) : reply(t, "*%s* is off: nobody is asked for it.", r->slug);
    if (!on && before) {
        say(m, " It was open for %s.", counted(m, before, "%ld person", "%ld people"));
    } else if (on) {
        say(m, " %s are told within their hours what is asked, why and until when.",
            counted(m, asked_now(t, r), "%ld person", "%ld people"));
        requirement_say_left_out(t, m, requirement_get(t, r->id));
    }
    return true;
}
