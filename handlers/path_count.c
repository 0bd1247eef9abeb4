/* How far somebody is on a path: counted from what they did, never kept. */
#include "paths_private.h"

#include <stdlib.h>
#include <string.h>

#include "nudges.h"

/* ---- Steps ------------------------------------------------------------------------------------------------------- */

#define STEP_COLUMNS "s.id, s.path, s.ref, s.kind, s.text, n.block, n.need, n.day"

static struct step read_step(struct rows *r)
{
    return (struct step){ .id = row_int(r, 0),
                          .path = row_int(r, 1),
                          .ref = row_int(r, 2),
                          .kind = row_text(r, 3),
                          .text = row_text(r, 4),
                          .block = (int)row_int(r, 5),
                          .need = (int)row_int(r, 6),
                          .day = (int)row_int(r, 7) };
}

const struct step *step_get(struct turn *t, int64_t id)
{
    struct rows *r = query(t,
                           "SELECT " STEP_COLUMNS " FROM path_step s JOIN path_item n ON n.step = s.id "
                           "WHERE s.id = ?1 ORDER BY n.version DESC LIMIT 1",
                           I(id));

    if (!row_next(r))
        return NULL;
    struct step *s = arena_new(t->arena, struct step);
    *s = read_step(r);
    rows_close(r);
    return s;
}

const struct step *path_steps(struct turn *t, int64_t path, int64_t version, int *count)
{
    int64_t n = one_int(t, "SELECT count(*) FROM path_item WHERE path = ?1 AND version = ?2", I(path), I(version));
    struct step *steps = arena_array(t->arena, struct step, (size_t)n + 1);
    struct rows *r = query(t,
                           "SELECT " STEP_COLUMNS " FROM path_item n JOIN path_step s ON s.id = n.step "
                           "WHERE n.path = ?1 AND n.version = ?2 ORDER BY n.position",
                           I(path), I(version));

    for (*count = 0; row_next(r);)
        steps[(*count)++] = read_step(r);
    return steps;
}

static int64_t card_after_swap(struct turn *t, int64_t person, const struct step *s, int64_t until)
{
    int count;
    const struct progress *p = progress_of(t, person, "step", s->id, until, &count);

    while (count-- > 0)
        if (strcmp(p[count].event, "swapped") == 0)
            return p[count].value;
    return s->ref;
}

int64_t step_card(struct turn *t, int64_t person, const struct step *s)
{
    return strcmp(s->kind, "card") == 0 ? card_after_swap(t, person, s, INT64_MAX) : 0;
}

/* ---- Does it count, and since when ------------------------------------------------------------------------------- */

static bool counts(const struct progress *p, const struct path_terms *terms, bool needs_mark)
{
    if (p->at < terms->since)
        return false;
    if (needs_mark)
        return p->value != NO_VALUE && p->value >= terms->pass;
    return strcmp(p->event, "done") == 0 || strcmp(p->event, "passed") == 0 || strcmp(p->event, "elsewhere") == 0;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return !a || (b && b < a) ? b : a;
}

static int64_t first_that_counts(struct turn *t, int64_t person, const char *kind, int64_t object,
                                 const struct path_terms *terms)
{
    int count;
    const struct progress *p = progress_of(t, person, kind, object, terms->until, &count);
    bool card = strcmp(kind, "card") == 0, needs_mark = terms->pass && card && card_check_count(t, object);
    int64_t anew = card && terms->asked ? card_reopened_at(t, object, terms->until) : 0;

    for (int i = 0; i < count; i++)
        if (p[i].at >= anew && counts(&p[i], terms, needs_mark))
            return p[i].at;
    return 0;
}

/* Asked for again, only what is done from then on counts. */
static struct path_terms terms_of_step(struct turn *t, int64_t person, const struct step *s,
                                       const struct path_terms *terms)
{
    int64_t again = step_reopened_at(t, person, s->id, terms->until);
    struct path_terms own = *terms;

    own.since = again > own.since ? again : own.since;
    return own;
}

/* The instant from which a step counts; 0: it does not. */
static int64_t counted_at(struct turn *t, int64_t person, const struct step *s, const struct path_terms *given)
{
    const struct path_terms own = terms_of_step(t, person, s, given), *terms = &own;

    if (strcmp(s->kind, "path") == 0)
        return path_state_under(t, person, s->ref, terms).completed_at;
    if (strcmp(s->kind, "card") != 0)
        return first_that_counts(t, person, "step", s->id, terms);
    int64_t swapped = card_after_swap(t, person, s, terms->until);
    int64_t at = first_that_counts(t, person, "card", s->ref, terms);
    return swapped == s->ref ? at : earlier(at, first_that_counts(t, person, "card", swapped, terms));
}

/* As it is shown: with the mark that is asked for. */
static struct path_terms terms_of(const struct enrolment *e, int64_t until)
{
    return (struct path_terms){ .until = until, .pass = e ? e->pass : 0, .asked = path_is_locked(e) };
}

int64_t step_done_at(struct turn *t, int64_t person, const struct step *s)
{
    struct path_terms now = terms_of(path_enrolment(t, person, s->path), INT64_MAX);

    return counted_at(t, person, s, &now);
}

static bool skipped_by(struct turn *t, int64_t person, const struct step *s, int64_t until)
{
    int count;
    const struct progress *p = progress_of(t, person, "step", s->id, until, &count);

    while (count-- > 0)
        if (strcmp(p[count].event, "skipped") == 0)
            return true;
    return false;
}

bool step_is_skipped(struct turn *t, int64_t person, const struct step *s)
{
    return !path_is_locked(path_enrolment(t, person, s->path)) && skipped_by(t, person, s, INT64_MAX);
}

/* ---- A version --------------------------------------------------------------------------------------------------- */

static int instant_order(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static void add_block(struct path_state *s, int need, int64_t *done, int count, int left)
{
    need = need < left ? need : left; /* what was skipped is not needed */
    qsort(done, (size_t)count, sizeof *done, instant_order);
    s->of += need;
    s->done += count < need ? count : need;
    s->extra += count < need ? 0 : count - need;
    s->complete = s->complete && count >= need;
    if (need && count >= need && done[need - 1] > s->completed_at)
        s->completed_at = done[need - 1];
}

static struct path_state count_version(struct turn *t, int64_t person, int64_t path, int64_t version,
                                       const struct path_terms *terms)
{
    int count;
    const struct step *steps = path_steps(t, path, version, &count);
    int64_t *done = arena_array(t->arena, int64_t, (size_t)count + 1);
    struct path_state s = { .complete = true };

    for (int i = 0; i < count;) {
        int first = i, n = 0, left = 0;
        for (; i < count && steps[i].block == steps[first].block; i++) {
            int64_t at = counted_at(t, person, &steps[i], terms);
            if (at)
                done[n++] = at;
            left += at || terms->asked || !skipped_by(t, person, &steps[i], terms->until);
        }
        add_block(&s, steps[first].need, done, n, left);
    }
    s.complete = s.complete && s.of;
    s.completed_at = s.complete ? s.completed_at : 0;
    return s;
}

/* ---- All versions since they began ------------------------------------------------------------------------------- */

/* What they did of a version that stood since they began, and that is in the path no more. */
static const struct step *steps_carried(struct turn *t, const struct enrolment *e, int64_t version,
                                        const struct path_terms *terms, int *count)
{
    int room;
    int64_t *ids =
        ids_of(t,
               query(t,
                     "SELECT DISTINCT step FROM path_item WHERE path = ?1 AND version >= ?2 AND version < ?3 AND "
                     "need > 0 AND step NOT IN (SELECT step FROM path_item WHERE path = ?1 AND version = ?3) "
                     "ORDER BY step",
                     I(e->path), I(e->version), I(version)),
               &room);
    struct step *steps = arena_array(t->arena, struct step, (size_t)room + 1);

    *count = 0;
    for (int i = 0; i < room; i++) {
        const struct step *s = step_get(t, ids[i]);
        if (strcmp(s->kind, "path") != 0 && counted_at(t, e->person, s, terms))
            steps[(*count)++] = *s;
    }
    return steps;
}

const struct step *path_carried(struct turn *t, int64_t person, int64_t path, int *count)
{
    const struct enrolment *e = path_enrolment(t, person, path);
    struct path_terms now = terms_of(e, INT64_MAX);

    *count = 0;
    return e ? steps_carried(t, e, path_any(t, path)->version, &now, count) : NULL;
}

static int64_t version_at(struct turn *t, int64_t path, int64_t at)
{
    return one_int(t, "SELECT max(version) FROM path_version WHERE path = ?1 AND at <= ?2", I(path), I(at));
}

static int64_t version_start(struct turn *t, int64_t path, int64_t version)
{
    return one_int(t, "SELECT at FROM path_version WHERE path = ?1 AND version = ?2", I(path), I(version));
}

/* The newest instant from which a card of it is to be done anew; 0: none is. */
static int64_t reopened_at(struct turn *t, int64_t path, int64_t version, const struct path_terms *terms)
{
    int count;
    const struct step *s = path_steps(t, path, version, &count);
    int64_t newest = 0;

    for (int i = 0; i < count && terms->asked; i++) {
        int64_t at = strcmp(s[i].kind, "card") == 0 ? card_reopened_at(t, s[i].ref, terms->until) : 0;
        newest = at > newest ? at : newest;
    }
    return newest;
}

/* When an earlier version was completed while it stood; 0: none was. */
static int64_t completed_before(struct turn *t, const struct enrolment *e, int64_t version,
                                const struct path_terms *terms)
{
    for (int64_t v = e->version; v < version; v++) {
        struct path_terms stood = *terms;
        stood.until = version_start(t, e->path, v + 1) - 1;
        struct path_state s = count_version(t, e->person, e->path, v, &stood);
        if (s.complete)
            return s.completed_at;
    }
    return 0;
}

/* Asked for again, it begins with the version that stood then. NULL: not begun by then. */
static const struct enrolment *begun(struct turn *t, const struct enrolment *e, int64_t until)
{
    if (!e || e->at > until)
        return NULL;
    int64_t again = path_reopened_at(t, e->person, e->path, until);
    if (!again)
        return e;
    struct enrolment *anew = arena_new(t->arena, struct enrolment);
    *anew = *e;
    anew->version = version_at(t, e->path, again);
    return anew;
}

struct path_state path_state_under(struct turn *t, int64_t person, int64_t path, const struct path_terms *terms)
{
    int64_t version = version_at(t, path, terms->until);
    const struct enrolment *e = begun(t, path_enrolment(t, person, path), terms->until);

    struct path_state s = count_version(t, person, path, version, terms);
    if (!e || e->version >= version)
        return s;
    int carried;
    steps_carried(t, e, version, terms, &carried);
    s.done += carried;
    s.of += carried;
    int64_t before = completed_before(t, e, version, terms);
    before = before < reopened_at(t, path, version, terms) ? 0 : before;
    s.complete = s.complete || before;
    s.completed_at = earlier(s.completed_at, before);
    return s;
}

struct path_state path_state(struct turn *t, int64_t person, int64_t path, int64_t until)
{
    struct path_terms terms = terms_of(path_enrolment(t, person, path), until);

    return path_state_under(t, person, path, &terms);
}

int path_percent(const struct path_state *s)
{
    return s->complete ? 100 : s->of ? 100 * s->done / s->of : 0;
}

/* ---- What is open ------------------------------------------------------------------------------------------------ */

const struct step *path_open_steps(struct turn *t, int64_t person, int64_t path, int *count)
{
    int all;
    const struct step *steps = path_steps(t, path, path_any(t, path)->version, &all);
    struct step *open = arena_array(t->arena, struct step, (size_t)all + 1);

    *count = 0;
    for (int i = 0; i < all;) {
        int block = steps[i].block, before = *count, done = 0, need = steps[i].need;
        for (; i < all && steps[i].block == block; i++)
            if (step_done_at(t, person, &steps[i]))
                done++;
            else if (!step_is_skipped(t, person, &steps[i]))
                open[(*count)++] = steps[i];
        if (done >= need) /* what is left of the block is extra */
            *count = before;
    }
    return open;
}

static bool has_days(struct turn *t, const struct path *p)
{
    return one_int(t, "SELECT count(*) FROM path_item WHERE path = ?1 AND version = ?2 AND day > 0", I(p->id),
                   I(p->version)) > 0;
}

void path_dues_set(struct turn *t, int64_t person)
{
    int count, left;
    int64_t *paths = path_enrolments(t, person, &count);

    for (int i = 0; i < count; i++) {
        const struct path *p = path_any(t, paths[i]);
        const struct step *open = path_open_steps(t, person, p->id, &left), *dated = NULL;
        for (int k = 0; k < left; k++)
            if (open[k].day && (!dated || open[k].day < dated->day))
                dated = &open[k];
        if (dated)
            nudge_due(t, person, "path", p->id, p->slug, step_title(t, person, dated), step_day(t, person, dated));
        else if (has_days(t, p))
            nudge_due(t, person, "path", p->id, p->slug, p->title, INT64_MIN);
    }
}

/* ---- What is done ------------------------------------------------------------------------------------------------ */

static void complete_paths(struct turn *t, int64_t person, const int64_t *paths, int count, bool *complete)
{
    for (int i = 0; i < count; i++)
        complete[i] = path_state(t, person, paths[i], INT64_MAX).complete;
}

int64_t path_event(struct turn *t, int64_t person, const char *kind, int64_t object, const char *event, int64_t value,
                   const char *note)
{
    int count;
    int64_t *paths = path_enrolments(t, person, &count);
    bool *before = arena_array(t->arena, bool, (size_t)count + 1),
         *after = arena_array(t->arena, bool, (size_t)count + 1);

    complete_paths(t, person, paths, count, before);
    int64_t id = progress_add(t, person, kind, object, event, value, note);
    complete_paths(t, person, paths, count, after);
    if (strcmp(event, "done") == 0 || strcmp(event, "passed") == 0 || strcmp(event, "elsewhere") == 0)
        nudge_event(t, person, "done", 0);
    for (int i = 0; i < count; i++)
        if (after[i] && !before[i])
            nudge_event(t, person, "completed", paths[i]);
    path_dues_set(t, person);
    return id;
}

/* The paths somebody is on that have a card as a step, also after a swap. */
static int64_t *paths_with_card(struct turn *t, int64_t person, int64_t card, int *found)
{
    int count, steps;
    int64_t *paths = path_enrolments(t, person, &count);

    *found = 0;
    for (int i = 0; i < count; i++) {
        const struct step *s = path_steps(t, paths[i], path_any(t, paths[i])->version, &steps);
        bool has = false;
        for (int k = 0; k < steps; k++)
            has = has || (strcmp(s[k].kind, "card") == 0 && (s[k].ref == card || step_card(t, person, &s[k]) == card));
        if (has)
            paths[(*found)++] = paths[i];
    }
    return paths;
}

bool path_asks_for_card(struct turn *t, int64_t person, int64_t card, int *pass)
{
    int count;
    int64_t *paths = paths_with_card(t, person, card, &count);
    bool asked = false;

    for (int i = 0; i < count; i++) {
        const struct enrolment *e = path_enrolment(t, person, paths[i]);
        asked = asked || path_is_locked(e);
        if (pass && e->pass > *pass)
            *pass = e->pass;
    }
    return asked;
}

void path_say_card(struct turn *t, struct message *m, int64_t card)
{
    int count;
    int64_t *paths = paths_with_card(t, t->person, card, &count);

    for (int i = 0; i < count; i++)
        if (i + 1 < count)
            line(m, "*%s*: %s.", path_any(t, paths[i])->title, path_say_state(t, paths[i]));
        else
            path_say_after(t, m, paths[i]);
}

int64_t path_card_event(struct turn *t, int64_t person, int64_t card, const char *event, int64_t value)
{
    return path_event(t, person, "card", card, event, value, NULL);
}
