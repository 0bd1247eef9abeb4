/* Any bytes as what a homeserver answers: read without harm, and what is read keeps its promises. */
#include <stdlib.h>
#include <string.h>

#include "../../bot/chat/matrix/matrix_json.h"
#include "learnd/log.h"
#include "learnd/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text)
{
    if (text && !text_is_utf8(text, strlen(text)))
        abort();
}

static void check_event(const struct matrix_event *e)
{
    check_text(e->text);
    check_text(e->html);
    if (e->kind == MATRIX_OTHER)
        return;
    if (!e->id || !e->sender)
        abort();
    if ((e->kind == MATRIX_SAY || e->kind == MATRIX_EDIT || e->kind == MATRIX_REACT) && !e->text)
        abort();
    if ((e->kind == MATRIX_EDIT || e->kind == MATRIX_REACT || e->kind == MATRIX_REDACT) && !e->target)
        abort();
    if (e->kind == MATRIX_MEMBER && (!e->member || !e->membership))
        abort();
    if (e->kind == MATRIX_FILE && !e->url)
        abort();
}

static void read_sync(struct arena *a, const char *text, size_t size)
{
    struct matrix_news news;
    if (!matrix_read_sync(a, text, size, "@learnd:x", &news))
        return;
    for (size_t i = 0; i < news.room_count; i++) {
        if (!news.rooms[i].id)
            abort();
        for (size_t k = 0; k < news.rooms[i].count; k++)
            check_event(&news.rooms[i].events[k]);
    }
    for (size_t i = 0; i < news.invite_count; i++) {
        if (!news.invites[i].room)
            abort();
    }
    matrix_write_direct(a, news.direct, news.direct_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_open();
    struct matrix_page page;
    struct matrix_session session;
    const char *text = arena_copy_n(a, (const char *)data, size);

    log_level_set(LOG_ERROR);
    read_sync(a, text, size);
    if (matrix_read_messages(a, text, size, "@learnd:x", &page)) {
        for (size_t i = 0; i < page.count; i++)
            check_event(&page.events[i]);
    }
    if (matrix_read_error(a, text, size).retry_after_ms < -1)
        abort();
    matrix_read_member(a, text, size, "event_id");
    matrix_read_redacted(text, size);
    if (matrix_read_session(a, text, size, &session))
        matrix_write_session(a, &session);
    arena_close(a);
    return 0;
}
