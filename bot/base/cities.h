/* What people write instead of a zone's name: cities that have none of their own, and abbreviations.
 * Constant tables; nothing is to be freed. */
#ifndef LEARND_BASE_CITIES_H
#define LEARND_BASE_CITIES_H

struct cities {
    const char *zone;
    const char *names; /* folded as zone_of_city folds, separated by '|' */
};
extern const struct cities cities_elsewhere[]; /* ended by a zone NULL */

struct abbreviation {
    const char *names;     /* lower case, separated by '|' */
    const char *suggested; /* as it stands in a sentence */
};
extern const struct abbreviation abbreviations[]; /* ended by names NULL */

#endif
