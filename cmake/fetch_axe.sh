#!/bin/sh
# fetch_axe.sh DIR: axe-core 4.14.1 (MPL-2.0) as DIR/axe.min.js, which tests of the report's page hold it to.
set -eu
target=$1
[ -f "$target/axe.min.js" ] && exit 0
work=$target.fetch
rm -rf "$work"
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT
url=https://registry.npmjs.org/axe-core/-/axe-core-4.14.1.tgz
if command -v curl >/dev/null; then
  curl -fsSL --max-time 60 -o "$work/axe.tgz" "$url"
else
  wget -q --timeout=60 -O "$work/axe.tgz" "$url"
fi
echo "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745  $work/axe.tgz" | sha256sum -c - >/dev/null
tar -xzf "$work/axe.tgz" -C "$work" package/axe.min.js
mkdir -p "$target"
mv "$work/package/axe.min.js" "$target/axe.min.js"
