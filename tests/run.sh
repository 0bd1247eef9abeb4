#!/bin/bash
# Runs tests that are already built: tests/run.sh FLAVOUR unit|index|scenarios|faults|fuzz|bench|lint... Each program is a job, as
# many at a time as there are processors. Of a job's output one sees the lines that begin with "# ", and all when it failed.
# The last line is `N passed, N failed` over everything.
set -u
shopt -s nullglob
flavour=$1; shift
learnd=build/$flavour/learnd
logs=build/$flavour/log
rm -rf "$logs"; mkdir -p "$logs"

# A test meets none of the settings of the person who runs it, and a zone in which nobody of the examples lives.
unset ${!LEARND_@} ${!MATRIX_@} ${!SLACK_@}
export LEARND=$learnd TZ=Pacific/Chatham LC_ALL=C
export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1 TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1
[ -e /usr/bin/llvm-symbolizer ] && export ASAN_SYMBOLIZER_PATH=/usr/bin/llvm-symbolizer

# What a log says: cmocka's sums or lines `N passed, N failed`; a skipped test is a failed one. A program that says nothing
# counts as one test by its exit status, and one that ends badly has failed at least once.
tally() { # LOG STATUS -> "passed failed"
    awk -v status="$2" '
        /^\[  PASSED  \] [0-9]+ test/ { passed += $4 }
        /^\[  (FAILED|SKIPPED)  ?\] [0-9]+ test/ { failed += $4 }
        /^[0-9]+ passed, [0-9]+ failed$/ { passed += $1; failed += $3 }
        END {
            if (status != 0 && !failed) failed = 1
            if (!passed && !failed) passed = 1
            print passed + 0, failed + 0
        }' "$1"
}

job() { # NAME COMMAND...
    local name=$1 status began=${EPOCHREALTIME/./} counts result; shift
    timeout --kill-after=10 "${TEST_SECONDS:-600}" "$@" >"$logs/$name.log" 2>&1 </dev/null
    status=$?
    local tenths=$(((${EPOCHREALTIME/./} - began) / 100000))
    counts=$(tally "$logs/$name.log" $status)
    echo "$counts" >"$logs/$name.count"
    result=$(printf '%4d.%d s  %s: %d passed, %d failed' $((tenths / 10)) $((tenths % 10)) "$name" $counts)
    if [ "${counts#* }" = 0 ]; then
        result+=$(grep '^# ' "$logs/$name.log" | sed 's/^/\n/')
    else
        result+=$(printf ' (exit status %d)\n' $status; cat "$logs/$name.log"; echo "^ $name")
    fi
    echo "$result"
}

start() { # the same, beside the others
    while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n; done
    job "$@" &
}

fuzz() { # NAME PROGRAM SOURCE: SOURCE may be a folder of seeds, and SOURCE.dict a dictionary; what is learnt stays in build/
    local learnt=build/fuzz/learnt/$1 options=(-max_total_time="${FUZZ_SECONDS:-10}" -timeout=5 -rss_limit_mb=2048)
    mkdir -p "$learnt"
    [ ! -e "$3.dict" ] || options+=(-dict="$3.dict")
    [ ! -d "$3" ] || set -- "$1" "$2" "$3" "$3"
    start "$1" "$2" "${options[@]}" -print_final_stats=1 -artifact_prefix="$logs/$1-" "$learnt" "${@:4}"
}

programs() { # FOLDER: every test program of a folder, in C, sh or Python
    local source name
    for source in "tests/$1"/*.{c,sh,py}; do
        name=$1-$(basename "${source%.*}")
        case $source in
        tests/fuzz/*.c) fuzz "$name" "build/$flavour/${source%.c}" "${source%.c}" ;;
        *.c) start "$name" "build/$flavour/${source%.c}" ;;
        *.sh) start "$name" bash "$source" ;;
        *.py) start "$name" python3 "$source" ;;
        esac
    done
}

for what in "$@"; do
    case $what in
    scenarios)
        files=(tests/scenarios/*.scn)
        [ ${#files[@]} -gt 0 ] || continue
        start scenarios "$learnd" script "${files[@]}"
        LEARND_REVERSE_SELECTS=1 start scenarios-reversed "$learnd" script "${files[@]}"
        LEARND_SCRIPT_RENDER=matrix start scenarios-matrix "$learnd" script "${files[@]}"
        ;;
    index) start scenarios-index python3 tests/scenarios/index.py ;;
    *) programs "$what" ;;
    esac
done
wait

cat "$logs"/*.count /dev/null | awk '{ passed += $1; failed += $2 }
    END { printf "%d passed, %d failed\n", passed, failed; exit failed > 0 }'
