#!/bin/bash
# A schema file comes out of the program as it went in, whatever stands in it.
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat >"$dir/0007_odd.sql" <<'END'
-- "quoted", back\slash, ??/ three, %s and Straße
CREATE TABLE a(b TEXT DEFAULT '\n') STRICT;

END
printf 'SELECT 1;' >"$dir/0011_no_newline.sql"
cat >"$dir/main.c" <<'END'
#include "learnd/schema.h"
#include <stdio.h>
int main(void)
{
    for (size_t i = 0; i < schema_file_count; i++)
        printf("%d %s\n%s", schema_files[i].number, schema_files[i].name, schema_files[i].sql);
    return 0;
}
END
passed=0 failed=0
expect() { # WHAT, true or false before it
    if [ $? -eq 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "not so: $1"; fi
}
program() {
    sh bot/store/embed.sh "$@" >"$dir/schema.c" && gcc -std=gnu17 -Wall -Wextra -Werror -Iinclude -o "$dir/main" "$dir/main.c" "$dir/schema.c"
}

program "$dir/0011_no_newline.sql" "$dir/0007_odd.sql"; expect "it compiles"
{ echo "7 odd"; cat "$dir/0007_odd.sql"; echo "11 no_newline"; cat "$dir/0011_no_newline.sql"; echo; } | cmp - <("$dir/main")
expect "the same text, in the order of the numbers"
program && [ -z "$("$dir/main")" ]; expect "no files, no rows"
touch "$dir/7_short.sql" "$dir/0007_again.sql"
! sh bot/store/embed.sh "$dir/7_short.sql" >/dev/null 2>"$dir/said" && grep -q '7_short.sql:1: a schema file is called' "$dir/said"
expect "a wrong name is refused"
! sh bot/store/embed.sh "$dir/0007_odd.sql" "$dir/0007_again.sql" >/dev/null 2>"$dir/said" && grep -q 'again.sql:1: the number is used twice' "$dir/said"
expect "a number is used once"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
