#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "matrix_json.h"

/* Takes the object over. Everything we write is checked UTF-8, so that a NULL here is our own fault. */
static const char *dump(struct arena *a, json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT);
    if (!text) {
        abort();
    }
    const char *copy = arena_copy(a, text);
    free(text);
    json_decref(object);
    return copy;
}

static void set_text(json_t *object, const char *name, const char *text)
{
    if (text) {
        json_object_set_new(object, name, json_string(text));
    }
}

static json_t *body_of(const struct matrix_message *m, const char *mark)
{
    json_t *content = json_object();
    if (m->url) {
        json_object_set_new(content, "msgtype", json_string("m.file"));
        set_text(content, "body", m->name);
        set_text(content, "filename", m->name);
        set_text(content, "url", m->url);
        json_object_set_new(content, "info",
                            json_pack("{s:s,s:I}", "mimetype", "text/plain", "size", (json_int_t)m->size));
        return content;
    }
    json_object_set_new(content, "msgtype", json_string("m.notice"));
    json_object_set_new(content, "format", json_string("org.matrix.custom.html"));
    json_object_set_new(content, "body", json_sprintf("%s%s", mark, m->plain));
    json_object_set_new(content, "formatted_body", json_sprintf("%s%s", mark, m->html));
    return content;
}

static json_t *relation_of(const struct matrix_message *m)
{
    const char *reply_to = m->reply_to ? m->reply_to : m->thread;
    json_t *relates = json_object();
    if (m->edits) {
        json_object_set_new(relates, "rel_type", json_string("m.replace"));
        set_text(relates, "event_id", m->edits);
        return relates;
    }
    if (m->thread) {
        json_object_set_new(relates, "rel_type", json_string("m.thread"));
        set_text(relates, "event_id", m->thread);
        json_object_set_new(relates, "is_falling_back", json_true());
    }
    if (reply_to) {
        json_object_set_new(relates, "m.in_reply_to", json_pack("{s:s}", "event_id", reply_to));
    }
    return relates;
}

/* Always there, so that no name in the text pings anybody; an edit pings nobody again. */
static json_t *mentions_of(const struct matrix_message *m)
{
    return m->mention && !m->edits ? json_pack("{s:[s]}", "user_ids", m->mention) : json_object();
}

const char *matrix_write_message(struct arena *a, const struct matrix_message *m)
{
    json_t *content = body_of(m, m->edits ? "* " : ""), *relates = relation_of(m);
    set_text(content, MATRIX_KEY, m->key);
    json_object_set_new(content, "m.mentions", mentions_of(m));
    if (m->edits) {
        json_t *inner = body_of(m, "");
        json_object_set_new(inner, "m.mentions", json_object());
        json_object_set_new(content, "m.new_content", inner);
    }
    if (json_object_size(relates)) {
        json_object_set(content, "m.relates_to", relates);
    }
    json_decref(relates);
    return dump(a, content);
}

const char *matrix_write_reaction(struct arena *a, const char *target, const char *emoji, const char *key)
{
    json_t *content =
        json_pack("{s:{s:s,s:s,s:s}}", "m.relates_to", "rel_type", "m.annotation", "event_id", target, "key", emoji);
    set_text(content, MATRIX_KEY, key);
    return dump(a, content);
}

const char *matrix_write_login(struct arena *a, const char *user, const char *password, const char *device)
{
    return dump(a, json_pack("{s:s,s:{s:s,s:s},s:s,s:s*,s:s}", "type", "m.login.password", "identifier", "type",
                             "m.id.user", "user", user, "password", password, "device_id", device,
                             "initial_device_display_name", "learnd"));
}

const char *matrix_write_session(struct arena *a, const struct matrix_session *s)
{
    json_t *session = json_object();
    set_text(session, "user", s->user);
    set_text(session, "device", s->device);
    set_text(session, "token", s->token);
    return dump(a, session);
}

const char *matrix_write_direct(struct arena *a, const struct matrix_pair *direct, size_t n)
{
    json_t *content = json_object();
    for (size_t i = 0; i < n; i++) {
        if (!json_object_get(content, direct[i].user)) {
            json_object_set_new(content, direct[i].user, json_array());
        }
        json_array_append_new(json_object_get(content, direct[i].user), json_string(direct[i].room));
    }
    return dump(a, content);
}

const char *matrix_write_new_direct(struct arena *a, const char *user)
{
    return dump(a, json_pack("{s:b,s:s,s:s,s:[s]}", "is_direct", 1, "preset", "private_chat", "visibility", "private",
                             "invite", user));
}

const char *matrix_write_typing(struct arena *a, bool on, int64_t timeout_ms)
{
    return dump(a, on ? json_pack("{s:b,s:I}", "typing", 1, "timeout", (json_int_t)timeout_ms)
                      : json_pack("{s:b}", "typing", 0));
}

/* The kinds of event that are read at all. */
static json_t *heard_types(void)
{
    return json_pack("[s,s,s,s,s,s,s,s,s]", "m.room.message", "m.reaction", "m.room.redaction", "m.room.encrypted",
                     "m.room.member", "m.room.name", "m.room.canonical_alias", "m.room.encryption", "m.room.tombstone");
}

const char *matrix_write_filter(struct arena *a, bool state_only)
{
    json_t *timeline = state_only ? json_pack("{s:i,s:[]}", "limit", 1, "types")
                                  : json_pack("{s:i,s:o}", "limit", 100, "types", heard_types());
    return dump(a, json_pack("{s:{s:[]},s:{s:[s]},s:{s:o,s:{s:b,s:[s,s,s,s,s]},s:{s:[]},s:{s:[s]}}}", "presence",
                             "types", "account_data", "types", "m.direct", "room", "timeline", timeline, "state",
                             "lazy_load_members", 1, "types", "m.room.name", "m.room.canonical_alias",
                             "m.room.encryption", "m.room.tombstone", "m.room.member", "ephemeral", "types",
                             "account_data", "types", MATRIX_TOLD));
}

const char *matrix_write_page_filter(struct arena *a)
{
    return dump(a, json_pack("{s:o}", "types", heard_types()));
}
