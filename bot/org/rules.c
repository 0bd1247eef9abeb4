/* rules/NAME.yaml: when whom is reminded of what (a nudge), or what whom must have learnt (a requirement). */
#include <stdlib.h>
#include <string.h>

#include "learnd/date.h"
#include "learnd/recur.h"
#include "learnd/text.h"
#include "rule.h"
#include "values.h"

#define RULES_MAX 500
#define TEXT_MAX 500 /* characters of a nudge */

static const char *const events[] = { "joined", "enrolled", "completed", "asked", "answered", NULL };

static const char *const days_only[] = { "d", NULL }, *const days_or_working[] = { "d", "wd", NULL };

/* ---- A nudge: when ----------------------------------------------------------------------------------------------- */

static void take_rrule(struct reading *r, const struct node *n, void *target)
{
    struct org_rule *rule = target;
    const char *what;
    int column;

    if (!node_expect(r, n, NODE_TEXT, "a recurrence (FREQ=WEEKLY;BYDAY=MO)"))
        return;
    if (!recur_is_well_formed(r->arena, n->text, &column, &what))
        fault_add(r, n->line, n->column + column - 1, "%s", what);
    rule->kind = "rrule";
    rule->spec = n->text;
}

static void take_before_due(struct reading *r, const struct node *n, void *target)
{
    struct org_rule *rule = target;
    struct buf spec = { .arena = r->arena };
    int before = RULE_DAYS_MAX + 1;

    if (!node_expect(r, n, NODE_LIST, "a list of distances: [14d, 7d, 1d, 0d]"))
        return;
    for (const struct node *i = n->first; i; i = i->next) {
        int days = node_expect(r, i, NODE_TEXT, "a number of days: 14d") ? rule_distance(i->text, days_only) : 0;
        if (days < 0)
            fault_add(r, i->line, i->column, "'%s' is no number of days; expected is one as 14d", i->text);
        else if (days >= before)
            fault_add(r, i->line, i->column, "the distances go down: %dd does not come after %dd", days, before);
        before = days < 0 ? before : days;
        buf_printf(&spec, "%s%dd", i == n->first ? "" : ",", days);
    }
    if (!n->first)
        fault_add(r, n->line, n->column, "'before_due' needs at least one distance: [7d]");
    rule->kind = "before_due";
    rule->spec = buf_text(&spec);
}

static void take_idle(struct reading *r, const struct node *n, void *target)
{
    struct org_rule *rule = target;

    if (!node_expect(r, n, NODE_TEXT, "a number of days: 60d"))
        return;
    if (rule_distance(n->text, days_only) < 1)
        fault_add(r, n->line, n->column, "'idle' is '%s', expected is a number of days: 60d", n->text);
    rule->kind = "idle";
    rule->spec = n->text;
}

static void take_wait(struct reading *r, const struct node *n, void *target)
{
    if (!node_expect(r, n, NODE_TEXT, "a number of days: 3d, or of working days: 2wd"))
        return;
    if (rule_distance(n->text, days_or_working) < 0)
        fault_add(r, n->line, n->column, "'wait' is '%s', expected is a number of days, 3d, or working days, 2wd",
                  n->text);
    ((struct org_rule *)target)->spec = n->text;
}

static void take_after(struct reading *r, const struct node *n, void *target)
{
    static const struct key keys[] = {
        { "event", KEY_WORD, .required = true, .offset = offsetof(struct org_rule, event), .words = events },
        { "wait", KEY_OTHER, .take = take_wait },
        { .name = NULL },
    };
    struct org_rule *rule = target;

    rule->kind = "after";
    rule->spec = "0d";
    if (node_expect(r, n, NODE_MAP, "a map: {event: enrolled, wait: 2wd}"))
        keys_take(r, n, node_place(n), keys, rule);
}

static void take_when(struct reading *r, const struct node *n, void *target)
{
    static const struct key keys[] = {
        { "rrule", KEY_OTHER, .take = take_rrule },
        { "before_due", KEY_OTHER, .take = take_before_due },
        { "idle", KEY_OTHER, .take = take_idle },
        { "after", KEY_OTHER, .take = take_after },
        { .name = NULL },
    };
    if (!node_expect(r, n, NODE_MAP, "a map: {rrule: \"FREQ=WEEKLY;BYDAY=MO\"}"))
        return;
    keys_take(r, n, node_place(n), keys, target);
    if (!n->first || n->first->next)
        fault_add(r, n->line, n->column, "'when' is exactly one of rrule, before_due, idle and after");
}

/* ---- A nudge: what, when in the day, how often ------------------------------------------------------------------- */

/* {title}, {day} and {name} are filled in; any other word in braces is a slip. */
static void check_places(struct reading *r, const struct node *n)
{
    static const char *const places[] = { "title", "day", "name", NULL };

    for (const char *at = n->text; (at = strchr(at, '{')); at++) {
        const char *end = strchr(at, '}');
        const char *word = end ? arena_copy_n(r->arena, at + 1, (size_t)(end - at - 1)) : at + 1;
        bool known = false;
        for (const char *const *p = places; *p; p++)
            known = known || strcmp(*p, word) == 0;
        if (!end || !known)
            fault_add(r, n->line, n->column, "'{%s' is nothing that can be filled in: {title}, {day} and {name} are%s",
                      end ? arena_printf(r->arena, "%s}", word) : word, did_you_mean(r->arena, word, places));
    }
}

static void take_text(struct reading *r, const struct node *n, void *target)
{
    struct org_rule *rule = target;
    bool english = false;

    if (!node_expect(r, n, NODE_MAP, "texts by language: {en: \"Time to learn?\"}"))
        return;
    for (const struct node *i = n->first; i; i = i->next) {
        if (!node_expect(r, i, NODE_TEXT, "a text"))
            continue;
        if (!language_is_well_formed(i->key))
            fault_add(r, i->key_line, i->key_column, "'%s' is no language tag; expected is one as en or pt-BR", i->key);
        if (!text_words(i->text) || text_length(i->text) > TEXT_MAX)
            fault_add(r, i->line, i->column, "the text of a nudge has 1 to %d characters", TEXT_MAX);
        check_places(r, i);
        english = english || strcmp(i->key, "en") == 0;
        rule->texts = list_grow(r->arena, rule->texts, rule->text_count, sizeof *rule->texts);
        rule->texts[rule->text_count++] = (struct org_words){ i->key, text_trim(r->arena, i->text) };
    }
    if (!english)
        fault_add(r, n->line, n->column, "'text' needs English (en): it is read where there is no other");
}

static void take_local(struct reading *r, const struct node *n, void *target)
{
    struct org_rule *rule = target;

    if (!node_expect(r, n, NODE_TEXT, "two times: \"09:30-11:30\""))
        return;
    if (!span_parse(n->text, &rule->window_from, &rule->window_to) || rule->window_from >= rule->window_to)
        fault_add(r, n->line, n->column, "'local' is '%s', expected are two times of one day: \"09:30-11:30\"",
                  n->text);
}

static void take_window(struct reading *r, const struct node *n, void *target)
{
    static const struct key keys[] = { { "local", KEY_OTHER, .required = true, .take = take_local }, { .name = NULL } };

    if (node_expect(r, n, NODE_MAP, "a map: {local: \"09:30-11:30\"}"))
        keys_take(r, n, node_place(n), keys, target);
}

#define INTO(member) .offset = offsetof(struct org_rule, member)

static void take_max(struct reading *r, const struct node *n, void *target)
{
    static const struct key keys[] = { { "per_item", KEY_NUMBER, INTO(per_item), .min = 1, .max = 20 },
                                       { "per_week", KEY_NUMBER, INTO(per_week), .min = 1, .max = 7 },
                                       { .name = NULL } };
    if (node_expect(r, n, NODE_MAP, "a map: {per_item: 3, per_week: 1}"))
        keys_take(r, n, node_place(n), keys, target);
}

static void take_backoff(struct reading *r, const struct node *n, void *target)
{
    static const struct key keys[] = { { "after", KEY_NUMBER, INTO(pause_after), .min = 1, .max = 10 },
                                       { "pause", KEY_YES, INTO(pauses) },
                                       { .name = NULL } };
    if (node_expect(r, n, NODE_MAP, "a map: {after: 3, pause: true}"))
        keys_take(r, n, node_place(n), keys, target);
}

/* Whoever left hears nothing anyway; that it may stand here says so to the reader. */
static void take_stop_when(struct reading *r, const struct node *n, void *target)
{
    static const char *const ends[] = { "completed", "declined", "left", NULL };
    struct org_rule *rule = target;
    struct org_list words = { NULL, 0 };

    texts_take(r, n, n->key, 20, &words);
    rule->stop_completed = rule->stop_declined = false;
    for (size_t i = 0; i < words.count; i++) {
        const char *w = words.item[i];
        if (strcmp(w, "completed") == 0)
            rule->stop_completed = true;
        else if (strcmp(w, "declined") == 0)
            rule->stop_declined = true;
        else if (strcmp(w, "left") != 0)
            fault_add(r, n->line, n->column, "'%s' ends no nudge; expected is completed, declined or left%s", w,
                      did_you_mean(r->arena, w, ends));
    }
}

static void take_holdout(struct reading *r, const struct node *n, void *target)
{
    char *end;

    if (!node_expect(r, n, NODE_TEXT, "a share of people: 10%"))
        return;
    long value = strtol(n->text, &end, 10);
    end += *end == '%';
    if (*end || end == n->text || value < 0 || value > 50)
        fault_add(r, n->line, n->column, "'holdout' is '%s', expected is a share of people up to 50%%: 10%%", n->text);
    else
        ((struct org_rule *)target)->holdout = (int)value;
}

static void take_subject(struct reading *r, const struct node *n, void *target)
{
    static const char *const kinds[] = { "goals", "paths", "requirements", NULL };

    if (!node_expect(r, n, NODE_TEXT, "what it is about: goals, paths, requirements, path:ID or requirement:ID"))
        return;
    bool known = strncmp(n->text, "path:", 5) == 0 || strncmp(n->text, "requirement:", 12) == 0;
    for (size_t i = 0; kinds[i]; i++)
        known = known || strcmp(kinds[i], n->text) == 0;
    if (!known)
        fault_add(r, n->line, n->column,
                  "'for' is '%s', expected is goals, paths, requirements, path:ID or "
                  "requirement:ID%s",
                  n->text, did_you_mean(r->arena, n->text, kinds));
    if (strncmp(n->text, "path:", 5) == 0)
        reference_add(r, REFERENCE_PATH, (struct place){ n->line, n->column + 5 }, n->text + 5);
    ((struct org_rule *)target)->subject = n->text;
}

static void take_rule_id(struct reading *r, const struct node *n, void *target)
{
    rule_take_id(r, n, &((struct org_rule *)target)->id);
}

static void take_rule_who(struct reading *r, const struct node *n, void *target)
{
    rule_take_who(r, n, &((struct org_rule *)target)->who);
}

static void take_rule_class(struct reading *r, const struct node *n, void *target)
{
    rule_take_class(r, n, &((struct org_rule *)target)->core);
}

static const struct key rule_keys[] = {
    { "id", KEY_OTHER, .required = true, .take = take_rule_id },
    { "who", KEY_OTHER, .required = true, .take = take_rule_who },
    { "when", KEY_OTHER, .required = true, .take = take_when },
    { "text", KEY_OTHER, .required = true, .take = take_text },
    { "for", KEY_OTHER, .take = take_subject },
    { "from", KEY_DAY, INTO(from) },
    { "window", KEY_OTHER, .take = take_window },
    { "max", KEY_OTHER, .take = take_max },
    { "backoff", KEY_OTHER, .take = take_backoff },
    { "stop_when", KEY_OTHER, .take = take_stop_when },
    { "holdout", KEY_OTHER, .take = take_holdout },
    { "class", KEY_OTHER, .take = take_rule_class },
    { "enabled", KEY_YES, INTO(enabled) },
    { .name = NULL },
};

/* ---- A file, and all of them ------------------------------------------------------------------------------------- */

static void nudge_read(struct reading *r, const struct node *root, const char *hash)
{
    struct org *org = r->org;
    struct org_rule rule = { .file = r->file,
                             .hash = hash,
                             .line = root->line,
                             .window_from = 9 * 60 + 30,
                             .window_to = 11 * 60 + 30,
                             .pause_after = 3,
                             .pauses = true,
                             .stop_completed = true,
                             .stop_declined = true };

    keys_take(r, root, node_place(root), rule_keys, &rule);
    if (rule.core && rule.holdout)
        fault_add(r, root->line, root->column, "a core rule has no holdout: what must be known is kept from nobody");
    if (rule.from && rule.kind && strcmp(rule.kind, "rrule") != 0)
        fault_add(r, root->line, root->column, "'from' is the first day of an rrule, and this rule has none");
    if (rule.kind && strcmp(rule.kind, "before_due") == 0 && !rule.subject)
        fault_add(r, root->line, root->column, "a rule before_due needs 'for': goals, paths, path:ID ...");
    org->rules = list_grow(r->arena, org->rules, org->rule_count, sizeof *org->rules);
    org->rules[org->rule_count++] = rule;
}

void rule_read(struct reading *r, const struct bytes *file)
{
    const struct node *root = tree_read(r, file->text, file->length, 1);

    if (!root || !node_expect(r, root, NODE_MAP, "a rule (id: monday-learning)"))
        return;
    if (r->org->rule_count + r->org->requirement_count >= RULES_MAX) {
        fault_add(r, 1, 1, "more than %d rules", RULES_MAX);
        return;
    }
    for (const struct node *n = root->first; n; n = n->next)
        if (strcmp(n->key, "require") == 0) {
            requirement_read(r, root, file->hash);
            return;
        }
    nudge_read(r, root, file->hash);
}

/* Where an id stood before; NULL: nowhere. */
static const char *id_seen(const struct org *org, const char *id, size_t rules, size_t requirements)
{
    for (size_t i = 0; i < rules; i++)
        if (org->rules[i].id && strcmp(org->rules[i].id, id) == 0)
            return org->rules[i].file;
    for (size_t i = 0; i < requirements; i++)
        if (org->requirements[i].id && strcmp(org->requirements[i].id, id) == 0)
            return org->requirements[i].file;
    return NULL;
}

static void id_check(struct reading *r, const char *file, int line, const char *id, const char *seen)
{
    r->file = file;
    if (id && seen)
        fault_add(r, line, 1, "the id '%s' is taken by %s", id, seen);
}

/* Such a rule can be read, but nobody will ever hear of it. */
static void warn_never(struct reading *r, const struct org_rule *rule)
{
    const struct settings *s = &r->org->settings;
    int64_t start = rule->from ? day_number(rule->from) : r->today - day_weekday(r->today);
    bool quiet = s->quiet_from > s->quiet_to ? rule->window_to <= s->quiet_to || rule->window_from >= s->quiet_from
                                             : rule->window_from >= s->quiet_from && rule->window_to <= s->quiet_to;

    r->file = rule->file;
    if (strcmp(rule->kind, "rrule") == 0 && recur_next(rule->spec, start, r->today - 1) == INT64_MAX)
        warning_add(r, rule->line, 1, "'%s' can never fire: %s has no day left", rule->id, rule->spec);
    if (quiet)
        warning_add(r, rule->line, 1, "'%s' can never fire: its window lies in the quiet hours of learnd.yaml",
                    rule->id);
    if (rule->enabled && !s->live)
        warning_add(r, rule->line, 1, "'%s' can never fire: learnd.yaml says nothing of 'live', so nobody is reached",
                    rule->id);
}

/* `for: requirement:ID` names one of this folder. */
static void subject_check(struct reading *r, const struct org_rule *rule)
{
    const struct org *org = r->org;
    const char *id = rule->subject && strncmp(rule->subject, "requirement:", 12) == 0 ? rule->subject + 12 : NULL;
    const char **ids = arena_array(r->arena, const char *, org->requirement_count + 1);
    size_t count = 0;
    bool known = !id;

    for (size_t i = 0; i < org->requirement_count; i++) {
        known = known || (org->requirements[i].id && strcmp(org->requirements[i].id, id) == 0);
        if (org->requirements[i].id)
            ids[count++] = org->requirements[i].id;
    }
    r->file = rule->file;
    if (!known)
        fault_add(r, rule->line, 1, "unknown requirement '%s'%s", id, did_you_mean(r->arena, id, ids));
}

void rules_check(struct reading *r)
{
    const struct org *org = r->org;

    for (size_t i = 0; i < org->rule_count; i++) {
        const struct org_rule *rule = &org->rules[i];
        id_check(r, rule->file, rule->line, rule->id, rule->id ? id_seen(org, rule->id, i, 0) : NULL);
        subject_check(r, rule);
    }
    for (size_t i = 0; i < org->requirement_count; i++) {
        const struct org_requirement *q = &org->requirements[i];
        id_check(r, q->file, q->line, q->id, q->id ? id_seen(org, q->id, org->rule_count, i) : NULL);
    }
    for (size_t i = 0; i < org->rule_count && !org->fault_count; i++)
        warn_never(r, &org->rules[i]);
}
