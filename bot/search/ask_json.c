#include "learnd/ask_json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "learnd/text.h"

enum { LINE_MAX_BYTES = 16 * 1024 * 1024 };

struct service {
    struct search *search;
    struct arena *bank; /* ids; replaced with the search */
    struct arena *turn; /* of one request */
    const char **ids;   /* of card number i + 1 */
    size_t count;
    bool (*human)(void *context, const char *question);
    void *context;
};

struct line {
    char *data; /* no NUL at the end */
    size_t length, room;
    bool too_long; /* what did not fit was thrown away */
};

/* The next line without its newline; false at the end of the input. */
static bool line_read(struct line *l, FILE *in)
{
    int c;
    l->length = 0;
    l->too_long = false;
    while ((c = getc_unlocked(in)) != EOF && c != '\n') {
        if (l->length == l->room && l->room < LINE_MAX_BYTES) {
            l->room = l->room ? 2 * l->room : 4096;
            l->data = realloc(l->data, l->room);
            if (!l->data) {
                abort();
            }
        }
        if (l->length < l->room) {
            l->data[l->length++] = (char)c;
        } else {
            l->too_long = true;
        }
    }
    return c != EOF || l->length > 0;
}

static json_t *fault(const char *what)
{
    return json_pack("{s:s}", "error", what);
}

static json_t *fault_at(struct service *s, size_t card, const char *what)
{
    return fault(arena_printf(s->turn, "card %zu: %s", card + 1, what));
}

static json_t *fine(void)
{
    return json_pack("{s:b}", "ok", 1);
}

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static bool is_absent(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return !value || json_is_null(value);
}

/* The texts of "phrasings" and "aliases" go behind those that are there; NULL or what is wrong. */
static const char *phrasings_read(const json_t *object, const char *key, const char **phrasings, size_t *n)
{
    const json_t *list = json_object_get(object, key);
    if (is_absent(object, key)) {
        return NULL;
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (!text) {
            return "a phrasing that is no text";
        }
        phrasings[(*n)++] = text;
    }
    return json_is_array(list) ? NULL : "phrasings that are no list";
}

/* NULL or what is wrong. Texts borrow from the object. */
static const char *card_read(struct service *s, const json_t *object, struct search_card *card)
{
    *card = (struct search_card){ .title = text_of(object, "title"), .body = text_of(object, "body") };
    size_t room =
        json_array_size(json_object_get(object, "phrasings")) + json_array_size(json_object_get(object, "aliases"));
    const char **phrasings = arena_array(s->turn, const char *, room + 1);
    card->phrasings = phrasings;
    if (!json_is_object(object)) {
        return "no object";
    }
    if (!text_of(object, "id") || !*text_of(object, "id")) {
        return "no \"id\" that is a text";
    }
    if (!card->title) {
        return "no \"title\" that is a text";
    }
    if (!card->body && !is_absent(object, "body")) {
        return "a \"body\" that is no text";
    }
    const char *wrong = phrasings_read(object, "phrasings", phrasings, &card->phrasing_count);
    return wrong ? wrong : phrasings_read(object, "aliases", phrasings, &card->phrasing_count);
}

/* In place of all there was. ids and cards may borrow from anywhere; cards get their place as number. */
static void bank_replace(struct service *s, struct search_card *cards, const char *const *ids, size_t n,
                         const struct search_synonym *synonyms, size_t synonym_count)
{
    search_close(s->search);
    arena_reset(s->bank);
    s->count = n;
    s->ids = arena_array(s->bank, const char *, n + 1);
    for (size_t i = 0; i < n; i++) {
        s->ids[i] = arena_copy(s->bank, ids[i]);
        cards[i].id = (int64_t)i + 1;
    }
    s->search = search_open(cards, n, synonyms, synonym_count);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *id_twice(struct service *s, const char *const *ids, size_t n)
{
    const char **sorted = arena_array(s->turn, const char *, n + 1);
    memcpy(sorted, ids, n * sizeof *ids);
    qsort(sorted, n, sizeof *sorted, by_text);
    for (size_t i = 1; i < n; i++) {
        if (strcmp(sorted[i - 1], sorted[i]) == 0) {
            return sorted[i];
        }
    }
    return NULL;
}

static json_t *do_index(struct service *s, const json_t *request)
{
    const json_t *list = json_object_get(request, "cards");
    size_t n = json_array_size(list);
    struct search_card *cards = arena_array(s->turn, struct search_card, n + 1);
    const char **ids = arena_array(s->turn, const char *, n + 1);
    if (!json_is_array(list)) {
        return fault("\"index\" needs \"cards\", a list");
    }
    for (size_t i = 0; i < n; i++) {
        const char *wrong = card_read(s, json_array_get(list, i), &cards[i]);
        if (wrong) {
            return fault_at(s, i, wrong);
        }
        ids[i] = text_of(json_array_get(list, i), "id");
    }
    const char *twice = id_twice(s, ids, n);
    if (twice) {
        return fault(arena_printf(s->turn, "two cards have the id \"%s\"", twice));
    }
    bank_replace(s, cards, ids, n, NULL, 0);
    s->human = NULL;
    return fine();
}

static json_t *do_learn(struct service *s, const json_t *request)
{
    const char *id = text_of(request, "id"), *question = text_of(request, "q");
    if (!id || !question) {
        return fault("\"learn\" needs \"id\" and \"q\", two texts");
    }
    for (size_t i = 0; i < s->count; i++) {
        if (strcmp(s->ids[i], id) == 0) {
            search_learn(s->search, (int64_t)i + 1, question);
            return fine();
        }
    }
    return fault(arena_printf(s->turn, "no card has the id \"%s\"", id));
}

static json_t *do_ask(struct service *s, const json_t *request)
{
    const char *question = text_of(request, "q");
    if (!question) {
        return fault("\"ask\" needs \"q\", a text");
    }
    struct search_result result = { .decision = SEARCH_ROUTE };
    if (!s->human || !s->human(s->context, question)) {
        search_ask(s->search, s->turn, question, NULL, NULL, &result);
    }
    json_t *ranked = json_array();
    for (size_t i = 0; i < result.count; i++) {
        json_array_append_new(ranked, json_string(s->ids[result.hits[i].card - 1]));
    }
    return json_pack("{s:o, s:f, s:s}", "ranked", ranked, "confidence", result.confidence, "decision",
                     search_decision_name(result.decision));
}

static json_t *reply_to(struct service *s, const json_t *request)
{
    const char *op = text_of(request, "op");
    if (!op) {
        return fault("no object with an \"op\": \"index\", \"learn\" or \"ask\"");
    }
    if (strcmp(op, "index") == 0) {
        return do_index(s, request);
    }
    if (strcmp(op, "learn") == 0) {
        return do_learn(s, request);
    }
    if (strcmp(op, "ask") == 0) {
        return do_ask(s, request);
    }
    return fault(arena_printf(s->turn, "no op is called \"%s\": index, learn, ask", text_cut(s->turn, op, 40)));
}

static json_t *reply_to_line(struct service *s, const struct line *l)
{
    json_error_t error;
    if (l->too_long) {
        return fault("this line is longer than 16 MiB; send fewer cards at once");
    }
    json_t *request = json_loadb(l->length > 0 ? l->data : "", l->length, 0, &error);
    if (!request) {
        return fault(arena_printf(s->turn, "this is no JSON, from column %d on", error.column));
    }
    json_t *reply = reply_to(s, request);
    json_decref(request);
    return reply;
}

static void service_begin(struct service *s, const struct ask_json_bank *initial)
{
    static const struct ask_json_bank none = { 0 };
    const struct ask_json_bank *bank = initial ? initial : &none;
    *s = (struct service){ .bank = arena_open(), .turn = arena_open(), .human = bank->human, .context = bank->context };
    struct search_card *cards = arena_array(s->turn, struct search_card, bank->count + 1);
    for (size_t i = 0; i < bank->count; i++) {
        cards[i] = bank->cards[i];
    }
    bank_replace(s, cards, bank->ids, bank->count, bank->synonyms, bank->synonym_count);
}

int ask_json_run(FILE *in, FILE *out, const struct ask_json_bank *initial)
{
    struct service s;
    struct line l = { 0 };
    bool broken = false;
    service_begin(&s, initial);
    while (!broken && line_read(&l, in)) {
        arena_reset(s.turn);
        json_t *reply = reply_to_line(&s, &l);
        broken = json_dumpf(reply, out, JSON_COMPACT | JSON_REAL_PRECISION(6)) < 0 || putc('\n', out) == EOF ||
                 fflush(out) != 0;
        json_decref(reply);
    }
    search_close(s.search);
    arena_close(s.bank);
    arena_close(s.turn);
    free(l.data);
    return broken ? -1 : 0;
}
