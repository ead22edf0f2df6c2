#!/bin/sh
# Runs the benches that were built; then what the lenses cost, as one table of the same run.
set -eu
cd "$(dirname "$0")/.."
out=build/bench_models.json
for name in kernels models; do
  if [ -x "build/bin/bench_$name" ]; then
    "build/bin/bench_$name" --benchmark_out="build/bench_$name.json" --benchmark_out_format=json
  fi
done
if [ -f "$out" ]; then python3 bench/lens/table.py --json "$out"; fi
