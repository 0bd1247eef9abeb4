/* What kills the process: a small mapped file counts the deaths for each id that was in hand when it died.
 * The file belongs to one process, any thread of it; ids are marked before work and cleared once it is committed. */
#ifndef LEARND_POISON_H
#define LEARND_POISON_H

#include <stddef.h>
#include <stdint.h>

struct poison;

enum { POISON_DEATHS = 3 }; /* so many, and it is not tried again */

/* Ids are hashes: of an event's platform and thing, of an outbox row. Never 0. */
uint64_t poison_event(const char *platform, const char *thing);
uint64_t poison_row(int64_t row);

/* Whatever the process before left in hand counts one death more. path NULL: kept in memory, for programs that die
 * without consequences. NULL if the file cannot be made or mapped, the reason in error; a file that is none of ours is
 * begun anew. */
struct poison *poison_open(const char *path, char *error, size_t size);
void poison_close(struct poison *p); /* what is in hand stays so: an orderly end clears it first */

/* In hand from now on: before the work. Survives kill -9, costs no system call. When the file is full, the id that died
 * longest ago makes room; when all of it is in hand, an id is not marked. */
void poison_mark(struct poison *p, const uint64_t *ids, size_t n);
/* Done: after the commit. Their deaths are forgotten. */
void poison_clear(struct poison *p, const uint64_t *ids, size_t n);

int poison_deaths(struct poison *p, uint64_t id); /* 0: never died of it */
/* How many ids have reached POISON_DEATHS. */
size_t poison_count(struct poison *p);
/* An operator wants it tried again. */
void poison_forget(struct poison *p, uint64_t id);

#endif
