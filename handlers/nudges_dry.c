/* A dry run: what a rule would do in the next 28 days, beside all others that are on, if nobody answered any of it. Each
 * reminder is judged by what judges the real one, with the clock set to its hour. */
#include <stdlib.h>
#include <string.h>

#include "nudges_private.h"

#define REASONS 24

struct tally {
    long messages, people, meant; /* meant: something was due to them, sent or not */
    struct {
        const char *reason;
        bool later;
        long count;
    } held[REASONS];
    int reasons;
};

static void tally_held(struct tally *y, const struct judged *j)
{
    bool later = j->verdict == NUDGE_LATER;
    int i = 0;

    if (!j->reason)
        return;
    while (i < y->reasons && (y->held[i].later != later || strcmp(y->held[i].reason, j->reason) != 0))
        i++;
    if (i == REASONS)
        return;
    if (i == y->reasons) {
        y->held[i].reason = j->reason;
        y->held[i].later = later;
        y->reasons++;
    }
    y->held[i].count++;
}

/* ---- What is due to one person ----------------------------------------------------------------------------------- */

struct set { /* the rule, then all others that are on */
    const struct rule **rules;
    int count;
};

static const struct rule *rule_in(const struct set *set, int64_t id)
{
    for (int i = 0; i < set->count; i++)
        if (set->rules[i]->id == id)
            return set->rules[i];
    return NULL;
}

static void take_planned(struct plan *p, const struct set *set, int64_t who, int64_t until)
{
    struct rows *rows = query(p->turn,
                              "SELECT rule, kind, object, day, try_day, at FROM nudge WHERE person = ?1 AND "
                              "state = 'planned' AND at <= ?2 ORDER BY id",
                              I(who), I(until));

    while (row_next(rows)) {
        const struct rule *r = rule_in(set, row_int(rows, 0));
        if (r)
            plan_add(p, &(struct nudge){ .rule = r,
                                         .person = who,
                                         .kind = row_text(rows, 1),
                                         .object = row_int(rows, 2),
                                         .day = row_int(rows, 3),
                                         .try_day = row_int(rows, 4),
                                         .at = row_int(rows, 5) });
    }
}

static bool has_rule(const struct plan *p, const struct rule *r)
{
    for (int i = 0; i < p->count; i++)
        if (p->list[i].rule == r)
            return true;
    return false;
}

/* Nothing where the rule has nothing for them: then the others do not matter. */
static void collect(struct plan *p, const struct set *set, int64_t who, int64_t until)
{
    take_planned(p, set, who, until);
    for (int i = 0; i < set->count; i++) {
        const struct rule *r = set->rules[i];
        if (!r->enabled || strcmp(r->kind, "rrule") == 0)
            plan_person(p, r, who);
        if (i == 0 && !has_rule(p, r))
            p->count = 0;
        if (!p->count)
            return;
    }
}

/* ---- One after the other ----------------------------------------------------------------------------------------- */

static void remember(struct course *c, const struct nudge *n, bool first)
{
    if (c->sent_count % 32 == 0) {
        struct sent *more = arena_array(c->turn->arena, struct sent, (size_t)c->sent_count + 32);
        if (c->sent_count)
            memcpy(more, c->sent, (size_t)c->sent_count * sizeof *more);
        c->sent = more;
    }
    c->sent[c->sent_count++] = (struct sent){ *n, day_of(person(c->turn, c->person)->zone, c->turn->now), first };
}

/* Those whose hour comes next, all at once; how many. They leave the list. */
static int next_group(struct plan *p, int64_t until, struct judged *all)
{
    int64_t at = INT64_MAX;
    int count = 0;

    for (int i = 0; i < p->count; i++)
        if (!p->list[i].done && p->list[i].at < at)
            at = p->list[i].at;
    if (at > until)
        return 0;
    p->turn->now = at;
    for (int i = 0; i < p->count; i++)
        if (!p->list[i].done && p->list[i].at <= at)
            all[count++] = (struct judged){ .nudge = &p->list[i] };
    return count;
}

static bool goes(const struct judged *j)
{
    return j->verdict == NUDGE_GOES || j->verdict == NUDGE_PAUSES;
}

/* What was judged is over; what follows it takes its place. */
static void go_on(struct turn *t, struct nudge *n)
{
    struct nudge next;

    if (nudge_follow(t, n, &next))
        *n = next;
    else
        n->done = true;
}

/* The messages that carry the rule. */
static long run_person(struct plan *p, const struct rule *r, int64_t who, int64_t until, struct tally *y)
{
    struct turn *t = p->turn;
    struct judged *all = arena_array(t->arena, struct judged, (size_t)p->count);
    struct course c = course_begin(t, who);
    long messages = 0;

    for (int count; (count = next_group(p, until, all)) > 0;) {
        bool first = true, carries = false;
        nudges_judge(&c, all, count);
        for (int i = 0; i < count; i++) {
            bool mine = all[i].nudge->rule->id == r->id;
            if (mine && !goes(&all[i]))
                tally_held(y, &all[i]);
            if (goes(&all[i])) {
                remember(&c, all[i].nudge, first);
                first = false;
                carries = carries || mine;
            }
            if (all[i].verdict != NUDGE_LATER)
                go_on(t, all[i].nudge);
        }
        messages += carries;
    }
    return messages;
}

static const struct rule *as_if_on(struct turn *t, const struct rule *r)
{
    struct rule *on = arena_new(t->arena, struct rule);

    *on = *r;
    if (!r->enabled)
        rule_starts(t, r, &on->since, &on->spread);
    return on;
}

static struct set read_set(struct turn *t, const struct rule *r, int64_t last)
{
    int count = 0;
    const struct rule **on = rules_enabled(t, NULL, &count);
    struct set set = { arena_array(t->arena, const struct rule *, (size_t)count + 1), 1 };

    set.rules[0] = rule_with_days(t, as_if_on(t, r), last);
    for (int i = 0; i < count; i++)
        if (on[i]->id != r->id)
            set.rules[set.count++] = rule_with_days(t, on[i], last);
    return set;
}

static void run_all(struct turn *t, const struct rule *r, struct tally *y)
{
    int64_t now = t->now, until = now + NUDGE_AHEAD * DAY;
    int people = 0;
    int64_t *ids = ids_of(t, query(t, "SELECT id FROM person WHERE active = 1 ORDER BY id"), &people);
    const struct set set = read_set(t, r, until / DAY + 1);

    for (int i = 0; i < people; i++) {
        struct plan p = { .turn = t, .dry = true };
        collect(&p, &set, ids[i], until);
        long messages = p.count ? run_person(&p, r, ids[i], until, y) : 0;
        y->messages += messages;
        y->people += messages > 0;
        y->meant += p.count > 0;
        t->now = now;
    }
}

struct message *nudge_dry_reply(struct turn *t, const struct rule *r)
{
    struct tally y = { 0 };

    run_all(t, r, &y);
    struct message *m = reply(t, "%s, %d days: %ld messages, %ld people", r->slug, NUDGE_AHEAD, y.messages, y.people);
    for (int i = 0; i < y.reasons && y.meant >= NUDGE_FEW; i++)
        if (y.held[i].later)
            bullet(m, "Put off: %ld, as they would read it: %s.", y.held[i].count, phrase_of(t, y.held[i].reason));
        else
            bullet(m, "Held back: %ld, as they would read it: %s.", y.held[i].count, phrase_of(t, y.held[i].reason));
    if (y.reasons && y.meant < NUDGE_FEW)
        small(m, "It is for fewer than %d people: why they might not get it is theirs.", NUDGE_FEW);
    small(m, "Counted as if nobody answered any of them: that doubles the distance each time.");
    return m;
}
