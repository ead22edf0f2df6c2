"""Saliency: sums that must hold, and a finite difference of the dense feature's score."""

import math
import unittest

from command import HEADER, CommandTest, row, run, run_json, table

METHODS = ("centred", "gradient-x-input", "gradient-l1", "gradient-l2")


class Saliency(CommandTest):
    def setUp(self):
        super().setUp()
        self.rows = [row(i) for i in range(400)]
        self.data = self.write("day.csv", table(self.rows))

    def explain(self, number, *arguments):
        return run_json("saliency", self.model, self.data, "--row", number, *arguments)

    def test_group_figures_are_those_of_the_rows(self):
        for method in METHODS:
            with self.subTest(method=method):
                report = run_json("saliency", self.model, self.data, "--method", method)
                self.assertEqual((report["method"], report["target"], report["task"]), (method, "logit", "click"))
                groups = {g["group"]: g for g in report["days"][0]["groups"]}
                self.assertEqual(list(groups), ["user", "ad", "price", "context"])
                self.assertAlmostEqual(sum(g["share"] for g in groups.values()), 1, places=12)
                total = sum(g["mean_absolute"] for g in groups.values())
                for g in groups.values():
                    self.assertAlmostEqual(g["share"], g["mean_absolute"] / total, places=12)

    def test_values_of_a_log_do_not_drive_the_terminal(self):
        header, *rows = table(self.rows).splitlines()
        evil = "\x1b]0;title\x07\x1b[31mred\u009b2J"
        log = self.write("evil.csv", "\n".join([header + ",colour", *(f"{cells},{evil}" for cells in rows)]) + "\n")
        shown = run("saliency", self.model, log, "--by", "column:colour")
        self.assertEqual((shown.returncode, shown.stderr), (0, ""))
        self.assertIn(r"\x1b]0;title\x07\x1b[31mred\x9b2J", shown.stdout)
        refused = self.fails("evaluate", self.model, log, "--label", "colour")
        self.assertIn(r"label '\x1b]0;", refused)
        for text in (shown.stdout, refused):
            self.assertEqual([c for c in text if c != "\n" and (ord(c) < 32 or 127 <= ord(c) < 160)], [])
        (part,) = (p for p in run_json("saliency", self.model, log, "--by", "column:colour")["parts"]
                   if p["by"] == "column:colour")
        self.assertEqual(part["value"], evil)  # machines get the value

    def test_means_and_spread_over_rows(self):
        few = self.write("few.csv", table(self.rows[:30]))
        report = run_json("saliency", self.model, few, "--method", "gradient-x-input")
        rows = [run_json("saliency", self.model, few, "--method", "gradient-x-input", "--row", n) for n in range(1, 31)]
        for g, group in enumerate(report["days"][0]["groups"]):
            values = [r["groups"][g]["value"] for r in rows]
            mean = sum(values) / 30
            self.assertAlmostEqual(group["mean"], mean, places=9)
            self.assertAlmostEqual(group["mean_absolute"], sum(map(abs, values)) / 30, places=9)
            self.assertAlmostEqual(group["sd"], math.sqrt(sum((v - mean) ** 2 for v in values) / 30), places=9)
        covered = {"user": 30, "ad": sum(bool(r[3] or r[4]) for r in self.rows[:30]),
                   "price": sum(r[5] != "" for r in self.rows[:30]), "context": 30}
        for group in report["days"][0]["groups"]:
            self.assertAlmostEqual(group["coverage"], covered[group["group"]] / 30, places=12)

    def test_ids_that_the_model_does_not_know_cover_nothing(self):
        """Users from 50 on and tags from 20 on have no row; words are hashed, so that each has one."""
        rows = [[*c[:2], 50 + i // 3 if i // 3 % 2 else 7, "" if i % 2 else "w1", "99:2" if i % 4 else "99|3", *c[5:]]
                for i, c in enumerate(self.rows[:30])]
        report = run_json("saliency", self.model, self.write("odd.csv", table(rows)))
        covered = {group["group"]: round(30 * group["coverage"]) for group in report["days"][0]["groups"]}
        price = sum(cells[5] != "" for cells in rows)
        self.assertEqual(covered, {"user": 15, "ad": 15, "price": price, "context": 30})

    def test_a_row_adds_up_from_ids_to_features_to_groups(self):
        for number in (2, 6, 100, 387):
            report = self.explain(number, "--method", "gradient-x-input")
            cells = dict(zip(HEADER.split(","), map(str, self.rows[number - 1])))
            for feature in report["features"]:
                text = cells[feature["feature"]]
                ids = [piece.split(":")[0] for piece in text.split("|") if piece]
                if feature["feature"] != "price":
                    self.assertEqual([i["id"] for i in feature["ids"]], ids)
                    self.assertAlmostEqual(sum(i["gradient_x_input"] for i in feature["ids"]), feature["value"], places=5)
            for group in report["groups"]:
                parts = [f["value"] for f in report["features"] if f["group"] == group["group"]]
                self.assertAlmostEqual(sum(parts), group["value"], places=5)

    def test_the_dense_gradient_is_a_finite_difference(self):
        step = 2.0 ** -10
        number = 5
        price = float(self.rows[number - 1][5])
        logits = []
        for moved in (price - step, price + step):
            cells = list(self.rows[number - 1])
            cells[5] = moved
            near = self.write("near.csv", table([cells]))
            logits.append(run_json("saliency", self.model, near, "--row", 1)["logit"])
        slope = (logits[1] - logits[0]) / (2 * step)
        report = self.explain(number, "--method", "gradient-x-input")
        value = next(f["value"] for f in report["features"] if f["feature"] == "price")
        self.assertAlmostEqual(value, slope * price, delta=1e-4)
        self.assertGreater(abs(value), 1e-3)
        p = report["probability"]
        self.assertAlmostEqual(p, 1 / (1 + math.exp(-report["logit"])), places=6)
        weighted = self.explain(number, "--method", "gradient-x-input", "--target", "probability")
        got = next(f["value"] for f in weighted["features"] if f["feature"] == "price")
        self.assertAlmostEqual(got, value * p * (1 - p), places=6)

    def test_ids_of_a_row_are_printed_as_given(self):
        given = self.write("given.csv", table([[1, "r", "-3", "w1", "007:2|-1", "1", "01"]]))
        report = run_json("saliency", self.model, given, "--row", 1, "--method", "gradient-x-input")
        ids = {f["feature"]: [i["id"] for i in f["ids"]] for f in report["features"] if f["feature"] != "price"}
        self.assertEqual(ids, {"user": ["-3"], "words": ["w1"], "tags": ["007", "-1"], "position": ["01"]})
        self.assertIn("-3 (", run("saliency", self.model, given, "--row", 1).stdout)

    def test_centred_values_say_where_their_means_come_from(self):
        own = run_json("saliency", self.model, self.data)
        self.assertEqual((own["reference"], own["reference_is_data"]), ([str(self.data)], True))
        other = self.write("reference.csv", table(self.rows[:50]))
        named = run_json("saliency", self.model, self.data, "--reference", other)
        self.assertEqual((named["reference"], named["reference_is_data"]), ([str(other)], False))
        self.assertNotEqual(own["days"], named["days"])
        self.assertIn("reference.csv", run("saliency", self.model, self.data, "--reference", other).stdout)
        plain = run_json("saliency", self.model, self.data, "--method", "gradient-x-input")
        self.assertIsNone(plain["reference"])

    def test_the_difference_to_gradient_x_input_is_the_mean_input(self):
        """price: centred - plain = -mean(price) * gradient, in every row."""
        prices = [0.5 if cells[5] == "" else float(cells[5]) for cells in self.rows]
        mean = sum(prices) / len(prices)
        for number in (2, 50):
            centred, plain = self.explain(number), self.explain(number, "--method", "gradient-x-input")
            a, b = (next(g["value"] for g in r["groups"] if g["group"] == "price") for r in (centred, plain))
            self.assertAlmostEqual(a, b * (prices[number - 1] - mean) / prices[number - 1], places=5)

    def test_rows_count_on_through_several_files(self):
        other = self.write("more.csv", table(self.rows[:10]))
        report = run_json("saliency", self.model, other, self.data, "--row", 12, "--method", "gradient-x-input")
        alone = self.explain(2, "--method", "gradient-x-input")
        self.assertEqual((report["file"], report["row"]), (str(self.data), 2))
        self.assertEqual(report["groups"], alone["groups"])
        self.assertIn("row 2", run("saliency", self.model, other, self.data, "--row", 12).stdout)


if __name__ == "__main__":
    unittest.main()
