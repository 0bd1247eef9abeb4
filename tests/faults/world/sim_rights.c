/* Who may read what, said a second time and by other means: the five restricted cards by name, everything else by the
 * words that only one person wrote. */
#include <stdlib.h>
#include <string.h>

#include "sim.h"

struct restricted {
    const char *title, *words; /* words: of its body */
    const char *readers;       /* who may, and who looks after it */
};

/* Of tests/scenarios/org, worked out by hand. */
static const struct restricted restricted[] = {
    { "Discounts: what you may give", "partner price", " dana alice bob chloe " },
    { "Opening a new position", "headcount", " grace dana tomas nadia " },
    { "Meal vouchers in Lyon", "voucher card", " tomas omar lena chloe " },
    { "Refunding a customer", "goodwill", " dana alice bob chloe sam ravi " },
    { "Updating the people directory of this bot", "people.csv", " nadia " },
};

static const char *known_handle(const struct sim *s, int64_t person)
{
    for (int i = 0; i < ACTORS; i++)
        if (s->actors[i].id == person)
            return s->actors[i].handle;
    return NULL;
}

/* Who had everything deleted and writes again is somebody new, of the same name. */
static const char *handle_of(struct sim *s, int64_t person)
{
    const char *known = known_handle(s, person);

    for (int i = 0; !known && i < ACTORS; i++) {
        int64_t id = sim_int(s, "SELECT id FROM person WHERE ?1 = 0 AND handle = ?2", 0, s->actors[i].handle);
        s->actors[i].id = id ? id : s->actors[i].id;
    }
    return known ? known : known_handle(s, person);
}

static bool stands_in(const char *readers, const char *handle)
{
    const char *at = strstr(readers, handle);

    return at && at[-1] == ' ' && at[strlen(handle)] == ' ';
}

static void check_restricted(struct world *w, const char *handle, const char *text)
{
    for (size_t i = 0; i < sizeof restricted / sizeof *restricted; i++)
        if (strstr(text, restricted[i].title) && (!handle || !stands_in(restricted[i].readers, handle)))
            world_complain(w, "%s was shown the card \"%s\":\n%s", handle ? handle : "a room", restricted[i].title,
                           text);
}

void sim_check_shown(struct world *w, const struct copy *c, const char *text)
{
    struct sim *s = w->context;
    const char *user = c->user ? c->user : *c->conversation == '@' ? c->conversation + 1 : NULL;

    check_restricted(w, user, text);
    if (c->person && (!user || !handle_of(s, c->person) || strcmp(handle_of(s, c->person), user) != 0))
        world_complain(w, "what is for %s was shown in %s", handle_of(s, c->person), c->conversation);
    for (const struct copy *k = w->copies; k && c->revisions <= 1; k = k->older) {
        if (k == c || k->deleted || strcmp(k->platform, c->platform) != 0)
            continue;
        if (strcmp(k->key, c->key) == 0 && *c->key)
            world_complain(w, "row %lld was shown twice with one key", (long long)c->row);
        /* What may have been lost in a room is said again in the direct conversation, late or not. */
        if (k->message && k->message == c->message && (k->user != NULL) == (c->user != NULL))
            world_complain(w, "message %lld was shown twice: %s and %s\n%s", (long long)c->message, k->id, c->id, text);
    }
}

/* ---- Words that only one person wrote ---------------------------------------------------------------------------- */

/* ?1: the person, ?2: a pattern of the word. */
static const char may_read[] =
    "SELECT EXISTS(SELECT 1 FROM question q JOIN offer o ON o.question = q.id WHERE q.words LIKE ?2 AND o.expert = ?1)"
    " OR EXISTS(SELECT 1 FROM answer a JOIN question q ON q.id = a.question WHERE a.words LIKE ?2 AND q.asker = ?1)"
    " OR EXISTS(SELECT 1 FROM card c LEFT JOIN card_phrasing f ON f.card = c.id WHERE (c.title LIKE ?2 OR c.body LIKE"
    " ?2 OR f.text LIKE ?2) AND (c.author = ?1 OR c.state = 'published' AND (c.team IS NULL OR EXISTS(SELECT 1 FROM"
    " employment e JOIN person m ON m.id = e.manager WHERE e.person = ?1 AND e.valid_until IS NULL AND c.team = 'team:'"
    " || m.handle) OR EXISTS(SELECT 1 FROM person m WHERE m.id = ?1 AND (c.team = 'team:' || m.handle OR c.team ="
    " m.handle)))))"
    " OR EXISTS(SELECT 1 FROM card c LEFT JOIN card_phrasing f ON f.card = c.id JOIN review r ON r.card = c.id WHERE"
    " (c.title LIKE ?2 OR c.body LIKE ?2 OR f.text LIKE ?2) AND r.reviewer = ?1)"
    " OR EXISTS(SELECT 1 FROM review r JOIN card c ON c.id = r.card WHERE r.note LIKE ?2 AND c.author = ?1)"
    " OR EXISTS(SELECT 1 FROM question q JOIN audit u ON u.object = q.id AND u.kind = 'question' AND u.verb ="
    " 'unanswered' JOIN granted g ON g.person = ?1 AND g.role IN ('admin', 'curator') WHERE q.words LIKE ?2)"
    " OR EXISTS(SELECT 1 FROM card c JOIN granted g ON g.person = ?1 AND g.role IN ('admin', 'curator') WHERE"
    " (c.state = 'review' OR EXISTS(SELECT 1 FROM review r WHERE r.card = c.id AND r.state IN ('open', 'moved'))) AND"
    " (c.title LIKE ?2 OR c.body LIKE ?2))";

static const char everybody_may_read[] =
    "SELECT ?1 = 0 AND EXISTS(SELECT 1 FROM card c LEFT JOIN card_phrasing f ON f.card = c.id WHERE (c.title LIKE ?2 OR"
    " c.body LIKE ?2 OR f.text LIKE ?2) AND c.state = 'published' AND c.team IS NULL AND c.audience IS NULL)";

static int author_of(const struct sim *s, const char *word, size_t n)
{
    for (int i = 0; i < s->said_count; i++) {
        const char *text = s->said[i].event.text;
        for (const char *at = text ? strstr(text, "zq") : NULL; at; at = strstr(at + 1, "zq"))
            if (strncmp(at, word, n) == 0)
                return s->said[i].actor;
    }
    return -1;
}

static bool is_word(const char *at)
{
    return strspn(at + 2, "0123456789") == 5 && at[7] == 'z';
}

/* A question whose asker is hidden is shown to others without their name. */
static void check_hidden(struct sim *s, int64_t message, int author, const char *pattern, const char *text)
{
    const char *name = s->actors[author].first;

    if (!name || !strstr(text, name))
        return;
    if (sim_int(
            s,
            "SELECT count(*) FROM question q JOIN offer o ON o.question = q.id WHERE q.words LIKE ?2 AND q.named = 0 "
            "AND o.message = ?1",
            message, pattern))
        world_complain(s->w, "message %lld names %s, who asked with the name hidden:\n%s", (long long)message, name,
                       text);
}

/* What a person has been shown stays there when it is edited, whatever became of the words since. */
static bool was_right(const struct sim *s, int64_t message, const char *word)
{
    for (size_t i = s->right_count; i-- > 0;)
        if (s->rights[i].message == message && s->rights[i].word == atoi(word + 2))
            return true;
    return false;
}

static void remember_right(struct sim *s, int64_t message, const char *word)
{
    if (s->right_count == s->right_max) {
        s->right_max = s->right_max ? 2 * s->right_max : 1024;
        s->rights = realloc(s->rights, s->right_max * sizeof *s->rights);
        if (!s->rights)
            abort();
    }
    s->rights[s->right_count++] = (struct right){ message, atoi(word + 2) };
}

void sim_check_words(struct sim *s, int64_t message, int64_t person, const char *room, const char *text)
{
    char pattern[16];

    for (const char *at = strstr(text, "zq"); at && !s->w->wrong; at = strstr(at + 2, "zq")) {
        if (!is_word(at))
            continue;
        int author = author_of(s, at, 8);
        snprintf(pattern, sizeof pattern, "%%%.8s%%", at);
        if (author < 0 || (person && s->actors[author].id == person))
            continue;
        if (!person && sim_int(s, everybody_may_read, 0, pattern))
            continue; /* shared in a room */
        if (!person)
            world_complain(s->w, "message %lld shows the words of %s in %s:\n%s", (long long)message,
                           s->actors[author].handle, room ? room : "?", text);
        else if (!sim_int(s, may_read, person, pattern) && !was_right(s, message, at))
            world_complain(s->w, "message %lld shows words of %s to %s:\n%s", (long long)message,
                           s->actors[author].handle, handle_of(s, person), text);
        else
            remember_right(s, message, at);
        check_hidden(s, message, author, pattern, text);
    }
}
