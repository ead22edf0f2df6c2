#!/bin/sh
# test_adserver.sh: bindings/rust/examples/adserver against the library as installed. Not a part of test.sh: building axum
# takes longer than all other tests of Rust.
set -eu
cd "$(dirname "$0")/.."
prefix=$PWD/build/adserver-prefix
folder=$(sh cmake/cargo.sh) || { echo "adserver: no cargo; not tested" && exit 77; }
rm -rf "$prefix"
cmake --install build/release --prefix "$prefix" >/dev/null
library=$(dirname "$(find "$prefix" -name libclicklens.a)")
export PATH="$folder:$PATH" PKG_CONFIG_PATH="$library/pkgconfig" LD_LIBRARY_PATH="$library"
export CARGO_TARGET_DIR="$PWD/build/adserver" CARGO_NET_RETRY=1 CARGO_HTTP_TIMEOUT=15
unset CLICKLENS_LIB_DIR
cd bindings/rust/examples/adserver
cargo fetch --locked --quiet || { echo "adserver: crates.io cannot be reached; not tested" && exit 77; }
if cargo fmt --version >/dev/null 2>&1; then cargo fmt --check; fi
if cargo clippy --version >/dev/null 2>&1; then cargo clippy --all-targets --locked --quiet -- -D warnings; fi
cargo test --locked --quiet
# Reloads, a kill in the middle, an end: every answer right, nothing lost that was said to be safe.
cd "$OLDPWD"
exec sh bench/soak/run.sh rust --exact --server "$CARGO_TARGET_DIR/debug/adserver" -requests 4000 -candidates 10 -reloads 3 -kills 1
