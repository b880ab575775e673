#!/usr/bin/env bash
# jauge solve on the command line: every shipped scenario, all formats, in no time.
set -u
. "$(dirname "$0")/tap.sh"
jauge=${JAUGE:-./jauge}
export JAUGE_DATA=inputs
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

find inputs/scenarios -name '*.json' | sort >"$work/scenarios"
while read -r file; do
    "$jauge" solve "$file" >"$work/out" 2>"$work/err"
    verdict $? "solves $file" "$(cat "$work/err")"
    is "without nan or inf: $file" "$(grep -ciwE 'nan|inf' "$work/out")" 0
    widest=$(awk '{ if (length > most) most = length } END { print most + 0 }' "$work/out")
    [ "$widest" -le 120 ]
    verdict $? "as wide as a terminal: $file" "$widest columns"
done <"$work/scenarios"

one=inputs/scenarios/examples/one-queue.json
three=inputs/scenarios/examples/three-tiers.json
"$jauge" solve "$one" "$three" --format json >"$work/both.json"
python3 - "$work/both.json" <<'END'
import json, sys
one, three = json.load(open(sys.argv[1]))
figures = {(f["scope"], f["entity"], f["name"]): f for f in one["figures"]}
response = figures["station", "clerk", "response.mean"]
assert response["kind"] == "exact" and abs(response["value"] - 9) < 1e-12
assert response["formula"] == "M/M/1" and response["source"] == "K1 3.2"
assert one["steady"] and one["bottleneck"] == "clerk" and abs(one["headroom"] - 1 / 0.9) < 1e-12
assert three["loads"][1]["visits"] == 2
END
verdict $? "JSON: an array of documents, the figures with kind, formula and source"
"$jauge" solve "$one" --format csv >"$work/one.csv"
holds "CSV: a row per figure" "$(cat "$work/one.csv")" \
    'one queue,station,clerk,utilization,1,exact,0.9,0.9,0.9,utilization law,Denning and Buzen 1978'
"$jauge" solve inputs/scenarios/phase1-launch-day.json >"$work/day"
holds "the launch day: users by M(t)/G/infinity" "$(cat "$work/day")" '  0 s .. 1 h     242         295'
holds "and 233 after four hours, 50 at the end" \
    "$(awk '/ [.][.] (4|24) h/ { print $6, $7 }' "$work/day" | tr '\n' ' ')" '237 233 51.8 50.0'
"$jauge" solve "$work/none.json" >"$work/out" 2>"$work/err"
is "a file that is not there" "$?" 2
finish
