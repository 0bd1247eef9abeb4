/* Whether a reminder goes: asked for those that fall together for one person, at their hour. A dry run asks the same. */
#include <stdlib.h>
#include <string.h>

#include "mandatory.h"
#include "nudges_private.h"
#include "progress.h"

#define TRIES 14      /* days a reminder without a due day is put off */
#define DOUBLES 6     /* more would be never */
#define KNOWN_DAYS 80 /* so long what was said is kept, at least */
#define SLACK 3600    /* a moment that the clocks left out is later than its window */

/* ---- How the person takes the rule ------------------------------------------------------------------------------- */

struct course course_begin(struct turn *t, int64_t who)
{
    return (struct course){ .turn = t, .person = who };
}

static struct standing read_standing(struct turn *t, int64_t rule, int64_t who)
{
    struct standing s = { 0 };
    struct rows *r = query(t,
                           "SELECT sent_at, ignored, skip, less, paused, snoozed FROM nudge_standing "
                           "WHERE rule = ?1 AND person = ?2",
                           I(rule), I(who));

    if (row_next(r))
        s = (struct standing){ .sent_at = row_int(r, 0),
                               .ignored = (int)row_int(r, 1),
                               .skip = (int)row_int(r, 2),
                               .less = (int)row_int(r, 3),
                               .paused = row_int(r, 4),
                               .snoozed = row_int(r, 5) };
    rows_close(r);
    return s;
}

struct standing *course_standing(struct course *c, const struct rule *r)
{
    struct arena *a = c->turn->arena;

    for (int i = 0; i < c->rule_count; i++)
        if (c->rules[i]->id == r->id)
            return &c->standings[i];
    if (c->rule_count % 16 == 0) {
        size_t n = (size_t)c->rule_count;
        const struct rule **rules = arena_array(a, const struct rule *, n + 16);
        struct standing *standings = arena_array(a, struct standing, n + 16);
        if (n) {
            memcpy(rules, c->rules, n * sizeof *rules);
            memcpy(standings, c->standings, n * sizeof *standings);
        }
        c->rules = rules;
        c->standings = standings;
    }
    c->rules[c->rule_count] = r;
    c->standings[c->rule_count] = read_standing(c->turn, r->id, c->person);
    return &c->standings[c->rule_count++];
}

void course_store(struct course *c)
{
    for (int i = 0; i < c->rule_count; i++) {
        const struct standing *s = &c->standings[i];
        insert(c->turn,
               "INSERT INTO nudge_standing(rule, person, sent_at, ignored, skip, less, paused, snoozed) "
               "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT(rule, person) DO UPDATE SET sent_at = ?3, "
               "ignored = ?4, skip = ?5, less = ?6, paused = ?7, snoozed = ?8",
               I(c->rules[i]->id), I(c->person), I(s->sent_at), I(s->ignored), I(s->skip), I(s->less), I(s->paused),
               I(s->snoozed));
    }
}

/* They wrote or pressed something that was answered. After months nobody knows any more: then they are believed. */
static bool heard_since(struct turn *t, int64_t who, int64_t at)
{
    return t->now - at > KNOWN_DAYS * DAY ||
           one_int(t, "SELECT created_ms FROM message WHERE person = ?1 AND cause IS NOT NULL ORDER BY id DESC LIMIT 1",
                   I(who)) >= at * 1000;
}

/* Was the newest ignored? Each that was doubles the distance; in the end it is asked whether to go on. */
static void look_back(struct course *c, const struct rule *r, struct standing *s)
{
    if (!s->sent_at || r->core)
        return;
    s->ignored = heard_since(c->turn, c->person, s->sent_at) ? 0 : s->ignored + 1;
    int doubles = (s->ignored < r->pause_after ? s->ignored : r->pause_after) + s->less;
    bool asks = r->pauses && s->ignored >= r->pause_after;
    s->skip = asks ? 0 : (1 << (doubles < DOUBLES ? doubles : DOUBLES)) - 1;
    s->sent_at = 0;
}

/* ---- How often it went ------------------------------------------------------------------------------------------- */

static bool is_subject(const struct nudge *a, const struct nudge *b)
{
    return *a->kind && a->object == b->object && strcmp(a->kind, b->kind) == 0;
}

static bool is_about(const struct nudge *a, const struct nudge *b)
{
    return a->rule->id == b->rule->id && a->object == b->object && strcmp(a->kind, b->kind) == 0;
}

/* Since an instant; about the same thing, or anything. */
static int times_sent(struct course *c, const struct nudge *n, bool same, int64_t since)
{
    int count =
        (int)one_int(c->turn,
                     "SELECT count(*) FROM nudge WHERE rule = ?1 AND person = ?2 AND state = 'sent' AND at >= ?3 "
                     "AND (?4 = 0 OR (kind = ?5 AND object = ?6))",
                     I(n->rule->id), I(c->person), I(since), I(same), T(n->kind), I(n->object));

    for (int i = 0; i < c->sent_count; i++)
        count += c->sent[i].nudge.rule->id == n->rule->id && c->sent[i].nudge.at >= since &&
                 (!same || is_about(&c->sent[i].nudge, n));
    return count;
}

static bool is_rrule(const struct nudge *n)
{
    return strcmp(n->rule->kind, "rrule") == 0;
}

static bool is_asked_about(const struct nudge *n)
{
    return strcmp(n->kind, "requirement") == 0 || strcmp(n->kind, "path") == 0;
}

/* By any rule: one message a thing and day. */
static bool told_since(struct course *c, const struct nudge *n, int64_t since)
{
    bool told = *n->kind && one_int(c->turn,
                                    "SELECT count(*) FROM nudge WHERE person = ?1 AND state = 'sent' AND kind = ?2 AND "
                                    "object = ?3 AND at >= ?4",
                                    I(c->person), T(n->kind), I(n->object), I(since)) > 0;

    for (int i = 0; i < c->sent_count && !told; i++)
        told = c->sent[i].nudge.at >= since && is_subject(&c->sent[i].nudge, n);
    return told;
}

static const char *too_often(struct course *c, const struct nudge *n)
{
    const struct zone *z = person(c->turn, c->person)->zone;
    int64_t today = day_of(z, c->turn->now), monday = instant_on(z, today - day_weekday(today), 0);

    if (told_since(c, n, instant_on(z, today, 0)) ||
        (is_asked_about(n) && mandatory_says(c->turn, c->person, n->kind, n->object)))
        return "you had been told of the same thing that day";
    if (n->rule->core)
        return NULL;
    if (n->rule->per_item && !is_rrule(n) && times_sent(c, n, true, 0) >= n->rule->per_item)
        return "the rule had told you of it often enough";
    if (n->rule->per_week && times_sent(c, n, false, monday) >= n->rule->per_week)
        return "the rule had its share of this week";
    return NULL;
}

/* Messages of a dry run since a day. */
static int messages_since(const struct course *c, int64_t day)
{
    int count = 0;

    for (int i = 0; i < c->sent_count; i++)
        count += c->sent[i].first && c->sent[i].day >= day;
    return count;
}

/* What the gate says beside a dry run's messages and what is asked of them, which comes first. */
static const char *gate_refuses(struct course *c)
{
    struct turn *t = c->turn;
    int64_t today = day_of(person(t, c->person)->zone, t->now), monday = today - day_weekday(today);

    return held_back_beside(t, c->person, CLASS_REMINDER,
                            messages_since(c, today) + mandatory_reminders(t, c->person, today, today),
                            messages_since(c, monday) + mandatory_reminders(t, c->person, monday, monday + 6));
}

/* ---- One of them ------------------------------------------------------------------------------------------------- */

static int64_t due_day(struct course *c, const struct nudge *n)
{
    return strcmp(n->rule->kind, "before_due") == 0
               ? one_int(c->turn, "SELECT day FROM nudge_subject WHERE person = ?1 AND kind = ?2 AND object = ?3",
                         I(c->person), T(n->kind), I(n->object))
               : INT64_MAX;
}

static void drop(struct judged *j, const char *reason)
{
    j->verdict = NUDGE_DROPPED;
    j->reason = reason;
}

/* On the next working day, as long as that is not too late for it. */
static void put_off(struct course *c, struct judged *j, const char *reason)
{
    struct nudge *n = j->nudge;
    const struct hours *h = person_hours(c->turn, c->person);
    int64_t today = day_of(h->zone, c->turn->now), day = work_days_add(h, today, 1), due = due_day(c, n);

    if (day == INT64_MAX || day > (due < INT64_MAX ? due : n->day + TRIES)) {
        drop(j, reason);
        return;
    }
    n->try_day = day;
    n->at = nudge_window_at(c->turn, n->rule, c->person, day);
    j->verdict = NUDGE_LATER;
    j->reason = reason;
}

/* Something was recorded meanwhile, or nothing since it was told of that: so long again. */
static bool is_not_idle(struct course *c, struct nudge *n)
{
    struct turn *t = c->turn;
    const struct zone *z = person(t, c->person)->zone;
    int64_t newest = progress_newest(t, c->person, t->now), days = strtol(n->rule->spec, NULL, 10);
    int64_t from = newest ? day_of(z, newest) : n->rule->since, today = day_of(z, t->now);

    if (from + days > today)
        n->day = from + days;
    else if (times_sent(c, n, false, newest))
        n->day = today + days;
    else
        return false;
    n->try_day = n->day;
    n->at = nudge_window_at(t, n->rule, c->person, n->day);
    return true;
}

bool nudge_follow(struct turn *t, const struct nudge *n, struct nudge *next)
{
    if (strcmp(n->rule->kind, "idle") != 0)
        return false;
    *next = *n;
    next->id = 0;
    next->day = next->try_day = day_of(person(t, n->person)->zone, t->now) + strtol(n->rule->spec, NULL, 10);
    next->at = nudge_window_at(t, n->rule, n->person, next->day);
    return true;
}

static bool is_too_late(struct course *c, const struct nudge *n)
{
    return c->turn->now > nudge_window_end(c->turn, n->rule, c->person, n->day) && c->turn->now > n->at + SLACK;
}

/* What their own choice says of the rule, now. */
static const char *choice_now(struct course *c, const struct rule *r, struct standing *s)
{
    int64_t today = day_of(person(c->turn, c->person)->zone, c->turn->now);

    if (s->snoozed > today)
        return "you had put it off";
    look_back(c, r, s);
    if (s->paused)
        return "it had paused after you ignored it";
    if (s->skip > 0) {
        s->skip--;
        return s->ignored ? "you had ignored the one before" : "you wanted less of this";
    }
    return NULL;
}

/* Asked once for all of the rule that falls together: that is one reminder. */
static const char *own_choice(struct course *c, const struct rule *r, struct standing *s)
{
    if (s->asked_at != c->turn->now)
        s->choice = choice_now(c, r, s);
    s->asked_at = c->turn->now;
    return s->choice;
}

static void judge_one(struct course *c, struct judged *j)
{
    struct nudge *n = j->nudge;
    const char *reason;

    j->verdict = NUDGE_GOES;
    j->reason = NULL;
    j->standing = course_standing(c, n->rule);
    if (!person_in_audience(c->turn, c->person, n->rule->who) ||
        due_day(c, n) < day_of(person(c->turn, c->person)->zone, c->turn->now)) {
        drop(j, NULL);
    } else if (strcmp(n->rule->kind, "idle") == 0 && is_not_idle(c, n)) {
        j->verdict = NUDGE_LATER;
    } else if (is_rrule(n) && is_too_late(c, n)) {
        drop(j, "its hour had passed");
    } else if (rule_held_out(c->turn, n->rule, c->person)) {
        drop(j, HELD_OUT);
    } else if ((reason = own_choice(c, n->rule, j->standing)) || (reason = too_often(c, n))) {
        drop(j, reason);
    } else if (!n->rule->core && n->rule->pauses && j->standing->ignored >= n->rule->pause_after) {
        j->verdict = NUDGE_PAUSES;
    }
}

static bool goes(const struct judged *j)
{
    return j->verdict == NUDGE_GOES || j->verdict == NUDGE_PAUSES;
}

/* One that was put off until the next about the same thing came: that one says it all. */
static void merge_same(struct judged *all, int count)
{
    for (int i = 0; i < count; i++)
        for (int k = i + 1; k < count && goes(&all[i]); k++)
            if (goes(&all[k]) && is_about(all[i].nudge, all[k].nudge))
                drop(all[i].nudge->day <= all[k].nudge->day ? &all[i] : &all[k], NULL);
}

/* What the gate says to one that would go. */
static void hold_back(struct course *c, struct judged *j, const char *reason)
{
    struct nudge *n = j->nudge;
    int64_t later_today = nudge_window_at(c->turn, n->rule, c->person, n->try_day);

    if (later_today > c->turn->now) { /* their quiet hours are others than when it was planned */
        n->at = later_today;
        j->verdict = NUDGE_LATER;
    } else if (is_rrule(n)) {
        drop(j, reason);
    } else {
        put_off(c, j, reason);
    }
}

/* The gate is asked once, and only if something would go: all that goes is one message. */
bool nudges_judge(struct course *c, struct judged *all, int count)
{
    const char *reason = NULL;
    bool any = false;

    for (int i = 0; i < count; i++)
        judge_one(c, &all[i]);
    merge_same(all, count);
    for (int i = 0; i < count; i++) {
        struct judged *j = &all[i];
        if (!goes(j))
            continue;
        if (!any)
            reason = gate_refuses(c);
        any = true;
        if (reason)
            hold_back(c, j, reason);
        else if (j->verdict == NUDGE_PAUSES)
            j->standing->paused = true;
        else
            j->standing->sent_at = c->turn->now;
    }
    return reason;
}
