#!/bin/sh
# Every fuzz target: a replay of its kept corpus, then FUZZ_SECONDS of search, two targets at a time. FUZZ_ONLY names
# those that are wanted. New inputs stay under build/. Before the last line, `N passed, N failed`, comes a table of what
# each did, in Markdown: SECURITY.md has that of a run of ten minutes.
set -u
cd "$(dirname "$0")/.."
export FUZZ_SECONDS="${FUZZ_SECONDS:-60}"
cmake --preset fuzz && cmake --build --preset fuzz || exit 1

mkdir -p build/fuzz
# Some targets write a file for each input.
if [ -w /dev/shm ]; then
  TMPDIR=$(mktemp -d /dev/shm/clicklens-fuzz.XXXXXX)
  export TMPDIR
  trap 'rm -rf "$TMPDIR"' EXIT
fi
cat >build/fuzz/one.sh <<'END'
name=$(basename "$1")
kept=tests/fuzz/corpus/${name#fuzz_}
work=build/fuzz/work/$name
log=build/fuzz/$name.log
mkdir -p "$work"
: >"$log"
if [ -d "$kept" ]; then timeout 10 "$1" -runs=0 "$kept" >>"$log" 2>&1; replay=$?; else replay=0 kept=; fi
[ $replay = 124 ] && replay=0
[ $replay = 0 ] && "$1" -max_total_time="$FUZZ_SECONDS" -rss_limit_mb=4096 -timeout=20 -print_final_stats=1 \
  -artifact_prefix="$work-" "$work" $kept >>"$log" 2>&1
if [ $? = 0 ]; then echo "passed: $name $(grep -c . "$log") lines of log"; else echo "failed: $name"; tail -n 40 "$log"; fi
# A module's edges are its counters; the last line that tells of coverage is of the end.
awk -v name="${name#fuzz_}" '
  /inline 8-bit counters/ { edges = $0; sub(/ inline.*/, "", edges); sub(/.*\(/, "", edges) }
  / cov: / { for (i = 1; i < NF; i++) if ($i == "cov:") covered = $(i + 1) }
  /^stat::number_of_executed_units/ { runs = $2 }
  /^stat::average_exec_per_sec/ { rate = $2 }
  /^stat::peak_rss_mb/ { rss = $2 }
  END { printf "| %s | %d | %d | %d of %d | %d |\n", name, runs, rate, covered, edges, rss }' "$log" >"build/fuzz/$name.row"
END
targets=$(find build/asan/tests -maxdepth 1 -name 'fuzz_*' -type f -perm -u+x | sort)
if [ -n "${FUZZ_ONLY:-}" ]; then
  targets=$(for target in $targets; do case " $FUZZ_ONLY " in *" ${target##*/fuzz_} "*) echo "$target" ;; esac; done)
fi
[ -n "$targets" ] || { echo "no fuzz target"; echo "0 passed, 0 failed"; exit 0; }
rm -f build/fuzz/*.row
echo "$targets" | xargs -n 1 -P "$(nproc)" sh build/fuzz/one.sh | tee build/fuzz/summary.log
echo "| target, $FUZZ_SECONDS s each | executions | a second | edges covered | MiB |"
echo "| --- | --- | --- | --- | --- |"
cat build/fuzz/*.row
failed=$(grep -c '^failed: ' build/fuzz/summary.log)
echo "$(grep -c '^passed: ' build/fuzz/summary.log) passed, $failed failed"
[ "$failed" = 0 ]
