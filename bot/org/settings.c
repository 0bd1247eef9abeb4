/* learnd.yaml: how the organisation wants its bot, and where it runs. What is left out has its default here. */
#include <string.h>

#include "learnd/date.h"
#include "learnd/text.h"
#include "tree.h"
#include "values.h"

#define INTO(member) .offset = offsetof(struct settings, member)

void settings_default(struct settings *s)
{
    static const char *english[] = { "en" };
    *s = (struct settings){
        .organisation = "the organisation",
        .budget_day = 1,
        .budget_week = 2,
        .quiet_from = 18 * 60,
        .quiet_to = 9 * 60,
        .languages = { english, 1 },
        .publish_team_at_once = true,
        .timezone = "UTC",
        .keep_questions_days = 90,
        .keep_backups_days = 30,
        .evaluate_digest = true,
        .evaluate_acceptance = true,
        .evaluate_metrics = true,
    };
}

static void take_live(struct reading *r, const struct node *n, void *target)
{
    struct settings *s = target;
    if (!node_expect(r, n, NODE_TEXT, "an audience"))
        return;
    s->live = n->text;
    reference_add(r, REFERENCE_AUDIENCE, node_place(n), n->text);
}

static void take_queue(struct reading *r, const struct node *n, void *target)
{
    struct settings *s = target;
    if (!node_expect(r, n, NODE_TEXT, "an owner: HANDLE or team:HANDLE"))
        return;
    s->learning_queue = n->text;
    reference_add(r, REFERENCE_OWNER, node_place(n), n->text);
}

static void take_zone(struct reading *r, const struct node *n, void *target)
{
    struct settings *s = target;
    if (node_expect(r, n, NODE_TEXT, "a time zone") && zone_check(r, node_place(n), n->text))
        s->timezone = n->text;
}

static void take_quiet(struct reading *r, const struct node *n, void *target)
{
    struct settings *s = target;
    if (!node_expect(r, n, NODE_TEXT, "two times: \"18:00-09:00\""))
        return;
    if (!span_parse(n->text, &s->quiet_from, &s->quiet_to))
        fault_add(r, n->line, n->column, "'quiet' is '%s', expected are two times: \"18:00-09:00\"", n->text);
}

static void take_languages(struct reading *r, const struct node *n, void *target)
{
    struct settings *s = target;
    if (!node_expect(r, n, NODE_LIST, "a list of languages: [en, fr]"))
        return;
    s->languages = (struct org_list){ NULL, 0 };
    for (const struct node *i = n->first; i; i = i->next) {
        if (!node_expect(r, i, NODE_TEXT, "a language: en"))
            continue;
        if (!language_is_well_formed(i->text))
            fault_add(r, i->line, i->column, "'%s' is no language tag; expected is one as en or pt-BR", i->text);
        reference_add(r, REFERENCE_LANGUAGE, node_place(i), i->text);
        list_add(r->arena, &s->languages, i->text);
    }
    if (!s->languages.count)
        fault_add(r, n->line, n->column, "'languages' needs at least one");
}

static void take_budget(struct reading *r, const struct node *n, void *target)
{
    static const struct key keys[] = { { "day", KEY_NUMBER, INTO(budget_day), .min = 0, .max = 5 },
                                       { "week", KEY_NUMBER, INTO(budget_week), .min = 0, .max = 5 },
                                       { .name = NULL } };
    if (node_expect(r, n, NODE_MAP, "a map: {day: 1, week: 2}"))
        keys_take(r, n, node_place(n), keys, target);
}

static void take_publish(struct reading *r, const struct node *n, void *target)
{
    static const char *const ways[] = { "review", "team", NULL };
    struct chosen {
        const char *core, *team;
    } chosen = { "review", "team" };
    static const struct key keys[] = { { "core", KEY_WORD, .offset = offsetof(struct chosen, core), .words = ways },
                                       { "team", KEY_WORD, .offset = offsetof(struct chosen, team), .words = ways },
                                       { .name = NULL } };
    if (!node_expect(r, n, NODE_MAP, "a map: {core: review, team: team}"))
        return;
    keys_take(r, n, node_place(n), keys, &chosen);
    struct settings *s = target;
    s->publish_core_at_once = strcmp(chosen.core, "team") == 0;
    s->publish_team_at_once = strcmp(chosen.team, "team") == 0;
}

static void take_consent(struct reading *r, const struct node *n, void *target)
{
    static const char *const ways[] = { "ask", "given", NULL };
    const char *way = "ask";
    const struct key keys[] = { { "expert_consent", KEY_WORD, .words = ways }, { .name = NULL } };
    struct node pair = *n, one = { .kind = NODE_MAP, .first = &pair };
    pair.next = NULL;
    keys_take(r, &one, node_place(n), keys, &way);
    ((struct settings *)target)->expert_consent_given = strcmp(way, "given") == 0;
}

/* "90d" -> 90 */
static void take_days(struct reading *r, const struct node *n, int *out)
{
    if (!node_expect(r, n, NODE_TEXT, "a number of days: 90d"))
        return;
    size_t digits = strspn(n->text, "0123456789");
    int days = 0;
    for (size_t i = 0; i < digits && days < 100000; i++)
        days = days * 10 + (n->text[i] - '0');
    if (!digits || strcmp(n->text + digits, "d") != 0 || days < 1 || days > 36500)
        fault_add(r, n->line, n->column, "'%s' is '%s', expected is a number of days: 90d", n->key, n->text);
    else
        *out = days;
}

static void take_questions(struct reading *r, const struct node *n, void *target)
{
    take_days(r, n, &((struct settings *)target)->keep_questions_days);
}

static void take_backups(struct reading *r, const struct node *n, void *target)
{
    take_days(r, n, &((struct settings *)target)->keep_backups_days);
}

static void take_retention(struct reading *r, const struct node *n, void *target)
{
    static const struct key keys[] = { { "questions", KEY_OTHER, .take = take_questions },
                                       { "backups", KEY_OTHER, .take = take_backups },
                                       { .name = NULL } };
    if (node_expect(r, n, NODE_MAP, "a map: {questions: 90d, backups: 30d}"))
        keys_take(r, n, node_place(n), keys, target);
}

static void take_evaluations(struct reading *r, const struct node *n, void *target)
{
    static const struct key keys[] = { { "digest", KEY_YES, INTO(evaluate_digest) },
                                       { "acceptance", KEY_YES, INTO(evaluate_acceptance) },
                                       { "metrics", KEY_YES, INTO(evaluate_metrics) },
                                       { "off_in", KEY_TEXTS, INTO(evaluations_off_in), .max = 60 },
                                       { .name = NULL } };
    if (node_expect(r, n, NODE_MAP, "a map: {digest: true, off_in: [DE]}"))
        keys_take(r, n, node_place(n), keys, target);
}

static const struct key settings_keys[] = {
    { "organisation", KEY_TEXT, INTO(organisation), .max = 80 },
    { "live", KEY_OTHER, .take = take_live },
    { "learning_queue", KEY_OTHER, .take = take_queue },
    { "budget", KEY_OTHER, .take = take_budget },
    { "quiet", KEY_OTHER, .take = take_quiet },
    { "languages", KEY_OTHER, .take = take_languages },
    { "publish", KEY_OTHER, .take = take_publish },
    { "expert_consent", KEY_OTHER, .take = take_consent },
    { "timezone", KEY_OTHER, .take = take_zone },
    { "retention", KEY_OTHER, .take = take_retention },
    { "evaluations", KEY_OTHER, .take = take_evaluations },
    { "explore", KEY_YES, INTO(explore) },
    { "example", KEY_YES, INTO(example) },
    { "learnd_database", KEY_TEXT, INTO(database) },
    { "learnd_web", KEY_TEXT, INTO(web) },
    { "learnd_proxy", KEY_TEXT, INTO(proxy) },
    { "learnd_ca_file", KEY_TEXT, INTO(ca_file) },
    { "slack_api_url", KEY_TEXT, INTO(slack_api_url) },
    { "slack_app_token", KEY_TEXT, INTO(slack_app_token) },
    { "slack_bot_token", KEY_TEXT, INTO(slack_bot_token) },
    { "slack_signing_secret", KEY_TEXT, INTO(slack_signing_secret) },
    { "matrix_homeserver", KEY_TEXT, INTO(matrix_homeserver) },
    { "matrix_user", KEY_TEXT, INTO(matrix_user) },
    { "matrix_password", KEY_TEXT, INTO(matrix_password) },
    { "matrix_access_token", KEY_TEXT, INTO(matrix_access_token) },
    { "matrix_device_id", KEY_TEXT, INTO(matrix_device_id) },
    { .name = NULL },
};

void settings_read(struct reading *r, const struct bytes *file)
{
    struct node *root = tree_read(r, file->text, file->length, 1);
    if (root && node_expect(r, root, NODE_MAP, "a map of settings (organisation: NAME)"))
        keys_take(r, root, node_place(root), settings_keys, &r->org->settings);
}
