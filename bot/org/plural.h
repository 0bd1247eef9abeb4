/* Which plural form a number takes, by the rule in a catalogue's header.
 * Pure. */
#ifndef LEARND_ORG_PLURAL_H
#define LEARND_ORG_PLURAL_H

#include <stdbool.h>

/* false: the rule is no expression. It ends at a semicolon or the end. */
bool plural_form(const char *rule, unsigned long n, unsigned long *form);

#endif
