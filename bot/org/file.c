/* Files and folders of the organisation: capped, checked to be text, listed in one order everywhere. */
#include "reading.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "learnd/text.h"

const char *bytes_hash(struct arena *a, const char *text, size_t length)
{
    return arena_printf(a, "%016llx%zx", text_hash(text, length), length);
}

/* The length of a file that may be read, or -1 and a fault. */
static off_t length_allowed(struct reading *r, int fd, size_t max)
{
    struct stat st;
    if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
        fault_add(r, 0, 0, "is no regular file");
        return -1;
    }
    if ((size_t)st.st_size > max) {
        fault_add(r, 0, 0, "is larger than %zu KiB, the most that is read", max >> 10);
        return -1;
    }
    return st.st_size;
}

static bool read_whole(int fd, char *text, size_t length)
{
    for (size_t done = 0; done < length;) {
        ssize_t n = read(fd, text + done, length - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    return true;
}

/* Say in which line the text stops being text. */
static bool text_check(struct reading *r, const char *text, size_t length)
{
    if (text_is_utf8(text, length) && !memchr(text, 0, length))
        return true;
    int line = 1;
    for (size_t from = 0; from < length; line++) {
        const char *end = memchr(text + from, '\n', length - from);
        size_t n = end ? (size_t)(end - text) - from : length - from;
        if (memchr(text + from, 0, n) || !text_is_utf8(text + from, n))
            break;
        from += n + 1;
    }
    fault_add(r, line, 1, "is no UTF-8 text (save the file as UTF-8)");
    return false;
}

bool file_read(struct reading *r, const char *path, size_t max, struct bytes *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a named pipe must not hold us */
    if (fd < 0) {
        fault_add(r, 0, 0, "cannot be opened: %s", strerror(errno));
        return false;
    }
    off_t length = length_allowed(r, fd, max);
    char *text = length < 0 ? NULL : arena_alloc(r->texts ? r->texts : r->arena, (size_t)length + 1);
    bool whole = text && read_whole(fd, text, (size_t)length);
    if (text && !whole)
        fault_add(r, 0, 0, "cannot be read to its end");
    close(fd);
    if (!whole || !text_check(r, text, (size_t)length))
        return false;
    size_t bom = strncmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    *out = (struct bytes){ text + bom, (size_t)length - bom, bytes_hash(r->arena, text, (size_t)length) };
    return true;
}

static int name_order(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool folder_list(struct arena *a, const char *path, struct org_list *names)
{
    DIR *folder = opendir(path);
    if (!folder)
        return false;
    for (struct dirent *e; (e = readdir(folder));) {
        if (e->d_name[0] != '.')
            list_add(a, names, arena_copy(a, e->d_name));
    }
    closedir(folder);
    if (names->count > 1)
        qsort(names->item, names->count, sizeof *names->item, name_order);
    return true;
}

bool path_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

bool path_is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool name_ends(const char *name, const char *suffix)
{
    size_t n = strlen(name), m = strlen(suffix);
    return n > m && strcmp(name + n - m, suffix) == 0;
}
