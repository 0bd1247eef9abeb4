/* Any bytes as an audience: refused with a column inside the text, or a formula that is asked without end or harm. */
#include <stdlib.h>
#include <string.h>

#include "learnd/audience.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is(void *context, enum audience_attribute attribute, const char *value)
{
    (void)context;
    return *value && attribute % 2;
}

static bool on_leave(void *context)
{
    return context == NULL;
}

static void see(void *context, enum audience_attribute attribute, const char *value)
{
    if (attribute > AUDIENCE_SKILL || !*value)
        abort();
    ++*(size_t *)context;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_open();
    const char *text = arena_copy_n(a, (const char *)data, size), *what = NULL;
    int column = 0;
    struct audience *f = audience_parse(a, text, &column, &what);
    if (!f && (!what || !*what || column < 1 || column > (int)strlen(text) + 1))
        abort();
    if (f) {
        size_t tests = 0;
        struct audience_person who = { NULL, is, on_leave, 90 };
        audience_holds(f, &who);
        audience_each(f, see, &tests);
        if (tests > size)
            abort();
    }
    arena_close(a);
    return 0;
}
