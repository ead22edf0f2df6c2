#!/bin/sh
# without_lenses.sh LIBRARY HOST SCORE MODEL: programs linked with the whole library run on the one that scores alone. Scores
# have the same bytes; lenses refuse.
set -eu
library=$1 host=$2 score=$3 model=$4
folder=$(dirname "$library")
LD_LIBRARY_PATH=$folder ldd "$score" | grep -q "libclicklens.so.[0-9]* => $folder/"
whole=$("$score" "$model")
alone=$(LD_LIBRARY_PATH=$folder "$score" "$model")
[ "$(echo "$whole" | grep -c '^ad ')" = 5 ]
[ "$whole" = "$alone" ]
LD_LIBRARY_PATH=$folder "$host" "$model" refuses
"$host" "$model" answers
