/* From what people call a place to the zone it keeps. */
#include "zone.h"

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cities.h"
#include "learnd/text.h"

/* Where two zones share a city the better kind wins: Asia/Istanbul is but a link to Europe/Istanbul. */
enum kind { KIND_CITY_OF_ZONE, KIND_CITY_ELSEWHERE, KIND_CITY_OF_LINK, KIND_FULL_NAME };

struct place {
    const char *key; /* folded */
    const char *zone;
    enum kind kind;
};

/* Filled once, before anybody reads; lives as long as the program. */
static struct {
    struct arena *arena;
    struct place *places; /* sorted */
    size_t count, room;
    const char **names; /* of all zones, ended by NULL */
} atlas;

/* "São Paulo", "Sao_Paulo" -> "sao paulo"; "Saint John's", "St_Johns" -> "st johns". */
static char *place_key(struct arena *a, const char *name)
{
    char *folded = text_fold(a, name), *out = folded;
    for (const char *p = folded; *p; p++) {
        if (*p != '.' && *p != '\'') {
            *out++ = *p == '_' || *p == '-' ? ' ' : *p;
        }
    }
    *out = '\0';
    char *key = text_squeeze(a, folded);
    return text_starts(key, "saint ") ? arena_printf(a, "st %s", key + strlen("saint ")) : key;
}

static void add_place(const char *key, const char *zone, enum kind kind)
{
    if (atlas.count == atlas.room) {
        size_t room = atlas.room ? atlas.room * 2 : 2048;
        struct place *grown = arena_array(atlas.arena, struct place, room);
        if (atlas.count) {
            memcpy(grown, atlas.places, atlas.count * sizeof *grown);
        }
        atlas.places = grown;
        atlas.room = room;
    }
    atlas.places[atlas.count++] = (struct place){ key, zone, kind };
}

static void add_city_of(const char *zone, enum kind kind)
{
    /* "Victoria" and "West" are cities elsewhere, and the Samoa people mean is Apia. */
    static const char *const misleading[] = { "Australia/Victoria", "Australia/North", "Australia/South",
                                              "Australia/West",     "Pacific/Samoa",   NULL };
    for (const char *const *m = misleading; *m; m++) {
        if (strcmp(*m, zone) == 0) {
            return;
        }
    }
    add_place(place_key(atlas.arena, strrchr(zone, '/') + 1), zone, kind);
}

/* The zones proper: the third column of zone.tab. */
static void read_zone_tab(void)
{
    char line[256], zone[128];
    FILE *f = fopen(ZONE_FOLDER "/zone.tab", "re");
    while (f && fgets(line, sizeof line, f)) {
        if (line[0] != '#' && sscanf(line, "%*s %*s %127s", zone) == 1 && zone_is_place(zone)) {
            add_city_of(arena_copy(atlas.arena, zone), KIND_CITY_OF_ZONE);
        }
    }
    if (f) {
        fclose(f);
    }
}

/* Every zone file below a folder, links too; America has folders of its own. */
static void walk(const char *below, int depth)
{
    DIR *folder = opendir(arena_printf(atlas.arena, "%s/%s", ZONE_FOLDER, below));
    for (struct dirent *e; folder && (e = readdir(folder));) {
        char *name = arena_printf(atlas.arena, "%s%s%s", below, *below ? "/" : "", e->d_name);
        if (e->d_name[0] == '.' || !zone_is_place(*below ? name : arena_printf(atlas.arena, "%s/", name))) {
            continue;
        }
        if (e->d_type == DT_DIR && depth < 3) {
            walk(name, depth + 1);
        } else if (e->d_type != DT_DIR && *below) {
            add_place(place_key(atlas.arena, name), name, KIND_FULL_NAME);
            add_city_of(name, KIND_CITY_OF_LINK);
        }
    }
    if (folder) {
        closedir(folder);
    }
}

static void add_cities_elsewhere(void)
{
    for (const struct cities *c = cities_elsewhere; c->zone; c++) {
        for (char *rest = arena_copy(atlas.arena, c->names), *name; (name = strsep(&rest, "|"));) {
            add_place(name, c->zone, KIND_CITY_ELSEWHERE);
        }
    }
}

static int compare_places(const void *left, const void *right)
{
    const struct place *l = left, *r = right;
    int order = strcmp(l->key, r->key);
    if (order == 0) {
        order = (l->kind > r->kind) - (l->kind < r->kind);
    }
    return order ? order : strcmp(l->zone, r->zone);
}

static void list_names(void)
{
    size_t n = 0;
    atlas.names = arena_array(atlas.arena, const char *, atlas.count + 1);
    for (size_t i = 0; i < atlas.count; i++) {
        if (atlas.places[i].kind == KIND_FULL_NAME) {
            atlas.names[n++] = atlas.places[i].zone;
        }
    }
}

static void draw_atlas(void)
{
    atlas.arena = arena_open();
    read_zone_tab();
    walk("", 0);
    add_cities_elsewhere();
    qsort(atlas.places, atlas.count, sizeof *atlas.places, compare_places);
    list_names();
}

static void need_atlas(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, draw_atlas);
}

static const char *find_place(const char *key)
{
    size_t low = 0, high = atlas.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(atlas.places[middle].key, key) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < atlas.count && strcmp(atlas.places[low].key, key) == 0 ? atlas.places[low].zone : NULL;
}

const struct zone *zone_of_city(const char *city)
{
    if (strlen(city) > 128) {
        return NULL;
    }
    need_atlas();
    struct arena *a = arena_open();
    const char *zone = find_place(place_key(a, city));
    arena_close(a);
    return zone ? zone_find(zone) : NULL;
}

static bool has_name(const char *names, const char *name)
{
    size_t n = strlen(name);
    for (const char *at = names; (at = strstr(at, name)); at++) {
        if ((at == names || at[-1] == '|') && (at[n] == '|' || !at[n])) {
            return true;
        }
    }
    return false;
}

const char *zone_suggest(struct arena *a, const char *name)
{
    const char *folded = strlen(name) > 128 ? "" : text_squeeze(a, text_fold(a, name));
    if (!*folded) {
        return NULL;
    }
    for (const struct abbreviation *s = abbreviations; s->names; s++) {
        if (has_name(s->names, folded)) {
            return s->suggested;
        }
    }
    const struct zone *z = zone_of_city(name);
    return z ? zone_name(z) : text_nearest(name, atlas.names);
}
