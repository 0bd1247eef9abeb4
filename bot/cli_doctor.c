/* `learnd doctor`: looks at the folder, the settings and the database, changes nothing, and says what to do. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "cli.h"
#include "learnd/control.h"
#include "learnd/date.h"
#include "learnd/matrix.h"
#include "learnd/schema.h"
#include "learnd/store.h"

struct doctor {
    struct arena *arena;
    const struct org *org;
    struct store *store;
    int wrong;
};

static void __attribute__((format(printf, 1, 2))) good(const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    fputs("ok     ", stdout);
    vprintf(format, ap);
    putchar('\n');
    va_end(ap);
}

/* Nothing is broken, but somebody may wonder. */
static void __attribute__((format(printf, 1, 2))) hint(const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    fputs("note   ", stdout);
    vprintf(format, ap);
    putchar('\n');
    va_end(ap);
}

static void __attribute__((format(printf, 2, 3))) wrong(struct doctor *d, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    fputs("WRONG  ", stdout);
    vprintf(format, ap);
    putchar('\n');
    va_end(ap);
    d->wrong++;
}

/* ---- The folder -------------------------------------------------------------------------------------------------- */

static void look_at_folder(struct doctor *d)
{
    const struct org *org = d->org;
    if (org->fault_count) {
        wrong(d, "%s has %zu faults: learnd check lists them", org->folder, org->fault_count);
        return;
    }
    good("%s: %zu people, %zu cards", org->folder, org->people_count, org->card_count);
    size_t experts = 0;
    for (size_t i = 0; i < org->people_count; i++)
        experts += org->people[i].expertise_count > 0;
    if (!experts)
        hint("nobody has expertise in people.csv: questions without a card go to the learning queue at once");
    if (!org->settings.learning_queue)
        hint("learning_queue is not set: questions that find no expert stay in `unanswered`");
    if (!org->settings.live)
        hint("live is not set: nobody is written to unasked");
    if (!org->card_count)
        hint("there are no cards: every question goes to a person");
}

static void look_at_matrix(struct doctor *d, const struct settings *s)
{
    const char *user = NULL;
    const char *fault =
        matrix_try(d->arena,
                   &(struct matrix_options){ .homeserver = s->matrix_homeserver,
                                             .user = s->matrix_user,
                                             .password = s->matrix_password,
                                             .access_token = s->matrix_access_token,
                                             .device_id = s->matrix_device_id,
                                             .session = arena_printf(d->arena, "%s.matrix", cli_database(d->org)) },
                   &(struct http_options){ .proxy = s->proxy, .ca_file = s->ca_file }, &user);
    if (fault)
        wrong(d, "Matrix: %s", fault);
    else
        good("Matrix: %s lets us in as %s", s->matrix_homeserver, user);
}

static void look_at_transports(struct doctor *d, const struct settings *s)
{
    if (s->matrix_homeserver)
        look_at_matrix(d, s);
    if (s->slack_app_token)
        hint("Slack is set, but is not built yet: nobody is reached there");
    if (!s->matrix_homeserver && !s->slack_app_token)
        hint("neither Slack nor Matrix is set: people reach the bot by learnd chat only");
    good("time zones: tzdata %s", zone_version());
}

/* ---- The database ------------------------------------------------------------------------------------------------ */

static int64_t number(struct doctor *d, const char *sql)
{
    char error[256];
    const char *text = store_value(d->store, d->arena, sql, error, sizeof error);
    return text ? strtoll(text, NULL, 10) : 0;
}

static void look_at_file(struct doctor *d, const char *path)
{
    struct stat file;
    struct statvfs disk;
    if (stat(path, &file) == 0 && (file.st_mode & 077))
        wrong(d, "others than its owner may read %s: chmod 600 %s", path, path);
    if (statvfs(path, &disk) == 0) {
        uint64_t free_mb = (uint64_t)disk.f_bavail * disk.f_frsize >> 20;
        if (free_mb < 100)
            wrong(d, "only %" PRIu64 " MB are free where %s stands", free_mb, path);
    }
}

static void look_at_schema(struct doctor *d, const char *path)
{
    int64_t known = schema_file_count ? schema_files[schema_file_count - 1].number : 0;
    int64_t newest = number(d, "SELECT max(number) FROM schema_version");
    const char *damage = store_damage(d->store, d->arena, false);
    if (damage)
        wrong(d, "%s is damaged (%s): learnd restore a backup", path, damage);
    else if (newest > known)
        wrong(d, "%s belongs to a newer learnd (schema %" PRId64 ", this one knows %" PRId64 "): upgrade learnd", path,
              newest, known);
    else if (newest < known)
        hint("%s has schema %" PRId64 "; the next start brings it to %" PRId64, path, newest, known);
    else
        good("%s: schema %" PRId64, path, newest);
}

static void look_at_work(struct doctor *d)
{
    int64_t now_ms = cli_now_ms();
    int64_t parked = number(d, "SELECT count(*) FROM inbox WHERE state = 'parked'");
    int64_t failed = number(d, "SELECT count(*) FROM inbox WHERE state = 'failed'");
    int64_t doubt = number(d, "SELECT count(*) FROM outbox WHERE state = 'doubt'");
    int64_t waiting = number(d, "SELECT count(*) FROM outbox WHERE state IN ('ready', 'taken', 'doubt')");
    int64_t refused = number(d, "SELECT count(*) FROM outbox WHERE state = 'refused'");
    int64_t late =
        number(d, arena_printf(d->arena, "SELECT count(*) FROM due WHERE at < %" PRId64, now_ms / 1000 - 3600));
    if (parked)
        wrong(d, "%" PRId64 " events were parked after three deaths: once that is mended, learnd retry", parked);
    if (failed)
        wrong(d, "%" PRId64 " events failed; the log has each by its reference", failed);
    if (refused)
        hint("messages refused by their platform: %" PRId64 "; outbox.error says why", refused);
    if (waiting)
        hint("messages that wait to be sent: %" PRId64 ", of them in doubt: %" PRId64, waiting, doubt);
    if (late)
        hint("things due for more than an hour: %" PRId64 "; they happen at the next start", late);
    if (!parked && !failed)
        good("%" PRId64 " events came in, none is parked or failed", number(d, "SELECT count(*) FROM inbox"));
}

static void look_at_database(struct doctor *d)
{
    char error[512];
    const char *path = cli_database(d->org);
    if (access(path, F_OK) != 0) {
        hint("there is no database %s yet: learnd chat or learnd run makes it", path);
        return;
    }
    look_at_file(d, path); /* first: on a full disk it cannot even be read */
    d->store = store_open_read_only(path, error, sizeof error);
    if (!d->store) {
        wrong(d, "%s", error);
        return;
    }
    look_at_schema(d, path);
    look_at_work(d);
    store_close(d->store);
    if (control_served(path))
        good("a daemon serves it");
    else
        hint("no daemon serves it");
}

static int say_alive(const char *database)
{
    if (!control_served(database)) {
        fprintf(stderr, "no daemon serves %s\n", database);
        return CLI_WRONG;
    }
    return cli_remote(database, "ping", NULL);
}

int cli_doctor(int argc, char **argv)
{
    struct cli_option alive = { "--alive", false, NULL };
    int left = cli_options("doctor", argc, argv, &alive, 1);
    if (left)
        return left < 0 ? CLI_WRONG : cli_usage("doctor", "it takes no arguments");
    struct org *org = org_read(cli_folder());
    org_environment(org);
    if (alive.value) {
        int status = say_alive(cli_database(org));
        org_close(org);
        return status;
    }
    struct doctor d = { .arena = arena_open(), .org = org };
    look_at_folder(&d);
    if (!org->fault_count)
        look_at_transports(&d, &org->settings);
    look_at_database(&d);
    arena_close(d.arena);
    org_close(org);
    return d.wrong ? CLI_WRONG : CLI_DONE;
}
