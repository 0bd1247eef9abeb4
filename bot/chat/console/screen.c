/* What a terminal shows: messages apart from each other, of an edit only what is new, files in the working folder. */
#include "console.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define ENDLESS 1000000 /* a width that wraps nothing */

void screen_init(struct screen *s, bool terminal)
{
    struct winsize size = { 0 };
    const char *term = getenv("TERM"), *no_colour = getenv("NO_COLOR");
    *s = (struct screen){ .terminal = terminal, .width = 80, .arena = arena_open() };
    bool shown = isatty(STDOUT_FILENO);
    if (shown && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
        s->width = size.ws_col < 100 ? size.ws_col : 100;
    s->colour = shown && term && strcmp(term, "dumb") != 0 && !(no_colour && *no_colour);
}

void screen_finish(struct screen *s)
{
    arena_close(s->arena);
}

void screen_note(struct screen *s, const char *format, ...)
{
    if (!s->terminal)
        return;
    va_list ap;
    va_start(ap, format);
    fputs(s->colour ? "\033[2m" : "", stdout);
    vprintf(format, ap);
    puts(s->colour ? "\033[0m" : "");
    va_end(ap);
}

static const char *render(struct screen *s, const char *platform, const char *body, int width)
{
    struct nodes m;
    if (!nodes_from_json(s->arena, body, &m))
        return "";
    if (strcmp(platform, "matrix") == 0)
        return nodes_to_matrix_plain(s->arena, &m);
    return nodes_to_terminal(s->arena, &m, s->colour, width);
}

static void write_message(struct screen *s, const char *text)
{
    if (s->written++)
        putchar('\n');
    puts(text);
    fflush(stdout);
}

static struct memo *memo_of(const struct screen *s, const char *id)
{
    struct memo *m = s->memos;
    while (m && strcmp(m->id, id) != 0)
        m = m->older;
    return m;
}

bool screen_has(const struct screen *s, const char *id)
{
    return memo_of(s, id);
}

static void remember(struct screen *s, const char *id, const char *text)
{
    struct memo *m = arena_new(s->arena, struct memo);
    *m = (struct memo){ arena_copy(s->arena, id), text, s->memos };
    s->memos = m;
}

void screen_post(struct screen *s, const char *platform, const char *id, const char *body)
{
    remember(s, id, render(s, platform, body, ENDLESS));
    write_message(s, render(s, platform, body, s->width));
}

static bool has_line(const char *text, const char *line, size_t n)
{
    while (*text) {
        size_t length = strcspn(text, "\n");
        if (length == n && memcmp(text, line, n) == 0)
            return true;
        text += length + (text[length] == '\n');
    }
    return n == 0;
}

/* Bytes but for what wrapping puts in: blanks and the bars of a quotation. */
static size_t solid(const char *text, size_t n)
{
    size_t count = 0;
    for (const char *c = text; c < text + n; c++) {
        if (strncmp(c, "│", strlen("│")) == 0)
            c += strlen("│") - 1;
        else
            count += *c != ' ' && *c != '\n';
    }
    return count;
}

/* How much of wrapped says what the line says. */
static size_t wrapped_length(const char *wrapped, const char *line, size_t n)
{
    size_t length = strcspn(wrapped, "\n"), all = solid(line, n);
    while (wrapped[length] && solid(wrapped, length) < all)
        length += 1 + strcspn(wrapped + length + 1, "\n");
    return length;
}

/* Only paragraphs that were not there before: a press that takes its buttons away is no news. */
void screen_edit(struct screen *s, const char *platform, const char *id, const char *body)
{
    struct memo *memo = memo_of(s, id);
    const char *text = render(s, platform, body, ENDLESS), *wrapped = render(s, platform, body, s->width);
    struct buf news = { .arena = s->arena };
    for (const char *c = text; *c;) {
        size_t n = strcspn(c, "\n"), length = wrapped_length(wrapped, c, n);
        if (!memo || !has_line(memo->text, c, n)) {
            buf_add(&news, news.len ? "\n" : "");
            buf_add_n(&news, wrapped, length);
        }
        c += n + (c[n] == '\n');
        wrapped += length + (wrapped[length] == '\n');
    }
    if (memo)
        memo->text = text;
    else
        remember(s, id, text);
    if (news.len)
        write_message(s, arena_printf(s->arena, "%s%s", s->terminal ? "~ " : "", news.data));
}

void screen_delete(struct screen *s, const char *id)
{
    struct memo *memo = memo_of(s, id);
    if (memo)
        screen_note(s, "(taken back: %.*s)", (int)strcspn(memo->text, "\n"), memo->text);
}

/* A name without folders, and never over a file that is there. */
static int open_new(struct screen *s, const char *name, const char **path)
{
    const char *slash = strrchr(name, '/');
    name = slash ? slash + 1 : name;
    if (!*name || *name == '.')
        name = "file";
    *path = name;
    for (int n = 2; n < 100; n++) {
        int fd = open(*path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd >= 0 || errno != EEXIST)
            return fd;
        *path = arena_printf(s->arena, "%s.%d", name, n);
    }
    return -1;
}

void screen_file(struct screen *s, const char *name, const char *content)
{
    const char *path;
    int fd = open_new(s, name, &path);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
    bool good = f && fputs(content, f) >= 0;
    good = f && fclose(f) == 0 && good;
    write_message(s, arena_printf(s->arena, good ? "The file is %s." : "The file %s could not be written.", path));
}
