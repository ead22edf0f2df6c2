"""README.md tells the truth: its commands give the output it shows, its program compiles, its verbs and
files exist, its picture is of these figures. (The Python package's tests run its Python.)"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
README = (ROOT / "README.md").read_text()
LIBRARY = Path(os.environ["LIBRARY"]).parent
SHOWN = "..."  # a line that stands for any number of lines


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def commands(block):
    """(command, shown output lines) of a console block."""
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    return [(part.splitlines()[0], part.splitlines()[1:]) for part in parts]


def pattern(shown):
    return "".join("(?:.*\n)*" if line == SHOWN else re.escape(line) + r" *\n" for line in shown)


class Readme(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="clens-readme-"))
        self.addCleanup(shutil.rmtree, self.folder)
        (self.folder / "bindings").symlink_to(ROOT / "bindings")
        command = Path(os.environ["CLICKLENS"]).parent
        self.environment = {
            **os.environ, "PATH": f"{command}:{os.environ['PATH']}", "LIBRARY_PATH": str(LIBRARY),
            "LD_LIBRARY_PATH": str(LIBRARY), "C_INCLUDE_PATH": str(ROOT / "capi" / "include")}

    def run_shell(self, command):
        done = subprocess.run(["sh", "-c", command], cwd=self.folder, env=self.environment, capture_output=True,
                              text=True, check=False)
        self.assertEqual(done.returncode, 0, f"{command}: {done.stderr}")
        return done.stdout

    def test_commands_give_the_output_shown(self):
        (program,) = blocks("c")
        (self.folder / "score.c").write_text(program)
        ran = [pair for block in blocks("console") for pair in commands(block)]
        self.assertGreaterEqual(len(ran), 5)
        for command, shown in ran:
            with self.subTest(command):
                self.assertRegex(self.run_shell(command), re.compile(f"^{pattern(shown)}$"))
        self.check_picture()

    def check_picture(self):
        for command in ("evaluate demo.clens days/*.tsv",
                        "saliency demo.clens days/day=01.tsv days/day=04.tsv --reference days/day=01.tsv"):
            report = self.run_shell(f"clicklens {command} --json")
            (self.folder / f"{command.split()[0]}.json").write_text(report)
            self.assertIn("days", json.loads(report))
        drawn = self.run_shell(f"{shlex.quote(sys.executable)} bindings/cli/demo/picture.py evaluate.json saliency.json")
        self.assertEqual(drawn, (ROOT / "bindings" / "cli" / "demo" / "demo.svg").read_text())

    def test_verbs_are_in_the_makefile(self):
        verbs = re.findall(r"^make (\w+)", "\n".join(blocks("sh")), re.MULTILINE)
        self.assertEqual(verbs, ["demo", "test", "build"])
        for verb in verbs:
            subprocess.run(["make", "-n", verb], cwd=ROOT, check=True, capture_output=True)

    def test_files_exist(self):
        named = re.findall(r"\]\(([^)]+)\)", README) + re.findall(r"`((?:bindings|capi)/[\w./]+)`", README)
        self.assertGreaterEqual(len(named), 6)
        for path in named:
            self.assertTrue((ROOT / path).exists(), path)


if __name__ == "__main__":
    unittest.main()
