/* Any text as a conversation file: read, or an error that says where. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "learnd/script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_open();
    const char *error = NULL;
    const struct script *script = script_parse(a, "x", arena_copy_n(a, (const char *)data, size), &error);
    if (!script && (!error || strncmp(error, "x:", 2) != 0))
        abort();
    arena_close(a);
    return 0;
}
