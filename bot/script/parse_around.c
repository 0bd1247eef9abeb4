/* The rest of a conversation file: what happens around people (clock, restarts, failing sends), and the file as a
 * whole. */
#include <string.h>

#include "script_private.h"

static bool config(struct scan *s, struct script_line *l)
{
    l->kind = LINE_CONFIG;
    l->text = scan_rest(s);
    return *l->text || scan_fail(s, "a folder is expected here");
}

static bool at(struct scan *s, struct script_line *l)
{
    l->kind = LINE_AT;
    if (!scan_moment(s, &l->amount, &l->minute))
        return false;
    s->at += strspn(s->at, " ");
    const char *name = arena_copy_n(s->arena, s->at, strcspn(s->at, " "));
    l->zone = zone_find(name);
    if (!l->zone)
        return scan_fail(s, "a time zone like Europe/London is expected here");
    s->at += strlen(name);
    return scan_end(s);
}

static bool on(struct scan *s, struct script_line *l)
{
    l->kind = LINE_ON;
    l->text = scan_rest(s);
    return strcmp(l->text, "slack") == 0 || strcmp(l->text, "matrix") == 0 || strcmp(l->text, "console") == 0 ||
           scan_fail(s, "a platform is slack, matrix or console");
}

static bool after(struct scan *s, struct script_line *l)
{
    static const struct {
        const char *name;
        enum unit unit;
    } units[] = { { "minute", UNIT_MINUTE }, { "hour", UNIT_HOUR }, { "day", UNIT_DAY }, { "week", UNIT_WEEK } };
    l->kind = LINE_AFTER;
    if (scan_take(s, "until ")) {
        l->unit = UNIT_UNTIL;
        return scan_moment(s, &l->amount, &l->minute) && scan_end(s);
    }
    if (!scan_number(s, &l->amount) || !(scan_take(s, " ") || scan_fail(s, "a unit is expected here")))
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (scan_take(s, units[i].name)) {
            l->unit = units[i].unit;
            scan_take(s, "s");
            return scan_end(s);
        }
    return scan_fail(s, "a unit is minutes, hours, days or weeks");
}

static bool restart(struct scan *s, struct script_line *l)
{
    l->kind = LINE_RESTART;
    return scan_end(s);
}

static bool crash(struct scan *s, struct script_line *l)
{
    l->kind = LINE_CRASH;
    l->before_commit = scan_take(s, "before commit");
    if (!l->before_commit && !scan_take(s, "after commit"))
        return scan_fail(s, "'before commit' or 'after commit' is expected here");
    return scan_end(s);
}

static bool redeliver(struct scan *s, struct script_line *l)
{
    l->kind = LINE_REDELIVER;
    return scan_end(s);
}

static bool fail_send(struct scan *s, struct script_line *l)
{
    l->kind = LINE_FAIL;
    return scan_number(s, &l->amount) && scan_end(s);
}

static bool lose_reply(struct scan *s, struct script_line *l)
{
    l->kind = LINE_LOSE;
    return scan_number(s, &l->amount) && scan_end(s);
}

static bool db(struct scan *s, struct script_line *l)
{
    l->kind = LINE_DB;
    const char *equals = NULL;
    for (const char *c = s->at; (c = strstr(c, " = ")) != NULL; c += 3)
        equals = c;
    if (!equals)
        return scan_fail(s, "' = value' is expected at the end");
    l->text = arena_copy_n(s->arena, s->at, (size_t)(equals - s->at));
    s->at = equals + 3;
    l->value = scan_rest(s);
    return true;
}

static bool nobody(struct scan *s, struct script_line *l)
{
    l->kind = LINE_NOBODY;
    return scan_end(s);
}

bool parse_around(struct scan *s, struct script_line *l, bool *taken)
{
    static const struct {
        const char *words;
        bool (*read)(struct scan *s, struct script_line *l);
    } forms[] = { { "bot ", parse_expectation },
                  { "nobody else hears", nobody },
                  { "config ", config },
                  { "at ", at },
                  { "on ", on },
                  { "after ", after },
                  { "restart", restart },
                  { "crash ", crash },
                  { "redeliver", redeliver },
                  { "fail send ", fail_send },
                  { "lose reply ", lose_reply },
                  { "lose replies ", lose_reply },
                  { "fail sends ", fail_send },
                  { "db ", db } };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        const char *before = s->at;
        *taken = scan_take(s, forms[i].words) && (s->at[-1] == ' ' || !*s->at || *s->at == ' ');
        if (*taken)
            return forms[i].read(s, l);
        s->at = before;
    }
    return true;
}

/* ---- The file ---------------------------------------------------------------------------------------------------- */

static bool takes_pieces(const struct script_line *l)
{
    switch (l->kind) {
    case LINE_HEAR:
        return !l->nothing && !l->negated;
    case LINE_SEE_EDIT:
    case LINE_SEE_FORM:
    case LINE_SEE_HOME:
        return true;
    case LINE_SEE_FILE:
        return l->by_pattern;
    case LINE_CONFIG:
    case LINE_AT:
    case LINE_ON:
    case LINE_SAY:
    case LINE_PRESS:
    case LINE_FILL:
    case LINE_REACT:
    case LINE_EDIT:
    case LINE_WITHDRAW:
    case LINE_UPLOAD:
    case LINE_HOME:
    case LINE_SEE_DELETE:
    case LINE_SEE_REACTION:
    case LINE_NOBODY:
    case LINE_DB:
    case LINE_READ:
    case LINE_TOGETHER:
    case LINE_AFTER:
    case LINE_RESTART:
    case LINE_CRASH:
    case LINE_REDELIVER:
    case LINE_FAIL:
    case LINE_LOSE:
        return false;
    }
    return false;
}

/* "    | text" and its like: belongs to the line before. */
static bool continuation(struct scan *s, struct script_line *l)
{
    s->at += strspn(s->at, " \t");
    char mark = *s->at;
    if (!mark || !strchr("|&!", mark))
        return scan_fail(s, "a line that begins with a blank goes on with |, & or !");
    if (!l)
        return scan_fail(s, "there is no line above that goes on");
    l->last = s->number;
    if (l->kind == LINE_SAY || l->kind == LINE_EDIT) {
        if (mark != '|')
            return scan_fail(s, "what a person writes goes on with |");
        s->at++;
        scan_take(s, " ");
        l->text = arena_printf(s->arena, "%s\n%s", l->text, s->at);
        return true;
    }
    if (!takes_pieces(l))
        return scan_fail(s, "the line above does not go on");
    s->at++;
    return scan_piece(s, l, mark);
}

static bool parse_line(struct scan *s, struct script *script)
{
    struct script_line *before = script->count ? &script->lines[script->count - 1] : NULL;
    s->at = s->line;
    if (*s->line == ' ' || *s->line == '\t')
        return s->line[strspn(s->line, " \t")] ? continuation(s, before) : true;
    if (!*s->line || *s->line == '#')
        return true;
    struct script_line *l = &script->lines[script->count++];
    l->number = l->last = s->number;
    bool taken;
    if (!parse_around(s, l, &taken))
        return false;
    return taken || parse_person(s, l);
}

static bool is_event(enum line_kind kind)
{
    return kind >= LINE_SAY && kind <= LINE_HOME;
}

/* `at` comes once and first; the people named together follow at once. */
static bool check_order(struct scan *s, const struct script *script)
{
    bool began = false;
    for (size_t i = 0; i < script->count; i++) {
        const struct script_line *l = &script->lines[i];
        s->number = l->number;
        s->line = s->at = script->source[l->number - 1];
        if (l->kind == LINE_AT && began)
            return scan_fail(s, "'at' comes once, before anything happens");
        began = began || l->kind != LINE_CONFIG;
        for (size_t n = 0; l->kind == LINE_TOGETHER && n < l->name_count; n++) {
            const struct script_line *next = i + n + 1 < script->count ? &script->lines[i + n + 1] : NULL;
            if (!next || !is_event(next->kind) || strcmp(next->who, l->names[n]) != 0)
                return scan_fail(s, "a line of %s is expected below, in this order", l->names[n]);
        }
    }
    return true;
}

static void split_lines(struct arena *a, struct script *script, const char *text)
{
    int count = 1;
    for (const char *c = text; *c; c++)
        count += *c == '\n';
    script->source = arena_array(a, const char *, (size_t)count);
    script->lines = arena_array(a, struct script_line, (size_t)count);
    while (*text) {
        size_t n = strcspn(text, "\n");
        size_t end = n && text[n - 1] == '\r' ? n - 1 : n;
        script->source[script->source_count++] = arena_copy_n(a, text, end);
        text += n + (text[n] == '\n');
    }
}

static void *pattern_alloc(size_t size, void *arena)
{
    return arena_alloc(arena, size);
}

static void pattern_free(void *memory, void *arena)
{
    (void)memory;
    (void)arena;
}

struct script *script_parse(struct arena *a, const char *file, const char *text, const char **error)
{
    struct script *script = arena_new(a, struct script);
    script->file = arena_copy(a, file);
    struct scan s = { .arena = a, .file = file, .line = text, .at = text, .number = 1 };
    s.patterns = pcre2_general_context_create(pattern_alloc, pattern_free, a);
    bool good = text_is_utf8(text, strlen(text)) || scan_fail(&s, "this is no UTF-8 text");
    if (good)
        split_lines(a, script, text_starts(text, "\xEF\xBB\xBF") ? text + 3 : text);
    for (int i = 0; good && i < script->source_count; i++) {
        s.number = i + 1;
        s.line = script->source[i];
        good = parse_line(&s, script);
    }
    good = good && check_order(&s, script);
    *error = s.error;
    return good ? script : NULL;
}
