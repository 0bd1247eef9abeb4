/* What most programs begin with: the organisation folder, and its database opened for this program alone. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "learnd/control.h"

const char *cli_folder(void)
{
    const char *folder = getenv("LEARND_CONFIG");
    return folder && *folder ? folder : "config";
}

void cli_say_faults(const struct org *org, FILE *to)
{
    struct arena *a = arena_open();
    for (size_t i = 0; i < org->fault_count; i++)
        fprintf(to, "%s\n", org_fault_text(a, &org->faults[i]));
    arena_close(a);
}

struct org *cli_organisation(void)
{
    struct org *org = org_read(cli_folder());
    org_environment(org);
    if (!org->fault_count)
        return org;
    cli_say_faults(org, stderr);
    org_close(org);
    return NULL;
}

/* The settings alone: whatever else is wrong with the folder, a backup is made. */
struct org *cli_place(void)
{
    struct org *org = org_read(cli_folder());
    bool lost = false;
    org_environment(org);
    for (size_t i = 0; i < org->fault_count && !getenv("LEARND_DATABASE"); i++)
        lost |= strcmp(org->faults[i].file, "learnd.yaml") == 0;
    if (!lost)
        return org;
    cli_say_faults(org, stderr);
    org_close(org);
    return NULL;
}

const char *cli_database(const struct org *org)
{
    return org_database(org);
}

int64_t cli_now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct core *cli_open(const struct org *org, int *lock)
{
    char error[512];
    const char *database = cli_database(org);
    *lock = control_lock(database, error, sizeof error);
    if (*lock < 0) {
        cli_failed("%s", error);
        return NULL;
    }
    struct core_options options = { .database = database };
    struct core *c = core_open(&options, org, error, sizeof error);
    if (c && core_load(c, org, cli_now_ms(), error, sizeof error) == 0)
        return c;
    cli_failed("%s", error);
    cli_close(c, *lock);
    return NULL;
}

void cli_close(struct core *c, int lock)
{
    core_close(c);
    close(lock);
}
