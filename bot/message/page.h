/* How nodes fall into lines, the same for every renderer: what stands on a line of its own, where empty lines are.
 * A page belongs to the renderer that writes it; its text lives in the arena of its buffer. */
#ifndef LEARND_MESSAGE_PAGE_H
#define LEARND_MESSAGE_PAGE_H

#include "learnd/nodes.h"

struct page {
    struct buf out;
    bool began;  /* something was written: breaks before it are dropped */
    bool ended;  /* a block has just ended: the next break is its own */
    int pending; /* newlines due before the next content: 0, 1, or 2 for an empty line */
    int buttons; /* how many were shown, for their numbers */
};

void page_break(struct page *p); /* NODE_BREAK: the next content begins a line; twice: leaves one empty */
void page_block(struct page *p); /* what comes next begins a line */
void page_ended(struct page *p); /* what was written fills its line */

/* Newlines due now, before content: 0, 1 or 2. They are taken as written. */
int page_take_breaks(struct page *p);

bool node_is_button(const struct node *n); /* NODE_BUTTON, NODE_CHOICE */
/* The message as text; each run of buttons as "[A] [B]", or as lines with keycaps. */
char *nodes_to_text(struct arena *a, const struct nodes *list, bool keycaps);

/* A button's number as people see and react to it: "1️⃣" ... "🔟", then "[11]". */
void buf_add_keycap(struct buf *b, int number);
/* What an input of a form says as text: "Label (A, B): value". */
char *node_input_text(struct arena *a, const struct node *n);
/* One code point from text that may hold bad bytes: *n bytes taken, U+FFFD for a bad one; 0 at the end. */
int32_t text_point(const char *text, size_t *n);

#endif
