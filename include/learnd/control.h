/* The way to a database that a daemon owns: its lock, and the socket DATABASE.sock through which other programs of the
 * same user ask for import, backup and conversation. Lines of JSON. Called outside of the daemon's threads.
 *
 * A request is one line, {"op": ...}; what comes back is lines, the last of which has "done" (its exit status):
 *   {"op":"ping"}                                                         -> {"done":0}
 *   {"op":"backup","path":"/abs/file"}                                    -> {"done":0}, or {"line":"why not"} and
 * {"done":2}
 *   {"op":"retry"}                     -> {"line":"N tried again"}, {"done":0}, or {"line":"why not"} and {"done":2}
 *   {"op":"import people","path":"/abs/people.csv","argument":"dry-run retire 3"}
 *   {"op":"import cards","path":"/abs/folder","argument":"folder","owner":"priya"}
 *       argument as core_operate takes it -> any number of {"line":"..."} (faults, or what was reported), then
 * {"done":0|1|2}
 *   {"op":"chat","as":"alice"} -> {"done":0}; what is said to alice then arrives on this connection as
 *       {"message":7,"op":"post|edit|delete|react|file","id":"7","target":"7","body":"..."}; id: what later target
 * names; body: nodes as JSON in a string, of react the emoji's name, of file its content, with "name"
 *   {"op":"say","as":"alice","text":"..."}, {"op":"press","as":"alice","value":"ROW.REVISION"},
 *   {"op":"react","as":"alice","text":"eyes","target":"7"}
 *       -> {"done":0} behind the answers, once all is committed
 * Anything else -> {"line":"..."}, {"done":1}. */
#ifndef LEARND_CONTROL_H
#define LEARND_CONTROL_H

#include <stdbool.h>
#include <stddef.h>

/* Own DATABASE.lock as long as the process lives (or until the descriptor is closed). The descriptor, or -1 with a kind
 * sentence in error: another process owns the database, or the file cannot be made. */
int control_lock(const char *database, char *error, size_t size);

bool control_served(const char *database); /* somebody answers on DATABASE.sock */

/* A connection to it; -1 with errno if nobody listens. For conversations, which read when they like; close() ends it.
 */
int control_connect(const char *database);
/* The socket to listen on, 0600; that of a dead process is taken over: call it with the lock. -1 with the reason. */
int control_listen(const char *database, char *error, size_t size);

/* One request, which ends at the line with "done": its status, or -1 if the daemon cannot be reached or went away. line
 * is called for each line before it with the JSON as it came; it may be NULL. */
int control_call(const char *database, const char *request, void (*line)(void *context, const char *json),
                 void *context);

#endif
