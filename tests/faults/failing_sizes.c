/* What is far too large: messages of ten megabytes in each place where people may write, replies of 10,000 buttons and 100,000
 * lines, a directory of 100,001 people. People get a short, honest answer, nothing of that size is kept, and the next thing they
 * say is answered as always. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "learnd/log.h"
#include "world/talks.h"

enum { HUGE_BYTES = 10 << 20, BUTTONS = 10000, LINES = 100000, SHORT = 1200 };

static int passed, failed;

static void check(bool good, const char *what, const char *more)
{
    if (!good)
        printf("FAILED %s: %.300s\n", what, more);
    good ? passed++ : failed++;
}

static const char *repeat(struct arena *a, const char *piece, size_t bytes)
{
    struct buf b = { .arena = a };

    while (b.len < bytes)
        buf_add(&b, piece);
    return buf_text(&b);
}

/* ---- Messages ---------------------------------------------------------------------------------------------------- */

static void say(struct world *w, const char *who, const char *text)
{
    struct event e = world_event(w, EVENT_SAY, "console", who, text);

    world_add(w, &e);
    world_settle(w);
}

static void press(struct world *w, const char *who, const char *label)
{
    struct event e = world_event(w, EVENT_PRESS, "console", who, NULL);
    const struct copy *c = world_find_button(w, who, label, &e.value);

    e.target = c ? c->id : NULL;
    world_add(w, &e);
    world_settle(w);
}

static const char *value(struct world *w, const char *sql)
{
    char error[256];
    const char *text = core_value(w->core, w->arena, sql, error, sizeof error);

    return text ? text : error;
}

/* Somebody in that place says it: whoever then hears something hears something short, and all goes on. */
static void check_huge(struct world *w, const char *place, const char *who, const char *text)
{
    const struct copy *before = w->copies;

    say(w, who, text);
    world_pass(w, w->now_ms + 20000);
    check(!w->wrong && w->copies != before, place, w->wrong ? w->wrong : "no answer");
    for (const struct copy *c = w->copies; c != before; c = c->older)
        check(strlen(c->text) < SHORT, place, c->text);
    say(w, who, "cancel");
    say(w, who, "me");
    check(!w->wrong && !world_apologies(w) && strstr(w->copies->text, "Your hours"), place, w->copies->text);
}

static void begin_answer(struct world *w)
{
    say(w, "alice", "Is a phytosanitary certificate needed for dried lemon verbena?");
    press(w, "alice", "Ask, with my name");
    world_pass(w, w->now_ms + 20000);
    press(w, "priya", "Answer");
}

static void messages_hold(const struct org *org)
{
    struct world *w = world_open(org, "sizes", talk_begins_ms());
    const char *texts[] = { repeat(w->arena, "a", HUGE_BYTES), repeat(w->arena, "customs duty ", HUGE_BYTES),
                            repeat(w->arena, "Which tariff?\n", LINES * strlen("Which tariff?\n")),
                            repeat(w->arena, "\xf0\x9f\x8d\xb5", HUGE_BYTES),
                            repeat(w->arena, "*`\"\\<&", HUGE_BYTES) };

    check(world_start(w), "it starts", w->wrong ? w->wrong : "");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        check_huge(w, "as a question", "bob", texts[i]);
        say(w, "dana", "teach");
        check_huge(w, "as a title", "dana", texts[i]);
        say(w, "dana", "teach");
        say(w, "dana", "Quoting in Swiss francs");
        check_huge(w, "as a card", "dana", texts[i]);
        check_huge(w, "in a command", "chloe", arena_printf(w->arena, "prefs quiet %s", texts[i]));
    }
    begin_answer(w);
    check_huge(w, "as an answer", "priya", texts[1]);
    const char *most = value(w, "SELECT max(length(body)) FROM message");
    check(atoi(most) < 4 * SHORT, "the longest message", most);
    const char *pages = value(w, "PRAGMA page_count");
    check(atoi(pages) < 1000, "pages of the database", pages);
    world_close(w);
}

/* ---- Replies ----------------------------------------------------------------------------------------------------- */

static size_t count(const char *text, const char *part) /* strstr measures the whole text again and again under ASan */
{
    size_t n = 0, size = strlen(part);

    for (; *text; text++)
        n += *text == *part && strncmp(text, part, size) == 0;
    return n;
}

static void shows(const char *renderer, const char *text, const char *part, size_t n)
{
    char said[64];

    snprintf(said, sizeof said, "%zu of %zu", count(text, part), n);
    check(count(text, part) == n, renderer, said);
}

static void check_renderers(struct arena *a, const struct nodes *list, const char *part, size_t n)
{
    struct nodes again = { 0 };
    const char *json = nodes_to_json(a, list);

    shows("neutral", nodes_to_neutral(a, list), part, n);
    shows("terminal", nodes_to_terminal(a, list, true, 80), part, n);
    shows("Matrix, HTML", nodes_to_matrix_html(a, list), part, n);
    shows("Matrix, plain", nodes_to_matrix_plain(a, list), part, n);
    shows("JSON", json, part, n);
    check(nodes_from_json(a, json, &again) && strcmp(nodes_to_json(a, &again), json) == 0, "JSON and back", "differs");
}

static void replies_hold(void)
{
    struct arena *a = arena_open();
    struct nodes buttons = { 0 }, lines = { 0 }, markdown = { 0 };

    for (int i = 0; i < BUTTONS; i++)
        node_add(a, &buttons, NODE_BUTTON, "Approve", "1");
    check_renderers(a, &buttons, "Approve", BUTTONS);
    for (int i = 0; i < LINES; i++) {
        node_add(a, &lines, NODE_TEXT, "a line", NULL);
        node_add(a, &lines, NODE_BREAK, NULL, NULL);
    }
    check_renderers(a, &lines, "a line", LINES);
    nodes_add_markdown(a, &markdown, repeat(a, "- a line\n", LINES * strlen("- a line\n")));
    check_renderers(a, &markdown, "a line", LINES);
    arena_close(a);
}

/* ---- The directory ----------------------------------------------------------------------------------------------- */

static void directory_holds(const struct org *org)
{
    struct arena *a = arena_open();
    const char *path = arena_printf(a, "%s/people.csv", world_folder());
    FILE *f = fopen(path, "we");

    fputs("external_id,handle,email,display_name,title,role,department,division,location,country,manager,timezone,"
          "locale,work_days,work_from,work_to,calendar,start_date,grants,expertise,weekly_cap,languages\n",
          f);
    for (int i = 0; i <= LINES; i++)
        fprintf(
            f, "%d,h%d,h%d@example.org,N,T,r,D,V,L,GB,,Europe/London,en-GB,Mo-Fr,09:00,17:00,gb.ics,2026-11-02,,,,en\n",
            i, i, i);
    fclose(f);
    struct org *people = org_read_people(path, org);
    bool said = false;
    for (size_t i = 0; i < people->fault_count; i++)
        said |= strstr(org_fault_text(a, &people->faults[i]), "more than 100000 people") != NULL;
    check(said, "100,001 people", "are taken, or it is not said why not");
    org_close(people);
    unlink(path);
    arena_close(a);
}

int main(void)
{
    struct org *org = org_read_at("tests/scenarios/org", talk_begins_ms() / 1000 / DAY);

    setvbuf(stdout, NULL, _IOLBF, 0);
    log_level_set((enum log_level)(LOG_ERROR + 1));
    messages_hold(org);
    replies_hold();
    directory_holds(org);
    printf("%d passed, %d failed\n", passed, failed);
    org_close(org);
    return failed > 0;
}
