/* A conversation file as lines of one kind each. What a line may say: 4-interfaces is the word, the README tells it. */
#include <string.h>

#include "script_private.h"

/* ---- bot ... ----------------------------------------------------------------------------------------------------- */

static bool target(struct scan *s, struct script_line *l)
{
    if (*s->at == '#')
        return scan_room(s, &l->room, &l->thread);
    if (!scan_handle(s, &l->who))
        return false;
    if (scan_take(s, " in "))
        return scan_room(s, &l->room, &l->thread);
    return true;
}

/* ": text" or " ~ pattern" */
static bool content(struct scan *s, struct script_line *l)
{
    if (scan_take(s, " ~"))
        l->by_pattern = true;
    else if (!scan_take(s, ":"))
        return scan_fail(s, "': text' or ' ~ pattern' is expected here");
    return scan_piece(s, l, '|');
}

static bool hear(struct scan *s, struct script_line *l)
{
    l->kind = LINE_HEAR;
    if (!target(s, l))
        return false;
    l->negated = scan_take(s, " not");
    l->skips = !l->negated && scan_take(s, " ...");
    if (!content(s, l))
        return false;
    l->nothing = !l->by_pattern && !l->negated && strcmp(l->pieces[0].text, "nothing") == 0;
    if (l->nothing && l->skips)
        return scan_fail(s, "'nothing' cannot come after what was skipped");
    return true;
}

static bool sees_edit(struct scan *s, struct script_line *l)
{
    l->kind = LINE_SEE_EDIT;
    return target(s, l) && content(s, l);
}

static bool sees_delete(struct scan *s, struct script_line *l)
{
    l->kind = LINE_SEE_DELETE;
    return target(s, l) && scan_end(s);
}

/* ":eyes:" */
static bool emoji(struct scan *s, const char **name)
{
    size_t n = *s->at == ':' ? strcspn(s->at + 1, ": ") : 0;
    if (!n || s->at[n + 1] != ':')
        return scan_fail(s, "an emoji like :eyes: is expected here");
    *name = arena_copy_n(s->arena, s->at + 1, n);
    s->at += n + 2;
    return scan_end(s);
}

static bool sees_reaction(struct scan *s, struct script_line *l)
{
    l->kind = LINE_SEE_REACTION;
    return emoji(s, &l->text);
}

static bool sees_file(struct scan *s, struct script_line *l)
{
    l->kind = LINE_SEE_FILE;
    if (!scan_handle(s, &l->who) || !(scan_take(s, " file") || scan_fail(s, "'file' is expected here")))
        return false;
    if (scan_take(s, " ~")) {
        l->by_pattern = true;
        return scan_piece(s, l, '|');
    }
    l->text = scan_rest(s);
    return *l->text || scan_fail(s, "a file's name is expected here");
}

static bool shows(struct scan *s, struct script_line *l)
{
    if (!scan_handle(s, &l->who))
        return false;
    if (scan_take(s, " form"))
        l->kind = LINE_SEE_FORM;
    else if (scan_take(s, " home"))
        l->kind = LINE_SEE_HOME;
    else
        return scan_fail(s, "'form' or 'home' is expected here");
    return content(s, l);
}

bool parse_expectation(struct scan *s, struct script_line *l)
{
    static const struct {
        const char *words;
        bool (*read)(struct scan *s, struct script_line *l);
    } forms[] = { { "to ", hear },
                  { "edits for ", sees_edit },
                  { "deletes for ", sees_delete },
                  { "reacts ", sees_reaction },
                  { "sends ", sees_file },
                  { "shows ", shows } };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (scan_take(s, forms[i].words))
            return forms[i].read(s, l);
    return scan_fail(s, "after 'bot': to, edits for, deletes for, reacts, sends or shows");
}

/* ---- What people do ---------------------------------------------------------------------------------------------- */

static bool says(struct scan *s, struct script_line *l)
{
    l->kind = LINE_SAY;
    scan_take(s, " ");
    l->text = text_trim(s->arena, s->at);
    return true;
}

static bool says_in_room(struct scan *s, struct script_line *l)
{
    s->at--; /* the '#' that was taken */
    if (!scan_room(s, &l->room, &l->thread))
        return false;
    return scan_take(s, ">") ? says(s, l) : scan_fail(s, "'>' is expected here");
}

static bool presses(struct scan *s, struct script_line *l)
{
    l->kind = LINE_PRESS;
    l->gone = scan_take(s, "gone ");
    return scan_quoted(s, &l->text) && scan_end(s);
}

static bool has_read(struct scan *s, struct script_line *l)
{
    l->kind = LINE_READ;
    return scan_end(s);
}

static bool fills(struct scan *s, struct script_line *l)
{
    l->kind = LINE_FILL;
    enum { MAX_FIELDS = 32 };
    l->fields = arena_array(s->arena, struct event_field, MAX_FIELDS);
    do {
        if (l->field_count == MAX_FIELDS)
            return scan_fail(s, "a form has at most %d fields", MAX_FIELDS);
        struct event_field *f = &l->fields[l->field_count++];
        s->at += strspn(s->at, " ");
        if (!scan_quoted(s, &f->name))
            return false;
        s->at += strspn(s->at, " ");
        if (!scan_take(s, "="))
            return scan_fail(s, "'=' is expected here");
        s->at += strspn(s->at, " ");
        if (!scan_quoted(s, &f->value))
            return false;
    } while (scan_take(s, ","));
    return scan_end(s);
}

static bool reacts(struct scan *s, struct script_line *l)
{
    l->kind = LINE_REACT;
    return emoji(s, &l->text);
}

static bool edits(struct scan *s, struct script_line *l)
{
    says(s, l);
    l->kind = LINE_EDIT;
    return true;
}

static bool withdraws(struct scan *s, struct script_line *l)
{
    l->kind = LINE_WITHDRAW;
    return scan_end(s);
}

static bool uploads(struct scan *s, struct script_line *l)
{
    l->kind = LINE_UPLOAD;
    l->text = scan_rest(s);
    return *l->text || scan_fail(s, "a file is expected here");
}

static bool opens_home(struct scan *s, struct script_line *l)
{
    l->kind = LINE_HOME;
    return scan_end(s);
}

static bool together(struct scan *s, struct script_line *l)
{
    l->kind = LINE_TOGETHER;
    enum { MAX_NAMES = 32 };
    l->names = arena_array(s->arena, const char *, MAX_NAMES);
    l->names[l->name_count++] = l->who;
    do {
        if (l->name_count == MAX_NAMES)
            return scan_fail(s, "at most %d together", MAX_NAMES);
        if (!scan_handle(s, &l->names[l->name_count++]))
            return false;
    } while (scan_take(s, " & "));
    return scan_end(s);
}

bool parse_person(struct scan *s, struct script_line *l)
{
    static const struct {
        const char *words;
        bool (*read)(struct scan *s, struct script_line *l);
    } forms[] = { { ">", says },
                  { " #", says_in_room },
                  { " presses ", presses },
                  { " has read all", has_read },
                  { " fills ", fills },
                  { " reacts ", reacts },
                  { " edits>", edits },
                  { " withdraws", withdraws },
                  { " uploads ", uploads },
                  { " opens home", opens_home },
                  { " & ", together } };
    if (!scan_handle(s, &l->who))
        return false;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (scan_take(s, forms[i].words))
            return forms[i].read(s, l);
    return scan_fail(
        s,
        "after '%s': '> text', presses, has read all, fills, reacts, edits>, withdraws, uploads, opens home "
        "or '& handle'",
        l->who);
}
