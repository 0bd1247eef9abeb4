#!/bin/sh
# clang-tidy with .clang-tidy, one file a process.
find bot handlers -name '*.c' | xargs -r -n 1 -P "$(nproc)" sh -c 'clang-tidy --quiet "$0" -- '"$LINT_CFLAGS"' 2>/dev/null'
