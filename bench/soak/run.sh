#!/bin/sh
# run.sh go|rust [--exact] [--server PROGRAM] [flags of soak]: one of the example servers under load over loopback, by
# bindings/go/examples/adserver/soak, with two versions of the demo's model. Report: build/soak/<server>.json.
#   --exact   every candidate is profiled and every request recorded, and at the end all of them have to be there
#   --server  a program that was built before; else it is built here, for release
# What soak does for itself: -requests 1000000 -connections 8 -reloads 20 -kills 0, if no flag says otherwise.
set -eu
cd "$(dirname "$0")/../.."
which=${1:?go or rust}
shift
exact='' server=''
while [ $# -gt 0 ]; do
  case $1 in
    --exact) exact=-exact && shift ;;
    --server) server=$2 && shift 2 ;;
    *) break ;;
  esac
done
work=$PWD/build/soak prefix=$PWD/build/soak/prefix
mkdir -p "$work"
go=$(sh cmake/find_go.sh) || { echo "soak: no Go of 1.24 or later here" >&2 && exit 77; }
rm -rf "$prefix"
cmake --install build/release --prefix "$prefix" >/dev/null
PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name clicklens.pc)")
LD_LIBRARY_PATH=$(dirname "$PKG_CONFIG_PATH")
export PKG_CONFIG_PATH LD_LIBRARY_PATH GOTOOLCHAIN=local GOPROXY=off GOFLAGS=-buildvcs=false CGO_ENABLED=1
(cd bindings/go && "$go" build -o "$work/soak" ./examples/adserver/soak)
build/bin/clicklens refine bindings/cli/demo/demo.clens -o "$work/other.clens" --tables f16 --only user_id >/dev/null

every=16 rate=0.01 interval=1000
[ -z "$exact" ] || every=1 rate=1 interval=50
case $which in
  go)
    [ -n "$server" ] || (cd bindings/go && "$go" build -o "$work/adserver-go" ./examples/adserver)
    set -- "$@" -- "${server:-$work/adserver-go}" -listen localhost:0 -model '{folder}/m.clens' -poll 0 \
      -profiles '{folder}/profiles' -profile-every $every -profile-interval ${interval}ms -profile-files 100000 \
      -recordings '{folder}/recordings' -record-rate $rate -record-flush ${interval}ms -record-files 100000
    ;;
  rust)
    if [ -z "$server" ]; then
      folder=$(sh cmake/cargo.sh) || { echo "soak: no cargo" >&2 && exit 77; }
      (cd bindings/rust/examples/adserver && PATH="$folder:$PATH" CARGO_TARGET_DIR="$PWD/../../../../build/adserver" \
        cargo build --release --locked --quiet)
      server=$PWD/build/adserver/release/adserver
    fi
    set -- "$@" -- "$server" --listen 127.0.0.1:0 --model '{folder}/m.clens' --poll-ms 3600000 \
      --profiles '{folder}/profiles' --profile-every $every --profile-interval-ms $interval \
      --recordings '{folder}/recordings' --record-rate $rate
    ;;
  *) echo "soak: $which: neither go nor rust" >&2 && exit 2 ;;
esac
exec "$work/soak" -models "bindings/cli/demo/demo.clens,$work/other.clens" -reloads 20 -json "$work/$which.json" $exact "$@"
