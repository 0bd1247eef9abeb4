/* Who did what to which thing: ids and verbs, no words. Rows are chained by hashes, so that none can be changed or
 * taken out unseen; the actor stands as a hash salted per person, so that deleting a person's salt makes the chain
 * whole and mute. */
#include "machine.h"

#include <openssl/evp.h>
#include <string.h>

#include "learnd/rare.h"

static const char *hash_of(struct arena *a, const char *text)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    struct buf out = { .arena = a };

    EVP_Digest(text, strlen(text), digest, &n, EVP_sha256(), NULL);
    for (unsigned i = 0; i < 16 && i < n; i++)
        buf_printf(&out, "%02x", digest[i]);
    return buf_text(&out);
}

const char *audit_actor(struct turn *t, int64_t who)
{
    const char *salt = who ? one_text(t, "SELECT salt FROM person WHERE id = ?1", I(who)) : NULL;

    return salt && *salt ? hash_of(t->arena, arena_printf(t->arena, "%s %ld", salt, (long)who)) : "";
}

void audit(struct turn *t, const char *verb, const char *kind, int64_t id)
{
    const char *actor = audit_actor(t, t->person);
    const char *before = one_text(t, "SELECT chain FROM audit ORDER BY id DESC LIMIT 1");
    const char *row =
        arena_printf(t->arena, "%s|%ld|%s|%s|%s|%ld", before ? before : "", (long)t->now, actor, verb, kind, (long)id);

    insert(t, "INSERT INTO audit(at, actor, verb, kind, object, chain) VALUES(?1, ?2, ?3, ?4, ?5, ?6)", I(t->now),
           T(actor), T(verb), T(kind), I(id), T(hash_of(t->arena, row)));
    undo_bar(t);
}
