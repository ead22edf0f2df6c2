#!/bin/sh
# readme_test.sh FOLDER: does what README.md says, in a home that has nothing else. Blocks of sh are run in one shell, those
# of rust are the files that their first lines name, those of text are what the block before them printed.
set -eu
rust=$(cd "$(dirname "$0")" && pwd)
home=$1
rm -rf "$home" && mkdir -p "$home"
/usr/bin/python3 - "$rust/README.md" >"$home/steps.sh" <<'EOF'
import pathlib, re, shlex, sys

print("set -eu")
blocks = re.findall(r"^```(sh|rust|text)\n(.*?)^```$", pathlib.Path(sys.argv[1]).read_text(), re.MULTILINE | re.DOTALL)
assert {kind for kind, _ in blocks} == {"sh", "rust", "text"}
for index, (kind, block) in enumerate(blocks):
    if kind == "rust":
        path = re.match(r"// (\S+)\n", block)[1]
        print(f"mkdir -p $(dirname {path}) && printf %s {shlex.quote(block)} >{path}")
    elif kind == "sh" and blocks[index + 1 : index + 2] and blocks[index + 1][0] == "text":
        print(f"{{\n{block}}} >printed\ncat printed\nprintf %s {shlex.quote(blocks[index + 1][1])} | diff - printed")
    elif kind == "sh":
        print(block)
EOF
# Toolchain and crates are those of this machine; all else is new.
export CARGO_HOME="${CARGO_HOME:-$HOME/.cargo}" RUSTUP_HOME="${RUSTUP_HOME:-$HOME/.rustup}" CARGO_NET_OFFLINE=true
unset CLICKLENS_LIB_DIR LD_LIBRARY_PATH PKG_CONFIG_PATH
cd "$rust/../.." && HOME=$home sh "$home/steps.sh"
