#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>

#include "learnd/fsrs.h"

#define ANSWERS 5

/* Of py-fsrs 6.3.2: no learning steps, no fuzz, asked again when recall has fallen to 0.9. G right, A wrong. */
static const struct vector {
    const char *answers;
    int intervals[ANSWERS];
    double stability[ANSWERS], difficulty[ANSWERS];
} vectors[] = {
    { "GGGGG",
      { 2, 11, 46, 163, 497 },
      { 2.3065, 10.9643, 46.2802, 162.8622, 497.4472 },
      { 2.1181, 2.1112, 2.1043, 2.0975, 2.0906 } },
    { "AGGGG",
      { 1, 2, 6, 17, 44 },
      { .2120, 1.8868, 6.2692, 17.3792, 43.8421 },
      { 6.4133, 6.4021, 6.3909, 6.3798, 6.3686 } },
    { "GGAGG",
      { 2, 11, 2, 5, 12 },
      { 2.3065, 10.9643, 1.5383, 4.8763, 12.3117 },
      { 2.1181, 2.1112, 7.3922, 7.3801, 7.3679 } },
    { "GAGAG",
      { 2, 1, 2, 1, 1 },
      { 2.3065, .6076, 2.4004, .5757, 1.4977 },
      { 2.1181, 7.3945, 7.3823, 9.1248, 9.1109 } },
};

static void assert_four_decimals(double got, double wanted)
{
    if (fabs(got - wanted) > 0.00005 + 1e-9)
        fail_msg("%.6f is not %.4f", got, wanted);
}

static void answers_and_intervals_are_those_of_the_published_scheduler(void **state)
{
    (void)state;
    for (size_t v = 0; v < sizeof vectors / sizeof *vectors; v++) {
        struct memory m = { 0 };
        int days = 0;
        for (int i = 0; i < ANSWERS; i++) {
            bool right = vectors[v].answers[i] == 'G';
            m = i ? fsrs_after(m, days, right) : fsrs_first(right);
            days = fsrs_interval(m, 0.9);
            assert_four_decimals(m.stability, vectors[v].stability[i]);
            assert_four_decimals(m.difficulty, vectors[v].difficulty[i]);
            assert_int_equal(days, vectors[v].intervals[i]);
        }
    }
}

static void recall_falls_from_one_and_is_nine_tenths_at_the_stability(void **state)
{
    struct memory m = fsrs_first(true);

    (void)state;
    assert_four_decimals(fsrs_recall(m, 0), 1);
    assert_four_decimals(fsrs_recall(m, m.stability), 0.9);
    assert_true(fsrs_recall(m, 10) < fsrs_recall(m, 9));
    /* A lower target asks later. */
    assert_true(fsrs_interval(m, 0.85) > fsrs_interval(m, 0.9));
    assert_int_equal(fsrs_interval((struct memory){ .stability = 0.001, .difficulty = 10 }, 0.9), 1);
    assert_int_equal(fsrs_interval((struct memory){ .stability = 1e9, .difficulty = 1 }, 0.9), 36500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_and_intervals_are_those_of_the_published_scheduler),
        cmocka_unit_test(recall_falls_from_one_and_is_nine_tenths_at_the_stability),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
