/* What the files of the machine share: the core's state, and the doors between its parts.
 * The core owns the machine; a turn borrows it. No handler includes this. */
#ifndef LEARND_MACHINE_H
#define LEARND_MACHINE_H

#include "learnd/core.h"
#include "learnd/nodes.h"
#include "learnd/outbox.h"
#include "learnd/rare.h"

#define TRANSPORTS_MAX 4
#define DIALOG_SECONDS (30 * 60)
#define UNDO_SECONDS (10 * 60)
#define PEOPLE_BUCKETS 128 /* people looked up in a turn stand in so many lists: some turns meet everybody */

struct poison;
struct sensitive;
struct pattern; /* a command's compiled pattern: command.c */

struct machine {
    struct store *store;
    struct outbox *outbox;
    struct poison *poison;
    struct transport transports[TRANSPORTS_MAX];
    size_t transport_count;
    const struct org *org;
    const struct org *given; /* to an operation; NULL: none */
    struct pattern *patterns;
    struct pcre2_real_match_data_8 *found; /* of PCRE2: where the last match stood */
    struct pcre2_real_match_context_8 *matching;
    size_t pattern_count;
    struct arena *lasting;

    struct card_index *cards; /* the search index and who may read what: card_index.c */
    bool cards_changed;       /* in the open transaction: an index made in it may be of rows that are taken back */

    struct sensitive *sensitive; /* compiled patterns: sensitive.c */

    int64_t now_ms;       /* of the batch; never goes back */
    int64_t next_message; /* ids are given out before the rows are written */
    struct arena *batch, *turn_arena;
    struct spoken *spoken; /* the open turn's messages: speech.c */
    struct buf reported;
    struct match *match;                        /* of the command that runs */
    struct person_memo *people[PEOPLE_BUCKETS]; /* remembered for the turn, by id: directory.c */
    struct met *met[PEOPLE_BUCKETS];            /* whoever was looked up in the turn, by id: mention.c */
    int64_t answers_message;                    /* an edited question: its first reply revises this message */
    struct org *sent;                           /* a file somebody sent, read in the open turn */
    int64_t barrier;                            /* what the open turn put up against `undo`; 0: nothing yet */
    bool undo_known;                            /* the open turn said what `undo` does, or is one */
    bool purge;                                 /* the open turn deleted for good: the log of the database goes too */
    int crash;                                  /* 0, 1 before the commit, 2 after */
    int64_t turns, messages;                    /* since the start, for the metrics */
};

/* ---- route.c: one event to the handler it is for ----------------------------------------------------------------- */
void route_event(struct turn *t);
void route_text(struct turn *t, const char *text); /* as if the person had written it */
bool is_stop(const char *text);                    /* `stop` as the whole text */
void route_due(struct turn *t, const char *kind);

/* ---- identity.c -------------------------------------------------------------------------------------------------- */
const struct transport *machine_transport(const struct machine *m, const char *platform); /* NULL: not connected */
void identity_find(struct turn *t); /* sets t->person; learns the direct conversation and home */
/* The direct conversation with who wrote, known or not; NULL: the platform names none before they wrote there. */
const char *identity_direct(struct turn *t);
/* Where a person is spoken to unasked. false: nowhere yet. */
bool identity_home(struct turn *t, int64_t person, const char **platform, const char **conversation,
                   const char **account);

/* ---- command.c: texts to commands -------------------------------------------------------------------------------- */
struct match {
    const struct command *command;
    const char *verb;
    struct {
        const char *name, *value;
    } args[8];
    char kinds[8]; /* command.c's */
    size_t count;
    bool has_free_text;
};
void commands_compile(struct machine *m);
void commands_free(struct machine *m);
enum command_kinds { COMMANDS_PLAIN, COMMANDS_NATURAL };
/* The command that takes the whole text, with every argument possible; NULL: none. reads_only: those that write are
 * left out. */
struct match *command_match(struct turn *t, const char *text, enum command_kinds kinds, bool reads_only);
struct match *command_prefix(struct turn *t, const char *text); /* a unique prefix of a read command */
struct match *command_slip(struct turn *t, const char *text, const char **mended); /* a slip of the first word */
bool command_begins(struct turn *t, const char *text); /* is its first word that of a command? */
bool command_usage(struct turn *t, const char *text);  /* the words alone, nothing behind them: says how it goes on */
bool usage_with_person(struct turn *t,
                       const char *text); /* begins like a command that names somebody, and does: likewise */
void command_run(struct turn *t, struct match *match); /* rights, argument kinds, then the handler */

/* ---- dialog.c ---------------------------------------------------------------------------------------------------- */
bool dialog_take(struct turn *t, const char *text); /* an open dialog's answer: run and true */
bool dialog_cancel(struct turn *t);

/* ---- speech.c ---------------------------------------------------------------------------------------------------- */
void speech_forget(struct machine *m);
/* The language a person reads; NULL: English. */
const struct language *language_of(struct turn *t, int64_t person);

/* ---- speech_rows.c ----------------------------------------------------------------------------------------------- */
void speech_flush(struct turn *t); /* the turn's messages become rows */

/* ---- press.c ----------------------------------------------------------------------------------------------------- */
/* The newest message with buttons in the place of the event; 0: none. */
int64_t press_find_newest(struct turn *t);
const struct action *action_find(const char *name); /* NULL: none */
struct press {                                      /* which button: the message and its number there */
    int64_t message, number;
};
struct press press_read(const char *value);
/* Run what the button does; false: not theirs, or unknown. */
bool press_button(struct turn *t, struct press p);
bool press_label(struct turn *t, const char *label);
bool press_missing(struct turn *t, const char *label); /* a label of ours without a button here: told so, true */
bool press_position(struct turn *t, int64_t message, int64_t position);
void press_tick(struct turn *t, int64_t message); /* a check mark was put on it */

/* ---- directory.c ------------------------------------------------------------------------------------------------- */
/* Are they an expert? 1 yes, -1 no, 0 not looked up in this turn: rights.c. */
int *person_expert(struct turn *t, int64_t id);
int *person_granted(struct turn *t, int64_t id); /* has anything been granted to them? likewise */
void people_forget(struct machine *m);           /* whoever was looked up and met: the turn is over */

/* ---- mention.c: who is named in what we said --------------------------------------------------------------------- */
struct message;
struct met {
    int64_t person;
    const char *first; /* name */
    struct met *next;
};
void mention_met(struct turn *t, int64_t person, const char *name);
void mention_note(struct turn *t, const struct message *m, const char *body);
void mention_erase(struct turn *t, int64_t person, const char *name); /* from all of them, and where they are shown */

/* ---- format.c ---------------------------------------------------------------------------------------------------- */
void format_nodes(struct arena *a, struct nodes *list, const char *format, va_list ap);
char *format_plain(struct arena *a, const char *format, va_list ap);

/* ---- turn.c ------------------------------------------------------------------------------------------------------ */
/* Something was done: unless the turn says how it is taken back, `undo` takes back nothing older in its place. */
void undo_bar(struct turn *t);

/* ---- gate.c ------------------------------------------------------------------------------------------------------ */
void gate_count(struct turn *t, int64_t person, enum message_class class, int64_t message);
void gate_withheld(struct turn *t, int64_t person, enum message_class class, const char *reason);
const char *class_name(enum message_class class);
int64_t gate_opens(void *machine, int64_t person, const char *class); /* for outbox_ask_hours */
void gate_say_late(struct turn *t);                                   /* the timer "say late": t->object is a message */

/* ---- card_index.c ------------------------------------------------------------------------------------------------ */
void card_index_forget(struct machine *m);
size_t card_index_count(struct turn *t);

/* ---- held.c: events that came too early -------------------------------------------------------------------------- */
void held_keep(struct turn *t, const char *target, int64_t seconds);
/* The kept events about a target, oldest first, taken out. */
struct event *held_take(struct machine *m, struct arena *a, const char *platform, const char *target, size_t *count);
/* Put aside as poison, for seven days; the oldest of those, taken out. */
void held_park(struct machine *m, const struct event *e);
struct event *held_parked(struct machine *m, struct arena *a, size_t *count);
void held_purge(struct machine *m);

#endif
