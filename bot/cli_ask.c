/* `learnd ask`: questions on stdin, the cards of the folder that the asker may read. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "learnd/ask_json.h"
#include "learnd/text.h"
#include "sensitive.h"

#define CHOICES_MAX 3

/* The ids of the cards a person may read, one a line, as the core sees it in a database of its own. NULL: why not was
 * said. */
static const char *readable_ids(struct arena *a, const struct org *org, const char *as)
{
    char error[512];
    struct core_options options = { .database = ":memory:" };
    struct core *c = core_open(&options, org, error, sizeof error);
    int64_t now_ms = cli_now_ms();
    const char *ids = NULL;
    if (c && core_load(c, org, now_ms, error, sizeof error) == 0)
        ids = core_operate(c, a, "readable cards", as ? as : "", org, now_ms, error, sizeof error);
    if (!ids)
        cli_wrong("%s", error);
    core_close(c);
    return ids;
}

static bool is_line_of(const char *lines, const char *word)
{
    size_t n = strlen(word);
    for (const char *c = lines; (c = strstr(c, word)) != NULL; c += n)
        if ((c == lines || c[-1] == '\n') && (c[n] == '\n' || !c[n]))
            return true;
    return false;
}

static struct search_synonym *synonyms_of(struct arena *a, const struct org *org)
{
    struct search_synonym *all = arena_array(a, struct search_synonym, org->term_count + 1);
    for (size_t i = 0; i < org->term_count; i++) {
        const struct org_term *t = &org->terms[i];
        const char **same = arena_array(a, const char *, t->same.count + 1);
        for (size_t k = 0; k < t->same.count; k++)
            same[k] = t->same.item[k];
        all[i] = (struct search_synonym){ t->term, same };
    }
    return all;
}

static bool is_human(void *context, const char *question)
{
    struct arena *a = arena_open();
    bool found = sensitive_find(context, a, question);
    arena_close(a);
    return found;
}

static struct ask_json_bank bank_of(struct arena *a, const struct org *org, struct sensitive *sensitive,
                                    const char *ids)
{
    struct search_card *cards = arena_array(a, struct search_card, org->card_count + 1);
    const char **names = arena_array(a, const char *, org->card_count + 1);
    size_t n = 0;
    for (size_t i = 0; i < org->card_count; i++) {
        const struct org_card *c = &org->cards[i];
        if (!is_line_of(ids, c->id))
            continue;
        names[n] = c->id; /* a card's number is its place in the bank */
        cards[n] = (struct search_card){ .id = (int64_t)n,
                                         .title = c->title,
                                         .body = c->body,
                                         .phrasings = c->aliases.item,
                                         .phrasing_count = c->aliases.count };
        n++;
    }
    return (struct ask_json_bank){
        cards, names, n, synonyms_of(a, org), org->term_count, is_human, sensitive,
    };
}

/* What belongs to a human has no card, whatever there is; stderr says what the conversation would. */
static void answer(struct search *s, const struct ask_json_bank *bank, const char *question)
{
    struct arena *a = arena_open();
    struct search_result r = { .decision = SEARCH_ROUTE };
    const struct org_sensitive *human = sensitive_find(bank->context, a, question);
    if (!human)
        search_ask(s, a, question, NULL, NULL, &r);
    if (r.decision == SEARCH_ROUTE || !r.count)
        printf("route\t%.3f\t\t\n", r.confidence);
    else
        printf("%s\t%.3f\t%s\t%s\n", search_decision_name(r.decision), r.confidence, bank->ids[r.hits[0].card],
               bank->cards[r.hits[0].card].title);
    for (size_t i = 1; r.decision == SEARCH_CHOICES && i < r.count && i < CHOICES_MAX; i++)
        printf("\t%.3f\t%s\t%s\n", r.hits[i].score, bank->ids[r.hits[i].card], bank->cards[r.hits[i].card].title);
    if (human)
        fprintf(stderr, "%s\n", text_squeeze(a, human->text));
    fflush(stdout);
    arena_close(a);
}

static int answer_lines(const struct ask_json_bank *bank)
{
    struct search *s = search_open(bank->cards, bank->count, bank->synonyms, bank->synonym_count);
    char *line = NULL;
    size_t size = 0;
    int status = CLI_DONE;
    while (getline(&line, &size, stdin) > 0) {
        line[strcspn(line, "\r\n")] = '\0';
        if (!text_is_utf8(line, strlen(line))) {
            fputs("learnd ask: a question is no UTF-8 text\n", stderr);
            status = CLI_WRONG;
            *line = '\0';
        }
        answer(s, bank, line);
    }
    free(line);
    search_close(s);
    return status;
}

int cli_ask(int argc, char **argv)
{
    struct cli_option options[] = { { "--json", false, NULL }, { "--as", true, NULL } };
    int left = cli_options("ask", argc, argv, options, 2);
    if (left)
        return left < 0 ? CLI_WRONG : cli_usage("ask", "questions come on stdin");
    struct org *org = cli_organisation();
    if (!org)
        return CLI_WRONG;
    struct arena *a = arena_open();
    const char *ids = readable_ids(a, org, options[1].value);
    int status = CLI_WRONG;
    if (ids) {
        struct sensitive *sensitive = sensitive_open(org);
        struct ask_json_bank bank = bank_of(a, org, sensitive, ids);
        if (options[0].value)
            status = ask_json_run(stdin, stdout, &bank) == 0 ? CLI_DONE : CLI_CANNOT;
        else
            status = answer_lines(&bank);
        sensitive_close(sensitive);
    }
    arena_close(a);
    org_close(org);
    return status;
}
