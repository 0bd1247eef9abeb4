/* The programs by name, and how their arguments are read. */
#include "cli.h"

#include <stdio.h>
#include <string.h>

#include "learnd/run.h"
#include "learnd/script.h"
#include "learnd/text.h"

static int run_script(int argc, char **argv)
{
    struct cli_option options[] = { { "-u", false, NULL } };
    int files = cli_options("script", argc, argv, options, 1);
    if (files < 0)
        return CLI_WRONG;
    if (files == 0)
        return cli_usage("script", "no conversation was named");
    return script_run_files(argv, files, options[0].value);
}

static int run_version(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    puts("learnd " LEARND_VERSION);
    return CLI_DONE;
}

static int run_daemon_program(int argc, char **argv)
{
    int left = cli_options("run", argc, argv, NULL, 0);
    if (left)
        return left < 0 ? CLI_WRONG : cli_usage("run", "it takes no arguments");
    return run_daemon(cli_folder());
}

static const struct program programs[] = {
    { "chat", "[--as HANDLE]", "talk with the bot in this terminal",
      "A conversation on the organisation's database. Lines that begin with a slash are the terminal's own: /help, "
      "/quit, and in an example organisation /as HANDLE (be somebody else), /after 3 days (let time pass), "
      "/on slack or matrix. "
      "Where stdin is no terminal, nothing but answers is written.",
      cli_chat },
    { "ask", "[--json] [--as HANDLE]", "answer questions from stdin, one a line",
      "Prints decision, probability, card and title, separated by tabs; further choices begin with a tab. What "
      "belongs to a human (sensitive.yaml) has no card: that is route, and stderr has the text. With --json it speaks "
      "JSON "
      "lines: index, learn and ask. It reads the cards of the folder, as HANDLE may or as everybody may.",
      cli_ask },
    { "import people", "[--dry-run] [--retire N] FILE.csv", "take people in from a file",
      "All or nothing. An import that would retire more than a fifth of the active people needs --retire with the "
      "exact "
      "number.",
      cli_import_people },
    { "import cards", "[--dry-run] [--owner HANDLE] FOLDER|FILE.jsonl", "take cards in",
      "All or nothing. Of a folder, cards that came from it and are gone become obsolete; cards born in chat never. "
      "JSON "
      "lines have id, title, body and aliases; --owner says whose they are.",
      cli_import_cards },
    { "check", "", "say every error of the organisation folder", NULL, cli_check },
    { "run", "", "serve: the daemon", "Reads the folder at the start and on SIGHUP; ends on SIGTERM.",
      run_daemon_program },
    { "retry", "", "try again what was parked as poison",
      "An event that killed the daemon three times is put aside and kept for seven days; doctor counts them. Once what "
      "killed it is mended, this runs them, now.",
      cli_retry },
    { "backup", "FILE|FOLDER", "write the whole database to a new file",
      "In a folder the file is named after the time, and those so named go that are older than `retention: backups`.",
      cli_backup },
    { "restore", "FILE", "put a backup in the database's place",
      "The backup is checked first. The database that was there is kept beside it, as DATABASE.before, as long as a "
      "backup (`retention: backups`).",
      cli_restore },
    { "doctor", "[--alive]", "look whether all is well, change nothing",
      "With --alive it only asks the daemon whether it is there and at work, for health checks.", cli_doctor },
    { "script", "[-u] FILE...", "play conversations and tell whether they hold",
      "Each file is a conversation played on a fresh database with a clock of its own. -u rewrites what they expect "
      "from "
      "what happened.",
      run_script },
    { "help", "[PROGRAM]", "what there is, or how one program is used", "help man writes the man page.", cli_help },
    { "--version", "", "which learnd this is", NULL, run_version },
};

const struct program *cli_programs(size_t *count)
{
    *count = sizeof programs / sizeof *programs;
    return programs;
}

const struct program *cli_program(const char *name)
{
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
        if (strcmp(programs[i].name, name) == 0)
            return &programs[i];
    return NULL;
}

int cli_usage(const char *name, const char *format, ...)
{
    const struct program *p = cli_program(name);
    va_list ap;
    va_start(ap, format);
    fprintf(stderr, "learnd %s: ", name);
    vfprintf(stderr, format, ap);
    va_end(ap);
    fprintf(stderr, "\nusage: learnd %s%s%s\n", name, p && *p->arguments ? " " : "", p ? p->arguments : "");
    return CLI_WRONG;
}

static void complain(const char *format, va_list ap)
{
    fputs("learnd: ", stderr);
    vfprintf(stderr, format, ap);
    fputc('\n', stderr);
}

int cli_wrong(const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    complain(format, ap);
    va_end(ap);
    return CLI_WRONG;
}

int cli_failed(const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    complain(format, ap);
    va_end(ap);
    return CLI_CANNOT;
}

static struct cli_option *find_option(struct cli_option *options, size_t count, const char *name, size_t length)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(options[i].name) == length && strncmp(options[i].name, name, length) == 0)
            return &options[i];
    return NULL;
}

int cli_options(const char *program, int argc, char **argv, struct cli_option *options, size_t count)
{
    int left = 0;
    bool all_arguments = false;
    for (int i = 0; i < argc; i++) {
        const char *word = argv[i];
        if (all_arguments || word[0] != '-' || !word[1]) {
            argv[left++] = argv[i];
            continue;
        }
        if (strcmp(word, "--") == 0) {
            all_arguments = true;
            continue;
        }
        const char *equals = strchr(word, '=');
        struct cli_option *o = find_option(options, count, word, equals ? (size_t)(equals - word) : strlen(word));
        if (!o)
            return cli_usage(program, "there is no option %s", word) * -1;
        if (!o->takes_value && equals)
            return cli_usage(program, "%s takes no value", o->name) * -1;
        if (o->takes_value && !equals && i + 1 == argc)
            return cli_usage(program, "%s needs a value", o->name) * -1;
        if (equals)
            o->value = equals + 1;
        else
            o->value = o->takes_value ? argv[++i] : o->name;
    }
    return left;
}

/* A name of two words is taken before one of one. */
static const struct program *find_program(int argc, char **argv, int *words)
{
    struct arena *a = arena_open();
    const struct program *p = argc > 1 ? cli_program(arena_printf(a, "%s %s", argv[0], argv[1])) : NULL;
    arena_close(a);
    *words = p ? 2 : 1;
    return p ? p : cli_program(argv[0]);
}

/* "import" alone: the programs that begin with that word. */
static bool is_first_word(const char *name)
{
    size_t n = strlen(name), found = 0;
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
        if (strncmp(programs[i].name, name, n) == 0 && programs[i].name[n] == ' ')
            fprintf(stderr, "%slearnd %s", found++ ? " or " : "learnd: say ", programs[i].name);
    if (found)
        fputs("; see learnd help\n", stderr);
    return found > 0;
}

int cli_unknown(const char *name)
{
    if (is_first_word(name))
        return CLI_WRONG;
    const char *names[sizeof programs / sizeof *programs + 1] = { NULL };
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
        names[i] = programs[i].name;
    const char *nearest = text_nearest(name, names);
    fprintf(stderr, "learnd: there is no program '%s'", name);
    if (nearest)
        fprintf(stderr, " (did you mean '%s'?)", nearest);
    fputs("; see learnd help\n", stderr);
    return CLI_WRONG;
}

int cli_run(int argc, char **argv)
{
    if (argc < 2) {
        cli_help(0, argv);
        return CLI_WRONG;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return cli_help(argc - 2, argv + 2);
    int words;
    const struct program *p = find_program(argc - 1, argv + 1, &words);
    if (!p)
        return cli_unknown(argv[1]);
    int arguments = argc - 1 - words;
    char **rest = argv + 1 + words;
    if (arguments > 0 && strcmp(rest[0], "--help") == 0)
        return cli_help(words, argv + 1);
    return p->run(arguments, rest);
}
