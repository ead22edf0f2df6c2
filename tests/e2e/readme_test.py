"""README.md tells the truth: its commands give the output it shows, its program compiles, its verbs and
files exist, its picture is of these figures. (The Python package's tests run its Python.) Commands run
in a shell that knows nothing but what the README told it."""

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
SHOWN = "..."  # a line that stands for any number of lines
MARK = "--end-of-a-command--"


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def commands(block):
    """(command, shown output lines) of a console block."""
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    return [(part.splitlines()[0], part.splitlines()[1:]) for part in parts]


def pattern(shown):
    return "".join("(?:.*\n)*" if line == SHOWN else re.escape(line) + r" *\n" for line in shown)


class Readme(unittest.TestCase):
    """A checkout with a finished build and an empty home folder: nothing else helps the reader's shell."""

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="clens-readme-"))
        self.addCleanup(shutil.rmtree, self.folder)
        (self.folder / "bindings").symlink_to(ROOT / "bindings")
        (self.folder / "build").mkdir()
        (self.folder / "build" / "release").symlink_to(os.environ["BUILD"])
        (self.folder / "home").mkdir()

    def run_shell(self, *commands):
        """What each command wrote; one shell runs them all, as the reader's does."""
        helped = ("PATH", "CLICKLENS", "LIBRARY", "INCLUDE", "CPATH", "CFLAGS", "LDFLAGS", "PKG_CONFIG", "BUILD")
        environment = {key: value for key, value in os.environ.items() if not any(h in key for h in helped)}
        tools = [part for part in os.environ["PATH"].split(os.pathsep) if not (Path(part) / "clicklens").exists()]
        environment |= {"PATH": os.pathsep.join(tools), "HOME": str(self.folder / "home")}
        script = "".join(f"{command}\nstatus=$?; echo {MARK}; [ $status = 0 ] || exit $status\n" for command in commands)
        done = subprocess.run(["sh", "-c", script], cwd=self.folder, env=environment, capture_output=True, text=True,
                              check=False)
        outputs = done.stdout.split(f"{MARK}\n")
        self.assertEqual(done.returncode, 0, f"{commands[len(outputs) - 2]}: {done.stderr}")
        return outputs[: len(commands)]

    def installs(self):
        """The lines after `make build`."""
        lines = "\n".join(blocks("sh")).splitlines()
        found = lines[max(i for i, line in enumerate(lines) if line.startswith("make build")) + 1 :]
        self.assertEqual(len(found), 1)
        return found

    def test_commands_give_the_output_shown(self):
        (program,) = blocks("c")
        (self.folder / "score.c").write_text(program)
        ran = [pair for block in blocks("console") for pair in commands(block)]
        self.assertGreaterEqual(len(ran), 5)
        outputs = self.run_shell(*self.installs(), *(command for command, _ in ran))
        for (command, shown), output in zip(ran, outputs[1:]):
            with self.subTest(command):
                self.assertRegex(output, re.compile(f"^{pattern(shown)}$"))
        self.check_picture()

    def check_picture(self):
        for command in ("evaluate demo.clens days/*.tsv",
                        "saliency demo.clens days/day=01.tsv days/day=04.tsv --reference days/day=01.tsv"):
            (report,) = self.run_shell(f"~/.local/bin/clicklens {command} --json")
            (self.folder / f"{command.split()[0]}.json").write_text(report)
            self.assertIn("days", json.loads(report))
        (drawn,) = self.run_shell(f"{shlex.quote(sys.executable)} bindings/cli/demo/picture.py evaluate.json saliency.json")
        self.assertEqual(drawn, (ROOT / "bindings" / "cli" / "demo" / "demo.svg").read_text())

    def test_verbs_are_in_the_makefile(self):
        verbs = re.findall(r"^make (\w+)", "\n".join(blocks("sh")), re.MULTILINE)
        self.assertEqual(verbs, ["demo", "test", "build"])
        for verb in verbs:
            subprocess.run(["make", "-n", verb], cwd=ROOT, check=True, capture_output=True)

    def test_files_exist(self):
        named = re.findall(r"\]\(([^)]+)\)", README) + re.findall(r"`((?:bindings|capi)/[\w./]+)`", README)
        self.assertGreaterEqual(len(named), 6)
        for link in named:
            path, _, heading = link.partition("#")
            self.assertTrue((ROOT / path).exists(), path)
            if heading:
                headings = re.findall(r"^#+ (.*)$", (ROOT / path).read_text(), re.MULTILINE)
                self.assertIn(heading, [h.lower().replace(" ", "-") for h in headings], path)


if __name__ == "__main__":
    unittest.main()
