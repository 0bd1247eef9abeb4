/* Any bytes as a calendar: the days that come of it lie between those that were asked for. */
#include <stdlib.h>
#include <string.h>

#include "../../bot/org/reading.h"
#include "learnd/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!text_is_utf8((const char *)data, size) || (size && memchr(data, 0, size)))
        return 0; /* file_read refuses it */
    struct reading r = reading_begin("fuzz", NULL, 20600);
    struct bytes file = { arena_copy_n(r.arena, (const char *)data, size), size, "hash" };
    calendar_read(&r, &file, "fuzz");
    struct org *org = reading_end(&r);
    for (size_t i = 0; i < org->holiday_count; i++) {
        if (org->holidays[i].day < r.from_day || org->holidays[i].day > r.until_day)
            abort();
    }
    org_close(org);
    return 0;
}
