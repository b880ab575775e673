#!/usr/bin/env bash
# The man page, --help and the code say the same: the same commands with the same operands, each
# with the same options and values, and every documented option is one that the parser knows.
set -u
. "$(dirname "$0")/tap.sh"
jauge=${JAUGE:-./jauge}

# Command lines and their options, "COMMAND operands" and "  --name VALUE", as the man page has them.
from_man() {
    sed -n 's/\\-/-/g
        /^\.SH COMMANDS/,/^\.SH EXIT/ {
            s/^\.SS //p
            s/^\.BI* \(--[a-z-]*\)$/  \1/p
            s/^\.BI \(--[a-z-]*\) " \(.*\)"$/  \1 \2/p
        }' docs/jauge.1
}

# The same from --help. Its own option, --help, is told once for all in the man page.
from_help() {
    "$jauge" help | sed -n '/^commands:/,/^$/ s/^  \([a-z-]*\) .*/\1/p' | while read -r command; do
        "$jauge" "$command" --help | sed -n 's/^usage: jauge \(.*\) \[options\]$/\1/p
            s/^\(  --[a-z-]*\( [A-Z=]*\)\{0,1\}\)  .*/\1/p' | grep -v '^  --help'
    done
}

# A block per command, its options sorted.
normal() {
    awk '/^  / { print command " " $1 " " $2; next } { command = $1; print }' | sort
}

help=$(from_help | normal)
is "the man page and --help list the same" "$(from_man | normal)" "$help"
holds "and that is not nothing" "$help" "run --seed N"

# Every option is known to its command: without a value it is the value that is missed, and one
# that takes none refuses one.
while read -r command option value; do
    case $option in
    --*) ;;
    *) continue ;;
    esac
    if [ -n "$value" ]; then
        message=$("$jauge" "$command" "$option" 2>&1)
        is "$command $option needs a value" "$message" "jauge: $option needs a value ($value)"
    else
        message=$("$jauge" "$command" "$option=1" 2>&1)
        is "$command $option takes none" "$message" "jauge: $option takes no value, found \"1\""
    fi
done <<<"$help"

# What the parser knows and --help hides: every option of any command, tried on every other.
commands=$(from_help | grep -v '^ ' | cut -d' ' -f1)
options=$(from_help | sed -n 's/^  \(--[a-z-]*\).*/\1/p' | sort -u)
for command in $commands; do
    for option in $options; do
        grep -q "^$command $option " <<<"$help" && continue
        message=$("$jauge" "$command" "$option" x 2>&1)
        holds "$command does not know $option" "$message" "$command has no option \"$option\""
    done
done

for code in 0 1 2 3; do
    holds "exit code $code is in --help" "$("$jauge" help)" "$code "
    grep -qx "\\.B $code" docs/jauge.1
    verdict $? "exit code $code is in the man page"
done
finish
