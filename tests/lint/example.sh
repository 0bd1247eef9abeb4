#!/bin/bash
# The example on the page a capability is written from compiles, and the page offers at most 40 functions. example.sh [ROOT]
cd "${1:-.}" || exit 2
page=include/learnd/turn.h bad=0
sed -n '/^ \*     #include/,/^ \* Then one line/ { s/^ \*     //p; s/^ \*$//p }' $page |
    gcc ${LINT_CFLAGS:--Iinclude -Wall -Wextra} -Werror -Wno-missing-field-initializers -fsyntax-only -x c - ||
    { echo "$page:1: the example does not compile"; bad=1; }
count=$(sed 's,/\*.*,,' $page | grep -cE '^[a-zA-Z_].*[ *][a-z_]+\(struct turn \*t')
[ "$count" -le 40 ] || { echo "$page:1: $count functions, 40 is the most: what few need stands in rare.h"; bad=1; }
echo "# $page offers $count functions"
exit $bad
