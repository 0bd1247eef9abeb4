/* Cards as things to learn: check questions, and what teaches the same in another way. */
#include <string.h>

#include "cards_private.h"

int64_t card_check_count(struct turn *t, int64_t id)
{
    return one_int(t, "SELECT count(*) FROM card_check WHERE card = ?1", I(id));
}

/* Options stand in their row one a line. */
static void split_options(struct turn *t, struct card_check *q, const char *options)
{
    const int max = sizeof q->options / sizeof *q->options;

    while (*options && q->option_count < max) {
        size_t n = strcspn(options, "\n");
        q->options[q->option_count++] = arena_copy_n(t->arena, options, n);
        options += n + (options[n] == '\n');
    }
}

const struct card_check *card_check(struct turn *t, int64_t id, int64_t position)
{
    struct rows *r =
        query(t, "SELECT question, options, answer_key, why FROM card_check WHERE card = ?1 AND position = ?2", I(id),
              I(position));

    if (!row_next(r))
        return NULL;
    struct card_check *q = arena_new(t->arena, struct card_check);
    *q = (struct card_check){
        .card = id, .position = position, .question = row_text(r, 0), .key = (int)row_int(r, 2), .why = row_text(r, 3)
    };
    split_options(t, q, row_text(r, 1));
    rows_close(r);
    return q;
}

int64_t card_reopened_at(struct turn *t, int64_t id, int64_t until)
{
    return one_int(t, "SELECT max(at) FROM card_version WHERE card = ?1 AND reassign = 1 AND version > 1 AND at <= ?2",
                   I(id), I(until));
}

/* 0: named as equivalent, in whichever direction, or both to a third; 1: a skill at the same level in another format. */
#define EQUIVALENTS                                                                                                    \
    "SELECT o.id, 0 AS rank FROM card c JOIN card o ON o.id <> c.id AND (o.equivalent_to = c.slug OR "                 \
    "c.equivalent_to = o.slug OR o.equivalent_to = c.equivalent_to) WHERE c.id = ?1 UNION "                            \
    "SELECT o.id, 1 AS rank FROM card c JOIN card_skill a ON a.card = c.id JOIN card_skill b ON b.topic = a.topic "    \
    "AND "                                                                                                             \
    "b.level = a.level JOIN card o ON o.id = b.card AND o.id <> c.id AND "                                             \
    "coalesce(o.format, 'text') <> coalesce(c.format, 'text') WHERE c.id = ?1"

int cards_equivalent(struct turn *t, int64_t id, int64_t *cards, int max)
{
    struct rows *r = query(t, "SELECT id FROM (" EQUIVALENTS ") e GROUP BY id ORDER BY min(rank), id", I(id));
    int count = 0;

    while (row_next(r))
        if (count < max && card_may_read(t, row_int(r, 0), t->person))
            cards[count++] = row_int(r, 0);
    return count;
}

int64_t card_version_at(struct turn *t, int64_t id, int64_t at)
{
    return one_int(t, "SELECT coalesce(max(version), 1) FROM card_version WHERE card = ?1 AND at <= ?2", I(id), I(at));
}
