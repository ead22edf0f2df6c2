#!/bin/sh
# old_client.sh LIBRARY [CC]: old_client.c, compiled against the first recorded header and against today's, prints the same
# on the library of today.
set -eu
library=$1 cc=${2:-cc}
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ln -s "$(realpath "$library")" "$work/libclicklens.so"
ln -s "$(realpath "$library")" "$work/libclicklens.so.0"
for age in first today; do
  case $age in first) include=$root/tests/abi/first ;; today) include=$root/capi/include ;; esac
  "$cc" -std=c11 -Wall -Wextra -Werror -I"$include" "$root/tests/abi/old_client.c" -L"$work" -lclicklens -o "$work/$age"
  LD_LIBRARY_PATH=$work "$work/$age" "$root/bindings/cli/demo/demo.clens" >"$work/$age.txt"
done
grep -q '^scores 0x' "$work/first.txt"
cmp "$work/first.txt" "$work/today.txt"
echo "abi: a client of the first header prints the $(wc -l <"$work/first.txt") lines that one of today's does"
