#!/bin/bash
# Each lint bites: a small tree with one violation of everything, and what the lints must say of it, line by line.
cd "$(dirname "$0")" || exit 2
tree=$(mktemp -d)
trap 'rm -rf "$tree" "$tree.said"' EXIT
passed=0 failed=0

put() { # FILE, text on stdin
    mkdir -p "$tree/$(dirname "$1")"; cat >"$tree/$1"
}
look() { # LINT...: run it, remember what it says
    "$@" >"$tree.said" 2>&1
}
bites() { # FILE:LINE WORDS: it said so of that line
    if grep -F -- "$1" "$tree.said" | grep -qF -- "$2"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1)); echo "not seen at $1: $2"
    fi
}
silent() { # WHERE: it had nothing to say of that
    if grep -F -- "$1" "$tree.said"; then failed=$((failed + 1)); else passed=$((passed + 1)); fi
}

# ---- layers ----
put include/learnd/turn.h <<'END'
/* A turn. */
#include "learnd/http.h"
END
put include/learnd/http.h <<'END'
#include <uv.h>
END
put include/learnd/arena.h </dev/null
put bot/core.h </dev/null
put bot/base/arena.c <<'END'
#include "learnd/arena.h"
#include "learnd/turn.h"
END
put bot/chat/chat.h </dev/null
put bot/chat/matrix/matrix.h </dev/null
put bot/chat/slack/slack.c <<'END'
#include "../chat.h"
#include "../matrix/matrix.h"
#include "learnd/http.h"
#include <uv.h>
#include <jansson.h>
#include "../../../handlers/goals.h"
#include "learnd/nothere.h"
END
put bot/chat/slack/slack_json.c <<'END'
#include <jansson.h>
END
put bot/store/sqlite.c <<'END'
#include <sqlite3.h>
END
put bot/core.c <<'END'
#include "core.h"
#include "handlers.def"
#include <sqlite3.h>
#include <curl/curl.h>
#include <libwebsockets.h>
#include "nowhere.h"
END
put bot/script/script.c <<'END'
#include "handlers.def"
END
put handlers/handlers.def </dev/null
put handlers/goals.h </dev/null
put handlers/goals.c <<'END'
#include "learnd/turn.h"
#include "learnd/http.h"
#include "../bot/core.h"
#include <time.h>
#include <string.h>
END
look python3 layers.py "$tree"
bites include/learnd/turn.h:2 "handlers sees turn.h and must not see http.h"
bites include/learnd/http.h:1 "<uv.h> is only for bot/net"
bites bot/base/arena.c:2 "bot/base must not include learnd/turn.h"
silent bot/base/arena.c:1
silent bot/chat/slack/slack.c:1
bites bot/chat/slack/slack.c:2 "private to bot/chat/matrix"
silent bot/chat/slack/slack.c:3
bites bot/chat/slack/slack.c:4 "<uv.h> is only for bot/net"
bites bot/chat/slack/slack.c:5 "<jansson.h> is only for json"
bites bot/chat/slack/slack.c:6 "handlers/goals.h is private"
bites bot/chat/slack/slack.c:7 "there is no include/learnd/nothere.h"
silent bot/chat/slack/slack_json.c
silent bot/store/sqlite.c
silent bot/core.c:1
silent bot/core.c:2
bites bot/core.c:3 "<sqlite3.h> is only for"
bites bot/core.c:4 "<curl/curl.h> is only for"
bites bot/core.c:5 "<libwebsockets.h> is only for"
bites bot/core.c:6 "no file of ours"
bites bot/script/script.c:1 "list of handlers"
silent handlers/goals.c:1
bites handlers/goals.c:2 "handlers must not include learnd/http.h"
bites handlers/goals.c:3 "bot/core.h is private to bot"
bites handlers/goals.c:4 "<time.h> is not for handlers"
silent handlers/goals.c:5

# ---- calls ----
rm -rf "${tree:?}"/*
put include/learnd/turn.h <<'END'
struct turn;
void reply(struct turn *t, const char *format, ...); /* not like this: say(t) */
END
put include/learnd/store.h <<'END'
int row_next(struct rows *r);
void store_close(struct store *s);
END
put handlers/plans.h <<'END'
int plan_of(int i);
END
put handlers/paths.c <<'END'
int plan_of(int i); void reply(void *t, const char *format, ...);
void say(void *t);
int row_next(void *r);
void store_close(void *s);
long time(long *now);
int snprintf(char *s, unsigned long n, const char *format, ...);
static int counter;
int written = 4;
static const char *words[] = { "a", "b" };
static const char *const fixed[] = { "a", "b" };
const char *paths(void *t, int i, char *s)
{
    reply(t, "hello");
    snprintf(s, i, "%d", i);
    say(t);
    if (row_next(t)) store_close(t);
    counter += time(0);
    words[i] = s;
    return plan_of(i) > 1 ? words[0] : fixed[i];
}
END
put handlers/plans.c <<'END'
END
mkdir "$tree/objects" && gcc -g -O2 -fPIE -w -fno-builtin -c -o "$tree/objects/paths.o" "$tree/handlers/paths.c"
look python3 calls.py "$tree" "$tree/objects"
bites handlers/paths.c:15 "must not call say"
bites handlers/paths.c:16 "must not call store_close"
bites handlers/paths.c:17 "must not call time"
bites handlers/paths.c:7 "no writable data, counter"
bites handlers/paths.c:8 "no writable data, written"
bites handlers/paths.c:9 "no writable data, words"
silent fixed
silent reply
silent snprintf
silent row_next
silent plan_of
bites handlers/plans.c:1 "is not built"

# ---- SQL ----
rm -rf "${tree:?}"/*
expected=()
statement() { # WORDS STATEMENT [FOLDER]: what to say of it, or nothing
    local file=${3:-handlers}/s${#expected[@]}.c
    { printf 'void f(void)\n{\n'; printf '%s\n' "$2"; printf '}\n'; } | put "$file"
    expected+=("$file:3:$1")
}
statement "INSERT OR" 'q("INSERT OR IGNORE INTO goal(a) VALUES(?1)");'
statement "rowid" 'q("SELECT rowid FROM goal");'
statement "GLOB" 'q("SELECT a FROM goal WHERE a GLOB ?1");'
statement "NOCASE" 'q("SELECT a FROM goal ORDER BY a COLLATE NOCASE");'
statement "date functions" "q(\"SELECT date('now') FROM goal\");"
statement "date functions" 'q("SELECT strftime(?1, a) FROM goal");'
statement "date functions" 'q("SELECT datetime(a), b FROM goal");'
statement "date functions" 'q("SELECT julianday(a) FROM goal");'
statement "JSON" 'q("SELECT json_extract(a, ?1) FROM goal");'
statement "JSON" 'q("SELECT a->?1 FROM goal");'
statement "group_concat" 'q("SELECT group_concat(a) FROM goal");'
statement "single quotes" 'q("SELECT a FROM goal WHERE b = \"x\"");'
statement "several values" 'q("SELECT max(a, b) FROM goal");'
statement "several values" 'q("SELECT min(coalesce(a, 1), (SELECT 2)) FROM goal");'
statement "first appearance" 'q("SELECT a FROM goal WHERE b = $1");'
statement "?1 ?2" 'q("SELECT a FROM goal WHERE b = ?");'
statement "IS with a value" 'q("SELECT a FROM goal WHERE b IS ?1");'
statement "PRAGMA" 'q("PRAGMA user_version");'
statement "" 'q("PRAGMA user_version");' bot/store
statement "FTS5" 'q("SELECT a FROM card_fts WHERE card_fts MATCH ?1");'
statement "" 'q("SELECT rowid FROM card_fts WHERE card_fts MATCH ?1");' bot/search
statement "rowid" 'q("SELECT rowid FROM card");' bot/search
statement "is STRICT" 'q("CREATE TABLE goal(id INTEGER PRIMARY KEY, a TEXT)");'
statement "order is no name" 'q("CREATE TABLE goal(id INTEGER PRIMARY KEY, order TEXT) STRICT");'
statement "grant is no name" 'q("ALTER TABLE goal ADD COLUMN grant TEXT");'
statement "rowid" 'q("SELECT a, " COLUMNS /* all */ " rowid FROM goal");'
statement "GLOB" 'q("AND a GLOB ?1");'
statement "" "q(\"SELECT max(a), 'rowid, \$1 -> GLOB' FROM goal WHERE b = ?1 ORDER BY a, b\");"
statement "" 'say("Select a date (or two) from the list -> \"now\" ?");'
put handlers/schema/0001_goals.sql <<'END'
-- the rowid of a "goal"
CREATE TABLE goal(id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL CHECK (title <> ''), made INTEGER) STRICT;
CREATE TABLE milestone(
    id INTEGER PRIMARY KEY,
    user INTEGER REFERENCES goal(id),
    UNIQUE (id, user)
);
END
look python3 sql.py "$tree"
for one in "${expected[@]}"; do
    where=${one%%:3:*}:3: words=${one#*:3:}
    if [ -n "$words" ]; then bites "$where" "$words"; else silent "$where"; fi
done
silent 0001_goals.sql:2
bites handlers/schema/0001_goals.sql:3 "is STRICT"
bites handlers/schema/0001_goals.sql:5 "user is no name"

# ---- size, headers ----
rm -rf "${tree:?}"/*
{ printf 'int f(void)\n{\n'; yes '    a();' | head -n 99; printf '}\n'; } | put bot/long.c
{ printf 'int f(void)\n{\n'; yes '    a();' | head -n 98; printf '}\n'; } | put bot/fits.c
yes '' | head -n 501 | put bot/file.c
look python3 size.py "$tree"
bites bot/long.c:2 "101 lines"
silent bot/fits.c
bites bot/file.c:501 "501 lines"
put include/learnd/a.h <<'END'
size_t length(void);
END
look bash headers.sh "$tree"
bites include/learnd/a.h:1 "what this is"
bites include/learnd/a.h:1 "size_t"

# ---- example ----
{
    printf '/* A turn.\n *     #include <stddef.h>\n *     int broken = nobody(;\n * Then one line.\n */\n'
    for n in $(seq 41); do echo "void f_$(printf '%s' "$n" | tr 0-9 a-j)(struct turn *t);"; done
} >"$tree/include/learnd/turn.h"
look bash example.sh "$tree"
bites include/learnd/turn.h:1 "the example does not compile"
bites include/learnd/turn.h:1 "41 functions"

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
