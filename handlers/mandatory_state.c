/* One assignment: asked of somebody, moved, done, asked again, waived, ended. Each step is an event that stays. */
#include "mandatory_private.h"

#include <string.h>

#include "cards.h"
#include "nudges.h"

#define OPENS_DAYS 30  /* a refresher is asked for so long before it is due */
#define TAKE_BACK 3600 /* so long what is taken back is not done again; later it stays */
#define MOVES_DAYS 30  /* what was due earlier does not move any more */

/* ---- Reading ----------------------------------------------------------------------------------------------------- */

#define COLUMNS "id, person, requirement, path, giver, state, base, due, told, moved, heard, opens, next_base, message"

static struct assignment read_row(struct rows *r)
{
    return (struct assignment){ .id = row_int(r, 0),
                                .person = row_int(r, 1),
                                .requirement = row_int(r, 2),
                                .path = row_int(r, 3),
                                .giver = row_int(r, 4),
                                .state = row_text(r, 5),
                                .base = row_int(r, 6),
                                .due = row_int(r, 7),
                                .told = (int)row_int(r, 8),
                                .moved = row_int(r, 9),
                                .heard = row_int(r, 10),
                                .opens = row_int(r, 11),
                                .next_base = row_int(r, 12),
                                .message = row_int(r, 13) };
}

static const struct assignment *read_one(struct turn *t, struct rows *r)
{
    if (!row_next(r))
        return NULL;
    struct assignment *a = arena_new(t->arena, struct assignment);
    *a = read_row(r);
    rows_close(r);
    return a;
}

const struct assignment *assignment_get(struct turn *t, int64_t id)
{
    return read_one(t, query(t, "SELECT " COLUMNS " FROM assignment WHERE id = ?1", I(id)));
}

const struct assignment *assignment_find(struct turn *t, int64_t person, int64_t requirement, int64_t path)
{
    return read_one(t,
                    query(t, "SELECT " COLUMNS " FROM assignment WHERE person = ?1 AND requirement = ?2 AND path = ?3",
                          I(person), I(requirement), I(path)));
}

const struct assignment *assignments_of(struct turn *t, int64_t person, int *count)
{
    int64_t n = one_int(t, "SELECT count(*) FROM assignment WHERE person = ?1", I(person));
    struct assignment *all = arena_array(t->arena, struct assignment, (size_t)n + 1);
    struct rows *r = query(t, "SELECT " COLUMNS " FROM assignment WHERE person = ?1 ORDER BY id", I(person));

    for (*count = 0; row_next(r);)
        all[(*count)++] = read_row(r);
    return all;
}

int64_t mandatory_due(struct turn *t, int64_t person, int64_t path)
{
    int64_t due = one_int(t, "SELECT min(due) FROM assignment WHERE person = ?1 AND path = ?2 AND state = 'open'",
                          I(person), I(path));

    return due ? due : INT64_MIN;
}

bool assignment_is(const struct assignment *a, const char *state)
{
    return strcmp(a->state, state) == 0;
}

int assignment_pass(struct turn *t, const struct assignment *a)
{
    const struct requirement *r = requirement_get(t, a->requirement);

    return r ? r->pass : 0;
}

/* ---- Events ------------------------------------------------------------------------------------------------------ */

static int64_t note_event(struct turn *t, int64_t id, const char *event, const char *note)
{
    const struct assignment *a = assignment_get(t, id);

    return insert(t,
                  "INSERT INTO assignment_event(assignment, event, due, late_at, actor, note, at) "
                  "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                  I(id), T(event), I(a->due), I(due_late_at(t, a->person, a->due)), IDN(t->person), T(note), I(t->now));
}

static void set_state(struct turn *t, const struct assignment *a, const char *state)
{
    change(t, "UPDATE assignment SET state = ?2 WHERE id = ?1", I(a->id), T(state));
}

/* For rules that go by the due day of what is required. */
static void tell_rules(struct turn *t, int64_t id)
{
    const struct assignment *a = assignment_get(t, id);
    const struct requirement *r = requirement_get(t, a->requirement);
    const struct path *p = path_any(t, a->path);

    nudge_due(t, a->person, "requirement", a->id, r ? r->slug : p->slug, p->title,
              assignment_is(a, "open") ? a->due : INT64_MIN);
    remind_plan(t, a->person);
}

/* The message about it alone was closed, or there is none. */
static void forget_message(struct turn *t, const struct assignment *a)
{
    change(t, "UPDATE assignment SET message = 0, moved = 0 WHERE id = ?1", I(a->id));
}

/* ---- Done -------------------------------------------------------------------------------------------------------- */

static void prove_card(struct turn *t, const struct assignment *a, int64_t event, int64_t card)
{
    int count;
    const struct progress *p = progress_of(t, a->person, "card", card, INT64_MAX, &count);
    const struct progress *done = NULL;

    for (int i = 0; i < count; i++)
        if (strcmp(p[i].event, "passed") == 0 || strcmp(p[i].event, "elsewhere") == 0 ||
            (strcmp(p[i].event, "done") == 0 && (!done || strcmp(done->event, "passed") != 0)))
            done = &p[i];
    if (done)
        insert(t,
               "INSERT INTO assignment_proof(event, card, version, how, score, note, at) "
               "VALUES(?1, ?2, ?3, ?4, CASE WHEN ?5 < 0 THEN NULL ELSE ?5 END, ?6, ?7)",
               I(event), I(card), I(card_version_at(t, card, done->at)), T(done->event),
               I(done->value == NO_VALUE ? -1 : done->value), T(done->note), I(done->at));
}

static void plan_refresher(struct turn *t, const struct assignment *a, int64_t completed_at)
{
    const struct requirement *r = requirement_get(t, a->requirement);
    int64_t day = day_of(person(t, a->person)->zone, completed_at);
    int64_t next = r && r->refresh ? period_add(day, r->refresh) : INT64_MIN;

    if (next == INT64_MIN) {
        change(t, "UPDATE assignment SET opens = 0, next_base = 0 WHERE id = ?1", I(a->id));
        return;
    }
    int64_t ahead = (next - day) / 2 < OPENS_DAYS ? (next - day) / 2 : OPENS_DAYS;
    change(t, "UPDATE assignment SET opens = ?2, next_base = ?3 WHERE id = ?1", I(a->id), I(next - ahead), I(next));
}

static void finish(struct turn *t, const struct assignment *a, int64_t completed_at)
{
    int count;
    int64_t *cards = path_cards(t, a->person, a->path, &count);

    set_state(t, a, "done");
    int64_t event = note_event(t, a->id, "done", NULL);
    for (int i = 0; i < count; i++)
        prove_card(t, a, event, cards[i]);
    plan_refresher(t, a, completed_at);
    if (a->message)
        settle_message(t, a->message, "Done.");
    forget_message(t, a);
    tell_rules(t, a->id);
}

static bool is_fresh(struct turn *t, const struct assignment *a)
{
    return one_int(t, "SELECT count(*) FROM assignment_event WHERE assignment = ?1 AND event = 'done' AND at > ?2",
                   I(a->id), I(t->now - TAKE_BACK)) > 0;
}

static void look(struct turn *t, const struct assignment *a)
{
    bool open = assignment_is(a, "open");

    if (!open && !(assignment_is(a, "done") && is_fresh(t, a)))
        return;
    struct path_state s =
        path_state_under(t, a->person, a->path,
                         &(struct path_terms){ .until = INT64_MAX, .pass = assignment_pass(t, a), .asked = true });
    if (open && s.complete) {
        finish(t, a, s.completed_at);
    } else if (!open && !s.complete) {
        set_state(t, a, "open");
        note_event(t, a->id, "undone", NULL);
        tell_rules(t, a->id);
    }
}

void mandatory_progress(struct turn *t, int64_t person)
{
    int count;
    const struct assignment *all = assignments_of(t, person, &count);

    for (int i = 0; i < count; i++)
        look(t, &all[i]);
}

/* ---- Asked for ---------------------------------------------------------------------------------------------------- */

void assignments_set_pass(struct turn *t, int64_t person, int64_t path)
{
    path_set_pass(t, person, path,
                  (int)one_int(t,
                               "SELECT coalesce(max(r.pass), 0) FROM assignment a JOIN requirement r ON r.id = "
                               "a.requirement WHERE a.person = ?1 AND a.path = ?2 AND a.state = 'open'",
                               I(person), I(path)));
}

static void ask_again(struct turn *t, const struct assignment *a, int64_t base, const char *event, const char *why)
{
    change(t,
           "UPDATE assignment SET state = 'open', base = ?2, due = ?3, told = ?4, moved = 0, heard = 0, opens = 0, "
           "next_base = 0 WHERE id = ?1",
           I(a->id), I(base), I(due_moved(t, a->person, base)), I(TOLD_NOTHING));
    path_enrol(t, a->person, a->path, a->giver ? ORIGIN_ASSIGNED : ORIGIN_REQUIRED);
    assignments_set_pass(t, a->person, a->path);
    note_event(t, a->id, event, why);
}

int64_t assignment_open(struct turn *t, int64_t person, const struct requirement *r, int64_t path, int64_t giver,
                        int64_t base)
{
    insert(t,
           "INSERT INTO assignment(person, requirement, path, giver, state, base, due, told) "
           "VALUES(?1, ?2, ?3, ?4, 'open', ?5, ?5, ?6) ON CONFLICT(person, requirement, path) DO UPDATE SET giver = ?4",
           I(person), I(r ? r->id : 0), I(path), IDN(giver), I(base), I(TOLD_NOTHING));
    int64_t id = assignment_find(t, person, r ? r->id : 0, path)->id;

    ask_again(t, assignment_get(t, id), base, "assigned", NULL);
    tell_rules(t, id);
    look(t, assignment_get(t, id)); /* they may have done it before they were asked */
    return id;
}

void assignment_reopen(struct turn *t, const struct assignment *a, int64_t base, const char *why)
{
    ask_again(t, a, base, "reopened", why);
    tell_rules(t, a->id);
}

void assignment_refresh(struct turn *t, const struct assignment *a)
{
    path_reopen(t, a->person, a->path);
    assignment_reopen(t, a, a->next_base, NULL);
}

/* ---- Moved -------------------------------------------------------------------------------------------------------- */

static void set_due(struct turn *t, const struct assignment *a, int64_t due, const char *why)
{
    int stage = due_stage(due - due_today(t, a->person));

    change(
        t,
        "UPDATE assignment SET due = ?2, moved = CASE WHEN told = ?4 THEN 0 ELSE 1 END, heard = CASE WHEN ?3 < 0 THEN "
        "heard ELSE 0 END, told = CASE WHEN told < ?3 THEN ?3 ELSE told END WHERE id = ?1",
        I(a->id), I(due), I(stage), I(TOLD_NOTHING));
    note_event(t, a->id, "moved", why);
    tell_rules(t, a->id);
}

void assignment_set_base(struct turn *t, const struct assignment *a, int64_t base)
{
    change(t, "UPDATE assignment SET base = ?2 WHERE id = ?1", I(a->id), I(base));
    set_due(t, a, due_moved(t, a->person, base), NULL);
}

static int64_t late_at_kept(struct turn *t, const struct assignment *a)
{
    return one_int(t, "SELECT late_at FROM assignment_event WHERE assignment = ?1 ORDER BY id DESC LIMIT 1", I(a->id));
}

/* Who comes back early is not overdue by it. */
static void assignment_move(struct turn *t, const struct assignment *a)
{
    int64_t today = due_today(t, a->person), due = due_moved(t, a->person, a->base);

    if (!assignment_is(a, "open") || a->base < today - MOVES_DAYS)
        return;
    if (due < a->due && due < today)
        due = a->due < today ? a->due : due_moved(t, a->person, today);
    if (due != a->due)
        set_due(t, a, due, "hours or absence");
    else if (late_at_kept(t, a) != due_late_at(t, a->person, due))
        note_event(t, a->id, "moved", "another time zone");
}

void assignments_move(struct turn *t, int64_t who)
{
    int count;
    const struct assignment *all = assignments_of(t, who, &count);

    for (int i = 0; i < count; i++)
        assignment_move(t, &all[i]);
}

void assignment_told(struct turn *t, const struct assignment *a, int stage, int64_t message)
{
    change(t,
           "UPDATE assignment SET told = ?2, moved = 0, message = ?3, heard = CASE WHEN ?2 < 0 THEN ?4 ELSE heard END "
           "WHERE id = ?1",
           I(a->id), I(stage), I(message), I(t->now));
    note_event(t, a->id, stage == TOLD_OVERDUE ? "overdue" : "told", NULL);
}

/* ---- Asked for no more -------------------------------------------------------------------------------------------- */

/* The path is theirs again, unless somebody else asks for it too. */
static void release(struct turn *t, const struct assignment *a)
{
    if (!one_int(t, "SELECT count(*) FROM assignment WHERE person = ?1 AND path = ?2 AND id <> ?3 AND state = 'open'",
                 I(a->person), I(a->path), I(a->id)))
        path_release(t, a->person, a->path);
    else
        assignments_set_pass(t, a->person, a->path);
}

static void end(struct turn *t, const struct assignment *a, const char *state, const char *note)
{
    set_state(t, a, state);
    note_event(t, a->id, state, note);
    release(t, a);
    tell_rules(t, a->id);
}

void assignment_waive(struct turn *t, const struct assignment *a, const char *reason)
{
    end(t, a, "waived", reason);
    if (a->message)
        settle_message(t, a->message, "Waived by %s: it is not asked of you any more.", person(t, t->person)->name);
    forget_message(t, a);
}

void assignment_unwaive(struct turn *t, const struct assignment *a)
{
    ask_again(t, a, a->base, "assigned", NULL);
    tell_rules(t, a->id);
}

void assignment_void(struct turn *t, const struct assignment *a, const char *why)
{
    end(t, a, "void", why);
    if (a->message)
        settle_message(t, a->message, "It is not asked of you any more.");
    forget_message(t, a);
}
