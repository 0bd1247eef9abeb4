/* Files that people send in chat to be taken in: kept until they are applied, discarded or a day old. One a person.
 * sheet.c owns the table; whoever takes such a file in (people_sheet.c, card_sheet.c) asks it. All lives in the turn. */
#ifndef LEARND_SHEET_H
#define LEARND_SHEET_H

#include "learnd/turn.h"

enum sheet_kind { SHEET_PEOPLE, SHEET_CARDS };

struct sheet {
    int64_t id;
    const char *name, *text;
};

/* The one of who speaks; id: that very one; 0: whichever there is. NULL: none. */
const struct sheet *sheet_of(struct turn *t, enum sheet_kind kind, int64_t id);
/* Of a press on [Apply] that comes from the sheet's dry run: buttons settled; NULL: it is gone, which was said. */
const struct sheet *sheet_pressed(struct turn *t, enum sheet_kind kind);
void sheet_forget(struct turn *t); /* the one of who speaks */
/* With mistakes nothing of it is taken in: true, and they were said. */
bool sheet_refused(struct turn *t, const struct sheet *s, const struct org *read);
void sheet_buttons(struct message *m, const struct sheet *s, const char *apply, const char *argument);

#endif
