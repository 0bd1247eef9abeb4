/* calendars/NAME.ics: days off. libical reads them; recurring ones become days between two years back and ten ahead. */
#include <libical/ical.h>
#include <string.h>

#include "learnd/date.h"
#include "reading.h"

#define HOLIDAYS_MAX 20000
#define LENGTH_MAX_DAYS 60
#define OCCURRENCES_MAX 100000

/* libical does not say where an event stood, but gives them in the order of the text. */
struct lines {
    const char *at;
    int line; /* of at */
};

/* The line of the next BEGIN:VEVENT. */
static int event_line(struct lines *l)
{
    while (*l->at) {
        bool found = strncmp(l->at, "BEGIN:VEVENT", 12) == 0;
        l->at += strcspn(l->at, "\n");
        l->at += *l->at == '\n';
        l->line++;
        if (found)
            return l->line - 1;
    }
    return 1;
}

/* The day alone. icaltime_null_date would leave a time of -1 in it, with which recurrences go astray. */
static struct icaltimetype date_of(struct icaltimetype t)
{
    return (struct icaltimetype){ .year = t.year, .month = t.month, .day = t.day, .is_date = 1 };
}

static int64_t day_of_time(struct icaltimetype t)
{
    return icaltime_as_timet(date_of(t)) / DAY;
}

static void holiday_add(struct reading *r, const char *calendar, int64_t day, const char *name)
{
    struct org *org = r->org;
    if (day < r->from_day || day > r->until_day || org->holiday_count >= HOLIDAYS_MAX)
        return;
    org->holidays = list_grow(r->arena, org->holidays, org->holiday_count, sizeof *org->holidays);
    org->holidays[org->holiday_count++] = (struct org_holiday){ calendar, day, name };
}

/* How many days the event lasts: DTEND is the day after the last. */
static int64_t event_days(icalcomponent *event, struct icaltimetype start)
{
    struct icaltimetype end = icalcomponent_get_dtend(event);
    if (icaltime_is_null_time(end))
        return 1;
    int64_t days = day_of_time(end) - day_of_time(start);
    if (!end.is_date && (end.hour || end.minute || end.second))
        days++;
    return days < 1 ? 1 : days > LENGTH_MAX_DAYS ? LENGTH_MAX_DAYS : days;
}

struct expansion {
    struct reading *r;
    icalcomponent *event;
    const char *calendar, *name;
    int64_t days;      /* of each occurrence */
    int64_t *excluded; /* EXDATE, by day: exports write it with and without a time */
    size_t excluded_count;
};

/* Beforehand: libical keeps one place of iteration in an event, so two loops over its properties cannot nest. */
static void excluded_take(struct expansion *e)
{
    icalproperty *p = icalcomponent_get_first_property(e->event, ICAL_EXDATE_PROPERTY);
    for (; p; p = icalcomponent_get_next_property(e->event, ICAL_EXDATE_PROPERTY)) {
        e->excluded = list_grow(e->r->arena, e->excluded, e->excluded_count, sizeof *e->excluded);
        e->excluded[e->excluded_count++] = day_of_time(icalproperty_get_exdate(p));
    }
}

static void occurrence_add(const struct expansion *e, int64_t day)
{
    for (size_t i = 0; i < e->excluded_count; i++) {
        if (e->excluded[i] == day)
            return;
    }
    for (int64_t i = 0; i < e->days; i++)
        holiday_add(e->r, e->calendar, day + i, e->name);
}

/* The same date each year. Most of what recurs among days off is that, and libical's way to it is long: it asks ICU. */
static void years_expand(const struct expansion *e, struct icaltimetype start)
{
    for (struct icaltimetype t = start; day_of_time(t) <= e->r->until_day; t.year++)
        if (t.day <= icaltime_days_in_month(t.month, t.year))
            occurrence_add(e, day_of_time(t));
}

/* The days of one RRULE. False if it is none, or none for days. */
static bool rule_expand(const struct expansion *e, struct icalrecurrencetype rule, struct icaltimetype start)
{
    if (strcmp(icalrecurrencetype_as_string(&rule), "FREQ=YEARLY") == 0) {
        years_expand(e, start);
        return true;
    }
    bool of_days = rule.freq == ICAL_DAILY_RECURRENCE || rule.freq == ICAL_WEEKLY_RECURRENCE ||
                   rule.freq == ICAL_MONTHLY_RECURRENCE || rule.freq == ICAL_YEARLY_RECURRENCE;
    icalrecur_iterator *i = of_days ? icalrecur_iterator_new(rule, start) : NULL;
    if (!i)
        return false;
    for (int n = 0; n < OCCURRENCES_MAX; n++) {
        struct icaltimetype t = icalrecur_iterator_next(i);
        if (icaltime_is_null_time(t) || day_of_time(t) > e->r->until_day)
            break;
        occurrence_add(e, day_of_time(t));
    }
    icalrecur_iterator_free(i);
    return true;
}

static void dates_expand(const struct expansion *e)
{
    icalproperty *p = icalcomponent_get_first_property(e->event, ICAL_RDATE_PROPERTY);
    for (; p; p = icalcomponent_get_next_property(e->event, ICAL_RDATE_PROPERTY)) {
        struct icaldatetimeperiodtype date = icalproperty_get_rdate(p);
        if (!icaltime_is_null_time(date.time))
            occurrence_add(e, day_of_time(date.time));
    }
}

/* libical takes a property it cannot read away and leaves a note: what the note says of times is a fault. */
static bool has_bad_times(struct reading *r, icalcomponent *event, int line)
{
    static const char *const names[] = { "RRULE", "DTSTART", "DTEND", "EXDATE", "RDATE" };
    icalproperty *p = icalcomponent_get_first_property(event, ICAL_XLICERROR_PROPERTY);
    for (; p; p = icalcomponent_get_next_property(event, ICAL_XLICERROR_PROPERTY)) {
        const char *note = icalproperty_get_xlicerror(p);
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            if (!note || !strstr(note, names[i]))
                continue;
            fault_add(r, line, 1, "the %s of this event cannot be read", names[i]);
            return true;
        }
    }
    return false;
}

static void event_take(struct reading *r, icalcomponent *event, const char *calendar, int line)
{
    struct icaltimetype start = icalcomponent_get_dtstart(event);
    const char *name = icalcomponent_get_summary(event);
    if (has_bad_times(r, event, line))
        return;
    if (icaltime_is_null_time(start) || !icaltime_is_valid_time(start)) {
        fault_add(r, line, 1, "this event has no day (DTSTART)");
        return;
    }
    struct expansion e = {
        r, event, calendar, name ? arena_copy(r->arena, name) : "", event_days(event, start), NULL, 0
    };
    excluded_take(&e);
    icalproperty *rule = icalcomponent_get_first_property(event, ICAL_RRULE_PROPERTY);
    if (!rule)
        occurrence_add(&e, day_of_time(start));
    else if (!rule_expand(&e, icalproperty_get_rrule(rule), date_of(start)))
        fault_add(r, line, 1, "the RRULE of this event gives no days");
    dates_expand(&e);
}

static void events_take(struct reading *r, icalcomponent *root, const struct bytes *file, const char *calendar)
{
    struct lines lines = { file->text, 1 };
    icalcomponent *event = icalcomponent_get_first_component(root, ICAL_VEVENT_COMPONENT);
    for (; event; event = icalcomponent_get_next_component(root, ICAL_VEVENT_COMPONENT))
        event_take(r, event, calendar, event_line(&lines));
    if (r->org->holiday_count >= HOLIDAYS_MAX)
        fault_add(r, 1, 1, "more than %d days off in all calendars", HOLIDAYS_MAX);
}

static bool is_of_days(const char *line)
{
    static const char *const names[] = { "BEGIN:", "END:", "SUMMARY", "DTSTART", "DTEND", "RRULE", "RDATE", "EXDATE" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strncmp(line, names[i], strlen(names[i])) == 0)
            return true;
    }
    return false;
}

/* The lines that say when and what: others cost libical most of its time. A line that begins with a blank goes on. */
static const char *lines_of_days(struct arena *a, const char *text)
{
    struct buf days = { .arena = a };
    bool keep = false;
    for (const char *line = text; *line;) {
        size_t n = strcspn(line, "\n");
        n += line[n] == '\n';
        if (*line != ' ' && *line != '\t')
            keep = is_of_days(line);
        if (keep)
            buf_add_n(&days, line, n);
        line += n;
    }
    return buf_text(&days);
}

void calendar_read(struct reading *r, const struct bytes *file, const char *name)
{
    list_add(r->arena, &r->calendars, name);
    bool calendar = strncmp(file->text, "BEGIN:VCALENDAR", 15) == 0;
    icalcomponent *root =
        calendar ? icalparser_parse_string(lines_of_days(r->texts ? r->texts : r->arena, file->text)) : NULL;
    if (!root || icalcomponent_isa(root) != ICAL_VCALENDAR_COMPONENT)
        fault_add(r, 1, 1, "this is no calendar: expected is BEGIN:VCALENDAR ... END:VCALENDAR");
    else
        events_take(r, root, file, name);
    if (root)
        icalcomponent_free(root);
}
