"""`refine` with edits: what it reports against what other commands say of the file it wrote."""

import functools
import shutil
import tempfile
import unittest
from pathlib import Path

from command import CommandTest, run, run_json

DEMO = Path(__file__).resolve().parents[2] / "bindings" / "cli" / "demo" / "demo.clens"


@functools.lru_cache(maxsize=None)
def days():
    folder = Path(tempfile.mkdtemp(prefix="clens-days-"))
    unittest.addModuleCleanup(shutil.rmtree, folder)
    run_json("synth", "--days", 3, "--rows", 12000, "--seed", 1, "--out", folder)
    return sorted(folder.glob("*.tsv"))


def scores(model, day):
    done = run("score", model, day)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return done.stdout


class RefineEdits(CommandTest):
    def refine(self, *arguments, model=DEMO):
        out = self.folder / "out.clens"
        report = run_json("refine", model, "-o", out, *arguments)
        self.assertEqual(run_json("inspect", out, "--verify")["verified"]["segments"], "ok")
        self.assertEqual(report["size_after"], out.stat().st_size)
        return report, out

    def assert_days_agree(self, report, out, model=DEMO):
        """The table of before and after against `evaluate` of the two files."""
        for day in report["days"]:
            for side, path in (("before", model), ("after", out)):
                told = run_json("evaluate", path, day["file"])["days"][0]
                for figure in ("auc", "logloss", "calibration"):
                    self.assertAlmostEqual(day[side][figure], told[figure], places=9)
                self.assertGreater(day[side]["us_per_request"], 0)
            difference = day["auc_difference"]
            self.assertAlmostEqual(difference["difference"], day["after"]["auc"] - day["before"]["auc"], places=9)
            self.assertLessEqual(difference["low"], difference["high"])

    def test_a_dropped_group_leaves_the_file(self):
        report, out = self.refine("--drop-group", "noise", "--means", days()[0], "--data", days()[1], days()[2])
        self.assertEqual(report["edits"], [{"edit": "drop-group", "text": "drop-group noise", "removed": 1,
                                            "same_bits": False}])
        before, after = run_json("inspect", DEMO), run_json("inspect", out)
        names = [feature["name"] for feature in before["features"] if feature["group"] != "noise"]
        self.assertEqual([feature["name"] for feature in after["features"]], names)
        self.assertEqual(len(after["tables"]), len(before["tables"]) - 1)
        self.assertLess(report["size_after"], report["size_before"])
        self.assertLess(report["parameters_after"], report["parameters_before"])
        self.assertEqual(len(report["days"]), 2)
        self.assert_days_agree(report, out)
        for day in report["days"]:
            self.assertEqual(day["rows"], 12000)
            self.assertLess(day["equal_rows"], 12000)
            self.assertLess(abs(day["auc_difference"]["difference"]), 0.01)
        # the means are those that ablation replaces the group by: so are the scores
        ablated = run_json("importance", DEMO, days()[0], "--method", "ablation")
        report, _ = self.refine("--drop-group", "query", "--means", days()[0], "--data", days()[0])
        told = next(g for g in ablated["days"][0]["groups"] if g["group"] == "query")
        self.assertAlmostEqual(report["days"][0]["after"]["auc"], told["ablated_auc" if "ablated_auc" in told
                                                                     else "permuted_auc"], places=4)

    def test_lineage(self):
        report, out = self.refine("--drop-group", "noise", "--drop-group", "memo", "--learn", days()[0])
        self.assertEqual(report["edits"][0]["text"], "drop-group noise memo")
        parent, metadata = run_json("inspect", DEMO), run_json("inspect", out)["metadata"]
        self.assertEqual(metadata["refined"], f"drop-group noise memo, from {metadata['refined_from']}")
        self.assertIn(metadata["refined_from"], (parent["id"], parent["id"].lower()))
        self.assertTrue(metadata["refined_by"].startswith("clicklens "))
        _, again = self.refine("--fold-batch-norm", model=self.move(out))
        self.assertIn("; fold-batch-norm (0), from ", run_json("inspect", again)["metadata"]["refined"])

    def move(self, path):
        return path.rename(self.folder / "moved.clens")

    def test_proven_neurons_cost_no_bit(self):
        report, out = self.refine("--prune", "proven", "--data", days()[1])
        self.assertTrue(report["edits"][0]["same_bits"])
        self.assertEqual(report["days"][0]["equal_rows"], 12000)
        self.assertEqual(report["days"][0]["largest_difference"], 0)
        self.assertEqual(scores(out, days()[1]), scores(DEMO, days()[1]))
        dead = sum(layer["provably_dead"] for layer in run_json("neurons", DEMO, days()[0], "--prove")["data"]["layers"])
        self.assertEqual(report["edits"][0]["removed"], dead)

    def test_neurons_go_by_what_they_did(self):
        found = run_json("neurons", DEMO, days()[0], "--sample-rows", 4096)["data"]["layers"]
        report, out = self.refine("--prune", "dead", "--prune", "duplicate", "--learn", days()[0], "--data", *days()[:2])
        self.assertEqual(report["learned_from"], [str(days()[0])])
        text = report["edits"][0]["text"]
        for layer in found:
            if layer["layer"] != "emb" and layer["dead"]:
                self.assertIn(f"{layer['layer']}: {layer['dead']} dead", text)
        self.assert_days_agree(report, out)
        # on the rows that were looked at nothing but rounding changes; on others little
        self.assertLess(report["days"][0]["largest_difference"], 1e-4)
        self.assertLess(abs(report["days"][1]["auc_difference"]["difference"]), 0.01)
        left = run_json("neurons", out, days()[0])["data"]["layers"]
        self.assertEqual(sum(layer["dead"] + layer["duplicates"] for layer in left), 0)
        weak, _ = self.refine("--prune", "weak", "--weak-below", "0.1", "--learn", days()[0], "--data", days()[1])
        self.assertGreater(weak["edits"][0]["removed"], 0)
        self.assertLess(abs(weak["days"][0]["auc_difference"]["difference"]), 0.02)

    def test_a_cut_scores_as_its_probe(self):
        probed = run_json("probe", DEMO, "--fit", days()[1], "--eval", days()[2], "--draws", 0, "--layer", "l1")
        wanted = probed["concepts"][0]["days"][0]["layers"][0]["auc"]
        report, out = self.refine("--cut-at", "l1", "--learn", days()[1], "--data", days()[2])
        self.assertAlmostEqual(report["days"][0]["after"]["auc"], wanted, places=6)
        after = run_json("inspect", out)
        self.assertEqual([layer["name"] for layer in after["layers"]], ["emb", "l1"])
        self.assert_days_agree(report, out)

    def test_a_cut_at_the_probe_that_the_file_carries(self):
        probed = self.folder / "probed.clens"
        run_json("probe", DEMO, "--fit", days()[1], "--eval", days()[2], "--draws", 0, "--attach", probed)
        carried, out = self.refine("--cut-at", "l2", "--data", days()[2], model=probed)
        fitted, _ = self.refine("--cut-at", "l2", "--learn", days()[1], "--data", days()[2])
        self.assertAlmostEqual(carried["days"][0]["after"]["auc"], fitted["days"][0]["after"]["auc"], places=6)
        self.assertIn("--learn fits one", self.fails("refine", DEMO, "-o", out, "--cut-at", "l2"))
        task = run_json("inspect", DEMO)["outputs"][0]
        name = task if isinstance(task, str) else task["name"]
        self.assertIn("is the score already", self.fails("refine", probed, "-o", self.folder / "no.clens", "--cut-at", name))

    def test_a_precision_is_recommended_and_scored_in(self):
        report, out = self.refine("--precision", "int8", "--auc-loss", "0.01", "--learn", days()[0], "--data", days()[1])
        measured = run_json("evaluate", DEMO, days()[0], "--precision", "int8", "--auc-loss", "0.01")
        self.assertEqual(report["precision"], measured)
        kept = [linear["value"] for linear in measured["days"][0]["linears"] if linear["kept"]]
        self.assertEqual(kept, [])
        self.assertEqual(report["edits"], [{"edit": "precision", "text": "precision int8", "removed": 0, "same_bits": True}])
        self.assertEqual(scores(out, days()[1]), scores(DEMO, days()[1]))
        recommended = run("score", out, days()[1], "--precision", "recommended").stdout
        self.assertEqual(recommended, run("score", DEMO, days()[1], "--precision", "int8").stdout)
        self.assertNotEqual(recommended, scores(DEMO, days()[1]))
        # the table of before and after is of the precision recommended
        probabilities = [float(line) for line in recommended.split()]
        gaps = [abs(a - float(b)) for a, b in zip(probabilities, scores(DEMO, days()[1]).split())]
        self.assertAlmostEqual(report["days"][0]["largest_difference"], max(gaps), places=5)
        self.assertEqual(run("score", DEMO, days()[1], "--precision", "recommended").stdout, scores(DEMO, days()[1]))

    def test_a_precision_of_no_use_is_not_recommended(self):
        report, out = self.refine("--precision", "int8", "--auc-loss", "1e-300", "--learn", days()[0], days()[1])
        linears = [day["linears"] for day in report["precision"]["days"]]
        kept = {linear["value"] for day in linears for linear in day if linear["kept"]}
        if len(kept) == len(linears[0]):
            self.assertEqual(report["edits"][0]["text"], "precision f32")
        else:
            self.assertEqual(report["edits"][0]["text"], f"precision int8 (f32: {', '.join(v['value'] for v in linears[0] if v['value'] in kept)})"
                             if kept else "precision int8")
        words = [part for value in sorted(kept) for part in ("--full-precision", value)]
        self.assertEqual(run("score", out, days()[2], "--precision", "recommended").stdout,
                         run("score", DEMO, days()[2], "--precision", "int8", *words).stdout)
        for wrong in (["--precision", "int8"], ["--precision", "recommended", "--learn", days()[0]],
                      ["--auc-loss", "0.1", "--fold-batch-norm"]):
            self.fails("refine", DEMO, "-o", out, *wrong, status=2)

    def test_calibrations_lower_the_loss(self):
        for method in ("platt", "isotonic"):
            report, out = self.refine("--calibrate", method, "--learn", days()[0], "--data", days()[0], days()[1])
            fit = report["calibration"]
            self.assertEqual((fit["method"], fit["rows"]), (method, 12000))
            self.assertLess(fit["logloss_after"], fit["logloss_before"])
            self.assertAlmostEqual(report["days"][0]["before"]["logloss"], fit["logloss_before"], places=6)
            self.assertAlmostEqual(report["days"][0]["after"]["logloss"], fit["logloss_after"], places=6)
            self.assertAlmostEqual(report["days"][0]["after"]["calibration"], 1, places=2)
            self.assert_days_agree(report, out)
        # a second one finds nothing left to do
        _, out = self.refine("--calibrate", "platt", "--learn", days()[0])
        again, _ = self.refine("--calibrate", "platt", "--learn", days()[0], model=self.move(out))
        self.assertAlmostEqual(again["calibration"]["scale"], 1, places=4)
        self.assertAlmostEqual(again["calibration"]["shift"], 0, places=4)

    def test_all_at_once_for_people(self):
        out = self.folder / "out.clens"
        done = run("refine", DEMO, "-o", out, "--drop-group", "noise", "--prune", "proven,dead", "--fold-batch-norm",
                   "--tables", "f16", "--calibrate", "platt", "--learn", days()[0], "--data", days()[1])
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for text in ("drop-group noise", "prune proven", "prune dead", "fold-batch-norm", "tables as f16",
                     "calibrate platt", "before", "after", "largest change of a probability", "parameters"):
            self.assertIn(text, done.stdout)
        self.assertNotIn("learnt from this day", done.stdout)

    def test_a_day_that_was_learnt_from_is_said_to_flatter(self):
        done = run("refine", DEMO, "-o", self.folder / "out.clens", "--drop-group", "noise", "--learn", days()[0], "--data", *days()[:2])
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        first, second = done.stdout.index("day=01.tsv"), done.stdout.index("day=02.tsv")
        self.assertEqual(done.stdout.count("learnt from this day"), 1)
        self.assertTrue(first < done.stdout.index("learnt from this day") < second)

    def test_mistakes(self):
        out = self.folder / "out.clens"
        refine = ("refine", DEMO, "-o", out)
        self.fails(*refine, status=2)
        self.fails("refine", DEMO, "--prune", "proven", status=2)
        self.fails(*refine, "--prune", "dead", status=2)
        self.fails(*refine, "--prune", "odd", status=2)
        self.fails(*refine, "--calibrate", "platt", status=2)
        self.fails(*refine, "--drop-group", "noise", status=2)
        self.fails(*refine, "--prune", "weak", "--weak-below", "2", "--learn", days()[0], status=2)
        self.fails(*refine, "--prune", "proven", "--only", "user_id", status=2)
        self.assertIn("'nothing'", self.fails(*refine, "--drop-group", "nothing", "--learn", days()[0]))
        groups = run_json("inspect", DEMO)["groups"]
        names = [group if isinstance(group, str) else group["name"] for group in groups]
        every = [word for name in names for word in ("--drop-group", name)]
        self.assertIn("no feature would be left", self.fails(*refine, *every, "--learn", days()[0]))
        self.assertIn("l9", self.fails(*refine, "--cut-at", "l9", "--learn", days()[0]))
        self.fails("refine", DEMO, "-o", self.folder / "no" / "out.clens", "--prune", "proven")
        self.fails(*refine, "--prune", "proven", "--data", self.folder / "nowhere.tsv")
        self.assertEqual(list(self.folder.iterdir()), [], "nothing is half written")


if __name__ == "__main__":
    unittest.main()
