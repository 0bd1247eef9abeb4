#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "learnd/text.h"
#include "org_folder.h"

/* A card that is sound but for what is put among its keys. */
#define CARD(id, more) "---\nid: " id "\ntitle: T\nowner: dana\nclass: core\n" more "---\nAnswer.\n"

static void every_key_arrives(void **state)
{
    (void)state;
    folder_write("cards/other.md", CARD("other", ""));
    folder_write("cards/it/net/vpn.md",
                 "---\r\nid: vpn\r\ntitle: VPN from home\r\nowner: team:dana\r\nclass: team\r\n"
                 "aliases: [vpn does not connect, \"work from home: how?\"]\r\n"
                 "skills: {sql: 2}\r\naudience: department = sales and not on_leave\r\n"
                 "minutes: 3\r\nurl: https://example.org/vpn\r\nformat: checklist\r\n"
                 "steps: [one, two]\r\n"
                 "check:\r\n  - q: Which?\r\n    options: [a, b]\r\n    key: 2\r\n    why: So.\r\n"
                 "verified: 2026-01-12\r\nverify_every: P6M\r\nexpires: 2027-01-01\r\nlang: en\r\n"
                 "equivalent_to: other\r\nsupersedes: other\r\nreassign: yes\r\n---\r\n"
                 "Use *it*.\r\n\r\n## More \r\nLonger.\r\n");
    assert_sound();
    assert_int_equal(org->card_count, 2);
    const struct org_card *c = &org->cards[0];
    assert_string_equal(c->file, "cards/it/net/vpn.md");
    assert_string_equal(c->id, "vpn");
    assert_string_equal(c->title, "VPN from home");
    assert_string_equal(c->owner, "team:dana");
    assert_string_equal(c->class, "team");
    assert_string_equal(c->body, "Use *it*.");
    assert_string_equal(c->more, "Longer.");
    assert_int_equal(c->aliases.count, 2);
    assert_string_equal(c->aliases.item[1], "work from home: how?");
    assert_string_equal(c->skills[0].topic, "sql");
    assert_int_equal(c->skills[0].level, 2);
    assert_string_equal(c->audience, "department = sales and not on_leave");
    assert_int_equal(c->minutes, 3);
    assert_string_equal(c->url, "https://example.org/vpn");
    assert_string_equal(c->format, "checklist");
    assert_int_equal(c->steps.count, 2);
    assert_int_equal(c->check_count, 1);
    assert_string_equal(c->checks[0].question, "Which?");
    assert_string_equal(c->checks[0].options.item[1], "b");
    assert_int_equal(c->checks[0].key, 2);
    assert_string_equal(c->checks[0].why, "So.");
    assert_string_equal(c->verified, "2026-01-12");
    assert_string_equal(c->verify_every, "P6M");
    assert_string_equal(c->expires, "2027-01-01");
    assert_string_equal(c->lang, "en");
    assert_string_equal(c->equivalent_to, "other");
    assert_string_equal(c->supersedes, "other");
    assert_true(c->reassign);
    assert_null(org->cards[1].audience);
    assert_null(org->cards[1].more);
    assert_false(org->cards[1].reassign);
}

static void a_hash_tells_that_a_file_changed(void **state)
{
    (void)state;
    folder_write("cards/a.md", CARD("a", ""));
    folder_write("cards/b.md", CARD("b", ""));
    assert_sound();
    char *before = strdup(org->cards[0].hash), *people = strdup(org->people_hash);
    assert_string_not_equal(before, org->cards[1].hash);
    assert_sound();
    assert_string_equal(before, org->cards[0].hash);
    folder_write("cards/a.md", CARD("a", "") "\n");
    assert_sound();
    assert_string_not_equal(before, org->cards[0].hash);
    assert_string_equal(people, org->people_hash);
    free(before);
    free(people);
}

static void keys_are_checked(void **state)
{
    (void)state;
    folder_write("topics.yaml", "- id: sql\n- id: expenses\n");
    folder_write("cards/vpn.md",
                 "---\nid: VPN from home\ntitel: x\nowner: team:dnaa\nclass: cores\naliases: one\n"
                 "skills: {sql: 9, expnses: 2}\naudience: department = Slaes\nminutes: 0\n"
                 "url: javascript:alert(1)\nformat: vidoe\nverified: 12.1.2026\nverify_every: 6 months\n"
                 "lang: English\nequivalent_to: vnp\nsupersedes: nothing\n---\nx\n");
    assert_faults(
        "cards/vpn.md:1:1: the key 'title' is missing\n"
        "cards/vpn.md:2:5: 'VPN from home' cannot be an id: small letters a-z, digits, '.', '_' and '-'\n"
        "cards/vpn.md:3:1: unknown key 'titel' (did you mean 'title'?)\n"
        "cards/vpn.md:4:8: unknown person 'dnaa' (did you mean 'dana'?)\n"
        "cards/vpn.md:5:8: 'class' is 'cores', expected is core, team or personal (did you mean 'core'?)\n"
        "cards/vpn.md:6:10: here stands a text, expected is a list: [one, two]\n"
        "cards/vpn.md:7:15: the level of 'sql' is '9', expected is a number from 1 to 5\n"
        "cards/vpn.md:7:18: unknown topic 'expnses' (did you mean 'expenses'?)\n"
        "cards/vpn.md:8:24: unknown department 'Slaes' (did you mean 'Sales'?)\n"
        "cards/vpn.md:9:10: 'minutes' is '0', expected is a number from 1 to 6000\n"
        "cards/vpn.md:10:6: 'javascript:alert(1)' is no address that is offered: https://, http:// or mailto:\n"
        "cards/vpn.md:11:9: 'format' is 'vidoe', expected is text, video, audio, checklist or link (did you "
        "mean 'video'?)\n"
        "cards/vpn.md:12:11: 'verified' is '12.1.2026', expected is a date as 2026-01-31\n"
        "cards/vpn.md:13:15: '6 months' is no period; expected is one as P6M, P1Y, P2W or P30D\n"
        "cards/vpn.md:14:7: 'English' is no language tag; expected is one as en or pt-BR\n"
        "cards/vpn.md:15:16: unknown card 'vnp'\n"
        "cards/vpn.md:16:13: unknown card 'nothing'\n");
}

static void an_audience_error_has_its_column(void **state)
{
    (void)state;
    folder_write("cards/a.md", CARD("a", "audience: \"(department = Sales\"\n"));
    folder_write("cards/b.md", CARD("b", "audience: 'department = \"Slaes\"'\n"));
    folder_write("cards/c.md", CARD("c", "audience: manager = omra or grant = admin or skill = sql\n"));
    assert_faults("cards/a.md:6:12: audience: this parenthesis is not closed\n"
                  "cards/b.md:6:26: unknown department 'Slaes' (did you mean 'Sales'?)\n"
                  "cards/c.md:6:21: unknown manager 'omra' (did you mean 'omar'?)\n");
}

static void checks_can_be_answered(void **state)
{
    (void)state;
    folder_write("cards/a.md", CARD("a", "check: [{q: x, options: [a, b], key: 3}, {q: x, options: [a], key: 1}, {q: x,"
                                         " option: [a, b], key: 0}, {options: [a, b], key: 1, kye: 1}, x]\n"));
    assert_faults("cards/a.md:6:9: the key is 3, there are 2 options (1 is the first)\n"
                  "cards/a.md:6:42: a check has from 2 to 10 options, this one has 1\n"
                  "cards/a.md:6:72: the key 'options' is missing\n"
                  "cards/a.md:6:79: unknown key 'option' (did you mean 'options'?)\n"
                  "cards/a.md:6:100: 'key' is '0', expected is a number from 1 to 10\n"
                  "cards/a.md:6:104: the key 'q' is missing\n"
                  "cards/a.md:6:130: unknown key 'kye' (did you mean 'key'?)\n"
                  "cards/a.md:6:139: here stands a text, expected is a map: {q, options, key, why}\n");
}

static void the_form_of_a_file_is_checked(void **state)
{
    (void)state;
    folder_write("cards/a.md", "# Title\nNo keys.\n");
    folder_write("cards/b.md", "---\nid: b\n");
    folder_write("cards/c.md", "---\n---\nText.\n");
    folder_write("cards/d.md", "");
    folder_write("cards/e.md", "---\nid: e\ntitle: T\nowner: dana\nclass: core\n---\n\n");
    folder_write("cards/f.md", "---\n- id: f\n---\nx\n");
    folder_write("cards/g.md", "---\nid: g\ntitle: [\n---\nx\n");
    assert_faults("cards/a.md:1:1: a card begins with a line '---', its keys, and another line '---'\n"
                  "cards/b.md:1:1: the line '---' that ends the keys is missing\n"
                  "cards/c.md:1:1: the keys of the card (id, title, owner, class) are missing\n"
                  "cards/d.md:1:1: a card begins with a line '---', its keys, and another line '---'\n"
                  "cards/e.md:1:1: the card says nothing: no text, no steps, no url\n"
                  "cards/f.md:2:1: here stands a list, expected is the keys of a card (id: vpn)\n"
                  "cards/g.md:4:1: this is no YAML: did not find expected node content while parsing a flow node\n");
}

static char *words(struct arena *a, int n)
{
    struct buf text = { .arena = a };
    for (int i = 0; i < n; i++)
        buf_add(&text, i % 12 == 11 ? "word\n" : "word ");
    return arena_copy(a, buf_text(&text));
}

static void the_answer_is_short(void **state)
{
    (void)state;
    struct arena *a = arena_open();
    folder_write("cards/a.md", arena_printf(a, CARD("a", "") "%s\n\n## More\n%s", words(a, 119), words(a, 500)));
    assert_sound();
    assert_int_equal(text_words(org->cards[0].body), 120);
    assert_int_equal(text_words(org->cards[0].more), 500);
    folder_write("cards/a.md", arena_printf(a, CARD("a", "") "%s\n", words(a, 120)));
    assert_faults("cards/a.md:7:1: the answer has 121 words, 120 are allowed: put the rest below a line '## More'\n");
    arena_close(a);
}

static void more_stands_once_and_not_in_code(void **state)
{
    (void)state;
    folder_write("cards/a.md",
                 CARD("a", "") "\n```sh\n## More\n```\nEnd.\n## More\nx\n## Moreover\n~~~~\n~~~\n## More\n"
                               "~~~~\n");
    assert_sound();
    assert_non_null(strstr(org->cards[0].body, "End."));
    assert_non_null(strstr(org->cards[0].more, "## Moreover"));
    folder_write("cards/a.md", CARD("a", "") "## More\nx\n## More ##\ny\n## More\n");
    assert_faults("cards/a.md:10:1: a second '## More': a card has one at most\n");
}

static void ids_are_unique_over_folders(void **state)
{
    (void)state;
    folder_write("cards/a/vpn.md", CARD("vpn", ""));
    folder_write("cards/b/vpn.md", CARD("vpn", ""));
    folder_write("cards/self.md", CARD("self", "supersedes: self\n"));
    assert_faults("cards/b/vpn.md:1:1: the id 'vpn' is taken already by cards/a/vpn.md:1\n"
                  "cards/self.md:1:1: the card supersedes itself\n");
}

static void files_near_a_known_name_are_pointed_out(void **state)
{
    (void)state;
    folder_write("topic.yaml", "");
    folder_write("glosary.yml", "");
    folder_write("card/x.md", "");
    folder_write("README.md", "not ours");
    folder_write("learnd.service", "not ours");
    folder_write("cards/.hidden.md", "not ours");
    folder_write("cards/picture.png", "not ours");
    folder_write("cards/vpn.markdown", "");
    assert_faults("card: unknown folder (did you mean 'cards'?)\n"
                  "cards/vpn.markdown: is not read: the name of a card ends in .md\n"
                  "glosary.yml: unknown file (did you mean 'glossary.yaml'?)\n"
                  "topic.yaml: unknown file (did you mean 'topics.yaml'?)\n");
}

static void files_have_limits(void **state)
{
    (void)state;
    struct arena *a = arena_open();
    char *big = arena_alloc(a, (1 << 20) + 2);
    memset(big, '#', (1 << 20) + 1);
    folder_write_bytes("cards/a.md", big, (256 << 10) + 1);
    folder_write_bytes("topics.yaml", big, (1 << 20) + 1);
    folder_write_bytes("glossary.yaml", "a: [\0]\n", 7);
    folder_write_bytes("sensitive.yaml", "# x\n# \xc3\x28\n", 9);
    mkdir(arena_printf(a, "%s/cards/b.md", folder), 0700); /* a folder, however it is called */
    assert_int_equal(mkfifo(arena_printf(a, "%s/cards/c.md", folder), 0600), 0);
    assert_faults("cards/a.md: is larger than 256 KiB, the most that is read\n"
                  "cards/c.md: is no regular file\n"
                  "glossary.yaml:1:1: is no UTF-8 text (save the file as UTF-8)\n"
                  "sensitive.yaml:2:1: is no UTF-8 text (save the file as UTF-8)\n"
                  "topics.yaml: is larger than 1024 KiB, the most that is read\n");
    arena_close(a);
}

static void a_thousand_faults_are_enough(void **state)
{
    (void)state;
    struct arena *a = arena_open();
    struct buf text = { .arena = a };
    for (int i = 0; i < 1500; i++)
        buf_printf(&text, "- name: n%d\n", i);
    folder_write("topics.yaml", buf_text(&text));
    org = org_read(folder);
    assert_int_equal(org->fault_count, 1001);
    assert_string_equal(org_fault_text(a, &org->faults[0]), "topics.yaml:1:3: the key 'id' is missing");
    assert_string_equal(org_fault_text(a, &org->faults[1000]), "there are more faults than are named here");
    arena_close(a);
}

static const char *path_in_folder(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void a_folder_of_cards_comes_alone(void **state)
{
    (void)state;
    folder_write("cards/old.md", CARD("old", ""));
    assert_sound();
    struct org *known = org;
    folder_write("in/new.md", CARD("new", "supersedes: old\naudience: department = Sales\n"));
    folder_write("in/deep/bad.md", CARD("bad", "supersedes: odl\naudience: department = Slaes\n"));
    org = org_read_cards(path_in_folder("in"), known, NULL);
    assert_string_equal(faults(), "deep/bad.md:6:13: unknown card 'odl' (did you mean 'old'?)\n"
                                  "deep/bad.md:7:24: unknown department 'Slaes' (did you mean 'Sales'?)\n");
    org_close(org);
    remove(path_in_folder("in/deep/bad.md"));
    org = org_read_cards(path_in_folder("in"), known, NULL);
    assert_string_equal(faults(), "");
    assert_int_equal(org->card_count, 1);
    assert_string_equal(org->cards[0].file, "new.md");
    org_close(org);
    org = org_read_cards(path_in_folder("in/new.md"), NULL, NULL); /* nobody known: people cannot be checked */
    assert_int_equal(org->fault_count, 1);
    assert_string_equal(org->faults[0].what, "unknown card 'old'");
    org_close(known);
}

static void cards_come_as_json_lines(void **state)
{
    (void)state;
    assert_sound();
    struct org *known = org;
    folder_write("faq.jsonl",
                 "{\"id\":\"age-limit\",\"title\":\"age  limit\",\"body\":\"\",\"aliases\":[\" how  old? \"]}\n"
                 "\n"
                 "{\"id\":\"b\",\"title\":\"B\",\"body\":\"One.\\n## More\\nTwo.\",\"phrasings\":[\"x\"],"
                 "\"aliases\":null}\r\n");
    org = org_read_cards(path_in_folder("faq.jsonl"), known, "dana");
    assert_string_equal(faults(), "");
    assert_int_equal(org->card_count, 2);
    assert_string_equal(org->cards[0].title, "age limit");
    assert_string_equal(org->cards[0].class, "core");
    assert_string_equal(org->cards[0].owner, "dana");
    assert_null(org->cards[0].audience);
    assert_string_equal(org->cards[0].aliases.item[0], "how old?");
    assert_string_equal(org->cards[1].body, "One.");
    assert_string_equal(org->cards[1].more, "Two.");
    assert_string_equal(org->cards[1].aliases.item[0], "x");
    assert_string_not_equal(org->cards[0].hash, org->cards[1].hash);
    org_close(org);
    org = org_read_cards(path_in_folder("faq.jsonl"), known, NULL);
    assert_int_equal(org->fault_count, 1);
    assert_string_equal(org->faults[0].what, "cards from JSON lines need an owner: --owner HANDLE");
    org_close(org);
    org = org_read_cards(path_in_folder("faq.jsonl"), known, "dnaa");
    assert_string_equal(faults(), "--owner: unknown person 'dnaa' (did you mean 'dana'?)\n");
    org_close(org);
    folder_write("faq.jsonl",
                 "{\"id\":\"A B\",\"title\":\"\"}\n[1]\n{\"id\":\"c\",\"title\":\"C\",\"titel\":1,\"body\":2}\n"
                 "{\"id\":\n{\"id\":\"d\",\"title\":\"D\",\"aliases\":[1]}\n{\"id\":\"d\",\"title\":\"D\"}\n");
    org = org_read_cards(path_in_folder("faq.jsonl"), known, "dana");
    struct buf lines = { .arena = org->arena };
    for (size_t i = 0; i < org->fault_count; i++)
        buf_printf(&lines, "%d ", org->faults[i].line);
    assert_string_equal(buf_text(&lines), "1 1 2 3 3 4 5 6 ");
    assert_non_null(strstr(faults(), "unknown key 'titel' (did you mean 'title'?)"));
    assert_non_null(strstr(faults(), ":6:1: the id 'd' is taken already"));
    org_close(known);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_key_arrives, folder_open, folder_close),
        cmocka_unit_test_setup_teardown(a_hash_tells_that_a_file_changed, folder_open, folder_close),
        cmocka_unit_test_setup_teardown(keys_are_checked, folder_open, folder_close),
        cmocka_unit_test_setup_teardown(an_audience_error_has_its_column, folder_open, folder_close),
        cmocka_unit_test_setup_teardown(checks_can_be_answered, folder_open, folder_close),
        cmocka_unit_test_setup_teardown(the_form_of_a_file_is_checked, folder_open, folder_close),
        cmocka_unit_test_setup_teardown(the_answer_is_short, folder_open, folder_close),
        cmocka_unit_test_setup_teardown(more_stands_once_and_not_in_code, folder_open, folder_close),
        cmocka_unit_test_setup_teardown(ids_are_unique_over_folders, folder_open, folder_close),
        cmocka_unit_test_setup_teardown(files_near_a_known_name_are_pointed_out, folder_open, folder_close),
        cmocka_unit_test_setup_teardown(files_have_limits, folder_open, folder_close),
        cmocka_unit_test_setup_teardown(a_thousand_faults_are_enough, folder_open, folder_close),
        cmocka_unit_test_setup_teardown(a_folder_of_cards_comes_alone, folder_open, folder_close),
        cmocka_unit_test_setup_teardown(cards_come_as_json_lines, folder_open, folder_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
