/* Help from the rows of commands, so that it never says what is not so; and `me`, what everybody has here. */
#include <string.h>

#include "learnd/turn.h"

/* ---- help -------------------------------------------------------------------------------------------------------- */

static bool listed(struct turn *t, const struct command *c)
{
    return c->help && !c->natural && may_use(t, t->person, c->verb, c->role, 0);
}

static bool first_of_group(const struct handler *const *h)
{
    for (const struct handler *const *before = handlers_all(); before < h; before++)
        if ((*before)->group && strcmp((*before)->group, (*h)->group) == 0)
            return false;
    return true;
}

/* One line a group: its verbs with what they do. */
static void say_group(struct turn *t, struct message *m, const char *group)
{
    bool begun = false;

    for (const struct handler *const *h = handlers_all(); *h; h++)
        for (const struct command *c = (*h)->commands;
             (*h)->group && strcmp((*h)->group, group) == 0 && c && c->pattern; c++) {
            if (!c->verb || !listed(t, c))
                continue;
            if (!begun)
                bullet(m, "*%s*: ", phrase_of(t, group));
            else
                say(m, " · ");
            begun = true;
            say(m, "`%s`: %s", c->verb, phrase_of(t, c->help));
        }
}

static void help(struct turn *t)
{
    struct message *m = reply(t, "Ask me anything about work in your own words. I also understand:");

    for (const struct handler *const *h = handlers_all(); *h; h++)
        if ((*h)->group && first_of_group(h))
            say_group(t, m, (*h)->group);
    small(m, "`help ask` tells more about one of them. In a thread, begin with ! or mention me.");
}

static void introduce(struct turn *t)
{
    reply(t, "I answer questions about work from cards your colleagues wrote, and where no card has it I find somebody "
             "who knows, if you let me. I am a program; `privacy` shows who sees what you write to me, `help` lists "
             "what else I can do.");
}

static bool is_about(const struct command *c, const char *verb, const char *word)
{
    return (verb && text_same(verb, word)) || (text_starts(c->pattern, word) && strchr(" ", c->pattern[strlen(word)]));
}

/* Rows without example are other ways to say the same. */
static void say_commands(struct turn *t, struct message *m, const struct handler *h, const char *word)
{
    const char *verb = NULL, *seen_by = NULL;

    for (const struct command *c = h->commands; c && c->pattern; c++) {
        verb = c->verb ? c->verb : verb;
        if (!is_about(c, verb, word) || c->natural || !c->example || !may_use(t, t->person, verb, c->role, 0))
            continue;
        bullet(m, "`%s`", c->example);
        if (c->help)
            say(m, ": %s", phrase_of(t, c->help));
        seen_by = c->seen_by ? c->seen_by : seen_by;
    }
    if (seen_by)
        small(m, "%s", phrase_of(t, seen_by));
}

static const char *nearest_verb(struct turn *t, const char *word)
{
    const char *verbs[128];
    size_t n = 0;

    for (const struct handler *const *h = handlers_all(); *h; h++)
        for (const struct command *c = (*h)->commands; c && c->pattern && n < 127; c++)
            if (c->verb && listed(t, c))
                verbs[n++] = c->verb;
    verbs[n] = NULL;
    return text_nearest(word, verbs);
}

/* The command a word means: rather one the person may use; NULL: none. */
static const struct command *command_about(struct turn *t, const char *word)
{
    const struct command *other = NULL;

    for (const struct handler *const *h = handlers_all(); *h; h++) {
        const char *verb = NULL;
        for (const struct command *c = (*h)->commands; c && c->pattern; c++) {
            verb = c->verb ? c->verb : verb;
            if (!is_about(c, verb, word) || c->natural || !c->example)
                continue;
            if (may_use(t, t->person, verb, c->role, 0))
                return c;
            other = c;
        }
    }
    return other;
}

/* What prompts and buttons name, though it is no command. */
static bool help_without_command(struct turn *t, const char *word)
{
    if (text_same(word, "cancel"))
        reply(t, "`cancel` ends what I last asked you to write. Nothing of it is kept.");
    else if (text_same(word, "next"))
        reply(t, "[Next] shows the next step of a card that has steps. You may press it, or write it.");
    else
        return false;
    return true;
}

static void help_word(struct turn *t)
{
    const char *word = text_cut(t->arena, arg(t, "word"), 40);

    if (help_without_command(t, word))
        return;
    const struct command *c = command_about(t, word);

    if (c && !may_use(t, t->person, word, c->role, 0)) {
        reply_who_may(t, word, c->role);
        return;
    }
    if (!c) {
        const char *near = nearest_verb(t, word);
        struct message *m = reply(t, "I have no command called `%s`.", word);
        if (near)
            choice(m, arena_printf(t->arena, "help %s", near), "say", 0, arena_printf(t->arena, "help %s", near));
        else
            say(m, " `help` lists those I have; anything else you can just ask.");
        return;
    }
    struct message *m = reply(t, "*%s*", word);
    for (const struct handler *const *h = handlers_all(); *h; h++)
        say_commands(t, m, *h, word);
}

/* ---- me ---------------------------------------------------------------------------------------------------------- */

static void me(struct turn *t)
{
    const struct person *p = person(t, t->person);
    struct message *m = reply(t, "*%s* (@%s)", p->name, p->handle);

    if (p->title)
        say(m, ", %s", p->title);
    for (const struct handler *const *h = handlers_all(); *h; h++)
        if ((*h)->me)
            (*h)->me(t, m);
    small(m, "Only you see this. `privacy` shows who sees what.");
}

static const struct command commands[] = {
    { "help", help, .verb = "help", .help = "this list, or help WORD", .example = "help ask" },
    { "help {word:word}", help_word },
    { "what can you do", introduce, .natural = true },
    { "who are you", introduce, .natural = true },
    { "what are you", introduce, .natural = true },
    { "me", me, .verb = "me", .help = "what you have here", .example = "me", .seen_by = "Only you see it." },
    { 0 },
};

const struct handler handler_help = { "help", .group = "You", .commands = commands };
