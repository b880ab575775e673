#!/usr/bin/env bash
# The layering check must ring: a small tree that breaks each rule once, and one that breaks none.
set -u
. "$(dirname "$0")/tap.sh"

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

# A tree where nothing is wrong.
fresh() {
    rm -rf "${tree:?}"/*
    for folder in sim models studies inputs outputs cli tests bench docs tools; do
        mkdir "$tree/$folder"
    done
    printf '#ifndef SIM_TICK_H\n#define SIM_TICK_H\n#endif\n' >"$tree/sim/tick.h"
    printf '#include <Random123/philox.h>\n#include "sim/tick.h"\n' >"$tree/sim/tick.c"
    printf '#include "models/queue.h"\n#include "sim/tick.h"\n' >"$tree/models/queue.c"
    printf '#include <gsl/gsl_errno.h>\n#include "models/queue.h"\n' >"$tree/cli/main.c"
    printf '#include <sqlite3.h>\n#include "studies/findings.h"\n' >"$tree/outputs/store.c"
}

# rings RULE FILE LINE: with LINE added to FILE, the check fails, and it is RULE that fails.
rings() {
    fresh
    printf '%s\n' "$3" >>"$tree/$2"
    report=$(tests/check_layers.sh "$tree")
    code=$?
    is "$1: code" "$code" 1
    holds "$1" "$(printf '%s' "$report" | grep '^not ok')" "$1"
}

fresh
report=$(tests/check_layers.sh "$tree")
is "a clean tree passes" "$?" 0
rings 'sim/ includes only' sim/tick.c '#include "models/queue.h"'
rings 'models/ includes only' models/queue.c '#include "studies/findings.h"'
rings 'inputs/ includes only' inputs/reader.c '#include "outputs/table.h"'
rings 'outputs/ includes only' outputs/store.c '#include "models/program.h"'
rings 'studies/ includes only' studies/sweep.c '# include "inputs/json.h"'
rings 'cli/ includes only' cli/main.c '#include "tick.h"'
rings 'Random123 stays' models/queue.c '#include <Random123/philox.h>'
rings 'cJSON stays' cli/main.c '#include <cjson/cJSON.h>'
rings 'sqlite3.h stays' cli/main.c '#include <sqlite3.h>'
rings 'GSL stays' outputs/store.c '#include <gsl/gsl_math.h>'
rings 'running gnuplot stays' cli/main.c 'FILE *p = popen("gnuplot", "w");'
rings 'only cli/ ends' models/queue.c 'void f(void) { exit(1); }'
rings 'nobody sets a locale' cli/main.c 'void f(void) { setlocale(LC_ALL, ""); }'
rings 'file names are unique' models/tick.c 'int tick;'
rings 'every header has the guard' models/pool.h '#ifndef POOL_H'
finish
