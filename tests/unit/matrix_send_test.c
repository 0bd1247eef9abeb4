/* The Matrix transport against a homeserver that does what it is told: what is sent where, and what becomes of it. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "matrix_stand.h"

static const struct delivery post = { .row = 7,
                                      .attempt = 1,
                                      .op = OP_POST,
                                      .person = 1,
                                      .conversation = "!a",
                                      .user = "@alice:x",
                                      .send_key = "k.7",
                                      .reply_to = "$q",
                                      .body = "[\"Hello \",[\"b\",\"you\"]]" };

/* Hands a delivery over and waits for its one result. */
static struct event deliver(struct stand *s, struct delivery d)
{
    struct transport t = matrix_transport(s->matrix);
    s->wanted_count = s->heard_count + 1; /* it may come before deliver returns */
    t.deliver(t.self, &d);
    until(s, heard_enough);
    struct event e = s->heard[s->heard_count - 1];
    assert_int_equal(e.kind, EVENT_RESULT);
    assert_int_equal(e.row, d.row);
    assert_int_equal(e.attempt, d.attempt);
    return e;
}

static void sends_with_the_key_as_transaction_id(void **state)
{
    struct stand *s = *state;
    char *sent = NULL;
    start(s);
    struct event e = deliver(s, post);
    assert_int_equal(e.outcome, OUTCOME_SENT);
    assert_string_equal(e.platform_id, "$sent1");
    assert_string_equal(e.conversation, "!a");
    assert_int_equal(fake_seen(&s->fake, "PUT /_matrix/client/v3/rooms/%21a/send/m.room.message/k.7", "", &sent), 1);
    assert_non_null(strstr(sent, "\"body\":\"Hello you\""));
    assert_non_null(strstr(sent, "<strong>you</strong>"));
    assert_non_null(strstr(sent, "\"m.in_reply_to\":{\"event_id\":\"$q\"}"));
    assert_non_null(strstr(sent, "\"m.mentions\":{\"user_ids\":[\"@alice:x\"]}"));
    free(sent);
}

static void waits_with_deliveries_until_it_is_connected(void **state)
{
    struct stand *s = *state;
    struct transport t = matrix_transport(s->matrix);
    struct delivery second = post;
    second.row = 8;
    t.deliver(t.self, &post);
    t.deliver(t.self, &second);
    assert_int_equal(s->heard_count, 0);
    fake_on(&s->fake, "GET", "/sync?timeout", 200, DIRECT, 1);
    hear(s, 2);
    assert_int_equal(s->heard[0].outcome, OUTCOME_SENT);
    assert_int_equal(s->heard[1].outcome, OUTCOME_SENT);
}

static void tells_apart_what_may_have_arrived(void **state)
{
    static const struct {
        int status;
        const char *body;
        enum op op;
        enum outcome outcome;
        int64_t retry_ms;
    } cases[] = {
        { 429, "{\"errcode\":\"M_LIMIT_EXCEEDED\",\"retry_after_ms\":1234}", OP_POST, OUTCOME_RETRY, 1234 },
        { 502, "<html>", OP_POST, OUTCOME_UNKNOWN, 0 },
        { 500, "{}", OP_EDIT, OUTCOME_UNKNOWN, 0 },
        { FAKE_LOSE, "", OP_POST, OUTCOME_UNKNOWN, 0 },
        { 403, "{\"errcode\":\"M_FORBIDDEN\"}", OP_POST, OUTCOME_REFUSED, 0 },
        { 413, "{\"errcode\":\"M_TOO_LARGE\"}", OP_EDIT, OUTCOME_REFUSED, 0 },
        { 404, "{\"errcode\":\"M_NOT_FOUND\"}", OP_DELETE, OUTCOME_NO_MESSAGE, 0 },
        { 400, "{\"errcode\":\"M_DUPLICATE_ANNOTATION\"}", OP_REACT, OUTCOME_ALREADY, 0 },
        { 200, "{}", OP_POST, OUTCOME_UNKNOWN, 0 },
        { 302, "", OP_POST, OUTCOME_UNKNOWN, 0 },
    };
    struct stand *s = *state;
    start(s);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct delivery d = post;
        d.op = cases[i].op;
        d.target = "$t";
        /* What a kept connection lost is repeated by curl once; the transaction id makes that the same event. */
        fake_on(&s->fake, "PUT", "/rooms/", cases[i].status, cases[i].body, cases[i].status == FAKE_LOSE ? 2 : 1);
        struct event e = deliver(s, d);
        assert_int_equal(e.outcome, cases[i].outcome);
        assert_int_equal(e.retry_ms, cases[i].retry_ms);
        assert_null(e.platform_id);
    }
    assert_int_equal(matrix_figures(s->matrix).limited, 1);
}

static void a_server_that_is_not_there_did_certainly_nothing(void **state)
{
    struct stand *s = *state;
    start(s);
    fake_cut(&s->fake);
    struct event e = deliver(s, post);
    assert_int_equal(e.outcome, OUTCOME_RETRY);
    assert_true(e.retry_ms > 0);
}

static bool logged_in_again(struct stand *s)
{
    return s->entered == 2;
}

static void a_refused_token_is_renewed_and_the_row_comes_again(void **state)
{
    struct stand *s = *state;
    start(s);
    fake_on(&s->fake, "PUT", "/send/", 401, "{\"errcode\":\"M_UNKNOWN_TOKEN\"}", 1);
    assert_int_equal(deliver(s, post).outcome, OUTCOME_RETRY);
    until(s, logged_in_again);
    assert_int_equal(deliver(s, post).outcome, OUTCOME_SENT);
}

static void edits_reacts_and_takes_back(void **state)
{
    struct stand *s = *state;
    struct delivery d = post;
    char *sent = NULL;
    start(s);
    d.target = "$t";
    d.op = OP_EDIT;
    assert_int_equal(deliver(s, d).outcome, OUTCOME_SENT);
    fake_seen(&s->fake, "PUT ", "/send/m.room.message/", &sent);
    assert_non_null(strstr(sent, "{\"rel_type\":\"m.replace\",\"event_id\":\"$t\"}"));
    d.op = OP_REACT;
    d.body = "eyes";
    assert_int_equal(deliver(s, d).outcome, OUTCOME_SENT);
    fake_seen(&s->fake, "PUT ", "/send/m.reaction/k.7", &sent);
    assert_non_null(strstr(sent, "\"key\":\"👀\""));
    d.op = OP_DELETE;
    assert_int_equal(deliver(s, d).outcome, OUTCOME_SENT);
    assert_int_equal(fake_seen(&s->fake, "PUT ", "/rooms/%21a/redact/%24t/k.7", NULL), 1);
    free(sent);
}

static void refuses_what_cannot_be(void **state)
{
    struct stand *s = *state;
    struct delivery d = post;
    start(s);
    d.expires_ms = 1;
    assert_int_equal(deliver(s, d).outcome, OUTCOME_EXPIRED);
    d = post;
    d.op = OP_EDIT;
    assert_int_equal(deliver(s, d).outcome, OUTCOME_NO_MESSAGE);
    d = post;
    d.op = OP_FORM;
    assert_int_equal(deliver(s, d).outcome, OUTCOME_REFUSED);
    d = post;
    d.body = "no nodes";
    assert_int_equal(deliver(s, d).outcome, OUTCOME_REFUSED);
    d = post;
    d.person = 0;
    d.conversation = "!elsewhere";
    assert_int_equal(deliver(s, d).outcome, OUTCOME_REFUSED);
    assert_int_equal(fake_seen(&s->fake, "PUT ", "/send/", NULL), 0);
}

/* ---- Where to ---- */

static void what_is_for_one_person_is_never_said_where_others_read(void **state)
{
    struct stand *s = *state;
    struct delivery d = post;
    char *sent = NULL;
    start(s);
    d.conversation = "!big";
    d.ephemeral = true;
    assert_string_equal(deliver(s, d).conversation, "!a");
    fake_seen(&s->fake, "PUT ", "/send/", &sent);
    assert_null(strstr(sent, "in_reply_to")); /* the question stands in the other room */
    d.ephemeral = false;                      /* once a direct conversation, now others read it */
    assert_string_equal(deliver(s, d).conversation, "!a");
    d.person = 0; /* to everybody there */
    assert_string_equal(deliver(s, d).conversation, "!big");
    d.person = 1;
    d.op = OP_REACT;
    d.target = "$t";
    d.body = "eyes";
    assert_string_equal(deliver(s, d).conversation, "!big");
    free(sent);
}

/* Alice left the room of two, and Bo was let in: it is not the conversation with her any more. */
static void who_took_the_place_of_another_reads_nothing_meant_for_them(void **state)
{
    struct stand *s = *state;
    fake_on(&s->fake, "GET", "/sync?timeout", 200,
            "{\"next_batch\":\"s0\",\"account_data\":{\"events\":[{\"type\":\"m.direct\",\"content\":{\"@alice:x\":["
            "\"!a\"]}}]},\"rooms\":{\"join\":{\"!a\":{\"summary\":{\"m.joined_member_count\":2,"
            "\"m.invited_member_count\":0,\"m.heroes\":[\"@bo:x\"]}}}}}",
            1);
    until(s, syncs);
    fake_on(&s->fake, "POST", "/createRoom", 200, "{\"room_id\":\"!new\"}", 1);
    assert_string_equal(deliver(s, post).conversation, "!new");
    assert_int_equal(fake_seen(&s->fake, "PUT ", "/rooms/%21a/send/", NULL), 0);
}

static void makes_a_direct_conversation_once(void **state)
{
    struct stand *s = *state;
    struct delivery d = post;
    char *made = NULL;
    start(s);
    d.conversation = d.user = "@bo:x";
    fake_on(&s->fake, "POST", "/createRoom", 502, "<html>", 1);
    fake_on(&s->fake, "POST", "/createRoom", 200, "{\"room_id\":\"!bo\"}", 9);
    struct event e = deliver(s, d);
    assert_int_equal(e.outcome, OUTCOME_RETRY); /* the message itself did not go */
    struct transport t = matrix_transport(s->matrix);
    struct delivery other = d;
    other.row = 8;
    s->wanted_count = s->heard_count + 2;
    t.deliver(t.self, &d);
    t.deliver(t.self, &other); /* at the same time */
    until(s, heard_enough);
    assert_int_equal(s->heard[1].row, 8);
    assert_int_equal(s->heard[1].outcome, OUTCOME_RETRY);
    assert_int_equal(s->heard[2].outcome, OUTCOME_SENT);
    assert_string_equal(s->heard[2].conversation, "!bo");
    assert_string_equal(deliver(s, other).conversation, "!bo");
    assert_int_equal(fake_seen(&s->fake, "POST ", "/createRoom", &made), 2);
    assert_non_null(strstr(made, "\"invite\":[\"@bo:x\"]"));
    assert_int_equal(fake_seen(&s->fake, "PUT ", "m.direct", NULL), 1);
    free(made);
}

static void finds_the_room_of_a_process_that_died_before_it_was_noted(void **state)
{
    struct stand *s = *state;
    struct delivery d = post;
    fake_on(&s->fake, "GET", "/sync?timeout", 200,
            "{\"next_batch\":\"s0\",\"rooms\":{\"join\":{\"!bo\":{\"summary\":{\"m.joined_member_count\":1,"
            "\"m.invited_member_count\":1,\"m.heroes\":[\"@bo:x\"]}}}}}",
            1);
    until(s, syncs);
    d.conversation = d.user = "@bo:x";
    assert_string_equal(deliver(s, d).conversation, "!bo");
    assert_int_equal(fake_seen(&s->fake, "POST ", "/createRoom", NULL), 0);
}

/* ---- Making sure ---- */

#define OURS(id, key)                                                                                                  \
    EVENT(id, "@learnd:x", "m.room.message", "{\"msgtype\":\"m.notice\",\"body\":\"b\",\"dev.learnd.key\":\"" key "\"}")

static void looks_in_the_history_for_what_it_may_have_sent(void **state)
{
    struct stand *s = *state;
    struct delivery d = post;
    start(s);
    d.look_up = true;
    fake_on(&s->fake, "GET", "from=p2", 200, "{\"chunk\":[" OURS("$mine", "k.7") "]}", 1);
    fake_on(&s->fake, "GET", "/messages?dir=b", 200,
            "{\"chunk\":[" OURS("$other", "k.6") "," EVENT(
                "$copy", "@bo:x", "m.room.message",
                "{\"msgtype\":\"m.text\",\"body\":\"b\",\"dev.learnd.key\":\"k.7\"}") "],\"end\":\"p2\"}",
            1);
    struct event e = deliver(s, d);
    assert_int_equal(e.outcome, OUTCOME_SENT);
    assert_string_equal(e.platform_id, "$mine");
    fake_on(&s->fake, "GET", "/messages?dir=b", 200, "{\"chunk\":[],\"end\":null}", 1);
    assert_int_equal(deliver(s, d).outcome, OUTCOME_NOT_FOUND);
    d.first_ms = 700000; /* what is ten minutes older than the first attempt ends the search */
    fake_on(&s->fake, "GET", "/messages?dir=b", 200, "{\"chunk\":[" OURS("$old", "k.1") "],\"end\":\"p9\"}", 1);
    assert_int_equal(deliver(s, d).outcome, OUTCOME_NOT_FOUND);
    fake_on(&s->fake, "GET", "/messages?dir=b", 403, "{\"errcode\":\"M_FORBIDDEN\"}", 1);
    assert_int_equal(deliver(s, d).outcome, OUTCOME_NO_LOOKING);
    fake_on(&s->fake, "GET", "/messages?dir=b", 502, "<html>", 1);
    assert_int_equal(deliver(s, d).outcome, OUTCOME_UNKNOWN);
    d.conversation = d.user = "@nobody:x"; /* there is no conversation it could be in */
    assert_int_equal(deliver(s, d).outcome, OUTCOME_NOT_FOUND);
    assert_int_equal(fake_seen(&s->fake, "PUT ", "/send/", NULL), 0);
}

static void looks_whether_a_message_was_taken_back(void **state)
{
    struct stand *s = *state;
    struct delivery d = post;
    start(s);
    d.op = OP_DELETE;
    d.target = "$t";
    d.look_up = true;
    fake_on(&s->fake, "GET", "/event/%24t", 200, "{\"unsigned\":{\"redacted_because\":{}}}", 1);
    assert_int_equal(deliver(s, d).outcome, OUTCOME_SENT);
    fake_on(&s->fake, "GET", "/event/%24t", 200, "{\"content\":{}}", 1);
    assert_int_equal(deliver(s, d).outcome, OUTCOME_NOT_FOUND);
    fake_on(&s->fake, "GET", "/event/%24t", 404, "{}", 1);
    assert_int_equal(deliver(s, d).outcome, OUTCOME_NO_LOOKING);
    fake_on(&s->fake, "GET", "/event/%24t", FAKE_LOSE, "", 2);
    assert_int_equal(deliver(s, d).outcome, OUTCOME_UNKNOWN);
}

static void sends_files(void **state)
{
    struct stand *s = *state;
    struct delivery d = post;
    char *sent = NULL;
    start(s);
    d.op = OP_FILE;
    d.name = "my data.txt";
    d.body = "all of it";
    fake_on(&s->fake, "POST", "/media/", 502, "<html>", 1);
    fake_on(&s->fake, "POST", "/media/", 200, "{\"content_uri\":\"mxc://x/9\"}", 1);
    assert_int_equal(deliver(s, d).outcome, OUTCOME_RETRY); /* nothing is in the room yet */
    assert_int_equal(deliver(s, d).outcome, OUTCOME_SENT);
    assert_int_equal(fake_seen(&s->fake, "POST ", "/upload?filename=my%20data.txt all of it", NULL), 2);
    fake_seen(&s->fake, "PUT ", "/send/m.room.message/k.7", &sent);
    assert_non_null(strstr(sent, "\"url\":\"mxc://x/9\""));
    free(sent);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, stand_up, stand_down)
    const struct CMUnitTest tests[] = {
        T(sends_with_the_key_as_transaction_id),
        T(waits_with_deliveries_until_it_is_connected),
        T(tells_apart_what_may_have_arrived),
        T(a_server_that_is_not_there_did_certainly_nothing),
        T(a_refused_token_is_renewed_and_the_row_comes_again),
        T(edits_reacts_and_takes_back),
        T(refuses_what_cannot_be),
        T(what_is_for_one_person_is_never_said_where_others_read),
        T(who_took_the_place_of_another_reads_nothing_meant_for_them),
        T(makes_a_direct_conversation_once),
        T(finds_the_room_of_a_process_that_died_before_it_was_noted),
        T(looks_in_the_history_for_what_it_may_have_sent),
        T(looks_whether_a_message_was_taken_back),
        T(sends_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
