#!/bin/sh
# Tests of bindings/go against the library as it is installed: gofmt, vet, the race detector, cgo's own checks, the
# archive. Results go to build/release/results/go*.junit.
set -u
cd "$(dirname "$0")/.."
results=$PWD/build/release/results
prefix=$PWD/build/go-prefix
if ! go=$(sh cmake/find_go.sh); then
  echo "go: NO GO OF 1.24 OR LATER HERE: the tests of bindings/go are skipped" >&2
  mkdir -p "$results" && rm -f "$results"/go*.junit
  /usr/bin/python3 cmake/cargo_junit.py /dev/null "$results/go.junit" go.tests=77
  exit 0
fi
rm -rf "$prefix"
cmake --install build/release --prefix "$prefix" >/dev/null || exit 1
PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name clicklens.pc)")
LD_LIBRARY_PATH=$(dirname "$PKG_CONFIG_PATH")
PATH=$(dirname "$go"):$PATH # README's commands name no path
export PKG_CONFIG_PATH LD_LIBRARY_PATH PATH
export GOTOOLCHAIN=local GOFLAGS="-buildvcs=false ${GOFLAGS:-}" GOPROXY=off CGO_ENABLED=1
export CLICKLENS_COMMAND="${CLICKLENS_COMMAND:-$PWD/build/bin/clicklens}"
export CLICKLENS_CONFORMANCE_OUT="$PWD/build/release/conformance/go.jsonl"
mkdir -p "$results" build/release/conformance
rm -f "$results"/go*.junit
status=0

cd bindings/go || exit 1
unformatted=$(gofmt -l .)
[ -z "$unformatted" ] || { echo "go: gofmt -l: $unformatted" && status=1; }
go vet ./... || status=1

# run NAME FLAGS: one way of testing, as a suite of its own.
run() {
  name=$1
  shift
  go test -count=1 -vet=off -json "$@" ./... 2>&1 | /usr/bin/python3 ../../cmake/go_junit.py "$results/$name.junit" "$name" || status=1
}
# The race detector and the checks of what C is given, in one build of Go's own library: that takes longest.
GOEXPERIMENT=cgocheck2 run go_race -race -short
run go -run 'AllocatesNothing|Readme|CommandLine|Example'

# The archive gives the same bits, and needs no library of ours.
go build -o "$prefix/shared" ./internal/overhead && go build -tags clicklens_static -o "$prefix/static" ./internal/overhead || status=1
if readelf -d "$prefix/static" | grep -q 'NEEDED.*libclicklens'; then
  echo "go: -tags clicklens_static links libclicklens.so" && status=1
fi
hash() { "$@" ../cli/demo/demo.clens 20 0 | cut -d' ' -f2; }
shared=$(hash "$prefix/shared")
static=$(LD_LIBRARY_PATH='' hash "$prefix/static")
[ -n "$shared" ] && [ "$shared" = "$static" ] || { echo "go: scores $static by the archive, $shared by the library" && status=1; }
exit $status
