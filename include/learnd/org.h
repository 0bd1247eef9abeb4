/* The organisation folder as it was read: settings, people, cards, paths, topics. Plain data in one arena.
 * Reading never touches the database; what is wrong is collected, all of it, with file, line and column. */
#ifndef LEARND_ORG_H
#define LEARND_ORG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "learnd/arena.h"
#include "learnd/audience.h"
#include "learnd/language.h"

struct org_fault { /* "cards/vpn.md:4:1: unknown key 'titel' (did you mean 'title'?)" */
    const char *file;
    int line, column;
    const char *what;
};

struct org_list { /* of texts */
    const char **item;
    size_t count;
};

struct settings { /* learnd.yaml, then the environment over it; empty means unset */
    const char *organisation;
    const char *live;           /* audience text; NULL: nobody may be reached unasked */
    const char *learning_queue; /* an owner: HANDLE or team:HANDLE */
    int budget_day, budget_week;
    int quiet_from, quiet_to; /* minutes of the day */
    struct org_list languages;
    bool publish_core_at_once, publish_team_at_once; /* publish: {core: review, team: team} */
    bool expert_consent_given;
    const char *timezone;
    int keep_questions_days, keep_backups_days;
    bool explore, example;
    bool evaluate_digest, evaluate_acceptance, evaluate_metrics;
    struct org_list evaluations_off_in; /* countries */
    /* where it runs */
    const char *database, *web, *slack_api_url, *slack_app_token, *slack_bot_token, *slack_signing_secret;
    const char *matrix_homeserver, *matrix_user, *matrix_password, *matrix_access_token, *matrix_device_id;
    const char *proxy, *ca_file;
};

struct org_person { /* a row of people.csv; texts may be NULL where the column is empty or missing */
    int line;
    const char *external_id, *handle, *email, *display_name, *title, *role, *department, *division, *location, *country;
    const char *manager; /* external_id; checked: known and without a circle */
    const char *timezone, *locale, *work_days, *calendar, *start_date, *end_date;
    int work_from, work_to; /* minutes; 540 and 1020 where empty */
    unsigned weekdays;      /* bit 0 = Monday */
    bool active;
    struct org_list grants, languages;
    struct org_skill *expertise;
    size_t expertise_count;
    int weekly_cap; /* 2 where empty */
    const char *slack_user, *matrix_user;
};

struct org_skill {
    const char *topic;
    int level; /* 1-5 */
};

struct org_absence {
    int line;
    const char *handle, *starts, *ends, *kind; /* ends: the last day away */
};

struct org_holiday {
    const char *calendar; /* file name without .ics */
    int64_t day;          /* number; recurring ones are expanded from two years back to ten ahead */
    const char *name;
};

struct org_check { /* a check question of a card */
    const char *question, *why;
    struct org_list options;
    int key; /* 1 is the first option */
};

struct org_card {
    const char *file;                                     /* relative to the folder */
    int line;                                             /* where it begins: 1, or its line in a file of JSON lines */
    const char *hash;                                     /* of the file's bytes, hex */
    const char *id, *title, *owner, *class, *body, *more; /* body: Markdown before "## More"; more may be NULL */
    struct org_list aliases, steps;
    struct org_skill *skills;
    size_t skill_count;
    const char *audience; /* NULL: everybody */
    int minutes;          /* 0: unset */
    const char *url, *format, *verified, *verify_every, *expires, *lang, *equivalent_to, *supersedes;
    struct org_check *checks;
    size_t check_count;
    bool reassign;
};

struct org_step { /* of a path */
    int line, column;
    const char *kind; /* card | link | session | practice | checkpoint | event | path */
    const char *text; /* an id, an address, a title or a text */
    int block, need;  /* number of its block, from 1; how many steps of it are needed, 0: it is optional */
    int day;          /* after the start, 1 is the first; 0: none */
};

struct org_path {
    const char *file, *hash; /* hash: of the file's bytes, hex */
    const char *id, *title, *owner, *class;
    const char *audience, *outcome; /* NULL: everybody; nothing said */
    struct org_step *steps;
    size_t step_count;
};

struct org_words { /* one text in one language */
    const char *language, *text;
};

struct org_rule {            /* of rules/NAME.yaml: a nudge */
    const char *file, *hash; /* hash: of the file's bytes, hex */
    int line;
    const char *id, *who; /* who: an audience */
    const char *kind;     /* rrule | before_due | idle | after */
    const char *spec;     /* of that kind: FREQ=WEEKLY;BYDAY=MO | 14d,7d,1d,0d | 60d | 2wd */
    const char *event;    /* of after: joined | enrolled | completed | asked | answered; else NULL */
    const char *from;     /* YYYY-MM-DD, of an rrule; NULL: the Monday of the week it is switched on */
    const char *subject;  /* `for`: path:ID | requirement:ID | paths | requirements | goals; NULL: anything */
    struct org_words *texts;
    size_t text_count;
    int window_from, window_to; /* minutes of the local day */
    int per_item, per_week;     /* 0: no limit */
    int pause_after;            /* so many ignored ones; they double its distance before that */
    bool pauses;                /* else it goes on at that distance */
    bool stop_completed, stop_declined;
    int holdout; /* percent of people who never get it, for comparison */
    bool core, enabled;
};

struct org_requirement { /* of rules/NAME.yaml: what must be learnt */
    const char *file, *hash;
    int line;
    const char *id, *path, *who; /* path: the id of one; who: an audience */
    const char *starts, *due;    /* YYYY-MM-DD; NULL: at once; within so many days */
    int within_days;             /* 0: there is a due day */
    const char *refresh;         /* P1Y; NULL: never again */
    int pass;                    /* percent; 0: as the path has it */
    bool core, enabled;
};

struct org_topic {
    const char *id, *name, *owner; /* owner may be NULL */
    struct org_list aliases;
};

struct org_sensitive {
    struct org_list words, patterns;
    const char *contact, *text;
};

struct org_term {
    const char *term;
    struct org_list same;
};

struct org {
    struct arena *arena;
    const char *folder;
    struct settings settings;
    struct org_person *people;
    size_t people_count;
    struct org_absence *absences;
    size_t absence_count;
    struct org_holiday *holidays;
    size_t holiday_count;
    struct org_card *cards;
    size_t card_count;
    struct org_path *paths;
    size_t path_count;
    struct org_rule *rules;
    size_t rule_count;
    struct org_requirement *requirements;
    size_t requirement_count;
    struct org_topic *topics;
    size_t topic_count;
    bool topics_known; /* topics.yaml is there: other words are errors */
    struct org_sensitive *sensitive;
    size_t sensitive_count;
    struct org_term *terms;
    size_t term_count;
    struct language **catalogues; /* of the folder languages/, and the pseudo-language where it is asked for */
    size_t catalogue_count;
    const char *people_hash, *absences_hash, *topics_hash; /* hex, of the files' bytes */
    struct org_fault *faults;                              /* in the order of file and line */
    size_t fault_count;
    struct org_fault *warnings; /* what can be used as it is, but will hardly do what was meant */
    size_t warning_count;
};

/* Read a folder whole. Never NULL; with faults nothing of it may be used but the faults. */
struct org *org_read(const char *folder);
/* The same as seen on a day (its number): recurring holidays are expanded around it. */
struct org *org_read_at(const char *folder, int64_t today);
/* A people file or a card folder by itself, as `import` takes them. known: the organisation they come into (may be
 * NULL). */
struct org *org_read_people(const char *file, const struct org *known);
struct org *org_read_people_text(const char *name, const char *text, const struct org *known); /* as it was sent */
struct org *org_read_cards(const char *path, const struct org *known, const char *owner);
struct org *org_read_cards_text(const char *name, const char *text, const struct org *known, const char *owner);
void org_close(struct org *org);

/* Settings overridden by the environment (NAME or NAME_FILE); faults are added to org. */
void org_environment(struct org *org);
/* Where the database is: as set, or var/learnd.db below the working folder. */
const char *org_database(const struct org *org);
/* For `learnd check`: every fault a line; of a folder without faults what it holds. */
void org_check_say(const struct org *org, FILE *out);
char *org_fault_text(struct arena *a, const struct org_fault *fault);

#endif
