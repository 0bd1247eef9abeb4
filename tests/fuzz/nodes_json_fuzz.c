/* Any bytes as a body: refused, or nodes that every renderer shows and that JSON gives back. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "learnd/nodes.h"
#include "learnd/script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_open();
    struct nodes m, back;
    if (nodes_from_json(a, arena_copy_n(a, (const char *)data, size), &m)) {
        nodes_to_terminal(a, &m, true, 40);
        nodes_to_matrix_plain(a, &m);
        if (strcmp(script_text_of_html(a, nodes_to_matrix_html(a, &m)), nodes_to_neutral(a, &m)) != 0)
            abort();
        char *json = nodes_to_json(a, &m);
        if (!nodes_from_json(a, json, &back) || strcmp(nodes_to_json(a, &back), json) != 0)
            abort();
    }
    arena_close(a);
    return 0;
}
