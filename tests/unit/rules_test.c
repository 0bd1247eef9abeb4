#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "learnd/text.h"
#include "org_folder.h"

#define NUDGE                                                                                                          \
    "id: monday\n"                                                                                                     \
    "who: department = Sales\n"                                                                                        \
    "when: {rrule: \"FREQ=WEEKLY;BYDAY=MO\"}\n"                                                                        \
    "text: {en: \"Ten minutes to learn?\"}\n"

static void a_nudge_with_its_defaults(void **state)
{
    (void)state;
    folder_write("rules/monday.yaml", NUDGE);
    assert_sound();
    assert_int_equal(org->rule_count, 1);
    const struct org_rule *r = &org->rules[0];
    assert_string_equal(r->file, "rules/monday.yaml");
    assert_string_equal(r->kind, "rrule");
    assert_string_equal(r->spec, "FREQ=WEEKLY;BYDAY=MO");
    assert_int_equal(r->window_from, 570);
    assert_int_equal(r->window_to, 690);
    assert_int_equal(r->pause_after, 3);
    assert_true(r->pauses);
    assert_int_equal(r->holdout, 0);
    assert_false(r->enabled);
    assert_false(r->core);
    assert_null(r->subject);
}

static void a_nudge_with_everything(void **state)
{
    (void)state;
    folder_write("rules/due.yaml", "id: due\nwho: everyone\nfor: goals\nwhen: {before_due: [14d, 7d, 0d]}\n"
                                   "text: {en: \"{title} is due {day}, {name}\", fr: \"{title}\"}\n"
                                   "window: {local: \"13:00-14:30\"}\nmax: {per_item: 3, per_week: 1}\n"
                                   "backoff: {after: 2, pause: no}\nstop_when: [completed, left]\nholdout: 10%\n"
                                   "class: normal\nenabled: true\n");
    folder_write("rules/after.yaml", "id: welcome\nwho: everyone\nwhen: {after: {event: joined, wait: 2wd}}\n"
                                     "text: {en: Welcome}\nclass: core\n");
    folder_write("rules/idle.yaml", "id: idle\nwho: everyone\nwhen: {idle: 60d}\ntext: {en: Still there?}\n");
    assert_sound();
    assert_int_equal(org->rule_count, 3);
    const struct org_rule *after = &org->rules[0], *due = &org->rules[1], *idle = &org->rules[2];
    assert_string_equal(due->spec, "14d,7d,0d");
    assert_string_equal(due->subject, "goals");
    assert_int_equal(due->text_count, 2);
    assert_string_equal(due->texts[1].language, "fr");
    assert_int_equal(due->window_from, 780);
    assert_int_equal(due->per_item, 3);
    assert_int_equal(due->per_week, 1);
    assert_int_equal(due->pause_after, 2);
    assert_false(due->pauses);
    assert_true(due->stop_completed);
    assert_false(due->stop_declined);
    assert_int_equal(due->holdout, 10);
    assert_true(due->enabled);
    assert_string_equal(after->event, "joined");
    assert_string_equal(after->spec, "2wd");
    assert_true(after->core);
    assert_string_equal(idle->spec, "60d");
}

static void a_requirement(void **state)
{
    (void)state;
    folder_write("rules/security.yaml", "id: security\nrequire: path:security\nwho: everyone\nstarts: 2028-02-01\n"
                                        "due: 2028-02-29\nrefresh: P1Y\npass: 80\nclass: core\nenabled: true\n");
    folder_write("paths/security.yaml", "id: security\ntitle: Security\nowner: dana\nclass: core\n"
                                        "blocks: [{all: [\"practice:Lock the screen\"]}]\n");
    assert_sound();
    assert_int_equal(org->requirement_count, 1);
    const struct org_requirement *q = &org->requirements[0];
    assert_string_equal(q->path, "security");
    assert_string_equal(q->starts, "2028-02-01");
    assert_string_equal(q->due, "2028-02-29");
    assert_string_equal(q->refresh, "P1Y");
    assert_int_equal(q->pass, 80);
    assert_int_equal(q->within_days, 0);
    assert_true(q->core);
    assert_true(q->enabled);
}

static void all_that_is_wrong_with_a_nudge_is_named(void **state)
{
    (void)state;
    folder_write("rules/a.yaml", "id: Monday!\nwho: departmnt = Sales\nwhen: {rrule: \"FREQ=WEEKLY;BYDAYS=MO\"}\n"
                                 "text: {fr: \"{titel}\"}\nwindow: {local: \"11:30-09:30\"}\nmaximum: {per_week: 1}\n"
                                 "max: {per_week: 9}\nstop_when: [complete]\nholdout: 70%\nclass: cor\nfor: goal\n");
    assert_faults(
        "rules/a.yaml:1:5: 'Monday!' cannot be an id: small letters a-z, digits, '.', '_' and '-'\n"
        "rules/a.yaml:2:6: audience: unknown word 'departmnt' (did you mean 'department'?)\n"
        "rules/a.yaml:3:28: unknown part 'BYDAYS' (did you mean 'BYDAY'?)\n"
        "rules/a.yaml:4:7: 'text' needs English (en): it is read where there is no other\n"
        "rules/a.yaml:4:13: '{titel}' is nothing that can be filled in: {title}, {day} and {name} are (did you mean "
        "'title'?)\n"
        "rules/a.yaml:5:18: 'local' is '11:30-09:30', expected are two times of one day: \"09:30-11:30\"\n"
        "rules/a.yaml:6:1: unknown key 'maximum'\n"
        "rules/a.yaml:7:17: 'per_week' is '9', expected is a number from 1 to 7\n"
        "rules/a.yaml:8:12: 'complete' ends no nudge; expected is completed, declined or left (did you mean "
        "'completed'?)\n"
        "rules/a.yaml:9:10: 'holdout' is '70%', expected is a share of people up to 50%: 10%\n"
        "rules/a.yaml:10:8: 'class' is 'cor', expected is core or normal (did you mean 'core'?)\n"
        "rules/a.yaml:11:6: 'for' is 'goal', expected is goals, paths, requirements, path:ID or requirement:ID (did "
        "you mean 'goals'?)\n");
}

static void when_is_exactly_one_thing(void **state)
{
    (void)state;
    folder_write("rules/a.yaml", "id: a\nwho: everyone\ntext: {en: Hm}\nwhen: {idle: 60d, rrule: FREQ=DAILY}\n");
    folder_write("rules/b.yaml", "id: b\nwho: everyone\ntext: {en: Hm}\nwhen: {idle: 2wd}\n");
    folder_write("rules/c.yaml", "id: c\nwho: everyone\ntext: {en: Hm}\nfor: goals\nwhen: {before_due: [1d, 7d]}\n");
    folder_write("rules/d.yaml", "id: d\nwho: everyone\ntext: {en: Hm}\nwhen: {after: {event: join, wait: 2}}\n");
    folder_write("rules/e.yaml", "id: e\nwho: everyone\ntext: {en: Hm}\n");
    folder_write("rules/f.yaml", "id: a\nwho: everyone\ntext: {en: Hm}\nwhen: {before_due: [7d]}\n");
    folder_write("rules/g.yaml", "id: g\nwho: everyone\ntext: {en: Hm}\nwhen: {rruel: FREQ=DAILY}\nclass: core\n"
                                 "holdout: 10\n");
    assert_faults("rules/a.yaml:4:7: 'when' is exactly one of rrule, before_due, idle and after\n"
                  "rules/b.yaml:4:14: 'idle' is '2wd', expected is a number of days: 60d\n"
                  "rules/c.yaml:5:25: the distances go down: 7d does not come after 1d\n"
                  "rules/d.yaml:4:23: 'event' is 'join', expected is joined, enrolled, completed, asked or answered "
                  "(did you mean "
                  "'joined'?)\n"
                  "rules/d.yaml:4:35: 'wait' is '2', expected is a number of days, 3d, or working days, 2wd\n"
                  "rules/e.yaml:1:1: the key 'when' is missing\n"
                  "rules/f.yaml:1:1: a rule before_due needs 'for': goals, paths, path:ID ...\n"
                  "rules/f.yaml:1:1: the id 'a' is taken by rules/a.yaml\n"
                  "rules/g.yaml:1:1: a core rule has no holdout: what must be known is kept from nobody\n"
                  "rules/g.yaml:4:8: unknown key 'rruel' (did you mean 'rrule'?)\n");
}

static void all_that_is_wrong_with_a_requirement_is_named(void **state)
{
    (void)state;
    folder_write("rules/a.yaml", "id: a\nrequire: security\nwho: everyone\ndue: 2028-02-30\nrefresh: P0D\npass: 101\n");
    folder_write("rules/b.yaml", "id: b\nrequire: path:x\nwho: department = Saless\nstarts: 2028-03-01\n"
                                 "due: 2028-02-29\nwithin: 30d\nwindow: {}\n");
    folder_write("paths/x.yaml", "id: x\ntitle: X\nowner: dana\nclass: core\nblocks: [{all: [\"practice:Y\"]}]\n");
    assert_faults("rules/a.yaml:1:1: a requirement has either 'due' (a date) or 'within' (30d)\n"
                  "rules/a.yaml:2:10: 'require' is 'security', expected is path:ID\n"
                  "rules/a.yaml:4:6: 'due' is '2028-02-30', expected is a date as 2026-01-31\n"
                  "rules/a.yaml:5:10: 'refresh' is 'P0D', expected is a period: P1Y, P6M\n"
                  "rules/a.yaml:6:7: 'pass' is '101', expected is a number from 1 to 100\n"
                  "rules/b.yaml:1:1: a requirement has either 'due' (a date) or 'within' (30d)\n"
                  "rules/b.yaml:1:1: it is due 2028-02-29, before it starts 2028-03-01\n"
                  "rules/b.yaml:3:19: unknown department 'Saless' (did you mean 'Sales'?)\n"
                  "rules/b.yaml:7:1: unknown key 'window' (known here: id, require, who, starts, due, within, refresh, "
                  "pass, class or enabled)\n");
}

static void a_rule_may_be_about_what_there_is_alone(void **state)
{
    (void)state;
    folder_write("rules/a.yaml", "id: a\nwho: everyone\ntext: {en: Hm}\nfor: path:securty\nwhen: {before_due: [7d]}\n");
    folder_write("rules/b.yaml", "id: b\nwho: everyone\ntext: {en: Hm}\nfor: requirement:yearlly\n"
                                 "when: {before_due: [7d]}\n");
    folder_write("rules/c.yaml", "id: yearly\nrequire: path:security\nwho: everyone\nwithin: 30d\n");
    folder_write("paths/security.yaml", "id: security\ntitle: Security\nowner: dana\nclass: core\n"
                                        "blocks: [{all: [\"practice:Lock the screen\"]}]\n");
    assert_faults("rules/a.yaml:4:11: unknown path 'securty' (did you mean 'security'?)\n"
                  "rules/b.yaml:1:1: unknown requirement 'yearlly' (did you mean 'yearly'?)\n");
}

/* Today is 27 May 2026; quiet hours are from 18:00 to 09:00. */
static void a_rule_that_can_never_fire_is_warned_of(void **state)
{
    (void)state;
    folder_write("rules/a.yaml", "id: a\nwho: everyone\ntext: {en: Hm}\nfrom: 2026-01-05\n"
                                 "when: {rrule: FREQ=WEEKLY;COUNT=3}\n");
    folder_write("rules/b.yaml", "id: b\nwho: everyone\ntext: {en: Hm}\nwhen: {rrule: FREQ=DAILY}\n"
                                 "window: {local: \"07:00-08:30\"}\n");
    folder_write("rules/c.yaml", "id: c\nwho: everyone\ntext: {en: Hm}\nwhen: {rrule: FREQ=DAILY}\nenabled: yes\n");
    assert_sound();
    assert_string_equal(
        warnings(), "rules/a.yaml:1:1: 'a' can never fire: FREQ=WEEKLY;COUNT=3 has no day left\n"
                    "rules/b.yaml:1:1: 'b' can never fire: its window lies in the quiet hours of learnd.yaml\n"
                    "rules/c.yaml:1:1: 'c' can never fire: learnd.yaml says nothing of 'live', so nobody is reached\n");
    folder_write("learnd.yaml", "live: everyone\n");
    folder_write("rules/a.yaml", NUDGE);
    folder_write("rules/b.yaml", "");
    assert_sound();
    assert_string_equal(warnings(), "");
}

#define in_a_folder(test) cmocka_unit_test_setup_teardown(test, folder_open, folder_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_folder(a_nudge_with_its_defaults),
        in_a_folder(a_nudge_with_everything),
        in_a_folder(a_requirement),
        in_a_folder(all_that_is_wrong_with_a_nudge_is_named),
        in_a_folder(when_is_exactly_one_thing),
        in_a_folder(all_that_is_wrong_with_a_requirement_is_named),
        in_a_folder(a_rule_may_be_about_what_there_is_alone),
        in_a_folder(a_rule_that_can_never_fire_is_warned_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
