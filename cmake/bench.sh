#!/bin/sh
# Runs the benches that were built.
set -eu
cd "$(dirname "$0")/.."
for name in kernels models; do
  if [ -x "build/bin/bench_$name" ]; then "build/bin/bench_$name"; fi
done
