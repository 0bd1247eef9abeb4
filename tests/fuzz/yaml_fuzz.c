/* Any bytes as settings: they are read or refused with a place inside the text, and never more than so many faults. */
#include <stdlib.h>
#include <string.h>

#include "../../bot/org/reading.h"
#include "learnd/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!text_is_utf8((const char *)data, size) || (size && memchr(data, 0, size)))
        return 0; /* file_read refuses it */
    for (int kind = 0; kind < 4; kind++) {
        struct reading r = reading_begin("fuzz", NULL, 20600);
        struct bytes file = { arena_copy_n(r.arena, (const char *)data, size), size, "hash" };
        void (*const read[])(struct reading *, const struct bytes *) = { settings_read, topics_read, sensitive_read,
                                                                         glossary_read };
        r.people_known = true;
        read[kind](&r, &file);
        struct org *org = reading_end(&r);
        int lines = 2;
        for (const char *c = file.text; *c; c++)
            lines += *c == '\n' || *c == '\r' || (unsigned char)*c >= 0x80; /* YAML knows line ends beyond ASCII */
        for (size_t i = 0; i < org->fault_count; i++) {
            if (org->faults[i].line > lines || !*org->faults[i].what)
                abort();
        }
        org_close(org);
    }
    return 0;
}
