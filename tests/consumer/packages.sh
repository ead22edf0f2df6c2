#!/bin/sh
# packages.sh FOLDER: what `make package` left there holds what it should; the Debian packages install on a bare Debian 12
# root and score there, and so does the wheel in an empty Python environment.
set -eu
cd "$(dirname "$0")/../.."
packages=$(cd "$1" && pwd)
model=bindings/cli/demo/demo.clens
work=$PWD/build/package_test
rm -rf "$work" && mkdir -p "$work"
version=$(sed -n 's/^#define CLENS_VERSION_[A-Z]* \([0-9]*\)$/\1/p' capi/include/clicklens/clicklens.h | paste -sd.)

echo "== tarball"
tar -C "$work" -xzf "$packages/clicklens-$version-linux-$(uname -m).tar.gz"
root=$(echo "$work"/clicklens-*)
cc -std=c11 -I"$root/include" tests/consumer/consumer.c -L"$root/lib" -Wl,-rpath,"$root/lib" -lclicklens -o "$work/consumer"
"$work/consumer"
PKG_CONFIG_PATH=$root/lib/pkgconfig pkg-config --exact-version="$version" clicklens
"$root/bin/clicklens" inspect "$model" | head -n 1

echo "== wheel"
if ls "$packages"/*.whl >/dev/null 2>&1; then
  /usr/bin/python3 -m venv "$work/venv"
  if "$work/venv/bin/pip" install --quiet --disable-pip-version-check --retries 1 --timeout 15 numpy cffi flatbuffers; then
    "$work/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --no-index "$packages"/*.whl
    (cd "$work" && venv/bin/python - "../../$model" "$version") <<'PYTHON'
import sys

import clicklens

assert clicklens.__version__ == sys.argv[2], clicklens.__version__
request = {"user_id": [1164], "segment": [6], "topic": [15], "hour": [23], "interest": [[1, 2]],
           "ad_id": [131, 100, 68], "category": [5, 1, 2], "position": [0, 1, 2], "noise": [13, 7, 1], "memo": [0, 0, 0]}
scores = clicklens.open(sys.argv[1]).score(request, requests=[0, 3])
assert all(0 < score < 1 for score in scores), scores
print(*scores)
PYTHON
  else
    echo "skipped: numpy, cffi and flatbuffers cannot be installed"
  fi
else
  echo "skipped: no wheel"
fi

echo "== Debian packages"
if ls "$packages"/*.deb >/dev/null 2>&1; then
  sh tests/consumer/deb.sh "$packages" "$version" "$work"
else
  echo "skipped: no Debian packages"
fi
