/* What we say: a message is begun by reply(), tell() or revise() and filled by these.
 * Formats are looked up in the reader's language; in them *bold*, `code` and newlines are marks, and what is inserted
 * by %s %d %ld is always plain text: nobody can write markup, a mention or a button through an argument. */
#ifndef LEARND_MESSAGE_H
#define LEARND_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

struct message;
struct index_builder;

#define SAYS(n) __attribute__((format(printf, n, (n) + 1)))

/* Why a message goes out; the gate treats each its own way. */
enum message_class {
    CLASS_REPLY,     /* answers what the person just did */
    CLASS_OWED,      /* the person waits for it */
    CLASS_OFFER,     /* a question offered to an expert */
    CLASS_CONSENT,   /* may I ask you, as an expert? The one question to somebody who did not speak first */
    CLASS_TASK,      /* a colleague handed them work: a card to review, a question to their topic */
    CLASS_REMINDER,  /* the person or a rule asked for it */
    CLASS_REQUIRED,  /* what is mandatory: comes whatever they switched off, but within their budget */
    CLASS_MANDATORY, /* a core requirement in its last days, or overdue: beyond the budget, one a day */
    CLASS_DIGEST
};

void say(struct message *m, const char *format, ...) SAYS(2);    /* goes on in the same line */
void line(struct message *m, const char *format, ...) SAYS(2);   /* on a new line */
void bullet(struct message *m, const char *format, ...) SAYS(2); /* an item of a list */
void small(struct message *m, const char *format, ...) SAYS(2);  /* small print, a line of its own */
void quote(struct message *m, const char *words);                /* somebody's own words */
void heading(struct message *m, const char *text);               /* text of a card or a format without arguments */
void markdown(struct message *m, const char *text);              /* a card's body */
/* "1 card", "3 cards": the plural form of the reader's language; both formats have one %ld. For use as an argument. */
const char *counted(struct message *m, long n, const char *one, const char *many);
void say_person(struct message *m, int64_t person, const char *name);

/* A button: label (translated; one of 4-interfaces section 5), the action it runs, the object's id. */
void button(struct message *m, const char *label, const char *action, int64_t object);
void button_with(struct message *m, const char *label, const char *action, int64_t object, const char *argument);
/* A choice: its label is content (a card's title, a reading of a date) and not translated. */
void choice(struct message *m, const char *label, const char *action, int64_t object, const char *argument);

int64_t message_id(struct message *m); /* to revise it later; 0 if it was refused */
bool refused(struct message *m);       /* the gate held it back; nothing is sent */
/* Whose words or deeds it tells of, when that is not who did this turn: it goes when that person's data goes. Said again,
 * it tells of several; 0: of nobody. */
void about(struct message *m, int64_t person);
/* It shows its reader what that person shares with them: it goes, too, when that is taken back (take_back_shared). */
void shared_by(struct message *m, int64_t person);
/* What `why` tells about this message. */
void explain(struct message *m, const char *format, ...) SAYS(2);

#endif
