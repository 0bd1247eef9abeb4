/* `learnd chat`. */
#include <errno.h>
#include <string.h>

#include "cli.h"
#include "learnd/console.h"

int cli_chat(int argc, char **argv)
{
    struct cli_option options[] = { { "--as", true, NULL } };
    int left = cli_options("chat", argc, argv, options, 1);
    if (left)
        return left < 0 ? CLI_WRONG : cli_usage("chat", "it takes no arguments");
    struct org *org = cli_organisation();
    if (!org)
        return CLI_WRONG;
    struct console_options console = { .org = org, .database = cli_database(org), .as = options[0].value };
    int status = console_chat(&console);
    org_close(org);
    return status;
}
