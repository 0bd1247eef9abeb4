/* `learnd check`: every error of the organisation folder at once; and where people said otherwise in chat, which wins. */
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "learnd/store.h"

/* Each gives lines: who or what, and what was said in chat. */
static const struct {
    const char *file, *sql;
} sayings[] = {
    { "people.csv", "SELECT p.handle || ': timezone is ' || v.value FROM preference v JOIN person p ON p.id = v.person "
                    "WHERE v.name = 'timezone' ORDER BY p.handle" },
    { "people.csv",
      "SELECT p.handle || ': weekly_cap is ' || v.value FROM preference v JOIN person p ON p.id = v.person "
      "WHERE v.name = 'cap' ORDER BY p.handle" },
    { "people.csv", "SELECT p.handle || ': expertise is ' || s.topic || ':' || s.level FROM skill s JOIN person p "
                    "ON p.id = s.person WHERE s.source = 'chat' ORDER BY p.handle, s.topic" },
    { "people.csv", "SELECT p.handle || ': grants has ' || g.role || ' for ' || g.scope FROM granted g JOIN person p "
                    "ON p.id = g.person WHERE g.source = 'chat' ORDER BY p.handle, g.role, g.scope" },
    { "absences.csv", "SELECT p.handle || ': away, or back, by their own word' FROM absence a JOIN person p "
                      "ON p.id = a.person WHERE a.source <> 'file' GROUP BY p.handle ORDER BY p.handle" },
    { "rules", "SELECT slug || ': ' || CASE WHEN enabled = 1 THEN 'on' ELSE 'off' END FROM nudge_rule "
               "WHERE file <> '' AND said_enabled = 1 ORDER BY slug" },
    { "rules",
      "SELECT slug || ': its time of day' FROM nudge_rule WHERE file <> '' AND said_window = 1 ORDER BY slug" },
    { "cards", "SELECT slug || ': obsolete' FROM card WHERE file IS NOT NULL AND state = 'obsolete' ORDER BY slug" },
};

struct look {
    struct store *store;
    struct arena *arena;
};

static void say_sayings(void *context)
{
    struct look *l = context;
    for (size_t i = 0; i < sizeof sayings / sizeof *sayings; i++) {
        struct rows *r = store_query(l->store, l->arena, sayings[i].sql, NULL, 0);
        while (row_next(r))
            printf("%s: %s: said in chat, so that holds and not the file\n", sayings[i].file, row_text(r, 0));
    }
}

/* A database of another version may lack a table: then there is nothing to say. */
static void say_what_chat_changed(const struct org *org)
{
    char error[256];
    const char *database = cli_database(org);
    struct store *s = access(database, F_OK) == 0 ? store_open_read_only(database, error, sizeof error) : NULL;
    if (!s)
        return;
    struct look l = { s, arena_open() };
    store_protect(s, say_sayings, &l);
    store_close(s);
    arena_close(l.arena);
}

static void say_warnings(const struct org *org)
{
    struct arena *a = arena_open();
    for (size_t i = 0; i < org->warning_count; i++)
        printf("%s (a warning)\n", org_fault_text(a, &org->warnings[i]));
    arena_close(a);
}

static void say_strength(const struct org *org)
{
    size_t strong = 0;
    for (size_t i = 0; i < org->card_count; i++)
        strong += org->cards[i].aliases.count >= 3;
    printf("%s: no faults. %zu people, %zu cards (%zu with three phrasings or more), %zu path%s, %zu nudge%s, "
           "%zu requirement%s\n",
           org->folder, org->people_count, org->card_count, strong, org->path_count, org->path_count == 1 ? "" : "s",
           org->rule_count, org->rule_count == 1 ? "" : "s", org->requirement_count,
           org->requirement_count == 1 ? "" : "s");
}

int cli_check(int argc, char **argv)
{
    int left = cli_options("check", argc, argv, NULL, 0);
    if (left)
        return left < 0 ? CLI_WRONG : cli_usage("check", "it takes no arguments");
    struct org *org = org_read(cli_folder());
    org_environment(org);
    cli_say_faults(org, stdout);
    int status = org->fault_count ? CLI_WRONG : CLI_DONE;
    if (status == CLI_DONE) {
        say_warnings(org);
        say_what_chat_changed(org);
        say_strength(org);
    }
    org_close(org);
    return status;
}
