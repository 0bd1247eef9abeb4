/* The invariants: looked at after each run of the core, and once more in the end. */
#include <stdlib.h>
#include <string.h>

#include "sim.h"

/* ---- What the gate goes by --------------------------------------------------------------------------------------- */

static struct person_state *into;

static int actor_of(const struct sim *s, int64_t person)
{
    for (int i = 0; i < ACTORS; i++)
        if (person && s->actors[i].id == person)
            return i;
    return -1;
}

static void look_at_person(struct sim *s, void *row)
{
    int i = actor_of(s, sim_column(row, 0));
    const struct zone *zone = zone_find(sim_column_text(row, 1));

    if (i >= 0 && zone)
        into[i] = (struct person_state){ .zone = zone,
                                         .weekdays = (unsigned)sim_column(row, 2),
                                         .from = (int)sim_column(row, 3),
                                         .to = (int)sim_column(row, 4),
                                         .active = sim_column(row, 5),
                                         .cap = (int)sim_column(row, 6),
                                         .quiet_from = 18 * 60,
                                         .quiet_to = 9 * 60,
                                         .budget_day = 1,
                                         .budget_week = 2 };
}

static void look_at_preference(struct sim *s, void *row)
{
    int i = actor_of(s, sim_column(row, 0));
    const char *name = sim_column_text(row, 1), *value = sim_column_text(row, 2);
    struct person_state *p = &into[i < 0 ? 0 : i];

    if (i < 0)
        return;
    p->stopped |= strcmp(name, "stopped") == 0;
    p->nudges_off |= strcmp(name, "nudges") == 0;
    p->deleting |= strcmp(name, "deleting") == 0;
    if (strcmp(name, "quiet") == 0)
        span_parse(value, &p->quiet_from, &p->quiet_to);
    if (strcmp(name, "timezone") == 0 && zone_find(value))
        p->zone = zone_find(value);
    if (strcmp(name, "cap") == 0)
        p->cap = (int)strtol(value, NULL, 10);
    if (strcmp(name, "budget_day") == 0)
        p->budget_day = (int)strtol(value, NULL, 10);
    if (strcmp(name, "budget_week") == 0)
        p->budget_week = (int)strtol(value, NULL, 10);
}

static void look_at_absence(struct sim *s, void *row)
{
    int i = actor_of(s, sim_column(row, 0));

    if (i < 0 || !into[i].zone)
        return;
    int64_t today = day_of(into[i].zone, s->w->now_ms / 1000);
    into[i].free_day |= sim_column(row, 1) <= today && today <= sim_column(row, 2);
}

void sim_look_at_people(struct sim *s, struct person_state *people, bool *halted)
{
    int64_t today = s->w->now_ms / 1000 / DAY;

    into = people;
    sim_each(s, "SELECT id, timezone, weekdays, work_from, work_to, active, weekly_cap FROM person", 0, look_at_person);
    sim_each(s, "SELECT person, name, value FROM preference", 0, look_at_preference);
    sim_each(s, "SELECT person, starts, ends FROM absence WHERE ends >= ?1 - 1", today, look_at_absence);
    sim_each(s,
             "SELECT p.id, h.day, h.day FROM holiday h JOIN person p ON p.calendar = h.calendar WHERE h.day BETWEEN"
             " ?1 - 1 AND ?1 + 1",
             today, look_at_absence);
    *halted = sim_int(s,
                      "SELECT value > ?1 FROM (SELECT CAST(value AS INTEGER) AS value FROM fact WHERE name ="
                      " 'halt_until')",
                      s->w->now_ms / 1000, NULL);
}

/* ---- Each message that is new ------------------------------------------------------------------------------------ */

static bool is(const char *class, const char *name)
{
    return strcmp(class, name) == 0;
}

/* Why it may not go out now, as things stood; NULL: it may. */
static const char *forbidden(const struct person_state *p, bool halted, const char *class, int64_t at)
{
    struct local l = local_at(p->zone, at);
    int minute = l.hour * 60 + l.minute;
    bool quiet = p->quiet_from <= p->quiet_to ? minute >= p->quiet_from && minute < p->quiet_to
                                              : minute >= p->quiet_from || minute < p->quiet_to;
    bool work = is(class, "offer") || is(class, "consent") || is(class, "task");

    if (!p->active)
        return "they are not there";
    if (is(class, "owed"))
        return NULL;
    if (halted)
        return "everything is halted";
    if (p->stopped && !is(class, "mandatory"))
        return "they said stop";
    if (p->nudges_off && (is(class, "reminder") || is(class, "digest")))
        return "they switched nudges off";
    if (p->deleting && work)
        return "their data is about to go";
    if (!(p->weekdays >> l.weekday & 1) || p->free_day)
        return "it is a day off";
    if (work && (minute < p->from || minute >= p->to))
        return "they are not at work";
    if (is(class, "offer") && p->to - minute < 30)
        return "there is less than half an hour of work left";
    return quiet ? "it is in their quiet hours" : NULL;
}

/* ?1: the person, ?2: "from_ms message": half messages from then on, before that message. */
static const char halves_sql[] =
    "SELECT sum(CASE class WHEN 'offer' THEN 1 WHEN 'consent' THEN 2 WHEN 'reminder' THEN 2 WHEN 'digest' THEN 2 ELSE 0"
    " END) FROM message WHERE person = ?1 AND created_ms >= CAST(?2 AS INTEGER) AND id <"
    " CAST(substr(?2, instr(?2, ' ') + 1) AS INTEGER)";

static int64_t halves(struct sim *s, int64_t person, int64_t from, int64_t before_message)
{
    char range[48];

    snprintf(range, sizeof range, "%lld %lld", (long long)from * 1000, (long long)before_message);
    return sim_int(s, halves_sql, person, range);
}

static void check_budget(struct sim *s, int i, int64_t message, int64_t at)
{
    const struct person_state *b = &s->before[i], *n = &s->now[i];
    int day = b->budget_day > n->budget_day ? b->budget_day : n->budget_day;
    int week = b->budget_week > n->budget_week ? b->budget_week : n->budget_week;
    int64_t today = day_of(n->zone, at);

    if (halves(s, s->actors[i].id, instant_on(n->zone, today, 0), message) + 2 > 2 * day)
        world_complain(s->w, "message %lld to %s is over the day's budget", (long long)message, s->actors[i].handle);
    if (halves(s, s->actors[i].id, instant_on(n->zone, today - day_weekday(today), 0), message) + 2 > 2 * week)
        world_complain(s->w, "message %lld to %s is over the week's budget", (long long)message, s->actors[i].handle);
}

static void check_offer(struct sim *s, int i, int64_t message, int64_t at)
{
    int cap = s->before[i].cap > s->now[i].cap ? s->before[i].cap : s->now[i].cap;
    char range[48];

    snprintf(range, sizeof range, "%lld %lld", (long long)(at - 7 * DAY) * 1000, (long long)message);
    int64_t n = sim_int(s,
                        "SELECT count(*) FROM message WHERE person = ?1 AND class = 'offer' AND created_ms > CAST(?2 AS"
                        " INTEGER) AND id <= CAST(substr(?2, instr(?2, ' ') + 1) AS INTEGER)",
                        s->actors[i].id, range);

    if (n > cap)
        world_complain(s->w, "message %lld is the %lldth offer to %s in seven days; %d is the most", (long long)message,
                       (long long)n, s->actors[i].handle, cap);
}

/* Did the person ask, write a card, or run the place? Then something may be owed to them. */
static bool is_owed(struct sim *s, int64_t person)
{
    return sim_int(s,
                   "SELECT EXISTS(SELECT 1 FROM question WHERE asker = ?1) OR EXISTS(SELECT 1 FROM card WHERE author ="
                   " ?1) OR EXISTS(SELECT 1 FROM granted WHERE person = ?1 AND role = 'admin')",
                   person, NULL);
}

/* A reply answers what this very person did. */
static void check_reply(struct sim *s, int64_t message, int i, const char *platform, const char *cause)
{
    const struct said *said = cause ? sim_said(s, platform, cause) : NULL;

    if (!said)
        world_complain(s->w, "reply %lld answers nothing that was said (%s)", (long long)message, cause ? cause : "-");
    else if (said->actor != i)
        world_complain(s->w, "reply %lld to %s answers %s", (long long)message, s->actors[i].handle,
                       s->actors[said->actor].handle);
}

static void check_message(struct sim *s, void *row)
{
    int64_t id = sim_column(row, 0), person = sim_column(row, 1), at = sim_column(row, 3) / 1000;
    const char *class = sim_column_text(row, 2);
    int i = actor_of(s, person);

    s->last_message = id;
    if (!person)
        return;
    if (i < 0) {
        world_complain(s->w, "message %lld is for nobody we know", (long long)id);
        return;
    }
    if (is(class, "reply")) {
        check_reply(s, id, i, sim_column_text(row, 4), sim_column_text(row, 5));
        return;
    }
    const char *before = forbidden(&s->before[i], s->halted_before, class, at);
    const char *now = forbidden(&s->now[i], s->halted, class, at);
    if (before && now)
        world_complain(s->w, "message %lld (%s) to %s, though %s", (long long)id, class, s->actors[i].handle, now);
    if (is(class, "owed") && !is_owed(s, person))
        world_complain(s->w, "message %lld to %s is owed to nobody", (long long)id, s->actors[i].handle);
    if (!is(class, "owed") && !is(class, "task") &&
        !sim_int(s, "SELECT count(*) FROM reached WHERE message = ?1", id, NULL))
        world_complain(s->w, "message %lld (%s) went past the gate", (long long)id, class);
    if (is(class, "offer"))
        check_offer(s, i, id, at);
    if (is(class, "reminder") || is(class, "digest"))
        check_budget(s, i, id, at);
}

/* ---- Each message that is on its way ----------------------------------------------------------------------------- */

static void check_body(struct sim *s, void *row)
{
    size_t id = (size_t)sim_column(row, 0);
    int revision = (int)sim_column(row, 2) + 1;
    struct nodes m;

    if (id >= s->revision_max) {
        size_t max = 2 * id + 1024;
        s->revision_checked = realloc(s->revision_checked, max * sizeof *s->revision_checked);
        memset(s->revision_checked + s->revision_max, 0, (max - s->revision_max) * sizeof *s->revision_checked);
        s->revision_max = max;
    }
    if (s->revision_checked[id] == revision)
        return;
    s->revision_checked[id] = revision;
    if (!nodes_from_json(s->w->arena, sim_column_text(row, 3), &m)) {
        world_complain(s->w, "message %zu has no body", id);
        return;
    }
    sim_check_words(s, (int64_t)id, sim_column(row, 1), sim_column_text(row, 4), nodes_to_neutral(s->w->arena, &m));
}

static void never(struct sim *s, const char *what, const char *sql)
{
    int64_t found = s->w->wrong ? 0 : sim_int(s, sql, s->w->now_ms, NULL);

    if (found)
        world_complain(s->w, "%s (%lld)", what, (long long)found);
}

void sim_check_run(struct sim *s)
{
    memcpy(s->before, s->now, sizeof s->before);
    s->halted_before = s->halted;
    sim_look_at_people(s, s->now, &s->halted);
    s->checked_runs++;
    sim_each(s, "SELECT id, person, class, created_ms, platform, cause FROM message WHERE id > ?1 ORDER BY id",
             s->last_message, check_message);
    sim_each(s,
             "SELECT DISTINCT m.id, m.person, m.revision, m.body, m.room FROM outbox o JOIN message m ON m.id ="
             " o.message WHERE o.final = 0 AND m.withdrawn = 0",
             0, check_body);
    never(s, "a question stands with two people",
          "SELECT min(question) FROM (SELECT question FROM offer WHERE state IN ('open', 'accepted') GROUP BY question"
          " HAVING count(*) > 1)");
    never(s, "something was withheld for no reason", "SELECT count(*) FROM withheld WHERE reason = ''");
    never(s, "an event failed or was put aside", "SELECT count(*) FROM inbox WHERE state <> 'done'");
}

/* ---- In the end -------------------------------------------------------------------------------------------------- */

static bool was_answered(struct sim *s, const struct said *said)
{
    char key[160];

    snprintf(key, sizeof key, "%s %s", said->event.platform, said->event.thing);
    return sim_int(s, "SELECT count(*) FROM message WHERE platform || ' ' || cause = ?2 AND ?1 = 0", 0, key) > 0;
}

/* Who says something to the bot gets an answer. */
static void check_answered(struct sim *s)
{
    for (int i = 0; i < s->said_count && !s->w->wrong; i++) {
        const struct said *said = &s->said[i];
        if (said->event.kind != EVENT_SAY || said->event.room || said->withdrawn || s->actors[said->actor].deleting ||
            said->presses)
            continue;
        if (!was_answered(s, said))
            world_complain(s->w, "%s was never answered: %s said \"%.60s\"", said->event.thing,
                           s->actors[said->actor].handle, said->event.text);
    }
}

/* A repeated event that was done again has said something twice, at another time. */
static void check_doubled(struct sim *s, void *row)
{
    const struct said *said = sim_said(s, sim_column_text(row, 0), sim_column_text(row, 1));

    if (said && !said->edited)
        world_complain(s->w, "%s of %s was answered twice", said->event.thing, s->actors[said->actor].handle);
}

static const struct copy *newest_copy(const struct world *w, int64_t message)
{
    for (const struct copy *c = w->copies; c; c = c->older)
        if (c->message == message && !c->deleted)
            return c;
    return NULL;
}

static void check_last_state(struct sim *s, void *row)
{
    int64_t id = sim_column(row, 0);
    const struct copy *c = newest_copy(s->w, id);
    bool withdrawn = sim_column(row, 2);

    if (withdrawn && c)
        world_complain(s->w, "message %lld was taken back and still stands", (long long)id);
    else if (!withdrawn && !c)
        world_complain(s->w, "message %lld was never shown", (long long)id);
    else if (c && strcmp(c->body, sim_column_text(row, 1)) != 0)
        world_complain(s->w, "message %lld stands there in an old revision:\n%s", (long long)id, c->text);
}

void sim_check_end(struct sim *s)
{
    char *dump;

    if (s->w->events)
        world_complain(s->w, "%s was never acknowledged", s->w->events->event.thing);
    check_answered(s);
    sim_each(s,
             "SELECT platform, cause FROM message WHERE cause IS NOT NULL AND class = 'reply' GROUP BY platform, cause"
             " HAVING count(DISTINCT created_ms) > 1",
             0, check_doubled);
    sim_each(s,
             "SELECT id, body, withdrawn FROM message WHERE id NOT IN (SELECT message FROM outbox WHERE op = 'post'"
             " AND state IN ('refused', 'expired') AND message IS NOT NULL) ORDER BY id",
             0, check_last_state);
    never(s, "rows of the outbox never came to an end", "SELECT count(*) FROM outbox WHERE final = 0");
    never(s, "rows of the outbox were given up", "SELECT count(*) FROM outbox WHERE state = 'refused'");
    never(s, "what was due was not done", "SELECT count(*) FROM due WHERE at * 1000 < ?1 - 1000");
    if (s->w->wrong)
        return;
    dump = world_dump(s->w, s->w->arena, DUMP_ALL);
    if (strstr(dump, " sx0"))
        world_complain(s->w, "words of somebody in need were kept: %.200s", strstr(dump, " sx0") - 60);
}
