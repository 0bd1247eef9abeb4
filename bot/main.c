/* learnd: arguments in, exit status out. */
#include <sys/stat.h>

#include "cli.h"

int main(int argc, char **argv)
{
    umask(077); /* what it writes is for its owner alone */
    return cli_run(argc, argv);
}
