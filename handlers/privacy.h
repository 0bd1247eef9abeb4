/* What `mydata delete` means for other capabilities in the days before all is gone; the timer is privacy.c's alone.
 * Nothing is given out. */
#ifndef LEARND_PRIVACY_H
#define LEARND_PRIVACY_H

#include "learnd/turn.h"

/* Is what who speaks has hidden from others, so that nobody can be shown it? true: they were told so. */
bool privacy_hides(struct turn *t);

#endif
