/* Who sees what, in one plain list; and what belongs to a person: to take along, to delete, to keep after all. */
#include <stdlib.h>

#include "learnd/rare.h"
#include "privacy.h"

#define DELETE_DAYS 7
#define KEEP_DAYS 90 /* of what came in and what was said, at most */

static void privacy(struct turn *t)
{
    struct message *m = reply(t, "Who sees what:");

    bullet(m,
           "What you ask me: only you; kept for %d days. A person reads it only when you press [Ask, with my name] or "
           "[Ask, name hidden]; what nobody may be asked, curators and admins read in `unanswered`, without your name.",
           t->settings->keep_questions_days);
    for (const struct handler *const *h = handlers_all(); *h; h++)
        for (const struct personal *d = (*h)->data; d && d->table; d++)
            if (d->says)
                bullet(m, "%s", phrase_of(t, d->says));
    small(m, "`mydata export` gives you all of it, `mydata delete` takes it away.");
}

static void export(struct turn *t)
{
    send_file(t, "mydata.json", personal_export(t, t->person));
    reply(t, "Here is everything I hold of you, as a JSON file. Only you get it.");
}

static const char *timer_key(struct turn *t)
{
    return arena_printf(t->arena, "mydata delete %ld", (long)t->person);
}

static void delete (struct turn *t)
{
    int64_t at = t->now + DELETE_DAYS * DAY;

    if (person_hidden(t, t->person)) {
        at = strtoll(pref(t, t->person, "deleting"), NULL, 10);
        reply(t, "That is under way already: it will be gone on %s. `mydata keep` brings it all back.",
              say_moment(t, t->person, at));
        return;
    }
    pref_set(t, t->person, "deleting", arena_printf(t->arena, "%ld", (long)at));
    later(t, at, "mydata delete", t->person, timer_key(t));
    availability_changed(t, t->person);
    audit(t, "mydata delete", "person", t->person);
    undoable(t, "undo not", 0, "mydata keep");
    struct message *m =
        reply(t, "Your data is hidden from others from now on, and gone for good on %s.", say_moment(t, t->person, at));
    line(m, "Until then `mydata keep` brings it all back.");
    line(m, "What stays: cards that others rely on, without your name; the log of what was done and the proof of "
            "what was mandatory, without anybody's. The "
            "directory your organisation keeps of its people is not mine: while it lists you, you are a newcomer "
            "here as soon as you write to me or it changes.");
}

static void keep(struct turn *t)
{
    if (!person_hidden(t, t->person)) {
        reply(t, "Nothing of yours was going to be deleted.");
        return;
    }
    pref_set(t, t->person, "deleting", NULL);
    not_later(t, timer_key(t));
    availability_changed(t, t->person);
    audit(t, "mydata keep", "person", t->person);
    undoable(t, "undo not", 0, "mydata delete");
    reply(t, "Kept: everything is as it was.");
}

static void delete_due(struct turn *t)
{
    if (!person_hidden(t, t->object)) /* kept after all */
        return;
    audit(t, "mydata deleted", "person", t->object);
    personal_delete(t, t->object);
}

/* "mydata" alone, or with something else behind it. */
static void explain_forms(struct turn *t)
{
    struct message *m = reply(t, "What is yours here:");

    bullet(m, "`mydata export` gives you all of it as a file");
    bullet(m, "`mydata delete` takes it away: hidden from others at once, gone after %d days", DELETE_DAYS);
    bullet(m, "`mydata keep` brings it back until then");
    small(m, "It is always about yourself; nobody can ask for somebody else's.");
}

bool privacy_hides(struct turn *t)
{
    bool hidden = person_hidden(t, t->person);

    if (hidden)
        reply(t, "Your data is hidden from others and about to be deleted: `mydata keep` ends it.");
    return hidden;
}

static void me(struct turn *t, struct message *m)
{
    if (person_hidden(t, t->person))
        bullet(m, "Your data is hidden from others and about to be deleted: `mydata keep` ends it.");
}

/* What was said holds the words of questions, so it is kept no longer than those. */
static void purge_due(struct turn *t)
{
    int days = t->settings->keep_questions_days;

    purge_old(t, days < KEEP_DAYS ? days : KEEP_DAYS);
    later(t, t->now + DAY, "privacy purge", 0, "privacy purge");
}

static void load(struct turn *t)
{
    if (!one_int(t, "SELECT count(*) FROM due WHERE key = 'privacy purge'"))
        later(t, t->now + DAY, "privacy purge", 0, "privacy purge");
}

static const struct command commands[] = {
    { "privacy", privacy, .verb = "privacy", .help = "who sees what", .example = "privacy" },
    { "who can see {what}", privacy, .natural = true },
    { "who sees {what}", privacy, .natural = true },
    { "mydata export", export, .verb = "mydata", .help = "export, delete or keep what is yours",
      .example = "mydata export", .seen_by = "Only you get the file. Nobody is told." },
    { "mydata delete", delete, .writes = true, .example = "mydata delete" },
    { "mydata keep", keep, .writes = true, .example = "mydata keep" },
    { "mydata", explain_forms },
    { "mydata {what}", explain_forms },
    { 0 },
};

static const struct timer timers[] = { { "mydata delete", delete_due }, { "privacy purge", purge_due }, { 0 } };

/* The machine's own tables that refer to people. */
static const struct personal data[] = {
    { "message", "person", DATA_DELETED,
      "SELECT created_ms AS sent_ms, class AS kind, body AS text_body FROM message WHERE person = ?1 ORDER BY id",
      "What I wrote to you: only you; kept for 90 days at most." },
    { "mention", "person", DATA_DELETED, NULL, NULL },
    { "outbox", "person", DATA_DELETED, NULL, NULL },
    { "dialog", "person", DATA_DELETED, NULL, NULL },
    { "identity", "person", DATA_DELETED, "SELECT platform, account FROM identity WHERE person = ?1 ORDER BY platform",
      NULL },
    { "employment", "person", DATA_DELETED,
      "SELECT e.valid_from AS since_at, e.valid_until AS until_at, e.department, e.role, m.name AS manager "
      "FROM employment e LEFT JOIN person m ON m.id = e.manager WHERE e.person = ?1 ORDER BY e.id",
      "Your place in the directory (name, team, working hours, topics): your colleagues, as in any directory." },
    { "employment", "manager", DATA_CLEARED, NULL, NULL },
    { "absence", "person", DATA_DELETED,
      "SELECT starts AS first_day, ends AS last_day, kind FROM absence WHERE person = ?1 ORDER BY id",
      "When you are away: colleagues see that you can't right now, not why." },
    { "granted", "person", DATA_DELETED, "SELECT role, scope FROM granted WHERE person = ?1 ORDER BY id", NULL },
    { "skill", "person", DATA_DELETED, "SELECT topic, level FROM skill WHERE person = ?1 ORDER BY topic", NULL },
    { "reached", "person", DATA_DELETED, "SELECT at, class FROM reached WHERE person = ?1 ORDER BY id", NULL },
    { "person", "id", DATA_KEPT,
      "SELECT handle, name, email, title, role, department, division, location, country, timezone, languages, "
      "start_date, end_date FROM person WHERE id = ?1",
      NULL },
    { 0 },
};

const struct handler handler_privacy = {
    "privacy", .group = "Settings", .commands = commands, .timers = timers, .data = data, .load = load, .me = me,
};
