/* Cards from files: the organisation folder as it is read, and what `learnd import cards` brings. */
#include <string.h>

#include "cards_private.h"

#define NAMED_MAX 20

/* ---- One card ---------------------------------------------------------------------------------------------------- */

static void write_lists(struct turn *t, int64_t id, const struct org_card *c)
{
    change(t, "DELETE FROM card_phrasing WHERE card = ?1 AND kept = 0", I(id));
    for (size_t i = 0; i < c->aliases.count; i++)
        insert(t, "INSERT INTO card_phrasing(card, text) VALUES(?1, ?2)", I(id), T(c->aliases.item[i]));
    change(t, "DELETE FROM card_step WHERE card = ?1", I(id));
    for (size_t i = 0; i < c->steps.count; i++)
        insert(t, "INSERT INTO card_step(card, position, text) VALUES(?1, ?2, ?3)", I(id), I(i + 1),
               T(c->steps.item[i]));
    change(t, "DELETE FROM card_skill WHERE card = ?1", I(id));
    for (size_t i = 0; i < c->skill_count; i++)
        insert(t, "INSERT INTO card_skill(card, topic, level) VALUES(?1, ?2, ?3) ON CONFLICT(card, topic) DO NOTHING",
               I(id), T(c->skills[i].topic), I(c->skills[i].level));
}

static void write_checks(struct turn *t, int64_t id, const struct org_card *c)
{
    change(t, "DELETE FROM card_check WHERE card = ?1", I(id));
    for (size_t i = 0; i < c->check_count; i++) {
        struct buf options = { .arena = t->arena };
        for (size_t k = 0; k < c->checks[i].options.count; k++)
            buf_printf(&options, "%s%s", k ? "\n" : "", c->checks[i].options.item[k]);
        insert(
            t,
            "INSERT INTO card_check(card, position, question, options, answer_key, why) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
            I(id), I(i + 1), T(c->checks[i].question), T(buf_text(&options)), I(c->checks[i].key), T(c->checks[i].why));
    }
}

static int64_t write_card(struct turn *t, const struct org_card *c)
{
    insert(t,
           "INSERT INTO card(slug, title, owner, class, state, audience, file, hash, body, more, format, url, minutes, "
           "verified, verify_every, expires, lang, equivalent_to, supersedes, reassign) VALUES(?1, ?2, ?3, ?4, "
           "'published', ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19) ON CONFLICT(slug) DO "
           "UPDATE SET title = ?2, owner = ?3, class = ?4, state = 'published', audience = ?5, file = ?6, hash = ?7, "
           "body = ?8, more = ?9, format = ?10, url = ?11, minutes = ?12, verified = ?13, verify_every = ?14, "
           "expires = ?15, lang = ?16, equivalent_to = ?17, supersedes = ?18, reassign = ?19, "
           "version = card.version + 1",
           T(c->id), T(c->title), T(c->owner), T(c->class), T(c->audience), T(c->file), T(c->hash), T(c->body),
           T(c->more), T(c->format), T(c->url), I(c->minutes), T(c->verified), T(c->verify_every), T(c->expires),
           T(c->lang), T(c->equivalent_to), T(c->supersedes), I(c->reassign));
    int64_t id = one_int(t, "SELECT id FROM card WHERE slug = ?1", T(c->id));
    write_lists(t, id, c);
    write_checks(t, id, c);
    card_keep_version(t, id, 0);
    cards_changed(t);
    return id;
}

/* An import of what the organisation folder holds does not make it the import's. */
static void note_origin(struct turn *t, const char *slug, const struct card_tally *in)
{
    if (in->dry)
        return;
    change(t, "UPDATE card SET folder = ?2, imported = ?3 WHERE slug = ?1 AND (folder IS NULL OR imported >= ?3)",
           T(slug), T(in->folder), I(!in->of_folder));
}

struct known_card {
    int64_t id; /* 0: there is none of that name */
    bool published, from_chat;
    const char *hash;
};

static struct known_card known(struct turn *t, const char *slug)
{
    struct rows *r = query(t, "SELECT id, state, file, hash FROM card WHERE slug = ?1", T(slug));
    struct known_card k = { 0 };

    if (row_next(r)) {
        k = (struct known_card){ row_int(r, 0), strcmp(row_text(r, 1), "published") == 0, row_is_null(r, 2),
                                 row_text(r, 3) };
        rows_close(r);
    }
    return k;
}

/* One that is not as it was: named, with a sign. */
static void note(struct turn *t, struct card_tally *in, char sign, const char *slug)
{
    in->which.arena = t->arena;
    in->named++;
    if (in->named <= NAMED_MAX)
        buf_printf(&in->which, "%s%c%s", in->named > 1 ? ", " : "", sign, slug);
    else if (in->named == NAMED_MAX + 1)
        buf_add(&in->which, ", …");
}

static void retire(struct turn *t, int64_t id, const char *slug, struct card_tally *in)
{
    in->retired++;
    note(t, in, '-', slug);
    if (!in->dry)
        card_retire(t, id);
}

static bool is_superseded(const struct org *org, const char *slug)
{
    for (size_t i = 0; i < org->card_count; i++)
        if (org->cards[i].supersedes && strcmp(org->cards[i].supersedes, slug) == 0)
            return true;
    return false;
}

static void take_card(struct turn *t, const struct org *given, const struct org_card *c, struct card_tally *in)
{
    struct known_card k = known(t, c->id);

    if (k.from_chat && k.id && !in->of_folder && !in->taken)
        in->taken = c;
    if (is_superseded(given, c->id)) {
        if (k.published)
            retire(t, k.id, c->id, in);
        else
            in->unchanged++;
    } else if ((k.from_chat && k.id) || /* what people made in chat wins over the file */
               (k.published && k.hash && c->hash && strcmp(k.hash, c->hash) == 0)) {
        in->unchanged++;
    } else {
        in->added += !k.id;
        in->changed += k.id != 0;
        note(t, in, k.id ? '~' : '+', c->id);
        if (!in->dry)
            write_card(t, c);
    }
    if (!k.from_chat || !k.id)
        note_origin(t, c->id, in);
}

/* ---- All of them ------------------------------------------------------------------------------------------------- */

static bool is_listed(const struct org *org, const char *slug)
{
    for (size_t i = 0; i < org->card_count; i++)
        if (strcmp(org->cards[i].id, slug) == 0)
            return true;
    return false;
}

/* A successor may stand in the folder while its predecessor came from elsewhere, or from chat. */
static void retire_predecessors(struct turn *t, const struct org *given, struct card_tally *in)
{
    for (size_t i = 0; i < given->card_count; i++) {
        const char *slug = given->cards[i].supersedes;
        struct known_card k = slug && !is_listed(given, slug) ? known(t, slug) : (struct known_card){ 0 };
        if (k.published)
            retire(t, k.id, slug, in);
    }
}

/* Cards that came from this folder and are gone become obsolete; those born in chat never. */
static void retire_missing(struct turn *t, const struct org *given, struct card_tally *in)
{
    struct rows *r = query(t,
                           "SELECT id, slug FROM card WHERE state = 'published' AND file IS NOT NULL AND "
                           "((?1 = 1 AND imported = 0) OR (?1 = 0 AND folder = ?2)) ORDER BY id",
                           I(in->of_folder), T(in->folder));

    while (row_next(r))
        if (!is_listed(given, row_text(r, 1)) && !is_superseded(given, row_text(r, 1)))
            retire(t, row_int(r, 0), row_text(r, 1), in);
}

void cards_take(struct turn *t, const struct org *given, struct card_tally *in)
{
    for (size_t i = 0; i < given->card_count; i++)
        take_card(t, given, &given->cards[i], in);
    retire_predecessors(t, given, in);
    if (in->whole)
        retire_missing(t, given, in);
    if (!in->dry)
        cards_watch_expiry(t);
}

const char *card_tally_say(struct turn *t, const struct card_tally *in)
{
    return phrase(t, "added %d, changed %d, retired %d, unchanged %d", in->added, in->changed, in->retired,
                  in->unchanged);
}

void cards_load(struct turn *t)
{
    struct card_tally in = { .folder = arena_printf(t->arena, "%s/cards", t->given->folder),
                             .whole = true,
                             .of_folder = true };

    cards_take(t, t->given, &in);
}

void cards_import(struct turn *t)
{
    struct card_tally in = { .folder = t->given->folder,
                             .whole = strstr(t->argument, "folder"),
                             .dry = strstr(t->argument, "dry-run") };

    cards_take(t, t->given, &in);
    if (in.taken)
        give_up(t, "%s:%d: a card with the id '%s' was made in chat; give this one another id", in.taken->file,
                in.taken->line, in.taken->id);
    report(t, "added %d, changed %d, retired %d, unchanged %d", in.added, in.changed, in.retired, in.unchanged);
}
