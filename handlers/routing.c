/* Whose turn a question is: experts one at a time, then the topic's owner, then the learning queue. */
#include <math.h>
#include <string.h>

#include "learnd/rare.h"
#include "routing.h"

#define AGAIN_SECONDS 3600 /* somebody the gate holds back for a reason of its own (a halt) is tried again */
#define EXPLORE_ONE_IN 10

/* Now, or as soon as the gate may think otherwise. */
static int64_t start_through_gate(struct turn *t, int64_t person, enum message_class class, int64_t start)
{
    return start <= t->now && held_back(t, person, class) ? t->now + AGAIN_SECONDS : start;
}

/* ---- Experts ---------------------------------------------------------------------------------------------------- */

static struct pick pick_of(struct turn *t, const struct expert_score *e)
{
    return (struct pick){ .person = e->person,
                          .start = start_through_gate(t, e->person, CLASS_OFFER, e->start),
                          .level = e->level,
                          .score = e->score,
                          .why = e->why };
}

/* One who was never asked whether they may be: asked first, and the question waits so long as an offer would. */
static struct pick pick_unasked(struct turn *t, const struct expert_score *e)
{
    int64_t deadline = consent_deadline(t, e->person);
    struct pick p = { .consent_first = true };

    if (deadline && deadline <= t->now)
        return p; /* they were asked, and did not say */
    p.person = e->person;
    p.start = deadline ? deadline : start_through_gate(t, e->person, CLASS_CONSENT, e->start);
    return p;
}

/* One question in ten goes to the second best, so that more people grow into experts. */
static bool explores(struct turn *t, const struct question *q)
{
    const char *key = arena_printf(t->arena, "explore %ld", (long)q->id);

    return t->settings->explore && q->id && text_hash(key, strlen(key)) % EXPLORE_ONE_IN == 0;
}

/* The best at an instant: whoever is not at work then counts less, and may still be worth waiting for. */
static const struct expert_score *best_at(const struct expert_score *e, int count, int64_t at)
{
    const struct expert_score *best = NULL;
    double most = -1;

    for (int i = 0; i < count; i++) {
        double score = round(e[i].merit * expert_availability(e[i].start - at) * 1e6) / 1e6;
        if (score > most) {
            most = score;
            best = &e[i];
        }
    }
    return best;
}

static int64_t next_start(const struct expert_score *e, int count, int64_t after)
{
    int64_t next = INT64_MAX;

    for (int i = 0; i < count; i++)
        if (e[i].start > after && e[i].start < next)
            next = e[i].start;
    return next;
}

/* Instant by instant at which somebody comes to work: the first at which the best of that instant is there. */
static const struct expert_score *first_best(struct turn *t, const struct expert_score *e, int count)
{
    int64_t at = t->now;
    const struct expert_score *best = best_at(e, count, at);

    while (best && best->start > at) {
        at = next_start(e, count, at);
        best = best_at(e, count, at);
    }
    return best;
}

static struct pick pick_expert(struct turn *t, const struct question *q)
{
    int count = 0, willing = 0;
    double unasked_score = 0;
    struct pick unasked = { 0 };
    struct expert_score *e = experts_for_question(t, q, &count);

    for (int i = 0; i < count; i++) {
        if (expert_consents(t, e[i].person)) {
            e[willing++] = e[i];
        } else if (!unasked.person) {
            unasked = pick_unasked(t, &e[i]);
            unasked_score = e[i].score;
        }
    }
    const struct expert_score *best = first_best(t, e, willing);
    if (!best)
        return unasked;
    if (willing > 1 && best == e && e[1].start <= t->now && explores(t, q))
        best = &e[1];
    struct pick p = pick_of(t, best);
    if (unasked.person && unasked.start <= t->now && unasked_score > best->score)
        p.also_consent = unasked.person;
    return p;
}

/* ---- Owners ----------------------------------------------------------------------------------------------------- */

static bool may_own(struct turn *t, const struct question *q, int64_t id)
{
    return id != q->asker && may_be_reached(t, id) && !person_away(t, id, t->now) &&
           !one_int(t, "SELECT count(*) FROM offer WHERE question = ?1 AND expert = ?2", I(q->id), I(id));
}

/* Of several people the one who sees it first; where that is the same, in the order of the owner. */
static struct pick pick_owner(struct turn *t, const struct question *q, const char *owner)
{
    struct pick best = { 0 };
    int count = 0;
    int64_t *people = owner_people(t, owner, &count);

    for (int i = 0; i < count; i++) {
        if (!may_own(t, q, people[i]))
            continue;
        int64_t start = start_through_gate(t, people[i], CLASS_TASK, expert_start(t, people[i]));
        if (start != INT64_MAX && (!best.person || start < best.start))
            best = (struct pick){ .person = people[i], .start = start };
    }
    t->reader = best.person;
    if (best.person)
        best.why = expert_presence(t, best.person);
    t->reader = 0;
    return best;
}

struct pick routing_pick(struct turn *t, const struct question *q, enum stage stage)
{
    switch (stage) {
    case STAGE_EXPERTS:
        return pick_expert(t, q);
    case STAGE_OWNER:
        return pick_owner(t, q, topic_owner_text(t, q->topic));
    case STAGE_QUEUE:
        return pick_owner(t, q, t->settings->learning_queue);
    case STAGE_NOBODY:
        break;
    }
    return (struct pick){ 0 };
}

bool routing_finds_anybody(struct turn *t, const char *topic, int64_t asker)
{
    struct question q = { .asker = asker, .topic = topic };

    for (enum stage s = STAGE_EXPERTS; s < STAGE_NOBODY; s++)
        if (routing_pick(t, &q, s).person)
            return true;
    return false;
}

/* ---- Looking again, when people came, went or changed their minds ----------------------------------------------- */

void routing_look_soon(struct turn *t)
{
    later(t, t->now, "questions look", 0, "questions look");
}

static bool still_there(struct turn *t, int64_t id)
{
    return may_be_reached(t, id) && !person_away(t, id, t->now) && !busy_until(t, id);
}

static void close_those_of_leavers(struct turn *t)
{
    int count = 0;
    int64_t *ids = ids_of(t,
                          query(t, "SELECT q.id FROM question q JOIN person p ON p.id = q.asker WHERE p.active = 0 "
                                   "AND q.state IN ('open', 'offered', 'owner', 'queue', 'unanswered') ORDER BY q.id"),
                          &count);

    for (int i = 0; i < count; i++)
        question_close(t, ids[i]);
}

static void move_on_from_the_absent(struct turn *t)
{
    int count = 0;
    int64_t *ids = ids_of(t, query(t, "SELECT id FROM offer WHERE state IN ('open', 'accepted') ORDER BY id"), &count);

    for (int i = 0; i < count; i++)
        if (!still_there(t, one_int(t, "SELECT expert FROM offer WHERE id = ?1", I(ids[i]))))
            offer_move_on(t, ids[i], "moved");
}

/* What waits, or stands with nobody though it was to be asked, may find somebody now. */
static void plan_again(struct turn *t)
{
    int count = 0;
    int64_t *ids =
        ids_of(t,
               query(t, "SELECT q.id FROM question q WHERE q.receipt IS NOT NULL "
                        "AND q.state IN ('open', 'owner', 'queue', 'unanswered') AND NOT EXISTS "
                        "(SELECT 1 FROM offer o WHERE o.question = q.id AND o.state IN ('open', 'accepted')) "
                        "ORDER BY q.id"),
               &count);

    for (int i = 0; i < count; i++)
        offer_next(t, ids[i]);
}

void routing_look(struct turn *t)
{
    close_those_of_leavers(t);
    move_on_from_the_absent(t);
    plan_again(t);
}
