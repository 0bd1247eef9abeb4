/* Help from the rows of commands, so that it never says what is not so; and `me`, what everybody has here. */
#include <string.h>

#include "learnd/turn.h"

#define LISTED_MAX 128

/* ---- help -------------------------------------------------------------------------------------------------------- */

static const char *const groups[] = {
    "Ask", "Learn", "Teach", "You", "Settings", "Expert", "Manage", "Curate", "Admin"
};

/* Whose they are says where to look for them; what everybody has stands where its capability says. */
static const char *group_of(const struct handler *h, const struct command *c)
{
    switch (c->role) {
    case ROLE_EVERYONE:
        return h->group;
    case ROLE_EXPERT:
        return "Expert";
    case ROLE_MANAGER:
    case ROLE_LEADER:
    case ROLE_OWNER:
        return "Manage";
    case ROLE_CURATOR:
    case ROLE_STEWARD:
    case ROLE_OVERSEER:
    case ROLE_REVIEWER:
        return "Curate";
    case ROLE_ADMIN:
    case ROLE_AUDITOR:
        return "Admin";
    }
    return NULL;
}

struct listed {
    const struct command *command[LISTED_MAX];
    int count;
};

/* What the person may do of a group; NULL: of all. */
static struct listed list(struct turn *t, const char *group)
{
    struct listed l = { 0 };

    for (const struct handler *const *h = handlers_all(); *h; h++) {
        const char *verb = NULL;
        for (const struct command *c = (*h)->commands; c && c->pattern; c++) {
            verb = c->verb ? c->verb : verb;
            const char *its = group_of(*h, c);
            if (c->help && !c->natural && its && (!group || strcmp(its, group) == 0) && l.count < LISTED_MAX &&
                may_use(t, t->person, verb, c->role, 0))
                l.command[l.count++] = c;
        }
    }
    return l;
}

/* One line a group: how its commands begin. */
static void help(struct turn *t)
{
    struct message *m = reply(t, "Ask me anything about work in your own words. I also understand:");

    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
        struct listed l = list(t, groups[g]);
        for (int i = 0; i < l.count; i++) {
            if (!i)
                bullet(m, "*%s*: ", phrase_of(t, groups[g]));
            say(m, i ? " · `%s`" : "`%s`", command_head(t, l.command[i]));
        }
    }
    small(m, "`help learn` tells what each of a line does, `help path` more about one. In a thread, begin with ! or "
             "mention me.");
}

/* The group a word names, in English or as it is shown; NULL: none of theirs. */
static const char *group_named(struct turn *t, const char *word)
{
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        if ((text_same(word, groups[g]) || text_same(word, phrase_of(t, groups[g]))) && list(t, groups[g]).count)
            return groups[g];
    return NULL;
}

static void say_group(struct turn *t, struct message *m, const char *group)
{
    struct listed l = list(t, group);

    for (int i = 0; i < l.count; i++)
        bullet(m, "`%s`: %s", command_head(t, l.command[i]), phrase_of(t, l.command[i]->help));
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

static const char *nearest_head(struct turn *t, const char *word)
{
    struct listed l = list(t, NULL);
    const char *heads[LISTED_MAX + 1];

    for (int i = 0; i < l.count; i++)
        heads[i] = command_head(t, l.command[i]);
    heads[l.count] = NULL;
    return text_nearest(word, heads);
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

static void help_unknown(struct turn *t, const char *word)
{
    const char *near = nearest_head(t, word);
    struct message *m = reply(t, "I have no command called `%s`.", word);

    if (near)
        choice(m, arena_printf(t->arena, "help %s", near), "say", 0, arena_printf(t->arena, "help %s", near));
    else
        say(m, " `help` lists those I have; anything else you can just ask.");
}

static void help_about(struct turn *t, const char *word)
{
    const char *group = group_named(t, word);
    const struct command *c = command_about(t, word);
    bool other = c && !may_use(t, t->person, c->verb ? c->verb : word, c->role, 0);

    if (other && !group) {
        reply_who_may(t, word, c->role);
        return;
    }
    struct message *m = reply(t, "*%s*", word);
    for (const struct handler *const *h = handlers_all(); *h && !other; h++)
        say_commands(t, m, *h, word);
    if (group)
        say_group(t, m, group);
}

static void help_word(struct turn *t)
{
    const char *word = text_cut(t->arena, arg(t, "word"), 40);

    if (help_without_command(t, word))
        return;
    if (command_about(t, word) || group_named(t, word))
        help_about(t, word);
    else
        help_unknown(t, word);
}

/* Several words are a command's, or a question that begins with help. */
static void help_words(struct turn *t)
{
    const char *words = arg(t, "words");

    if (command_about(t, words))
        help_about(t, words);
    else
        as_command(t, arena_printf(t->arena, "ask %s", t->text));
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
    { "help {words}", help_words },
    { "what can you do", introduce, .natural = true },
    { "who are you", introduce, .natural = true },
    { "what are you", introduce, .natural = true },
    { "me", me, .verb = "me", .help = "what you have here", .example = "me", .seen_by = "Only you see it." },
    { 0 },
};

const struct handler handler_help = { "help", .group = "You", .commands = commands };
