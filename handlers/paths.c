/* Paths: what the folder says, version by version, and who is on the way. */
#include "paths_private.h"

#include <string.h>

#include "nudges.h"

/* ---- Reading ----------------------------------------------------------------------------------------------------- */

static const struct path *path_from(struct turn *t, struct rows *r)
{
    if (!row_next(r))
        return NULL;
    struct path *p = arena_new(t->arena, struct path);
    *p = (struct path){ .id = row_int(r, 0),
                        .slug = row_text(r, 1),
                        .title = row_text(r, 2),
                        .owner = row_text(r, 3),
                        .class = row_text(r, 4),
                        .audience = row_text(r, 5),
                        .outcome = row_text(r, 6),
                        .version = row_int(r, 7),
                        .listed = row_int(r, 8),
                        .person = row_int(r, 9) };
    rows_close(r);
    return p;
}

const struct path *path_any(struct turn *t, int64_t id)
{
    return path_from(t,
                     query(t,
                           "SELECT id, slug, title, owner, class, audience, outcome, version, listed, person FROM path "
                           "WHERE id = ?1",
                           I(id)));
}

static const char *unreadable_step(struct turn *t, const struct path *p, int64_t who, int deep)
{
    int count;
    const struct step *s = path_steps(t, p->id, p->version, &count);

    for (int i = 0; i < count; i++) {
        if (strcmp(s[i].kind, "card") == 0 && !card_is_for(t, s[i].ref, who))
            return card_any(t, s[i].ref)->title;
        const struct path *inner = strcmp(s[i].kind, "path") == 0 && deep ? path_any(t, s[i].ref) : NULL;
        const char *title = inner ? unreadable_step(t, inner, who, deep - 1) : NULL;
        if (title)
            return title;
    }
    return NULL;
}

/* Who is on the way may go on, though the audience moved on (a journey of the first 90 days); who owns it keeps it for others. */
static bool is_for(struct turn *t, const struct path *p, int64_t who)
{
    return path_enrolment(t, who, p->id) ||
           (p->listed && (person_in_audience(t, who, p->audience) || owner_includes(t, p->owner, who)));
}

const char *path_unreadable(struct turn *t, int64_t id, int64_t who)
{
    const struct path *p = path_any(t, id);

    if (!p || !is_for(t, p, who))
        return p ? p->title : "";
    return p->person == who ? NULL : unreadable_step(t, p, who, PATH_DEEP);
}

bool path_may_read(struct turn *t, int64_t id, int64_t who)
{
    return !path_unreadable(t, id, who);
}

const struct path *path_named(struct turn *t, const char *name, int64_t who)
{
    struct rows *r =
        query(t, "SELECT id FROM path WHERE slug = lower(?1) OR lower(title) = lower(?1) ORDER BY id", T(name));

    while (row_next(r))
        if (path_may_read(t, row_int(r, 0), who))
            return path_any(t, row_int(r, 0));
    return NULL;
}

static bool is_title(struct turn *t, const char *text)
{
    return path_named(t, text, t->person);
}

/* ---- Who is on the way ------------------------------------------------------------------------------------------- */

const struct enrolment *path_enrolment(struct turn *t, int64_t person, int64_t path)
{
    struct rows *r = query(t, "SELECT id, version, at, origin, pass FROM enrolment WHERE person = ?1 AND path = ?2",
                           I(person), I(path));

    if (!row_next(r))
        return NULL;
    struct enrolment *e = arena_new(t->arena, struct enrolment);
    *e = (struct enrolment){ .id = row_int(r, 0),
                             .person = person,
                             .path = path,
                             .version = row_int(r, 1),
                             .at = row_int(r, 2),
                             .origin = (enum path_origin)row_int(r, 3),
                             .pass = (int)row_int(r, 4) };
    rows_close(r);
    return e;
}

int64_t *path_enrolments(struct turn *t, int64_t person, int *count)
{
    return ids_of(t, query(t, "SELECT path FROM enrolment WHERE person = ?1 ORDER BY id", I(person)), count);
}

bool path_enrolled(struct turn *t, int64_t person, int64_t path)
{
    return path_enrolment(t, person, path);
}

bool path_is_locked(const struct enrolment *e)
{
    return e && e->origin >= ORIGIN_ASSIGNED;
}

int64_t path_enrol(struct turn *t, int64_t person, int64_t path, enum path_origin origin)
{
    const struct enrolment *e = path_enrolment(t, person, path);

    if (e) {
        change(t, "UPDATE enrolment SET origin = ?2 WHERE id = ?1 AND origin < ?2", I(e->id), I(origin));
        return e->id;
    }
    int64_t id = insert(t,
                        "INSERT INTO enrolment(person, path, version, origin, at) "
                        "SELECT ?1, id, version, ?3, ?4 FROM path WHERE id = ?2",
                        I(person), I(path), I(origin), I(t->now));
    if (origin < ORIGIN_JOURNEY) /* they began it; whoever asks for one reminds of it */
        nudge_event(t, person, "enrolled", path);
    path_dues_set(t, person);
    return id;
}

void path_set_pass(struct turn *t, int64_t person, int64_t path, int pass)
{
    change(t, "UPDATE enrolment SET pass = ?3 WHERE person = ?1 AND path = ?2", I(person), I(path), I(pass));
}

void path_release(struct turn *t, int64_t person, int64_t path)
{
    change(t, "UPDATE enrolment SET origin = ?3, pass = 0 WHERE person = ?1 AND path = ?2 AND origin > ?3", I(person),
           I(path), I(ORIGIN_OWN));
}

/* ---- The folder -------------------------------------------------------------------------------------------------- */

static int64_t ref_of(struct turn *t, const struct org_step *s)
{
    const struct card *c = strcmp(s->kind, "card") == 0 ? card_of_slug(t, s->text) : NULL;

    if (c)
        return c->id;
    if (strcmp(s->kind, "path") == 0)
        return one_int(t, "SELECT id FROM path WHERE slug = ?1", T(s->text));
    return 0;
}

static bool names_step(const struct org_path *p, const char *kind, const char *text)
{
    for (size_t i = 0; i < p->step_count; i++)
        if (strcmp(p->steps[i].kind, kind) == 0 && strcmp(p->steps[i].text, text) == 0)
            return true;
    return false;
}

/* A text that stands where another of its kind stood that is gone: the same step in other words. 0: none. */
static int64_t reworded(struct turn *t, int64_t path, int64_t version, const struct org_path *p, size_t i)
{
    struct rows *r = query(t,
                           "SELECT s.id, s.text FROM path_item n JOIN path_step s ON s.id = n.step WHERE n.path = ?1 "
                           "AND n.version = ?2 AND n.position = ?3 AND n.block = ?4 AND s.kind = ?5 AND s.ref = 0",
                           I(path), I(version - 1), I(i + 1), I(p->steps[i].block), T(p->steps[i].kind));

    if (!row_next(r))
        return 0;
    int64_t id = names_step(p, p->steps[i].kind, row_text(r, 1)) ? 0 : row_int(r, 0);
    rows_close(r);
    return id;
}

static int64_t step_of(struct turn *t, int64_t path, int64_t version, const struct org_path *p, size_t i)
{
    const struct org_step *s = &p->steps[i];
    int64_t id = one_int(t, "SELECT id FROM path_step WHERE path = ?1 AND kind = ?2 AND text = ?3", I(path), T(s->kind),
                         T(s->text));

    if (id)
        return id;
    id = reworded(t, path, version, p, i);
    if (id) {
        change(t, "UPDATE path_step SET text = ?2 WHERE id = ?1", I(id), T(s->text));
        return id;
    }
    return insert(t, "INSERT INTO path_step(path, kind, text, ref) VALUES(?1, ?2, ?3, ?4)", I(path), T(s->kind),
                  T(s->text), I(ref_of(t, s)));
}

static void write_version(struct turn *t, int64_t path, const struct org_path *p)
{
    int64_t version = one_int(t, "SELECT version FROM path WHERE id = ?1", I(path));

    insert(t, "INSERT INTO path_version(path, version, at) VALUES(?1, ?2, ?3)", I(path), I(version), I(t->now));
    for (size_t i = 0; i < p->step_count; i++)
        insert(t,
               "INSERT INTO path_item(path, version, position, step, block, need, day) "
               "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
               I(path), I(version), I(i + 1), I(step_of(t, path, version, p, i)), I(p->steps[i].block),
               I(p->steps[i].need), I(p->steps[i].day));
}

/* True: it is new, or not as it was; its steps are to be written when all paths stand. */
static bool take_path(struct turn *t, const struct org_path *p)
{
    const char *hash = one_text(t, "SELECT hash FROM path WHERE slug = ?1 AND listed = 1", T(p->id));

    if (hash && strcmp(hash, p->hash) == 0)
        return false;
    insert(t,
           "INSERT INTO path(slug, title, owner, class, audience, outcome, hash, version) "
           "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, 1) ON CONFLICT(slug) DO UPDATE SET title = ?2, owner = ?3, class = ?4, "
           "audience = ?5, outcome = ?6, hash = ?7, listed = 1, version = path.version + 1",
           T(p->id), T(p->title), T(p->owner), T(p->class), T(p->audience), T(p->outcome), T(p->hash));
    return true;
}

static void retire_missing(struct turn *t)
{
    struct rows *r = query(t, "SELECT id, slug FROM path WHERE listed = 1 ORDER BY id");

    while (row_next(r)) {
        bool found = false;
        for (size_t i = 0; i < t->org->path_count && !found; i++)
            found = strcmp(t->org->paths[i].id, row_text(r, 1)) == 0;
        if (!found)
            change(t, "UPDATE path SET listed = 0 WHERE id = ?1", I(row_int(r, 0)));
    }
}

static void load(struct turn *t)
{
    bool *fresh = arena_array(t->arena, bool, t->org->path_count + 1);

    for (size_t i = 0; i < t->org->path_count; i++)
        fresh[i] = take_path(t, &t->org->paths[i]);
    for (size_t i = 0; i < t->org->path_count; i++)
        if (fresh[i])
            write_version(t, one_int(t, "SELECT id FROM path WHERE slug = ?1", T(t->org->paths[i].id)),
                          &t->org->paths[i]);
    retire_missing(t);
    journeys_join_all(t);
}

/* Nobody keeps them but the learning team. */
static int health(struct turn *t, struct message *m)
{
    int count, orphans = 0, people;
    int64_t *ids = ids_of(t, query(t, "SELECT id FROM path WHERE listed = 1 ORDER BY id"), &count);
    struct buf titles = { .arena = t->arena };

    for (int i = 0; i < count; i++) {
        const struct path *p = path_any(t, ids[i]);
        owner_people(t, p->owner, &people);
        if (!people)
            buf_printf(&titles, orphans++ ? ", %s (%s)" : "%s (%s)", p->title, p->owner);
    }
    if (orphans)
        bullet(m, "%s: %s", counted(m, orphans, "%ld path has an owner who left", "%ld paths have owners who left"),
               buf_text(&titles));
    return orphans > 0;
}

static const struct personal data[] = {
    { "enrolment", "person", DATA_DELETED,
      "SELECT p.title, e.at FROM enrolment e JOIN path p ON p.id = e.path WHERE e.person = ?1 ORDER BY e.id",
      "The paths you are on: you; those assigned to you, your manager and who asks for them." },
    { "step_list", "person", DATA_DELETED, NULL, NULL },
    { 0 },
};

const struct handler handler_paths = {
    "paths", .data = data, .load = load, .health = health, .title = is_title,
};
