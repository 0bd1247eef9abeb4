/* `learnd import`: a file or folder is read and checked whole, then taken in by one transaction, or nothing of it is.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli.h"
#include "learnd/control.h"
#include "learnd/text.h"

enum { DRY_RUN, OWNER, RETIRE, OPTIONS };

struct import {
    const char *operation; /* as handlers and the daemon know it */
    const char *path;
    struct cli_option options[OPTIONS];
};

static struct import import_of(const char *operation)
{
    return (struct import){ operation,
                            NULL,
                            { { "--dry-run", false, NULL }, { "--owner", true, NULL }, { "--retire", true, NULL } } };
}

static bool is_folder(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

/* As the operations of the core take it: "dry-run retire 3", "folder". */
static const char *argument_of(struct arena *a, const struct import *im)
{
    const char *retire = im->options[RETIRE].value;
    return arena_printf(a, "%s%s%s%s", im->options[DRY_RUN].value ? "dry-run " : "", retire ? "retire " : "",
                        retire ? retire : "", is_folder(im->path) ? "folder" : "");
}

static int served(const struct import *im, const char *database)
{
    char path[PATH_MAX];
    if (!realpath(im->path, path))
        return cli_usage(im->operation, "%s cannot be read", im->path);
    struct arena *a = arena_open();
    const char *const fields[] = {
        "path", path, "argument", argument_of(a, im), "owner", im->options[OWNER].value, NULL
    };
    int status = cli_remote(database, im->operation, fields);
    arena_close(a);
    return status;
}

static struct org *read_input(const struct import *im, const struct org *known)
{
    if (strcmp(im->operation, "import people") == 0)
        return org_read_people(im->path, known);
    return org_read_cards(im->path, known, im->options[OWNER].value);
}

static int take_in(const struct import *im, const struct org *known, const struct org *input)
{
    int lock;
    struct core *c = cli_open(known, &lock);
    if (!c)
        return CLI_CANNOT;
    char error[512];
    struct arena *a = arena_open();
    const char *report =
        core_operate(c, a, im->operation, argument_of(a, im), input, cli_now_ms(), error, sizeof error);
    int status = report ? CLI_DONE : CLI_WRONG;
    if (report)
        printf("%s\n", text_trim(a, report));
    else
        fprintf(stderr, "%s\n", error);
    cli_close(c, lock);
    arena_close(a);
    return status;
}

static int run(struct import *im, int argc, char **argv, const char *what)
{
    int left = cli_options(im->operation, argc, argv, im->options, OPTIONS);
    if (left < 0)
        return CLI_WRONG;
    if (left != 1)
        return cli_usage(im->operation, "%s", what);
    const char *retire = im->options[RETIRE].value;
    if (retire && (!*retire || strlen(retire) > 8 || strspn(retire, "0123456789") != strlen(retire)))
        return cli_usage(im->operation, "--retire takes a number: how many people it would retire, exactly");
    im->path = argv[0];
    struct org *known = cli_organisation();
    if (!known)
        return CLI_WRONG;
    int status;
    if (control_served(cli_database(known))) {
        status = served(im, cli_database(known));
    } else {
        struct org *input = read_input(im, known);
        cli_say_faults(input, stderr);
        status = input->fault_count ? CLI_WRONG : take_in(im, known, input);
        org_close(input);
    }
    org_close(known);
    return status;
}

int cli_import_people(int argc, char **argv)
{
    struct import im = import_of("import people");
    return run(&im, argc, argv, "one CSV file is expected");
}

int cli_import_cards(int argc, char **argv)
{
    struct import im = import_of("import cards");
    return run(&im, argc, argv, "one folder or one file of JSON lines is expected");
}
