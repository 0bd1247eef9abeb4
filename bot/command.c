/* Texts to commands: each row's pattern becomes one PCRE2 program; a pattern holds only if every argument can be one.
 */
#include "machine.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <ctype.h>
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX_BYTES 4096 /* what may reach PCRE2 */
#define NAMES_MAX 8
#define DATE_MAX_BYTES 60
#define NUMBER_DIGITS 9

enum kind { KIND_TEXT, KIND_WORD, KIND_NUMBER, KIND_DATE, KIND_PERSON, KIND_TOPIC, KIND_TITLE, KIND_ONE_OF };

struct pattern {
    const struct handler *handler;
    const struct command *command;
    const char *verb;
    pcre2_code *code;
    struct {
        const char *name;
        enum kind kind;
    } names[NAMES_MAX];
    size_t count;
    int literals;       /* words that must stand there: more are tried first */
    bool has_free_text; /* a text argument without a date or number beside it */
    bool needs_arguments;
    bool met; /* compiled for the machine */
};

static enum kind kind_of(const char *text, size_t n)
{
    static const struct {
        const char *name;
        enum kind kind;
    } kinds[] = { { "text", KIND_TEXT },     { "word", KIND_WORD },   { "number", KIND_NUMBER }, { "date", KIND_DATE },
                  { "person", KIND_PERSON }, { "topic", KIND_TOPIC }, { "title", KIND_TITLE } };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strlen(kinds[i].name) == n && strncmp(kinds[i].name, text, n) == 0)
            return kinds[i].kind;
    return KIND_ONE_OF;
}

static void add_capture(struct buf *out, enum kind kind, const char *alternatives, size_t n)
{
    switch (kind) {
    case KIND_TEXT:
    case KIND_TOPIC:
    case KIND_TITLE:
    case KIND_DATE:
        buf_add(out, "(.+?)");
        break;
    case KIND_WORD:
        buf_add(out, "(\\S+)");
        break;
    case KIND_NUMBER:
        buf_add(out, "(\\d+)"); /* too large ones are answered as such */
        break;
    case KIND_PERSON:
        buf_add(out, "(@?[a-zA-Z0-9][a-zA-Z0-9._-]*)");
        break;
    case KIND_ONE_OF:
        buf_add_char(out, '(');
        buf_add_n(out, alternatives, n);
        buf_add_char(out, ')');
        break;
    }
}

/* {name:kind} at p; what follows it. */
static const char *argument(struct pattern *p, struct arena *a, struct buf *out, const char *at, bool optional)
{
    const char *end = strchr(at, '}'), *colon = memchr(at, ':', (size_t)(end - at));
    enum kind kind = colon ? kind_of(colon + 1, (size_t)(end - colon - 1)) : KIND_TEXT;

    p->names[p->count].name = arena_copy_n(a, at + 1, (size_t)((colon ? colon : end) - at - 1));
    p->names[p->count++].kind = kind;
    p->has_free_text |= kind == KIND_TEXT || kind == KIND_TOPIC;
    p->needs_arguments |= !optional;
    add_capture(out, kind, colon ? colon + 1 : "", colon ? (size_t)(end - colon - 1) : 0);
    return end + 1;
}

static void literal_char(struct buf *out, char c)
{
    if (strchr("\\^$.|?*+()[]{}", c))
        buf_add_char(out, '\\');
    buf_add_char(out, c);
}

/* "goal add {title} [by {by:date}]" -> ^goal\s+add\s+(.+?)(?:\s+by\s+(.+?))?$(?C) At the callout arguments are looked at: where
 * one is none, the text is divided in another way. */
static char *to_regex(struct pattern *p, struct arena *a, const char *pattern)
{
    struct buf out = { .arena = a };
    bool optional = false, in_word = false;

    buf_add_char(&out, '^');
    for (const char *c = pattern; *c;) {
        if (*c == '{') {
            c = argument(p, a, &out, c, optional);
            in_word = false;
            continue;
        }
        if (*c == ' ' && c[1] == '[') {
            buf_add(&out, "(?:\\s+");
            optional = true;
            c += 2;
            continue;
        }
        if (*c == ']') {
            buf_add(&out, ")?");
            optional = false;
        } else if (*c == ' ') {
            buf_add(&out, "\\s+");
        } else {
            p->literals += !in_word && !optional;
            literal_char(&out, *c);
        }
        in_word = *c != ' ' && *c != ']';
        c++;
    }
    buf_add(&out, "$(?C)");
    return out.data;
}

static int by_strictness(const void *x, const void *y)
{
    const struct pattern *a = x, *b = y;

    if (a->literals != b->literals)
        return b->literals - a->literals;
    if (a->has_free_text != b->has_free_text)
        return a->has_free_text - b->has_free_text;
    return strcmp(a->command->pattern, b->command->pattern);
}

static void compile_one(struct machine *m, struct pattern *p, const struct handler *h, const struct command *c,
                        const char *verb)
{
    int code;
    PCRE2_SIZE where;

    *p = (struct pattern){ .handler = h, .command = c, .verb = verb };
    char *regex = to_regex(p, m->lasting, c->pattern);
    p->code = pcre2_compile((PCRE2_SPTR)regex, PCRE2_ZERO_TERMINATED, PCRE2_CASELESS | PCRE2_UTF | PCRE2_DOTALL, &code,
                            &where, NULL);
    if (!p->code)
        abort(); /* a row of ours is wrong: every test would say so */
}

void commands_compile(struct machine *m)
{
    size_t n = 0;

    for (const struct handler *const *h = handlers_all(); *h; h++)
        for (const struct command *c = (*h)->commands; c && c->pattern; c++)
            n++;
    m->lasting = arena_open();
    m->patterns = arena_array(m->lasting, struct pattern, n);
    for (const struct handler *const *h = handlers_all(); *h; h++) {
        const char *verb = NULL;
        for (const struct command *c = (*h)->commands; c && c->pattern; c++) {
            verb = c->verb ? c->verb : verb;
            compile_one(m, &m->patterns[m->pattern_count++], *h, c, verb);
        }
    }
    m->found = pcre2_match_data_create(NAMES_MAX + 1, NULL);
    m->matching = pcre2_match_context_create(NULL);
    if (!m->found || !m->matching)
        abort();
    qsort(m->patterns, m->pattern_count, sizeof *m->patterns, by_strictness);
}

void commands_free(struct machine *m)
{
    for (size_t i = 0; i < m->pattern_count; i++)
        pcre2_code_free(m->patterns[i].code);
    pcre2_match_data_free(m->found);
    pcre2_match_context_free(m->matching);
    arena_close(m->lasting);
}

struct candidate {
    struct turn *turn;
    const struct pattern *pattern;
};

/* The text as an argument, NULL where the optional part was left out. */
static const char *captured(struct turn *t, const char *text, const PCRE2_SIZE *v, size_t top, size_t i)
{
    if (i + 1 >= top || v[2 * i + 2] == PCRE2_UNSET)
        return NULL;
    return arena_copy_n(t->arena, text + v[2 * i + 2], v[2 * i + 3] - v[2 * i + 2]);
}

static bool is_date(struct turn *t, const char *value)
{
    return strlen(value) <= DATE_MAX_BYTES &&
           date_parse(value, day_of(person(t, t->person)->zone, t->now)).verdict != DATE_NONE;
}

static bool is_title(struct turn *t, const char *text)
{
    bool found = !strchr(text, ' ');

    for (const struct handler *const *h = handlers_all(); *h && !found; h++)
        found = (*h)->title && (*h)->title(t, text);
    return found;
}

static bool can_be(struct turn *t, enum kind kind, const char *value)
{
    return kind == KIND_DATE ? is_date(t, value) : kind != KIND_TITLE || is_title(t, value);
}

/* Can the texts be such arguments? 0: yes; 1: try to divide in another way. A person or number always can: an unknown one
 * is answered, never taken as a title. */
static int refuse_candidate(pcre2_callout_block *found, void *data)
{
    const struct candidate *c = data;

    for (size_t i = 0; i < c->pattern->count; i++) {
        const char *value =
            captured(c->turn, (const char *)found->subject, found->offset_vector, found->capture_top, i);
        if (value && !can_be(c->turn, c->pattern->names[i].kind, value))
            return 1;
    }
    return 0;
}

static struct match *match_one(struct turn *t, struct pattern *p, const char *text)
{
    struct machine *machine = t->machine;
    struct candidate candidate = { t, p };

    if (!p->met) { /* not all of them at the start: few of the first words ever come */
        pcre2_jit_compile(p->code, PCRE2_JIT_COMPLETE);
        p->met = true;
    }
    pcre2_set_callout(machine->matching, refuse_candidate, &candidate);
    int found = pcre2_match(p->code, (PCRE2_SPTR)text, strlen(text), 0, 0, machine->found, machine->matching);
    if (found <= 0)
        return NULL;
    struct match *m = arena_new(t->arena, struct match);
    m->command = p->command;
    m->verb = p->verb;
    m->has_free_text = p->has_free_text;
    for (size_t i = 0; i < p->count; i++) {
        const char *value = captured(t, text, pcre2_get_ovector_pointer(machine->found), (size_t)found, i);
        if (!value)
            continue;
        m->args[m->count].name = p->names[i].name;
        m->args[m->count].value = value;
        m->kinds[m->count++] = (char)p->names[i].kind;
    }
    return m;
}

/* Most patterns begin with a word, and most texts with another. */
static bool may_begin(const struct pattern *p, const char *text)
{
    char first = *p->command->pattern;

    return first == '{' || tolower((unsigned char)first) == tolower((unsigned char)*text);
}

struct match *command_match(struct turn *t, const char *text, enum command_kinds kinds, bool reads_only)
{
    if (strlen(text) > TEXT_MAX_BYTES)
        return NULL;
    for (size_t i = 0; i < t->machine->pattern_count; i++) {
        struct pattern *p = &t->machine->patterns[i];
        if (p->command->natural != (kinds == COMMANDS_NATURAL) || (reads_only && p->command->writes))
            continue;
        struct match *m = may_begin(p, text) ? match_one(t, p, text) : NULL;
        if (m)
            return m;
    }
    return NULL;
}

bool command_begins(struct turn *t, const char *text)
{
    size_t n = strcspn(text, " ");

    for (size_t i = 0; n && i < t->machine->pattern_count; i++) {
        const char *pattern = t->machine->patterns[i].command->pattern;
        if (!t->machine->patterns[i].command->natural && strcspn(pattern, " ") == n &&
            text_same(arena_copy_n(t->arena, text, n), arena_copy_n(t->arena, pattern, n)))
            return true;
    }
    return false;
}

struct match *command_prefix(struct turn *t, const char *text)
{
    const struct pattern *only = NULL;

    if (text_length(text) < 3 || strchr(text, ' '))
        return NULL;
    for (size_t i = 0; i < t->machine->pattern_count; i++) {
        const struct pattern *p = &t->machine->patterns[i];
        if (p->command->natural || p->command->writes || p->needs_arguments ||
            !text_starts(p->command->pattern, text) || !may_use(t, t->person, p->verb, p->command->role, 0))
            continue;
        if (only && strcmp(only->verb, p->verb) != 0)
            return NULL;
        if (!only || p->literals < only->literals)
            only = p;
    }
    if (!only)
        return NULL;
    struct match *m = arena_new(t->arena, struct match);
    m->command = only->command;
    m->verb = only->verb;
    return m;
}

/* "hlep me" -> "help me": the first word is a slip of a command's first word and the mended text is a command. */
struct match *command_slip(struct turn *t, const char *text, const char **mended)
{
    size_t n = strcspn(text, " ");
    const char *word = text_fold(t->arena, arena_copy_n(t->arena, text, n));
    const char **names = arena_array(t->arena, const char *, t->machine->pattern_count + 1);
    size_t count = 0;

    for (size_t i = 0; i < t->machine->pattern_count; i++) {
        const struct pattern *p = &t->machine->patterns[i];
        const char *first = arena_copy_n(t->arena, p->command->pattern, strcspn(p->command->pattern, " "));
        bool known = p->command->natural || *first == '{';
        for (size_t k = 0; k < count && !known; k++)
            known = strcmp(names[k], first) == 0;
        if (!known)
            names[count++] = first;
    }
    const char *near = text_nearest(word, names);
    if (!near || text_is_english(word))
        return NULL;
    *mended = arena_printf(t->arena, "%s%s", near, text + n);
    struct match *m = command_match(t, *mended, COMMANDS_PLAIN, false);
    return m && may_use(t, t->person, m->verb, m->command->role, 0) ? m : NULL;
}

/* ---- Running ----------------------------------------------------------------------------------------------------- */

struct message *reply_who_may(struct turn *t, const char *verb, enum role role)
{
    int count = 0;
    struct message *r = reply(t, "`%s` is for %s.", verb, phrase_of(t, role_people(role)));
    bool by_name = role != ROLE_MANAGER && role != ROLE_LEADER && role != ROLE_EXPERT; /* of those there are many */
    int64_t *can = !by_name ? NULL : people_with_role(t, role, 0, &count);

    if (!count)
        return r;
    say(r, " You could ask ");
    for (int i = 0; i < count && i < 3; i++)
        say(r, "%s%s", !i ? "" : i == 2 || i == count - 1 ? phrase(t, " or ") : ", ", person(t, can[i])->name);
    say(r, ".");
    return r;
}

void reply_beyond(struct turn *t)
{
    reply(t, "That reaches beyond the people your right is for.");
}

/* As the person knows it: some verbs are for rights alone. */
static const char *name_of(struct turn *t, const char *verb, const struct command *c)
{
    return text_starts(c->pattern, verb) ? verb : command_head(t, c);
}

/* "busy" and "busy until" are how "busy until {on:date}" begins. */
static bool lacks_arguments(const struct pattern *p, const char *text)
{
    const char *pattern = p->command->pattern;
    size_t n = strlen(text);

    return n && p->needs_arguments && !p->command->natural && text_starts(pattern, text) && pattern[n] == ' ' &&
           n < strcspn(pattern, "{[");
}

bool command_usage(struct turn *t, const char *text)
{
    const struct pattern *lacking = NULL;

    for (size_t i = 0; i < t->machine->pattern_count; i++) {
        const struct pattern *p = &t->machine->patterns[i];
        if (p->command->example && lacks_arguments(p, text) &&
            (!lacking || may_use(t, t->person, p->verb, p->command->role, 0)))
            lacking = p;
    }
    if (!lacking)
        return false;
    if (may_use(t, t->person, lacking->verb, lacking->command->role, 0))
        reply(t, "There is something missing. Like this: `%s`", lacking->command->example);
    else
        reply_who_may(t, name_of(t, lacking->verb, lacking->command), lacking->command->role);
    return true;
}

/* The text with one argument replaced, a date, which stands last: what a reading's button writes. */
static const char *with_argument(struct turn *t, const struct match *m, size_t at, const char *value)
{
    const char *place = NULL;

    for (const char *next = t->text; (next = strstr(next, m->args[at].value)); next++)
        place = next;

    if (!place)
        return t->text;
    return arena_printf(t->arena, "%.*s%s%s", (int)(place - t->text), t->text, value,
                        place + strlen(m->args[at].value));
}

/* An impossible, ambiguous or past date is answered with its readings as buttons. */
static bool date_refused(struct turn *t, const struct match *m, size_t at)
{
    int64_t today = day_of(person(t, t->person)->zone, t->now);
    struct date d = date_parse(m->args[at].value, today);

    if (d.verdict == DATE_OK)
        return false;
    struct message *r = reply(t, "%s", "");
    const char *said = m->args[at].value;
    if (d.verdict == DATE_PAST)
        say(r, "%s has passed. Which day do you mean?", said);
    else if (d.verdict == DATE_AMBIGUOUS)
        say(r, "%s can be two days. Which one?", said);
    else
        say(r, "There is no %s. Did you mean one of these?", said);
    for (int i = 0; i < d.reading_count; i++)
        choice(r, say_day(t, d.readings[i]), "say", 0, with_argument(t, m, at, day_iso(t->arena, d.readings[i])));
    return true;
}

static bool person_refused(struct turn *t, const struct match *m, size_t at)
{
    const struct person *p = person_of_handle(t, m->args[at].value);

    if (p && p->active && (p->id == t->person || !person_hidden(t, p->id)))
        return false;
    reply(t, "I know nobody called %s. People go by their handle, like @%s.", m->args[at].value,
          person(t, t->person)->handle);
    return true;
}

static bool number_refused(struct turn *t, const struct match *m, size_t at)
{
    const char *number = m->args[at].value;

    if (strlen(number) <= NUMBER_DIGITS)
        return false;
    reply(t, "%s is too large a number for `%s`.", text_cut(t->arena, number, 30), m->verb);
    return true;
}

void command_run(struct turn *t, struct match *m)
{
    if (!may_use(t, t->person, m->verb, m->command->role, 0)) {
        reply_who_may(t, name_of(t, m->verb, m->command), m->command->role);
        return;
    }
    if (m->command->for_all && !may_use(t, t->person, m->verb, m->command->role, EVERYBODY)) {
        reply_beyond(t);
        return;
    }
    for (size_t i = 0; i < m->count; i++)
        if ((m->kinds[i] == KIND_DATE && date_refused(t, m, i)) ||
            (m->kinds[i] == KIND_NUMBER && number_refused(t, m, i)) ||
            (m->kinds[i] == KIND_PERSON && person_refused(t, m, i)))
            return;
    t->machine->match = m;
    m->command->run(t);
}
