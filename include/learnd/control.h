/* The way to a database that a daemon owns: its lock, and the socket DATABASE.sock through which other programs of the
 * same user ask for import, backup and conversation. Lines of JSON. Called before or outside of the daemon's threads.
 *
 * A request is one line, {"op": ...}; what comes back is lines, the last of which has "done" (its exit status):
 *   {"op":"ping"}                                              -> {"done":0,"version":"..."}
 *   {"op":"backup","path":"/abs/file"}                         -> {"done":0} or {"line":"why not"}, {"done":2}
 *   {"op":"import people","text":"/abs/people.csv","fields":{"dry-run":"yes","retire":"3"}}
 *   {"op":"import cards","text":"/abs/folder","fields":{"owner":"priya"}}
 *       -> any number of {"line":"..."}, then {"done":0|1|2}
 *       An event EVENT_OPERATE of platform "console" with that name, text and fields. The core's reply is the lines; a
 * first character '!' means that the input is wrong (done 1) and is taken off.
 *   {"op":"chat","as":"alice"}                                 -> {"done":0}; from then on what is said to alice
 * arrives:
 *       {"message":7,"op":"post","target":7,"body":[nodes],...} op: post|edit|delete|react|file, as struct delivery has
 * them
 *   {"op":"say","as":"alice","text":"..."}, {"op":"press","as":"alice","value":"ROW.REVISION"},
 *   {"op":"react","as":"alice","text":"eyes","target":"ID"}    -> {"done":0} once it is committed and its answers were
 * sent */
#ifndef LEARND_CONTROL_H
#define LEARND_CONTROL_H

#include <stdbool.h>
#include <stddef.h>

/* Own DATABASE.lock as long as the process lives (or until the descriptor is closed). The descriptor, or -1 with a kind
 * sentence in error: another process owns the database, or the folder cannot be written. */
int control_lock(const char *database, char *error, size_t size);

bool control_served(const char *database); /* a daemon answers on DATABASE.sock */

/* A connection to it; -1 with errno if nobody listens. For conversations, which read when they like; close() ends it.
 */
int control_connect(const char *database);
/* One request, which ends at the line with "done": its status, or -1 if the daemon cannot be reached or went away. line
 * is called for each line before it, and gets the JSON as it came. */
int control_call(const char *database, const char *request, void (*line)(void *context, const char *json),
                 void *context);

#endif
