/* Sessions: twenty minutes with somebody who knows, at a time both agreed to. */
#include "sessions.h"

#include <string.h>

#include "goals.h"
#include "learnd/rare.h"
#include "privacy.h"

#define WORDS_LONGEST 300 /* characters of what it is about */

const struct session *session_get(struct turn *t, int64_t id)
{
    struct session *s = arena_new(t->arena, struct session);
    struct rows *r = query(t,
                           "SELECT id, asker, expert, asker_number, expert_number, offer, goal, starts, wanted, waits, "
                           "sequence, asker_message, expert_message, state, topic, words FROM session WHERE id = ?1",
                           I(id));

    if (!row_next(r))
        return NULL;
    *s = (struct session){ row_int(r, 0),  row_int(r, 1),   row_int(r, 2),   row_int(r, 3),
                           row_int(r, 4),  row_int(r, 5),   row_int(r, 6),   row_int(r, 7),
                           row_int(r, 8),  row_int(r, 9),   row_int(r, 10),  row_int(r, 11),
                           row_int(r, 12), row_text(r, 13), row_text(r, 14), row_text(r, 15) };
    rows_close(r);
    return s;
}

bool session_is(const struct session *s, const char *state)
{
    return strcmp(s->state, state) == 0;
}

bool session_lives(const struct session *s)
{
    return session_is(s, "open") || session_is(s, "confirmed");
}

int64_t session_other(const struct session *s, int64_t who)
{
    return who == s->asker ? s->expert : s->asker;
}

int64_t session_number(const struct session *s, int64_t who)
{
    return who == s->asker ? s->asker_number : s->expert_number;
}

/* ---- Beginning -------------------------------------------------------------------------------------------------- */

/* Never told why: how much somebody is asked is nobody's business. */
static bool may_be_asked(struct turn *t, int64_t expert)
{
    return expert != t->person && expert_reachable(t, expert) && expert_consents(t, expert) &&
           expert_offers_in_seven_days(t, expert) < expert_cap(t, expert);
}

struct wish {
    int64_t asker, expert;
    int64_t offer, goal;       /* 0: none */
    const char *topic, *words; /* may be NULL */
};

/* What was left without a time is forgotten. */
static const struct session *add(struct turn *t, const struct wish *w)
{
    change(t,
           "DELETE FROM session WHERE asker = ?1 AND expert = ?2 AND state = 'open' AND wanted = 0 AND starts = 0 AND "
           "offer = 0",
           I(w->asker), I(w->expert));
    int64_t id = insert(t,
                        "INSERT INTO session(asker, expert, offer, goal, topic, words, state, waits, at) "
                        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, 'open', ?1, ?7)",
                        I(w->asker), I(w->expert), I(w->offer), I(w->goal), T(w->topic), T(w->words), I(t->now));
    if (w->words)
        later(t, t->now + (int64_t)t->settings->keep_questions_days * DAY, "session words", id,
              arena_printf(t->arena, "session words %ld", (long)id));
    return session_get(t, id);
}

/* They are kept as long as the words of a question. */
static void forget_words(struct turn *t)
{
    change(t, "UPDATE session SET words = NULL WHERE id = ?1", I(t->object));
}

static const char *best_topic(struct turn *t, int64_t expert)
{
    return one_text(t, "SELECT topic FROM skill WHERE person = ?1 ORDER BY level DESC, topic LIMIT 1", I(expert));
}

static const struct session *ahead_of_both(struct turn *t, int64_t expert)
{
    return session_get(t, one_int(t,
                                  "SELECT id FROM session WHERE asker = ?1 AND expert = ?2 AND state IN ('open', "
                                  "'confirmed') AND (starts > ?3 OR wanted > ?3) ORDER BY id LIMIT 1",
                                  I(t->person), I(expert), I(t->now)));
}

static void begin(struct turn *t, const struct wish *w)
{
    const struct session *s = ahead_of_both(t, w->expert);
    const char *name = first_name(t, w->expert);

    if (s) {
        reply(t, "There is one ahead already. %s `session move %ld` changes the time.",
              session_headline(t, s, t->person), (long)session_number(s, t->person));
        return;
    }
    if (privacy_hides(t))
        return;
    if (!may_be_asked(t, w->expert)) {
        struct message *no = reply(t, "I can't ask %s for a session right now. Shall I ask in writing who knows *%s*?",
                                   name, topic_name(t, w->topic));
        button_with(no, "Ask", "expert ask", 0, w->topic);
        return;
    }
    s = add(t, w);
    struct message *m = reply(t, "%s", session_headline(t, s, t->person));
    if (!session_say_times(t, m, s, t->person))
        change(t, "UPDATE session SET state = 'off' WHERE id = ?1", I(s->id));
    else if (s->goal)
        small(m, "%s hears of it when you choose, and reads the title of your goal.", name);
    else
        small(m, "%s hears of it when you choose, and says whether it suits.", name);
}

static void ask_for(struct turn *t, const char *words, int64_t goal)
{
    int64_t expert = arg_person(t, "who");
    struct wish w = {
        t->person, expert, 0, goal, best_topic(t, expert), words ? text_cut(t->arena, words, WORDS_LONGEST) : NULL
    };

    if (expert == t->person)
        reply(t, "That is you. Who else knows it shows `expert TOPIC`.");
    else if (!w.topic)
        reply(t, "%s is not listed as an expert. `expert TOPIC` shows who is.", first_name(t, expert));
    else if (words && sensitive(t, words))
        as_command(t, words); /* belongs to a human being who is there for it */
    else
        begin(t, &w);
}

static void ask_person(struct turn *t)
{
    ask_for(t, NULL, 0);
}

static void ask_person_about(struct turn *t)
{
    ask_for(t, arg(t, "words"), 0);
}

/* Coaching: several meetings towards one goal. */
static void ask_person_for_goal(struct turn *t)
{
    int64_t goal = goal_own_open(t, arg_int(t, "n"));

    if (goal)
        ask_for(t, arg(t, "words"), goal);
}

static void press_with(struct turn *t)
{
    struct wish w = { t->person, t->object, 0, 0, t->argument, NULL };

    settle(t, NULL);
    begin(t, &w);
}

/* Once more with the same person, about the same, towards the same goal while it is open. */
static void press_again(struct turn *t)
{
    const struct session *s = session_get(t, t->object);

    settle(t, NULL);
    if (!s || s->asker != t->person)
        return;
    struct wish w = { s->asker,
                      s->expert,
                      0,
                      goal_open_title(t, s->goal) ? s->goal : 0,
                      s->topic ? s->topic : best_topic(t, s->expert),
                      s->words };
    begin(t, &w);
}

void session_offer(struct turn *t, struct message *m, int64_t expert, const char *topic)
{
    if (may_be_asked(t, expert))
        choice(m, phrase(t, "20 minutes with %s", first_name(t, expert)), "session with", expert, topic);
}

/* ---- Instead of an answer in writing ---------------------------------------------------------------------------- */

void session_from_offer(struct turn *t, const struct offer *o)
{
    const struct question *q = question_get(t, o->question);
    struct wish w = { q->asker, o->expert, o->id, 0, q->topic, NULL };
    int64_t slots[SLOTS];

    if (one_int(t, "SELECT count(*) FROM session WHERE offer = ?1", I(o->id))) {
        reply(t, "I asked for a time already. In writing is fine, too: `answer %ld`.", (long)o->number);
        return;
    }
    const struct session *s = add(t, &w);
    if (!session_times(t, s, slots)) {
        change(t, "UPDATE session SET state = 'off' WHERE id = ?1", I(s->id));
        reply(t, "Your working days do not meet in the next two weeks. In writing it goes: `answer %ld`.",
              (long)o->number);
        return;
    }
    struct message *m =
        tell(t, q->asker, CLASS_OWED, "%s would rather talk it over with you: 20 minutes.", first_name(t, o->expert));
    small(m, "Your question %ld: %s", (long)q->number, question_cut(t, q));
    if (!q->named)
        small(m, "Your name is shown when you choose a time, and not before.");
    t->reader = q->asker;
    session_say_times(t, m, s, q->asker);
    t->reader = 0;
    session_note_message(t, s, q->asker, message_id(m));
    session_wait(t, s);
    settle(t, "I asked %s when it suits. In writing is fine, too: `answer %ld`.",
           q->named ? question_asker(t, q) : phrase(t, "your colleague"), (long)o->number);
    audit(t, "asked", "session", s->id);
}

/* ---- The list, and its numbers ---------------------------------------------------------------------------------- */

static const struct session *numbered(struct turn *t)
{
    int64_t n = arg_int(t, "n");
    int64_t id = one_int(t,
                         "SELECT id FROM session WHERE (asker = ?1 AND asker_number = ?2) OR (expert = ?1 AND "
                         "expert_number = ?2)",
                         I(t->person), I(n));

    if (n && id)
        return session_living(t, id);
    reply(t, "No session of yours has the number %ld. `sessions` shows them.", (long)n);
    return NULL;
}

static void off_number(struct turn *t)
{
    const struct session *s = numbered(t);

    if (s)
        session_call_off(t, s);
}

static void move_number(struct turn *t)
{
    const struct session *s = numbered(t);

    if (s)
        session_change(t, s);
}

static struct rows *coming(struct turn *t)
{
    return query(t,
                 "SELECT id FROM session WHERE (asker = ?1 OR expert = ?1) AND state IN ('open', 'confirmed') AND "
                 "(starts > ?2 OR wanted > ?2) ORDER BY CASE WHEN starts > 0 THEN starts ELSE wanted END, id",
                 I(t->person), I(t->now));
}

static void list(struct turn *t)
{
    struct message *m = NULL;

    for (struct rows *r = coming(t); row_next(r);) {
        const struct session *s = session_get(t, row_int(r, 0));
        m = m ? m : reply(t, "Your sessions:");
        bullet(m, "%ld – %s", (long)session_number(s, t->person), session_headline(t, s, t->person));
    }
    if (m)
        small(m, "`session move N`, `session off N`.");
    else
        reply(t, "You have no session ahead. `expert TOPIC` shows with whom you can have one.");
}

static void my_lines(struct turn *t, struct message *m)
{
    for (struct rows *r = coming(t); row_next(r);)
        bullet(m, "%s", session_headline(t, session_get(t, row_int(r, 0)), t->person));
}

static const struct command commands[] = {
    { "session {who:person}", ask_person, .verb = "session", .writes = true, .help = "20 minutes with an expert",
      .example = "session @priya", .seen_by = "Only the two of you see it." },
    { "session {who:person} about {words}", ask_person_about, .writes = true,
      .example = "session @priya about tariff codes" },
    { "session {who:person} for goal {n:number}", ask_person_for_goal, .writes = true,
      .example = "session @priya for goal 1" },
    { "session {who:person} for {n:number}", ask_person_for_goal, .writes = true },
    { "session {who:person} about {words} for goal {n:number}", ask_person_for_goal, .writes = true },
    { "session off {n:number}", off_number, .writes = true },
    { "session move {n:number}", move_number, .writes = true },
    { "sessions", list, .verb = "sessions", .help = "whom you meet, and when", .example = "sessions",
      .seen_by = "Only the two of you see it." },
    { 0 },
};

static const struct action actions[] = { { "session with", press_with }, { "session again", press_again }, { 0 } };

static const struct timer timers[] = { { "session words", forget_words }, { 0 } };

static const struct personal data[] = {
    { "session", "asker", DATA_DELETED,
      "SELECT asker_number, topic, words, state, starts FROM session WHERE asker = ?1 ORDER BY id",
      "Sessions and what they are about: you and who you meet." },
    { "session", "expert", DATA_DELETED,
      "SELECT expert_number, topic, state, starts FROM session WHERE expert = ?1 ORDER BY id", NULL },
    { "session", "waits", DATA_DELETED, NULL, NULL },
    { 0 },
};

const struct handler handler_sessions = {
    "sessions",       .group = "Ask", .commands = commands, .actions = actions,
    .timers = timers, .data = data,   .me = my_lines,
};
