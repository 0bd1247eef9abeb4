/* How long to wait before the next try: exponential with full jitter, so that a thousand clients do not come back at
 * once. Plain data of the caller; the random numbers are the system's. */
#ifndef LEARND_BACKOFF_H
#define LEARND_BACKOFF_H

#include <stdint.h>

struct backoff {
    int64_t first_ms, longest_ms;
    int failures;
};

/* The wait after one more failure: anything from 0 to first_ms doubled per failure, at most longest_ms. */
int64_t backoff_next(struct backoff *b);
void backoff_reset(struct backoff *b);

#endif
