#!/bin/sh
# scores.sh [EMULATOR...] CLICKLENS: a synthetic day and the demo model's scores of it have the recorded
# bytes, under every instruction set that this machine, or the emulated one, has. RECORD=1 records them.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
model=$here/../../bindings/cli/demo/demo.clens
recorded=$here/scores.sha256
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$@" synth --days 1 --rows 3000 --seed 11 --out "$work"
mv "$work/day=01.tsv" "$work/day"
cd "$work"
if [ -n "${RECORD:-}" ]; then
  "$@" score "$model" day --out scores
  sha256sum day scores >"$recorded"
fi
ran=0
for isa in avx512 avx2 neon scalar; do
  if ! why=$(CLICKLENS_ISA=$isa "$@" score "$model" day --out scores 2>&1); then
    echo "skipped: $isa: $why"
    continue
  fi
  echo "$isa"
  sha256sum --check --strict "$recorded"
  ran=$((ran + 1))
done
[ $ran -ge 2 ]
