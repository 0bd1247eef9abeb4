/* What Matrix says as our structs, however odd, and what we say as Matrix wants it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "../../bot/chat/matrix/matrix_json.h"

#define US "@learnd:x"

static int arena_up(void **state)
{
    *state = arena_open();
    return 0;
}

static int arena_down(void **state)
{
    arena_close(*state);
    return 0;
}

/* A sync with one room whose timeline is these events. */
static struct matrix_room_news room_with(struct arena *a, const char *events)
{
    struct matrix_news news;
    const char *text = arena_printf(a,
                                    "{\"next_batch\":\"s2\",\"rooms\":{\"join\":{\"!r\":{\"timeline\":{\"events\":[%s],"
                                    "\"limited\":true,\"prev_batch\":\"p1\"}}}}}",
                                    events);
    assert_true(matrix_read_sync(a, text, strlen(text), US, &news));
    assert_string_equal(news.next_batch, "s2");
    assert_int_equal(news.room_count, 1);
    return news.rooms[0];
}

static struct matrix_event event_of(struct arena *a, const char *type, const char *rest)
{
    const char *text = arena_printf(
        a, "{\"type\":\"%s\",\"event_id\":\"$1\",\"sender\":\"@alice:x\",\"origin_server_ts\":5,%s}", type, rest);
    struct matrix_room_news room = room_with(a, text);
    assert_int_equal(room.count, 1);
    return room.events[0];
}

static void reads_a_question(void **state)
{
    struct matrix_event e =
        event_of(*state, "m.room.message",
                 "\"content\":{\"msgtype\":\"m.text\",\"body\":\"How?\",\"format\":\"org.matrix.custom.html\","
                 "\"formatted_body\":\"<b>How?</b>\",\"m.mentions\":{\"user_ids\":[\"@bo:x\",\"" US "\"]}}");
    assert_int_equal(e.kind, MATRIX_SAY);
    assert_string_equal(e.id, "$1");
    assert_string_equal(e.sender, "@alice:x");
    assert_int_equal(e.sent_ms, 5);
    assert_string_equal(e.text, "How?");
    assert_string_equal(e.html, "<b>How?</b>");
    assert_true(e.mentions_known && e.mentions_us);
    assert_false(e.replies);
    assert_null(e.thread);
}

static void reads_threads_replies_and_edits(void **state)
{
    struct matrix_event e =
        event_of(*state, "m.room.message",
                 "\"content\":{\"msgtype\":\"m.text\",\"body\":\"b\",\"m.relates_to\":{\"rel_type\":\"m.thread\","
                 "\"event_id\":\"$0\",\"m.in_reply_to\":{\"event_id\":\"$9\"}}}");
    assert_int_equal(e.kind, MATRIX_SAY);
    assert_string_equal(e.thread, "$0");
    assert_true(e.replies);
    assert_false(e.mentions_known);
    e = event_of(*state, "m.room.message",
                 "\"content\":{\"msgtype\":\"m.text\",\"body\":\"* "
                 "new\",\"m.new_content\":{\"msgtype\":\"m.text\",\"body\":\"new\"},"
                 "\"m.relates_to\":{\"rel_type\":\"m.replace\",\"event_id\":\"$0\"}}");
    assert_int_equal(e.kind, MATRIX_EDIT);
    assert_string_equal(e.text, "new");
    assert_string_equal(e.target, "$0");
}

static void reads_reactions_redactions_members_files(void **state)
{
    struct matrix_event e =
        event_of(*state, "m.reaction",
                 "\"content\":{\"m.relates_to\":{\"rel_type\":\"m.annotation\",\"event_id\":\"$0\",\"key\":\"👀\"}}");
    assert_int_equal(e.kind, MATRIX_REACT);
    assert_string_equal(e.target, "$0");
    assert_string_equal(e.text, "👀");
    e = event_of(*state, "m.room.redaction", "\"redacts\":\"$0\",\"content\":{}");
    assert_int_equal(e.kind, MATRIX_REDACT);
    assert_string_equal(e.target, "$0");
    e = event_of(*state, "m.room.redaction", "\"content\":{\"redacts\":\"$7\"}"); /* since room version 11 */
    assert_string_equal(e.target, "$7");
    e = event_of(
        *state, "m.room.member",
        "\"state_key\":\"" US
        "\",\"content\":{\"membership\":\"join\"},\"unsigned\":{\"prev_content\":{\"membership\":\"invite\"}}");
    assert_int_equal(e.kind, MATRIX_MEMBER);
    assert_string_equal(e.member, US);
    assert_string_equal(e.membership, "join");
    assert_string_equal(e.was, "invite");
    e = event_of(
        *state, "m.room.message",
        "\"content\":{\"msgtype\":\"m.file\",\"body\":\"the list\",\"filename\":\"people.csv\",\"url\":\"mxc://x/1\"}");
    assert_int_equal(e.kind, MATRIX_FILE);
    assert_string_equal(e.text, "people.csv");
    assert_string_equal(e.url, "mxc://x/1");
    e = event_of(*state, "m.room.encrypted", "\"content\":{\"algorithm\":\"m.megolm.v1.aes-sha2\"}");
    assert_int_equal(e.kind, MATRIX_ENCRYPTED);
}

static void leaves_alone_what_is_no_speech_or_misshapen(void **state)
{
    static const char *const cases[][2] = {
        { "m.room.message", "\"content\":{\"msgtype\":\"m.notice\",\"body\":\"a bot's\"}" },
        { "m.room.message", "\"content\":{\"msgtype\":\"m.image\",\"body\":\"x.png\",\"url\":\"mxc://x/1\"}" },
        { "m.room.message", "\"content\":{\"msgtype\":\"m.text\"}" },
        { "m.room.message", "\"content\":{\"msgtype\":\"m.text\",\"body\":null}" },
        { "m.room.message", "\"content\":{\"msgtype\":\"m.text\",\"body\":7}" },
        { "m.room.message", "\"content\":{}" },
        { "m.room.message", "\"content\":\"text\"" },
        { "m.room.message", "\"content\":null" },
        { "m.room.message", "\"content\":{\"msgtype\":\"m.text\",\"body\":\"b\",\"m.relates_to\":{\"rel_type\":\"m."
                            "replace\",\"event_id\":\"$0\"}}" },
        { "m.reaction", "\"content\":{\"m.relates_to\":{\"rel_type\":\"m.annotation\"}}" },
        { "m.room.redaction", "\"content\":{}" },
        { "m.room.member", "\"content\":{\"membership\":\"join\"}" },
        { "m.room.topic", "\"state_key\":\"\",\"content\":{\"topic\":\"t\"}" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(event_of(*state, cases[i][0], cases[i][1]).kind, MATRIX_OTHER);
    }
    struct matrix_room_news room = room_with(
        *state, "7,null,[],{},{\"type\":\"m.room.message\",\"content\":{\"msgtype\":\"m.text\",\"body\":\"no id\"}}");
    assert_int_equal(room.count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(room.events[i].kind, MATRIX_OTHER);
    }
}

static void reads_rooms_invitations_and_direct_ones(void **state)
{
    static const char text[] =
        "{\"next_batch\":\"s9\",\"account_data\":{\"events\":[{\"type\":\"m.direct\",\"content\":{\"@alice:x\":[\"!a\","
        "\"!b\",3],\"@bo:x\":null}}]},"
        "\"rooms\":{\"join\":{\"!a\":{\"summary\":{\"m.joined_member_count\":2,\"m.invited_member_count\":0,\"m."
        "heroes\":[\"@alice:x\"]},"
        "\"state\":{\"events\":[{\"type\":\"m.room.name\",\"state_key\":\"\",\"content\":{\"name\":\"sales\"}},"
        "{\"type\":\"m.room.encryption\",\"state_key\":\"\",\"content\":{\"algorithm\":\"m.megolm.v1.aes-sha2\"}}]},"
        "\"account_data\":{\"events\":[{\"type\":\"dev.learnd.cannot_read\",\"content\":{}}]}},"
        "\"!c\":{\"timeline\":{\"events\":[{\"type\":\"m.room.tombstone\",\"state_key\":\"\",\"content\":{"
        "\"replacement_room\":\"!d\"}},"
        "{\"type\":\"m.room.encryption\",\"content\":{}}]}}},"
        "\"invite\":{\"!i\":{\"invite_state\":{\"events\":[{\"type\":\"m.room.member\",\"state_key\":\"" US
        "\",\"sender\":\"@bo:x\","
        "\"content\":{\"membership\":\"invite\",\"is_direct\":true}}]}}},\"leave\":{\"!l\":{}}}}";
    struct matrix_news news;
    assert_true(matrix_read_sync(*state, text, sizeof text - 1, US, &news));
    assert_int_equal(news.room_count, 2);
    assert_int_equal(news.rooms[0].joined, 2);
    assert_int_equal(news.rooms[0].invited, 0);
    assert_string_equal(news.rooms[0].hero, "@alice:x");
    assert_string_equal(news.rooms[0].name, "sales");
    assert_true(news.rooms[0].encrypted && news.rooms[0].told);
    assert_int_equal(news.rooms[1].joined, -1);
    assert_string_equal(news.rooms[1].replacement, "!d");
    assert_false(news.rooms[1].encrypted); /* no state_key: somebody pretends */
    assert_int_equal(news.invite_count, 1);
    assert_string_equal(news.invites[0].room, "!i");
    assert_string_equal(news.invites[0].inviter, "@bo:x");
    assert_true(news.invites[0].direct);
    assert_int_equal(news.left_count, 1);
    assert_true(news.direct_known);
    assert_int_equal(news.direct_count, 2);
    assert_string_equal(news.direct[1].room, "!b");
}

/* One message of a stranger must not make the whole sync unreadable for ever. */
static void survives_numbers_and_characters_that_json_libraries_refuse(void **state)
{
    struct matrix_event e =
        event_of(*state, "m.room.message",
                 "\"content\":{\"msgtype\":\"m.text\",\"body\":\"a\\u0000b\",\"n\":123456789012345678901234567890,"
                 "\"m\":[1e999,-99999999999999999999]}");
    assert_int_equal(e.kind, MATRIX_SAY);
    assert_string_equal(e.text, "a");
    struct matrix_news news;
    static const char *const bad[] = {
        "", "{", "[]", "null", "{\"next_batch\":7}", "{}", "<html>", "{\"next_batch\":\"\xff\"}"
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(matrix_read_sync(*state, bad[i], strlen(bad[i]), US, &news));
    }
}

static void reads_pages_and_errors(void **state)
{
    static const char page_text[] = "{\"chunk\":[{\"type\":\"m.room.message\",\"event_id\":\"$2\",\"sender\":\"" US
                                    "\",\"content\":{\"msgtype\":\"m.notice\",\"body\":\"b\","
                                    "\"dev.learnd.key\":\"k.1\"}}],\"end\":\"t3\"}";
    struct matrix_page page;
    assert_true(matrix_read_messages(*state, page_text, sizeof page_text - 1, US, &page));
    assert_int_equal(page.count, 1);
    assert_string_equal(page.events[0].key, "k.1");
    assert_string_equal(page.end, "t3");
    assert_false(matrix_read_messages(*state, "{}", 2, US, &page));

    static const char limited[] = "{\"errcode\":\"M_LIMIT_EXCEEDED\",\"error\":\"slow\",\"retry_after_ms\":1500}";
    struct matrix_error e = matrix_read_error(*state, limited, sizeof limited - 1);
    assert_string_equal(e.code, "M_LIMIT_EXCEEDED");
    assert_string_equal(e.text, "slow");
    assert_int_equal(e.retry_after_ms, 1500);
    e = matrix_read_error(*state, "<html>", 6);
    assert_string_equal(e.code, "");
    assert_int_equal(e.retry_after_ms, -1);
    static const char mad[] = "{\"retry_after_ms\":-5}";
    assert_int_equal(matrix_read_error(*state, mad, sizeof mad - 1).retry_after_ms, -1);

    static const char redacted[] = "{\"unsigned\":{\"redacted_because\":{}}}";
    assert_true(matrix_read_redacted(redacted, sizeof redacted - 1));
    assert_false(matrix_read_redacted("{}", 2));
}

static void keeps_the_session(void **state)
{
    struct matrix_session in = { .user = US, .device = "LEARND1", .token = "t\"1" }, out;
    const char *text = matrix_write_session(*state, &in);
    assert_true(matrix_read_session(*state, text, strlen(text), &out));
    assert_string_equal(out.user, in.user);
    assert_string_equal(out.device, in.device);
    assert_string_equal(out.token, in.token);
    assert_false(matrix_read_session(*state, "{}", 2, &out));
}

static void writes_answers(void **state)
{
    struct matrix_message m = {
        .plain = "a \"b\"", .html = "<b>b</b>", .key = "k.1", .reply_to = "$q", .mention = "@alice:x"
    };
    assert_string_equal(
        matrix_write_message(*state, &m),
        "{\"msgtype\":\"m.notice\",\"format\":\"org.matrix.custom.html\",\"body\":\"a \\\"b\\\"\","
        "\"formatted_body\":\"<b>b</b>\",\"dev.learnd.key\":\"k.1\",\"m.mentions\":{\"user_ids\":[\"@alice:x\"]},"
        "\"m.relates_to\":{\"m.in_reply_to\":{\"event_id\":\"$q\"}}}");
    m = (struct matrix_message){ .plain = "p", .html = "h", .key = "k.2", .thread = "$t" };
    assert_string_equal(
        matrix_write_message(*state, &m),
        "{\"msgtype\":\"m.notice\",\"format\":\"org.matrix.custom.html\",\"body\":\"p\",\"formatted_body\":\"h\","
        "\"dev.learnd.key\":\"k.2\",\"m.mentions\":{},\"m.relates_to\":{\"rel_type\":\"m.thread\",\"event_id\":\"$t\","
        "\"is_falling_back\":true,\"m.in_reply_to\":{\"event_id\":\"$t\"}}}");
}

static void writes_edits_that_ping_nobody(void **state)
{
    struct matrix_message m = {
        .plain = "p", .html = "h", .key = "k.3", .edits = "$a", .mention = "@alice:x", .reply_to = "$q"
    };
    assert_string_equal(
        matrix_write_message(*state, &m),
        "{\"msgtype\":\"m.notice\",\"format\":\"org.matrix.custom.html\",\"body\":\"* p\",\"formatted_body\":\"* h\","
        "\"dev.learnd.key\":\"k.3\",\"m.mentions\":{},\"m.new_content\":{\"msgtype\":\"m.notice\","
        "\"format\":\"org.matrix.custom.html\",\"body\":\"p\",\"formatted_body\":\"h\",\"m.mentions\":{}},"
        "\"m.relates_to\":{\"rel_type\":\"m.replace\",\"event_id\":\"$a\"}}");
}

static void writes_the_rest(void **state)
{
    struct matrix_message file = { .url = "mxc://x/1", .name = "data.txt", .size = 4, .key = "k" };
    assert_string_equal(
        matrix_write_message(*state, &file),
        "{\"msgtype\":\"m.file\",\"body\":\"data.txt\",\"filename\":\"data.txt\",\"url\":\"mxc://x/1\","
        "\"info\":{\"mimetype\":\"text/plain\",\"size\":4},\"dev.learnd.key\":\"k\",\"m.mentions\":{}}");
    assert_string_equal(matrix_write_reaction(*state, "$1", "👀", "k"),
                        "{\"m.relates_to\":{\"rel_type\":\"m.annotation\",\"event_id\":\"$1\",\"key\":\"👀\"},\"dev."
                        "learnd.key\":\"k\"}");
    struct matrix_pair direct[] = { { "@a:x", "!1" }, { "@b:x", "!2" }, { "@a:x", "!3" } };
    assert_string_equal(matrix_write_direct(*state, direct, 3), "{\"@a:x\":[\"!1\",\"!3\"],\"@b:x\":[\"!2\"]}");
    assert_string_equal(
        matrix_write_new_direct(*state, "@a:x"),
        "{\"is_direct\":true,\"preset\":\"private_chat\",\"visibility\":\"private\",\"invite\":[\"@a:x\"]}");
    assert_string_equal(matrix_write_typing(*state, false, 0), "{\"typing\":false}");
    assert_non_null(strstr(matrix_write_filter(*state, false), "\"limit\":100"));
    assert_non_null(strstr(matrix_write_filter(*state, true), "\"types\":[]"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_a_question, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(reads_threads_replies_and_edits, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(reads_reactions_redactions_members_files, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(leaves_alone_what_is_no_speech_or_misshapen, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(reads_rooms_invitations_and_direct_ones, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(survives_numbers_and_characters_that_json_libraries_refuse, arena_up,
                                        arena_down),
        cmocka_unit_test_setup_teardown(reads_pages_and_errors, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(keeps_the_session, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(writes_answers, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(writes_edits_that_ping_nobody, arena_up, arena_down),
        cmocka_unit_test_setup_teardown(writes_the_rest, arena_up, arena_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
