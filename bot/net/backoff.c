#include "learnd/backoff.h"

#include <stdlib.h>
#include <sys/random.h>

static uint64_t random_number(void)
{
    uint64_t n;
    if (getrandom(&n, sizeof n, 0) != sizeof n) {
        abort(); /* never for so few bytes on a kernel that has the call */
    }
    return n;
}

int64_t backoff_next(struct backoff *b)
{
    int64_t most = b->first_ms;
    for (int i = 0; i < b->failures && most < b->longest_ms; i++) {
        most *= 2;
    }
    most = most < b->longest_ms ? most : b->longest_ms;
    b->failures++;
    return (int64_t)(random_number() % (uint64_t)(most + 1));
}

void backoff_reset(struct backoff *b)
{
    b->failures = 0;
}
