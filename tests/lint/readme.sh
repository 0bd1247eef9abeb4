#!/bin/bash
# The README's table of commands is the one that `learnd help commands` prints.
sed -n '/^<!-- from `learnd help commands`/,/^<!-- end -->/p' README.md | sed '1d;$d' | diff -u - <(build/release/learnd help commands) ||
    { echo "README.md:1: the table of commands is out of date"; exit 1; }
