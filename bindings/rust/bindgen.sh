#!/bin/sh
# bindgen.sh [OUT]: makes clicklens-sys/src/bindings.rs (or OUT) from clicklens.h. Needs libclang and, once, some minutes:
#   cargo install --locked bindgen-cli --version 0.73.2
# check_bindings.py says whether what is committed is what the header declares.
set -eu
cd "$(dirname "$0")/clicklens-sys"
bindgen include/clicklens/clicklens.h --output "${1:-src/bindings.rs}" --allowlist-item 'clens_.*|CLENS_.*' \
  --default-enum-style consts --no-prepend-enum-name --use-core --rust-target 1.85 --rust-edition 2024 \
  --merge-extern-blocks --disable-header-comment \
  --raw-line '// Made by bindgen.sh from clicklens.h.' --raw-line '' -- -std=c11 -fparse-all-comments
