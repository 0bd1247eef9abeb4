/* The programs of learnd and what they share: arguments, the organisation, the database. Private to bot/.
 * Programs run on the main thread and return the exit status: 0 done, 1 the input is wrong or a check fails, 2 could
 * not run. */
#ifndef LEARND_CLI_H
#define LEARND_CLI_H

#include <stdio.h>

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

int cli_unknown(const char *name); /* say on stderr that there is none, and what was meant. Returns CLI_WRONG */
/* Say on stderr how a program is called. Returns CLI_WRONG. */
int cli_usage(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));
int cli_wrong(const char *format, ...) __attribute__((format(printf, 1, 2)));  /* on stderr; CLI_WRONG */
int cli_failed(const char *format, ...) __attribute__((format(printf, 1, 2))); /* on stderr; CLI_CANNOT */

/* Options of a program: "--as HANDLE" gives the next argument, a flag itself. Everything else stays in argv. */
struct cli_option {
    const char *name; /* "--as" */
    bool takes_value;
    const char *value; /* NULL: not given; of a flag: its name */
};
/* Takes the options out of argv; the number of arguments left, or -1 after a word about what is wrong. */
int cli_options(const char *program, int argc, char **argv, struct cli_option *options, size_t count);

/* ---- The organisation and its database --------------------------------------------------------------------------- */

/* The folder (LEARND_CONFIG, or config) with the environment over it. NULL: its faults were said on stderr. */
struct org *cli_organisation(void);
struct org *cli_place(void); /* enough of it to know where the database is; NULL: not even that, and it was said */
const char *cli_folder(void);
void cli_say_faults(const struct org *org, FILE *to);
/* The database file that settings name, or var/learnd.db; lives as long as org. */
const char *cli_database(const struct org *org);
int64_t cli_now_ms(void);

/* The database opened by this program alone: lock, core, folder taken in. NULL: why not was said on stderr. */
struct core *cli_open(const struct org *org, int *lock);
void cli_close(struct core *c, int lock);

/* cli_remote_json.c: ask the daemon that owns the database; its lines go to stdout. fields: name, value, ..., NULL;
 * those with a value NULL are left out. */
int cli_remote(const char *database, const char *op, const char *const *fields);

/* ---- Programs ---------------------------------------------------------------------------------------------------- */

int cli_help(int argc, char **argv);
int cli_chat(int argc, char **argv);
int cli_ask(int argc, char **argv);
int cli_import_people(int argc, char **argv);
int cli_import_cards(int argc, char **argv);
int cli_check(int argc, char **argv);
int cli_retry(int argc, char **argv);
int cli_backup(int argc, char **argv);
int cli_restore(int argc, char **argv);
int cli_doctor(int argc, char **argv);

#endif
