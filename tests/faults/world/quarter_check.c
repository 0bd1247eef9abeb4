/* What may never be, counted from what each person of a quarter saw: budget, hours, once, rights; and what the bot foretold or
 * told of the past. Of the database only the class of a message is read, to join it with its copy. */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "quarter.h"

/* The order of enum message_class, by the names that the database keeps. */
enum class { REPLY, OWED, OFFER, CONSENT, TASK, REMINDER, REQUIRED, MANDATORY, DIGEST, CLASSES };
static const char *const class_names[CLASSES] = { "reply",    "owed",     "offer",     "consent", "task",
                                                  "reminder", "required", "mandatory", "digest" };

struct eye {
    sqlite3 *db;
    sqlite3_stmt *class;
};

static enum class class_of(struct quarter *q, int64_t message) {
    struct eye *eye = q->watch; enum class class = REPLY;

    if (!eye){ q->watch = eye = calloc(1, sizeof *eye);
               if (!eye || sqlite3_open_v2(q->w->database, &eye->db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
                   sqlite3_prepare_v2(eye->db, "SELECT class FROM message WHERE id = ?1", -1, &eye->class, NULL) !=
                       SQLITE_OK) exit(2); }
sqlite3_bind_int64(eye->class, 1, message);
if (sqlite3_step(eye->class) == SQLITE_ROW)
    while (class + 1 < CLASSES && strcmp(class_names[class], (const char *)sqlite3_column_text(eye->class, 0)) != 0)
        class ++;
sqlite3_reset(eye->class);
return class;
}

void quarter_stop_looking(struct quarter *q)
{
    struct eye *eye = q->watch;

    if (eye) {
        sqlite3_finalize(eye->class);
        sqlite3_close(eye->db);
    }
    free(eye);
    q->watch = NULL;
}

static struct colleague *reader_of(const struct quarter *q, const struct copy *c)
{
    const char *handle = c->user ? c->user : c->conversation + 1;

    if (*handle == 'p') {
        int n = atoi(handle + 1);
        return n < q->count && strcmp(q->people[n].handle, handle) == 0 ? &q->people[n] : NULL;
    }
    for (int i = 0; i < q->count && i < 4; i++)
        if (strcmp(q->people[i].handle, handle) == 0)
            return &q->people[i];
    return NULL;
}

/* ---- Hours ------------------------------------------------------------------------------------------------------- */

static bool is_away(const struct colleague *c, int64_t day)
{
    for (int i = 0; i < c->away_count; i++)
        if (c->away[i].starts <= day && day <= c->away[i].ends)
            return true;
    return false;
}

static bool is_holiday(const struct place_of_work *p, int64_t day)
{
    for (int i = 0; i < p->holiday_count; i++)
        if (p->holidays[i] == day)
            return true;
    return false;
}

static bool is_quiet(const struct wishes *w, int minute)
{
    return w->quiet_from <= w->quiet_to ? minute >= w->quiet_from && minute < w->quiet_to
                                        : minute >= w->quiet_from || minute < w->quiet_to;
}

/* Why it may not reach them now, going by these wishes; NULL: it may. */
static const char *forbidden(const struct quarter *q, const struct colleague *c, const struct wishes *w,
                             enum class class)
{
    struct local l = local_at(c->at->zone, q->w->now_ms / 1000);
    int64_t day = quarter_today(q, c);
    int minute = l.hour * 60 + l.minute;

    if (w->stopped && class != REQUIRED && class != MANDATORY)
        return "they said stop";
    if (w->nudges_off && (class == REMINDER || class == DIGEST))
        return "they switched nudges off";
    if (!(c->at->weekdays >> l.weekday & 1))
        return "it is no working day of theirs";
    if (is_holiday(c->at, day))
        return "it is a holiday there";
    if (is_away(c, day) && q->w->now_ms > c->changed_ms + SETTLING_MS)
        return "they are away";
    if ((class == OFFER || class == CONSENT || class == TASK) && (minute < c->at->from || minute >= c->at->to))
        return "they are not at work";
    return is_quiet(w, minute) ? "it is in their quiet hours" : NULL;
}

static bool just_changed(const struct quarter *q, const struct colleague *c)
{
    return q->w->now_ms <= c->changed_ms + SETTLING_MS;
}

static void check_hours(struct quarter *q, const struct colleague *c, enum class class, const char *text)
{
    const char *why = forbidden(q, c, &c->wishes, class);

    if (!quarter_works_here(q, c))
        why = "they do not work here";
    else if (why && just_changed(q, c) && !forbidden(q, c, &c->before, class))
        why = NULL;
    if (why)
        world_complain(q->w, "%s (%s) got this %s, though %s:\n%s", c->handle, c->at->timezone, class_names[class], why,
                       text);
}

/* ---- Budget ------------------------------------------------------------------------------------------------------ */

static void turn_pages(struct quarter *q, struct colleague *c)
{
    int64_t day = quarter_today(q, c), monday = day - day_weekday(day);

    if (c->day != day)
        c->halves_today = c->mandatory_today = c->line_count = 0;
    if (c->monday != monday)
        c->halves_week = 0;
    c->day = day;
    c->monday = monday;
}

static bool is_urgent(const char *text)
{
    return strstr(text, "is due today") || strstr(text, "is due tomorrow") || strstr(text, "in 2 days") ||
           strstr(text, "was due");
}

static void check_budget(struct quarter *q, struct colleague *c, enum class class, const char *text)
{
    int most =
        just_changed(q, c) && c->before.budget_day > c->wishes.budget_day ? c->before.budget_day : c->wishes.budget_day;

    turn_pages(q, c);
    if (class == MANDATORY) {
        if (++c->mandatory_today > 1 || !is_urgent(text))
            world_complain(q->w, "%s got this beyond the budget (%d that day):\n%s", c->handle, c->mandatory_today,
                           text);
        return;
    }
    c->halves_today += class == OFFER ? 1 : 2;
    c->halves_week += class == OFFER ? 1 : 2;
    if (class != OFFER && class != CONSENT && (c->halves_today > 2 * most || c->halves_week > 2 * 2))
        world_complain(q->w, "%s got this %s: %d half messages that day (%d are the most), %d that week:\n%s",
                       c->handle, class_names[class], c->halves_today, 2 * most, c->halves_week, text);
}

/* ---- Rules ------------------------------------------------------------------------------------------------------- */

/* A line of a rule, or what it is about: never in two messages of a day. */
static void check_words(struct quarter *q, struct colleague *c, int64_t message, const char *words, size_t n)
{
    unsigned long long hash = text_hash(words, n);

    for (int i = 0; i < c->line_count; i++)
        if (c->lines[i] == hash && c->line_messages[i] != message)
            world_complain(q->w, "%s read twice on one day: %.*s", c->handle, (int)n, words);
    if (c->line_count == LINES)
        return;
    c->line_messages[c->line_count] = message;
    c->lines[c->line_count++] = hash;
}

static void check_line(struct quarter *q, struct colleague *c, int64_t message, const char *line)
{
    size_t n = strcspn(line, "\n");
    const char *words = strstr(line, ") A thing to think of"), *about = strstr(line, "«");

    if (!words || words > line + n)
        return;
    check_words(q, c, message, line + strcspn(line, "("), n - strcspn(line, "("));
    if (about && about < line + n)
        check_words(q, c, message, about, n - (size_t)(about - line));
}

static bool is_of_rule(struct quarter *q, const char *text, const char *slug)
{
    struct arena_mark mark = arena_mark(q->w->arena);
    bool is = strstr(text, arena_printf(q->w->arena, "(%s) ", slug)) ||
              strstr(text, arena_printf(q->w->arena, "reminders of %s stayed", slug));

    arena_release(q->w->arena, mark);
    return is;
}

static void check_rules(struct quarter *q, struct colleague *c, int64_t message, const char *text)
{
    for (int i = 0; i < RULES; i++) {
        struct rule_seen *r = &q->rules[i];
        if (!is_of_rule(q, text, r->slug))
            continue;
        r->messages++;
        r->window += r->whom != NULL;
        if (r->whom)
            r->whom[c->number] = 1;
    }
    for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n')
        check_line(q, c, message, line);
}

/* ---- Rights ------------------------------------------------------------------------------------------------------ */

static void check_secrets(struct quarter *q, const struct colleague *c, const char *text)
{
    for (const char *at = strstr(text, "zq"); at; at = strstr(at + 2, "zq")) {
        int n = atoi(at + 2);
        if (n >= q->secret_count)
            continue;
        int owner = q->secrets[n].owner;
        if (owner != c->number && !(q->secrets[n].shared && q->people[owner].manager == c->number))
            world_complain(q->w, "%s reads zq%05d, which %s wrote for themselves:\n%s", c->handle, n,
                           q->people[owner].handle, text);
    }
}

/* ---- Whatever somebody sees -------------------------------------------------------------------------------------- */

static bool is_first(struct quarter *q, int64_t message)
{
    if (message >= q->seen_max) {
        int64_t max = 2 * message + 4096;
        q->seen_once = realloc(q->seen_once, (size_t)max);
        if (!q->seen_once)
            abort();
        memset(q->seen_once + q->seen_max, 0, (size_t)(max - q->seen_max));
        q->seen_max = max;
    }
    bool first = !q->seen_once[message];
    q->seen_once[message] = 1;
    return first;
}

void quarter_look(struct world *w, const struct copy *copy, const char *text)
{
    struct quarter *q = w->context;
    struct colleague *c = reader_of(q, copy);

    if (!c) {
        world_complain(w, "nobody reads %s: %s", copy->conversation, text);
        return;
    }
    check_secrets(q, c, text);
    if (copy->revisions > 1 || !copy->message || !*copy->body) /* edits and files count nothing */
        return;
    if (!is_first(q, copy->message))
        world_complain(w, "%s got message %lld twice:\n%s", c->handle, (long long)copy->message, text);
    c->recent[c->recent_count++ % RECENT] = copy;
    enum class class = class_of(q, copy->message);
    q->classes[class]++;
    if (class == REPLY || class == OWED)
        return;
    check_hours(q, c, class, text);
    if (class != TASK)
        check_budget(q, c, class, text);
    if (class == REMINDER)
        check_rules(q, c, copy->message, text);
}

/* ---- What the bot says of the past, and of the future ------------------------------------------------------------ */

/* The newest reply to the admin that begins like this, or is a file; without its first line, which names the day. */
static const char *newest(const struct quarter *q, int64_t since_ms, const char *begins)
{
    for (const struct copy *c = q->w->copies; c && c->at_ms >= since_ms; c = c->older)
        if (reader_of(q, c) == &q->people[0] && strncmp(c->text, begins, strlen(begins)) == 0)
            return c->text + strcspn(c->text, "\n");
    return NULL;
}

static void ask_admin(struct quarter *q, const char *text)
{
    bool calm = q->calm;

    q->calm = true;
    quarter_say(q, &q->people[0], text);
    world_pass(q->w, q->w->now_ms + 5000);
    q->calm = calm;
}

static struct asked ask_day(struct quarter *q, const char *day)
{
    int64_t since_ms = q->w->now_ms;

    ask_admin(q, arena_printf(q->w->arena, "compliance at %s", day));
    return (struct asked){ day, newest(q, since_ms, "Compliance at the end of"),
                           newest(q, since_ms, "file compliance") };
}

void quarter_ask_compliance(struct quarter *q, int64_t day)
{
    struct asked a = ask_day(q, day_iso(q->w->arena, day));

    if (!a.text || !a.file)
        world_complain(q->w, "no word about compliance at %s", a.day);
    q->asked[q->asked_count++] = a;
}

static void ask_again(struct quarter *q, const struct asked *then)
{
    struct asked now = ask_day(q, then->day);

    if (q->w->wrong)
        return;
    if (!now.text || !now.file || strcmp(now.text, then->text) != 0)
        world_complain(q->w, "compliance at %s was%s\nthe day after, and is now%s", then->day, then->text,
                       now.text ? now.text : " nothing");
    else if (strcmp(now.file, then->file) != 0)
        world_complain(q->w, "the file of compliance at %s is another one than the day after", then->day);
}

void quarter_ask_dry(struct quarter *q)
{
    for (int i = 0; i < RULES && !q->w->wrong; i++) {
        struct rule_seen *r = &q->rules[i];
        int64_t since_ms = q->w->now_ms;
        const char *begins = arena_printf(q->w->arena, "%s, 28 days: ", r->slug);
        if (!quarter_rule_is_measured(r->slug))
            continue;
        ask_admin(q, arena_printf(q->w->arena, "nudge dry %s", r->slug));
        for (const struct copy *c = q->w->copies; c && c->at_ms >= since_ms; c = c->older)
            if (strncmp(c->text, begins, strlen(begins)) == 0)
                sscanf(c->text + strlen(begins), "%ld messages, %ld people", &r->dry_messages, &r->dry_people);
        if (r->dry_messages < 0)
            world_complain(q->w, "no dry run of %s", r->slug);
    }
    for (int i = 0; i < RULES; i++)
        q->rules[i].whom = calloc((size_t)q->count, 1);
}

static void check_dry(struct quarter *q)
{
    for (int i = 0; i < RULES; i++) {
        const struct rule_seen *r = &q->rules[i];
        long people = 0;
        if (!r->whom || !quarter_rule_is_measured(r->slug))
            continue;
        for (int k = 0; k < q->count; k++)
            people += r->whom[k];
        printf("# dry = real: %s foretold %ld messages to %ld people; it was %ld to %ld\n", r->slug, r->dry_messages,
               r->dry_people, r->window, people);
        if (r->window != r->dry_messages || people != r->dry_people)
            world_complain(q->w, "%s: %ld messages to %ld people were foretold, it was %ld to %ld", r->slug,
                           r->dry_messages, r->dry_people, r->window, people);
    }
}

/* ---- In the end -------------------------------------------------------------------------------------------------- */

static void never(struct quarter *q, const char *what, const char *sql)
{
    char error[256] = "";
    const char *found = core_value(q->w->core, q->w->arena, sql, error, sizeof error);

    if (!found || strcmp(found, "0") != 0)
        world_complain(q->w, "%s: %s", what, found ? found : error);
}

void quarter_check_end(struct quarter *q)
{
    if (q->w->events)
        world_complain(q->w, "%s was never acknowledged", q->w->events->event.thing);
    check_dry(q);
    for (int i = 0; i < q->asked_count && !q->w->wrong; i++)
        ask_again(q, &q->asked[i]);
    never(q, "rows of the outbox are open", "SELECT count(*) FROM outbox WHERE final = 0");
    never(q, "rows of the outbox were given up", "SELECT count(*) FROM outbox WHERE state IN ('refused', 'expired')");
    never(q, "events failed", "SELECT count(*) FROM inbox WHERE state <> 'done'");
    never(q, "an event was answered twice",
          "SELECT count(*) FROM (SELECT 1 FROM message WHERE class = 'reply' AND cause IS NOT NULL GROUP BY platform, "
          "cause HAVING count(DISTINCT created_ms) > 1) d");
}
