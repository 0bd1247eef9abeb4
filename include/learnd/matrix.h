/* Matrix as a transport: logs in, syncs, hears, sends; the recipe that loses and doubles nothing is told in
 * bot/chat/matrix. Belongs to the net thread. Its texts are copies; the loop and the HTTP room are borrowed. */
#ifndef LEARND_MATRIX_H
#define LEARND_MATRIX_H

#include "learnd/arena.h"
#include "learnd/event.h"
#include "learnd/http.h"
#include "learnd/intake.h"
#include "learnd/loop.h"

struct matrix_options {
    const char *homeserver;                          /* https://matrix.example.org */
    const char *user;                                /* full id or localpart; may be NULL with an access token */
    const char *password, *access_token, *device_id; /* NULL where unset */
    const char *session;                             /* file of device and token, 0600, beside the database */
    const char *since;              /* the last kept /sync token; NULL: answer nothing older than now */
    void (*entered)(void *context); /* after each login, before anything is handed in: matrix_transport is complete */
    void *context;
};

struct matrix;
struct matrix *matrix_open(struct loop *l, struct http *h, const struct matrix_options *options, struct intake intake);
void matrix_close(struct matrix *m); /* before the HTTP room, whose calls may still name it */

/* Asks the server whether it is there and lets us in, changes nothing, and returns within some 20 s. NULL: it does, and
 * knows us as *user; else what is wrong, without secrets. It runs a loop of its own; intake, since and entered are not used. */
const char *matrix_try(struct arena *a, const struct matrix_options *options, const struct http_options *http,
                       const char **user);

/* How the core sees it: platform, times, deliver, acknowledge; self is m. */
struct transport matrix_transport(struct matrix *m);

struct matrix_figures {
    int64_t synced_ms; /* when the last /sync came back well; 0: not yet */
    int64_t sends, limited, unknown, gaps;
};
struct matrix_figures matrix_figures(const struct matrix *m);

#endif
