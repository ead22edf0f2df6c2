"""Evaluation: the figures of `evaluate --json` against their definitions, computed here from the scores."""

import math
import unittest
from collections import defaultdict

from command import CommandTest, row, run, run_json, table

FIELDS = ["file", "rows", "clicks", "auc", "gauc", "logloss", "normalized_entropy", "calibration", "slope"]


def auc(scores, labels):
    clicks = [s for s, y in zip(scores, labels) if y]
    others = [s for s, y in zip(scores, labels) if not y]
    pairs = sum((c > o) + 0.5 * (c == o) for c in clicks for o in others)
    return pairs / (len(clicks) * len(others))


class Evaluate(CommandTest):
    def setUp(self):
        super().setUp()
        self.rows = [row(i) for i in range(1200)]
        self.data = self.write("day.csv", table(self.rows))
        self.labels = [cells[0] for cells in self.rows]

    def test_figures_follow_from_the_scores(self):
        scores = [float(line) for line in self.score(self.data).splitlines()]
        day = run_json("evaluate", self.model, self.data)["days"][0]
        self.assertEqual(list(day)[: len(FIELDS)], FIELDS)
        self.assertEqual((day["rows"], day["clicks"]), (1200, sum(self.labels)))
        self.assertAlmostEqual(day["auc"], auc(scores, self.labels), places=5)
        loss = -sum(math.log(p if y else 1 - p) for p, y in zip(scores, self.labels)) / 1200
        self.assertAlmostEqual(day["logloss"], loss, places=6)
        rate = sum(self.labels) / 1200
        entropy = -rate * math.log(rate) - (1 - rate) * math.log(1 - rate)
        self.assertAlmostEqual(day["normalized_entropy"], loss / entropy, places=5)
        self.assertAlmostEqual(day["calibration"], sum(scores) / sum(self.labels), places=5)
        self.assertIsNone(day["gauc"])
        self.assertEqual(day["cluster"], "request_id")
        self.assertGreater(day["auc_se"], 0)

    def test_gauc_weighs_groups_by_rows(self):
        scores = [float(line) for line in self.score(self.data).splitlines()]
        groups = defaultdict(list)
        for cells, score in zip(self.rows, scores):
            groups[cells[2]].append((score, cells[0]))
        mixed = [list(zip(*g)) for g in groups.values() if len({y for _, y in g}) == 2]
        rows = sum(len(s) for s, _ in mixed)
        wanted = sum(len(s) * auc(s, y) for s, y in mixed) / rows
        day = run_json("evaluate", self.model, self.data, "--group-by", "user")["days"][0]
        self.assertAlmostEqual(day["gauc"], wanted, places=5)
        self.assertAlmostEqual(day["gauc_coverage"], rows / 1200, places=12)

    def test_slope_solves_the_score_equations(self):
        scores = [float(line) for line in self.score(self.data).splitlines()]
        day = run_json("evaluate", self.model, self.data)["days"][0]
        logits = [math.log(p / (1 - p)) for p in scores]
        residuals = [y - 1 / (1 + math.exp(-day["intercept"] - day["slope"] * z)) for z, y in zip(logits, self.labels)]
        self.assertAlmostEqual(sum(residuals), 0, places=2)
        self.assertAlmostEqual(sum(r * z for r, z in zip(residuals, logits)), 0, places=2)

    def test_sampled_negatives_weigh_more(self):
        scores = [float(line) for line in self.score(self.data).splitlines()]
        day = run_json("evaluate", self.model, self.data, "--negative-rate", "0.25")["days"][0]
        weights = [1 if y else 4 for y in self.labels]
        loss = -sum(w * math.log(p if y else 1 - p) for p, y, w in zip(scores, self.labels, weights)) / sum(weights)
        self.assertAlmostEqual(day["logloss"], loss, places=6)
        self.assertAlmostEqual(day["auc"], auc(scores, self.labels), places=5)
        corrected = run_json("evaluate", self.model, self.data, "--negative-rate", "0.25", "--correct-scores")["days"][0]
        total = sum(w * p / (p + (1 - p) / 0.25) for p, w in zip(scores, weights))
        self.assertAlmostEqual(corrected["calibration"], total / sum(self.labels), places=5)

    def test_one_class_has_no_auc(self):
        day = run_json("evaluate", self.model, self.write("none.csv", table([[0, *c[1:]] for c in self.rows])))["days"][0]
        self.assertEqual((day["clicks"], day["auc"], day["slope"], day["enough_data"]), (0, None, None, False))

    def test_days_come_in_order_and_text_names_them(self):
        other = self.write("other.csv", table(self.rows[:600]))
        days = run_json("evaluate", self.model, other, self.data)["days"]
        self.assertEqual([day["rows"] for day in days], [600, 1200])
        self.assertEqual(days[1], run_json("evaluate", self.model, self.data)["days"][0])
        text = run("evaluate", self.model, other, self.data).stdout
        self.assertIn(str(other), text)
        self.assertIn(f"{days[1]['auc']:.4f}", text)

    def test_label_and_cluster_columns_can_be_named(self):
        header = "bought,request_id,user,words,tags,price,position"
        renamed = self.write("renamed.csv", table(self.rows, header))
        wanted = run_json("evaluate", self.model, self.data, "--cluster", "user")["days"][0]
        got = run_json("evaluate", self.model, renamed, "--label", "bought", "--cluster", "user")["days"][0]
        self.assertEqual({**got, "file": ""}, {**wanted, "file": ""})
        self.assertEqual(got["cluster"], "user")


if __name__ == "__main__":
    unittest.main()
