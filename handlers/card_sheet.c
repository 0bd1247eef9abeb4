/* Cards that an admin sent as a file: JSON lines, or one card as it would stand in the folder. What they would change is
 * shown, and taken in when they say so. */
#include "cards_private.h"
#include "learnd/rare.h"
#include "sheet.h"

/* The cards in it; JSON lines name no owner: it is who was named, else who sent them. NULL: mistakes, which were said. */
static const struct org *read_sheet(struct turn *t, const struct sheet *s, const char *owner)
{
    const struct org *read = read_cards(t, s->name, s->text, owner);

    return sheet_refused(t, s, read) ? NULL : read;
}

static void show(struct turn *t)
{
    int64_t owner = arg_person(t, "owner");
    const char *handle = person(t, owner ? owner : t->person)->handle;
    const struct sheet *s = sheet_of(t, SHEET_CARDS, 0);

    if (!s) {
        reply(t, "Send me the file first (a .jsonl or .md, here in our conversation), then `card import` again.");
        return;
    }
    const struct org *read = read_sheet(t, s, handle);
    if (!read)
        return;
    struct card_tally tally = { .dry = true };
    cards_take(t, read, &tally);
    struct message *m = reply(t, "*%s* would change this: %s.", s->name, card_tally_say(t, &tally));
    if (tally.taken)
        line(m, "A card with the id *%s* was made in chat; give the one in the file another id.", tally.taken->id);
    else if (!tally.named)
        say(m, " So there is nothing to do.");
    else
        line(m, "%s", tally.which.data);
    if (!tally.taken && tally.named)
        sheet_buttons(m, s, "cards apply", handle);
    else
        sheet_forget(t);
}

static void apply(struct turn *t)
{
    struct card_tally dry = { .dry = true }, tally = { 0 };
    const struct sheet *s = sheet_pressed(t, SHEET_CARDS);
    const struct org *read = s ? read_sheet(t, s, t->argument) : NULL;

    if (!read)
        return;
    cards_take(t, read, &dry);
    if (dry.taken) {
        reply(t, "A card with the id *%s* was made in chat meanwhile; nothing was changed.", dry.taken->id);
        return;
    }
    cards_take(t, read, &tally);
    audit(t, "card import", "card", tally.added + tally.changed + tally.retired);
    sheet_forget(t);
    reply(t, "Applied: %s.", card_tally_say(t, &tally));
}

static const struct command commands[] = {
    { "card import", show, .verb = "card", .role = ROLE_ADMIN, .for_all = true,
      .help = "take in the cards you sent as a file", .example = "card import",
      .seen_by = "Admins only. Send the file first; nothing changes before [Apply]." },
    { "card import for {owner:person}", show, .role = ROLE_ADMIN, .for_all = true, .example = "card import for @dana" },
    { 0 },
};
static const struct action actions[] = { { "cards apply", apply }, { 0 } };

const struct handler handler_card_sheet = {
    "card_sheet",
    .group = "Admin",
    .commands = commands,
    .actions = actions,
};
