/* learnd: arguments in, exit status out. */
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--version") == 0)
        puts("learnd 0.1.0");
    return 0;
}
