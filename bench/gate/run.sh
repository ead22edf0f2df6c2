#!/bin/sh
# Counts instructions of the release build; --update records them.
set -eu
cd "$(dirname "$0")/../.."
cmake --preset release >/dev/null
cmake --build --preset release --target bench_gate
cxx=$(sed -n 's/^CMAKE_CXX_COMPILER:[A-Z]*=//p' build/release/CMakeCache.txt)
exec /usr/bin/python3 bench/gate/compare.py build/bin/bench_gate bench/gate/counts.txt --cxx "$cxx" "$@"
