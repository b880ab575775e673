#!/usr/bin/env bash
# Every shipped scenario passes check, its network can be drawn: dot(1) takes the graph, and the
# picture names every station; and its results follow their schema. The gallery gives the exact
# answers that it tells of.
set -u
. "$(dirname "$0")/tap.sh"
jauge=${JAUGE:-./jauge}
export JAUGE_DATA=inputs
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gallery=inputs/scenarios/gallery

# --- all shipped scenarios --------------------------------------------------------------------

# labels SVG: the lines of text of a picture.
labels() {
    python3 -c '
import sys
import xml.etree.ElementTree as tree
for text in tree.parse(sys.argv[1]).iter("{http://www.w3.org/2000/svg}text"):
    print(text.text)' "$1"
}
# drawn FILE: the picture has a line for every station of the listing.
drawn() {
    local missing
    "$jauge" explain "$1" --dot "$work/net.dot" 2>"$work/err" &&
        dot -Tsvg "$work/net.dot" -o "$work/net.svg" 2>>"$work/err"
    verdict $? "drawn: $1" "$(cat "$work/err")"
    is "dot has nothing to say: $1" "$(cat "$work/err")" ""
    labels "$work/net.svg" | sort -u >"$work/labels"
    "$jauge" explain "$1" | sed -n 's/^  station \(.*\): [a-z_]*\(,.*\| (.*\)\{0,1\}$/\1/p' |
        sort -u >"$work/stations"
    missing=$(comm -23 "$work/stations" "$work/labels")
    is "all stations are named: $1" "$missing" ""
}
find inputs/scenarios inputs/locust.json -name '*.json' | sort >"$work/scenarios"
while read -r file; do
    "$jauge" check "$file" >"$work/out" 2>&1
    verdict $? "check: $file" "$(cat "$work/out")"
    drawn "$file"
    "$jauge" run "$file" --replications 1 --quiet --db "$work/all.db" --format json \
        >"$work/$(basename "$file" .json).results" 2>"$work/err"
done <"$work/scenarios"
python3 tests/validate.py inputs/schema/results.schema.json "$work"/*.results >"$work/problems" 2>&1
verdict $? "results of all shipped scenarios follow their schema" "$(head -n 5 "$work/problems")"
rm -f "$work"/*.results
"$jauge" explain inputs/scenarios/phase1-launch-day.json --dot "$work/launch.dot"
for tier in 'load balancer' app database cache; do
    grep -q "label=\"$tier\\\\n" "$work/launch.dot"
    verdict $? "the launch day has a frame for its $tier"
done

# Regions have frames of their own; charts say when they leave tiers out.
"$jauge" explain inputs/scenarios/phase3-launch-day.json --dot "$work/regions.dot"
for region in eu-west-3 eu-west-1; do
    is "one frame for $region" "$(grep -c "label=\"$region\"" "$work/regions.dot")" 1
done
cat >"$work/regions.json" <<END
{ "extends": "$PWD/inputs/scenarios/phase3-load-test.json", "name": "two regions", "buckets": "10s",
  "workload": {"load_test": {"profile": [["0s", 100], ["1m", 100]]}} }
END
"$jauge" run "$work/regions.json" --replications 1 --quiet --db "$work/all.db" --out "$work/regions" \
    >"$work/out" 2>"$work/err"
grep -q 'CPU utilization by tier, the 6 busiest of 10' "$work/regions/utilization.gp"
verdict $? "a chart of six tiers says of how many" "$(cat "$work/err")"

# Names are data, and stdout and files get the same.
cat >"$work/names.json" <<'END'
{ "name": "a \"b\" \\N <b>c</b> &lt; é",
  "network": {
    "sources":  [ {"name": "\\G", "rate": "1/s", "route": "r"} ],
    "stations": [ {"name": "a\"; n0 -> n1 [\"", "demand": "1ms"}, {"name": "{x|<y>z}\\", "demand": "1ms"},
                  {"name": "&amp; <i>", "demand": "1ms"} ],
    "routes":   { "r": [ {"serve": "a\"; n0 -> n1 [\""}, {"serve": "{x|<y>z}\\"}, {"mark": "\\l"}, {"serve": "&amp; <i>"} ] } },
  "horizon": "1s" }
END
drawn "$work/names.json"
holds "the title as it is" "$(labels "$work/net.svg")" 'a "b" \N <b>c</b> &lt; é'
holds "a mark as it is" "$(labels "$work/net.svg")" 'mark "\l"'
"$jauge" explain "$work/names.json" --dot - >"$work/stdout.dot"
same "--dot - is stdout" "$work/stdout.dot" "$work/net.dot"
"$jauge" explain "$work/names.json" --dot /dev/null/net.dot >"$work/out" 2>"$work/err"
is "a file that cannot be written" "$?" 3
[ -s "$work/err" ]
verdict $? "and why"

# --- the gallery ------------------------------------------------------------------------------

for file in "$gallery"/*.json; do
    grep -q "^| \`$(basename "$file")\` |" "$gallery/README.md"
    verdict $? "in the table: $(basename "$file")"
    grep -q '^  "about": "' "$file"
    verdict $? "has a word on itself: $(basename "$file")"
    "$jauge" run "$file" --db "$work/jauge.db" --format csv --quiet \
        >"$work/$(basename "$file" .json).csv" 2>"$work/err"
    verdict $? "runs: $(basename "$file")" "$(cat "$work/err")"
done

# The same composite by formulas: the figures of its own `about`.
"$jauge" solve "$gallery/web-tiers.json" --format csv >"$work/solved.csv"
verdict $? "solves web-tiers"
grep -q ',network,,response.mean,s,exact,0.0467[0-9]*,' "$work/solved.csv"
verdict $? "exactly" "$(grep network "$work/solved.csv")"

# The simulated figure and its 95 % interval against the exact one: not further off than twice the
# half width, or equal where there is one replication. `slack` is what the theory leaves out.
python3 - "$work" >"$work/verdicts" <<'END'
import csv, sys

claims = """
interactive-system|source|users|throughput|0.151516|0
interactive-system|source|users|response.mean|4.799825|0
machine-repair|source|machines|response.mean|11391.628|0
machine-repair|source|machines|number.mean|2.403722|0
machine-repair|station|repairers|utilization|0.759628|0
retrials|network||response.mean|5.5|0
retrials|network||backoff.mean|2.7|0
retrials|station|line|utilization|0.6|0
power-of-two|source|to any one|response.mean|10|0
power-of-two|source|to the better of two|response.mean|2.614057|0.05
fork-join|network||response.mean|2.875|0
three-of-five|network||response.mean|0.783333|0
three-of-five|station|replicas|number.mean|30|0
retry-storm|window|500s..800s/network|throughput|0|0
retry-storm|window|500s..800s/network|error_rate|1|0
retry-storm-cancelled|window|500s..800s/network|error_rate|0|0
retry-storm-breaker|window|250s..350s/network|error_rate|0|0
retry-storm-breaker|window|500s..800s/network|error_rate|0|0
priority-inversion|source|urgent job|response.mean|14|0
priority-inversion|source|low job|response.mean|14|0
priority-inversion|source|middle job|response.mean|10|0
call-centre|station|agents|error_rate|0.079919|0
call-centre|station|agents|waited|0.476573|0
call-centre|station|agents|utilization|0.920081|0
loss|station|shop|error_rate|0.0852745|0
loss|network||response.mean|1.601323|0
loss|station|shop|utilization|0.823253|0
shortest-queue|source|by chance|response.mean|5|0
shortest-queue|source|by turn|response.mean|3.843980|0
shortest-queue|source|by length|response.mean|2.955737|0
time-sharing|source|terminals|response.mean|49.212497|0
push-out|source|patient customers|response.mean|23|0
push-out|source|urgent customers|response.mean|10|0
push-out|source|patient customers|count.rejected|1|0
lru-cache|cache|small lru|hit_ratio|0.637815|0
lru-cache|cache|small fifo|hit_ratio|0.611273|0
lru-cache|cache|large lru|hit_ratio|0.331186|0.005
token-bucket|network||error_rate|0.103449|0
web-tiers|network||response.mean|0.0467326|0
web-tiers|class|read|response.mean|0.0373153|0
web-tiers|class|write|response.mean|0.0749845|0
web-tiers|station|app|utilization|0.411757|0
web-tiers|station|database|utilization|0.452091|0
two-classes-circuit|source|users|throughput|0.889580|0
two-classes-circuit|source|users|response.mean|1.744753|0
two-classes-circuit|source|jobs|throughput|0.703723|0
two-classes-circuit|source|jobs|response.mean|2.842025|0
batch-arrivals|network||response.mean|12.5|0
peak-lag|sample|50s/station/hall|present.mean|63.2834|0
peak-lag|sample|100s/station/hall|present.mean|160.2695|0
peak-lag|sample|114s/station/hall|present.mean|172.4070|0
peak-lag|sample|150s/station/hall|present.mean|133.4553|0
peak-lag|sample|200s/station/hall|present.mean|39.4628|0
office-hours|network||response.mean|23112|100
processor-sharing-slots|source|shared jobs|response.mean|5|0
processor-sharing-slots|source|queued jobs|response.mean|21|0
"""
for claim in claims.split("\n")[1:-1]:
    file, scope, entity, name, exact, slack = claim.split("|")
    found = [row for row in csv.DictReader(open(f"{sys.argv[1]}/{file}.csv", newline=""))
             if (row["scope"], row["entity"], row["name"]) == (scope, entity, name)]
    good = len(found) == 1
    if good:
        value = float(found[0]["value"])
        half = (float(found[0]["high"]) - float(found[0]["low"])) / 2 if found[0]["low"] else 0
        good = abs(value - float(exact)) <= 2 * half + float(slack) + 1e-9
    print(0 if good else 1, f"{file}: {scope} {entity} {name} is {exact}", "|",
          [row["value"] for row in found], sep="\t")
END
while IFS=$'\t' read -r status name _ found; do
    verdict "$status" "$name" "found $found"
done <"$work/verdicts"
[ "$(wc -l <"$work/verdicts")" -gt 40 ]
verdict $? "and all claims were judged"
finish
