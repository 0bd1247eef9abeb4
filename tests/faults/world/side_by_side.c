#include "side_by_side.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static bool one_ended(void)
{
    int status = 0;

    if (wait(&status) < 0)
        abort();
    if (WIFSIGNALED(status))
        printf("FAILED: killed by signal %d\n", WTERMSIG(status));
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int side_by_side(size_t count, bool (*part)(size_t i, const void *context, long *sums), const void *context,
                 long sums[SUMS])
{
    size_t bytes = count * sizeof(long[SUMS]), running = 0, at_once = (size_t)sysconf(_SC_NPROCESSORS_ONLN);
    long(*of_part)[SUMS] = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int failed = 0;

    if (of_part == MAP_FAILED)
        abort();
    fflush(stdout);
    for (size_t i = 0; i < count; i++) {
        if (running == at_once) {
            failed += !one_ended();
            running--;
        }
        pid_t child = fork();
        if (child < 0)
            abort();
        if (child == 0)
            exit(!part(i, context, of_part[i]));
        running++;
    }
    while (running-- > 0)
        failed += !one_ended();
    memset(sums, 0, sizeof(long[SUMS]));
    for (size_t i = 0; i < count; i++)
        for (int k = 0; k < SUMS; k++)
            sums[k] += of_part[i][k];
    munmap(of_part, bytes);
    return failed;
}
