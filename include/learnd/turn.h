/* What a capability is made of: read this page, then write handlers/yours.c.
 * A turn owns its arena and all that these functions give out; it lives until its handler returns.
 *
 * A turn is one event answered: (database, event, now) -> (database', messages, reply). It runs inside one transaction;
 * if anything fails, nothing of it happened. So nothing here has to be checked or freed: an error leaves the handler
 * for good. Handlers keep no state of their own and reach the world only through these functions (a lint checks both).
 *
 *     #include "learnd/turn.h"
 *
 *     static void remind_add(struct turn *t)
 *     {
 *         const char *what = arg(t, "what");
 *         int64_t day = arg_day(t, "on"); // an impossible or past day was answered already
 *         int64_t id = insert(t, "INSERT INTO reminder(person, what, day) VALUES(?1, ?2, ?3)",
 *                             I(t->person), T(what), I(day));
 *         struct message *m = reply(t, "I'll remind you of *%s* on %s.", what, say_day(t, day));
 *         button(m, "Undo", "remind undo", id);
 *         undoable(t, "remind undo", id, "");
 *     }
 *
 *     static void remind_undo(struct turn *t)
 *     {
 *         change(t, "DELETE FROM reminder WHERE id = ?1 AND person = ?2", I(t->object), I(t->person));
 *         settle(t, "Taken back.");
 *     }
 *
 *     static const struct command commands[] = {
 *         { "remind me to {what} {on:date}", remind_add, .verb = "remind", .writes = true,
 *           .help = "a reminder on a day", .example = "remind me to call Ana fri" },
 *         { 0 },
 *     };
 *     static const struct action actions[] = { { "remind undo", remind_undo }, { 0 } };
 *     static const struct personal data[] = {
 *         { "reminder", "person", DATA_DELETED, "SELECT what, day FROM reminder WHERE person = ?1 ORDER BY id",
 *           "What I am to remind you of: only you." },
 *         { 0 },
 *     };
 *     const struct handler handler_reminders = {
 *         "reminders", .group = "You", .commands = commands, .actions = actions, .data = data,
 *     };
 *
 * Then one line in handlers/handlers.def, a table in handlers/schema/, a conversation in tests/scenarios/. Nothing else:
 * help, routing, rights and the man page read these rows. Messages are filled by message.h, people are in directory.h,
 * rows are read by store.h (row_next, row_int, row_text); what only few capabilities need is in rare.h. */
#ifndef LEARND_TURN_H
#define LEARND_TURN_H

#include "learnd/arena.h"
#include "learnd/date.h"
#include "learnd/directory.h"
#include "learnd/event.h"
#include "learnd/message.h"
#include "learnd/org.h"
#include "learnd/search.h"
#include "learnd/store.h"
#include "learnd/text.h"

struct command;
struct facts;

struct turn {
    int64_t now;               /* Unix seconds; the only clock there is */
    int64_t person;            /* who did it; 0: the machine itself (due, load) */
    const struct event *event; /* as the transport gave it */
    const char *text;          /* what was said on one line, without mention, "/learn" and "!" */
    const char *words;         /* the same with its own newlines, for what is kept as written (answers, cards) */
    int64_t object;            /* of the button, dialog or due row: the id it was made with */
    const char *argument;      /* of the button or dialog: the text it was made with; "" where there is none */
    int64_t pressed;           /* the message the button was on; 0: no press */
    int64_t button;            /* its number there; the machine's */
    bool stale;                /* it had been edited away: pressed in an old view */
    int64_t reader;            /* whose language phrase() and say_day() speak; 0: the person's. Handlers set it back */
    bool in_room;              /* said in a room: replies are seen by the person alone */
    const struct settings *settings;
    const struct org *org;   /* the organisation folder in force */
    const struct org *given; /* what a program gave an operation to take in; else the folder */
    struct arena *arena;
    struct machine *machine; /* the core's own */
};

/* ---- Arguments of a command: {name}, {name:kind} of its pattern -------------------------------------------------- */
const char *arg(struct turn *t, const char *name);    /* NULL: the optional part was left out */
int64_t arg_int(struct turn *t, const char *name);    /* {n:number}; INT64_MIN: left out */
int64_t arg_day(struct turn *t, const char *name);    /* {on:date}: day number; INT64_MIN: left out */
int64_t arg_person(struct turn *t, const char *name); /* {who:person}: 0: left out; unknown ones were answered */

/* ---- The database: any SQL both engines understand, values as I(n) F(x) T(text) IDN(id or 0) --------------------- */
#define insert(t, sql, ...) turn_insert((t), (sql), VALUES(__VA_ARGS__)) /* id of the new row */
#define change(t, sql, ...) turn_change((t), (sql), VALUES(__VA_ARGS__)) /* how many rows */
/* then: while (row_next(r)) row_int(r, 0) ... */
#define query(t, sql, ...) turn_query((t), (sql), VALUES(__VA_ARGS__))
#define one_int(t, sql, ...) turn_int((t), (sql), VALUES(__VA_ARGS__))   /* first column of the first row, or 0 */
#define one_text(t, sql, ...) turn_text((t), (sql), VALUES(__VA_ARGS__)) /* ..., or NULL */
/* The first column of all rows, for loops that write what they read. */
int64_t *ids_of(struct turn *t, struct rows *r, int *count);
int64_t turn_insert(struct turn *t, const char *sql, const struct value *v, size_t n);
int64_t turn_change(struct turn *t, const char *sql, const struct value *v, size_t n);
struct rows *turn_query(struct turn *t, const char *sql, const struct value *v, size_t n);
int64_t turn_int(struct turn *t, const char *sql, const struct value *v, size_t n);
const char *turn_text(struct turn *t, const char *sql, const struct value *v, size_t n);

/* ---- Speech: message.h fills what these begin; all is sent when the turn is committed ---------------------------- */
/* To who speaks, where they spoke (in a room: seen by them alone). */
struct message *reply(struct turn *t, const char *format, ...) SAYS(2);
/* To a person, in their direct conversation at home. The gate decides; refused(m) tells, and `why` knows. */
struct message *tell(struct turn *t, int64_t person, enum message_class class, const char *format, ...) SAYS(4);
/* To everybody in the room the event came from. */
struct message *tell_room(struct turn *t, const char *format, ...) SAYS(2);
/* A new text for a message of ours, in place: no new notification. */
struct message *revise(struct turn *t, int64_t message, const char *format, ...) SAYS(3);
/* The pressed message stays as it is, its buttons go, a line is added (NULL: none). Safe to call when nothing was
 * pressed. */
struct message *settle(struct turn *t, const char *format, ...) SAYS(2);
/* The same, but only the pressed button goes: what else can be done with the message can still be done. */
struct message *spend(struct turn *t, const char *format, ...) SAYS(2);
/* As settle(), for any message of ours. */
struct message *settle_message(struct turn *t, int64_t message, const char *format, ...) SAYS(3);
void withdraw_message(struct turn *t, int64_t message);                /* take back what we said */
void take_back_shared(struct turn *t, int64_t person, int64_t reader); /* all that shared_by() said of it to them */
/* May this person be spoken to now? NULL: yes; else the reason, as a sentence for `why`. Tells nobody, counts nothing.
 */
const char *held_back(struct turn *t, int64_t person, enum message_class class);
/* For who tries again later: true if they may not be spoken to now, and `why` knows it. */
bool must_wait(struct turn *t, int64_t person, enum message_class class);
/* Will tell() ever reach them unasked? Not who has left, said stop, leaves with their data or is not live. */
bool may_be_reached(struct turn *t, int64_t person);
/* A translated text in the language of the reader, for use as an argument. */
const char *phrase(struct turn *t, const char *format, ...) SAYS(2);
const char *phrase_of(struct turn *t, const char *text); /* the same for one of ours that stands elsewhere, without % */

/* A file, to who speaks, in their direct conversation. */
void send_file(struct turn *t, const char *name, const char *content);
/* A file that goes out with a message to one person, into their direct conversation; where the message is refused, not. */
void attach(struct message *m, const char *name, const char *content);

/* ---- What comes later -------------------------------------------------------------------------------------------- */
/* What this person writes next in this conversation goes to the dialog of that name (cancelled by `cancel`, 30
 * minutes). */
void expect(struct turn *t, const char *dialog, int64_t object, const char *argument);
/* At that instant the timer of that kind gets object = ref. One row a key: a second call moves it. */
void later(struct turn *t, int64_t at, const char *kind, int64_t ref, const char *key);
void not_later(struct turn *t, const char *key);
/* `undo` within ten minutes runs the action with this object and argument. */
void undoable(struct turn *t, const char *action, int64_t object, const char *argument);

/* ---- Around ------------------------------------------------------------------------------------------------------ */
void audit(struct turn *t, const char *verb, const char *kind, int64_t id); /* who did what to which thing */
/* Is it about something that belongs to a human (sensitive.yaml)? NULL: no. Such words are kept nowhere. */
const struct org_sensitive *sensitive(struct turn *t, const char *text);
struct message *reply_who_may(struct turn *t, const char *verb, enum role role); /* "`quiet` is for admins. ..." */
void reply_beyond(struct turn *t); /* they have the right, but not for all whom it is about */
const char *command_head(struct turn *t, const struct command *c); /* the words it begins with: "remind me to" */
void as_command(struct turn *t, const char *text);                 /* go on as if the person had written this */
/* A line on the channel the event came by: what a program prints, a form's error. Kept with the event. */
void report(struct turn *t, const char *format, ...) SAYS(2);
/* This turn must not happen: everything of it is undone; a program prints why, a person gets an apology. */
_Noreturn void give_up(struct turn *t, const char *format, ...) SAYS(2);
const char *say_day(struct turn *t, int64_t day); /* "Friday 28 November", in the reader's language */
/* "Friday 28 November, 09:00 (Paris)": likewise, by that person's clock. */
const char *say_moment(struct turn *t, int64_t person, int64_t at);

/* ---- A capability ------------------------------------------------------------------------------------------------ */
struct command {
    const char *pattern; /* "goal add {title} [by {by:date}]"; kinds: text (default) word number date person
                          * topic title (one word, or what a .title knows) */
    void (*run)(struct turn *t);
    const char *verb; /* for rights and help; NULL: as the row before */
    bool writes;      /* a text that ends in ? never runs it, nor does a mere prefix */
    bool natural;     /* a sentence, tried after all plain commands; not in help */
    enum role role;   /* who may; everybody by default */
    bool for_all;     /* it is about everybody: a right for a part of the people is not enough */
    const char *help; /* <= 40 characters; NULL: not listed */
    const char *example;
    const char *seen_by; /* "Only you see it." for help WORD; may be NULL */
};

struct action { /* what a button does */
    const char *name;
    void (*run)(struct turn *t);
    bool ticks; /* a check mark put on the message presses it, too: it says that something is done */
};

enum takes {
    TAKES_TEXT /* anything but a command without free text */,
    TAKES_DATE,
    TAKES_CHOICE /* of argument, by newline */
};

struct dialog { /* what is expected next from a person */
    const char *name;
    void (*run)(struct turn *t); /* t->text: what they wrote */
    enum takes takes;
};

struct timer { /* what falls due */
    const char *kind;
    void (*run)(struct turn *t);
};

/* Personal data: how a table that refers to people is exported and deleted. Every such table has a row (a test demands
 * it). */
enum data_fate {
    DATA_DELETED,
    DATA_CLEARED /* the person column set to NULL */,
    DATA_KEPT /* pseudonymous, with a reason */
};
struct personal {
    const char *table, *column;
    enum data_fate fate;
    const char *export_sql; /* ?1 = person; columns with readable names; NULL: nothing readable */
    const char *says;       /* in `privacy`: what it is and who sees it; NULL: named with another table */
};

struct handler {
    const char *name;
    const char *group;              /* its line of `help`: "Ask", "Teach", ...; NULL: not listed there */
    const struct command *commands; /* each list ends with {0} */
    const struct action *actions;
    const struct action *operations; /* of programs: "import people"; t->given, t->argument; they answer by report() */
    const struct dialog *dialogs;
    const struct timer *timers;
    const struct personal *data;
    void (*load)(struct turn *t);                           /* the organisation folder was read: t->org */
    void (*index)(struct turn *t, struct index_builder *b); /* cards for the search index: index_add() */
    bool (*question)(struct turn *t); /* what nothing else took; false: not mine either. In the order of handlers.def */
    void (*forget)(struct turn *t, int64_t person);  /* for good; before the .data rows, for what they cannot say */
    bool (*title)(struct turn *t, const char *text); /* of its own, that who speaks may read: {x:title} */
    void (*me)(struct turn *t, struct message *m);   /* its lines in `me` */
    /* `why 60%`: lines for what of theirs stands at that number; false: nothing does. */
    bool (*number)(struct turn *t, struct message *m, int percent);
    /* What a manager sees of that person, as facts.h has it: fact_add(). */
    void (*manager_sees)(struct turn *t, int64_t person, struct facts *f);
    int (*health)(struct turn *t, struct message *m); /* its lines in `health`, what needs somebody's care: how many */
    void (*pilot)(struct turn *t, struct message *m, int64_t since); /* its lines in `pilot report` */
    void (*availability)(struct turn *t, int64_t person); /* someone left, went away, came back, changed hours */
    void (*stranger)(struct turn *t);  /* somebody the directory does not know wrote; t->person is 0 */
    bool (*uploaded)(struct turn *t);  /* a file: t->event->name, text */
    bool (*edited)(struct turn *t);    /* the person changed an earlier message: t->event->target */
    bool (*withdrawn)(struct turn *t); /* ... took it back */
};
const struct handler *const *handlers_all(void); /* in the order of handlers.def, ended by NULL */

#endif
