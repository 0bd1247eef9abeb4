/* What is said to us, and what is not: silence in rooms unless we are mentioned, never an answer to ourselves. */
#define _GNU_SOURCE /* strcasestr */
#include <ctype.h>
#include <string.h>

#include "learnd/text.h"
#include "matrix.h"

/* A reply's plain text begins with the quoted one, line by line, and an empty line. */
static const char *without_quotation(const char *text)
{
    const char *at = text;
    while (at[0] == '>' && (at[1] == ' ' || at[1] == '\n' || !at[1])) {
        const char *end = strchr(at, '\n');
        if (!end) {
            return at; /* all of it is quoted: then it is what was said */
        }
        at = end + 1;
    }
    return at != text && *at == '\n' ? at + 1 : at;
}

/* '@' left out: "learnd" of "@learnd:example.org". */
static const char *localpart(struct arena *a, const char *user)
{
    return arena_copy_n(a, user + 1, strcspn(user + 1, ":"));
}

static bool word_byte(char c)
{
    return isalnum((unsigned char)c) || c == '_' || (c & 0x80);
}

/* Where a name stands as a word of its own in the text; NULL: nowhere. */
static const char *find_name(const char *text, const char *name)
{
    size_t n = strlen(name);
    for (const char *at = text; n && (at = strcasestr(at, name)); at++) {
        if ((at == text || !word_byte(at[-1])) && !word_byte(at[n])) {
            return at;
        }
    }
    return NULL;
}

static bool mentioned(struct matrix *m, struct arena *a, const struct matrix_event *e)
{
    if (e->mentions_known) {
        return e->mentions_us;
    }
    const char *pill = arena_printf(a, "https://matrix.to/#/%s", m->user);
    const char *escaped = arena_printf(a, "https://matrix.to/#/%s", matrix_escape(a, m->user));
    if (e->html && (strstr(e->html, pill) || strstr(e->html, escaped))) {
        return true;
    }
    return find_name(e->text, m->user) || find_name(e->text, localpart(a, m->user));
}

/* "@learnd:example.org: how ..." and "hey learnd, how ..." without the name, as far as it stands at the beginning or
 * the end. */
static const char *without_name(struct matrix *m, struct arena *a, const char *text)
{
    const char *local = localpart(a, m->user);
    const char *names[] = { m->user, arena_printf(a, "@%s", local), local };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t n = strlen(names[i]), length = strlen(text);
        if (text_starts(text, names[i]) && !word_byte(text[n])) {
            text += n;
            return text + strspn(text, ":, \t\n");
        }
        if (length > n && strcasecmp(text + length - n, names[i]) == 0 && !word_byte(text[length - n - 1])) {
            return text_trim(a, arena_copy_n(a, text, length - n));
        }
    }
    return text;
}

static bool hear_words(struct matrix *m, struct arena *a, const struct matrix_event *in, struct event *out)
{
    const char *text = in->replies ? without_quotation(in->text) : in->text;
    out->mentioned = !out->room || mentioned(m, a, in);
    if (!out->mentioned) {
        return false;
    }
    out->text = out->room ? without_name(m, a, text_trim(a, text)) : text;
    out->kind = in->kind == MATRIX_EDIT ? EVENT_EDIT : EVENT_SAY;
    return true;
}

bool matrix_hear(struct matrix *m, struct arena *a, struct matrix_room *room, const struct matrix_event *in,
                 struct event *out)
{
    if (in->kind == MATRIX_OTHER || in->kind == MATRIX_MEMBER || strcmp(in->sender, m->user) == 0) {
        return false;
    }
    bool direct = matrix_room_is_direct(room);
    *out = (struct event){
        .platform = MATRIX_PLATFORM,
        .thing = in->id,
        .user = in->sender,
        .conversation = arena_copy(a, room->id),
        .room = direct ? NULL : arena_copy(a, room->name ? room->name : "#room"),
        .thread = in->thread,
        .target = in->target,
        .sent_ms = in->sent_ms,
        .received_ms = clock_ms(),
    };
    switch (in->kind) {
    case MATRIX_SAY:
    case MATRIX_EDIT:
        return hear_words(m, a, in, out);
    case MATRIX_REACT:
        out->kind = EVENT_REACT;
        out->text = matrix_name_of_emoji(in->text);
        return true;
    case MATRIX_REDACT: /* whose words they were, the core knows */
        out->kind = EVENT_WITHDRAW;
        return true;
    case MATRIX_ENCRYPTED:
        matrix_tell_unreadable(m, room, in->sender);
        return false;
    case MATRIX_FILE: /* its content was fetched into text before this */
    case MATRIX_MEMBER:
    case MATRIX_OTHER:
        break;
    }
    return false;
}
