/* The schema files (NNNN_name.sql) as they were when learnd was built; bot/store/embed.sh writes the definition.
 * All is constant and belongs to the program: nothing is to be freed. */
#ifndef LEARND_SCHEMA_H
#define LEARND_SCHEMA_H

#include <stddef.h>

struct schema_file {
    int number;       /* the order in which they are applied; no two are the same */
    const char *name; /* 0012_goals.sql is "goals" */
    const char *sql;  /* the whole text, one or more statements */
};

extern const struct schema_file schema_files[]; /* sorted by number */
extern const size_t schema_file_count;

#endif
