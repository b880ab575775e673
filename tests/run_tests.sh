#!/usr/bin/env bash
# Runs tests side by side and counts what they say.
#
#   tests/run_tests.sh LOG_FOLDER COMMAND...
#
# Each command is a cmocka program or a script that speaks TAP: lines "ok ..." and "not ok ...", and
# "1..N" for the number of checks. A command that ends badly without a "not ok", says nothing, or
# says less than it announced, counts as one more failure. The last line is "N passed, N failed".
# Exit code: 0 nothing failed, 1 something did. JOBS: how many at once (default: all cores).
set -u
export CMOCKA_MESSAGE_OUTPUT=TAP LC_ALL=C.UTF-8
unset JAUGE_DATA MAKEFLAGS MFLAGS MAKELEVEL
export JAUGE_TEST_TIMEOUT=${JAUGE_TEST_TIMEOUT:-600}

logs=$1
shift
rm -rf "$logs"
mkdir -p "$logs"

# A locale with a decimal comma, for the tests that show that none changes a result.
if localedef -i fr_FR -f UTF-8 "$logs/fr_FR.UTF-8" >/dev/null 2>&1; then
    LOCPATH=$(realpath "$logs")
    export LOCPATH
fi

# The log of command number $1, and its exit code beside it.
run_one() {
    timeout "$JAUGE_TEST_TIMEOUT" bash -c "$3" >"$2/$1.log" 2>&1 </dev/null
    echo $? >"$2/$1.code"
}
export -f run_one

number=0
for command; do
    number=$((number + 1))
    printf '%s\0%s\0%s\0' "$number" "$logs" "$command"
done | xargs -0 -r -n 3 -P "${JOBS:-$(nproc)}" bash -c 'run_one "$@"' run_one

passed=0
failed=0
number=0
for command; do
    number=$((number + 1))
    log=$logs/$number.log
    code=$(cat "$logs/$number.code")
    good=$(grep '^ok ' "$log" | grep -vc '# SKIP')
    bad=$(grep '^not ok ' "$log" | grep -vc '# SKIP')
    skipped=$(grep -c '^\(not \)\?ok .*# SKIP' "$log")
    plan=$(sed -n 's/^1\.\.\([0-9]*\)$/\1/p' "$log" | tail -n 1)
    note=
    if [ "$code" -eq 124 ]; then
        note="did not end in $JAUGE_TEST_TIMEOUT s"
    elif [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then
        note="ended with code $code"
    elif [ "$good" -eq 0 ] && [ "$bad" -eq 0 ] && [ "$skipped" -eq 0 ]; then
        note="said nothing"
    elif [ -n "$plan" ] && [ $((good + bad)) -lt "$plan" ] &&
        [ $((good + bad + skipped)) -lt "$plan" ]; then
        note="announced $plan checks and made $((good + bad))"
    fi
    [ -n "$note" ] && bad=$((bad + 1))
    passed=$((passed + good))
    failed=$((failed + bad))
    name=${command##*tests/}
    if [ "$bad" -eq 0 ]; then
        printf '%-32s %4d passed%s\n' "$name" "$good" \
            "$([ "$skipped" -gt 0 ] && echo ", $skipped skipped")"
    else
        printf '%-32s %4d passed, %d FAILED%s\n' "$name" "$good" "$bad" "${note:+ ($note)}"
        grep -v '^ok \|^1\.\.' "$log" | tail -n 40 | sed 's/^/    /'
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
