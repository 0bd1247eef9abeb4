#include <string.h>

#include "matrix.h"

static const struct {
    const char *name, *emoji;
} table[] = {
    { "eyes", "👀" },
    { "white_check_mark", "✅" },
    { "heavy_check_mark", "✔️" },
    { "+1", "👍" },
    { "-1", "👎" },
    { "x", "❌" },
    { "heart", "❤️" },
    { "tada", "🎉" },
    { "smile", "😄" },
    { "clap", "👏" },
    { "pray", "🙏" },
    { "warning", "⚠️" },
    { "question", "❓" },
    { "hourglass", "⏳" },
    { "bell", "🔔" },
    { "books", "📚" },
    { "bulb", "💡" },
    { "wave", "👋" },
    { "zero", "0️⃣" },
    { "one", "1️⃣" },
    { "two", "2️⃣" },
    { "three", "3️⃣" },
    { "four", "4️⃣" },
    { "five", "5️⃣" },
    { "six", "6️⃣" },
    { "seven", "7️⃣" },
    { "eight", "8️⃣" },
    { "nine", "9️⃣" },
    { "keycap_ten", "🔟" },
};
enum { COUNT = sizeof table / sizeof table[0] };

const char *matrix_emoji_of_name(const char *name)
{
    for (size_t i = 0; i < COUNT; i++) {
        if (strcmp(table[i].name, name) == 0) {
            return table[i].emoji;
        }
    }
    return name;
}

/* Clients differ in whether they send the variation selector (U+FE0F) that asks for the coloured form. */
static bool same_emoji(const char *a, const char *b)
{
    static const char selector[] = "\xef\xb8\x8f";
    for (;;) {
        while (strncmp(a, selector, 3) == 0) {
            a += 3;
        }
        while (strncmp(b, selector, 3) == 0) {
            b += 3;
        }
        if (*a != *b) {
            return false;
        }
        if (!*a) {
            return true;
        }
        a++;
        b++;
    }
}

const char *matrix_name_of_emoji(const char *emoji)
{
    for (size_t i = 0; i < COUNT; i++) {
        if (same_emoji(table[i].emoji, emoji)) {
            return table[i].name;
        }
    }
    return emoji;
}
