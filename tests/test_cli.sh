#!/usr/bin/env bash
# The program as people use it: exit codes, streams, formats, the database, determinism, what is
# left on the disk.
set -u
. "$(dirname "$0")/tap.sh"
top=$PWD
jauge=$(realpath "${JAUGE:-./jauge}")
export JAUGE_DATA=$top/inputs

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

# ran CODE ARGUMENT...: the program ends with CODE; its streams are in the files out and err.
# `setting` holds the environment of the next run only.
setting=()
ran() {
    local expected=$1 code
    shift
    env "${setting[@]}" "$jauge" "$@" >out 2>err
    code=$?
    setting=()
    [ "$code" -eq "$expected" ]
    verdict $? "exit $expected: $*" "code $code; $(head -n 5 err)"
}
silent() { is "$1 is empty" "$(cat "$1")" ""; }
# refused TEXT ARGUMENT...: exit 2, nothing on stdout, TEXT is how the message begins.
refused() {
    local text=$1
    shift
    ran 2 "$@"
    silent out
    is "message of: $*" "$(head -n 1 err)" "$text"
}
# runs_in DATABASE: how many runs it holds.
runs_in() {
    "$jauge" runs list --format json --db "$1" |
        python3 -c 'import json, sys; print(len(json.load(sys.stdin)["runs"]))'
}
absent() {
    [ ! -e "$1" ]
    verdict $? "nothing was written to $1"
}
# The JSON without what may differ from run to run.
without_timing() { grep -v '^ *"timing": {.*}' "$1"; }

cat >queue.json <<'END'
{ "name": "one queue",
  "network": {
    "sources":  [ {"name": "customers", "arrivals": "exp(1s)", "route": "visit"} ],
    "stations": [ {"name": "clerk", "servers": 1, "discipline": "fcfs"} ],
    "routes":   { "visit": [ {"serve": "clerk", "demand": "exp(700ms)"} ] } },
  "horizon": "2000s", "warmup": "100s", "buckets": "100s", "replications": 4 }
END
sed 's/one queue/`other` <queue>/; s/700ms/500ms/' queue.json >other.json
sed 's/clerk", "demand/clark", "demand/' queue.json >bad.json
echo '{ "name": "cut' >cut.json

# --- usage ------------------------------------------------------------------------------------

ran 2
silent out
holds "no command: the usage" "$(cat err)" "usage: jauge COMMAND"
for words in help --help -h; do
    ran 0 $words
    silent err
    holds "$words lists the commands" "$(cat out)" "  explain "
done
ran 0 version
holds "the version" "$(cat out)" "jauge "
refused 'jauge: no command "rnu"; did you mean "run"?' rnu
refused 'jauge: no command "zzzzzzzz"' zzzzzzzz
refused 'jauge: no command "rn"; did you mean "run"?' help rn
refused 'jauge: run has no option "--sead"; did you mean "--seed"?' run --sead 1 queue.json
refused 'jauge: run has no option "-q"' run -q queue.json
refused 'jauge: check has no option "--seed"' check --seed 1 queue.json
refused 'jauge: --seed needs a value (N)' run queue.json --seed
refused 'jauge: --fresh takes no value, found "yes"' run queue.json --fresh=yes
for value in ten 1.5 -1 '' ' 7' 7x 18446744073709551616; do
    refused "jauge: --seed: found \"$value\", expected a whole number from 0 to 18446744073709551615" \
        run queue.json --seed "$value"
done
refused 'jauge: --replications: found "0", expected a whole number from 1 to 1000000' \
    run queue.json --replications=0
for value in five 0.4% 0.001 100% 5 5s -5% ''; do
    refused "jauge: --precision: found \"$value\", expected a share from 0.5% to below 100%" \
        run queue.json --precision "$value"
done
refused 'jauge: --at-most: found "1", expected a whole number from 2 to 1000000' \
    run queue.json --at-most 1
refused 'jauge: run: found --replications and --precision, expected one of them' \
    run queue.json --precision 5% --replications 3
refused 'jauge: run: found --replications and --at-most, expected one of them' \
    run queue.json --at-most 5 --replications 3
refused 'jauge: --threads: found "1025", expected a whole number from 1 to 1024' \
    run queue.json --threads 1025
refused 'jauge: --format: found "jsn", expected text, json or csv; did you mean "json"?' \
    run queue.json --format jsn
refused 'jauge: --db: found nothing, expected a path' run queue.json --db=
refused 'jauge: run: found 0 operands, expected at least 1' run
refused 'jauge: explain: found 2 operands, expected 1' explain queue.json other.json
refused 'jauge: catalog: found "lst", expected "list" or "show TYPE"' catalog lst
refused 'jauge: runs: found "show", expected "list" or "show ID"' runs show
absent results

# --- bad input --------------------------------------------------------------------------------

ran 2 run queue.json bad.json cut.json --out out.d --db bad.db
silent out
holds "the bad file is named" "$(cat err)" "bad.json"
holds "the wrong name is shown" "$(cat err)" "clark"
holds "with the right one" "$(cat err)" "clerk"
holds "the second bad file is told too" "$(cat err)" "cut.json"
ran 2 run absent.json
holds "a file that is not there" "$(cat err)" "absent.json"
ran 2 run .
absent results
absent out.d
absent bad.db
ran 0 check queue.json
is "check says so" "$(cat out)" "queue.json: fine, 0 assumptions"
silent err
ran 2 check queue.json bad.json
is "the good one is told" "$(cat out)" "queue.json: fine, 0 assumptions"
absent results

# --- a run ------------------------------------------------------------------------------------

ran 0 run queue.json --quiet
silent err
holds "the station is in the table" "$(cat out)" "clerk"
[ -s results/jauge.db ]
verdict $? "the default database is made"
cp out first.txt
ran 0 run queue.json
holds "the database answers" "$(cat err)" "results/jauge.db"
same "with the same table" out first.txt
ran 0 run queue.json --quiet --seed 7
cmp -s out first.txt
is "another seed, another table" "$?" 1
is "a question is kept once" "$(runs_in results/jauge.db)" 2
ran 0 runs
holds "the list names the scenario" "$(cat out)" "one queue"
ran 0 runs show 1
same "a run can be shown again" out first.txt
ran 2 runs show 99
holds "an unknown run" "$(cat err)" "99"
refused 'jauge: runs: found "1x", expected the number of a run' runs show 1x
ran 0 runs list --format json
python3 -m json.tool out >/dev/null
verdict $? "the list is JSON"
refused 'jauge: runs list: found --format csv, expected text or json' runs list --format csv
ran 3 runs list --db none.db
holds "and it is named" "$(cat err)" "none.db"
absent none.db

# --- formats ----------------------------------------------------------------------------------

ran 0 run queue.json --format json --quiet
python3 "$top/tests/validate.py" "$top/inputs/schema/results.schema.json" out >problems 2>&1
verdict $? "JSON follows the schema" "$(cat problems)"
ran 0 run queue.json other.json --format json --quiet
is "several files: an array" "$(python3 -c '
import json
print([d["scenario"]["name"] for d in json.load(open("out"))])')" "['one queue', '\`other\` <queue>']"
ran 0 run queue.json --format csv --quiet
is "CSV has a head" "$(head -n 1 out | tr -d '\r')" "scope,entity,name,unit,value,low,high,count"

# --- how many replications --------------------------------------------------------------------

of_json() { python3 -c 'import json, sys; d = json.load(open("out")); print(eval(sys.argv[1]))' "$1"; }
sed 's/, "replications": 4//' queue.json >open.json
sed 's/"replications": 4/"precision": {"of": "mean", "within": "20%", "at_most": 50}/' queue.json >mean.json
ran 0 run queue.json --format json --quiet
is "as many as the document says" "$(of_json 'd["replications"], d["stopping"]')" \
    "(4, {'rule': 'fixed'})"
ran 0 run queue.json --quiet
is "the text says nothing of it" "$(grep -c '^stopped' out)" 0
ran 0 run open.json --format json --quiet
python3 "$top/tests/validate.py" "$top/inputs/schema/results.schema.json" out >problems 2>&1
verdict $? "JSON follows the schema" "$(cat problems)"
is "or as the default aim needs: at most 33" \
    "$(of_json 'd["replications"], d["stopping"]["rule"], d["stopping"]["of"], d["stopping"]["within"], d["stopping"]["at_most"]')" \
    "(33, 'ceiling', 'p95', 0.05, 33)"
ran 0 run open.json --quiet
holds "and the text says so" "$(cat out)" \
    "stopped         at the ceiling of 33 replications: the p95 of default is within "
ran 0 run open.json --precision 20% --quiet
holds "with less to aim at" "$(cat out)" "replications: the p95 of every class is within 20 % (widest: default, "
ran 0 run mean.json --format json --quiet
is "of the mean" "$(of_json 'd["stopping"]["rule"], d["stopping"]["of"], d["stopping"]["reached"] <= 0.2')" \
    "('precision', 'mean', True)"
cp out mean.want
ran 0 run mean.json --format json
holds "an aim is answered from the database" "$(cat err)" "answered from"
same "with the same bytes" out mean.want
ran 0 run mean.json --replications 3 --format json --quiet
is "a count on the command line goes first" "$(of_json 'd["replications"], d["stopping"]["rule"]')" \
    "(3, 'fixed')"
ran 0 run queue.json --at-most 6 --format json --quiet
is "and so does an aim" "$(of_json 'd["replications"], d["stopping"]["rule"]')" "(6, 'ceiling')"

# --- the same bits ----------------------------------------------------------------------------

both="queue.json $top/inputs/locust.json"
for threads in 1 2; do
    # shellcheck disable=SC2086
    ran 0 run $both --fresh --format json --threads $threads --db "threads$threads.db" \
        --replications 3 --quiet
    without_timing out >"threads$threads.json"
done
same "one thread or two" threads1.json threads2.json
french=fr_FR.UTF-8
if [ "$(env LC_ALL=$french locale decimal_point 2>/dev/null)" = , ]; then
    setting=("LC_ALL=$french")
    # shellcheck disable=SC2086
    ran 0 run $both --fresh --format json --db french.db --replications 3 --quiet
    without_timing out >french.json
    same "in French" threads1.json french.json
    setting=("LC_ALL=$french")
    ran 0 catalog show t3.large --format csv
    cp out french.csv
    ran 0 catalog show t3.large --format csv
    same "the catalog in French" out french.csv
else
    skip "in French" "there is no locale $french (tests/run_tests.sh makes one)"
fi
# shellcheck disable=SC2086
ran 0 run $both --format json --db threads1.db --replications 3 --quiet
without_timing out >answered.json
same "from the database" threads1.json answered.json
ran 0 run queue.json --fresh --format json --db threads1.db --replications 3 --quiet
is "a fresh run is kept beside the old one" "$(runs_in threads1.db)" 3

# --- charts -----------------------------------------------------------------------------------

ran 0 run queue.json --out one --quiet
for suffix in svg png gp csv; do
    [ -n "$(find one -name "*.$suffix" -size +0)" ]
    verdict $? "--out has *.$suffix"
done
ran 0 run queue.json other.json queue.json --out several --quiet
is "several files: prefixes" \
    "$(find several -name '*.csv' -printf '%f\n' | sed 's/-series.csv//' | sort | tr '\n' ' ')" \
    "one-queue one-queue-2 other-queue "
mkdir empty
setting=("PATH=$work/empty")
ran 0 run queue.json --out scripts
holds "a missing gnuplot is told" "$(cat err)" "gnuplot"
[ -n "$(find scripts -name '*.gp' -size +0)" ]
verdict $? "its scripts are kept"
is "and no picture" "$(find scripts -name '*.svg' -o -name '*.png')" ""

# --- verdicts ---------------------------------------------------------------------------------

for kind in "met 2m" "missed 1ms" "undetermined 1h"; do
    name=${kind% *}
    sed "s/\"replications\": 4/\"replications\": 4, \"slo\": [\"p95 < ${kind#* }\"]/
        s/one queue/$name/" queue.json >"$name.json"
done
sed -i 's/"replications": 4/"replications": 1/' undetermined.json
ran 0 run met.json --quiet
holds "met" "$(cat out)" "SLO: 1 of 1 met."
ran 4 run missed.json --quiet
holds "missed" "$(cat out)" "SLO: 0 of 1 met, 1 missed."
ran 5 run undetermined.json --quiet
holds "undetermined" "$(cat out)" "SLO: 0 of 1 met, 1 undetermined."
ran 4 run met.json undetermined.json missed.json --quiet
ran 5 run undetermined.json met.json --quiet
ran 4 run missed.json --quiet --fresh --format json --db verdicts.db
without_timing out >fresh.json
ran 4 run missed.json --format json --db verdicts.db
holds "from the database" "$(cat err)" "answered from"
without_timing out >again.json
same "the same verdict from the database" fresh.json again.json
ran 0 runs show 1 --db verdicts.db
is "the view has the verdict" "$(python3 -c '
import sqlite3
print(sqlite3.connect("verdicts.db").execute("SELECT name, answer, span FROM v_slo").fetchall())')" \
    "[('p95 < 1ms', 'missed', 'window')]"
ran 4 run missed.json --format csv --quiet
holds "CSV has the answer" "$(tr -d '\r' <out)" "slo,p95 < 1ms,missed,1,1,,,"
ran 4 run missed.json --out verdicts --quiet
is "a row per place" "$(wc -l <verdicts/verdicts.csv)" "$(($(grep -c '"span"' fresh.json)))"

# --- explain and catalog ----------------------------------------------------------------------

ran 0 explain queue.json
cp out explained.txt
holds "explain names the station" "$(cat out)" "clerk"
ran 0 explain queue.json
same "explain is stable" out explained.txt
ran 0 explain "$top/inputs/locust.json"
holds "an architecture is explained as a network" "$(cat out)" "app.cpu"
ran 0 catalog
holds "the list has t3.large" "$(cat out)" " t3.large"
ran 0 catalog show t3.large --region us-east-1 --format json
is "the price in Virginia" "$(python3 -c '
import json
print(json.load(open("out"))["usd_per_hour"])')" "0.0832"
ran 0 catalog list --format json
python3 -m json.tool out >/dev/null
verdict $? "the list is JSON"
ran 0 catalog list --format csv
is "every line has as many fields as the head" "$(python3 -c '
import csv
print(len({len(row) for row in csv.reader(open("out", newline=""))}))')" 1
refused 'jauge: the catalog has no type "t3.larg"; did you mean "t3.large"?' catalog show t3.larg
refused 'jauge: --region: found "eu-west-9", expected eu-west-3, eu-west-1 or us-east-1; did you mean "eu-west-3"?' \
    catalog --region eu-west-9

# --- when the world fails ---------------------------------------------------------------------

ran 3 run queue.json --db /dev/null/jauge.db
same "no database: the result is printed all the same" out first.txt
touch file
ran 3 run queue.json --out file/charts
setting=("JAUGE_DATA=$work/empty")
ran 3 check queue.json
holds "no catalog: what to do" "$(cat err)" "JAUGE_DATA"
for words in "catalog list --format json" "version" "run queue.json --quiet"; do
    # shellcheck disable=SC2086
    "$jauge" $words >/dev/full 2>err
    is "a full disk: $words" "$?" 3
    holds "and why" "$(cat err)" "No space left"
    # shellcheck disable=SC2086
    { "$jauge" $words 2>err; echo $? >code; } | true
    case $(cat code) in
    0 | 3) verdict 0 "a reader that went away: $words" ;;
    *) verdict 1 "a reader that went away: $words" "code $(cat code)" ;;
    esac
    silent err
done

# --- installed --------------------------------------------------------------------------------

unset JAUGE_DATA
make -s -C "$top" install DESTDIR="$work/root" PREFIX=/usr/local >err 2>&1
verdict $? "make install" "$(tail -n 5 err)"
mkdir elsewhere
(cd elsewhere && "$work/root/usr/local/bin/jauge" run "$work/root/usr/local/share/jauge/locust.json" \
    --replications 3 --quiet >../out 2>../err)
verdict $? "the installed program runs from elsewhere" "$(cat err)"
(cd elsewhere && PATH=$work/root/usr/local/bin:$PATH jauge catalog show t3.large >../out 2>../err)
verdict $? "and by its name" "$(cat err)"
for file in share/man/man1/jauge.1 share/doc/jauge/LICENSE share/jauge/schema/results.schema.json \
    share/jauge/catalog/ec2.csv share/jauge/scenarios/phase1-launch-day.json; do
    [ -s "$work/root/usr/local/$file" ]
    verdict $? "installed: $file"
done
make -s -C "$top" uninstall DESTDIR="$work/root" PREFIX=/usr/local >err 2>&1
is "make uninstall leaves nothing" "$(find "$work/root" -type f)" ""
finish
