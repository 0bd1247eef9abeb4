/* The plural rule of a catalogue: a C expression over n ("n != 1", "n%10==1 && n%100!=11 ? 0 : ..."), worked out as it is read. */
#include "plural.h"

#include <stdlib.h>
#include <string.h>

struct reader {
    const char *at;
    unsigned long n;
    bool wrong;
    int deep;
};

static unsigned long ternary(struct reader *r);

static void blanks(struct reader *r)
{
    r->at += strspn(r->at, " \t");
}

static bool take(struct reader *r, const char *sign)
{
    blanks(r);
    if (strncmp(r->at, sign, strlen(sign)) != 0)
        return false;
    r->at += strlen(sign);
    return true;
}

static unsigned long primary(struct reader *r)
{
    blanks(r);
    if (++r->deep > 50)
        r->wrong = true;
    if (r->wrong)
        return 0;
    if (take(r, "!"))
        return !primary(r);
    if (take(r, "(")) {
        unsigned long inside = ternary(r);
        r->wrong |= !take(r, ")");
        return inside;
    }
    if (take(r, "n"))
        return r->n;
    char *end;
    unsigned long number = strtoul(r->at, &end, 10);
    r->wrong |= end == r->at;
    r->at = end;
    return number;
}

static unsigned long product(struct reader *r)
{
    unsigned long left = primary(r);

    for (;;) {
        char sign = (blanks(r), *r->at);
        if (!sign || !strchr("*/%", sign))
            return left;
        r->at++;
        unsigned long right = primary(r);
        r->wrong |= sign != '*' && !right;
        if (r->wrong)
            return 0;
        left = sign == '*' ? left * right : sign == '/' ? left / right : left % right;
    }
}

static unsigned long sum(struct reader *r)
{
    unsigned long left = product(r);

    for (;;) {
        if (take(r, "+"))
            left += product(r);
        else if (take(r, "-"))
            left -= product(r);
        else
            return left;
    }
}

static unsigned long comparison(struct reader *r)
{
    unsigned long left = sum(r);

    if (take(r, "=="))
        return left == sum(r);
    if (take(r, "!="))
        return left != sum(r);
    if (take(r, "<="))
        return left <= sum(r);
    if (take(r, ">="))
        return left >= sum(r);
    if (take(r, "<"))
        return left < sum(r);
    if (take(r, ">"))
        return left > sum(r);
    return left;
}

static unsigned long conjunction(struct reader *r)
{
    unsigned long left = comparison(r);

    while (take(r, "&&")) {
        unsigned long right = comparison(r);
        left = left && right;
    }
    return left;
}

static unsigned long disjunction(struct reader *r)
{
    unsigned long left = conjunction(r);

    while (take(r, "||")) {
        unsigned long right = conjunction(r);
        left = left || right;
    }
    return left;
}

static unsigned long ternary(struct reader *r)
{
    unsigned long condition = disjunction(r);

    if (!take(r, "?"))
        return condition;
    unsigned long yes = ternary(r);
    r->wrong |= !take(r, ":");
    unsigned long no = r->wrong ? 0 : ternary(r);
    return condition ? yes : no;
}

bool plural_form(const char *rule, unsigned long n, unsigned long *form)
{
    struct reader r = { .at = rule, .n = n };

    *form = ternary(&r);
    blanks(&r);
    return !r.wrong && (!*r.at || *r.at == ';');
}
