#!/usr/bin/env bash
# jauge phases: the shipped launch days side by side, formats, the chart, what it refuses.
set -u
. "$(dirname "$0")/tap.sh"
top=$PWD
jauge=$(realpath "${JAUGE:-./jauge}")
export JAUGE_DATA=$top/inputs

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

# ran CODE ARGUMENT...: the program ends with CODE; its streams are in the files out and err.
ran() {
    local expected=$1 code
    shift
    "$jauge" "$@" >out 2>err
    code=$?
    [ "$code" -eq "$expected" ]
    verdict $? "exit $expected: $*" "code $code; $(head -n 5 err)"
}
# of_json EXPRESSION: in Python, d is the document in the file out.
of_json() {
    python3 -c '
import json, sys
d = json.load(open("out"))
row = lambda label: [v["value"] for v in next(r for r in d["rows"] if r["label"] == label)["values"]]
print(eval(sys.argv[1]))' "$1"
}

# --- the three phases ------------------------------------------------------------------------
ran 0 phases --replications 2 --out charts
grep -q "^users in all  *10000  *50000  *100000" out
verdict $? "users of the three phases" "$(grep 'users in all' out)"
grep -q "nan\|inf" out
[ $? -eq 1 ]
verdict $? "no figure is nan or inf"
for file in phases.gp phases.svg phases.png; do
    [ -s "charts/$file" ]
    verdict $? "wrote $file"
done

ran 0 phases --replications 2 --format json
python3 "$top/tests/validate.py" "$top/inputs/schema/phases.schema.json" out
verdict $? "the schema holds"
is "phases in order" "$(of_json '[p["name"][:7] for p in d["phases"]]')" \
    "['phase 1', 'phase 2', 'phase 3']"
is "every phase has more instances" "$(of_json 'row("instances") == sorted(set(row("instances")))')" True
is "every phase has a price" "$(of_json 'None in row("instances, USD per month")')" False
is "of the users some 3 % are there at once" \
    "$(of_json 'all(0.02 < p / u < 0.045 for p, u in zip(row("users present, busiest"), row("users in all")))')" True
cp out first
ran 0 phases --replications 2 --format json --threads 1 --fresh
cmp -s out first
verdict $? "the same bytes on one thread, and anew"
ran 0 phases --replications 2 --format csv
is "a line per figure and phase" "$(of_csv=$(tail -n +2 out | wc -l); echo $((of_csv % 3)))" 0

# --- by hand: prices and instances -------------------------------------------------------------
cat >small.json <<'END'
{ "name": "small", "workload": { "load_test": { "profile": [["0s", 5], ["10m", 5]] } },
  "infrastructure": { "region": "us-east-1", "app": { "instance": "m6i.large", "count": 2 } } }
END
ran 0 phases small.json --replications 1 --format json
is "users of a profile" "$(of_json 'row("users in all")')" "[5]"
is "two servers, a database, a cache" "$(of_json 'row("instances")')" "[4]"

# --- what it refuses ---------------------------------------------------------------------------
ran 2 phases "$top/inputs/scenarios/examples/one-queue.json"
grep -q "found a network, expected an architecture" err
verdict $? "a network is refused" "$(cat err)"
ran 2 phases nowhere.json

finish
