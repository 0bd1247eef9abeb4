/* An invite as calendar programs read it (iCalendar, RFC 5545, sent as RFC 5546 says). A pure function of what it is told.
 * The text lives in the arena. */
#ifndef LEARND_INVITE_H
#define LEARND_INVITE_H

#include <stdbool.h>
#include <stdint.h>

#include "learnd/arena.h"

struct invitee {
    const char *name, *email; /* email NULL: not listed */
};

struct invite {
    const char *uid; /* the same at every change of it */
    int sequence;    /* one more at every change */
    bool cancelled;
    int64_t starts, ends, stamp;       /* instants; stamp: when it was written */
    const char *summary, *description; /* description may be NULL */
    struct invitee organizer, attendee;
};

const char *invite_text(struct arena *a, const struct invite *i);

#endif
