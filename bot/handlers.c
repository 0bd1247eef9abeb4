/* The capabilities, in the order of handlers.def. */
#include "learnd/turn.h"

#define HANDLER(name) extern const struct handler handler_##name;
#include "handlers.def"
#undef HANDLER

static const struct handler *const all[] = {
#define HANDLER(name) &handler_##name,
#include "handlers.def"
#undef HANDLER
    NULL
};

const struct handler *const *handlers_all(void)
{
    return all;
}
