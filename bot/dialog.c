/* What is expected next from a person, in one conversation or thread of it. */
#include "machine.h"

#include <string.h>

static const char *thread_of(const struct turn *t)
{
    return t->event->thread ? t->event->thread : "";
}

static const struct dialog *dialog_find(const char *name)
{
    for (const struct handler *const *h = handlers_all(); *h; h++)
        for (const struct dialog *d = (*h)->dialogs; d && d->name; d++)
            if (strcmp(d->name, name) == 0)
                return d;
    return NULL;
}

void expect(struct turn *t, const char *dialog, int64_t object, const char *argument)
{
    insert(t,
           "INSERT INTO dialog(platform, conversation, thread, person, name, object, argument, until) "
           "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT(platform, conversation, thread, person) DO UPDATE "
           "SET name = ?5, object = ?6, argument = ?7, until = ?8",
           T(t->event->platform), T(t->event->conversation), T(thread_of(t)), I(t->person), T(dialog), I(object),
           T(argument ? argument : ""), I(t->now + DIALOG_SECONDS));
}

static void dialog_close(struct turn *t)
{
    change(t, "DELETE FROM dialog WHERE platform = ?1 AND conversation = ?2 AND thread = ?3 AND person = ?4",
           T(t->event->platform), T(t->event->conversation), T(thread_of(t)), I(t->person));
}

/* The open dialog here; its object and argument go into the turn. NULL: none. */
static const struct dialog *dialog_open(struct turn *t)
{
    struct rows *r =
        query(t,
              "SELECT name, object, argument FROM dialog WHERE platform = ?1 AND conversation = ?2 AND thread = ?3 "
              "AND person = ?4 AND until > ?5",
              T(t->event->platform), T(t->event->conversation), T(thread_of(t)), I(t->person), I(t->now));
    if (!row_next(r))
        return NULL;
    const struct dialog *d = dialog_find(row_text(r, 0));
    t->object = row_int(r, 1);
    t->argument = row_text(r, 2);
    rows_close(r);
    return d;
}

/* One of the options, or its number: then *text becomes the option. */
static bool is_option(struct turn *t, const char **text)
{
    int number = 0;

    for (const char *at = t->argument; *at;) {
        size_t n = strcspn(at, "\n");
        const char *option = arena_copy_n(t->arena, at, n);
        if (text_same(option, *text) || strcmp(arena_printf(t->arena, "%d", ++number), *text) == 0) {
            *text = option;
            return true;
        }
        at += n + (at[n] == '\n');
    }
    return false;
}

static bool takes(struct turn *t, const struct dialog *d, const char **text)
{
    struct match *m;

    switch (d->takes) {
    case TAKES_DATE:
        return date_parse(*text, day_of(person(t, t->person)->zone, t->now)).verdict != DATE_NONE;
    case TAKES_CHOICE:
        return is_option(t, text);
    case TAKES_TEXT:
        m = command_match(t, *text, COMMANDS_PLAIN, false);
        return !m || m->has_free_text;
    }
    return false;
}

bool dialog_take(struct turn *t, const char *text)
{
    const struct dialog *d = dialog_open(t);

    if (!d || !takes(t, d, &text)) {
        t->object = 0;
        t->argument = "";
        return false;
    }
    dialog_close(t);
    t->text = text;
    d->run(t);
    return true;
}

bool dialog_cancel(struct turn *t)
{
    const struct dialog *d = dialog_open(t);

    dialog_close(t);
    t->object = 0;
    t->argument = "";
    return d;
}
