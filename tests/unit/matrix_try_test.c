/* What `learnd doctor` says of a Matrix server, and that it leaves nothing there. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "learnd/matrix.h"
#include "matrix_fake.h"

static struct fake fake;
static struct arena *arena;
static const char *user;

static int set_up(void **state)
{
    (void)state;
    fake_open(&fake);
    arena = arena_open();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fake_close(&fake);
    arena_close(arena);
    return 0;
}

static const char *try(const char *password, const char *token)
{
    struct matrix_options o = { .homeserver = arena_printf(arena, "http://127.0.0.1:%d", fake.port),
                                .user = "learnd",
                                .password = password,
                                .access_token = token,
                                .session = "/tmp/learnd-no-such-session" };
    const char *fault = matrix_try(arena, &o, &(struct http_options){ 0 }, &user);
    assert_true(access(o.session, F_OK) < 0);
    return fault;
}

static void a_token_that_holds(void **state)
{
    (void)state;
    assert_null(try(NULL, "tok"));
    assert_string_equal(user, "@learnd:x");
    assert_int_equal(fake_seen(&fake, "GET ", "/whoami", NULL), 1);
    assert_int_equal(fake_seen(&fake, "POST ", "/login", NULL), 0);
}

static void a_token_that_does_not(void **state)
{
    (void)state;
    fake_on(&fake, "GET", "/whoami", 401, "{\"errcode\":\"M_UNKNOWN_TOKEN\",\"error\":\"Unrecognised\"}", 2);
    const char *fault = try(NULL, "tok");
    assert_non_null(strstr(fault, "does not take the access token: 401 M_UNKNOWN_TOKEN Unrecognised"));
    assert_null(strstr(fault, "tok "));
    assert_null(try("pw", "tok")); /* the daemon would log in anew */
}

static void a_password_leaves_no_device(void **state)
{
    char *login = NULL;
    (void)state;
    assert_null(try("pw", NULL));
    assert_int_equal(fake_seen(&fake, "POST ", "/login", &login), 1);
    assert_null(strstr(login, "\"device_id\""));
    free(login);
    assert_int_equal(fake_seen(&fake, "POST ", "/logout", NULL), 1);
    fake_on(&fake, "POST", "/login", 403, "{\"errcode\":\"M_FORBIDDEN\",\"error\":\"Invalid\"}", 1);
    assert_non_null(strstr(try("pw", NULL), "does not take the password: 403 M_FORBIDDEN Invalid"));
}

static void what_is_no_matrix_server(void **state)
{
    (void)state;
    fake_on(&fake, "GET", "/versions", 404, "<html>", 1);
    assert_non_null(strstr(try("pw", NULL), "is not there as a Matrix server: 404"));
    assert_int_equal(fake_seen(&fake, "POST ", "", NULL), 0); /* the password went nowhere */
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_token_that_holds),
        TEST(a_token_that_does_not),
        TEST(a_password_leaves_no_device),
        TEST(what_is_no_matrix_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
