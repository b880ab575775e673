#!/usr/bin/env bash
# jauge validate: green as it is, red with any of its mutants; formats, threads, what it refuses.
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
    verdict $? "exit $expected: $*" "code $code; $(head -n 5 err); $(grep -E 'DIFFERS|MISSED' out)"
}
# of_json EXPRESSION: in Python, d is the document in the file out.
of_json() {
    python3 -c '
import json, sys
d = json.load(open("out"))
print(eval(sys.argv[1]))' "$1"
}
valid() {
    python3 "$top/tests/validate.py" "$top/inputs/schema/validation.schema.json" out >why 2>&1
    verdict $? "the schema holds: $1" "$(cat why)"
}

# --- the suite, and all mutants ----------------------------------------------------------------

ran 0 validate --long --replications 12 --format json
valid "--long"
is "all agree" "$(of_json '[r["file"] for r in d["rows"] if r["verdict"] != "agrees"]')" "[]"
is "every row has its figures" \
    "$(of_json '[r["file"] for r in d["rows"] if None in (r["exact"], r["simulated"], r["deviation"])]')" "[]"
is "every scenario of the suite is in it" "$(of_json '"\n".join(sorted({r["file"] for r in d["rows"]}))')" \
    "$(cd "$top/inputs/scenarios/validate" && printf '%s\n' *.json | sed 's/\.json$//' | LC_ALL=C sort)"
is "the exact figure is in the interval" \
    "$(of_json 'all(r["low"] <= r["exact"] <= r["high"] for r in d["rows"])')" True
is "more is seen than what chance does" \
    "$(of_json 'all(r["sees"] > r["chance"] for r in d["rows"])')" True

is "no mutant is missed" "$(of_json '[m["name"] for m in d["mutants"] if not m["caught"]]')" "[]"
is "they are those of the list" "$(of_json '"\n".join(m["name"] for m in d["mutants"])')" \
    "$("$jauge" validate --mutant list --format csv | tr -d '\r' | sed '1d; s/,.*//')"
is "the document lists the models" \
    "$(sed -n '/^## The models/,/^## The mutants/ s/^| `\([a-z0-9-]*\)`.*/\1/p' "$top/docs/validate.md" | LC_ALL=C sort)" \
    "$(of_json '"\n".join(sorted({r["file"] for r in d["rows"]}))')"
is "and the mutants, with the mistakes" \
    "$(sed -n '/^## The mutants/,$ s/^| `\([a-z-]*\)` | \([^|]*\) |.*/\1: \2/p' "$top/docs/validate.md")" \
    "$(of_json '"\n".join(m["name"] + ": " + m["mistake"] for m in d["mutants"])')"
# Alone, each ends the program with 1; of those that touch many models, --long has told.
for mutant in $(of_json '" ".join(m["name"] for m in d["mutants"] if m["models"] <= 3)'); do
    ran 1 validate --mutant "$mutant" --replications 12
done

ran 1 validate --mutant free-switch --replications 12
grep -q "The mutant is caught\." out
verdict $? "and it is said" "$(head -n 6 out)"

# --- the same at any number of threads; other seeds; text and CSV ------------------------------

ran 0 validate --replications 4 --threads 1 --format json
cp out one
ran 0 validate --replications 4 --threads 2 --format json
same "1 and 2 threads" one out
ran 0 validate --replications 4 --seed 2 --format json
cmp -s one out
[ $? -eq 1 ]
verdict $? "another seed gives other figures"
is "that agree all the same" "$(of_json 'd["seed"], d["differ"]')" "('2', 0)"
ran 0 validate --replications 4
is "no line is wider than 100" "$(awk 'length > 100' out)" ""
is "no text is cut" "$(grep -c '[a-z]\.\.\.' out)" 0
holds "it says so first" "$(sed -n 3p out)" "agree with theory."
ran 1 validate --mutant next-bucket --replications 12 --format csv
is "a line per row, and which differs" "$(grep -c 'uniform.*,differs' out)" 1
ran 1 validate --mutant no-priority --replications 12 --format json
valid "--mutant"
is "the models that it leaves alone are not run" \
    "$(of_json 'd["mutant"], d["models"], sorted({r["file"] for r in d["rows"]})')" \
    "('no-priority', 2, ['preemption', 'priorities'])"

# --- what it refuses ---------------------------------------------------------------------------

ran 2 validate --mutant slow-servic
holds "the nearest mutant" "$(cat err)" 'did you mean "slow-service"?'
ran 2 validate --mutant lcfs --long
ran 2 validate --replications 1
ran 2 validate something
mkdir -p data
cp -r "$top/inputs/catalog" data/
JAUGE_DATA=$work/data ran 3 validate
holds "a suite that is not there" "$(cat err)" "cannot be read"
finish
