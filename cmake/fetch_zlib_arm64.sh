#!/bin/sh
# fetch_zlib_arm64.sh SYSROOT: puts the distribution's zlib for arm64 (header, static library) into SYSROOT,
# so that the command line can be cross built. The system itself stays without a second architecture.
set -eu
. "$(dirname "$0")/private_apt.sh"
sysroot=$1
[ -f "$sysroot/usr/lib/libz.a" ] && exit 0
work=$sysroot.fetch
case $work in /*) ;; *) work=$PWD/$work ;; esac
rm -rf "$work"
mkdir -p "$work/tree"
trap 'rm -rf "$work"' EXIT
private_apt "$work" -o APT::Architecture=arm64 -o APT::Architectures=arm64
(cd "$work" && fetch_apt download zlib1g-dev)
dpkg-deb -x "$work"/zlib1g-dev_*.deb "$work/tree"
mkdir -p "$sysroot/usr/include" "$sysroot/usr/lib"
cp "$work"/tree/usr/include/*.h "$sysroot/usr/include"
cp "$work/tree/usr/lib/aarch64-linux-gnu/libz.a" "$sysroot/usr/lib"
