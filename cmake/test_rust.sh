#!/bin/sh
# test_rust.sh: the crates of bindings/rust against the library as installed. What this machine lacks is skipped aloud.
set -u
cd "$(dirname "$0")/.."
results=$PWD/build/release/results log=$PWD/build/release/cargo.log prefix=$PWD/build/rust-prefix
steps='' status=0
mkdir -p "$results" build/release/conformance && : >"$log"

step() { # step NAME COMMAND...: runs it and keeps its status, 77: skipped
  name=$1 && shift
  "$@"
  found=$?
  [ $found = 0 ] || echo "rust: $name: $([ $found = 77 ] && echo skipped || echo failed)"
  [ $found = 0 ] || [ $found = 77 ] || status=1
  steps="$steps $name=$found"
}

finish() {
  # shellcheck disable=SC2086
  /usr/bin/python3 cmake/cargo_junit.py "$log" "$results/cargo.junit" $steps
  exit $status
}

skip() {
  echo "rust: $1; the crates are not tested"
  step crates sh -c 'exit 77'
  finish
}

has() { cargo "$1" --version >/dev/null 2>&1; }
tests() { cargo test --workspace --locked --quiet --no-run && cargo test --workspace --locked --no-fail-fast >"$log" 2>&1 || { cat "$log" && return 1; }; }
# What crates.io would be sent; the header must be in it. A cargo older than 1.90 packs no crate whose sibling is not there yet.
packages() {
  cargo package -p clicklens-sys --locked --allow-dirty --no-verify --quiet &&
    tar -xzOf "$CARGO_TARGET_DIR"/package/clicklens-sys-*.crate --wildcards '*/include/clicklens/clicklens.h' |
    cmp - ../../capi/include/clicklens/clicklens.h &&
    case $(cargo --version) in
      'cargo 1.8'*) cargo package -p clicklens --list --allow-dirty | grep -qx src/lib.rs ;;
      *) cargo package --workspace --locked --allow-dirty --no-verify --quiet ;;
    esac
}

step bindings /usr/bin/python3 bindings/rust/check_bindings.py
folder=$(sh cmake/cargo.sh) || skip "no cargo"
export PATH="$folder:$PATH" CARGO_TARGET_DIR="$PWD/build/rust" CARGO_NET_RETRY=1 CARGO_HTTP_TIMEOUT=15
echo "rust: $(cargo --version), of $folder"

rm -rf "$prefix"
cmake --install build/release --prefix "$prefix" >"$log" || skip "the library cannot be installed"
library=$(dirname "$(find "$prefix" -name libclicklens.a)")
export PKG_CONFIG_PATH="$library/pkgconfig" LD_LIBRARY_PATH="$library" CLICKLENS_COMMAND="$PWD/build/bin/clicklens"
export CLICKLENS_CONFORMANCE_OUT="$PWD/build/release/conformance/rust.jsonl"
unset CLICKLENS_LIB_DIR
cd bindings/rust || exit 1
if ! cargo fetch --locked --quiet; then
  export CARGO_NET_OFFLINE=true # what was fetched before may do
  cargo fetch --locked --quiet || skip "crates.io cannot be reached"
fi

if has fmt; then step fmt cargo fmt --check; else step fmt sh -c 'exit 77'; fi
if has clippy; then
  step clippy cargo clippy --workspace --all-targets --locked --quiet -- -D warnings
else
  step clippy sh -c 'exit 77'
fi
step tests tests
step scalar env -u CLICKLENS_CONFORMANCE_OUT CLICKLENS_ISA=scalar cargo test --locked --quiet --test conformance >>"$log"
RUSTDOCFLAGS='-D warnings' step doc cargo doc --workspace --no-deps --locked --quiet
step packages packages
step readme sh readme_test.sh "$CARGO_TARGET_DIR/readme" >/dev/null
cd ../..
finish
