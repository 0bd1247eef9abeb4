/* Cards: taken in from the folder, born in chat, read by those who may. */
#include "cards.h"

#include <string.h>

/* ---- Reading ----------------------------------------------------------------------------------------------------- */

#define CARD_COLUMNS                                                                                                   \
    "id, slug, title, owner, class, state, audience, body, more, verified, verify_every, coalesce(author, 0), team, "  \
    "expires"

static bool past(struct turn *t, const char *day)
{
    return day && day_number(day) < day_of(zone_utc(), t->now);
}

static bool is_stale(struct turn *t, const char *verified, const char *every)
{
    if (!verified || !every)
        return false;
    int64_t until = period_add(day_number(verified), every);
    return until != INT64_MIN && until < day_of(zone_utc(), t->now);
}

static const struct card *card_from(struct turn *t, struct rows *r)
{
    if (!row_next(r))
        return NULL;
    struct card *c = arena_new(t->arena, struct card);
    *c = (struct card){ .id = row_int(r, 0),
                        .slug = row_text(r, 1),
                        .title = row_text(r, 2),
                        .owner = row_text(r, 3),
                        .class = row_text(r, 4),
                        .state = row_text(r, 5),
                        .audience = row_text(r, 6),
                        .body = row_text(r, 7),
                        .more = row_text(r, 8),
                        .verified = row_text(r, 9),
                        .author = row_int(r, 11) };
    c->stale = is_stale(t, c->verified, row_text(r, 10));
    c->reviewed = row_is_null(r, 12);
    rows_close(r);
    return c;
}

const struct card *card_any(struct turn *t, int64_t id)
{
    return card_from(t, query(t, "SELECT " CARD_COLUMNS " FROM card WHERE id = ?1", I(id)));
}

static bool in_team(struct turn *t, const char *owner)
{
    int count = 0;
    int64_t *people = owner_people(t, owner, &count);

    for (int i = 0; i < count; i++)
        if (people[i] == t->person)
            return true;
    return false;
}

static bool may_read(struct turn *t, int64_t id)
{
    struct rows *r = query(t, "SELECT audience, team, expires FROM card WHERE id = ?1 AND state = 'published'", I(id));

    if (!row_next(r))
        return false;
    const char *audience = row_text(r, 0), *team = row_text(r, 1), *expires = row_text(r, 2);
    rows_close(r);
    if (past(t, expires))
        return false;
    return team ? in_team(t, team) : person_in_audience(t, t->person, audience);
}

const struct card *card_readable(struct turn *t, int64_t id)
{
    return may_read(t, id) ? card_any(t, id) : NULL;
}

const struct card *card_named(struct turn *t, const char *name)
{
    struct rows *r = query(
        t,
        "SELECT id FROM card WHERE state = 'published' AND (slug = lower(?1) OR lower(title) = lower(?1)) ORDER BY id",
        T(name));

    while (row_next(r)) {
        const struct card *c = card_readable(t, row_int(r, 0));
        if (c)
            return c;
    }
    return NULL;
}

/* ---- Cards born in chat ------------------------------------------------------------------------------------------ */

static const char *free_slug(struct turn *t, const char *title)
{
    const char *base = text_slug(t->arena, title), *slug = base;

    for (int n = 2; one_int(t, "SELECT count(*) FROM card WHERE slug = ?1", T(slug)); n++)
        slug = arena_printf(t->arena, "%s-%d", base, n);
    return slug;
}

static void keep_version(struct turn *t, int64_t id, int64_t reviewer)
{
    insert(t,
           "INSERT INTO card_version(card, version, title, body, reviewer, at) "
           "SELECT id, version, title, body, ?2, ?3 FROM card WHERE id = ?1",
           I(id), IDN(reviewer), I(t->now));
}

int64_t card_draft(struct turn *t, const char *title, const char *body, int64_t author)
{
    int64_t id = insert(t,
                        "INSERT INTO card(slug, title, owner, class, state, author, body) "
                        "VALUES(?1, ?2, ?3, 'team', 'draft', ?4, ?5)",
                        T(free_slug(t, title)), T(title), T(person(t, author)->handle), I(author), T(body));

    keep_version(t, id, 0);
    return id;
}

void card_rewrite(struct turn *t, int64_t id, const char *title, const char *body)
{
    change(t, "UPDATE card SET title = ?2, body = ?3, version = version + 1 WHERE id = ?1", I(id), T(title), T(body));
    keep_version(t, id, 0);
    cards_changed(t);
}

static void set_state(struct turn *t, int64_t id, const char *state)
{
    change(t, "UPDATE card SET state = ?2 WHERE id = ?1", I(id), T(state));
    audit(t, state, "card", id);
    cards_changed(t);
}

void card_submit(struct turn *t, int64_t id)
{
    /* what the team reads already stays readable while it waits */
    change(t, "UPDATE card SET state = 'review' WHERE id = ?1 AND state <> 'published'", I(id));
    audit(t, "review", "card", id);
}

void card_return(struct turn *t, int64_t id)
{
    change(t, "UPDATE card SET state = 'returned' WHERE id = ?1 AND state <> 'published'", I(id));
    audit(t, "returned", "card", id);
}

/* The author's team: those who share their manager, and the manager. */
static const char *team_of(struct turn *t, int64_t author)
{
    int64_t manager = person(t, author)->manager;

    return arena_printf(t->arena, "team:%s", person(t, manager ? manager : author)->handle);
}

void card_publish(struct turn *t, int64_t id, int64_t by)
{
    const struct card *c = card_any(t, id);
    const char *team = by ? NULL : team_of(t, c->author);

    change(t, "UPDATE card SET team = ?2, verified = ?3 WHERE id = ?1", I(id), T(team),
           T(by ? day_iso(t->arena, day_of(zone_utc(), t->now)) : NULL));
    if (by)
        keep_version(t, id, by);
    set_state(t, id, "published");
}

void card_retire(struct turn *t, int64_t id)
{
    set_state(t, id, "obsolete");
}

void card_add_phrasing(struct turn *t, int64_t id, const char *text, int64_t who)
{
    if (one_int(t, "SELECT count(*) FROM card_phrasing WHERE card = ?1 AND lower(text) = lower(?2)", I(id), T(text)))
        return;
    insert(t, "INSERT INTO card_phrasing(card, text, person, kept) VALUES(?1, ?2, ?3, 1)", I(id), T(text), IDN(who));
    cards_changed(t);
}

/* ---- The search index -------------------------------------------------------------------------------------------- */

static void add_to_index(struct turn *t, struct index_builder *b, struct rows *card)
{
    struct search_card s = { .id = row_int(card, 0), .title = row_text(card, 1), .body = row_text(card, 2) };
    int64_t n = one_int(t, "SELECT count(*) FROM card_phrasing WHERE card = ?1", I(s.id));
    const char **phrasings = arena_array(t->arena, const char *, (size_t)n + 1);
    struct rows *r = query(t, "SELECT text FROM card_phrasing WHERE card = ?1 ORDER BY id", I(s.id));

    while (row_next(r))
        phrasings[s.phrasing_count++] = row_text(r, 0);
    s.phrasings = phrasings;
    index_add(t, b, &s, row_text(card, 3), row_text(card, 4));
}

static void index_cards(struct turn *t, struct index_builder *b)
{
    struct rows *r =
        query(t, "SELECT id, title, body, audience, team, expires FROM card WHERE state = 'published' ORDER BY id");

    while (row_next(r))
        if (!past(t, row_text(r, 5)))
            add_to_index(t, b, r);
}

/* ---- The folder -------------------------------------------------------------------------------------------------- */

struct tally {
    int added, changed, retired, unchanged;
    bool dry;
};

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
           "verified, "
           "verify_every, expires, lang, equivalent_to, supersedes, reassign) VALUES(?1, ?2, ?3, ?4, 'published', ?5, "
           "?6, ?7, ?8, ?9, "
           "?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19) ON CONFLICT(slug) DO UPDATE SET title = ?2, owner = ?3, "
           "class = ?4, "
           "state = 'published', audience = ?5, file = ?6, hash = ?7, body = ?8, more = ?9, format = ?10, url = ?11, "
           "minutes = ?12, "
           "verified = ?13, verify_every = ?14, expires = ?15, lang = ?16, equivalent_to = ?17, supersedes = ?18, "
           "reassign = ?19, "
           "version = card.version + 1",
           T(c->id), T(c->title), T(c->owner), T(c->class), T(c->audience), T(c->file), T(c->hash), T(c->body),
           T(c->more), T(c->format), T(c->url), I(c->minutes), T(c->verified), T(c->verify_every), T(c->expires),
           T(c->lang), T(c->equivalent_to), T(c->supersedes), I(c->reassign));
    return one_int(t, "SELECT id FROM card WHERE slug = ?1", T(c->id));
}

static void retire_superseded(struct turn *t, const struct org_card *c)
{
    if (c->supersedes)
        change(t, "UPDATE card SET state = 'obsolete' WHERE slug = ?1 AND state = 'published'", T(c->supersedes));
}

static void take_card(struct turn *t, const struct org_card *c, struct tally *tally)
{
    struct rows *r = query(t, "SELECT hash, state, file FROM card WHERE slug = ?1", T(c->id));
    bool known = row_next(r);
    const char *hash = known ? row_text(r, 0) : NULL;
    bool published = known && strcmp(row_text(r, 1), "published") == 0;
    bool chat = known && row_is_null(r, 2);

    rows_close(r);
    if (chat) /* born in chat: what people made there wins over the file */
        give_up(t, "%s: a card with the id '%s' was made in chat; give the file another id", c->file, c->id);
    if (published && hash && c->hash && strcmp(hash, c->hash) == 0) {
        tally->unchanged++;
        return;
    }
    tally->added += !known;
    tally->changed += known;
    if (tally->dry)
        return;
    int64_t id = write_card(t, c);
    write_lists(t, id, c);
    write_checks(t, id, c);
    keep_version(t, id, 0);
    retire_superseded(t, c);
    cards_changed(t);
}

static bool is_listed(const struct org *org, const char *slug)
{
    for (size_t i = 0; i < org->card_count; i++)
        if (strcmp(org->cards[i].id, slug) == 0)
            return true;
    return false;
}

/* Cards that came from the folder and are gone become obsolete; those born in chat never. */
static void retire_missing(struct turn *t, struct tally *tally)
{
    struct rows *r = query(t, "SELECT id, slug FROM card WHERE file IS NOT NULL AND state = 'published' ORDER BY id");

    while (row_next(r)) {
        if (is_listed(t->org, row_text(r, 1)))
            continue;
        tally->retired++;
        if (!tally->dry)
            card_retire(t, row_int(r, 0));
    }
}

static void take_cards(struct turn *t, struct tally *tally, bool whole)
{
    for (size_t i = 0; i < t->org->card_count; i++)
        take_card(t, &t->org->cards[i], tally);
    if (whole)
        retire_missing(t, tally);
}

static void load(struct turn *t)
{
    struct tally tally = { 0 };

    take_cards(t, &tally, true);
}

/* argument: "", "dry-run"; " folder": what is missing retires */
static void import_cards(struct turn *t)
{
    struct tally tally = { .dry = strstr(t->argument, "dry-run") };

    take_cards(t, &tally, strstr(t->argument, "folder"));
    report(t, "added %d, changed %d, retired %d, unchanged %d", tally.added, tally.changed, tally.retired,
           tally.unchanged);
}

/* The ids of the cards that argument (a handle; "": nobody in particular) may read, one a line: for `learnd ask`. */
static void readable_cards(struct turn *t)
{
    struct rows *r = query(t, "SELECT id, slug, audience, team FROM card WHERE state = 'published' ORDER BY id");
    const struct person *who = *t->argument ? person_of_handle(t, t->argument) : NULL;

    if (*t->argument && !who)
        give_up(t, "nobody has the handle '%s'", t->argument);
    t->person = who ? who->id : 0;
    while (row_next(r)) {
        bool for_all = row_is_null(r, 2) && row_is_null(r, 3);
        if (who ? may_read(t, row_int(r, 0)) : for_all)
            report(t, "%s", row_text(r, 1));
    }
}

static const struct action operations[] = {
    { "import cards", import_cards },
    { "readable cards", readable_cards },
    { 0 },
};

static const struct personal data[] = {
    { "card", "author", DATA_CLEARED, "SELECT title, state, body FROM card WHERE author = ?1 ORDER BY id",
      "Cards you wrote: those who may read them see your name as their owner." },
    { "card_version", "reviewer", DATA_CLEARED, NULL, NULL },
    { "card_phrasing", "person", DATA_DELETED, "SELECT text FROM card_phrasing WHERE person = ?1 ORDER BY id",
      "Wordings you let me keep: used to find cards, shown to nobody." },
    { 0 },
};

const struct handler handler_cards = {
    "cards", .operations = operations, .data = data, .load = load, .index = index_cards,
};
