/* The audience grammar by recursive descent:
 * audience = term { "or" term };  term = factor { "and" factor };  factor = ["not"] ( "(" audience ")" | test ). */
#include "formula.h"
#include "reading.h"

#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "learnd/text.h"

#define TEXT_MAX_BYTES 4096
#define DEPTH_MAX 32
#define DAYS_MAX 36500

enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_QUOTED, TOKEN_MARK };

struct token {
    enum token_kind kind;
    const char *text; /* of a mark: one of ( ) , = != < >= */
    int column;
};

struct parser {
    struct arena *a;
    const char *text, *at;
    struct token token;
    int depth;
    int column; /* of the first error */
    const char *what;
};

const char *const audience_words[] = { "department", "division", "location", "country", "role",
                                       "team",       "manager",  "handle",   "grant",   "skill",
                                       "tenure",     "everyone", "on_leave", NULL };

int attribute_find(const char *name)
{
    for (int i = 0; i <= AUDIENCE_SKILL; i++) {
        if (text_same(audience_words[i], name))
            return i;
    }
    return -1;
}

const char *attribute_name(enum audience_attribute attribute)
{
    return audience_words[attribute];
}

static void *wrong(struct parser *p, int column, const char *what)
{
    if (!p->what) {
        p->column = column;
        p->what = what;
    }
    p->token = (struct token){ TOKEN_END, "", column };
    return NULL;
}

/* Bytes of the letter, digit or other character of a word that begins here; 0 if none does. */
static size_t word_character(const char *at)
{
    if (*at == '_' || *at == '.' || *at == '-')
        return 1;
    utf8proc_int32_t c;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)at, (utf8proc_ssize_t)strnlen(at, 4), &c);
    if (n <= 0)
        return 0;
    utf8proc_category_t category = utf8proc_category(c);
    bool letter = category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
    return letter ? (size_t)n : 0;
}

static void next_quoted(struct parser *p)
{
    const char *end = strchr(p->at + 1, '"');
    if (!end) {
        wrong(p, p->token.column, "a quotation mark that is never closed");
        return;
    }
    p->token.kind = TOKEN_QUOTED;
    p->token.text = arena_copy_n(p->a, p->at + 1, (size_t)(end - p->at) - 1);
    p->at = end + 1;
}

static void next_mark(struct parser *p)
{
    static const char *const marks[] = { "(", ")", ",", "!=", ">=", "=", "<" };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t n = strlen(marks[i]);
        if (strncmp(p->at, marks[i], n) == 0) {
            p->token.kind = TOKEN_MARK;
            p->token.text = marks[i];
            p->at += n;
            return;
        }
    }
    wrong(p, p->token.column, "a character that has no meaning here; values with blanks go into \"quotation marks\"");
}

static void next(struct parser *p)
{
    if (p->what)
        return;
    p->at += strspn(p->at, " \t\r\n");
    p->token = (struct token){ TOKEN_END, "", (int)(p->at - p->text) + 1 };
    size_t n = 0, more;
    while ((more = word_character(p->at + n)))
        n += more;
    if (n) {
        p->token.kind = TOKEN_WORD;
        p->token.text = arena_copy_n(p->a, p->at, n);
        p->at += n;
    } else if (*p->at == '"') {
        next_quoted(p);
    } else if (*p->at) {
        next_mark(p);
    }
}

static bool is_mark(const struct parser *p, const char *mark)
{
    return p->token.kind == TOKEN_MARK && strcmp(p->token.text, mark) == 0;
}

static bool is_word(const struct parser *p, const char *word)
{
    return p->token.kind == TOKEN_WORD && text_same(p->token.text, word);
}

static struct audience *formula_new(struct parser *p, enum formula_kind kind, const struct audience *left,
                                    const struct audience *right)
{
    struct audience *f = arena_new(p->a, struct audience);
    *f = (struct audience){ .kind = kind, .left = left, .right = right, .column = p->token.column };
    return f;
}

static struct audience *value_test(struct parser *p, enum audience_attribute attribute)
{
    bool value = p->token.kind == TOKEN_QUOTED || p->token.kind == TOKEN_WORD;
    if (!value || !*p->token.text)
        return wrong(p, p->token.column, "here a value is expected");
    struct audience *f = formula_new(p, FORMULA_TEST, NULL, NULL);
    f->attribute = attribute;
    f->value = p->token.text;
    f->column += p->token.kind == TOKEN_QUOTED;
    next(p);
    return f;
}

/* "(" value { "," value } ")" */
static struct audience *one_of(struct parser *p, enum audience_attribute attribute)
{
    if (!is_mark(p, "("))
        return wrong(p, p->token.column, "after 'in' a list is expected: in (DE, FR)");
    struct audience *f = NULL;
    do {
        next(p);
        struct audience *test = value_test(p, attribute);
        f = f && test ? formula_new(p, FORMULA_OR, f, test) : test;
    } while (f && is_mark(p, ","));
    if (!is_mark(p, ")"))
        return wrong(p, p->token.column, "this list is not closed: ')' or ',' is expected");
    next(p);
    return f;
}

static struct audience *attribute_test(struct parser *p, enum audience_attribute attribute)
{
    next(p);
    bool in = is_word(p, "in"), equal = is_mark(p, "="), differs = is_mark(p, "!=");
    if (!in && !equal && !differs)
        return wrong(p, p->token.column,
                     arena_printf(p->a, "after '%s' one of = != in is expected", attribute_name(attribute)));
    next(p);
    if (in)
        return one_of(p, attribute);
    struct audience *f = value_test(p, attribute);
    return f && differs ? formula_new(p, FORMULA_NOT, f, NULL) : f;
}

static struct audience *tenure_test(struct parser *p)
{
    next(p);
    bool under = is_mark(p, "<");
    if (!under && !is_mark(p, ">="))
        return wrong(p, p->token.column, "after 'tenure' < or >= is expected");
    next(p);
    const char *days = p->token.text;
    size_t digits = strspn(days, "0123456789");
    if (p->token.kind != TOKEN_WORD || !digits || days[digits] || strtol(days, NULL, 10) > DAYS_MAX)
        return wrong(p, p->token.column, "here a number of days is expected: tenure < 90");
    struct audience *f = formula_new(p, under ? FORMULA_TENURE_UNDER : FORMULA_TENURE_FROM, NULL, NULL);
    f->days = strtol(days, NULL, 10);
    next(p);
    return f;
}

static struct audience *test(struct parser *p)
{
    if (p->token.kind != TOKEN_WORD)
        return wrong(p, p->token.column, "here a test is expected, as department = Sales");
    int attribute = attribute_find(p->token.text);
    if (attribute >= 0)
        return attribute_test(p, (enum audience_attribute)attribute);
    if (is_word(p, "tenure"))
        return tenure_test(p);
    bool everyone = is_word(p, "everyone");
    if (!everyone && !is_word(p, "on_leave"))
        return wrong(p, p->token.column,
                     arena_printf(p->a, "unknown word '%s'%s", p->token.text,
                                  did_you_mean(p->a, p->token.text, audience_words)));
    struct audience *f = formula_new(p, everyone ? FORMULA_EVERYONE : FORMULA_ON_LEAVE, NULL, NULL);
    next(p);
    return f;
}

static struct audience *audience(struct parser *p);

static struct audience *factor(struct parser *p)
{
    bool not = is_word(p, "not");
    if (not )
        next(p);
    struct audience *f;
    if (!is_mark(p, "(")) {
        f = test(p);
    } else if (++p->depth > DEPTH_MAX) {
        f = wrong(p, p->token.column, "more than 32 parentheses within each other");
    } else {
        int column = p->token.column;
        next(p);
        f = audience(p);
        if (!is_mark(p, ")"))
            return wrong(p, p->token.kind == TOKEN_END ? column : p->token.column, "this parenthesis is not closed");
        next(p);
        p->depth--;
    }
    return f && not ? formula_new(p, FORMULA_NOT, f, NULL) : f;
}

static struct audience *term(struct parser *p)
{
    struct audience *f = factor(p);
    while (f && is_word(p, "and")) {
        next(p);
        struct audience *right = factor(p);
        f = right ? formula_new(p, FORMULA_AND, f, right) : NULL;
    }
    return f;
}

static struct audience *audience(struct parser *p)
{
    struct audience *f = term(p);
    while (f && is_word(p, "or")) {
        next(p);
        struct audience *right = term(p);
        f = right ? formula_new(p, FORMULA_OR, f, right) : NULL;
    }
    return f;
}

struct audience *audience_parse(struct arena *a, const char *text, int *column, const char **what)
{
    struct parser p = { .a = a, .text = text, .at = text };
    size_t n = strnlen(text, TEXT_MAX_BYTES + 1);
    if (n > TEXT_MAX_BYTES)
        wrong(&p, 1, "too long: more than 4,096 bytes");
    else if (!text_is_utf8(text, n))
        wrong(&p, 1, "this is no UTF-8 text");
    next(&p);
    if (!p.what && p.token.kind == TOKEN_END)
        wrong(&p, 1, "here stands nothing; 'everyone' means all");
    struct audience *f = p.what ? NULL : audience(&p);
    if (f && p.token.kind != TOKEN_END)
        wrong(&p, p.token.column, "here 'and', 'or' or the end is expected");
    *column = p.column;
    *what = p.what;
    return p.what ? NULL : f;
}

/* A text of 4 KiB nests at most some 2,000 deep (a long list), which the stack bears. */
static bool holds(const struct audience *f, const struct audience_person *who)
{
    switch (f->kind) {
    case FORMULA_OR:
        return holds(f->left, who) || holds(f->right, who);
    case FORMULA_AND:
        return holds(f->left, who) && holds(f->right, who);
    case FORMULA_NOT:
        return !holds(f->left, who);
    case FORMULA_TEST:
        return who->is(who->context, f->attribute, f->value);
    case FORMULA_TENURE_UNDER:
        return who->tenure_days < f->days;
    case FORMULA_TENURE_FROM:
        return who->tenure_days >= f->days;
    case FORMULA_EVERYONE:
        return true;
    case FORMULA_ON_LEAVE:
        return who->on_leave(who->context);
    }
    return false;
}

bool audience_holds(const struct audience *f, const struct audience_person *who)
{
    return holds(f, who);
}

static bool is_same(const struct audience *a, const struct audience *b)
{
    if (!a || !b)
        return a == b;
    return a->kind == b->kind && a->attribute == b->attribute && a->days == b->days &&
           (!a->value || text_same(a->value, b->value)) && is_same(a->left, b->left) && is_same(a->right, b->right);
}

static bool demands(const struct audience *f, const struct audience *part)
{
    return is_same(f, part) || (f->kind == FORMULA_AND && (demands(f->left, part) || demands(f->right, part)));
}

bool audience_covers(const struct audience *wide, const struct audience *narrow)
{
    if (wide->kind == FORMULA_EVERYONE || demands(narrow, wide))
        return true;
    if (narrow->kind == FORMULA_OR)
        return audience_covers(wide, narrow->left) && audience_covers(wide, narrow->right);
    if (wide->kind == FORMULA_AND)
        return audience_covers(wide->left, narrow) && audience_covers(wide->right, narrow);
    return wide->kind == FORMULA_OR && (audience_covers(wide->left, narrow) || audience_covers(wide->right, narrow));
}

void formula_each(const struct audience *f, void (*see)(void *context, const struct audience *test), void *context)
{
    for (; f; f = f->right) {
        if (f->kind == FORMULA_TEST)
            see(context, f);
        formula_each(f->left, see, context);
    }
}

struct each {
    void (*see)(void *context, enum audience_attribute attribute, const char *value);
    void *context;
};

static void each_test(void *context, const struct audience *test)
{
    const struct each *e = context;
    e->see(e->context, test->attribute, test->value);
}

void audience_each(const struct audience *f,
                   void (*see)(void *context, enum audience_attribute attribute, const char *value), void *context)
{
    struct each e = { see, context };
    formula_each(f, each_test, &e);
}
