/* Catalogues of translations in gettext's .po format. */
#include "learnd/language.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "learnd/text.h"
#include "plural.h"

#define FORMS_MAX 6 /* Arabic has six */

struct entry {
    const char *english;
    const char *forms[FORMS_MAX]; /* forms[0] alone where there is no plural */
    struct entry *next;           /* of the same slot */
};

struct language {
    const char *code, *rule;
    unsigned long form_count;
    struct entry **slots;
    size_t slot_count; /* a power of two */
    bool pseudo;
    struct arena *arena;
};

struct po { /* a .po text while it is read */
    struct arena *arena;
    struct language *language;
    const char *at;
    int line;
    void (*fault)(void *context, int line, const char *what);
    void *context;
    /* the entry so far */
    struct buf id, plural, forms[FORMS_MAX];
    struct buf *open; /* what a continued string is added to */
    bool has_plural, fuzzy;
    int began;
};

static void wrong(struct po *p, const char *what)
{
    p->fault(p->context, p->line, what);
}

/* ---- Entries ------------------------------------------------------------------------------------------------------ */

static size_t slot_of(const struct language *l, const char *english)
{
    return text_hash(english, strlen(english)) & (l->slot_count - 1);
}

static const struct entry *find(const struct language *l, const char *english)
{
    const struct entry *e = l && l->slots ? l->slots[slot_of(l, english)] : NULL;

    while (e && strcmp(e->english, english) != 0)
        e = e->next;
    return e;
}

/* The next thing a format inserts ("ld" of "%-5ld", without flags and width); *at stands behind it. 0 when there is none, else
 * its length and one, as a lone % at the end is something too. */
static size_t conversion(const char **at, const char **kind)
{
    const char *percent = strchr(*at, '%');

    if (!percent)
        return 0;
    *kind = percent + 1 + strspn(percent + 1, "0123456789.-+ #");
    *at = *kind + strspn(*kind, "hlzjtL");
    *at += **at != 0;
    return (size_t)(*at - *kind) + 1;
}

/* Both insert the same, in the same order: only then may one stand for the other before printf. */
static bool same_conversions(const char *a, const char *b)
{
    const char *x = NULL, *y = NULL;
    size_t n;

    do {
        n = conversion(&a, &x);
        if (conversion(&b, &y) != n || (n && memcmp(x, y, n - 1) != 0))
            return false;
    } while (n);
    return true;
}

static void read_header(struct po *p, const char *header)
{
    const char *plural = strstr(header, "plural="), *count = strstr(header, "nplurals=");
    unsigned long form;

    if (!plural || !count)
        return;
    p->language->form_count = strtoul(count + 9, NULL, 10);
    p->language->rule = arena_copy_n(p->arena, plural + 7, strcspn(plural + 7, "\n"));
    if (p->language->form_count < 1 || p->language->form_count > FORMS_MAX ||
        !plural_form(p->language->rule, 1, &form)) {
        wrong(p, "this plural rule cannot be read");
        p->language->rule = NULL;
    }
}

static void add_entry(struct po *p)
{
    struct entry *e = arena_new(p->arena, struct entry);
    const char *many = p->has_plural ? buf_text(&p->plural) : p->id.data;

    e->english = arena_copy(p->arena, p->id.data);
    for (int i = 0; i < FORMS_MAX; i++) {
        const char *form = buf_text(&p->forms[i]);
        if (!*form)
            continue;
        if (!same_conversions(form, many) && !same_conversions(form, e->english))
            p->fault(p->context, p->began,
                     "the translation inserts other things than its original, or in another order");
        else
            e->forms[i] = arena_copy(p->arena, form);
    }
    size_t slot = slot_of(p->language, e->english);
    e->next = p->language->slots[slot];
    p->language->slots[slot] = e;
}

static void end_entry(struct po *p)
{
    if (p->open && !p->id.len)
        read_header(p, buf_text(&p->forms[0]));
    else if (p->id.len && !p->fuzzy && *buf_text(&p->forms[0]))
        add_entry(p);
    p->id.len = p->plural.len = 0;
    for (int i = 0; i < FORMS_MAX; i++) {
        p->forms[i].len = 0;
        if (p->forms[i].data)
            p->forms[i].data[0] = 0;
    }
    p->open = NULL;
    p->has_plural = p->fuzzy = false;
}

/* ---- Lines --------------------------------------------------------------------------------------------------------- */

/* "..." at text, with \n \t \" \\ , added to the open part. */
static void take_string(struct po *p, const char *text)
{
    if (*text != '"' || !p->open) {
        wrong(p, "expected is a text in quotes");
        return;
    }
    for (text++; *text && *text != '"' && *text != '\n'; text++) {
        if (*text == '\\' && text[1]) {
            text++;
            buf_add_char(p->open, *text == 'n' ? '\n' : *text == 't' ? '\t' : *text);
        } else {
            buf_add_char(p->open, *text);
        }
    }
    if (*text != '"')
        wrong(p, "the quotes are not closed");
}

static const char *after(const char *line, const char *word)
{
    size_t n = strlen(word);

    if (strncmp(line, word, n) != 0)
        return NULL;
    line += n;
    return line + strspn(line, " \t");
}

static void take_form(struct po *p, const char *text)
{
    unsigned long form = strtoul(text, NULL, 10);

    text = strchr(text, ']');
    if (!text || form >= FORMS_MAX) {
        wrong(p, "expected is msgstr[0] to msgstr[5]");
        return;
    }
    p->open = &p->forms[form];
    take_string(p, text + 1 + strspn(text + 1, " \t"));
}

static void take_line(struct po *p, const char *line)
{
    const char *text;

    if (*line == '\n' || !*line) {
        end_entry(p);
    } else if (*line == '#') {
        p->fuzzy |= line[1] == ',' && strstr(line, "fuzzy") && strstr(line, "fuzzy") < line + strcspn(line, "\n");
    } else if ((text = after(line, "msgid_plural"))) {
        p->open = &p->plural;
        p->has_plural = true;
        take_string(p, text);
    } else if ((text = after(line, "msgid"))) {
        if (p->open && p->open != &p->id) {
            bool fuzzy = p->fuzzy;
            end_entry(p);
            p->fuzzy = fuzzy;
        }
        p->open = &p->id;
        p->began = p->line;
        take_string(p, text);
    } else if ((text = after(line, "msgstr["))) {
        take_form(p, text);
    } else if ((text = after(line, "msgstr"))) {
        p->open = &p->forms[0];
        take_string(p, text);
    } else if (*line == '"') {
        take_string(p, line);
    } else {
        wrong(p, "expected is msgid, msgstr, a comment or an empty line");
    }
}

static struct language *language_new(struct arena *a, const char *code, size_t entries)
{
    struct language *l = arena_new(a, struct language);

    l->arena = a;
    l->code = arena_copy(a, code);
    for (l->slot_count = 64; l->slot_count < entries; l->slot_count *= 2) {
    }
    l->slots = arena_array(a, struct entry *, l->slot_count);
    return l;
}

struct language *language_parse(struct arena *a, const char *code, const char *text,
                                void (*fault)(void *context, int line, const char *what), void *context)
{
    struct po p = {
        .arena = a, .language = language_new(a, code, strlen(text) / 64), .fault = fault, .context = context
    };

    p.id.arena = p.plural.arena = a;
    for (int i = 0; i < FORMS_MAX; i++)
        p.forms[i].arena = a;
    for (p.line = 1; *text; p.line++) {
        size_t n = strcspn(text, "\n");
        take_line(&p, text);
        text += n + (text[n] == '\n');
    }
    end_entry(&p);
    return p.language;
}

struct language *language_pseudo(struct arena *a)
{
    struct language *l = language_new(a, "qps", 256);

    l->pseudo = true;
    return l;
}

/* ---- Looking up ------------------------------------------------------------------------------------------------------ */

const char *language_code(const struct language *l)
{
    return l ? l->code : "en";
}

/* Made once for each text, as formats must live on. */
static const char *pseudo_text(const struct language *l, const char *english)
{
    const struct entry *known = find(l, english);

    if (known)
        return known->forms[0];
    if (!*english || strcmp(english, "%s") == 0)
        return english;
    struct entry *e = arena_new(l->arena, struct entry);
    e->english = arena_copy(l->arena, english);
    e->forms[0] = arena_printf(l->arena, "⟦%s⟧", english);
    e->next = l->slots[slot_of(l, english)];
    l->slots[slot_of(l, english)] = e;
    return e->forms[0];
}

const char *language_text(const struct language *l, const char *english)
{
    if (l && l->pseudo)
        return pseudo_text(l, english);
    const struct entry *e = find(l, english);
    return e && e->forms[0] ? e->forms[0] : english;
}

const char *language_plural(const struct language *l, const char *one, const char *many, long n)
{
    unsigned long form = n != 1, number = n < 0 ? (unsigned long)-n : (unsigned long)n;
    const struct entry *e = l && !l->pseudo ? find(l, one) : NULL;

    if (!e)
        return language_text(l && l->pseudo ? l : NULL, n == 1 ? one : many);
    if (l->rule && !plural_form(l->rule, number, &form))
        form = 0;
    if (form < FORMS_MAX && e->forms[form])
        return e->forms[form];
    return n == 1 ? one : many;
}
