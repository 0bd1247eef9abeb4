/* Rights given in chat: a role, or a single verb, within an audience. To make somebody an admin takes two, and to make them
 * none any more as well: of two admins neither can be rid of the other, nor then name others alone. And `audit`: what
 * somebody did, as ids and verbs. */
#include <string.h>

#include "looks.h"

#define AUDIT_SHOWN 20

static const char *const roles[] = { "admin", "auditor", "curator" };

/* ---- What can be given -------------------------------------------------------------------------------------------- */

/* Verbs of those who look after others; what everybody has, or what comes with reports and topics, is nobody's to give. */
static bool can_be_given(const struct command *c)
{
    return c->verb && (c->role == ROLE_CURATOR || c->role == ROLE_STEWARD || c->role == ROLE_ADMIN ||
                       c->role == ROLE_AUDITOR || c->role == ROLE_OVERSEER);
}

static const char *right_named(const char *word)
{
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (text_same(roles[i], word))
            return roles[i];
    for (const struct handler *const *h = handlers_all(); *h; h++)
        for (const struct command *c = (*h)->commands; c && c->pattern; c++)
            if (can_be_given(c) && text_same(c->verb, word))
                return c->verb;
    return NULL;
}

static void say_rights(struct turn *t, const char *word)
{
    struct message *m =
        reply(t, "I know no right called *%s*. There are `curator`, `auditor` and `admin`, and the verbs ", word);
    const char *before = NULL;

    for (const struct handler *const *h = handlers_all(); *h; h++)
        for (const struct command *c = (*h)->commands; c && c->pattern; c++)
            if (can_be_given(c) && (!before || strcmp(before, c->verb) != 0)) {
                say(m, before ? ", `%s`" : "`%s`", c->verb);
                before = c->verb;
            }
    say(m, ".");
}

/* "*", or an audience that can be read; NULL: it cannot, and that was said. */
static const char *scope_named(struct turn *t, const char *text)
{
    int column;
    const char *what;

    if (strcmp(text, "*") == 0 || text_same(text, "everyone"))
        return "*";
    if (audience_parse(t->arena, text, &column, &what))
        return text;
    reply(
        t,
        "*%s* is no group of people I can read: %s (at character %d). Like this: `department = Sales`, or `*` for all.",
        text, what, column);
    return NULL;
}

static const char *scope_said(struct turn *t, const char *scope)
{
    return strcmp(scope, "*") == 0 ? phrase(t, "everybody") : scope;
}

/* ---- Giving ------------------------------------------------------------------------------------------------------- */

/* Nobody gives or takes what their own right does not reach; false: that was said. */
static bool reaches(struct turn *t, const char *scope)
{
    bool reaches = right_covers(t, "admin", scope) || right_covers(t, "allow", scope);

    if (!reaches)
        reply_beyond(t);
    return reaches;
}

/* What was given in chat; NULL: nothing. */
static const char *scope_given(struct turn *t, int64_t who, const char *right)
{
    return one_text(t, "SELECT scope FROM granted WHERE person = ?1 AND role = ?2 AND source = 'chat'", I(who),
                    T(right));
}

/* The id of the right; *told: the person could be told now. */
static int64_t give(struct turn *t, int64_t who, const char *right, const char *scope, bool *told)
{
    change(t, "DELETE FROM granted WHERE person = ?1 AND role = ?2 AND source = 'chat'", I(who), T(right));
    people_changed(t);
    int64_t id = insert(t, "INSERT INTO granted(person, role, scope, source) VALUES(?1, ?2, ?3, 'chat')", I(who),
                        T(right), T(scope));
    t->reader = who;
    struct message *m = tell(t, who, CLASS_TASK, "%s gave you the right `%s`, for %s.", person(t, t->person)->name,
                             right, scope_said(t, scope));

    t->reader = 0;
    small(m, "`help` shows what you can do with it.");
    audit(t, "allowed", "person", who);
    *told = !refused(m);
    return id;
}

/* Another admin who can agree, whom it is about only where there is no third; 0: there is none. */
static int64_t second_admin(struct turn *t, int64_t who)
{
    int count = 0;
    int64_t *all = people_with_role(t, ROLE_ADMIN, EVERYBODY, &count), second = 0;

    for (int i = 0; i < count; i++)
        if (all[i] != t->person && (!second || second == who))
            second = all[i];
    return second;
}

/* scope NULL: to be one no more. */
static void ask_second(struct turn *t, int64_t who, const char *scope, int64_t second)
{
    change(t, "DELETE FROM grant_request WHERE person = ?1", I(who));
    int64_t id = insert(t, "INSERT INTO grant_request(person, asker, second, scope, at) VALUES(?1, ?2, ?3, ?4, ?5)",
                        I(who), I(t->person), I(second), T(scope), I(t->now));
    t->reader = second;
    const char *asker = person(t, t->person)->name, *name = person(t, who)->name;
    struct message *m = scope ? tell(t, second, CLASS_TASK, "%s would make %s an admin, for %s. It takes two of you.",
                                     asker, name, scope_said(t, scope))
                              : tell(t, second, CLASS_TASK,
                                     "%s would take the right `admin` from %s. It takes two of you.", asker, name);

    t->reader = 0;
    button(m, "Agree", "allow agree", id);
    button(m, "No", "allow refuse", id);
    reply(t,
          scope ? "To make somebody an admin takes two. I asked %s."
                : "To take the right `admin` from somebody takes two. I asked %s.",
          person(t, second)->name);
}

static void allow(struct turn *t)
{
    int64_t who = arg_person(t, "who");
    const char *right = right_named(arg(t, "right"));

    if (!right) {
        say_rights(t, arg(t, "right"));
        return;
    }
    if (who == t->person) {
        reply(t, "Nobody gives rights to themselves. Another admin can.");
        return;
    }
    const char *scope = scope_named(t, arg(t, "scope")), *before = scope_given(t, who, right);
    before = before ? before : "";
    if (!scope || !reaches(t, scope) || (*before && !reaches(t, before)))
        return;
    bool is_admin = strcmp(right, "admin") == 0;
    int64_t second = is_admin ? second_admin(t, who) : 0;
    if (second) {
        ask_second(t, who, scope, second);
        return;
    }
    bool told;
    int64_t id = give(t, who, right, scope, &told);
    struct message *m = reply(t,
                              told ? "%s has the right `%s` for %s from now on, and knows it."
                                   : "%s has the right `%s` for %s from now on. I could not tell them now: please do.",
                              person(t, who)->name, right, scope_said(t, scope));
    if (is_admin) /* who takes it back are two */
        return;
    button_with(m, "Undo", "allow undo", id, before);
    undoable(t, "allow undo", id, before);
}

static void ask_scope(struct turn *t)
{
    const char *right = right_named(arg(t, "right")), *handle = person(t, arg_person(t, "who"))->handle;

    if (!right) {
        say_rights(t, arg(t, "right"));
        return;
    }
    const char *everybody = arena_printf(t->arena, "allow @%s %s *", handle, right);
    struct message *m =
        reply(t, "For whom? A group is written like this: `allow @%s %s department = Sales`. Or for everybody:", handle,
              right);
    choice(m, everybody, "say", 0, everybody);
}

static void disallow(struct turn *t, int64_t who, const char *right)
{
    change(t, "DELETE FROM granted WHERE person = ?1 AND role = ?2 AND source = 'chat'", I(who), T(right));
    people_changed(t);
    audit(t, "disallowed", "person", who);
}

/* Is it for another to agree, or for nobody? Then that was said. */
static bool admin_stays(struct turn *t, int64_t who)
{
    int64_t second = second_admin(t, who);

    if (who == t->person && !second)
        reply(t, "You are the only admin. Make somebody else one first.");
    else if (who != t->person && second)
        ask_second(t, who, NULL, second);
    return (who == t->person) != (second != 0);
}

static void take_away(struct turn *t)
{
    int64_t who = arg_person(t, "who");
    const char *right = right_named(arg(t, "right"));
    const char *name = person(t, who)->name;

    if (!right) {
        say_rights(t, arg(t, "right"));
        return;
    }
    const char *scope = scope_given(t, who, right);
    if (scope && (!reaches(t, scope) || (strcmp(right, "admin") == 0 && admin_stays(t, who))))
        return;
    if (scope)
        disallow(t, who, right);
    if (one_int(t, "SELECT count(*) FROM granted WHERE person = ?1 AND role = ?2", I(who), T(right)))
        reply(t, "%s has `%s` by the file people.csv (column grants): it is taken away there.", name, right);
    else if (scope)
        reply(t, "%s does not have the right `%s` any more.", name, right);
    else
        reply(t, "%s does not have the right `%s`.", name, right);
}

/* The right is again for whom it was before (t->argument), or gone. */
static void allow_undo(struct turn *t)
{
    int64_t who = one_int(t, "SELECT person FROM granted WHERE id = ?1 AND source = 'chat'", I(t->object));
    const char *scope = one_text(t, "SELECT scope FROM granted WHERE id = ?1", I(t->object));

    if (!who || !reaches(t, scope)) {
        settle(t, NULL);
        return;
    }
    if (*t->argument)
        change(t, "UPDATE granted SET scope = ?2 WHERE id = ?1", I(t->object), T(t->argument));
    else
        change(t, "DELETE FROM granted WHERE id = ?1", I(t->object));
    people_changed(t);
    audit(t, "disallowed", "person", who);
    settle(t, "Taken back.");
}

/* ---- The second admin --------------------------------------------------------------------------------------------- */

struct wish {
    int64_t person, asker;
    const char *scope; /* NULL: to be an admin no more */
};

/* What the pressed button asks of who speaks; false: it stands no more, or is not theirs. */
static bool take_wish(struct turn *t, struct wish *w)
{
    struct rows *r = query(t, "SELECT person, asker, scope FROM grant_request WHERE id = ?1 AND second = ?2",
                           I(t->object), I(t->person));
    bool there = row_next(r) && has_role(t, t->person, ROLE_ADMIN, EVERYBODY);

    if (there) {
        *w = (struct wish){ row_int(r, 0), row_int(r, 1), row_text(r, 2) };
        rows_close(r);
        change(t, "DELETE FROM grant_request WHERE id = ?1", I(t->object));
    } else {
        settle(t, "This stands no more.");
    }
    return there;
}

static void second_agrees(struct turn *t)
{
    struct wish w;
    bool told;

    if (!take_wish(t, &w))
        return;
    const char *name = person(t, w.person)->name, *second = person(t, t->person)->name;
    if (w.scope) {
        give(t, w.person, "admin", w.scope, &told);
        settle(t, "Agreed. %s is an admin from now on.", name);
        tell(t, w.asker, CLASS_OWED, "%s agreed: %s is an admin from now on.", second, name);
    } else {
        disallow(t, w.person, "admin");
        settle(t, "Agreed. %s is no admin any more.", name);
        tell(t, w.asker, CLASS_OWED, "%s agreed: %s is no admin any more.", second, name);
    }
}

static void second_refuses(struct turn *t)
{
    struct wish w;

    if (!take_wish(t, &w))
        return;
    const char *name = person(t, w.person)->name, *second = person(t, t->person)->name;
    settle(t, "Then not. %s knows.", person(t, w.asker)->name);
    if (w.scope)
        tell(t, w.asker, CLASS_OWED, "%s would rather not make %s an admin.", second, name);
    else
        tell(t, w.asker, CLASS_OWED, "%s does not agree: the right `admin` stays.", second);
}

/* ---- What somebody did --------------------------------------------------------------------------------------------- */

/* Numbers tell nobody who is meant; who is hidden has but one. */
static const char *audited(struct turn *t, const char *kind, int64_t id)
{
    bool named = (strcmp(kind, "person") == 0 || strcmp(kind, "expert") == 0) && !person_hidden(t, id);

    return named ? person(t, id)->name : arena_printf(t->arena, "%s %ld", kind, (long)id);
}

static void show_audit(struct turn *t)
{
    int64_t who = arg_person(t, "who");

    if (!may(t, "audit", who)) {
        reply_beyond(t);
        return;
    }
    const char *actor = audit_actor(t, who);
    int64_t count = one_int(t, "SELECT count(*) FROM audit WHERE actor = ?1", T(actor));
    struct rows *r = query(t, "SELECT at, verb, kind, object FROM audit WHERE actor = ?1 ORDER BY id DESC LIMIT ?2",
                           T(actor), I(AUDIT_SHOWN));

    if (!count) {
        reply(t, "%s changed nothing that others are affected by.", person(t, who)->name);
        return;
    }
    struct message *m = reply(t, "What %s did, newest first:", person(t, who)->name);
    while (row_next(r))
        bullet(m, "%s: %s, %s", say_moment(t, t->person, row_int(r, 0)), row_text(r, 1),
               audited(t, row_text(r, 2), row_int(r, 3)));
    if (count > AUDIT_SHOWN)
        line(m, "and %ld more.", (long)(count - AUDIT_SHOWN));
    small(m, "Names, verbs and numbers, no words. %s can see that you looked.", first_name(t, who));
    look_note(t, who, "the list of what you changed");
}

static const struct command commands[] = {
    { "allow {who:person} {right:word} off", take_away, .verb = "allow", .writes = true, .role = ROLE_ADMIN,
      .example = "allow @bob curator off" },
    { "allow {who:person} {right:word} {scope}", allow, .writes = true, .role = ROLE_ADMIN,
      .help = "give somebody a right", .example = "allow @bob curator department = Sales",
      .seen_by = "The person is told." },
    { "allow {who:person} {right:word}", ask_scope, .role = ROLE_ADMIN },
    { "audit {who:person}", show_audit, .verb = "audit", .role = ROLE_AUDITOR, .help = "what somebody changed",
      .example = "audit @nadia", .seen_by = "You see it, and they see that you looked." },
    { 0 },
};

static const struct action actions[] = {
    { "allow undo", allow_undo },
    { "allow agree", second_agrees },
    { "allow refuse", second_refuses },
    { 0 },
};

static const struct personal data[] = {
    { "grant_request", "person", DATA_DELETED, NULL, NULL },
    { "grant_request", "asker", DATA_DELETED, NULL, NULL },
    { "grant_request", "second", DATA_DELETED, NULL, NULL },
    { 0 },
};

const struct handler handler_allow = { "allow", .group = "Admin", .commands = commands, .actions = actions,
                                       .data = data };
