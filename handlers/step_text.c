/* A step as people read it, and which one a number means. */
#include "paths_private.h"

#include <string.h>

/* ---- A step ------------------------------------------------------------------------------------------------------ */

/* Of their own steps a card may have been taken from them meanwhile: it keeps the name it had. */
const char *step_title(struct turn *t, int64_t person, const struct step *s)
{
    int64_t card = step_card(t, person, s);
    const struct card *c = card && card_is_for(t, card, person) ? card_any(t, card) : NULL;
    const struct path *p = strcmp(s->kind, "path") == 0 ? path_any(t, s->ref) : NULL;

    return c ? c->title : p ? p->title : s->text;
}

static const char *format_say(struct turn *t, const char *format)
{
    if (!format || strcmp(format, "text") == 0)
        return phrase(t, "card");
    if (strcmp(format, "video") == 0)
        return phrase(t, "video");
    if (strcmp(format, "audio") == 0)
        return phrase(t, "audio");
    return strcmp(format, "link") == 0 ? phrase(t, "link") : phrase(t, "checklist");
}

const char *card_form_say(struct turn *t, const struct card *c)
{
    const char *format = format_say(t, c->format);

    return c->minutes ? phrase(t, "%s, %ld min", format, (long)c->minutes) : format;
}

static const char *kind_say(struct turn *t, const struct step *s)
{
    if (strcmp(s->kind, "link") == 0)
        return phrase(t, "link");
    if (strcmp(s->kind, "session") == 0)
        return phrase(t, "session");
    if (strcmp(s->kind, "practice") == 0)
        return phrase(t, "practice");
    if (strcmp(s->kind, "checkpoint") == 0)
        return phrase(t, "checkpoint");
    if (strcmp(s->kind, "event") == 0)
        return phrase(t, "event");
    if (strcmp(s->kind, "path") == 0)
        return phrase(t, "path");
    return card_form_say(t, card_any(t, step_card(t, t->person, s)));
}

/* The day it is meant for, moved to a working day; INT64_MIN: none. */
int64_t step_day(struct turn *t, int64_t person_id, const struct step *s)
{
    const struct enrolment *e = path_enrolment(t, person_id, s->path);
    const struct person *p = person(t, person_id);

    if (!e || !s->day)
        return INT64_MIN;
    int64_t first = e->origin == ORIGIN_JOURNEY && p->start_day != INT64_MIN ? p->start_day : day_of(p->zone, e->at);
    const struct hours *h = person_hours(t, person_id);
    int64_t day = first + s->day - 1;
    return work_day(h, day) ? day : work_days_add(h, day, 1);
}

void step_say(struct turn *t, struct message *m, const struct step *s, int number)
{
    int64_t done = step_done_at(t, t->person, s), day = step_day(t, t->person, s);

    line(m, "%d. %s (%s)", number, step_title(t, t->person, s), kind_say(t, s));
    if (done)
        say(m, " – done %s", say_day(t, day_of(person(t, t->person)->zone, done)));
    else if (step_is_skipped(t, t->person, s))
        say(m, " – skipped");
    else if (day != INT64_MIN)
        say(m, " – %s", say_day(t, day));
}

void step_buttons(struct turn *t, struct message *m, const struct step *s)
{
    int64_t card = step_card(t, t->person, s), other[1];

    button(m, "Start", "step start", s->id);
    if (card && card_check_count(t, card))
        button(m, "I know this", "step known", s->id);
    button(m, "I did this elsewhere", "step elsewhere", s->id);
    if (path_is_locked(path_enrolment(t, t->person, s->path)))
        return;
    button(m, "Skip", "step skip", s->id);
    if (card && cards_equivalent(t, card, other, 1))
        button(m, "Swap", "step swap", s->id);
}

/* ---- Which step a number means ----------------------------------------------------------------------------------- */

void step_list_clear(struct turn *t)
{
    change(t, "DELETE FROM step_list WHERE person = ?1", I(t->person));
}

void step_list_set(struct turn *t, int position, int64_t step)
{
    change(t,
           "INSERT INTO step_list(person, position, step) VALUES(?1, ?2, ?3) ON CONFLICT(person, position) DO UPDATE "
           "SET step = ?3",
           I(t->person), I(position), I(step));
}

int step_list_number(struct turn *t, int64_t step)
{
    return (int)one_int(t, "SELECT min(position) FROM step_list WHERE person = ?1 AND step = ?2 AND position > 0",
                        I(t->person), I(step));
}
