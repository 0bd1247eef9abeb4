/* The Markdown of a card: before "## More" is what the chat says. */
#include "card.h"

#include <string.h>

#include "learnd/text.h"

char *lines_unify(struct arena *a, const char *text)
{
    char *lines = arena_copy(a, text), *to = lines;
    for (const char *from = lines; *from; from++) {
        if (*from == '\r' && from[1] == '\n')
            continue;
        *to++ = *from == '\r' ? '\n' : *from;
    }
    *to = '\0';
    return lines;
}

/* How many ` or ~ open (or close) a block of code here; 0 if this line does neither. */
static size_t fence_length(const char *line)
{
    size_t blanks = strspn(line, " ");
    char mark = line[blanks];
    if (blanks > 3 || (mark != '`' && mark != '~'))
        return 0;
    size_t n = strspn(line + blanks, mark == '`' ? "`" : "~");
    return n >= 3 ? n : 0;
}

static bool is_more(const char *line, size_t length)
{
    while (length && strchr(" \t#", line[length - 1]))
        length--;
    if (length < 7 || strncmp(line, "## ", 3) != 0)
        return false;
    size_t blanks = strspn(line + 3, " \t");
    return length == 7 + blanks && strncmp(line + 3 + blanks, "More", 4) == 0;
}

struct cut {
    const char *before_end, *after; /* of the first "## More"; after: NULL if there is none */
    int second_line;                /* of a second one, counted from 0; -1 if there is none */
};

static struct cut find_more(const char *text)
{
    struct cut cut = { text + strlen(text), NULL, -1 };
    char fence = 0; /* which mark the open block of code has */
    size_t fence_marks = 0;
    int number = 0;
    for (const char *line = text; *line; number++) {
        size_t length = strcspn(line, "\n"), marks = fence_length(line);
        char mark = line[strspn(line, " ")];
        if (marks && !fence) {
            fence = mark;
            fence_marks = marks;
        } else if (marks >= fence_marks && marks && mark == fence) {
            fence = 0;
        } else if (!fence && is_more(line, length)) {
            if (!cut.after) {
                cut.before_end = line;
                cut.after = line + length;
            } else if (cut.second_line < 0) {
                cut.second_line = number;
            }
        }
        line += length + (line[length] == '\n');
    }
    return cut;
}

void card_body_take(struct reading *r, struct org_card *card, const char *text, int line)
{
    struct cut cut = find_more(text);
    if (cut.second_line >= 0)
        fault_add(r, line + cut.second_line, 1, "a second '## More': a card has one at most");
    card->body = text_trim(r->arena, arena_copy_n(r->arena, text, (size_t)(cut.before_end - text)));
    const char *more = cut.after ? text_trim(r->arena, cut.after) : "";
    card->more = *more ? more : NULL;
    size_t words = text_words(card->body);
    if (words > BODY_MAX_WORDS)
        fault_add(r, line + (int)(strspn(text, "\n")), 1,
                  "the answer has %zu words, %d are allowed: put the rest below a line '## More'", words,
                  BODY_MAX_WORDS);
}
