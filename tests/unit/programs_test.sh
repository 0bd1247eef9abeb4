#!/bin/sh
# The programs as a person or a cron job meets them: what they print, where, and how they end.
set -u
LEARND=${LEARND:-build/learnd}
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
cp -r tests/scenarios/org_few "$here/org"
export LEARND_CONFIG="$here/org" LEARND_DATABASE="$here/db/learnd.db"
passed=0 failed=0 case=

# is STATUS PATTERN COMMAND...: runs it; its output (both) has a line that matches, it ends with the status
is() {
    want=$1 pattern=$2; shift 2
    said=$("$@" 2>&1 </dev/null); status=$?
    if [ $status -eq "$want" ] && printf '%s\n' "$said" | grep -qE -- "$pattern"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: %s\nexpected status %s and /%s/, got status %s and:\n%s\n' "$*" "$want" "$pattern" $status "$said"
    fi
}
says() { # TEXT: the program reads it
    printf '%b' "$1" >"$here/in"; shift
    "$@" <"$here/in"
}

# Arguments
is 0 '^learnd [0-9]+\.[0-9]+' "$LEARND" --version
is 0 'learnd backup' "$LEARND" help
is 0 'learnd backup' "$LEARND" --help
is 1 'learnd backup' "$LEARND"
is 0 'usage|learnd import people .*FILE.csv' "$LEARND" help import people
is 0 '^\.TH LEARND 1' "$LEARND" help man
is 1 "no program 'bakup' .did you mean 'backup'" "$LEARND" bakup
is 1 "no program 'bakup' .did you mean 'backup'" "$LEARND" help bakup
is 1 'say learnd import people or learnd import cards' "$LEARND" import
is 1 'say learnd import people or learnd import cards' "$LEARND" help import
is 1 'there is no option --nobody' "$LEARND" chat --nobody
is 1 '--as needs a value' "$LEARND" chat --as
is 1 'takes no arguments' "$LEARND" check folder
is 1 'one file is expected' "$LEARND" backup
is 1 'no conversation was named' "$LEARND" script

# The folder
is 0 'no faults. 6 people, 2 cards' "$LEARND" check
is 1 'none: this folder cannot be opened' env LEARND_CONFIG="$here/none" "$LEARND" check
cp -r "$here/org" "$here/faulty"
echo 'orgnisation: x' >>"$here/faulty/learnd.yaml"
echo '8,ALICE,x,y,,,99,EST,,,' >>"$here/faulty/people.csv"
is 1 'learnd.yaml:[0-9]+:1: .*did you mean' env LEARND_CONFIG="$here/faulty" "$LEARND" check
is 1 'people.csv:8:' env LEARND_CONFIG="$here/faulty" "$LEARND" check
is 1 'people.csv:8:' env LEARND_CONFIG="$here/faulty" "$LEARND" chat
: >"$here/faulty/cards/$(printf 'caf\351').md"
is 1 '^cards: a name in this folder is no UTF-8 text' env LEARND_CONFIG="$here/faulty" "$LEARND" check
is 1 'WRONG  Matrix: http://127.0.0.1:9 is not there as a Matrix server: no answer' env MATRIX_USER=learnd MATRIX_PASSWORD=se5am \
    MATRIX_HOMESERVER=http://127.0.0.1:9 "$LEARND" doctor
is 1 'WRONG .* faults: learnd check' env LEARND_CONFIG="$here/faulty" "$LEARND" doctor
is 0 'there is no database' "$LEARND" doctor
is 2 'there is no database' "$LEARND" backup "$here/early"

# Conversation: answers only, on stdout only
is 0 'Claiming travel expenses' says 'How do I claim travel expenses?\n' "$LEARND" chat --as alice
said=$(says 'How do I claim travel expenses?\n' "$LEARND" chat --as alice 2>/dev/null | head -n 1)
is 0 '^Claiming travel expenses$' printf '%s\n' "$said"
is 0 '\[1\] Helpful  \[2\] Not it' says 'I forgot my password' "$LEARND" chat --as alice
is 1 "Nobody has the handle 'alcie' .did you mean 'alice'" "$LEARND" chat --as alcie
is 1 'learnd chat --as HANDLE' env USER=stranger "$LEARND" chat
is 0 'only be moved in an example' says '/after 3 days\n' "$LEARND" chat --as alice
is 0 'Only in an example' says '/as bob\n' "$LEARND" chat --as alice
is 0 'no UTF-8' says 'caf\0351\n' "$LEARND" chat --as alice
echo 'example: true' >>"$here/org/learnd.yaml"
is 0 'Alice .Sales. asks:' says \
    '/after until 2028-01-11 10:00\nWhat is the tariff for dried lemon verbena?\n1\n/as priya\n' "$LEARND" chat --as alice
is 0 'Priya: Six percent' says '1\nSix percent\n/as alice\n' "$LEARND" chat --as priya
is 0 '^Priya can.t right now; Omar has it' \
    says '/after until 2028-01-11 10:00\nWhat is the tariff for dried lemon verbena?\n1\n/as priya\npass 1\n/as alice\n' \
    env LEARND_DATABASE="$here/moves.db" "$LEARND" chat --as alice # what has moved meanwhile
is 0 'Time does not go back' says '/after until 2028-01-10 10:00\n' "$LEARND" chat
is 0 '^1️⃣ Helpful' says '/on matrix\nI forgot my password\n' "$LEARND" chat

is 0 'lisbon|Lisbon' says 'prefs tz Lisbon\naway until 2028-01-15\n' "$LEARND" chat --as bob
is 0 '^people.csv: bob: timezone is Europe/Lisbon: said in chat' "$LEARND" check
is 0 '^absences.csv: bob: away' "$LEARND" check

# Questions
is 0 '^answer	0\.[0-9]{3}	claim-travel-expenses	Claiming travel expenses$' \
    says 'How do I claim travel expenses?\n' "$LEARND" ask
is 0 '^route	0\.[0-9]{3}		$' says 'zebra\n' "$LEARND" ask
echo '- {words: [harassed], contact: Nadia, text: You deserve a person.}' >"$here/org/sensitive.yaml"
is 0 '^You deserve a person' says 'I am being harassed\n' "$LEARND" ask
is 0 '^route	0.000		$' says 'I am being harassed\n' "$LEARND" ask
is 0 '"ranked":\[\],"confidence":0.0,"decision":"route"' \
    says '{"op":"ask","q":"I am being harassed over travel expenses"}\n' "$LEARND" ask --json
is 0 '"decision": *"answer"' says '{"op":"ask","q":"How do I claim travel expenses?"}\n' "$LEARND" ask --json
is 0 '"error"' says 'nonsense\n' "$LEARND" ask --json
is 1 "nobody has the handle 'zed'" "$LEARND" ask --as zed

# Import
is 0 '^added 0, changed 0, retired 0, unchanged 6$' "$LEARND" import people "$here/org/people.csv"
cp "$here/org/people.csv" "$here/more.csv"
echo '7,mei,mei@example.org,Mei Chen,Engineer,Engineering,1,Europe/London,GB,,' >>"$here/more.csv"
is 0 '^added 1, changed 0, retired 0, unchanged 6$' "$LEARND" import people --dry-run "$here/more.csv"
is 0 '^added 1, changed 0, retired 0, unchanged 6$' "$LEARND" import people "$here/more.csv"
# By the organisation's own rules: its zone is that of who has none.
cut -d, -f1-7,9- "$here/more.csv" >"$here/zoneless.csv"
is 0 '^added 0, changed [1-9]' "$LEARND" import people "$here/zoneless.csv"
sed -i 's/^timezone:.*//' "$here/org/learnd.yaml"; echo 'timezone: Asia/Tokyo' >>"$here/org/learnd.yaml"
is 0 '^added 0, changed 7' "$LEARND" import people --dry-run "$here/zoneless.csv"
is 0 '^added 0, changed [1-9]' "$LEARND" import people "$here/more.csv"
head -n 4 "$here/org/people.csv" >"$here/few.csv"
is 1 '--retire' "$LEARND" import people "$here/few.csv"
is 1 '--retire takes a number' "$LEARND" import people --retire x "$here/few.csv"
is 1 'says 5, but this would retire 4 of 7 people' "$LEARND" import people --retire 5 "$here/few.csv"
is 1 'more.csv:9:' sh -c 'echo bad >>"$1/more.csv"; "$2" import people "$1/more.csv"' - "$here" "$LEARND"
echo '{"id":"tea","title":"Tea","body":"In the kitchen.","aliases":["Where is the tea?"]}' >"$here/cards.jsonl"
is 0 '^added 1, changed 0, retired 0, unchanged 0$' "$LEARND" import cards --owner nadia "$here/cards.jsonl"
is 1 'one folder or one file' "$LEARND" import cards

# Retry
is 0 '^0 tried again$' "$LEARND" retry
is 2 'there is no database' env LEARND_DATABASE="$here/none.db" "$LEARND" retry

# Backup and restore
is 0 '' "$LEARND" backup "$here/backup"
is 1 'there already' "$LEARND" backup "$here/backup"
is 2 'needs the name of a file' "$LEARND" backup ''
is 0 '^-rw-------' ls -l "$here/backup"
mkdir "$here/kept"
today=learnd-$(date -u +%Y-%m-%d) old=learnd-$(date -u -d '-31 days' +%Y-%m-%d) young=learnd-$(date -u -d '-29 days' +%Y-%m-%d)
touch "$here/kept/$old-1200.db" "$here/kept/$young-1200.db" "$here/kept/learnd-2020.db" "$here/kept/2020-01-01-1200.db"
is 0 '' "$LEARND" backup "$here/kept"
is 0 "^$today-[0-9]{4}.db$" ls "$here/kept"
is 2 "$old-1200.db" ls "$here/kept/$old-1200.db"
is 0 "^$young-1200.db$" ls "$here/kept"
is 0 '^2020-01-01-1200.db$' ls "$here/kept"
is 0 '^learnd-2020.db$' ls "$here/kept"
is 0 '^-rw-------' ls -l "$LEARND_DATABASE"
is 0 'Resetting your password' says 'I forgot my password\n' "$LEARND" chat --as bob
is 1 'is newer .* than the backup' "$LEARND" restore "$here/backup"
mv "$LEARND_DATABASE" "$here/aside"; rm -f "$LEARND_DATABASE"-*
is 0 'is restored from' "$LEARND" restore "$here/backup"
is 0 'is restored from' "$LEARND" restore "$here/backup"
is 0 'before$' ls "$LEARND_DATABASE.before"
# Whose ids are given out a second time must not be taken for the database it was: its send keys begin with another name
is 0 '^None$' python3 -c 'import sqlite3, sys
print(sqlite3.connect(sys.argv[1]).execute("SELECT value FROM fact WHERE name = \"instance\"").fetchone())' "$LEARND_DATABASE"
is 1 'cannot be restored' "$LEARND" restore "$here/org/people.csv"
is 1 'cannot be restored' "$LEARND" restore "$here/none"
is 0 '^ok .*schema' "$LEARND" doctor
chmod 644 "$LEARND_DATABASE"
is 1 'WRONG .*chmod 600' "$LEARND" doctor
chmod 600 "$LEARND_DATABASE"

# A daemon serves: programs go through it
is 1 'no daemon serves' "$LEARND" doctor --alive
"$LEARND" run >"$here/log" 2>&1 &
daemon=$!
for i in $(seq 100); do [ -S "$LEARND_DATABASE.sock" ] && break; sleep 0.1; done
is 0 'a daemon serves it' "$LEARND" doctor
is 0 '' "$LEARND" doctor --alive
is 0 'Resetting your password' says 'I forgot my password\n' "$LEARND" chat --as dana
is 0 'Thank you' says 'I forgot my password\nHelpful\n' "$LEARND" chat --as dana # behind the edit of what was pressed
is 0 '^added 0, changed 0, retired 1, unchanged 6$' "$LEARND" import people --dry-run --retire 1 "$here/org/people.csv"
is 0 '^0 tried again$' "$LEARND" retry
is 0 '' "$LEARND" backup "$here/second"
is 2 'stop it first' "$LEARND" restore "$here/second"
is 2 'Another learnd' "$LEARND" run
mkfifo "$here/lines"
"$LEARND" chat --as dana <"$here/lines" >"$here/talk" 2>&1 &
talk=$!
exec 3>"$here/lines"
echo 'How do I claim travel expenses?' >&3
for i in $(seq 100); do grep -q 'Claiming travel' "$here/talk" && break; sleep 0.1; done
kill $daemon
wait $daemon
is 0 '^0$' echo $?
echo 'And hotels?' >&3
exec 3>&-
wait $talk
is 0 '^2$' echo $?
is 0 'the daemon went away' cat "$here/talk"

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
