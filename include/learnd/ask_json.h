/* `learnd ask --json`: a program asks, in JSON lines. What it indexes and teaches lives until the input ends.
 * The caller keeps what it passes; nothing here knows a database or rights. */
#ifndef LEARND_ASK_JSON_H
#define LEARND_ASK_JSON_H

#include <stdio.h>

#include "learnd/search.h"

struct ask_json_bank {               /* the cards the asker may read, for questions before any "index" */
    const struct search_card *cards; /* their numbers may be anything, each once */
    const char *const *ids;          /* and their ids: the text that stands for cards[i] */
    size_t count;
    const struct search_synonym *synonyms;
    size_t synonym_count;
    /* Does this question belong to a human, so that no card is searched? NULL: none does. "index" ends it, too. */
    bool (*human)(void *context, const char *question);
    void *context;
};

/* Serves until the input ends: one reply a line, flushed. initial may be NULL: no cards.
 * 0, or -1 if out takes no more. */
int ask_json_run(FILE *in, FILE *out, const struct ask_json_bank *initial);

#endif
