/* The conversation in a terminal, on the organisation's database or through the daemon that owns it.
 * It owns nothing that outlives the call; what people say and do is in the database. */
#ifndef LEARND_CONSOLE_H
#define LEARND_CONSOLE_H

#include "learnd/org.h"

struct console_options {
    const struct org *org;
    const char *database;
    const char *as; /* a handle; NULL: who runs it, or where the organisation is an example, one of its employees */
};

/* Read lines from stdin, write what the bot says to stdout, until the input ends or /quit. Where stdin is no terminal,
 * nothing but answers is written. Exit status: 0 done, 1 an unknown handle, 2 the database cannot be used. */
int console_chat(const struct console_options *options);

#endif
