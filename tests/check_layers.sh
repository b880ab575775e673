#!/usr/bin/env bash
# Enforces the directions of dependency between the folders, and who owns which library.
#
#   tests/check_layers.sh [ROOT]      ROOT: top of the tree (default: here)
#
# Prints TAP: one "ok" or "not ok" per rule, with every line that breaks it.
# Exit code: 0 all rules hold, 1 one is broken.
set -u
export LC_ALL=C.UTF-8
cd "${1:-$(dirname "$0")/..}" || exit 1

# What the files of a folder may include of ours: extended regular expressions over the paths.
base='sim/base_[a-z_]*\.h'
records='models/(network|scenario|catalog|arch|solution)\.h'
rules=(
    "sim:sim/[a-z_0-9]+\.h"
    "models:(sim|models)/[a-z_0-9]+\.h"
    "studies:(sim|models|studies)/[a-z_0-9]+\.h"
    "inputs:($base|sim/(clock|dist|random)\.h|$records|models/lower\.h|inputs/[a-z_0-9]+\.h)"
    "outputs:($base|sim/(clock|estimate|histogram|tally)\.h|$records|studies/(findings|twin|comparison|phases|slo_verdict|stopping|validate|vary)\.h|outputs/[a-z_0-9]+\.h)"
    "cli:(sim|models|studies|inputs|outputs|cli)/[a-z_0-9]+\.h"
    "tests:(sim|models|studies|inputs|outputs|cli|tests)/[a-z_0-9]+\.h"
    "bench:(sim|models|studies|inputs|outputs|cli|bench)/[a-z_0-9]+\.h"
)
# Sole owners: pattern of a line of code, the folders that may hold it, what to call it.
owners=(
    '^[[:space:]]*#[[:space:]]*include[[:space:]]*<Random123/|sim|Random123'
    '^[[:space:]]*#[[:space:]]*include[[:space:]]*<mpi\.h>|sim|MPI'
    '^[[:space:]]*#[[:space:]]*include[[:space:]]*<cjson/|inputs|cJSON'
    '^[[:space:]]*#[[:space:]]*include[[:space:]]*<sqlite3\.h>|outputs|sqlite3.h'
    '(^|[^[:alnum:]_])(popen|system|exec[lv]p?e?|posix_spawnp?|fork) *\(|outputs|running gnuplot'
    '^[[:space:]]*#[[:space:]]*include[[:space:]]*<gsl/|sim models studies|GSL'
)
layers='sim models studies inputs outputs cli'

count=0
broken=0
# verdict RULE VIOLATIONS: a TAP line, and the violations when there are any.
verdict() {
    count=$((count + 1))
    if [ -z "$2" ]; then
        echo "ok $count - $1"
    else
        broken=1
        echo "not ok $count - $1"
        printf '%s\n' "$2" | sed 's/^/# /'
    fi
}

sources_of() { find "$@" -maxdepth 1 -name '*.[ch]' 2>/dev/null | sort; }

for rule in "${rules[@]}"; do
    folder=${rule%%:*}
    allowed=${rule#*:}
    files=$(sources_of "$folder")
    [ -z "$files" ] && continue
    # shellcheck disable=SC2086
    found=$(grep -nH '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' $files |
        grep -vE "include[[:space:]]*\"$allowed\"")
    verdict "$folder/ includes only what its layer may" "$found"
done

for owner in "${owners[@]}"; do
    name=${owner##*|}
    rest=${owner%|*}
    rooms=${rest##*|}
    pattern=${rest%|*}
    files=
    for folder in $layers; do
        case " $rooms " in
        *" $folder "*) ;;
        *) files="$files $(sources_of "$folder")" ;;
        esac
    done
    # shellcheck disable=SC2086
    found=$([ -n "${files// /}" ] && grep -nHE "$pattern" $files)
    # The command line switches GSL's error handler off, once, before any thread.
    if [ "$name" = GSL ]; then
        found=$(printf '%s' "$found" | grep -v '^cli/main\.c:.*<gsl/gsl_errno\.h>')
    fi
    verdict "$name stays in ${rooms// /, }" "$found"
done

# shellcheck disable=SC2046
found=$(grep -nHE '(^|[^[:alnum:]_])(exit|_Exit|quick_exit) *\(' $(sources_of sim models studies inputs outputs) |
    grep -vE '^(sim/base_arena|models/engine)\.c:')
verdict "only cli/ ends the program (but for lack of memory and broken laws)" "$found"

# shellcheck disable=SC2046
found=$(grep -nHE '(^|[^[:alnum:]_])setlocale *\(' $(sources_of $layers))
verdict "nobody sets a locale" "$found"

# shellcheck disable=SC2086
found=$(find $layers tests bench docs tools -type f ! -name README.md ! -name '*.svg' 2>/dev/null |
    grep -v '^tests/[^/]*/' | sed 's|.*/||' | sort | uniq -d)
verdict "file names are unique over the tree" "$found"

# shellcheck disable=SC2086
found=$(for file in $(sources_of $layers tests bench | grep '\.h$'); do
    guard=$(printf '%s' "$file" | tr 'a-z/.' 'A-Z__')
    grep -qx "#ifndef $guard" "$file" || echo "$file: no include guard $guard"
done)
verdict "every header has the guard of its path" "$found"

echo "1..$count"
exit "$broken"
