/* Cards as JSON lines, as another system exports them: {"id","title","body","aliases":[]}. */
#include <jansson.h>
#include <string.h>

#include "card.h"
#include "learnd/text.h"
#include "values.h"

static void wrong(struct reading *r, int line, const char *what)
{
    fault_add(r, line, 1, "%s", what);
}

/* A text of the object, copied; NULL where it is absent or null; another type is a fault. */
static const char *text_of(struct reading *r, int line, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (!value || json_is_null(value))
        return NULL;
    if (json_is_string(value))
        return text_trim(r->arena, json_string_value(value));
    fault_add(r, line, 1, "\"%s\" must be a text", key);
    return NULL;
}

static void aliases_take(struct reading *r, int line, const json_t *object, const char *key, struct org_card *card)
{
    const json_t *list = json_object_get(object, key);
    if (!list || json_is_null(list))
        return;
    if (!json_is_array(list)) {
        fault_add(r, line, 1, "\"%s\" must be a list of texts", key);
        return;
    }
    size_t i;
    json_t *value;
    json_array_foreach(list, i, value)
    {
        const char *text = json_is_string(value) ? text_squeeze(r->arena, json_string_value(value)) : NULL;
        if (!text || text_length(text) > PHRASING_MAX)
            fault_add(r, line, 1, "\"%s\" must hold texts of at most %d characters", key, PHRASING_MAX);
        else if (*text)
            list_add(r->arena, &card->aliases, text);
    }
}

static void keys_check(struct reading *r, int line, json_t *object)
{
    static const char *const keys[] = { "id", "title", "body", "aliases", "phrasings", NULL };
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        bool known = false;
        for (size_t i = 0; keys[i]; i++)
            known = known || strcmp(keys[i], key) == 0;
        if (!known)
            fault_add(r, line, 1, "unknown key '%s'%s", key, did_you_mean(r->arena, key, keys));
    }
}

static void object_take(struct reading *r, int line, json_t *object, struct org_card *card)
{
    keys_check(r, line, object);
    card->id = text_of(r, line, object, "id");
    const char *title = text_of(r, line, object, "title");
    card->title = title ? text_squeeze(r->arena, title) : NULL;
    if (!card->id || !slug_is_well_formed(card->id))
        wrong(r, line, "\"id\" must be a word of small letters a-z, digits, '.', '_' and '-'");
    if (!card->title || !*card->title || text_length(card->title) > TITLE_MAX)
        wrong(r, line, "\"title\" must be a text of 1 to 80 characters");
    aliases_take(r, line, object, "aliases", card);
    aliases_take(r, line, object, "phrasings", card);
    const char *body = text_of(r, line, object, "body");
    struct org_card cut = { .body = "" };
    size_t faults = r->org->fault_count;
    card_body_take(r, &cut, lines_unify(r->arena, body ? body : ""), line);
    for (; faults < r->org->fault_count; faults++) /* the lines of a body are one line here */
        r->org->faults[faults].line = line;
    card->body = cut.body;
    card->more = cut.more;
}

static void line_take(struct reading *r, int line, const char *text, size_t length, const char *owner)
{
    if (length > CARD_MAX_BYTES) {
        wrong(r, line, "a card of more than 256 KiB");
        return;
    }
    json_error_t error;
    json_t *object = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
    if (!json_is_object(object)) {
        fault_add(r, line, object || error.column < 0 ? 1 : error.column, "this is no JSON object: %s",
                  object ? "another value stands here" : error.text);
        json_decref(object);
        return;
    }
    struct org_card *card = card_add(r, (struct place){ line, 1 });
    if (card) {
        card->hash = bytes_hash(r->arena, text, length);
        card->class = "core";
        card->owner = owner;
        object_take(r, line, object, card);
    }
    json_decref(object);
}

void cards_json_read(struct reading *r, const struct bytes *file, const char *owner)
{
    int line = 1;
    for (const char *from = file->text; *from; line++) {
        size_t length = strcspn(from, "\n");
        if (length > strspn(from, " \t\r"))
            line_take(r, line, from, length, owner);
        from += length + (from[length] == '\n');
    }
}
