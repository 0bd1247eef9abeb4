#include "learnd/loop.h"

#include <stdlib.h>
#include <time.h>

#include "net.h"

enum { SIGNALS = 4 };

struct loop_signal {
    uv_signal_t uv;
    void (*f)(void *context);
    void *context;
};

struct loop {
    uv_loop_t uv;
    struct loop_signal signals[SIGNALS];
    int signal_count;
};

void *net_alloc(size_t size)
{
    void *p = calloc(1, size);
    if (!p) {
        abort();
    }
    return p;
}

void net_free_handle(uv_handle_t *h)
{
    free(h->data);
}

uv_loop_t *loop_uv(struct loop *l)
{
    return &l->uv;
}

int64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct loop *loop_open(void)
{
    struct loop *l = net_alloc(sizeof *l);
    if (uv_loop_init(&l->uv) < 0) {
        abort();
    }
    return l;
}

void loop_close(struct loop *l)
{
    if (!l) {
        return;
    }
    for (int i = 0; i < l->signal_count; i++) {
        uv_close((uv_handle_t *)&l->signals[i].uv, NULL);
    }
    /* The close callbacks; whatever would keep it alive was closed before. A stop asked for meanwhile ends one run. */
    uv_run(&l->uv, UV_RUN_DEFAULT);
    uv_run(&l->uv, UV_RUN_DEFAULT);
    uv_loop_close(&l->uv);
    free(l);
}

void loop_run(struct loop *l)
{
    uv_run(&l->uv, UV_RUN_DEFAULT);
}

void loop_stop(struct loop *l)
{
    uv_stop(&l->uv);
}

static void on_signal(uv_signal_t *uv, int number)
{
    (void)number;
    struct loop_signal *s = uv->data;
    s->f(s->context);
}

void loop_on_signal(struct loop *l, int signal_number, void (*f)(void *context), void *context)
{
    if (l->signal_count == SIGNALS) {
        abort();
    }
    struct loop_signal *s = &l->signals[l->signal_count++];
    *s = (struct loop_signal){ .f = f, .context = context };
    uv_signal_init(&l->uv, &s->uv);
    s->uv.data = s;
    uv_signal_start(&s->uv, on_signal, signal_number);
}

/* ---- Timers ------------------------------------------------------------------------------------------------------ */

struct loop_timer {
    uv_timer_t uv;
    void (*f)(void *context);
    void *context;
};

static void on_timer(uv_timer_t *uv)
{
    struct loop_timer *t = uv->data;
    t->f(t->context);
}

struct loop_timer *loop_timer_open(struct loop *l, void (*f)(void *context), void *context)
{
    struct loop_timer *t = net_alloc(sizeof *t);
    uv_timer_init(&l->uv, &t->uv);
    t->uv.data = t;
    t->f = f;
    t->context = context;
    return t;
}

void loop_timer_set(struct loop_timer *t, int64_t after_ms)
{
    uv_update_time(t->uv.loop); /* the loop's clock stands still while a turn of it runs */
    uv_timer_start(&t->uv, on_timer, after_ms < 0 ? 0 : (uint64_t)after_ms, 0);
}

void loop_timer_stop(struct loop_timer *t)
{
    uv_timer_stop(&t->uv);
}

bool loop_timer_is_set(const struct loop_timer *t)
{
    return uv_is_active((const uv_handle_t *)&t->uv);
}

void loop_timer_close(struct loop_timer *t)
{
    if (t) {
        uv_close((uv_handle_t *)&t->uv, net_free_handle);
    }
}

/* ---- Wakes from other threads ------------------------------------------------------------------------------------ */

struct loop_waker {
    uv_async_t uv;
    void (*f)(void *context);
    void *context;
};

static void on_wake(uv_async_t *uv)
{
    struct loop_waker *w = uv->data;
    w->f(w->context);
}

struct loop_waker *loop_waker_open(struct loop *l, void (*f)(void *context), void *context)
{
    struct loop_waker *w = net_alloc(sizeof *w);
    uv_async_init(&l->uv, &w->uv, on_wake);
    w->uv.data = w;
    w->f = f;
    w->context = context;
    return w;
}

void loop_wake(struct loop_waker *w)
{
    uv_async_send(&w->uv);
}

void loop_waker_close(struct loop_waker *w)
{
    if (w) {
        uv_close((uv_handle_t *)&w->uv, net_free_handle);
    }
}
