/* SQLite that fails when told to: at its calls, files, memory, disk. Linked with --wrap for the calls it replaces.
 * One fault is armed at a time; everything belongs to the one thread of the test. */
#ifndef LEARND_TEST_FAILING_H
#define LEARND_TEST_FAILING_H

#include <stdbool.h>

enum failing {
    FAILING_CALLS,  /* of the core to SQLite: they return the code and do nothing */
    FAILING_FILES,  /* writes, syncs, opens, growths of SQLite's files: half done, then the code */
    FAILING_MEMORY, /* allocations of SQLite: NULL */
    FAILING_SPACE,  /* of the disk: nothing grows any more once files have grown by nth - 1 blocks */
    FAILING_DEATH   /* the process ends where it changes a file the nth time, a write half done; its status is DEAD */
};
enum { FAILING_BLOCK = 512, FAILING_DEAD = 99 };

/* Before SQLite is used at all: files and memory can fail from now on. */
void failing_install(void);
/* The nth (1 is the next) fails with an SQLite code, count times in a row. cancels: the transaction is gone with it, as
 * SQLite does for some errors. */
void failing_arm(enum failing kind, long nth, long count, int code, bool cancels);
/* The same, but counted from the next commit on. */
void failing_arm_after_commit(enum failing kind, long nth, int code);
/* How many of that kind there were since failing_arm, and whether one failed; nothing is armed any more. */
long failing_disarm(bool *hit);

#endif
