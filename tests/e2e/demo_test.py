"""The demo from its first line to its last, in a folder of its own; and what `make -n` may do: nothing."""

import os
import re
import shutil
import subprocess
import unittest

from command import COMMAND, HERE, CommandTest

ROOT = HERE.resolve().parent.parent


class Demo(CommandTest):
    def test_the_demo_runs(self):
        days = self.folder / "days"
        environment = {**os.environ, "CLICKLENS": COMMAND, "CLICKLENS_DEMO_DAYS": str(days)}
        environment.pop("CLICKLENS_ISA", None)
        done = subprocess.run(["bash", ROOT / "bindings" / "cli" / "demo.sh"], capture_output=True, text=True,
                              env=environment, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(len(re.findall("^== ", done.stdout, re.MULTILINE)), 9)
        self.assertEqual(len(list(days.glob("day=0?.tsv"))), 7)
        checksums = dict(re.findall(r"^(avx512|avx2|neon|scalar) +([0-9a-f]{32})$", done.stdout, re.MULTILINE))
        self.assertIn("scalar", checksums)
        self.assertEqual({checksum for checksum in checksums.values()}, {checksums["scalar"]})
        day4 = done.stdout[done.stdout.rindex("day=04.tsv: 20000 rows\n"):]
        groups = re.findall(r"^([a-z]+) +0\.\d{4} ", day4, re.MULTILINE)
        self.assertEqual([group for group in groups if group != "memo"][-1], "noise")

    def test_a_dry_run_does_nothing(self):
        shutil.copy(ROOT / "Makefile", self.folder)
        (self.folder / "cmake").mkdir()
        for name in ("setup.sh", "demo.sh", "test.sh"):
            (self.folder / "cmake" / name).write_text("touch ran\n")
        for verb in ("demo", "test", "build"):
            done = subprocess.run(["make", "-n", verb], cwd=self.folder, check=True, capture_output=True, text=True)
            self.assertIn("cmake", done.stdout)
        self.assertFalse((self.folder / "ran").exists())


if __name__ == "__main__":
    unittest.main()
