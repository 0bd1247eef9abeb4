/* Independent parts of a test, each in a process of its own, as many at a time as there are processors.
 * What a part changes in memory dies with it, but for its sums, which are added up. */
#ifndef LEARND_TEST_SIDE_BY_SIDE_H
#define LEARND_TEST_SIDE_BY_SIDE_H

#include <stdbool.h>
#include <stddef.h>

enum { SUMS = 4 };

/* Do the parts 0 .. count - 1; how many failed. One that dies, or in whose memory a sanitizer finds fault, has failed. A part
 * adds to sums, which begin at zero. */
int side_by_side(size_t count, bool (*part)(size_t i, const void *context, long *sums), const void *context,
                 long sums[SUMS]);

#endif
