/* What a zone is inside base: the offsets in force and since when, far enough into the future.
 * A zone is built once, never changes after, and lives as long as the program: reading it needs no lock. */
#ifndef LEARND_BASE_ZONE_H
#define LEARND_BASE_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "learnd/date.h"

#define ZONE_FOLDER "/usr/share/zoneinfo"

struct shift {
    int64_t from;   /* the instant from which it is in force; of the first: INT64_MIN */
    int32_t offset; /* seconds east of UTC */
};

struct zone {
    char *name;
    struct shift *shifts;
    size_t count; /* at least 1 */
};

/* Has this the form of an Area/City name, whether or not there is such a zone? */
bool zone_is_place(const char *name);
/* The shifts of a TZif file (RFC 8536, version 2 and up): n bytes and a NUL behind them. Its rule for the years after
 * is applied through 2199. The array is the caller's to free; NULL if the bytes are no such file. */
struct shift *tzif_parse(const unsigned char *bytes, size_t n, size_t *count);

#endif
