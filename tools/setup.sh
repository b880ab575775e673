#!/bin/sh
# Sees to it that the Debian packages which a step needs are there.
#
#   tools/setup.sh STEP...      STEP: build, run, test, lint
#
# Each need is probed first (a header, a program, a Python module); when all are met, nothing
# happens. Otherwise exactly the missing packages are installed, if apt-get is there and we are root
# or sudo asks no password; else the packages and the command to install them are printed.
# Exit code: 0 all is there, 3 something is missing and could not be installed.
set -u

CC=${CC:-gcc}

has_program() { command -v "$1" >/dev/null 2>&1; }
has_header() { echo "#include <$1>" | $CC -E -x c - >/dev/null 2>&1; }
has_file() { [ -e "$1" ]; }
has_python_module() {
    for python in python3 /usr/bin/python3; do
        "$python" -c "import $1" >/dev/null 2>&1 && return 0
    done
    return 1
}

# Lines "package probe argument" of one step.
needs() {
    case $1 in
    build)
        case $CC in
        *clang*) echo "clang has_program $CC" ;;
        *) echo "gcc has_program $CC" ;;
        esac
        cat <<'END'
libc6-dev has_header stdio.h
libgsl-dev has_header gsl/gsl_rng.h
libcjson-dev has_header cjson/cJSON.h
libsqlite3-dev has_header sqlite3.h
librandom123-dev has_header Random123/philox.h
END
        ;;
    run) echo "gnuplot-nox has_program gnuplot" ;;
    test)
        cat <<'END'
libcmocka-dev has_header cmocka.h
gnuplot-nox has_program gnuplot
graphviz has_program dot
python3 has_program python3
python3-jsonschema has_python_module jsonschema
sqlite3 has_program sqlite3
locales has_file /usr/share/i18n/locales/fr_FR
END
        ;;
    lint)
        cat <<'END'
clang has_program clang
clang-format has_program clang-format
clang-tidy has_program clang-tidy
END
        ;;
    *)
        echo "setup: unknown step \"$1\" (build, run, test or lint)" >&2
        exit 2
        ;;
    esac
}

# The packages whose probe fails, one a line. Without a compiler no header can be seen: headers are
# then asked of dpkg.
missing() {
    for step; do
        needs "$step" || exit $?
    done | sort -u | while read -r package probe argument; do
        if [ "$probe" = has_header ] && ! has_program "$CC"; then
            dpkg -s "$package" >/dev/null 2>&1 || echo "$package"
        else
            "$probe" "$argument" || echo "$package"
        fi
    done | sort -u
}

for step; do
    needs "$step" >/dev/null # an unknown step ends the script here
done
packages=$(missing "$@" | tr '\n' ' ')
packages=${packages% }
[ -z "$packages" ] && exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
    as_root="sudo -n"
fi
if has_program apt-get && { [ -z "$as_root" ] || $as_root true 2>/dev/null; }; then
    echo "setup: installing $packages" >&2
    install="$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages"
    log=$(mktemp)
    # The package lists may be absent or old: update them when a first try finds nothing.
    $install >"$log" 2>&1 ||
        { $as_root apt-get update -qq >>"$log" 2>&1; $install >>"$log" 2>&1; } ||
        tail -n 20 "$log" >&2
    rm -f "$log"
    packages=$(missing "$@" | tr '\n' ' ')
    packages=${packages% }
    [ -z "$packages" ] && exit 0
    echo "setup: could not install: $packages" >&2
    exit 3
fi
cat >&2 <<END
setup: missing packages: $packages
setup: install them, then try again:
    sudo apt-get update && sudo apt-get install $packages
END
exit 3
