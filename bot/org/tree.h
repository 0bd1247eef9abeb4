/* YAML as a small tree that remembers where everything stood; and tables that say what keys a map may have.
 * Nodes live in the arena of the reading. Scalars are text, whatever they look like. */
#ifndef LEARND_ORG_TREE_H
#define LEARND_ORG_TREE_H

#include "reading.h"

enum node_kind { NODE_TEXT, NODE_LIST, NODE_MAP };

struct node {
    enum node_kind kind;
    int line, column;          /* of its first character; of quoted text, the one after the quotation mark */
    const char *text;          /* of NODE_TEXT */
    struct node *first, *next; /* the items of a list, the values of a map; their neighbour */
    const char *key;           /* of a value in a map */
    int key_line, key_column;
};

/* The one document of a text whose first line is first_line of the file. NULL if it is empty, or faulty (then faults
 * were added). Aliases, anchors, tags, a second document, duplicate keys, too much depth or size are faults. */
struct node *tree_read(struct reading *r, const char *text, size_t length, int first_line);

enum key_kind {
    KEY_TEXT,   /* const char *; min, max: code points */
    KEY_TEXTS,  /* struct org_list; max: code points of each */
    KEY_NUMBER, /* int from min to max */
    KEY_YES,    /* bool: yes, no, true, false, on, off */
    KEY_DAY,    /* const char *: YYYY-MM-DD */
    KEY_WORD,   /* const char *: one of words */
    KEY_OTHER   /* take() is called with the node and the target */
};

struct key {
    const char *name;
    enum key_kind kind;
    int min, max;
    bool required;
    size_t offset;            /* where it goes in the target */
    const char *const *words; /* ended by NULL */
    void (*take)(struct reading *r, const struct node *n, void *target);
};

/* Fill target from a map: unknown, missing and ill-typed keys are faults. keys end with a NULL name. Empty text is
 * as good as no key. at: where a missing key is reported. */
void keys_take(struct reading *r, const struct node *map, struct place at, const struct key *keys, void *target);
/* False and a fault if the node is of another kind. what: "a list of topics". */
bool node_expect(struct reading *r, const struct node *n, enum node_kind kind, const char *what);
/* What KEY_TEXTS does, for a map whose keys are free. */
void texts_take(struct reading *r, const struct node *n, const char *name, int max, struct org_list *out);
struct place node_place(const struct node *n);

#endif
