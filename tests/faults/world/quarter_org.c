/* The organisation of a quarter: people in eight zones, in a tree of managers, who join, leave and are away; what they learn is
 * that of the scenarios' small organisations; ten rules, all on, and two requirements. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "quarter.h"

static struct place_of_work places[] = {
    { "London", "GB", "Europe/London", "gb", "Mo-Fr", 540, 1020 },
    { "Lyon", "FR", "Europe/Paris", "fr", "Mo,We,Fr", 540, 960 },
    { "Toronto", "CA", "America/Toronto", "ca-on", "Mo-Fr", 510, 990 },
    { "Bengaluru", "IN", "Asia/Kolkata", "in-ka", "Su-Th", 600, 1080 },
    { "Kathmandu", "NP", "Asia/Kathmandu", "np", "Su-Fr", 600, 1020 },
    { "Kyoto", "JP", "Asia/Tokyo", "jp", "Mo-Fr", 540, 1080 },
    { "Melbourne", "AU", "Australia/Melbourne", "au-vic", "Mo-Fr", 540, 1020 },
    { "Lord Howe", "AU", "Australia/Lord_Howe", "au-vic", "Tu-Sa", 480, 960 },
};
enum { PLACES = sizeof places / sizeof *places };

/* ---- Rules ------------------------------------------------------------------------------------------------------- */

/* Who has reports gets digests and, as an expert, questions: they use up the same budget, and no dry run foresees them. */
#define NO_MANAGERS "not role = manager"

static const struct {
    const char *slug, *who, *rest; /* its text says (SLUG), and its subject between angle quotes */
} rules[RULES] = {
    { "monday", NO_MANAGERS, "when: {rrule: \"FREQ=WEEKLY;BYDAY=MO\"}\nholdout: 20%\n" },
    { "fortnight", NO_MANAGERS " and department in (Sales, Buying)",
      "when: {rrule: \"FREQ=WEEKLY;INTERVAL=2;BYDAY=WE,SU\"}\nwindow: {local: \"13:00-15:00\"}\n" },
    { "policy", "everyone", "when: {rrule: \"FREQ=MONTHLY;BYDAY=1TU\"}\nclass: core\n" },
    { "month-end", NO_MANAGERS " and not on_leave", "when: {rrule: \"FREQ=MONTHLY;BYMONTHDAY=-1\"}\n" },
    { "goal-days", "everyone", "for: goals\nwhen: {before_due: [7d, 1d, 0d]}\n" },
    { "path-days", "everyone", "for: paths\nwhen: {before_due: [14d, 3d]}\nmax: {per_item: 2}\n" },
    { "asked-days", "everyone", "for: requirements\nwhen: {before_due: [10d, 3d]}\n" },
    { "quiet", NO_MANAGERS " and tenure >= 40", "when: {idle: 21d}\nbackoff: {after: 2, pause: true}\n" },
    { "welcome", "tenure < 14", "when: {after: {event: joined, wait: 1wd}}\nmax: {per_item: 1}\n" },
    { "first-step", "everyone", "for: paths\nwhen: {after: {event: enrolled, wait: 2wd}}\n" },
    { "used", "everyone", "for: paths\nwhen: {after: {event: completed, wait: 3wd}}\n" },
};

const char *const quarter_rules[RULES] = { "monday",     "fortnight", "policy",  "month-end",  "goal-days", "path-days",
                                           "asked-days", "quiet",     "welcome", "first-step", "used" };

bool quarter_rule_is_measured(const char *slug)
{
    for (size_t i = 0; i < RULES; i++)
        if (strcmp(rules[i].slug, slug) == 0)
            return strncmp(rules[i].who, NO_MANAGERS, strlen(NO_MANAGERS)) == 0;
    return false;
}

/* ---- Files ------------------------------------------------------------------------------------------------------- */

static FILE *create(struct arena *a, const char *folder, const char *name)
{
    FILE *f = fopen(arena_printf(a, "%s/%s", folder, name), "we");

    if (!f)
        abort();
    return f;
}

static void close_file(FILE *f)
{
    if (fclose(f) != 0)
        abort();
}

static void copy_files(struct arena *a, const char *folder)
{
    static const char *const files[] = { "config/calendars",
                                         "tests/scenarios/org_paths/cards",
                                         "tests/scenarios/org_paths/paths",
                                         "tests/scenarios/org_mandatory/cards/personal-data.md",
                                         "tests/scenarios/org_mandatory/cards/lost-laptop.md",
                                         "tests/scenarios/org_mandatory/paths/data-protection.yaml",
                                         "tests/scenarios/org_mandatory/paths/talk-well.yaml" };

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const char *into = strstr(files[i], "/cards/") ? "/cards" : strstr(files[i], "/paths/") ? "/paths" : "";
        if (system(arena_printf(a, "cp -r %s %s%s", files[i], folder, into)) != 0)
            abort();
    }
}

static void write_rules(struct arena *a, const char *folder)
{
    for (size_t i = 0; i < RULES; i++) {
        FILE *f = create(a, folder, arena_printf(a, "rules/%s.yaml", rules[i].slug));
        bool about = strstr(rules[i].rest, "for: ");
        fprintf(f, "id: %s\nwho: %s\n%stext: {en: \"(%s) A thing to think of%s.\"}\nenabled: true\n", rules[i].slug,
                rules[i].who, rules[i].rest, rules[i].slug, about ? ": «{title}»" : ", {name}");
        close_file(f);
    }
    FILE *f = create(a, folder, "rules/protection.yaml");
    fprintf(f, "id: protection\nrequire: path:data-protection\nwho: everyone\nwithin: 30d\nrefresh: P1Y\npass: 100\n"
               "class: core\nenabled: true\n");
    close_file(f);
    f = create(a, folder, "rules/talking.yaml");
    fprintf(f, "id: talking\nrequire: path:talk-well\nwho: department = Sales\ndue: 2027-03-25\nenabled: true\n");
    close_file(f);
}

static void write_settings(struct arena *a, const char *folder)
{
    FILE *f = create(a, folder, "learnd.yaml");

    fprintf(f, "organisation: Corner Works\nlive: everyone\nlearning_queue: nadia\nbudget: {day: 1, week: 2}\n"
               "quiet: \"18:00-09:00\"\nexpert_consent: given\ntimezone: Europe/London\n");
    close_file(f);
}

/* ---- Holidays, read as anybody would: the days of events that do not recur --------------------------------------- */

static void read_holidays(struct place_of_work *p, struct arena *a, int64_t from)
{
    FILE *f = fopen(arena_printf(a, "config/calendars/%s.ics", p->calendar), "re");
    char line[512];
    int64_t day = 0;
    int y, m, d;

    if (!f)
        abort();
    p->holiday_count = 0;
    while (fgets(line, sizeof line, f)) {
        if (sscanf(line, "DTSTART;VALUE=DATE:%4d%2d%2d", &y, &m, &d) == 3)
            day = day_number(arena_printf(a, "%04d-%02d-%02d", y, m, d));
        if (strncmp(line, "RRULE", 5) == 0)
            day = 0;
        if (strncmp(line, "END:VEVENT", 10) == 0 && day >= from - 2 && day < from + 200 && p->holiday_count < 64)
            p->holidays[p->holiday_count++] = day;
    }
    fclose(f);
}

/* ---- People ------------------------------------------------------------------------------------------------------ */

static void choose_away(struct quarter *q, struct colleague *c)
{
    while (quarter_chance(q, 45) && c->away_count < 3) {
        int64_t starts = q->first_day - 5 + (int64_t)quarter_random(q, (uint64_t)q->days);
        c->away[c->away_count++] = (struct span){ starts, starts + (int64_t)quarter_random(q, 12), false };
    }
}

/* One in fifteen joins in the first weeks, and as many leave before the dry run, which does not foresee it. */
static void choose_life(struct quarter *q, struct colleague *c)
{
    uint64_t leaving = (uint64_t)(q->days > 60 ? q->days - 40 : q->days - 8);

    c->starts = q->first_day - 60 - (int64_t)quarter_random(q, 2000);
    c->ends = INT64_MAX;
    if (c->reports)
        return;
    if (quarter_chance(q, 7))
        c->starts = q->first_day + 1 + (int64_t)quarter_random(q, 20);
    else if (quarter_chance(q, 7))
        c->ends = q->first_day + 5 + (int64_t)quarter_random(q, leaving);
}

static void make_person(struct quarter *q, struct arena *a, int i)
{
    static const char *const first[] = { "nadia", "dana", "lena", "mei" }; /* own what there is to learn */
    static const char *const platforms[] = { "console", "slack", "matrix" };
    struct colleague *c = &q->people[i];

    *c = (struct colleague){ .handle = i < 4 ? first[i] : arena_printf(a, "p%04d", i),
                             .platform = platforms[quarter_random(q, 3)],
                             .number = i,
                             .manager = i ? (i - 1) / REPORTS : -1,
                             .at = &places[i < 4 ? 0 : quarter_random(q, PLACES)],
                             .wishes = { .budget_day = 1, .quiet_from = 18 * 60, .quiet_to = 9 * 60 } };
    c->before = c->wishes;
    c->reports = i * REPORTS + 1 < q->count;
    choose_life(q, c);
    if (i) /* who is asked for figures is there */
        choose_away(q, c);
}

static void write_person(FILE *f, struct arena *a, const struct colleague *c)
{
    static const char *const departments[] = { "People", "Sales", "Legal", "Engineering", "Buying" };
    const struct place_of_work *p = c->at;

    fprintf(f, "Q%04d,%s,%s@example.org,Person %04d,%s,%s,%s,%s,", c->number, c->handle, c->handle, c->number,
            c->reports ? "manager" : "employee", departments[c->number % 5], p->location, p->country);
    if (c->manager >= 0)
        fprintf(f, "Q%04d", c->manager);
    fprintf(f, ",%s,\"%s\",%02d:%02d,%02d:%02d,%s.ics,%s,%s,%s,%s\n", p->timezone, p->work_days, p->from / 60,
            p->from % 60, p->to / 60, p->to % 60, p->calendar, day_iso(a, c->starts),
            c->ends == INT64_MAX ? "" : day_iso(a, c->ends), c->number ? "" : "admin;curator:*",
            c->reports && c->number % 4 == 1 ? "backups:4" : "");
}

static void write_people(struct quarter *q, struct arena *a, const char *folder)
{
    FILE *people = create(a, folder, "people.csv"), *absences = create(a, folder, "absences.csv");

    fprintf(people, "external_id,handle,email,display_name,role,department,location,country,manager,timezone,work_days,"
                    "work_from,work_to,calendar,start_date,end_date,grants,expertise\n");
    fprintf(absences, "handle,starts,ends,kind\n");
    for (int i = 0; i < q->count; i++) {
        const struct colleague *c = &q->people[i];
        write_person(people, a, c);
        for (int k = 0; k < c->away_count; k++)
            fprintf(absences, "%s,%s,%s,holiday\n", c->handle, day_iso(a, c->away[k].starts),
                    day_iso(a, c->away[k].ends));
    }
    close_file(people);
    close_file(absences);
}

const char *quarter_write_organisation(struct quarter *q, struct arena *a)
{
    const char *folder = arena_printf(a, "%s/quarter-%llu", world_folder(), (unsigned long long)q->seed);

    for (size_t i = 0; i < PLACES; i++) {
        places[i].zone = zone_find(places[i].timezone);
        places[i].weekdays = weekdays_parse(places[i].work_days);
        read_holidays(&places[i], a, q->first_day);
    }
    if (mkdir(folder, 0700) != 0 || mkdir(arena_printf(a, "%s/rules", folder), 0700) != 0)
        abort();
    copy_files(a, folder);
    for (int i = 0; i < q->count; i++)
        make_person(q, a, i);
    write_people(q, a, folder);
    write_rules(a, folder);
    write_settings(a, folder);
    return folder;
}
