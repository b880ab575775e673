#!/usr/bin/env bash
# jauge compare as people use it: verdicts, formats, the database, determinism, what it refuses.
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
# refused TEXT ARGUMENT...: exit 2, nothing on stdout, nothing written, TEXT begins the message.
refused() {
    local text=$1
    shift
    ran 2 "$@"
    is "stdout is empty: $*" "$(cat out)" ""
    is "message of: $*" "$(head -n 1 err)" "$text"
    [ ! -e results ]
    verdict $? "nothing was written: $*"
}
runs_in() {
    "$jauge" runs list --format json --db "$1" |
        python3 -c 'import json, sys; print(len(json.load(sys.stdin)["runs"]))'
}
without_timing() { grep -v '^ *"timing": {.*}' "$1"; }
widest() { awk '{ if (length > most) most = length } END { print (most <= 100) }' "$1"; }
# of_json EXPRESSION: in Python, d is the document in the file out.
of_json() {
    python3 -c '
import json, sys
d = json.load(open("out"))
row = lambda *names: next(r for r in d["rows"] if (r["scope"], r["entity"], r["name"]) == names)
print(eval(sys.argv[1]))' "$1"
}

cat >queue.json <<'END'
{ "name": "one queue",
  "network": {
    "sources":  [ {"name": "customers", "arrivals": "exp(1s)", "route": "visit"} ],
    "stations": [ {"name": "clerk", "servers": 1, "discipline": "fcfs"} ],
    "routes":   { "visit": [ {"serve": "clerk", "demand": "exp(700ms)"} ] } },
  "horizon": "2000s", "warmup": "100s", "replications": 4 }
END
sed 's/one queue/faster/; s/700ms/500ms/' queue.json >faster.json
sed 's/one queue/a `b` "c" <d>, e/; s/"c"/\\"c\\"/' queue.json >hostile.json
sed 's/clerk", "demand/clark", "demand/' queue.json >bad.json
echo '{ "name": "cut' >cut.json
servers='network.stations[clerk].servers'
launch=$top/inputs/scenarios/phase1-launch-day.json

# --- what it refuses --------------------------------------------------------------------------

refused 'jauge: compare: found 0 operands, expected at least 1' compare
refused 'jauge: compare: found one file, expected several, or --vary KEY=VALUE,VALUE' \
    compare queue.json
refused 'jauge: compare: found 2 files, expected one to --vary' \
    compare queue.json faster.json --vary "$servers=1,2"
refused 'jauge: compare: found one variant, expected several: --vary KEY=VALUE,VALUE' \
    compare queue.json --vary "$servers=1"
refused 'jauge: compare: found "seed" varied, but all that are compared share it; expected another key' \
    compare queue.json --vary seed=1,2
refused 'jauge: --with a: found no --vary before it, expected one' \
    compare queue.json --with a=1,2 --vary "$servers=1,2"
refused "jauge: --vary $servers: found \"1..2\", expected a range from..to:step such as 10..100:10 or 5ms..20ms:5ms" \
    compare queue.json --vary "$servers=1..2"
refused 'jauge: --vary needs a value (KEY=VALUES)' compare queue.json --vary
many=()
for i in {1..17}; do many+=(--vary "k$i=1,2"); done
refused 'jauge: --vary: found more than 16 varied keys, expected fewer' compare queue.json "${many[@]}"
refused 'jauge: run has no option "--vary"' run queue.json --vary "$servers=1,2"
refused 'jauge: the variant horizn=1:' compare queue.json --vary horizn=1,2
holds "the unknown key is shown" "$(cat err)" 'did you mean "horizon"?'
is "the diagnostic comes once" "$(grep -c unknown-key err)" 1
refused 'jauge: the variant servers=0:' compare queue.json --vary "$servers=1,0"
ran 2 compare queue.json --vary 'network.stations[clark].servers=1,2'
holds "an unknown element" "$(cat err)" 'did you mean "clerk"?'
ran 2 compare bad.json cut.json queue.json
holds "the bad file is told" "$(cat err)" "bad.json"
holds "and the second one" "$(cat err)" "cut.json"
[ ! -e results ]
verdict $? "nothing was written"

# --- variants ---------------------------------------------------------------------------------

ran 0 compare queue.json --vary "$servers=1,2" --quiet
is "nothing on stderr" "$(cat err)" ""
holds "the verdict" "$(cat out)" "* servers=2 against servers=1: p95 of all requests "
holds "is lower" "$(cat out)" " % lower ("
holds "the variance reduction" "$(cat out)" "Common random numbers: "
is "100 columns" "$(widest out)" 1
is "both are kept" "$(runs_in results/jauge.db)" 2
cp out first.txt
ran 0 compare queue.json --vary "$servers=1,2"
holds "the database answers" "$(cat err)" "servers=2: answered from results/jauge.db (run 2)"
same "with the same text" out first.txt
ran 0 run queue.json
is "run asks for what the first variant was" "$(runs_in results/jauge.db)" 2
ran 0 compare queue.json --vary "$servers=1,2" --quiet --fresh
same "fresh: the same text" out first.txt
is "and two more runs" "$(runs_in results/jauge.db)" 4

ran 0 compare queue.json --vary "$servers=1,1" --quiet
holds "identical variants tie" "$(cat out)" \
    "against servers=1: a tie in every figure, each the same in every"
ran 0 compare queue.json --vary "$servers=1..5:1" --quiet
is "five variants: a block each" "$(grep -c '^#[2-5] servers=[2-5] against #1 servers=1$' out)" 4
is "100 columns" "$(widest out)" 1
ran 0 compare queue.json --vary "$servers=1,2" \
    --with 'network.routes.visit[0].demand=exp(700ms),exp(1.4s)' --quiet
holds "zipped keys" "$(cat out)" "#2 servers=2 demand=exp(1.4s)"
ran 0 compare queue.json --vary "$servers=1,2" --vary 'network.sources[0].limit=10,20' --quiet --format json
is "a grid, the last key fastest" "$(of_json '[v["label"] for v in d["variants"]]')" \
    "['servers=1 limit=10', 'servers=1 limit=20', 'servers=2 limit=10', 'servers=2 limit=20']"
ran 0 compare queue.json --vary "$servers=1,2" --replications 1 --quiet
holds "one replication: no verdicts" "$(cat out)" "without an interval"

# --- files ------------------------------------------------------------------------------------

ran 0 compare queue.json faster.json hostile.json --quiet
holds "files are named by their scenarios" "$(cat out)" "* faster against one queue: p95 of all"
holds "whatever these are called" "$(cat out)" '* a `b` "c" <d>, e against one queue: '
ran 0 compare queue.json faster.json hostile.json --quiet --format csv
is "CSV: every line has as many fields as the head" "$(python3 -c '
import csv
print({len(row) for row in csv.reader(open("out", newline=""))})')" "{18}"

# --- JSON -------------------------------------------------------------------------------------

for arguments in "queue.json faster.json" "queue.json $launch --replications 2" \
    "$launch --vary infrastructure.app.count=2,3 --replications 2"; do
    # shellcheck disable=SC2086
    ran 0 compare $arguments --format json --quiet
    python3 "$top/tests/validate.py" "$top/inputs/schema/comparison.schema.json" out >problems 2>&1
    verdict $? "JSON follows the schema" "$(cat problems)"
done
is "a defaulted key that is given is no assumption" \
    "$("$jauge" compare queue.json faster.json --format json --quiet |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["assumptions"])')" "[]"
ran 0 compare "$launch" --vary infrastructure.app.instance=t3.large,m7g.large --replications 5 \
    --format json --quiet
is "a faster type is faster" \
    "$(of_json 'row("class", "read", "response.p95")["differences"][0]["verdict"]')" lower
is "and brings no other users" \
    "$(of_json '{k: row("class", "read", "throughput")["differences"][0][k] for k in ("value", "low", "high", "verdict")}')" \
    "{'value': 0, 'low': 0, 'high': 0, 'verdict': 'tie'}"
is "common random numbers pay" \
    "$(of_json 'row("class", "read", "response.mean")["differences"][0]["variance_reduction"] > 5')" True
is "what is assumed differently" "$(of_json '[a["key"] for a in d["assumptions"]]')" \
    "['infrastructure.app.capacity', 'infrastructure.app.thread_yield', 'infrastructure.app.credits', 'infrastructure.app.launched']"
for threads in 1 2; do
    ran 0 compare queue.json --vary "$servers=1,2" --fresh --format json --threads $threads --quiet
    without_timing out >"threads$threads.json"
done
same "one thread or two" threads1.json threads2.json

ran 0 compare queue.json faster.json --db kept.db --quiet
cp out kept.txt
ran 3 compare queue.json faster.json --db /dev/null/jauge.db
same "no database: the result is printed all the same" out kept.txt
sed 's/, "replications": 4//' queue.json >open.json
ran 0 compare open.json --vary "$servers=1,2" --precision 25% --format json --quiet
python3 "$top/tests/validate.py" "$top/inputs/schema/comparison.schema.json" out >problems 2>&1
verdict $? "JSON follows the schema" "$(cat problems)"
is "all variants share the replications that the least sure one needs" \
    "$(of_json 'd["stopping"]["rule"], d["replications"] in (10, 15, 22, 33), d["stopping"]["reached"] <= 0.25')" \
    "('precision', True, True)"
runs=$(runs_in results/jauge.db)
ran 0 compare open.json --vary "$servers=1,2" --precision 25% --quiet
holds "in text, too" "$(cat out)" "is within 25 % (widest: "
is "asked again, no run is added" "$(runs_in results/jauge.db)" "$runs"
refused_key='jauge: compare: found "precision.within" varied, but all that are compared share it; expected another key'
ran 2 compare open.json --vary precision.within=1%,2%
is "the aim cannot be varied" "$(head -n 1 err)" "$refused_key"
"$jauge" compare queue.json faster.json --quiet >/dev/full 2>err
is "a full disk" "$?" 3

# --- verdicts ---------------------------------------------------------------------------------

sed 's/"replications": 4/"replications": 4, "slo": ["p95 < 1h", "p95 < 1ms", "throughput > 0.1\/s"]/' \
    queue.json >slo.json
ran 0 compare slo.json --vary "$servers=1,2" --format json --quiet
python3 "$top/tests/validate.py" "$top/inputs/schema/comparison.schema.json" out >problems 2>&1
verdict $? "JSON with verdicts follows the schema" "$(cat problems)"
is "verdicts of both, and which figures tie" \
    "$(of_json '[(s["answer"], s["tie"]) for v in d["variants"] for s in v["slo"]["verdicts"]]')" \
    "[('met', None), ('missed', None), ('met', None), ('met', False), ('missed', False), ('met', True)]"
ran 0 compare slo.json --vary "$servers=1,2" --quiet
holds "in text, too" "$(cat out)" "Verdicts, with the margin"
finish
