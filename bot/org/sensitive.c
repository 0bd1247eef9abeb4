/* sensitive.yaml (what a person answers, not the bot) and glossary.yaml (what means the same). */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

#include "tree.h"

#define INTO(member) .offset = offsetof(struct org_sensitive, member)
#define PATTERN_MAX_BYTES 500

/* A pattern must compile as it will when it is used: UTF-8, without regard to case. */
static void check_pattern(struct reading *r, const struct node *n)
{
    int error;
    PCRE2_SIZE offset;
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)n->text, PCRE2_ZERO_TERMINATED, PCRE2_UTF | PCRE2_CASELESS, &error, &offset, NULL);
    if (code) {
        pcre2_code_free(code);
        return;
    }
    char why[160];
    pcre2_get_error_message(error, (PCRE2_UCHAR *)why, sizeof why);
    fault_add(r, n->line, n->column + (int)offset, "the pattern '%s' is faulty: %s", n->text, why);
}

static void take_patterns(struct reading *r, const struct node *n, void *target)
{
    struct org_sensitive *s = target;
    if (!node_expect(r, n, NODE_LIST, "a list of patterns"))
        return;
    for (const struct node *i = n->first; i; i = i->next) {
        if (!node_expect(r, i, NODE_TEXT, "a pattern"))
            continue;
        if (strlen(i->text) > PATTERN_MAX_BYTES)
            fault_add(r, i->line, i->column, "this pattern is too long (more than 500 bytes)");
        else
            check_pattern(r, i);
        list_add(r->arena, &s->patterns, i->text);
    }
}

static const struct key sensitive_keys[] = {
    { "words", KEY_TEXTS, INTO(words), .max = 80 },
    { "patterns", KEY_OTHER, .take = take_patterns },
    { "contact", KEY_TEXT, INTO(contact), .max = 300, .required = true },
    { "text", KEY_TEXT, INTO(text), .max = 2000, .required = true },
    { .name = NULL },
};

void sensitive_read(struct reading *r, const struct bytes *file)
{
    struct org *org = r->org;
    const struct node *root = tree_read(r, file->text, file->length, 1);
    if (!root || !node_expect(r, root, NODE_LIST, "a list (- words: [harassment])"))
        return;
    for (const struct node *n = root->first; n; n = n->next) {
        struct org_sensitive s = { .text = NULL };
        if (!node_expect(r, n, NODE_MAP, "a map (words: [harassment])"))
            continue;
        keys_take(r, n, node_place(n), sensitive_keys, &s);
        if (!s.words.count && !s.patterns.count)
            fault_add(r, n->line, n->column, "neither 'words' nor 'patterns' are given");
        org->sensitive = list_grow(r->arena, org->sensitive, org->sensitive_count, sizeof *org->sensitive);
        org->sensitive[org->sensitive_count++] = s;
    }
}

void glossary_read(struct reading *r, const struct bytes *file)
{
    struct org *org = r->org;
    const struct node *root = tree_read(r, file->text, file->length, 1);
    if (!root || !node_expect(r, root, NODE_MAP, "a map (pto: [annual leave, holiday])"))
        return;
    for (const struct node *n = root->first; n; n = n->next) {
        struct org_term term = { .term = n->key };
        texts_take(r, n, n->key, 80, &term.same);
        org->terms = list_grow(r->arena, org->terms, org->term_count, sizeof *org->terms);
        org->terms[org->term_count++] = term;
    }
}
