/* Lines that begin with a slash: the terminal's own. */
#include "console.h"

#include <stdlib.h>
#include <string.h>

#include "learnd/date.h"
#include "learnd/text.h"

const struct zone *chat_zone(const struct chat *c)
{
    const char *name = c->org->settings.timezone;
    const struct zone *z = name ? zone_find(name) : NULL;
    return z ? z : zone_utc();
}

/* "3 days", "1 hour", "until 2026-12-01 09:00"; INT64_MIN if it is none. Days and weeks keep the wall time. */
static int64_t moment_after(const struct chat *c, const char *text, int64_t now_ms)
{
    const struct zone *z = chat_zone(c);
    if (text_starts(text, "until ")) {
        struct date d = date_parse(text + strlen("until "), day_of(z, now_ms / 1000));
        return d.verdict == DATE_OK || d.verdict == DATE_PAST
                   ? instant_on(z, d.day, d.minute < 0 ? 9 * 60 : d.minute) * 1000
                   : INT64_MIN;
    }
    char *end;
    long n = strtol(text, &end, 10);
    end += strspn(end, " ");
    size_t unit = strcspn(end, " ");
    struct local at = local_at(z, now_ms / 1000);
    int64_t day = day_of(z, now_ms / 1000);
    if (n < 0 || n > 1000 || end == text || end[unit + strspn(end + unit, " ")])
        return INT64_MIN;
    if (text_starts(end, "minute"))
        return now_ms + n * 60000;
    if (text_starts(end, "hour"))
        return now_ms + n * 3600000;
    if (text_starts(end, "day"))
        return instant_on(z, day + n, at.hour * 60 + at.minute) * 1000;
    if (text_starts(end, "week"))
        return instant_on(z, day + 7 * n, at.hour * 60 + at.minute) * 1000;
    return INT64_MIN;
}

static void after(struct chat *c, const char *argument)
{
    if (c->is_remote || !c->org->settings.example) {
        puts("Time can only be moved in an example organisation that no daemon serves.");
        return;
    }
    int64_t now_ms = local_now_ms(&c->local);
    int64_t target = moment_after(c, argument, now_ms);
    if (target < now_ms) {
        puts(target == INT64_MIN ? "Like this: /after 3 days, /after 1 hour, /after until 2026-12-01 09:00"
                                 : "Time does not go back.");
        return;
    }
    if (target > now_ms + INT64_C(1000) * DAY * 1000) {
        puts("At most 1000 days at a time.");
        return;
    }
    if (!local_pass(&c->local, target))
        puts("The database failed.");
    struct arena *a = arena_open();
    screen_note(&c->screen, "(it is %s)", moment_say(a, NULL, chat_zone(c), target / 1000, target / 1000));
    arena_close(a);
}

static void as(struct chat *c, const char *argument)
{
    if (*argument == '@')
        argument++;
    if (!*argument)
        printf("You are %s. To be someone else: /as HANDLE\n", c->who);
    else if (!c->org->settings.example)
        puts("Only in an example organisation can you be somebody else.");
    else
        chat_become(c, argument, true);
}

static void on(struct chat *c, const char *argument)
{
    static const char *const platforms[] = { "console", "slack", "matrix" };
    const struct settings *s = &c->org->settings;
    if (c->is_remote || !s->example || s->slack_app_token || s->slack_bot_token || s->matrix_homeserver) {
        puts("The terminal can only play Slack and Matrix in an example organisation that has neither.");
        return;
    }
    for (size_t i = 0; i < sizeof platforms / sizeof *platforms; i++)
        if (strcmp(platforms[i], argument) == 0) {
            c->platform = platforms[i];
            screen_note(&c->screen, "(as it is on %s)", argument);
            return;
        }
    puts("Like this: /on slack, /on matrix, /on console");
}

static void quit(struct chat *c, const char *argument)
{
    (void)argument;
    c->quit = true;
}

static void help(struct chat *c, const char *argument);

static const struct {
    const char *word, *arguments, *what;
    void (*run)(struct chat *c, const char *argument);
} commands[] = {
    { "/as", "HANDLE", "be someone else", as },
    { "/after", "3 days", "let time pass; also hours, weeks, until DATE", after },
    { "/on", "slack|matrix", "write as from there", on },
    { "/help", "", "this", help },
    { "/quit", "", "leave (or end the input)", quit },
};

static void help(struct chat *c, const char *argument)
{
    (void)c;
    (void)argument;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        printf("%-7s %-13s %s\n", commands[i].word, commands[i].arguments, commands[i].what);
    puts("All else goes to the bot: a question, a command (`help` lists them), or the\n"
         "number of a button.");
}

bool slash_take(struct chat *c, const char *line)
{
    size_t n = strcspn(line, " \t");
    const char *argument = line + n + strspn(line + n, " \t");
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strlen(commands[i].word) == n && strncmp(commands[i].word, line, n) == 0) {
            commands[i].run(c, argument);
            return true;
        }
    if (n == strlen("/learn") && strncmp(line, "/learn", n) == 0)
        return false;
    printf("%.*s is none of the terminal's own commands: /help lists them.\n", (int)n, line);
    return true;
}
