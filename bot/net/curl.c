#include "curl.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#include "learnd/log.h"

bool curl_load(struct curl *c)
{
    static const struct {
        const char *name;
        size_t at;
    } functions[] = {
#define X(name) { "curl_" #name, offsetof(struct curl, name) },
        CURL_FUNCTIONS(X)
#undef X
    };
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);

    for (size_t i = 0; library && i < sizeof functions / sizeof *functions; i++) {
        void *function = dlsym(library, functions[i].name);
        if (!function)
            library = NULL;
        memcpy((char *)c + functions[i].at, &function, sizeof function);
    }
    if (!library)
        log_error("libcurl", "what=\"%s\"", dlerror());
    return library;
}
