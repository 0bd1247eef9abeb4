/* What people of a quarter do, at random: goals, paths, presses of what they got, and what they wish for; what each wish
 * means is noted as it is said. */
#include <stdlib.h>
#include <string.h>

#include "quarter.h"

#define ONE_OF(list) (list)[quarter_random(q, sizeof(list) / sizeof *(list))]

/* ---- Saying ------------------------------------------------------------------------------------------------------ */

static void give(struct quarter *q, const struct event *e)
{
    const struct pending *p = world_add(q->w, e);

    q->again[q->again_count++ % AGAIN] = p->event;
    q->acted++;
}

void quarter_say(struct quarter *q, struct colleague *c, const char *text)
{
    if (c->talking && strcmp(text, "cancel") != 0) {
        c->talking = false;
        quarter_say(q, c, "cancel");
    }
    struct event e = world_event(q->w, EVENT_SAY, c->platform, c->handle, text);
    give(q, &e);
}

static void redeliver(struct quarter *q)
{
    int kept = q->again_count < AGAIN ? q->again_count : AGAIN;

    if (!kept)
        return;
    world_add(q->w, &q->again[quarter_random(q, (uint64_t)kept)]);
    q->redeliveries++;
}

/* A day from now on, as it is written. */
static const char *some_day(struct quarter *q, const struct colleague *c, int from, int within)
{
    return day_iso(q->w->arena, quarter_today(q, c) + from + (int64_t)quarter_random(q, (uint64_t)within));
}

static const char *new_secret(struct quarter *q, const struct colleague *c)
{
    if (q->secret_count == q->secret_max) {
        q->secret_max = q->secret_max ? 2 * q->secret_max : 1024;
        q->secrets = realloc(q->secrets, (size_t)q->secret_max * sizeof *q->secrets);
        if (!q->secrets)
            abort();
    }
    q->secrets[q->secret_count] = (struct secret){ .owner = c->number };
    return arena_printf(q->w->arena, "zq%05d", q->secret_count++);
}

/* ---- Wishes ------------------------------------------------------------------------------------------------------ */

static struct wishes *change_wishes(struct quarter *q, struct colleague *c)
{
    if (q->w->now_ms > c->changed_ms + SETTLING_MS)
        c->before = c->wishes;
    c->changed_ms = q->w->now_ms;
    return &c->wishes;
}

static void stop_or_start(struct quarter *q, struct colleague *c)
{
    struct wishes *w = change_wishes(q, c);

    w->stopped = !w->stopped;
    quarter_say(q, c, w->stopped ? "stop" : "start");
}

static void switch_nudges(struct quarter *q, struct colleague *c)
{
    struct wishes *w = change_wishes(q, c);

    w->nudges_off = !w->nudges_off;
    quarter_say(q, c, w->nudges_off ? "prefs nudges off" : "prefs nudges on");
}

static void choose_budget(struct quarter *q, struct colleague *c)
{
    struct wishes *w = change_wishes(q, c);

    w->budget_day = (int)quarter_random(q, 4);
    quarter_say(q, c, arena_printf(q->w->arena, "prefs day %d", w->budget_day));
}

static void choose_quiet(struct quarter *q, struct colleague *c)
{
    static const int hours[][2] = { { 16, 11 }, { 12, 9 }, { 18, 9 }, { 20, 10 } };
    const int *h = ONE_OF(hours);
    struct wishes *w = change_wishes(q, c);

    w->quiet_from = h[0] * 60;
    w->quiet_to = h[1] * 60;
    quarter_say(q, c, arena_printf(q->w->arena, "prefs quiet %02d:00-%02d:00", h[0], h[1]));
}

static void go_away(struct quarter *q, struct colleague *c)
{
    int64_t today = quarter_today(q, c), ends = today + (int64_t)quarter_random(q, 9);

    if (c->away_count == SPANS)
        return;
    change_wishes(q, c);
    c->away[c->away_count++] = (struct span){ today, ends, true };
    quarter_say(q, c, arena_printf(q->w->arena, "away until %s", day_iso(q->w->arena, ends)));
}

static void come_back(struct quarter *q, struct colleague *c)
{
    int64_t today = quarter_today(q, c);

    change_wishes(q, c);
    for (int i = 0; i < c->away_count; i++)
        if (c->away[i].starts <= today && c->away[i].ends >= today)
            c->away[i].ends = today - 1;
    quarter_say(q, c, "back");
}

static void wish(struct quarter *q, struct colleague *c)
{
    static void (*const all[])(struct quarter *, struct colleague *) = { stop_or_start, switch_nudges, choose_budget,
                                                                         choose_quiet,  go_away,       come_back };

    if (c->wishes.stopped && quarter_chance(q, 70))
        stop_or_start(q, c);
    else if (c->wishes.nudges_off && quarter_chance(q, 50))
        switch_nudges(q, c);
    else
        ONE_OF(all)(q, c);
}

/* ---- Pressing ---------------------------------------------------------------------------------------------------- */

/* By their own press a manager reads what stands there. */
static void share(struct quarter *q, const struct copy *c)
{
    for (const char *at = strstr(c->text, "zq"); at; at = strstr(at + 2, "zq")) {
        int n = atoi(at + 2);
        if (n < q->secret_count && !q->secrets[n].shared) {
            q->secrets[n].shared = true;
            q->shared++;
        }
    }
}

/* What would take back a wish, or ask again in months, is left alone. */
static bool is_left_alone(const struct node *n)
{
    return strcmp(n->text, "Undo") == 0 || strcmp(n->text, "Remember this") == 0 ||
           strcmp(n->text, "Share here") == 0 || strcmp(n->text, "Keep my wording") == 0;
}

static const struct node *some_button(struct quarter *q, const struct copy *c)
{
    const struct node *found = NULL;
    struct nodes m;
    uint64_t n = 0;

    if (c->deleted || !*c->body || !nodes_from_json(q->w->arena, c->body, &m))
        return NULL;
    for (const struct node *k = m.first; k; k = k->next)
        if ((k->kind == NODE_BUTTON || k->kind == NODE_CHOICE) && !is_left_alone(k) && quarter_random(q, ++n) == 0)
            found = k;
    return found;
}

static bool press(struct quarter *q, struct colleague *c)
{
    int kept = c->recent_count < RECENT ? c->recent_count : RECENT;

    for (int i = 1; i <= kept; i++) {
        const struct copy *m = c->recent[(c->recent_count - i) % RECENT];
        const struct node *n = quarter_chance(q, 60) ? some_button(q, m) : NULL;
        if (!n)
            continue;
        if (strcmp(n->text, "Tell my manager") == 0)
            share(q, m);
        struct event e = world_event(q->w, EVENT_PRESS, m->platform, c->handle, NULL);
        e.value = n->value;
        e.target = m->id;
        c->talking = true;
        give(q, &e);
        return true;
    }
    return false;
}

/* ---- Learning ---------------------------------------------------------------------------------------------------- */

static const char *goal_words(struct quarter *q, const struct colleague *c)
{
    struct arena *a = q->w->arena;
    int n = 1 + (int)quarter_random(q, 3);

    switch (quarter_random(q, 6)) {
    case 0:
        return arena_printf(a, "goal %d %d%%", n, (int)quarter_random(q, 100));
    case 1:
        return arena_printf(a, "goal %d done", n);
    case 2:
        return "goal";
    default:
        return arena_printf(a, "goal learn %s by %s", new_secret(q, c), some_day(q, c, 1, 30));
    }
}

static const char *path_words(struct quarter *q, const struct colleague *c)
{
    static const char *const start[] = { "start sql-basics", "start data-protection", "start talk-well",
                                         "start margins" };
    struct arena *a = q->w->arena;

    switch (quarter_random(q, 8)) {
    case 0:
    case 1:
        return ONE_OF(start);
    case 2:
        return "done";
    case 3:
        return arena_printf(a, "done %d", 1 + (int)quarter_random(q, 3));
    case 4:
        return arena_printf(a, "skip %d known since %s", 1 + (int)quarter_random(q, 4), new_secret(q, c));
    case 5:
        return arena_printf(a, "log %d min read about %s", 10 + (int)quarter_random(q, 50), new_secret(q, c));
    case 6:
        return arena_printf(a, "remind me to look at %s %s", new_secret(q, c), some_day(q, c, 1, 20));
    default:
        return "next";
    }
}

static const char *look_words(struct quarter *q)
{
    static const char *const all[] = {
        "me", "plan", "why", "me what does my manager see", "who looked at me", "path", "help", "prefs", "mydata export"
    };

    return ONE_OF(all);
}

/* No card has it: it goes to experts. */
static const char *question_words(struct quarter *q)
{
    return arena_printf(q->w->arena, "how do backups of the shelf number %d work?", (int)quarter_random(q, 90000));
}

static const char *manager_words(struct quarter *q, const struct colleague *c)
{
    static const char *const paths[] = { "sql-basics", "data-protection", "talk-well" };
    int first = c->number * REPORTS + 1;
    int report = first + (int)quarter_random(q, (uint64_t)(q->count - first < REPORTS ? q->count - first : REPORTS));
    struct arena *a = q->w->arena;
    const char *handle = q->people[report].handle;

    switch (quarter_random(q, 5)) {
    case 0:
        return "team";
    case 1:
        return "digest now";
    case 2:
        return arena_printf(a, "suggest @%s %s", handle, ONE_OF(paths));
    case 3:
        return arena_printf(a, "team goal fewer errors %d by %s", (int)quarter_random(q, 1000), some_day(q, c, 20, 60));
    default: /* its reminders are over before the dry run begins */
        return q->w->now_ms / 1000 / DAY > q->dry_day - 40
                   ? "team"
                   : arena_printf(a, "assign @%s %s by %s", handle, ONE_OF(paths), some_day(q, c, 5, 16));
    }
}

static const char *admin_words(struct quarter *q)
{
    static const char *const all[] = { "health",     "pilot report", "nudge list",  "unanswered",
                                       "compliance", "audit @dana",  "audit @lena", "nudge show monday" };

    return ONE_OF(all);
}

/* ---- Anybody ----------------------------------------------------------------------------------------------------- */

static struct colleague *somebody(struct quarter *q)
{
    for (;;) {
        uint64_t few = quarter_chance(q, 25) ? 12 : (uint64_t)q->count; /* some do a lot */
        struct colleague *c = &q->people[quarter_random(q, few)];
        if (quarter_works_here(q, c))
            return c;
    }
}

void quarter_act(struct quarter *q)
{
    struct colleague *c = somebody(q);
    uint64_t what = quarter_random(q, 100);

    if (quarter_chance(q, 8))
        redeliver(q);
    if (what < 35 && press(q, c))
        return;
    if (what < 50)
        quarter_say(q, c, goal_words(q, c));
    else if (what < 68)
        quarter_say(q, c, path_words(q, c));
    else if (what < 76)
        wish(q, c);
    else if (what < 82)
        quarter_say(q, c, look_words(q));
    else if (what < 87)
        quarter_say(q, c, question_words(q));
    else if (what < 96 && c->reports)
        quarter_say(q, c, manager_words(q, c));
    else if (what >= 97)
        quarter_say(q, &q->people[0], admin_words(q));
}
