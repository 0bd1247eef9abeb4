/* Who knows what, and who of them is asked: the score of an expert, and the directory people search. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "learnd/rare.h"
#include "sessions.h"

#define SHOWN_MAX 3
#define OPEN_OFFERS_MAX 2
#define CHOSEN_LEVEL 3 /* of a topic somebody added themselves */

/* ---- When somebody may be asked --------------------------------------------------------------------------------- */

int64_t busy_until(struct turn *t, int64_t id)
{
    const char *until = pref(t, id, "busy_until");
    int64_t at = until ? strtoll(until, NULL, 10) : 0;

    return at > t->now ? at : 0;
}

int64_t expert_start(struct turn *t, int64_t id)
{
    const struct hours *h = person_hours(t, id);
    int64_t busy = busy_until(t, id), halted = halted_until(t);
    int64_t at = busy > t->now ? busy : t->now;

    at = halted > at ? halted : at;
    for (int tries = 0; tries < 100; tries++) {
        at = work_next(h, at);
        if (at == INT64_MAX)
            return at;
        int64_t quiet = quiet_ends(t, id, at);
        if (!quiet && work_left(h, at) >= START_MINUTES)
            return at;
        at = quiet ? quiet : at + work_left(h, at) * 60 + 60;
    }
    return INT64_MAX;
}

static bool said_no(struct turn *t, int64_t id)
{
    const char *consent = pref(t, id, "consent");

    return consent && strcmp(consent, "no") == 0;
}

bool expert_reachable(struct turn *t, int64_t id)
{
    return may_be_reached(t, id) && !said_no(t, id) && !person_away(t, id, t->now);
}

int expert_cap(struct turn *t, int64_t id)
{
    const char *own = pref(t, id, "cap");

    return own ? (int)strtol(own, NULL, 10) : person(t, id)->weekly_cap;
}

const char *questions_a_week(struct turn *t, int n)
{
    return n == 1 ? phrase(t, "1 question in seven days") : phrase(t, "%d questions in seven days", n);
}

const char *expert_presence(struct turn *t, int64_t id)
{
    const struct hours *h = person_hours(t, id);
    const struct zone *zone = person(t, id)->zone;
    int64_t next = work_next(h, t->now);

    if (work_at(h, t->now))
        return phrase(t, "at work until %s", time_say(t->arena, zone, work_end(h, t->now)));
    if (next == INT64_MAX)
        return phrase(t, "not at work for a long time");
    return phrase(t, "at work again %s", say_moment(t, id, next));
}

/* ---- The score: match x availability x load x helpfulness ------------------------------------------------------- */

struct record { /* of one expert in one topic */
    int64_t week, open, offered, accepted, helpful, rated, answered_at;
};

/* By what reached them: the question itself may be gone with its asker's data. */
int64_t expert_offers_in_seven_days(struct turn *t, int64_t id)
{
    return one_int(t, "SELECT count(*) FROM reached WHERE person = ?1 AND class = 'offer' AND at > ?2", I(id),
                   I(t->now - 7 * DAY));
}

static struct record record_of(struct turn *t, int64_t id, const char *topic)
{
    struct record k = { 0 };
    struct rows *r = query(t,
                           "SELECT sum(CASE WHEN state IN ('open', 'accepted') THEN 1 ELSE 0 END), count(*), "
                           "sum(CASE WHEN state = 'answered' THEN 1 ELSE 0 END) "
                           "FROM offer WHERE expert = ?1 AND kind = 'expert' AND state <> 'unreachable'",
                           I(id));
    if (row_next(r)) {
        k.open = row_int(r, 0);
        k.offered = row_int(r, 1);
        k.accepted = row_int(r, 2);
        rows_close(r);
    }
    k.week = expert_offers_in_seven_days(t, id);
    r = query(t,
              "SELECT sum(CASE WHEN a.helpful = 1 THEN 1 ELSE 0 END), count(a.helpful), "
              "max(CASE WHEN a.helpful = 0 THEN 0 ELSE a.at END) "
              "FROM answer a JOIN question q ON q.id = a.question WHERE a.author = ?1 AND q.topic = ?2",
              I(id), T(topic));
    if (row_next(r)) {
        k.helpful = row_int(r, 0);
        k.rated = row_int(r, 1);
        k.answered_at = row_int(r, 2);
        rows_close(r);
    }
    return k;
}

bool acceptance_counts(struct turn *t, int64_t id)
{
    return t->settings->evaluate_acceptance && !evaluations_off(t, id);
}

/* A level counts for what stands behind it: said of oneself .6, listed by the organisation .8, shown by an answer 1;
 * what was shown fades to half within a year. */
static double match(struct turn *t, int level, bool self, const struct record *k)
{
    double base = self ? 0.6 : 0.8, shown = 0;

    if (k->answered_at)
        shown = 1 - 0.5 * fmin(1, (double)(t->now - k->answered_at) / (365.0 * DAY));
    return level / 5.0 * fmax(base, shown);
}

double expert_availability(int64_t wait)
{
    return wait <= 0 ? 1 : fmax(0.15, 1 - (double)wait / (16 * 3600));
}

static double merit_of(struct turn *t, const struct expert_score *e, bool self, const struct record *k)
{
    double load = exp(-0.35 * (double)k->week);
    double helpful = ((double)k->helpful + 2) / ((double)k->rated + 3);
    double accepted = acceptance_counts(t, e->person) ? ((double)k->accepted + 2) / ((double)k->offered + 3) : 2.0 / 3;

    return round(match(t, e->level, self, k) * load * accepted * helpful * 1e6) / 1e6;
}

/* Ties are broken the same way every time, and not always for the same person. */
struct ranked {
    struct expert_score expert;
    unsigned long long tie;
};

static int by_score(const void *x, const void *y)
{
    const struct ranked *a = x, *b = y;

    if (a->expert.score != b->expert.score)
        return a->expert.score < b->expert.score ? 1 : -1;
    if (a->tie != b->tie)
        return a->tie < b->tie ? -1 : 1;
    return (a->expert.person > b->expert.person) - (a->expert.person < b->expert.person);
}

static bool was_put_to(struct turn *t, int64_t question, int64_t id)
{
    return question &&
           one_int(t, "SELECT count(*) FROM offer WHERE question = ?1 AND expert = ?2", I(question), I(id)) > 0;
}

/* May this expert be considered? Fills in what is known. */
static bool consider(struct turn *t, struct ranked *out, const char *topic, int64_t question, bool self)
{
    struct expert_score *e = &out->expert;

    if (!expert_reachable(t, e->person) || was_put_to(t, question, e->person))
        return false;
    struct record k = record_of(t, e->person, topic);
    if (k.week >= expert_cap(t, e->person) || k.open >= OPEN_OFFERS_MAX)
        return false;
    e->start = expert_start(t, e->person);
    if (e->start == INT64_MAX)
        return false;
    e->merit = merit_of(t, e, self, &k);
    e->score = round(e->merit * expert_availability(e->start - t->now) * 1e6) / 1e6;
    t->reader = e->person; /* the one who reads why it came to them */
    const char *presence = expert_presence(t, e->person);
    e->why = k.helpful ? phrase(t, "%ld helpful answers, %s", (long)k.helpful, presence) : presence;
    t->reader = 0;
    const char *key = arena_printf(t->arena, "%ld/%s/%ld", (long)question, topic, (long)e->person);
    out->tie = text_hash(key, strlen(key));
    return true;
}

/* Who is listed for a topic: level and whether they say so themselves. What an expert declined is left out. */
static struct rows *listed(struct turn *t, const char *topic)
{
    return query(t,
                 "SELECT s.person, s.level, CASE WHEN s.source = 'chat' THEN 1 ELSE 0 END "
                 "FROM skill s JOIN person p ON p.id = s.person WHERE s.topic = ?1 AND p.active = 1 AND NOT EXISTS "
                 "(SELECT 1 FROM topic_choice c WHERE c.person = s.person AND c.topic = s.topic AND c.wanted = 0) "
                 "UNION ALL SELECT c.person, ?2, 1 FROM topic_choice c JOIN person p ON p.id = c.person "
                 "WHERE c.topic = ?1 AND c.wanted = 1 AND p.active = 1 AND NOT EXISTS "
                 "(SELECT 1 FROM skill s WHERE s.person = c.person AND s.topic = c.topic) ORDER BY 1",
                 T(topic), I(CHOSEN_LEVEL));
}

static struct expert_score *rank(struct turn *t, const char *topic, int64_t asker, int64_t question, int *count)
{
    int max = topic ? (int)one_int(t,
                                   "SELECT (SELECT count(*) FROM skill WHERE topic = ?1) + "
                                   "(SELECT count(*) FROM topic_choice WHERE topic = ?1)",
                                   T(topic))
                    : 0;
    struct ranked *all = arena_array(t->arena, struct ranked, (size_t)max + 1);
    struct expert_score *out = arena_array(t->arena, struct expert_score, (size_t)max + 1);
    struct rows *r = max ? listed(t, topic) : NULL;

    *count = 0;
    while (r && row_next(r)) {
        struct ranked one = { .expert = { .person = row_int(r, 0), .level = (int)row_int(r, 1) } };
        if (one.expert.person != asker && consider(t, &one, topic, question, row_int(r, 2)))
            all[(*count)++] = one;
    }
    qsort(all, (size_t)*count, sizeof *all, by_score);
    for (int i = 0; i < *count; i++)
        out[i] = all[i].expert;
    return out;
}

struct expert_score *experts_for(struct turn *t, const char *topic, int64_t asker, int *count)
{
    return rank(t, topic, asker, 0, count);
}

struct expert_score *experts_for_question(struct turn *t, const struct question *q, int *count)
{
    return rank(t, q->topic, q->asker, q->id, count);
}

/* ---- The directory ---------------------------------------------------------------------------------------------- */

struct shown {
    int64_t person;
    int level, self;
    int64_t helpful, start;
    double score;
};

static int by_worth(const void *x, const void *y)
{
    const struct shown *a = x, *b = y;

    if (a->score != b->score)
        return a->score < b->score ? 1 : -1;
    return (a->person > b->person) - (a->person < b->person);
}

/* People search for who knows, not for who has little to do: load and caps play no part. Who said no is left out. */
static int find_people(struct turn *t, const char *topic, struct shown *out, int max)
{
    int count = 0;
    struct rows *r = listed(t, topic);

    while (count < max && row_next(r)) {
        struct shown s = { .person = row_int(r, 0), .level = (int)row_int(r, 1), .self = (int)row_int(r, 2) };
        if (said_no(t, s.person) || person_hidden(t, s.person))
            continue;
        struct record k = record_of(t, s.person, topic);
        s.helpful = k.helpful;
        s.start = work_next(person_hours(t, s.person), t->now);
        s.score = match(t, s.level, s.self, &k) *
                  expert_availability((s.start == INT64_MAX ? t->now + 400 * DAY : s.start) - t->now);
        out[count++] = s;
    }
    rows_close(r);
    qsort(out, (size_t)count, sizeof *out, by_worth);
    return count;
}

/* "en", "en and fr": as the directory lists them. */
/* "fr" is French; what is not known stands as it is. */
static const char *language_name(struct turn *t, const char *code)
{
    static const char *const names[][2] = {
        { "ar", "Arabic" },     { "cs", "Czech" },   { "da", "Danish" },  { "de", "German" },    { "en", "English" },
        { "es", "Spanish" },    { "fi", "Finnish" }, { "fr", "French" },  { "hi", "Hindi" },     { "it", "Italian" },
        { "ja", "Japanese" },   { "ko", "Korean" },  { "nl", "Dutch" },   { "no", "Norwegian" }, { "pl", "Polish" },
        { "pt", "Portuguese" }, { "ru", "Russian" }, { "sv", "Swedish" }, { "tr", "Turkish" },   { "zh", "Chinese" },
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (text_same(code, names[i][0]))
            return phrase_of(t, names[i][1]);
    return code;
}

static const char *languages_of(struct turn *t, int64_t id)
{
    const char *all = one_text(t, "SELECT languages FROM person WHERE id = ?1", I(id));
    struct buf out = { .arena = t->arena };

    for (const char *at = all ? all : ""; *at;) {
        size_t n = strcspn(at, ";, ");
        if (n)
            buf_printf(&out, "%s%s", out.len ? ", " : "", language_name(t, arena_copy_n(t->arena, at, n)));
        at += n + (at[n] != '\0');
    }
    return out.len ? out.data : NULL;
}

static void show_person(struct turn *t, struct message *m, const struct shown *s)
{
    const struct person *p = person(t, s->person);
    const char *languages = languages_of(t, s->person);

    bullet(m, "%s – level %d", p->name, s->level);
    if (s->self)
        say(m, " (own words)");
    if (s->helpful == 1)
        say(m, ", 1 helpful answer");
    else if (s->helpful)
        say(m, ", %ld helpful answers", (long)s->helpful);
    if (person_away(t, s->person, t->now))
        say(m, ", away, back %s", say_day(t, day_of(p->zone, s->start)));
    else
        say(m, ", %s now, %s", time_say(t->arena, p->zone, t->now), expert_presence(t, s->person));
    if (languages)
        say(m, ", speaks %s", languages);
}

static void show_nobody(struct turn *t, const char *topic)
{
    int64_t owner = topic_owner(t, topic);
    struct message *m = reply(t, "Nobody is listed for *%s*.", topic_name(t, topic));

    if (owner)
        say(m, " %s looks after it.", person(t, owner)->name);
    if (routing_finds_anybody(t, topic, t->person))
        button_with(m, "Ask", "expert ask", 0, topic);
}

static void show_topic(struct turn *t, const char *topic)
{
    int max = (int)one_int(t, "SELECT count(*) FROM person WHERE active = 1");
    struct shown *people = arena_array(t->arena, struct shown, (size_t)max + 1);
    int count = find_people(t, topic, people, max);

    if (!count) {
        show_nobody(t, topic);
        return;
    }
    struct message *m = reply(t, "Who knows *%s*:", topic_name(t, topic));
    for (int i = 0; i < count && i < SHOWN_MAX; i++)
        show_person(t, m, &people[i]);
    if (count == 1 && people[0].person == t->person)
        line(m, "That is you: nobody else is listed.");
    if (routing_finds_anybody(t, topic, t->person))
        button_with(m, "Ask", "expert ask", 0, topic);
    for (int i = 0; i < count && i < SHOWN_MAX; i++)
        session_offer(t, m, people[i].person, topic);
}

static void find_expert(struct turn *t)
{
    const char *text = arg(t, "topic"), *topic = topic_named(t, text);

    if (!topic)
        topic = topic_of(t, text);
    if (topic) {
        show_topic(t, topic);
        return;
    }
    const char **near = topics_near(t, text);
    struct message *m = reply(t, "I know no topic *%s*.", text_cut(t->arena, text, 60));
    if (*near)
        say(m, " Perhaps you mean:");
    else if (routing_finds_anybody(t, NULL, t->person))
        button(m, "Ask a person", "expert ask", 0);
    for (; *near; near++)
        choice(m, topic_name(t, *near), "expert topic", 0, *near);
}

static void choose_topic(struct turn *t)
{
    settle(t, NULL);
    show_topic(t, t->argument);
}

static void ask_expert(struct turn *t)
{
    expect(t, "expert question", 0, t->argument);
    const char *about = *t->argument ? phrase(t, " about %s", topic_name(t, t->argument)) : "";

    settle(t, "What would you like to ask%s? Write it as one message. Nobody sees it before you say so.", about);
}

static void take_question(struct turn *t)
{
    if (sensitive(t, t->text))
        as_command(t, t->text); /* belongs to a human, whatever the topic */
    else
        question_propose_about(t, t->text, *t->argument ? t->argument : topic_of(t, t->text));
}

static const struct command commands[] = {
    { "expert {topic:topic}", find_expert, .verb = "expert", .help = "who knows about a topic",
      .example = "expert customs", .seen_by = "Only you see what you look for." },
    { "experts {topic:topic}", find_expert },
    { "who knows about {topic:topic}", find_expert, .natural = true },
    { "who knows {topic:word}", find_expert, .natural = true },
    { 0 },
};

static const struct action actions[] = {
    { "expert topic", choose_topic },
    { "expert ask", ask_expert },
    { 0 },
};

static const struct dialog dialogs[] = { { "expert question", take_question, TAKES_TEXT }, { 0 } };

const struct handler handler_experts = {
    "experts", .group = "Ask", .commands = commands, .actions = actions, .dialogs = dialogs,
};
