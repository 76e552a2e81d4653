# For the scripts beside this folder: `source script/lib/build.sh` from the project's folder.

# As many compilers as cores, or JOBS.
jobs=${JOBS:-$(nproc)}

# configure PRESET: makes build/PRESET, or makes it anew when the presets changed; CMake itself notices the rest.
configure() {
    local ninja=build/$1/build.ninja log=build/$1/configure.log
    if [ -f "$ninja" ] && [ "$ninja" -nt CMakePresets.json ]; then return 0; fi
    mkdir -p "build/$1"
    echo "configuring build/$1"
    if ! cmake --preset "$1" >"$log" 2>&1; then
        cat "$log" >&2
        return 1
    fi
}

# build PRESET [target...]: everything, or the targets.
build() {
    local preset=$1
    shift
    configure "$preset" || return 1
    echo "building build/$preset${*:+: $*}"
    cmake --build "build/$preset" -j "$jobs" ${*:+--target "$@"}
}

passed=0
failed=0

# run_tests PRESET [ctest arguments...]: adds to passed and failed what ctest's own report says. Fails when a test
# failed, when there was none, or when there is no report.
run_tests() {
    local preset=$1 report=$PWD/build/$1/tests.xml status=0 counted
    shift
    rm -f "$report"
    ctest --test-dir "build/$preset" -j "$jobs" --no-tests=error --output-on-failure --output-junit "$report" "$@" \
        >"build/$preset/tests.log" 2>&1 || status=$?
    if ! counted=$(python3 script/lib/count_tests.py "$report"); then
        tail -n 50 "build/$preset/tests.log" >&2
        failed=$((failed + 1))
        return 1
    fi
    passed=$((passed + ${counted% *}))
    failed=$((failed + ${counted#* }))
    return "$status"
}
