"""readme_steps.py README: its blocks as one shell script. The build under test, BUILD, stands for what `make build` makes."""

import pathlib
import re
import shlex
import sys

PROJECT = "cmake_minimum_required(VERSION 3.22)\nproject(host C)\nadd_executable(server server.c)\n"

print("set -eu")
blocks = re.findall(r"^```(\w*)\n(.*?)^```$", pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"), re.M | re.S)
if {kind for kind, _ in blocks} != {"sh", "cpp", "cmake"}:
    sys.exit("a block of another kind, which nothing would run")
installed = False
for kind, block in blocks:
    if kind == "cpp":
        print(f"printf %s {shlex.quote(block)} >{re.match(r'// (.*)', block)[1]}")
    elif kind == "cmake":
        print(f"printf %s {shlex.quote(PROJECT + block)} >CMakeLists.txt")
        print('cmake -S . -B made -DCMAKE_PREFIX_PATH="$HOME/clicklens"\ncmake --build made\nmade/server')
    elif block.startswith("cc server.c"):  # by the shared library, then by the archive
        for line in block.splitlines():
            print(line.split("#")[0] + "\n./a.out\nrm a.out")
    else:
        print(block.replace("make build\n", "").replace("cmake --install build/release ", 'cmake --install "$BUILD" '))
    if not installed and "cmake --install" in block:
        installed = True
        print('cd "$HOME/own"')
