/* The walk over the folder: which file is what, and what of an import stands alone. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "learnd/date.h"
#include "learnd/text.h"
#include "reading.h"

#define CARD_FOLDERS_DEEP 8

struct reading reading_begin(const char *folder, const struct org *known, int64_t today)
{
    struct arena *a = arena_open();
    struct org *org = arena_new(a, struct org);
    org->arena = a;
    org->folder = arena_copy(a, folder);
    settings_default(&org->settings);
    bool people = known && known->people_count;
    return (struct reading){ .org = org,
                             .arena = a,
                             .known = known,
                             .file = org->folder,
                             .people_known = people,
                             .today = today,
                             .from_day = today - 2 * 366,
                             .until_day = today + 10 * 366 };
}

struct org *reading_end(struct reading *r)
{
    cards_check(r);
    paths_check(r);
    rules_check(r);
    references_resolve(r);
    org_faults_sort(r->org);
    return r->org;
}

/* Open a file of the folder. False if it is not there, or after a fault. */
static bool take_file(struct reading *r, const char *name, size_t max, bool required, struct bytes *out)
{
    const char *path = arena_printf(r->arena, "%s/%s", r->org->folder, name);
    r->file = arena_copy(r->arena, name);
    if (path_exists(path))
        return file_read(r, path, max, out);
    if (required)
        fault_add(r, 0, 0, "is missing: an organisation needs this file");
    return false;
}

static void take_card_file(struct reading *r, const char *name)
{
    static const char *const almost[] = { ".markdown", ".mdown", ".mkd", ".md.txt", ".yaml", ".yml" };
    struct bytes file;
    if (name_ends(name, ".md")) {
        if (take_file(r, name, CARD_MAX_BYTES, true, &file))
            card_read(r, &file);
        return;
    }
    size_t n = strlen(name);
    bool wrong = n > 3 && text_same(name + n - 3, ".md");
    for (size_t i = 0; i < sizeof almost / sizeof *almost; i++)
        wrong = wrong || name_ends(name, almost[i]);
    r->file = name;
    if (wrong)
        fault_add(r, 0, 0, "is not read: the name of a card ends in .md");
}

/* A name that is no text can be shown to nobody: neither it nor what is in it is read. */
static bool is_name(const char *name)
{
    bool control = false;
    for (const char *c = name; *c; c++)
        control = control || (unsigned char)*c < 0x20 || *c == 0x7f;
    return !control && text_is_utf8(name, strlen(name));
}

/* What is in a folder; r->file is how a fault names it. */
static bool take_names(struct reading *r, const char *path, struct org_list *names)
{
    struct org_list all = { NULL, 0 };
    if (!folder_list(r->arena, path, &all)) {
        fault_add(r, 0, 0, "this folder cannot be opened: %s", strerror(errno));
        return false;
    }
    for (size_t i = 0; i < all.count; i++) {
        if (is_name(all.item[i]))
            list_add(r->arena, names, all.item[i]);
        else
            fault_add(r, 0, 0, "a name in this folder is no UTF-8 text: rename that file");
    }
    return true;
}

/* folder: relative to the organisation's, "" for itself. */
static void take_cards(struct reading *r, const char *folder, int deep)
{
    struct org_list names = { NULL, 0 };
    const char *path = *folder ? arena_printf(r->arena, "%s/%s", r->org->folder, folder) : r->org->folder;
    r->file = *folder ? folder : r->org->folder;
    if (deep > CARD_FOLDERS_DEEP) {
        fault_add(r, 0, 0, "folders nest more than %d deep", CARD_FOLDERS_DEEP);
        return;
    }
    if (!take_names(r, path, &names))
        return;
    for (size_t i = 0; i < names.count; i++) {
        const char *name =
            *folder ? arena_printf(r->arena, "%s/%s", folder, names.item[i]) : arena_copy(r->arena, names.item[i]);
        if (path_is_folder(arena_printf(r->arena, "%s/%s", r->org->folder, name)))
            take_cards(r, name, deep + 1);
        else
            take_card_file(r, name);
    }
}

/* The YAML files of a folder: each a path, each a rule. */
static void take_each(struct reading *r, const char *folder, const char *what,
                      void (*read)(struct reading *r, const struct bytes *file))
{
    struct org_list names = { NULL, 0 };
    r->file = folder;
    if (!take_names(r, arena_printf(r->arena, "%s/%s", r->org->folder, folder), &names))
        return;
    for (size_t i = 0; i < names.count; i++) {
        const char *name = arena_printf(r->arena, "%s/%s", folder, names.item[i]);
        struct bytes file;
        r->file = name;
        if (name_ends(name, ".yaml") && take_file(r, name, FILE_MAX_BYTES, true, &file))
            read(r, &file);
        else if (name_ends(name, ".yml"))
            fault_add(r, 0, 0, "is not read: the name of a %s ends in .yaml", what);
    }
}

/* Calendars and catalogues are copied where they are read: their texts, the largest of the folder, need not stay. */
static void pass_by(struct reading *r, const char *folder, void (*take)(struct reading *r, const char *folder))
{
    r->texts = arena_open();
    take(r, folder);
    arena_close(r->texts);
    r->texts = NULL;
}

static void take_calendars(struct reading *r, const char *folder)
{
    struct org_list names = { NULL, 0 };
    r->file = folder;
    if (!take_names(r, arena_printf(r->arena, "%s/%s", r->org->folder, folder), &names))
        return;
    for (size_t i = 0; i < names.count; i++) {
        const char *name = names.item[i], *path = arena_printf(r->arena, "%s/%s", folder, name);
        struct bytes file;
        if (name_ends(name, ".ics") && take_file(r, path, FILE_MAX_BYTES, true, &file))
            calendar_read(r, &file, arena_copy_n(r->arena, name, strlen(name) - 4));
    }
}

static void catalogue_fault(void *context, int line, const char *what)
{
    fault_add(context, line, 1, "%s", what);
}

static void take_catalogues(struct reading *r, const char *folder)
{
    struct org_list names = { NULL, 0 };
    struct org *org = r->org;
    r->file = folder;
    if (!take_names(r, arena_printf(r->arena, "%s/%s", org->folder, folder), &names))
        return;
    for (size_t i = 0; i < names.count; i++) {
        const char *name = names.item[i], *path = arena_printf(r->arena, "%s/%s", folder, name);
        struct bytes file;
        if (!name_ends(name, ".po") || !take_file(r, path, FILE_MAX_BYTES, true, &file))
            continue;
        org->catalogues = list_grow(r->arena, org->catalogues, org->catalogue_count, sizeof *org->catalogues);
        org->catalogues[org->catalogue_count++] =
            language_parse(r->arena, arena_copy_n(r->arena, name, strlen(name) - 3), file.text, catalogue_fault, r);
    }
}

/* The pseudo-language of tests needs no file. */
static void add_pseudo(struct reading *r)
{
    const struct org_list *wanted = &r->org->settings.languages;
    for (size_t i = 0; i < wanted->count; i++) {
        if (strcmp(wanted->item[i], "qps") != 0)
            continue;
        r->org->catalogues =
            list_grow(r->arena, r->org->catalogues, r->org->catalogue_count, sizeof *r->org->catalogues);
        r->org->catalogues[r->org->catalogue_count++] = language_pseudo(r->arena);
    }
}

/* A file that nobody reads may stand here, but not one that seems to be meant for us; of what might be, a warning. */
static void check_name(struct reading *r, const char *name)
{
    static const char *const files[] = { "learnd.yaml",
                                         "people.csv",
                                         "absences.csv",
                                         "topics.yaml",
                                         "sensitive.yaml",
                                         "glossary.yaml",
                                         "slack-manifest.yaml",
                                         "slack-manifest-threads.yaml",
                                         NULL };
    static const char *const folders[] = { "cards", "paths", "rules", "calendars", "languages", "brands", NULL };
    static const char *const endings[] = { "yaml", "yml", "csv", "md" };
    const char *dot = strrchr(name, '.');
    bool folder = path_is_folder(arena_printf(r->arena, "%s/%s", r->org->folder, name)), ours = folder;
    for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++)
        ours = ours || text_same(dot + 1, endings[i]);
    const char *near = ours ? text_nearest(name, folder ? folders : files) : NULL;
    r->file = name;
    if (near && strcmp(near, name) != 0)
        fault_add(r, 0, 0, "unknown %s (did you mean '%s'?)", folder ? "folder" : "file", near);
    else if (!near && ours && !folder && !text_same(dot, ".md"))
        warning_add(r, 0, 0, "nobody reads this file");
}

static void take_tables(struct reading *r)
{
    struct bytes file;
    if (take_file(r, "learnd.yaml", FILE_MAX_BYTES, true, &file))
        settings_read(r, &file);
    if (take_file(r, "people.csv", TABLE_MAX_BYTES, true, &file))
        people_read(r, &file);
    if (take_file(r, "absences.csv", TABLE_MAX_BYTES, false, &file))
        absences_read(r, &file);
    if (take_file(r, "topics.yaml", FILE_MAX_BYTES, false, &file))
        topics_read(r, &file);
    if (take_file(r, "sensitive.yaml", FILE_MAX_BYTES, false, &file))
        sensitive_read(r, &file);
    if (take_file(r, "glossary.yaml", FILE_MAX_BYTES, false, &file))
        glossary_read(r, &file);
}

struct org *org_read_at(const char *folder, int64_t today)
{
    struct reading r = reading_begin(folder, NULL, today);
    struct org_list names = { NULL, 0 };
    if (!take_names(&r, folder, &names))
        return reading_end(&r);
    for (size_t i = 0; i < names.count; i++)
        check_name(&r, names.item[i]);
    take_tables(&r);
    if (path_exists(arena_printf(r.arena, "%s/calendars", folder)))
        pass_by(&r, "calendars", take_calendars);
    if (path_exists(arena_printf(r.arena, "%s/languages", folder)))
        pass_by(&r, "languages", take_catalogues);
    add_pseudo(&r);
    if (path_exists(arena_printf(r.arena, "%s/cards", folder)))
        take_cards(&r, "cards", 1);
    if (path_exists(arena_printf(r.arena, "%s/paths", folder)))
        take_each(&r, "paths", "path", path_read);
    if (path_exists(arena_printf(r.arena, "%s/rules", folder)))
        take_each(&r, "rules", "rule", rule_read);
    return reading_end(&r);
}

struct org *org_read(const char *folder)
{
    return org_read_at(folder, time(NULL) / DAY);
}

struct org *org_read_people(const char *file, const struct org *known)
{
    struct reading r = reading_begin(file, known, time(NULL) / DAY);
    struct bytes bytes;
    if (file_read(&r, file, TABLE_MAX_BYTES, &bytes))
        people_read(&r, &bytes);
    return reading_end(&r);
}

/* What somebody sent, as the bytes of a file; false: no text that can be read. */
static bool sent_read(struct reading *r, const char *text, size_t max, struct bytes *bytes)
{
    size_t length = strlen(text), bom = strncmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

    *bytes = (struct bytes){ arena_copy_n(r->arena, text + bom, length - bom), length - bom,
                             bytes_hash(r->arena, text, length) };
    if (length <= max && text_is_utf8(text, length))
        return true;
    fault_add(r, 0, 0, "is no UTF-8 text, or larger than is read");
    return false;
}

struct org *org_read_people_text(const char *name, const char *text, const struct org *known)
{
    struct reading r = reading_begin(name, known, time(NULL) / DAY);
    struct bytes bytes;
    if (sent_read(&r, text, TABLE_MAX_BYTES, &bytes))
        people_read(&r, &bytes);
    return reading_end(&r);
}

static void take_card_lines(struct reading *r, const char *path, const char *owner)
{
    struct bytes bytes;
    if (!owner) {
        fault_add(r, 0, 0, "cards from JSON lines need an owner: --owner HANDLE");
        return;
    }
    const char *file = r->file;
    r->file = "--owner";
    reference_add(r, REFERENCE_OWNER, (struct place){ 0, 0 }, owner);
    r->file = file;
    if (file_read(r, path, TABLE_MAX_BYTES, &bytes))
        cards_json_read(r, &bytes, arena_copy(r->arena, owner));
}

struct org *org_read_cards(const char *path, const struct org *known, const char *owner)
{
    struct reading r = reading_begin(path, known, time(NULL) / DAY);
    struct bytes bytes;
    if (path_is_folder(path))
        take_cards(&r, "", 1);
    else if (!name_ends(path, ".md"))
        take_card_lines(&r, path, owner);
    else if (file_read(&r, path, CARD_MAX_BYTES, &bytes))
        card_read(&r, &bytes);
    return reading_end(&r);
}

struct org *org_read_cards_text(const char *name, const char *text, const struct org *known, const char *owner)
{
    struct reading r = reading_begin(name, known, time(NULL) / DAY);
    size_t n = strlen(name);
    bool one = n > 3 && text_same(name + n - 3, ".md");
    struct bytes bytes;
    if (sent_read(&r, text, one ? CARD_MAX_BYTES : TABLE_MAX_BYTES, &bytes)) {
        if (one)
            card_read(&r, &bytes);
        else
            cards_json_read(&r, &bytes, arena_copy(r.arena, owner));
    }
    return reading_end(&r);
}

void org_close(struct org *org)
{
    if (org)
        arena_close(org->arena);
}
