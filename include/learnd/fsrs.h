/* FSRS-6: when something learnt is about to be forgotten, and so worth asking again. Pure functions; the caller keeps the state.
 * Source: open-spaced-repetition/free-spaced-repetition-scheduler, "The Algorithm", FSRS-6, with its default 21 parameters. */
#ifndef LEARND_FSRS_H
#define LEARND_FSRS_H

#include <stdbool.h>

struct memory {
    double stability;  /* days until recall has fallen to 0.9 */
    double difficulty; /* 1 easy to 10 hard */
};

/* What is known after the first answer. Two grades are used: right is its Good, wrong its Again. */
struct memory fsrs_first(bool right);
/* ... and after one more, so many days (at least 1) after the one before. */
struct memory fsrs_after(struct memory m, double days, bool right);
double fsrs_recall(struct memory m, double days); /* the probability of knowing it after so many days, 0 to 1 */
/* Whole days, at least 1, until recall has fallen to that probability (0 < p < 1). */
int fsrs_interval(struct memory m, double recall);

#endif
