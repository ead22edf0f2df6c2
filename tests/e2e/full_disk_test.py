"""A disk that takes no more: every command that writes a file fails with its name, and what was there before stays."""

import resource
import signal
import subprocess
import unittest

from command import COMMAND, CommandTest, row, run, table

OLD = b"what was there before"


class FullDisk(CommandTest):
    def setUp(self):
        super().setUp()
        self.data = self.write("data.csv", table([row(i) for i in range(240)]))
        self.later = self.write("later.csv", table([row(i) for i in range(240, 480)]))
        self.profile = self.folder / "day.profile"
        self.assertEqual(run("profile", self.model, self.data, "--out", self.profile).returncode, 0)
        self.places = self.folder / "out"
        self.places.mkdir()

    def commands(self):
        """Name and arguments of what writes `out`, which has more than 4 KiB."""
        model, data, out = self.model, self.data, self.places / "out"
        yield "refine", ("refine", model, out, "--tables", "f16")
        yield "profile", ("profile", model, data, "--out", out)
        yield "merge", ("merge", self.profile, self.profile, "--out", out)
        yield "score", ("score", model, *([data] * 8), "--out", out)
        yield "report", ("report", model, "--train", data, "--test", self.later, "--out", out)

    def limited(self, size, arguments):
        """As on a disk with so many bytes left for a file. There a signal comes, too, which would end the command."""

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)

        return subprocess.run([COMMAND, *map(str, arguments)], capture_output=True, text=True, check=False,
                              preexec_fn=limit)

    def test_nothing_is_half_written(self):
        out = self.places / "out"
        for name, arguments in self.commands():
            done = run(*arguments)
            self.assertEqual(done.returncode, 0, f"{name}: {done.stderr}")
            self.assertGreater(out.stat().st_size, 4096, name)
            for size in (0, 1, 1000, 4095, out.stat().st_size - 1):
                with self.subTest(name, size=size):
                    out.write_bytes(OLD)
                    done = self.limited(size, arguments)
                    self.assertEqual(done.returncode, 1, done.stderr)
                    self.assertIn(str(out), done.stderr)
                    self.assertEqual(out.read_bytes(), OLD)
                    self.assertEqual([p.name for p in self.places.iterdir()], ["out"])
            out.unlink()

    def test_synthetic_days(self):
        done = self.limited(5000, ("synth", "--days", 1, "--rows", 10000, "--seed", 1, "--out", self.places))
        self.assertEqual(done.returncode, 1)
        self.assertIn("day=01.tsv", done.stderr)
        self.assertEqual(list(self.places.iterdir()), [])

    def test_standard_output(self):
        with open("/dev/full", "wb") as full:
            for arguments in (("inspect", self.model), ("score", self.model, self.data), ("inspect", self.model, "--json")):
                done = subprocess.run([COMMAND, *map(str, arguments)], stdout=full, stderr=subprocess.PIPE, text=True,
                                      check=False)
                self.assertEqual(done.returncode, 1, f"{arguments[0]}: {done.stderr}")
                self.assertIn("standard output", done.stderr)


if __name__ == "__main__":
    unittest.main()
