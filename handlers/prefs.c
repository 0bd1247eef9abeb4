/* A person's own settings: quiet hours, zone, how much comes unasked; stop and start. For admins: the halt of
 * everything. */
#include <stdio.h>
#include <string.h>

#include "learnd/rare.h"
#include "prefs.h"

#define SHOWN 60         /* characters of what could not be read */
#define AWAKE_MINUTES 60 /* of the working day; what is mandatory must be heard */
#define FAR 400          /* days; further nobody halts everything */

static const char *quiet_words(struct turn *t)
{
    int from, to;

    quiet_hours(t, t->person, &from, &to);
    return arena_printf(t->arena, "%02d:%02d-%02d:%02d", from / 60, from % 60, to / 60, to % 60);
}

static void show(struct turn *t)
{
    const struct person *p = person(t, t->person);
    struct message *m = reply(t, "Your settings:");

    bullet(m, "Quiet hours: %s (`prefs quiet 18:00-09:00`)", quiet_words(t));
    bullet(m, "Time zone: %s, now %s (`prefs tz Lisbon`)", zone_name(p->zone), time_say(t->arena, p->zone, t->now));
    bullet(m,
           "Unasked messages: %s; at most %d a day and %d a week (`prefs nudges off`, `prefs day 1`, `prefs week 2`)",
           pref(t, t->person, "stopped")  ? phrase(t, "none, you said stop")
           : pref(t, t->person, "nudges") ? phrase(t, "only what is mandatory")
                                          : phrase(t, "on"),
           pref_number(t, t->person, "budget_day", t->settings->budget_day),
           pref_number(t, t->person, "budget_week", t->settings->budget_week));
    small(m, "Only you see this.");
}

/* A line each: "cap 3", "consent " where there was none. */
void prefs_undoable(struct turn *t, const char *names)
{
    struct buf was = { .arena = t->arena };

    for (const char *at = names; *at; at += strspn(at, " ")) {
        size_t n = strcspn(at, " ");
        const char *name = arena_copy_n(t->arena, at, n), *value = pref(t, t->person, name);
        buf_printf(&was, "%s %s\n", name, value ? value : "");
        at += n;
    }
    undoable(t, "prefs undo", 0, buf_text(&was));
}

/* value NULL: no setting of their own. */
static void set(struct turn *t, const char *name, const char *value)
{
    prefs_undoable(t, name);
    pref_set(t, t->person, name, value);
}

static void me(struct turn *t, struct message *m)
{
    if (pref(t, t->person, "stopped"))
        bullet(m, "You said stop: nothing unasked comes but what is mandatory. `start` undoes it.");
}

static void undo(struct turn *t)
{
    for (const char *at = t->argument; *at; at += strspn(at, "\n")) {
        size_t n = strcspn(at, " "), end = strcspn(at, "\n");
        const char *was = arena_copy_n(t->arena, at + n + 1, end - n - 1);
        pref_set(t, t->person, arena_copy_n(t->arena, at, n), *was ? was : NULL);
        at += end;
    }
    availability_changed(t, t->person);
    reply(t, "Undone: it is as it was. `prefs` shows your settings.");
}

/* Minutes of a working day that quiet hours leave. */
static int work_outside(const struct hours *h, int from, int to)
{
    int minutes = 0;

    for (int at = h->from; at < h->to; at++)
        minutes += from <= to ? at < from || at >= to : at < from && at >= to;
    return minutes;
}

static void set_quiet(struct turn *t)
{
    int from, to;
    const char *hours = arg(t, "hours");

    if (text_same(hours, "off")) {
        set(t, "quiet", NULL);
        reply(t, "You have no quiet hours of your own any more. Those of the organisation hold: %s.", quiet_words(t));
        return;
    }
    if (!span_parse(hours, &from, &to)) {
        reply(t, "I can't read *%s* as hours. Write them like `prefs quiet 18:00-09:00`.",
              text_cut(t->arena, hours, SHOWN));
        return;
    }
    const struct hours *h = person_hours(t, t->person);
    if (work_outside(h, from, to) < AWAKE_MINUTES) {
        reply(t,
              "That leaves less than an hour of your working day, %02d:%02d-%02d:%02d (%s), so nothing was changed. "
              "`stop` "
              "ends all that is unasked but what is mandatory.",
              h->from / 60, h->from % 60, h->to / 60, h->to % 60, zone_city(t->arena, h->zone));
        return;
    }
    const char *text = arena_printf(t->arena, "%02d:%02d-%02d:%02d", from / 60, from % 60, to / 60, to % 60);
    set(t, "quiet", text);
    reply(t, "Quiet between %s (%s). I write nothing unasked then.", text,
          zone_city(t->arena, person(t, t->person)->zone));
}

/* "America/New_York, America/Toronto or America/Panama": each a button. */
static void offer_zones(struct turn *t, struct message *m, const char *names)
{
    for (const char *at = names; *at;) {
        const char *comma = strstr(at, ", "), * or = strstr(at, " or ");
        const char *end = comma && (! or || comma < or) ? comma : or ;
        const char *name = end ? arena_copy_n(t->arena, at, (size_t)(end - at)) : at;
        const struct zone *zone = zone_find(name);
        if (zone)
            choice(m, zone_city(t->arena, zone), "say", 0, arena_printf(t->arena, "prefs tz %s", name));
        at = end ? end + (end == comma ? 2 : 4) : "";
    }
}

/* "EST" is kept by several countries that change their clocks on different days: a city says which. */
static void ask_city(struct turn *t, const char *city)
{
    const char *near = zone_suggest(t->arena, city), *said = text_cut(t->arena, city, SHOWN);

    if (near) {
        struct message *m = reply(t, "*%s* is no city. Which of these has your time?", said);
        offer_zones(t, m, near);
        return;
    }
    reply(
        t,
        "I don't know *%s* as a city with a time zone. Which larger city has your time? For example `prefs tz Lisbon`.",
        said);
}

static void set_zone(struct turn *t)
{
    const char *city = arg(t, "city");
    const struct zone *zone = zone_find(city);

    zone = zone ? zone : zone_of_city(city);
    if (!zone) {
        ask_city(t, city);
        return;
    }
    set(t, "timezone", zone_name(zone));
    availability_changed(t, t->person);
    reply(t, "Your time is %s now: it is %s. Your working hours stay as they are on the clock.", zone_name(zone),
          say_moment(t, t->person, t->now));
}

static void set_nudges(struct turn *t)
{
    bool on = text_same(arg(t, "state"), "on");

    set(t, "nudges", on ? NULL : "off");
    reply(t, on ? "Nudges are on, within your share of unasked messages."
                : "Nudges are off: no reminders and no digest. Questions to you as an expert still come, and what is "
                  "mandatory.");
}

static void set_budget(struct turn *t, const char *name, const char *words)
{
    int64_t n = arg_int(t, "n");

    if (n > 5) {
        reply(t, "It goes from 0 to 5. Nothing was changed: how many unasked messages %s at most?", words);
        return;
    }
    set(t, name, arena_printf(t->arena, "%ld", (long)n));
    if (n == 1)
        reply(t, "At most 1 unasked message %s from now on.", words);
    else if (n)
        reply(t, "At most %ld unasked messages %s from now on.", (long)n, words);
    else
        reply(t, "No unasked messages from now on, but what is mandatory. `%s 1` changes it.",
              strcmp(name, "budget_day") == 0 ? "prefs day" : "prefs week");
}

/* Whatever else begins with prefs is no question. */
static void explain_forms(struct turn *t)
{
    struct message *m = reply(t, "I can't set *%s*. What I can:", text_cut(t->arena, arg(t, "what"), SHOWN));

    bullet(m, "`prefs quiet 18:00-09:00` when I write nothing unasked; `prefs quiet off`: as in the organisation");
    bullet(m, "`prefs tz Lisbon` by which clock you live");
    bullet(m, "`prefs nudges off` no reminders and no digest");
    bullet(m, "`prefs remember off` none of the questions that come back");
    bullet(m, "`prefs day 1`, `prefs week 2` how many unasked messages at most, 0 to 5");
}

static void set_day(struct turn *t)
{
    set_budget(t, "budget_day", phrase(t, "a day"));
}

static void set_week(struct turn *t)
{
    set_budget(t, "budget_week", phrase(t, "a week"));
}

static void stop(struct turn *t)
{
    set(t, "stopped", "yes");
    availability_changed(t, t->person);
    reply(t, "Stopped: nothing unasked from me but what is mandatory. Answers to your own questions still come. "
             "`start` undoes it.");
}

static void start(struct turn *t)
{
    if (!pref(t, t->person, "stopped")) { /* nothing was stopped: it asks for something to begin */
        as_command(t, "path");
        return;
    }
    set(t, "stopped", NULL);
    availability_changed(t, t->person);
    reply(t, "Welcome back: I write unasked again, within your quiet hours and your share.");
}

/* ---- The halt of everything unasked ------------------------------------------------------------------------------ */

static void halt_until(struct turn *t, int64_t at)
{
    insert(t, "INSERT INTO fact(name, value) VALUES('halt_until', ?1) ON CONFLICT(name) DO UPDATE SET value = ?1",
           T(arena_printf(t->arena, "%ld", (long)at)));
    if (at > t->now)
        later(t, at, "prefs halt over", 0, "prefs halt over");
    else
        not_later(t, "prefs halt over");
    audit(t, "quiet all", "halt", at);
}

/* What waited for it may go on. */
static void halt_over(struct turn *t)
{
    availability_changed(t, t->person);
}

static void quiet_all(struct turn *t)
{
    const struct zone *zone = person(t, t->person)->zone;
    int64_t day = arg_day(t, "until"), at = instant_on(zone, day + 1, 0);

    if (day > day_of(zone, t->now) + FAR) {
        reply(t, "%s is more than a year away. Tell me a nearer day, and then again.", say_day(t, day));
        return;
    }
    undoable(t, "prefs halt undo", halted_until(t), "");
    halt_until(t, at);
    reply(t, "Nothing unasked goes out to anybody through %s. Replies and answers still come. `quiet all off` ends it.",
          say_day(t, day));
}

static void quiet_all_off(struct turn *t)
{
    int64_t until = halted_until(t);

    if (!until) {
        reply(t, "Nothing was halted.");
        return;
    }
    undoable(t, "prefs halt undo", until, "");
    halt_until(t, 0);
    halt_over(t);
    reply(t, "The halt is over: unasked messages go out again.");
}

/* It is as it was: halted until then, or not. */
static void halt_undo(struct turn *t)
{
    halt_until(t, t->object);
    halt_over(t);
    if (t->object > t->now)
        reply(t, "Undone: nothing unasked goes out to anybody until %s.", say_moment(t, t->person, t->object));
    else
        reply(t, "Undone: unasked messages go out again.");
}

static void explain_quiet(struct turn *t)
{
    reply(t, "It is `quiet all until DATE` for everybody, and `quiet all off`. Your own hours are `prefs quiet "
             "18:00-09:00`.");
}

static const struct command commands[] = {
    { "prefs", show, .verb = "prefs", .help = "quiet hours, zone, how many messages",
      .example = "prefs quiet 18:00-09:00", .seen_by = "Only you see your settings." },
    { "prefs quiet {hours}", set_quiet, .writes = true },
    { "prefs tz {city}", set_zone, .writes = true, .example = "prefs tz Lisbon" },
    { "prefs nudges {state:on|off}", set_nudges, .writes = true, .example = "prefs nudges off" },
    { "prefs day {n:number}", set_day, .writes = true, .example = "prefs day 1" },
    { "prefs week {n:number}", set_week, .writes = true, .example = "prefs week 2" },
    { "prefs {what}", explain_forms },
    { "stop", stop, .verb = "stop", .writes = true, .help = "nothing unasked any more", .example = "stop" },
    { "start", start, .verb = "start", .writes = true, .help = "begin a path; alone: undoes stop", .example = "start" },
    { "quiet all until {until:date}", quiet_all, .verb = "quiet", .writes = true, .role = ROLE_ADMIN, .for_all = true,
      .help = "halt all that is unasked", .example = "quiet all until mon" },
    { "quiet all off", quiet_all_off, .writes = true, .role = ROLE_ADMIN, .for_all = true, .example = "quiet all off" },
    { "quiet {what}", explain_quiet, .role = ROLE_ADMIN },
    { 0 },
};

static const struct action actions[] = { { "prefs undo", undo }, { "prefs halt undo", halt_undo }, { 0 } };
static const struct timer timers[] = { { "prefs halt over", halt_over }, { 0 } };

static const struct personal data[] = {
    { "preference", "person", DATA_DELETED, "SELECT name, value FROM preference WHERE person = ?1 ORDER BY name",
      "Your settings: only you." },
    { 0 },
};

const struct handler handler_prefs = {
    "prefs", .group = "Settings", .commands = commands, .actions = actions, .timers = timers, .data = data, .me = me,
};
