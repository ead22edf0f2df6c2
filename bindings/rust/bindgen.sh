#!/bin/sh
# bindgen.sh: makes clicklens-sys/src/bindings.rs from clicklens.h again. Once, some minutes: cargo install bindgen-cli
# --version 0.73.2 --locked (needs libclang). check_bindings.py says whether what is committed is what the header declares.
set -eu
cd "$(dirname "$0")/clicklens-sys"
bindgen include/clicklens/clicklens.h --output src/bindings.rs --allowlist-item 'clens_.*|CLENS_.*' \
  --default-enum-style consts --no-prepend-enum-name --use-core --rust-target 1.85 --rust-edition 2024 \
  --merge-extern-blocks --disable-header-comment \
  --raw-line '// Made by bindgen.sh from clicklens.h.' --raw-line '' -- -std=c11 -fparse-all-comments
