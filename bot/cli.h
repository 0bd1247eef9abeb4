/* The programs of learnd and what they share: arguments, the organisation, the database. Private to bot/.
 * Programs run on the main thread and return the exit status: 0 done, 1 the input is wrong or a check fails, 2 could
 * not run. */
#ifndef LEARND_CLI_H
#define LEARND_CLI_H

#include "learnd/core.h"
#include "learnd/org.h"

#define LEARND_VERSION "0.1.0"

enum { CLI_DONE = 0, CLI_WRONG = 1, CLI_CANNOT = 2 };

struct program {
    const char *name; /* "import people": several words where the first is shared */
    const char *arguments;
    const char *help;                  /* one line */
    const char *details;               /* paragraphs for `help NAME` and the man page; NULL: none */
    int (*run)(int argc, char **argv); /* argv[0] is the first argument */
};

int cli_run(int argc, char **argv); /* as main gets them */
const struct program *cli_programs(size_t *count);
const struct program *cli_program(const char *name); /* NULL: there is none */

/* Say on stderr how a program is called. Returns CLI_WRONG. */
int cli_usage(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));
int cli_failed(const char *format, ...) __attribute__((format(printf, 1, 2))); /* on stderr; CLI_CANNOT */

/* Options of a program: "--as HANDLE" gives the next argument, a flag itself. Everything else stays in argv. */
struct cli_option {
    const char *name; /* "--as" */
    bool takes_value;
    const char *value; /* NULL: not given; of a flag: its name */
};
/* Takes the options out of argv; the number of arguments left, or -1 after a word about what is wrong. */
int cli_options(const char *program, int argc, char **argv, struct cli_option *options, size_t count);

/* cli_help.c */
int cli_help(int argc, char **argv);

#endif
