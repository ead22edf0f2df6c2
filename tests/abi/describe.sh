#!/bin/sh
# describe.sh OUT.xml: the ABI of the public headers as libabigail sees it.
set -eu
case $1 in /*) out=$1 ;; *) out=$PWD/$1 ;; esac
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
/usr/bin/python3 "$root/tests/abi/make_stub.py" "$root" "$work/stub.c"
cd "$work"  # relative: the recorded text must not depend on the place
gcc -g -O0 -shared -fPIC -fvisibility=hidden -I"$root/capi/include" -Wl,-soname,libclicklens.so.0 \
  -Wl,--version-script="$root/capi/abi/clicklens.map" -o libclicklens.so.0 stub.c
# A stripped library would compare equal to anything.
readelf -S "$work/libclicklens.so.0" | grep -q debug_info
abidw --headers-dir "$root/capi/include" --drop-private-types --no-show-locs --no-comp-dir-path --no-corpus-path \
  "$work/libclicklens.so.0" >"$out"
