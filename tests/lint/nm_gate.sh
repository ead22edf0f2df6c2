#!/bin/sh
# nm_gate.sh NM OBJECT ISA: an instruction set's unit defines its table and nothing else that the linker
# could hand to other code, and runs nothing when the library is loaded.
set -eu
symbols=$("$1" --defined-only --extern-only "$2" | cut -d' ' -f2-)
count=$(echo "$symbols" | grep -c .)
case $symbols in
  [DRB]" "*table_$3*) ;;
  *) echo "unexpected: $symbols" && exit 1 ;;
esac
[ "$count" = 1 ] || { echo "more than the table: $symbols" && exit 1; }
if readelf -SW "$2" | grep -q -e init_array -e '\.ctors'; then echo "runs code at load" && exit 1; fi
