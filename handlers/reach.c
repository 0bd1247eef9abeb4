/* Who would see a card: counted before it is published, over the people there are now. */
#include <stdlib.h>
#include <string.h>

#include "cards.h"

struct group {
    const char *name;
    int there, sees;
};

static int by_name(const void *a, const void *b)
{
    const struct group *x = a, *y = b;

    return strcmp(x->name, y->name);
}

static struct group *group_of(struct group *all, int *count, const char *name)
{
    for (int i = 0; i < *count; i++)
        if (strcmp(all[i].name, name) == 0)
            return &all[i];
    all[*count] = (struct group){ .name = name };
    return &all[(*count)++];
}

/* Once published. A draft of a team is its team's. */
static bool would_read(struct turn *t, const struct card *c, int64_t who)
{
    if (strcmp(c->state, "published") == 0)
        return card_may_read(t, c->id, who);
    return strcmp(c->class, "personal") == 0 ? owner_includes(t, c->owner, who)
                                             : person_in_audience(t, who, c->audience);
}

static void say_groups(struct turn *t, const struct card *c, const int64_t *people, int count)
{
    struct group *groups = arena_array(t->arena, struct group, (size_t)count + 1);
    int group_count = 0, sees = 0;

    for (int i = 0; i < count; i++) {
        const char *department = person(t, people[i])->department;
        struct group *g = group_of(groups, &group_count, department ? department : "");
        bool reads = would_read(t, c, people[i]);
        g->there++;
        g->sees += reads;
        sees += reads;
    }
    qsort(groups, (size_t)group_count, sizeof *groups, by_name);
    bool published = strcmp(c->state, "published") == 0;
    struct message *m =
        reply(t, published ? "*%s* is read by %d of %d people:" : "*%s* would be read by %d of %d people:", c->title,
              sees, count);
    for (int i = 0; i < group_count; i++)
        bullet(m, "%s: %d of %d", *groups[i].name ? groups[i].name : phrase(t, "no department"), groups[i].sees,
               groups[i].there);
    if (c->audience)
        small(m, "Its audience: %s", c->audience);
}

static void who_would_see(struct turn *t)
{
    const struct card *c = card_of_slug(t, arg(t, "id"));
    int count = 0;

    if (!c) {
        reply(t, "I know no card with the id *%s*. It stands as `id:` in the card's file.",
              text_cut(t->arena, arg(t, "id"), 60));
        return;
    }
    int64_t *people = people_with_role(t, ROLE_EVERYONE, 0, &count);
    say_groups(t, c, people, count);
}

static const struct command commands[] = {
    { "who would see {id:word}", who_would_see, .verb = "audience", .role = ROLE_STEWARD,
      .help = "how many people may read a card", .example = "who would see discount-limits",
      .seen_by = "Only you see it." },
    { 0 },
};

const struct handler handler_reach = { "reach", .group = "Curate", .commands = commands };
