/* Nudges: what happened, for the rules that wait for it. */
#include "nudges.h"

void nudge_event(struct turn *t, int64_t person, const char *event, int64_t object)
{
    (void)t;
    (void)person;
    (void)event;
    (void)object;
}
