/* One reading of an organisation folder: where we are, what is wrong so far, which names must turn out to exist.
 * Everything lives in the arena of the organisation that is being read; the reading itself is on the caller's stack. */
#ifndef LEARND_ORG_READING_H
#define LEARND_ORG_READING_H

#include "learnd/org.h"

#define FILE_MAX_BYTES (1 << 20)
#define CARD_MAX_BYTES (256 << 10)
#define TABLE_MAX_BYTES (64 << 20) /* people.csv of 100,000 people, a JSONL of 10,000 cards */
#define PEOPLE_MAX 100000
#define CARDS_MAX 10000
#define PATHS_DEEP 8    /* so far a path may lie within another */
#define FAULTS_MAX 1000 /* then one more says that there are more */

enum reference_kind {
    REFERENCE_PERSON,   /* a handle */
    REFERENCE_OWNER,    /* HANDLE or team:HANDLE */
    REFERENCE_TOPIC,    /* an id of topics.yaml, where there is one */
    REFERENCE_CARD,     /* the id of a card */
    REFERENCE_PATH,     /* the id of a path */
    REFERENCE_CALENDAR, /* a file in calendars/ */
    REFERENCE_LANGUAGE, /* English, or a file in languages/ */
    REFERENCE_AUDIENCE, /* a formula: it must parse, and its values must exist */
    REFERENCE_SCOPE     /* attribute=value of a grant */
};

struct reference { /* a name that was used; resolved when all files have been read */
    enum reference_kind kind;
    const char *file;
    int line, column;
    const char *name;
};

struct reading {
    struct org *org;
    struct arena *arena;
    struct arena *texts; /* of the files themselves; NULL: they are kept in arena, as what is read points into them */
    const struct org *known; /* what an import comes into; may be NULL */
    const char *file;        /* the one that is being read, as faults name it */
    bool people_known;       /* so names of people can be checked */
    struct reference *references;
    size_t reference_count;
    struct org_list calendars;          /* names of the files, also of empty ones */
    int64_t today, from_day, until_day; /* between which recurring holidays are expanded */
};

struct place {
    int line, column;
};

/* Begin an organisation whose settings are the defaults. today: a day number. */
struct reading reading_begin(const char *folder, const struct org *known, int64_t today);
/* Resolve the references, sort the faults. */
struct org *reading_end(struct reading *r);

/* ---- faults ------------------------------------------------------------------------------------------------------ */
void fault_add(struct reading *r, int line, int column, const char *format, ...) __attribute__((format(printf, 4, 5)));
void org_fault_add(struct org *org, struct org_fault fault);
void org_faults_sort(struct org *org);
void warning_add(struct reading *r, int line, int column, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* " (did you mean 'title'?)" or, where nothing is near, "". names end with NULL. */
const char *did_you_mean(struct arena *a, const char *word, const char *const *names);

void reference_add(struct reading *r, enum reference_kind kind, struct place at, const char *name);
void references_resolve(struct reading *r);

/* ---- memory ------------------------------------------------------------------------------------------------------ */
/* Room for one more in an array that doubles; call it with the count before each addition. */
void *list_grow(struct arena *a, void *items, size_t count, size_t size);
void list_add(struct arena *a, struct org_list *list, const char *text);

/* ---- files ------------------------------------------------------------------------------------------------------- */
struct bytes {
    const char *text; /* ended by NUL, which is not counted; a BOM is skipped */
    size_t length;
    const char *hash; /* of all bytes, hex */
};
/* False and a fault if it cannot be read, is larger than max, is no UTF-8 or holds a NUL. path is where it is. */
bool file_read(struct reading *r, const char *path, size_t max, struct bytes *out);
/* The names in a folder, sorted by bytes, hidden ones left out; false if it cannot be opened. */
bool folder_list(struct arena *a, const char *path, struct org_list *names);
bool path_exists(const char *path);
bool path_is_folder(const char *path);
bool name_ends(const char *name, const char *suffix);
const char *bytes_hash(struct arena *a, const char *text, size_t length);

/* ---- the files of the folder, each from its text; faults name r->file -------------------------------------------- */
void settings_default(struct settings *s);
void settings_read(struct reading *r, const struct bytes *file);
void people_read(struct reading *r, const struct bytes *file);
void absences_read(struct reading *r, const struct bytes *file);
void topics_read(struct reading *r, const struct bytes *file);
void sensitive_read(struct reading *r, const struct bytes *file);
void glossary_read(struct reading *r, const struct bytes *file);
void calendar_read(struct reading *r, const struct bytes *file, const char *name);
void card_read(struct reading *r, const struct bytes *file);
void cards_json_read(struct reading *r, const struct bytes *file, const char *owner);
/* Room for one more card, or NULL and a fault if there are too many. */
struct org_card *card_add(struct reading *r, struct place at);
void cards_check(struct reading *r); /* ids are unique */
void path_read(struct reading *r, const struct bytes *file);
void paths_check(struct reading *r); /* no path holds itself */
void rule_read(struct reading *r, const struct bytes *file);
void rules_check(struct reading *r); /* ids are unique; a rule can fire */

#endif
