#!/bin/sh
# run.sh PROGRAMS MODEL: the examples run, C and C++ agree on every score, and mistakes are reported.
set -eu
programs=$1 model=$2
c=$("$programs/example_score_c" "$model")
cpp=$("$programs/example_score_cpp" "$model")
reasons=$("$programs/example_saliency" "$model")
printf '%s\n%s\n' "$c" "$reasons"
[ "$(echo "$c" | grep -c '^ad [0-4]: 0\.[0-9]*$')" = 5 ]
[ "$c" = "$cpp" ]
[ "$(echo "$reasons" | grep -c '^ad [0-4]: .*[+-][0-9]*\.[0-9]')" = 5 ]
for program in score_c score_cpp saliency; do
  if message=$("$programs/example_$program" "$model.absent" 2>&1); then exit 1; fi
  echo "$message" | grep -q "$model.absent"
done
# tests/e2e/inside_example_test.py holds the figures of this one to the command's
if message=$("$programs/example_inside" "$model.absent" fit.tsv eval.tsv 2>&1); then exit 1; fi
echo "$message" | grep -q "$model.absent"
