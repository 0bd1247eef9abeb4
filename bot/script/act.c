/* What people do in a conversation, as the events a platform would make of it. */
#include <stdlib.h>
#include <string.h>

#include "script_private.h"

#define UPLOAD_MAX (1 << 20)

static const char *conversation_of(struct player *p, const struct script_line *l)
{
    return l->room ? l->room : arena_printf(p->arena, "@%s", l->who);
}

/* "@bot" and what separates it from the words goes, as a platform takes its own mention out. */
static const char *without_mention(struct arena *a, const char *text, bool *mentioned)
{
    const char *at = strstr(text, "@bot");
    *mentioned = at != NULL;
    if (!at)
        return text;
    const char *rest = at + strlen("@bot");
    rest += strspn(rest, ":, ");
    return arena_printf(a, "%.*s%s", (int)(at - text), text, rest);
}

/* The thread of the last message in the room: its own, or the one it begins. */
static const char *newest_thread(struct player *p, const char *room)
{
    for (const struct said *s = p->stage.said; s; s = s->older)
        if (s->room && strcmp(s->room, room) == 0 && strcmp(s->platform, p->platform) == 0)
            return s->thread ? s->thread : s->id;
    return NULL;
}

static const struct said *newest_of(struct player *p, const char *who)
{
    for (const struct said *s = p->stage.said; s; s = s->older)
        if (s->who && strcmp(s->who, who) == 0)
            return s;
    return NULL;
}

static struct event event_of(struct player *p, const struct script_line *l, enum event_kind kind)
{
    return (struct event){ .kind = kind,
                           .platform = p->platform,
                           .thing = stage_next_id(&p->stage, "e"),
                           .user = l->who,
                           .user_name = l->who,
                           .conversation = conversation_of(p, l),
                           .room = l->room,
                           .sent_ms = p->stage.now_ms,
                           .received_ms = p->stage.now_ms };
}

static bool send(struct player *p, const struct event *e)
{
    stage_add_event(&p->stage, e);
    p->last_event = *e;
    return true;
}

static bool say(struct player *p, const struct script_line *l)
{
    struct event e = event_of(p, l, EVENT_SAY);
    e.text = l->room ? without_mention(p->arena, l->text, &e.mentioned) : l->text;
    if (l->thread) {
        e.thread = newest_thread(p, l->room);
        if (!e.thread) {
            player_fail(p, l->number, "there is no message in %s yet, so no thread", l->room);
            return false;
        }
    }
    struct said *said = arena_new(p->arena, struct said);
    *said = (struct said){ .who = l->who,
                           .platform = p->platform,
                           .conversation = e.conversation,
                           .room = l->room,
                           .thread = e.thread,
                           .id = e.thing,
                           .older = p->stage.said };
    p->stage.said = said;
    return send(p, &e);
}

static bool press(struct player *p, const struct script_line *l)
{
    const struct label *b = p->stage.labels;
    while (b && (strcmp(b->text, l->text) != 0 || (b->queue->who && strcmp(b->queue->who, l->who) != 0)))
        b = b->older;
    if (!b) {
        player_fail(p, l->number, "no button \"%s\" was ever shown to %s", l->text, l->who);
        return false;
    }
    if (l->gone && !b->gone) {
        player_fail(p, l->number, "the button \"%s\" is still there", l->text);
        return false;
    }
    struct event e = event_of(p, l, EVENT_PRESS);
    e.platform = b->platform;
    e.conversation = b->conversation;
    e.room = b->queue->room;
    e.thread = b->thread;
    e.target = b->id;
    e.value = b->value;
    return send(p, &e);
}

static bool fill(struct player *p, const struct script_line *l)
{
    const struct form *f = p->stage.forms;
    while (f && strcmp(f->who, l->who) != 0)
        f = f->older;
    if (!f) {
        player_fail(p, l->number, "no form was ever shown to %s", l->who);
        return false;
    }
    struct event e = event_of(p, l, EVENT_SUBMIT);
    e.platform = f->platform;
    e.conversation = f->conversation;
    e.value = f->value;
    e.fields = l->fields;
    e.field_count = l->field_count;
    return send(p, &e);
}

static bool react(struct player *p, const struct script_line *l)
{
    const struct shown *m = p->stage.shown;
    while (m && m->queue->who && strcmp(m->queue->who, l->who) != 0)
        m = m->older;
    if (!m) {
        player_fail(p, l->number, "the bot has said nothing to %s yet", l->who);
        return false;
    }
    struct event e = event_of(p, l, EVENT_REACT);
    e.platform = m->platform;
    e.conversation = m->conversation;
    e.room = m->queue->room;
    e.thread = m->thread;
    e.target = m->id;
    e.text = l->text;
    return send(p, &e);
}

static bool change(struct player *p, const struct script_line *l, enum event_kind kind)
{
    const struct said *said = newest_of(p, l->who);
    if (!said) {
        player_fail(p, l->number, "%s has written nothing yet", l->who);
        return false;
    }
    struct event e = event_of(p, l, kind);
    e.platform = said->platform;
    e.conversation = said->conversation;
    e.room = said->room;
    e.thread = said->thread;
    e.target = said->id;
    if (kind == EVENT_EDIT)
        e.text = said->room ? without_mention(p->arena, l->text, &e.mentioned) : l->text;
    return send(p, &e);
}

static bool upload(struct player *p, const struct script_line *l)
{
    struct event e = event_of(p, l, EVENT_UPLOAD);
    const char *slash = strrchr(l->text, '/');
    e.name = slash ? slash + 1 : l->text;
    e.text = script_read_file(p->arena, l->text, UPLOAD_MAX);
    if (!e.text) {
        player_fail(p, l->number, "cannot read %s", l->text);
        return false;
    }
    return send(p, &e);
}

bool player_act(struct player *p, const struct script_line *l)
{
    switch (l->kind) {
    case LINE_SAY:
        return say(p, l);
    case LINE_PRESS:
        return press(p, l);
    case LINE_FILL:
        return fill(p, l);
    case LINE_REACT:
        return react(p, l);
    case LINE_EDIT:
        return change(p, l, EVENT_EDIT);
    case LINE_WITHDRAW:
        return change(p, l, EVENT_WITHDRAW);
    case LINE_UPLOAD:
        return upload(p, l);
    case LINE_HOME: {
        struct event e = event_of(p, l, EVENT_HOME);
        return send(p, &e);
    }
    case LINE_CONFIG:
    case LINE_AT:
    case LINE_ON:
    case LINE_HEAR:
    case LINE_SEE_EDIT:
    case LINE_SEE_DELETE:
    case LINE_SEE_REACTION:
    case LINE_SEE_FILE:
    case LINE_SEE_FORM:
    case LINE_SEE_HOME:
    case LINE_NOBODY:
    case LINE_DB:
    case LINE_READ:
    case LINE_TOGETHER:
    case LINE_AFTER:
    case LINE_RESTART:
    case LINE_CRASH:
    case LINE_REDELIVER:
    case LINE_FAIL:
    case LINE_LOSE:
        break;
    }
    return true;
}
