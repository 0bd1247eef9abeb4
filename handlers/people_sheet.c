/* A people file that an admin sent: what it would change is shown, and taken in when they say so. */
#include <stdlib.h>

#include "people.h"
#include "sheet.h"

/* The number that is shown is the number that is agreed to: [Apply] carries it. */
static void say_dry_run(struct turn *t, const struct sheet *s, const struct tally *tally)
{
    struct message *m = reply(t, "*%s* would change this: %s.", s->name, tally_say(t, tally));

    if (!tally->named) {
        say(m, " So there is nothing to do.");
        return;
    }
    line(m, "%s", tally->who.data);
    if (tally_retires_many(tally))
        line(m, "*It retires %d of the %ld people who are here.* Apply it only if that is meant.", tally->retired,
             (long)tally->here);
    sheet_buttons(m, s, "people apply", arena_printf(t->arena, "%d", tally->retired));
}

static void show(struct turn *t)
{
    struct tally tally = { .dry = true };
    const struct sheet *s = sheet_of(t, SHEET_PEOPLE, 0);

    if (!s) {
        reply(t, "Send me the file first (a .csv, here in our conversation), then `people import` again. "
                 "On the machine I run on: `learnd import people FILE.csv`.");
        return;
    }
    const struct org *read = read_people(t, s->name, s->text);
    if (sheet_refused(t, s, read))
        return;
    people_take(t, read, &tally);
    say_dry_run(t, s, &tally);
    if (!tally.named)
        sheet_forget(t);
}

static void apply(struct turn *t)
{
    struct tally dry = { .dry = true }, tally = { 0 };
    const struct sheet *s = sheet_pressed(t, SHEET_PEOPLE);
    const struct org *read = s ? read_people(t, s->name, s->text) : NULL;

    if (!read || sheet_refused(t, s, read))
        return;
    people_take(t, read, &dry);
    if (tally_retires_many(&dry) && dry.retired != strtol(t->argument, NULL, 10)) {
        say_dry_run(t, s, &dry); /* somebody came or went meanwhile */
        return;
    }
    people_take(t, read, &tally);
    audit(t, "people import", "people", tally.added + tally.changed + tally.retired);
    sheet_forget(t);
    reply(t, "Applied: %s.", tally_say(t, &tally));
}

static const struct command commands[] = {
    { "people import", show, .verb = "people", .role = ROLE_ADMIN, .for_all = true,
      .help = "take in the people file you sent", .example = "people import",
      .seen_by = "Admins only. Send the file first; nothing changes before [Apply]." },
    { 0 },
};
static const struct action actions[] = { { "people apply", apply }, { 0 } };

const struct handler handler_people_sheet = {
    "people_sheet",
    .group = "Admin",
    .commands = commands,
    .actions = actions,
};
