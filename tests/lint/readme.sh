#!/bin/bash
# The README's table of commands is the one that `learnd help commands` prints, and its example of a capability compiles and
# looks as all code does.
sed -n '/^<!-- from `learnd help commands`/,/^<!-- end -->/p' README.md | sed '1d;$d' | diff -u - <(build/release/learnd help commands) ||
    { echo "README.md:1: the table of commands is out of date"; exit 1; }

example=$(mktemp -d)
trap 'rm -rf "$example"' EXIT
sed -n '/^```c$/,/^```$/p' README.md | sed '1d;$d' >"$example/thanks.c"
[ -s "$example/thanks.c" ] || { echo "README.md:1: there is no example of a capability"; exit 1; }
clang-format --style=file:.clang-format --dry-run --Werror "$example/thanks.c" &&
    gcc -std=gnu17 -Wall -Wextra -Wshadow -Wformat=2 -Wno-missing-field-initializers -Werror -fsyntax-only -Iinclude "$example/thanks.c" ||
    { echo "README.md:1: the example of a capability is not fit to be copied"; exit 1; }
