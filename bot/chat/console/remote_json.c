/* The terminal of a database that a daemon owns: lines of JSON over its socket, see control.h. */
#include "console.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "learnd/control.h"

#define INPUT_MAX (1 << 22)

void remote_init(struct remote *r, struct screen *s, const char *database)
{
    *r = (struct remote){ .fd = -1, .screen = s, .database = database };
}

void remote_finish(struct remote *r)
{
    if (r->fd >= 0)
        close(r->fd);
    r->fd = -1;
    free(r->input);
    r->input = NULL;
    r->input_length = 0;
}

static const char *text_of(const json_t *o, const char *key)
{
    const char *text = json_string_value(json_object_get(o, key));
    return text ? text : "";
}

static void show(struct remote *r, const json_t *o)
{
    const char *op = text_of(o, "op"), *body = text_of(o, "body");
    if (strcmp(op, "post") == 0)
        screen_post(r->screen, "console", text_of(o, "id"), body);
    else if (strcmp(op, "edit") == 0)
        screen_edit(r->screen, "console", text_of(o, "target"), body);
    else if (strcmp(op, "delete") == 0)
        screen_delete(r->screen, text_of(o, "target"));
    else if (strcmp(op, "file") == 0)
        screen_file(r->screen, text_of(o, "name"), body);
}

/* One line; true when it ends a request. */
static bool take_line(struct remote *r, const char *line)
{
    json_t *o = json_loads(line, 0, NULL);
    bool done = json_object_get(o, "done");
    if (json_object_get(o, "line"))
        screen_note(r->screen, "%s", text_of(o, "line"));
    else if (json_object_get(o, "op"))
        show(r, o);
    json_decref(o);
    return done;
}

static bool read_more(struct remote *r)
{
    char part[8192];
    ssize_t n = read(r->fd, part, sizeof part);
    if (n <= 0 || r->input_length + (size_t)n > INPUT_MAX)
        return false;
    r->input = realloc(r->input, r->input_length + (size_t)n + 1);
    if (!r->input)
        abort();
    memcpy(r->input + r->input_length, part, (size_t)n);
    r->input_length += (size_t)n;
    r->input[r->input_length] = '\0';
    return true;
}

/* The whole lines that are there; true when one of them ended a request. */
static bool take_lines(struct remote *r)
{
    bool done = false;
    char *from = r->input;
    for (char *end; from && (end = strchr(from, '\n')) != NULL; from = end + 1) {
        *end = '\0';
        done = take_line(r, from) || done;
    }
    if (from) {
        r->input_length -= (size_t)(from - r->input);
        memmove(r->input, from, r->input_length + 1);
    }
    return done;
}

bool remote_listen(struct remote *r)
{
    if (!read_more(r))
        return false;
    take_lines(r);
    return true;
}

/* The daemon may be gone: that is an answer, not a signal. */
static bool send_all(int fd, const char *text, size_t n)
{
    while (n) {
        ssize_t sent = send(fd, text, n, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        text += sent;
        n -= (size_t)sent;
    }
    return true;
}

static bool request(struct remote *r, json_t *o)
{
    char *text = json_dumps(o, JSON_COMPACT);
    json_decref(o);
    bool good = text && send_all(r->fd, text, strlen(text)) && send_all(r->fd, "\n", 1);
    free(text);
    while (good && !take_lines(r))
        good = read_more(r);
    return good;
}

bool remote_become(struct remote *r, const char *handle)
{
    remote_finish(r); /* a new conversation: nothing of the other person's comes any more */
    r->who = handle;
    r->fd = control_connect(r->database);
    return r->fd >= 0 && request(r, json_pack("{s:s, s:s}", "op", "chat", "as", handle));
}

bool remote_say(struct remote *r, const char *text)
{
    return request(r, json_pack("{s:s, s:s, s:s}", "op", "say", "as", r->who, "text", text));
}
