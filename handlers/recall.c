/* What a person wants to remember is asked again, each question when it is about to be forgotten. */
#include "mandatory.h"
#include "remember_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RECALL 0.85        /* asked when it has probably fallen to that */
#define LEECH 4            /* so often missed, the question is to blame */
#define KNOWN_DAYS 365     /* so stable, it is asked no more */
#define IGNORED_MAX 3      /* messages in a row that nobody heeded */
#define MORNING_MINUTES 30 /* after work has begun */
#define AGAIN_MINUTES 120  /* of work, when the gate holds one back */

#define ITEM_COLUMNS "id, person, card, lapses, answered, message, question, state, stability, difficulty"

bool memory_next(struct rows *r, struct item *i)
{
    if (!row_next(r))
        return false;
    *i = (struct item){ row_int(r, 0),  row_int(r, 1),  row_int(r, 2),
                        row_int(r, 3),  row_int(r, 4),  row_int(r, 5),
                        row_text(r, 6), row_text(r, 7), { row_real(r, 8), row_real(r, 9) } };
    return true;
}

struct rows *memory_items(struct turn *t, int64_t who)
{
    return query(t,
                 "SELECT " ITEM_COLUMNS " FROM memory WHERE person = ?1 AND state IN ('active', 'resting', 'known') "
                 "ORDER BY answered, id",
                 I(who));
}

int64_t memory_today(struct turn *t, int64_t who)
{
    return day_of(person(t, who)->zone, t->now);
}

const struct card_check *memory_check(struct turn *t, const struct item *i)
{
    int64_t count = card_may_read(t, i->card, i->person) ? card_check_count(t, i->card) : 0;

    for (int64_t n = 1; n <= count; n++) {
        const struct card_check *c = card_check(t, i->card, n);
        if (strcmp(c->question, i->question) == 0)
            return c;
    }
    return NULL;
}

/* ---- Days, as far as somebody is here: an absence freezes what is remembered ------------------------------------- */

struct away { /* days, sorted by their first */
    int64_t starts, ends;
};

static const struct away *absences_since(struct turn *t, int64_t who, int64_t day, int *count)
{
    struct away *all = arena_array(
        t->arena, struct away,
        (size_t)one_int(t, "SELECT count(*) FROM absence WHERE person = ?1 AND ends > ?2", I(who), I(day)) + 1);
    struct rows *r = query(t, "SELECT starts, ends FROM absence WHERE person = ?1 AND ends > ?2 ORDER BY starts, id",
                           I(who), I(day));

    for (*count = 0; row_next(r); (*count)++)
        all[*count] = (struct away){ row_int(r, 0), row_int(r, 1) };
    return all;
}

static bool is_away(const struct away *all, int count, int64_t day)
{
    for (int i = 0; i < count; i++)
        if (all[i].starts <= day && day <= all[i].ends)
            return true;
    return false;
}

static int64_t days_here(struct turn *t, int64_t who, int64_t since, int64_t until)
{
    int count;
    int64_t days = 0;
    const struct away *all = absences_since(t, who, since, &count);

    for (int64_t day = since + 1; day <= until; day++)
        days += !is_away(all, count, day);
    return days;
}

int64_t memory_due_day(struct turn *t, const struct item *i)
{
    int count;
    int64_t day = i->answered;
    const struct away *all = absences_since(t, i->person, day, &count);

    for (int left = fsrs_interval(i->memory, RECALL); left; left -= !is_away(all, count, day))
        day++;
    return day;
}

static double recall_now(struct turn *t, const struct item *i)
{
    double days = (double)days_here(t, i->person, i->answered, memory_today(t, i->person));

    return round(fsrs_recall(i->memory, days) * 1e6) / 1e6;
}

/* ---- When the next message comes -------------------------------------------------------------------------------- */

bool memory_off(struct turn *t, int64_t who)
{
    return pref(t, who, "remember");
}

/* Messages in a row that nobody heeded. */
static int64_t ignored(struct turn *t, int64_t who)
{
    return one_int(t,
                   "SELECT count(*) FROM memory_round WHERE person = ?1 AND id > (SELECT coalesce(max(id), 0) FROM "
                   "memory_round WHERE person = ?1 AND heeded = 1)",
                   I(who));
}

/* One a working day; after each that was not heeded the pause doubles, and the third was the last. */
static int64_t earliest_day(struct turn *t, int64_t who)
{
    int64_t last = one_int(t, "SELECT max(day) FROM memory_round WHERE person = ?1", I(who)), n = ignored(t, who);

    if (n >= IGNORED_MAX)
        return INT64_MAX;
    return last ? work_days_add(person_hours(t, who), last, n ? 1 << n : 1) : 0;
}

static struct rows *active_items(struct turn *t, int64_t who)
{
    return query(t, "SELECT " ITEM_COLUMNS " FROM memory WHERE person = ?1 AND state = 'active' ORDER BY id", I(who));
}

static const char *timer_key(struct turn *t, int64_t who)
{
    return arena_printf(t->arena, "remember %ld", (long)who);
}

int64_t memory_next_day(struct turn *t, int64_t who, int64_t from)
{
    int64_t due = INT64_MAX, earliest = earliest_day(t, who);
    struct rows *r = active_items(t, who);
    struct item i;

    while (memory_next(r, &i)) {
        int64_t day = memory_due_day(t, &i);
        due = day < due ? day : due;
    }
    if (due == INT64_MAX || earliest == INT64_MAX)
        return INT64_MAX;
    due = due > from ? due : from;
    return work_days_add(person_hours(t, who), (due > earliest ? due : earliest) - 1, 1);
}

void memory_plan(struct turn *t, int64_t who)
{
    const struct hours *h = person_hours(t, who);
    int64_t day = memory_off(t, who) ? INT64_MAX : memory_next_day(t, who, memory_today(t, who) + 1);

    if (day == INT64_MAX)
        not_later(t, timer_key(t, who));
    else
        later(t, work_add(h, instant_on(h->zone, day, h->from), MORNING_MINUTES), "remember", who, timer_key(t, who));
}

/* ---- Asking ----------------------------------------------------------------------------------------------------- */

static void let_go(struct turn *t, const struct item *i)
{
    change(t, "UPDATE memory SET state = 'over', message = 0 WHERE id = ?1", I(i->id));
}

struct ranked {
    struct item item;
    double recall;
};

static int by_recall(const void *x, const void *y)
{
    const struct ranked *a = x, *b = y;

    if (a->recall != b->recall)
        return a->recall < b->recall ? -1 : 1;
    return (a->item.id > b->item.id) - (a->item.id < b->item.id);
}

/* What is due, lowest recall first; what its card no longer asks is let go. */
static struct ranked *pick(struct turn *t, int64_t who, int *count)
{
    int64_t active = one_int(t, "SELECT count(*) FROM memory WHERE person = ?1 AND state = 'active'", I(who));
    struct ranked *all = arena_array(t->arena, struct ranked, (size_t)active + 1);
    struct item i;

    *count = 0;
    for (struct rows *rows = active_items(t, who); memory_next(rows, &i);) {
        if (memory_due_day(t, &i) > memory_today(t, who))
            continue;
        if (memory_check(t, &i))
            all[(*count)++] = (struct ranked){ i, recall_now(t, &i) };
        else
            let_go(t, &i);
    }
    qsort(all, (size_t)*count, sizeof *all, by_recall);
    *count = *count < ROUND_MAX ? *count : ROUND_MAX;
    return all;
}

static void put_question(struct turn *t, struct message *m, const struct item *i)
{
    const struct card_check *c = memory_check(t, i);

    line(m, "%s:", card_any(t, i->card)->title);
    check_say(t, m, c, "remember answer", i->id);
}

/* What an older message still asks is asked in the new one. */
static void close_older(struct turn *t, int64_t who)
{
    int64_t message = one_int(t, "SELECT message FROM memory_round WHERE person = ?1 ORDER BY id DESC LIMIT 1", I(who));

    if (one_int(t, "SELECT count(*) FROM memory WHERE message = ?1", I(message)))
        settle_message(t, message, "I ask this again in a newer message.");
    change(t, "UPDATE memory SET message = 0 WHERE person = ?1", I(who));
}

static void send_round(struct turn *t, int64_t who, const struct ranked *due, int count)
{
    close_older(t, who);
    struct message *m = tell(t, who, CLASS_REMINDER,
                             count == 1 ? "A question you wanted to remember."
                                        : "%d questions you wanted to remember, one after the other.",
                             count);
    if (refused(m))
        return;
    small(m, "Only you see how it goes. `prefs remember off` ends it.");
    insert(t, "INSERT INTO memory_round(person, message, day) VALUES(?1, ?2, ?3)", I(who), I(message_id(m)),
           I(memory_today(t, who)));
    if (ignored(t, who) == IGNORED_MAX)
        small(m, "If this does not suit you now, let it go by: I ask no more until you say `remember`.");
    for (int n = 0; n < count; n++)
        change(t, "UPDATE memory SET message = ?2, place = ?3 WHERE id = ?1", I(due[n].item.id), I(message_id(m)),
               I(n));
    put_question(t, m, &due[0].item);
    explain(m,
            "You pressed [Remember this] under check questions you had passed. They come back when you would "
            "probably begin to forget: at most %d, in one message on a working day.",
            ROUND_MAX);
}

static void ask_due(struct turn *t)
{
    int64_t who = t->object;
    struct ranked *due = NULL;
    int count = 0;
    const struct hours *h = person_hours(t, who);

    if (memory_off(t, who) || !person(t, who)->active)
        return; /* when that changes it is planned anew */
    if (memory_next_day(t, who, memory_today(t, who)) == memory_today(t, who))
        due = pick(t, who, &count);
    if (!count) {
        memory_plan(t, who);
    } else if (mandatory_goes_first(t, who)) {
        int64_t again = work_add(h, t->now, AGAIN_MINUTES);
        later(t, again == INT64_MAX ? t->now + 7 * DAY : again, "remember", who, timer_key(t, who));
    } else {
        send_round(t, who, due, count);
        memory_plan(t, who);
    }
}

/* ---- A question that many answers could not save ------------------------------------------------------------------ */

static void flag_later(struct turn *t, int64_t card, int64_t earliest)
{
    int count;
    int64_t *owners = owner_people(t, card_any(t, card)->owner, &count);
    const struct hours *h = count ? person_hours(t, owners[0]) : NULL;
    int64_t at = h ? work_next(h, earliest) : INT64_MAX;

    if (at != INT64_MAX)
        later(t, at, "remember flag", card, arena_printf(t->arena, "remember flag %ld", (long)card));
}

/* Told on another day: when they hear of it says nothing about who it was. */
static void flag(struct turn *t, const struct item *i)
{
    insert(t, "INSERT INTO memory_flag(card, question) VALUES(?1, ?2) ON CONFLICT(card, question) DO NOTHING",
           I(i->card), T(i->question));
    flag_later(t, i->card, t->now + DAY);
}

static void tell_owner(struct turn *t)
{
    const struct card *c = card_any(t, t->object);
    int count;
    int64_t *owners = owner_people(t, c->owner, &count);
    const char *question =
        one_text(t, "SELECT question FROM memory_flag WHERE card = ?1 AND told = 0 ORDER BY question", I(c->id));

    if (!question || !count)
        return;
    if (must_wait(t, owners[0], CLASS_REMINDER)) {
        flag_later(t, c->id, work_add(person_hours(t, owners[0]), t->now, AGAIN_MINUTES));
        return;
    }
    struct message *m =
        tell(t, owners[0], CLASS_REMINDER, "A check question of your card *%s* does not stick:", c->title);
    if (refused(m)) {
        flag_later(t, c->id, t->now + DAY);
        return;
    }
    quote(m, question);
    line(m, "It was missed again and again, which is rarely the reader's fault. Can the card or the question say it "
            "more clearly?");
    explain(m, "You keep the card %s. I say this once for each question, and never who answered.", c->title);
    change(t, "UPDATE memory_flag SET told = 1 WHERE card = ?1 AND question = ?2", I(c->id), T(question));
    audit(t, "flagged", "card", c->id);
    flag_later(t, c->id, t->now + DAY);
}

/* ---- Answering -------------------------------------------------------------------------------------------------- */

static void say_result(struct message *m, const struct card_check *c, bool right)
{
    line(m, right ? "Right: *%s*." : "Not this time: *%s*.", c->options[c->key - 1]);
    if (c->why)
        say(m, " %s", c->why);
}

static const char *state_after(const struct item *i)
{
    return i->lapses >= LEECH ? "resting" : i->memory.stability >= KNOWN_DAYS ? "known" : "active";
}

/* The item as it is after an answer; written down. */
static void grade(struct turn *t, struct item *i, bool right)
{
    int64_t days = days_here(t, i->person, i->answered, memory_today(t, i->person));

    i->memory = fsrs_after(i->memory, days > 0 ? (double)days : 1, right);
    i->lapses += !right;
    i->state = state_after(i);
    change(t,
           "UPDATE memory SET stability = ?2, difficulty = ?3, lapses = ?4, answered = ?5, state = ?6, message = 0 "
           "WHERE id = ?1",
           I(i->id), F(i->memory.stability), F(i->memory.difficulty), I(i->lapses), I(memory_today(t, i->person)),
           T(i->state));
    insert(t, "INSERT INTO memory_answer(memory, person, correct, at) VALUES(?1, ?2, ?3, ?4)", I(i->id), I(i->person),
           I(right), I(t->now));
    change(t, "UPDATE memory_round SET heeded = 1 WHERE person = ?1", I(i->person));
    if (strcmp(i->state, "resting") == 0)
        flag(t, i);
}

/* The next one that this message asks, or that it was the last. */
static void go_on(struct turn *t, struct message *m)
{
    struct item i;
    struct rows *r = query(t, "SELECT " ITEM_COLUMNS " FROM memory WHERE message = ?1 AND person = ?2 ORDER BY place",
                           I(t->pressed), I(t->person));

    while (memory_next(r, &i)) {
        if (memory_check(t, &i)) {
            put_question(t, m, &i);
            return;
        }
        let_go(t, &i);
    }
    line(m, "That is all for today.");
}

static void answer(struct turn *t)
{
    struct item i;
    bool mine = memory_next(
        query(t, "SELECT " ITEM_COLUMNS " FROM memory WHERE id = ?1 AND person = ?2", I(t->object), I(t->person)), &i);
    int option;
    const struct card_check *c = mine && !t->stale && i.message == t->pressed ? memory_check(t, &i) : NULL;

    if (!c || !check_chosen(t, t->argument, &option)) {
        reply(t, "That question is closed. It comes back when it is time; `remember` shows when.");
        return;
    }
    grade(t, &i, option == c->key);
    struct message *m = settle(t, NULL);
    say_result(m, c, option == c->key);
    if (strcmp(i.state, "known") == 0)
        say(m, " You know this: I ask it no more.");
    else if (strcmp(i.state, "resting") == 0)
        say(m, " It keeps slipping, so I let it rest and ask who keeps the card to look at the question, without your "
               "name.");
    go_on(t, m);
    memory_plan(t, t->person);
}

static void availability(struct turn *t, int64_t id)
{
    if (one_int(t, "SELECT count(*) FROM memory WHERE person = ?1 AND state = 'active'", I(id)))
        memory_plan(t, id);
}

static const struct action actions[] = { { "remember answer", answer }, { 0 } };

static const struct timer timers[] = { { "remember", ask_due }, { "remember flag", tell_owner }, { 0 } };

static const struct personal data[] = {
    { "memory", "person", DATA_DELETED,
      "SELECT question, state, stability, lapses, answered FROM memory WHERE person = ?1 ORDER BY id",
      "What you want to remember, and how well you do: only you." },
    { "memory_answer", "person", DATA_DELETED,
      "SELECT m.question, a.correct, a.at FROM memory_answer a JOIN memory m ON m.id = a.memory WHERE a.person = ?1 "
      "ORDER BY a.id",
      NULL },
    { "memory_round", "person", DATA_DELETED, NULL, NULL },
    { 0 },
};

const struct handler handler_recall = {
    "recall", .actions = actions, .timers = timers, .data = data, .availability = availability,
};
