#!/bin/sh
# Every test of the release build, then those of the bindings; the last line is `N passed, N failed`.
set -u
cd "$(dirname "$0")/.."
results=build/release/results
# Tests know real click logs by this variable alone.
if [ -z "${CLICKLENS_REAL_DATA:-}" ]; then
  for schema in ../*/data/*/schema.json; do
    [ -f "$schema" ] || break
    CLICKLENS_REAL_DATA=$(cd "$(dirname "$schema")" && pwd)
    export CLICKLENS_REAL_DATA
    echo "test: real click logs are those of $CLICKLENS_REAL_DATA"
    break
  done
fi
# An earlier run's lines are of that run's cases.
rm -f build/release/conformance/*.jsonl
sh cmake/ctest.sh release
status=$?

export CLICKLENS_COMMAND="$PWD/build/bin/clicklens"  # the figures of files are held to its
export CLICKLENS_EXAMPLE_INSIDE="$PWD/build/release/examples/example_inside"
mkdir -p build/release/conformance
# Compilers and tests of the other bindings run beside those of Python, of which two files are at work at a time.
(
  rust=0 go=0
  sh cmake/test_rust.sh || rust=1
  sh cmake/test_go.sh || go=1
  exit $((rust + go))
) >build/release/bindings.log 2>&1 &
others=$!
if [ -f bindings/python/pyproject.toml ]; then
  echo "python: installing ./bindings/python into build/venv"
  if build/venv/bin/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --no-index \
    --force-reinstall ./bindings/python; then
    CLICKLENS_CONFORMANCE_OUT="$PWD/build/release/conformance/python.jsonl" \
      build/venv/bin/python -m pytest -q -rs -n 2 --dist loadfile bindings/python/tests -o junit_family=xunit1 --junit-xml="$results/pytest.junit" || status=1
  else
    status=1
  fi
else
  echo "python: no package yet, skipped"
fi
wait "$others" || status=1
cat build/release/bindings.log
/usr/bin/python3 -B tests/conformance/table.py --check build/release/conformance
table=$?
[ $table = 0 ] || [ $table = 77 ] || status=1
/usr/bin/python3 cmake/cargo_junit.py /dev/null "$results/hosts.junit" conformance.every_host=$table
/usr/bin/python3 cmake/summary.py "$results" | tail -n 1
exit $status
