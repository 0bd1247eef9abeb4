/* Any bytes as people.csv and absences.csv: what comes through without a fault keeps the rules. */
#include <stdlib.h>
#include <string.h>

#include "../../bot/org/reading.h"
#include "../../bot/org/values.h"
#include "learnd/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_person(const struct org *org, const struct org_person *p)
{
    if (!p->external_id || !p->email || !p->display_name || !p->handle)
        abort();
    if (!handle_is_well_formed(p->handle) || handle_is_reserved(p->handle) || p->work_from >= p->work_to ||
        !p->weekdays)
        abort();
    const struct org_person *above = p;
    for (size_t steps = 0; above && above->manager; steps++) {
        const char *manager = above->manager;
        above = NULL;
        for (size_t i = 0; i < org->people_count; i++) {
            if (strcmp(org->people[i].external_id, manager) == 0)
                above = &org->people[i];
        }
        if (!above || steps > org->people_count)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!text_is_utf8((const char *)data, size) || (size && memchr(data, 0, size)))
        return 0; /* file_read refuses it */
    for (int absences = 0; absences < 2; absences++) {
        struct reading r = reading_begin("fuzz", NULL, 20600);
        struct bytes file = { arena_copy_n(r.arena, (const char *)data, size), size, "hash" };
        if (absences)
            absences_read(&r, &file);
        else
            people_read(&r, &file);
        struct org *org = reading_end(&r);
        for (size_t i = 0; !org->fault_count && i < org->people_count; i++)
            check_person(org, &org->people[i]);
        for (size_t i = 0; !org->fault_count && i < org->absence_count; i++) {
            if (!org->absences[i].handle || strcmp(org->absences[i].starts, org->absences[i].ends) > 0)
                abort();
        }
        org_close(org);
    }
    return 0;
}
