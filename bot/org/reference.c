/* Do the names that the files use exist? Asked when everything has been read, so the order of the files is free. */
#include "reading.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "formula.h"
#include "learnd/text.h"

/* Names of one kind: sorted without regard to case, each once, ended by NULL. Built when first asked for. */
struct names {
    const char **item;
    size_t count;
    bool built;
};

struct resolver {
    struct reading *r;
    struct names attributes[AUDIENCE_SKILL + 1];
    struct names cards, paths, topics, calendars;
};

static int name_order(const void *a, const void *b)
{
    const char *x = *(const char *const *)a, *y = *(const char *const *)b;
    int order = strcasecmp(x, y);
    return order ? order : strcmp(x, y);
}

static void names_seal(struct arena *a, struct names *names, struct org_list *list)
{
    names->built = true;
    if (list->count > 1)
        qsort(list->item, list->count, sizeof *list->item, name_order);
    for (size_t i = 0; i < list->count; i++) {
        if (!names->count || strcmp(list->item[names->count - 1], list->item[i]) != 0)
            list->item[names->count++] = list->item[i];
    }
    list_add(a, list, NULL); /* the list has room: names are never more than it held */
    names->item = list->item;
    names->item[names->count] = NULL;
}

/* The name as it is known, or NULL. exact: case counts. */
static const char *names_find(const struct names *names, const char *name, bool exact)
{
    size_t low = 0, high = names->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (strcasecmp(names->item[middle], name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < names->count && strcasecmp(names->item[low], name) == 0; low++) {
        if (!exact || strcmp(names->item[low], name) == 0)
            return names->item[low];
    }
    return NULL;
}

static const char *meant(struct resolver *v, const struct names *names, const char *name)
{
    return did_you_mean(v->r->arena, name, (const char *const *)names->item);
}

static void wrong(struct resolver *v, const struct reference *ref, const char *what, const struct names *names,
                  const char *name)
{
    v->r->file = ref->file;
    fault_add(v->r, ref->line, ref->column, "unknown %s '%s'%s", what, name, meant(v, names, name));
}

/* ---- which names there are --------------------------------------------------------------------------------------- */

static void add_person(struct arena *a, struct org_list *list, const struct org_person *p, enum audience_attribute of)
{
    const char *const texts[] = {
        [AUDIENCE_DEPARTMENT] = p->department,
        [AUDIENCE_DIVISION] = p->division,
        [AUDIENCE_LOCATION] = p->location,
        [AUDIENCE_COUNTRY] = p->country,
        [AUDIENCE_ROLE] = p->role,
        [AUDIENCE_TEAM] = p->handle,
        [AUDIENCE_MANAGER] = p->handle,
        [AUDIENCE_HANDLE] = p->handle,
        [AUDIENCE_GRANT] = NULL,
        [AUDIENCE_SKILL] = NULL,
    };
    if (texts[of])
        list_add(a, list, texts[of]);
    for (size_t i = 0; of == AUDIENCE_GRANT && i < p->grants.count; i++)
        list_add(a, list, p->grants.item[i]);
    for (size_t i = 0; of == AUDIENCE_SKILL && i < p->expertise_count; i++)
        list_add(a, list, p->expertise[i].topic);
}

static void add_people(struct arena *a, struct org_list *list, const struct org *org, enum audience_attribute of)
{
    for (size_t i = 0; org && i < org->people_count; i++)
        add_person(a, list, &org->people[i], of);
    if (of == AUDIENCE_GRANT) {
        list_add(a, list, "admin");
        list_add(a, list, "auditor");
        list_add(a, list, "curator");
    }
    for (size_t i = 0; of == AUDIENCE_SKILL && org && i < org->topic_count; i++)
        list_add(a, list, org->topics[i].id);
}

static const struct names *names_of_people(struct resolver *v, enum audience_attribute of)
{
    struct names *names = &v->attributes[of];
    struct org_list list = { NULL, 0 };
    if (!names->built) {
        add_people(v->r->arena, &list, v->r->org, of);
        add_people(v->r->arena, &list, v->r->known, of);
        names_seal(v->r->arena, names, &list);
    }
    return names;
}

static const struct names *names_of_cards(struct resolver *v)
{
    struct org_list list = { NULL, 0 };
    const struct org *both[] = { v->r->org, v->r->known };
    for (size_t k = 0; !v->cards.built && k < 2; k++) {
        for (size_t i = 0; both[k] && i < both[k]->card_count; i++) {
            if (both[k]->cards[i].id)
                list_add(v->r->arena, &list, both[k]->cards[i].id);
        }
    }
    if (!v->cards.built)
        names_seal(v->r->arena, &v->cards, &list);
    return &v->cards;
}

static const struct names *names_of_paths(struct resolver *v)
{
    struct org_list list = { NULL, 0 };
    for (size_t i = 0; !v->paths.built && i < v->r->org->path_count; i++)
        if (v->r->org->paths[i].id)
            list_add(v->r->arena, &list, v->r->org->paths[i].id);
    if (!v->paths.built)
        names_seal(v->r->arena, &v->paths, &list);
    return &v->paths;
}

static const struct names *names_of_topics(struct resolver *v)
{
    struct org_list list = { NULL, 0 };
    const struct org *both[] = { v->r->org, v->r->known };
    for (size_t k = 0; !v->topics.built && k < 2; k++) {
        for (size_t i = 0; both[k] && i < both[k]->topic_count; i++)
            list_add(v->r->arena, &list, both[k]->topics[i].id);
    }
    if (!v->topics.built)
        names_seal(v->r->arena, &v->topics, &list);
    return &v->topics;
}

static const struct names *names_of_calendars(struct resolver *v)
{
    struct org_list list = v->r->calendars;
    for (size_t i = 0; !v->calendars.built && v->r->known && i < v->r->known->holiday_count; i++)
        list_add(v->r->arena, &list, v->r->known->holidays[i].calendar);
    if (!v->calendars.built)
        names_seal(v->r->arena, &v->calendars, &list);
    return &v->calendars;
}

/* ---- each kind of reference -------------------------------------------------------------------------------------- */

static void resolve_person(struct resolver *v, const struct reference *ref, const char *handle)
{
    const struct names *handles = names_of_people(v, AUDIENCE_HANDLE);
    if (!names_find(handles, handle, true))
        wrong(v, ref, "person", handles, handle);
}

static void resolve_owner(struct resolver *v, const struct reference *ref)
{
    resolve_person(v, ref, strncmp(ref->name, "team:", 5) == 0 ? ref->name + 5 : ref->name);
}

static void resolve_topic(struct resolver *v, const struct reference *ref)
{
    const struct names *topics = names_of_topics(v);
    bool known = v->r->org->topics_known || (v->r->known && v->r->known->topics_known);
    if (known && !names_find(topics, ref->name, true))
        wrong(v, ref, "topic", topics, ref->name);
}

static void resolve_card(struct resolver *v, const struct reference *ref)
{
    if (!names_find(names_of_cards(v), ref->name, true))
        wrong(v, ref, "card", names_of_cards(v), ref->name);
}

static void resolve_path(struct resolver *v, const struct reference *ref)
{
    if (!names_find(names_of_paths(v), ref->name, true))
        wrong(v, ref, "path", names_of_paths(v), ref->name);
}

static void resolve_calendar(struct resolver *v, const struct reference *ref)
{
    const struct names *calendars = names_of_calendars(v);
    if (!names_find(calendars, ref->name, true))
        wrong(v, ref, "calendar", calendars, ref->name);
}

static void resolve_language(struct resolver *v, const struct reference *ref)
{
    const struct org *org = v->r->org;
    bool known = strcmp(ref->name, "en") == 0;
    for (size_t i = 0; i < org->catalogue_count; i++)
        known = known || strcmp(language_code(org->catalogues[i]), ref->name) == 0;
    v->r->file = ref->file;
    if (!known)
        fault_add(v->r, ref->line, ref->column, "there is no languages/%s.po for the language '%s'", ref->name,
                  ref->name);
}

static bool has_reports(const struct org *org, const char *handle)
{
    const char *id = NULL;
    for (size_t i = 0; i < org->people_count; i++)
        if (org->people[i].handle && text_same(org->people[i].handle, handle))
            id = org->people[i].external_id;
    for (size_t i = 0; id && i < org->people_count; i++)
        if (org->people[i].manager && strcmp(org->people[i].manager, id) == 0)
            return true;
    return false;
}

struct test_context {
    struct resolver *v;
    const struct reference *ref;
};

static void see_test(void *context, const struct audience *test)
{
    const struct test_context *c = context;
    const struct names *names = names_of_people(c->v, test->attribute);
    struct reference at = *c->ref;
    at.column += test->column - 1;
    bool of_reports = test->attribute == AUDIENCE_TEAM || test->attribute == AUDIENCE_MANAGER;
    if (names_find(names, test->value, false)) {
        c->v->r->file = at.file;
        if (of_reports && !has_reports(c->v->r->org, test->value))
            warning_add(c->v->r, at.line, at.column, "nobody reports to '%s': nobody is meant", test->value);
        return;
    }
    wrong(c->v, &at, attribute_name(test->attribute), names, test->value);
}

static void resolve_audience(struct resolver *v, const struct reference *ref)
{
    int column;
    const char *what;
    const struct audience *f = audience_parse(v->r->arena, ref->name, &column, &what);
    if (!f) {
        v->r->file = ref->file;
        fault_add(v->r, ref->line, ref->column + column - 1, "audience: %s", what);
    } else if (v->r->people_known) {
        formula_each(f, see_test, &(struct test_context){ v, ref });
    }
}

/* department=Sales: one attribute, one value. */
static void resolve_scope(struct resolver *v, const struct reference *ref)
{
    const char *equal = strchr(ref->name, '=');
    struct arena *a = v->r->arena;
    const char *attribute = equal ? text_trim(a, arena_copy_n(a, ref->name, (size_t)(equal - ref->name))) : ref->name;
    int of = attribute_find(attribute);
    v->r->file = ref->file;
    if (!equal || of < 0 || of == AUDIENCE_GRANT) {
        fault_add(v->r, ref->line, ref->column, "'%s' is no scope of a grant%s; expected is one as department=Sales",
                  ref->name, did_you_mean(a, attribute, audience_words));
        return;
    }
    const char *value = text_trim(a, equal + 1);
    const struct names *names = names_of_people(v, (enum audience_attribute)of);
    if (!names_find(names, value, false))
        wrong(v, ref, attribute, names, value);
}

static void resolve(struct resolver *v, const struct reference *ref)
{
    switch (ref->kind) {
    case REFERENCE_PERSON:
        if (v->r->people_known)
            resolve_person(v, ref, ref->name);
        break;
    case REFERENCE_OWNER:
        if (v->r->people_known)
            resolve_owner(v, ref);
        break;
    case REFERENCE_TOPIC:
        resolve_topic(v, ref);
        break;
    case REFERENCE_CARD:
        resolve_card(v, ref);
        break;
    case REFERENCE_PATH:
        resolve_path(v, ref);
        break;
    case REFERENCE_CALENDAR:
        resolve_calendar(v, ref);
        break;
    case REFERENCE_LANGUAGE:
        resolve_language(v, ref);
        break;
    case REFERENCE_AUDIENCE:
        resolve_audience(v, ref);
        break;
    case REFERENCE_SCOPE:
        resolve_scope(v, ref);
        break;
    }
}

void references_resolve(struct reading *r)
{
    struct resolver v = { .r = r };
    for (size_t i = 0; i < r->reference_count; i++)
        resolve(&v, &r->references[i]);
}
