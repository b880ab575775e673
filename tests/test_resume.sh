#!/usr/bin/env bash
# A study that is cut short at any moment, by Ctrl-C, SIGTERM or kill -9, goes on with --resume and
# ends with the bytes of one that was not; and what becomes of a database that cannot be written.
set -u
. "$(dirname "$0")/tap.sh"
top=$PWD
jauge=$(realpath "${JAUGE:-./jauge}")
export JAUGE_DATA=$top/inputs

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

without_timing() { grep -v '^ *"timing": {.*}' "$1"; }
# rows DATABASE TABLE: how many it holds; 0 when it is not there yet.
rows() {
    python3 -c '
import sqlite3, sys
try:
    db = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True, timeout=10)
    print(db.execute(f"SELECT count(*) FROM {sys.argv[2]}").fetchone()[0])
except sqlite3.OperationalError:
    print(0)' "$1" "$2"
}
# sound DATABASE: SQLite finds no fault with it.
sound() {
    is "the database is sound" "$(python3 -c '
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
print(db.execute("PRAGMA integrity_check").fetchone()[0],
      db.execute("PRAGMA foreign_key_check").fetchall())' "$1")" "ok []"
}
# cut_short DATABASE SIGNAL ROWS DELAY ARGUMENT...: the program, sent SIGNAL after DELAY seconds from the
# moment at which the database holds ROWS replications. Prints its exit code (-9: killed).
cut_short() {
    python3 - "$jauge" "$@" <<'PYTHON'
import signal, sqlite3, subprocess, sys, time
jauge, db, sent, rows, delay, *arguments = sys.argv[1:]
with open("out", "wb") as out, open("err", "wb") as err:
    process = subprocess.Popen([jauge, *arguments, "--db", db], stdout=out, stderr=err)
def held():
    try:
        reader = sqlite3.connect(f"file:{db}?mode=ro", uri=True, timeout=10)
        return reader.execute("SELECT count(*) FROM replications").fetchone()[0]
    except sqlite3.OperationalError:
        return 0
while int(rows) > 0 and process.poll() is None and held() < int(rows):
    time.sleep(0.002)
time.sleep(float(delay))
process.send_signal(getattr(signal, sent))
print(process.wait())
PYTHON
}

# A queue whose replications take some ten milliseconds each.
cat >queue.json <<'END'
{ "name": "long queue",
  "network": {
    "sources":  [ {"name": "customers", "arrivals": "exp(1s)", "route": "visit"} ],
    "stations": [ {"name": "clerk", "servers": 1, "discipline": "fcfs"} ],
    "routes":   { "visit": [ {"serve": "clerk", "demand": "exp(800ms)"} ] } },
  "horizon": "60000s", "buckets": "3000s", "replications": 40 }
END
sed 's/, "replications": 40//' queue.json >aim.json
servers='network.stations[clerk].servers'
uncut() {
    local name=$1
    shift
    "$jauge" "$@" --format json --quiet --db uncut.db >out 2>err
    is "uncut: $*" "$?" 0
    without_timing out >"$name"
}
uncut fixed.want run queue.json
uncut aim.want run aim.json --precision 1.5% --at-most 49
uncut compare.want compare queue.json --vary "$servers=1,2" --replications 20
grep -q '"rule": "precision"\|"rule": "ceiling"' aim.want
verdict $? "the aim is told"

# --- killed at random moments -----------------------------------------------------------------

RANDOM=${JAUGE_TEST_SEED:-20261123}
cuts=0
# resumed WANT SIGNAL CODE ARGUMENT...: cut at a random moment, then resumed on another number of
# threads, to the same bytes.
resumed() {
    local want=$1 sent=$2 code=$3 got delay
    shift 3
    rm -f cut.db*
    delay=$(printf '0.%03d' $((RANDOM % 150)))
    got=$(cut_short cut.db "$sent" 1 "$delay" "$@" --format json --threads 2)
    sound cut.db
    if [ "$(rows cut.db runs)" -eq 0 ]; then
        cuts=$((cuts + 1))
        is "cut by $sent" "$got" "$code"
        is "nothing on stdout" "$(cat out)" ""
        [ "$sent" = SIGKILL ] || holds "what to do is told" "$(cat err)" "with --resume"
        "$jauge" "$@" --format json --threads 1 --resume --db cut.db >out 2>err
        is "resumed: $*" "$?" 0
        holds "from what was kept" "$(cat err)" "replications taken from"
    else # it was about to end
        "$jauge" "$@" --format json --threads 1 --resume --db cut.db >out 2>err
        is "answered: $*" "$?" 0
    fi
    without_timing out >got
    same "the same bytes after $sent at $delay s" "$want" got
}
for _ in 1 2 3; do
    resumed fixed.want SIGKILL -9 run queue.json
    resumed fixed.want SIGINT 130 run queue.json
done
resumed aim.want SIGKILL -9 run aim.json --precision 1.5% --at-most 49
resumed aim.want SIGTERM 143 run aim.json --precision 1.5% --at-most 49
resumed compare.want SIGKILL -9 compare queue.json --vary "$servers=1,2" --replications 20
resumed compare.want SIGINT 130 compare queue.json --vary "$servers=1,2" --replications 20
[ "$cuts" -ge 5 ]
verdict $? "most were cut" "$cuts of 10 were"

# --- what is there is used --------------------------------------------------------------------

"$jauge" run queue.json --replications 3 --db more.db --quiet >out 2>err
"$jauge" run queue.json --format json --db more.db >out 2>err
holds "a longer run takes the first ones" "$(cat err)" \
    "3 replications taken from more.db, 37 simulated"
without_timing out >got
same "to the same bytes" fixed.want got
sed 's/long queue/renamed/; s/"replications": 40/"replications": 5/' queue.json >renamed.json
"$jauge" run renamed.json --db more.db >out 2>err
holds "and so does another document of the same network" "$(cat err)" \
    "5 replications taken from more.db, 0 simulated"
"$jauge" run queue.json --replications 5 --fresh --db more.db >out 2>err
is "--fresh takes none" "$(cat err)" ""
is "and replaces them" "$(rows more.db replications)" 5
"$jauge" run queue.json --seed 2 --replications 2 --resume --db more.db >out 2>err
holds "nothing to resume is told" "$(cat err)" "found nothing to resume in more.db"
is "a fresh run is cut" \
    "$(cut_short fresh.db SIGINT 3 0 run queue.json --fresh --format json)" 130
"$jauge" run queue.json --fresh --resume --format json --db fresh.db >out 2>err
holds "and goes on" "$(cat err)" "replications taken from fresh.db"
without_timing out >got
same "to the same bytes, too" fixed.want got
python3 -c '
import sqlite3
db = sqlite3.connect("fresh.db")
db.execute("UPDATE replications SET result = substr(result, 1, 100) WHERE replication = 7")
db.execute("UPDATE replications SET result = zeroblob(300) WHERE replication = 8")
db.execute("DELETE FROM runs")
db.commit()'
"$jauge" run queue.json --format json --db fresh.db --quiet >out 2>err
without_timing out >got
same "damaged ones are run again" fixed.want got
is "the first of several is cut" \
    "$(cut_short several.db SIGINT 2 0 run queue.json aim.json --format json)" 130
is "and the second not begun: an empty array" "$(tr -d '\n' <out)" "[]"

# --- a database that cannot be written --------------------------------------------------------

"$jauge" run queue.json --format json --db /dev/null/jauge.db >out 2>err
is "no database: exit 3" "$?" 3
holds "why" "$(cat err)" "/dev/null"
holds "what that means" "$(cat err)" "the results are printed"
without_timing out >got
same "the result is printed all the same" fixed.want got
# A disk that is full, as the shell's limit on the size of files (in KiB) shows it.
(ulimit -f 400 && exec "$jauge" run queue.json --format json --db full.db 2>err) | cat >out
is "a full disk: exit 3" "${PIPESTATUS[0]}" 3
holds "the file is named" "$(cat err)" "jauge: full.db: "
is "why is told once" "$(grep -c 'full.db' err)" 1
without_timing out >got
same "the result is printed" fixed.want got
sound full.db
"$jauge" run queue.json --format json --db full.db --resume >out 2>err
is "with room again it goes on" "$?" 0
without_timing out >got
same "to the same bytes as ever" fixed.want got
finish
