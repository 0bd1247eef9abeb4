/* Text as people write it: UTF-8, folded and compared the way a reader would.
 * Pure functions; results live in the arena that is passed. */
#ifndef LEARND_TEXT_H
#define LEARND_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "learnd/arena.h"

bool text_is_utf8(const char *text, size_t n);
/* Lower case, accents off, compatibility forms unified: École -> ecole, Straße -> strasse (utf8proc). */
char *text_fold(struct arena *a, const char *text);
char *text_squeeze(struct arena *a, const char *text); /* blanks collapsed to one, ends trimmed */
char *text_trim(struct arena *a, const char *text);
bool text_is_visible(const char *text); /* there is something to see: not only blanks, bidi marks and the like */
size_t text_words(const char *text);    /* how many words stand in it */
/* Do the n bytes at `at`, within text, stand there as a word of its own: no letter or digit beside them? */
bool text_is_word(const char *text, const char *at, size_t n);
size_t text_length(const char *text);                             /* code points */
char *text_cut(struct arena *a, const char *text, size_t points); /* at most so many code points, '…' where cut */
bool text_same(const char *a, const char *b);                     /* equal when ASCII case is ignored */
bool text_starts(const char *text, const char *prefix);           /* likewise */

/* Damerau-Levenshtein distance (adjacent transposition counts one) over code points; more than max gives max + 1. */
int text_distance(const char *a, const char *b, int max);
/* The nearest of the names (ended by NULL) at distance 1 (4-5 letters) or 2 (6 and more); NULL if none or two tie. */
const char *text_nearest(const char *word, const char *const *names);
/* Is it an English word, though it looks like a slip of one of our verbs? */
bool text_is_english(const char *word);
/* A slug of a title: "Claiming travel expenses" -> "claiming-travel-expenses". */
char *text_slug(struct arena *a, const char *title);
/* FNV-1a; stable over machines and versions. */
unsigned long long text_hash(const char *text, size_t n);

#endif
