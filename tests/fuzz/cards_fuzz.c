/* Any bytes as a card and as JSON lines of cards: what comes through without a fault can be shown. */
#include <stdlib.h>
#include <string.h>

#include "../../bot/org/reading.h"
#include "../../bot/org/values.h"
#include "learnd/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_card(const struct org_card *card)
{
    if (!card->id || !slug_is_well_formed(card->id) || !card->title || text_length(card->title) > 80 || !card->class)
        abort();
    if (text_words(card->body) > 120 || !text_is_utf8(card->body, strlen(card->body)))
        abort();
    for (size_t i = 0; i < card->check_count; i++) {
        if (card->checks[i].key < 1 || card->checks[i].key > (int)card->checks[i].options.count)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!text_is_utf8((const char *)data, size) || (size && memchr(data, 0, size)))
        return 0; /* file_read refuses it */
    for (int json = 0; json < 2; json++) {
        struct reading r = reading_begin("fuzz", NULL, 20600);
        struct bytes file = { arena_copy_n(r.arena, (const char *)data, size), size, "hash" };
        if (json)
            cards_json_read(&r, &file, "dana");
        else
            card_read(&r, &file);
        struct org *org = reading_end(&r);
        for (size_t i = 0; !org->fault_count && i < org->card_count; i++)
            check_card(&org->cards[i]);
        org_close(org);
    }
    return 0;
}
