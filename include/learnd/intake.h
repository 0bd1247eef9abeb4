/* How transports hand events to the core's thread: in parcels, whole, in order, with one call back when all is
 * committed. A parcel and what is in it live in its arena, which belongs to the core's side from hand_in until done was
 * called. */
#ifndef LEARND_INTAKE_H
#define LEARND_INTAKE_H

#include "learnd/arena.h"
#include "learnd/event.h"

struct parcel {
    struct arena *arena; /* closed after done */
    struct event *events;
    size_t count;
    void (*done)(struct parcel *p); /* on the net thread; NULL: nobody asks */
    void *context;
    size_t taken; /* events the core's thread has run */
    struct parcel *next;
};

struct intake {
    void *self;
    void (*hand_in)(void *self, struct parcel *p); /* net thread; never waits */
    /* Before and after a delivery is rendered: a death between counts against its row. */
    void (*in_hand)(void *self, int64_t row, bool in_hand);
};

#endif
