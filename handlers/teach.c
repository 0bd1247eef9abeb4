/* Teaching: what somebody knows becomes a card in three messages. Until the last of them nothing is kept but the open
 * dialog, so that `cancel` leaves nothing behind. */
#include <string.h>

#include "answers.h"
#include "capture.h"

#define WORDINGS_MAX 10
#define WORDING_LENGTH 200

/* What belongs to a human makes no card: they are told, and nothing of it is kept. */
static bool belongs_to_human(struct turn *t, const char *text)
{
    const struct org_sensitive *human = sensitive(t, text);

    if (human)
        reply(t, "This belongs to a human rather than to a card, so I keep none of it. %s", human->contact);
    return human;
}

static void teach(struct turn *t)
{
    reply(t, "What will you teach us? Write its title in one line, as somebody would look for it. `cancel` stops.");
    expect(t, "teach title", 0, NULL);
}

static void take_title(struct turn *t)
{
    if (belongs_to_human(t, t->text))
        return;
    if (!text_words(t->text) || text_length(t->text) > CARD_TITLE_MAX) {
        reply(t, "A title has 1 to %d characters; this has %zu. Try again?", CARD_TITLE_MAX, text_length(t->text));
        expect(t, "teach title", 0, NULL);
        return;
    }
    const struct card *same = card_named(t, t->text);
    struct message *m = reply(t,
                              "*%s*. And what should people know or do? %d words at most; your own way of saying it "
                              "is best.",
                              t->text, CARD_WORDS_MAX);
    if (same)
        small(m, "There is a card of that title already, kept by %s. `cancel` if it says all you know.",
              card_keeper(t, same));
    expect(t, "teach body", 0, t->text);
}

static void take_body(struct turn *t)
{
    const char *body = text_trim(t->arena, t->words);

    if (belongs_to_human(t, body))
        return;
    if (!text_words(body) || text_words(body) > CARD_WORDS_MAX) {
        reply(t, "A card has 1 to %d words; this has %zu. Could you shorten it, or teach it as two cards?",
              CARD_WORDS_MAX, text_words(body));
        expect(t, "teach body", 0, t->argument);
        return;
    }
    reply(t, "How would somebody ask for it? One question a line, or `skip`.");
    expect(t, "teach wording", 0, arena_printf(t->arena, "%s\n%s", t->argument, body));
}

static void add_wordings(struct turn *t, int64_t card, const char *lines)
{
    for (int n = 0; *lines && n < WORDINGS_MAX; n++) {
        size_t length = strcspn(lines, "\n");
        const char *wording = text_squeeze(t->arena, arena_copy_n(t->arena, lines, length));
        if (text_words(wording) && !sensitive(t, wording))
            card_add_phrasing(t, card, text_cut(t->arena, wording, WORDING_LENGTH), t->person);
        lines += length + (lines[length] == '\n');
    }
}

static void take_wordings(struct turn *t)
{
    const char *body = strchr(t->argument, '\n') + 1;
    const char *title = arena_copy_n(t->arena, t->argument, (size_t)(body - t->argument - 1));
    int64_t card = card_draft(t, title, body, t->person);

    if (!text_same(t->text, "skip"))
        add_wordings(t, card, t->words);
    capture_show(t, reply(t, "This is your card:"), card, 0);
}

static const struct command commands[] = {
    { "teach", teach, .verb = "teach", .writes = true, .help = "make a card of what you know", .example = "teach",
      .seen_by = "Nobody sees the draft until you save it for your team or send it to review." },
    { 0 },
};

static const struct dialog dialogs[] = {
    { "teach title", take_title, TAKES_TEXT },
    { "teach body", take_body, TAKES_TEXT },
    { "teach wording", take_wordings, TAKES_TEXT },
    { 0 },
};

const struct handler handler_teach = { "teach", .group = "Teach", .commands = commands, .dialogs = dialogs };
