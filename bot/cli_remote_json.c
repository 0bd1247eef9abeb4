/* Requests of programs to the daemon that owns the database; the protocol is in control.h. */
#include <jansson.h>
#include <stdlib.h>

#include "cli.h"
#include "learnd/control.h"

static void print_line(void *context, const char *json)
{
    (void)context;
    json_t *o = json_loads(json, 0, NULL);
    const char *text = json_string_value(json_object_get(o, "line"));
    if (text)
        puts(text);
    json_decref(o);
}

int cli_remote(const char *database, const char *op, const char *const *fields)
{
    json_t *o = json_pack("{s:s}", "op", op);
    for (; fields && fields[0]; fields += 2)
        if (fields[1])
            json_object_set_new(o, fields[0], json_string(fields[1]));
    char *request = json_dumps(o, JSON_COMPACT);
    json_decref(o);
    int status = request ? control_call(database, request, print_line, NULL) : CLI_WRONG;
    free(request);
    return status < 0 ? cli_failed("the daemon of %s went away", database) : status;
}
