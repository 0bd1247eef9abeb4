#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "org_folder.h"

static const char *const names[] = { "LEARND_DATABASE",   "LEARND_WEB",
                                     "LEARND_PROXY",      "LEARND_CA_FILE",
                                     "SLACK_API_URL",     "SLACK_APP_TOKEN",
                                     "SLACK_BOT_TOKEN",   "SLACK_SIGNING_SECRET",
                                     "MATRIX_HOMESERVER", "MATRIX_USER",
                                     "MATRIX_PASSWORD",   "MATRIX_ACCESS_TOKEN",
                                     "MATRIX_DEVICE_ID",  NULL };

/* A test meets nothing of the environment it was started in. */
static int begin(void **state)
{
    for (size_t i = 0; names[i]; i++) {
        char file[64];
        snprintf(file, sizeof file, "%s_FILE", names[i]);
        unsetenv(names[i]);
        unsetenv(file);
    }
    return folder_open(state);
}

static void settings(const char *yaml)
{
    folder_write("learnd.yaml", yaml);
    org_close(org);
    org = org_read(folder);
    org_environment(org);
}

static void nothing_set_is_the_default(void **state)
{
    (void)state;
    settings("# nothing\n");
    const struct settings *s = &org->settings;
    assert_string_equal(faults(), "");
    assert_null(s->live);
    assert_null(s->learning_queue);
    assert_int_equal(s->budget_day, 1);
    assert_int_equal(s->budget_week, 2);
    assert_int_equal(s->quiet_from, 18 * 60);
    assert_int_equal(s->quiet_to, 9 * 60);
    assert_string_equal(s->languages.item[0], "en");
    assert_false(s->publish_core_at_once);
    assert_true(s->publish_team_at_once);
    assert_false(s->expert_consent_given);
    assert_string_equal(s->timezone, "UTC");
    assert_int_equal(s->keep_questions_days, 90);
    assert_int_equal(s->keep_backups_days, 30);
    assert_false(s->explore);
    assert_false(s->example);
    assert_true(s->evaluate_digest && s->evaluate_acceptance && s->evaluate_metrics);
    assert_null(s->slack_bot_token);
}

static void every_setting_arrives(void **state)
{
    (void)state;
    folder_write("languages/fr.po", "msgid \"Helpful\"\nmsgstr \"Utile\"\n");
    settings(
        "organisation: Harbour & Finch\nlive: department = Sales\nlearning_queue: team:dana\n"
        "budget: {day: 0, week: 5}\nquiet: \"20:00-08:30\"\nlanguages: [fr, en]\npublish: {core: team, team: review}\n"
        "expert_consent: given\ntimezone: Europe/Paris\nretention: {questions: 30d, backups: 7d}\n"
        "evaluations: {digest: false, acceptance: no, metrics: off, off_in: [DE, FR]}\nexplore: true\nexample: true\n"
        "learnd_database: var/x.db\nlearnd_web: \"[::1]:8080\"\nmatrix_homeserver: https://m.example.org\n"
        "matrix_user: \"@learnd:example.org\"\nmatrix_password: secret\nmatrix_device_id:\n");
    assert_string_equal(faults(), "");
    const struct settings *s = &org->settings;
    assert_string_equal(s->organisation, "Harbour & Finch");
    assert_string_equal(s->live, "department = Sales");
    assert_string_equal(s->learning_queue, "team:dana");
    assert_int_equal(s->budget_day, 0);
    assert_int_equal(s->budget_week, 5);
    assert_int_equal(s->quiet_from, 20 * 60);
    assert_int_equal(s->quiet_to, 8 * 60 + 30);
    assert_string_equal(s->languages.item[0], "fr");
    assert_true(s->publish_core_at_once);
    assert_false(s->publish_team_at_once);
    assert_true(s->expert_consent_given);
    assert_string_equal(s->timezone, "Europe/Paris");
    assert_int_equal(s->keep_questions_days, 30);
    assert_int_equal(s->keep_backups_days, 7);
    assert_false(s->evaluate_digest || s->evaluate_acceptance || s->evaluate_metrics);
    assert_string_equal(s->evaluations_off_in.item[1], "FR");
    assert_true(s->explore && s->example);
    assert_string_equal(s->database, "var/x.db");
    assert_string_equal(s->matrix_password, "secret");
    assert_null(s->matrix_device_id); /* empty means unset */
}

static void wrong_settings_are_named(void **state)
{
    (void)state;
    settings(
        "organization: x\nlive: everybody\nlearning_queue: omra\nbudget: {day: 6, month: 1}\nquiet: night\n"
        "languages: []\npublish: {core: sure}\nexpert_consent: yes\ntimezone: CET\nretention: {questions: 3 months}\n"
        "evaluations: true\nexample: 2\nslack_token: x\n");
    assert_string_equal(
        faults(), "learnd.yaml:1:1: unknown key 'organization' (did you mean 'organisation'?)\n"
                  "learnd.yaml:2:7: audience: unknown word 'everybody'\n"
                  "learnd.yaml:3:17: unknown person 'omra' (did you mean 'omar'?)\n"
                  "learnd.yaml:4:15: 'day' is '6', expected is a number from 0 to 5\n"
                  "learnd.yaml:4:18: unknown key 'month' (known here: day or week)\n"
                  "learnd.yaml:5:8: 'quiet' is 'night', expected are two times: \"18:00-09:00\"\n"
                  "learnd.yaml:6:12: 'languages' needs at least one\n"
                  "learnd.yaml:7:17: 'core' is 'sure', expected is review or team\n"
                  "learnd.yaml:8:17: 'expert_consent' is 'yes', expected is ask or given\n"
                  "learnd.yaml:9:11: 'CET' is no place; name a city, as Europe/Berlin, Europe/Paris or Africa/Lagos\n"
                  "learnd.yaml:10:24: 'questions' is '3 months', expected is a number of days: 90d\n"
                  "learnd.yaml:11:14: here stands a text, expected is a map: {digest: true, off_in: [DE]}\n"
                  "learnd.yaml:12:10: 'example' is '2', expected is yes or no\n"
                  "learnd.yaml:13:1: unknown key 'slack_token'\n");
    settings("organisation: x\nlanguages: [en, de]\n");
    assert_string_equal(faults(), "learnd.yaml:2:17: there is no languages/de.po for the language 'de'\n");
}

static void what_is_meant_for_nobody_is_warned_of(void **state)
{
    (void)state;
    folder_write("learnd.yaml", "live: team = omar or manager = dana\n");
    folder_write("strange.yaml", "a: b\n");
    folder_write("notes.md", "");
    assert_sound();
    assert_string_equal(warnings(), "strange.yaml: nobody reads this file\n"
                                    "learnd.yaml:1:14: nobody reports to 'omar': nobody is meant\n");
}

static void the_environment_wins(void **state)
{
    (void)state;
    folder_write("token", "xoxb-from-file\n");
    char path[128];
    snprintf(path, sizeof path, "%s/token", folder);
    setenv("LEARND_DATABASE", "/srv/learnd.db", 1);
    setenv("LEARND_WEB", "", 1); /* empty means unset: the file's value stays */
    setenv("SLACK_APP_TOKEN", "xapp-1", 1);
    setenv("SLACK_BOT_TOKEN_FILE", path, 1);
    settings("learnd_database: var/x.db\nlearnd_web: 127.0.0.1:8080\nslack_app_token: xapp-0\n");
    assert_string_equal(faults(), "");
    assert_string_equal(org->settings.database, "/srv/learnd.db");
    assert_string_equal(org->settings.web, "127.0.0.1:8080");
    assert_string_equal(org->settings.slack_app_token, "xapp-1");
    assert_string_equal(org->settings.slack_bot_token, "xoxb-from-file");
    folder_write("token", "\n"); /* an empty file is as good as none */
    settings("slack_app_token: xapp-0\nslack_bot_token: xoxb-0\n");
    assert_string_equal(faults(), "");
    assert_string_equal(org->settings.slack_bot_token, "xoxb-0");
    setenv("SLACK_BOT_TOKEN", "xoxb-2", 1);
    setenv("SLACK_APP_TOKEN_FILE", "/nonexistent/token", 1);
    unsetenv("SLACK_APP_TOKEN");
    settings("slack_app_token: xapp-0\nslack_bot_token: xoxb-0\n");
    assert_string_equal(faults(), "settings: SLACK_APP_TOKEN_FILE: the file '/nonexistent/token' cannot be read\n"
                                  "settings: SLACK_BOT_TOKEN and SLACK_BOT_TOKEN_FILE are both set: which one is "
                                  "meant?\n");
}

static void half_a_transport_is_an_error(void **state)
{
    (void)state;
    settings("slack_app_token: xapp-0\n");
    assert_string_equal(faults(), "settings: half of Slack is set: SLACK_BOT_TOKEN (xoxb-...) is missing\n");
    settings("slack_bot_token: xoxb-0\n");
    assert_non_null(strstr(faults(), "SLACK_APP_TOKEN"));
    settings("slack_bot_token: xoxb-0\nslack_signing_secret: 0\n");
    assert_string_equal(faults(), "");
    settings("matrix_homeserver: https://m.example.org\n");
    assert_string_equal(faults(), "settings: half of Matrix is set: MATRIX_PASSWORD or MATRIX_ACCESS_TOKEN is missing\n"
                                  "settings: half of Matrix is set: MATRIX_USER is missing\n");
    settings("matrix_user: learnd\nmatrix_password: x\n");
    assert_string_equal(faults(), "settings: half of Matrix is set: MATRIX_HOMESERVER (https://...) is missing\n");
    settings("matrix_homeserver: http://synapse:8008\nmatrix_user: learnd\nmatrix_password: x\n");
    assert_string_equal(faults(), "");
    setenv("MATRIX_PASSWORD", "x", 1); /* half in the file, half in the environment, is whole */
    settings("matrix_homeserver: https://m.example.org\nmatrix_user: learnd\n");
    assert_string_equal(faults(), "");
}

static void assert_url(const char *url, const char *expected)
{
    setenv("SLACK_API_URL", url, 1);
    settings("");
    if (expected)
        assert_non_null(strstr(faults(), expected));
    else
        assert_string_equal(faults(), "");
}

static void slack_is_spoken_to_safely(void **state)
{
    (void)state;
    assert_url("https://slack.com/api/", NULL);
    assert_url("http://127.0.0.1:8065/api/", NULL);
    assert_url("http://localhost/api/", NULL);
    assert_url("http://[::1]:80/api/", NULL);
    assert_url("https://slack.com/api", "must end in /api/");
    assert_url("http://slack.com/api/", "this machine only");
    assert_url("http://127.0.0.1.example.org/api/", "this machine only");
    assert_url("http://127.0.0.1@example.org/api/", "this machine only");
    assert_url("http://localhost:80@example.org/api/", "this machine only");
    assert_url("ftp://127.0.0.1/api/", "expected is a base");
}

static void assert_web(const char *address, const char *expected)
{
    setenv("LEARND_WEB", address, 1);
    settings("");
    if (expected)
        assert_non_null(strstr(faults(), expected));
    else
        assert_string_equal(faults(), "");
}

static void the_web_is_for_this_machine(void **state)
{
    (void)state;
    assert_web("127.0.0.1:8080", NULL);
    assert_web("127.1.2.3:0", NULL);
    assert_web("[::1]:8080", NULL);
    assert_web("localhost:65535", NULL);
    assert_web("0.0.0.0:8080", "without TLS");
    assert_web("[::]:8080", "without TLS");
    assert_web("192.0.2.1:8080", "without TLS");
    assert_web("8080", "expected is address:port");
    assert_web(":8080", "expected is address:port");
    assert_web("127.0.0.1", "expected is address:port");
    assert_web("127.0.0.1:65536", "expected is address:port");
    assert_web("127.0.0.1:8o", "expected is address:port");
    assert_web("[127.0.0.1:80", "expected is address:port");
}

static void secrets_are_in_no_fault(void **state)
{
    (void)state;
    setenv("LEARND_PROXY", "user:pass@proxy", 1);
    settings("slack_app_token: xapp-very-secret\nmatrix_password: very-secret\nlearnd_ca_file: /nonexistent/ca.pem\n");
    assert_int_equal(org->fault_count, 5);
    assert_null(strstr(faults(), "secret\n"));
    assert_null(strstr(faults(), "very-secret"));
    assert_null(strstr(faults(), "user:pass"));
    assert_non_null(strstr(faults(), "LEARND_CA_FILE: the file '/nonexistent/ca.pem' cannot be read"));
}

/* Each is one sentence, and nothing of what the file holds. */
static void a_secret_of_a_file_is_whole_or_refused(void **state)
{
    (void)state;
    static const struct {
        const char *content;
        size_t length;
        const char *password, *fault;
    } cases[] = {
        { "hunter2", 7, "hunter2", NULL },
        { "hunter2\n", 8, "hunter2", NULL },
        { " hunter 2\r\n", 11, "hunter 2", NULL },
        { "", 0, NULL, "settings: half of Matrix is set: MATRIX_PASSWORD or MATRIX_ACCESS_TOKEN is missing\n" },
        { "hunter2\0more", 12, NULL, "settings: MATRIX_PASSWORD_FILE: the file 'secret' is no text\n" },
        { "hunter2\xff", 8, NULL, "settings: MATRIX_PASSWORD is no UTF-8 text\n" },
        { "hunter2\nhunter3\n", 16, NULL, "settings: MATRIX_PASSWORD is more than one line of text\n" },
        { "hunter\x1b[2J", 10, NULL, "settings: MATRIX_PASSWORD is more than one line of text\n" },
        { NULL, 9000, NULL, "settings: MATRIX_PASSWORD_FILE: the file 'secret' is too large for one value\n" },
    };
    static const char large[9000] = { [0 ... 8999] = 'h' };
    setenv("MATRIX_HOMESERVER", "https://m.example.org", 1);
    setenv("MATRIX_USER", "learnd", 1);
    setenv("MATRIX_PASSWORD_FILE", "secret", 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        folder_write_bytes("secret", cases[i].content ? cases[i].content : large, cases[i].length);
        assert_int_equal(chdir(folder), 0);
        settings("organisation: x\n");
        assert_string_equal(faults(), cases[i].fault ? cases[i].fault : "");
        assert_null(strstr(faults(), "hunter"));
        if (cases[i].password)
            assert_string_equal(org->settings.matrix_password, cases[i].password);
        else
            assert_null(org->settings.matrix_password);
    }
    setenv("MATRIX_PASSWORD_FILE", folder, 1);
    settings("organisation: x\n");
    assert_non_null(strstr(faults(), "MATRIX_PASSWORD_FILE: the file '/tmp/learnd-org-"));
    assert_non_null(strstr(faults(), "' cannot be read\n"));
    assert_int_equal(chdir("/"), 0);
}

static void an_organisation_needs_its_files(void **state)
{
    (void)state;
    char path[128];
    for (const char *const *name = (const char *const[]){ "learnd.yaml", "people.csv", NULL }; *name; name++) {
        snprintf(path, sizeof path, "%s/%s", folder, *name);
        assert_int_equal(remove(path), 0);
    }
    assert_faults("learnd.yaml: is missing: an organisation needs this file\n"
                  "people.csv: is missing: an organisation needs this file\n");
    org_close(org);
    org = org_read("/nonexistent");
    assert_string_equal(faults(), "/nonexistent: this folder cannot be opened: No such file or directory\n");
}

static void words_and_terms_arrive(void **state)
{
    (void)state;
    folder_write("topics.yaml",
                 "- id: sql\n  name: SQL\n  aliases: [database, query]\n  owner: team:dana\n- id: git\n");
    folder_write("sensitive.yaml",
                 "- words: [harassed]\n  patterns: ['\\bbull(y|ied)\\b']\n  contact: Nadia\n  text: Sorry.\n");
    folder_write("glossary.yaml", "pto: [annual leave, holiday]\n");
    assert_sound();
    assert_int_equal(org->topic_count, 2);
    assert_string_equal(org->topics[0].owner, "team:dana");
    assert_string_equal(org->topics[0].aliases.item[1], "query");
    assert_string_equal(org->topics[1].name, "git");
    assert_string_equal(org->sensitive[0].words.item[0], "harassed");
    assert_string_equal(org->sensitive[0].patterns.item[0], "\\bbull(y|ied)\\b");
    assert_string_equal(org->sensitive[0].contact, "Nadia");
    assert_string_equal(org->terms[0].term, "pto");
    assert_string_equal(org->terms[0].same.item[1], "holiday");
}

static void wrong_words_and_terms_are_named(void **state)
{
    (void)state;
    folder_write("topics.yaml", "- id: sql\n- id: sql\n- id: C++\n- nmae: x\n- x\n");
    folder_write("sensitive.yaml",
                 "- patterns: ['a(b']\n  contact: x\n  text: y\n- contact: x\n  text: y\n- words: [x]\n");
    folder_write("glossary.yaml", "pto: leave\n");
    assert_faults("glossary.yaml:1:6: here stands a text, expected is a list: [one, two]\n"
                  "sensitive.yaml:1:18: the pattern 'a(b' is faulty: missing closing parenthesis\n"
                  "sensitive.yaml:4:3: neither 'words' nor 'patterns' are given\n"
                  "sensitive.yaml:6:3: the key 'contact' is missing\n"
                  "sensitive.yaml:6:3: the key 'text' is missing\n"
                  "topics.yaml:2:7: the topic 'sql' is there twice\n"
                  "topics.yaml:3:7: 'C++' cannot be an id: small letters a-z, digits, '.', '_' and '-'\n"
                  "topics.yaml:4:3: the key 'id' is missing\n"
                  "topics.yaml:4:3: unknown key 'nmae' (did you mean 'name'?)\n"
                  "topics.yaml:5:3: here stands a text, expected is a topic (id: sql)\n");
}

static const char *const calendar =
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n"
    "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20200101\r\nSUMMARY:New Year\r\n"
    "DESCRIPTION:Not the\r\n SUMMARY:of "
    "it\r\nRRULE:FREQ=YEARLY\r\nEXDATE;VALUE=DATE:20270101\r\nRDATE;VALUE=DATE:20270104\r\n"
    "RDATE;VALUE=DATE:20280103\r\nEND:VEVENT\r\n"
    "BEGIN:VEVENT\r\nUID:2\r\nDTSTART;VALUE=DATE:20260404\r\n"
    "DTEND;VALUE=DATE:20260406\r\nSUMMARY:Easter\r\nEND:VEVENT\r\n"
    "BEGIN:VEVENT\r\nUID:3\r\nDTSTART;TZID=Australia/Sydney:20260501T000000\r\n"
    "DTEND;TZID=Australia/Sydney:20260502T000000\r\nSUMMARY:May\r\n  Day\r\nEND:VEVENT\r\n"
    "END:VCALENDAR\r\n";

static void holidays_are_expanded(void **state)
{
    (void)state;
    folder_write("calendars/gb.ics", calendar);
    assert_sound();
    size_t years = 0, easter = 0, may = 0;
    for (size_t i = 0; i < org->holiday_count; i++) {
        const struct org_holiday *h = &org->holidays[i];
        assert_string_equal(h->calendar, "gb");
        years += strcmp(h->name, "New Year") == 0;
        easter += strcmp(h->name, "Easter") == 0 && (h->day == 20547 || h->day == 20548);
        may += strcmp(h->name, "May Day") == 0 && h->day == 20574;
        assert_int_not_equal(h->day, 20819); /* 2027-01-01 was taken out */
    }
    assert_int_equal(years, 13); /* 2025 to 2036, one taken out, two put in: seen from May 2026 */
    assert_int_equal(easter, 2);
    assert_int_equal(may, 1);
    assert_int_equal(org->holiday_count, 16);
}

static void broken_calendars_are_named(void **state)
{
    (void)state;
    folder_write("calendars/a.ics", "hello\n");
    folder_write("calendars/b.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\nBEGIN:VEVENT\n"
                                    "DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=SOMETIMES\nEND:VEVENT\nBEGIN:VEVENT\n"
                                    "DTSTART;VALUE=DATE:20260101\nRRULE:FREQ=SECONDLY\nEND:VEVENT\nEND:VCALENDAR\n");
    folder_write("calendars/notes.txt", "not ours");
    assert_faults("calendars/a.ics:1:1: this is no calendar: expected is BEGIN:VCALENDAR ... END:VCALENDAR\n"
                  "calendars/b.ics:2:1: this event has no day (DTSTART)\n"
                  "calendars/b.ics:5:1: the RRULE of this event cannot be read\n"
                  "calendars/b.ics:9:1: the RRULE of this event gives no days\n");
}

static const char *said(void)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    org_check_say(org, out);
    fclose(out);
    const char *kept = arena_copy(org->arena, text);
    free(text);
    return kept;
}

static void check_tells_what_there_is(void **state)
{
    (void)state;
    folder_write("cards/a.md", "---\nid: a\ntitle: T\nowner: dana\nclass: core\naliases: [x, y, z]\n---\nA.\n");
    folder_write("cards/b.md",
                 "---\nid: b\ntitle: T\nowner: dana\nclass: core\naliases: [x, y]\naudience: everyone\n---\nA.\n");
    assert_sound();
    const char *text = said();
    assert_ptr_equal(strstr(text, folder), text);
    assert_string_equal(text + strlen(folder), " is sound.\n"
                                               "2 people: 2 active, 1 with expertise\n"
                                               "2 cards: 1 with three phrasings or more, 1 for some people only\n"
                                               "0 paths, 0 nudges, 0 requirements\n"
                                               "0 topics, 0 absences, 0 sensitive subjects, 0 terms in the glossary\n");
    folder_write("learnd.yaml", "exampel: true\nbudget: 1\n");
    org_close(org);
    org = org_read(folder);
    assert_string_equal(said(), "learnd.yaml:1:1: unknown key 'exampel' (did you mean 'example'?)\n"
                                "learnd.yaml:2:9: here stands a text, expected is a map: {day: 1, week: 2}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_set_is_the_default, begin, folder_close),
        cmocka_unit_test_setup_teardown(every_setting_arrives, begin, folder_close),
        cmocka_unit_test_setup_teardown(wrong_settings_are_named, begin, folder_close),
        cmocka_unit_test_setup_teardown(what_is_meant_for_nobody_is_warned_of, begin, folder_close),
        cmocka_unit_test_setup_teardown(the_environment_wins, begin, folder_close),
        cmocka_unit_test_setup_teardown(half_a_transport_is_an_error, begin, folder_close),
        cmocka_unit_test_setup_teardown(slack_is_spoken_to_safely, begin, folder_close),
        cmocka_unit_test_setup_teardown(the_web_is_for_this_machine, begin, folder_close),
        cmocka_unit_test_setup_teardown(secrets_are_in_no_fault, begin, folder_close),
        cmocka_unit_test_setup_teardown(a_secret_of_a_file_is_whole_or_refused, begin, folder_close),
        cmocka_unit_test_setup_teardown(an_organisation_needs_its_files, begin, folder_close),
        cmocka_unit_test_setup_teardown(words_and_terms_arrive, begin, folder_close),
        cmocka_unit_test_setup_teardown(wrong_words_and_terms_are_named, begin, folder_close),
        cmocka_unit_test_setup_teardown(holidays_are_expanded, begin, folder_close),
        cmocka_unit_test_setup_teardown(broken_calendars_are_named, begin, folder_close),
        cmocka_unit_test_setup_teardown(check_tells_what_there_is, begin, folder_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
