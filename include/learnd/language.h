/* What people read, in their language: gettext catalogues (languages/CODE.po of the organisation folder).
 * A catalogue lives in the arena of the organisation it was read with; looking up allocates nothing. */
#ifndef LEARND_LANGUAGE_H
#define LEARND_LANGUAGE_H

#include <stddef.h>

#include "learnd/arena.h"
#include "learnd/date.h"

struct language;

/* Reads a .po text. What is wrong is told by fault(context, line, what): its syntax, a plural rule, a translation whose
 * conversions (%s %d %ld) are not those of its original in the same order. Untranslated and fuzzy entries fall back. */
struct language *language_parse(struct arena *a, const char *code, const char *text,
                                void (*fault)(void *context, int line, const char *what), void *context);
/* For tests: every text in ⟦ ⟧, so that what was hard-coded shows. */
struct language *language_pseudo(struct arena *a);

const char *language_code(const struct language *l);
/* The translation, or the text itself; l NULL: English. */
const char *language_text(const struct language *l, const char *english);
/* The form for n of a text with plural forms. */
const char *language_plural(const struct language *l, const char *one, const char *many, long n);

/* "Friday 28 November", with the year if it is another. day, today: day numbers. The catalogue has the names, and the
 * order of parts as "{weekday} {day} {month}", the same with " {year}", and "{day}, {time}". */
const char *day_say(struct arena *a, const struct language *l, int64_t day, int64_t today);
/* "Monday 30 November, 09:00 (Paris)" */
const char *moment_say(struct arena *a, const struct language *l, const struct zone *z, int64_t at, int64_t now);

#endif
