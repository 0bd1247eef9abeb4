/* A person's own settings: what other capabilities need to let them be undone.
 * Settings are rows of the machine's table `preference`; nothing is owned here. */
#ifndef LEARND_PREFS_H
#define LEARND_PREFS_H

#include "learnd/turn.h"

/* Before settings of who speaks are changed: `undo` brings back what they are now. Names with blanks between. */
void prefs_undoable(struct turn *t, const char *names);

#endif
