/* A people file that an admin sends in chat: what it would change is shown, and taken in when they say so. */
#include <stdlib.h>
#include <string.h>

#include "people.h"

#define FAULTS_SHOWN 10

static bool is_people_file(const char *name)
{
    size_t n = name ? strlen(name) : 0;

    return n > 4 && text_same(name + n - 4, ".csv");
}

static const char *timer_key(struct turn *t, int64_t id)
{
    return arena_printf(t->arena, "people sheet %ld", (long)id);
}

static void forget(struct turn *t, int64_t id)
{
    change(t, "DELETE FROM sheet WHERE person = ?1", I(id));
    not_later(t, timer_key(t, id));
}

static void sheet_due(struct turn *t)
{
    forget(t, t->object);
}

static bool uploaded(struct turn *t)
{
    const struct event *e = t->event;

    if (!is_people_file(e->name) || !e->text || t->in_room || !has_role(t, t->person, ROLE_ADMIN, 0))
        return false;
    change(t,
           "INSERT INTO sheet(person, name, text, at) VALUES(?1, ?2, ?3, ?4) "
           "ON CONFLICT(person) DO UPDATE SET name = ?2, text = ?3, at = ?4",
           I(t->person), T(e->name), T(e->text), I(t->now));
    later(t, t->now + DAY, "people sheet", t->person, timer_key(t, t->person));
    reply(t, "I have %s. `people import` shows what it would change; nothing is changed before you say so.", e->name);
    return true;
}

static void say_faults(struct turn *t, const struct org *read, const char *name)
{
    struct message *m = reply(t,
                              read->fault_count == 1 ? "%s has %zu mistake, so nothing of it is taken in:"
                                                     : "%s has %zu mistakes, so nothing of it is taken in:",
                              name, read->fault_count);

    for (size_t i = 0; i < read->fault_count && i < FAULTS_SHOWN; i++)
        bullet(m, "%s", org_fault_text(t->arena, &read->faults[i]));
    if (read->fault_count > FAULTS_SHOWN)
        line(m, "… and %zu more.", read->fault_count - FAULTS_SHOWN);
    line(m, "Mend the file and send it again.");
}

/* The number that is shown is the number that is agreed to: [Apply] carries it. */
static void say_dry_run(struct turn *t, const char *name, const struct tally *tally)
{
    struct message *m = reply(t, "*%s* would change this: %s.", name, tally_say(t, tally));

    if (!tally->named) {
        say(m, " So there is nothing to do.");
        return;
    }
    line(m, "%s", tally->who.data);
    if (tally_retires_many(tally))
        line(m, "*It retires %d of the %ld people who are here.* Apply it only if that is meant.", tally->retired,
             (long)tally->here);
    const char *retired = arena_printf(t->arena, "%d", tally->retired);
    button_with(m, "Apply", "people apply", t->person, retired);
    button_with(m, "Discard", "people discard", t->person, retired);
}

/* The sheet of who speaks, read; NULL: there is none, or it has faults, and that was said. */
static const struct org *read_sheet(struct turn *t, const char **name, const char *otherwise)
{
    struct rows *r = query(t, "SELECT name, text FROM sheet WHERE person = ?1", I(t->person));

    if (!row_next(r)) {
        reply(t, "%s", otherwise);
        return NULL;
    }
    *name = row_text(r, 0);
    const struct org *read = read_people(t, *name, row_text(r, 1));
    rows_close(r);
    if (!read->fault_count)
        return read;
    say_faults(t, read, *name);
    forget(t, t->person);
    return NULL;
}

static void show(struct turn *t)
{
    struct tally tally = { .dry = true };
    const char *name;
    const struct org *read = read_sheet(
        t, &name, phrase(t, "Send me the file first (a .csv, here in our conversation), then `people import` again."));

    if (!read)
        return;
    people_take(t, read, &tally);
    say_dry_run(t, name, &tally);
    if (!tally.named)
        forget(t, t->person);
}

static void apply(struct turn *t)
{
    struct tally dry = { .dry = true }, tally = { 0 };
    const char *name, *agreed = t->argument;

    settle(t, NULL);
    if (!has_role(t, t->person, ROLE_ADMIN, 0)) /* they were one when it was shown */
        return;
    const struct org *read =
        read_sheet(t, &name, phrase(t, "That file was applied, discarded or is older than a day. Send it again."));
    if (!read)
        return;
    people_take(t, read, &dry);
    if (tally_retires_many(&dry) && dry.retired != strtol(agreed, NULL, 10)) {
        say_dry_run(t, name, &dry); /* somebody came or went meanwhile */
        return;
    }
    people_take(t, read, &tally);
    audit(t, "people import", "people", tally.added + tally.changed + tally.retired);
    forget(t, t->person);
    reply(t, "Applied: %s.", tally_say(t, &tally));
}

static void discard(struct turn *t)
{
    forget(t, t->person);
    settle(t, "Discarded: nothing was changed.");
}

static const struct command commands[] = {
    { "people import", show, .verb = "people", .role = ROLE_ADMIN, .help = "take in the people file you sent",
      .example = "people import", .seen_by = "Admins only. Send the file first; nothing changes before [Apply]." },
    { 0 },
};
static const struct action actions[] = { { "people apply", apply }, { "people discard", discard }, { 0 } };
static const struct timer timers[] = { { "people sheet", sheet_due }, { 0 } };
static const struct personal data[] = {
    { "sheet", "person", DATA_DELETED, "SELECT name, at FROM sheet WHERE person = ?1", NULL },
    { 0 },
};

const struct handler handler_people_sheet = {
    "people_sheet",   .group = "Organise", .commands = commands, .actions = actions,
    .timers = timers, .data = data,        .uploaded = uploaded,
};
