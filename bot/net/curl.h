/* libcurl, loaded when another machine is spoken to first and not with the program: with all it brings (TLS, LDAP, Kerberos,
 * SSH: two dozen libraries) it is half of the time of a start and a quarter of its memory. It stays loaded to the end. */
#ifndef NET_CURL_H
#define NET_CURL_H

#include <stdbool.h>

#include <curl/curl.h>

/* clang-format off */
#define CURL_FUNCTIONS(X) \
    X(global_init) X(global_cleanup) X(slist_append) X(slist_free_all) \
    X(easy_init) X(easy_setopt) X(easy_getinfo) X(easy_strerror) X(easy_reset) X(easy_cleanup) \
    X(multi_init) X(multi_setopt) X(multi_add_handle) X(multi_remove_handle) X(multi_info_read) \
    X(multi_socket_action) X(multi_assign) X(multi_cleanup)
/* clang-format on */

struct curl { /* easy_init stands for curl_easy_init, and so on */
#define X(name) __typeof__ (&curl_##name)(name);
    CURL_FUNCTIONS(X)
#undef X
};

bool curl_load(struct curl *c); /* false: it is not there, and the log says so */

#endif
