"""Synthetic days: files, determinism, options. Their statistics are tested in tests/unit/cli."""

import gzip
import unittest
from pathlib import Path

from command import CommandTest, run, run_json


class Synth(CommandTest):
    def synth(self, name, *arguments, rows=400, days=3, seed=7):
        folder = self.folder / name
        done = run("synth", "--days", days, "--rows", rows, "--seed", seed, "--out", folder, *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}

    def test_same_seed_same_bytes(self):
        first = self.synth("a")
        self.assertEqual(list(first), ["day=01.tsv", "day=02.tsv", "day=03.tsv"])
        self.assertEqual(self.synth("b"), first)
        self.assertEqual(len(set(first.values())), 3)
        self.assertNotEqual(self.synth("c", seed=8), first)

    def test_days_do_not_depend_on_each_other(self):
        self.assertEqual(self.synth("one", days=1)["day=01.tsv"], self.synth("three")["day=01.tsv"])
        drifted = self.synth("drift", "--drift-day", "3")
        plain = self.synth("plain")
        self.assertEqual([drifted[name] == plain[name] for name in plain], [True, True, False])

    def test_more_rows_begin_with_the_same_rows(self):
        few = self.synth("few", "--memo", "0", days=1)["day=01.tsv"]
        many = self.synth("many", "--memo", "0", days=1, rows=1000)["day=01.tsv"]
        self.assertTrue(many.startswith(few))
        self.assertEqual(many.count(b"\n"), 1001)

    def test_columns_and_compression_are_options(self):
        plain = self.synth("plain", days=1)["day=01.tsv"]
        packed = self.synth("packed", "--gzip", days=1)
        self.assertEqual(gzip.decompress(packed["day=01.tsv.gz"]), plain)
        self.assertEqual(self.synth("again", "--gzip", days=1), packed)
        names = plain.split(b"\n", 1)[0].decode().split("\t")
        self.assertEqual(names, ["request_id", "label", "user_id", "segment", "interest", "topic", "hour", "ad_id",
                                 "category", "position", "noise", "memo"])
        fewer = self.synth("fewer", "--noise", "0", "--memo", "0", days=1)["day=01.tsv"]
        self.assertEqual([line.split(b"\t")[:10] for line in plain.split(b"\n")],
                         [line.split(b"\t") for line in fewer.split(b"\n")])

    def test_requests_hold_four_rows_of_one_user(self):
        lines = [line.split("\t") for line in self.synth("a", days=1)["day=01.tsv"].decode().splitlines()[1:]]
        for begin in range(0, 400, 4):
            self.assertEqual(len({(l[0], *l[2:7]) for l in lines[begin:begin + 4]}), 1)
            self.assertEqual([l[9] for l in lines[begin:begin + 4]], ["0", "1", "2", "3"])

    def test_report_counts_rows_and_clicks(self):
        report = run_json("synth", "--days", 2, "--rows", 1000, "--seed", 1, "--out", self.folder / "r", "--drift-day", 2)
        for day, drifted in zip(report["days"], (False, True)):
            labels = [line.split("\t")[1] for line in Path(day["file"]).read_text().splitlines()[1:]]
            self.assertEqual((day["rows"], day["clicks"], day["drifted"]), (1000, labels.count("1"), drifted))


if __name__ == "__main__":
    unittest.main()
