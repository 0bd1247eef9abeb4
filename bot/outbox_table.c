#include "outbox_table.h"

/* An outbox row from birth to its end. The first line that fits holds; where none fits, nothing happens.
 *
 * ready  certainly no copy of it is under way: the body may be replaced, the row withdrawn.
 * taken  handed to the transport, body frozen. Only the head of a lane (platform, conversation, lane) is taken.
 * doubt  an attempt ended without an answer, or the process died meanwhile. Body frozen; the lane waits. Before
 * anything else is done, WAIT passes: the longest time a request that was given up may still land.
 *
 * A platform with a memory (KEYED: Matrix) applies the same send_key once, so a repeat makes sure; but a row once in
 * doubt stays there until an answer, since "later" or "no" to a repeat says nothing of the attempt before. A platform
 * without (Slack) is asked whether a post with that send_key is there; what is idempotent is simply repeated. */
/* clang-format off */
const struct rule outbox_rules[] = {
    /* state    happening      if all of           and none of  then          action */
    { ROW_READY, ON_TIME,       PAST,               0,           ROW_EXPIRED,  act_fall_back },
    { ROW_READY, ON_TIME,       WITHDRAWN,          DELETES,     ROW_REPLACED, act_end },
    { ROW_READY, ON_TIME,       COMING,             0,           ROW_READY,    act_wait_for_post }, /* its lane alone waits */
    { ROW_READY, ON_TIME,       GONE | EDITS | POST_REFUSED, 0,  ROW_TAKEN,    act_take_as_post },
    { ROW_READY, ON_TIME,       GONE,               0,           ROW_EXPIRED,  act_end },
    { ROW_READY, ON_TIME,       SHUT,               0,           ROW_REPLACED, act_say_late },
    { ROW_READY, ON_TIME,       0,                  0,           ROW_TAKEN,    act_take },
    { ROW_READY, ON_EDIT,       0,                  0,           ROW_READY,    act_fold },
    { ROW_READY, ON_SUPERSEDE,  0,                  0,           ROW_READY,    act_fold }, /* keeps its turn: no starvation */
    { ROW_READY, ON_WITHDRAW,   0,                  DELETES,     ROW_REPLACED, act_end },
    { ROW_READY, ON_START,      0,                  0,           ROW_READY,    act_nothing }, /* it was never sent */
    { ROW_READY, ON_POISON,     0,                  0,           ROW_REFUSED,  act_fall_back },

    { ROW_TAKEN, ON_EDIT,       0,                  0,           ROW_TAKEN,    act_stand_behind },
    { ROW_TAKEN, ON_SUPERSEDE,  0,                  0,           ROW_TAKEN,    act_stand_behind },
    { ROW_TAKEN, ON_WITHDRAW,   0,                  0,           ROW_TAKEN,    act_stand_behind },
    { ROW_TAKEN, ON_START,      ONCE,               0,           ROW_EXPIRED,  act_say_again },
    { ROW_TAKEN, ON_START,      PERISHES,           0,           ROW_EXPIRED,  act_fall_back },
    { ROW_TAKEN, ON_START,      0,                  0,           ROW_DOUBT,    act_doubt_at_start },
    { ROW_TAKEN, ON_POISON,     0,                  0,           ROW_REFUSED,  act_fall_back },
    { ROW_TAKEN, ON_SENT,       0,                  0,           ROW_SENT,     act_sent },
    { ROW_TAKEN, ON_ALREADY,    0,                  0,           ROW_SENT,     act_sent },
    { ROW_TAKEN, ON_RETRY,      WITHDRAWN,          DELETES,     ROW_REPLACED, act_end },
    { ROW_TAKEN, ON_RETRY,      0,                  0,           ROW_READY,    act_return },
    { ROW_TAKEN, ON_REFUSED,    0,                  0,           ROW_REFUSED,  act_fall_back },
    { ROW_TAKEN, ON_NO_MESSAGE, EDITS,              WITHDRAWN,   ROW_READY,    act_become_post },
    { ROW_TAKEN, ON_NO_MESSAGE, DELETES,            0,           ROW_SENT,     act_end },
    { ROW_TAKEN, ON_NO_MESSAGE, 0,                  0,           ROW_REFUSED,  act_fall_back },
    { ROW_TAKEN, ON_EXPIRED,    0,                  0,           ROW_EXPIRED,  act_fall_back },
    { ROW_TAKEN, ON_UNKNOWN,    ONCE,               0,           ROW_EXPIRED,  act_say_again },
    { ROW_TAKEN, ON_UNKNOWN,    PERISHES | PAST,    0,           ROW_EXPIRED,  act_fall_back },
    { ROW_TAKEN, ON_UNKNOWN,    LIMIT | POSTS,      0,           ROW_DOUBT,    act_last_look },
    { ROW_TAKEN, ON_UNKNOWN,    LIMIT,              0,           ROW_REFUSED,  act_fall_back }, /* the lane goes on */
    { ROW_TAKEN, ON_UNKNOWN,    0,                  0,           ROW_DOUBT,    act_doubt },

    { ROW_DOUBT, ON_EDIT,       0,                  0,           ROW_DOUBT,    act_stand_behind },
    { ROW_DOUBT, ON_SUPERSEDE,  0,                  0,           ROW_DOUBT,    act_stand_behind },
    { ROW_DOUBT, ON_WITHDRAW,   0,                  0,           ROW_DOUBT,    act_stand_behind },
    { ROW_DOUBT, ON_START,      PERISHES,           0,           ROW_EXPIRED,  act_fall_back },
    { ROW_DOUBT, ON_START,      0,                  0,           ROW_DOUBT,    act_doubt_at_start },
    { ROW_DOUBT, ON_POISON,     0,                  0,           ROW_REFUSED,  act_fall_back },
    { ROW_DOUBT, ON_TIME,       ONCE,               0,           ROW_EXPIRED,  act_say_again },
    { ROW_DOUBT, ON_TIME,       PERISHES | PAST,    0,           ROW_EXPIRED,  act_fall_back },
    { ROW_DOUBT, ON_TIME,       POSTS | LAST,       0,           ROW_DOUBT,    act_look },
    { ROW_DOUBT, ON_TIME,       POSTS | REMEMBERED, PAST | WITHDRAWN | SHUT, ROW_DOUBT, act_repeat }, /* same key, same body */
    { ROW_DOUBT, ON_TIME,       POSTS,              0,           ROW_DOUBT,    act_look },
    { ROW_DOUBT, ON_TIME,       KEYED,              0,           ROW_DOUBT,    act_repeat },
    { ROW_DOUBT, ON_TIME,       0,                  0,           ROW_TAKEN,    act_repeat }, /* idempotent, WAIT has passed */
    { ROW_DOUBT, ON_SENT,       0,                  0,           ROW_SENT,     act_sent },
    { ROW_DOUBT, ON_ALREADY,    0,                  0,           ROW_SENT,     act_sent },
    { ROW_DOUBT, ON_RETRY,      0,                  0,           ROW_DOUBT,    act_doubt_retry },
    { ROW_DOUBT, ON_NOT_FOUND,  LAST,               0,           ROW_REFUSED,  act_fall_back },
    { ROW_DOUBT, ON_NOT_FOUND,  WITHDRAWN,          0,           ROW_EXPIRED,  act_end },
    { ROW_DOUBT, ON_NOT_FOUND,  PAST,               0,           ROW_EXPIRED,  act_fall_back },
    { ROW_DOUBT, ON_NOT_FOUND,  0,                  0,           ROW_READY,    act_return }, /* taken before the commit */
    { ROW_DOUBT, ON_NO_LOOKING, LAST,               0,           ROW_REFUSED,  act_fall_back },
    { ROW_DOUBT, ON_NO_LOOKING, 0,                  0,           ROW_EXPIRED,  act_say_again }, /* at most once, then */
    { ROW_DOUBT, ON_REFUSED,    POSTS,              0,           ROW_DOUBT,    act_last_look }, /* "no" to a repeat only */
    { ROW_DOUBT, ON_REFUSED,    0,                  0,           ROW_REFUSED,  act_fall_back },
    { ROW_DOUBT, ON_NO_MESSAGE, EDITS,              WITHDRAWN,   ROW_READY,    act_become_post },
    { ROW_DOUBT, ON_NO_MESSAGE, DELETES,            0,           ROW_SENT,     act_end },
    { ROW_DOUBT, ON_NO_MESSAGE, POSTS,              0,           ROW_DOUBT,    act_last_look },
    { ROW_DOUBT, ON_NO_MESSAGE, 0,                  0,           ROW_REFUSED,  act_fall_back },
    { ROW_DOUBT, ON_EXPIRED,    POSTS,              0,           ROW_DOUBT,    act_look_now },
    { ROW_DOUBT, ON_EXPIRED,    0,                  0,           ROW_EXPIRED,  act_fall_back },
    { ROW_DOUBT, ON_UNKNOWN,    PERISHES | PAST,    0,           ROW_EXPIRED,  act_fall_back },
    { ROW_DOUBT, ON_UNKNOWN,    LAST,               0,           ROW_REFUSED,  act_fall_back }, /* the lane goes on */
    { ROW_DOUBT, ON_UNKNOWN,    LIMIT | POSTS,      0,           ROW_DOUBT,    act_last_look },
    { ROW_DOUBT, ON_UNKNOWN,    LIMIT,              0,           ROW_REFUSED,  act_fall_back },
    { ROW_DOUBT, ON_UNKNOWN,    0,                  0,           ROW_DOUBT,    act_doubt },
};
/* clang-format on */
const size_t outbox_rule_count = sizeof outbox_rules / sizeof outbox_rules[0];

const struct rule *outbox_rule_find(enum row_state state, enum happening happening, unsigned facts)
{
    for (size_t i = 0; i < outbox_rule_count; i++) {
        const struct rule *r = &outbox_rules[i];
        if (r->state == state && r->happening == happening && (facts & r->all) == r->all && !(facts & r->none))
            return r;
    }
    return NULL;
}
