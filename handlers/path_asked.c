/* A path that is asked of somebody: what it takes, how it is asked for again, and what was done of it elsewhere. */
#include "paths_private.h"

#include <string.h>

const struct path *path_of_slug(struct turn *t, const char *slug)
{
    return path_any(t, one_int(t, "SELECT id FROM path WHERE slug = ?1", T(slug)));
}

/* ---- Its cards --------------------------------------------------------------------------------------------------- */

struct cards {
    int64_t *ids;
    int count, max;
};

static void add_cards(struct turn *t, int64_t person, int64_t path, struct cards *c, int deep)
{
    int count;
    const struct step *steps = path_steps(t, path, path_any(t, path)->version, &count);

    for (int i = 0; i < count && c->count < c->max; i++) {
        if (strcmp(steps[i].kind, "path") == 0 && deep)
            add_cards(t, person, steps[i].ref, c, deep - 1);
        else if (steps[i].need && step_card(t, person, &steps[i]))
            c->ids[c->count++] = step_card(t, person, &steps[i]);
    }
}

int64_t *path_cards(struct turn *t, int64_t person, int64_t path, int *count)
{
    enum { MOST = 500 };
    struct cards c = { .ids = arena_array(t->arena, int64_t, MOST), .max = MOST };

    add_cards(t, person, path, &c, PATH_DEEP);
    *count = c.count;
    return c.ids;
}

static int64_t minutes_of(struct turn *t, int64_t person, int64_t path, int deep)
{
    int count;
    const struct step *steps = path_steps(t, path, path_any(t, path)->version, &count);
    int64_t minutes = 0;

    for (int i = 0; i < count;) {
        int64_t block = 0;
        int first = i;
        for (; i < count && steps[i].block == steps[first].block; i++)
            if (strcmp(steps[i].kind, "path") == 0)
                block += deep ? minutes_of(t, person, steps[i].ref, deep - 1) : 0;
            else if (step_card(t, person, &steps[i]))
                block += card_any(t, step_card(t, person, &steps[i]))->minutes;
        int size = i - first;
        minutes += (block * steps[first].need + size - 1) / size;
    }
    return minutes;
}

int64_t path_minutes(struct turn *t, int64_t person, int64_t path)
{
    return minutes_of(t, person, path, PATH_DEEP);
}

/* ---- Again ------------------------------------------------------------------------------------------------------- */

int64_t step_reopened_at(struct turn *t, int64_t person, int64_t step, int64_t until)
{
    int count;
    const struct progress *p = progress_of(t, person, "step", step, until, &count);

    while (count-- > 0)
        if (strcmp(p[count].event, "reopened") == 0)
            return p[count].at;
    return 0;
}

static int64_t later_of(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

int64_t path_reopened_at(struct turn *t, int64_t person, int64_t path, int64_t until)
{
    struct rows *r = query(t, "SELECT id FROM path_step WHERE path = ?1 ORDER BY id", I(path));
    int64_t newest = 0;

    while (row_next(r))
        newest = later_of(newest, step_reopened_at(t, person, row_int(r, 0), until));
    return newest;
}

void path_reopen(struct turn *t, int64_t person, int64_t path)
{
    int count;
    const struct step *steps = path_steps(t, path, path_any(t, path)->version, &count);

    for (int i = 0; i < count; i++)
        progress_add(t, person, "step", steps[i].id, "reopened", NO_VALUE, NULL);
}

int64_t path_card_since(struct turn *t, int64_t person, int64_t card)
{
    struct rows *r = query(t,
                           "SELECT s.id FROM path_step s JOIN enrolment e ON e.path = s.path AND e.person = ?1 "
                           "WHERE s.kind = 'card' AND s.ref = ?2 ORDER BY s.id",
                           I(person), I(card));
    int64_t since = path_asks_for_card(t, person, card, NULL) ? card_reopened_at(t, card, INT64_MAX) : 0;

    while (row_next(r))
        since = later_of(since, step_reopened_at(t, person, row_int(r, 0), INT64_MAX));
    return since;
}

/* ---- Elsewhere --------------------------------------------------------------------------------------------------- */

static void record_elsewhere(struct turn *t, int64_t person, const struct step *s, const char *where)
{
    const struct enrolment *e = path_enrolment(t, person, s->path);
    int64_t card = step_card(t, person, s);

    if (strcmp(s->kind, "path") == 0)
        path_done_elsewhere(t, person, s->ref, where);
    else if (!card)
        path_event(t, person, "step", s->id, "elsewhere", NO_VALUE, where);
    else if (!e || !e->pass || !card_check_count(t, card))
        path_event(t, person, "card", card, "elsewhere", NO_VALUE, where);
}

void path_done_elsewhere(struct turn *t, int64_t person, int64_t path, const char *where)
{
    int count, done = 0;
    const struct step *steps = path_steps(t, path, path_any(t, path)->version, &count);

    for (int i = 0, block = 0; i < count; i++) {
        done = steps[i].block == block ? done : 0;
        block = steps[i].block;
        if (!step_done_at(t, person, &steps[i]) && done < steps[i].need)
            record_elsewhere(t, person, &steps[i], where);
        done += step_done_at(t, person, &steps[i]) != 0;
    }
}
