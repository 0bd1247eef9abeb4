/* The worker's thread: reads files for the core, which would be silent meanwhile. */
#include <stdint.h>
#include <string.h>

#include "run_private.h"

static struct org *read_files(const struct run *r, const struct job *j)
{
    if (j->kind == JOB_OPERATE && strcmp(j->name, "import people") == 0) {
        return org_read_people(j->path, r->org);
    }
    if (j->kind == JOB_OPERATE) {
        return org_read_cards(j->path, r->org, j->owner);
    }
    struct org *org = org_read(r->folder);
    org_environment(org);
    return org;
}

/* One at a time: what is read stands beside the organisation, and that may be another once the core is done. */
void *run_worker(void *context)
{
    struct run *r = context;
    struct job *j;
    while ((j = queue_wait(r->unread, INT64_MAX)) || !queue_is_shut(r->unread)) {
        if (!j) {
            continue;
        }
        j->org = queue_is_shut(r->unread) ? NULL : read_files(r, j);
        if (j->org && queue_push(r->in, j)) {
            queue_wait(r->applied, INT64_MAX);
        } else { /* stopping */
            org_close(j->org);
            arena_close(j->arena);
        }
    }
    return NULL;
}
