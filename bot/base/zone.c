#include "zone.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "civil.h"

enum { FILE_LIMIT = 64 * 1024 };

static struct shift utc_shift = { INT64_MIN, 0 };
static struct zone utc = { .name = (char[]){ "UTC" }, .shifts = &utc_shift, .count = 1 };

/* Zones are added by whoever asks first, from any thread; none ever goes. */
static struct {
    pthread_mutex_t lock;
    struct zone **zones;
    size_t count;
} known = { .lock = PTHREAD_MUTEX_INITIALIZER };

const struct zone *zone_utc(void)
{
    return &utc;
}

const char *zone_name(const struct zone *z)
{
    return z->name;
}

bool zone_is_place(const char *name)
{
    static const char *const areas[] = { "Africa/",   "America/",   "Antarctica/", "Arctic/", "Asia/",
                                         "Atlantic/", "Australia/", "Europe/",     "Indian/", "Pacific/" };
    if (strlen(name) > 64 || name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-/")]) {
        return false;
    }
    for (size_t i = 0; i < sizeof areas / sizeof *areas; i++) {
        if (strncmp(name, areas[i], strlen(areas[i])) == 0) {
            return true;
        }
    }
    return false;
}

static struct shift *load_shifts(const char *name, size_t *count)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", ZONE_FOLDER, name);
    FILE *f = fopen(path, "re");
    unsigned char *bytes = f ? calloc(1, FILE_LIMIT + 1) : NULL;
    size_t n = bytes ? fread(bytes, 1, FILE_LIMIT, f) : 0;
    struct shift *shifts = n ? tzif_parse(bytes, n, count) : NULL;
    free(bytes);
    if (f) {
        fclose(f);
    }
    return shifts;
}

/* Under the lock. */
static const struct zone *add_zone(const char *name)
{
    size_t count = 0;
    struct shift *shifts = load_shifts(name, &count);
    if (!shifts) {
        return NULL;
    }
    struct zone *z = malloc(sizeof *z), **grown = realloc(known.zones, (known.count + 1) * sizeof *grown);
    char *copy = strdup(name);
    if (!z || !grown || !copy) {
        abort();
    }
    *z = (struct zone){ .name = copy, .shifts = shifts, .count = count };
    known.zones = grown;
    known.zones[known.count++] = z;
    return z;
}

const struct zone *zone_find(const char *name)
{
    if (!name) {
        return NULL;
    }
    if (strcmp(name, utc.name) == 0 || strcmp(name, "Etc/UTC") == 0) {
        return &utc;
    }
    if (!zone_is_place(name)) {
        return NULL;
    }
    const struct zone *found = NULL;
    pthread_mutex_lock(&known.lock);
    for (size_t i = 0; i < known.count && !found; i++) {
        if (strcmp(known.zones[i]->name, name) == 0) {
            found = known.zones[i];
        }
    }
    if (!found) {
        found = add_zone(name);
    }
    pthread_mutex_unlock(&known.lock);
    return found;
}

static char version[32] = "unknown";

static void read_version(void)
{
    FILE *f = fopen(ZONE_FOLDER "/tzdata.zi", "re"); /* begins "# version 2026f" */
    if (f) {
        if (fscanf(f, "# version %31s", version) != 1) {
            strcpy(version, "unknown");
        }
        fclose(f);
    }
}

const char *zone_version(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, read_version);
    return version;
}

static int64_t within(int64_t value, int64_t least, int64_t most)
{
    return value < least ? least : value > most ? most : value;
}

static int64_t whole_days(int64_t seconds)
{
    return seconds / DAY - (seconds % DAY < 0);
}

/* The shift in force at an instant. */
static size_t shift_at(const struct zone *z, int64_t at)
{
    size_t low = 0, high = z->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (z->shifts[middle].from <= at) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The wall clock as if it were UTC; bounded, so that whatever a row held, arithmetic stays defined. */
static int64_t wall_at(const struct zone *z, int64_t at)
{
    at = within(at, DAY_FIRST * DAY, DAY_LAST * DAY);
    return at + z->shifts[shift_at(z, at)].offset;
}

static int64_t instant_of_wall(const struct zone *z, int64_t wall)
{
    for (size_t i = shift_at(z, wall - 2 * DAY);; i++) {
        int64_t at = wall - z->shifts[i].offset;
        if (i + 1 < z->count && at >= z->shifts[i + 1].from) {
            continue;
        }
        /* Too early for this shift and too late for the one before: the clock skipped it. */
        bool skipped = i > 0 && at < z->shifts[i].from;
        return skipped ? wall - z->shifts[i - 1].offset : at;
    }
}

struct local local_at(const struct zone *z, int64_t at)
{
    int64_t wall = wall_at(z, at), day = whole_days(wall);
    int second = (int)(wall - day * DAY);
    struct local l = {
        .hour = second / 3600, .minute = second / 60 % 60, .second = second % 60, .weekday = day_weekday(day)
    };
    civil_split(day, &l.year, &l.month, &l.day);
    return l;
}

int64_t instant_at(const struct zone *z, struct local l)
{
    int64_t day = within(civil_day(l.year, l.month, l.day), DAY_FIRST, DAY_LAST);
    return instant_of_wall(z, day * DAY + l.hour * INT64_C(3600) + l.minute * INT64_C(60) + l.second);
}

int64_t instant_on(const struct zone *z, int64_t day, int minute)
{
    return instant_of_wall(z, within(day, DAY_FIRST, DAY_LAST) * DAY + minute * INT64_C(60));
}

int64_t day_of(const struct zone *z, int64_t at)
{
    return whole_days(wall_at(z, at));
}
