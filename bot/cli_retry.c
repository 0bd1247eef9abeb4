/* `learnd retry`: what was parked after killing the daemon three times is run again. */
#include <unistd.h>

#include "cli.h"
#include "learnd/control.h"

static int retry_alone(const struct org *org)
{
    int lock;
    char error[512];
    struct core *c = cli_open(org, &lock);
    if (!c)
        return CLI_CANNOT;
    struct arena *a = arena_open();
    const char *report = core_operate(c, a, "retry", "", NULL, cli_now_ms(), error, sizeof error);
    int status = report ? CLI_DONE : cli_failed("%s", error);
    if (report)
        puts(report);
    arena_close(a);
    cli_close(c, lock);
    return status;
}

int cli_retry(int argc, char **argv)
{
    int left = cli_options("retry", argc, argv, NULL, 0);
    if (left)
        return left < 0 ? CLI_WRONG : cli_usage("retry", "it takes no arguments");
    struct org *org = cli_organisation();
    if (!org)
        return CLI_WRONG;
    const char *database = cli_database(org);
    int status;
    if (access(database, F_OK) != 0)
        status = cli_failed("there is no database %s yet", database);
    else if (control_served(database))
        status = cli_remote(database, "retry", NULL);
    else
        status = retry_alone(org);
    org_close(org);
    return status;
}
