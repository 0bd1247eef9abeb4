/* What the files of bot/net share: the loop as libuv sees it.
 * The loop owns its handles; a closed handle is freed in its close callback. */
#ifndef NET_H
#define NET_H

#include <uv.h>

#include "learnd/loop.h"

uv_loop_t *loop_uv(struct loop *l);
void *net_alloc(size_t size);         /* zeroed; aborts when there is none */
void net_free_handle(uv_handle_t *h); /* for uv_close: frees what data points to */

#endif
