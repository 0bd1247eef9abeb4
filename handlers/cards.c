/* Cards: born in chat, read by those who may, found by the search. */
#include "cards_private.h"

#include <string.h>

/* ---- Reading ----------------------------------------------------------------------------------------------------- */

#define CARD_COLUMNS                                                                                                   \
    "id, slug, title, owner, class, state, audience, body, more, verified, verify_every, coalesce(author, 0), team, "  \
    "url, format, coalesce(minutes, 0)"

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
                        .url = row_text(r, 13),
                        .format = row_text(r, 14),
                        .minutes = row_int(r, 15),
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

bool card_is_for(struct turn *t, int64_t id, int64_t who)
{
    struct rows *r = query(t, "SELECT audience, team FROM card WHERE id = ?1", I(id));

    if (!row_next(r))
        return false;
    const char *audience = row_text(r, 0), *team = row_text(r, 1);
    rows_close(r);
    return team ? owner_includes(t, team, who) : person_in_audience(t, who, audience);
}

bool card_may_read(struct turn *t, int64_t id, int64_t who)
{
    struct rows *r = query(t, "SELECT expires FROM card WHERE id = ?1 AND state = 'published'", I(id));

    if (!row_next(r))
        return false;
    const char *expires = row_text(r, 0);
    rows_close(r);
    return !past(t, expires) && card_is_for(t, id, who);
}

const struct card *card_readable(struct turn *t, int64_t id)
{
    return card_may_read(t, id, t->person) ? card_any(t, id) : NULL;
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

const struct card *card_of_slug(struct turn *t, const char *slug)
{
    return card_from(t, query(t, "SELECT " CARD_COLUMNS " FROM card WHERE slug = lower(?1)", T(slug)));
}

int64_t card_step_count(struct turn *t, int64_t id)
{
    return one_int(t, "SELECT count(*) FROM card_step WHERE card = ?1", I(id));
}

const char *card_step(struct turn *t, int64_t id, int64_t position)
{
    return one_text(t, "SELECT text FROM card_step WHERE card = ?1 AND position = ?2", I(id), I(position));
}

int64_t *cards_core(struct turn *t, int *count)
{
    int64_t n = one_int(t, "SELECT count(*) FROM card WHERE state = 'published' AND class = 'core'");
    int64_t *ids = arena_array(t->arena, int64_t, (size_t)n + 1);
    struct rows *r = query(t, "SELECT id FROM card WHERE state = 'published' AND class = 'core' ORDER BY id");

    for (*count = 0; row_next(r);)
        ids[(*count)++] = row_int(r, 0);
    return ids;
}

/* ---- Wordings ---------------------------------------------------------------------------------------------------- */

enum wording_source card_wording_source(struct turn *t, int64_t id, const char *text)
{
    struct rows *r = query(t,
                           "SELECT p.kept, CASE WHEN p.person = c.author THEN 1 ELSE 0 END FROM card_phrasing p "
                           "JOIN card c ON c.id = p.card WHERE p.card = ?1 AND p.text = ?2 ORDER BY p.kept, p.id",
                           I(id), T(text));

    if (!row_next(r))
        return WORDING_QUESTION; /* deleted meanwhile: whose it was is told to nobody */
    bool kept = row_int(r, 0), author = row_int(r, 1);
    rows_close(r);
    return !kept ? WORDING_FOLDER : author ? WORDING_AUTHOR : WORDING_QUESTION;
}

bool card_has_wording(struct turn *t, int64_t id, const char *text)
{
    return one_int(t, "SELECT count(*) FROM card_phrasing WHERE card = ?1 AND lower(text) = lower(?2)", I(id),
                   T(text)) +
               one_int(t, "SELECT count(*) FROM card WHERE id = ?1 AND lower(title) = lower(?2)", I(id), T(text)) >
           0;
}

const char *card_example_question(struct turn *t, int64_t id)
{
    return one_text(t, "SELECT text FROM card_phrasing WHERE card = ?1 AND kept = 0 ORDER BY id LIMIT 1", I(id));
}

void card_add_phrasing(struct turn *t, int64_t id, const char *text, int64_t who)
{
    if (card_has_wording(t, id, text))
        return;
    insert(t, "INSERT INTO card_phrasing(card, text, person, kept) VALUES(?1, ?2, ?3, 1)", I(id), T(text), IDN(who));
    cards_changed(t);
}

/* ---- Cards born in chat ------------------------------------------------------------------------------------------ */

static const char *free_slug(struct turn *t, const char *title)
{
    const char *base = text_slug(t->arena, title), *slug;

    if (!*base)
        base = "card";
    slug = base;
    for (int n = 2; one_int(t, "SELECT count(*) FROM card WHERE slug = ?1", T(slug)); n++)
        slug = arena_printf(t->arena, "%s-%d", base, n);
    return slug;
}

void card_keep_version(struct turn *t, int64_t id, int64_t reviewer)
{
    insert(t,
           "INSERT INTO card_version(card, version, title, body, reviewer, at, reassign) "
           "SELECT id, version, title, body, ?2, ?3, reassign FROM card WHERE id = ?1",
           I(id), IDN(reviewer), I(t->now));
}

int64_t card_draft(struct turn *t, const char *title, const char *body, int64_t author)
{
    return insert(t,
                  "INSERT INTO card(slug, title, owner, class, state, author, body) "
                  "VALUES(?1, ?2, ?3, 'team', 'draft', ?4, ?5)",
                  T(free_slug(t, title)), T(title), T(person(t, author)->handle), I(author), T(body));
}

void card_rewrite(struct turn *t, int64_t id, const char *title, const char *body)
{
    change(t, "UPDATE card SET title = ?2, body = ?3, version = version + 1 WHERE id = ?1", I(id), T(title), T(body));
    cards_changed(t);
}

/* A draft its author does not want: nobody has seen it, and nothing of it stays. */
void card_discard(struct turn *t, int64_t id)
{
    change(t, "DELETE FROM card_phrasing WHERE card = ?1", I(id));
    change(t, "DELETE FROM card_version WHERE card = ?1", I(id));
    change(t, "DELETE FROM card WHERE id = ?1", I(id));
}

void card_set_state(struct turn *t, int64_t id, const char *state)
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

/* Those the author leads; for who leads nobody those who share their manager, and the manager. */
static const char *team_of(struct turn *t, int64_t author)
{
    int64_t manager = has_role(t, author, ROLE_MANAGER, 0) ? author : person(t, author)->manager;

    return arena_printf(t->arena, "team:%s", person(t, manager ? manager : author)->handle);
}

void card_publish(struct turn *t, int64_t id, int64_t by)
{
    const struct card *c = card_any(t, id);
    const char *today = day_iso(t->arena, day_of(zone_utc(), t->now));

    change(t, "UPDATE card SET team = ?2, verified = ?3 WHERE id = ?1", I(id), T(by ? NULL : team_of(t, c->author)),
           T(by ? today : NULL));
    if (by && !person(t, c->author)->active) /* a card needs somebody who answers for it */
        change(t, "UPDATE card SET owner = ?2 WHERE id = ?1", I(id), T(person(t, by)->handle));
    card_keep_version(t, id, by);
    card_set_state(t, id, "published");
}

void card_retire(struct turn *t, int64_t id)
{
    card_set_state(t, id, "obsolete");
}

void card_verify(struct turn *t, int64_t id)
{
    change(t, "UPDATE card SET verified = ?2 WHERE id = ?1", I(id), T(day_iso(t->arena, day_of(zone_utc(), t->now))));
    audit(t, "verified", "card", id);
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

/* ---- Expiry ------------------------------------------------------------------------------------------------------ */

void cards_watch_expiry(struct turn *t)
{
    const char *next = one_text(t, "SELECT min(expires) FROM card WHERE state = 'published' AND expires >= ?1",
                                T(day_iso(t->arena, day_of(zone_utc(), t->now))));

    if (next)
        later(t, (day_number(next) + 1) * DAY, "cards expire", 0, "cards expire");
}

static void expire(struct turn *t)
{
    cards_changed(t);
    cards_watch_expiry(t);
}

/* ---- What the owner sees of it ----------------------------------------------------------------------------------- */

static void my_lines(struct turn *t, struct message *m)
{
    struct rows *r = query(t,
                           "SELECT verified, verify_every, title FROM card WHERE state = 'published' AND owner = ?1 "
                           "ORDER BY title, id",
                           T(person(t, t->person)->handle));
    int kept = 0, stale = 0;
    const char *first = NULL;

    while (row_next(r)) {
        kept++;
        if (is_stale(t, row_text(r, 0), row_text(r, 1)) && !stale++)
            first = row_text(r, 2);
    }
    if (kept)
        bullet(m, kept == 1 ? "You keep 1 card" : "You keep %d cards", kept);
    if (stale)
        say(m, "; to be verified again: *%s*", first);
    if (stale > 1)
        say(m, " and %d more", stale - 1);
}

/* ---- For programs ------------------------------------------------------------------------------------------------ */

/* The ids of the cards that argument (a handle; "": nobody in particular) may read, one a line: for `learnd ask`. */
static void readable_cards(struct turn *t)
{
    struct rows *r =
        query(t, "SELECT id, slug, audience, team, expires FROM card WHERE state = 'published' ORDER BY id");
    const struct person *who = *t->argument ? person_of_handle(t, t->argument) : NULL;

    if (*t->argument && !who)
        give_up(t, "nobody has the handle '%s'", t->argument);
    while (row_next(r)) {
        const char *audience = row_text(r, 2);
        bool for_all =
            (!audience || strcmp(audience, "everyone") == 0) && row_is_null(r, 3) && !past(t, row_text(r, 4));
        if (who ? card_may_read(t, row_int(r, 0), who->id) : for_all)
            report(t, "%s", row_text(r, 1));
    }
}

static const struct action operations[] = {
    { "import cards", cards_import },
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

static const struct timer timers[] = { { "cards expire", expire }, { 0 } };

const struct handler handler_cards = {
    "cards",      .health = cards_health, .pilot = cards_pilot, .operations = operations, .timers = timers,
    .data = data, .forget = cards_forget, .load = cards_load,   .index = index_cards,     .me = my_lines,
};
