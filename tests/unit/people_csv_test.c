#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "org_folder.h"

#define FOUR "external_id,handle,email,display_name"

static void every_column_arrives(void **state)
{
    (void)state;
    folder_write("calendars/gb.ics", "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nEND:VCALENDAR\n");
    folder_write(
        "people.csv",
        "\xef\xbb\xbf" /* as spreadsheets write it */
        "handle,external_id,email,display_name,title,role,department,division,location,country,manager,timezone,"
        "locale,work_days,work_from,work_to,calendar,start_date,end_date,active,grants,expertise,weekly_cap,"
        "languages,slack_user,matrix_user\r\n"
        "dana,P1,dana@example.org,\"Whitfield, \"\"D\"\"\",=cmd(),lead,Sales,Trade,London,GB,P2,Europe/London,"
        "en-GB,\"Mo,We,Fr\",08:30,16:00,gb.ics,2020-01-01,2026-12-31,no,admin; curator:department=Sales,"
        "sql:3;rust:2,5,en;fr,U012AB3CD,@dana:example.org\r\n"
        "\r\n"
        "omar,P2,omar@example.org,Omar,,,,,,,,,,,,,,,,,,,,,,\r\n");
    assert_sound();
    assert_int_equal(org->people_count, 2);
    const struct org_person *p = &org->people[0];
    assert_int_equal(p->line, 2);
    assert_string_equal(p->external_id, "P1");
    assert_string_equal(p->display_name, "Whitfield, \"D\"");
    assert_string_equal(p->title, "=cmd()"); /* a text like any other */
    assert_string_equal(p->manager, "P2");
    assert_string_equal(p->timezone, "Europe/London");
    assert_int_equal(p->weekdays, 1 | 4 | 16);
    assert_int_equal(p->work_from, 8 * 60 + 30);
    assert_int_equal(p->work_to, 16 * 60);
    assert_string_equal(p->calendar, "gb");
    assert_string_equal(p->end_date, "2026-12-31");
    assert_false(p->active);
    assert_int_equal(p->grants.count, 2);
    assert_string_equal(p->grants.item[1], "curator:department=Sales");
    assert_int_equal(p->expertise_count, 2);
    assert_string_equal(p->expertise[1].topic, "rust");
    assert_int_equal(p->expertise[1].level, 2);
    assert_int_equal(p->weekly_cap, 5);
    assert_int_equal(p->languages.count, 2);
    assert_string_equal(p->matrix_user, "@dana:example.org");
    p = &org->people[1];
    assert_int_equal(p->line, 4);
    assert_true(p->active);
    assert_null(p->title);
    assert_null(p->timezone);
    assert_int_equal(p->weekdays, 0x1f);
    assert_int_equal(p->work_from, 540);
    assert_int_equal(p->work_to, 1020);
    assert_int_equal(p->weekly_cap, 2);
}

static void columns_are_known(void **state)
{
    (void)state;
    folder_write("people.csv", FOUR ",departmnet,email,shoe\nP1,dana,d@example.org,Dana,x,y,z\n");
    assert_faults("people.csv:1:39: unknown column 'departmnet' (did you mean 'department'?)\n"
                  "people.csv:1:50: the column 'email' is there twice\n"
                  "people.csv:1:56: unknown column 'shoe'\n");
    folder_write("people.csv", "external_id,handel,display_name\nP1,dana,Dana\n");
    assert_faults("people.csv:1:1: the column 'email' is missing\n"
                  "people.csv:1:1: the column 'handle' is missing\n"
                  "people.csv:1:13: unknown column 'handel' (did you mean 'handle'?)\n");
    folder_write("people.csv", "external_id;handle;email;display_name\nP1;dana;d@example.org;Dana\n");
    assert_faults("people.csv:1:1: the columns are separated by ';': save the file with commas\n");
    folder_write("people.csv", "");
    assert_faults("people.csv:1:1: the first line must name the columns\n");
}

static void broken_rows_have_lines(void **state)
{
    (void)state;
    folder_write("people.csv", FOUR "\nP1,dana,d@example.org,\"Dana\nWhitfield\"\nP2,omar,o@example.org\n"
                                    "P3,pat,p@example.org,Pat \"The\" Cat\n");
    assert_faults("people.csv:2:23: this field holds a line break or another control character\n"
                  "people.csv:4:1: 3 fields, the header has 4\n"
                  "people.csv:5:1: this is no CSV: a quotation mark where none may be (double it inside quotes)\n");
    folder_write("people.csv", FOUR "\nP1,dana,d@example.org,\"Dana\n\n\nP2,omar,o@example.org,Omar\n");
    assert_faults("people.csv:2:1: a quotation mark that is opened here is never closed\n");
    folder_write_bytes("people.csv", FOUR "\nP1,dana,d@example.org,L\xe9na\n", sizeof FOUR + 28);
    assert_faults("people.csv:2:1: is no UTF-8 text (save the file as UTF-8)\n");
}

static void names_follow_rules(void **state)
{
    (void)state;
    folder_write("people.csv", FOUR "\nP1,dana,d@example.org,\u202e\u200b\nP2,omar,o@example.org,Omar \u0628\n");
    assert_faults("people.csv:2:23: 'display_name' holds nothing that can be seen\n");
    folder_write("people.csv", FOUR "\nP1,Dana,d@example.org,Dana\nP2,all,o.example.org,\n,.x,x@y@z,X\n"
                                    "P5,everyone,e@example.org,E\nP6,x.y_z-9,x@example.org,X\n");
    assert_faults("people.csv:2:4: 'Dana' cannot be a handle: small letters a-z, digits, '.', '_' and '-', a letter or "
                  "digit first\n"
                  "people.csv:3:4: 'all' cannot be a handle: the word has a meaning of its own in conversation files\n"
                  "people.csv:3:8: 'o.example.org' is no mail address\n"
                  "people.csv:3:22: 'display_name' is empty\n"
                  "people.csv:4:1: 'external_id' is empty\n"
                  "people.csv:4:2: '.x' cannot be a handle: small letters a-z, digits, '.', '_' and '-', a letter or "
                  "digit first\n"
                  "people.csv:4:5: 'x@y@z' is no mail address\n"
                  "people.csv:5:4: 'everyone' cannot be a handle: the word has a meaning of its own in conversation "
                  "files\n");
}

static void words_of_conversation_files_are_no_handles(void **state)
{
    (void)state;
    static const char *const words[] = { "bot",  "at",   "config", "after",  "on",  "restart",  "crash", "redeliver",
                                         "fail", "lose", "db",     "nobody", "all", "everyone", NULL };
    for (size_t i = 0; words[i]; i++) {
        char text[128];
        snprintf(text, sizeof text, FOUR "\nP1,%s,d@example.org,Dana\n", words[i]);
        folder_write("people.csv", text);
        org_close(org);
        org = org_read(folder);
        assert_int_equal(org->fault_count, 1);
        assert_non_null(strstr(org->faults[0].what, words[i]));
    }
}

static void keys_are_unique(void **state)
{
    (void)state;
    folder_write("people.csv", FOUR ",slack_user\nP1,dana,d@example.org,Dana,U1\nP2,dana,D@Example.org,Dana,U1\n"
                                    "P1,omar,o@example.org,Omar,\n");
    assert_faults("people.csv:3:4: handle 'dana' is taken already in line 2\n"
                  "people.csv:3:9: email 'D@Example.org' is taken already in line 2\n"
                  "people.csv:3:28: slack_user 'U1' is taken already in line 2\n"
                  "people.csv:4:1: external_id 'P1' is taken already in line 2\n");
}

static void managers_stand_anywhere_in_the_file(void **state)
{
    (void)state;
    folder_write("people.csv", FOUR ",manager\nP1,dana,d@example.org,Dana,P3\nP2,omar,o@example.org,Omar,P1\n"
                                    "P3,grace,g@example.org,Grace,\n");
    assert_sound();
    folder_write("people.csv",
                 FOUR ",manager\nP1001,dana,d@example.org,Dana,P10001\nP2,omar,o@example.org,Omar,dana\n");
    assert_faults("people.csv:2:31: unknown manager 'P10001' (did you mean 'P1001'?)\n"
                  "people.csv:3:28: unknown manager 'dana': here stands the external_id, of dana it is 'P1001'\n");
}

static void nobody_is_above_themselves(void **state)
{
    (void)state;
    folder_write("people.csv", FOUR ",manager\nP1,a1,a@example.org,A,P2\nP2,b1,b@example.org,B,P3\n"
                                    "P3,c1,c@example.org,C,P2\nP4,d1,d@example.org,D,P4\nP5,e1,e@example.org,E,P1\n");
    assert_faults("people.csv:3:23: a circle of managers: P2 -> P3 -> P2\n"
                  "people.csv:5:23: a circle of managers: P4 -> P4\n");
}

static void times_make_sense(void **state)
{
    (void)state;
    folder_write("people.csv", FOUR ",timezone,work_days,work_from,work_to,start_date,end_date,active\n"
                                    "P1,a1,a@example.org,A,EST,,,,,,\n"
                                    "P2,b1,b@example.org,B,Europe/Lodnon,,,,,,\n"
                                    "P3,c1,c@example.org,C,,Workdays,9,25:00,,,\n"
                                    "P4,d1,d@example.org,D,,Su-Th,18:00,09:00,,,\n"
                                    "P5,e1,e@example.org,E,,,,,2026-02-30,1.2.2026,\n"
                                    "P6,f1,f@example.org,F,,,,,2026-03-01,2026-02-28,perhaps\n"
                                    "P7,g1,g@example.org,G,Lisbon,,,,,,1\n");
    assert_faults("people.csv:2:23: 'EST' is no place; name a city, as America/New_York, America/Toronto or "
                  "America/Panama\n"
                  "people.csv:3:23: unknown time zone 'Europe/Lodnon' (did you mean 'Europe/London'?)\n"
                  "people.csv:4:24: 'Workdays' are no work days; expected are days as Mo-Fr, Su-Th or Mo,We,Fr\n"
                  "people.csv:4:35: 'work_to' is '25:00', expected is a time as 09:00\n"
                  "people.csv:5:36: work ends (09:00) before it begins (18:00)\n"
                  "people.csv:6:27: 'start_date' is '2026-02-30', expected is a date as 2026-01-31\n"
                  "people.csv:6:38: 'end_date' is '1.2.2026', expected is a date as 2026-01-31\n"
                  "people.csv:7:38: the last day (2026-02-28) is before the first (2026-03-01)\n"
                  "people.csv:7:49: 'active' is 'perhaps', expected is true or false\n"
                  "people.csv:8:23: unknown time zone 'Lisbon' (did you mean 'Europe/Lisbon'?)\n");
}

static void lists_are_checked(void **state)
{
    (void)state;
    folder_write("topics.yaml", "- id: postgres\n- id: sql\n");
    folder_write("people.csv", FOUR ",department,grants,expertise,weekly_cap,languages,calendar,matrix_user\n"
                                    "P1,a1,a@example.org,A,Sales,admni;curator,sql:9;sql,many,English,gb,dana\n"
                                    "P2,b1,b@example.org,B,,curator:department=Slaes;auditor,sql:1;sql:2;posgres:3,"
                                    ",,,\n"
                                    "P3,c1,c@example.org,C,,curator:shoe=42;curator:*,,99,,,\n");
    assert_faults("people.csv:2:29: 'curator' of what? curator:* is everything, curator:department=Sales a part\n"
                  "people.csv:2:29: unknown grant 'admni' (did you mean 'admin'?); there are admin, auditor, "
                  "curator:SCOPE\n"
                  "people.csv:2:43: 'sql' is no skill with a level from 1 to 5; expected are some as sql:3;rust:2\n"
                  "people.csv:2:43: 'sql:9' is no skill with a level from 1 to 5; expected are some as sql:3;rust:2\n"
                  "people.csv:2:53: 'weekly_cap' is 'many', expected is a number from 0 to 50\n"
                  "people.csv:2:58: 'English' is no language tag; expected are some as en;fr\n"
                  "people.csv:2:66: unknown calendar 'gb'\n"
                  "people.csv:2:69: 'dana' is no user of Matrix; expected is one as @dana:example.org\n"
                  "people.csv:3:24: unknown department 'Slaes' (did you mean 'Sales'?)\n"
                  "people.csv:3:57: 'sql' stands here twice\n"
                  "people.csv:3:57: unknown topic 'posgres' (did you mean 'postgres'?)\n"
                  "people.csv:4:24: 'shoe=42' is no scope of a grant; expected is one as department=Sales\n"
                  "people.csv:4:51: 'weekly_cap' is '99', expected is a number from 0 to 50\n");
}

static void absences_are_of_people(void **state)
{
    (void)state;
    folder_write("absences.csv",
                 "handle,starts,ends,kind\ndana,2026-07-01,2026-07-01,\nomra,2026-07-02,2026-07-01,leav\n"
                 ",soon,,sick\n");
    assert_faults("absences.csv:3:1: unknown person 'omra' (did you mean 'omar'?)\n"
                  "absences.csv:3:17: the last day away (2026-07-01) is before the first (2026-07-02)\n"
                  "absences.csv:3:28: 'kind' is 'leav', expected is leave, sick, holiday or other (did you mean "
                  "'leave'?)\n"
                  "absences.csv:4:1: 'handle' is empty\n"
                  "absences.csv:4:2: 'starts' is 'soon', expected is a date as 2026-01-31\n"
                  "absences.csv:4:7: 'ends' is '', expected is a date as 2026-01-31\n");
    folder_write("absences.csv", "handle,starts,ends\ndana,2026-07-01,2026-07-14\n");
    assert_sound();
    assert_int_equal(org->absence_count, 1);
    assert_string_equal(org->absences[0].ends, "2026-07-14");
    assert_string_equal(org->absences[0].kind, "other");
}

static void a_file_alone_can_be_read(void **state)
{
    (void)state;
    folder_write("topics.yaml", "- id: sql\n");
    assert_sound();
    struct org *known = org;
    char path[128];
    snprintf(path, sizeof path, "%s/new.csv", folder);
    folder_write("new.csv", PEOPLE_HEADER "P1,dana,dana@example.org,Dana,Legal,,sqll:2\n");
    org = org_read_people(path, known);
    assert_int_equal(org->people_count, 1);
    assert_int_equal(org->fault_count, 1);
    assert_string_equal(org->faults[0].what, "unknown topic 'sqll' (did you mean 'sql'?)");
    org_close(org);
    folder_write("new.csv", PEOPLE_HEADER "P1,dana,dana@example.org,Dana,Legal,,sql:2\n");
    org = org_read_people(path, known);
    assert_string_equal(faults(), "");
    org_close(known);
}

/* Everybody reports to the row before: the longest chain there can be, in a file of the most people there can be. */
static void too_many_people_are_a_fault(void **state)
{
    (void)state;
    struct arena *a = arena_open();
    struct buf text = { .arena = a };
    buf_add(&text, FOUR ",manager\n");
    for (int i = 0; i < 100001; i++)
        buf_printf(&text, i ? "P%d,h%d,h%d@example.org,Name,P%d\n" : "P%d,h%d,h%d@example.org,Name,\n", i, i, i, i - 1);
    folder_write("people.csv", buf_text(&text));
    arena_close(a);
    assert_faults("people.csv:100002:1: more than 100000 people: the rest is not read\n");
    assert_int_equal(org->people_count, 100000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_column_arrives, folder_open, folder_close),
        cmocka_unit_test_setup_teardown(columns_are_known, folder_open, folder_close),
        cmocka_unit_test_setup_teardown(broken_rows_have_lines, folder_open, folder_close),
        cmocka_unit_test_setup_teardown(names_follow_rules, folder_open, folder_close),
        cmocka_unit_test_setup_teardown(words_of_conversation_files_are_no_handles, folder_open, folder_close),
        cmocka_unit_test_setup_teardown(keys_are_unique, folder_open, folder_close),
        cmocka_unit_test_setup_teardown(managers_stand_anywhere_in_the_file, folder_open, folder_close),
        cmocka_unit_test_setup_teardown(nobody_is_above_themselves, folder_open, folder_close),
        cmocka_unit_test_setup_teardown(times_make_sense, folder_open, folder_close),
        cmocka_unit_test_setup_teardown(lists_are_checked, folder_open, folder_close),
        cmocka_unit_test_setup_teardown(absences_are_of_people, folder_open, folder_close),
        cmocka_unit_test_setup_teardown(a_file_alone_can_be_read, folder_open, folder_close),
        cmocka_unit_test_setup_teardown(too_many_people_are_a_fault, folder_open, folder_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
