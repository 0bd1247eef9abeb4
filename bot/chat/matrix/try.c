/* Is the server there, and does it let us in? For `learnd doctor`: asked once, nothing is kept, a login is taken back. */
#include <string.h>

#include "matrix.h"

#define PATIENCE_MS 5000 /* for each question */

struct attempt {
    struct matrix *matrix;
    struct arena *arena;
    int status; /* 0: no answer */
    const char *body, *why;
};

static void on_answer(void *context, const struct http_answer *answer)
{
    struct attempt *t = context;
    struct matrix_error e = matrix_read_error(t->arena, answer->body, answer->size);
    t->status = answer->end == HTTP_ANSWERED ? answer->status : 0;
    t->body = arena_copy_n(t->arena, answer->body, answer->size);
    t->why = t->status ? arena_printf(t->arena, "%d %s %s", t->status, e.code, e.text)
                       : arena_printf(t->arena, "no answer, %s", answer->why);
    loop_stop(t->matrix->loop);
}

static bool ask(struct attempt *t, const char *method, const char *path, const char *body)
{
    matrix_ask(t->matrix,
               &(struct matrix_ask){ .method = method, .path = path, .body = body, .timeout_ms = PATIENCE_MS },
               on_answer, t);
    loop_run(t->matrix->loop);
    return t->status == 200;
}

static const char *member(struct attempt *t, const char *name)
{
    return matrix_read_member(t->arena, t->body, strlen(t->body), name);
}

/* As a device of its own, which goes again: the daemon's token stays what it is. */
static bool password_holds(struct attempt *t)
{
    struct matrix *m = t->matrix;
    const char *body = matrix_write_login(t->arena, m->login_user, m->password, NULL);
    if (!ask(t, "POST", "/_matrix/client/v3/login", body))
        return false;
    struct attempt out = *t;
    matrix_set_token(m, member(t, "access_token"));
    ask(&out, "POST", "/_matrix/client/v3/logout", "{}");
    return true;
}

static const char *fault(struct attempt *t)
{
    struct matrix *m = t->matrix;
    if (!ask(t, "GET", "/_matrix/client/versions", NULL))
        return arena_printf(t->arena, "%s is not there as a Matrix server: %s", m->homeserver, t->why);
    if (!m->token)
        matrix_set_token(m, m->access_token);
    bool known = m->token && ask(t, "GET", "/_matrix/client/v3/account/whoami", NULL);
    bool refused = !m->token || t->status == 401;
    if (!known && !(refused && m->password))
        return arena_printf(t->arena, "%s does not take the access token: %s", m->homeserver, t->why);
    if (!known && !password_holds(t))
        return arena_printf(t->arena, "%s does not take the password: %s", m->homeserver, t->why);
    return member(t, "user_id") ? NULL : arena_printf(t->arena, "%s does not say who we are", m->homeserver);
}

const char *matrix_try(struct arena *a, const struct matrix_options *o, const struct http_options *h, const char **user)
{
    struct loop *l = loop_open();
    struct http *http = http_open(l, h);
    const char *wrong = "libcurl is not there";
    if (http) {
        struct attempt t = { .matrix = matrix_open(l, http, o, (struct intake){ NULL }), .arena = a };
        loop_timer_stop(t.matrix->again); /* it would log in by itself */
        wrong = fault(&t);
        *user = wrong ? NULL : member(&t, "user_id");
        matrix_close(t.matrix);
    }
    http_close(http);
    loop_close(l);
    return wrong;
}
