/* What `learnd check` says: every fault a line, or what the folder holds. */
#include <string.h>

#include "learnd/org.h"

#define PHRASINGS_ENOUGH 3 /* so many ways of asking make a card easy to find */

static void say_count(FILE *out, size_t n, const char *one, const char *many)
{
    fprintf(out, "%zu %s", n, n == 1 ? one : many);
}

static size_t active_count(const struct org *org)
{
    size_t n = 0;
    for (size_t i = 0; i < org->people_count; i++)
        n += org->people[i].active;
    return n;
}

static size_t expert_count(const struct org *org)
{
    size_t n = 0;
    for (size_t i = 0; i < org->people_count; i++)
        n += org->people[i].active && org->people[i].expertise_count > 0;
    return n;
}

static void say_cards(const struct org *org, FILE *out)
{
    size_t easy = 0, restricted = 0;
    for (size_t i = 0; i < org->card_count; i++) {
        easy += org->cards[i].aliases.count >= PHRASINGS_ENOUGH;
        restricted += org->cards[i].audience != NULL;
    }
    say_count(out, org->card_count, "card", "cards");
    fprintf(out, ": %zu with three phrasings or more, %zu for some people only\n", easy, restricted);
}

void org_check_say(const struct org *org, FILE *out)
{
    struct arena *a = arena_open();
    for (size_t i = 0; i < org->fault_count; i++)
        fprintf(out, "%s\n", org_fault_text(a, &org->faults[i]));
    arena_close(a);
    if (org->fault_count)
        return;
    fprintf(out, "%s is sound.\n", org->folder);
    say_count(out, org->people_count, "person", "people");
    fprintf(out, ": %zu active, %zu with expertise\n", active_count(org), expert_count(org));
    say_cards(org, out);
    say_count(out, org->path_count, "path", "paths");
    fprintf(out, ", ");
    say_count(out, org->rule_count, "nudge", "nudges");
    fprintf(out, ", ");
    say_count(out, org->requirement_count, "requirement\n", "requirements\n");
    say_count(out, org->topic_count, "topic", "topics");
    fprintf(out, ", ");
    say_count(out, org->absence_count, "absence", "absences");
    fprintf(out, ", ");
    say_count(out, org->sensitive_count, "sensitive subject", "sensitive subjects");
    fprintf(out, ", ");
    say_count(out, org->term_count, "term in the glossary\n", "terms in the glossary\n");
}
