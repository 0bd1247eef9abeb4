#include "matrix_json.h"

#include <ctype.h>
#include <string.h>

#include <jansson.h>

#include "learnd/log.h"

/* A text of an object; what is missing, null or of another type is NULL. */
static const char *text_of(struct arena *a, const json_t *object, const char *name)
{
    return arena_copy(a, json_string_value(json_object_get(object, name)));
}

static bool is_text(const json_t *object, const char *name, const char *wanted)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text && strcmp(text, wanted) == 0;
}

static json_t *load(const char *text, size_t n, json_error_t *error)
{
    /* NUL is allowed because a text with \u0000 in it must not make a whole response unreadable; it ends there. */
    return json_loadb(text, n, JSON_ALLOW_NUL, error);
}

/* jansson refuses a document for one number that does not fit. Some server lets one through, and a sync that cannot be
 * read would never be left behind: such numbers become 0. They are in nothing that we look at. */
static json_t *load_with_any_number(struct arena *a, const char *text, size_t n, json_error_t *error)
{
    enum { TRIES = 64 };
    char *mended = arena_copy_n(a, text, n);
    for (int i = 0; i < TRIES; i++) {
        size_t end = (size_t)error->position, start;
        if (json_error_code(error) != json_error_numeric_overflow || end > n) {
            return NULL;
        }
        for (start = end; start > 0 && strchr("+-.eE0123456789", mended[start - 1]); start--) {
            mended[start - 1] = ' ';
        }
        if (start == end) {
            return NULL;
        }
        mended[start] = '0';
        json_t *root = load(mended, n, error);
        if (root) {
            return root;
        }
    }
    return NULL;
}

static json_t *read_json(struct arena *a, const char *text, size_t n)
{
    json_error_t error;
    json_t *root = load(text, n, &error);
    if (!root) {
        root = load_with_any_number(a, text, n, &error);
    }
    if (!root) {
        log_warn("matrix-json", "what=\"%s\" at=%d begins=\"%.200s\"", error.text, error.position, text);
    }
    return root;
}

/* ---- Events ---- */

static void read_relation(struct arena *a, const json_t *content, struct matrix_event *e)
{
    const json_t *relates = json_object_get(content, "m.relates_to");
    if (is_text(relates, "rel_type", "m.thread")) {
        e->thread = text_of(a, relates, "event_id");
    } else if (is_text(relates, "rel_type", "m.replace")) {
        e->kind = MATRIX_EDIT;
        e->target = text_of(a, relates, "event_id");
    }
    e->replies = json_object_get(relates, "m.in_reply_to") != NULL;
}

static void read_mentions(const json_t *content, const char *us, struct matrix_event *e)
{
    const json_t *mentions = json_object_get(content, "m.mentions"), *user;
    size_t i;
    e->mentions_known = json_is_object(mentions);
    json_array_foreach(json_object_get(mentions, "user_ids"), i, user)
    {
        const char *id = json_string_value(user);
        e->mentions_us = e->mentions_us || (id && strcmp(id, us) == 0);
    }
}

static void read_message(struct arena *a, const json_t *content, const char *us, struct matrix_event *e)
{
    e->kind = MATRIX_SAY;
    read_relation(a, content, e);
    if (e->kind == MATRIX_EDIT) {
        content = json_object_get(content, "m.new_content");
    }
    read_mentions(content, us, e);
    e->text = text_of(a, content, "body");
    if (is_text(content, "msgtype", "m.file") && e->kind == MATRIX_SAY) {
        e->kind = MATRIX_FILE;
        e->url = text_of(a, content, "url");
        e->text = json_object_get(content, "filename") ? text_of(a, content, "filename") : e->text;
    } else if (!is_text(content, "msgtype", "m.text") && !is_text(content, "msgtype", "m.emote")) {
        e->kind = MATRIX_OTHER; /* a bot's notice, a picture */
    } else if (is_text(content, "format", "org.matrix.custom.html")) {
        e->html = text_of(a, content, "formatted_body");
    }
}

static void read_reaction(struct arena *a, const json_t *content, struct matrix_event *e)
{
    const json_t *relates = json_object_get(content, "m.relates_to");
    if (is_text(relates, "rel_type", "m.annotation")) {
        e->kind = MATRIX_REACT;
        e->target = text_of(a, relates, "event_id");
        e->text = text_of(a, relates, "key");
    }
}

static void read_member_event(struct arena *a, const json_t *event, const json_t *content, struct matrix_event *e)
{
    const json_t *before = json_object_get(json_object_get(event, "unsigned"), "prev_content");
    e->kind = MATRIX_MEMBER;
    e->member = text_of(a, event, "state_key");
    e->membership = text_of(a, content, "membership");
    e->was = text_of(a, before, "membership");
}

/* What lacks its essential parts, or was redacted to nothing, is MATRIX_OTHER. */
static void check_event(struct matrix_event *e)
{
    bool bad = !e->id || !e->sender;
    bool needs_text =
        e->kind == MATRIX_SAY || e->kind == MATRIX_EDIT || e->kind == MATRIX_REACT || e->kind == MATRIX_FILE;
    bool needs_target = e->kind == MATRIX_EDIT || e->kind == MATRIX_REACT || e->kind == MATRIX_REDACT;
    bad = bad || (needs_text && !e->text) || (needs_target && !e->target) || (e->kind == MATRIX_FILE && !e->url);
    bad = bad || (e->kind == MATRIX_MEMBER && (!e->member || !e->membership));
    if (bad) {
        e->kind = MATRIX_OTHER;
    }
}

static void read_event(struct arena *a, const json_t *event, const char *us, struct matrix_event *e)
{
    const json_t *content = json_object_get(event, "content");
    const char *type = json_string_value(json_object_get(event, "type"));
    e->id = text_of(a, event, "event_id");
    e->sender = text_of(a, event, "sender");
    e->sent_ms = json_integer_value(json_object_get(event, "origin_server_ts"));
    e->key = text_of(a, content, MATRIX_KEY);
    if (!type) {
        return;
    }
    if (strcmp(type, "m.room.message") == 0) {
        read_message(a, content, us, e);
    } else if (strcmp(type, "m.reaction") == 0) {
        read_reaction(a, content, e);
    } else if (strcmp(type, "m.room.redaction") == 0) {
        e->kind = MATRIX_REDACT;
        e->target = text_of(a, event, "redacts");
        e->target = e->target ? e->target : text_of(a, content, "redacts");
    } else if (strcmp(type, "m.room.member") == 0) {
        read_member_event(a, event, content, e);
    } else if (strcmp(type, "m.room.encrypted") == 0) {
        e->kind = MATRIX_ENCRYPTED;
    }
    check_event(e);
}

static struct matrix_event *read_events(struct arena *a, const json_t *list, const char *us, size_t *count)
{
    size_t i, n = json_array_size(list);
    struct matrix_event *events = arena_array(a, struct matrix_event, n ? n : 1);
    const json_t *event;
    json_array_foreach(list, i, event)
    {
        read_event(a, event, us, &events[i]);
    }
    *count = n;
    return events;
}

/* ---- /sync ---- */

static void read_state(struct arena *a, const json_t *events, struct matrix_room_news *room)
{
    size_t i;
    const json_t *event;
    json_array_foreach(events, i, event)
    {
        const json_t *content = json_object_get(event, "content");
        if (!json_object_get(event, "state_key")) {
            continue;
        }
        if (is_text(event, "type", "m.room.name")) {
            room->name = text_of(a, content, "name");
        } else if (is_text(event, "type", "m.room.canonical_alias")) {
            room->alias = text_of(a, content, "alias");
        } else if (is_text(event, "type", "m.room.encryption")) {
            room->encrypted = true;
        } else if (is_text(event, "type", "m.room.tombstone")) {
            room->replacement = text_of(a, content, "replacement_room");
        }
    }
}

static int count_of(const json_t *summary, const char *name)
{
    const json_t *n = json_object_get(summary, name);
    return json_is_integer(n) && json_integer_value(n) >= 0 && json_integer_value(n) < 1000000
               ? (int)json_integer_value(n)
               : -1;
}

static void read_room(struct arena *a, const char *id, const json_t *joined, const char *us,
                      struct matrix_room_news *room)
{
    const json_t *timeline = json_object_get(joined, "timeline"), *summary = json_object_get(joined, "summary");
    size_t i;
    const json_t *data;
    room->id = arena_copy(a, id);
    room->limited = json_is_true(json_object_get(timeline, "limited"));
    room->prev_batch = text_of(a, timeline, "prev_batch");
    room->events = read_events(a, json_object_get(timeline, "events"), us, &room->count);
    read_state(a, json_object_get(json_object_get(joined, "state"), "events"), room);
    read_state(a, json_object_get(timeline, "events"), room);
    room->joined = count_of(summary, "m.joined_member_count");
    room->invited = count_of(summary, "m.invited_member_count");
    const json_t *heroes = json_object_get(summary, "m.heroes");
    if (json_array_size(heroes) == 1) { /* more than one other: nobody's direct conversation */
        room->hero = arena_copy(a, json_string_value(json_array_get(heroes, 0)));
    }
    json_array_foreach(json_object_get(json_object_get(joined, "account_data"), "events"), i, data)
    {
        room->told = room->told || is_text(data, "type", MATRIX_TOLD);
    }
}

static void read_rooms(struct arena *a, json_t *join, const char *us, struct matrix_news *news)
{
    const char *id;
    json_t *room;
    news->rooms = arena_array(a, struct matrix_room_news, json_object_size(join) + 1);
    json_object_foreach(join, id, room)
    {
        read_room(a, id, room, us, &news->rooms[news->room_count++]);
    }
}

static void read_invites(struct arena *a, json_t *invite, const char *us, struct matrix_news *news)
{
    const char *id;
    json_t *room, *event;
    size_t i;
    news->invites = arena_array(a, struct matrix_invite, json_object_size(invite) + 1);
    json_object_foreach(invite, id, room)
    {
        struct matrix_invite *in = &news->invites[news->invite_count++];
        in->room = arena_copy(a, id);
        json_array_foreach(json_object_get(json_object_get(room, "invite_state"), "events"), i, event)
        {
            if (is_text(event, "type", "m.room.member") && is_text(event, "state_key", us)) {
                in->inviter = text_of(a, event, "sender");
                in->direct = json_is_true(json_object_get(json_object_get(event, "content"), "is_direct"));
            }
        }
    }
}

static void read_left(struct arena *a, json_t *leave, struct matrix_news *news)
{
    const char *id;
    json_t *room;
    news->left = arena_array(a, const char *, json_object_size(leave) + 1);
    json_object_foreach(leave, id, room)
    {
        news->left[news->left_count++] = arena_copy(a, id);
    }
}

static void read_direct(struct arena *a, json_t *content, struct matrix_news *news)
{
    const char *user;
    json_t *rooms, *room;
    size_t i, most = 0;
    json_object_foreach(content, user, rooms)
    {
        most += json_array_size(rooms);
    }
    news->direct = arena_array(a, struct matrix_pair, most + 1);
    news->direct_count = 0;
    news->direct_known = true;
    json_object_foreach(content, user, rooms)
    {
        json_array_foreach(rooms, i, room)
        {
            if (json_is_string(room)) {
                news->direct[news->direct_count++] =
                    (struct matrix_pair){ arena_copy(a, user), arena_copy(a, json_string_value(room)) };
            }
        }
    }
}

bool matrix_read_sync(struct arena *a, const char *text, size_t n, const char *us, struct matrix_news *news)
{
    *news = (struct matrix_news){ 0 };
    json_t *root = read_json(a, text, n);
    const json_t *rooms = json_object_get(root, "rooms"), *data;
    size_t i;
    news->next_batch = text_of(a, root, "next_batch");
    read_rooms(a, json_object_get(rooms, "join"), us, news);
    read_invites(a, json_object_get(rooms, "invite"), us, news);
    read_left(a, json_object_get(rooms, "leave"), news);
    json_array_foreach(json_object_get(json_object_get(root, "account_data"), "events"), i, data)
    {
        if (is_text(data, "type", "m.direct")) {
            read_direct(a, json_object_get(data, "content"), news);
        }
    }
    json_decref(root);
    return news->next_batch != NULL;
}

/* ---- The rest ---- */

bool matrix_read_messages(struct arena *a, const char *text, size_t n, const char *us, struct matrix_page *page)
{
    json_t *root = read_json(a, text, n);
    const json_t *chunk = json_object_get(root, "chunk");
    bool good = json_is_array(chunk);
    page->events = read_events(a, chunk, us, &page->count);
    page->end = text_of(a, root, "end");
    json_decref(root);
    return good;
}

struct matrix_error matrix_read_error(struct arena *a, const char *text, size_t n)
{
    json_t *root = json_loadb(text, n, 0, NULL); /* a proxy's page of HTML is no event for the log */
    const json_t *wait = json_object_get(root, "retry_after_ms");
    struct matrix_error e = {
        .code = text_of(a, root, "errcode"),
        .text = text_of(a, root, "error"),
        .retry_after_ms = json_is_number(wait) && json_number_value(wait) >= 0 && json_number_value(wait) < 1e10
                              ? (int64_t)json_number_value(wait)
                              : -1,
    };
    e.code = e.code ? e.code : "";
    e.text = e.text ? e.text : "";
    json_decref(root);
    return e;
}

const char *matrix_read_member(struct arena *a, const char *text, size_t n, const char *name)
{
    json_t *root = read_json(a, text, n);
    const char *value = text_of(a, root, name);
    json_decref(root);
    return value;
}

bool matrix_read_redacted(const char *text, size_t n)
{
    json_t *root = json_loadb(text, n, 0, NULL);
    bool redacted = json_object_get(json_object_get(root, "unsigned"), "redacted_because") != NULL;
    json_decref(root);
    return redacted;
}

bool matrix_read_session(struct arena *a, const char *text, size_t n, struct matrix_session *s)
{
    json_t *root = json_loadb(text, n, 0, NULL);
    s->user = text_of(a, root, "user");
    s->device = text_of(a, root, "device");
    s->token = text_of(a, root, "token");
    json_decref(root);
    return s->device != NULL;
}
