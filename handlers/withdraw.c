/* Questions in other words, and taken back: by `withdraw N`, or where they were written. */
#include <string.h>

#include "answers.h"
#include "routing.h"

static void forget_timers(struct turn *t, int64_t id)
{
    not_later(t, arena_printf(t->arena, "question go %ld", (long)id));
    not_later(t, arena_printf(t->arena, "question overdue %ld", (long)id));
}

/* Where nobody was asked nobody hears of it, and the words go. */
static void close_as_withdrawn(struct turn *t, const struct question *q, const char *text)
{
    audit(t, "withdrawn", "question", q->id);
    if (!q->receipt) {
        change(t, "UPDATE question SET state = 'withdrawn', words = NULL WHERE id = ?1", I(q->id));
        return;
    }
    question_receipt(t, q->id, "withdrawn", text);
    offers_release(t, q->id, 0);
    forget_timers(t, q->id);
}

void question_close(struct turn *t, int64_t id)
{
    const struct question *q = question_get(t, id);

    t->reader = q->asker;
    const char *text = phrase(t, "This question was closed.");
    t->reader = 0;
    close_as_withdrawn(t, q, text);
}

static void take_back(struct turn *t, const struct question *q)
{
    close_as_withdrawn(t, q, phrase(t, "You withdrew this question. Whoever had it sees that there is nothing to do."));
}

static void withdraw(struct turn *t)
{
    int64_t n = arg_int(t, "n");
    int64_t id = one_int(t, "SELECT id FROM question WHERE asker = ?1 AND number = ?2", I(t->person), I(n));
    const struct question *q = id ? question_get(t, id) : NULL;

    if (!q) {
        reply(t, "No question of yours has the number %ld. `me` shows them.", (long)n);
        return;
    }
    if (!question_is_open(q)) {
        reply(t, "There is nothing to withdraw: %s.", question_state_say(t, q));
        return;
    }
    take_back(t, q);
    undoable(t, "undo not", 0, "");
    reply(t, "Withdrawn: %s", question_cut(t, q));
}

/* The open question that came from the message an edit or withdrawal is about; 0: none. */
static int64_t question_of_event(struct turn *t)
{
    return one_int(t,
                   "SELECT id FROM question WHERE asker = ?1 AND platform = ?2 AND thing = ?3 "
                   "AND state IN ('open', 'offered', 'owner', 'queue', 'unanswered') ORDER BY id DESC LIMIT 1",
                   I(t->person), T(t->event->platform), T(t->event->target));
}

/* The new words belong to a human: they are put to nobody, and the old ones no more. */
static void take_from_everybody(struct turn *t, int64_t id, const struct org_sensitive *human)
{
    change(t, "UPDATE question SET words = NULL WHERE id = ?1", I(id));
    question_close(t, id);
    offers_show_again(t, id); /* who passed it on reads the old words no more either */
    human_reply(t, human);
}

static bool edited(struct turn *t)
{
    int64_t id = question_of_event(t);

    question_drop_proposed(t, t->event->platform, t->event->target);
    if (!id)
        return false;
    const char *text = text_starts(t->text, "ask ") ? t->text + strlen("ask ") : t->text;
    const struct org_sensitive *human = sensitive(t, t->words);
    audit(t, "edited", "question", id);
    if (human) {
        take_from_everybody(t, id, human);
        return true;
    }
    change(t, "UPDATE question SET words = ?2 WHERE id = ?1", I(id), T(text_cut(t->arena, text, WORDS_MAX)));
    question_show_again(t, id);
    return true;
}

static bool withdrawn(struct turn *t)
{
    int64_t id = question_of_event(t);

    question_drop_proposed(t, t->event->platform, t->event->target);
    if (!id)
        return false;
    take_back(t, question_get(t, id));
    return true;
}

static const struct command commands[] = {
    { "withdraw {n:number}", withdraw, .verb = "withdraw", .writes = true, .help = "take a question back",
      .example = "withdraw 1", .seen_by = "Whoever had it sees that there is nothing to do." },
    { 0 },
};

const struct handler handler_withdraw = {
    "withdraw", .group = "Ask", .commands = commands, .edited = edited, .withdrawn = withdrawn,
};
