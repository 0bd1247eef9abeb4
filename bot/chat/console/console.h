/* The parts of the terminal conversation: the screen, the two ways to the core, the terminal's own commands.
 * The chat owns them all and lives on console_chat's stack. */
#ifndef LEARND_CHAT_CONSOLE_H
#define LEARND_CHAT_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "learnd/console.h"
#include "learnd/core.h"
#include "learnd/date.h"
#include "learnd/nodes.h"

#define HANDLE_MAX 64
#define LINE_MAX_BYTES 16384

/* ---- screen.c: what was said, as lines -------------------------------------------------------------------------- */

struct memo {              /* a message on the screen, so that an edit can show what is new in it */
    const char *id, *text; /* text: each paragraph on one line */
    struct memo *older;
};

struct screen {
    bool terminal, colour; /* terminal: somebody looks on; else only answers are written */
    int width;
    struct arena *arena;
    struct memo *memos;
    int written; /* messages so far */
};

void screen_init(struct screen *s, bool terminal);
void screen_finish(struct screen *s);
/* body: nodes as JSON. platform: rendered as it would be there. */
void screen_post(struct screen *s, const char *platform, const char *id, const char *body);
void screen_edit(struct screen *s, const char *platform, const char *id, const char *body);
bool screen_has(const struct screen *s, const char *id);
void screen_delete(struct screen *s, const char *id);
void screen_file(struct screen *s, const char *name, const char *content); /* kept in the working folder */
/* A remark of the terminal itself: only where somebody looks on. */
void screen_note(struct screen *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- local.c: the core in this process --------------------------------------------------------------------------- */

struct local_core {
    struct core *core;
    struct screen *screen;
    char who[HANDLE_MAX]; /* whose conversation is on the screen; "": nobody's yet */
    int lock;             /* of the database */
    int64_t shift_ms;     /* the clock's distance from the real one */
    struct arena *arena;  /* of results; emptied when the core rests */
    struct event *results;
    size_t result_count, result_size;
    struct event *events;      /* room for a batch */
    char heard[8][HANDLE_MAX]; /* others who got a message meanwhile */
    int heard_count;
    int64_t read_until; /* the newest message shown to who */
    int things;         /* events so far, for their keys */
};

int local_open(struct local_core *l, struct screen *s, const struct console_options *o); /* exit status; 0: open */
void local_close(struct local_core *l);
bool local_knows(struct local_core *l, const char *handle);
void local_become(struct local_core *l, const char *handle, bool unread_too);
bool local_say(struct local_core *l, const char *platform, const char *text);
bool local_run_due(struct local_core *l); /* false: the database failed */
int64_t local_now_ms(const struct local_core *l);
int local_timeout_ms(struct local_core *l);               /* until something falls due; -1: never */
bool local_pass(struct local_core *l, int64_t target_ms); /* time passes; what falls due happens in order */

/* ---- remote_json.c: the core of a daemon ------------------------------------------------------------------------- */

struct remote {
    int fd; /* -1: not connected */
    struct screen *screen;
    const char *database;
    const char *who;
    char *input; /* what came and is no whole line yet */
    size_t input_length;
};

void remote_init(struct remote *r, struct screen *s, const char *database);
void remote_finish(struct remote *r);
bool remote_become(struct remote *r, const char *handle); /* false: the daemon went away */
bool remote_say(struct remote *r, const char *text);
bool remote_listen(struct remote *r); /* something came by itself */

/* ---- chat.c, slash.c --------------------------------------------------------------------------------------------- */

struct chat {
    const struct org *org;
    struct screen screen;
    struct local_core local;
    struct remote remote;
    bool is_remote;
    char who[HANDLE_MAX];
    const char *platform;
    bool quit;
};

/* unread_too: what this person has not seen is shown. false: nobody has this handle; it was said. */
bool chat_become(struct chat *c, const char *handle, bool unread_too);
const struct zone *chat_zone(const struct chat *c); /* the organisation's */
/* A line that begins with a slash and is the terminal's own; false: the bot takes it ("/learn ..."). */
bool slash_take(struct chat *c, const char *line);

#endif
