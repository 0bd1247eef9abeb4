#include "learnd/fsrs.h"

#include <math.h>

#define INTERVAL_MAX 36500 /* days: a hundred years */

enum { AGAIN = 1, GOOD = 3, EASY = 4 };

static const double w[21] = { 0.212,  1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001,  1.8722, 0.1666, 0.796,
                              1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542 };

static int grade_of(bool right)
{
    return right ? GOOD : AGAIN;
}

static double first_difficulty(int grade)
{
    return w[4] - exp(w[5] * (grade - 1)) + 1;
}

static double in_range(double difficulty)
{
    return fmin(10, fmax(1, difficulty));
}

/* Recall is 0.9 when as many days have passed as the stability has. */
static double factor(void)
{
    return pow(0.9, -1 / w[20]) - 1;
}

struct memory fsrs_first(bool right)
{
    int grade = grade_of(right);

    return (struct memory){ .stability = w[grade - 1], .difficulty = in_range(first_difficulty(grade)) };
}

double fsrs_recall(struct memory m, double days)
{
    return pow(1 + factor() * days / m.stability, -w[20]);
}

static double stability_known(struct memory m, double recall)
{
    return m.stability * (1 + exp(w[8]) * (11 - m.difficulty) * pow(m.stability, -w[9]) * expm1(w[10] * (1 - recall)));
}

/* Never more than what one slip on the same day would leave. */
static double stability_forgotten(struct memory m, double recall)
{
    double left = w[11] * pow(m.difficulty, -w[12]) * (pow(m.stability + 1, w[13]) - 1) * exp(w[14] * (1 - recall));

    return fmin(left, m.stability / exp(w[17] * w[18]));
}

/* A step towards the ends gets smaller the nearer they are; and a little always goes back to what is easy. */
static double difficulty_after(double difficulty, int grade)
{
    double moved = difficulty - w[6] * (grade - GOOD) * (10 - difficulty) / 9;

    return in_range(w[7] * first_difficulty(EASY) + (1 - w[7]) * moved);
}

struct memory fsrs_after(struct memory m, double days, bool right)
{
    double recall = fsrs_recall(m, days);

    return (struct memory){ .stability = right ? stability_known(m, recall) : stability_forgotten(m, recall),
                            .difficulty = difficulty_after(m.difficulty, grade_of(right)) };
}

int fsrs_interval(struct memory m, double recall)
{
    double days = round(m.stability / factor() * (pow(recall, -1 / w[20]) - 1));

    return (int)fmin(INTERVAL_MAX, fmax(1, days));
}
