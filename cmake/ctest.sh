#!/bin/sh
# ctest.sh PRESET [ctest options]: configure, build, test; the last line is `N passed, N failed`.
set -u
cd "$(dirname "$0")/.."
preset=$1
shift
results=build/$preset/results
rm -rf "$results" && mkdir -p "$results"
cmake --preset "$preset" && cmake --build --preset "$preset" || exit 1

# ThreadSanitizer's address map does not fit every kernel's randomisation.
prefix=
if [ "$preset" = tsan ] && setarch -R true 2>/dev/null; then prefix="setarch -R"; fi
$prefix ctest --preset "$preset" --output-junit "$PWD/$results/ctest.junit" "$@"
/usr/bin/python3 cmake/summary.py "$results"
