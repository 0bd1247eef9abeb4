/* An organisation folder for one test, written file by file into a temporary place.
 * The test owns it: folder_open makes it with people and settings that are sound, folder_close removes it. */
#ifndef LEARND_TESTS_ORG_FOLDER_H
#define LEARND_TESTS_ORG_FOLDER_H

#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "learnd/org.h"

#define PEOPLE_HEADER "external_id,handle,email,display_name,department,manager,expertise\n"
#define PEOPLE                                                                                                         \
    PEOPLE_HEADER "P1,dana,dana@example.org,Dana Whitfield,Sales,,\n"                                                  \
                  "P2,omar,omar@example.org,Omar Benali,Finance,P1,sql:3\n"

static char folder[64];
static struct org *org;

static inline void folder_write_bytes(const char *name, const void *bytes, size_t length)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    for (char *slash = path + strlen(folder) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        assert_true(mkdir(path, 0700) == 0 || errno == EEXIST);
        *slash = '/';
    }
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, length, f), length);
    fclose(f);
}

static inline void folder_write(const char *name, const char *text)
{
    folder_write_bytes(name, text, strlen(text));
}

static inline int folder_open(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/learnd-org-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    folder_write("learnd.yaml", "organisation: Test\n");
    folder_write("people.csv", PEOPLE);
    return 0;
}

static inline int folder_close(void **state)
{
    (void)state;
    org_close(org);
    org = NULL;
    char *roots[] = { folder, NULL };
    FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    for (FTSENT *e; (e = fts_read(walk));) {
        if (e->fts_info != FTS_D)
            remove(e->fts_path);
    }
    return fts_close(walk);
}

/* All faults, each a line: what the person sees. */
static inline const char *faults(void)
{
    struct buf all = { .arena = org->arena };
    for (size_t i = 0; i < org->fault_count; i++)
        buf_printf(&all, "%s\n", org_fault_text(org->arena, &org->faults[i]));
    return buf_text(&all);
}

static inline const char *warnings(void)
{
    struct buf all = { .arena = org->arena };
    for (size_t i = 0; i < org->warning_count; i++)
        buf_printf(&all, "%s\n", org_fault_text(org->arena, &org->warnings[i]));
    return buf_text(&all);
}

static inline void assert_faults(const char *expected)
{
    org_close(org);
    org = org_read_at(folder, 20600); /* 2026-05-27 */
    assert_string_equal(faults(), expected);
}

static inline void assert_sound(void)
{
    assert_faults("");
}

#endif
