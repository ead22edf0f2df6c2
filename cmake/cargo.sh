#!/bin/sh
# cargo.sh: prints the folder of a cargo that the Rust binding takes (rust-version of bindings/rust/Cargo.toml), or fails.
wanted=$(sed -n 's/^rust-version = "1\.\([0-9]*\)".*/\1/p' "$(dirname "$0")/../bindings/rust/Cargo.toml")
for folder in $(dirname "$(command -v cargo || echo /usr/bin/cargo)") "${CARGO_HOME:-$HOME/.cargo}/bin"; do
  found=$("$folder/cargo" --version 2>/dev/null | sed -n 's/^cargo 1\.\([0-9]*\).*/\1/p')
  if [ "${found:-0}" -ge "$wanted" ]; then echo "$folder" && exit 0; fi
done
echo "no cargo 1.$wanted or later" >&2
exit 1
