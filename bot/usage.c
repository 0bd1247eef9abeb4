/* How commands are written, for texts that begin like one and are none: whoever mistypes is no asker of questions.
 */
#include "machine.h"

#include <string.h>
#include <strings.h>

#include "learnd/rare.h"

#define SHOWN 4
#define WORDS_MAX 4 /* more are a sentence, which may begin with any word */

const char *command_head(struct turn *t, const struct command *c)
{
    return text_trim(t->arena, arena_copy_n(t->arena, c->pattern, strcspn(c->pattern, "{[")));
}

static bool same_first_word(const char *pattern, const char *text)
{
    size_t n = strcspn(pattern, " ");

    return n == strcspn(text, " ") && strncasecmp(pattern, text, n) == 0;
}

struct usage {
    const char *examples[SHOWN];
    int count;
    const struct command *other; /* the person may not use; NULL: there is none */
};

/* Commands that begin with the first word of a text and hold that in their pattern; everyones: also what everybody has. */
static struct usage usage_of(struct turn *t, const char *text, const char *holds, bool everyones)
{
    struct usage u = { 0 };

    for (const struct handler *const *h = handlers_all(); *h; h++) {
        const char *verb = NULL;
        for (const struct command *c = (*h)->commands; c && c->pattern; c++) {
            verb = c->verb ? c->verb : verb;
            if (!c->example || c->natural || !same_first_word(c->pattern, text) || !strstr(c->pattern, holds) ||
                (c->role == ROLE_EVERYONE && !everyones))
                continue;
            if (!may_use(t, t->person, verb, c->role, 0))
                u.other = c;
            else if (u.count < SHOWN)
                u.examples[u.count++] = c->example;
        }
    }
    return u;
}

static struct message *say_usage(struct turn *t, const struct usage *u)
{
    struct message *m = reply(t, "I can't read that. It is written like this:");

    for (int i = 0; i < u->count; i++)
        bullet(m, "`%s`", u->examples[i]);
    return m;
}

bool usage_with_person(struct turn *t, const char *text)
{
    struct usage u = usage_of(t, text, ":person}", true);

    if (!strstr(text, " @") || (!u.count && !u.other))
        return false;
    if (u.count)
        say_usage(t, &u);
    else
        reply_who_may(t, command_head(t, u.other), u.other->role);
    return true;
}

/* What everybody has is too often how a question begins ("plan a trip"). */
bool reply_usage(struct turn *t, const char *text)
{
    struct usage u = usage_of(t, text, "", false);

    if (!u.count || text_words(text) > WORDS_MAX || text[strlen(text) - 1] == '?')
        return false;
    const char *as_question = arena_printf(t->arena, "ask %s", text);
    choice(say_usage(t, &u), as_question, "say", 0, as_question);
    return true;
}
