"""Precisions: scores in int8 by the command, and the figures of `evaluate --precision` against those scores."""

import math
import unittest

from command import CommandTest, row, run, run_json, table
from evaluate_test import auc


class Precision(CommandTest):
    def setUp(self):
        super().setUp()
        rows = [row(i) for i in range(1200)]
        self.data = self.write("day.csv", table(rows))
        self.labels = [cells[0] for cells in rows]

    def probabilities(self, *arguments):
        return [float(line) for line in self.score(self.data, *arguments).splitlines()]

    def test_int8_scores_have_the_same_bits_everywhere(self):
        wanted = self.score(self.data, "--precision", "int8")
        self.assertNotEqual(wanted, self.score(self.data))
        self.assertEqual(self.score(self.data, "--precision", "int8", "--threads", "3"), wanted)
        isas = run_json("inspect", self.model)["isa"], "scalar"
        for isa in isas:
            self.assertEqual(self.score(self.data, "--precision", "int8", isa=isa), wanted, isa)
        for got, full in zip(wanted.split(), self.probabilities()):
            self.assertAlmostEqual(float(got), full, delta=0.02)

    def test_figures_follow_from_the_scores(self):
        report = run_json("evaluate", self.model, self.data, "--precision", "int8", "--auc-loss", "0.1")
        self.assertEqual((report["precision"], report["auc_loss"]), ("int8", 0.1))
        (day,) = report["days"]
        self.assertEqual((day["rows"], day["clicks"]), (1200, sum(self.labels)))
        full, int8 = self.probabilities(), self.probabilities("--precision", "int8")
        self.assertAlmostEqual(day["f32"]["auc"], auc(full, self.labels), places=5)
        self.assertAlmostEqual(day["reduced"]["auc"], auc(int8, self.labels), places=5)
        loss = -sum(math.log(p if y else 1 - p) for p, y in zip(int8, self.labels)) / 1200
        self.assertAlmostEqual(day["reduced"]["logloss"], loss, places=6)
        gaps = [abs(a - b) for a, b in zip(full, int8)]
        self.assertAlmostEqual(day["reduced"]["largest_difference"], max(gaps), places=6)
        self.assertAlmostEqual(day["reduced"]["mean_difference"], sum(gaps) / 1200, places=6)
        self.assertEqual(day["chosen"], day["reduced"])
        self.assertGreater(len(day["linears"]), 0)
        self.assertFalse(any(linear["kept"] for linear in day["linears"]))
        # all linears named: float32 again
        kept = [part for linear in day["linears"] for part in ("--full-precision", linear["value"])]
        self.assertEqual(self.probabilities("--precision", "int8", *kept), full)

    def test_tells_people_too(self):
        done = run("evaluate", self.model, self.data, "--precision", "int8")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("all in int8", done.stdout)
        self.assertRegex(done.stdout, r"within a loss of 0\.0005 with|no linear can be reduced")

    def test_bf16_works_or_says_why_not(self):
        done = run("score", self.model, self.data, "--precision", "bf16")
        if done.returncode != 0:
            self.assertIn("bf16 needs a processor", done.stderr)
        refused = self.fails("evaluate", self.model, self.data, "--precision", "bf16", "--task", "none")
        self.assertIn("no task 'none'", refused)
        done = run("score", self.model, self.data, "--precision", "bf16", isa="scalar")
        self.assertEqual(done.returncode, 1)
        self.assertIn("bf16 needs a processor", done.stderr)

    def test_refuses_what_makes_no_sense(self):
        for wrong in (["--precision", "int4"], ["--auc-loss", "0.1"], ["--precision", "int8", "--auc-loss", "0"],
                      ["--precision", "int8", "--cluster", "user"]):
            self.fails("evaluate", self.model, self.data, *wrong, status=2)
        one_class = self.write("one.csv", table([[0, *row(i)[1:]] for i in range(30)]))
        self.assertIn("no AUC", self.fails("evaluate", self.model, one_class, "--precision", "int8"))
        self.assertIn("nowhere", self.fails("score", self.model, self.data, "--full-precision", "nowhere"))


if __name__ == "__main__":
    unittest.main()
