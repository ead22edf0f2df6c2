#!/bin/sh
# fetch_mimalloc.sh DIR: unpacks mimalloc 2.0.9 into DIR, from the distribution's source package (the
# system's own package sources stay untouched, no root needed) or else from upstream.
set -eu
target=$1
[ -f "$target/src/static.c" ] && exit 0
case $target in /*) ;; *) target=$PWD/$target ;; esac
work=$target.fetch
rm -rf "$work"
mkdir -p "$work/parts" "$work/lists/partial" "$work/archives/partial"
trap 'rm -rf "$work"' EXIT

from_debian() {
  command -v apt-get >/dev/null || return 1
  [ -f /etc/apt/sources.list ] && sed -n 's/^deb /deb-src /p' /etc/apt/sources.list >"$work/parts/a.list"
  [ -f /etc/apt/sources.list.d/debian.sources ] &&
    sed 's/^Types:.*/Types: deb-src/' /etc/apt/sources.list.d/debian.sources >"$work/parts/b.sources"
  set -- -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$work/parts" -o "Dir::State::lists=$work/lists" \
    -o "Dir::Cache=$work" -o "APT::Sandbox::User=$(id -un)"
  apt-get "$@" update || return 1
  (cd "$work" && apt-get "$@" source --download-only mimalloc=2.0.9+ds-2) || return 1
  archive=$work/mimalloc_2.0.9+ds.orig.tar.xz
  echo "cbc9d207ff105ad1f0cb739c378076143a6452b8d0624309cea0abfb040e972b  $archive" | sha256sum -c -
}

from_upstream() {
  archive=$work/mimalloc.tar.gz
  url=https://github.com/microsoft/mimalloc/archive/refs/tags/v2.0.9.tar.gz
  if command -v curl >/dev/null; then
    curl -fsSL --max-time 60 -o "$archive" "$url" || return 1
  else
    wget -q --timeout=60 -O "$archive" "$url" || return 1
  fi
  echo "4a29edae32a914a706715e2ac8e7e4109e25353212edeed0888f4e3e15db5850  $archive" | sha256sum -c -
}

from_debian || from_upstream
mkdir "$work/tree"
tar -xf "$archive" --strip-components=1 -C "$work/tree"
rm -rf "$target"
mv "$work/tree" "$target"
