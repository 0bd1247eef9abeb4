/* Conversations as tests: files of the form in the README ("Conversations") played against the real core.
 * A player owns its core, its clock and its temporary database; nothing outlives script_play. */
#ifndef LEARND_SCRIPT_H
#define LEARND_SCRIPT_H

#include <stdbool.h>
#include <stdio.h>

#include "learnd/arena.h"

struct script; /* a parsed file */

/* Parse the text of a file. NULL with *error = "file:line:column: what" if it is none; else it lives in a. */
struct script *script_parse(struct arena *a, const char *file, const char *text, const char **error);

/* `learnd script [-u] FILE...`: one line a file, then the sum. Exit status: 0 all hold, 1 not, 2 a file cannot be read.
 */
int script_run_files(char *const *files, int count, bool update);

/* The neutral text that a message's Matrix HTML shows; the way back from nodes_to_matrix_html. */
char *script_text_of_html(struct arena *a, const char *html);

#endif
