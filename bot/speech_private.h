/* A message under construction, as the files of speech share it.
 * It lives in the turn's arena; speech.c fills it, speech_rows.c writes it. */
#ifndef LEARND_SPEECH_PRIVATE_H
#define LEARND_SPEECH_PRIVATE_H

#include "machine.h"

enum tells { TELLS_NAME, TELLS_DEEDS, TELLS_SHARED };

struct told {
    int64_t person;
    enum tells what;
    struct told *next;
};

struct message {
    struct turn *turn;
    struct told *about; /* whose words it tells of, as about() said */
    int64_t id, person; /* person 0: a room, or somebody the directory does not know */
    enum message_class class;
    const char *platform, *conversation, *thread, *room, *cause;
    const struct language *language; /* of the reader; NULL: English */
    struct nodes nodes;
    const char *why;
    const char *file_name, *file; /* what goes out with it; NULL: nothing */
    bool refused, is_new, ephemeral, withdrawn;
    struct message *next;
};

struct spoken { /* of the open turn */
    struct message *first, *last;
};

struct spoken *spoken_of(struct turn *t);
/* A message of ours as it was written, to be revised; NULL if there is none of that id, or it was taken back. */
struct message *message_load(struct turn *t, int64_t id);

#endif
