/* What a button does, found by its row, its label or its number. */
#include "machine.h"

#include <stdlib.h>
#include <string.h>

const struct action *action_find(const char *name)
{
    for (const struct handler *const *h = handlers_all(); *h; h++)
        for (const struct action *a = (*h)->actions; a && a->name; a++)
            if (strcmp(a->name, name) == 0)
                return a;
    return NULL;
}

/* "MESSAGE.NUMBER.REVISION", as a node carries it; 0.0: not one of ours. */
struct press press_read(const char *value)
{
    struct press p = { 0 };
    char *end;

    p.message = strtoll(value ? value : "", &end, 10);
    p.number = *end == '.' ? strtoll(end + 1, NULL, 10) : 0;
    return p;
}

/* The machine's own: the command it was made with. It answers no dialog, nor is it a label. */
static bool run_said(struct turn *t)
{
    struct match *m = command_match(t, t->argument, COMMANDS_PLAIN, false);

    if (!m)
        return false;
    t->text = t->argument;
    t->object = 0;
    t->argument = "";
    settle(t, NULL);
    command_run(t, m);
    return true;
}

bool press_button(struct turn *t, struct press p)
{
    struct rows *r =
        query(t,
              "SELECT b.action, b.object, b.argument, b.gone FROM button b JOIN message m ON m.id = b.message "
              "WHERE b.message = ?1 AND b.number = ?2 AND (m.person IS NULL OR m.person = ?3)",
              I(p.message), I(p.number), I(t->person));
    if (!row_next(r))
        return false;
    const char *name = row_text(r, 0);
    t->object = row_int(r, 1);
    t->argument = row_text(r, 2);
    t->stale = row_int(r, 3);
    t->pressed = p.message;
    t->button = p.number;
    rows_close(r);
    const struct action *a = action_find(name);
    if (a) { /* what is undone by its button is not undone again by the word */
        t->machine->undo_known = change(t, "DELETE FROM undo WHERE person = ?1 AND action = ?2 AND object = ?3",
                                        I(t->person), T(name), I(t->object)) > 0;
        a->run(t);
        return true;
    }
    return strcmp(name, "say") == 0 && run_said(t);
}

/* A typed label presses the newest button of that label that still stands in this conversation. */
bool press_label(struct turn *t, const char *label)
{
    struct press p = { 0 };
    struct rows *r =
        query(t,
              "SELECT b.message, b.number FROM button b JOIN message m ON m.id = b.message WHERE m.person = ?1 AND "
              "m.platform = ?2 AND m.conversation = ?3 AND b.gone = 0 AND lower(b.label) = lower(?4) "
              "ORDER BY b.message DESC, b.number LIMIT 1",
              I(t->person), T(t->event->platform), T(t->event->conversation), T(label));

    if (row_next(r)) {
        p = (struct press){ row_int(r, 0), row_int(r, 1) };
        rows_close(r);
    }
    return p.message && press_button(t, p);
}

bool press_standing(struct turn *t, const char *action)
{
    struct press p = { .message = press_find_newest(t) };

    p.number = one_int(t, "SELECT number FROM button WHERE message = ?1 AND gone = 0 AND action = ?2 ORDER BY number",
                       I(p.message), T(action));
    return p.number && press_button(t, p);
}

/* Labels of ours that nobody looks for: typed where there is no such button they are no question. */
bool press_missing(struct turn *t, const char *label)
{
    static const char *const labels[] = { "Approve",           "Return with note", "Helpful",          "Not it",
                                          "None of these",     "Out of date",      "Share here",       "Read more",
                                          "Ask, with my name", "Ask, name hidden", "Not my topic",     "Solved",
                                          "Still stuck",       "Keep my wording",  "Save for my team", "Send to review",
                                          "Fine as it is",     "Ask a person" };

    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (text_same(label, labels[i])) {
            reply(t, "There is no [%s] to press here.", labels[i]);
            return true;
        }
    return false;
}

int64_t press_find_newest(struct turn *t)
{
    return one_int(
        t,
        "SELECT m.id FROM message m WHERE m.person = ?1 AND m.platform = ?2 AND m.conversation = ?3 "
        "AND EXISTS (SELECT 1 FROM button b WHERE b.message = m.id AND b.gone = 0) ORDER BY m.id DESC LIMIT 1",
        I(t->person), T(t->event->platform), T(t->event->conversation));
}

bool press_position(struct turn *t, int64_t message, int64_t position)
{
    int64_t number = one_int(t, "SELECT number FROM button WHERE message = ?1 AND position = ?2 AND gone = 0",
                             I(message), I(position));
    return number && press_button(t, (struct press){ message, number });
}

/* Of several things that may be done none is guessed. */
void press_tick(struct turn *t, int64_t message)
{
    struct rows *r = query(
        t, "SELECT number, action, object FROM button WHERE message = ?1 AND gone = 0 ORDER BY position", I(message));
    int64_t number = 0, object = 0;
    bool several = false;

    while (row_next(r)) {
        const struct action *a = action_find(row_text(r, 1));
        if (!a || !a->ticks)
            continue;
        several = several || (number && row_int(r, 2) != object);
        if (!number)
            number = row_int(r, 0), object = row_int(r, 2);
    }
    if (several)
        reply(t, "Which of them is done? Press its button, or put its number on the message.");
    else if (number)
        press_button(t, (struct press){ message, number });
}
