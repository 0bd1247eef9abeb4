/* When two people can meet: inside the working days of both, wherever they are. */
#include "sessions.h"

#define STEP 1800   /* sessions begin on the half hour of who asks */
#define NOTICE 3600 /* between now and the first of them */
#define DAYS_AHEAD 14

static bool is_taken(struct turn *t, int64_t who, int64_t at, int64_t session)
{
    return one_int(t,
                   "SELECT count(*) FROM session WHERE (asker = ?1 OR expert = ?1) AND id <> ?2 AND state IN ('open', "
                   "'confirmed') AND (starts BETWEEN ?3 AND ?4 OR wanted BETWEEN ?3 AND ?4)",
                   I(who), I(session), I(at - SESSION_MINUTES * 60 + 1), I(at + SESSION_MINUTES * 60 - 1)) > 0;
}

bool session_at_work(struct turn *t, int64_t who, int64_t at)
{
    const struct hours *h = person_hours(t, who);

    return person(t, who)->active && !person_hidden(t, who) && work_at(h, at) && work_left(h, at) >= SESSION_MINUTES;
}

bool session_suits(struct turn *t, int64_t who, int64_t at, int64_t session)
{
    return session_at_work(t, who, at) && at >= busy_until(t, who) && !is_taken(t, who, at, session);
}

static int64_t first_half_hour(struct turn *t, const struct session *s)
{
    int64_t start = expert_start(t, s->expert), at = (start == INT64_MAX ? t->now : start) + NOTICE;
    struct local l = local_at(person(t, s->asker)->zone, at);
    int64_t past = (l.minute % 30) * 60 + l.second;

    return past ? at + STEP - past : at;
}

/* The first and the last time of each day of the asker that has one. */
struct span {
    int64_t first, last;
};

static int days_with_times(struct turn *t, const struct session *s, struct span days[SLOTS])
{
    const struct zone *zone = person(t, s->asker)->zone;
    int64_t from = first_half_hour(t, s), day = INT64_MIN;
    int count = 0;

    for (int64_t at = from; at < t->now + DAYS_AHEAD * DAY; at += STEP) {
        if (at == s->starts || !session_suits(t, s->asker, at, s->id) || !session_suits(t, s->expert, at, s->id))
            continue;
        if (day_of(zone, at) != day) {
            if (count == SLOTS)
                break;
            day = day_of(zone, at);
            days[count++].first = at;
        }
        days[count - 1].last = at;
    }
    return count;
}

int session_times(struct turn *t, const struct session *s, int64_t slots[SLOTS])
{
    struct span days[SLOTS] = { 0 };
    int found = days_with_times(t, s, days), count = 0;

    if (found == SLOTS) { /* one early, one late, one early */
        slots[0] = days[0].first;
        slots[1] = days[1].last;
        slots[2] = days[2].first;
        return SLOTS;
    }
    for (int d = 0; d < found; d++) {
        if (count < SLOTS)
            slots[count++] = days[d].first;
        if (count < SLOTS && days[d].last > days[d].first)
            slots[count++] = days[d].last;
    }
    return count;
}
