/* Cards as other capabilities see them; the tables are those of handlers/cards.c alone.
 * A card one may not read is as if it were not there. Structs live in the turn's arena. */
#ifndef LEARND_CARDS_H
#define LEARND_CARDS_H

#include "learnd/rare.h"

struct card {
    int64_t id;
    const char *slug, *title, *owner; /* owner: HANDLE or team:HANDLE */
    const char *class;                /* core | team | personal */
    const char *state;                /* draft | review | returned | published | obsolete */
    const char *audience;             /* NULL: everybody */
    const char *body, *more, *url;    /* Markdown; more and url may be NULL */
    const char *verified;             /* day; NULL: never */
    bool stale, reviewed;             /* past its verify_every; approved by somebody else than its author */
    const char *format;               /* text | video | audio | checklist | link; NULL: not said */
    int64_t minutes;                  /* 0: not said */
    int64_t author;                   /* of a card born in chat; 0: from the folder */
};

/* The published card if who speaks may read it; NULL: as if there were none. */
const struct card *card_readable(struct turn *t, int64_t id);
/* Any state, no rights: for its author, its reviewers, and the machine's own turns. NULL: none. */
const struct card *card_any(struct turn *t, int64_t id);
bool card_may_read(struct turn *t, int64_t id, int64_t who); /* the same for anybody */
/* By id or title as the person wrote it; only what they may read. NULL: none. */
const struct card *card_named(struct turn *t, const char *name);

bool card_is_for(struct turn *t, int64_t id, int64_t who); /* its audience alone: past expiry and retirement, too */

int64_t card_step_count(struct turn *t, int64_t id);                 /* 0: no walk-through */
const char *card_step(struct turn *t, int64_t id, int64_t position); /* from 1; NULL: there is none */

/* How a wording came to a card. */
enum wording_source { WORDING_FOLDER, WORDING_AUTHOR, WORDING_QUESTION };
enum wording_source card_wording_source(struct turn *t, int64_t id, const char *text);
bool card_has_wording(struct turn *t, int64_t id, const char *text); /* as its title or a phrasing */
const char *card_example_question(struct turn *t, int64_t id);       /* of the folder; NULL: none */
const struct card *card_of_slug(struct turn *t, const char *slug);   /* any state, no rights. NULL: none */
int64_t *cards_core(struct turn *t, int *count);                     /* published, of class core, by id */

/* ---- cards_learn.c: cards as things to learn ---------------------------------------------------------------------- */
struct card_check {             /* one check question */
    int64_t card, position;     /* from 1 */
    const char *question, *why; /* why: of the right answer; NULL: nothing said */
    const char *options[10];
    int option_count, key; /* key: 1 is the first option */
};
int64_t card_check_count(struct turn *t, int64_t id);                              /* 0: it has no check */
const struct card_check *card_check(struct turn *t, int64_t id, int64_t position); /* NULL: none */
/* When the newest version that asks for it to be done anew (reassign: yes) came, as of an instant; 0: none did. The first
 * version asks nobody anew. */
int64_t card_reopened_at(struct turn *t, int64_t id, int64_t until);
int64_t card_version_at(struct turn *t, int64_t id, int64_t at); /* of its text; 1 before the first */
/* What teaches the same in another way, as their files say or as same skill and level do; readable to who speaks; at
 * most max, those named in files first. How many. */
int cards_equivalent(struct turn *t, int64_t id, int64_t *cards, int max);

/* A draft born in chat: class team, owned by the author (or the author's team). Not found by anybody until published. */
int64_t card_draft(struct turn *t, const char *title, const char *body, int64_t author);
void card_rewrite(struct turn *t, int64_t id, const char *title, const char *body); /* a new version of a draft */
/* state becomes review / returned / published / obsolete; published: by is the reviewer (0: unreviewed, the author's team alone reads
 * it); the index is made anew; audit row. */
void card_submit(struct turn *t, int64_t id);
void card_return(struct turn *t, int64_t id);
void card_publish(struct turn *t, int64_t id, int64_t by);
void card_retire(struct turn *t, int64_t id);
void card_discard(struct turn *t, int64_t id); /* a draft or returned card goes for good */
void card_verify(struct turn *t, int64_t id);  /* somebody made sure today that it is true */
/* A confirmed wording becomes a phrasing; person: whose words they are (deleted with them), 0: nobody's. */
void card_add_phrasing(struct turn *t, int64_t id, const char *text, int64_t person);

/* .forget: drafts of theirs go, published cards stay without the name. */
void cards_forget(struct turn *t, int64_t person);

#endif
