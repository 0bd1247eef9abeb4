/* What a conversation expects, held against what was shown. A difference is a failure with a diff, or with -u an edit.
 */
#include <string.h>

#include "script_private.h"

static bool same_or_none(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* "alice", "alice in #sales", "#sales/thread" */
static const char *words_of(struct arena *a, const struct queue *q, const char *thread)
{
    if (q->who)
        return q->room ? arena_printf(a, "%s in %s", q->who, q->room) : q->who;
    return arena_printf(a, "%s%s", q->room, thread ? "/thread" : "");
}

const char *script_lines_of(struct arena *a, const char *before, const char *text)
{
    struct buf b = { .arena = a };
    buf_add(&b, before);
    const char *mark = strcmp(text, "nothing") == 0 ? " ~ " : ": ";
    while (*text) {
        size_t n = strcspn(text, "\n");
        const char *one = text_squeeze(a, arena_copy_n(a, text, n));
        if (*one) {
            buf_add(&b, mark);
            buf_add(&b, one);
            mark = "\n    | ";
        }
        text += n + (text[n] == '\n');
    }
    if (*mark == ':')
        buf_add(&b, ":");
    buf_add(&b, "\n");
    return b.data;
}

static const char *lines_of_shown(struct player *p, const struct shown *m)
{
    return script_lines_of(p->arena, arena_printf(p->arena, "bot to %s", words_of(p->arena, m->queue, m->thread)),
                           m->text);
}

/* What is unread there, as the lines that would expect it. at: only what came at that line of the file; 0: all. */
static void add_unread(struct player *p, struct buf *b, const struct queue *q, int at)
{
    for (const struct shown *m = q->unread; m; m = m->next_unread)
        if (!at || m->line == at)
            buf_add(b, lines_of_shown(p, m));
    for (const struct paper *f = q->files; f; f = f->next)
        if (!at || f->line == at)
            buf_printf(b, "bot sends %s file %s\n", words_of(p->arena, q, NULL), f->name);
}

/* With -u what was written down counts as read. */
static void count_as_read(struct player *p, struct queue *q)
{
    if (!p->update)
        return;
    q->unread = NULL;
    q->files = NULL;
}

static const char *nothing_to(struct player *p, const struct queue *q)
{
    return arena_printf(p->arena, "bot to %s: nothing\n", words_of(p->arena, q, NULL));
}

/* ---- Messages ---------------------------------------------------------------------------------------------------- */

static bool fits(struct player *p, const struct script_line *l, const struct shown *m)
{
    if (l->thread && !m->thread)
        return false;
    return pieces_hold(p->arena, l->pieces, l->piece_count, m->text);
}

static void expect_nothing(struct player *p, const struct script_line *l, struct queue *q)
{
    struct buf b = { .arena = p->arena };
    if (queue_is_silent(q))
        return;
    add_unread(p, &b, q, 0);
    count_as_read(p, q);
    player_differs(p, l->number, l->last, b.data);
}

static void expect_not(struct player *p, const struct script_line *l, struct queue *q)
{
    if (!q->unread) {
        player_differs(p, l->number, l->last, nothing_to(p, q));
    } else if (fits(p, l, q->unread)) {
        player_differs(p, l->number, l->last, lines_of_shown(p, q->unread));
        if (p->update)
            q->unread = q->unread->next_unread;
    }
}

static void expect_message(struct player *p, const struct script_line *l, struct queue *q)
{
    struct shown *m = q->unread;
    while (m && l->skips && !fits(p, l, m))
        m = m->next_unread;
    if (m && (l->skips || fits(p, l, m))) {
        q->unread = m->next_unread;
        return;
    }
    if (!q->unread) {
        player_differs(p, l->number, l->last, nothing_to(p, q));
        return;
    }
    struct buf b = { .arena = p->arena };
    for (m = q->unread; m && (l->skips || m == q->unread); m = m->next_unread)
        buf_add(&b, lines_of_shown(p, m));
    player_differs(p, l->number, l->last, b.data);
    if (p->update)
        q->unread = l->skips ? NULL : q->unread->next_unread;
}

static void hear(struct player *p, const struct script_line *l)
{
    struct queue *q = stage_queue(&p->stage, l->who, l->room);
    q->named = true;
    if (l->nothing)
        expect_nothing(p, l, q);
    else if (l->negated)
        expect_not(p, l, q);
    else
        expect_message(p, l, q);
}

/* ---- Edits, deletions, reactions, forms -------------------------------------------------------------------------- */

static bool concerns(const struct script_line *l, const struct queue *q)
{
    if (!l->who && !l->room)
        return true;
    return same_or_none(l->who, q->who) && (!l->room || same_or_none(l->room, q->room));
}

/* The first one not yet expected that fits; all up to it count as seen. */
static bool see(struct player *p, const struct script_line *l, enum op op, const struct piece *pieces, size_t count,
                const char **newest)
{
    for (struct seen *s = p->stage.seen; s; s = s->next) {
        if (s->op != op || s->passed || !concerns(l, s->queue))
            continue;
        *newest = s->text;
        if (!pieces_hold(p->arena, pieces, count, s->text))
            continue;
        for (struct seen *before = p->stage.seen; before != s->next; before = before->next)
            before->passed = before->passed || (before->op == op && before->queue == s->queue);
        return true;
    }
    return false;
}

static void see_pieces(struct player *p, const struct script_line *l, enum op op, const char *words)
{
    const char *newest = NULL;
    if (see(p, l, op, l->pieces, l->piece_count, &newest))
        return;
    struct queue q = { .who = l->who, .room = l->room };
    const char *who = words_of(p->arena, &q, NULL);
    const char *before = op == OP_FORM ? arena_printf(p->arena, "bot shows %s form", who)
                                       : arena_printf(p->arena, "bot %s %s", words, who);
    player_differs(p, l->number, l->last, newest ? script_lines_of(p->arena, before, newest) : "");
}

static void see_delete(struct player *p, const struct script_line *l)
{
    const char *newest = NULL;
    if (!see(p, l, OP_DELETE, NULL, 0, &newest))
        player_differs(p, l->number, l->last, "");
}

static void see_reaction(struct player *p, const struct script_line *l)
{
    struct piece name = { .mark = '|', .text = l->text };
    const char *newest = NULL;
    if (!see(p, l, OP_REACT, &name, 1, &newest))
        player_differs(p, l->number, l->last, newest ? arena_printf(p->arena, "bot reacts :%s:\n", newest) : "");
}

static void see_file(struct player *p, const struct script_line *l)
{
    struct queue *q = stage_queue(&p->stage, l->who, NULL);
    q->named = true;
    const struct paper *f = q->files;
    bool holds = f && (l->by_pattern ? pieces_hold(p->arena, l->pieces, l->piece_count, f->content)
                                     : strcmp(f->name, l->text) == 0);
    if (!holds) {
        const char *happened = f ? arena_printf(p->arena, "bot sends %s file %s\n", l->who, f->name) : "";
        if (f && l->by_pattern)
            happened = arena_printf(p->arena, "%s%s", happened, script_comment(p->arena, f->content));
        player_differs(p, l->number, l->last, happened);
    }
    if (f && (holds || p->update))
        q->files = f->next;
}

static void see_home(struct player *p, const struct script_line *l)
{
    const struct home *h = p->stage.homes;
    while (h && l->who && strcmp(h->who, l->who) != 0)
        h = h->next;
    if (h && pieces_hold(p->arena, l->pieces, l->piece_count, h->text))
        return;
    const char *before = arena_printf(p->arena, "bot shows %s home", l->who);
    player_differs(p, l->number, l->last, h ? script_lines_of(p->arena, before, h->text) : "");
}

/* ---- Silence, the database --------------------------------------------------------------------------------------- */

/* Who was named covers her rooms too; a named room covers itself. */
static bool is_covered(struct player *p, const struct queue *q)
{
    for (const struct queue *n = p->stage.queues; n; n = n->next)
        if (n->named && same_or_none(n->who, q->who) && (q->who || same_or_none(n->room, q->room)))
            return true;
    return false;
}

static void nobody_else(struct player *p, const struct script_line *l)
{
    struct buf b = { .arena = p->arena };
    for (struct queue *q = p->stage.queues; q; q = q->next)
        if (!is_covered(p, q)) {
            add_unread(p, &b, q, 0);
            count_as_read(p, q);
        }
    for (struct queue *q = p->stage.queues; q; q = q->next)
        q->named = false;
    if (b.len)
        player_differs(p, l->number, l->number - 1, b.data);
}

/* Where an expectation of what came at a line belongs: below it and what is expected there already. */
static int last_line_below(const struct script *script, size_t i)
{
    int last = script->lines[i].last;
    while (++i < script->count && script->lines[i].kind >= LINE_HEAR && script->lines[i].kind <= LINE_DB)
        last = script->lines[i].last;
    return last;
}

void player_expect_silence(struct player *p)
{
    for (size_t i = 0; i < p->script->count; i++) {
        struct buf b = { .arena = p->arena };
        const struct script_line *l = &p->script->lines[i];
        for (const struct queue *q = p->stage.queues; q; q = q->next)
            add_unread(p, &b, q, l->number);
        if (!b.len)
            continue;
        int last = last_line_below(p->script, i);
        player_differs(p, last + 1, last, b.data);
        if (!p->update) {
            p->failed_line = l->number;
            return;
        }
    }
}

static void db(struct player *p, const struct script_line *l)
{
    char error[512];
    const char *value = core_value(p->core, p->arena, l->text, error, sizeof error);
    if (!value) {
        player_fail(p, l->number, "%s", error);
        return;
    }
    value = text_trim(p->arena, value);
    if (strcmp(value, l->value) != 0)
        player_differs(p, l->number, l->last, arena_printf(p->arena, "db %s = %s\n", l->text, value));
}

void player_expect(struct player *p, const struct script_line *l)
{
    if (l->who && l->kind != LINE_SEE_HOME)
        stage_queue(&p->stage, l->who, l->room)->named = true;
    if (l->kind == LINE_HEAR)
        hear(p, l);
    else if (l->kind == LINE_SEE_EDIT)
        see_pieces(p, l, OP_EDIT, "edits for");
    else if (l->kind == LINE_SEE_FORM)
        see_pieces(p, l, OP_FORM, "");
    else if (l->kind == LINE_SEE_DELETE)
        see_delete(p, l);
    else if (l->kind == LINE_SEE_REACTION)
        see_reaction(p, l);
    else if (l->kind == LINE_SEE_FILE)
        see_file(p, l);
    else if (l->kind == LINE_SEE_HOME)
        see_home(p, l);
    else if (l->kind == LINE_NOBODY)
        nobody_else(p, l);
    else if (l->kind == LINE_DB)
        db(p, l);
}
