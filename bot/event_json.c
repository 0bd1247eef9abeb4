/* An event as text and back, for the table of held events. */
#include "event_json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

char *event_to_json(struct arena *a, const struct event *e)
{
    json_t *o = json_pack("{s:i, s:s, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:b, s:I, s:I}", "kind",
                          (int)e->kind, "platform", e->platform, "thing", e->thing, "user", e->user, "conversation",
                          e->conversation, "room", e->room, "thread", e->thread, "text", e->text, "name", e->name,
                          "value", e->value, "target", e->target, "mentioned", e->mentioned, "sent",
                          (json_int_t)e->sent_ms, "received", (json_int_t)e->received_ms);
    char *text = o ? json_dumps(o, JSON_COMPACT) : NULL;
    char *kept = arena_copy(a, text ? text : "{}");

    free(text);
    json_decref(o);
    return kept;
}

static const char *text_of(struct arena *a, json_t *o, const char *name)
{
    return arena_copy(a, json_string_value(json_object_get(o, name)));
}

bool event_from_json(struct arena *a, const char *json, struct event *e)
{
    json_t *o = json_loads(json, 0, NULL);

    *e = (struct event){ .kind = (enum event_kind)json_integer_value(json_object_get(o, "kind")),
                         .platform = text_of(a, o, "platform"),
                         .thing = text_of(a, o, "thing"),
                         .user = text_of(a, o, "user"),
                         .conversation = text_of(a, o, "conversation"),
                         .room = text_of(a, o, "room"),
                         .thread = text_of(a, o, "thread"),
                         .text = text_of(a, o, "text"),
                         .name = text_of(a, o, "name"),
                         .value = text_of(a, o, "value"),
                         .target = text_of(a, o, "target"),
                         .mentioned = json_is_true(json_object_get(o, "mentioned")),
                         .sent_ms = json_integer_value(json_object_get(o, "sent")),
                         .received_ms = json_integer_value(json_object_get(o, "received")) };
    json_decref(o);
    return e->platform;
}
