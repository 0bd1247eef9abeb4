/* Rules of nudges: as the organisation folder has them, as they were changed in chat, which wins. */
#include <string.h>

#include "nudges_private.h"

#define RULE_COLUMNS                                                                                                   \
    "id, slug, kind, spec, event, first_day, subject, who, window_from, window_to, per_item, per_week, pause_after, "  \
    "holdout, pauses, stop_completed, stop_declined, core, enabled, since, spread, keeper, spread_to, spread_person"

static const struct rule *read_rule(struct turn *t, struct rows *r)
{
    struct rule *rule = arena_new(t->arena, struct rule);

    *rule = (struct rule){ .id = row_int(r, 0),
                           .slug = row_text(r, 1),
                           .kind = row_text(r, 2),
                           .spec = row_text(r, 3),
                           .event = row_text(r, 4),
                           .first_day = row_text(r, 5),
                           .subject = row_text(r, 6),
                           .who = row_text(r, 7),
                           .window_from = (int)row_int(r, 8),
                           .window_to = (int)row_int(r, 9),
                           .per_item = (int)row_int(r, 10),
                           .per_week = (int)row_int(r, 11),
                           .pause_after = (int)row_int(r, 12),
                           .holdout = (int)row_int(r, 13),
                           .pauses = row_int(r, 14),
                           .stop_completed = row_int(r, 15),
                           .stop_declined = row_int(r, 16),
                           .core = row_int(r, 17),
                           .enabled = row_int(r, 18),
                           .since = row_int(r, 19),
                           .spread = row_int(r, 20),
                           .keeper = row_int(r, 21),
                           .spread_to = row_int(r, 22),
                           .spread_person = row_int(r, 23) };
    return rule;
}

static const struct rule *first_rule(struct turn *t, struct rows *r)
{
    const struct rule *rule = row_next(r) ? read_rule(t, r) : NULL;

    rows_close(r);
    return rule;
}

const struct rule *rule_get(struct turn *t, int64_t id)
{
    return first_rule(t, query(t, "SELECT " RULE_COLUMNS " FROM nudge_rule WHERE id = ?1", I(id)));
}

const struct rule *rule_named(struct turn *t, const char *slug)
{
    return first_rule(t, query(t,
                               "SELECT " RULE_COLUMNS " FROM nudge_rule WHERE slug = lower(?1) AND "
                               "(file IS NULL OR file <> '')",
                               T(slug)));
}

const struct rule **rules_enabled(struct turn *t, const char *kind, int *count)
{
    struct rows *r = query(t,
                           "SELECT " RULE_COLUMNS " FROM nudge_rule WHERE enabled = 1 AND (?1 IS NULL OR kind = ?1) "
                           "ORDER BY id",
                           T(kind));
    int room = 16;
    const struct rule **all = arena_array(t->arena, const struct rule *, (size_t)room);

    for (*count = 0; row_next(r); (*count)++) {
        if (*count == room) {
            const struct rule **more = arena_array(t->arena, const struct rule *, (size_t)room * 2);
            memcpy(more, all, (size_t)room * sizeof *all);
            all = more;
            room *= 2;
        }
        all[*count] = read_rule(t, r);
    }
    return all;
}

/* In the reader's language, by its first part ("pt" of pt-BR) if need be; English where there is no other. */
const char *rule_text(struct turn *t, const struct rule *r, int64_t reader)
{
    const char *own = pref(t, reader, "language");

    own = own ? own : person(t, reader)->language;
    own = own ? own : "en";
    const char *text =
        one_text(t, "SELECT text FROM nudge_text WHERE rule = ?1 AND lower(language) = lower(?2)", I(r->id), T(own));
    if (!text)
        text = one_text(t, "SELECT text FROM nudge_text WHERE rule = ?1 AND language = ?2", I(r->id),
                        T(arena_copy_n(t->arena, own, strcspn(own, "-_"))));
    return text ? text : one_text(t, "SELECT text FROM nudge_text WHERE rule = ?1 AND language = 'en'", I(r->id));
}

const char *rule_when(struct turn *t, const struct rule *r)
{
    const char *hours = arena_printf(t->arena, "%02d:%02d-%02d:%02d", r->window_from / 60, r->window_from % 60,
                                     r->window_to / 60, r->window_to % 60);

    if (strcmp(r->kind, "rrule") == 0)
        return phrase(t, "%s, %s local time", r->spec, hours);
    if (strcmp(r->kind, "before_due") == 0)
        return phrase(t, "%s before a due day, %s local time", r->spec, hours);
    if (strcmp(r->kind, "idle") == 0)
        return phrase(t, "after %s with nothing recorded, %s local time", r->spec, hours);
    return phrase(t, "%s after somebody %s, %s local time", r->spec, r->event, hours);
}

const char *rule_keeper(struct turn *t, const struct rule *r)
{
    int count = 0;
    int64_t *queue = r->keeper ? NULL : owner_people(t, t->settings->learning_queue, &count);
    int64_t who = r->keeper ? r->keeper : count ? queue[0] : 0;

    return who && person(t, who)->active ? person(t, who)->name : phrase(t, "the learning team");
}

/* By chance, but always the same people: of the rule and the person alone. */
bool rule_held_out(struct turn *t, const struct rule *r, int64_t who)
{
    const char *both = arena_printf(t->arena, "%s %ld", r->slug, (long)who);

    return !r->core && (int)(text_hash(both, strlen(both)) % 100) < r->holdout;
}

/* ---- From the folder --------------------------------------------------------------------------------------------- */

static void write_texts(struct turn *t, int64_t rule, const struct org_rule *o)
{
    change(t, "DELETE FROM nudge_text WHERE rule = ?1", I(rule));
    for (size_t i = 0; i < o->text_count; i++)
        insert(t, "INSERT INTO nudge_text(rule, language, text) VALUES(?1, ?2, ?3)", I(rule), T(o->texts[i].language),
               T(o->texts[i].text));
}

static void write_rule(struct turn *t, const struct org_rule *o)
{
    insert(t,
           "INSERT INTO nudge_rule(slug, file, hash, kind, spec, event, first_day, subject, who, window_from, "
           "window_to, per_item, per_week, pause_after, pauses, stop_completed, stop_declined, holdout, core) "
           "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19) "
           "ON CONFLICT(slug) DO UPDATE SET file = ?2, hash = ?3, kind = ?4, spec = ?5, event = ?6, first_day = ?7, "
           "subject = ?8, who = ?9, window_from = CASE WHEN nudge_rule.said_window = 1 THEN nudge_rule.window_from "
           "ELSE ?10 END, window_to = CASE WHEN nudge_rule.said_window = 1 THEN nudge_rule.window_to ELSE ?11 END, "
           "per_item = ?12, per_week = ?13, pause_after = ?14, pauses = ?15, stop_completed = ?16, "
           "stop_declined = ?17, holdout = ?18, core = ?19",
           T(o->id), T(o->file), T(o->hash), T(o->kind), T(o->spec), T(o->event), T(o->from), T(o->subject), T(o->who),
           I(o->window_from), I(o->window_to), I(o->per_item), I(o->per_week), I(o->pause_after), I(o->pauses),
           I(o->stop_completed), I(o->stop_declined), I(o->holdout), I(o->core));
    write_texts(t, one_int(t, "SELECT id FROM nudge_rule WHERE slug = ?1", T(o->id)), o);
}

/* What was said in chat wins: a rule made there, one switched there. */
static void take_rule(struct turn *t, const struct org_rule *o)
{
    const struct rule *known = rule_named(t, o->id);

    if (known && one_int(t, "SELECT count(*) FROM nudge_rule WHERE id = ?1 AND file IS NULL", I(known->id)))
        return;
    bool same =
        known && one_int(t, "SELECT count(*) FROM nudge_rule WHERE id = ?1 AND hash = ?2", I(known->id), T(o->hash));
    if (same)
        return;
    write_rule(t, o);
    const struct rule *r = rule_named(t, o->id);
    bool said = one_int(t, "SELECT said_enabled FROM nudge_rule WHERE id = ?1", I(r->id));
    if (!said && r->enabled != o->enabled)
        rule_switch(t, r, o->enabled);
    else if (r->enabled)
        rule_replan(t, r);
}

/* A file that is gone takes its rule with it; what it sent stays known. */
static void take_gone(struct turn *t)
{
    struct rows *r = query(t, "SELECT id, slug FROM nudge_rule WHERE file <> '' ORDER BY id");

    while (row_next(r)) {
        bool there = false;
        for (size_t i = 0; i < t->org->rule_count && !there; i++)
            there = strcmp(t->org->rules[i].id, row_text(r, 1)) == 0;
        if (there)
            continue;
        rule_switch(t, rule_get(t, row_int(r, 0)), false);
        change(t, "UPDATE nudge_rule SET file = '', hash = NULL, said_enabled = 0, said_window = 0 WHERE id = ?1",
               I(row_int(r, 0)));
    }
}

void rules_load(struct turn *t)
{
    for (size_t i = 0; i < t->org->rule_count; i++)
        take_rule(t, &t->org->rules[i]);
    take_gone(t);
}
