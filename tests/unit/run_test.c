/* The daemon whole, in this process: requests through its socket from many threads, signals, one owner of a database. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <csv.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#include "learnd/control.h"
#include "learnd/run.h"
#include "org_folder.h"

static char database[96];

/* libuv closes files behind ThreadSanitizer's back, which then sees the next owner of the number race with the last. */
const char *__tsan_default_suppressions(void);
const char *__tsan_default_suppressions(void)
{
    return "called_from_lib:libuv.so.1\n";
}

static void *serve(void *status)
{
    *(int *)status = run_daemon(folder);
    return NULL;
}

static pthread_t start(int *status)
{
    pthread_t daemon;
    assert_int_equal(pthread_create(&daemon, NULL, serve, status), 0);
    while (control_call(database, "{\"op\":\"ping\"}", NULL, NULL) != 0) {
        sched_yield(); /* it is opening the database */
    }
    return daemon;
}

/* Raised here, as libuv takes a signal in any thread: ThreadSanitizer may keep one for a thread that waits within libuv. */
static int stop(pthread_t daemon, const int *status)
{
    raise(SIGTERM);
    pthread_join(daemon, NULL);
    return *status;
}

static int set_up(void **state)
{
    if (folder_open(state) != 0) {
        return -1;
    }
    snprintf(database, sizeof database, "%s/l.db", folder);
    setenv("LEARND_DATABASE", database, 1);
    unsetenv("LEARND_WEB");
    return 0;
}

struct lines {
    char text[8192];
};

static void keep(void *context, const char *json)
{
    struct lines *l = context;
    snprintf(l->text + strlen(l->text), sizeof l->text - strlen(l->text), "%s\n", json);
}

static int ask(struct lines *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int ask(struct lines *l, const char *format, ...)
{
    char request[512];
    va_list ap;
    va_start(ap, format);
    vsnprintf(request, sizeof request, format, ap);
    va_end(ap);
    l->text[0] = '\0';
    return control_call(database, request, keep, l);
}

static void owns_its_database_and_gives_it_back(void **state)
{
    (void)state;
    int status = -1;
    char error[256] = "";
    struct stat st;
    assert_false(control_served(database));
    pthread_t daemon = start(&status);
    assert_true(control_served(database));
    assert_int_equal(control_lock(database, error, sizeof error), -1);
    assert_non_null(strstr(error, "one at a time"));
    char path[128];
    snprintf(path, sizeof path, "%s.sock", database);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(stat(database, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(stop(daemon, &status), 0);
    assert_false(control_served(database));
    int lock = control_lock(database, error, sizeof error);
    assert_true(lock >= 0);
    close(lock);
}

static void takes_over_what_a_dead_process_left(void **state)
{
    (void)state;
    int status = -1;
    char error[256] = "";
    int fd = control_listen(database, error, sizeof error);
    assert_true(fd >= 0);
    close(fd); /* its socket file stays */
    assert_false(control_served(database));
    pthread_t daemon = start(&status);
    assert_int_equal(stop(daemon, &status), 0);
}

static void imports_and_backs_up_for_other_programs(void **state)
{
    (void)state;
    int status = -1;
    struct lines l;
    pthread_t daemon = start(&status);
    folder_write("more.csv", PEOPLE "P3,bo,bo@example.org,Bo Berg,Sales,P1,\n");
    assert_int_equal(ask(&l, "{\"op\":\"import people\",\"path\":\"%s/more.csv\",\"argument\":\"dry-run\"}", folder),
                     0);
    assert_non_null(strstr(l.text, "{\"line\":\"added 1, changed 0, retired 0, unchanged 2\"}\n"));
    folder_write("bad.csv", PEOPLE "P3,bo\n");
    assert_int_equal(ask(&l, "{\"op\":\"import people\",\"path\":\"%s/bad.csv\"}", folder), 1);
    assert_non_null(strstr(l.text, "bad.csv:4"));
    assert_int_equal(ask(&l, "{\"op\":\"backup\",\"path\":\"%s/b.db\"}", folder), 0);
    assert_int_equal(ask(&l, "{\"op\":\"backup\",\"path\":\"%s/b.db\"}", folder), 2); /* it is there already */
    assert_int_equal(ask(&l, "{\"op\":\"backup\"}"), 1);
    assert_int_equal(ask(&l, "no JSON"), 1);
    assert_int_equal(stop(daemon, &status), 0);
}

static void reads_the_folder_again_and_keeps_the_old_when_it_is_wrong(void **state)
{
    (void)state;
    int status = -1;
    struct lines l;
    pthread_t daemon = start(&status);
    folder_write("people.csv", PEOPLE "P3,bo,bo@example.org,Bo Berg,Sales,P1,\n");
    raise(SIGHUP);
    do {
        assert_int_equal(
            ask(&l, "{\"op\":\"import people\",\"path\":\"%s/people.csv\",\"argument\":\"dry-run\"}", folder), 0);
    } while (!strstr(l.text, "unchanged 3"));
    folder_write("learnd.yaml", "organisation: [\n");
    raise(SIGHUP);
    assert_int_equal(ask(&l, "{\"op\":\"import people\",\"path\":\"%s/people.csv\",\"argument\":\"dry-run\"}", folder),
                     0);
    assert_non_null(strstr(l.text, "unchanged 3"));
    assert_int_equal(stop(daemon, &status), 0);
}

/* Whether the log holds a text by now. */
static bool log_has(const char *log, const char *text)
{
    char heard[8192] = "";
    FILE *f = fopen(log, "r");
    size_t n = fread(heard, 1, sizeof heard - 1, f);
    fclose(f);
    heard[n] = '\0';
    return strstr(heard, text);
}

static void logs_every_fault_of_a_folder_it_does_not_take(void **state)
{
    (void)state;
    int status = -1, before = dup(STDERR_FILENO);
    char log[96];
    struct lines l;
    snprintf(log, sizeof log, "%s/log", folder);
    pthread_t daemon = start(&status);
    folder_write("log", "");
    int fd = open(log, O_WRONLY | O_APPEND);
    dup2(fd, STDERR_FILENO);
    folder_write("learnd.yaml", "organisation: Other\nquiet: never\nbudgte: 1\n");
    raise(SIGHUP);
    while (!log_has(log, "budgte")) {
        sched_yield();
    }
    dup2(before, STDERR_FILENO);
    close(before);
    close(fd);
    assert_true(log_has(log, "what=\"learnd.yaml:2:8: 'quiet' is 'never', expected are two times: "));
    assert_true(log_has(log, "what=\"learnd.yaml:3:1: unknown key 'budgte' (did you mean 'budget'?)\"\n"));
    assert_int_equal(ask(&l, "{\"op\":\"import people\",\"path\":\"%s/people.csv\",\"argument\":\"dry-run\"}", folder),
                     0);
    assert_int_equal(stop(daemon, &status), 0);
}

static atomic_bool is_reading, may_read = true;

/* People are read no further than a test allows. */
size_t csv_parse(struct csv_parser *p, const void *text, size_t n, void (*field)(void *, size_t, void *),
                 void (*row)(int, void *), void *context)
{
    size_t (*real)(struct csv_parser *, const void *, size_t, void (*)(void *, size_t, void *), void (*)(int, void *),
                   void *);
    *(void **)&real = dlsym(RTLD_NEXT, "csv_parse");
    is_reading = true;
    while (!may_read) {
        sched_yield();
    }
    return real(p, text, n, field, row, context);
}

static void *import(void *lines)
{
    return (void *)(intptr_t)ask(lines, "{\"op\":\"import people\",\"path\":\"%s/people.csv\"}", folder);
}

static void answers_while_it_reads(void **state)
{
    (void)state;
    int status = -1;
    struct lines l, imported;
    void *result;
    pthread_t daemon = start(&status), importer;
    may_read = is_reading = false;
    pthread_create(&importer, NULL, import, &imported);
    while (!is_reading) {
        sched_yield();
    }
    assert_int_equal(ask(&l, "{\"op\":\"say\",\"as\":\"dana\",\"text\":\"me\"}"), 0);
    assert_int_equal(ask(&l, "{\"op\":\"backup\",\"path\":\"%s/b.db\"}", folder), 0);
    may_read = true;
    pthread_join(importer, &result);
    assert_int_equal((intptr_t)result, 0);
    assert_non_null(strstr(imported.text, "unchanged 2"));
    assert_int_equal(stop(daemon, &status), 0);
}

static void stops_while_it_reads(void **state)
{
    (void)state;
    int status = -1;
    pthread_t daemon = start(&status);
    may_read = is_reading = false;
    raise(SIGHUP);
    raise(SIGHUP);
    while (!is_reading) {
        sched_yield();
    }
    raise(SIGTERM);
    may_read = true;
    pthread_join(daemon, NULL);
    assert_int_equal(status, 0);
}

/* ---- Conversations ---- */

enum { TALKERS = 6, QUESTIONS = 25 };

static void *talk(void *as)
{
    char line[8192];
    intptr_t answers = 0;
    int fd = control_connect(database);
    FILE *io = fdopen(fd, "r+");
    for (int i = 0; i < QUESTIONS; i++) {
        bool chat = i == 0;
        dprintf(fd, chat ? "{\"op\":\"chat\",\"as\":\"%s\"}\n" : "{\"op\":\"say\",\"as\":\"%s\",\"text\":\"me\"}\n",
                (char *)as);
        while (fgets(line, sizeof line, io) && !strstr(line, "{\"done\":0}")) {
            answers += strstr(line, "\"op\":\"post\"") != NULL;
        }
    }
    fclose(io);
    return (void *)answers;
}

static void talks_with_many_at_once(void **state)
{
    (void)state;
    int status = -1;
    pthread_t daemon = start(&status), talkers[TALKERS];
    for (int i = 0; i < TALKERS; i++) {
        pthread_create(&talkers[i], NULL, talk, i % 2 ? "dana" : "omar");
    }
    for (int i = 0; i < 20; i++) {
        struct lines l;
        raise(SIGHUP);
        assert_int_equal(ask(&l, "{\"op\":\"ping\"}"), 0);
    }
    intptr_t answers = 0;
    for (int i = 0; i < TALKERS; i++) {
        void *heard;
        pthread_join(talkers[i], &heard);
        assert_true((intptr_t)heard >= QUESTIONS - 1); /* each its own answers, and those of who else is dana */
        answers += (intptr_t)heard;
    }
    assert_true(answers >= TALKERS * (QUESTIONS - 1));
    assert_int_equal(stop(daemon, &status), 0);
}

static void what_is_said_to_nobody_waits_for_them(void **state)
{
    (void)state;
    int status = -1;
    struct lines l;
    pthread_t daemon = start(&status);
    assert_int_equal(ask(&l, "{\"op\":\"say\",\"as\":\"dana\",\"text\":\"me\"}"), 0);
    assert_string_equal(l.text, ""); /* nobody listens as dana */
    int fd = control_connect(database);
    FILE *io = fdopen(fd, "r+");
    dprintf(fd, "{\"op\":\"chat\",\"as\":\"dana\"}\n");
    assert_non_null(fgets(l.text, sizeof l.text, io));
    assert_string_equal(l.text, "{\"done\":0}\n");
    assert_non_null(fgets(l.text, sizeof l.text, io));
    assert_non_null(strstr(l.text, "Dana Whitfield"));
    fclose(io);
    assert_int_equal(stop(daemon, &status), 0);
}

/* ---- What kills the process ---- */

static bool is_mortal;

/* Only the net thread writes, so this is a death while it hands over a row. */
int uv_write(uv_write_t *request, uv_stream_t *to, const uv_buf_t *buffers, unsigned n, uv_write_cb written)
{
    int (*real)(uv_write_t *, uv_stream_t *, const uv_buf_t *, unsigned, uv_write_cb);
    *(void **)&real = dlsym(RTLD_NEXT, "uv_write");
    if (is_mortal && memmem(buffers->base, buffers->len, "Dana Whitfield", strlen("Dana Whitfield"))) {
        kill(getpid(), SIGKILL);
    }
    return real(request, to, buffers, n, written);
}

static pid_t start_mortal(void)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        is_mortal = true;
        _exit(run_daemon(folder));
    }
    while (!control_served(database)) {
        sched_yield();
    }
    return child;
}

/* Dana opens a terminal, says something and listens until she hears a text, or the daemon is gone. */
static bool dana_hears(const char *said, const char *text)
{
    char line[8192];
    bool heard = false;
    int fd = control_connect(database);
    FILE *io = fdopen(fd, "r+");
    dprintf(fd, "{\"op\":\"chat\",\"as\":\"dana\"}\n{\"op\":\"say\",\"as\":\"dana\",\"text\":\"%s\"}\n", said);
    while (!heard && fgets(line, sizeof line, io)) {
        heard = strstr(line, text);
    }
    fclose(io);
    return heard;
}

static void a_row_that_kills_the_net_thread_is_set_aside(void **state)
{
    (void)state;
    int status;
    for (int deaths = 0; deaths < 3; deaths++) {
        pid_t child = start_mortal();
        assert_false(dana_hears(deaths ? "cancel" : "me", "Dana Whitfield"));
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    }
    pid_t child = start_mortal();
    assert_true(dana_hears("cancel", "\"op\":\"post\"")); /* the conversation goes on */
    kill(child, SIGTERM);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

/* ---- What it refuses to run on ---- */

static void does_not_run_on_what_is_wrong(void **state)
{
    (void)state;
    folder_write("learnd.yaml", "organisatoin: Test\n");
    assert_int_equal(run_daemon(folder), 1);
    folder_write("learnd.yaml", "organisation: Test\n");
    setenv("LEARND_WEB", "0.0.0.0:80", 1);
    assert_in_range(run_daemon(folder), 1, 2);
    unsetenv("LEARND_WEB");
    setenv("MATRIX_PASSWORD_FILE", folder, 1);
    assert_int_equal(run_daemon(folder), 1);
    unsetenv("MATRIX_PASSWORD_FILE");
    setenv("LEARND_DATABASE", "/proc/nowhere/l.db", 1);
    assert_int_equal(run_daemon(folder), 2);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, folder_close)
    const struct CMUnitTest tests[] = {
        T(owns_its_database_and_gives_it_back),
        T(takes_over_what_a_dead_process_left),
        T(imports_and_backs_up_for_other_programs),
        T(reads_the_folder_again_and_keeps_the_old_when_it_is_wrong),
        T(logs_every_fault_of_a_folder_it_does_not_take),
        T(answers_while_it_reads),
        T(stops_while_it_reads),
        T(talks_with_many_at_once),
        T(what_is_said_to_nobody_waits_for_them),
        T(a_row_that_kills_the_net_thread_is_set_aside),
        T(does_not_run_on_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
