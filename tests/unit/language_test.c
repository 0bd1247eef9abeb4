/* Catalogues: translations, plural forms of several families of languages, and what is wrong with a file. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "learnd/language.h"

static char faults[1024];

static void note(void *context, int line, const char *what)
{
    (void)context;
    snprintf(faults + strlen(faults), sizeof faults - strlen(faults), "%d: %s\n", line, what);
}

static struct language *parse(struct arena *a, const char *text)
{
    faults[0] = 0;
    return language_parse(a, "xx", text, note, NULL);
}

static const char *cards(const struct language *l, long n)
{
    return language_plural(l, "%ld card", "%ld cards", n);
}

static struct language *with_rule(struct arena *a, const char *rule)
{
    return parse(
        a,
        arena_printf(a,
                     "msgid \"\"\nmsgstr \"Plural-Forms: %s;\\n\"\n\nmsgid \"%%ld card\"\nmsgid_plural \"%%ld cards\"\n"
                     "msgstr[0] \"zero %%ld\"\nmsgstr[1] \"one %%ld\"\nmsgstr[2] \"two %%ld\"\n",
                     rule));
}

static void plural_rules(void **state)
{
    (void)state;
    struct arena *a = arena_open();
    struct language *german = with_rule(a, "nplurals=2; plural=n != 1");
    assert_string_equal(cards(german, 1), "zero %ld");
    assert_string_equal(cards(german, 0), "one %ld");
    struct language *polish =
        with_rule(a, "nplurals=3; plural=n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2");
    assert_string_equal(cards(polish, 1), "zero %ld");
    assert_string_equal(cards(polish, 22), "one %ld");
    assert_string_equal(cards(polish, 12), "two %ld");
    struct language *japanese = with_rule(a, "nplurals=1; plural=0");
    assert_string_equal(cards(japanese, 7), "zero %ld");
    assert_string_equal(faults, "");
    assert_string_equal(cards(NULL, 1), "%ld card");
    assert_string_equal(cards(NULL, 2), "%ld cards");
    arena_close(a);
}

static void continued_and_fuzzy(void **state)
{
    (void)state;
    struct arena *a = arena_open();
    struct language *l =
        parse(a, "msgid \"one \"\n\"two\"\nmsgstr \"eins \\\"zwei\\\"\\n\"\n\"drei\"\n\n#, fuzzy\nmsgid \"four\"\n"
                 "msgstr \"vielleicht\"\n\nmsgid \"five\"\nmsgstr \"\"\n");
    assert_string_equal(language_text(l, "one two"), "eins \"zwei\"\ndrei");
    assert_string_equal(language_text(l, "four"), "four");
    assert_string_equal(language_text(l, "five"), "five");
    assert_string_equal(faults, "");
    arena_close(a);
}

static void what_is_wrong(void **state)
{
    (void)state;
    struct arena *a = arena_open();
    struct language *l =
        parse(a, "msgid \"%s has %ld\"\nmsgstr \"%ld hat %s\"\n\nnonsense\nmsgid \"open\nmsgstr \"x\"\n");
    assert_string_equal(language_text(l, "%s has %ld"), "%s has %ld"); /* what would crash is not used */
    assert_non_null(strstr(faults, "1: the translation inserts other things"));
    assert_non_null(strstr(faults, "4: expected is msgid"));
    assert_non_null(strstr(faults, "5: the quotes are not closed"));
    parse(a, "msgid \"\"\nmsgstr \"Plural-Forms: nplurals=2; plural=n !! 1;\\n\"\n");
    assert_non_null(strstr(faults, "this plural rule cannot be read"));
    arena_close(a);
}

/* As many as one likes, a lone % at the end, lengths without end: what is not the same is not used, and all of it is looked at. */
static void what_is_inserted(void **state)
{
    (void)state;
    struct arena *a = arena_open();
    struct buf po = { .arena = a };
    buf_add(&po,
            "msgid \"%d\"\nmsgstr \"%d %\"\n\nmsgid \"%ld of %ld\"\nmsgstr \"%-5ld/%ld\"\n\nmsgid \"%hd\"\nmsgstr \"%");
    for (int i = 0; i < 200; i++)
        buf_add(&po, "l");
    buf_add(&po, "d\"\n\nmsgid \"");
    for (int i = 0; i < 70; i++)
        buf_add(&po, "%d");
    buf_add(&po, "%s\"\nmsgstr \"");
    for (int i = 0; i < 71; i++)
        buf_add(&po, "%d");
    buf_add(&po, "\"\n");
    struct language *l = parse(a, buf_text(&po));
    assert_string_equal(language_text(l, "%d"), "%d");
    assert_string_equal(language_text(l, "%ld of %ld"), "%-5ld/%ld");
    assert_string_equal(language_text(l, "%hd"), "%hd");
    assert_non_null(strstr(faults, "1: the"));
    assert_null(strstr(faults, "4: the"));
    assert_non_null(strstr(faults, "7: the"));
    assert_non_null(strstr(faults, "10: the"));
    arena_close(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plural_rules),
        cmocka_unit_test(continued_and_fuzzy),
        cmocka_unit_test(what_is_wrong),
        cmocka_unit_test(what_is_inserted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
