#!/bin/sh
# Every fuzz target: a replay of its kept corpus, then FUZZ_SECONDS of search, two targets at a time.
# New inputs stay under build/; the last line is `N passed, N failed`.
set -u
cd "$(dirname "$0")/.."
export FUZZ_SECONDS="${FUZZ_SECONDS:-60}"
cmake --preset fuzz && cmake --build --preset fuzz || exit 1

mkdir -p build/fuzz
cat >build/fuzz/one.sh <<'END'
name=$(basename "$1")
kept=tests/fuzz/corpus/${name#fuzz_}
work=build/fuzz/work/$name
log=build/fuzz/$name.log
mkdir -p "$work"
: >"$log"
if [ -d "$kept" ]; then timeout 10 "$1" -runs=0 "$kept" >>"$log" 2>&1; replay=$?; else replay=0 kept=; fi
[ $replay = 124 ] && replay=0
[ $replay = 0 ] && "$1" -max_total_time="$FUZZ_SECONDS" -rss_limit_mb=4096 -timeout=20 -artifact_prefix="$work-" "$work" $kept >>"$log" 2>&1
if [ $? = 0 ]; then echo "passed: $name $(grep -c . "$log") lines of log"; else echo "failed: $name"; tail -n 40 "$log"; fi
END
targets=$(find build/asan/tests -maxdepth 1 -name 'fuzz_*' -type f -perm -u+x | sort)
[ -n "$targets" ] || { echo "no fuzz target"; echo "0 passed, 0 failed"; exit 0; }
echo "$targets" | xargs -n 1 -P "$(nproc)" sh build/fuzz/one.sh | tee build/fuzz/summary.log
failed=$(grep -c '^failed: ' build/fuzz/summary.log)
echo "$(grep -c '^passed: ' build/fuzz/summary.log) passed, $failed failed"
[ "$failed" = 0 ]
