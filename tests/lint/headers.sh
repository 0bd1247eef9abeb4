#!/bin/bash
# Every header can be compiled alone, and opens with two lines: what it is, who owns what. headers.sh [ROOT]
cd "${1:-.}" || exit 2
bad=0
for header in $(find include bot -name '*.h'); do
    [ "$(head -c 3 "$header")" = "/* " ] || { echo "$header:1: a header opens with a comment: what this is, who owns what"; bad=1; }
    gcc ${LINT_CFLAGS:--Iinclude} -fsyntax-only -x c -include "$header" /dev/null || bad=1
done
exit $bad
