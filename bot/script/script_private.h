/* A conversation as it was read, and the stage it is played on. Private to bot/script.
 * A script lives in the arena it was parsed into; a player owns its core, its folder and all that was shown. */
#ifndef LEARND_SCRIPT_PRIVATE_H
#define LEARND_SCRIPT_PRIVATE_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "learnd/core.h"
#include "learnd/date.h"
#include "learnd/nodes.h"
#include "learnd/org.h"
#include "learnd/script.h"
#include "learnd/text.h"

/* ---- A file as it was read --------------------------------------------------------------------------------------- */

enum line_kind {
    LINE_CONFIG,
    LINE_AT,
    LINE_ON,
    /* what people do: an event each */
    LINE_SAY,
    LINE_PRESS,
    LINE_FILL,
    LINE_REACT,
    LINE_EDIT,
    LINE_WITHDRAW,
    LINE_UPLOAD,
    LINE_HOME,
    /* what is expected */
    LINE_HEAR,     /* bot to */
    LINE_SEE_EDIT, /* bot edits for */
    LINE_SEE_DELETE,
    LINE_SEE_REACTION,
    LINE_SEE_FILE,
    LINE_SEE_FORM,
    LINE_SEE_HOME,
    LINE_NOBODY,
    LINE_DB,
    /* what happens around */
    LINE_READ, /* alice has read all */
    LINE_TOGETHER,
    LINE_AFTER,
    LINE_RESTART,
    LINE_CRASH,
    LINE_REDELIVER,
    LINE_FAIL,
    LINE_LOSE
};

struct piece { /* of an expectation */
    char mark; /* '|' after the piece before, '&' anywhere, '!' nowhere; the first is '|' */
    const char *text;
    pcre2_code *pattern; /* NULL: text, blanks collapsed */
};

enum unit { UNIT_MINUTE, UNIT_HOUR, UNIT_DAY, UNIT_WEEK, UNIT_UNTIL };

struct script_line {
    enum line_kind kind;
    int number, last; /* lines of the file, 1 is the first; last: of its continuations */
    const char *who;  /* a handle; NULL: nobody */
    const char *room; /* "#sales"; NULL: direct */
    bool thread;
    const char *text;  /* what is said; label, folder, file, platform, emoji, statement */
    const char *value; /* of a db line */
    bool gone, negated, skips, nothing, by_pattern;
    bool before_commit;
    struct piece *pieces;
    size_t piece_count;
    struct event_field *fields;
    size_t field_count;
    const char **names; /* together */
    size_t name_count;
    int64_t amount; /* how many; of UNIT_UNTIL and at: the day number */
    enum unit unit;
    int minute; /* of the day */
    const struct zone *zone;
};

struct script {
    const char *file;
    const char **source; /* the file's lines; [0] is line 1 */
    int source_count;
    struct script_line *lines;
    size_t count;
};

/* ---- Parsing ----------------------------------------------------------------------------------------------------- */

struct scan { /* one line being read; the first error stays */
    struct arena *arena;
    pcre2_general_context *patterns; /* compiled patterns live in the arena */
    const char *file, *line, *at;
    int number;
    const char *error;
};

bool scan_fail(struct scan *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool scan_take(struct scan *s, const char *words); /* exactly these bytes are next */
bool scan_end(struct scan *s);                     /* nothing but blanks is left; else an error */
bool scan_handle(struct scan *s, const char **handle);
bool scan_room(struct scan *s, const char **room, bool *thread);
bool scan_quoted(struct scan *s, const char **text);
bool scan_number(struct scan *s, int64_t *number);
bool scan_moment(struct scan *s, int64_t *day, int *minute);
const char *scan_rest(struct scan *s); /* trimmed at both ends */
bool scan_piece(struct scan *s, struct script_line *l, char mark);

bool parse_expectation(struct scan *s, struct script_line *l); /* behind "bot " */
bool parse_person(struct scan *s, struct script_line *l);      /* what a handle begins */
bool parse_around(struct scan *s, struct script_line *l, bool *taken);

/* ---- The stage: what the platforms would show -------------------------------------------------------------------- */

struct paper { /* a file sent */
    const char *name, *content;
    int line; /* as of a message */
    struct paper *next;
};

struct queue {        /* what one person, or a room, has not read */
    const char *who;  /* NULL: everybody in the room */
    const char *room; /* NULL: the direct conversation */
    struct shown *unread, *last_unread;
    struct paper *files, *last_file;
    bool named; /* in a bot line since the last `nobody else hears` */
    struct queue *next;
};

struct shown { /* a message as it was sent; the newest first */
    const char *platform, *conversation, *thread, *id;
    const char *text;
    bool deleted;
    int line; /* of the file, at which it came */
    struct queue *queue;
    struct shown *older, *next_unread;
};

struct seen { /* an edit, a deletion, a reaction, a form: in the order they came */
    enum op op;
    const char *text;
    struct queue *queue;
    bool passed; /* it was expected, or a later one was */
    struct seen *next;
};

struct label { /* a button ever shown; the newest first */
    const char *text, *value;
    const char *platform, *conversation, *thread, *id; /* of its message; id NULL: on the Home view */
    struct queue *queue;
    bool gone;
    struct label *older;
};

struct form { /* the newest first */
    const char *who, *value, *platform, *conversation;
    struct form *older;
};

struct home { /* as it is now */
    const char *who, *text;
    struct home *next;
};

struct said {        /* a message of a person, or in a room also the bot's; the newest first */
    const char *who; /* NULL: the bot */
    const char *platform, *conversation, *room, *thread, *id;
    struct said *older;
};

struct sent_key { /* what a platform knows of what it took */
    const char *platform, *key, *id;
    struct sent_key *older;
};

struct waiting { /* an event that is not acknowledged */
    struct event event;
    bool acknowledged;
    struct waiting *next;
};

struct stage_transport {
    struct stage *stage;
    const char *platform;
};

struct stage {
    struct arena *arena;
    int64_t now_ms;
    bool all_as_matrix; /* every text is read from its Matrix rendering, not only on Matrix */
    int64_t fail, lose; /* so many sends to come */
    int ids;
    int line; /* of the file, that is played */
    struct stage_transport transports[4];
    struct queue *queues, *last_queue;
    struct shown *shown;
    struct seen *seen, *last_seen;
    struct label *labels;
    struct form *forms;
    struct home *homes;
    struct said *said;
    struct sent_key *keys;
    struct waiting *events, *last_event;   /* of people, in order */
    struct waiting *results, *last_result; /* of sends */
    const char *fault;                     /* a rendering that does not parse back */
};

void stage_init(struct stage *s, struct arena *a);
void stage_add_transports(struct stage *s, struct core *c);
struct queue *stage_queue(struct stage *s, const char *who, const char *room); /* made where it is missing */
const char *stage_next_id(struct stage *s, const char *prefix);
void stage_add_event(struct stage *s, const struct event *e); /* copied into the arena */
/* What is waiting, at most CORE_BATCH; results are taken, events stay until they are acknowledged. */
size_t stage_take(struct stage *s, struct event *events);
void stage_drop_acknowledged(struct stage *s);
void stage_drop_results(struct stage *s); /* they died with the process */
bool queue_is_silent(const struct queue *q);

/* ---- Playing ----------------------------------------------------------------------------------------------------- */

struct edit {        /* lines of the file to be replaced: what -u writes, what a failure shows */
    int first, last; /* last < first: put before first */
    const char *text;
    struct edit *next;
};

struct player {
    struct arena *arena;
    const struct script *script;
    struct stage stage;
    struct core *core;
    struct org *org, *replaced; /* replaced: of a second `config`, the player's own */
    const char *folder, *database;
    const struct zone *zone;
    const char *platform;    /* where people write from here on */
    struct event last_event; /* for redeliver */
    bool update;             /* differences are written down, not failures */
    int failed_line;         /* 0: none */
    const char *failure;     /* what is said below the file's name */
    struct edit *edits;      /* in the order of the lines */
};

void player_fail(struct player *p, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* What happened differs from the lines first..last (last < first: something is missing before first): a failure with a
 * diff, or with -u an edit. */
void player_differs(struct player *p, int first, int last, const char *happened);
void player_expect(struct player *p, const struct script_line *l);
void player_expect_silence(struct player *p);                   /* at the end of a file */
bool player_act(struct player *p, const struct script_line *l); /* the event of a person's line; false: it failed */
void player_play(struct player *p); /* arena, script, database and update are set; failed_line tells */

/* What was said, as the lines that expect it; with a newline at the end. */
const char *script_lines_of(struct arena *a, const char *before, const char *text);
/* Does the text hold all the pieces? */
bool pieces_hold(struct arena *a, const struct piece *pieces, size_t count, const char *text);

/* The diff of one edit, and the file with all of them. */
char *script_diff(struct arena *a, const struct script *script, const struct edit *e);
char *script_with_edits(struct arena *a, const struct script *script, const struct edit *edits);

const char *script_comment(struct arena *a, const char *text); /* each line behind a # */

/* The folder, read once in a run; it belongs to run.c. NULL: its first fault in error. */
struct org *script_org(struct arena *a, const char *folder, const char **error);
char *script_read_file(struct arena *a, const char *path, size_t max); /* NULL: unreadable, too long or no text */

#endif
