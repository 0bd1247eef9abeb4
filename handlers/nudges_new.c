/* `nudge new`: a rule in four answers. Until the last nothing is kept but the open dialog; then it is off, beside its dry
 * run, with [Turn on] and [Discard]. */
#include <stdlib.h>
#include <string.h>

#include "learnd/recur.h"
#include "mandatory.h"
#include "nudges_private.h"

#define WORDS_MAX 500 /* characters of its text */

void nudge_new(struct turn *t)
{
    reply(t, "A new rule for reminders, in four answers; `cancel` stops. What is it called? One word, as "
             "*monday-learning*.");
    expect(t, "nudge new name", 0, NULL);
}

static bool is_slug(const char *s)
{
    return *s && text_length(s) <= 40 && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == strlen(s) &&
           *s != '-' && *s != '.' && *s != '_';
}

/* What is mandatory is switched by its id as well. */
static bool is_taken(struct turn *t, const char *slug)
{
    return one_int(t, "SELECT count(*) FROM nudge_rule WHERE slug = ?1", T(slug)) || requirement_named(t, slug);
}

static void take_name(struct turn *t)
{
    if (!is_slug(t->text) || is_taken(t, t->text)) {
        reply(t,
              is_slug(t->text) ? "There is a rule %s already. Which other name?"
                               : "%s can be no name: small letters, digits and - alone, at most 40. Which name?",
              text_cut(t->arena, t->text, 40));
        expect(t, "nudge new name", 0, NULL);
        return;
    }
    reply(t, "For whom? *everyone*, or an audience such as *department = Sales and not on_leave*.");
    expect(t, "nudge new who", 0, t->text);
}

static void take_who(struct turn *t)
{
    const char *what;
    int column;

    if (!audience_parse(t->arena, t->text, &column, &what)) {
        reply(t, "I can't read that as an audience: %s (character %d). For whom?", what, column);
        expect(t, "nudge new who", 0, t->argument);
        return;
    }
    reply(
        t,
        "When? For example *every monday*, *mo,th*, *monthly*, *2wd after enrolled*, *idle 60d*, *7d,1d before goals*, "
        "or a recurrence such as *FREQ=MONTHLY;BYDAY=1TU*.");
    expect(t, "nudge new when", 0, arena_printf(t->arena, "%s\n%s", t->argument, t->text));
}

/* ---- When, in a person's words ----------------------------------------------------------------------------------- */

struct moment { /* as a rule has it */
    const char *kind, *spec, *event, *subject;
};

static const char *weekly(struct turn *t, unsigned days)
{
    static const char *const names[] = { "MO", "TU", "WE", "TH", "FR", "SA", "SU" };
    struct buf b = { .arena = t->arena };

    for (int i = 0; i < 7; i++)
        if (days >> i & 1)
            buf_printf(&b, "%s%s", b.len ? "," : "FREQ=WEEKLY;BYDAY=", names[i]);
    return buf_text(&b);
}

static bool read_recurrence(struct turn *t, const char *text, struct moment *m)
{
    const char *what, *days = strncmp(text, "every ", 6) == 0 ? text + 6 : text;
    int column;
    unsigned weekdays = weekdays_parse(days);

    if (strncmp(text, "freq=", 5) == 0) {
        char *upper = arena_copy(t->arena, text);
        for (char *c = upper; *c; c++)
            *c = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
        m->spec = upper;
    } else if (strcmp(text, "daily") == 0 || strcmp(days, "day") == 0) {
        m->spec = "FREQ=DAILY";
    } else if (strcmp(text, "monthly") == 0 || strcmp(days, "month") == 0) {
        m->spec = "FREQ=MONTHLY;BYDAY=1MO";
    } else if (strcmp(text, "weekly") == 0 || strcmp(days, "week") == 0) {
        m->spec = "FREQ=WEEKLY;BYDAY=MO";
    } else if (weekdays) {
        m->spec = weekly(t, weekdays);
    } else {
        return false;
    }
    m->kind = "rrule";
    return recur_is_well_formed(t->arena, m->spec, &column, &what);
}

static bool is_distance(const char *text, const char *unit)
{
    size_t digits = strspn(text, "0123456789");

    return digits && digits <= 3 && strcmp(text + digits, unit) == 0;
}

/* "2wd after enrolled", "7d,1d before goals". */
static bool read_around(struct turn *t, const char *text, struct moment *m)
{
    static const char *const events[] = { "joined", "enrolled", "completed", "asked", "answered", NULL };
    const char *after = strstr(text, " after "), *before = strstr(text, " before ");

    if (after) {
        m->kind = "after";
        m->spec = arena_copy_n(t->arena, text, (size_t)(after - text));
        m->event = after + 7;
        bool known = false;
        for (const char *const *e = events; *e; e++)
            known = known || strcmp(*e, m->event) == 0;
        return known && (is_distance(m->spec, "d") || is_distance(m->spec, "wd"));
    }
    if (!before)
        return false;
    m->kind = "before_due";
    m->spec = arena_copy_n(t->arena, text, (size_t)(before - text));
    m->subject = before + 8;
    for (const char *at = m->spec; *at; at += strcspn(at, ",") + (strchr(at, ',') != NULL))
        if (!is_distance(arena_copy_n(t->arena, at, strcspn(at, ",")), "d"))
            return false;
    return strcmp(m->subject, "goals") == 0 || strcmp(m->subject, "paths") == 0 ||
           strcmp(m->subject, "requirements") == 0;
}

static bool read_moment(struct turn *t, const char *words, struct moment *m)
{
    const char *text = text_squeeze(t->arena, text_fold(t->arena, words));

    *m = (struct moment){ 0 };
    if (read_recurrence(t, text, m) || read_around(t, text, m))
        return true;
    m->kind = "idle";
    m->spec = strncmp(text, "idle ", 5) == 0 ? text + 5 : "";
    return is_distance(m->spec, "d") && strtol(m->spec, NULL, 10) > 0;
}

static void take_when(struct turn *t)
{
    struct moment m;

    if (!read_moment(t, t->text, &m)) {
        reply(t,
              "I can't read %s as a time. Write it like *every monday*, *2wd after enrolled*, *idle 60d* or "
              "*7d,1d before goals*. When?",
              text_cut(t->arena, t->text, 60));
        expect(t, "nudge new when", 0, t->argument);
        return;
    }
    reply(t, "What does it say? {name}, {title} and {day} are filled in.");
    expect(t, "nudge new text", 0, arena_printf(t->arena, "%s\n%s", t->argument, t->text));
}

/* ---- The whole --------------------------------------------------------------------------------------------------- */

static const char *answer(struct turn *t, int n)
{
    const char *at = t->argument;

    while (n--)
        at += strcspn(at, "\n") + 1;
    return arena_copy_n(t->arena, at, strcspn(at, "\n"));
}

static bool braces_are_fine(const char *text)
{
    for (const char *at = text; (at = strchr(at, '{')); at++)
        if (strncmp(at, "{name}", 6) != 0 && strncmp(at, "{title}", 7) != 0 && strncmp(at, "{day}", 5) != 0)
            return false;
    return true;
}

static void take_text(struct turn *t)
{
    const char *text = text_trim(t->arena, t->words);
    struct moment m;

    if (!text_words(text) || text_length(text) > WORDS_MAX || !braces_are_fine(text)) {
        reply(t, "It has 1 to %d characters, and in braces only {name}, {title} and {day}. What does it say?",
              WORDS_MAX);
        expect(t, "nudge new text", 0, t->argument);
        return;
    }
    read_moment(t, answer(t, 2), &m);
    int64_t id = insert(t,
                        "INSERT INTO nudge_rule(slug, kind, spec, event, subject, who, window_from, window_to, "
                        "said_enabled, said_window, keeper) VALUES(?1, ?2, ?3, ?4, ?5, ?6, 570, 690, 1, 1, ?7)",
                        T(answer(t, 0)), T(m.kind), T(m.spec), T(m.event), T(m.subject), T(answer(t, 1)), I(t->person));
    insert(t, "INSERT INTO nudge_text(rule, language, text) VALUES(?1, 'en', ?2)", I(id), T(text));
    audit(t, "nudge new", "nudge rule", id);
    const struct rule *r = rule_get(t, id);
    struct message *reply_message = nudge_dry_reply(t, r);
    line(reply_message,
         "%s is kept, and off. It goes out between 09:30 and 11:30; `nudge set %s time 11:00` changes that.", r->slug,
         r->slug);
    button(reply_message, "Turn on", "nudge on", id);
    button(reply_message, "Discard", "nudge discard", id);
}

static void discard(struct turn *t)
{
    const struct rule *r = rule_get(t, t->object);

    if (!r || r->keeper != t->person || one_int(t, "SELECT count(*) FROM nudge WHERE rule = ?1", I(r->id)) ||
        r->enabled) {
        settle(t, "It has been on, so it stays: `nudge off` keeps it quiet.");
        return;
    }
    change(t, "DELETE FROM nudge_text WHERE rule = ?1", I(r->id));
    change(t, "DELETE FROM nudge_rule WHERE id = ?1", I(r->id));
    settle(t, "Discarded.");
}

static const struct action actions[] = { { "nudge discard", discard }, { 0 } };
static const struct dialog dialogs[] = {
    { "nudge new name", take_name, TAKES_TEXT },
    { "nudge new who", take_who, TAKES_TEXT },
    { "nudge new when", take_when, TAKES_TEXT },
    { "nudge new text", take_text, TAKES_TEXT },
    { 0 },
};

const struct handler handler_nudges_new = { "nudges_new", .actions = actions, .dialogs = dialogs };
