/* The Matrix transport against a homeserver that does what it is told: who we are, what is heard, which rooms there are. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "matrix_stand.h"

/* ---- Login ---- */

static void logs_in_once_and_keeps_device_and_token_to_itself(void **state)
{
    struct stand *s = *state;
    struct stat st;
    char *login = NULL;
    until(s, syncs);
    assert_int_equal(fake_seen(&s->fake, "POST ", "/login", &login), 1);
    assert_non_null(strstr(login, "\"device_id\":\"LEARND"));
    assert_int_equal(s->entered, 1);
    assert_int_equal(stat(s->session, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_string_equal(matrix_transport(s->matrix).account_format, "@%s:x");
    close_transport(s);
    open_transport(s, (struct matrix_options){ .user = "learnd", .password = "pw", .since = "s1" });
    assert_string_equal(matrix_transport(s->matrix).account_format, "@%s:x"); /* known before it is connected */
    fake_forget(&s->fake);
    until(s, syncs);
    assert_int_equal(fake_seen(&s->fake, "POST ", "/login", NULL), 0);
    assert_int_equal(fake_seen(&s->fake, "GET ", "/whoami", NULL), 1);
    free(login);
}

static bool synced_again(struct stand *s)
{
    return fake_seen(&s->fake, "POST ", "/login", NULL) == 2 && fake_seen(&s->fake, "GET ", "since=", NULL) >= 2;
}

static void a_lost_token_means_a_new_login_with_the_same_device(void **state)
{
    struct stand *s = *state;
    fake_on(&s->fake, "GET", "since=", 401, "{\"errcode\":\"M_UNKNOWN_TOKEN\"}", 1);
    fake_on(&s->fake, "GET", "/whoami", 401, "{\"errcode\":\"M_UNKNOWN_TOKEN\"}", 1);
    until(s, synced_again);
    char *login = NULL, device[64] = "";
    fake_seen(&s->fake, "POST ", "/login", &login);
    sscanf(strstr(login, "\"device_id\":\""), "\"device_id\":\"%63[A-Z0-9]", device);
    assert_int_equal(fake_seen(&s->fake, "POST ", device, NULL), 2);
    free(login);
}

static bool tried_thrice(struct stand *s)
{
    return fake_seen(&s->fake, "POST ", "/login", NULL) == 3 && syncs(s);
}

static void login_waits_for_a_server_that_is_ill_or_busy(void **state)
{
    struct stand *s = *state;
    fake_on(&s->fake, "POST", "/login", 502, "<html>", 1);
    fake_on(&s->fake, "POST", "/login", 429, "{\"errcode\":\"M_LIMIT_EXCEEDED\",\"retry_after_ms\":5}", 1);
    until(s, tried_thrice);
    assert_int_equal(s->entered, 1);
}

/* ---- Hearing ---- */

#define NOTICE "{\"msgtype\":\"m.notice\",\"body\":\"a bot\"}"
#define NOT_MENTIONED "{\"msgtype\":\"m.text\",\"body\":\"learnd is fine\",\"m.mentions\":{}}"
#define PILL                                                                                                           \
    "{\"msgtype\":\"m.text\",\"body\":\"L: this?\",\"format\":\"org.matrix.custom.html\","                             \
    "\"formatted_body\":\"<a href=\\\"https://matrix.to/#/@learnd:x\\\">L</a>: this?\"}"

static void hears_direct_words_and_in_rooms_only_when_mentioned(void **state)
{
    static const char direct[] = SAID("$1", "@alice:x", "How?") "," SAID("$2", "@learnd:x", "ours") "," EVENT(
        "$3", "@alice:x", "m.room.message", NOTICE);
    static const char room[] = SAID("$4", "@bo:x", "not to us") "," SAID("$5", "@bo:x", "@learnd:x: how?") "," SAID(
        "$6", "@bo:x", "how, learnd") "," SAID("$7", "@bo:x",
                                               "learnding") "," EVENT("$8", "@bo:x", "m.room.message",
                                                                      NOT_MENTIONED) "," EVENT("$9", "@bo:x",
                                                                                               "m.room.message", PILL);
    char sync[4096];
    struct stand *s = *state;
    start(s);
    snprintf(sync, sizeof sync, SYNC("s2", ROOM("!a", "2", "%s") "," ROOM("!big", "5", "%s")), direct, room);
    fake_sync(&s->fake, sync);
    hear(s, 5);
    assert_string_equal(s->heard[0].text, "How?");
    assert_string_equal(s->heard[0].thing, "$1");
    assert_string_equal(s->heard[0].user, "@alice:x");
    assert_string_equal(s->heard[0].conversation, "!a");
    assert_null(s->heard[0].room);
    assert_string_equal(s->heard[1].text, "how?");
    assert_string_equal(s->heard[1].room, "#sales");
    assert_true(s->heard[1].mentioned);
    assert_string_equal(s->heard[2].text, "how,");
    assert_string_equal(s->heard[3].thing, "$9");
    assert_null(s->heard[3].token);
    assert_int_equal(s->heard[4].kind, EVENT_RESULT); /* the token comes behind all of them */
    assert_string_equal(s->heard[4].token, "s2");
    assert_int_equal(s->parcel_count, 1);
}

static bool asked_twice(struct stand *s)
{
    return fake_seen(&s->fake, "GET ", "since=s2", NULL) == 1;
}

static void syncs_on_only_when_all_is_committed(void **state)
{
    struct stand *s = *state;
    s->slow = true;
    start(s);
    fake_sync(&s->fake, SYNC("s2", ROOM("!a", "2", SAID("$1", "@alice:x", "How?"))));
    hear(s, 2);
    assert_int_equal(fake_seen(&s->fake, "GET ", "since=", NULL), 1);
    s->parcels[0]->done(s->parcels[0]);
    until(s, asked_twice);
    assert_int_equal(fake_seen(&s->fake, "POST ", "/rooms/%21a/receipt/m.read/%241", NULL), 1);
}

static bool shows_typing(struct stand *s)
{
    return fake_seen(&s->fake, "PUT ", "/typing/", NULL) == 1;
}

static void shows_that_it_types_while_an_answer_takes_long(void **state)
{
    struct stand *s = *state;
    s->slow = true;
    start(s);
    fake_sync(&s->fake, SYNC("s2", ROOM("!a", "2", SAID("$1", "@alice:x", "How?"))));
    hear(s, 2);
    until(s, shows_typing);
    s->parcels[0]->done(s->parcels[0]);
    until(s, asked_twice);
    assert_int_equal(fake_seen(&s->fake, "PUT ", "{\"typing\":false}", NULL), 1);
}

/* A response that leaves out what came between the last token and its events. */
#define GAP(events)                                                                                                    \
    "{\"next_batch\":\"s2\",\"rooms\":{\"join\":{\"!a\":{\"timeline\":{\"limited\":true,\"prev_batch\":\"p1\","        \
    "\"events\":[" events "]}}}}}"

static void fills_holes_before_it_hands_in(void **state)
{
    struct stand *s = *state;
    char *asked = NULL;
    start(s);
    fake_on(&s->fake, "GET", "from=p1", 500, "{}", 1);
    fake_on(&s->fake, "GET", "from=p1", 200,
            "{\"chunk\":[" SAID("$3", "@alice:x", "c") "," SAID("$2", "@alice:x", "b") "],\"end\":\"p2\"}", 1);
    fake_on(&s->fake, "GET", "from=p2", 200, "{\"chunk\":[" SAID("$1", "@alice:x", "a") "]}", 1);
    fake_sync(&s->fake, GAP(SAID("$4", "@alice:x", "d")));
    hear(s, 5);
    assert_int_equal(fake_seen(&s->fake, "GET ", "from=p1", &asked), 2);
    assert_non_null(strstr(asked, "to=s1"));
    for (int i = 0; i < 4; i++) {
        char id[3] = { '$', (char)('1' + i), 0 };
        assert_string_equal(s->heard[i].thing, id);
    }
    assert_int_equal(matrix_figures(s->matrix).gaps, 1);
    free(asked);
}

#define MEMBER(id, what, was)                                                                                          \
    "{\"type\":\"m.room.member\",\"event_id\":\"" id                                                                   \
    "\",\"sender\":\"@alice:x\",\"state_key\":\"@learnd:x\",\"content\":{\"membership\":\"" what                       \
    "\"},\"unsigned\":{\"prev_content\":{\"membership\":\"" was "\"}}}"

static void what_was_said_before_the_invitation_is_not_for_us(void **state)
{
    struct stand *s = *state;
    start(s);
    fake_on(&s->fake, "GET", "from=p1", 200,
            "{\"chunk\":[" SAID("$3", "@alice:x", "since you are invited") "," MEMBER("$2", "invite", "leave") "," SAID(
                "$1", "@alice:x", "before") "],\"end\":\"p2\"}",
            1);
    fake_sync(&s->fake, GAP(MEMBER("$4", "join", "invite") "," SAID("$5", "@alice:x", "welcome")));
    hear(s, 3);
    assert_string_equal(s->heard[0].thing, "$3");
    assert_string_equal(s->heard[1].thing, "$5");
    assert_int_equal(fake_seen(&s->fake, "GET ", "from=p2", NULL), 0);
}

#define EDITED                                                                                                         \
    "{\"msgtype\":\"m.text\",\"body\":\"* n\",\"m.new_content\":{\"msgtype\":\"m.text\",\"body\":\"new\"},"            \
    "\"m.relates_to\":{\"rel_type\":\"m.replace\",\"event_id\":\"$0\"}}"
#define KEYCAP                                                                                                         \
    "{\"m.relates_to\":{\"rel_type\":\"m.annotation\",\"event_id\":\"$0\",\"key\":\"2\xef\xb8\x8f\xe2\x83\xa3\"}}"
#define FILE_AT(url) "{\"msgtype\":\"m.file\",\"body\":\"p.csv\",\"url\":\"" url "\"}"
#define REPLY                                                                                                          \
    "{\"msgtype\":\"m.text\",\"body\":\"> <@learnd:x> old\\n> words\\n\\nnew words\","                                 \
    "\"m.relates_to\":{\"m.in_reply_to\":{\"event_id\":\"$0\"}}}"

static void hears_edits_reactions_withdrawals_and_files(void **state)
{
    static const char events[] =
        EVENT("$1", "@alice:x", "m.room.message", EDITED) "," EVENT("$2", "@alice:x", "m.reaction", KEYCAP) "," EVENT(
            "$3", "@alice:x", "m.room.redaction",
            "{\"redacts\":\"$0\"}") "," EVENT("$4", "@alice:x", "m.room.message",
                                              FILE_AT(
                                                  "mxc://x/7")) "," EVENT("$5", "@alice:x", "m.room.message",
                                                                          FILE_AT(
                                                                              "mxc://x/8")) "," EVENT("$6", "@alice:x",
                                                                                                      "m.room.message",
                                                                                                      REPLY);
    char sync[4096];
    struct stand *s = *state;
    start(s);
    fake_on(&s->fake, "GET", "/media/download/x/7", 200, "external_id,handle\n", 1);
    fake_on(&s->fake, "GET", "/media/download/x/8", 404, "{}", 1);
    snprintf(sync, sizeof sync, SYNC("s2", ROOM("!a", "2", "%s")), events);
    fake_sync(&s->fake, sync);
    hear(s, 7);
    assert_int_equal(s->heard[0].kind, EVENT_EDIT);
    assert_string_equal(s->heard[0].text, "new");
    assert_string_equal(s->heard[0].target, "$0");
    assert_int_equal(s->heard[1].kind, EVENT_REACT);
    assert_string_equal(s->heard[1].text, "two");
    assert_int_equal(s->heard[2].kind, EVENT_WITHDRAW);
    assert_int_equal(s->heard[3].kind, EVENT_UPLOAD);
    assert_string_equal(s->heard[3].name, "p.csv");
    assert_string_equal(s->heard[3].text, "external_id,handle\n");
    assert_string_equal(s->heard[4].text, ""); /* there, but not to be read */
    assert_string_equal(s->heard[5].text, "new words");
}

static bool began_anew(struct stand *s)
{
    return fake_seen(&s->fake, "GET ", "since=s0", NULL) == 1;
}

static void goes_on_after_failures_and_begins_anew_when_the_server_forgot(void **state)
{
    struct stand *s = *state;
    fake_on(&s->fake, "GET", "since=s1", FAKE_LOSE, "", 1);
    fake_on(&s->fake, "GET", "since=s1", 502, "<html>", 1);
    fake_on(&s->fake, "GET", "since=s1", 200, "no JSON", 1);
    fake_on(&s->fake, "GET", "since=s1", 400, "{\"errcode\":\"M_UNKNOWN\"}", 1);
    until(s, began_anew);
    assert_int_equal(fake_seen(&s->fake, "GET ", "since=s1", NULL), 4);
}

/* ---- Rooms ---- */

static bool joined_at_third(struct stand *s)
{
    return fake_seen(&s->fake, "POST ", "/join/%21i", NULL) == 3 && fake_seen(&s->fake, "PUT ", "m.direct", NULL) == 1;
}

static void accepts_invitations_with_patience(void **state)
{
    struct stand *s = *state;
    char *direct = NULL;
    start(s);
    fake_on(&s->fake, "POST", "/join/", 500, "{}", 1);
    fake_on(&s->fake, "POST", "/join/", 429, "{\"retry_after_ms\":5}", 1);
    fake_sync(&s->fake, "{\"next_batch\":\"s2\",\"rooms\":{\"invite\":{\"!i\":{\"invite_state\":{\"events\":[{\"type\":"
                        "\"m.room.member\","
                        "\"state_key\":\"@learnd:x\",\"sender\":\"@bo:x\",\"content\":{\"membership\":\"invite\",\"is_"
                        "direct\":true}}]}}}}}");
    until(s, joined_at_third);
    fake_seen(&s->fake, "PUT ", "m.direct", &direct);
    assert_non_null(strstr(direct, "{\"@alice:x\":[\"!a\"],\"@bo:x\":[\"!i\"]}"));
    free(direct);
}

static bool left_and_followed(struct stand *s)
{
    return fake_seen(&s->fake, "POST ", "/rooms/%21a/leave", NULL) == 1 &&
           fake_seen(&s->fake, "POST ", "/join/%21new", NULL) == 1;
}

static void leaves_when_alone_and_follows_a_room_that_moved(void **state)
{
    struct stand *s = *state;
    start(s);
    fake_sync(&s->fake,
              SYNC("s2", ROOM("!a", "1", "") ",\"!big\":{\"timeline\":{\"events\":[{\"type\":\"m.room.tombstone\","
                                             "\"state_key\":\"\",\"content\":{\"replacement_room\":\"!new\"}}]}}"));
    until(s, left_and_followed);
}

static bool is_told(struct stand *s)
{
    return fake_seen(&s->fake, "PUT ", "cannot_read", NULL) >= 1;
}

static void says_once_that_it_cannot_read_what_is_encrypted(void **state)
{
    struct stand *s = *state;
    char *said = NULL;
    start(s);
    fake_sync(&s->fake, SYNC("s2", ROOM("!a", "2",
                                        EVENT("$1", "@alice:x", "m.room.encrypted",
                                              "{}") "," EVENT("$2", "@alice:x", "m.room.encrypted", "{}"))));
    until(s, is_told);
    assert_int_equal(fake_seen(&s->fake, "PUT ", "/send/m.room.message/unreadable-", &said), 1);
    assert_non_null(strstr(said, "encrypted"));
    free(said);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, stand_up, stand_down)
    const struct CMUnitTest tests[] = {
        T(logs_in_once_and_keeps_device_and_token_to_itself),
        T(a_lost_token_means_a_new_login_with_the_same_device),
        T(login_waits_for_a_server_that_is_ill_or_busy),
        T(hears_direct_words_and_in_rooms_only_when_mentioned),
        T(syncs_on_only_when_all_is_committed),
        T(shows_that_it_types_while_an_answer_takes_long),
        T(fills_holes_before_it_hands_in),
        T(what_was_said_before_the_invitation_is_not_for_us),
        T(hears_edits_reactions_withdrawals_and_files),
        T(goes_on_after_failures_and_begins_anew_when_the_server_forgot),
        T(accepts_invitations_with_patience),
        T(leaves_when_alone_and_follows_a_room_that_moved),
        T(says_once_that_it_cannot_read_what_is_encrypted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
