/* Help and the man page, both from the table of programs. */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "learnd/turn.h"

static const char intro[] =
    "learnd brings learning into workplace chat: it answers questions with short cards, brings in "
    "a colleague who knows, and keeps people's goals, paths and nudges.";

static int help_all(void)
{
    size_t count;
    const struct program *p = cli_programs(&count);
    puts("learnd: learning in workplace chat\n\nPrograms:");
    for (size_t i = 0; i < count; i++)
        printf("  learnd %-28s %s\n", p[i].name, p[i].help);
    puts("\nlearnd help PROGRAM tells more of one. Settings stand in config/learnd.yaml; the environment overrides "
         "them.");
    return CLI_DONE;
}

static int help_one(const struct program *p)
{
    printf("learnd %s%s%s: %s\n", p->name, *p->arguments ? " " : "", p->arguments, p->help);
    if (p->details)
        printf("\n%s\n", p->details);
    return CLI_DONE;
}

/* Text of a man page: a dash is one that can be copied, a line never begins with a request. */
static void put_man(const char *text)
{
    bool begins = true;
    for (const char *c = text; *c; c++) {
        if (begins && (*c == '.' || *c == '\''))
            fputs("\\&", stdout);
        if (*c == '-')
            fputs("\\-", stdout);
        else if (*c == '\\')
            fputs("\\e", stdout);
        else if (*c == '\n' && c[1] == '\n')
            fputs("\n.PP", stdout);
        else
            putchar(*c);
        begins = *c == '\n';
        if (begins && c[1] == '\n')
            c++, putchar('\n');
    }
    putchar('\n');
}

static const struct {
    const char *name, *what;
} environment[] = {
    { "LEARND_CONFIG", "the organisation's folder; config where it is not set" },
    { "LEARND_DATABASE", "the database file; var/learnd.db where neither it nor learnd.yaml says one" },
    { "LEARND_WEB", "address:port of /healthz and /metrics; loopback only" },
    { "SLACK_API_URL, SLACK_APP_TOKEN, SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET",
      "the way to Slack, which is not built yet" },
    { "MATRIX_HOMESERVER, MATRIX_USER, MATRIX_PASSWORD, MATRIX_ACCESS_TOKEN, MATRIX_DEVICE_ID", "the way to Matrix" },
    { "LEARND_PROXY, LEARND_CA_FILE", "how the network outside is reached" },
};

static int man_page(void)
{
    size_t count;
    const struct program *p = cli_programs(&count);
    printf(".TH LEARND 1 \"\" \"learnd %s\"\n.SH NAME\nlearnd \\- learning in workplace chat\n.SH SYNOPSIS\n",
           LEARND_VERSION);
    for (size_t i = 0; i < count; i++) {
        fputs(i ? ".br\n.B learnd " : ".B learnd ", stdout);
        put_man(p[i].name);
        if (*p[i].arguments)
            put_man(p[i].arguments);
    }
    fputs(".SH DESCRIPTION\n", stdout);
    put_man(intro);
    fputs(".SH PROGRAMS\n", stdout);
    for (size_t i = 0; i < count; i++) {
        fputs(".TP\n.B ", stdout);
        put_man(p[i].name);
        printf("%s.\n", p[i].help);
        if (p[i].details)
            put_man(p[i].details);
    }
    fputs(".SH ENVIRONMENT\nEach overrides the setting of learnd.yaml. Empty means unset; any NAME may be given as "
          "NAME_FILE, a file that "
          "holds the value.\n",
          stdout);
    for (size_t i = 0; i < sizeof environment / sizeof *environment; i++)
        printf(".TP\n.B %s\n%s.\n", environment[i].name, environment[i].what);
    fputs(".SH EXIT STATUS\n0: done. 1: the input is wrong or a check fails. 2: it could not run.\n", stdout);
    return CLI_DONE;
}

/* What people say to the bot, as the Markdown table of the README: from the same rows as its own `help`. */
/* A bar would end the cell, even in code. */
static void print_row(const struct command *c)
{
    fputs("| `", stdout);
    for (const char *p = c->pattern; *p; p++)
        fputs(*p == '|' ? "\\|" : (char[]){ *p, 0 }, stdout);
    printf("` | %s | %s |\n", c->help, role_people(c->role));
}

static int command_table(void)
{
    puts("| say | and it | for |\n|---|---|---|");
    for (const struct handler *const *h = handlers_all(); *h; h++)
        for (const struct command *c = (*h)->commands; c && c->pattern; c++)
            if (c->help)
                print_row(c);
    return CLI_DONE;
}

int cli_help(int argc, char **argv)
{
    if (argc == 0)
        return help_all();
    if (strcmp(argv[0], "man") == 0)
        return man_page();
    if (strcmp(argv[0], "commands") == 0)
        return command_table();
    struct arena *a = arena_open();
    const struct program *p = argc > 1 ? cli_program(arena_printf(a, "%s %s", argv[0], argv[1])) : NULL;
    p = p ? p : cli_program(argv[0]);
    arena_close(a);
    if (!p)
        return cli_unknown(argv[0]);
    return help_one(p);
}
