"""`attribute`: parts of scores by group. What can be computed by scoring other rows is; the rest is held to what its
method promises, and the methods themselves to Captum by the golden tests."""

import math
import unittest
from pathlib import Path

from command import CommandTest, row, run, run_json, table

MODEL = Path(__file__).resolve().parents[2] / "bindings" / "cli" / "demo" / "demo.clens"
GROUPS = {"user": ("user_id", "segment"), "interest": ("interest",), "query": ("topic",), "ad": ("ad_id", "category"),
          "context": ("position", "hour"), "noise": ("noise",), "memo": ("memo",)}
COMPLETE = {"integrated-gradients": 0.02, "deeplift": 1e-5, "conductance": 0.05}


class Attribute(CommandTest):
    def setUp(self):
        super().setUp()
        run_json("synth", "--days", 2, "--rows", 800, "--seed", 4, "--out", self.folder)
        self.day, self.other = self.folder / "day=01.tsv", self.folder / "day=02.tsv"

    def logits(self, path):
        done = run("score", MODEL, path, "--single-rows")
        self.assertEqual(done.returncode, 0, done.stderr)
        found = [float(line) for line in done.stdout.split()]
        return [math.log(p / (1 - p)) for p in found]

    def attribute(self, method, *more):
        report = run_json("attribute", MODEL, self.day, "--method", method, *more)
        self.assertEqual((report["method"], report["task"], report["target"]), (method, "ctr", "logit"))
        return report, report["days"][0]

    def without(self, columns):
        """The day with these cells empty."""
        lines = [line.split("\t") for line in self.day.read_text().splitlines()]
        gone = [lines[0].index(name) for name in columns]
        for cells in lines[1:]:
            for at in gone:
                cells[at] = ""
        return self.write("gone.tsv", "".join("\t".join(cells) + "\n" for cells in lines))

    def test_ablation_is_the_score_without_the_ids(self):
        whole = self.logits(self.day)
        _, day = self.attribute("ablation", "--baseline", "zero")
        self.assertEqual({part["group"] for part in day["parts"]}, set(GROUPS))
        for part in day["parts"]:
            drops = [a - b for a, b in zip(whole, self.logits(self.without(GROUPS[part["group"]])))]
            self.assertAlmostEqual(part["mean"], sum(drops) / len(drops), delta=1e-4)
            self.assertAlmostEqual(part["mean_absolute"], sum(map(abs, drops)) / len(drops), delta=1e-4)
        self.assertAlmostEqual(day["score"], sum(whole) / len(whole), delta=1e-4)

    def test_parts_add_up(self):
        for method, gap in COMPLETE.items():
            report, day = self.attribute(method, *(["--layer", "l2"] if method == "conductance" else []))
            self.assertEqual((report["baseline"], report["reference_is_data"]), ("mean", True))
            self.assertAlmostEqual(sum(part["share"] for part in day["parts"]), 1, places=9)
            self.assertLess(day["gap_largest"], gap, method)
            self.assertLessEqual(day["gap"], day["gap_largest"])
            total = sum(part["mean"] for part in day["parts"])
            self.assertAlmostEqual(total, day["sum"], places=5)
            self.assertLess(abs(day["score"] - day["baseline"] - total), gap * sum(p["mean_absolute"] for p in day["parts"]))
        finer = self.attribute("integrated-gradients", "--tolerance", "0.002")[1]
        self.assertLess(finer["gap"], self.attribute("integrated-gradients")[1]["gap"])
        self.assertGreater(finer["steps"], 50)

    def test_additive_parts_and_biases_are_the_score(self):
        report, day = self.attribute("additive")
        self.assertEqual((report["baseline"], report["reference"]), (None, None))
        self.assertAlmostEqual(day["sum"] + day["bias"], day["score"], places=5)
        self.assertLess(day["gap_largest"], 1e-5)

    def test_random_methods(self):
        for method in ("expected-gradients", "smoothgrad"):
            _, one = self.attribute(method, "--draws", 20, "--seed", 1)
            _, two = self.attribute(method, "--draws", 20, "--seed", 2)
            self.assertEqual(self.attribute(method, "--draws", 20, "--seed", 1)[1], one)
            for a, b in zip(one["parts"], two["parts"]):
                self.assertGreater(a["mean_error"], 0)
                self.assertLess(abs(a["mean"] - b["mean"]), 8 * math.hypot(a["mean_error"], b["mean_error"]))
            self.assertNotEqual(one["parts"], two["parts"])

    def test_features_add_up_to_their_groups(self):
        _, by_group = self.attribute("integrated-gradients", "--reference", self.other)
        _, by_feature = self.attribute("integrated-gradients", "--reference", self.other, "--by", "feature")
        means = {part["feature"]: part["mean"] for part in by_feature["parts"]}
        for part in by_group["parts"]:
            self.assertAlmostEqual(part["mean"], sum(means[name] for name in GROUPS[part["group"]]), places=5)
        own = self.attribute("integrated-gradients")[1]
        self.assertNotEqual(own["baseline"], by_group["baseline"])

    def test_ids_and_the_rest_add_up(self):
        from_other = ("--reference", self.other)
        for method in ("integrated-gradients", "deeplift", "expected-gradients"):
            report, day = self.attribute(method, *from_other, "--by", "id", "--top", 0)
            self.assertEqual((report["by"], day["ids"]), ("id", len(day["parts"]) - 1))
            total = sum(part["mean"] * part["rows"] for part in day["parts"])
            self.assertAlmostEqual(total / day["rows"], day["sum"], places=5)
            self.assertAlmostEqual(sum(part["share"] for part in day["parts"]), 1, places=9)
            # Every row has one topic: its ids have together what their feature has.
            topics = sum(part["mean"] * part["rows"] for part in day["parts"] if part["feature"] == "topic")
            by_feature = {part["feature"]: part for part in self.attribute(method, *from_other, "--by", "feature")[1]["parts"]}
            self.assertAlmostEqual(topics / day["rows"], by_feature["topic"]["mean"], places=5)
        (rest,) = (part for part in day["parts"] if part["feature"] is None)
        self.assertEqual((rest["id"], rest["rows"]), (None, 800))
        few = self.attribute("deeplift", *from_other, "--by", "id", "--top", 4)[1]
        self.assertEqual(len(few["parts"]), 5)
        self.assertEqual(few["parts"][0]["share"], max(part["share"] for part in few["parts"][:4]))
        self.assertIn("ids; figures of the rows that have them", run("attribute", MODEL, self.day, "--by", "id").stdout)

    def test_one_row(self):
        lines = self.day.read_text().splitlines()
        cells = dict(zip(lines[0].split("\t"), lines[7].split("\t")))
        for method in ("integrated-gradients", "ablation"):
            row = run_json("attribute", MODEL, self.day, "--row", 7, "--method", method, "--reference", self.other)
            self.assertEqual((row["row"], row["file"], row["baseline"]), (7, str(self.day), "mean"))
            self.assertAlmostEqual(row["score"], self.logits(self.day)[6], delta=1e-4)
            ids = {f["feature"]: [i["id"] for i in f["ids"]] for f in row["features"]}
            self.assertEqual(ids["interest"], cells["interest"].split("|"))
            self.assertEqual(ids["topic"], [cells["topic"]])
            one = self.write("one.tsv", f"{lines[0]}\n{lines[7]}\n")
            alone = run_json("attribute", MODEL, one, "--row", 1, "--method", method, "--reference", self.other)
            for name in ("groups", "features", "score", "sum", "rest"):
                self.assertEqual(alone[name], row[name], name)
            if method == "ablation":
                self.assertIsNone(row["rest"])
                continue
            by_ids = sum(i["value"] for f in row["features"] for i in f["ids"])
            self.assertAlmostEqual(by_ids + row["rest"], row["sum"], places=5)
            self.assertAlmostEqual(sum(g["value"] for g in row["groups"]), row["sum"], places=5)
        self.assertIn("of no id", run("attribute", MODEL, self.day, "--row", 7).stdout)
        self.assertIn("no row 900", self.fails("attribute", MODEL, self.day, "--row", 900))

    def test_shares_over_rows_that_have_something_in_common(self):
        """By any method: over all rows the figures of `attribute` itself, beside clustered errors."""
        for method in ("integrated-gradients", "deeplift"):
            report = run_json("attribute", MODEL, "--train", self.day, "--test", self.other, "--method", method,
                              "--reference", self.day, "--rows-by", "label,score,column:topic")
            self.assertEqual((report["method"], report["cluster"]), (method, "user_id"))
            parts = {(p["split"], p["by"], p["value"]): p for p in report["parts"]}
            plain = run_json("attribute", MODEL, self.other, "--method", method, "--reference", self.day)["days"][0]
            for one, other in zip(parts["test", "all", None]["groups"], plain["parts"]):
                for name in ("share", "mean_absolute", "mean"):
                    self.assertAlmostEqual(one[name], other[name], places=7)
                self.assertGreater(one["share_se"], 0)
            for by in ("label", "score", "column:topic"):
                values = [p for (split, b, _), p in parts.items() if (split, b) == ("test", by)]
                self.assertGreater(len(values), 1)
                self.assertEqual(sum(p["rows"] for p in values), 800)
            self.assertEqual([c["group"] for c in report["contrasts"]], [g["group"] for g in plain["parts"]])
        for given in (("--rows-by", "moon"), ("--rows-by", "label", "--by", "id"), ("--rows-by", "label", "--row", 3),
                      ("--rows-by", "score", "--neuron", "l1[0]"),
                      ("--rows-by", "label", "--method", "conductance", "--layer", "l1")):
            self.assertEqual(run("attribute", MODEL, self.day, *given).returncode, 2, given)
        self.assertEqual(run("attribute", MODEL).returncode, 2)
        self.assertIn("data, label 1", run("attribute", MODEL, self.day, "--rows-by", "label").stdout)

    def test_gradients_of_every_neuron(self):
        given = ("--layer", "l1", "--baseline", "zero")
        report = run_json("attribute", MODEL, self.day, "--method", "neuron-gradients", *given)
        self.assertEqual((report["target"], report["task"], report["layer"]), (None, None, "l1"))
        parts = report["days"][0]["parts"]
        width = len(parts) // len(GROUPS)
        self.assertEqual([part["neuron"] for part in parts[:: len(GROUPS)]], [f"l1[{i}]" for i in range(width)])
        # A neuron of the first layer is piecewise linear: its gradient x input is its additive parts.
        alone = run_json("attribute", MODEL, self.day, "--method", "additive", "--neuron", "l1[3]")
        self.assertEqual((alone["target"], alone["task"]), ("l1[3]", None))
        wanted = {part["group"]: part["mean"] for part in alone["days"][0]["parts"]}
        for part in parts:
            if part["neuron"] == "l1[3]":
                self.assertAlmostEqual(part["mean"], wanted[part["group"]], places=6)
        self.assertIn("neuron-gradients of the neurons of l1 by group", run("attribute", MODEL, self.day, "--method",
                                                                           "neuron-gradients", *given).stdout)

    def test_faithfulness(self):
        """Drawn by the seed, and beside the parts: those stay what they are."""
        for method in ("integrated-gradients", "additive"):
            day = self.attribute(method, "--faithfulness", "infidelity")[1]
            self.assertTrue(0 <= day["infidelity"]["mean"] <= day["infidelity"]["largest"], day["infidelity"])
            self.assertEqual(self.attribute(method, "--faithfulness", "infidelity")[1], day)
            other = self.attribute(method, "--faithfulness", "infidelity", "--seed", 5)[1]
            self.assertNotEqual(other["infidelity"], day["infidelity"])
            self.assertEqual(other["parts"], day["parts"])
        moved = self.attribute("deeplift", "--faithfulness", "sensitivity")[1]["sensitivity"]
        self.assertGreater(moved["largest"], moved["mean"])
        text = run("attribute", MODEL, self.day, "--baseline", "zero", "--faithfulness", "sensitivity").stdout
        self.assertIn("sensitivity ", text)
        for given in (("--faithfulness", "trust"), ("--faithfulness", "infidelity", "--row", 2),
                      ("--faithfulness", "infidelity", "--method", "conductance", "--layer", "l1")):
            self.assertEqual(run("attribute", MODEL, self.day, *given).returncode, 2, given)

    def test_dimensions_add_up_to_their_features(self):
        by_feature = self.attribute("deeplift", "--by", "feature")[1]
        sums = {}
        for part in self.attribute("deeplift", "--by", "dimension")[1]["parts"]:
            name, _, place = part["dimension"].rstrip("]").partition("[")
            self.assertEqual(int(place), len(sums.setdefault(name, [])))
            sums[name].append(part["mean"])
        for part in by_feature["parts"]:
            self.assertAlmostEqual(part["mean"], sum(sums[part["feature"]]), places=5)

    def test_files_are_days(self):
        report = run_json("attribute", MODEL, self.day, self.other, "--reference", self.other)
        self.assertEqual([day["file"] for day in report["days"]], [str(self.day), str(self.other)])
        alone = run_json("attribute", MODEL, self.other, "--reference", self.other)
        self.assertEqual(report["days"][1], alone["days"][0])

    def test_probabilities_of_a_model_with_every_kind_of_feature(self):
        data = self.write("data.csv", table([row(i) for i in range(300)]))
        day = run_json("attribute", self.model, data, "--target", "probability")["days"][0]
        scored = list(map(float, self.score(data).split()))
        self.assertAlmostEqual(day["score"], sum(scored) / len(scored), delta=1e-6)
        self.assertAlmostEqual(day["sum"], day["score"] - day["baseline"], delta=0.01)

    def test_text_and_mistakes(self):
        text = run("attribute", MODEL, self.day).stdout
        self.assertIn("integrated-gradients of the logit of ctr by group, against the mean of the data", text)
        self.assertIn("50 steps a row", text)
        usage = [("--layer", "l1"), ("--method", "conductance"), ("--method", "guess"), ("--by", "guess"),
                 ("--method", "additive", "--baseline", "zero"), ("--method", "deeplift", "--steps", "9"),
                 ("--method", "expected-gradients", "--baseline", "zero"), ("--draws", "9"), ("--steps", "0"),
                 ("--baseline", "zero", "--reference", self.day), ("--noise", "0.2"), ("--tolerance", "-1"),
                 ("--method", "conductance", "--layer", "l1", "--by", "feature"), ("--method", "neuron-gradients"),
                 ("--method", "neuron-gradients", "--layer", "l1", "--by", "id"), ("--top", "5"), ("--neuron", "l1"),
                 ("--method", "neuron-gradients", "--layer", "l1", "--target", "logit"), ("--neuron", "l1[x]"),
                 ("--neuron", "l1[0]", "--target", "logit"), ("--neuron", "l1[0]", "--task", "ctr"),
                 ("--row", "3", "--by", "group"), ("--row", "0"), ("--row", "3", "--method", "conductance", "--layer", "l1")]
        for given in usage:
            self.assertEqual(run("attribute", MODEL, self.day, *given).returncode, 2, given)
        empty = self.write("empty.tsv", self.day.read_text().splitlines()[0] + "\n")
        self.assertIn("no rows to take the baseline from", self.fails("attribute", MODEL, empty))
        self.assertIn("nothing", self.fails("attribute", MODEL, self.day, "--task", "nothing"))
        self.assertIn("l9", self.fails("attribute", MODEL, self.day, "--method", "conductance", "--layer", "l9"))
        self.assertIn("probability", self.fails("attribute", MODEL, self.day, "--method", "additive", "--target",
                                                "probability"))
        none = run_json("attribute", MODEL, empty, "--reference", self.day)["days"][0]
        self.assertEqual((none["rows"], none["score"], none["parts"][0]["share"]), (0, None, None))


if __name__ == "__main__":
    unittest.main()
