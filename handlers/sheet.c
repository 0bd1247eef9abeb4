/* Files that somebody sends in chat to be taken in, each by its own command; nothing is changed before they say so. */
#include "sheet.h"

#include <string.h>

#define FAULTS_SHOWN 10

static const struct {
    const char *ending, *command;
    enum sheet_kind kind;
} kinds[] = {
    { ".csv", "people import", SHEET_PEOPLE },
    { ".jsonl", "card import", SHEET_CARDS },
    { ".md", "card import", SHEET_CARDS },
};

/* Its place in kinds; -1: no such file. */
static int kind_of(const char *name)
{
    size_t n = name ? strlen(name) : 0;

    for (int i = 0; i < (int)(sizeof kinds / sizeof *kinds); i++) {
        size_t length = strlen(kinds[i].ending);
        if (n > length && text_same(name + n - length, kinds[i].ending))
            return i;
    }
    return -1;
}

static const char *timer_key(struct turn *t, int64_t person)
{
    return arena_printf(t->arena, "sheet %ld", (long)person);
}

static void forget(struct turn *t, int64_t person)
{
    change(t, "DELETE FROM sheet WHERE person = ?1", I(person));
    not_later(t, timer_key(t, person));
}

static void sheet_due(struct turn *t)
{
    forget(t, t->object);
}

static bool uploaded(struct turn *t)
{
    const struct event *e = t->event;
    int kind = kind_of(e->name);

    if (kind < 0 || !e->text || t->in_room || !has_role(t, t->person, ROLE_ADMIN, EVERYBODY))
        return false;
    forget(t, t->person);
    insert(t, "INSERT INTO sheet(person, name, text, at) VALUES(?1, ?2, ?3, ?4)", I(t->person), T(e->name), T(e->text),
           I(t->now));
    later(t, t->now + DAY, "sheet", t->person, timer_key(t, t->person));
    reply(t, "I have %s. `%s` shows what it would change; nothing is changed before you say so.", e->name,
          kinds[kind].command);
    return true;
}

const struct sheet *sheet_of(struct turn *t, enum sheet_kind kind, int64_t id)
{
    struct rows *r = query(t, "SELECT id, name, text FROM sheet WHERE person = ?1", I(t->person));

    if (!row_next(r))
        return NULL;
    struct sheet *s = arena_new(t->arena, struct sheet);
    *s = (struct sheet){ row_int(r, 0), row_text(r, 1), row_text(r, 2) };
    rows_close(r);
    return kinds[kind_of(s->name)].kind == kind && (!id || s->id == id) ? s : NULL;
}

const struct sheet *sheet_pressed(struct turn *t, enum sheet_kind kind)
{
    const struct sheet *s = sheet_of(t, kind, t->object);

    settle(t, NULL);
    if (!has_role(t, t->person, ROLE_ADMIN, EVERYBODY)) /* they were one when it was shown */
        return NULL;
    if (!s)
        reply(t, "That file was applied, discarded or is older than a day. Send it again.");
    return s;
}

void sheet_forget(struct turn *t)
{
    forget(t, t->person);
}

bool sheet_refused(struct turn *t, const struct sheet *s, const struct org *read)
{
    if (!read->fault_count)
        return false;
    struct message *m = reply(t,
                              read->fault_count == 1 ? "%s has %zu mistake, so nothing of it is taken in:"
                                                     : "%s has %zu mistakes, so nothing of it is taken in:",
                              s->name, read->fault_count);

    for (size_t i = 0; i < read->fault_count && i < FAULTS_SHOWN; i++)
        bullet(m, "%s", org_fault_text(t->arena, &read->faults[i]));
    if (read->fault_count > FAULTS_SHOWN)
        line(m, "… and %zu more.", read->fault_count - FAULTS_SHOWN);
    line(m, "Mend the file and send it again.");
    sheet_forget(t);
    return true;
}

void sheet_buttons(struct message *m, const struct sheet *s, const char *apply, const char *argument)
{
    button_with(m, "Apply", apply, s->id, argument);
    button(m, "Discard", "sheet discard", s->id);
}

static void discard(struct turn *t)
{
    if (one_int(t, "SELECT count(*) FROM sheet WHERE id = ?1 AND person = ?2", I(t->object), I(t->person)))
        sheet_forget(t);
    settle(t, "Discarded: nothing was changed.");
}

static const struct action actions[] = { { "sheet discard", discard }, { 0 } };
static const struct timer timers[] = { { "sheet", sheet_due }, { 0 } };
static const struct personal data[] = {
    { "sheet", "person", DATA_DELETED, "SELECT name, at FROM sheet WHERE person = ?1", NULL },
    { 0 },
};

const struct handler handler_sheet = {
    "sheet", .actions = actions, .timers = timers, .data = data, .uploaded = uploaded,
};
