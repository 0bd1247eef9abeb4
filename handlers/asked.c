/* What was asked of the cards, as figures: for `health` and `pilot report`. Topics, never texts, and only where five or more
 * people asked. */
#include <string.h>

#include "answers.h"
#include "questions.h"

#define NOT_FOUND_DAYS 30
#define PEOPLE_MIN 5
#define TOPICS_MAX 64

struct missed { /* a topic about which no card was found */
    const char *topic;
    int64_t people[PEOPLE_MIN]; /* the first of them */
    int count;
};

static void miss(struct missed *m, int64_t person)
{
    for (int i = 0; i < m->count; i++)
        if (m->people[i] == person)
            return;
    if (m->count < PEOPLE_MIN)
        m->people[m->count++] = person;
}

static struct missed *missed_about(struct missed *all, int *count, const char *topic)
{
    for (int i = 0; i < *count; i++)
        if (strcmp(all[i].topic, topic) == 0)
            return &all[i];
    if (*count == TOPICS_MAX)
        return NULL;
    all[*count] = (struct missed){ .topic = topic };
    return &all[(*count)++];
}

int answers_health(struct turn *t, struct message *m)
{
    struct missed *all = arena_array(t->arena, struct missed, TOPICS_MAX);
    int count = 0, said = 0;
    struct rows *r = query(t, "SELECT person, text FROM asked WHERE decision = 'route' AND at >= ?1 ORDER BY id",
                           I(t->now - (int64_t)NOT_FOUND_DAYS * DAY));

    while (row_next(r)) {
        const char *topic = topic_of(t, row_text(r, 1));
        struct missed *about = topic ? missed_about(all, &count, topic) : NULL;
        if (about)
            miss(about, row_int(r, 0));
    }
    for (int i = 0; i < count; i++)
        if (all[i].count == PEOPLE_MIN) {
            if (!said++)
                bullet(m, "Asked for by %d people or more within %d days, and no card has it: ", PEOPLE_MIN,
                       NOT_FOUND_DAYS);
            say(m, said > 1 ? ", %s" : "%s", topic_name(t, all[i].topic));
        }
    return said > 0;
}

void answers_pilot(struct turn *t, struct message *m, int64_t since)
{
    int64_t people = one_int(t, "SELECT count(DISTINCT person) FROM asked WHERE at >= ?1", I(since));

    bullet(m, "Questions asked: %ld, by %s", (long)one_int(t, "SELECT count(*) FROM asked WHERE at >= ?1", I(since)),
           people < PEOPLE_MIN ? phrase(t, "fewer than %d people", PEOPLE_MIN) : phrase(t, "%ld people", (long)people));
    bullet(m, "Answered by a card: %ld",
           (long)one_int(t,
                         "SELECT count(*) FROM asked WHERE at >= ?1 AND card IS NOT NULL AND "
                         "coalesce(outcome, '') NOT IN ('not_it', 'none', 'asked')",
                         I(since)));
}
