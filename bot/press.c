/* What a button does, found by its row, its label or its number. */
#include "machine.h"

#include <string.h>

const struct action *action_find(const char *name)
{
    for (const struct handler *const *h = handlers_all(); *h; h++)
        for (const struct action *a = (*h)->actions; a && a->name; a++)
            if (strcmp(a->name, name) == 0)
                return a;
    return NULL;
}

bool press_row(struct turn *t, int64_t id)
{
    struct rows *r = query(
        t,
        "SELECT b.action, b.object, b.argument, b.message, b.gone FROM button b JOIN message m ON m.id = b.message "
        "WHERE b.id = ?1 AND (m.person IS NULL OR m.person = ?2)",
        I(id), I(t->person));
    if (!row_next(r))
        return false;
    const char *name = row_text(r, 0);
    t->object = row_int(r, 1);
    t->argument = row_text(r, 2);
    t->pressed = row_int(r, 3);
    t->button = id;
    t->stale = row_int(r, 4);
    rows_close(r);
    const struct action *a = action_find(name);
    if (a) {
        a->run(t);
        return true;
    }
    if (strcmp(name, "say") == 0) { /* the machine's own: as if it had been written */
        settle(t, NULL);
        route_text(t, t->argument);
        return true;
    }
    return false;
}

/* A typed label presses the newest button of that label that still stands in this conversation. */
bool press_label(struct turn *t, const char *label)
{
    int64_t id = one_int(
        t,
        "SELECT b.id FROM button b JOIN message m ON m.id = b.message WHERE m.person = ?1 AND m.platform = ?2 "
        "AND m.conversation = ?3 AND b.gone = 0 AND lower(b.label) = lower(?4) ORDER BY b.message DESC, b.id LIMIT 1",
        I(t->person), T(t->event->platform), T(t->event->conversation), T(label));
    return id && press_row(t, id);
}

int64_t speech_newest_with_buttons(struct turn *t)
{
    return one_int(
        t,
        "SELECT m.id FROM message m WHERE m.person = ?1 AND m.platform = ?2 AND m.conversation = ?3 "
        "AND EXISTS (SELECT 1 FROM button b WHERE b.message = m.id AND b.gone = 0) ORDER BY m.id DESC LIMIT 1",
        I(t->person), T(t->event->platform), T(t->event->conversation));
}

bool press_number(struct turn *t, int64_t number)
{
    int64_t id = one_int(t, "SELECT id FROM button WHERE message = ?1 AND gone = 0 AND position = ?2",
                         I(speech_newest_with_buttons(t)), I(number));
    return id && press_row(t, id);
}
