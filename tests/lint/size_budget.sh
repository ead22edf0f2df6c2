#!/bin/sh
# size_budget.sh STRIP LIBRARY BYTES [LIBRARY BYTES]...: each library, stripped, takes less than its budget.
set -eu
strip=$1
shift
copy=$(mktemp)
trap 'rm -f "$copy"' EXIT
status=0
while [ $# -ge 2 ]; do
  "$strip" -o "$copy" "$1"
  bytes=$(wc -c <"$copy")
  echo "$1: $bytes bytes stripped, of less than $2"
  [ "$bytes" -lt "$2" ] || status=1
  shift 2
done
exit $status
