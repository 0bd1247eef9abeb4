/* The one message model: a flat list of nodes. Text is always text; escaping happens in the renderers alone.
 * Nodes live in an arena; a body is read from and written to JSON only in bot/message/nodes_json.c. */
#ifndef LEARND_NODES_H
#define LEARND_NODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "learnd/arena.h"

/* -Wswitch-enum makes a new kind break every renderer until it is handled. */
enum node_kind {
    NODE_TEXT,
    NODE_BOLD,
    NODE_ITALIC,
    NODE_CODE,    /* one line, or several where it holds newlines */
    NODE_LINK,    /* text, value: the URL (http, https, mailto) */
    NODE_PERSON,  /* text: the name; object: the person. Nobody is pinged. */
    NODE_BREAK,   /* a new line */
    NODE_BULLET,  /* a new line that begins an item */
    NODE_NUMBER,  /* a new line that begins a numbered item; object: the number */
    NODE_QUOTE,   /* text: somebody's words, may have newlines; a block of its own */
    NODE_HEADING, /* text; a line of its own */
    NODE_FIELD,   /* text: name, value: content; a line of its own */
    NODE_CONTEXT, /* text: small print; a line of its own */
    NODE_IMAGE,   /* text: what it shows, value: URL or file */
    NODE_BUTTON,  /* text: label, value: "ROW.REVISION" that a press brings back, action+object+argument behind it */
    NODE_CHOICE,  /* as a button, but one of a list whose labels may be long */
    NODE_INPUT    /* a form's field: text: label, value: what stands in it, action: text|long|date|choice, argument:
                     options by newline */
};

struct node {
    enum node_kind kind;
    const char *text, *value;
    const char *action, *argument; /* buttons and choices: what a press does; never sent to a platform */
    int64_t object;
    struct node *next;
};

struct nodes {
    struct node *first, *last;
};

struct node *node_add(struct arena *a, struct nodes *list, enum node_kind kind, const char *text, const char *value);
/* A card's Markdown (CommonMark, safe) as nodes. Links other than http, https, mailto become their text. */
void nodes_add_markdown(struct arena *a, struct nodes *list, const char *markdown);

char *nodes_to_json(struct arena *a, const struct nodes *list);
bool nodes_from_json(struct arena *a, const char *json, struct nodes *list); /* false: not a body of ours */

/* What conversations (`learnd script`) and plain fallbacks see: the text; each run of buttons as "[A] [B]" on a line of
 * its own. */
char *nodes_to_neutral(struct arena *a, const struct nodes *list);
/* Terminal: control and bidi characters made visible, buttons as "[1] Label". colour: ANSI. */
char *nodes_to_terminal(struct arena *a, const struct nodes *list, bool colour, int width);
/* Matrix: HTML (org.matrix.custom.html) and plain body; buttons as numbered lines. */
char *nodes_to_matrix_html(struct arena *a, const struct nodes *list);
char *nodes_to_matrix_plain(struct arena *a, const struct nodes *list);

#endif
