#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../bot/base/zone.h"
#include "learnd/language.h"

static struct arena *a;

static int open_arena(void **state)
{
    (void)state;
    a = arena_open();
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_close(a);
    return 0;
}

/* "2026-03-29 01:30" on the wall of a zone. */
static int64_t wall(const char *zone, const char *text)
{
    struct local l = { 0 };
    assert_int_equal(sscanf(text, "%d-%d-%d %d:%d", &l.year, &l.month, &l.day, &l.hour, &l.minute), 5);
    const struct zone *z = zone_find(zone);
    assert_non_null(z);
    return instant_at(z, l);
}

static int64_t utc(const char *text)
{
    return wall("UTC", text);
}

/* ---- Zones ------------------------------------------------------------------------------------------------------- */

static void zones_follow_the_vectors(void **state)
{
    (void)state;
    static const struct {
        const char *zone, *wall, *utc;
    } vectors[] = {
        { "Europe/London", "2026-03-29 01:30", "2026-03-29 01:30" }, /* a gap: the offset before it */
        { "Europe/London", "2026-10-25 01:30", "2026-10-25 00:30" }, /* doubled: the first */
        { "Europe/London", "2026-10-25 02:00", "2026-10-25 02:00" },
        { "America/New_York", "2026-03-08 02:30", "2026-03-08 07:30" },
        { "America/New_York", "2026-03-08 03:00", "2026-03-08 07:00" },
        { "Asia/Kathmandu", "2026-01-05 09:00", "2026-01-05 03:15" },
        { "Pacific/Chatham", "2026-01-05 09:00", "2026-01-04 19:15" },
        { "Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04 14:45" }, /* half an hour is doubled */
        { "Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03 15:45" }, /* and skipped */
        { "Pacific/Apia", "2011-12-30 12:00", "2011-12-30 22:00" },        /* a whole day is skipped */
        { "Europe/Dublin", "2026-07-01 12:00", "2026-07-01 11:00" },
        { "Pacific/Chatham", "2038-09-26 12:00", "2038-09-25 22:15" }, /* beyond 32 bits: by the rule */
        { "America/New_York", "2099-07-01 12:00", "2099-07-01 16:00" },
        { "America/New_York", "1965-01-01 12:00", "1965-01-01 17:00" },
    };
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        assert_int_equal(wall(vectors[i].zone, vectors[i].wall), utc(vectors[i].utc));
    }
}

static void the_clock_on_the_wall_comes_back(void **state)
{
    (void)state;
    static const char *const names[] = { "Europe/London",
                                         "America/New_York",
                                         "Australia/Lord_Howe",
                                         "Pacific/Chatham",
                                         "Africa/Casablanca",
                                         "America/Santiago",
                                         "UTC" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct zone *z = zone_find(names[i]);
        int doubled = 0;
        for (int64_t at = utc("2026-01-01 00:00"); at < utc("2028-01-01 00:00"); at += 900) {
            struct local l = local_at(z, at);
            int64_t back = instant_at(z, l);
            doubled += back != at;
            assert_true(back <= at && back >= at - 3600); /* the first of the doubled hour is the earlier one */
            assert_int_equal(day_of(z, at), day_number(day_iso(a, day_of(z, at))));
            assert_int_equal(instant_on(z, day_of(z, at), l.hour * 60 + l.minute), back);
        }
        assert_in_range(doubled, 0, 8);
    }
    struct local l = local_at(zone_find("Australia/Lord_Howe"), utc("2026-04-04 15:15")); /* the second 01:45 */
    assert_int_equal(l.hour * 60 + l.minute, 105);
    assert_int_equal(l.weekday, 6);
}

static void only_places_are_zones(void **state)
{
    (void)state;
    static const char *const refused[] = { "EST",
                                           "EST5EDT",
                                           "GMT",
                                           "Etc/GMT+5",
                                           "posixrules",
                                           "localtime",
                                           "",
                                           "Europe",
                                           "Europe/",
                                           "Europe/../Europe/London",
                                           "/etc/passwd",
                                           "US/Eastern",
                                           "Europe/Atlantis",
                                           "europe/london",
                                           "Europe/London ",
                                           "America/Indiana" };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assert_null(zone_find(refused[i]));
    }
    assert_null(zone_find(NULL));
    assert_ptr_equal(zone_find("UTC"), zone_utc());
    assert_ptr_equal(zone_find("Etc/UTC"), zone_utc());
    assert_ptr_equal(zone_find("Europe/London"), zone_find("Europe/London"));
    assert_non_null(zone_find("America/Argentina/Buenos_Aires"));
    assert_non_null(zone_find("Asia/Calcutta"));
    assert_string_equal(zone_name(zone_find("Asia/Calcutta")), "Asia/Calcutta");
    assert_true(strlen(zone_version()) == 5 && zone_version()[0] == '2'); /* 2026f */
}

static void cities_are_known_as_people_type_them(void **state)
{
    (void)state;
    static const char *const cities[][2] = {
        { "Lisbon", "Europe/Lisbon" },
        { "lisbon", "Europe/Lisbon" },
        { "New York", "America/New_York" },
        { "new_york", "America/New_York" },
        { " NEW  YORK ", "America/New_York" },
        { "Europe/Lisbon", "Europe/Lisbon" },
        { "america/new york", "America/New_York" },
        { "Buenos Aires", "America/Argentina/Buenos_Aires" },
        { "Istanbul", "Europe/Istanbul" },
        { "Port-au-Prince", "America/Port-au-Prince" },
        { "St. John's", "America/St_Johns" },
        { "Kathmandu", "Asia/Kathmandu" },
        { "Calcutta", "Asia/Calcutta" },
        { "São Paulo", "America/Sao_Paulo" },
        { "Zürich", "Europe/Zurich" },
        { "Munich", "Europe/Berlin" },
        { "München", "Europe/Berlin" },
        { "Lyon", "Europe/Paris" },
        { "Bangalore", "Asia/Kolkata" },
        { "bengaluru", "Asia/Kolkata" },
        { "Mumbai", "Asia/Kolkata" },
        { "San Francisco", "America/Los_Angeles" },
        { "Saint Petersburg", "Europe/Moscow" },
        { "Łódź", "Europe/Warsaw" },
        { "utc", "UTC" },
    };
    for (size_t i = 0; i < sizeof cities / sizeof *cities; i++) {
        const struct zone *z = zone_of_city(cities[i][0]);
        assert_non_null(z);
        assert_string_equal(zone_name(z), cities[i][1]);
    }
    static const char *const unknown[] = { "", "EST", "Cambridge", "West", "lis", "Samoa", "/", "Europe" };
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        assert_null(zone_of_city(unknown[i]));
    }
}

static void a_wrong_zone_gets_a_suggestion(void **state)
{
    (void)state;
    assert_string_equal(zone_suggest(a, "EST"), "America/New_York, America/Toronto or America/Panama");
    assert_string_equal(zone_suggest(a, "edt "), "America/New_York, America/Toronto or America/Panama");
    assert_string_equal(zone_suggest(a, "US/Pacific"), "America/Los_Angeles, America/Vancouver or Asia/Manila");
    assert_string_equal(zone_suggest(a, "London"), "Europe/London");
    assert_string_equal(zone_suggest(a, "Europe/Lodnon"), "Europe/London");
    assert_string_equal(zone_suggest(a, "munich"), "Europe/Berlin");
    assert_null(zone_suggest(a, ""));
    assert_null(zone_suggest(a, "  "));
    assert_null(zone_suggest(a, "Mars/Olympus"));
}

static void *find_many(void *unused)
{
    static const char *const names[] = { "Europe/Rome", "Asia/Tokyo", "Africa/Lagos", "Asia/Dubai", "Europe/Oslo" };
    (void)unused;
    const struct zone *rome = NULL;
    for (int i = 0; i < 500; i++) {
        const struct zone *z = zone_find(names[i % 5]);
        local_at(z, 1790000000);
        zone_of_city("Munich");
        rome = i % 5 == 0 ? z : rome;
    }
    return (void *)rome;
}

static void threads_find_the_same_zone(void **state)
{
    (void)state;
    pthread_t threads[4];
    void *found[4];
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, find_many, NULL), 0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], &found[i]);
        assert_ptr_equal(found[i], zone_find("Europe/Rome"));
    }
}

/* A file's shifts after one of its bytes was changed, or with its end cut off. */
static bool is_zone_file(const char *bytes, size_t n, size_t changed, char with)
{
    char *copy = arena_copy_n(a, bytes, n);
    size_t count;
    if (changed < n) {
        copy[changed] = with;
    }
    struct shift *shifts = tzif_parse((unsigned char *)copy, n, &count);
    free(shifts);
    return shifts;
}

static void a_broken_zone_file_is_refused(void **state)
{
    (void)state;
    char bytes[8192];
    FILE *f = fopen(ZONE_FOLDER "/Australia/Lord_Howe", "re");
    assert_non_null(f);
    size_t n = fread(bytes, 1, sizeof bytes, f), second = 0;
    fclose(f);
    for (size_t i = 4; i < n - 4; i++) {
        second = memcmp(bytes + i, "TZif", 4) == 0 ? i : second;
    }
    assert_true(second > 0 && is_zone_file(bytes, n, n, 0));
    for (size_t cut = 0; cut < second + 100; cut += 7) {
        assert_false(is_zone_file(bytes, cut, n, 0));
    }
    assert_false(is_zone_file(bytes, n, 0, 'X'));
    assert_false(is_zone_file(bytes, n, 4, '1'));                      /* a version without the half we read */
    assert_false(is_zone_file(bytes, n, second + 32, 127));            /* more transitions than bytes */
    assert_false(is_zone_file(bytes, n, second + 44, 127));            /* the first change of clocks after the last */
    assert_false(is_zone_file(bytes, n, second + 44 + 8, 0x7f));       /* the second beyond all years */
    assert_false(is_zone_file(bytes, n, second + 44 + 8, (char)0xff)); /* the second before the first */
}

static void every_zone_of_tzdata_is_read(void **state)
{
    (void)state;
    char line[512], name[128];
    int zones = 0;
    FILE *f = fopen(ZONE_FOLDER "/zone.tab", "re");
    assert_non_null(f);
    while (fgets(line, sizeof line, f)) {
        if (line[0] != '#' && sscanf(line, "%*s %*s %127s", name) == 1) {
            const struct zone *z = zone_find(name);
            assert_non_null(z);
            assert_ptr_equal(zone_of_city(zone_city(a, z)), z); /* by its city, too */
            zones++;
        }
    }
    fclose(f);
    assert_true(zones > 400);
}

static void numbers_beyond_the_calendar_do_no_harm(void **state)
{
    (void)state;
    const struct zone *z = zone_find("America/New_York");
    assert_int_equal(local_at(z, INT64_MAX).year, 9999);
    assert_in_range(local_at(z, INT64_MIN).year, 0, 1);
    assert_string_equal(day_iso(a, INT64_MIN), "0001-01-01");
    assert_string_equal(day_iso(a, INT64_MAX), "9999-12-31");
    assert_true(instant_on(z, INT64_MAX, 0) > 0 && instant_on(z, INT64_MIN, 0) < 0);
    day_say(a, NULL, INT64_MIN, INT64_MAX);
    assert_int_equal(date_parse("tomorrow", INT64_MIN).verdict, DATE_NONE);
    assert_int_equal(date_parse("tomorrow", INT64_MAX).verdict, DATE_NONE);
    assert_int_equal(period_add(INT64_MIN, "P1D"), INT64_MIN);
}

/* ---- Days -------------------------------------------------------------------------------------------------------- */

static void days_are_numbers_and_back(void **state)
{
    (void)state;
    assert_int_equal(day_number("1970-01-01"), 0);
    assert_int_equal(day_number("2000-03-01"), 11017);
    assert_int_equal(day_number("0001-01-01"), -719162);
    for (int64_t day = -719162; day <= 2932896; day += 13) {
        struct arena_mark mark = arena_mark(a);
        assert_int_equal(day_number(day_iso(a, day)), day);
        arena_release(a, mark);
    }
    static const char *const refused[] = { "2026-02-29",  "2100-02-29", "2026-13-01", "2026-00-10", "2026-1-1",
                                           "2026-11-31",  "",           "2026/11/30", "26-11-30",   "0000-01-01",
                                           "2026-11-30 ", "2026-11-3x" };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assert_true(day_number(refused[i]) == INT64_MIN);
    }
    assert_true(day_number("2028-02-29") > 0);
    assert_true(day_number(NULL) == INT64_MIN);
    assert_int_equal(day_weekday(day_number("2026-11-23")), 0);
    assert_int_equal(day_weekday(day_number("1969-12-28")), 6);
}

static void days_and_moments_are_said_with_weekday_and_zone(void **state)
{
    (void)state;
    int64_t today = day_number("2026-11-24");
    assert_string_equal(day_say(a, NULL, day_number("2026-11-28"), today), "Saturday 28 November");
    assert_string_equal(day_say(a, NULL, day_number("2027-01-01"), today), "Friday 1 January 2027");
    const struct zone *paris = zone_find("Europe/Paris"), *new_york = zone_find("America/New_York");
    int64_t now = utc("2026-11-24 12:00");
    assert_string_equal(time_say(a, paris, utc("2026-11-30 09:15")), "10:15 (Paris)");
    assert_string_equal(moment_say(a, NULL, paris, utc("2026-11-30 08:00"), now), "Monday 30 November, 09:00 (Paris)");
    assert_string_equal(moment_say(a, NULL, new_york, utc("2027-01-01 04:30"), now),
                        "Thursday 31 December, 23:30 (New York)");
    assert_string_equal(moment_say(a, NULL, zone_utc(), utc("2027-01-01 04:30"), now),
                        "Friday 1 January 2027, 04:30 (UTC)");
}

static void periods_are_clamped_to_the_month(void **state)
{
    (void)state;
    static const char *const sums[][3] = {
        { "2026-01-31", "P1M", "2026-02-28" },  { "2026-08-31", "P6M", "2027-02-28" },
        { "2028-02-29", "P1Y", "2029-02-28" },  { "2026-12-30", "P2W", "2027-01-13" },
        { "2026-01-01", "P30D", "2026-01-31" }, { "2026-01-31", "P1Y1M1D", "2027-03-01" },
        { "2026-05-31", "p12m", "2027-05-31" },
    };
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) {
        assert_string_equal(day_iso(a, period_add(day_number(sums[i][0]), sums[i][1])), sums[i][2]);
    }
    static const char *const refused[] = { "",      "P",     "6M",   "P6",   "PM",       "P6X",
                                           "P1D1M", "P1M1M", "PT1H", "P-1D", "P999999D", "P99999Y" };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assert_true(period_add(0, refused[i]) == INT64_MIN);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zones_follow_the_vectors),
        cmocka_unit_test(the_clock_on_the_wall_comes_back),
        cmocka_unit_test(only_places_are_zones),
        cmocka_unit_test(cities_are_known_as_people_type_them),
        cmocka_unit_test(a_wrong_zone_gets_a_suggestion),
        cmocka_unit_test(threads_find_the_same_zone),
        cmocka_unit_test(a_broken_zone_file_is_refused),
        cmocka_unit_test(every_zone_of_tzdata_is_read),
        cmocka_unit_test(numbers_beyond_the_calendar_do_no_harm),
        cmocka_unit_test(days_are_numbers_and_back),
        cmocka_unit_test(days_and_moments_are_said_with_weekday_and_zone),
        cmocka_unit_test(periods_are_clamped_to_the_month),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
