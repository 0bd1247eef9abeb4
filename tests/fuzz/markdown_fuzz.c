/* Any text as a card: it becomes nodes that survive JSON, and Matrix shows what was meant. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "learnd/nodes.h"
#include "learnd/script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_open();
    struct nodes m = { 0 }, back;
    nodes_add_markdown(a, &m, arena_copy_n(a, (const char *)data, size));
    nodes_to_terminal(a, &m, true, 40);
    char *neutral = nodes_to_neutral(a, &m);
    if (strcmp(script_text_of_html(a, nodes_to_matrix_html(a, &m)), neutral) != 0)
        abort();
    if (!nodes_from_json(a, nodes_to_json(a, &m), &back) || strcmp(nodes_to_neutral(a, &back), neutral) != 0)
        abort();
    arena_close(a);
    return 0;
}
