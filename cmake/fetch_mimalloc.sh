#!/bin/sh
# fetch_mimalloc.sh DIR: unpacks mimalloc 2.0.9 into DIR, from the distribution's source package (the
# system's own package sources stay untouched, no root needed) or else from upstream.
set -eu
. "$(dirname "$0")/private_apt.sh"
target=$1
[ -f "$target/src/static.c" ] && exit 0
case $target in /*) ;; *) target=$PWD/$target ;; esac
work=$target.fetch
rm -rf "$work"
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT

from_debian() {
  private_apt "$work" || return 1
  (cd "$work" && fetch_apt source --download-only mimalloc=2.0.9+ds-2) || return 1
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
