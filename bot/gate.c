/* The one gate between handlers and outbox: may this person be spoken to now, for this reason? */
#include "core_private.h"

#include <stdlib.h>
#include <string.h>

#include "learnd/rare.h"

#define LATE_SECONDS (15 * 60)

const char *class_name(enum message_class class)
{
    static const char *const names[] = { "reply",    "owed",     "offer",     "consent", "task",
                                         "reminder", "required", "mandatory", "digest" };

    return names[class];
}

int64_t unasked_halves(struct turn *t, int64_t id, int64_t day)
{
    return one_int(
        t, "SELECT coalesce(sum(halves), 0) FROM reached WHERE person = ?1 AND day >= ?2 AND class <> 'mandatory'",
        I(id), I(day));
}

static const char *budget_refuses(struct turn *t, int64_t id, const struct zone *zone, int more_today, int more_week)
{
    int64_t today = day_of(zone, t->now);
    int day = pref_number(t, id, "budget_day", t->settings->budget_day);
    int week = pref_number(t, id, "budget_week", t->settings->budget_week);

    if (unasked_halves(t, id, today) + 2 * more_today + 2 > 2 * day)
        return "today's share of unasked messages was used up";
    if (unasked_halves(t, id, today - day_weekday(today)) + 2 * more_week + 2 > 2 * week)
        return "this week's share of unasked messages was used up";
    return NULL;
}

static const char *mandatory_refuses(struct turn *t, int64_t id, const struct zone *zone)
{
    return one_int(t, "SELECT count(*) FROM reached WHERE person = ?1 AND day = ?2 AND class = 'mandatory'", I(id),
                   I(day_of(zone, t->now)))
               ? "today's reminder of what is mandatory went out already"
               : NULL;
}

void quiet_hours(struct turn *t, int64_t id, int *from, int *to)
{
    const char *own = pref(t, id, "quiet");

    *from = t->settings->quiet_from;
    *to = t->settings->quiet_to;
    if (own)
        span_parse(own, from, to);
}

int64_t quiet_ends(struct turn *t, int64_t id, int64_t at)
{
    int from, to;
    const struct zone *zone = person(t, id)->zone;
    struct local l = local_at(zone, at);
    int minute = l.hour * 60 + l.minute;
    int64_t day = day_of(zone, at);

    quiet_hours(t, id, &from, &to);
    if (from <= to ? minute < from || minute >= to : minute < from && minute >= to)
        return 0;
    return instant_on(zone, from <= to || minute < to ? day : day + 1, to);
}

static const char *hours_refuse(struct turn *t, int64_t id, enum message_class class)
{
    const struct hours *h = person_hours(t, id);

    if (!work_day(h, day_of(h->zone, t->now)))
        return person_away(t, id, t->now) ? "you were away" : "it was a day off for you";
    if ((class == CLASS_OFFER || class == CLASS_CONSENT || class == CLASS_TASK) && !work_at(h, t->now))
        return "it was outside your working hours";
    if (quiet_ends(t, id, t->now))
        return "it was in your quiet hours";
    return NULL;
}

int64_t halted_until(struct turn *t)
{
    const char *until = one_text(t, "SELECT value FROM fact WHERE name = 'halt_until'");
    int64_t at = until ? strtoll(until, NULL, 10) : 0;

    return at > t->now ? at : 0;
}

bool expert_consents(struct turn *t, int64_t id)
{
    const char *own = pref(t, id, "consent");

    return own ? strcmp(own, "no") != 0 : t->settings->expert_consent_given;
}

static bool is_live(struct turn *t, int64_t id)
{
    return t->settings->live && person_in_audience(t, id, t->settings->live);
}

bool may_be_reached(struct turn *t, int64_t id)
{
    return person(t, id)->active && is_live(t, id) && !pref(t, id, "stopped") && !person_hidden(t, id);
}

/* Whatever the hour. */
static const char *unwanted(struct turn *t, int64_t id, enum message_class class)
{
    if (class == CLASS_REPLY)
        return NULL;
    if (!person(t, id)->active)
        return "they have left";
    if (class == CLASS_OWED)
        return NULL;
    if (halted_until(t))
        return "everything unasked was halted";
    if (!is_live(t, id))
        return "you are not among those I may write to unasked";
    if (pref(t, id, "stopped") && class != CLASS_MANDATORY && class != CLASS_REQUIRED)
        return "you said stop";
    if ((class == CLASS_REMINDER || class == CLASS_DIGEST) && pref(t, id, "nudges"))
        return "you switched nudges off";
    if ((class == CLASS_OFFER || class == CLASS_CONSENT || class == CLASS_TASK) && person_hidden(t, id))
        return "your data is about to be deleted";
    if (class == CLASS_OFFER && !expert_consents(t, id))
        return "you had not agreed to be asked";
    return NULL;
}

static bool has_hours(enum message_class class)
{
    return class != CLASS_REPLY && class != CLASS_OWED;
}

static const char *refuses(struct turn *t, int64_t id, enum message_class class, int more_today, int more_week)
{
    const char *reason = unwanted(t, id, class);

    if (reason || !has_hours(class))
        return reason;
    reason = hours_refuse(t, id, class);
    if (reason || class == CLASS_OFFER || class == CLASS_CONSENT || class == CLASS_TASK)
        return reason;
    if (class == CLASS_MANDATORY)
        return mandatory_refuses(t, id, person(t, id)->zone);
    return budget_refuses(t, id, person(t, id)->zone, more_today, more_week);
}

const char *held_back(struct turn *t, int64_t id, enum message_class class)
{
    return refuses(t, id, class, 0, 0);
}

const char *held_back_beside(struct turn *t, int64_t id, enum message_class class, int today, int week)
{
    const char *platform, *conversation, *account, *reason = refuses(t, id, class, today, week);

    if (!reason && !identity_home(t, id, &platform, &conversation, &account))
        return "there is no conversation with them yet";
    return reason;
}

void gate_count(struct turn *t, int64_t id, enum message_class class, int64_t message)
{
    if (class == CLASS_REPLY || class == CLASS_OWED || class == CLASS_TASK)
        return;
    insert(t, "INSERT INTO reached(person, message, class, halves, day, at) VALUES(?1, ?2, ?3, ?4, ?5, ?6)", I(id),
           I(message), T(class_name(class)), I(class == CLASS_OFFER ? 1 : 2), I(day_of(person(t, id)->zone, t->now)),
           I(t->now));
}

/* Recorded once a day for each reason: who tries every hour has been held back once. */
bool must_wait_beside(struct turn *t, int64_t id, enum message_class class, int today, int week)
{
    const char *reason = refuses(t, id, class, today, week);

    if (reason &&
        !one_int(t, "SELECT count(*) FROM withheld WHERE person = ?1 AND class = ?2 AND reason = ?3 AND at > ?4", I(id),
                 T(class_name(class)), T(reason), I(t->now - DAY)))
        gate_withheld(t, id, class, reason);
    return reason;
}

bool must_wait(struct turn *t, int64_t id, enum message_class class)
{
    return must_wait_beside(t, id, class, 0, 0);
}

void gate_withheld(struct turn *t, int64_t id, enum message_class class, const char *reason)
{
    insert(t, "INSERT INTO withheld(person, class, reason, at) VALUES(?1, ?2, ?3, ?4)", I(id), T(class_name(class)),
           T(reason), I(t->now));
}

/* ---- What was let through, and could not be sent at once --------------------------------------------------------- */

static enum message_class class_named(const char *name)
{
    enum message_class class = CLASS_REPLY;

    while (class < CLASS_DIGEST && strcmp(class_name(class), name) != 0)
        class ++;
    return class;
}

int64_t gate_opens(void *machine, int64_t id, const char *class_is)
{
    struct machine *m = machine;
    enum message_class class = class_named(class_is);
    struct event e = { .kind = EVENT_DUE, .received_ms = m->now_ms };

    if (!has_hours(class))
        return 0;
    struct turn t = turn_begin(m, &e);
    if (!hours_refuse(&t, id, class))
        return 0;
    const struct hours *h = person_hours(&t, id);
    return work_at(h, t.now) ? t.now + LATE_SECONDS : work_next(h, t.now); /* quiet hours may reach into work */
}

void gate_say_late(struct turn *t)
{
    struct rows *r = query(t,
                           "SELECT person, class, platform, conversation, thread FROM message WHERE id = ?1 AND"
                           " withdrawn = 0",
                           I(t->object));

    if (!row_next(r))
        return;
    struct outbox_row row = { .op = OP_POST,
                              .lane = LANE_SPEECH,
                              .message = t->object,
                              .person = row_int(r, 0),
                              .platform = row_text(r, 2),
                              .conversation = row_text(r, 3),
                              .thread = row_text(r, 4) };
    enum message_class class = class_named(row_text(r, 1));
    rows_close(r);
    const char *reason = unwanted(t, row.person, class);
    if (halted_until(t))
        later(t, halted_until(t), "say late", t->object, arena_printf(t->arena, "say late %ld", (long)t->object));
    else if (reason)
        gate_withheld(t, row.person, class, reason);
    else
        outbox_add(t->machine->outbox, &row, t->machine->now_ms);
}
