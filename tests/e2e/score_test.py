"""Scores: the same bytes whatever the format of the data, the grouping, the threads and the instruction set."""

import gzip
import json
import os
import platform
import unittest
from pathlib import Path

from command import HEADER, CommandTest, row, run, run_json, table


class Score(CommandTest):
    def setUp(self):
        super().setUp()
        self.rows = [row(i) for i in range(5000)]
        self.data = self.write("day.csv", table(self.rows))
        self.lines = self.score(self.data)

    def test_one_shortest_decimal_a_row(self):
        lines = self.lines.splitlines()
        self.assertEqual(len(lines), len(self.rows))
        self.assertGreater(len(set(lines)), 1000)
        for line in lines[:500]:
            self.assertTrue(0 < float(line) < 1)
            self.assertLessEqual(len(line), 14)

    def test_formats_of_data_change_no_byte(self):
        self.assertEqual(self.score(self.write("day.tsv", table(self.rows, separator="\t"))), self.lines)
        self.assertEqual(self.score(self.write("day.csv.gz", gzip.compress(table(self.rows).encode()))), self.lines)
        quoted = HEADER + "\n" + "".join(",".join(f'"{cell}"' for cell in cells) + "\r\n" for cells in self.rows)
        self.assertEqual(self.score(self.write("quoted.csv", quoted)), self.lines)
        moved = [cells[::-1] for cells in self.rows]
        header = ",".join(HEADER.split(",")[::-1])
        self.assertEqual(self.score(self.write("moved.csv", table(moved, header))), self.lines)

    def test_requests_and_threads_change_no_byte(self):
        self.assertEqual(self.score(self.data, "--single-rows"), self.lines)
        self.assertEqual(self.score(self.data, "--request", "user"), self.lines)
        self.assertEqual(self.score(self.data, "--threads", "3"), self.lines)
        one = self.write("one.csv", table([[*cells[:1], "same", 7, *cells[3:]] for cells in self.rows]))
        self.assertEqual(self.score(one), self.score(one, "--single-rows"))

    def test_instruction_sets_change_no_byte(self):
        ran = []
        for isa in ("avx512", "avx2", "neon", "scalar"):
            done = run("score", self.model, self.data, isa=isa)
            if done.returncode == 0:
                self.assertEqual(done.stdout, self.lines, isa)
                ran.append(isa)
            else:
                self.assertIn(isa, done.stderr)
                self.assertEqual(done.returncode, 1)
        self.assertIn("scalar", ran)
        if platform.machine() == "x86_64" and " avx2 " in Path("/proc/cpuinfo").read_text():
            self.assertIn("avx2", ran)
        self.assertEqual(run("score", self.model, self.data, isa="mmx").returncode, 1)

    def test_out_writes_the_same_bytes(self):
        out = self.folder / "scores"
        done = run("score", self.model, self.data, "--out", out)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(out.read_text(), self.lines)
        self.assertEqual(run("score", self.model, self.data, "--out", "-").stdout, self.lines)

    def test_out_replaces_through_links_and_writes_devices(self):
        target, link = self.write("target", "old"), self.folder / "link"
        link.symlink_to(target)
        self.assertEqual(run("score", self.model, self.data, "-o", link).returncode, 0)
        self.assertTrue(link.is_symlink())
        self.assertEqual(target.read_text(), self.lines)
        self.assertEqual(run("score", self.model, self.data, "-o", os.devnull).returncode, 0)
        self.assertTrue(os.path.exists(os.devnull) and not os.path.isfile(os.devnull))

    def test_numbers_beyond_a_doubles_range_are_bad_values_or_zero(self):
        def met(price):
            data = self.write("one.csv", table([[1, "r", 1, "w1", "", price, 1]]))
            return run_json("score", self.model, data, "-o", self.folder / "s")["counts"], self.score(data)
        self.assertEqual(met("1e400"), met("inf"))
        self.assertEqual((met("1e400")[0]["bad_values"], met("-1e400")), (1, met("-inf")))
        self.assertEqual(met("1e-400"), met("0"))

    def test_several_files_follow_each_other(self):
        self.assertEqual(self.score(self.data, self.data), self.lines * 2)

    def test_json_holds_the_same_numbers(self):
        scores = json.loads(run("score", self.model, self.data, "--json").stdout)["scores"]
        self.assertEqual(scores, [float(line) for line in self.lines.splitlines()])
        report = run_json("score", self.model, self.data, "--out", self.folder / "s")
        self.assertEqual(report["rows"], 5000)
        absent = sum(not cells[k] for cells in self.rows for k in (3, 4, 5) if cells[k] == "")
        self.assertEqual(report["counts"]["missing"], absent)

    def test_optional_columns_may_be_absent(self):
        header = ",".join(name for name in HEADER.split(",") if name not in ("words", "tags"))
        fewer = self.write("fewer.csv", table([cells[:3] + cells[5:] for cells in self.rows], header))
        emptied = self.write("emptied.csv", table([[*cells[:3], "", "", *cells[5:]] for cells in self.rows]))
        self.assertEqual(self.score(fewer), self.score(emptied))
        self.assertNotEqual(self.score(fewer), self.lines)

    def test_a_file_without_rows_has_no_scores(self):
        self.assertEqual(self.score(self.write("none.csv", HEADER + "\n")), "")


if __name__ == "__main__":
    unittest.main()
