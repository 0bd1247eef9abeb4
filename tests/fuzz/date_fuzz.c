/* Any text as a date, a span, days, a period, a zone, a zone file: nothing crashes, every verdict keeps its promise,
 * and the day we echo is understood as that day. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../bot/base/zone.h"
#include "learnd/language.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void check_echo(struct arena *a, int64_t day, int64_t today)
{
    struct date iso = date_parse(day_iso(a, day), today), said = date_parse(day_say(a, NULL, day, today), today);
    demand(day_number(day_iso(a, day)) == day);
    demand(iso.verdict == DATE_OK && iso.day == day);
    demand(said.verdict == DATE_OK && said.day == day);
}

static void check_date(struct arena *a, const char *text, int64_t today)
{
    struct date d = date_parse(text, today);
    bool asks = d.verdict == DATE_IMPOSSIBLE || d.verdict == DATE_AMBIGUOUS;
    demand(asks ? d.reading_count >= 1 && d.reading_count <= 2 : d.reading_count == 0);
    demand(d.minute >= -1 && d.minute < 24 * 60);
    demand(d.verdict != DATE_PAST || d.day < today);
    if (d.verdict == DATE_OK) {
        check_echo(a, d.day, today);
    }
    for (int i = 0; i < d.reading_count; i++) {
        check_echo(a, d.readings[i], today);
    }
}

static void check_rest(struct arena *a, const char *text)
{
    int from = -1, to = -1;
    if (span_parse(text, &from, &to)) {
        demand(from >= 0 && from < 1440 && to >= 0 && to <= 1440 && from != to);
    }
    demand(weekdays_parse(text) < 1U << 7);
    int64_t sum = period_add(0, text);
    demand(sum == INT64_MIN || sum >= 0);
    const struct zone *z = zone_of_city(text), *exact = zone_find(text);
    demand(!exact || zone_of_city(text));
    demand(!z || zone_find(zone_name(z)) == z);
    zone_suggest(a, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_open();
    const char *text = arena_copy_n(a, (const char *)data, size);
    check_date(a, text, 20000 + (int64_t)(size ? data[size - 1] : 0) * 37);
    check_rest(a, text);
    size_t count = 0;
    free(tzif_parse((const unsigned char *)text, size, &count));
    arena_close(a);
    return 0;
}
