#!/bin/sh
# temporaries.sh ROOT CXX: a column over a temporary does not compile, one over what lives on does.
set -eu
code=$(mktemp --suffix=.cpp)
trap 'rm -f "$code"' EXIT
compiles() { # STANDARD STATEMENT
  printf '#include <array>\n#include <clicklens/clicklens.hpp>\nvoid f(clicklens::Batch& b, std::vector<int>& v, const std::vector<float>& w) { static_cast<void>(v), static_cast<void>(w); %s; }\n' "$2" >"$code"
  "$cxx" "-std=c++$1" -fsyntax-only -I "$root/capi/include" "$code" >/dev/null 2>&1
}
root=$1 cxx=$2
for standard in 11 20; do
  compiles $standard 'b.keys(0, v).rows(1, v).floats(2, w)' || { echo "C++$standard: what lives on is refused" && exit 1; }
  for wrong in 'b.keys(0, std::vector<int>{1})' 'b.rows(0, std::vector<int>{1})' 'b.floats(0, std::vector<float>{1})' \
    'b.keys(0, std::array<int, 1>{{1}})'; do
    ! compiles $standard "$wrong" || { echo "C++$standard takes $wrong" && exit 1; }
  done
done
