#!/usr/bin/env bash
# What `make demo` shows once the build is done: seven synthetic days, a model trained on the first of
# them (../python/examples/train_demo.py), its scores, where they fail, and why. Needs nothing but the build;
# CLICKLENS names another program, CLICKLENS_DEMO_DAYS another folder for the days.
set -euo pipefail
cd "$(dirname "$0")/../.."
clicklens=${CLICKLENS:-build/bin/clicklens}
model=bindings/cli/demo/demo.clens
days=${CLICKLENS_DEMO_DAYS:-build/demo}
mkdir -p "$days"
rm -f "$days"/day=*.tsv "$days"/scores.*

say() { printf '\n== %s\n' "$*"; }

say "Seven days of synthetic clicks, 20,000 rows each; from day 5 on the topics mean something else."
"$clicklens" synth --days 7 --rows 20000 --seed 1 --drift-day 5 --out "$days"

say "The model: a small network trained on day 1, one file."
"$clicklens" inspect "$model"

say "AUC by day: near .86 on the rows it was trained on, steady on new days, lower once the drift is there."
"$clicklens" evaluate "$model" "$days"/day=0?.tsv

say "Which groups move the score, on the training day and on a later one: noise is last of all but memo, whose ids are new each day."
"$clicklens" saliency "$model" "$days"/day=01.tsv "$days"/day=04.tsv --reference "$days"/day=01.tsv

row=$("$clicklens" score "$model" "$days"/day=04.tsv | awk '$1 > best { best = $1; row = NR } END { print row }')
say "Why the best-scored row of day 4 got its score: group by group, id by id."
"$clicklens" saliency "$model" "$days"/day=04.tsv --row "$row" --reference "$days"/day=01.tsv

say "The scores of day 4 under every instruction set: the same bytes, so the same checksum."
checksums=
for isa in avx512 avx2 neon scalar; do
  scores=$days/scores.$isa
  if why=$(CLICKLENS_ISA=$isa "$clicklens" score "$model" "$days"/day=04.tsv --out "$scores" 2>&1); then
    checksum=$(sha256sum <"$scores" | cut -c 1-32)
    checksums+="$checksum"$'\n'
    printf '%-7s %s\n' "$isa" "$checksum"
  else
    printf '%-7s not on this machine (%s)\n' "$isa" "${why#clicklens: }"
  fi
done
distinct=$(printf %s "$checksums" | sort -u | grep -c .)
[ "$distinct" = 1 ] || { echo "the checksums differ" >&2; exit 1; }

say "Latency of one request of 100 candidates, one thread."
"$clicklens" bench "$model" --candidates 100
printf '\nThe days and scores stay in %s.\n' "$days"
