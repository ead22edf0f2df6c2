#!/bin/sh
# package.sh [FOLDER]: a tarball, Debian packages and a wheel in FOLDER (build/packages), each checked, and their sizes.
set -eu
cd "$(dirname "$0")/.."
out=${1:-build/packages}
rm -rf "$out" && mkdir -p "$out"
out=$(cd "$out" && pwd)

cmake --preset release >/dev/null && cmake --build --preset release --target clicklens_all
version=$(sed -n 's/^CMAKE_PROJECT_VERSION:STATIC=//p' build/release/CMakeCache.txt)
name=clicklens-$version-linux-$(uname -m)
DESTDIR=$out cmake --install build/release --strip --prefix "/$name" >/dev/null
cp LICENSE README.md "$out/$name/"
tar -C "$out" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -czf "$out/$name.tar.gz" "$name"
rm -r "${out:?}/$name"

if command -v dpkg-shlibdeps >/dev/null; then
  cmake --preset package >/dev/null && cmake --build --preset package
  (cd build/package && cpack --config CPackConfig.cmake -B "$out/debs") >"$out/cpack.log" || { cat "$out/cpack.log" && exit 1; }
  mv "$out"/debs/*.deb "$out/" && rm -r "$out/debs" "$out/cpack.log"
else
  echo "skipped: Debian packages, dpkg-dev is not installed"
fi

if [ -x build/venv/bin/python ]; then
  sh bindings/python/packaging_clicklens/wheel.sh "$out"
else
  echo "skipped: the wheel, build/venv is not there"
fi
cd "$out" && ls -l -- *.tar.gz *.deb *.whl 2>/dev/null | awk '{ printf "%8.2f MB  %s\n", $5 / 1e6, $9 }'
