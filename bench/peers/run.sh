#!/bin/sh
# Makes build/peers-venv, builds the library, measures, and (unless --quick) writes the README's table and the chart.
set -eu
cd "$(dirname "$0")/../.."
python=build/peers-venv/bin/python
if ! cmp -s bench/peers/requirements.txt build/peers-venv/requirements.txt; then
  echo "peers: making build/peers-venv"
  /usr/bin/python3 -m venv --clear --system-site-packages build/peers-venv
  "$python" -m pip install --quiet --disable-pip-version-check --only-binary :all: -r bench/peers/requirements.txt
  cp bench/peers/requirements.txt build/peers-venv/
fi
cmake --preset release >/dev/null
cmake --build --preset release --target clicklens
"$python" -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --no-index \
  --force-reinstall ./bindings/python
case ${1:-} in
  --quick)
    "$python" bench/peers/run.py --quick --out build/peers-quick.json
    exec "$python" bench/peers/run.py --quick --zoo --out build/zoo-quick.json
    ;;
esac
"$python" bench/peers/run.py
"$python" bench/peers/run.py --zoo
"$python" bench/peers/report.py bench/results/peers.json --zoo bench/results/zoo.json --readme README.md \
  --svg bench/results/peers.svg
