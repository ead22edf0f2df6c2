#!/bin/sh
# header.sh ROOT CC CXX: the public C headers are clean C11 and C++11, the C++ ones clean C++11 and C++20, also without
# exceptions.
set -eu
root=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
strict="-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -fsyntax-only -I$root/capi/include"
for header in "$root"/capi/include/clicklens/*.h; do
  name=$(basename "$header")
  printf '#include <clicklens/%s>\n#include <clicklens/%s>\nint main(void) { return 0; }\n' "$name" "$name" >"$work/t.c"
  cp "$work/t.c" "$work/t.cpp"
  # shellcheck disable=SC2086
  "$2" -std=c11 $strict -Wstrict-prototypes "$work/t.c"
  # shellcheck disable=SC2086
  "$3" -std=c++11 $strict "$work/t.cpp"
done
for header in "$root"/capi/include/clicklens/*.hpp; do
  [ -e "$header" ] || continue
  name=$(basename "$header")
  printf '#include <clicklens/%s>\n#include <clicklens/%s>\nint main() { return 0; }\n' "$name" "$name" >"$work/t.cpp"
  for standard in c++11 c++20; do
    # shellcheck disable=SC2086
    "$3" -std=$standard $strict "$work/t.cpp"
  done
done
for header in "$root"/capi/include/clicklens/*.hpp; do
  echo "#include <clicklens/$(basename "$header")>"
done >"$work/all.cpp"
for standard in c++11 c++20; do
  # shellcheck disable=SC2086
  "$3" -std=$standard -fno-exceptions -fno-rtti $strict "$work/all.cpp"
done
