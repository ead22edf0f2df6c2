#!/bin/sh
# deb.sh FOLDER VERSION WORK: the Debian packages hold what they should, need libc alone, install on a bare Debian 12 root
# and serve a score there, to the command line and to a host built with the dev package outside of it.
set -eu
packages=$1 version=$2 work=$3
arch=$(dpkg --print-architecture)
multi=usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)
soname=libclicklens.so.${version%%.*}
deb() { echo "$packages/$1_${version}_$arch.deb"; }

# contents PACKAGE: sorted files and links, of which headers and CMake's as folders.
contents() {
  dpkg-deb --fsys-tarfile "$(deb "$1")" | tar -t | grep -v '/$' | sed -e 's,^\./,,' -e 's,\(include/clicklens\)/.*,\1,' \
    -e 's,\(cmake/clicklens\)/.*,\1,' | sort -u
}
# same PACKAGE: its contents are the lines of standard input.
same() {
  sort >"$work/wanted"
  contents "$1" >"$work/found"
  diff "$work/wanted" "$work/found" || { echo "$1 holds something else" && exit 1; }
}
same "libclicklens${version%%.*}" <<END
$multi/$soname
$multi/libclicklens.so.$version
usr/share/doc/libclicklens${version%%.*}/copyright
END
same libclicklens-dev <<END
$multi/libclicklens.a
$multi/libclicklens.so
$multi/cmake/clicklens
$multi/pkgconfig/clicklens.pc
usr/include/clicklens
usr/share/doc/libclicklens-dev/copyright
END
same clicklens-tools <<END
usr/bin/clicklens
usr/share/doc/clicklens-tools/copyright
usr/share/man/man1/clicklens.1
END
field() { dpkg-deb -f "$(deb "$1")" "$2"; }
field "libclicklens${version%%.*}" Depends | grep -Eqx 'libc6 \([^,]*\), libgcc-s1 \([^,]*\), libstdc\+\+6 \([^,]*\)'
[ "$(field libclicklens-dev Depends)" = "libclicklens${version%%.*} (= $version)" ]
dpkg-deb -I "$(deb "libclicklens${version%%.*}")" shlibs | grep -q "^libclicklens ${version%%.*} "

if [ "$(id -u)" != 0 ] || ! command -v debootstrap >/dev/null; then
  echo "skipped: installing on a bare root needs root and debootstrap"
  exit 0
fi
root=$work/root bare=build/bare-bookworm.tar
[ -f "$bare" ] || {
  debootstrap --variant=minbase bookworm "$work/bare" >"$work/debootstrap.log" || { tail -n 20 "$work/debootstrap.log" && exit 1; }
  tar -C "$work/bare" --one-file-system -cf "$bare.part" . && mv "$bare.part" "$bare" && rm -rf "$work/bare"
}
mkdir "$root" && tar -C "$root" -xf "$bare"
cp "$packages"/*.deb bindings/cli/demo/demo.clens "$root/tmp/"
chroot "$root" sh -c 'DEBIAN_FRONTEND=noninteractive dpkg -i /tmp/*.deb' >"$work/dpkg.log" || { cat "$work/dpkg.log" && exit 1; }
chroot "$root" dpkg --audit

# A host outside, from the dev package alone; run inside.
mkdir "$work/dev" && dpkg-deb -x "$(deb libclicklens-dev)" "$work/dev" && dpkg-deb -x "$(deb "libclicklens${version%%.*}")" "$work/dev"
cc -std=c11 -I"$work/dev/usr/include" capi/examples/score.c -L"$work/dev/$multi" -lclicklens -o "$root/tmp/score"
chroot "$root" /tmp/score /tmp/demo.clens | tee "$work/scores"
[ "$(grep -c '^ad [0-9]*: 0\.[0-9]*$' "$work/scores")" = 5 ]
chroot "$root" sh -c 'cd /tmp && clicklens synth --days 1 --rows 100 --seed 1 --out . && clicklens score demo.clens day=01.tsv' >"$work/rows"
[ "$(grep -c '^0\.[0-9]*$' "$work/rows")" = 100 ]
chroot "$root" ldconfig -p | grep -q "$soname"
chroot "$root" dpkg --purge clicklens-tools libclicklens-dev "libclicklens${version%%.*}" >>"$work/dpkg.log"
rm -rf "$root"
echo "installed, scored, removed"
