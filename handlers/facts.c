/* What a manager is shown of a person, and the mirror in which the person reads the same. */
#include "facts.h"

#include <string.h>

#include "privacy.h"

void fact_add(struct turn *t, struct facts *f, struct fact fact)
{
    if (f->count == f->room) {
        int room = f->room ? 2 * f->room : 8;
        struct fact *more = arena_array(t->arena, struct fact, (size_t)room);
        if (f->count)
            memcpy(more, f->all, (size_t)f->count * sizeof *more);
        f->all = more;
        f->room = room;
    }
    f->all[f->count++] = fact;
}

/* By kind; of one kind in the order they came. */
static void arrange(struct facts *f)
{
    for (int i = 1; i < f->count; i++) {
        struct fact one = f->all[i];
        int at = i;
        for (; at > 0 && f->all[at - 1].kind > one.kind; at--)
            f->all[at] = f->all[at - 1];
        f->all[at] = one;
    }
}

struct facts facts_of(struct turn *t, int64_t person)
{
    struct facts f = { 0 };

    for (const struct handler *const *h = handlers_all(); *h; h++)
        if ((*h)->manager_sees && t->settings->evaluate_digest && !evaluations_off(t, person) &&
            !person_hidden(t, person))
            (*h)->manager_sees(t, person, &f);
    arrange(&f);
    return f;
}

/* ---- The mirror ------------------------------------------------------------------------------------------------------ */

static void mirror(struct turn *t)
{
    const struct person *p = person(t, t->person);
    struct facts f = facts_of(t, t->person);

    if (!p->manager) {
        reply(t, "You have no manager in the directory, so nobody sees anything of you as one.");
        return;
    }
    if (privacy_hides(t))
        return;
    const char *name = person(t, p->manager)->name;
    struct message *m =
        f.count ? reply(t, "What %s sees of you, in the Monday digest and with `team`, word for word:", name)
                : reply(t,
                        "%s sees nothing of you here now. What you share would stand here, and what is mandatory from "
                        "14 days before its day.",
                        name);
    for (int i = 0; i < f.count; i++)
        bullet(m, "%s", f.all[i].text);
    small(m, "Never for being your manager: what you ask, answer, keep private or learn by yourself. A question is "
             "read by whom "
             "it is put to, or by curators where it finds nobody: that may be your manager, too. While you are away "
             "everybody "
             "sees that you are, not why.");
}

static const struct command commands[] = {
    { "me what does my manager see", mirror, .verb = "me", .help = "what your manager sees of you",
      .example = "me what does my manager see", .seen_by = "Only you see it." },
    { "what does my manager see", mirror, .natural = true },
    { 0 },
};

const struct handler handler_facts = { "facts", .group = "You", .commands = commands };
