/* Does a text hold what a conversation expects of it? */
#include <string.h>

#include "script_private.h"

/* A pattern that runs away counts as one that does not match. */
static bool find_pattern(const pcre2_code *code, const char *text, size_t from, size_t *end)
{
    pcre2_match_context *context = pcre2_match_context_create(NULL);
    pcre2_match_data *data = pcre2_match_data_create_from_pattern(code, NULL);
    pcre2_set_match_limit(context, 1000000);
    int found = pcre2_match(code, (PCRE2_SPTR)text, strlen(text), from, 0, data, context);
    if (found > 0)
        *end = pcre2_get_ovector_pointer(data)[1];
    pcre2_match_data_free(data);
    pcre2_match_context_free(context);
    return found > 0;
}

static bool find(const struct piece *piece, const char *text, size_t from, size_t *end)
{
    if (piece->pattern)
        return find_pattern(piece->pattern, text, from, end);
    const char *at = strstr(text + from, piece->text);
    if (at)
        *end = (size_t)(at - text) + strlen(piece->text);
    return at;
}

bool pieces_hold(struct arena *a, const struct piece *pieces, size_t count, const char *text)
{
    const char *squeezed = text_squeeze(a, text);
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        const struct piece *piece = &pieces[i];
        size_t from = piece->mark == '|' ? at : 0, end = 0;
        bool found = find(piece, piece->pattern ? text : squeezed, from, &end);
        if (found == (piece->mark == '!'))
            return false;
        if (piece->mark == '|')
            at = end;
    }
    return true;
}
