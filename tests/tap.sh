# What the shell tests share: checks that print TAP lines. To be sourced from a script in tests/,
# which then runs at the top of the tree. No `set -e`: a check that fails is counted, not fatal.
# shellcheck shell=bash
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

tap_count=0
tap_failed=0

# verdict STATUS NAME [WHY]: one check.
verdict() {
    tap_count=$((tap_count + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $tap_count - $2"
    else
        tap_failed=1
        echo "not ok $tap_count - $2"
        [ -n "${3:-}" ] && printf '%s\n' "$3" | head -n 12 | sed 's/^/# /'
    fi
}

# is NAME FOUND EXPECTED
is() {
    [ "$2" = "$3" ]
    verdict $? "$1" "found \"$2\", expected \"$3\""
}

# holds NAME TEXT PART: PART (as it stands) is in TEXT.
holds() {
    case $2 in
    *"$3"*) verdict 0 "$1" ;;
    *) verdict 1 "$1" "no \"$3\" in: $2" ;;
    esac
}

# same NAME FILE FILE: byte for byte.
same() {
    local difference
    difference=$(cmp "$2" "$3" 2>&1)
    verdict $? "$1" "$difference"
}

# skip NAME WHY: counted as neither passed nor failed.
skip() {
    tap_count=$((tap_count + 1))
    echo "ok $tap_count # SKIP $1: $2"
}

finish() {
    echo "1..$tap_count"
    exit "$tap_failed"
}
