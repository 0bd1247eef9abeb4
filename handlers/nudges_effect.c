/* What a rule brings about: those who get it beside those who, by chance, never do. */
#include <math.h>

#include "nudges_private.h"
#include "progress.h"

#define OUTCOME_DAYS 14 /* so long after the first reminder something recorded counts */

struct arm { /* one of the two groups */
    long people, did;
};

/* Of each person the first reminder, or what would have been it. */
static void count_arms(struct turn *t, const struct rule *r, struct arm *got, struct arm *kept_out)
{
    struct rows *rows = query(t,
                              "SELECT person, min(at) FROM nudge WHERE rule = ?1 AND at <= ?2 AND (state = 'sent' OR "
                              "(state = 'dropped' AND reason = ?3)) GROUP BY person ORDER BY person",
                              I(r->id), I(t->now - OUTCOME_DAYS * DAY), T(HELD_OUT));

    while (row_next(rows)) {
        struct arm *arm = rule_held_out(t, r, row_int(rows, 0)) ? kept_out : got;
        arm->people++;
        arm->did += progress_newest(t, row_int(rows, 0), row_int(rows, 1) + OUTCOME_DAYS * DAY) > row_int(rows, 1);
    }
}

/* The difference of two shares with its 95 % interval, by Agresti and Caffo (2000): one success and one failure are added
 * to each group. In points. */
static void difference(const struct arm *a, const struct arm *b, double *middle, double *reach)
{
    double n = (double)a->people + 2, m = (double)b->people + 2;
    double p = ((double)a->did + 1) / n, q = ((double)b->did + 1) / m;

    *middle = 100 * (p - q);
    *reach = 100 * 1.96 * sqrt(p * (1 - p) / n + q * (1 - q) / m);
}

void nudge_effect_say(struct turn *t, struct message *m, const struct rule *r)
{
    struct arm got = { 0 }, kept_out = { 0 };
    double middle, reach;

    if (!r->holdout) {
        bullet(m, "Effect: unknown, as nobody is kept out of it (`holdout: 10%%`).");
        return;
    }
    count_arms(t, r, &got, &kept_out);
    if (got.people < NUDGE_FEW || kept_out.people < NUDGE_FEW) {
        bullet(m, "Effect: too few people yet to say (%d %% are kept out of it).", r->holdout);
        return;
    }
    difference(&got, &kept_out, &middle, &reach);
    bullet(m,
           "Effect: within %d days %ld of %ld who got it recorded something, and %ld of %ld who did not. That is %+ld "
           "points (95 %% interval %+ld to %+ld).",
           OUTCOME_DAYS, got.did, got.people, kept_out.did, kept_out.people, lround(middle), lround(middle - reach),
           lround(middle + reach));
    if (middle - reach <= 0)
        line(m, "So far it has no effect that one could see: without one, `nudge off %s` spares everybody a message.",
             r->slug);
}
