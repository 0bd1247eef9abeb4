/* The Matrix transport on a loop, between a fake homeserver and a core that is the test.
 * The test owns it; stand_up and stand_down are cmocka's setup and teardown. */
#ifndef LEARND_TESTS_MATRIX_STAND_H
#define LEARND_TESTS_MATRIX_STAND_H

#include <sys/stat.h>

#include "learnd/matrix.h"
#include "matrix_fake.h"

enum { HEARD = 64, PATIENCE_MS = 20000 };

struct stand { /* the transport on a loop, between the fake and a core that is this test */
    struct fake fake;
    struct loop *loop;
    struct http *http;
    struct matrix *matrix;
    struct loop_timer *check;
    bool (*wanted)(struct stand *s);
    int64_t deadline;
    struct parcel *parcels[HEARD]; /* kept until the end, so that what was heard can be looked at */
    int parcel_count, entered;
    struct event heard[HEARD]; /* all events of all parcels */
    int heard_count;
    int wanted_count;
    bool slow; /* parcels are not done until the test says so */
    char session[64];
};

static inline void look(void *context)
{
    struct stand *s = context;
    if (s->wanted(s) || clock_ms() > s->deadline) {
        loop_stop(s->loop);
    } else {
        loop_timer_set(s->check, 2);
    }
}

/* Runs the loop until the condition holds; fails when it does not come true. */
static inline void until(struct stand *s, bool (*wanted)(struct stand *s))
{
    s->wanted = wanted;
    s->deadline = clock_ms() + PATIENCE_MS;
    loop_timer_set(s->check, 0);
    loop_run(s->loop);
    assert_true(wanted(s));
}

static inline void hand_in(void *self, struct parcel *p)
{
    struct stand *s = self;
    s->parcels[s->parcel_count++] = p;
    for (size_t i = 0; i < p->count; i++) {
        assert_true(s->heard_count < HEARD);
        s->heard[s->heard_count++] = p->events[i];
    }
    if (p->done && !s->slow) {
        p->done(p);
    }
}

static inline void in_hand(void *self, int64_t row, bool is)
{
    (void)self, (void)row, (void)is;
}

static inline void on_entered(void *context)
{
    ((struct stand *)context)->entered++;
}

static inline void open_transport(struct stand *s, struct matrix_options o)
{
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/", s->fake.port);
    o.homeserver = url;
    o.session = s->session;
    o.entered = on_entered;
    o.context = s;
    s->http = http_open(s->loop, &(struct http_options){ 0 });
    s->matrix = matrix_open(s->loop, s->http, &o, (struct intake){ s, hand_in, in_hand });
}

static inline void close_transport(struct stand *s)
{
    matrix_close(s->matrix);
    http_close(s->http);
}

static inline int stand_up(void **state)
{
    struct stand *s = calloc(1, sizeof *s);
    *state = s;
    fake_open(&s->fake);
    s->loop = loop_open();
    s->check = loop_timer_open(s->loop, look, s);
    snprintf(s->session, sizeof s->session, "/tmp/learnd-session-%d", s->fake.port);
    open_transport(s, (struct matrix_options){ .user = "learnd", .password = "pw", .since = "s1" });
    return 0;
}

static inline int stand_down(void **state)
{
    struct stand *s = *state;
    close_transport(s);
    loop_timer_close(s->check);
    loop_close(s->loop);
    fake_close(&s->fake);
    for (int i = 0; i < s->parcel_count; i++) {
        arena_close(s->parcels[i]->arena);
    }
    unlink(s->session);
    free(s);
    return 0;
}

static inline bool syncs(struct stand *s)
{
    return fake_seen(&s->fake, "GET ", "since=", NULL) > 0;
}

static inline bool heard_enough(struct stand *s)
{
    return s->heard_count >= s->wanted_count;
}

static inline void hear(struct stand *s, int count)
{
    s->wanted_count = s->heard_count + count;
    until(s, heard_enough);
}

#define EVENT(id, sender, type, content)                                                                               \
    "{\"type\":\"" type "\",\"event_id\":\"" id "\",\"sender\":\"" sender                                              \
    "\",\"origin_server_ts\":9,\"content\":" content "}"
#define SAID(id, sender, body) EVENT(id, sender, "m.room.message", "{\"msgtype\":\"m.text\",\"body\":\"" body "\"}")
#define ROOM(id, members, events)                                                                                      \
    "\"" id "\":{\"summary\":{\"m.joined_member_count\":" members                                                      \
    ",\"m.invited_member_count\":0},\"timeline\":{\"events\":[" events "]}}"
#define SYNC(token, rooms) "{\"next_batch\":\"" token "\",\"rooms\":{\"join\":{" rooms "}}}"
/* A direct conversation with @alice:x that is known from the start. */
#define DIRECT                                                                                                         \
    "{\"next_batch\":\"s0\",\"rooms\":{\"join\":{\"!a\":{\"summary\":{\"m.joined_member_count\":2,\"m.heroes\":[\"@"   \
    "alice:x\"]}},"                                                                                                    \
    "\"!big\":{\"summary\":{\"m.joined_member_count\":5},\"state\":{\"events\":[{\"type\":\"m.room.name\",\"state_"    \
    "key\":\"\","                                                                                                      \
    "\"content\":{\"name\":\"sales\"}}]}}}},\"account_data\":{\"events\":[{\"type\":\"m.direct\",\"content\":{\"@"     \
    "alice:x\":[\"!a\"]}}]}}"

static inline void start(struct stand *s)
{
    fake_on(&s->fake, "GET", "/sync?timeout", 200, DIRECT, 1);
    until(s, syncs);
}

#endif
