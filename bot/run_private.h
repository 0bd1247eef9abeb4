/* What the files of the daemon share. The net thread owns struct run and all transports; the core thread owns the core,
 * the organisation and what is marked so. Between them go jobs (in) and bundles (out); jobs for which files are read go
 * through the worker thread first. */
#ifndef LEARND_RUN_PRIVATE_H
#define LEARND_RUN_PRIVATE_H

#include <pthread.h>

#include "learnd/core.h"
#include "learnd/intake.h"
#include "learnd/loop.h"
#include "learnd/queue.h"

enum job_kind {
    JOB_EVENTS,   /* parcel */
    JOB_OPERATE,  /* name, path, argument, owner, org: an import */
    JOB_RETRY,    /* what was parked, again */
    JOB_BACKUP,   /* path */
    JOB_LOAD,     /* org: the organisation folder again */
    JOB_FIGURES,  /* figures */
    JOB_TRANSPORT /* proxy: known well enough only now */
};

/* What the core thread is asked to do, and its answer. It comes back in a bundle and ends with answered(), on the net
 * thread, which then may not use it any more: the arena it lives in is closed. */
struct job {
    enum job_kind kind;
    struct arena *arena; /* of events: the parcel's */
    struct job *next;
    struct parcel *parcel;
    const char *name, *path, *argument, *owner;
    struct org *org; /* what the worker read */
    struct run_proxy *proxy;
    struct core_figures figures;
    const char *reply; /* lines */
    int status;        /* an exit status */
    void (*answered)(struct job *j);
    void *context;
};

struct given { /* a delivery for a transport */
    struct given *next;
    const struct transport *to;
    struct delivery delivery;
};

/* What the core did in one go. */
struct bundle {
    struct arena *arena;
    struct given *deliveries, **deliveries_end;
    struct job *jobs, **jobs_end;
    bool last; /* the core thread has ended */
};

enum { RUN_TRANSPORTS = 2 };

struct run_proxy { /* what the core takes for a transport */
    struct run *run;
    struct transport real;
    bool added; /* by the core thread */
};

struct run {
    const char *folder, *database;
    struct loop *loop;
    struct queue *in, *out;
    struct queue *unread;         /* jobs for the worker */
    struct queue *applied;        /* the core is done with what the worker read last */
    struct loop_waker *woken;     /* bundles are there, or room for jobs */
    struct job *held, **held_end; /* jobs that found no room */
    bool stopping, ended;         /* ended: nothing more comes from the core thread */
    pthread_t core_thread, worker;
    struct run_proxy proxies[RUN_TRANSPORTS];
    size_t proxy_count;
    /* the core thread's, once it runs */
    struct core *core;
    struct org *org; /* the worker's too while it reads: it is swapped between that and applied */
    struct bundle *bundle;
    struct job *pending, **pending_end; /* events that are not committed yet */
    int64_t retry_ms;                   /* the environment failed: not before */
};

/* run.c */
struct job *run_job(enum job_kind kind);       /* in an arena of its own */
void run_submit(struct run *r, struct job *j); /* net thread; never waits */
struct intake run_intake(struct run *r);

/* run_core.c */
void run_core_add_transport(struct run *r, struct run_proxy *p);
struct bundle *run_bundle_open(void);
void *run_core(void *run); /* the core thread */

/* run_worker.c */
void *run_worker(void *run); /* the worker thread */

/* run_control.c: the control socket and the console behind it. */
struct console;
struct console *console_open(struct run *r);
struct transport console_transport(struct console *c);
bool console_listen(struct console *c, char *error, size_t size);
void console_close(struct console *c);

#endif
