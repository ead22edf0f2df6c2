#!/bin/sh
# temporaries.sh ROOT CXX: a column over a temporary does not compile, one over what lives on does.
set -eu
code=$(mktemp --suffix=.cpp)
trap 'rm -f "$code"' EXIT
compiles() { # STANDARD STATEMENT
  printf '#include <array>\n#include <clicklens/clicklens.hpp>\nvoid f(clicklens::Batch& b, std::vector<int>& v, const std::vector<float>& w, const std::vector<std::int64_t>& e, std::string& t) { static_cast<void>(v), static_cast<void>(w), static_cast<void>(e), static_cast<void>(t); %s; }\n' "$2" >"$code"
  "$cxx" "-std=c++$1" -fsyntax-only -I "$root/capi/include" "$code" >/dev/null 2>&1
}
root=$1 cxx=$2
for standard in 11 20; do
  compiles $standard 'b.keys(0, v).rows(1, v, &e).floats(2, w).strings(3, t, e).cached(nullptr, e)' || { echo "C++$standard: what lives on is refused" && exit 1; }
  for wrong in 'b.keys(0, std::vector<int>{1})' 'b.rows(0, std::vector<int>{1})' 'b.floats(0, std::vector<float>{1})' \
    'b.keys(0, std::array<int, 1>{{1}})' 'b.strings(0, std::string("a"), e)' 'b.strings(0, t, std::vector<std::int64_t>{0})' \
    'b.strings(0, std::string(), std::vector<std::int64_t>{0})' 'b.cached(nullptr, std::vector<std::int64_t>{0})' \
    'b.keys(0, v, std::vector<std::int64_t>{0})' 'b.rows(0, v, std::array<std::int64_t, 1>{{0}})' \
    'b.floats(0, std::array<float, 1>{{1}})' 'b.strings(0, t, std::array<std::int64_t, 1>{{0}})' \
    'b.cached(nullptr, std::array<std::int64_t, 1>{{0}})'; do
    ! compiles $standard "$wrong" || { echo "C++$standard takes $wrong" && exit 1; }
  done
done
compiles 20 'b.keys(0, std::span(v), e).rows(1, std::span(v), std::span(e)).floats(2, std::span(w)).strings(3, std::span(t), std::span(e)).cached(nullptr, std::span(e))' ||
  { echo "C++20: spans are refused" && exit 1; }
