/* `learnd chat`: who is at the terminal, and the lines they write. */
#include "console.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "learnd/control.h"
#include "learnd/text.h"

/* ---- Who --------------------------------------------------------------------------------------------------------- */

static bool is_handle(const char *text)
{
    size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789._-");
    return n && !text[n] && n < HANDLE_MAX && *text != '.' && *text != '_' && *text != '-';
}

static const struct org_person *find_person(const struct org *org, const char *handle)
{
    for (size_t i = 0; handle && i < org->people_count; i++)
        if (strcmp(org->people[i].handle, handle) == 0)
            return &org->people[i];
    return NULL;
}

static void say_unknown(const struct org *org, const char *handle)
{
    const char **names = calloc(org->people_count + 1, sizeof *names);
    if (!names)
        abort();
    for (size_t i = 0; i < org->people_count; i++)
        names[i] = org->people[i].handle;
    const char *nearest = text_nearest(handle, names);
    fflush(stdout);
    fprintf(stderr, "Nobody has the handle '%s'", handle);
    if (nearest)
        fprintf(stderr, " (did you mean '%s'?)", nearest);
    fputs(".\n", stderr);
    free(names);
}

bool chat_become(struct chat *c, const char *handle, bool unread_too)
{
    if (!is_handle(handle) || (!c->is_remote && !local_knows(&c->local, handle))) {
        say_unknown(c->org, handle);
        return false;
    }
    snprintf(c->who, sizeof c->who, "%s", handle);
    if (c->is_remote)
        return remote_become(&c->remote, c->who);
    local_become(&c->local, c->who, unread_too);
    return true;
}

/* Who runs it, if the organisation knows them; in an example, one of its employees. */
static const char *someone(const struct org *org)
{
    const struct org_person *me = find_person(org, getenv("USER"));
    if (me)
        return me->handle;
    if (!org->settings.example || org->people_count == 0)
        return NULL;
    const struct org_person *alice = find_person(org, "alice");
    return alice ? alice->handle : org->people[org->people_count - 1].handle;
}

/* A question that a card answers to everybody, in the words of somebody who would ask it. */
static const char *something_to_ask(const struct org *org)
{
    for (size_t i = 0; i < org->card_count; i++)
        if (!org->cards[i].audience && org->cards[i].aliases.count)
            return org->cards[i].aliases.item[0];
    return "help";
}

/* In an example at night nobody would answer: say how to get to where people are at work. Half an hour into the day, what
 * was asked before still waits with the first who was asked. */
static void tell_hours(struct chat *c)
{
    if (c->is_remote || !c->org->settings.example)
        return;
    struct hours office = { .zone = chat_zone(c), .weekdays = 0x1F, .from = 9 * 60, .to = 17 * 60 };
    int64_t now = local_now_ms(&c->local) / 1000;
    if (work_at(&office, now))
        return;
    struct arena *a = arena_open();
    const char *day = day_iso(a, day_of(office.zone, work_next(&office, now)));
    screen_note(&c->screen, "It is %s, so colleagues are not at work.", moment_say(a, NULL, office.zone, now, now));
    screen_note(&c->screen, "/after until %s 09:30 goes to where they are.", day);
    arena_close(a);
}

static void greet(struct chat *c)
{
    const struct org_person *me = find_person(c->org, c->who);
    if (!c->screen.terminal)
        return;
    printf("You are %s (%s)%s%s.\nTry: %s\n", me ? me->display_name : c->who, c->who,
           c->org->settings.organisation ? " at " : "",
           c->org->settings.organisation ? c->org->settings.organisation : "", something_to_ask(c->org));
    screen_note(&c->screen, "/help: be someone else, let time pass, leave.");
    tell_hours(c);
}

/* ---- Lines ------------------------------------------------------------------------------------------------------- */

static bool say(struct chat *c, const char *text)
{
    return c->is_remote ? remote_say(&c->remote, text) : local_say(&c->local, c->platform, text);
}

static bool take_line(struct chat *c, char *line)
{
    size_t n = strcspn(line, "\n");
    line[n] = '\0';
    for (char *at = line; (at = strchr(at, '\r'));)
        *at = ' ';
    if (!line[strspn(line, " \t")])
        return true;
    if (n > LINE_MAX_BYTES || !text_is_utf8(line, n)) {
        fflush(stdout);
        fputs(n > LINE_MAX_BYTES ? "That line is too long.\n" : "That line is no UTF-8 text.\n", stderr);
        return true;
    }
    if (*line == '/' && slash_take(c, line))
        return true;
    return say(c, line);
}

static void prompt(const struct chat *c)
{
    if (!c->screen.terminal)
        return;
    printf("\n%s> ", c->who);
    fflush(stdout);
}

/* Until a line is typed, what falls due or comes by itself is shown. */
static bool wait_for_line(struct chat *c)
{
    struct pollfd fds[2] = { { STDIN_FILENO, POLLIN, 0 }, { c->is_remote ? c->remote.fd : -1, POLLIN, 0 } };
    for (;;) {
        int written = c->screen.written;
        int ready = poll(fds, 2, c->is_remote ? -1 : local_timeout_ms(&c->local));
        if (ready < 0 && errno != EINTR)
            return false;
        if (ready > 0 && fds[0].revents)
            return true;
        bool good = c->is_remote ? !fds[1].revents || remote_listen(&c->remote) : local_run_due(&c->local);
        if (!good)
            return false;
        if (c->screen.written > written)
            prompt(c);
    }
}

static int converse(struct chat *c)
{
    char *line = NULL;
    size_t size = 0;
    bool good = true;
    setvbuf(stdin, NULL, c->screen.terminal ? _IONBF : _IOFBF, BUFSIZ); /* poll must see what is not read yet */
    while (good && !c->quit) {
        prompt(c);
        if (c->screen.terminal && !wait_for_line(c))
            good = false;
        else if (getline(&line, &size, stdin) < 0)
            break;
        else
            good = take_line(c, line);
    }
    if (c->screen.terminal && !c->quit)
        putchar('\n');
    free(line);
    fflush(stdout);
    if (!good)
        fputs(c->is_remote ? "learnd chat: the daemon went away\n" : "learnd chat: the database failed\n", stderr);
    return good ? 0 : 2;
}

static int run(struct chat *c, const struct console_options *o)
{
    const char *who = o->as ? o->as : someone(c->org);
    if (!who) {
        fputs("learnd chat: who are you? learnd chat --as HANDLE\n", stderr);
        return 1;
    }
    if (o->as && !is_handle(o->as)) {
        say_unknown(c->org, o->as);
        return 1;
    }
    if (!c->is_remote) {
        int status = local_open(&c->local, &c->screen, o);
        if (status)
            return status;
    }
    snprintf(c->who, sizeof c->who, "%s", who);
    greet(c);
    int status = chat_become(c, who, c->screen.terminal) ? converse(c) : 1;
    if (!c->is_remote)
        local_close(&c->local);
    return status;
}

int console_chat(const struct console_options *options)
{
    struct chat c = { .org = options->org, .platform = "console", .is_remote = control_served(options->database) };
    screen_init(&c.screen, isatty(STDIN_FILENO));
    remote_init(&c.remote, &c.screen, options->database);
    int status = run(&c, options);
    remote_finish(&c.remote);
    screen_finish(&c.screen);
    return status;
}
