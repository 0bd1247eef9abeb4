/* cards/NAME.md: YAML between two lines "---", then Markdown. */
#include <string.h>

#include "card.h"
#include "learnd/text.h"
#include "tree.h"
#include "values.h"

#define INTO(member) .offset = offsetof(struct org_card, member)

static void take_id(struct reading *r, const struct node *n, void *target)
{
    if (!node_expect(r, n, NODE_TEXT, "a word"))
        return;
    if (slug_is_well_formed(n->text))
        ((struct org_card *)target)->id = n->text;
    else
        fault_add(r, n->line, n->column, "'%s' cannot be an id: small letters a-z, digits, '.', '_' and '-'", n->text);
}

static void take_owner(struct reading *r, const struct node *n, void *target)
{
    if (!node_expect(r, n, NODE_TEXT, "an owner: HANDLE or team:HANDLE"))
        return;
    ((struct org_card *)target)->owner = n->text;
    reference_add(r, REFERENCE_OWNER, node_place(n), n->text);
}

static void take_audience(struct reading *r, const struct node *n, void *target)
{
    if (!node_expect(r, n, NODE_TEXT, "an audience"))
        return;
    ((struct org_card *)target)->audience = n->text;
    reference_add(r, REFERENCE_AUDIENCE, node_place(n), n->text);
}

static void take_skills(struct reading *r, const struct node *n, void *target)
{
    struct org_card *card = target;
    if (!node_expect(r, n, NODE_MAP, "a map: {sql: 2}"))
        return;
    for (const struct node *i = n->first; i; i = i->next) {
        bool level = i->kind == NODE_TEXT && i->text[0] >= '1' && i->text[0] <= '5' && !i->text[1];
        if (!level) {
            fault_add(r, i->line, i->column, "the level of '%s' is %s%s%s, expected is a number from 1 to 5", i->key,
                      i->kind == NODE_TEXT ? "'" : "no text", i->kind == NODE_TEXT ? i->text : "",
                      i->kind == NODE_TEXT ? "'" : "");
            continue;
        }
        reference_add(r, REFERENCE_TOPIC, (struct place){ i->key_line, i->key_column }, i->key);
        card->skills = list_grow(r->arena, card->skills, card->skill_count, sizeof *card->skills);
        card->skills[card->skill_count++] = (struct org_skill){ i->key, i->text[0] - '0' };
    }
}

static void take_url(struct reading *r, const struct node *n, void *target)
{
    if (!node_expect(r, n, NODE_TEXT, "an address"))
        return;
    if (url_is_offered(n->text))
        ((struct org_card *)target)->url = n->text;
    else
        fault_add(r, n->line, n->column, "'%s' is no address that is offered: https://, http:// or mailto:", n->text);
}

static void take_period(struct reading *r, const struct node *n, void *target)
{
    if (!node_expect(r, n, NODE_TEXT, "a period: P6M"))
        return;
    if (period_is_well_formed(n->text))
        ((struct org_card *)target)->verify_every = n->text;
    else
        fault_add(r, n->line, n->column, "'%s' is no period; expected is one as P6M, P1Y, P2W or P30D", n->text);
}

static void take_language(struct reading *r, const struct node *n, void *target)
{
    if (!node_expect(r, n, NODE_TEXT, "a language"))
        return;
    if (language_is_well_formed(n->text))
        ((struct org_card *)target)->lang = n->text;
    else
        fault_add(r, n->line, n->column, "'%s' is no language tag; expected is one as en or pt-BR", n->text);
}

/* Another card: it must exist and be another. */
static const char *other_card(struct reading *r, const struct node *n)
{
    if (!node_expect(r, n, NODE_TEXT, "the id of a card"))
        return NULL;
    reference_add(r, REFERENCE_CARD, node_place(n), n->text);
    return n->text;
}

static void take_equivalent(struct reading *r, const struct node *n, void *target)
{
    ((struct org_card *)target)->equivalent_to = other_card(r, n);
}

static void take_supersedes(struct reading *r, const struct node *n, void *target)
{
    ((struct org_card *)target)->supersedes = other_card(r, n);
}

static void check_take(struct reading *r, const struct node *n, struct org_card *card)
{
#define OF_CHECK(member) .offset = offsetof(struct org_check, member)
    static const struct key keys[] = {
        { "q", KEY_TEXT, OF_CHECK(question), .required = true, .max = 300 },
        { "options", KEY_TEXTS, OF_CHECK(options), .required = true, .max = 75 },
        { "key", KEY_NUMBER, OF_CHECK(key), .required = true, .min = 1, .max = 10 },
        { "why", KEY_TEXT, OF_CHECK(why), .max = 600 },
        { .name = NULL },
    };
    struct org_check check = { .key = 0 };
    keys_take(r, n, node_place(n), keys, &check);
    if (check.options.count == 1 || check.options.count > 10)
        fault_add(r, n->line, n->column, "a check has from 2 to 10 options, this one has %zu", check.options.count);
    else if (check.options.count && check.key > (int)check.options.count)
        fault_add(r, n->line, n->column, "the key is %d, there are %zu options (1 is the first)", check.key,
                  check.options.count);
    for (size_t i = 0; i < check.options.count; i++)
        for (size_t k = 0; k < i; k++)
            if (text_same(check.options.item[i], check.options.item[k]))
                fault_add(r, n->line, n->column, "the option '%s' stands twice (a text with a comma needs quotes)",
                          check.options.item[i]);
    card->checks = list_grow(r->arena, card->checks, card->check_count, sizeof *card->checks);
    card->checks[card->check_count++] = check;
}

static void take_checks(struct reading *r, const struct node *n, void *target)
{
    if (!node_expect(r, n, NODE_LIST, "a list: [{q, options, key, why}]"))
        return;
    for (const struct node *i = n->first; i; i = i->next) {
        if (node_expect(r, i, NODE_MAP, "a map: {q, options, key, why}"))
            check_take(r, i, target);
    }
}

static const char *const classes[] = { "core", "team", "personal", NULL };
static const char *const formats[] = { "text", "video", "audio", "checklist", "link", NULL };

static const struct key card_keys[] = {
    { "id", KEY_OTHER, .required = true, .take = take_id },
    { "title", KEY_TEXT, INTO(title), .required = true, .max = TITLE_MAX },
    { "owner", KEY_OTHER, .required = true, .take = take_owner },
    { "class", KEY_WORD, INTO(class), .required = true, .words = classes },
    { "aliases", KEY_TEXTS, INTO(aliases), .max = PHRASING_MAX },
    { "skills", KEY_OTHER, .take = take_skills },
    { "audience", KEY_OTHER, .take = take_audience },
    { "minutes", KEY_NUMBER, INTO(minutes), .min = 1, .max = 6000 },
    { "url", KEY_OTHER, .take = take_url },
    { "format", KEY_WORD, INTO(format), .words = formats },
    { "steps", KEY_TEXTS, INTO(steps), .max = 300 },
    { "check", KEY_OTHER, .take = take_checks },
    { "verified", KEY_DAY, INTO(verified) },
    { "verify_every", KEY_OTHER, .take = take_period },
    { "expires", KEY_DAY, INTO(expires) },
    { "lang", KEY_OTHER, .take = take_language },
    { "equivalent_to", KEY_OTHER, .take = take_equivalent },
    { "supersedes", KEY_OTHER, .take = take_supersedes },
    { "reassign", KEY_YES, INTO(reassign) },
    { .name = NULL },
};

struct org_card *card_add(struct reading *r, struct place at)
{
    struct org *org = r->org;
    if (org->card_count == CARDS_MAX) {
        fault_add(r, at.line, at.column, "more than %d cards", CARDS_MAX);
        return NULL;
    }
    org->cards = list_grow(r->arena, org->cards, org->card_count, sizeof *org->cards);
    struct org_card *card = &org->cards[org->card_count++];
    *card = (struct org_card){ .file = r->file, .line = at.line, .body = "" };
    return card;
}

static bool is_bar(const char *line)
{
    size_t n = strcspn(line, "\n");
    return n >= 3 && strncmp(line, "---", 3) == 0 && strspn(line + 3, " \t") == n - 3;
}

static const char *line_after(const char *line)
{
    line += strcspn(line, "\n");
    return *line ? line + 1 : line;
}

/* The line that ends the front matter, and its number; NULL and a fault if there is none. */
static const char *front_end(struct reading *r, const char *text, int *number)
{
    if (!is_bar(text)) {
        fault_add(r, 1, 1, "a card begins with a line '---', its keys, and another line '---'");
        return NULL;
    }
    *number = 2;
    for (const char *line = line_after(text); *line; line = line_after(line), ++*number) {
        if (is_bar(line))
            return line;
    }
    fault_add(r, 1, 1, "the line '---' that ends the keys is missing");
    return NULL;
}

static void card_whole(struct reading *r, struct org_card *card)
{
    if (card->title)
        card->title = text_squeeze(r->arena, card->title);
    if (card->supersedes && card->id && strcmp(card->supersedes, card->id) == 0)
        fault_add(r, 1, 1, "the card supersedes itself");
    if (card->equivalent_to && card->id && strcmp(card->equivalent_to, card->id) == 0)
        fault_add(r, 1, 1, "the card is equivalent to itself");
    if (!*card->body && !card->url && !card->steps.count)
        fault_add(r, 1, 1, "the card says nothing: no text, no steps, no url");
}

void card_read(struct reading *r, const struct bytes *file)
{
    struct org_card *card = card_add(r, (struct place){ 1, 1 });
    const char *text = lines_unify(r->arena, file->text);
    int end_line = 0;
    const char *end = card ? front_end(r, text, &end_line) : NULL;
    if (!end)
        return;
    card->hash = file->hash;
    const char *front = line_after(text);
    size_t before = r->org->fault_count;
    const struct node *root = tree_read(r, front, (size_t)(end - front), 2);
    if (root && node_expect(r, root, NODE_MAP, "the keys of a card (id: vpn)"))
        keys_take(r, root, (struct place){ 1, 1 }, card_keys, card);
    else if (!root && r->org->fault_count == before)
        fault_add(r, 1, 1, "the keys of the card (id, title, owner, class) are missing");
    card_body_take(r, card, line_after(end), end_line + 1);
    card_whole(r, card);
}
