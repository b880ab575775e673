#!/usr/bin/env bash
# Every command, and a short run of every shipped scenario on two threads. For the sanitizers: what
# counts is that each ends as it should and that nothing is reported on the way.
set -u
. "$(dirname "$0")/tap.sh"
jauge=${JAUGE:-./jauge}
export JAUGE_DATA=inputs
export TSAN_OPTIONS=halt_on_error=1 ASAN_OPTIONS=detect_leaks=1

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# ends CODES ARGUMENT...: the program ends with one of the CODES ("045"), and no sanitizer speaks.
ends() {
    local expected=$1
    shift
    "$jauge" "$@" >"$work/out" 2>"$work/err"
    local code=$?
    [ "${#code}" -eq 1 ] && [[ $expected == *"$code"* ]] && ! grep -qE 'Sanitizer|runtime error' "$work/err"
    verdict $? "$*" "code $code; $(head -n 30 "$work/err")"
}

verdicts=045 # SLOs met, missed, or undetermined, as they mostly are with two replications
find inputs/scenarios -name '*.json' | sort >"$work/scenarios"
while read -r file; do
    ends 0 check "$file"
    ends $verdicts run "$file" --replications 2 --threads 2 --db "$work/jauge.db" --format json
done <"$work/scenarios"
ends $verdicts run inputs/locust.json --replications 2 --db "$work/jauge.db" --out "$work/out.d"
ends $verdicts run inputs/locust.json --replications 2 --threads 2 --db "$work/jauge.db" --format csv --fresh
pool=inputs/scenarios/examples/connection-pool.json
ends 0 run "$pool" --precision 3% --at-most 12 --threads 2 --db "$work/jauge.db" --resume
ends 0 compare "$pool" --vary 'network.pools[0].size=5,6' --replications 4 --threads 2 \
    --db "$work/jauge.db"
ends 3 run "$pool" --replications 3 --threads 2 --db /dev/null/jauge.db
ends 0 explain inputs/locust.json
ends 0 catalog list
ends 0 catalog show t3.large --format json
ends 2 catalog show t3.larg
ends 0 runs list --db "$work/jauge.db"
ends 0 runs show 1 --db "$work/jauge.db"
ends 0 version
ends 0 help run
ends 2 run "$work/absent.json"
printf '{"name": "broken", "network": {"stations": [{"naem": "desk"}' >"$work/broken.json"
ends 2 check "$work/broken.json"
finish
