/* A catalogue of translations from outside: whatever it holds, reading ends and every look-up gives a text. */
#include <stdint.h>
#include <string.h>

#include "learnd/language.h"
#include "learnd/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ignore(void *context, int line, const char *what)
{
    (void)context, (void)line, (void)what;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (memchr(data, 0, size) || !text_is_utf8((const char *)data, size))
        return 0;
    struct arena *a = arena_open();
    struct language *l = language_parse(a, "xx", arena_copy_n(a, (const char *)data, size), ignore, NULL);
    static const long numbers[] = { 0, 1, 2, 5, 21, 1000000 };

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (!language_plural(l, "%ld card", "%ld cards", numbers[i]) || !language_text(l, "Helpful"))
            __builtin_trap();
    arena_close(a);
    return 0;
}
