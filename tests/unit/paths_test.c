#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "org_folder.h"

#define HEAD "id: sql\ntitle: SQL\nowner: omar\nclass: team\n"
#define CARD(id) "---\nid: " id "\ntitle: Title\nowner: dana\nclass: team\n---\nText.\n"

static void a_path_with_its_blocks(void **state)
{
    (void)state;
    folder_write("cards/joins.md", CARD("joins"));
    folder_write("paths/sql.yaml", HEAD "audience: department = Sales\noutcome: You can join.\nblocks:\n"
                                        "  - all: [card:joins, day 5 link:https://example.org/x]\n"
                                        "  - any: 2\n    of: [\"practice:One\", \"event:Two\", \"session:Three\"]\n"
                                        "  - optional: [\"checkpoint:day 3 is a title here\"]\n");
    assert_sound();
    assert_int_equal(org->path_count, 1);
    const struct org_path *p = &org->paths[0];
    assert_string_equal(p->outcome, "You can join.");
    assert_int_equal(p->step_count, 6);
    assert_string_equal(p->steps[0].kind, "card");
    assert_string_equal(p->steps[0].text, "joins");
    assert_int_equal(p->steps[0].need, 2);
    assert_string_equal(p->steps[1].text, "https://example.org/x");
    assert_int_equal(p->steps[1].day, 5);
    assert_int_equal(p->steps[2].need, 2);
    assert_int_equal(p->steps[4].block, 2);
    assert_int_equal(p->steps[5].need, 0);
    assert_string_equal(p->steps[5].text, "day 3 is a title here");
}

static void a_wrong_key_is_named_with_the_nearest(void **state)
{
    (void)state;
    folder_write("cards/joins.md", CARD("joins"));
    folder_write("paths/sql.yaml", "id: sql\n"
                                   "titel: SQL\n"
                                   "owner: danna\n"
                                   "class: teem\n"
                                   "blocks: [{all: [\"event:X\"]}]\n");
    assert_faults("paths/sql.yaml:1:1: the key 'title' is missing\n"
                  "paths/sql.yaml:2:1: unknown key 'titel' (did you mean 'title'?)\n"
                  "paths/sql.yaml:3:8: unknown person 'danna' (did you mean 'dana'?)\n"
                  "paths/sql.yaml:4:8: 'class' is 'teem', expected is core, team or personal (did you mean 'team'?)\n");
}

static void a_wrong_step_is_named_with_its_place(void **state)
{
    (void)state;
    folder_write("cards/joins.md", CARD("joins"));
    folder_write("paths/sql.yaml", "id: sql\n"
                                   "title: SQL\n"
                                   "owner: omar\n"
                                   "class: team\n"
                                   "blocks:\n"
                                   "  - al: [card:joins]\n"
                                   "  - all: [card:join, crd:joins, \"practice:\", joins]\n"
                                   "  - any: 3\n"
                                   "    of: [\"event:One\", \"event:Two\"]\n"
                                   "  - any: 1\n"
                                   "  - optional: [\"link:ftp://x\", day 0 card:joins]\n"
                                   "  - all: []\n"
                                   "  - {all: [\"event:Four\"], optional: [\"event:Five\"]}\n"
                                   "  - all: [\"event:One\", card:joins, \"card:joins\"]\n");
    assert_faults("paths/sql.yaml:6:5: unknown key 'al' (did you mean 'all'?)\n"
                  "paths/sql.yaml:7:16: unknown card 'join' (did you mean 'joins'?)\n"
                  "paths/sql.yaml:7:22: 'crd:joins' is no step; expected is card:, link:, session:, practice:, "
                  "checkpoint: or event: (did you mean 'card'?)\n"
                  "paths/sql.yaml:7:34: the step 'practice:' says nothing\n"
                  "paths/sql.yaml:7:46: 'joins' is no step; expected is card:, link:, session:, practice:, checkpoint: "
                  "or event:\n"
                  "paths/sql.yaml:8:5: any 3 of 2 steps: so many there are not\n"
                  "paths/sql.yaml:10:5: a block is one of {all: [...]}, {any: 2, of: [...]} and {optional: [...]}\n"
                  "paths/sql.yaml:11:22: 'ftp://x' is no address that is offered: https://, http:// or mailto:\n"
                  "paths/sql.yaml:11:32: 'day 0 card:joins': expected is a day from 1 to 730, as in: day 5 card:vpn\n"
                  "paths/sql.yaml:12:10: a block without steps\n"
                  "paths/sql.yaml:13:5: a block is one of {all: [...]}, {any: 2, of: [...]} and {optional: [...]}\n"
                  "paths/sql.yaml:14:12: this step is in the path already\n"
                  "paths/sql.yaml:14:37: this step is in the path already\n");
}

static void a_circle_is_an_error(void **state)
{
    (void)state;
    folder_write("paths/a.yaml", "id: a\ntitle: A\nowner: dana\nclass: team\nblocks: [{all: [path:b]}]\n");
    folder_write("paths/b.yaml",
                 "id: b\ntitle: B\nowner: dana\nclass: team\nblocks:\n  - all: [\"event:X\", path:c]\n");
    folder_write("paths/c.yaml", "id: c\ntitle: C\nowner: dana\nclass: team\nblocks:\n  - optional:\n    - path:a\n");
    folder_write("paths/d.yaml",
                 "id: d\ntitle: D\nowner: dana\nclass: team\nblocks: [{all: [path:a, path:d, path:e]}]\n");
    assert_faults("paths/a.yaml:5:17: a circle: 'b' leads back to 'a'\n"
                  "paths/b.yaml:6:22: a circle: 'c' leads back to 'b'\n"
                  "paths/c.yaml:7:7: a circle: 'a' leads back to 'c'\n"
                  "paths/d.yaml:5:25: a circle: 'd' leads back to 'd'\n"
                  "paths/d.yaml:5:38: unknown path 'e'\n");
}

static void one_id_one_path(void **state)
{
    (void)state;
    folder_write("paths/a.yaml", HEAD "blocks: [{all: [\"event:X\"]}]\n");
    folder_write("paths/b.yaml", HEAD "blocks: [{all: [\"event:X\"]}]\n");
    folder_write("paths/c.yml", HEAD);
    folder_write("paths/d.yaml", "");
    assert_faults("paths/b.yaml:1:5: the id 'sql' is taken already by paths/a.yaml\n"
                  "paths/c.yml: is not read: the name of a path ends in .yaml\n"
                  "paths/d.yaml:1:1: the keys of the path (id, title, owner, class, blocks) are missing\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_path_with_its_blocks, folder_open, folder_close),
        cmocka_unit_test_setup_teardown(a_wrong_key_is_named_with_the_nearest, folder_open, folder_close),
        cmocka_unit_test_setup_teardown(a_wrong_step_is_named_with_its_place, folder_open, folder_close),
        cmocka_unit_test_setup_teardown(a_circle_is_an_error, folder_open, folder_close),
        cmocka_unit_test_setup_teardown(one_id_one_path, folder_open, folder_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
