/* Until when: due days where the person is, moved past what keeps them from work. */
#include "mandatory_private.h"

#define LAST_DAYS 14 /* what an absence takes of these is given back */
#define REMIND_MINUTE (9 * 60 + 30)

int64_t due_today(struct turn *t, int64_t id)
{
    return day_of(person(t, id)->zone, t->now);
}

int64_t due_late_at(struct turn *t, int64_t id, int64_t due)
{
    return instant_on(person(t, id)->zone, due + 1, 0);
}

/* Would they have worked that day, had they not been away? */
static bool was_taken(struct turn *t, int64_t id, int64_t day)
{
    return person_hours(t, id)->weekdays >> day_weekday(day) & 1 &&
           one_int(t, "SELECT count(*) FROM absence WHERE person = ?1 AND starts <= ?2 AND ends >= ?2", I(id),
                   I(day)) &&
           !one_int(t,
                    "SELECT count(*) FROM holiday h JOIN person p ON p.calendar = h.calendar WHERE p.id = ?1 AND "
                    "h.day = ?2",
                    I(id), I(day));
}

int due_days_taken(struct turn *t, int64_t id, int64_t before)
{
    int n = 0;

    if (one_int(t, "SELECT count(*) FROM absence WHERE person = ?1 AND starts < ?2 AND ends >= ?3", I(id), I(before),
                I(before - LAST_DAYS)))
        for (int64_t day = before - LAST_DAYS; day < before; day++)
            n += was_taken(t, id, day);
    return n;
}

int64_t due_moved(struct turn *t, int64_t id, int64_t base)
{
    const struct hours *h = person_hours(t, id);
    int64_t day = work_day(h, base) ? base : work_days_add(h, base, 1);

    if (day == INT64_MAX)
        return base;
    int taken = due_days_taken(t, id, base);
    int64_t later = taken ? work_days_add(h, day, taken) : day;
    return later == INT64_MAX ? day : later;
}

int64_t due_moment(struct turn *t, int64_t id, int64_t at)
{
    const struct hours *h = person_hours(t, id);
    int64_t start = work_next(h, at);

    if (start == INT64_MAX)
        return start;
    int64_t half_past = instant_on(h->zone, day_of(h->zone, start), REMIND_MINUTE);
    return start < half_past && work_at(h, half_past) ? half_past : start;
}

int due_stage(int64_t distance)
{
    static const int stages[] = { 0, 1, 7, 14 };

    if (distance < 0)
        return TOLD_OVERDUE;
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
        if (distance <= stages[i])
            return stages[i];
    return TOLD_NOTICE;
}
