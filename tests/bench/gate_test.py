"""The gate on instruction counts: what passes, what fails, what is kept."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "bench" / "gate"))

import compare


def verdicts(recorded, counted):
    return [good for good, _ in compare.verdicts(recorded, counted)]


class Gate(unittest.TestCase):
    def test_two_percent_either_way(self):
        recorded = {"a": 10000, "b": 10000, "c": 10000, "d": 10000}
        counted = {"a": 10200, "b": 9800, "c": 10201, "d": 9799}
        self.assertEqual(verdicts(recorded, counted), [True, True, False, False])

    def test_no_instructions_fail_even_if_none_are_recorded(self):
        self.assertEqual(verdicts({"a": 5}, {"a": 0, "b": 0}), [False, False])

    def test_a_case_that_the_library_lacks(self):
        self.assertEqual(verdicts({}, {"new": None}), [None])
        self.assertEqual(verdicts({"old": 7}, {"old": None}), [False])

    def test_every_case_is_recorded_and_every_record_a_case(self):
        self.assertEqual(verdicts({}, {"a": 7}), [False])
        self.assertEqual(verdicts({"gone": 7}, {}), [False])

    def test_counts_are_read_as_written(self):
        counts = {"batch/1": 121633, "int8/64": 5}
        self.assertEqual(compare.read_counts(compare.write_counts("g++ 12.2", counts)), ("g++ 12.2", counts))

    def test_other_compilers_are_skipped_loudly(self):
        with tempfile.TemporaryDirectory() as folder:
            counts = Path(folder) / "counts.txt"
            counts.write_text(compare.write_counts("g++ 1.0", {"a": 5}))
            command = [sys.executable, compare.__file__, "/bin/false", counts, "--cxx", os.environ.get("CXX", "c++")]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
        self.assertRegex(done.stdout, r"^skipped: counts are recorded for g\+\+ 1\.0, this is .+\n0 passed, 0 failed\n$")

    def test_recorded_counts(self):
        text = (Path(compare.__file__).parent / "counts.txt").read_text()
        compiler, counts = compare.read_counts(text)
        self.assertEqual(compiler, "g++ 12.2")
        self.assertLess({"batch/1", "batch/64", "request_of/64", "saliency/8"}, set(counts))
        self.assertGreater(min(counts.values()), 10000)


if __name__ == "__main__":
    unittest.main()
