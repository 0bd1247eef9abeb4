#include "words.h"

#include <stdlib.h>
#include <string.h>

#include "learnd/text.h"

enum { SHORTEST = 4, LONGEST = 40 }; /* bytes; a shorter word is one slip away from too many others */

void words_add(struct words *w, struct arena *scratch, const struct tokens *t)
{
    for (size_t i = 0; i < t->count; i++) {
        size_t length = strlen(t->item[i].word);
        if (length < SHORTEST || length > LONGEST) {
            continue;
        }
        if (w->count == w->room) {
            const struct words_item *old = w->item;
            w->room = w->room ? 2 * w->room : 256;
            w->item = arena_array(scratch, struct words_item, w->room);
            if (w->count > 0) {
                memcpy(w->item, old, w->count * sizeof *old);
            }
        }
        w->item[w->count++] = (struct words_item){ arena_copy(scratch, t->item[i].word), length, 1 };
    }
}

static int by_word(const void *a, const void *b)
{
    const struct words_item *x = a, *y = b;
    return strcmp(x->word, y->word);
}

void words_seal(struct words *w, struct arena *a)
{
    size_t distinct = 0;
    struct words_item *all = w->item;
    if (w->count > 1) {
        qsort(all, w->count, sizeof *all, by_word);
    }
    for (size_t i = 0; i < w->count; i++) {
        if (distinct > 0 && strcmp(all[distinct - 1].word, all[i].word) == 0) {
            all[distinct - 1].uses++;
        } else {
            all[distinct++] = all[i];
        }
    }
    *w = (struct words){ arena_array(a, struct words_item, distinct + 1), distinct, distinct };
    for (size_t i = 0; i < distinct; i++) {
        w->item[i] = all[i];
        w->item[i].word = arena_copy(a, all[i].word);
    }
}

const char *words_repair(const struct words *w, const char *word)
{
    size_t length = strlen(word), uses = 0;
    const char *best = NULL;
    if (length < SHORTEST || length > LONGEST) {
        return NULL;
    }
    for (size_t i = 0; i < w->count; i++) {
        const struct words_item *known = &w->item[i];
        if (known->word[0] == word[0] && known->length + 4 >= length && known->length <= length + 4 &&
            known->uses > uses && text_distance(word, known->word, 1) <= 1) {
            best = known->word;
            uses = known->uses;
        }
    }
    return best;
}
