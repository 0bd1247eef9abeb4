/* Journeys: paths for who is new, followed from the first day without a press, and told of once, in the first message that may go. */
#include "mandatory.h"
#include "paths_private.h"

#include <string.h>

#define JOINED_DAYS 366 /* who joined earlier is new nowhere */
#define WELCOME_DAYS 14 /* from the first; later it is no welcome any more */
#define AGAIN_AFTER 3600

static const char *timer_key(struct turn *t, int64_t who)
{
    return arena_printf(t->arena, "journey %ld", (long)who);
}

/* ---- Joining ----------------------------------------------------------------------------------------------------- */

static bool is_journey(const char *audience)
{
    const char *tenure = audience ? strstr(audience, "tenure") : NULL;

    return tenure && tenure[strlen("tenure") + strspn(tenure + strlen("tenure"), " ")] == '<';
}

static bool takes(struct turn *t, const struct path *p, int64_t who)
{
    return is_journey(p->audience) && !path_enrolled(t, who, p->id) && person_in_audience(t, who, p->audience) &&
           path_may_read(t, p->id, who);
}

/* At work on their first day, or as soon as they are. */
static void plan_welcome(struct turn *t, int64_t who)
{
    const struct person *p = person(t, who);
    int64_t first = instant_on(p->zone, p->start_day, 0);
    int64_t at = work_next(person_hours(t, who), first > t->now ? first : t->now);

    if (at != INT64_MAX)
        later(t, at, "journey", who, timer_key(t, who));
}

static void join(struct turn *t, int64_t who)
{
    int count, joined = 0;
    int64_t *paths =
        ids_of(t, query(t, "SELECT id FROM path WHERE listed = 1 AND audience IS NOT NULL ORDER BY id"), &count);

    if (person(t, who)->start_day == INT64_MIN)
        return;
    for (int i = 0; i < count; i++)
        if (takes(t, path_any(t, paths[i]), who)) {
            path_enrol(t, who, paths[i], ORIGIN_JOURNEY);
            joined++;
        }
    if (joined)
        plan_welcome(t, who);
}

void journeys_join_all(struct turn *t)
{
    int count;
    const char *since = day_iso(t->arena, day_of(zone_utc(), t->now) - JOINED_DAYS);
    int64_t *ids = ids_of(
        t, query(t, "SELECT id FROM person WHERE active = 1 AND start_date >= ?1 ORDER BY id", T(since)), &count);

    for (int i = 0; i < count; i++)
        join(t, ids[i]);
}

static void availability(struct turn *t, int64_t who)
{
    if (person(t, who)->active)
        join(t, who);
}

/* ---- Telling ----------------------------------------------------------------------------------------------------- */

static bool is_new(struct turn *t, int64_t who)
{
    const struct person *p = person(t, who);

    return p->active && day_of(p->zone, t->now) < p->start_day + WELCOME_DAYS;
}

/* What they are on and have not heard of; complete by what they did before is nothing to tell. */
static int64_t *untold(struct turn *t, int64_t who, int *count)
{
    int all;
    int64_t *paths =
        ids_of(t,
               query(t, "SELECT path FROM enrolment WHERE person = ?1 AND origin = ?2 AND welcomed = 0 ORDER BY id",
                     I(who), I(ORIGIN_JOURNEY)),
               &all);

    *count = 0;
    for (int i = 0; i < all; i++)
        if (path_may_read(t, paths[i], who) && !path_state(t, who, paths[i], INT64_MAX).complete)
            paths[(*count)++] = paths[i];
    return paths;
}

static struct message *tell_of(struct turn *t, int64_t who, const int64_t *paths, int count)
{
    struct message *m =
        tell(t, who, CLASS_REMINDER,
             "Welcome, %s! For who is new there is something to follow, at your own pace:", first_name(t, who));

    for (int i = 0; i < count; i++) {
        const struct path *p = path_any(t, paths[i]);
        bullet(m, "*%s*: %s", p->title, counted(m, path_state(t, who, p->id, INT64_MAX).of, "%ld step", "%ld steps"));
        choice(m, p->title, "path show", p->id, "");
    }
    line(m, "Nobody chases you, and only you see how far you are. `plan` lists the steps.");
    explain(m, "Whoever is new is on such paths and hears of them once. `prefs nudges off` ends whatever reminds you.");
    return m;
}

static void welcome(struct turn *t)
{
    int64_t who = t->object, again = work_next(person_hours(t, who), t->now + AGAIN_AFTER);
    int count = 0;
    int64_t *paths = is_new(t, who) ? untold(t, who, &count) : NULL;

    if (!count)
        return;
    if (mandatory_goes_first(t, who) || refused(tell_of(t, who, paths, count))) {
        if (again != INT64_MAX)
            later(t, again, "journey", who, timer_key(t, who));
        return;
    }
    for (int i = 0; i < count; i++)
        change(t, "UPDATE enrolment SET welcomed = 1 WHERE person = ?1 AND path = ?2", I(who), I(paths[i]));
}

static const struct timer timers[] = { { "journey", welcome }, { 0 } };

const struct handler handler_journeys = { "journeys", .timers = timers, .availability = availability };
