#include "words.h"

#include <string.h>

static const char *const month_names[] = { "january", "february", "march",     "april",   "may",      "june",
                                           "july",    "august",   "september", "october", "november", "december" };

int words_weekday(const char *word, size_t least)
{
    static const char *const names[] = { "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday" };
    static const struct {
        const char *name;
        int weekday;
    } others[] = { { "tues", 1 }, { "weds", 2 }, { "thur", 3 }, { "thurs", 3 } };
    size_t n = strlen(word);
    for (int i = 0; i < 7; i++) {
        if (strcmp(word, names[i]) == 0 || (n >= least && n <= 3 && strncmp(word, names[i], n) == 0)) {
            return i;
        }
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (strcmp(word, others[i].name) == 0) {
            return others[i].weekday;
        }
    }
    return -1;
}

int words_month(const char *word)
{
    for (int i = 0; i < 12; i++) {
        if (strcmp(word, month_names[i]) == 0 || (strlen(word) == 3 && strncmp(word, month_names[i], 3) == 0)) {
            return i + 1;
        }
    }
    return strcmp(word, "sept") == 0 ? 9 : 0;
}

bool words_is_whole_month(const char *word)
{
    int month = words_month(word);
    return month && strcmp(word, month_names[month - 1]) == 0;
}

int words_number(const char *word)
{
    static const char *const names[] = { "one",   "two",   "three", "four", "five",   "six",
                                         "seven", "eight", "nine",  "ten",  "eleven", "twelve" };
    if (strcmp(word, "a") == 0 || strcmp(word, "an") == 0) {
        return 1;
    }
    for (int i = 0; i < 12; i++) {
        if (strcmp(word, names[i]) == 0) {
            return i + 1;
        }
    }
    return -1;
}

bool words_unit(const char *word, struct unit *unit)
{
    static const struct {
        const char *one, *many;
        struct unit unit;
    } units[] = { { "day", "days", { 1, 0 } },
                  { "week", "weeks", { 7, 0 } },
                  { "month", "months", { 0, 1 } },
                  { "year", "years", { 0, 12 } } };
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(word, units[i].one) == 0 || strcmp(word, units[i].many) == 0) {
            *unit = units[i].unit;
            return true;
        }
    }
    return false;
}
