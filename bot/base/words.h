/* The words of dates in English, in lower case.
 * Constant tables; nothing is owned. */
#ifndef LEARND_BASE_WORDS_H
#define LEARND_BASE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct unit {
    int days, months; /* one of them is 0 */
};

/* 0 is Monday; its name, or its first letters, at least so many: "we" is Wednesday only in a list. -1 if it is none. */
int words_weekday(const char *word, size_t least);
int words_month(const char *word); /* 1 is January; "jan", "sept", "january"; 0 if it is none */
bool words_is_whole_month(const char *word);
int words_number(const char *word);                   /* "a" and "one" are 1, up to twelve; -1 if it is none */
bool words_unit(const char *word, struct unit *unit); /* "day", "days", ... "years" */

#endif
