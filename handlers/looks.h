/* Who looked at whom: whoever shows somebody's learning to somebody else notes it here, in the words of `who looked at me`.
 * The table is that of handlers/looks.c alone. */
#ifndef LEARND_LOOKS_H
#define LEARND_LOOKS_H

#include "learnd/rare.h"

/* Who speaks was shown this of that person: "your shared goals". Once a day; one's own are no looks. */
void look_note(struct turn *t, int64_t person, const char *what);

#endif
