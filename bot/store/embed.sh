#!/bin/sh
# Turns schema files (NNNN_name.sql) into one C file, so that learnd carries its schema inside: embed.sh FILE... > schema.c
# Only sh, sort and sed: it runs in every build, on a machine that has nothing else.
set -eu

number() { basename "$1" | sed -n 's/^\([0-9][0-9][0-9][0-9]\)_[a-z0-9_]*\.sql$/\1/p'; }

for file in "$@"; do
    [ -n "$(number "$file")" ] || { echo "$file:1: a schema file is called NNNN_name.sql" >&2; exit 1; }
done
list=$(for file in "$@"; do echo "$(number "$file") $file"; done | sort)
twice=$(echo "$list" | cut -d' ' -f1 | uniq -d)
[ -z "$twice" ] || { echo "$list" | grep "^$(echo "$twice" | head -n 1)" | sed 's/^[^ ]* \(.*\)/\1:1: the number is used twice/' >&2; exit 1; }

echo '/* Written by bot/store/embed.sh from the schema files: change those. */'
echo '#include "learnd/schema.h"'
echo
echo '#include <stddef.h>'
echo
echo 'const struct schema_file schema_files[] = {'
echo "$list" | while read -r digits file; do
    [ -n "$digits" ] || continue
    name=$(basename "$file" .sql)
    echo "    { $((1$digits - 10000)), \"${name#*_}\","
    sed 's/[\\"?]/\\&/g; s/.*/      "&\\n"/' "$file"
    echo '      "" },'
done
# C has no empty arrays; the count leaves this last row out.
echo '    { 0, NULL, NULL },'
echo '};'
echo 'const size_t schema_file_count = sizeof schema_files / sizeof schema_files[0] - 1;'
