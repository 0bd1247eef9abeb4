/* What stands with nobody: curators and admins see the words, the topic and how old it is; a name only where its bearer
 * let it be shown. */
#include "routing.h"

static const char *age_of(struct turn *t, int64_t seconds)
{
    long hours = (long)(seconds / 3600), days = (long)(seconds / DAY);

    if (days)
        return days == 1 ? phrase(t, "1 day") : phrase(t, "%ld days", days);
    return hours == 1 ? phrase(t, "1 hour") : hours ? phrase(t, "%ld hours", hours) : phrase(t, "less than an hour");
}

#define UNANSWERED_SHOWN 20

static void say_question(struct turn *t, struct message *m, const struct question *q)
{
    bullet(m, "%s – %s – %s", age_of(t, t->now - q->asked), q->topic ? q->topic : phrase(t, "no topic"),
           question_cut(t, q));
    if (q->named)
        say(m, " (%s)", person(t, q->asker)->name);
}

/* Of people in the curator's scope, oldest first. */
static int64_t *those_to_see(struct turn *t, int *count)
{
    int all = 0;
    int64_t *ids = ids_of(
        t, query(t, "SELECT id FROM question WHERE state = 'unanswered' AND hidden = 0 ORDER BY asked, id"), &all);

    *count = 0;
    for (int i = 0; i < all; i++)
        if (may(t, "unanswered", question_get(t, ids[i])->asker))
            ids[(*count)++] = ids[i];
    return ids;
}

static void show_unanswered(struct turn *t)
{
    int count;
    int64_t *ids = those_to_see(t, &count);

    if (!count) {
        reply(t, "No question waits for somebody to take it.");
        return;
    }
    struct message *m = reply(
        t, count == 1 ? "1 question stands with nobody:" : "%d questions stand with nobody, oldest first:", count);
    for (int i = 0; i < count && i < UNANSWERED_SHOWN; i++)
        say_question(t, m, question_get(t, ids[i]));
    if (count > UNANSWERED_SHOWN)
        line(m, "and %d more.", count - UNANSWERED_SHOWN);
    small(m, "`teach` makes a card of what you know; `help unanswered` tells more.");
}

static int unanswered_health(struct turn *t, struct message *m)
{
    int64_t count = one_int(t, "SELECT count(*) FROM question WHERE state = 'unanswered' AND hidden = 0");

    if (!count)
        return 0;
    bullet(m, "%s with nobody: `unanswered` lists them.",
           counted(m, (long)count, "%ld question stands", "%ld questions stand"));
    return 1;
}

static void by_person(struct turn *t, struct message *m, int64_t since)
{
    bullet(m, "Answered by a colleague: %ld",
           (long)one_int(t, "SELECT count(DISTINCT question) FROM answer WHERE at >= ?1", I(since)));
}

static const struct command commands[] = {
    { "unanswered", show_unanswered, .verb = "unanswered", .role = ROLE_STEWARD, .help = "questions nobody could take",
      .example = "unanswered",
      .seen_by = "Only you see it. What you know the answer to becomes a card with teach. Once somebody is listed for "
                 "its topic, I ask them what its asker let me put to people." },
    { 0 },
};

const struct handler handler_unanswered = {
    "unanswered", .group = "Curate", .commands = commands, .health = unanswered_health, .pilot = by_person,
};
