#!/bin/sh
# clang-format, clang-tidy and, unless LINT_CHECKS is OFF, the project's own checks, which are among the tests of the
# release build, too; the last line is `N passed, N failed`.
set -u
cd "$(dirname "$0")/.."
passed=0
failed=0
note() {
  if [ "$2" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)) && echo "failed: $1"; fi
}

sh cmake/sources.sh | xargs clang-format-14 --dry-run -Werror
note clang-format $?
cmake --preset release >/dev/null && cmake --build --preset release --target clicklens_all clicklens_without_lenses
note build $?
cmake --preset tidy >/dev/null && cmake --build --preset tidy && /usr/bin/python3 cmake/tidy.py build/tidy
note clang-tidy $?
if [ "${LINT_CHECKS:-ON}" != OFF ]; then
  mkdir -p build/release/results/lint
  rm -f build/release/results/lint/*
  ctest --preset release -L '^lint$' --output-junit "$PWD/build/release/results/lint/ctest.junit"
  note "project checks" $?
fi
echo "$passed passed, $failed failed"
[ $failed = 0 ]
