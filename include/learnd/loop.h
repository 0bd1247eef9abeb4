/* The loop of the net thread: timers, signals, wakes from other threads, connections of the control socket.
 * Everything here belongs to the thread that runs the loop, but loop_wake. Close what you opened before loop_close. */
#ifndef LEARND_LOOP_H
#define LEARND_LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct loop;
struct loop *loop_open(void);
void loop_close(struct loop *l);
void loop_run(struct loop *l);  /* until loop_stop */
void loop_stop(struct loop *l); /* loop_run returns after this turn */
int64_t clock_ms(void);         /* the wall clock, Unix milliseconds */
/* A signal as a call in the loop. At most four; they last as long as the loop. */
void loop_on_signal(struct loop *l, int signal_number, void (*f)(void *context), void *context);

struct loop_timer;
struct loop_timer *loop_timer_open(struct loop *l, void (*f)(void *context), void *context);
void loop_timer_set(struct loop_timer *t, int64_t after_ms); /* once; a second call moves it */
void loop_timer_stop(struct loop_timer *t);
bool loop_timer_is_set(const struct loop_timer *t);
void loop_timer_close(struct loop_timer *t); /* NULL is taken */

/* f runs in the loop some time after loop_wake, once for any number of calls. */
struct loop_waker;
struct loop_waker *loop_waker_open(struct loop *l, void (*f)(void *context), void *context);
void loop_wake(struct loop_waker *w); /* from any thread */
void loop_waker_close(struct loop_waker *w);

/* Lines over a listening stream socket, such as DATABASE.sock. fd is taken over. A line longer than LOOP_LINE_LIMIT or
 * one that is not UTF-8 ends its connection. */
#define LOOP_LINE_LIMIT (1 << 20)
struct line_server;
struct line_peer;
struct line_calls {
    void *context;
    void (*line)(void *context, struct line_peer *p, const char *line); /* without its newline */
    void (*gone)(void *context, struct line_peer *p); /* the last call about p, also when you closed it */
};
struct line_server *line_server_open(struct loop *l, int fd, struct line_calls calls);
void line_server_close(struct line_server *s); /* and its peers; gone is called for each */
/* Adds the newline. A peer that leaves some megabytes unread is dropped. */
void line_peer_send(struct line_peer *p, const char *line);
void line_peer_drop(struct line_peer *p, const char *why); /* soon, with what was not read; why is for the log */
void line_peer_close(struct line_peer *p);                 /* after what was sent is written */

#endif
