"""The command line's figures, as JSON: all statistics of the experiment are the library's."""

import json
import os
import shutil
import subprocess
import sys


def program():
    """$CLICKLENS_COMMAND, else `clicklens` on the PATH, as `clicklens.report` has it."""
    found = os.environ.get("CLICKLENS_COMMAND") or shutil.which("clicklens")
    if not found:
        sys.exit("no program `clicklens`: install the command line, or name it in CLICKLENS_COMMAND")
    return found


def clicklens_json(*arguments, save=None):
    """What `clicklens ARGUMENTS --json` says, None where it says nothing; `save`: also a file of it."""
    line = [program(), *map(str, arguments), "--json"]
    done = subprocess.run(line, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        sys.exit(f"{' '.join(line)}: {done.stderr.strip()}")
    if save is not None:
        save.write_text(done.stdout, encoding="utf-8")
    return json.loads(done.stdout) if done.stdout else None
